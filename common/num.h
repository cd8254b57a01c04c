/* num.h - numbers as people type them, exactly and without a locale.  All return 0, -EINVAL: not such a
 * number, or -ERANGE: out of range; *out is changed only by success. */
#ifndef COMMON_NUM_H
#define COMMON_NUM_H

#include <stdint.h>

/* num_u64 - digits, and k, M or G for thousands, millions, billions; min <= value <= max. */
int num_u64(const char *text, uint64_t min, uint64_t max, uint64_t *out);

/* num_slots - a number of slots: k, M, G are 1024, 1024^2, 1024^3; a power of two from min to max. */
int num_slots(const char *text, uint64_t min, uint64_t max, uint64_t *out);

/* num_duration_ns - a decimal number and ns, us, ms, s or m; "0" needs no unit.  Not negative. */
int num_duration_ns(const char *text, int64_t *out_ns);

/* num_factor - a decimal number above 0, at most 1e9, for speeds. */
int num_factor(const char *text, double *out);

/* num_percent_e9 - a decimal number from 0 to 1e9 in units of 1e-9. */
int num_percent_e9(const char *text, int64_t *out);

#endif
