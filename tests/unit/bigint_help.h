/* bigint_help.h - whole numbers of 320 bits with a sign, the slow and obvious way: what exact sums are checked
 * against.  Nothing here knows of a type with more than 64 bits, but for the way in. */
#ifndef TESTS_BIGINT_HELP_H
#define TESTS_BIGINT_HELP_H

#include "feed_help.h"

#define BIG_LIMBS 10

struct big { /* all zero is 0 */
    bool negative; /* false for 0 */
    uint32_t limb[BIG_LIMBS]; /* the lowest first */
};

static inline bool big_is_zero(const struct big *a)
{
    for (int i = 0; i < BIG_LIMBS; i++) {
        if (a->limb[i] != 0)
            return false;
    }
    return true;
}

static inline struct big big_of(__int128 value)
{
    struct big a = {.negative = value < 0};
    unsigned __int128 size = value < 0 ? -(unsigned __int128)value : (unsigned __int128)value;
    for (int i = 0; i < 4; i++)
        a.limb[i] = (uint32_t)(size >> (32 * i));
    return a;
}

static inline int big_cmp_size(const struct big *a, const struct big *b)
{
    for (int i = BIG_LIMBS - 1; i >= 0; i--) {
        if (a->limb[i] != b->limb[i])
            return a->limb[i] < b->limb[i] ? -1 : 1;
    }
    return 0;
}

static inline int big_cmp(struct big a, struct big b)
{
    if (a.negative != b.negative)
        return a.negative ? -1 : 1;
    return a.negative ? big_cmp_size(&b, &a) : big_cmp_size(&a, &b);
}

static inline struct big big_neg(struct big a)
{
    a.negative = !a.negative && !big_is_zero(&a);
    return a;
}

static inline struct big big_abs(struct big a)
{
    a.negative = false;
    return a;
}

static inline struct big big_add(struct big a, struct big b)
{
    struct big sum = {.negative = a.negative};
    bool same = a.negative == b.negative;
    int64_t carry = 0;
    if (!same && big_cmp_size(&a, &b) < 0)
        return big_add(b, a);
    for (int i = 0; i < BIG_LIMBS; i++) {
        carry += (int64_t)a.limb[i] + (same ? (int64_t)b.limb[i] : -(int64_t)b.limb[i]);
        sum.limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
    assert_int_equal(carry, 0);
    sum.negative = sum.negative && !big_is_zero(&sum);
    return sum;
}

static inline struct big big_sub(struct big a, struct big b)
{
    return big_add(a, big_neg(b));
}

static inline struct big big_mul(struct big a, struct big b)
{
    struct big product = {.negative = a.negative != b.negative};
    for (int i = 0; i < BIG_LIMBS; i++) {
        uint64_t carry = 0;
        for (int j = 0; a.limb[i] != 0 && i + j < BIG_LIMBS; j++) {
            carry += (uint64_t)a.limb[i] * b.limb[j] + product.limb[i + j];
            product.limb[i + j] = (uint32_t)carry;
            carry >>= 32;
        }
        assert_int_equal(carry, 0);
    }
    product.negative = product.negative && !big_is_zero(&product);
    return product;
}

/* a / b towards zero, bit by bit; *rest has no sign. */
static inline struct big big_div(struct big a, struct big b, struct big *rest)
{
    struct big quotient = {.negative = a.negative != b.negative};
    int top = BIG_LIMBS - 1;
    memset(rest, 0, sizeof *rest);
    b.negative = false;
    while (top > 0 && a.limb[top] == 0)
        top--;
    for (int bit = top * 32 + 31; bit >= 0; bit--) {
        *rest = big_add(*rest, *rest);
        rest->limb[0] |= a.limb[bit / 32] >> (bit % 32) & 1;
        if (big_cmp_size(rest, &b) >= 0) {
            *rest = big_sub(*rest, b);
            quotient.limb[bit / 32] |= UINT32_C(1) << (bit % 32);
        }
    }
    quotient.negative = quotient.negative && !big_is_zero(&quotient);
    return quotient;
}

static inline struct big big_div_half_even(struct big a, struct big b)
{
    struct big rest;
    struct big quotient = big_div(a, b, &rest);
    struct big twice = big_add(rest, rest);
    int cmp = big_cmp_size(&twice, &b);
    if (cmp < 0 || (cmp == 0 && (quotient.limb[0] & 1) == 0))
        return quotient;
    return big_add(quotient, big_of(a.negative != b.negative ? -1 : 1));
}

static inline void big_expect(struct big expected, __int128 value, const char *what)
{
    if (big_cmp(expected, big_of(value)) != 0)
        fail_msg("%s is not what it should be", what);
}

#endif
