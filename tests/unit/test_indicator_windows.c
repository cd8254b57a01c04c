/* SMA, VWAP and Bollinger bands: sums over windows, against sums from scratch along a stream of a million values. */
#include "indicator_help.h"

#include "consumer/indicator/bollinger.h"

#define WINDOW_CNT 5

static const struct sma_window window[WINDOW_CNT] = {{1, 0}, {20, 0}, {300, 0}, {0, 1 * S}, {0, 30 * S}};

static struct stream stream;
static struct indicator_value past[STREAM_CNT]; /* with times as they count */

/* Sums from scratch over window w of past[0..cnt). */
struct sums {
    uint64_t cnt;
    exact_int value;
    struct big square;
    struct big notional;
    exact_int volume;
};

static struct sums sums_of(uint64_t cnt, unsigned w)
{
    struct sums sums = {0};
    for (uint64_t i = cnt; i-- > 0; sums.cnt++) {
        const struct indicator_value *v = &past[i];
        if (window[w].span_ns != 0 ? past[cnt - 1].ts_event_ns - v->ts_event_ns >= window[w].span_ns
                                   : sums.cnt == window[w].tick_cnt)
            break;
        sums.value += v->half;
        sums.volume += v->size_qty;
        sums.square = big_add(sums.square, big_mul(big_of(v->half), big_of(v->half)));
        sums.notional = big_add(sums.notional, big_mul(big_of(v->half), big_of(v->size_qty)));
    }
    return sums;
}

static void next_value(struct probe *p, uint64_t i)
{
    stream_next(&stream);
    past[i] = stream.now;
    past[i].ts_event_ns = stream.latest_ns;
    probe_value(p, &stream.now);
}

static void averages(void **state)
{
    struct probe p;
    const uint64_t cnt = stream_cnt();
    (void)state;
    stream_open(&stream, 5);
    probe_open(&p, &indicator_sma, "1,20,300,1s,30s");
    for (uint64_t i = 0; i < cnt; i++) {
        next_value(&p, i);
        for (unsigned w = 0; w < WINDOW_CNT && stream_is_sampled(&stream); w++) {
            struct sums sums = sums_of(i + 1, w);
            expect_near(probe_text(&p, w, 0), big_of(sums.value), big_of((exact_int)sums.cnt), 500);
        }
    }
    probe_close(&p);
}

static void volume_weighted(void **state)
{
    struct probe p;
    const uint64_t cnt = stream_cnt();
    (void)state;
    stream_open(&stream, 6);
    probe_open(&p, &indicator_vwap, "1,20,300,1s,30s");
    for (uint64_t i = 0; i < cnt; i++) {
        next_value(&p, i);
        for (unsigned w = 0; w < WINDOW_CNT && stream_is_sampled(&stream); w++) {
            struct sums sums = sums_of(i + 1, w);
            if (sums.volume == 0)
                expect_says(&p, w, 0, "");
            else
                expect_near(probe_text(&p, w, 0), sums.notional, big_of(sums.volume), 500);
        }
    }
    probe_close(&p);
}

static struct big over_2_64(struct big value)
{
    return big_div(big_div(value, UINT64_C(1) << 32), UINT64_C(1) << 32);
}

/* u units of 1e-12 are the band at sum / n +- k * sigma if they are nearest to it: with x = u * 2e6 * n - 1e9 * sum,
 * |x| - 1e6 * n <= root(t) <= |x| + 1e6 * n, where t = (1e9 * k)^2 * (n * squares - sum^2). */
static void expect_band(const char *text, const struct sums *sums, uint64_t k_e9, bool upper)
{
    exact_int n = (exact_int)sums->cnt;
    struct big d =
        big_sub(big_times(sums->square, sums->cnt), big_mul(big_of(sums->value), big_of(sums->value)));
    struct big t = big_times(big_times(over_2_64(over_2_64(d)), k_e9), k_e9);
    exact_int x = units_of(text) * 2000000 * n - sums->value * 1000000000;
    x = upper ? x : -x;
    struct big least = over_2_64(big_of(x - 1000000 * n));
    struct big most = over_2_64(big_of(x + 1000000 * n));
    if (!big_is_negative(least) && big_less(t, big_mul(least, least)))
        fail_msg("'%s' is too far from the middle", text);
    if (big_is_negative(most) || big_less(big_mul(most, most), t))
        fail_msg("'%s' is too near to the middle", text);
}

/* a / 2^96, for squares of what would not fit. */
static struct big over_2_96(struct big value)
{
    return big_div(big_div(value, UINT64_C(1) << 48), UINT64_C(1) << 48);
}

/* With a = 1e9 * |n * value - sum|: outside the bands if a^2 > t; and beyond them by b units of 1e-12 of their half
 * width, if (2 * b + 2e12 - 1) * root(t) <= 2e12 * a <= (2 * b + 2e12 + 1) * root(t). */
