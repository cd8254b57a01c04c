/* fixed.h - decimals that tests compute with, apart from the code under test: exact, by plain division.
 *
 * A fixed is in units of 1e-18 and holds up to 1.7e20: sums over a file of prices times sizes. */
#ifndef TESTS_FIXED_H
#define TESTS_FIXED_H

#include <stdbool.h>
#include <stddef.h>

__extension__ typedef __int128 fixed;

#define FIXED_DECIMALS 18
#define FIXED_TEXT_MAX 48

/* fixed_unit - 10^-decimals (0 <= decimals <= FIXED_DECIMALS). */
fixed fixed_unit(unsigned decimals);

/* fixed_parse - text as a whole: a minus, digits with at most one point, an exponent (3E-8), if wanted.
 * False: it is no such number, too large, or has digits other than 0 below 1e-18. */
bool fixed_parse(const char *text, fixed *out);

/* fixed_text - the shortest text; out is of FIXED_TEXT_MAX bytes.  Returns out. */
const char *fixed_text(char *out, fixed value);

/* fixed_product - a * b, both multiples of 1e-9. */
fixed fixed_product(fixed a, fixed b);

/* fixed_mean - sum / cnt (cnt > 0), rounded half-even to that many decimals. */
fixed fixed_mean(fixed sum, size_t cnt, unsigned decimals);

/* fixed_ratio - a / b (b > 0, a multiple of 1e-9), rounded half-even to that many decimals (9 to 12);
 * a up to 1e17. */
fixed fixed_ratio(fixed a, fixed b, unsigned decimals);

#endif
