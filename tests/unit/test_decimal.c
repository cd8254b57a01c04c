/* Decimal text: known values, the edges of int64_t, and random numbers against 128-bit arithmetic. */
#include "feed_help.h"

#include "decimal.h"

static void expect(const char *text, unsigned scale, int64_t value, bool rounded)
{
    int64_t out = 77;
    bool was_rounded = false;
    int rc = decimal_parse(text, strlen(text), scale, &out, &was_rounded);
    if (rc != 0 || out != value || was_rounded != rounded)
        print_error("%s at %u: rc %d, %lld, rounded %d\n", text, scale, rc, (long long)out, was_rounded);
    assert_int_equal(rc, 0);
    assert_true(out == value);
    assert_int_equal(was_rounded, rounded);
}

static void expect_error(const char *text, unsigned scale, int error)
{
    int64_t out = 77;
    bool rounded = false;
    if (decimal_parse(text, strlen(text), scale, &out, &rounded) != error)
        print_error("%s at %u\n", text, scale);
    assert_int_equal(decimal_parse(text, strlen(text), scale, &out, &rounded), error);
    assert_int_equal(out, 77);
}

static void test_ordinary(void **state)
{
    (void)state;
    expect("0", 9, 0, false);
    expect("-0", 9, 0, false);
    expect("1", 9, 1000000000, false);
    expect("9682.25", 9, 9682250000000, false);
    expect("-37.63", 9, -37630000000, false);
    expect("0.00002818", 9, 28180, false);
    expect(".5", 9, 500000000, false);
    expect("5.", 9, 5000000000, false);
    expect("007.10", 9, 7100000000, false);
    expect("1582329602111000", 0, 1582329602111000, false);
    expect("12345678901234567.8", 1, 123456789012345678, false);
    expect("887.000000000000", 9, 887000000000, false);
}

static void test_rounds_half_even(void **state)
{
    (void)state;
    expect("0.0000000005", 9, 0, true);
    expect("0.0000000015", 9, 2, true);
    expect("0.0000000025", 9, 2, true);
    expect("0.00000000250000000000001", 9, 3, true);
    expect("-0.0000000015", 9, -2, true);
    expect("235.44999999999999", 9, 235450000000, true);
    expect("2.5", 0, 2, true);
    expect("3.5", 0, 4, true);
    expect("9.99", 1, 100, true);
    expect("0.05", 0, 0, true);
    expect("1.20", 1, 12, false);
}

static void test_exponent(void **state)
{
    (void)state;
    expect("1e-7", 9, 100, false);
    expect("1E-9", 9, 1, false);
    expect("6e-10", 9, 1, true);
    expect("5e-10", 9, 0, true);
    expect("9e-11", 9, 0, true);
    expect("-6.2604214e-11", 9, 0, true);
    expect("2.5E+3", 9, 2500000000000, false);
    expect("1.5e0", 9, 1500000000, false);
    expect("0e400", 9, 0, false);
    expect("0e99999999999999999999", 9, 0, false);
    expect("1e-99999999999999999999", 9, 0, true);
    expect("0.000000000000000000001e21", 9, 1000000000, false);
    expect("1000000000000000000000e-21", 9, 1000000000, false);
    expect_error("1e400", 9, -ERANGE);
    expect_error("1e99999999999999999999", 9, -ERANGE);
}

static void test_edges(void **state)
{
    (void)state;
    expect("9223372036854775807", 0, INT64_MAX, false);
    expect("-9223372036854775808", 0, INT64_MIN, false);
    expect("9223372036.854775807", 9, INT64_MAX, false);
    expect("-9223372036.854775808", 9, INT64_MIN, false);
    expect("9223372036.8547758074", 9, INT64_MAX, true);
    expect_error("9223372036854775808", 0, -ERANGE);
    expect_error("-9223372036854775809", 0, -ERANGE);
    expect_error("9223372036.8547758075", 9, -ERANGE);
    expect_error("9223372036.854775808", 9, -ERANGE);
    expect_error("10000000000", 9, -ERANGE);
    expect_error("18446744073709551616", 0, -ERANGE);
    expect_error("99999999999999999999999999999999999999999999999", 9, -ERANGE);
    expect("0000000000000000000000000000000000000000012", 9, 12000000000, false);
}

static void test_not_numbers(void **state)
{
    static const char *const text[] = {
        "",     "-",    ".",   "-.",  "+5",  " 5",  "5 ",        "1.2.3",    "1,5", "0x10",
        "nan",  "inf",  "1e",  "1e+", "1e-", "e5",  "1e5x",      "--1",      "1_0", "1-",
        "1e.5", "5e5e", "..1", "12a", "1/2", "1:2", "12345678x", "1234567:",
    };
    (void)state;
    for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++)
        expect_error(text[i], 9, -EINVAL);
}

/* A copy of exact size, so that a sanitizer sees a byte read behind it. */
static void test_reads_only_len(void **state)
{
    static const char text[] = "1234567890.12345678901e-3";
    (void)state;
    for (size_t len = 0; len < sizeof(text); len++) {
        char *copy = malloc(len + 1);
        assert_non_null(copy);
        memcpy(copy + 1, text, len);
        int64_t out = 0;
        bool rounded = false;
        decimal_parse(copy + 1, len, 9, &out, &rounded);
        if (len > 0 && len <= 10) {
            int64_t want = 0;
            for (size_t i = 0; i < len; i++)
                want = want * 10 + (text[i] - '0');
            assert_true(out == want * 1000000000);
        }
        free(copy);
    }
}

