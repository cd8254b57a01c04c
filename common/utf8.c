#include "utf8.h"

static size_t length_by_lead(unsigned char c)
{
    if (c < 0x80)
        return 1;
    if (c >= 0xc2 && c <= 0xdf)
        return 2;
    if ((c & 0xf0) == 0xe0)
        return 3;
    return c >= 0xf0 && c <= 0xf4 ? 4 : 0;
}

/* Overlong, a surrogate, or beyond U+10FFFF: the second byte tells. */
static bool is_refused(unsigned char lead, unsigned char second)
{
    return (lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f)
           || (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f);
}

size_t utf8_len(const char *text, size_t len)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t n = length_by_lead(s[0]);
    if (n > len)
        return 0;
    for (size_t i = 1; i < n; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    }
    return n > 1 && is_refused(s[0], s[1]) ? 0 : n;
}

bool utf8_is_control(const char *text)
{
    const unsigned char *s = (const unsigned char *)text;
    return s[0] < 0x20 || s[0] == 0x7f || (s[0] == 0xc2 && s[1] < 0xa0);
}
