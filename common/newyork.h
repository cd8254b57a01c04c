/* newyork.h - what clocks in New York show, as points in time: US exchanges stamp with them. */
#ifndef COMMON_NEWYORK_H
#define COMMON_NEWYORK_H

#include <stdint.h>

/* Eastern standard time, all year: an hour of New York's clocks in winter, of nobody's in summer. */
#define NEWYORK_EST_NS (INT64_C(5) * 3600 * 1000000000) /* UTC is so much later */

/* One day of those clocks. */
struct newyork_day {
    int64_t utc_ns; /* its midnight, since 1970 UTC */
    int64_t change_ns; /* the clock, since midnight, from which change_by_ns is added; INT64_MAX: never */
    int64_t change_by_ns;
};

/* newyork_day - the day whose date has the midnight UTC day_ns (a multiple of a day, from 1970 to a day before
 * the end of int64_t).  Exact by the laws since 1987 (Public Laws 99-359 and 109-58); earlier days are
 * standard time. */
struct newyork_day newyork_day(int64_t day_ns);

/* newyork_utc - the point in time at which clocks show clock_ns since midnight (0 to 24 hours) on that day.
 * Of an hour that they show twice it is the first; one that they leave out counts on from standard time. */
static inline int64_t newyork_utc(const struct newyork_day *day, int64_t clock_ns)
{
    return day->utc_ns + clock_ns + (clock_ns >= day->change_ns ? day->change_by_ns : 0);
}

#endif
