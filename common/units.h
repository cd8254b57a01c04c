/* units.h - numbers short enough for a table: 9999, 12.3k, 4.56M; 87ns, 1.2us, 3.4ms, 5.6s. */
#ifndef COMMON_UNITS_H
#define COMMON_UNITS_H

#include <stdint.h>

#define UNITS_MAX 24 /* bytes of any text made here, with the NUL */

/* Return out.  Counts below 10000 are exact, others have three digits. */
char *units_count(char out[UNITS_MAX], uint64_t cnt);
char *units_duration(char out[UNITS_MAX], int64_t ns);

#endif
