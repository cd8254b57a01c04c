/* The arithmetic of exact.h against schoolbook arithmetic on limbs and digits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "consumer/exact.h"

#define LIMBS 8
#define INT128_MIN ((exact_int)((exact_uint)1 << 127))
#define INT128_MAX ((exact_int)(((exact_uint)1 << 127) - 1))

static uint64_t random_state;

static int seed_random(void **state)
{
    const char *text = getenv("TICKRING_SEED");
    uint64_t seed = text ? strtoull(text, NULL, 0) : 20240809;
    (void)state;
    print_message("TICKRING_SEED=%llu\n", (unsigned long long)seed);
    random_state = seed * 2 + 1;
    return 0;
}

static uint64_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state * UINT64_C(0x2545f4914f6cdd1d);
}

/* Any number of bits up to bit_cnt is as likely as another, so that small and large meet. */
static exact_uint random_bits(unsigned bit_cnt)
{
    unsigned bits = (unsigned)(next_random() % (bit_cnt + 1));
    exact_uint all = (exact_uint)next_random() << 64 | next_random();
    return bits == 0 ? 0 : all >> (128 - bits);
}

static exact_int random_signed(unsigned bit_cnt)
{
    exact_int value = (exact_int)random_bits(bit_cnt);
    return next_random() & 1 ? -value : value;
}

/* The number with these bits in two's complement. */
static struct exact_wide wide_of_bits(exact_uint low, exact_uint high)
{
    return (struct exact_wide){(exact_int)low, (exact_int)(high + (low >> 127))};
}

static struct exact_wide wide_negative(struct exact_wide value)
{
    exact_uint low = (exact_uint)value.low;
    exact_uint high = (exact_uint)value.high - (low >> 127);
    return wide_of_bits(-low, ~high + (low == 0));
}

static struct exact_wide schoolbook(exact_uint a, exact_uint b)
{
    uint32_t limb[LIMBS] = {0};
    exact_uint low = 0;
    exact_uint high = 0;
    for (unsigned i = 0; i < 4; i++) {
        uint64_t carry = 0;
        for (unsigned j = 0; j < 4 || (carry != 0 && i + j < LIMBS); j++) {
            uint64_t product = j < 4 ? (uint64_t)(uint32_t)(a >> (32 * i)) * (uint32_t)(b >> (32 * j)) : 0;
            carry += limb[i + j] + (product & UINT32_MAX);
            limb[i + j] = (uint32_t)carry;
            carry = (carry >> 32) + (product >> 32);
        }
    }
    for (unsigned i = 0; i < 4; i++) {
        low |= (exact_uint)limb[i] << (32 * i);
        high |= (exact_uint)limb[i + 4] << (32 * i);
    }
    return wide_of_bits(low, high);
}

static void assert_wide_equal(struct exact_wide a, struct exact_wide b)
{
    assert_true(a.low == b.low && a.high == b.high);
}

static void assert_text(size_t len, const char *text, const char *expected)
{
    assert_string_equal(text, expected);
    assert_int_equal(len, strlen(expected));
}

static void check_text(exact_int value, unsigned decimals, const char *expected)
{
    char text[EXACT_TEXT_MAX];
    assert_text(exact_text(text, value, decimals), text, expected);
    assert_text(exact_wide_text(text, exact_wide_of(value), decimals), text, expected);
}

static void check_ratio(exact_int num, exact_int den, unsigned scale, const char *expected)
{
    char text[EXACT_TEXT_MAX];
    assert_text(exact_ratio_text(text, exact_wide_of(num), den, scale), text, expected);
}

static void check_mean(exact_int sum_half, uint64_t cnt, const char *expected)
{
    char text[EXACT_TEXT_MAX];
    assert_text(exact_mean_text(text, sum_half, cnt), text, expected);
}

static void check_change(exact_int now, exact_int before, const char *expected)
{
    char text[EXACT_TEXT_MAX];
    assert_text(exact_change_text(text, now, before), text, expected);
}

static void check_half(exact_int half, const char *expected)
{
    char text[EXACT_TEXT_MAX];
    assert_text(exact_half_text(text, half), text, expected);
}

