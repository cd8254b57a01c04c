/* portfolio.h - positions at average cost, and what they have earned: exact, O(1) a fill and a mark.
 *
 * A position is long (qty > 0) or short (qty < 0) and has a cost: what was paid for it, or, negative, what
 * was got for it.  A fill in its direction adds price * size to the cost.  A fill against it takes
 * cost * part / whole away (rounded half-even to 1e-18; what that leaves stays in the cost), and the
 * difference to the price of the fill is realized.  A fill through zero closes, and opens the rest.
 *
 * A mark is the price that a symbol was seen at last.  Then at every step, to the last unit,
 *
 *   cash + sum of qty * mark  =  start + realized + unrealized - fees        (both are the equity)
 *
 * Amounts that leave the bound of money.h are found: the call says -EOVERFLOW, and the portfolio is of no use
 * any more. */
#ifndef CONSUMER_PORTFOLIO_H
#define CONSUMER_PORTFOLIO_H

#include "consumer/state.h"
#include "consumer/trade/money.h"

struct position {
    uint32_t symbol; /* the caller's number */
    int64_t qty;
    int64_t mark_px;
    money cost; /* has the sign of qty */
};

/* Owns the arrays. */
struct portfolio {
    struct position *position; /* in the order in which the symbols came; also those that are flat */
    uint32_t cnt;
    uint32_t cap;
    uint32_t *place; /* by symbol: index + 1 into position; 0: none */
    uint32_t place_cnt;
    money start;
    money cash;
    money realized; /* before fees */
    money fees;
    money cost; /* sums over the positions: cost, qty * mark, its size without sign */
    money value;
    money gross;
    money peak; /* highest equity after a fill or mark, and at the start */
    money drawdown_max; /* largest peak - equity */
    money fall; /* fall / fall_peak is the largest drawdown as a part of its peak, perhaps another one */
    money fall_peak;
    uint64_t win_cnt; /* fills that closed a part with something realized above 0 */
    uint64_t loss_cnt; /* below 0 */
    money win_sum; /* what those realized, before fees */
    money loss_sum; /* without its sign */
    bool overflow;
};

/* portfolio_init - start of it in cash, no position.  0 < start <= MONEY_MAX. */
void portfolio_init(struct portfolio *p, money start);

/* portfolio_mark - a symbol was seen at this price, > 0.  Returns 0, -ENOMEM or -EOVERFLOW. */
int portfolio_mark(struct portfolio *p, uint32_t symbol, int64_t price_px);

/* portfolio_fill - bought (qty > 0) or sold (qty < 0, not INT64_MIN) at this price, > 0; fee_e9 >= 0 in units of
 * 1e-9.  A symbol without a mark is marked at the price first.  Returns as portfolio_mark. */
int portfolio_fill(struct portfolio *p, uint32_t symbol, int64_t qty, int64_t price_px, int64_t fee_e9);

/* portfolio_qty - how much of a symbol is held; 0 if it was never seen. */
int64_t portfolio_qty(const struct portfolio *p, uint32_t symbol);

static inline money portfolio_equity(const struct portfolio *p)
{
    return p->cash + p->value;
}

static inline money portfolio_unrealized(const struct portfolio *p)
{
    return p->value - p->cost;
}

/* portfolio_keep - all of it, saved, or loaded into one that portfolio_init has made. */
void portfolio_keep(struct portfolio *p, struct state *state);

/* portfolio_free - gives the memory back. */
void portfolio_free(struct portfolio *p);

#endif
