#include "decimal.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#define MAGNITUDE_MAX (UINT64_C(1) << 63) /* of INT64_MIN */
#define EXPONENT_MAX (INT64_C(1) << 40) /* beyond any length of text, so that sums of both cannot wrap */

static const uint64_t power_of_ten[DECIMAL_SCALE_MAX + 1] = {
    1,
    10,
    100,
    1000,
    10000,
    100000,
    1000000,
    10000000,
    100000000,
    1000000000,
    10000000000,
    100000000000,
    1000000000000,
    10000000000000,
    100000000000000,
    1000000000000000,
    10000000000000000,
    100000000000000000,
    1000000000000000000,
};

/* The parts of a well-formed number. */
struct parts {
    const char *mantissa; /* digits and at most one point */
    const char *mantissa_end;
    int64_t int_cnt; /* digits before the point */
    int64_t exponent;
    bool negative;
};

static inline bool is_digit(char c)
{
    return (unsigned char)(c - '0') <= 9;
}

/* Eight bytes of text, the first the lowest. */
static inline uint64_t load_eight(const char *p)
{
    uint64_t word;
    memcpy(&word, p, sizeof(word));
    return le64toh(word);
}

static inline bool are_digits(uint64_t word)
{
    uint64_t high = UINT64_C(0xF0F0F0F0F0F0F0F0);
    uint64_t six = UINT64_C(0x0606060606060606); /* takes what is above 9 out of its row of 16 */
    return (((word & high) | (((word + six) & high) >> 4)) == UINT64_C(0x3333333333333333));
}

/* Joins neighbours three times: digits to pairs, pairs to fours, fours to the number. */
static inline uint64_t eight_digits(uint64_t word)
{
    word -= UINT64_C(0x3030303030303030);
    word = (word * 10 + (word >> 8)) & UINT64_C(0x00FF00FF00FF00FF);
    word = (word * 100 + (word >> 16)) & UINT64_C(0x0000FFFF0000FFFF);
    return (word * 10000 + (word >> 32)) & UINT64_C(0xFFFFFFFF);
}

/* Appends the digits at p to *value, which wraps when there are too many; returns where they end. */
static inline const char *read_digits(const char *p, const char *end, uint64_t *value)
{
    uint64_t v = *value;
    for (; end - p >= 8; p += 8) {
        uint64_t word = load_eight(p);
        if (!are_digits(word))
            break;
        v = v * 100000000 + eight_digits(word);
    }
    for (; p < end && is_digit(*p); p++)
        v = v * 10 + (uint64_t)(*p - '0');
    *value = v;
    return p;
}

size_t decimal_digits(const char *text, size_t len, uint64_t *value)
{
    *value = 0;
    return (size_t)(read_digits(text, text + len, value) - text);
}

static const char *skip_digits(const char *p, const char *end)
{
    while (p < end && is_digit(*p))
        p++;
    return p;
}

/* What follows the mantissa: nothing, or e, sign and digits. */
static int read_exponent(const char *p, const char *end, int64_t *exponent)
{
    *exponent = 0;
    if (p == end)
        return 0;
    if (*p != 'e' && *p != 'E')
        return -EINVAL;
    p++;
    bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    if (p == end)
        return -EINVAL;
    int64_t value = 0;
    for (; p < end && is_digit(*p); p++)
        if (value < EXPONENT_MAX)
            value = value * 10 + (*p - '0');
    *exponent = negative ? -value : value;
    return p == end ? 0 : -EINVAL;
}

static int read_parts(const char *text, size_t len, struct parts *part)
{
    const char *p = text;
    const char *end = text + len;
    part->negative = p < end && *p == '-';
    if (part->negative)
        p++;
    part->mantissa = p;
    p = skip_digits(p, end);
    part->int_cnt = p - part->mantissa;
    int64_t digit_cnt = part->int_cnt;
    if (p < end && *p == '.') {
        const char *frac = ++p;
        p = skip_digits(p, end);
        digit_cnt += p - frac;
    }
    part->mantissa_end = p;
    return digit_cnt == 0 ? -EINVAL : read_exponent(p, end, &part->exponent);
}

