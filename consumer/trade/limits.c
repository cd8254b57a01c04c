#include "consumer/trade/limits.h"

static money amount_of(const struct limit *limit, money equity)
{
    money amount = limit->amount;
    if (limit->is_pct
        && money_share(equity, limit->pct_e9, 100 * (exact_int)EXACT_PCT_SCALE, MONEY_DOWN, &amount) != 0)
        return MONEY_MAX;
    return amount;
}

void limits_init(struct limits *limits, const struct limits_plan *plan, money equity)
{
    *limits = (struct limits){
        .one = amount_of(&plan->one, equity),
        .all = amount_of(&plan->all, equity),
        .drawdown_pct_e9 = plan->drawdown_pct_e9,
    };
}

/* Whether the drawdown is at least the allowed one divided by parts. */
static bool has_fallen(const struct limits *limits, const struct portfolio *portfolio, int parts)
{
    money least = MONEY_MAX;
    money_share(portfolio->peak, limits->drawdown_pct_e9, parts * 100 * (exact_int)EXACT_PCT_SCALE, MONEY_UP,
                &least); /* at most the peak: it fits */
    return portfolio->peak - portfolio_equity(portfolio) >= least;
}

void limits_watch(struct limits *limits, const struct portfolio *portfolio)
{
    if (limits->drawdown_pct_e9 < 0 || limits->state == LIMITS_HALTED)
        return;
    if (has_fallen(limits, portfolio, 1))
        limits->state = LIMITS_HALTED;
    else
        limits->state = has_fallen(limits, portfolio, 2) ? LIMITS_REDUCING : LIMITS_ACTIVE;
}

enum trade_reason limits_check(const struct limits *limits, const struct portfolio *portfolio,
                               uint32_t symbol, int64_t price_px, int64_t after_qty)
{
    int64_t held_qty = portfolio_qty(portfolio, symbol);
    money after = money_of(price_px, after_qty);
    money held = money_of(price_px, held_qty < 0 ? -held_qty : held_qty);
    if (after > limits->one)
        return TRADE_POSITION_LIMIT;
    if (portfolio->gross - held + after > limits->all)
        return TRADE_TOTAL_LIMIT;
    return TRADE_OK;
}

const char *limits_state_name(enum limits_state state)
{
    static const char *const name[] = {"ACTIVE", "REDUCING", "HALTED"};
    return name[state];
}

void limits_keep(struct limits *limits, struct state *state)
{
    uint64_t now = state_cnt(state, limits->state, LIMITS_HALTED);
    limits->state = (enum limits_state)now;
}
