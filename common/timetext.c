#include "timetext.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "decimal.h"

#define DATE_LEN 10 /* YYYY-MM-DD */
#define CLOCK_LEN 8 /* HH:MM:SS */
#define DAYS_PER_400_YEARS 146097
#define EPOCH_DAY 719468 /* days from the first of March of year 0 to 1970-01-01 */

struct date {
    int64_t year;
    int month; /* 1..12 */
    int day; /* 1..31 */
};

/* Reads exactly cnt digits; -1 if they are not. */
static int fixed_digits(const char *text, size_t cnt)
{
    int value = 0;
    for (size_t i = 0; i < cnt; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

static int month_days(int year, int month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

/* Years counted from March, so that the leap day is the last of its year and months need no table. */
static int64_t days_of_date(struct date date)
{
    int64_t year = date.month > 2 ? date.year : date.year - 1;
    int64_t month = date.month > 2 ? date.month - 3 : date.month + 9;
    int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;
    return 365 * year + year / 4 - year / 100 + year / 400 + day_of_year - EPOCH_DAY;
}

/* The inverse, for days since 1970 not before the year 0. */
static struct date date_of_days(int64_t days)
{
    int64_t day = days + EPOCH_DAY;
    int64_t cycle = day / DAYS_PER_400_YEARS;
    int64_t in_cycle = day % DAYS_PER_400_YEARS;
    /* The leap days of the cycle before this day, taken out, leave years of 365 days. */
    int64_t year = (in_cycle - in_cycle / 1460 + in_cycle / 36524 - in_cycle / 146096) / 365;
    int64_t in_year = in_cycle - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * in_year + 2) / 153;
    return (struct date){
        .year = cycle * 400 + year + (month > 9),
        .month = (int)(month > 9 ? month - 9 : month + 3),
        .day = (int)(in_year - (153 * month + 2) / 5 + 1),
    };
}

static int parse_days(const char *text, size_t len, int64_t *days)
{
    if (len != DATE_LEN || text[4] != '-' || text[7] != '-')
        return -EINVAL;
    int year = fixed_digits(text, 4);
    int month = fixed_digits(text + 5, 2);
    int day = fixed_digits(text + 8, 2);
    if (year < 0 || month < 1 || month > 12 || day < 1 || day > month_days(year, month))
        return -EINVAL;
    *days = days_of_date((struct date){.year = year, .month = month, .day = day});
    return 0;
}

/* ns of whole seconds and a part of one. */
static int join(int64_t s, int64_t ns, int64_t *out_ns)
{
    int64_t sum;
    if (__builtin_mul_overflow(s, TIME_NS_PER_S, &sum) || __builtin_add_overflow(sum, ns, &sum))
        return -ERANGE;
    *out_ns = sum;
    return 0;
}

int time_parse_date(const char *text, size_t len, int64_t *out_ns)
{
    int64_t days;
    int rc = parse_days(text, len, &days);
    return rc != 0 ? rc : join(days * 86400, 0, out_ns);
}

/* ".fraction" or nothing, as nanoseconds (which may round up to a whole second). */
static int parse_fraction(const char *text, size_t len, int64_t *ns)
{
    *ns = 0;
    if (len == 0)
        return 0;
    bool rounded = false;
    if (text[0] != '.' || len < 2 || memchr(text, 'e', len) != NULL || memchr(text, 'E', len) != NULL)
        return -EINVAL;
    return decimal_parse(text, len, 9, ns, &rounded);
}

static int parse_clock(const char *text, size_t len, int64_t *s, int64_t *ns)
{
    if (len < CLOCK_LEN || text[2] != ':' || text[5] != ':')
        return -EINVAL;
    int hour = fixed_digits(text, 2);
    int minute = fixed_digits(text + 3, 2);
    int second = fixed_digits(text + 6, 2);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
        return -EINVAL;
    *s = (hour * 60 + minute) * 60 + second;
    return parse_fraction(text + CLOCK_LEN, len - CLOCK_LEN, ns);
}

int time_parse_clock(const char *text, size_t len, int64_t *out_ns)
{
    int64_t s;
    int64_t ns;
    int rc = parse_clock(text, len, &s, &ns);
    return rc != 0 ? rc : join(s, ns, out_ns);
}

/* +HH:MM, +HHMM or +HH, of either sign, in seconds. */
static int parse_offset(const char *text, size_t len, int64_t *s)
{
    size_t minute_at = len == 6 && text[3] == ':' ? 4 : 3;
    if (len != 3 && len != minute_at + 2)
        return -EINVAL;
    int hour = fixed_digits(text + 1, 2);
    int minute = len == 3 ? 0 : fixed_digits(text + minute_at, 2);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59)
        return -EINVAL;
    *s = (hour * 60 + minute) * 60;
    if (text[0] == '-')
        *s = -*s;
    return 0;
}

/* Cuts the zone off the end of a time of day; none means UTC. */
static int cut_zone(const char *text, size_t *len, int64_t *offset_s)
{
    *offset_s = 0;
    if (*len > 0 && (text[*len - 1] == 'Z' || text[*len - 1] == 'z')) {
        (*len)--;
        return 0;
    }
    for (size_t i = CLOCK_LEN; i < *len; i++) {
        if (text[i] == '+' || text[i] == '-') {
            int rc = parse_offset(text + i, *len - i, offset_s);
            *len = i;
            return rc;
        }
    }
    return 0;
}

static int parse_calendar(const char *text, size_t len, int64_t *out_ns)
{
    int64_t days;
    int rc = parse_days(text, len < DATE_LEN ? len : DATE_LEN, &days);
    if (rc != 0)
        return rc;
    if (len == DATE_LEN)
        return join(days * 86400, 0, out_ns);
    if (text[DATE_LEN] != 'T' && text[DATE_LEN] != 't' && text[DATE_LEN] != ' ')
        return -EINVAL;
    const char *clock = text + DATE_LEN + 1;
    size_t clock_len = len - DATE_LEN - 1;
    int64_t offset_s;
    int64_t s;
    int64_t ns;
    rc = cut_zone(clock, &clock_len, &offset_s);
    if (rc == 0)
        rc = parse_clock(clock, clock_len, &s, &ns);
    return rc != 0 ? rc : join(days * 86400 + s - offset_s, ns, out_ns);
}

/* How many decimals of the epoch's unit a nanosecond is. */
static unsigned epoch_scale(const char *text, size_t len, int64_t unit_ns)
{
    if (unit_ns != 0)
        return unit_ns == 1 ? 0 : unit_ns == 1000 ? 3 : unit_ns == 1000000 ? 6 : 9;
    size_t start = len > 0 && text[0] == '-';
    const char *point = memchr(text, '.', len);
    size_t digit_cnt = (point == NULL ? len : (size_t)(point - text)) - start;
    return digit_cnt <= 11 ? 9 : digit_cnt <= 14 ? 6 : digit_cnt <= 17 ? 3 : 0;
}

/* The usual epoch, digits alone; false if it is anything else. */
static bool parse_digits(const char *text, size_t len, int64_t unit_ns, int64_t *out_ns)
{
    uint64_t value;
    if (len > 18 || decimal_digits(text, len, &value) != len || len == 0)
        return false;
    if (unit_ns == 0)
        unit_ns = len <= 11 ? TIME_NS_PER_S : len <= 14 ? 1000000 : len <= 17 ? 1000 : 1;
    int64_t ns;
    if (__builtin_mul_overflow((int64_t)value, unit_ns, &ns))
        return false;
    *out_ns = ns;
    return true;
}

int time_parse(const char *text, size_t len, int64_t unit_ns, int64_t *out_ns)
{
    if (parse_digits(text, len, unit_ns, out_ns))
        return 0;
    if (len > 4 && text[4] == '-')
        return parse_calendar(text, len, out_ns);
    bool rounded = false;
    int64_t ns;
    int rc = decimal_parse(text, len, epoch_scale(text, len, unit_ns), &ns, &rounded);
    if (rc != 0)
        return rc;
    /* The magnitude of 1.6e12 is not to be seen in its digits. */
    if (unit_ns == 0 && (memchr(text, 'e', len) != NULL || memchr(text, 'E', len) != NULL))
        return -EINVAL;
    *out_ns = ns;
    return 0;
}

size_t time_text(char out[TIME_TEXT_MAX], int64_t ns)
{
    int64_t s = ns / TIME_NS_PER_S;
    int64_t part_ns = ns % TIME_NS_PER_S;
    if (part_ns < 0) {
        part_ns += TIME_NS_PER_S;
        s--;
    }
    int64_t days = s / 86400 - (s % 86400 < 0);
    int64_t in_day = s - days * 86400;
    struct date date = date_of_days(days);
    int len = snprintf(out, TIME_TEXT_MAX, "%04d-%02d-%02dT%02d:%02d:%02d", (int)date.year, date.month,
                       date.day, (int)(in_day / 3600), (int)(in_day / 60 % 60), (int)(in_day % 60));
    size_t n = (size_t)len;
    if (part_ns != 0) {
        char fraction[DECIMAL_TEXT_MAX];
        n += decimal_text(fraction, part_ns, 9) - 1;
        memcpy(out + len, fraction + 1, n - (size_t)len); /* without its leading 0 */
    }
    out[n++] = 'Z';
    out[n] = '\0';
    return n;
}
