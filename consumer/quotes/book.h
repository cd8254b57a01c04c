/* book.h - what is known of one symbol from the latest quote of each of its venues: the best bid and ask, and
 * what could be earned between two venues.
 *
 * Time is event time: `now` is the latest event time of the symbol's quotes so far and never goes back.  All
 * is evaluated at each quote (an update), with what counts then; nothing happens between two updates. */
#ifndef CONSUMER_QUOTES_BOOK_H
#define CONSUMER_QUOTES_BOOK_H

#include "consumer/quotes/arbitrage.h"

#define BOOK_STALE_OFF UINT64_MAX

struct book_rules {
    uint64_t stale_ns; /* a quote counts while now - its event time is not more; BOOK_STALE_OFF: for ever */
    int64_t fee_bps_e9; /* of the price, on each side: arbitrage_edge */
};

/* One side of the best; venue NULL: there is none. */
struct book_best {
    const struct venue *venue; /* of several with the same price: the first by name */
    int64_t px;
    exact_int qty; /* of that venue; in units of 1e-9 */
};

/* All zero is a symbol without quotes. */
struct book {
    struct venues venues;
    uint64_t update_cnt; /* quotes */
    uint64_t known_cnt; /* updates after which at least two venues had a quote, with a side, that counted */
    uint64_t
        stale_cnt; /* quotes, with a side, that were found too old while they were their venue's latest */
    int64_t now_ns; /* if update_cnt is not 0 */
    struct book_best bid; /* highest bid of the quotes that count */
    struct book_best ask; /* lowest ask */
    struct cross cross; /* the largest edge between two venues, which may be negative; none without two */
    struct arbitrage arbitrage;
};

struct book_news {
    bool best; /* price, size or venue of the best bid or ask is another */
    enum arbitrage_step arbitrage;
};

/* book_update - one quote of a venue.  0; -ENOSPC: more venues than VENUES_MAX; -ENOMEM: in both cases it did
 * nothing.  O(venues). */
int book_update(struct book *book, const struct book_rules *rules, const char *venue, size_t venue_len,
                const struct tr_tick *tick, struct book_news *news);

/* book_keep - saves or loads it (state.h), under the rules it was saved with; to be loaded into an empty
 * one. */
void book_keep(struct book *book, const struct book_rules *rules, struct state *state);

void book_free(struct book *book);

#endif
