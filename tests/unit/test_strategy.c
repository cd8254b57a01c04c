/* Strategies beside momentum: when they speak, how sure they are, and what they need. */
#include "stage_help.h"

static struct bench bench;

static void open_bench(const struct strategy_ops *ops, const struct sma_window *window, const char *bands)
{
    bench_open(&bench, &stage_signals, FORMAT_CSV, window);
    if (bands != NULL)
        bench_add(&bench, &indicator_bollinger, bands);
    bench_use(&bench, ops, EXACT_PCT_SCALE / 10);
}

/* A trade, and what was said of it: "" or action,confidence,reason. */
static void expect_said(int64_t price_px, const char *want)
{
    const char *line = bench_trade(&bench, "A", price_px, ONE);
    size_t len = strlen(line);
    if (len == 0 || want[0] == '\0') {
        assert_string_equal(line, want);
        return;
    }
    if (len <= strlen(want) || strncmp(line + len - 1 - strlen(want), want, strlen(want)) != 0)
        fail_msg("%s does not end with %s", line, want);
}

static void cross(void **state)
{
    static const struct sma_window window[] = {{1, 0}, {3, 0}, {0, 0}};
    (void)state;
    open_bench(&strategy_cross, window, NULL);
    expect_said(10 * ONE, "");
    expect_said(20 * ONE, ""); /* above, but the slow one is not full */
    expect_said(30 * ONE, ""); /* 30, 20: what is so at the beginning is no crossing */
    expect_said(25 * ONE, ""); /* 25, 25 */
    expect_said(26 * ONE, ",SELL,1,SMA(1) below SMA(3)"); /* 26, 27 */
    bench_close(&bench);
}

static void cross_from_below_at_and_above(void **state)
{
    static const struct sma_window window[] = {{1, 0}, {2, 0}, {0, 0}};
    (void)state;
    open_bench(&strategy_cross, window, NULL);
    expect_said(100 * ONE, "");
    expect_said(100 * ONE, ""); /* at */
    expect_said(101 * ONE, ",BUY,0.497512437811,SMA(1) above SMA(2)"); /* 101, 100.5 */
    expect_said(102 * ONE, ""); /* above before */
    expect_said(102 * ONE, ""); /* at */
    expect_said(103 * ONE, ",BUY,0.487804878049,SMA(1) above SMA(2)"); /* from at, as at first */
    expect_said(93 * ONE, ",SELL,1,SMA(1) below SMA(2)"); /* 93, 98: 5.1 % */
    expect_said(92 * ONE, "");
    expect_said(92 * ONE, "");
    expect_said(91 * ONE, ",SELL,0.546448087432,SMA(1) below SMA(2)");
    bench_close(&bench);
}

/* The first trade begins the series anew: what was before it is no side to cross from. */
static void cross_forgets(void **state)
{
    static const struct sma_window window[] = {{1, 0}, {2, 0}, {0, 0}};
    (void)state;
    open_bench(&strategy_cross, window, NULL);
    assert_string_equal(bench_quote(&bench, "A", 10 * ONE, 10 * ONE), "");
    assert_string_equal(bench_quote(&bench, "A", 9 * ONE, 9 * ONE), "");
    expect_said(10 * ONE, "");
    expect_said(11 * ONE, ""); /* with the mid of 9 before, it would have crossed */
    bench_close(&bench);
}

static void cross_of_extremes(void **state)
{
    static const struct sma_window window[] = {{1, 0}, {2, 0}, {0, 0}};
    (void)state;
    open_bench(&strategy_cross, window, NULL);
    expect_said(INT64_MIN, "");
    expect_said(INT64_MIN, "");
    expect_said(INT64_MAX, ",BUY,1,SMA(1) above SMA(2)");
    expect_said(-ONE, ",SELL,1,SMA(1) below SMA(2)");
    expect_said(ONE, ",BUY,1,SMA(1) above SMA(2)"); /* of an average of 0 there is no per cent */
    bench_close(&bench);
}

