#include "newyork.h"

#include <stdio.h>
#include <stdlib.h>

#include "timetext.h"

#define HOUR_NS (3600 * TIME_NS_PER_S)

/* Both changes of a year are on the first Sunday not before a date. */
struct law {
    int first_year;
    const char *begin; /* of daylight time, at 02:00 standard time */
    const char *end; /* at 02:00 daylight time */
};

static const struct law *law_of(int year)
{
    static const struct law laws[] = {{2007, "03-08", "11-01"}, {1987, "04-01", "10-25"}};
    for (size_t i = 0; i < sizeof(laws) / sizeof(laws[0]); i++)
        if (year >= laws[i].first_year)
            return &laws[i];
    return NULL;
}

/* In days since 1970. */
static int64_t sunday_from(int year, const char *month_day)
{
    char text[32];
    int64_t ns = INT64_MAX; /* stays for a date behind the end of int64_t */
    int len = snprintf(text, sizeof(text), "%04d-%s", year, month_day);
    time_parse_date(text, (size_t)len, &ns);
    int64_t day = ns / TIME_NS_PER_DAY;
    return day + (7 - (day + 4) % 7) % 7; /* 1970 began with a Thursday */
}

static int year_of(int64_t day_ns)
{
    char text[TIME_TEXT_MAX];
    time_text(text, day_ns);
    return atoi(text);
}

struct newyork_day newyork_day(int64_t day_ns)
{
    struct newyork_day result = {.utc_ns = day_ns + NEWYORK_EST_NS, .change_ns = INT64_MAX};
    int year = year_of(day_ns);
    const struct law *law = law_of(year);
    if (law == NULL)
        return result;
    int64_t day = day_ns / TIME_NS_PER_DAY;
    int64_t begin = sunday_from(year, law->begin);
    int64_t end = sunday_from(year, law->end);
    if (day > begin && day <= end)
        result.utc_ns -= HOUR_NS;
    if (day == begin) {
        result.change_ns = 3 * HOUR_NS; /* 03:00:00 is what follows 01:59:59 */
        result.change_by_ns = -HOUR_NS;
    } else if (day == end) {
        result.change_ns = 2 * HOUR_NS; /* the hour before it is shown twice */
        result.change_by_ns = HOUR_NS;
    }
    return result;
}
