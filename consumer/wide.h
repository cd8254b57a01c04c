/* wide.h - natural numbers of 256 bits: products, quotients and roots that 128 bits cannot hold. */
#ifndef CONSUMER_WIDE_H
#define CONSUMER_WIDE_H

#include <stdbool.h>
#include <stdint.h>

typedef unsigned __int128 wide_half; /* half the width of a struct wide */

struct wide {
    wide_half low;
    wide_half high;
};

/* wide_product - a * b, all of it. */
struct wide wide_product(wide_half a, wide_half b);

/* wide_times - *size becomes size * factor, which must fit. */
void wide_times(struct wide *size, uint64_t factor);

/* wide_add, wide_subtract - *a becomes a + b, a - b, which must fit; wide_compare: -1, 0, 1. */
static inline void wide_add(struct wide *a, struct wide b)
{
    a->low += b.low;
    a->high += b.high + (a->low < b.low);
}

static inline void wide_subtract(struct wide *a, struct wide b)
{
    a->high -= b.high + (a->low < b.low);
    a->low -= b.low;
}

static inline int wide_compare(struct wide a, struct wide b)
{
    if (a.high != b.high)
        return a.high < b.high ? -1 : 1;
    return (a.low > b.low) - (a.low < b.low);
}

/* wide_shift - size * 2^bits, which must fit; bits < 256. */
static inline struct wide wide_shift(struct wide size, unsigned bits)
{
    if (bits == 0)
        return size;
    if (bits >= 128)
        return (struct wide){0, size.low << (bits - 128)};
    return (struct wide){size.low << bits, size.high << bits | size.low >> (128 - bits)};
}

/* wide_bits - how many bits the number has: 0 for 0, at most 256. */
unsigned wide_bits(struct wide size);

/* wide_divide - leaves the quotient in *num, returns the remainder.  0 < den <= 2^127. */
wide_half wide_divide(struct wide *num, wide_half den);

/* wide_divide_half_even - leaves the quotient in *num, rounded to the nearest, a half to the even one. */
void wide_divide_half_even(struct wide *num, wide_half den);

/* wide_root - the square root, rounded down; *exact says whether nothing was. */
wide_half wide_root(struct wide square, bool *exact);

#endif
