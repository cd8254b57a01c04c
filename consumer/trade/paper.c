#include "consumer/trade/paper.h"

#include "consumer/trade/money.h"

/* 0: it does not fit, or there is none left. */
static int64_t slipped_px(const struct paper_plan *plan, const struct tr_tick *order)
{
    bool buy = order->side == TR_SIDE_BUY;
    int64_t part = buy ? PAPER_BPS_MAX + plan->slippage_bps_e9 : PAPER_BPS_MAX - plan->slippage_bps_e9;
    money price;
    if (money_share(order->price_px, part, PAPER_BPS_MAX, buy ? MONEY_UP : MONEY_DOWN, &price) != 0)
        return 0;
    return price <= INT64_MAX ? (int64_t)price : 0;
}

/* False: it does not fit. */
static bool size_of_order(const struct tr_tick *order, int64_t *size_qty)
{
    return !__builtin_mul_overflow(order->size_qty, tr_tick_size_unit(order), size_qty);
}

static bool fee_of_fill(const struct paper_plan *plan, struct paper_fill *fill)
{
    money notional = money_of(fill->price_px, fill->size_qty);
    money fee_e9;
    if (!money_fits(notional)
        || money_share(notional, plan->fee_bps_e9, (exact_int)PAPER_BPS_MAX * MONEY_E9, MONEY_HALF_EVEN,
                       &fee_e9)
               != 0
        || fee_e9 > INT64_MAX)
        return false;
    fill->fee_e9 = (int64_t)fee_e9;
    return true;
}

enum trade_reason paper_fill(const struct paper_plan *plan, const struct tr_tick *order,
                             struct paper_fill *fill)
{
    struct paper_fill made;
    if (order->side != TR_SIDE_BUY && order->side != TR_SIDE_SELL)
        return TRADE_NO_SIDE;
    if (order->price_px <= 0)
        return TRADE_BAD_PRICE;
    if (order->size_qty <= 0)
        return TRADE_ZERO_SIZE;
    if (order->confidence_e12 < plan->confidence_min_e12)
        return TRADE_LOW_CONFIDENCE;
    made.price_px = slipped_px(plan, order);
    if (made.price_px == 0)
        return TRADE_BAD_PRICE;
    if (!size_of_order(order, &made.size_qty) || !fee_of_fill(plan, &made))
        return TRADE_TOO_LARGE;
    *fill = made;
    return TRADE_OK;
}
