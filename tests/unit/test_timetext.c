/* Times: known ones, what no calendar has, and every day from 1678 to 2261 against the C library. */
#include "feed_help.h"

#include <time.h>

#include "timetext.h"

#define NS TIME_NS_PER_S

static void expect(const char *text, int64_t unit_ns, int64_t want)
{
    int64_t ns = 77;
    int rc = time_parse(text, strlen(text), unit_ns, &ns);
    if (rc != 0 || ns != want)
        print_error("%s: rc %d, %lld\n", text, rc, (long long)ns);
    assert_int_equal(rc, 0);
    assert_true(ns == want);
}

static void expect_error(const char *text, int64_t unit_ns, int error)
{
    int64_t ns = 77;
    int rc = time_parse(text, strlen(text), unit_ns, &ns);
    if (rc != error)
        print_error("%s: rc %d\n", text, rc);
    assert_int_equal(rc, error);
    assert_int_equal(ns, 77);
}

static void test_epoch(void **state)
{
    (void)state;
    expect("1723161255", 0, 1723161255 * NS);
    expect("1723161255342", 0, 1723161255342 * 1000000);
    expect("1582329602111000", 0, 1582329602111000 * 1000);
    expect("1723161255342000001", 0, 1723161255342000001);
    expect("1625097621.647", 0, 1625097621647000000);
    expect("1633998512.0633569", 0, 1633998512063356900);
    expect("1723161255342.5", 0, 1723161255342500000);
    expect("-1", 0, -NS);
    expect("0", 0, 0);
    expect("46.2042", 1000000, 46204200);
    expect("12", 1, 12);
    expect("12", 1000, 12000);
    expect("12", NS, 12 * NS);
    expect("1723161255342", 1, 1723161255342);
    expect_error("1723161255342", NS, -ERANGE);
    expect_error("99999999999", 0, -ERANGE);
    expect_error("9300000000000000000", 0, -ERANGE);
    expect_error("1.6e9", 0, -EINVAL);
    expect("1.6e9", NS, 1600000000 * NS);
}

static void test_calendar(void **state)
{
    const int64_t midnight = INT64_C(1723075200) * NS; /* 2024-08-08 */
    (void)state;
    expect("2024-08-08", 0, midnight);
    expect("2024-08-08T00:00:00Z", 0, midnight);
    expect("2024-08-08t01:02:03z", 0, midnight + 3723 * NS);
    expect("2024-08-08 23:59:59.999999999", 0, midnight + TIME_NS_PER_DAY - 1);
    expect("2024-08-08T00:00:00.342Z", 0, midnight + 342000000);
    expect("2024-08-08T02:00:00+02:00", 0, midnight);
    expect("2024-08-08T02:00:00+0200", 0, midnight);
    expect("2024-08-07T19:00:00-05", 0, midnight);
    expect("2023-02-02 09:20:00.138000+00:00", 0, 1675329600138000000);
    expect("2024-02-29", 0, 1709164800 * NS);
    expect("2000-02-29", 0, 951782400 * NS);
    expect("1970-01-01", 0, 0);
    expect("1969-12-31T23:59:59.5Z", 0, -NS / 2);
    expect("2262-04-11T23:47:16.854775807Z", 0, INT64_MAX);
    expect("1677-09-21T00:12:44Z", 0, INT64_C(-9223372036) * NS);
    expect_error("2262-04-11T23:47:16.854775808Z", 0, -ERANGE);
    expect_error("9999-01-01", 0, -ERANGE);
    expect_error("0001-01-01", 0, -ERANGE);
}

static void test_no_times(void **state)
{
    static const char *const text[] = {
        "",
        "abc",
        "2024-08",
        "2024-8-08",
        "2024-13-01",
        "2024-00-01",
        "2024-02-30",
        "2023-02-29",
        "1900-02-29",
        "2024-04-31",
        "2024-08-00",
        "2024-08-08T",
        "2024-08-08T24:00:00",
        "2024-08-08T25:61:00",
        "2024-08-08T23:59:60Z",
        "2024-08-08T23:59",
        "2024-08-08T23:59:59.",
        "2024-08-08T23:59:59.1e3",
        "2024-08-08T23:59:59ZZ",
        "2024-08-08T23:59:59+1",
        "2024-08-08T23:59:59+24:00",
        "2024-08-08x23:59:59",
        "2024-08-08T23:59:59+01:60",
        "2024-08-08T23:59:59+1:000",
        "2024/08/08",
        "0x10",
        " 1723161255",
        "2024-08-08T23:59:59.5.5Z",
        "2024-08-08T-1:59:59Z",
        "2024-08-08T23:59:59.-5Z",
    };
    (void)state;
    for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++)
        expect_error(text[i], 0, -EINVAL);
}

