/* paper.h - the paper fill: what an order would have cost, by a rule.  The same order always has the same fill.
 *
 * An order is filled whole, at its price and slippage, which is always against us: a buyer pays
 * price * (1 + slippage), rounded up to 1e-9, a seller gets price * (1 - slippage), rounded down.  The fee is
 * a part of the money that changed hands, rounded half-even to 1e-9, so that the record of the fill holds all
 * of it. */
#ifndef CONSUMER_PAPER_H
#define CONSUMER_PAPER_H

#include "consumer/trade/reason.h"
#include "tick.h"

#define PAPER_BPS_SCALE INT64_C(1000000000) /* units in one per ten thousand */
#define PAPER_BPS_MAX (10000 * PAPER_BPS_SCALE)

struct paper_plan {
    int64_t fee_bps_e9; /* 0 to PAPER_BPS_MAX, as the next */
    int64_t slippage_bps_e9;
    int64_t confidence_min_e12; /* an order of less is not filled */
};

struct paper_fill {
    int64_t price_px; /* > 0 */
    int64_t size_qty; /* > 0, in units of 1e-9 whatever unit the order had */
    int64_t fee_e9; /* >= 0 */
};

/* paper_fill - TRADE_OK and the fill of an order; or why there is none, and *fill is as it was. */
enum trade_reason paper_fill(const struct paper_plan *plan, const struct tr_tick *order,
                             struct paper_fill *fill);

#endif
