/* dbn_book.h - books of orders from DBN's market-by-order records, for their best bid and ask.
 *
 * Source: https://databento.com/docs/schemas-and-data-formats/mbo and the example of a limit order book there.
 * Each instrument of each publisher has a book of its own.  Trades and fills do not change it: what they take
 * away is cancelled by the records that follow them. */
#ifndef FEED_DBN_BOOK_H
#define FEED_DBN_BOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "feed/source/idmap.h"
#include "feed/source/levels.h"
#include "feed/source/orders.h"

#define DBN_BOOKS_MAX (1 << 20)

/* What a market-by-order record says, in its units. */
struct dbn_order {
    uint64_t ref;
    int64_t px;
    uint32_t size;
    char action;
    char side;
    uint8_t flags;
};

struct dbn_best {
    struct level bid; /* qty 0: there is none; in units of 1 */
    struct level ask;
};

struct dbn_book {
    struct levels side[2]; /* ask, bid */
    struct dbn_best told; /* by dbn_book_changed */
    uint64_t ref_mask; /* venues number orders for each instrument anew */
    uint32_t index;
    uint32_t order_cnt; /* live ones */
    uint8_t generation; /* counts how often it was cleared */
};

/* All zero: no books. */
struct dbn_books {
    struct dbn_book *book;
    uint32_t cnt;
    uint32_t cap;
    struct idmap index; /* of publisher and instrument in book */
    struct orders orders; /* of all books */
    size_t stale_cnt; /* of them, those of books that were cleared since */
};

/* dbn_books_find - the book of an instrument of a publisher, which may be a new one; valid until the next call.
 * 0; -ENOMEM; -ENOSPC: more than DBN_BOOKS_MAX. */
int dbn_books_find(struct dbn_books *books, uint16_t publisher, uint32_t instrument, struct dbn_book **book);

/* dbn_book_apply - the order does to its book what its action says.  *odd becomes NULL, or what is odd about
 * it, a constant text: then as much was done as makes sense.
 * 0; -EINVAL: an order without price or side, nothing was done; -ENOMEM, -ENOSPC: a table is full. */
int dbn_book_apply(struct dbn_books *books, struct dbn_book *book, const struct dbn_order *order,
                   const char **odd);

/* dbn_book_changed - whether the best bid or ask is another than when this was asked last; *best then is it. */
bool dbn_book_changed(struct dbn_book *book, struct dbn_best *best);

/* dbn_books_free - no books, and the memory is given back. */
void dbn_books_free(struct dbn_books *books);

#endif
