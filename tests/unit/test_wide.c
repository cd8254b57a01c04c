/* Natural numbers of 256 bits: laws that hold for all, on random and on extreme ones. */
#include "feed_help.h"

#include "consumer/wide.h"

#define ROUNDS 200000

static uint64_t random_state = 88172645463325252;

static uint64_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state * UINT64_C(0x2545f4914f6cdd1d);
}

/* Up to so many bits, all sizes alike often; now and then all ones, or a power of two. */
static wide_half random_half(unsigned bits_max)
{
    wide_half value = (wide_half)next_random() << 64 | next_random();
    unsigned bits = (unsigned)(next_random() % (bits_max + 1));
    if (bits == 0)
        return 0;
    value >>= 128 - bits;
    uint64_t kind = next_random() % 8;
    return kind == 0 ? ~(wide_half)0 >> (128 - bits) : kind == 1 ? (wide_half)1 << (bits - 1) : value;
}

static struct wide random_wide(void)
{
    return (struct wide){random_half(128), random_half(128)};
}

static void assert_same(struct wide a, struct wide b)
{
    assert_true(a.low == b.low && a.high == b.high);
}

/* a * b by 32 bits at a time. */
static struct wide slow_product(wide_half a, wide_half b)
{
    struct wide sum = {0, 0};
    for (unsigned i = 0; i < 4; i++) {
        struct wide part = {a, 0};
        wide_times(&part, (uint32_t)(b >> 32 * i));
        wide_add(&sum, wide_shift(part, 32 * i));
    }
    return sum;
}

static void products(void **state)
{
    const wide_half most = ~(wide_half)0;
    (void)state;
    assert_same(wide_product(most, most), (struct wide){1, most - 1});
    for (int i = 0; i < ROUNDS; i++) {
        wide_half a = random_half(128);
        wide_half b = random_half(128);
        assert_same(wide_product(a, b), slow_product(a, b));
        assert_same(wide_product(a, b), wide_product(b, a));
    }
}

static void sums_and_differences(void **state)
{
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        struct wide a = random_wide();
        struct wide b = random_wide();
        struct wide sum = a;
        wide_add(&sum, b); /* modulo 2^256 */
        wide_subtract(&sum, b);
        assert_same(sum, a);
        assert_int_equal(wide_compare(a, b), -wide_compare(b, a));
        struct wide less = a;
        wide_subtract(&less, b);
        assert_int_equal(wide_compare(a, b) == 0, less.low == 0 && less.high == 0);
        assert_int_equal(wide_compare(a, a), 0);
    }
    assert_int_equal(wide_compare((struct wide){0, 1}, (struct wide){~(wide_half)0, 0}), 1);
}

static void shifts_and_bits(void **state)
{
    (void)state;
    assert_int_equal(wide_bits((struct wide){0, 0}), 0);
    for (unsigned bits = 0; bits < 256; bits++) {
        struct wide power = wide_shift((struct wide){1, 0}, bits);
        struct wide doubled = {1, 0};
        for (unsigned i = 0; i < bits; i++)
            wide_times(&doubled, 2);
        assert_same(power, doubled);
        assert_int_equal(wide_bits(power), bits + 1);
        wide_subtract(&power, (struct wide){1, 0});
        assert_int_equal(wide_bits(power), bits);
    }
}

static void quotients(void **state)
{
    (void)state;
    for (int i = 0; i < ROUNDS / 4; i++) {
        wide_half den = random_half(127) + 1;
        struct wide num = random_wide();
        struct wide quotient = num;
        wide_half rest = wide_divide(&quotient, den);
        assert_true(rest < den);
        if (quotient.high != 0)
            continue; /* what follows is for products of halves */
        struct wide again = wide_product(quotient.low, den);
        wide_add(&again, (struct wide){rest, 0});
        assert_same(again, num);
        struct wide rounded = num;
        wide_divide_half_even(&rounded, den);
        bool up = rest > den - rest || (rest == den - rest && (quotient.low & 1));
        wide_add(&quotient, (struct wide){up, 0});
        assert_same(rounded, quotient);
    }
}

static void halves_go_to_the_even_one(void **state)
{
    static const uint64_t pair[][3] = {{1, 2, 0}, {3, 2, 2}, {5, 2, 2}, {7, 2, 4}, {5, 3, 2}, {4, 3, 1}};
    (void)state;
    for (size_t i = 0; i < sizeof pair / sizeof pair[0]; i++) {
        struct wide num = {pair[i][0], 0};
        wide_divide_half_even(&num, pair[i][1]);
        assert_true(num.low == pair[i][2]);
    }
    struct wide carry = {~(wide_half)0, 1}; /* (2^129 - 1) / 2 goes up to 2^128 */
    wide_divide_half_even(&carry, 2);
    assert_same(carry, (struct wide){0, 1});
}

static void roots(void **state)
{
    bool exact;
    (void)state;
    assert_true(wide_root((struct wide){0, 0}, &exact) == 0 && exact);
    assert_true(wide_root((struct wide){~(wide_half)0, ~(wide_half)0}, &exact) == ~(wide_half)0 && !exact);
    for (int i = 0; i < ROUNDS / 4; i++) {
        wide_half root = random_half(128);
        struct wide square = wide_product(root, root);
        assert_true(wide_root(square, &exact) == root && exact);
        wide_add(&square, (struct wide){root, 0}); /* as far as twice the root it is still this one */
        wide_add(&square, (struct wide){root, 0});
        assert_true(wide_root(square, &exact) == root);
        assert_int_equal(exact, root == 0);
        if (root == 0)
            continue;
        square = wide_product(root, root);
        wide_subtract(&square, (struct wide){1, 0});
        assert_true(wide_root(square, &exact) == root - 1);
        assert_int_equal(exact, root == 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products),
        cmocka_unit_test(sums_and_differences),
        cmocka_unit_test(shifts_and_bits),
        cmocka_unit_test(quotients),
        cmocka_unit_test(halves_go_to_the_even_one),
        cmocka_unit_test(roots),
    };
    return cmocka_run_group_tests_name("wide", tests, NULL, NULL);
}
