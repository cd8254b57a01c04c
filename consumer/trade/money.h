/* money.h - amounts of money, exactly: integers in units of 1e-18, that is of price * size.
 *
 * An amount is at most MONEY_MAX, 1e19 in whole money, either way.  So the sum of two fits 128 bits, and what
 * goes beyond the bound is found, never wrapped. */
#ifndef CONSUMER_MONEY_H
#define CONSUMER_MONEY_H

#include <stdbool.h>

#include "consumer/exact.h"

typedef exact_int money;

#define MONEY_DECIMALS 18
#define MONEY_ONE ((money)1000000000 * 1000000000) /* 1 in units */
#define MONEY_E9 INT64_C(1000000000) /* units in 1e-9 */
#define MONEY_MAX (MONEY_ONE * 1000000000 * 10000000000)

enum money_round { MONEY_DOWN, MONEY_UP, MONEY_HALF_EVEN }; /* of the size without its sign: down is to 0 */

/* money_of - price * size; its size is below 2^126, which can be beyond the bound. */
static inline money money_of(int64_t price_px, int64_t size_qty)
{
    return (money)price_px * size_qty;
}

/* money_fits - whether an amount is within the bound. */
static inline bool money_fits(money amount)
{
    return amount <= MONEY_MAX && amount >= -MONEY_MAX;
}

/* money_share - amount * num / den, rounded.  |amount| <= 2^126; num >= 0, den > 0 and num * den < 2^126.
 * Returns 0, or -EOVERFLOW: it is beyond the bound, and *out is as it was. */
int money_share(money amount, int64_t num, exact_int den, enum money_round round, money *out);

/* money_ratio_e12 - num / den in units of 1e-12, rounded down, but at most max_e12.
 * 0 <= num <= MONEY_MAX, 0 < den <= MONEY_MAX, 0 <= max_e12 < 2^62. */
int64_t money_ratio_e12(money num, money den, int64_t max_e12);

/* money_cmp_ratio - compares a / b with c / d: -1, 0, 1.  a, c >= 0; b, d > 0. */
int money_cmp_ratio(money a, money b, money c, money d);

#endif
