/* Single precision to decimals: exact values, halves, limits, and what is no number. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "binary32.h"

#define BILLION 1000000000

static uint32_t bits_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

static void expect(uint32_t bits, uint32_t scale, int64_t want, bool want_rounded)
{
    int64_t value = -1;
    bool rounded = false;
    assert_int_equal(binary32_decimal(bits, scale, &value, &rounded), 0);
    assert_true(value == want);
    assert_int_equal(rounded, want_rounded);
}

/* Every number of few places comes back as it was written; at powers of two the neighbour below is nearer. */
static void what_was_written_comes_back(void **state)
{
    (void)state;
    for (int64_t hundredths = 0; hundredths <= 200000; hundredths++) /* up to 2000.00: 6 digits always fit */
        expect(bits_of((float)((double)hundredths / 100)), BILLION, hundredths * 10000000, false);
    for (int64_t millionths = 1; millionths <= 300000; millionths += 7)
        expect(bits_of((float)((double)millionths / 1e6)), BILLION, millionths * 1000, false);
}

/* It is stored as the same bits again, and with one place less it is not. */
static void no_decimal_is_shorter(void **state)
{
    uint64_t random = 1;
    (void)state;
    for (int i = 0; i < 300000; i++) {
        random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        uint32_t bits =
            (uint32_t)(random >> 40) | (uint32_t)(110 + (random >> 33) % 30) << 23; /* 7e-6 to 4096 */
        int64_t value;
        bool rounded = false;
        char text[64];
        assert_int_equal(binary32_decimal(bits, BILLION, &value, &rounded), 0);
        if (rounded)
            continue;
        snprintf(text, sizeof(text), "%lld.%09lld", (long long)(value / BILLION),
                 (long long)(value % BILLION));
        assert_int_equal(bits_of(strtof(text, NULL)), bits);
        int64_t unit = 1;
        while (value != 0 && value % (unit * 10) == 0)
            unit *= 10;
        int64_t shorter = (value + unit * 5) / (unit * 10) * (unit * 10);
        snprintf(text, sizeof(text), "%lld.%09lld", (long long)(shorter / BILLION),
                 (long long)(shorter % BILLION));
        assert_true(unit >= BILLION || bits_of(strtof(text, NULL)) != bits);
    }
}

static void numbers_have_an_exact_value(void **state)
{
    (void)state;
    expect(bits_of(0.0F), BILLION, 0, false);
    expect(bits_of(-0.0F), BILLION, 0, false);
    expect(bits_of(1.0F), BILLION, BILLION, false);
    expect(bits_of(-1.0F), BILLION, -BILLION, false);
    expect(bits_of(0.75F), BILLION, 750000000, false);
    expect(bits_of(0.1F), BILLION, 100000000, false); /* .100000001490116... */
    expect(bits_of(1.35F), BILLION, 1350000000, false); /* 1.35000002384185... */
    expect(bits_of(1.35F), 1000, 1350, false);
    expect(bits_of(1.35F), 10, 14, true); /* 1.4 is stored otherwise */
    expect(bits_of(0.333333343F), BILLION, 333333340, false); /* 8 places are enough for this one */
    expect(bits_of(16777.217F), BILLION, INT64_C(16777217000000), false);
    expect(bits_of(16777216.0F), 1, 16777216, false);
}

static void halves_go_to_the_even_neighbour(void **state)
{
    (void)state;
    expect(bits_of(0.5F), 1, 0, true);
    expect(bits_of(1.5F), 1, 2, true);
    expect(bits_of(2.5F), 1, 2, true);
    expect(bits_of(3.5F), 1, 4, true);
    expect(bits_of(-2.5F), 1, -2, true);
    expect(bits_of(2.25F), 1, 2, true);
    expect(bits_of(2.75F), 1, 3, true);
    expect(bits_of(0.50000006F), 1, 1, true);
}

static void the_smallest_numbers_are_rounded_away(void **state)
{
    (void)state;
    expect(1, BILLION, 0, true); /* 2^-149 */
    expect(0x007FFFFF, BILLION, 0, true); /* the largest subnormal */
    expect(0x00800000, BILLION, 0, true);
    expect(bits_of(1e-9F), BILLION, 1, false);
    expect(bits_of(4e-10F), BILLION, 0, true);
}

static void expect_error(uint32_t bits, uint32_t scale, int want)
{
    int64_t value = 7;
    bool rounded = false;
    assert_int_equal(binary32_decimal(bits, scale, &value, &rounded), want);
    assert_int_equal(value, 7);
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    expect(bits_of(9223371487098961920.0F), 1, INT64_C(9223371487098961920), false); /* below 2^63 */
    expect_error(bits_of(9223372036854775808.0F), 1, -ERANGE);
    expect_error(bits_of(-9223372036854775808.0F), 1, -ERANGE);
    expect(bits_of(9223371776.0F), BILLION, INT64_C(9223371776000000000), false);
    expect_error(bits_of(9223372800.0F), BILLION, -ERANGE);
    expect_error(0x7F7FFFFF, 1, -ERANGE); /* the largest number */
    expect_error(0x7F800000, 1, -EINVAL);
    expect_error(0xFF800000, 1, -EINVAL);
    expect_error(0x7FC00000, 1, -EINVAL);
    expect_error(0xFFFFFFFF, BILLION, -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_comes_back),
        cmocka_unit_test(no_decimal_is_shorter),
        cmocka_unit_test(numbers_have_an_exact_value),
        cmocka_unit_test(halves_go_to_the_even_neighbour),
        cmocka_unit_test(the_smallest_numbers_are_rounded_away),
        cmocka_unit_test(what_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests_name("binary32", tests, NULL, NULL);
}
