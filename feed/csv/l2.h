/* l2.h - order books by price level, one for each symbol and venue, and the quotes that their changes make.
 *
 * Levels come in messages of the venue: neighbouring rows with the same names and times, all of them of a
 * snapshot or none.  What a message did to the best bid and ask is told at its end, so that no quote is one
 * of a half-made book. */
#ifndef FEED_L2_H
#define FEED_L2_H

#include "feed/source/source.h"

#define L2_BOOK_MAX (1 << 16)
#define L2_MILLI_MAX (INT64_MAX / 2) /* a size of 4.6e15 */
#define L2_LEVEL_MAX (1 << 24) /* levels of all books that memory is held for: 256 MiB */

struct l2_level {
    int64_t px;
    int64_t qty; /* not negative; of units of 1e-3 at most L2_MILLI_MAX */
    bool is_bid;
    bool is_milli; /* qty is in units of 1e-3, not 1e-9 */
    bool is_gone; /* there is nothing at px any more */
};

/* All zero: no books. */
struct l2 {
    struct l2_book **bucket;
    uint32_t bucket_cnt; /* a power of two, more than twice book_cnt */
    uint32_t book_cnt;
    uint64_t level_cap; /* levels of all books that memory is held for */
    struct l2_book *open; /* whose message is not ended; NULL: none */
};

/* l2_row - a row with the names and times of rec comes.  *has_quote: it ended a message that had changed the
 * best bid or ask, and *quote is what they had become; its names last as long as the books.
 *
 * The first row of a snapshot empties its book.  One snapshot are rows that follow each other and agree in
 * the event time or in the receive time (which is 0 where there is none).
 * 0; -ENOMEM; -ENOSPC: more than L2_BOOK_MAX books. */
int l2_row(struct l2 *l2, const struct source_record *rec, bool is_snapshot, struct source_record *quote,
           bool *has_quote, uint64_t *rounded_cnt);

/* l2_set - the level of that row.  0; -ENOMEM; -ENOSPC: more than L2_LEVEL_MAX levels, or LEVELS_MAX on a
 * side. */
int l2_set(struct l2 *l2, const struct l2_level *level, uint64_t *rounded_cnt);

/* l2_end - no row follows: *quote as with l2_row.  rounded_cnt counts sizes that lost digits. */
bool l2_end(struct l2 *l2, struct source_record *quote, uint64_t *rounded_cnt);

/* l2_free - releases all books. */
void l2_free(struct l2 *l2);

#endif
