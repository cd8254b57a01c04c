/* risk.h - from a signal to an order, or to the reason why there is none.
 *
 * A signal in the direction of the symbol's position, or without one, opens: a share of the equity by the Kelly
 * criterion (kelly.h), share * equity / price, rounded down to 1e-9.  A signal against the position closes it
 * and opens as much on the other side.  What opens is subject to the limits and to the state (limits.h), and left
 * off whole where they forbid it; what closes passes always, but not when HALTED.
 *
 * Nobody says what became of the orders: their fills follow from the same rule (paper.h) as where they are
 * executed, so the portfolio here is the one there.  Positions are marked by the signals' prices. */
#ifndef CONSUMER_RISK_H
#define CONSUMER_RISK_H

#include "consumer/trade/kelly.h"
#include "consumer/trade/limits.h"
#include "consumer/trade/paper.h"

#define TRADE_MONEY_MAX (MONEY_ONE * 1000 * 1000000000) /* 1e12: of equity and limits, far below MONEY_MAX */

/* What is asked of risk and execution. */
struct trade_plan {
    money equity; /* at the start, above 0, at most TRADE_MONEY_MAX */
    struct paper_plan paper;
    struct kelly_plan kelly;
    struct limits_plan limits;
};

/* trade_plan_default - 100000 of equity, no fee and slippage, least confidence 0.15; half of Kelly's f, at most
 * 0.1 of the equity, after 20 trades; a position up to 25 % and all up to 100 % of the equity, any drawdown. */
struct trade_plan trade_plan_default(void);

struct risk {
    struct trade_plan plan;
    struct portfolio portfolio;
    struct limits limits;
};

struct risk_decision {
    int64_t size_qty; /* of the order; 0: refused */
    enum trade_reason reason; /* why it is refused, or why an order only closes; else TRADE_OK */
};

void risk_init(struct risk *risk, const struct trade_plan *plan);

/* risk_signal - marks the symbol by the signal's price, and decides.
 * Returns 0, -ENOMEM or -EOVERFLOW (portfolio.h). */
int risk_signal(struct risk *risk, uint32_t symbol, const struct tr_tick *signal,
                struct risk_decision *decision);

/* risk_order - an order has been sent: what becomes of it.  Returns as risk_signal. */
int risk_order(struct risk *risk, uint32_t symbol, const struct tr_tick *order);

/* risk_keep - all of it, saved, or loaded into one that risk_init has made with the same plan. */
void risk_keep(struct risk *risk, struct state *state);

void risk_free(struct risk *risk);

#endif
