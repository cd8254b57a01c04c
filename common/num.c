#include "num.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "decimal.h"

/* The digits at *text, which moves behind them. */
static int digits(const char **text, uint64_t *out)
{
    const char *p = *text;
    uint64_t value = 0;
    for (; *p >= '0' && *p <= '9'; p++) {
        if (__builtin_mul_overflow(value, 10, &value)
            || __builtin_add_overflow(value, (uint64_t)(*p - '0'), &value))
            return -ERANGE;
    }
    if (p == *text)
        return -EINVAL;
    *text = p;
    *out = value;
    return 0;
}

static int scaled(const char *text, uint64_t kilo, uint64_t *out)
{
    static const char suffix[] = "kMG";
    uint64_t value;
    int rc = digits(&text, &value);
    if (rc != 0)
        return rc;
    if (*text != '\0') {
        const char *s = strchr(suffix, *text);
        if (s == NULL || text[1] != '\0')
            return -EINVAL;
        for (const char *i = suffix; i <= s; i++) {
            if (__builtin_mul_overflow(value, kilo, &value))
                return -ERANGE;
        }
    }
    *out = value;
    return 0;
}

int num_u64(const char *text, uint64_t min, uint64_t max, uint64_t *out)
{
    uint64_t value;
    int rc = scaled(text, 1000, &value);
    if (rc != 0)
        return rc;
    if (value < min || value > max)
        return -ERANGE;
    *out = value;
    return 0;
}

int num_slots(const char *text, uint64_t min, uint64_t max, uint64_t *out)
{
    uint64_t value;
    int rc = scaled(text, 1024, &value);
    if (rc != 0)
        return rc;
    if (value < min || value > max || (value & (value - 1)) != 0)
        return -ERANGE;
    *out = value;
    return 0;
}

int num_duration_ns(const char *text, int64_t *out_ns)
{
    static const struct {
        const char *name;
        unsigned decimals; /* of a nanosecond count in this unit */
        int64_t factor;
    } unit[] = {{"ns", 0, 1}, {"us", 3, 1}, {"ms", 6, 1}, {"s", 9, 1}, {"m", 9, 60}};
    size_t len = strspn(text, "0123456789.");
    int64_t value;
    bool rounded = false;
    if (strcmp(text, "0") == 0) {
        *out_ns = 0;
        return 0;
    }
    for (size_t i = 0; i < sizeof unit / sizeof unit[0]; i++) {
        if (strcmp(text + len, unit[i].name) != 0)
            continue;
        int rc = decimal_parse(text, len, unit[i].decimals, &value, &rounded);
        if (rc == 0 && __builtin_mul_overflow(value, unit[i].factor, &value))
            rc = -ERANGE;
        if (rc == 0)
            *out_ns = value;
        return rc;
    }
    return -EINVAL;
}

static int decimal_e9(const char *text, int64_t *out)
{
    bool rounded = false;
    size_t len = strspn(text, "0123456789.");
    return text[len] != '\0' ? -EINVAL : decimal_parse(text, len, 9, out, &rounded);
}

int num_factor(const char *text, double *out)
{
    int64_t e9;
    int rc = decimal_e9(text, &e9);
    if (rc != 0)
        return rc;
    if (e9 <= 0 || e9 > INT64_C(1000000000000000000))
        return -ERANGE;
    *out = (double)e9 / 1e9;
    return 0;
}

int num_percent_e9(const char *text, int64_t *out)
{
    int64_t e9;
    int rc = decimal_e9(text, &e9);
    if (rc != 0)
        return rc;
    if (e9 > INT64_C(1000000000000000000))
        return -ERANGE;
    *out = e9;
    return 0;
}
