#include "tests/multi/fixed.h"

#include <stdlib.h>
#include <string.h>

#define DIGITS_MAX 37 /* any number of so many digits fits */

fixed fixed_unit(unsigned decimals)
{
    fixed unit = 1;
    for (unsigned i = decimals; i < FIXED_DECIMALS; i++)
        unit *= 10;
    return unit;
}

/* The digits of text without its point; *shift becomes the power of ten they are to be multiplied with.
 * Returns the end of them, NULL: there are none, or too many. */
static const char *parse_digits(const char *text, fixed *value, long *shift)
{
    bool has_point = false;
    size_t digit_cnt = 0;
    *value = 0;
    *shift = 0;
    for (; (*text >= '0' && *text <= '9') || (*text == '.' && !has_point); text++) {
        if (*text == '.') {
            has_point = true;
            continue;
        }
        if (++digit_cnt > DIGITS_MAX)
            return NULL;
        *value = *value * 10 + (*text - '0');
        *shift -= has_point;
    }
    return digit_cnt > 0 ? text : NULL;
}

static bool shift_by(fixed *value, long shift)
{
    for (; shift > 0; shift--) {
        if (__builtin_mul_overflow(*value, 10, value))
            return false;
    }
    for (; shift < 0 && *value != 0; shift++) {
        if (*value % 10 != 0)
            return false;
        *value /= 10;
    }
    return true;
}

bool fixed_parse(const char *text, fixed *out)
{
    bool is_negative = *text == '-';
    const char *digits = text + is_negative;
    long shift;
    long exponent = 0;
    const char *end = parse_digits(digits, out, &shift);
    if (end == NULL)
        return false;
    if (*end == 'e' || *end == 'E') {
        char *behind;
        exponent = strtol(end + 1, &behind, 10);
        end = behind;
    }
    if (is_negative)
        *out = -*out;
    return *end == '\0' && shift_by(out, shift + exponent + FIXED_DECIMALS);
}

const char *fixed_text(char *out, fixed value)
{
    char digit[FIXED_TEXT_MAX];
    size_t cnt = 0;
    size_t len = 0;
    if (value < 0)
        out[len++] = '-';
    for (fixed rest = value; rest != 0 || cnt <= FIXED_DECIMALS; rest /= 10)
        digit[cnt++] = (char)('0' + (int)(rest % 10) * (rest < 0 ? -1 : 1));
    size_t last = 0; /* the lowest digit that is to be seen */
    while (last < FIXED_DECIMALS && digit[last] == '0')
        last++;
    while (cnt > last) {
        cnt--;
        out[len++] = digit[cnt];
        if (cnt == FIXED_DECIMALS && cnt > last)
            out[len++] = '.';
    }
    out[len] = '\0';
    return out;
}

fixed fixed_product(fixed a, fixed b)
{
    fixed nano = fixed_unit(9);
    return a / nano * (b / nano);
}

static fixed divide_half_even(fixed a, fixed b)
{
    bool is_negative = a < 0;
    fixed size = is_negative ? -a : a;
    fixed quotient = size / b;
    fixed rest = size % b;
    if (rest > b - rest || (rest == b - rest && quotient % 2 != 0))
        quotient++;
    return is_negative ? -quotient : quotient;
}

fixed fixed_mean(fixed sum, size_t cnt, unsigned decimals)
{
    fixed unit = fixed_unit(decimals);
    return divide_half_even(sum, unit * (fixed)cnt) * unit;
}

fixed fixed_ratio(fixed a, fixed b, unsigned decimals)
{
    return divide_half_even(a * fixed_unit(27 - decimals), b / fixed_unit(9)) * fixed_unit(decimals);
}
