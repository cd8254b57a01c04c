/* facttime.h - the times that facts tell, as nanoseconds since 1970 UTC; apart from the code under test. */
#ifndef TESTS_FACTTIME_H
#define TESTS_FACTTIME_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/multi/filetable.h"

/* facttime_parse - text as a time of that kind (not FACT_TIME_NONE) behind base, a text of FACT_TIME_TEXT
 * or NULL.  False: it is none. */
bool facttime_parse(const char *text, enum fact_time kind, const char *base, int64_t *ns);

#endif
