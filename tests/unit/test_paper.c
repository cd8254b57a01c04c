/* The paper fill: price, fee, and why there is none. */
#include "feed_help.h"

#include "consumer/trade/money.h"
#include "consumer/trade/paper.h"

#define ONE TR_PX_SCALE

static struct tr_tick an_order(uint8_t side, int64_t price_px, int64_t size_qty)
{
    return (struct tr_tick){.kind = TR_TICK_ORDER,
                            .side = side,
                            .price_px = price_px,
                            .size_qty = size_qty,
                            .confidence_e12 = EXACT_E12 / 2};
}

static const struct paper_plan plain = {.confidence_min_e12 = EXACT_E12 * 15 / 100};

static enum trade_reason reason_of(const struct paper_plan *plan, struct tr_tick order)
{
    struct paper_fill fill = {1, 2, 3};
    enum trade_reason reason = paper_fill(plan, &order, &fill);
    if (reason != TRADE_OK)
        assert_true(fill.price_px == 1 && fill.size_qty == 2 && fill.fee_e9 == 3);
    return reason;
}

static struct paper_fill fill_of(const struct paper_plan *plan, struct tr_tick order)
{
    struct paper_fill fill = {0};
    assert_int_equal(paper_fill(plan, &order, &fill), TRADE_OK);
    return fill;
}

static void without_costs_it_is_the_order(void **state)
{
    (void)state;
    struct paper_fill fill = fill_of(&plain, an_order(TR_SIDE_SELL, 42150 * ONE, ONE / 2));
    assert_int_equal(fill.price_px, 42150 * ONE);
    assert_int_equal(fill.size_qty, ONE / 2);
    assert_int_equal(fill.fee_e9, 0);
}

static void slippage_is_against_us(void **state)
{
    struct paper_plan plan = plain;
    (void)state;
    plan.slippage_bps_e9 = 5 * PAPER_BPS_SCALE;
    assert_int_equal(fill_of(&plan, an_order(TR_SIDE_BUY, 10000 * ONE, ONE)).price_px, 10005 * ONE);
    assert_int_equal(fill_of(&plan, an_order(TR_SIDE_SELL, 10000 * ONE, ONE)).price_px, 9995 * ONE);
    /* A part of a unit is against us as well. */
    assert_int_equal(fill_of(&plan, an_order(TR_SIDE_BUY, 10, ONE)).price_px, 11);
    assert_int_equal(fill_of(&plan, an_order(TR_SIDE_SELL, 10, ONE)).price_px, 9);
    plan.slippage_bps_e9 = 1;
    assert_int_equal(fill_of(&plan, an_order(TR_SIDE_BUY, 10 * ONE, ONE)).price_px, 10 * ONE + 1);
    assert_int_equal(fill_of(&plan, an_order(TR_SIDE_SELL, 10 * ONE, ONE)).price_px, 10 * ONE - 1);
}

static void the_fee_is_of_the_money_and_rounded_half_even(void **state)
{
    struct paper_plan plan = plain;
    (void)state;
    plan.fee_bps_e9 = 5 * PAPER_BPS_SCALE / 2; /* 2.5 */
    assert_int_equal(fill_of(&plan, an_order(TR_SIDE_BUY, 40000 * ONE, ONE / 2)).fee_e9, 5 * ONE);
    plan.slippage_bps_e9 = 100 * PAPER_BPS_SCALE; /* of the price that was paid */
    assert_int_equal(fill_of(&plan, an_order(TR_SIDE_BUY, 40000 * ONE, ONE / 2)).fee_e9, 5050000000);
    assert_int_equal(fill_of(&plan, an_order(TR_SIDE_SELL, 40000 * ONE, ONE / 2)).fee_e9, 4950000000);
    plan = plain;
    plan.fee_bps_e9 = 5000 * PAPER_BPS_SCALE; /* a half */
    assert_int_equal(fill_of(&plan, an_order(TR_SIDE_BUY, 5, ONE)).fee_e9, 2);
    assert_int_equal(fill_of(&plan, an_order(TR_SIDE_BUY, 7, ONE)).fee_e9, 4);
    plan.fee_bps_e9 = PAPER_BPS_MAX;
    assert_int_equal(fill_of(&plan, an_order(TR_SIDE_BUY, INT64_MAX, ONE)).fee_e9, INT64_MAX);
}