/* Takes the digits from p on as those that are rounded away: true when value has to go up by one. */
static bool round_up(const char *p, const char *end, bool below_half, uint64_t value, bool *rounded)
{
    int first = -1;
    bool rest = false;
    for (; p < end; p++) {
        if (*p == '.')
            continue;
        if (first < 0)
            first = *p - '0';
        else
            rest |= *p != '0';
    }
    if (first > 0 || rest)
        *rounded = true;
    if (below_half || first < 5)
        return false;
    return first > 5 || rest || (value & 1) != 0;
}

static bool append_digit(uint64_t *value, uint64_t digit)
{
    if (*value > (MAGNITUDE_MAX - digit) / 10)
        return false;
    *value = *value * 10 + digit;
    return true;
}

static int store(uint64_t magnitude, bool negative, int64_t *out)
{
    if (magnitude > MAGNITUDE_MAX - !negative)
        return -ERANGE;
    *out = (int64_t)(negative ? 0 - magnitude : magnitude);
    return 0;
}

/* Any number, digit by digit. */
static int parse_slowly(const char *text, size_t len, unsigned scale, int64_t *out, bool *rounded)
{
    struct parts part;
    int rc = read_parts(text, len, &part);
    if (rc != 0)
        return rc;
    int64_t keep_cnt = part.int_cnt + part.exponent + (int64_t)scale; /* digits that belong to the result */
    uint64_t value = 0;
    const char *p = part.mantissa;
    int64_t left = keep_cnt;
    for (; p < part.mantissa_end && left > 0; p++) {
        if (*p == '.')
            continue;
        if (!append_digit(&value, (uint64_t)(*p - '0')))
            return -ERANGE;
        left--;
    }
    for (; left > 0 && value != 0; left--)
        if (!append_digit(&value, 0))
            return -ERANGE;
    if (round_up(p, part.mantissa_end, keep_cnt < 0, value, rounded))
        value++;
    return store(value, part.negative, out);
}

int decimal_parse(const char *text, size_t len, unsigned scale, int64_t *out, bool *rounded)
{
    const char *p = text;
    const char *end = text + len;
    bool negative = p < end && *p == '-';
    if (negative)
        p++;
    const char *digits = p;
    uint64_t value = 0; /* wraps on long text, which is then left to the slow way */
    p = read_digits(p, end, &value);
    size_t int_cnt = (size_t)(p - digits);
    size_t frac_cnt = 0;
    if (p < end && *p == '.') {
        const char *frac = ++p;
        p = read_digits(p, end, &value);
        frac_cnt = (size_t)(p - frac);
    }
    /* 19 digits fit a uint64_t. */
    bool ordinary = p == end && int_cnt + frac_cnt > 0 && frac_cnt <= scale && int_cnt + scale <= 19;
    if (!ordinary)
        return parse_slowly(text, len, scale, out, rounded);
    return store(value * power_of_ten[scale - frac_cnt], negative, out);
}

bool decimal_is_zero(const char *text, size_t len)
{
    for (size_t i = 0; i < len && text[i] != 'e' && text[i] != 'E'; i++)
        if (text[i] >= '1' && text[i] <= '9')
            return false;
    return true;
}

size_t decimal_text(char out[DECIMAL_TEXT_MAX], int64_t value, unsigned decimals)
{
    char reversed[DECIMAL_TEXT_MAX];
    size_t n = 0;
    uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    while (decimals > 0 && left % 10 == 0 && left != 0) {
        left /= 10;
        decimals--;
    }
    if (left == 0)
        decimals = 0;
    for (unsigned i = 0; left != 0 || i <= decimals; i++) {
        if (i == decimals && decimals != 0)
            reversed[n++] = '.';
        reversed[n++] = (char)('0' + left % 10);
        left /= 10;
    }
    if (value < 0)
        reversed[n++] = '-';
    for (size_t i = 0; i < n; i++)
        out[i] = reversed[n - 1 - i];
    out[n] = '\0';
    return n;
}
