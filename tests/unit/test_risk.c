/* From signals to orders: sizes, what closes and what opens, and every reason why not. */
#include "feed_help.h"

#include "consumer/trade/risk.h"

#define ONE TR_PX_SCALE

static struct risk risk;
static struct trade_plan plan;

static void begin(void)
{
    risk_free(&risk);
    risk_init(&risk, &plan);
}

static int set_up(void **state)
{
    (void)state;
    plan = trade_plan_default();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    risk_free(&risk);
    return 0;
}

static struct tr_tick a_signal(uint8_t side, int64_t price_px)
{
    return (struct tr_tick){
        .kind = TR_TICK_SIGNAL, .side = side, .price_px = price_px, .confidence_e12 = EXACT_E12};
}

static struct risk_decision decide(uint32_t symbol, uint8_t side, int64_t price_px)
{
    struct tr_tick signal = a_signal(side, price_px);
    struct risk_decision decision = {.size_qty = -1};
    assert_int_equal(risk_signal(&risk, symbol, &signal, &decision), 0);
    assert_true(decision.size_qty >= 0);
    assert_true(decision.size_qty > 0 || decision.reason != TRADE_OK);
    return decision;
}

/* The order that follows, sent and filled. */
static struct risk_decision trade(uint32_t symbol, uint8_t side, int64_t price_px)
{
    struct risk_decision decision = decide(symbol, side, price_px);
    struct tr_tick order = a_signal(side, price_px);
    order.kind = TR_TICK_ORDER;
    order.size_qty = decision.size_qty;
    if (decision.size_qty > 0)
        assert_int_equal(risk_order(&risk, symbol, &order), 0);
    return decision;
}

static void expect_refused(struct risk_decision decision, enum trade_reason reason)
{
    assert_int_equal(decision.size_qty, 0);
    assert_string_equal(trade_reason_name(decision.reason), trade_reason_name(reason));
}

static void expect_order(struct risk_decision decision, int64_t size_qty)
{
    assert_string_equal(trade_reason_name(decision.reason), "");
    assert_int_equal(decision.size_qty, size_qty);
}

static void a_hundredth_until_something_is_known(void **state)
{
    (void)state;
    begin();
    expect_order(trade(0, TR_SIDE_BUY, 42150 * ONE), 23724792); /* 1000 / 42150, rounded down */
    assert_int_equal(portfolio_qty(&risk.portfolio, 0), 23724792);
    expect_order(decide(1, TR_SIDE_SELL, 100 * ONE), 10 * ONE);
}

static void by_the_criterion_when_it_is(void **state)
{
    (void)state;
    plan.kelly.win_rate_e12 = EXACT_E12 * 55 / 100;
    plan.kelly.payoff_e12 = EXACT_E12;
    begin();
    expect_order(decide(0, TR_SIDE_BUY, 100 * ONE), 50 * ONE); /* half of 10 % */
    plan.kelly.payoff_e12 = 2 * EXACT_E12;
    begin();
    expect_order(decide(0, TR_SIDE_BUY, 100 * ONE), 100 * ONE); /* the cap */
    plan.kelly.payoff_e12 = EXACT_E12 / 2;
    begin();
    expect_refused(decide(0, TR_SIDE_BUY, 100 * ONE), TRADE_NO_EDGE);
}

static void the_size_follows_the_equity(void **state)
{
    (void)state;
    begin();
    trade(0, TR_SIDE_BUY, 100 * ONE); /* 10 */
    expect_order(decide(0, TR_SIDE_BUY, 200 * ONE), 5050000000); /* 1 % of 101000 */
}

static void against_the_position_closes_and_opens(void **state)
{
    (void)state;
    begin();
    trade(0, TR_SIDE_BUY, 100 * ONE);
    expect_order(trade(0, TR_SIDE_SELL, 100 * ONE), 20 * ONE);
    assert_int_equal(portfolio_qty(&risk.portfolio, 0), -10 * ONE);
    expect_order(trade(0, TR_SIDE_BUY, 100 * ONE), 20 * ONE);
    assert_int_equal(portfolio_qty(&risk.portfolio, 0), 10 * ONE);
}

static void without_edge_it_only_closes(void **state)
{
    (void)state;
    plan.kelly.trade_cnt_min = 1;
    begin();
    trade(0, TR_SIDE_BUY, 100 * ONE);
    trade(1, TR_SIDE_BUY, 100 * ONE);
    trade(0, TR_SIDE_SELL, 90 * ONE); /* lost: nothing but losses */
    expect_refused(decide(2, TR_SIDE_BUY, 100 * ONE), TRADE_NO_EDGE);
    struct risk_decision decision = trade(1, TR_SIDE_SELL, 100 * ONE);
    assert_int_equal(decision.size_qty, 10 * ONE);
    assert_int_equal(decision.reason, TRADE_NO_EDGE);
    assert_int_equal(portfolio_qty(&risk.portfolio, 1), 0);
    expect_refused(decide(1, TR_SIDE_SELL, 100 * ONE), TRADE_NO_EDGE);
}

