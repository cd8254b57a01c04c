/* exact.c - the slow half of exact.h: what multiplies beyond 128 bits, divides, or makes text. */
#include "consumer/exact.h"

#define CHUNK_DIGITS 18
#define CHUNK UINT64_C(1000000000000000000)
#define DIGIT_MAX (5 * CHUNK_DIGITS) /* 2^256 has 78 digits */

/* The same number in two's complement. */
static struct wide bits_of_wide(struct exact_wide value)
{
    return (struct wide){(exact_uint)value.low, (exact_uint)value.high - (value.low < 0)};
}

static bool is_negative(struct exact_wide value)
{
    return bits_of_wide(value).high >> 127;
}

struct wide exact_wide_size(struct exact_wide value)
{
    struct wide bits = bits_of_wide(value);
    return is_negative(value) ? (struct wide){-bits.low, ~bits.high + (bits.low == 0)} : bits;
}

/* Digits, the lowest first, at least cnt_min of them.  The array is all zero before.  Returns how many. */
static unsigned digits_of(unsigned char *digit, struct wide size, unsigned cnt_min)
{
    unsigned cnt = 0;
    do {
        uint64_t chunk = (uint64_t)wide_divide(&size, CHUNK);
        for (unsigned i = 0; i < CHUNK_DIGITS; i++, chunk /= 10)
            digit[cnt++] = (unsigned char)(chunk % 10);
    } while (size.low != 0 || size.high != 0);
    while (cnt > cnt_min && digit[cnt - 1] == 0)
        cnt--;
    return cnt < cnt_min ? cnt_min : cnt;
}

static size_t put_decimal(char *out, bool negative, struct wide size, unsigned decimals)
{
    unsigned char digit[DIGIT_MAX] = {0};
    unsigned cnt = digits_of(digit, size, decimals + 1);
    unsigned end = 0; /* the lowest digit that is written */
    size_t len = 0;
    while (end < decimals && digit[end] == 0)
        end++;
    if (negative && (size.low != 0 || size.high != 0))
        out[len++] = '-';
    for (unsigned i = cnt; i-- > end;) {
        out[len++] = (char)('0' + digit[i]);
        if (i == decimals && i > end)
            out[len++] = '.';
    }
    out[len] = '\0';
    return len;
}

void exact_wide_add_scaled(struct exact_wide *acc, exact_int value, uint64_t factor)
{
    exact_uint rest = (exact_uint)(uint64_t)value * factor;
    exact_int top = (value >> 64) * (exact_int)factor + (exact_int)(rest >> 64); /* 64 bits further up */
    exact_int top_low = (exact_int)((exact_uint)top << 64);
    exact_wide_add(acc, (exact_int)(uint64_t)rest);
    exact_wide_add(acc, top_low);
    acc->high += (top >> 64) + (top_low < 0);
}

struct exact_limit exact_limit_of(int64_t limit_pct)
{
    const exact_uint whole = 100 * EXACT_PCT_SCALE;
    exact_uint share = ((exact_uint)limit_pct << 64) / whole;
    return (struct exact_limit){limit_pct, share >> 64 != 0 ? UINT64_MAX : (uint64_t)share};
}

size_t exact_wide_text(char *out, struct exact_wide value, unsigned decimals)
{
    return put_decimal(out, is_negative(value), exact_wide_size(value), decimals);
}

size_t exact_text(char *out, exact_int value, unsigned decimals)
{
    return put_decimal(out, value < 0, (struct wide){exact_size(value), 0}, decimals);
}

size_t exact_half_text(char *out, exact_int half)
{
    return exact_text(out, half * 5, 10);
}

/* num * factor / den * 10^-scale */
static size_t ratio_text(char *out, struct exact_wide num, uint64_t factor, exact_int den, unsigned scale)
{
    struct wide size = exact_wide_size(num);
    out[0] = '\0';
    if (den == 0)
        return 0;
    wide_times(&size, factor);
    for (unsigned i = scale; i < EXACT_DECIMALS; i++)
        wide_times(&size, 10);
    wide_divide_half_even(&size, exact_size(den));
    return put_decimal(out, is_negative(num) != (den < 0), size, EXACT_DECIMALS);
}

size_t exact_ratio_text(char *out, struct exact_wide num, exact_int den, unsigned scale)
{
    return ratio_text(out, num, 1, den, scale);
}

size_t exact_half_ratio_text(char *out, struct exact_wide num_half, exact_int den)
{
    return ratio_text(out, num_half, 5, den, 10);
}

size_t exact_mean_text(char *out, exact_int sum_half, uint64_t cnt)
{
    return exact_half_ratio_text(out, exact_wide_of(sum_half), (exact_int)cnt);
}

size_t exact_change_text(char *out, exact_int now, exact_int before)
{
    return exact_ratio_text(out, exact_wide_of((now - before) * 100), before, 0);
}

int64_t exact_share_e12(struct exact_wide num, exact_int den)
{
    struct wide size = exact_wide_size(num);
    if (wide_compare(size, (struct wide){exact_size(den), 0}) >= 0)
        return EXACT_E12;
    wide_times(&size, EXACT_E12);
    wide_divide_half_even(&size, exact_size(den));
    return (int64_t)size.low;
}

int64_t exact_px_of_half(exact_int half)
{
    exact_int px = half >> 1; /* rounded down */
    return (int64_t)(px + (half & px & 1));
}
