/* When momentum speaks, and its words. */
#include "stage_help.h"

#define TENTH_PCT (EXACT_PCT_SCALE / 10)

static struct bench bench;

static int set_up(void **state)
{
    (void)state;
    bench_open(&bench, &stage_signals, FORMAT_JSON, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    bench_close(&bench);
    return 0;
}

static void add(int64_t price_px)
{
    bench_trade(&bench, "A", price_px, ONE);
}

static void restart_at(int64_t first_px, int64_t second_px)
{
    bench_close(&bench);
    bench_open(&bench, &stage_signals, FORMAT_JSON, NULL);
    add(first_px);
    add(second_px);
}

static enum strategy_action action_of(int64_t threshold_pct)
{
    bench_use(&bench, &strategy_momentum, threshold_pct);
    return strategy_judge(&bench.stage.opt.strategy, bench.symbols.all[0], SYMBOL_VALUE_NEXT);
}

static void check_texts(enum strategy_action action, const char *confidence, const char *reason)
{
    char text[EXACT_TEXT_MAX];
    const struct strategy *strategy = &bench.stage.opt.strategy;
    exact_text(text, strategy_momentum.confidence_e12(strategy, bench.symbols.all[0]), EXACT_DECIMALS);
    assert_string_equal(text, confidence);
    assert_int_equal(strategy_momentum.reason(strategy, bench.symbols.all[0], action, text), strlen(reason));
    assert_string_equal(text, reason);
}

static void example_of_the_interface(void **state)
{
    (void)state;
    char text[EXACT_TEXT_MAX];
    add(42000 * ONE);
    assert_int_equal(action_of(TENTH_PCT), STRATEGY_NONE);
    add(42050 * ONE);
    add(42100 * ONE);
    sma_text(text, bench_sma(&bench, 0), 0);
    assert_string_equal(text, "42050");
    symbol_stats_change_text(text, &bench.symbols.all[0]->stats);
    assert_string_equal(text, "0.118906064209");
    assert_int_equal(action_of(TENTH_PCT), STRATEGY_BUY);
    check_texts(STRATEGY_BUY, "0.118906064209", "above SMA, up 0.12%");
}

static void falls_sell(void **state)
{
    (void)state;
    restart_at(10000 * ONE, 9969 * ONE);
    assert_int_equal(action_of(TENTH_PCT), STRATEGY_SELL);
    check_texts(STRATEGY_SELL, "0.31", "below SMA, down 0.31%");
}

static void threshold_itself_is_not_enough(void **state)
{
    (void)state;
    restart_at(1000 * ONE, 1001 * ONE);
    assert_int_equal(action_of(TENTH_PCT), STRATEGY_NONE);
    assert_int_equal(action_of(TENTH_PCT - 1), STRATEGY_BUY);
    restart_at(1000 * ONE, 1001 * ONE + 1);
    assert_int_equal(action_of(TENTH_PCT), STRATEGY_BUY);
    restart_at(1000 * ONE, 999 * ONE);
    assert_int_equal(action_of(TENTH_PCT), STRATEGY_NONE);
    restart_at(1000 * ONE, 999 * ONE - 1);
    assert_int_equal(action_of(TENTH_PCT), STRATEGY_SELL);
}

static void move_to_the_other_side_says_nothing(void **state)
{
    (void)state;
    restart_at(1000 * ONE, 500 * ONE);
    add(600 * ONE); /* up by a fifth, below the average of 700 */
    assert_int_equal(action_of(0), STRATEGY_NONE);
    restart_at(100 * ONE, 500 * ONE);
    add(400 * ONE); /* down, above the average of 333 1/3 */
    assert_int_equal(action_of(0), STRATEGY_NONE);
}

static void price_at_its_average_says_nothing(void **state)
{
    static const struct sma_window one[] = {{1, 0}, {0, 0}};
    (void)state;
    restart_at(300 * ONE, 100 * ONE);
    add(200 * ONE);
    assert_int_equal(action_of(0), STRATEGY_NONE);
    add(201 * ONE);
    assert_int_equal(action_of(0), STRATEGY_BUY);
    /* A window of one tick is the price itself. */
    bench_close(&bench);
    bench_open(&bench, &stage_signals, FORMAT_JSON, one);
    add(200 * ONE);
    add(201 * ONE);
    assert_int_equal(action_of(0), STRATEGY_NONE);
}

static void no_move_says_nothing(void **state)
{
    (void)state;
    restart_at(100 * ONE, 200 * ONE);
    add(200 * ONE);
    assert_int_equal(action_of(0), STRATEGY_NONE);
}

static void zero_before_has_no_change(void **state)
{
    (void)state;
    restart_at(0, ONE);
    assert_int_equal(action_of(0), STRATEGY_NONE);
}

static void below_zero_the_change_has_the_other_sign(void **state)
{
    (void)state;
    restart_at(-5 * ONE, -4 * ONE); /* -20 %, above the average */
    assert_int_equal(action_of(0), STRATEGY_NONE);
    restart_at(-5 * ONE, -6 * ONE);
    assert_int_equal(action_of(0), STRATEGY_NONE);
    restart_at(-5 * ONE, -10 * ONE);
    add(-8 * ONE); /* -20 %, below the average of -7 2/3 */
    assert_int_equal(action_of(0), STRATEGY_SELL);
    check_texts(STRATEGY_SELL, "1", "below SMA, down 20.00%");
}

static void confidence_ends_at_one(void **state)
{
    (void)state;
    restart_at(100 * ONE, 101 * ONE);
    check_texts(STRATEGY_BUY, "1", "above SMA, up 1.00%");
    restart_at(100 * ONE, 101 * ONE - 1);
    check_texts(STRATEGY_BUY, "0.999999999", "above SMA, up 1.00%");
    restart_at(100 * ONE, 99 * ONE + 1);
    check_texts(STRATEGY_SELL, "0.999999999", "below SMA, down 1.00%");
    restart_at(100 * ONE, 1 * ONE);
    check_texts(STRATEGY_SELL, "1", "below SMA, down 99.00%");
}

static void reason_rounds_half_to_even(void **state)
{
    (void)state;
    restart_at(100000 * ONE, 100125 * ONE);
    check_texts(STRATEGY_BUY, "0.125", "above SMA, up 0.12%");
    restart_at(100000 * ONE, 100135 * ONE);
    check_texts(STRATEGY_BUY, "0.135", "above SMA, up 0.14%");
    restart_at(100000 * ONE, 99875 * ONE);
    check_texts(STRATEGY_SELL, "0.125", "below SMA, down 0.12%");
    restart_at(100000 * ONE, 100125 * ONE + 1);
    check_texts(STRATEGY_BUY, "0.125000000001", "above SMA, up 0.13%");
    restart_at(100000 * ONE, 100999 * ONE);
    check_texts(STRATEGY_BUY, "0.999", "above SMA, up 1.00%");
}

static void extremes(void **state)
{
    (void)state;
    restart_at(1, INT64_MAX);
    assert_int_equal(action_of(INT64_MAX), STRATEGY_BUY);
    check_texts(STRATEGY_BUY, "1", "above SMA, up 922337203685477580600.00%");
    restart_at(INT64_MAX, INT64_MIN);
    assert_int_equal(action_of(200 * EXACT_PCT_SCALE), STRATEGY_SELL);
    check_texts(STRATEGY_SELL, "1", "below SMA, down 200.00%");
    assert_int_equal(action_of(INT64_MAX), STRATEGY_NONE);
    restart_at(INT64_MAX, INT64_MAX - 1); /* less than any text shows is a move all the same */
    assert_int_equal(action_of(0), STRATEGY_SELL);
    check_texts(STRATEGY_SELL, "0", "below SMA, down 0.00%");
}

#define STRATEGY_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STRATEGY_TEST(example_of_the_interface),
        STRATEGY_TEST(falls_sell),
        STRATEGY_TEST(threshold_itself_is_not_enough),
        STRATEGY_TEST(move_to_the_other_side_says_nothing),
        STRATEGY_TEST(price_at_its_average_says_nothing),
        STRATEGY_TEST(no_move_says_nothing),
        STRATEGY_TEST(zero_before_has_no_change),
        STRATEGY_TEST(below_zero_the_change_has_the_other_sign),
        STRATEGY_TEST(confidence_ends_at_one),
        STRATEGY_TEST(reason_rounds_half_to_even),
        STRATEGY_TEST(extremes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
