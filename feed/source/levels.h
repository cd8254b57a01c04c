/* levels.h - the price levels of one side of an order book, best first to find.
 *
 * A sorted array with the best price at its end: what happens in a market happens near the best price, so
 * that few levels have to move.  Prices and quantities are in the caller's units. */
#ifndef FEED_LEVELS_H
#define FEED_LEVELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LEVELS_MAX (1 << 20) /* prices of one side */

struct level {
    int64_t px;
    int64_t qty; /* > 0 */
};

/* All zero: an empty side of asks. */
struct levels {
    struct level *level;
    uint32_t cnt;
    uint32_t cap;
    bool is_bid; /* the highest price is the best, else the lowest */
};

/* levels_set - the quantity at px is qty from now on; 0 or less: the level is gone.
 * 0; -ENOMEM; -ENOSPC: more than LEVELS_MAX prices.  After an error nothing has changed. */
int levels_set(struct levels *side, int64_t px, int64_t qty);

/* levels_add - delta (also negative) more at px; what falls to 0 or below is gone.  Returns as levels_set,
 * or -ERANGE: the sum does not fit. */
int levels_add(struct levels *side, int64_t px, int64_t delta);

/* levels_best - the best level, NULL: the side is empty.  Valid until the next change. */
static inline const struct level *levels_best(const struct levels *side)
{
    return side->cnt == 0 ? NULL : &side->level[side->cnt - 1];
}

/* levels_clear - no level is left; the memory is kept. */
static inline void levels_clear(struct levels *side)
{
    side->cnt = 0;
}

/* levels_free - the same, and the memory is given back. */
void levels_free(struct levels *side);

#endif
