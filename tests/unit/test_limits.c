/* Limits of positions, and what a drawdown forbids. */
#include "feed_help.h"

#include "consumer/trade/limits.h"
#include "tick.h"

#define ONE TR_PX_SCALE

static const struct limits_plan usual = {
    .one = {.is_pct = true, .pct_e9 = 25 * EXACT_PCT_SCALE},
    .all = {.is_pct = true, .pct_e9 = 100 * EXACT_PCT_SCALE},
    .drawdown_pct_e9 = -1,
};

static struct portfolio book;
static struct limits limits;

static void begin(const struct limits_plan *plan)
{
    portfolio_init(&book, 1000 * MONEY_ONE);
    limits_init(&limits, plan, 1000 * MONEY_ONE);
}

static void fill(uint32_t symbol, int64_t qty, int64_t price_px)
{
    assert_int_equal(portfolio_fill(&book, symbol, qty, price_px, 0), 0);
}

static enum trade_reason check(uint32_t symbol, int64_t price_px, int64_t after_qty)
{
    return limits_check(&limits, &book, symbol, price_px, after_qty);
}

/* The state after symbol 0 was seen at this price. */
static enum limits_state at(int64_t price_px)
{
    assert_int_equal(portfolio_mark(&book, 0, price_px), 0);
    limits_watch(&limits, &book);
    return limits.state;
}

static void a_limit_may_be_reached_not_exceeded(void **state)
{
    (void)state;
    begin(&usual);
    assert_int_equal(check(0, 100 * ONE, 5 * ONE / 2), TRADE_OK);
    assert_int_equal(check(0, 100 * ONE, 5 * ONE / 2 + 1), TRADE_POSITION_LIMIT);
    portfolio_free(&book);
}

static void all_positions_together(void **state)
{
    (void)state;
    begin(&usual);
    for (uint32_t symbol = 0; symbol < 4; symbol++)
        fill(symbol, symbol % 2 == 0 ? 2 * ONE : -2 * ONE, 100 * ONE); /* 800 without their signs */
    assert_int_equal(check(4, 100 * ONE, 2 * ONE), TRADE_OK);
    assert_int_equal(check(4, 100 * ONE, 2 * ONE + 1), TRADE_TOTAL_LIMIT);
    /* What the symbol has already is not counted twice. */
    assert_int_equal(check(3, 100 * ONE, 5 * ONE / 2), TRADE_OK);
    fill(4, 2 * ONE, 100 * ONE);
    assert_int_equal(check(3, 100 * ONE, 2 * ONE), TRADE_OK);
    assert_int_equal(check(3, 100 * ONE, 2 * ONE + 1), TRADE_TOTAL_LIMIT);
    portfolio_free(&book);
}

static void amounts_of_money(void **state)
{
    const struct limits_plan plan = {
        .one = {.amount = 50 * MONEY_ONE}, .all = {.amount = 60 * MONEY_ONE}, .drawdown_pct_e9 = -1};
    (void)state;
    begin(&plan);
    assert_int_equal(check(0, 100 * ONE, ONE / 2), TRADE_OK);
    assert_int_equal(check(0, 100 * ONE, ONE / 2 + 1), TRADE_POSITION_LIMIT);
    fill(1, ONE / 4, 100 * ONE);
    assert_int_equal(check(0, 100 * ONE, ONE / 2), TRADE_TOTAL_LIMIT);
    assert_int_equal(check(0, INT64_MAX, INT64_MAX), TRADE_POSITION_LIMIT);
    portfolio_free(&book);
}

static void a_limit_beyond_all_money(void **state)
{
    struct limits_plan plan = usual;
    (void)state;
    plan.one.pct_e9 = LIMITS_PCT_MAX;
    limits_init(&limits, &plan, MONEY_MAX);
    assert_true(limits.one == MONEY_MAX);
}

static void a_drawdown_reduces_and_halts(void **state)
{
    struct limits_plan plan = usual;
    (void)state;
    plan.drawdown_pct_e9 = 10 * EXACT_PCT_SCALE;
    begin(&plan);
    fill(0, ONE, 500 * ONE);
    assert_int_equal(at(500 * ONE), LIMITS_ACTIVE);
    assert_int_equal(at(450 * ONE + 1), LIMITS_ACTIVE);
    assert_int_equal(at(450 * ONE), LIMITS_REDUCING); /* 5 % */
    assert_int_equal(at(450 * ONE + 1), LIMITS_ACTIVE);
    assert_int_equal(at(1500 * ONE), LIMITS_ACTIVE); /* the peak is 2000 now */
    assert_int_equal(at(1400 * ONE), LIMITS_REDUCING);
    assert_int_equal(at(1300 * ONE + 1), LIMITS_REDUCING);
    assert_int_equal(at(1300 * ONE), LIMITS_HALTED);
    assert_int_equal(at(5000 * ONE), LIMITS_HALTED); /* for good */
    portfolio_free(&book);
}

static void without_a_drawdown_limit_nothing_halts(void **state)
{
    (void)state;
    begin(&usual);
    fill(0, 2 * ONE, 500 * ONE);
    assert_int_equal(at(1), LIMITS_ACTIVE);
    portfolio_free(&book);
}

/* 100 % is reached when nothing is left. */
static void all_of_it(void **state)
{
    struct limits_plan plan = usual;
    (void)state;
    plan.drawdown_pct_e9 = 100 * EXACT_PCT_SCALE;
    begin(&plan);
    fill(0, 2 * ONE, 600 * ONE);
    assert_int_equal(at(100 * ONE + 1), LIMITS_REDUCING);
    assert_int_equal(at(100 * ONE), LIMITS_HALTED);
    portfolio_free(&book);
}

static void the_state_is_kept(void **state)
{
    struct state saved = {0};
    struct state from;
    (void)state;
    begin(&usual);
    limits.state = LIMITS_HALTED;
    state_save(&saved);
    limits_keep(&limits, &saved);
    limits.state = LIMITS_ACTIVE;
    state_load(&from, saved.bytes, saved.len);
    limits_keep(&limits, &from);
    assert_true(state_whole(&from));
    assert_string_equal(limits_state_name(limits.state), "HALTED");
    saved.bytes[0] = 7; /* no such state */
    state_load(&from, saved.bytes, saved.len);
    limits_keep(&limits, &from);
    assert_false(state_whole(&from));
    portfolio_free(&book);
    state_free(&saved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_limit_may_be_reached_not_exceeded),
        cmocka_unit_test(all_positions_together),
        cmocka_unit_test(amounts_of_money),
        cmocka_unit_test(a_limit_beyond_all_money),
        cmocka_unit_test(a_drawdown_reduces_and_halts),
        cmocka_unit_test(without_a_drawdown_limit_nothing_halts),
        cmocka_unit_test(all_of_it),
        cmocka_unit_test(the_state_is_kept),
    };
    return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
