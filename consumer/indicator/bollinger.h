/* bollinger.h - Bollinger bands (Bollinger on Bollinger Bands, 2001) of one symbol, and where a value stands.
 *
 *     middle = SMA      lower, upper = middle -+ k * sigma      sigma^2 = mean of the squares - square of the mean
 *
 * over the values in a window (sma.h), sigma being the population's.  With n values, sum S and sum of squares Q in
 * halves, D = n * Q - S^2 is n^2 sigma^2: all of it is exact, comparisons need no root, and a band is rounded
 * half-even from the true value, which may be irrational, once.  k is in units of 1e-9, at most 100. */
#ifndef CONSUMER_BOLLINGER_H
#define CONSUMER_BOLLINGER_H

#include "consumer/indicator/moving.h"

struct bollinger_plan {
    struct sma_plan sma;
    int64_t factor_e9[INDICATOR_WINDOW_MAX];
};

struct bollinger {
    struct sma_set value;
    struct moving square;
};

/* Of a window that has a value, and the last one that was pushed: */

/* bollinger_side - 1: above the upper band, -1: below the lower, 0: on a band or between. */
int bollinger_side(const struct bollinger_plan *plan, const struct bollinger *b, unsigned w, exact_int half);

/* bollinger_beyond_e12 - how far beyond the band it is, of k * sigma, at most 1, in units of 1e-12.  For a value
 * that is not between the bands. */
int64_t bollinger_beyond_e12(const struct bollinger_plan *plan, const struct bollinger *b, unsigned w,
                             exact_int half);

#endif
