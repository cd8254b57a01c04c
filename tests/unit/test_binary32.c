/* Single precision to decimals: exact values, halves, limits, and what is no number. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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

static void numbers_have_an_exact_value(void **state)
{
    (void)state;
    expect(bits_of(0.0F), BILLION, 0, false);
    expect(bits_of(-0.0F), BILLION, 0, false);
    expect(bits_of(1.0F), BILLION, BILLION, false);
    expect(bits_of(-1.0F), BILLION, -BILLION, false);
    expect(bits_of(0.75F), BILLION, 750000000, false);
    expect(bits_of(0.1F), BILLION, 100000001, true); /* .100000001490116... */
    expect(bits_of(1.35F), BILLION, 1350000024, true); /* 1.35000002384185... */
    expect(bits_of(1.35F), 1000, 1350, true);
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
    expect(bits_of(1e-9F), BILLION, 1, true);
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
        cmocka_unit_test(numbers_have_an_exact_value),
        cmocka_unit_test(halves_go_to_the_even_neighbour),
        cmocka_unit_test(the_smallest_numbers_are_rounded_away),
        cmocka_unit_test(what_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests_name("binary32", tests, NULL, NULL);
}
