/* big_help.h - slow numbers to check fast ones by: fixed point with 192 bits before and 192 behind the point. */
#ifndef TESTS_BIG_HELP_H
#define TESTS_BIG_HELP_H

#include <stdbool.h>
#include <stdint.h>

#define BIG_LIMBS 6
#define BIG_POINT 3 /* limbs behind the point */

/* Two's complement, the lowest limb first. */
struct big {
    uint64_t limb[BIG_LIMBS];
};

static inline struct big big_add(struct big a, struct big b)
{
    unsigned __int128 carry = 0;
    for (int i = 0; i < BIG_LIMBS; i++) {
        carry += (unsigned __int128)a.limb[i] + b.limb[i];
        a.limb[i] = (uint64_t)carry;
        carry >>= 64;
    }
    return a;
}

static inline struct big big_negative(struct big a)
{
    const struct big one = {{1}};
    for (int i = 0; i < BIG_LIMBS; i++)
        a.limb[i] = ~a.limb[i];
    return big_add(a, one);
}

static inline struct big big_sub(struct big a, struct big b)
{
    return big_add(a, big_negative(b));
}

static inline bool big_is_negative(struct big a)
{
    return a.limb[BIG_LIMBS - 1] >> 63 != 0;
}

static inline struct big big_abs(struct big a)
{
    return big_is_negative(a) ? big_negative(a) : a;
}

static inline bool big_less(struct big a, struct big b)
{
    return big_is_negative(big_sub(a, b));
}

static inline struct big big_of(__int128 value)
{
    struct big a = {{[BIG_POINT] = (uint64_t)value, [BIG_POINT + 1] = (uint64_t)(value >> 64)}};
    for (int i = BIG_POINT + 2; i < BIG_LIMBS; i++)
        a.limb[i] = value < 0 ? UINT64_MAX : 0;
    return a;
}

static inline struct big big_mul_size(struct big a, struct big b)
{
    uint64_t whole[2 * BIG_LIMBS + 1] = {0};
    struct big out;
    for (int i = 0; i < BIG_LIMBS; i++) {
        unsigned __int128 carry = 0;
        for (int j = 0; j < BIG_LIMBS; j++) {
            carry += (unsigned __int128)a.limb[i] * b.limb[j] + whole[i + j];
            whole[i + j] = (uint64_t)carry;
            carry >>= 64;
        }
        whole[i + BIG_LIMBS] = (uint64_t)carry;
    }
    for (int i = 0; i < BIG_LIMBS; i++)
        out.limb[i] = whole[i + BIG_POINT];
    return out;
}

static inline struct big big_mul(struct big a, struct big b)
{
    struct big size = big_mul_size(big_abs(a), big_abs(b));
    return big_is_negative(a) != big_is_negative(b) ? big_negative(size) : size;
}

/* a / den, rounded toward 0. */
static inline struct big big_div(struct big a, uint64_t den)
{
    struct big size = big_abs(a);
    unsigned __int128 rest = 0;
    for (int i = BIG_LIMBS - 1; i >= 0; i--) {
        rest = rest << 64 | size.limb[i];
        size.limb[i] = (uint64_t)(rest / den);
        rest %= den;
    }
    return big_is_negative(a) ? big_negative(size) : size;
}

static inline struct big big_times(struct big a, uint64_t factor)
{
    struct big size = big_abs(a);
    unsigned __int128 carry = 0;
    for (int i = 0; i < BIG_LIMBS; i++) {
        carry += (unsigned __int128)size.limb[i] * factor;
        size.limb[i] = (uint64_t)carry;
        carry >>= 64;
    }
    return big_is_negative(a) ? big_negative(size) : size;
}

/* exp(-num / den): the series for num / den / 2^halvings below 1, squared as often. */
static inline struct big big_exp_negative(uint64_t num, uint64_t den)
{
    struct big x = big_div(big_of(num), den);
    struct big sum = big_of(1);
    struct big term = big_of(1);
    int halvings = 0;
    for (; !big_less(x, big_of(1)); halvings++)
        x = big_div(x, 2);
    for (uint64_t k = 1; k < 60; k++) {
        term = big_negative(big_div(big_mul(term, x), k));
        sum = big_add(sum, term);
    }
    while (halvings-- > 0)
        sum = big_mul(sum, sum);
    return sum;
}

#endif
