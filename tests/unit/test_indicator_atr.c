/* Average true range, over ticks and over time: by hand, and against slow numbers over a million values. */
#include "indicator_help.h"

static void over_ticks(void **state)
{
    struct probe p;
    (void)state;
    probe_open(&p, &indicator_atr, "2");
    probe_push(&p, 10, 0);
    probe_push(&p, 12, 0);
    expect_says(&p, 0, 0, ""); /* one range is not two */
    assert_false(probe_ready(&p, 0));
    probe_push(&p, 11, 0);
    expect_says(&p, 0, 0, "1.5");
    assert_true(probe_ready(&p, 0));
    probe_push(&p, 14, 0); /* (1.5 + 3) / 2 */
    expect_says(&p, 0, 0, "2.25");
    indicators_reset(&p.all, p.state);
    expect_says(&p, 0, 0, "");
    probe_push(&p, 100, 0); /* no range from what was before */
    probe_push(&p, 101, 0);
    probe_push(&p, 102, 0);
    expect_says(&p, 0, 0, "1");
    probe_close(&p);
}

static void over_time(void **state)
{
    struct probe p;
    (void)state;
    probe_open(&p, &indicator_atr, "30s");
    probe_push(&p, 10, 100);
    expect_says(&p, 0, 0, "");
    probe_push(&p, 20, 129);
    expect_says(&p, 0, 0, "10");
    assert_false(probe_ready(&p, 0));
    probe_push(&p, 15, 159); /* (10 * exp(-1) + 5) / (exp(-1) + 1) */
    expect_says(&p, 0, 0, "6.34470710685");
    assert_true(probe_ready(&p, 0));
    probe_close(&p);
}

static void against_slow_numbers(void **state)
{
    enum { TICKS = 3, CNT = 5 };
    static const uint64_t tick_cnt[TICKS] = {1, 14, 400000};
    static const uint64_t span_ns[CNT] = {[TICKS] = 1000, [TICKS + 1] = 60 * S};
    const uint64_t cnt = stream_cnt();
    static struct big weight[CNT][STEP_CNT];
    static struct stream s;
    struct big sum[CNT];
    struct big weights[CNT];
    struct probe p;
    exact_int before = 0;
    (void)state;
    memset(sum, 0, sizeof sum);
    memset(weights, 0, sizeof weights);
    stream_open(&s, 3);
    probe_open(&p, &indicator_atr, "1,14,400k,1us,1m");
    for (unsigned w = TICKS; w < CNT; w++)
        for (unsigned i = 0; i < STEP_CNT; i++)
            weight[w][i] = big_exp_negative((uint64_t)s.step_ns[i], span_ns[w]);
    for (uint64_t i = 0; i < cnt; i++) {
        stream_next(&s);
        probe_value(&p, &s.now);
        exact_int range = s.now.half > before ? s.now.half - before : before - s.now.half;
        before = s.now.half;
        for (unsigned w = 0; w < CNT && i > 0; w++) {
            bool timed = w >= TICKS;
            if (timed) {
                sum[w] = big_add(big_mul(sum[w], weight[w][s.step]), big_of(range));
                weights[w] = big_add(big_mul(weights[w], weight[w][s.step]), big_of(1));
            } else if (i <= tick_cnt[w]) { /* sum: of the first n ranges; then n times the average */
                sum[w] = big_add(sum[w], big_of(range));
                weights[w] = big_of(tick_cnt[w]);
            } else {
                sum[w] = big_add(big_sub(sum[w], big_div(sum[w], tick_cnt[w])), big_of(range));
            }
            if (stream_is_sampled(&s) && (timed || i >= tick_cnt[w]))
                expect_near(probe_text(&p, w, 0), sum[w], weights[w], 500);
        }
    }
    probe_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(over_ticks),
        cmocka_unit_test(over_time),
        cmocka_unit_test(against_slow_numbers),
    };
    return cmocka_run_group_tests_name("indicator_atr", tests, NULL, NULL);
}
