#include "binary32.h"

#include <errno.h>

#define FRACTION_BITS 23
#define EXPONENT_MASK 0xFF
#define EXPONENT_BIAS (127 + FRACTION_BITS) /* for a significand that is whole */

/* value / 2^shift, half-even. */
static uint64_t divide(uint64_t value, unsigned shift, bool *rounded)
{
    if (shift >= 64) { /* value < 2^54: less than half */
        *rounded |= value != 0;
        return 0;
    }
    uint64_t quotient = value >> shift;
    uint64_t rest = value & ((UINT64_C(1) << shift) - 1);
    uint64_t half = UINT64_C(1) << (shift - 1);
    *rounded |= rest != 0;
    return quotient + (rest > half || (rest == half && (quotient & 1) != 0));
}

int binary32_decimal(uint32_t bits, uint32_t scale, int64_t *out, bool *rounded)
{
    int exponent = (int)(bits >> FRACTION_BITS & EXPONENT_MASK);
    uint64_t significand = bits & ((UINT32_C(1) << FRACTION_BITS) - 1);
    if (exponent == EXPONENT_MASK)
        return -EINVAL;
    if (exponent == 0)
        exponent = 1; /* subnormal */
    else
        significand |= UINT64_C(1) << FRACTION_BITS;
    exponent -= EXPONENT_BIAS;
    uint64_t magnitude = significand * scale; /* below 2^54 */
    if (exponent < 0)
        magnitude = divide(magnitude, (unsigned)-exponent, rounded);
    else if (exponent >= 63 || magnitude > (uint64_t)INT64_MAX >> exponent)
        return -ERANGE;
    else
        magnitude <<= exponent;
    *out = bits >> 31 != 0 ? -(int64_t)magnitude : (int64_t)magnitude;
    return 0;
}
