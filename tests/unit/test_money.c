/* Amounts of money: shares, ratios and comparisons, against long arithmetic. */
#include "bigint_help.h"

#include "consumer/trade/money.h"

#define RANDOM_CNT 100000

static money share(money amount, int64_t num, exact_int den, enum money_round round)
{
    money out = 0;
    assert_int_equal(money_share(amount, num, den, round, &out), 0);
    return out;
}

static void shares_are_rounded_as_asked(void **state)
{
    (void)state;
    assert_true(share(7, 1, 2, MONEY_DOWN) == 3);
    assert_true(share(7, 1, 2, MONEY_UP) == 4);
    assert_true(share(7, 1, 2, MONEY_HALF_EVEN) == 4);
    assert_true(share(5, 1, 2, MONEY_HALF_EVEN) == 2);
    assert_true(share(-7, 1, 2, MONEY_DOWN) == -3);
    assert_true(share(-7, 1, 2, MONEY_UP) == -4);
    assert_true(share(-5, 1, 2, MONEY_HALF_EVEN) == -2);
    assert_true(share(6, 1, 3, MONEY_UP) == 2);
    assert_true(share(0, 5, 3, MONEY_UP) == 0);
    assert_true(share(9, 0, 3, MONEY_UP) == 0);
    assert_true(share(MONEY_MAX, 1, 1, MONEY_DOWN) == MONEY_MAX);
}

static void what_is_beyond_the_bound_is_found(void **state)
{
    money out = 42;
    (void)state;
    assert_int_equal(money_share(MONEY_MAX, 2, 1, MONEY_DOWN, &out), -EOVERFLOW);
    assert_int_equal(money_share(-MONEY_MAX, INT64_MAX, 1, MONEY_DOWN, &out), -EOVERFLOW);
    assert_int_equal(money_share((money)1 << 126, 1, 1, MONEY_DOWN, &out), -EOVERFLOW);
    assert_int_equal(money_share(MONEY_MAX - 1, 3, 2, MONEY_UP, &out), -EOVERFLOW);
    assert_true(out == 42);
    assert_true(money_fits(MONEY_MAX) && money_fits(-MONEY_MAX));
    assert_false(money_fits(MONEY_MAX + 1) || money_fits(-MONEY_MAX - 1));
}

/* Of any number of bits up to `bits`. */
static exact_int some_bits(uint64_t *random, unsigned bits)
{
    exact_uint value = (exact_uint)help_random(random) << 96 ^ (exact_uint)help_random(random) << 64
                       ^ (exact_uint)help_random(random) << 32 ^ help_random(random);
    unsigned keep = (unsigned)(help_random(random) % bits) + 1;
    return (exact_int)(value & (((exact_uint)1 << keep) - 1));
}

static void shares_at_random(void **state)
{
    uint64_t random = help_seed();
    (void)state;
    for (int i = 0; i < RANDOM_CNT; i++) {
        money amount = some_bits(&random, 123);
        int64_t num = (int64_t)some_bits(&random, 63);
        exact_int den = some_bits(&random, 62) + 1;
        money out;
        amount = i % 2 == 0 ? amount : -amount;
        struct big expected = big_div_half_even(big_mul(big_of(amount), big_of(num)), big_of(den));
        bool fits = big_cmp(big_abs(expected), big_of(MONEY_MAX)) <= 0;
        assert_int_equal(money_share(amount, num, den, MONEY_HALF_EVEN, &out), fits ? 0 : -EOVERFLOW);
        if (fits)
            big_expect(expected, out, "share");
    }
}

static void ratios_at_random(void **state)
{
    uint64_t random = help_seed();
    (void)state;
    for (int i = 0; i < RANDOM_CNT; i++) {
        money num = some_bits(&random, 123);
        money den = some_bits(&random, 123) + 1;
        struct big rest;
        struct big ratio = big_div(big_mul(big_of(num), big_of(EXACT_E12)), big_of(den), &rest);
        struct big max = big_of(1000000 * EXACT_E12);
        big_expect(big_cmp(ratio, max) > 0 ? max : ratio, money_ratio_e12(num, den, 1000000 * EXACT_E12),
                   "ratio");
    }
}

static void ratios_are_compared_exactly(void **state)
{
    uint64_t random = help_seed();
    (void)state;
    assert_int_equal(money_cmp_ratio(1, 2, 2, 4), 0);
    assert_int_equal(money_cmp_ratio(0, 2, 0, 4), 0);
    assert_int_equal(money_cmp_ratio(0, 2, 1, MONEY_MAX), -1);
    assert_int_equal(money_cmp_ratio(MONEY_MAX - 1, MONEY_MAX, MONEY_MAX - 2, MONEY_MAX - 1), 1);
    for (int i = 0; i < RANDOM_CNT; i++) {
        unsigned bits = i % 2 == 0 ? 123 : 4;
        money a = some_bits(&random, bits);
        money b = some_bits(&random, bits) + 1;
        money c = some_bits(&random, bits);
        money d = some_bits(&random, bits) + 1;
        int expected = big_cmp(big_mul(big_of(a), big_of(d)), big_mul(big_of(c), big_of(b)));
        assert_int_equal(money_cmp_ratio(a, b, c, d), expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_rounded_as_asked),
        cmocka_unit_test(what_is_beyond_the_bound_is_found),
        cmocka_unit_test(shares_at_random),
        cmocka_unit_test(ratios_at_random),
        cmocka_unit_test(ratios_are_compared_exactly),
    };
    return cmocka_run_group_tests_name("money", tests, NULL, NULL);
}