static void text_drops_what_is_superfluous(void **state)
{
    (void)state;
    check_text(0, 0, "0");
    check_text(0, 18, "0");
    check_text(7, 0, "7");
    check_text(-70, 1, "-7");
    check_text(1, 18, "0.000000000000000001");
    check_text(-1, 9, "-0.000000001");
    check_text(100, 0, "100");
    check_text(42000 * INT64_C(1000000000), 9, "42000");
    check_text(INT64_C(42000100000000), 9, "42000.1");
    check_text(INT64_C(999999999999999999), 18, "0.999999999999999999");
    check_text(INT64_C(1000000000000000000), 18, "1");
    check_text(INT64_MIN, 9, "-9223372036.854775808");
    check_text(INT64_MAX, 9, "9223372036.854775807");
}

static void text_of_extremes(void **state)
{
    char text[EXACT_TEXT_MAX];
    struct exact_wide most = wide_of_bits(~(exact_uint)0, (exact_uint)INT128_MAX);
    struct exact_wide least = wide_of_bits(0, (exact_uint)INT128_MIN);
    (void)state;
    check_text(INT128_MAX, 0, "170141183460469231731687303715884105727");
    check_text(INT128_MIN, 18, "-170141183460469231731.687303715884105728");
    assert_text(exact_wide_text(text, most, 0), text,
                "57896044618658097711785492504343953926634992332820282019728792003956564819967");
    assert_text(exact_wide_text(text, least, 18), text,
                "-57896044618658097711785492504343953926634992332820282019728.792003956564819968");
}

static void text_of_halves(void **state)
{
    (void)state;
    check_half(0, "0");
    check_half(1, "0.0000000005");
    check_half(-1, "-0.0000000005");
    check_half(exact_half_of_px(INT64_C(42050000000000)), "42050");
    check_half(exact_half_of_mid(INT64_MAX, INT64_MAX), "9223372036.854775807");
    check_half(exact_half_of_mid(INT64_MIN, INT64_MIN), "-9223372036.854775808");
    check_half(exact_half_of_mid(INT64_MIN, INT64_MAX), "-0.0000000005");
    check_half(exact_half_of_mid(1, 2), "0.0000000015");
}

static void ratio_rounds_half_to_even(void **state)
{
    (void)state;
    check_ratio(1, 3, 0, "0.333333333333");
    check_ratio(2, 3, 0, "0.666666666667");
    check_ratio(-2, 3, 0, "-0.666666666667");
    check_ratio(2, -3, 0, "-0.666666666667");
    check_ratio(-2, -3, 0, "0.666666666667");
    check_ratio(1, 2, 12, "0"); /* 0.5 in the last place: down to 0, and no "-0" */
    check_ratio(-1, 2, 12, "0");
    check_ratio(3, 2, 12, "0.000000000002"); /* 1.5 up */
    check_ratio(-3, 2, 12, "-0.000000000002");
    check_ratio(5, 2, 12, "0.000000000002"); /* 2.5 down */
    check_ratio(-5, 2, 12, "-0.000000000002");
    check_ratio(5, -2, 12, "-0.000000000002");
    check_ratio(7, 2, 12, "0.000000000004"); /* 3.5 up */
    check_ratio(-7, 2, 12, "-0.000000000004");
    check_ratio(50001, 20000, 12, "0.000000000003"); /* a bit above the half */
    check_ratio(49999, 20000, 12, "0.000000000002");
    check_ratio(INT64_C(1999999999999), 2, 12, "1"); /* the carry goes all the way */
    check_ratio(INT64_C(-1999999999999), 2, 12, "-1");
    check_ratio(0, -5, 0, "0");
    check_ratio(5, 0, 0, "");
}

static void ratio_of_extremes(void **state)
{
    char text[EXACT_TEXT_MAX];
    struct exact_wide most = wide_of_bits(~(exact_uint)0, ((exact_uint)1 << 87) - 1); /* 2^215 - 1 */
    (void)state;
    assert_text(exact_ratio_text(text, most, 1, 0), text,
                "52656145834278593348959013841835216159447547700274555627155488767");
    assert_text(exact_ratio_text(text, wide_negative(most), INT128_MIN, 0), text,
                "309485009821345068724781056");
    /* (2^129 - 1) / 2: rounding carries from the low half into the high one */
    assert_text(exact_ratio_text(text, wide_of_bits(~(exact_uint)0, 1), 2, 12), text,
                "340282366920938463463374607.431768211456");
    check_ratio(INT128_MIN, INT128_MIN, 0, "1");
    check_ratio(1, INT128_MIN, 0, "0");
}

static void carry_one(char *digit)
{
    while (*digit == '9' || *digit == '.') {
        if (*digit == '9')
            *digit = '0';
        digit--;
    }
    ++*digit;
}

