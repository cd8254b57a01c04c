/* Limits: how they are written, and how many ticks they are. */
#include "feed_help.h"

#include <errno.h>

#include "limit.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_parse_refused),
        cmocka_unit_test(test_ticks),
    };
    return cmocka_run_group_tests_name("limit", tests, NULL, NULL);
}
