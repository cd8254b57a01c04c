/* Limits: how they are written, and at which queue each is reached. */
#include "capture_help.h"

#include "monitor/level.h"

static void expect_limit(const char *text, enum limit_kind kind, int64_t value)
{
    struct limit limit;
    assert_int_equal(limit_parse(text, &limit), 0);
    assert_int_equal(limit.kind, kind);
    assert_int_equal(limit.value, value);
}

static void test_parse(void **state)
{
    (void)state;
    expect_limit("0", LIMIT_TICKS, 0);
    expect_limit("1000", LIMIT_TICKS, 1000);
    expect_limit("2k", LIMIT_TICKS, 2000);
    expect_limit("0%", LIMIT_PERCENT, 0);
    expect_limit("75%", LIMIT_PERCENT, 75);
    expect_limit("100%", LIMIT_PERCENT, 100);
    expect_limit("10ms", LIMIT_AGE, 10000000);
    expect_limit("1.5s", LIMIT_AGE, 1500000000);
    expect_limit("1m", LIMIT_AGE, 60 * INT64_C(1000000000));
    expect_limit("1M", LIMIT_TICKS, 1000000);
    expect_limit("9223372036854775807", LIMIT_TICKS, INT64_MAX);
}

static void test_parse_refused(void **state)
{
    static const char *const text[] = {"",
                                       "%",
                                       "101%",
                                       "-1",
                                       "-1%",
                                       "75 %",
                                       "75%%",
                                       "1.5",
                                       "ten",
                                       "10 ms",
                                       "9223372036854775808",
                                       "00000000000000000001%"};
    struct limit limit = {LIMIT_TICKS, 7};
    (void)state;
    for (size_t i = 0; i < sizeof text / sizeof text[0]; i++)
        assert_int_equal(limit_parse(text[i], &limit), -EINVAL);
    assert_int_equal(limit.value, 7);
}

static void test_ticks(void **state)
{
    (void)state;
    assert_int_equal(limit_ticks(&(struct limit){LIMIT_TICKS, 12}, 1024), 12);
    assert_int_equal(limit_ticks(&(struct limit){LIMIT_PERCENT, 75}, 1024), 768);
    assert_int_equal(limit_ticks(&(struct limit){LIMIT_PERCENT, 100}, UINT64_C(1) << 32), UINT64_C(1) << 32);
    assert_int_equal(limit_ticks(&(struct limit){LIMIT_AGE, 12}, 1024), 0);
}

static void expect_level(struct level_limits limits, struct queue queue, enum level want)
{
    queue.slot_cnt = 1000;
    assert_int_equal(level_of(&limits, &queue), want);
}

#define QUEUE(ticks, lane_ticks, age_ns)                                                                     \
    ((struct queue){.lag = (ticks), .lane_lag = (lane_ticks), .lag_ns = (age_ns)})

static void test_defaults(void **state)
{
    struct level_limits limits = level_defaults();
    (void)state;
    expect_level(limits, QUEUE(0, 0, 0), LEVEL_OK);
    expect_level(limits, QUEUE(749, 749, INT64_MAX), LEVEL_OK);
    expect_level(limits, QUEUE(750, 750, 0), LEVEL_WARN);
    expect_level(limits, QUEUE(899, 899, 0), LEVEL_WARN);
    expect_level(limits, QUEUE(900, 900, 0), LEVEL_CRIT);
    expect_level(limits, QUEUE(UINT64_MAX, UINT64_MAX, 0), LEVEL_CRIT);
}

/* Two lanes half full are no full ring. */
static void test_percent_is_of_the_fullest_lane(void **state)
{
    (void)state;
    expect_level(level_defaults(), QUEUE(1000, 500, 0), LEVEL_OK);
    expect_level(level_defaults(), QUEUE(1000, 950, 0), LEVEL_CRIT);
}

static void test_ticks_are_of_all_lanes(void **state)
{
    struct level_limits limits = {.warn = {LIMIT_TICKS, 10}, .crit = {LIMIT_TICKS, 20}};
    (void)state;
    expect_level(limits, QUEUE(9, 9, 0), LEVEL_OK);
    expect_level(limits, QUEUE(10, 5, 0), LEVEL_WARN);
    expect_level(limits, QUEUE(20, 10, 0), LEVEL_CRIT);
}

static void test_age(void **state)
{
    struct level_limits limits = {.warn = {LIMIT_AGE, 10}, .crit = {LIMIT_AGE, 20}};
    (void)state;
    expect_level(limits, QUEUE(1, 1, 9), LEVEL_OK);
    expect_level(limits, QUEUE(1, 1, 10), LEVEL_WARN);
    expect_level(limits, QUEUE(1, 1, 20), LEVEL_CRIT);
    expect_level(limits, QUEUE(0, 0, 20), LEVEL_OK);
}

/* Nothing waits: no limit is reached, not even none. */
static void test_limit_of_zero(void **state)
{
    struct level_limits limits = {.warn = {LIMIT_TICKS, 0}, .crit = {LIMIT_PERCENT, 100}};
    (void)state;
    expect_level(limits, QUEUE(0, 0, 0), LEVEL_OK);
    expect_level(limits, QUEUE(1, 1, 0), LEVEL_WARN);
    limits.warn = (struct limit){LIMIT_PERCENT, 0};
    expect_level(limits, QUEUE(0, 0, 0), LEVEL_OK);
    expect_level(limits, QUEUE(1, 1, 0), LEVEL_WARN);
}

/* Of two kinds, and the wrong way round: the worse counts. */
static void test_mixed(void **state)
{
    struct level_limits limits = {.warn = {LIMIT_PERCENT, 90}, .crit = {LIMIT_AGE, 20}};
    (void)state;
    expect_level(limits, QUEUE(1, 1, 20), LEVEL_CRIT);
    expect_level(limits, QUEUE(900, 900, 0), LEVEL_WARN);
    limits = (struct level_limits){.warn = {LIMIT_TICKS, 20}, .crit = {LIMIT_TICKS, 10}};
    expect_level(limits, QUEUE(15, 15, 0), LEVEL_CRIT);
}

static void test_percent(void **state)
{
    struct queue queue = {.lag = 900, .lane_lag = 299, .slot_cnt = 1000};
    (void)state;
    assert_int_equal(queue_percent(&queue), 29);
    queue.slot_cnt = 0;
    assert_int_equal(queue_percent(&queue), 0);
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(level_name(LEVEL_OK), "OK");
    assert_string_equal(level_name(LEVEL_WARN), "WARN");
    assert_string_equal(level_name(LEVEL_CRIT), "CRIT");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_parse_refused),
        cmocka_unit_test(test_ticks),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_percent_is_of_the_fullest_lane),
        cmocka_unit_test(test_ticks_are_of_all_lanes),
        cmocka_unit_test(test_age),
        cmocka_unit_test(test_limit_of_zero),
        cmocka_unit_test(test_mixed),
        cmocka_unit_test(test_percent),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests_name("level", tests, NULL, NULL);
}
