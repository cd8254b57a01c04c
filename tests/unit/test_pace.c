/* When ticks are due: arithmetic on a clock that the test makes up. */
#include "feed_help.h"

#include "clock.h"
#include "feed/pace.h"

#define S TR_NS_PER_S
#define MS TR_NS_PER_MS
#define BEGIN (1000 * S) /* CLOCK_MONOTONIC at the first tick */
#define EVENT INT64_C(1723161255000000000)

static void expect_due(struct pace *pace, int64_t event_ns, int64_t now_ns, int64_t want_ns)
{
    assert_int_equal(pace_due_ns(pace, EVENT + event_ns, BEGIN + now_ns), BEGIN + want_ns);
}

static void at_once(void **state)
{
    struct pace pace = {.kind = PACE_MAX};
    (void)state;
    assert_int_equal(pace_due_ns(&pace, EVENT, BEGIN), 0);
    assert_int_equal(pace_due_ns(&pace, EVENT + 3600 * S, BEGIN), 0);
}

static void as_recorded(void **state)
{
    struct pace pace = {.kind = PACE_RECORDED, .speed = 1};
    (void)state;
    expect_due(&pace, 0, 0, 0);
    expect_due(&pace, 250 * MS, 1, 250 * MS);
    expect_due(&pace, 250 * MS, 250 * MS, 250 * MS); /* equal times */
    expect_due(&pace, 2 * S, 9 * S, 2 * S); /* late: what follows is not shifted */
    expect_due(&pace, 2 * S + 1, 9 * S, 2 * S + 1);
}

static void faster_and_slower(void **state)
{
    struct pace fast = {.kind = PACE_RECORDED, .speed = 10};
    struct pace slow = {.kind = PACE_RECORDED, .speed = 0.5};
    (void)state;
    expect_due(&fast, 0, 0, 0);
    expect_due(&fast, 1 * S, 0, 100 * MS);
    expect_due(&fast, 11 * S, 0, 1100 * MS);
    expect_due(&slow, 0, 0, 0);
    expect_due(&slow, 1 * S, 0, 2 * S);
}

static void times_that_go_back_are_due_at_once(void **state)
{
    struct pace pace = {.kind = PACE_RECORDED, .speed = 1};
    (void)state;
    expect_due(&pace, 0, 0, 0);
    expect_due(&pace, 5 * S, 0, 5 * S);
    expect_due(&pace, 1 * S, 0, 5 * S);
    expect_due(&pace, 4 * S, 0, 5 * S); /* later than the one before, but that time has passed */
    expect_due(&pace, 6 * S, 0, 6 * S);
}

static void long_silences_are_cut(void **state)
{
    struct pace pace = {.kind = PACE_RECORDED, .speed = 1, .max_gap_ns = 500 * MS};
    struct pace fast = {.kind = PACE_RECORDED, .speed = 100, .max_gap_ns = 500 * MS};
    (void)state;
    expect_due(&pace, 0, 0, 0);
    expect_due(&pace, 400 * MS, 0, 400 * MS);
    expect_due(&pace, 86400 * S, 0, 900 * MS);
    expect_due(&pace, 86400 * S + 100 * MS, 0, 1000 * MS);
    expect_due(&fast, 0, 0, 0);
    expect_due(&fast, 20 * S, 0, 200 * MS); /* the silence as it is replayed counts */
    expect_due(&fast, 120 * S, 0, 700 * MS);
}

/* A day of ticks in odd steps at an odd speed: nanoseconds do not add up to more. */
static void recorded_does_not_drift(void **state)
{
    struct pace pace = {.kind = PACE_RECORDED, .speed = 3};
    int64_t event_ns = 0;
    int64_t due_ns = 0;
    (void)state;
    for (int i = 0; i < 1000000; i++) {
        due_ns = pace_due_ns(&pace, EVENT + event_ns, BEGIN);
        event_ns += 86399999;
    }
    int64_t want_ns = BEGIN + (event_ns - 86399999) / 3;
    assert_in_range(due_ns, want_ns - 1000, want_ns + 1000);
}

static void at_a_rate(void **state)
{
    struct pace pace = {.kind = PACE_RATE, .rate_hz = 4};
    (void)state;
    expect_due(&pace, 0, 0, 0);
    expect_due(&pace, 3600 * S, 0, 250 * MS); /* whatever was recorded */
    expect_due(&pace, 0, 700 * MS, 500 * MS); /* late: not shifted */
    expect_due(&pace, 0, 700 * MS, 750 * MS);
}

static void a_rate_does_not_drift(void **state)
{
    struct pace pace = {.kind = PACE_RATE, .rate_hz = 3};
    (void)state;
    for (int64_t i = 0; i < 3000000; i++) {
        int64_t due_ns = pace_due_ns(&pace, 0, BEGIN);
        if (due_ns != BEGIN + i * S / 3)
            assert_int_equal(due_ns, BEGIN + i * S / 3);
    }
    expect_due(&pace, 0, 0, 1000000 * S);
    pace.rate_hz = UINT64_C(1000000000);
    pace.tick_cnt = UINT64_C(20000000000); /* times 1e9 it does not fit 64 bits */
    expect_due(&pace, 0, 0, 20 * S);
}

/* --repeat: the second pass goes on in the pace of the first, neither after a pause nor all at once. */
static void passes_follow_each_other(void **state)
{
    struct pace pace = {.kind = PACE_RECORDED, .speed = 2};
    struct pace rate = {.kind = PACE_RATE, .rate_hz = 10};
    (void)state;
    for (int pass = 0; pass < 3; pass++) {
        expect_due(&pace, 0, pass * 2 * S, pass * 2 * S);
        expect_due(&pace, 1 * S, 0, pass * 2 * S + 500 * MS);
        expect_due(&pace, 4 * S, 0, pass * 2 * S + 2 * S);
        pace_rewind(&pace);
    }
    for (int pass = 0; pass < 3; pass++) {
        expect_due(&rate, 0, pass * 200 * MS, pass * 200 * MS);
        expect_due(&rate, 1, 0, pass * 200 * MS + 100 * MS);
        pace_rewind(&rate);
    }
}

/* Centuries between two ticks, replayed a billion times slower: far away, but a time. */
static void absurd_silences_do_not_overflow(void **state)
{
    struct pace pace = {.kind = PACE_RECORDED, .speed = 1e-9};
    (void)state;
    assert_int_equal(pace_due_ns(&pace, 0, BEGIN), BEGIN);
    int64_t due_ns = pace_due_ns(&pace, INT64_MAX, BEGIN);
    assert_true(due_ns > BEGIN + 100 * INT64_C(31536000) * S);
    assert_true(pace_due_ns(&pace, INT64_MAX, BEGIN) == due_ns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_once),
        cmocka_unit_test(as_recorded),
        cmocka_unit_test(faster_and_slower),
        cmocka_unit_test(times_that_go_back_are_due_at_once),
        cmocka_unit_test(long_silences_are_cut),
        cmocka_unit_test(recorded_does_not_drift),
        cmocka_unit_test(at_a_rate),
        cmocka_unit_test(a_rate_does_not_drift),
        cmocka_unit_test(passes_follow_each_other),
        cmocka_unit_test(absurd_silences_do_not_overflow),
    };
    return cmocka_run_group_tests_name("pace", tests, NULL, NULL);
}
