/* Numbers as people type them: suffixes, ranges, units, and that a refused one changes nothing. */
#include "capture_help.h"

#include "num.h"

static void expect_u64(const char *text, uint64_t want)
{
    uint64_t value = 7;
    assert_int_equal(num_u64(text, 0, UINT64_MAX, &value), 0);
    assert_int_equal(value, want);
}

static void refuse_u64(const char *text, uint64_t min, uint64_t max, int rc)
{
    uint64_t value = 7;
    assert_int_equal(num_u64(text, min, max, &value), rc);
    assert_int_equal(value, 7);
}

static void test_u64(void **state)
{
    (void)state;
    expect_u64("0", 0);
    expect_u64("007", 7);
    expect_u64("18446744073709551615", UINT64_MAX);
    expect_u64("2k", 2000);
    expect_u64("3M", 3000000);
    expect_u64("4G", 4000000000);
    expect_u64("18446744073G", UINT64_C(18446744073000000000));
}

static void test_u64_not_a_number(void **state)
{
    static const char *const text[] = {"",    "k",   "-1",   "+1",  " 1",  "1 ", "1K",
                                       "1kk", "1kM", "0x10", "1.5", "1e3", "a"};
    (void)state;
    for (size_t i = 0; i < sizeof text / sizeof text[0]; i++)
        refuse_u64(text[i], 0, UINT64_MAX, -EINVAL);
}

static void test_u64_range(void **state)
{
    uint64_t value;
    (void)state;
    refuse_u64("18446744073709551616", 0, UINT64_MAX, -ERANGE);
    refuse_u64("99999999999999999999999", 0, UINT64_MAX, -ERANGE);
    refuse_u64("18446744074G", 0, UINT64_MAX, -ERANGE);
    refuse_u64("4", 5, 9, -ERANGE);
    refuse_u64("10", 5, 9, -ERANGE);
    assert_int_equal(num_u64("5", 5, 9, &value), 0);
    assert_int_equal(num_u64("9", 5, 9, &value), 0);
}

static void test_slots(void **state)
{
    uint64_t value = 7;
    (void)state;
    assert_int_equal(num_slots("64k", 4, UINT64_MAX, &value), 0);
    assert_int_equal(value, 65536);
    assert_int_equal(num_slots("1M", 4, UINT64_MAX, &value), 0);
    assert_int_equal(value, 1 << 20);
    assert_int_equal(num_slots("4", 4, 8, &value), 0);
    assert_int_equal(num_slots("1000", 4, UINT64_MAX, &value), -ERANGE);
    assert_int_equal(num_slots("3k", 4, UINT64_MAX, &value), -ERANGE);
    assert_int_equal(num_slots("0", 0, UINT64_MAX, &value), 0); /* min is what forbids none */
    assert_int_equal(num_slots("2", 4, 8, &value), -ERANGE);
    assert_int_equal(num_slots("16", 4, 8, &value), -ERANGE);
    assert_int_equal(num_slots("four", 4, 8, &value), -EINVAL);
    assert_int_equal(value, 0);
}

static void expect_duration(const char *text, int64_t want)
{
    int64_t ns = 7;
    assert_int_equal(num_duration_ns(text, &ns), 0);
    assert_int_equal(ns, want);
}

static void refuse_duration(const char *text, int rc)
{
    int64_t ns = 7;
    assert_int_equal(num_duration_ns(text, &ns), rc);
    assert_int_equal(ns, 7);
}

static void test_duration(void **state)
{
    (void)state;
    expect_duration("0", 0);
    expect_duration("1ns", 1);
    expect_duration("2us", 2000);
    expect_duration("1.5ms", 1500000);
    expect_duration(".5s", 500000000);
    expect_duration("0.000000001s", 1);
    expect_duration("2m", 120 * INT64_C(1000000000));
    expect_duration("0.5m", 30 * INT64_C(1000000000));
    expect_duration("9223372036854775807ns", INT64_MAX);
}

static void test_duration_refused(void **state)
{
    static const char *const text[] = {"",      "1",   "5x",   "-1s",  "+1s", "s", ".s",
                                       "1..5s", "1 s", "1sec", "1e3s", "1h",  "1S"};
    (void)state;
    for (size_t i = 0; i < sizeof text / sizeof text[0]; i++)
        refuse_duration(text[i], -EINVAL);
    refuse_duration("9223372036854775808ns", -ERANGE);
    refuse_duration("9223372037s", -ERANGE);
    refuse_duration("153722868m", -ERANGE);
}

static void test_factor(void **state)
{
    double x = 7;
    (void)state;
    assert_int_equal(num_factor("1", &x), 0);
    assert_true(x == 1);
    assert_int_equal(num_factor("0.5", &x), 0);
    assert_true(x == 0.5);
    assert_int_equal(num_factor("1000000000", &x), 0);
    assert_true(x == 1e9);
    assert_int_equal(num_factor("1000000001", &x), -ERANGE);
    assert_int_equal(num_factor("0", &x), -ERANGE);
    assert_int_equal(num_factor("0.0000000001", &x), -ERANGE);
    assert_int_equal(num_factor("-1", &x), -EINVAL);
    assert_int_equal(num_factor("inf", &x), -EINVAL);
    assert_int_equal(num_factor("nan", &x), -EINVAL);
    assert_int_equal(num_factor("1x", &x), -EINVAL);
    assert_int_equal(num_factor("", &x), -EINVAL);
    assert_true(x == 1e9);
}

static void test_percent(void **state)
{
    int64_t e9 = 7;
    (void)state;
    assert_int_equal(num_percent_e9("0.1", &e9), 0);
    assert_int_equal(e9, 100000000);
    assert_int_equal(num_percent_e9("0", &e9), 0);
    assert_int_equal(e9, 0);
    assert_int_equal(num_percent_e9("1000000000", &e9), 0);
    assert_int_equal(e9, INT64_C(1000000000000000000));
    assert_int_equal(num_percent_e9("1000000000.1", &e9), -ERANGE);
    assert_int_equal(num_percent_e9("-0.1", &e9), -EINVAL);
    assert_int_equal(num_percent_e9("5%", &e9), -EINVAL);
    assert_int_equal(e9, INT64_C(1000000000000000000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_u64),       cmocka_unit_test(test_u64_not_a_number),
        cmocka_unit_test(test_u64_range), cmocka_unit_test(test_slots),
        cmocka_unit_test(test_duration),  cmocka_unit_test(test_duration_refused),
        cmocka_unit_test(test_factor),    cmocka_unit_test(test_percent),
    };
    return cmocka_run_group_tests_name("num", tests, NULL, NULL);
}