/* Long division by hand, digit by digit; num and den are below 2^123. */
static void long_division(char *out, exact_uint num, exact_uint den, bool negative)
{
    char text[64] = "0"; /* the place for a carry */
    char *end;
    exact_uint rest = num % den;
    exact_text(text + 1, (exact_int)(num / den), 0);
    end = text + strlen(text);
    *end++ = '.';
    for (unsigned i = 0; i < EXACT_DECIMALS; i++, rest %= den) {
        rest *= 10;
        *end++ = (char)('0' + (int)(rest / den));
    }
    if (rest * 2 > den || (rest * 2 == den && (end[-1] - '0') % 2 == 1))
        carry_one(end - 1);
    while (end[-1] == '0')
        end--;
    if (end[-1] == '.')
        end--;
    *end = '\0';
    end = text[0] == '0' ? text + 1 : text;
    if (negative && strcmp(end, "0") != 0)
        *out++ = '-';
    strcpy(out, end);
}

static void ratio_equals_long_division(void **state)
{
    char expected[EXACT_TEXT_MAX];
    (void)state;
    for (int i = 0; i < 20000; i++) {
        exact_int num = random_signed(120);
        exact_int den = random_signed(i % 2 ? 120 : 20);
        if (den == 0)
            continue;
        long_division(expected, (exact_uint)(num < 0 ? -num : num), (exact_uint)(den < 0 ? -den : den),
                      (num < 0) != (den < 0));
        check_ratio(num, den, 0, expected);
    }
}

/* num = quotient * den + rest, with the quotient and on which side of the half the rest is known. */
static void wide_ratio_gives_quotient_back(void **state)
{
    char text[EXACT_TEXT_MAX];
    char expected[EXACT_TEXT_MAX];
    (void)state;
    for (int i = 0; i < 20000; i++) {
        exact_uint quotient = random_bits(87);
        exact_uint half = random_bits(126) | 1;
        struct exact_wide num = schoolbook(quotient, half * 2);
        exact_int offset = (exact_int)(next_random() % 3) - 1;
        bool up = offset > 0 || (offset == 0 && (quotient & 1));
        exact_wide_add(&num, (exact_int)half + offset);
        exact_text(expected, (exact_int)(quotient + up), EXACT_DECIMALS);
        assert_text(exact_ratio_text(text, num, (exact_int)(half * 2), EXACT_DECIMALS), text, expected);
    }
}

static void add_scaled_equals_schoolbook(void **state)
{
    (void)state;
    for (int i = 0; i < 20000; i++) {
        exact_int value = i == 0 ? INT128_MIN : i == 1 ? INT128_MAX : random_signed(127);
        uint64_t factor = i < 2 ? UINT64_MAX : (uint64_t)random_bits(64);
        exact_uint size = value < 0 ? -(exact_uint)value : (exact_uint)value;
        struct exact_wide expected = schoolbook(size, factor);
        struct exact_wide acc = {0, 0};
        if (value < 0)
            expected = wide_negative(expected);
        exact_wide_add_scaled(&acc, value, factor);
        assert_wide_equal(acc, expected);
        exact_wide_add(&expected, INT128_MAX);
        exact_wide_add(&acc, INT128_MAX);
        exact_wide_add_scaled(&acc, value, factor);
        exact_wide_add_scaled(&acc, value == INT128_MIN ? INT128_MAX : -value, factor);
        if (value == INT128_MIN)
            exact_wide_add_scaled(&acc, 1, factor);
        assert_wide_equal(acc, expected);
    }
}

static void sums_carry_between_the_halves(void **state)
{
    struct exact_wide acc = {0, 0};
    (void)state;
    exact_wide_add(&acc, -1);
    assert_wide_equal(acc, (struct exact_wide){-1, 0});
    exact_wide_add(&acc, 1);
    assert_wide_equal(acc, (struct exact_wide){0, 0});
    for (int i = 0; i < 1000; i++)
        exact_wide_add(&acc, INT128_MIN);
    assert_wide_equal(acc, (struct exact_wide){0, -500});
    for (int i = 0; i < 2000; i++)
        exact_wide_add(&acc, (exact_int)1 << 126);
    assert_wide_equal(acc, (struct exact_wide){0, 0});
}

