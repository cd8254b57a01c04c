#include "consumer/trade/risk.h"

struct trade_plan trade_plan_default(void)
{
    return (struct trade_plan){
        .equity = 100000 * MONEY_ONE,
        .paper = {.confidence_min_e12 = EXACT_E12 * 15 / 100},
        .kelly = {.fraction_e12 = EXACT_E12 / 2,
                  .cap_e12 = EXACT_E12 / 10,
                  .trade_cnt_min = 20,
                  .win_rate_e12 = -1,
                  .payoff_e12 = -1},
        .limits = {.one = {.is_pct = true, .pct_e9 = 25 * LIMITS_PCT_SCALE},
                   .all = {.is_pct = true, .pct_e9 = 100 * LIMITS_PCT_SCALE},
                   .drawdown_pct_e9 = -1},
    };
}

void risk_init(struct risk *risk, const struct trade_plan *plan)
{
    *risk = (struct risk){.plan = *plan};
    portfolio_init(&risk->portfolio, plan->equity);
    limits_init(&risk->limits, &plan->limits, plan->equity);
}

/* The size that opens, by the equity. */
static enum trade_reason size_by_equity(const struct risk *risk, int64_t price_px, int64_t *size_qty)
{
    money equity = portfolio_equity(&risk->portfolio);
    if (equity <= 0)
        return TRADE_NO_EQUITY;
    struct kelly kelly = kelly_now(&risk->plan.kelly, &risk->portfolio);
    int64_t share = kelly_share_e12(&risk->plan.kelly, &kelly);
    if (share == 0)
        return TRADE_NO_EDGE;
    money bet = 0;
    money_share(equity, share, EXACT_E12, MONEY_DOWN, &bet); /* no more than the equity: it fits */
    money size = bet / price_px;
    if (size > INT64_MAX)
        return TRADE_TOO_LARGE;
    *size_qty = (int64_t)size;
    return size > 0 ? TRADE_OK : TRADE_ZERO_SIZE;
}

/* What may be opened where a position of kept_qty, without sign, stays: *size_qty. */
static enum trade_reason open_size(const struct risk *risk, uint32_t symbol, int64_t price_px,
                                   int64_t kept_qty, int64_t *size_qty)
{
    int64_t after_qty;
    if (risk->limits.state == LIMITS_REDUCING)
        return TRADE_REDUCING;
    enum trade_reason reason = size_by_equity(risk, price_px, size_qty);
    if (reason != TRADE_OK)
        return reason;
    if (__builtin_add_overflow(kept_qty, *size_qty, &after_qty))
        return TRADE_TOO_LARGE;
    return limits_check(&risk->limits, &risk->portfolio, symbol, price_px, after_qty);
}

static struct risk_decision decide(const struct risk *risk, uint32_t symbol, const struct tr_tick *signal)
{
    int64_t held_qty = portfolio_qty(&risk->portfolio, symbol);
    bool against = held_qty != 0 && (held_qty > 0) != (signal->side == TR_SIDE_BUY);
    int64_t size_qty = held_qty < 0 ? -held_qty : held_qty;
    int64_t close_qty = against ? size_qty : 0;
    int64_t open_qty = 0;
    if (risk->limits.state == LIMITS_HALTED)
        return (struct risk_decision){.reason = TRADE_HALTED};
    enum trade_reason reason = open_size(risk, symbol, signal->price_px, size_qty - close_qty, &open_qty);
    int64_t order_qty;
    if (reason == TRADE_OK && __builtin_add_overflow(close_qty, open_qty, &order_qty))
        reason = TRADE_TOO_LARGE;
    if (reason != TRADE_OK)
        order_qty = close_qty;
    return (struct risk_decision){.size_qty = order_qty, .reason = reason};
}

int risk_signal(struct risk *risk, uint32_t symbol, const struct tr_tick *signal,
                struct risk_decision *decision)
{
    if (signal->price_px <= 0) {
        *decision = (struct risk_decision){.reason = TRADE_BAD_PRICE};
        return 0;
    }
    int rc = portfolio_mark(&risk->portfolio, symbol, signal->price_px);
    if (rc != 0)
        return rc;
    limits_watch(&risk->limits, &risk->portfolio);
    if (signal->side != TR_SIDE_BUY && signal->side != TR_SIDE_SELL)
        *decision = (struct risk_decision){.reason = TRADE_NO_SIDE};
    else
        *decision = decide(risk, symbol, signal);
    return 0;
}

int risk_order(struct risk *risk, uint32_t symbol, const struct tr_tick *order)
{
    struct paper_fill fill;
    if (paper_fill(&risk->plan.paper, order, &fill) != TRADE_OK)
        return 0;
    int64_t qty = order->side == TR_SIDE_BUY ? fill.size_qty : -fill.size_qty;
    int rc = portfolio_fill(&risk->portfolio, symbol, qty, fill.price_px, fill.fee_e9);
    if (rc == 0)
        limits_watch(&risk->limits, &risk->portfolio);
    return rc;
}

void risk_keep(struct risk *risk, struct state *state)
{
    portfolio_keep(&risk->portfolio, state);
    limits_keep(&risk->limits, state);
}

void risk_free(struct risk *risk)
{
    portfolio_free(&risk->portfolio);
}
