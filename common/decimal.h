/* decimal.h - decimal text to integers and back, exactly: no floating point, no locale, no allocation. */
#ifndef COMMON_DECIMAL_H
#define COMMON_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DECIMAL_SCALE_MAX 18
#define DECIMAL_TEXT_MAX 24 /* bytes of any text made here, with the NUL */

/* decimal_parse - reads text[0..len) as a whole: digits with at most one point, a minus before them and an
 * exponent (1e-7, 2.5E+3) after them if wanted; at least one digit.  Blanks, a leading plus, hexadecimal,
 * nan and inf are no numbers.  *out becomes the value in units of 10^-scale (0 <= scale <=
 * DECIMAL_SCALE_MAX); digits below that are rounded half-even, and *rounded is set to true when they were
 * not all zero (never to false: it gathers over several calls; may not be NULL).
 * 0; -EINVAL: not a number; -ERANGE: does not fit *out, which then is unchanged as after -EINVAL. */
int decimal_parse(const char *text, size_t len, unsigned scale, int64_t *out, bool *rounded);

/* decimal_digits - how many digits text[0..len) begins with; *value is their number if they are at most 19,
 * else it means nothing. */
size_t decimal_digits(const char *text, size_t len, uint64_t *value);

/* decimal_is_zero - whether a text that decimal_parse takes says 0, rather than what is rounded to it. */
bool decimal_is_zero(const char *text, size_t len);

/* decimal_text - value * 10^-decimals (0 <= decimals <= DECIMAL_SCALE_MAX) in the shortest text that is
 * exact: no trailing zeros, no point without digits behind it, "0" for zero.  Returns its length; a NUL
 * follows it. */
size_t decimal_text(char out[DECIMAL_TEXT_MAX], int64_t value, unsigned decimals);

#endif
