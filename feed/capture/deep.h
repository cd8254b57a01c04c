/* deep.h - the order books that IEX DEEP's price level updates make, and when their best prices changed.
 *
 * Source: Investors Exchange DEEP Specification, price level updates: each symbol has a book of its own; an
 * update with the event flag off is one step of an event, during which the best bid and offer stay what they
 * were, and the update with the flag on ends it. */
#ifndef FEED_DEEP_H
#define FEED_DEEP_H

#include "feed/source/levels.h"
#include "tick.h"

#define DEEP_BOOK_MAX (1 << 16) /* symbols */
#define DEEP_LEVEL_MAX (1 << 22) /* prices of all books together */

struct deep_book {
    uint64_t name; /* its 8 bytes as in the message, 0: a free place */
    struct levels side[2]; /* asks, bids */
    struct level best[2]; /* what the last quote said; qty 0: that side was absent */
};

/* All zero: no book.  A hash table of the names. */
struct deep {
    struct deep_book *book;
    uint32_t cnt;
    uint32_t cap; /* a power of two */
    uint32_t level_cnt;
};

/* deep_update - qty (0: none) at px of the bids or asks of `name` (not 0) from now on; is_end: the event is
 * complete.  Sets the sides of the quote (px, qty and flags) where the best changed.
 * 1: it changed; 0; -ENOMEM; -ENOSPC: too many symbols or prices. */
int deep_update(struct deep *deep, uint64_t name, bool is_bid, int64_t px, int64_t qty, bool is_end,
                struct tr_tick *quote);

/* deep_clear - all books are empty, and so are the quotes known of them: another session. */
void deep_clear(struct deep *deep);

/* deep_free - the same, and the memory is given back. */
void deep_free(struct deep *deep);

#endif
