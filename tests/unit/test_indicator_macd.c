/* MACD, over ticks and over time: by hand, and against slow numbers over a million values. */
#include "indicator_help.h"

enum { LINE, SIGNAL, HISTOGRAM };

static void over_ticks(void **state)
{
    struct probe p;
    (void)state;
    probe_open(&p, &indicator_macd, "1,2,3"); /* alpha 1, 2/3, 1/2 */
    expect_says(&p, 0, LINE, "");
    expect_says(&p, 0, HISTOGRAM, "");
    probe_push(&p, 3, 0);
    expect_says(&p, 0, LINE, "0");
    probe_push(&p, 6, 0);
    expect_says(&p, 0, LINE, "1");
    expect_says(&p, 0, SIGNAL, "0.5");
    expect_says(&p, 0, HISTOGRAM, "0.5");
    probe_push(&p, 2, 0); /* averages 2 and 3 */
    expect_says(&p, 0, LINE, "-1");
    expect_says(&p, 0, SIGNAL, "-0.25");
    expect_says(&p, 0, HISTOGRAM, "-0.75");
    assert_false(probe_ready(&p, 0)); /* two for the slow average, and two more for three lines */
    probe_push(&p, 2, 0);
    assert_true(probe_ready(&p, 0));
    indicators_reset(&p.all, p.state);
    expect_says(&p, 0, SIGNAL, "");
    probe_close(&p);
}

static void over_time_it_is_ready_after_both(void **state)
{
    struct probe p;
    (void)state;
    probe_open(&p, &indicator_macd, "10s,30s,5s");
    probe_push(&p, 3, 100);
    probe_push(&p, 3, 134);
    assert_false(probe_ready(&p, 0));
    probe_push(&p, 3, 135);
    assert_true(probe_ready(&p, 0));
    expect_says(&p, 0, LINE, "0");
    probe_close(&p);
}

struct slow {
    struct big level;
    bool begun;
};

static void approach(struct slow *slow, struct big target, struct big weight)
{
    if (!slow->begun)
        slow->level = target;
    slow->begun = true;
    slow->level = big_add(target, big_mul(big_sub(slow->level, target), weight));
}

static void against_slow_numbers(void **state)
{
    enum { CNT = 3 };
    static const uint64_t tick_cnt[CNT - 1][3] = {{12, 26, 9}, {1, 200, 3000}};
    static const uint64_t span_ns[3] = {3 * S, 10 * S, 2 * S};
    static struct big of_ticks[CNT - 1][3];
    static struct big weight[3][STEP_CNT];
    static struct slow average[CNT][3];
    static struct stream s;
    const uint64_t cnt = stream_cnt();
    struct probe p;
    (void)state;
    stream_open(&s, 4);
    probe_open(&p, &indicator_macd, "12,26,9,1,200,3000,3s,10s,2s");
    for (unsigned w = 0; w < CNT - 1; w++)
        for (unsigned j = 0; j < 3; j++)
            of_ticks[w][j] = big_div(big_of((exact_int)tick_cnt[w][j] - 1), tick_cnt[w][j] + 1);
    for (unsigned i = 0; i < 3; i++)
        for (unsigned j = 0; j < STEP_CNT; j++)
            weight[i][j] = big_exp_negative((uint64_t)s.step_ns[j], span_ns[i]);
    for (uint64_t i = 0; i < cnt; i++) {
        stream_next(&s);
        probe_value(&p, &s.now);
        const struct big timed[3] = {weight[0][s.step], weight[1][s.step], weight[2][s.step]};
        for (unsigned w = 0; w < CNT; w++) {
            const struct big *of = w == CNT - 1 ? timed : of_ticks[w];
            approach(&average[w][0], big_of(s.now.half), of[0]);
            approach(&average[w][1], big_of(s.now.half), of[1]);
            struct big line = big_sub(average[w][0].level, average[w][1].level);
            approach(&average[w][2], line, of[2]);
            if (!stream_is_sampled(&s))
                continue;
            expect_level(probe_text(&p, w, LINE), line);
            expect_level(probe_text(&p, w, SIGNAL), average[w][2].level);
            expect_level(probe_text(&p, w, HISTOGRAM), big_sub(line, average[w][2].level));
        }
    }
    probe_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(over_ticks),
        cmocka_unit_test(over_time_it_is_ready_after_both),
        cmocka_unit_test(against_slow_numbers),
    };
    return cmocka_run_group_tests_name("indicator_macd", tests, NULL, NULL);
}
