#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

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

static void put_byte(struct json *j, char byte)
{
    if (reserve(j, 1))
        j->buf[j->len++] = byte;
}

/* A quote, a backslash, or a control character, of which those of C1 take two bytes: the second is the code.
 */
static void put_escaped(struct json *j, const char *s, size_t n)
{
    char text[8];
    unsigned code = (unsigned char)s[n - 1];
    if (code == '"' || code == '\\') {
        text[0] = '\\';
        text[1] = s[0];
        put(j, text, 2);
        return;
    }
    put(j, text, (size_t)snprintf(text, sizeof text, "\\u%04x", code));
}

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* What is no plain ASCII at s; returns how many bytes that were. */
static size_t put_special(struct json *j, const char *s, size_t len)
{
    size_t n = utf8_len(s, len);
    if (n == 0) {
        put(j, "\\ufffd", 6);
        return 1;
    }
    if (n == 1 || utf8_is_control(s))
        put_escaped(j, s, n);
    else
        put(j, s, n);
    return n;
}

/* As many bytes as are plain, for which there is room; returns how many that were. */
static size_t put_plain(struct json *j, const char *text, size_t len)
{
    char *out = j->buf + j->len;
    size_t n = 0;
    for (; n < len && is_plain((unsigned char)text[n]); n++)
        out[n] = text[n];
    j->len += n;
    return n;
}

static void put_string(struct json *j, const char *text, size_t len)
{
    put_byte(j, '"');
    for (size_t i = 0; i < len && reserve(j, len - i);) {
        i += put_plain(j, text + i, len - i);
        if (i < len)
            i += put_special(j, text + i, len - i);
    }
    put_byte(j, '"');
}

static void begin(struct json *j, const char *key)
{
    if (j->comma)
        put_byte(j, ',');
    j->comma = true;
    if (key == NULL)
        return;
    put_string(j, key, strlen(key));
    put_byte(j, ':');
}

static void open_value(struct json *j, const char *key, char bracket)
{
    begin(j, key);
    put_byte(j, bracket);
    j->comma = false;
}

static void close_value(struct json *j, char bracket)
{
    put_byte(j, bracket);
    j->comma = true;
}

void json_open_object(struct json *j, const char *key)
{
    open_value(j, key, '{');
}

void json_close_object(struct json *j)
{
    close_value(j, '}');
}

void json_open_array(struct json *j, const char *key)
{
    open_value(j, key, '[');
}

void json_close_array(struct json *j)
{
    close_value(j, ']');
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
    put_byte(j, '-');
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

void json_text_or_null(struct json *j, const char *key, const char *text, size_t len)
{
    if (len > 0)
        json_text(j, key, text, len);
    else
        json_null(j, key);
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