static void position_limits(void **state)
{
    (void)state;
    plan.limits.one = (struct limit){.amount = 2500 * MONEY_ONE};
    plan.limits.all = (struct limit){.amount = 3500 * MONEY_ONE};
    begin();
    expect_order(trade(0, TR_SIDE_BUY, 100 * ONE), 10 * ONE);
    expect_order(trade(0, TR_SIDE_BUY, 100 * ONE), 10 * ONE);
    expect_refused(trade(0, TR_SIDE_BUY, 100 * ONE), TRADE_POSITION_LIMIT);
    expect_order(trade(1, TR_SIDE_SELL, 100 * ONE), 10 * ONE);
    expect_refused(trade(2, TR_SIDE_BUY, 100 * ONE), TRADE_TOTAL_LIMIT);
    /* What makes it smaller passes, and here what opens on the other side as well. */
    expect_order(trade(0, TR_SIDE_SELL, 100 * ONE), 30 * ONE);
    plan.limits.one = (struct limit){.amount = 999 * MONEY_ONE};
    limits_init(&risk.limits, &plan.limits, plan.equity);
    struct risk_decision decision = decide(0, TR_SIDE_BUY, 100 * ONE);
    assert_int_equal(decision.size_qty, 10 * ONE);
    assert_int_equal(decision.reason, TRADE_POSITION_LIMIT);
}

static void reducing_and_halted(void **state)
{
    (void)state;
    plan.equity = 1000 * MONEY_ONE;
    plan.kelly.win_rate_e12 = EXACT_E12;
    plan.kelly.payoff_e12 = EXACT_E12;
    plan.limits.drawdown_pct_e9 = 4 * LIMITS_PCT_SCALE;
    begin();
    expect_order(trade(0, TR_SIDE_BUY, 100 * ONE), ONE);
    expect_order(trade(1, TR_SIDE_BUY, 100 * ONE), ONE);
    expect_refused(decide(0, TR_SIDE_BUY, 80 * ONE), TRADE_REDUCING); /* 20 of 1000 */
    expect_refused(decide(2, TR_SIDE_BUY, 80 * ONE), TRADE_REDUCING);
    struct risk_decision decision = trade(0, TR_SIDE_SELL, 80 * ONE);
    assert_int_equal(decision.size_qty, ONE); /* to flat, no further */
    assert_int_equal(decision.reason, TRADE_REDUCING);
    expect_refused(decide(0, TR_SIDE_SELL, 80 * ONE), TRADE_REDUCING);
    assert_true(decide(1, TR_SIDE_BUY, 110 * ONE).size_qty > 0); /* 10 of 1000: active again */
    expect_refused(decide(1, TR_SIDE_BUY, 80 * ONE), TRADE_HALTED); /* 40 */
    expect_refused(decide(1, TR_SIDE_SELL, 80 * ONE), TRADE_HALTED);
    expect_refused(decide(1, TR_SIDE_SELL, 500 * ONE), TRADE_HALTED);
}

static void no_equity_left(void **state)
{
    (void)state;
    plan.equity = 1000 * MONEY_ONE;
    plan.kelly.win_rate_e12 = EXACT_E12;
    plan.kelly.payoff_e12 = EXACT_E12;
    plan.kelly.cap_e12 = EXACT_E12;
    plan.kelly.fraction_e12 = EXACT_E12;
    plan.limits.one.pct_e9 = 100 * LIMITS_PCT_SCALE;
    begin();
    expect_order(trade(0, TR_SIDE_SELL, 100 * ONE), 10 * ONE);
    struct risk_decision decision = decide(0, TR_SIDE_BUY, 200 * ONE);
    assert_int_equal(decision.size_qty, 10 * ONE);
    assert_int_equal(decision.reason, TRADE_NO_EQUITY);
    expect_refused(decide(1, TR_SIDE_BUY, ONE), TRADE_NO_EQUITY);
}

static void what_cannot_be_an_order(void **state)
{
    (void)state;
    begin();
    expect_refused(decide(0, TR_SIDE_BUY, 0), TRADE_BAD_PRICE);
    expect_refused(decide(0, TR_SIDE_BUY, -ONE), TRADE_BAD_PRICE);
    expect_refused(decide(0, TR_SIDE_NONE, ONE), TRADE_NO_SIDE);
    expect_refused(decide(0, TR_SIDE_BUY, 1), TRADE_TOO_LARGE); /* 1e12 pieces */
    plan.equity = 1;
    begin();
    expect_refused(decide(0, TR_SIDE_BUY, ONE), TRADE_ZERO_SIZE);
}

/* An order of low confidence goes on, and is not filled here either. */
static void low_confidence_is_not_filled(void **state)
{
    (void)state;
    begin();
    struct risk_decision decision = decide(0, TR_SIDE_BUY, 100 * ONE);
    struct tr_tick order = a_signal(TR_SIDE_BUY, 100 * ONE);
    order.size_qty = decision.size_qty;
    order.confidence_e12 = plan.paper.confidence_min_e12 - 1;
    assert_int_equal(risk_order(&risk, 0, &order), 0);
    assert_int_equal(portfolio_qty(&risk.portfolio, 0), 0);
    order.confidence_e12++;
    assert_int_equal(risk_order(&risk, 0, &order), 0);
    assert_int_equal(portfolio_qty(&risk.portfolio, 0), 10 * ONE);
}

#define WITH_PLAN(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_PLAN(a_hundredth_until_something_is_known),
        WITH_PLAN(by_the_criterion_when_it_is),
        WITH_PLAN(the_size_follows_the_equity),
        WITH_PLAN(against_the_position_closes_and_opens),
        WITH_PLAN(without_edge_it_only_closes),
        WITH_PLAN(position_limits),
        WITH_PLAN(reducing_and_halted),
        WITH_PLAN(no_equity_left),
        WITH_PLAN(what_cannot_be_an_order),
        WITH_PLAN(low_confidence_is_not_filled),
    };
    return cmocka_run_group_tests_name("risk", tests, NULL, NULL);
}