/* Mean 5 and sigma 2 of eight values, k = 1. */
static void meanrev(void **state)
{
    static const int64_t price[] = {9, 2, 4, 4, 4, 5, 7};
    (void)state;
    open_bench(&strategy_meanrev, NULL, "8,1");
    for (size_t i = 0; i < sizeof price / sizeof price[0]; i++)
        expect_said(price[i] * ONE, ""); /* not full */
    expect_said(5 * ONE, ""); /* within */
    expect_said(0, ",BUY,0.972482765225,\"below Bollinger(8,1)\""); /* 3.875 from the mean, sigma 1.9645 */
    bench_close(&bench);
}

static void meanrev_speaks_once_an_excursion(void **state)
{
    (void)state;
    open_bench(&strategy_meanrev, NULL, "4,1");
    for (int i = 0; i < 4; i++)
        expect_said(10 * ONE, ""); /* on both bands */
    expect_said(11 * ONE,
                ",SELL,0.732050807569,\"above Bollinger(4,1)\""); /* 0.75 from the mean, sigma root(3)/4 */
    expect_said(12 * ONE, ""); /* still outside */
    expect_said(11 * ONE, ""); /* 11 11 12 10: back */
    expect_said(13 * ONE, ",SELL,0.507556722889,\"above Bollinger(4,1)\"");
    expect_said(1 * ONE, ",BUY,0.713274634449,\"below Bollinger(4,1)\""); /* the other side is another one */
    expect_said(-9 * ONE, ""); /* 11 13 1 -9 */
    bench_close(&bench);
}

static void expect_completed(const struct strategy_ops *ops, const char *sma, const char *want_sma,
                             const char *want_bands)
{
    struct indicators all = {0};
    char why[128] = "";
    if (sma != NULL)
        assert_int_equal(indicators_ask(&all, &indicator_sma, sma, why, sizeof why), 0);
    int rc = strategy_complete(ops, &all, why, sizeof why);
    if (want_sma == NULL) {
        assert_int_equal(rc, -EINVAL);
        expect_part(why, "cross looks at 2 averages, give as many windows: --sma=5,20");
        return;
    }
    assert_int_equal(rc, 0);
    char text[INDICATOR_NAME_MAX * 2] = "";
    for (unsigned w = 0; w < all.all[0].window_cnt && w < 2; w++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", w > 0 ? " " : "",
                 all.all[0].window[w].name);
    assert_string_equal(text, want_sma);
    const struct indicator *bands = indicators_find(&all, &indicator_bollinger);
    assert_string_equal(bands != NULL ? bands->window[0].name : "", want_bands);
}

static void what_they_need(void **state)
{
    (void)state;
    expect_completed(&strategy_momentum, NULL, "5", "");
    expect_completed(&strategy_momentum, "7", "7", "");
    expect_completed(&strategy_cross, NULL, "5 20", "");
    expect_completed(&strategy_cross, "3,9,27", "3 9", "");
    expect_completed(&strategy_cross, "3", NULL, NULL);
    expect_completed(&strategy_meanrev, NULL, "5", "20,2");
    for (unsigned i = 0; strategy_list(i) != NULL; i++)
        assert_ptr_equal(strategy_find(strategy_list(i)->name), strategy_list(i));
    assert_ptr_equal(strategy_list(0), &strategy_momentum);
    assert_null(strategy_find("martingale"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cross),          cmocka_unit_test(cross_from_below_at_and_above),
        cmocka_unit_test(cross_forgets),  cmocka_unit_test(cross_of_extremes),
        cmocka_unit_test(meanrev),        cmocka_unit_test(meanrev_speaks_once_an_excursion),
        cmocka_unit_test(what_they_need),
    };
    return cmocka_run_group_tests_name("strategy", tests, NULL, NULL);
}