static void the_least_confidence_is_enough(void **state)
{
    struct tr_tick order = an_order(TR_SIDE_BUY, ONE, ONE);
    (void)state;
    order.confidence_e12 = 150000000000;
    assert_int_equal(reason_of(&plain, order), TRADE_OK);
    order.confidence_e12--;
    assert_int_equal(reason_of(&plain, order), TRADE_LOW_CONFIDENCE);
}

static void sizes_in_thousandths(void **state)
{
    struct tr_tick order = an_order(TR_SIDE_BUY, ONE, 1500);
    (void)state;
    order.flags = TR_TICK_SIZE_MILLI;
    assert_int_equal(fill_of(&plain, order).size_qty, 3 * ONE / 2);
    order.size_qty = INT64_MAX / 1000;
    assert_int_equal(reason_of(&plain, order), TRADE_TOO_LARGE);
}

static void what_is_not_filled(void **state)
{
    struct paper_plan plan = plain;
    (void)state;
    assert_int_equal(reason_of(&plan, an_order(TR_SIDE_NONE, ONE, ONE)), TRADE_NO_SIDE);
    assert_int_equal(reason_of(&plan, an_order(7, ONE, ONE)), TRADE_NO_SIDE);
    assert_int_equal(reason_of(&plan, an_order(TR_SIDE_BUY, 0, ONE)), TRADE_BAD_PRICE);
    assert_int_equal(reason_of(&plan, an_order(TR_SIDE_BUY, INT64_MIN, ONE)), TRADE_BAD_PRICE);
    assert_int_equal(reason_of(&plan, an_order(TR_SIDE_BUY, ONE, 0)), TRADE_ZERO_SIZE);
    assert_int_equal(reason_of(&plan, an_order(TR_SIDE_BUY, ONE, INT64_MIN)), TRADE_ZERO_SIZE);
    assert_int_equal(reason_of(&plan, an_order(TR_SIDE_BUY, INT64_MAX, INT64_MAX)), TRADE_TOO_LARGE);
    plan.slippage_bps_e9 = PAPER_BPS_MAX;
    assert_int_equal(reason_of(&plan, an_order(TR_SIDE_SELL, ONE, ONE)), TRADE_BAD_PRICE);
    assert_int_equal(reason_of(&plan, an_order(TR_SIDE_BUY, INT64_MAX, 1)), TRADE_BAD_PRICE);
    plan = plain;
    plan.fee_bps_e9 = PAPER_BPS_MAX;
    assert_int_equal(reason_of(&plan, an_order(TR_SIDE_BUY, INT64_MAX, ONE + 1)), TRADE_TOO_LARGE);
}

static void reasons_have_names(void **state)
{
    (void)state;
    assert_string_equal(trade_reason_name(TRADE_OK), "");
    for (unsigned i = TRADE_OK + 1; i < TRADE_REASON_CNT; i++)
        assert_true(strlen(trade_reason_name(i)) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_costs_it_is_the_order),
        cmocka_unit_test(slippage_is_against_us),
        cmocka_unit_test(the_fee_is_of_the_money_and_rounded_half_even),
        cmocka_unit_test(the_least_confidence_is_enough),
        cmocka_unit_test(sizes_in_thousandths),
        cmocka_unit_test(what_is_not_filled),
        cmocka_unit_test(reasons_have_names),
    };
    return cmocka_run_group_tests_name("paper", tests, NULL, NULL);
}