static void expect_place(const struct probe *p, unsigned w, const struct sums *sums, exact_int half,
                         uint64_t k_e9)
{
    const uint64_t one = 2000000000000; /* 2e12 */
    const struct bollinger_plan *plan = p->indicator->plan;
    exact_int away = (half * (exact_int)sums->cnt - sums->value) * 1000000000;
    struct big d =
        big_sub(big_times(sums->square, sums->cnt), big_mul(big_of(sums->value), big_of(sums->value)));
    struct big t = big_times(big_times(over_2_96(over_2_96(d)), k_e9), k_e9);
    struct big a = over_2_96(big_of(away));
    int side = bollinger_side(plan, p->state, w, half);
    assert_int_equal(side, !big_less(t, big_mul(a, a)) ? 0 : away > 0 ? 1 : -1);
    if (side == 0)
        return;
    uint64_t beyond = (uint64_t)bollinger_beyond_e12(plan, p->state, w, half);
    struct big scaled = big_times(big_abs(a), one);
    struct big square = big_mul(scaled, scaled);
    struct big least = big_times(big_times(t, 2 * beyond + one - 1), 2 * beyond + one - 1);
    struct big most = big_times(big_times(t, 2 * beyond + one + 1), 2 * beyond + one + 1);
    assert_false(big_less(square, least));
    assert_true(beyond == one / 2 || !big_less(most, square)); /* 1 at most */
}

static void bands(void **state)
{
    static const char *const k[] = {"2", "0.001", "1.618033989", "100"};
    static const uint64_t k_e9[] = {2000000000, 1000000, 1618033989, 100000000000};
    const uint64_t cnt = stream_cnt() / 4;
    (void)state;
    for (unsigned f = 0; f < 4; f++) {
        char text[128];
        struct probe p;
        snprintf(text, sizeof text, "1,%s,20,%s,300,%s,1s,%s,30s,%s", k[f], k[f], k[f], k[f], k[f]);
        stream_open(&stream, 7 + f);
        probe_open(&p, &indicator_bollinger, text);
        for (uint64_t i = 0; i < cnt; i++) {
            next_value(&p, i);
            for (unsigned w = 0; w < WINDOW_CNT && stream_is_sampled(&stream); w++) {
                struct sums sums = sums_of(i + 1, w);
                expect_band(probe_text(&p, w, 0), &sums, k_e9[f], false);
                expect_near(probe_text(&p, w, 1), big_of(sums.value), big_of((exact_int)sums.cnt), 500);
                expect_band(probe_text(&p, w, 2), &sums, k_e9[f], true);
                expect_place(&p, w, &sums, stream.now.half, k_e9[f]);
            }
        }
        probe_close(&p);
    }
}

/* --- By hand ------------------------------------------------------------------------------------ */

static void bands_by_hand(void **state)
{
    static const int64_t price[] = {2, 4, 4, 4, 5, 5, 7, 9}; /* mean 5, sigma 2 */
    struct probe p;
    (void)state;
    probe_open(&p, &indicator_bollinger, "8,2");
    expect_says(&p, 0, 0, "");
    expect_says(&p, 0, 1, "");
    for (unsigned i = 0; i < 8; i++) {
        assert_false(probe_ready(&p, 0));
        probe_push(&p, price[i], 0);
    }
    assert_true(probe_ready(&p, 0));
    expect_says(&p, 0, 0, "1");
    expect_says(&p, 0, 1, "5");
    expect_says(&p, 0, 2, "9");
    indicators_reset(&p.all, p.state);
    expect_says(&p, 0, 2, "");
    probe_push(&p, -3, 0);
    expect_says(&p, 0, 0, "-3");
    expect_says(&p, 0, 2, "-3");
    probe_close(&p);
}

/* Values of 0 and 1e-9 have the mean 500 and sigma 500, in units of 1e-12. */
static void bands_are_rounded_half_even(void **state)
{
    static const struct indicator_value value[] = {{0, 0, 0}, {2, 0, 0}};
    struct probe p;
    (void)state;
    probe_open(&p, &indicator_bollinger, "2,0.001,2,0.003,2,0.002999999");
    probe_value(&p, &value[0]);
    probe_value(&p, &value[1]);
    expect_says(&p, 0, 0, "0.0000000005"); /* 499.5 */
    expect_says(&p, 0, 2, "0.0000000005"); /* 500.5 */
    expect_says(&p, 1, 0, "0.000000000498"); /* 498.5 */
    expect_says(&p, 1, 2, "0.000000000502"); /* 501.5 */
    expect_says(&p, 2, 0, "0.000000000499");
    expect_says(&p, 2, 2, "0.000000000501");
    probe_close(&p);
}

static void volume_by_hand(void **state)
{
    static const struct indicator_value mid = {7 * (exact_int)HALVES, 0, 0};
    static const struct indicator_value trade = {10 * (exact_int)HALVES, 3 * S, 0};
    struct probe p;
    (void)state;
    probe_open(&p, &indicator_vwap, "2");
    expect_says(&p, 0, 0, "");
    probe_value(&p, &mid);
    probe_value(&p, &mid);
    expect_says(&p, 0, 0, ""); /* full, and without volume */
    assert_false(probe_ready(&p, 0));
    probe_value(&p, &trade);
    expect_says(&p, 0, 0, "10");
    assert_true(probe_ready(&p, 0));
    probe_push(&p, 2, 0); /* of size 1 */
    expect_says(&p, 0, 0, "8");
    indicators_reset(&p.all, p.state);
    expect_says(&p, 0, 0, "");
    probe_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(averages),
        cmocka_unit_test(volume_weighted),
        cmocka_unit_test(bands),
        cmocka_unit_test(bands_by_hand),
        cmocka_unit_test(bands_are_rounded_half_even),
        cmocka_unit_test(volume_by_hand),
    };
    return cmocka_run_group_tests_name("indicator_windows", tests, NULL, NULL);
}
