/* indicator_help.h - one indicator with its windows, a stream of values that spares it nothing, and the check of
 * what it says. */
#ifndef TESTS_INDICATOR_HELP_H
#define TESTS_INDICATOR_HELP_H

#include "big_help.h"
#include "feed_help.h"

#include "consumer/indicator/indicator.h"

#define HALVES INT64_C(2000000000) /* in 1 */
#define S INT64_C(1000000000) /* ns in a second */
#define STREAM_CNT UINT64_C(1000000) /* values of a stream; TICKRING_VALUES: fewer, where all is slow */
#define STEP_CNT 256

struct probe {
    struct indicators all; /* one */
    const struct indicator *indicator;
    void *state;
};

static inline void probe_open(struct probe *p, const struct indicator_ops *ops, const char *windows)
{
    char why[128] = "";
    *p = (struct probe){0};
    if (indicators_ask(&p->all, ops, windows, why, sizeof why) != 0)
        fail_msg("--%s=%s: %s", ops->name, windows, why);
    assert_int_equal(indicators_open(&p->all), 0);
    p->indicator = &p->all.all[0];
    p->state = calloc(1, p->all.state_size + 1);
    assert_non_null(p->state);
}

static inline void probe_close(struct probe *p)
{
    indicators_free(&p->all, p->state);
    indicators_close(&p->all);
    free(p->state);
}

static inline void probe_value(struct probe *p, const struct indicator_value *value)
{
    assert_int_equal(indicators_push(&p->all, p->state, value), 0);
}

/* A price that is an integer, of size 1, at a second. */
static inline void probe_push(struct probe *p, int64_t price, int64_t second)
{
    const struct indicator_value value = {price * (exact_int)HALVES, S, second * S};
    probe_value(p, &value);
}

static inline const char *probe_text(const struct probe *p, unsigned w, unsigned output)
{
    static char text[EXACT_TEXT_MAX];
    const struct indicator *i = p->indicator;
    size_t len = i->ops->text(i->plan, p->state, w, output, text);
    assert_int_equal(len, strlen(text));
    return text;
}

static inline bool probe_ready(const struct probe *p, unsigned w)
{
    return p->indicator->ops->ready(p->indicator->plan, p->state, w);
}

#define expect_says(p, w, output, want) assert_string_equal(probe_text(p, w, output), want)

/* --- The stream --------------------------------------------------------------------------------- */

/* Walks with jumps, standstills, extremes, prices at and below zero, tiny and huge ones; times that repeat, go
 * back, and have gaps.  The steps of time are of a few lengths only, so that their weights can be looked up. */
struct stream {
    uint64_t random;
    uint64_t cnt;
    uint64_t still_cnt; /* ticks that the price will not move */
    exact_int unit; /* of a walk's step, in halves */
    struct indicator_value now;
    int64_t latest_ns; /* time does not go back */
    int64_t step_ns[STEP_CNT];
    unsigned step; /* index of the time since the value before, as it counts */
};

static inline uint64_t stream_random(struct stream *s)
{
    s->random ^= s->random << 13;
    s->random ^= s->random >> 7;
    s->random ^= s->random << 17;
    return s->random * UINT64_C(0x2545f4914f6cdd1d);
}

static inline void stream_open(struct stream *s, uint64_t seed)
{
    const char *text = getenv("TICKRING_SEED");
    *s = (struct stream){.random = (text != NULL ? strtoull(text, NULL, 0) : 20240809) * 2 + 1 + seed * 7919};
    s->now = (struct indicator_value){42000 * (exact_int)HALVES, S, 1723161255 * S};
    s->latest_ns = s->now.ts_event_ns;
    s->unit = HALVES;
    for (unsigned i = 1; i < STEP_CNT; i++)
        s->step_ns[i] = (int64_t)(stream_random(s) % (UINT64_C(1) << (i / 7)));
    s->step_ns[STEP_CNT - 1] = 3600 * S;
}