static void means(void **state)
{
    exact_int extreme = (exact_int)1 << 64;
    uint64_t most = (UINT64_C(1) << 62) - 1;
    (void)state;
    check_mean(0, 0, "");
    check_mean(0, 3, "0");
    check_mean(1, 1, "0.0000000005");
    check_mean(exact_half_of_px(1) + exact_half_of_px(1) + exact_half_of_px(2), 3, "0.000000001333");
    check_mean(1, 1000, "0"); /* 5e-13 is half of the last place */
    check_mean(3, 1000, "0.000000000002");
    check_mean(-3, 1000, "-0.000000000002");
    check_mean(-1, 1000, "0");
    check_mean(extreme * (exact_int)most, most, "9223372036.854775808");
    check_mean(-extreme * (exact_int)most, most, "-9223372036.854775808");
}

static void mean_compares_without_rounding(void **state)
{
    uint64_t most = (UINT64_C(1) << 62) - 1;
    exact_int value = (exact_int)1 << 64;
    exact_int sum = value * (exact_int)most;
    (void)state;
    assert_int_equal(exact_cmp_mean(value, sum, most), 0);
    assert_int_equal(exact_cmp_mean(value, sum - 1, most), 1);
    assert_int_equal(exact_cmp_mean(value, sum + 1, most), -1);
    assert_int_equal(exact_cmp_mean(-value, -sum, most), 0);
    assert_int_equal(exact_cmp_mean(-value, -sum - 1, most), 1);
    assert_int_equal(exact_cmp_mean(-value, -sum + 1, most), -1);
}

static void changes(void **state)
{
    (void)state;
    check_change(42100, 42050, "0.118906064209");
    check_change(42050, 42100, "-0.118764845606");
    check_change(5, 0, "");
    check_change(0, 5, "-100");
    check_change(5, 5, "0");
    check_change(-4, -5, "-20"); /* per cent of what was before */
    check_change(-6, -5, "20");
    check_change(exact_half_of_px(INT64_MAX), 1, "1844674407370955161300");
    check_change(exact_half_of_px(INT64_MIN), exact_half_of_px(INT64_MAX), "-200");
}

static void change_compares_without_rounding(void **state)
{
    const int64_t tenth = EXACT_PCT_SCALE / 10;
    exact_int extreme = (exact_int)1 << 64;
    (void)state;
    assert_int_equal(exact_cmp_change(1001000, 1000000, tenth), 0);
    assert_int_equal(exact_cmp_change(1001001, 1000000, tenth), 1);
    assert_int_equal(exact_cmp_change(1000999, 1000000, tenth), -1);
    assert_int_equal(exact_cmp_change(999000, 1000000, tenth), 0);
    assert_int_equal(exact_cmp_change(998999, 1000000, tenth), 1);
    assert_int_equal(exact_cmp_change(-1001000, -1000000, tenth), 0);
    assert_int_equal(exact_cmp_change(5, 5, 0), 0);
    assert_int_equal(exact_cmp_change(1, 0, 0), -1);
    assert_int_equal(exact_cmp_change(-extreme, extreme, 200 * EXACT_PCT_SCALE), 0);
    assert_int_equal(exact_cmp_change(-extreme + 1, extreme, 200 * EXACT_PCT_SCALE), -1);
    assert_int_equal(exact_cmp_change(-extreme, extreme, INT64_MAX), -1);
    assert_int_equal(exact_cmp_change(extreme, 1, INT64_MAX), 1);
}

static void shares(void **state)
{
    const exact_int most = (exact_int)1 << 126;
    (void)state;
    assert_true(exact_share_e12(exact_wide_of(1), 3) == 333333333333);
    assert_true(exact_share_e12(exact_wide_of(-2), 3) == 666666666667); /* without signs */
    assert_true(exact_share_e12(exact_wide_of(2), -3) == 666666666667);
    assert_true(exact_share_e12(exact_wide_of(1), 2 * EXACT_E12) == 0); /* a half, to the even one */
    assert_true(exact_share_e12(exact_wide_of(3), 2 * EXACT_E12) == 2);
    assert_true(exact_share_e12(exact_wide_of(0), 7) == 0);
    assert_true(exact_share_e12(exact_wide_of(7), 7) == EXACT_E12);
    assert_true(exact_share_e12(exact_wide_of(8), 7) == EXACT_E12); /* at most 1 */
    assert_true(exact_share_e12(exact_wide_of(1), 0) == EXACT_E12);
    assert_true(exact_share_e12((struct exact_wide){0, 1}, most) == EXACT_E12);
    assert_true(exact_share_e12(exact_wide_of(most - 1), most) == EXACT_E12); /* rounded up to it */
    assert_true(exact_share_e12(exact_wide_of(most / 4), most) == EXACT_E12 / 4);
}

