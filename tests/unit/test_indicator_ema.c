/* Exponential averages, over ticks and over time: by hand, and against slow numbers over a million values. */
#include "indicator_help.h"

static void over_ticks(void **state)
{
    struct probe p;
    (void)state;
    probe_open(&p, &indicator_ema, "3,1"); /* alpha 1/2, 1 */
    expect_says(&p, 0, 0, "");
    probe_push(&p, 10, 0);
    expect_says(&p, 0, 0, "10");
    assert_true(probe_ready(&p, 1));
    probe_push(&p, 20, 0);
    expect_says(&p, 0, 0, "15");
    assert_false(probe_ready(&p, 0));
    probe_push(&p, -5, 0);
    expect_says(&p, 0, 0, "5");
    expect_says(&p, 1, 0, "-5");
    assert_true(probe_ready(&p, 0));
    indicators_reset(&p.all, p.state);
    expect_says(&p, 0, 0, "");
    assert_false(probe_ready(&p, 1));
    probe_push(&p, 7, 0);
    expect_says(&p, 0, 0, "7");
    probe_close(&p);
}

/* 30s: 10 + (20 - 10) * (1 - exp(-1)) after 30 s. */
static void over_time(void **state)
{
    struct probe p;
    (void)state;
    probe_open(&p, &indicator_ema, "30s");
    probe_push(&p, 10, 100);
    probe_push(&p, 90, 100); /* of the values of one moment the first counts */
    expect_says(&p, 0, 0, "10");
    assert_false(probe_ready(&p, 0));
    probe_push(&p, 20, 130);
    expect_says(&p, 0, 0, "16.321205588286");
    assert_true(probe_ready(&p, 0));
    probe_push(&p, 90, 120); /* time does not go back */
    expect_says(&p, 0, 0, "16.321205588286");
    probe_push(&p, -4, 130 + 86400); /* what was a day ago is forgotten */
    expect_says(&p, 0, 0, "-4");
    probe_close(&p);
}

static void against_slow_numbers(void **state)
{
    enum { TICKS = 4, CNT = 6 };
    static const uint64_t tick_cnt[TICKS] = {1, 20, 1000, SMA_HISTORY_MAX};
    static const uint64_t span_ns[CNT] = {[TICKS] = 100000, [TICKS + 1] = 30 * S};
    const uint64_t cnt = stream_cnt();
    static struct big weight[CNT][STEP_CNT];
    static struct stream s;
    struct big level[CNT];
    struct probe p;
    (void)state;
    stream_open(&s, 1);
    probe_open(&p, &indicator_ema, "1,20,1000,4194304,100us,30s");
    for (unsigned w = TICKS; w < CNT; w++)
        for (unsigned i = 0; i < STEP_CNT; i++)
            weight[w][i] = big_exp_negative((uint64_t)s.step_ns[i], span_ns[w]);
    for (uint64_t i = 0; i < cnt; i++) {
        stream_next(&s);
        probe_value(&p, &s.now);
        struct big value = big_of(s.now.half);
        for (unsigned w = 0; w < CNT; w++) {
            struct big behind = big_sub(value, i == 0 ? value : level[w]);
            struct big left = w < TICKS ? big_div(big_times(behind, tick_cnt[w] - 1), tick_cnt[w] + 1)
                                        : big_mul(behind, weight[w][s.step]);
            level[w] = big_sub(value, left);
            if (stream_is_sampled(&s))
                expect_level(probe_text(&p, w, 0), level[w]);
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
    return cmocka_run_group_tests_name("indicator_ema", tests, NULL, NULL);
}
