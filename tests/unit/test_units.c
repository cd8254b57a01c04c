/* Numbers in a table: exact while short, three digits beyond, and the right unit at each border. */
#include "capture_help.h"

#include "units.h"

static void expect_count(uint64_t cnt, const char *want)
{
    char text[UNITS_MAX];
    assert_string_equal(units_count(text, cnt), want);
}

static void expect_duration(int64_t ns, const char *want)
{
    char text[UNITS_MAX];
    assert_string_equal(units_duration(text, ns), want);
}

static void test_count(void **state)
{
    (void)state;
    expect_count(0, "0");
    expect_count(9999, "9999");
    expect_count(10000, "10.0k");
    expect_count(12345, "12.3k");
    expect_count(99949, "99.9k");
    expect_count(99950, "100k");
    expect_count(999499, "999k");
    expect_count(999500, "1.00M");
    expect_count(4560000, "4.56M");
    expect_count(9994999, "9.99M");
    expect_count(9995000, "10.0M");
    expect_count(7000000000, "7.00G");
    expect_count(7000000000000, "7.00T");
    expect_count(UINT64_C(7000000000000000), "7.00P");
    expect_count(UINT64_MAX, "18.4E");
}

static void test_duration(void **state)
{
    (void)state;
    expect_duration(0, "0ns");
    expect_duration(999, "999ns");
    expect_duration(1000, "1.00us");
    expect_duration(1200, "1.20us");
    expect_duration(999499, "999us");
    expect_duration(999500, "1.00ms");
    expect_duration(3400000, "3.40ms");
    expect_duration(1350000000, "1.35s");
    expect_duration(INT64_C(59940000000), "59.9s");
    expect_duration(INT64_C(999400000000), "999s");
    expect_duration(INT64_C(3600000000000), "3600s");
    expect_duration(INT64_MAX, "9223372037s");
    expect_duration(-5, "-5ns");
    expect_duration(INT64_MIN, "-9223372036854775808ns");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_count),
        cmocka_unit_test(test_duration),
    };
    return cmocka_run_group_tests_name("units", tests, NULL, NULL);
}
