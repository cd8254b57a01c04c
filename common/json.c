#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAP 1024

static bool reserve(struct json *j, size_t len)
{
    if (len <= j->cap - j->len)
        return true;
    size_t cap = j->cap == 0 ? FIRST_CAP : j->cap;
    while (cap - j->len < len)
        cap *= 2;
    char *buf = realloc(j->buf, cap);
    if (buf == NULL) {
        j->failed = true;
        return false;
    }
    j->buf = buf;
    j->cap = cap;
    return true;
}

static void put(struct json *j, const char *bytes, size_t len)
{
    if (!reserve(j, len))
        return;
    memcpy(j->buf + j->len, bytes, len);
    j->len += len;
}

/* Length of the UTF-8 sequence at s (of len bytes), 0 if it is none (RFC 3629: no surrogates, no overlong). */
static size_t utf8_len(const unsigned char *s, size_t len)
{
    if (s[0] < 0x80)
        return 1;
    size_t n = s[0] >= 0xc2 && s[0] <= 0xdf ? 2 : (s[0] & 0xf0) == 0xe0 ? 3 : s[0] >= 0xf0 && s[0] <= 0xf4 ? 4 : 0;
    if (n == 0 || n > len)
        return 0;
    for (size_t i = 1; i < n; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    }
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf0 && s[1] < 0x90)
        || (s[0] == 0xf4 && s[1] > 0x8f))
        return 0;
    return n;
}

static void put_escaped(struct json *j, unsigned char c)
{
    char text[8];
    if (c == '"' || c == '\\') {
        text[0] = '\\';
        text[1] = (char)c;
        put(j, text, 2);
        return;
    }
    put(j, text, (size_t)snprintf(text, sizeof text, "\\u%04x", c));
}

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

static void put_string(struct json *j, const char *text, size_t len)
{
    const unsigned char *s = (const unsigned char *)text;
    put(j, "\"", 1);
    for (size_t i = 0; i < len;) {
        size_t run = i;
        while (run < len && is_plain(s[run]))
            run++;
        put(j, text + i, run - i);
        i = run;
        if (i == len)
            break;
        size_t n = utf8_len(s + i, len - i);
        if (n > 1)
            put(j, text + i, n);
        else if (n == 1)
            put_escaped(j, s[i]);
        else
            put(j, "\\ufffd", 6);
        i += n > 0 ? n : 1;
    }
    put(j, "\"", 1);
}

static void begin(struct json *j, const char *key)
{
    if (j->comma)
        put(j, ",", 1);
    j->comma = true;
    if (key == NULL)
        return;
    put_string(j, key, strlen(key));
    put(j, ":", 1);
}

static void open_value(struct json *j, const char *key, const char *bracket)
{
    begin(j, key);
    put(j, bracket, 1);
    j->comma = false;
}

static void close_value(struct json *j, const char *bracket)
{
    put(j, bracket, 1);
    j->comma = true;
}

void json_open_object(struct json *j, const char *key)
{
    open_value(j, key, "{");
}

void json_close_object(struct json *j)
{
    close_value(j, "}");
}

void json_open_array(struct json *j, const char *key)
{
    open_value(j, key, "[");
}

void json_close_array(struct json *j)
{
    close_value(j, "]");
}

void json_text(struct json *j, const char *key, const char *text, size_t len)
{
    begin(j, key);
    put_string(j, text, len);
}

void json_u64(struct json *j, const char *key, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;
    begin(j, key);
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    put(j, digits + at, sizeof digits - at);
}

void json_i64(struct json *j, const char *key, int64_t value)
{
    if (value >= 0) {
        json_u64(j, key, (uint64_t)value);
        return;
    }
    begin(j, key);
    put(j, "-", 1);
    j->comma = false;
    json_u64(j, NULL, 0 - (uint64_t)value);
}

void json_bool(struct json *j, const char *key, bool value)
{
    begin(j, key);
    put(j, value ? "true" : "false", value ? 4 : 5);
}

void json_null(struct json *j, const char *key)
{
    begin(j, key);
    put(j, "null", 4);
}

void json_fixed1(struct json *j, const char *key, double value)
{
    char text[64];
    if (!(value > -1e15 && value < 1e15))
        value = 0;
    begin(j, key);
    put(j, text, (size_t)snprintf(text, sizeof text, "%.1f", value));
}

void json_reset(struct json *j)
{
    j->len = 0;
    j->comma = false;
    j->failed = false;
}

void json_free(struct json *j)
{
    free(j->buf);
    *j = (struct json){0};
}
