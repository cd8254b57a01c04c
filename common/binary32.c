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

/* Whether units / scale is stored as the number significand / 2^shift, whose neighbours are at a distance of
 * 1 / 2^shift; magnitude is significand * scale.  All below is times scale and 2^shift. */
static bool is_stored_as(uint64_t units, unsigned shift, uint64_t significand, uint64_t magnitude,
                         uint32_t scale)
{
    unsigned __int128 candidate = (unsigned __int128)units << shift;
    bool is_below = candidate < magnitude;
    unsigned __int128 distance = is_below ? magnitude - candidate : candidate - magnitude;
    bool near_below =
        is_below && significand == UINT64_C(1) << FRACTION_BITS; /* half as far: a smaller exponent */
    distance <<= near_below ? 2 : 1;
    return distance < scale || (distance == scale && (significand & 1) == 0);
}

/* The multiple of the largest power of ten that is stored as this number; rounded if there is none. */
static uint64_t shortest(uint64_t significand, unsigned shift, uint32_t scale, bool *rounded)
{
    bool inexact = false;
    uint64_t magnitude = significand * scale;
    uint64_t units = divide(magnitude, shift, &inexact);
    for (uint64_t step = scale; step >= 1 && shift < 64; step /= 10) {
        uint64_t candidate = (units + step / 2) / step * step;
        if (is_stored_as(candidate, shift, significand, magnitude, scale))
            return candidate;
    }
    *rounded |= inexact;
    return units;
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
        magnitude = shortest(significand, (unsigned)-exponent, scale, rounded);
    else if (exponent >= 63 || magnitude > (uint64_t)INT64_MAX >> exponent)
        return -ERANGE;
    else
        magnitude <<= exponent;
    *out = bits >> 31 != 0 ? -(int64_t)magnitude : (int64_t)magnitude;
    return 0;
}
