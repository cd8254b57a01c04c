/* binary32.h - numbers of IEEE 754 single precision as decimals, by integer arithmetic. */
#ifndef COMMON_BINARY32_H
#define COMMON_BINARY32_H

#include <stdbool.h>
#include <stdint.h>

/* binary32_decimal - the number with these bits in units of 1/scale (1 to 1e9), rounded half-even; *rounded is
 * set to true when it was not whole (never to false).  It has an exact value, 0.1 is
 * 0.100000001490116119384765625: that is what is rounded.
 * 0; -EINVAL: an infinity or no number; -ERANGE: does not fit *out, which then is unchanged as after -EINVAL. */
int binary32_decimal(uint32_t bits, uint32_t scale, int64_t *out, bool *rounded);

#endif
