#include "units.h"

#include <stdio.h>

/* Three digits and a unit: value is at least 1 and below 1000, but for rounding. */
static void three_digits(char out[UNITS_MAX], double value, const char *unit)
{
    int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
    snprintf(out, UNITS_MAX, "%.*f%s", decimals, value, unit);
}

char *units_count(char out[UNITS_MAX], uint64_t cnt)
{
    static const char *const unit[] = {"", "k", "M", "G", "T", "P", "E"};
    double value = (double)cnt;
    unsigned i = 0;
    if (cnt < 10000) {
        snprintf(out, UNITS_MAX, "%llu", (unsigned long long)cnt);
        return out;
    }
    for (; value >= 999.5 && i < 6; i++)
        value /= 1000;
    three_digits(out, value, unit[i]);
    return out;
}

char *units_duration(char out[UNITS_MAX], int64_t ns)
{
    static const char *const unit[] = {"ns", "us", "ms", "s"};
    double value = (double)ns;
    unsigned i = 0;
    if (ns < 1000) {
        snprintf(out, UNITS_MAX, "%lldns", (long long)ns);
        return out;
    }
    for (; value >= 999.5 && i < 3; i++)
        value /= 1000;
    if (value < 1000)
        three_digits(out, value, unit[i]);
    else
        snprintf(out, UNITS_MAX, "%.0fs", value);
    return out;
}