static void test_digits(void **state)
{
    uint64_t value;
    (void)state;
    assert_int_equal(decimal_digits("12345678:", 9, &value), 8);
    assert_int_equal(value, 12345678);
    assert_int_equal(decimal_digits("1234567890123456789x", 20, &value), 19);
    assert_true(value == UINT64_C(1234567890123456789));
    assert_int_equal(decimal_digits("/5", 2, &value), 0);
    assert_int_equal(decimal_digits("", 0, &value), 0);
    for (unsigned c = 0; c < 256; c++) {
        char text[9] = "1234567";
        text[7] = (char)c;
        assert_int_equal(decimal_digits(text, 8, &value), c >= '0' && c <= '9' ? 8 : 7);
        memcpy(text, "12345678", 8);
        text[3] = (char)c;
        assert_int_equal(decimal_digits(text, 8, &value), c >= '0' && c <= '9' ? 8 : 3);
    }
}

static void expect_text(int64_t value, unsigned decimals, const char *want)
{
    char out[DECIMAL_TEXT_MAX];
    assert_int_equal(decimal_text(out, value, decimals), strlen(want));
    assert_string_equal(out, want);
}

static void test_text(void **state)
{
    (void)state;
    expect_text(0, 9, "0");
    expect_text(0, 0, "0");
    expect_text(42100000000000, 9, "42100");
    expect_text(28180, 9, "0.00002818");
    expect_text(-1, 9, "-0.000000001");
    expect_text(-1500000000, 9, "-1.5");
    expect_text(1200, 0, "1200");
    expect_text(1200, 2, "12");
    expect_text(1200, 3, "1.2");
    expect_text(INT64_MAX, 9, "9223372036.854775807");
    expect_text(INT64_MIN, 9, "-9223372036.854775808");
    expect_text(INT64_MIN, 18, "-9.223372036854775808");
    expect_text(INT64_MIN, 0, "-9223372036854775808");
}

static void test_there_and_back(void **state)
{
    uint64_t random = help_seed();
    (void)state;
    for (int i = 0; i < 200000; i++) {
        unsigned shift = (unsigned)(help_random(&random) % 64);
        uint64_t bits = help_random(&random) << 32 ^ help_random(&random);
        int64_t value = (int64_t)bits >> shift;
        unsigned decimals = (unsigned)(help_random(&random) % (DECIMAL_SCALE_MAX + 1));
        char text[DECIMAL_TEXT_MAX];
        size_t len = decimal_text(text, value, decimals);
        int64_t back = 0;
        bool rounded = false;
        assert_int_equal(decimal_parse(text, len, decimals, &back, &rounded), 0);
        assert_true(back == value);
        assert_false(rounded);
    }
}

/* The slow way, forced by an exponent or zeros behind, has to agree with the fast one. */
static void test_both_ways_agree(void **state)
{
    uint64_t random = help_seed();
    (void)state;
    for (int i = 0; i < 100000; i++) {
        char text[64];
        unsigned a = (unsigned)(help_random(&random) % 1000000000);
        unsigned b = (unsigned)(help_random(&random) % 100000);
        int len = snprintf(text, sizeof(text), "%s%u.%05u", i % 2 ? "-" : "", a, b);
        int64_t fast = 0;
        int64_t slow = 1;
        bool rounded = false;
        assert_int_equal(decimal_parse(text, (size_t)len, 9, &fast, &rounded), 0);
        len = snprintf(text, sizeof(text), "%s0.%09u%05ue9", i % 2 ? "-" : "", a, b);
        assert_int_equal(decimal_parse(text, (size_t)len, 9, &slow, &rounded), 0);
        assert_true(fast == slow);
        assert_false(rounded);
    }
}

static void test_mutated(void **state)
{
    uint64_t random = help_seed();
    (void)state;
    for (int i = 0; i < HELP_FUZZ_CNT; i++) {
        char text[64] = "-1234567890.123456789e-3";
        size_t len = help_mutate(&random, text, strlen(text), sizeof(text) - 1);
        char *copy = malloc(len + 1);
        assert_non_null(copy);
        memcpy(copy, text, len);
        int64_t out = 0;
        bool rounded = false;
        int rc = decimal_parse(copy, len, 9, &out, &rounded);
        assert_true(rc == 0 || rc == -EINVAL || rc == -ERANGE);
        free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ordinary),       cmocka_unit_test(test_rounds_half_even),
        cmocka_unit_test(test_exponent),       cmocka_unit_test(test_edges),
        cmocka_unit_test(test_not_numbers),    cmocka_unit_test(test_reads_only_len),
        cmocka_unit_test(test_digits),         cmocka_unit_test(test_text),
        cmocka_unit_test(test_there_and_back), cmocka_unit_test(test_both_ways_agree),
        cmocka_unit_test(test_mutated),
    };
    return cmocka_run_group_tests_name("decimal", tests, NULL, NULL);
}