static void test_date_and_clock(void **state)
{
    int64_t ns;
    (void)state;
    assert_int_equal(time_parse_date("2011-01-13", 10, &ns), 0);
    assert_true(ns == 1294876800 * NS);
    assert_int_equal(time_parse_date("2011-01-13T", 11, &ns), -EINVAL);
    assert_int_equal(time_parse_date("20110113", 8, &ns), -EINVAL);
    assert_int_equal(time_parse_clock("04:40:11.686699000", 18, &ns), 0);
    assert_true(ns == 16811686699000);
    assert_int_equal(time_parse_clock("23:59:59", 8, &ns), 0);
    assert_true(ns == 86399 * NS);
    assert_int_equal(time_parse_clock("24:00:00", 8, &ns), -EINVAL);
    assert_int_equal(time_parse_clock("4:40:11", 7, &ns), -EINVAL);
    assert_int_equal(time_parse_clock("04:40:11Z", 9, &ns), -EINVAL);
}

static void expect_text(int64_t ns, const char *want)
{
    char text[TIME_TEXT_MAX];
    assert_int_equal(time_text(text, ns), strlen(want));
    assert_string_equal(text, want);
}

static void test_text(void **state)
{
    (void)state;
    expect_text(0, "1970-01-01T00:00:00Z");
    expect_text(1723161255342000000, "2024-08-08T23:54:15.342Z");
    expect_text(1723161255000000001, "2024-08-08T23:54:15.000000001Z");
    expect_text(1723161255100000000, "2024-08-08T23:54:15.1Z");
    expect_text(-1, "1969-12-31T23:59:59.999999999Z");
    expect_text(951782400 * NS, "2000-02-29T00:00:00Z");
    expect_text(INT64_MAX, "2262-04-11T23:47:16.854775807Z");
    expect_text(INT64_MIN, "1677-09-21T00:12:43.145224192Z");
}

static void test_every_day(void **state)
{
    (void)state;
    for (int64_t day = -106000; day < 106000; day++) {
        time_t t = (time_t)(day * 86400);
        struct tm tm;
        char want[TIME_TEXT_MAX];
        char text[TIME_TEXT_MAX];
        int64_t back;
        assert_non_null(gmtime_r(&t, &tm));
        strftime(want, sizeof(want), "%Y-%m-%dT%H:%M:%SZ", &tm);
        size_t len = time_text(text, day * TIME_NS_PER_DAY);
        assert_string_equal(text, want);
        assert_int_equal(time_parse(text, len, 0, &back), 0);
        assert_true(back == day * TIME_NS_PER_DAY);
    }
}

static void test_there_and_back(void **state)
{
    uint64_t random = help_seed();
    (void)state;
    for (int i = 0; i < 100000; i++) {
        int64_t ns = (int64_t)(help_random(&random) << 32 ^ help_random(&random)) / 2;
        char text[TIME_TEXT_MAX];
        int64_t back;
        size_t len = time_text(text, ns);
        assert_int_equal(time_parse(text, len, 0, &back), 0);
        assert_true(back == ns);
    }
}

static void test_mutated(void **state)
{
    static const char *const start[] = {"2024-08-08T23:54:15.342+01:00", "1723161255342", "04:40:11.686"};
    uint64_t random = help_seed();
    (void)state;
    for (int i = 0; i < HELP_FUZZ_CNT; i++) {
        char text[64];
        snprintf(text, sizeof(text), "%s", start[i % 3]);
        size_t len = help_mutate(&random, text, strlen(text), sizeof(text) - 1);
        char *copy = malloc(len + 1);
        assert_non_null(copy);
        memcpy(copy, text, len);
        int64_t ns;
        int rc = time_parse(copy, len, 0, &ns);
        assert_true(rc == 0 || rc == -EINVAL || rc == -ERANGE);
        rc = time_parse_clock(copy, len, &ns);
        assert_true(rc == 0 || rc == -EINVAL);
        free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_epoch),          cmocka_unit_test(test_calendar),
        cmocka_unit_test(test_no_times),       cmocka_unit_test(test_date_and_clock),
        cmocka_unit_test(test_text),           cmocka_unit_test(test_every_day),
        cmocka_unit_test(test_there_and_back), cmocka_unit_test(test_mutated),
    };
    return cmocka_run_group_tests_name("timetext", tests, NULL, NULL);
}
