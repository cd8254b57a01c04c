/* When the rule speaks, and its words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "consumer/strategy/rule_momentum.h"

#define ONE TR_PX_SCALE
#define TENTH_PCT (EXACT_PCT_SCALE / 10)

/* One symbol as the stage keeps it, with a window of five ticks. */
struct symbol {
    struct symbol_stats stats;
    struct sma_set sma;
    struct sma_plan plan;
};

static int set_up(void **state)
{
    static struct symbol symbol;
    const struct sma_window window[] = {{5, 0}, {1, 0}};
    symbol = (struct symbol){0};
    *state = &symbol;
    return sma_plan_init(&symbol.plan, window, 2);
}

static int tear_down(void **state)
{
    struct symbol *symbol = *state;
    sma_free(&symbol->sma);
    return 0;
}

static void add(struct symbol *symbol, int64_t price_px)
{
    struct tr_tick tick = {.kind = TR_TICK_TRADE, .price_px = price_px, .size_qty = ONE};
    if (symbol_stats_tick(&symbol->stats, &tick) == SYMBOL_VALUE_RESTART)
        sma_reset(&symbol->sma);
    assert_int_equal(sma_push(&symbol->sma, &symbol->plan, symbol->stats.last, 0), 0);
}

static void restart_at(struct symbol *symbol, int64_t first_px, int64_t second_px)
{
    symbol->stats = (struct symbol_stats){0};
    sma_reset(&symbol->sma);
    add(symbol, first_px);
    add(symbol, second_px);
}

static enum rule_action action_of(const struct symbol *symbol, int64_t threshold_pct)
{
    struct rule_momentum rule = {.window = 0, .threshold_pct = threshold_pct};
    return rule_momentum_action(&rule, &symbol->stats, &symbol->sma);
}

static void check_texts(const struct symbol *symbol, enum rule_action action, const char *confidence,
                        const char *reason)
{
    char text[EXACT_TEXT_MAX] = "unwritten";
    assert_int_equal(rule_momentum_confidence_text(text, &symbol->stats), strlen(confidence));
    assert_string_equal(text, confidence);
    assert_int_equal(rule_momentum_reason_text(text, action, &symbol->stats), strlen(reason));
    assert_string_equal(text, reason);
}

static void example_of_the_interface(void **state)
{
    struct symbol *symbol = *state;
    char text[EXACT_TEXT_MAX];
    add(symbol, 42000 * ONE);
    assert_int_equal(action_of(symbol, TENTH_PCT), RULE_NONE);
    add(symbol, 42050 * ONE);
    add(symbol, 42100 * ONE);
    sma_text(text, &symbol->sma, 0);
    assert_string_equal(text, "42050");
    symbol_stats_change_text(text, &symbol->stats);
    assert_string_equal(text, "0.118906064209");
    assert_int_equal(action_of(symbol, TENTH_PCT), RULE_BUY);
    check_texts(symbol, RULE_BUY, "0.118906064209", "above SMA, up 0.12%");
}

static void falls_sell(void **state)
{
    struct symbol *symbol = *state;
    restart_at(symbol, 10000 * ONE, 9969 * ONE);
    assert_int_equal(action_of(symbol, TENTH_PCT), RULE_SELL);
    check_texts(symbol, RULE_SELL, "0.31", "below SMA, down 0.31%");
}

static void threshold_itself_is_not_enough(void **state)
{
    struct symbol *symbol = *state;
    restart_at(symbol, 1000 * ONE, 1001 * ONE);
    assert_int_equal(action_of(symbol, TENTH_PCT), RULE_NONE);
    assert_int_equal(action_of(symbol, TENTH_PCT - 1), RULE_BUY);
    restart_at(symbol, 1000 * ONE, 1001 * ONE + 1);
    assert_int_equal(action_of(symbol, TENTH_PCT), RULE_BUY);
    restart_at(symbol, 1000 * ONE, 999 * ONE);
    assert_int_equal(action_of(symbol, TENTH_PCT), RULE_NONE);
    restart_at(symbol, 1000 * ONE, 999 * ONE - 1);
    assert_int_equal(action_of(symbol, TENTH_PCT), RULE_SELL);
}

static void move_to_the_other_side_says_nothing(void **state)
{
    struct symbol *symbol = *state;
    restart_at(symbol, 1000 * ONE, 500 * ONE);
    add(symbol, 600 * ONE); /* up by a fifth, below the average of 700 */
    assert_int_equal(action_of(symbol, 0), RULE_NONE);
    restart_at(symbol, 100 * ONE, 500 * ONE);
    add(symbol, 400 * ONE); /* down, above the average of 333 1/3 */
    assert_int_equal(action_of(symbol, 0), RULE_NONE);
}

static void price_at_its_average_says_nothing(void **state)
{
    struct symbol *symbol = *state;
    struct rule_momentum second = {.window = 1, .threshold_pct = 0};
    restart_at(symbol, 300 * ONE, 100 * ONE);
    add(symbol, 200 * ONE);
    assert_int_equal(action_of(symbol, 0), RULE_NONE);
    add(symbol, 201 * ONE);
    assert_int_equal(action_of(symbol, 0), RULE_BUY);
    /* A window of one tick is the price itself. */
    assert_int_equal(rule_momentum_action(&second, &symbol->stats, &symbol->sma), RULE_NONE);
}