static void halves_as_prices(void **state)
{
    (void)state;
    assert_true(exact_px_of_half(0) == 0);
    assert_true(exact_px_of_half(1) == 0); /* 0.5 */
    assert_true(exact_px_of_half(2) == 1);
    assert_true(exact_px_of_half(3) == 2); /* 1.5 */
    assert_true(exact_px_of_half(5) == 2); /* 2.5 */
    assert_true(exact_px_of_half(-1) == 0);
    assert_true(exact_px_of_half(-3) == -2);
    assert_true(exact_px_of_half(-5) == -2);
    assert_true(exact_px_of_half(exact_half_of_px(INT64_MAX)) == INT64_MAX);
    assert_true(exact_px_of_half(exact_half_of_px(INT64_MIN)) == INT64_MIN);
    assert_true(exact_px_of_half(exact_half_of_mid(INT64_MAX, INT64_MAX - 1)) == INT64_MAX - 1);
}

static void ratios_of_halves(void **state)
{
    char text[EXACT_TEXT_MAX];
    (void)state;
    exact_half_ratio_text(text, exact_wide_of(2 * EXACT_PCT_SCALE), 4);
    assert_string_equal(text, "0.25");
    exact_half_ratio_text(text, exact_wide_of(-1), 1);
    assert_string_equal(text, "-0.0000000005");
    assert_int_equal(exact_half_ratio_text(text, exact_wide_of(1), 0), 0);
    assert_string_equal(text, "");
    exact_half_ratio_text(text, (struct exact_wide){0, (exact_int)1 << 91}, (exact_int)1 << 126);
    assert_string_equal(text, "4951760157141521099.596496896"); /* 2^93 * 5e-10 */
}

static void check_small(exact_int now, exact_int before, int64_t limit_pct)
{
    struct exact_limit limit = exact_limit_of(limit_pct);
    if (exact_change_is_small(now, before, &limit) && exact_cmp_change(now, before, limit_pct) > 0)
        fail_msg("a change above %lld is called small", (long long)limit_pct);
}

/* Never for a change above the limit: any values, and those next to the limit. */
static void small_changes_do_not_exceed(void **state)
{
    (void)state;
    for (int i = 0; i < 200000; i++) {
        int64_t limit_pct = (int64_t)random_bits(i % 2 == 0 ? 63 : 38);
        exact_int before = random_signed(64);
        exact_int apart = before * limit_pct / (100 * EXACT_PCT_SCALE);
        check_small(random_signed(64), before, limit_pct);
        for (int step = -2; step <= 2; step++) {
            check_small(before + apart + step, before, limit_pct);
            check_small(before - apart + step, before, limit_pct);
        }
    }
}

/* And for those of usual values that are clearly below it, so that they need not be compared. */
static void usual_changes_are_small(void **state)
{
    (void)state;
    for (int i = 0; i < 20000; i++) {
        int64_t limit_pct = (int64_t)(next_random() % (100 * EXACT_PCT_SCALE));
        exact_int before = (exact_int)random_bits(63);
        exact_int apart = before * limit_pct / (100 * EXACT_PCT_SCALE) - 2;
        struct exact_limit limit = exact_limit_of(limit_pct);
        assert_true(exact_change_is_small(before, before, &limit));
        if (apart > 0) {
            assert_true(exact_change_is_small(before + apart, before, &limit));
            assert_true(exact_change_is_small(before - apart, before, &limit));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_drops_what_is_superfluous),
        cmocka_unit_test(text_of_extremes),
        cmocka_unit_test(text_of_halves),
        cmocka_unit_test(ratio_rounds_half_to_even),
        cmocka_unit_test(ratio_of_extremes),
        cmocka_unit_test_setup(ratio_equals_long_division, seed_random),
        cmocka_unit_test_setup(wide_ratio_gives_quotient_back, seed_random),
        cmocka_unit_test_setup(add_scaled_equals_schoolbook, seed_random),
        cmocka_unit_test(sums_carry_between_the_halves),
        cmocka_unit_test(means),
        cmocka_unit_test(mean_compares_without_rounding),
        cmocka_unit_test(changes),
        cmocka_unit_test(change_compares_without_rounding),
        cmocka_unit_test(shares),
        cmocka_unit_test(halves_as_prices),
        cmocka_unit_test(ratios_of_halves),
        cmocka_unit_test_setup(small_changes_do_not_exceed, seed_random),
        cmocka_unit_test_setup(usual_changes_are_small, seed_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
