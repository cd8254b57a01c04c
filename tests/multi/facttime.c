#include "tests/multi/facttime.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tests/multi/fixed.h"

#define NS_PER_S INT64_C(1000000000)

static bool parse_number(const char *text, enum fact_time kind, int64_t *ns)
{
    static const unsigned decimals[] = {
        [FACT_TIME_S] = 9, [FACT_TIME_MS] = 6, [FACT_TIME_US] = 3, [FACT_TIME_NS] = 0};
    fixed value;
    if (!fixed_parse(text, &value))
        return false;
    fixed unit = fixed_unit(decimals[kind]); /* a nanosecond, in numbers of that kind */
    *ns = (int64_t)(value / unit);
    return value % unit == 0;
}

/* Digits behind the point that text begins with, if it does. */
static const char *parse_fraction(const char *text, int64_t *ns)
{
    *ns = 0;
    if (*text != '.')
        return text;
    int64_t unit = NS_PER_S / 10;
    for (text++; *text >= '0' && *text <= '9'; text++, unit /= 10)
        *ns += (*text - '0') * unit;
    return text;
}

static bool is_utc(const char *zone)
{
    return strcmp(zone, "") == 0 || strcmp(zone, "Z") == 0 || strcmp(zone, "+00:00") == 0;
}

static bool parse_stamp(const char *text, struct tm *tm, int64_t *fraction_ns, int *len)
{
    int ms = 0;
    if (sscanf(text, "%4d%2d%2d %2d%2d%2d%3d%n", &tm->tm_year, &tm->tm_mon, &tm->tm_mday, &tm->tm_hour,
               &tm->tm_min, &tm->tm_sec, &ms, len)
        != 7)
        return false;
    *fraction_ns = ms * (NS_PER_S / 1000);
    return true;
}

static bool parse_date_and_clock(const char *text, struct tm *tm, int *len)
{
    return sscanf(text, "%4d-%2d-%2d%*1[T ]%2d:%2d:%2d%n", &tm->tm_year, &tm->tm_mon, &tm->tm_mday,
                  &tm->tm_hour, &tm->tm_min, &tm->tm_sec, len)
           == 6;
}

static bool parse_clock(const char *text, struct tm *tm, int *len)
{
    tm->tm_year = 1970;
    tm->tm_mon = 1;
    tm->tm_mday = 1;
    return sscanf(text, "%2d:%2d:%2d%n", &tm->tm_hour, &tm->tm_min, &tm->tm_sec, len) == 3;
}

static bool parse_text(const char *text, int64_t *ns)
{
    struct tm tm = {0};
    int64_t fraction_ns = 0;
    int len = 0;
    const char *zone = "";
    if (!parse_stamp(text, &tm, &fraction_ns, &len)) {
        if (!parse_date_and_clock(text, &tm, &len) && !parse_clock(text, &tm, &len))
            return false;
        zone = parse_fraction(text + len, &fraction_ns);
    }
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    *ns = timegm(&tm) * NS_PER_S + fraction_ns;
    return is_utc(zone);
}

bool facttime_parse(const char *text, enum fact_time kind, const char *base, int64_t *ns)
{
    int64_t base_ns = 0;
    bool is_time = kind == FACT_TIME_TEXT ? parse_text(text, ns) : parse_number(text, kind, ns);
    if (!is_time || (base != NULL && !parse_text(base, &base_ns)))
        return false;
    *ns += base_ns;
    return true;
}
