/* binary32.h - numbers of IEEE 754 single precision as decimals, by integer arithmetic. */
#ifndef COMMON_BINARY32_H
#define COMMON_BINARY32_H

#include <stdbool.h>
#include <stdint.h>

/* binary32_decimal - the number with these bits in units of 1/scale (scale a power of ten up to 1e9).
 * Whoever stored 0.1 meant 0.1 and not 0.100000001490116119384765625, so it is the decimal with fewest places
 * that is stored as these bits.  Where none of the scale's places is, it is the exact value, rounded half-even,
 * and *rounded is set to true (never to false).
 * 0; -EINVAL: an infinity or no number; -ERANGE: does not fit *out, which then is unchanged as after -EINVAL. */
int binary32_decimal(uint32_t bits, uint32_t scale, int64_t *out, bool *rounded);

#endif