static void no_move_says_nothing(void **state)
{
    struct symbol *symbol = *state;
    restart_at(symbol, 100 * ONE, 200 * ONE);
    add(symbol, 200 * ONE);
    assert_int_equal(action_of(symbol, 0), RULE_NONE);
}

static void zero_before_has_no_change(void **state)
{
    struct symbol *symbol = *state;
    restart_at(symbol, 0, ONE);
    assert_int_equal(action_of(symbol, 0), RULE_NONE);
    check_texts(symbol, RULE_BUY, "", "");
}

static void below_zero_the_change_has_the_other_sign(void **state)
{
    struct symbol *symbol = *state;
    restart_at(symbol, -5 * ONE, -4 * ONE); /* -20 %, above the average */
    assert_int_equal(action_of(symbol, 0), RULE_NONE);
    restart_at(symbol, -5 * ONE, -6 * ONE);
    assert_int_equal(action_of(symbol, 0), RULE_NONE);
    restart_at(symbol, -5 * ONE, -10 * ONE);
    add(symbol, -8 * ONE); /* -20 %, below the average of -7 2/3 */
    assert_int_equal(action_of(symbol, 0), RULE_SELL);
    check_texts(symbol, RULE_SELL, "1", "below SMA, down 20.00%");
}

static void confidence_ends_at_one(void **state)
{
    struct symbol *symbol = *state;
    restart_at(symbol, 100 * ONE, 101 * ONE);
    check_texts(symbol, RULE_BUY, "1", "above SMA, up 1.00%");
    restart_at(symbol, 100 * ONE, 101 * ONE - 1);
    check_texts(symbol, RULE_BUY, "0.999999999", "above SMA, up 1.00%");
    restart_at(symbol, 100 * ONE, 99 * ONE + 1);
    check_texts(symbol, RULE_SELL, "0.999999999", "below SMA, down 1.00%");
    restart_at(symbol, 100 * ONE, 1 * ONE);
    check_texts(symbol, RULE_SELL, "1", "below SMA, down 99.00%");
}

static void reason_rounds_half_to_even(void **state)
{
    struct symbol *symbol = *state;
    restart_at(symbol, 100000 * ONE, 100125 * ONE);
    check_texts(symbol, RULE_BUY, "0.125", "above SMA, up 0.12%");
    restart_at(symbol, 100000 * ONE, 100135 * ONE);
    check_texts(symbol, RULE_BUY, "0.135", "above SMA, up 0.14%");
    restart_at(symbol, 100000 * ONE, 99875 * ONE);
    check_texts(symbol, RULE_SELL, "0.125", "below SMA, down 0.12%");
    restart_at(symbol, 100000 * ONE, 100125 * ONE + 1);
    check_texts(symbol, RULE_BUY, "0.125000000001", "above SMA, up 0.13%");
    restart_at(symbol, 100000 * ONE, 100999 * ONE);
    check_texts(symbol, RULE_BUY, "0.999", "above SMA, up 1.00%");
}

static void extremes(void **state)
{
    struct symbol *symbol = *state;
    restart_at(symbol, 1, INT64_MAX);
    assert_int_equal(action_of(symbol, INT64_MAX), RULE_BUY);
    check_texts(symbol, RULE_BUY, "1", "above SMA, up 922337203685477580600.00%");
    restart_at(symbol, INT64_MAX, INT64_MIN);
    assert_int_equal(action_of(symbol, 200 * EXACT_PCT_SCALE), RULE_SELL);
    check_texts(symbol, RULE_SELL, "1", "below SMA, down 200.00%");
    assert_int_equal(action_of(symbol, INT64_MAX), RULE_NONE);
    restart_at(symbol, INT64_MAX, INT64_MAX - 1); /* less than any text shows is a move all the same */
    assert_int_equal(action_of(symbol, 0), RULE_SELL);
    check_texts(symbol, RULE_SELL, "0", "below SMA, down 0.00%");
}

static void no_action_no_reason(void **state)
{
    struct symbol *symbol = *state;
    restart_at(symbol, 1000 * ONE, 1001 * ONE);
    check_texts(symbol, RULE_NONE, "0.1", "");
}

#define RULE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RULE_TEST(example_of_the_interface),
        RULE_TEST(falls_sell),
        RULE_TEST(threshold_itself_is_not_enough),
        RULE_TEST(move_to_the_other_side_says_nothing),
        RULE_TEST(price_at_its_average_says_nothing),
        RULE_TEST(no_move_says_nothing),
        RULE_TEST(zero_before_has_no_change),
        RULE_TEST(below_zero_the_change_has_the_other_sign),
        RULE_TEST(confidence_ends_at_one),
        RULE_TEST(reason_rounds_half_to_even),
        RULE_TEST(extremes),
        RULE_TEST(no_action_no_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
