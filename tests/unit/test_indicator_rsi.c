/* RSI, over ticks and over time: by hand, and against slow numbers over a million values. */
#include "indicator_help.h"

static void over_ticks(void **state)
{
    struct probe p;
    (void)state;
    probe_open(&p, &indicator_rsi, "2");
    probe_push(&p, 10, 0);
    probe_push(&p, 12, 0);
    expect_says(&p, 0, 0, ""); /* one change is not two */
    assert_false(probe_ready(&p, 0));
    probe_push(&p, 11, 0);
    expect_says(&p, 0, 0, "66.666666666667");
    assert_true(probe_ready(&p, 0));
    probe_push(&p, 14, 0); /* gains 2 / 2 + 3, losses 1 / 2 */
    expect_says(&p, 0, 0, "88.888888888889");
    probe_push(&p, 14, 0); /* both shrink alike */
    expect_says(&p, 0, 0, "88.888888888889");
    probe_close(&p);
}

static void one_sided(void **state)
{
    struct probe p;
    (void)state;
    probe_open(&p, &indicator_rsi, "1,3");
    for (int i = 0; i < 4; i++)
        probe_push(&p, 10, 0);
    expect_says(&p, 1, 0, "50"); /* neither gain nor loss */
    probe_push(&p, 9, 0);
    expect_says(&p, 1, 0, "0");
    indicators_reset(&p.all, p.state);
    expect_says(&p, 1, 0, "");
    for (int i = 0; i < 4; i++)
        probe_push(&p, i, 0);
    expect_says(&p, 1, 0, "100"); /* no loss */
    probe_push(&p, 3, 0);
    expect_says(&p, 0, 0, "50"); /* a window of one change that was none */
    probe_close(&p);
}

static void over_time(void **state)
{
    struct probe p;
    (void)state;
    probe_open(&p, &indicator_rsi, "30s");
    probe_push(&p, 10, 100);
    expect_says(&p, 0, 0, "");
    probe_push(&p, 20, 129);
    expect_says(&p, 0, 0, "100");
    assert_false(probe_ready(&p, 0));
    probe_push(&p, 15, 159); /* gains 10 * exp(-1), losses 5 */
    expect_says(&p, 0, 0, "42.388311523417");
    assert_true(probe_ready(&p, 0));
    probe_push(&p, 15, 120); /* time does not go back */
    expect_says(&p, 0, 0, "42.388311523417");
    probe_close(&p);
}

/* A price that stands still for a day, and then moves by the least there is: the ratio stays, the move counts for
 * all. */
static void standstill(void **state)
{
    struct probe p;
    (void)state;
    probe_open(&p, &indicator_rsi, "2");
    probe_push(&p, 10, 0);
    probe_push(&p, 12, 0);
    probe_push(&p, 11, 0);
    for (int i = 0; i < 100000; i++)
        probe_push(&p, 11, 0);
    expect_says(&p, 0, 0, "66.666666666667");
    const struct indicator_value least = {11 * (exact_int)HALVES - 1, S, 0};
    probe_value(&p, &least);
    expect_says(&p, 0, 0, "0");
    probe_close(&p);
}

static void against_slow_numbers(void **state)
{
    enum { TICKS = 3, CNT = 4 };
    static const uint64_t tick_cnt[TICKS] = {1, 14, 300};
    static const uint64_t span_ns[CNT] = {[TICKS] = 60 * S};
    const uint64_t cnt = stream_cnt();
    static struct big weight[CNT][STEP_CNT];
    static struct stream s;
    struct big gain[CNT];
    struct big loss[CNT];
    struct probe p;
    exact_int before = 0;
    (void)state;
    memset(gain, 0, sizeof gain);
    memset(loss, 0, sizeof loss);
    stream_open(&s, 2);
    probe_open(&p, &indicator_rsi, "1,14,300,1m");
    for (unsigned w = TICKS; w < CNT; w++)
        for (unsigned i = 0; i < STEP_CNT; i++)
            weight[w][i] = big_exp_negative((uint64_t)s.step_ns[i], span_ns[w]);
    for (uint64_t i = 0; i < cnt; i++) {
        stream_next(&s);
        probe_value(&p, &s.now);
        exact_int change = i == 0 ? 0 : s.now.half - before;
        before = s.now.half;
        for (unsigned w = 0; w < CNT; w++) {
            bool timed = w >= TICKS;
            if (timed || i > tick_cnt[w]) { /* an average of Wilder's, times n */
                gain[w] = timed ? big_mul(gain[w], weight[w][s.step])
                                : big_div(big_times(gain[w], tick_cnt[w] - 1), tick_cnt[w]);
                loss[w] = timed ? big_mul(loss[w], weight[w][s.step])
                                : big_div(big_times(loss[w], tick_cnt[w] - 1), tick_cnt[w]);
            }
            gain[w] = big_add(gain[w], big_of(change > 0 ? change : 0));
            loss[w] = big_add(loss[w], big_of(change < 0 ? -change : 0));
            if (!stream_is_sampled(&s) || i < (timed ? 1 : tick_cnt[w]))
                continue;
            struct big sum = big_add(gain[w], loss[w]);
            if (big_less(sum,
                         big_div(big_of(1), UINT64_C(1) << 60))) /* the slow numbers end before the fast */
                continue;
            expect_near(probe_text(&p, w, 0), gain[w], sum, 100 * UINT64_C(1000000000000));
        }
    }
    probe_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(over_ticks),
        cmocka_unit_test(one_sided),
        cmocka_unit_test(over_time),
        cmocka_unit_test(standstill),
        cmocka_unit_test(against_slow_numbers),
    };
    return cmocka_run_group_tests_name("indicator_rsi", tests, NULL, NULL);
}
