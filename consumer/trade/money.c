#include "consumer/trade/money.h"

#include <errno.h>

int money_share(money amount, int64_t num, exact_int den, enum money_round round, money *out)
{
    money size = amount < 0 ? -amount : amount;
    money share; /* of the multiple of den; that of the rest comes to it */
    if (__builtin_mul_overflow(size / den, num, &share))
        return -EOVERFLOW;
    money rest = size % den * num;
    if (__builtin_add_overflow(share, rest / den, &share))
        return -EOVERFLOW;
    rest %= den;
    if (round == MONEY_UP)
        share += rest > 0;
    if (round == MONEY_HALF_EVEN)
        share += rest > den - rest || (rest == den - rest && (share & 1) != 0);
    if (!money_fits(share))
        return -EOVERFLOW;
    *out = amount < 0 ? -share : share;
    return 0;
}

/* Long division, digit by digit: ten times a rest fits, for a rest is below MONEY_MAX. */
int64_t money_ratio_e12(money num, money den, int64_t max_e12)
{
    money ratio = num / den;
    money rest = num % den;
    for (int i = 0; i < EXACT_DECIMALS && ratio <= max_e12; i++) {
        rest *= 10;
        ratio = ratio * 10 + rest / den;
        rest %= den;
    }
    return ratio < max_e12 ? (int64_t)ratio : max_e12;
}

/* Whole parts first; where they are equal, the rests decide: a/b < c/d is d/c < b/a.  As in Euclid's
 * algorithm the numbers get smaller with each step. */
int money_cmp_ratio(money a, money b, money c, money d)
{
    for (int sign = 1;; sign = -sign) {
        money whole_ab = a / b;
        money whole_cd = c / d;
        if (whole_ab != whole_cd)
            return whole_ab < whole_cd ? -sign : sign;
        a %= b;
        c %= d;
        if (a == 0 || c == 0)
            return a == c ? 0 : a == 0 ? -sign : sign;
        money swap = a;
        a = b;
        b = swap;
        swap = c;
        c = d;
        d = swap;
    }
}
