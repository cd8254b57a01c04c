/* Limits: at which queue each is reached. */
#include "capture_help.h"

#include "monitor/level.h"

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