static inline exact_int stream_jump(struct stream *s)
{
    switch (stream_random(s) % 8) {
    case 0:
        return (exact_int)1 << 64;
    case 1:
        return -((exact_int)1 << 64);
    case 2:
        return 0;
    case 3:
        return (exact_int)(stream_random(s) % 100);
    case 4:
        return -(exact_int)(stream_random(s) % 1000) * HALVES;
    default:
        return (exact_int)(stream_random(s) % 100000) * HALVES + (exact_int)(stream_random(s) % 3);
    }
}

static inline void stream_move(struct stream *s)
{
    uint64_t kind = stream_random(s) % 4096;
    if (kind == 0)
        s->now.half = stream_jump(s);
    if (kind == 1)
        s->still_cnt = stream_random(s) % 800;
    if (kind == 2)
        s->unit = (exact_int)1 << stream_random(s) % 40;
    if (s->still_cnt > 0)
        s->still_cnt--;
    else
        s->now.half += ((exact_int)(stream_random(s) % 101) - 50) * s->unit;
    exact_int end = (exact_int)1 << 64;
    s->now.half = s->now.half > end ? end : s->now.half < -end ? -end : s->now.half;
}

/* The next value, s->now. */
static inline void stream_next(struct stream *s)
{
    stream_move(s);
    uint64_t kind = stream_random(s) % 4096;
    s->now.size_qty = (exact_int)(stream_random(s) % 1000) * S / 100;
    if (kind < 8)
        s->now.size_qty = (exact_int)INT64_MAX * (kind % 2 != 0 ? 1000000 : 1);
    bool older = kind % 16 == 3;
    s->step = older || s->cnt == 0 ? 0 : (unsigned)(stream_random(s) % STEP_CNT);
    if (kind != 5 && s->step > 230)
        s->step = 0; /* silences are rare */
    s->latest_ns += s->step_ns[s->step];
    s->now.ts_event_ns = older ? s->latest_ns - (int64_t)(stream_random(s) % 1000000) : s->latest_ns;
    s->cnt++;
}

static inline uint64_t stream_cnt(void)
{
    const char *text = getenv("TICKRING_VALUES");
    uint64_t cnt = text != NULL ? strtoull(text, NULL, 0) : STREAM_CNT;
    return cnt < STREAM_CNT ? cnt : STREAM_CNT;
}

/* Whether what was said of this value is looked at: all of the first, then each so many. */
static inline bool stream_is_sampled(const struct stream *s)
{
    return s->cnt < 1000 || s->cnt % 127 == 0 || s->cnt > STREAM_CNT - 100;
}

/* --- The check ---------------------------------------------------------------------------------- */

/* A decimal text in units of 1e-12. */
static inline exact_int units_of(const char *text)
{
    exact_int value = 0;
    int decimals = -1;
    bool negative = *text == '-';
    for (text += negative; *text != '\0'; text++) {
        decimals += decimals >= 0 || *text == '.';
        if (*text != '.')
            value = value * 10 + (*text - '0');
    }
    for (decimals = decimals < 0 ? 0 : decimals; decimals < EXACT_DECIMALS; decimals++)
        value *= 10;
    return negative ? -value : value;
}

/* The text is num / den * factor / 1e-12, rounded to the nearest unit of 1e-12; but for an error of 1e-15, which
 * can show only where the true value is that near to the middle of two units.  den > 0. */
static inline void expect_near(const char *text, struct big num, struct big den, uint64_t factor)
{
    struct big units = big_of(units_of(text));
    struct big off = big_sub(big_mul(units, den), big_times(num, factor));
    struct big most = big_div(big_times(den, 501), 1000);
    if (text[0] == '\0' || big_less(most, big_abs(off)))
        fail_msg("'%s' is off", text);
}

/* The same of a level in halves: a half is 500 units. */
static inline void expect_level(const char *text, struct big half)
{
    expect_near(text, half, big_of(1), 500);
}

#endif
