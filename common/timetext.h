/* timetext.h - points in time as text: RFC 3339 or an integer epoch, to nanoseconds since 1970 and back. */
#ifndef COMMON_TIMETEXT_H
#define COMMON_TIMETEXT_H

#include <stddef.h>
#include <stdint.h>

#define TIME_TEXT_MAX 32 /* bytes of any text made here, with the NUL */

#define TIME_NS_PER_S INT64_C(1000000000)
#define TIME_NS_PER_DAY (INT64_C(86400) * TIME_NS_PER_S)

/* time_parse - reads text[0..len) as a whole as one of
 *     2024-08-08T23:54:15.342Z   with T, t or a blank; Z, an offset (+01:00, +0100, +01) or nothing: UTC
 *     2024-08-08                 its midnight UTC
 *     1723161255342              an epoch; a fraction may follow (1625097621.647)
 * unit_ns (1000000000, 1000000, 1000 or 1) is the unit of an epoch; 0 finds it by the digits before the
 * point: up to 11 seconds, up to 14 milliseconds, up to 17 microseconds, more nanoseconds.
 * Below a nanosecond it rounds half-even.  Times before 1970 are negative.
 * 0; -EINVAL: not a time, or one that no calendar has (a leap second too); -ERANGE: outside 1677 to 2262. */
int time_parse(const char *text, size_t len, int64_t unit_ns, int64_t *out_ns);

/* time_parse_date - the midnight UTC of YYYY-MM-DD; errors as above. */
int time_parse_date(const char *text, size_t len, int64_t *out_ns);

/* time_parse_clock - HH:MM:SS with a fraction if wanted, as nanoseconds since midnight.  0 or -EINVAL. */
int time_parse_clock(const char *text, size_t len, int64_t *out_ns);

/* time_text - ns as RFC 3339 in UTC, with as many decimals as it needs (none for a whole second).
 * Returns the length; a NUL follows. */
size_t time_text(char out[TIME_TEXT_MAX], int64_t ns);

#endif
