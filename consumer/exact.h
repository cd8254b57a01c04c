/* exact.h - sums and quotients of prices without rounding: integers wide enough, and their decimal text.
 *
 * Prices and mids share one unit here, the half: 5e-10, half the unit of a tick's price, because the
 * middle of a bid and an ask can be odd.  A price in halves is 2 * px, a mid is bid + ask; both need up
 * to 65 bits.  Comparisons are inline and never divide; text is made only where something is printed. */
#ifndef CONSUMER_EXACT_H
#define CONSUMER_EXACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base.h"
#include "consumer/wide.h"

typedef __int128 exact_int;
typedef unsigned __int128 exact_uint;

/* 256 bits: high * 2^128 + low.  Both halves have a sign: adding touches the high one only when the low one
 * overflows, which is seldom. */
struct exact_wide {
    exact_int low;
    exact_int high;
};

#define EXACT_TEXT_MAX 96 /* bytes of any text made here, with the NUL */
#define EXACT_DECIMALS 12 /* of a quotient */
#define EXACT_E12 INT64_C(1000000000000) /* units in 1 of a share or ratio */
#define EXACT_PCT_SCALE INT64_C(1000000000) /* units in one per cent of a threshold or limit */

/* exact_size - a number without its sign. */
static inline exact_uint exact_size(exact_int value)
{
    return value < 0 ? -(exact_uint)value : (exact_uint)value;
}

static inline exact_int exact_half_of_px(int64_t px)
{
    return (exact_int)px * 2;
}

static inline exact_int exact_half_of_mid(int64_t bid_px, int64_t ask_px)
{
    return (exact_int)bid_px + ask_px;
}

static inline struct exact_wide exact_wide_of(exact_int value)
{
    return (struct exact_wide){value, 0};
}

static inline void exact_wide_add(struct exact_wide *acc, exact_int value)
{
    if (__builtin_add_overflow(acc->low, value, &acc->low))
        acc->high += value < 0 ? -1 : 1;
}

/* exact_wide_size - the number without its sign. */
struct wide exact_wide_size(struct exact_wide value);

/* exact_wide_add_scaled - adds value * factor, which need not fit 128 bits. */
void exact_wide_add_scaled(struct exact_wide *acc, exact_int value, uint64_t factor);

/* exact_cmp_mean - compares value with sum / cnt: -1 below, 0 equal, 1 above.
 * |value| <= 2^64; 0 < cnt < 2^62. */
static inline int exact_cmp_mean(exact_int value, exact_int sum, uint64_t cnt)
{
    exact_int scaled = value * (exact_int)cnt;
    return (scaled > sum) - (scaled < sum);
}

/* exact_cmp_change - compares the size (without sign) of the change from before to now, in per cent of
 * before, with limit_pct >= 0 in units of 1e-9 per cent: -1, 0, 1.  |before|, |now| <= 2^64.  A change
 * from 0 has no per cent; it is below every limit. */
static inline int exact_cmp_change(exact_int now, exact_int before, int64_t limit_pct)
{
    exact_int moved = (now < before ? before - now : now - before) * (100 * EXACT_PCT_SCALE);
    exact_int limit = (before < 0 ? -before : before) * limit_pct;
    if (before == 0)
        return -1;
    return (moved > limit) - (moved < limit);
}

/* A limit for changes, made once for many comparisons. */
struct exact_limit {
    int64_t pct; /* >= 0, units of 1e-9 per cent */
    uint64_t share; /* the same of 2^64, rounded down; 2^64 - 1 if that is too small */
};

struct exact_limit exact_limit_of(int64_t limit_pct);

/* exact_change_is_small - true only if exact_cmp_change says -1 or 0: in one multiplication, for values that
 * are not below zero and below 2^64.  False: it is to be compared. */
static inline bool exact_change_is_small(exact_int now, exact_int before, const struct exact_limit *limit)
{
    uint64_t to = (uint64_t)now;
    uint64_t from = (uint64_t)before;
    uint64_t apart = to > from ? to - from : from - to;
    return ((exact_uint)now | (exact_uint)before) >> 64 == 0
           && apart <= (uint64_t)((exact_uint)from * limit->share >> 64);
}

/* The text functions write a decimal number and a NUL, without exponent, superfluous zeros or "-0", and
 * return its length.  `out` has EXACT_TEXT_MAX bytes. */

/* exact_wide_text - value * 10^-decimals, every digit of it.  decimals <= 22. */
size_t exact_wide_text(char *out, struct exact_wide value, unsigned decimals);

/* exact_text - the same for 128 bits: a price or volume has 9 decimals. */
size_t exact_text(char *out, exact_int value, unsigned decimals);

/* exact_half_text - a price or mid in halves, every digit of it.  |half| < 2^124. */
size_t exact_half_text(char *out, exact_int half);

/* exact_ratio_text - num / den * 10^-scale, rounded half-even to EXACT_DECIMALS.  |num| < 2^215;
 * scale <= EXACT_DECIMALS.  If den is 0 it writes "" and returns 0.  VWAP is notional (1e-18) over volume
 * (1e-9) with scale 9. */
size_t exact_ratio_text(char *out, struct exact_wide num, exact_int den, unsigned scale);

/* exact_half_ratio_text - the same of num_half / den where that is a price in halves.  |num_half| < 2^220. */
size_t exact_half_ratio_text(char *out, struct exact_wide num_half, exact_int den);

/* exact_mean_text - the mean of cnt prices whose sum in halves is sum_half; "" if cnt is 0.  cnt < 2^62. */
size_t exact_mean_text(char *out, exact_int sum_half, uint64_t cnt);

/* exact_change_text - the change (now - before) * 100 / before in per cent; "" if before is 0.
 * |before|, |now| <= 2^64, in any unit. */
size_t exact_change_text(char *out, exact_int now, exact_int before);

/* exact_share_e12 - num / den without signs, at most 1, in units of 1e-12, rounded half-even.  num / 0 is 1. */
int64_t exact_share_e12(struct exact_wide num, exact_int den);

/* exact_px_of_half - a price or mid in halves as a price, rounded half-even. */
int64_t exact_px_of_half(exact_int half);

#endif
