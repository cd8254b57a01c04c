/* What every source that reads text needs: messages with their place, names, lines. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "exitcode.h"
#include "source.h"

#define NAME_SHOWN_MAX 160 /* bytes of a path in a message: its end tells more than its beginning */

/* Paths are bytes; a message is one line of text. */
static void make_printable(char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7F)
            *text = '?';
}

static const char *shown_name(const char *name)
{
    size_t len = strlen(name);
    return len > NAME_SHOWN_MAX ? name + len - NAME_SHOWN_MAX : name;
}

static void store_error(struct source *src, size_t prefix_len, const char *format, va_list args)
{
    if (prefix_len < sizeof(src->error))
        vsnprintf(src->error + prefix_len, sizeof(src->error) - prefix_len, format, args);
    make_printable(src->error);
}

int source_fail(struct source *src, int exit_code, const char *format, ...)
{
    const char *name = src->path == NULL ? "" : strcmp(src->path, "-") == 0 ? "stdin" : shown_name(src->path);
    int prefix_len = snprintf(src->error, sizeof(src->error), "%s%s", name, *name == '\0' ? "" : ": ");
    va_list args;
    va_start(args, format);
    store_error(src, (size_t)prefix_len, format, args);
    va_end(args);
    src->exit_code = exit_code;
    return -1;
}

enum source_result source_bad(struct source *src, size_t column, const char *format, ...)
{
    int prefix_len = snprintf(src->error, sizeof(src->error), "%s:%llu:%zu: ", shown_name(src->input.name),
                              (unsigned long long)src->input.line, column);
    va_list args;
    va_start(args, format);
    store_error(src, (size_t)prefix_len, format, args);
    va_end(args);
    return SOURCE_BAD;
}

const char *source_quote(char out[SOURCE_QUOTE_MAX], const char *text, size_t len)
{
    size_t room = SOURCE_QUOTE_MAX - sizeof("''...");
    size_t n = 0;
    out[n++] = '\'';
    for (size_t i = 0; i < len && i < room; i++)
        out[n++] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
    if (len > room)
        for (int i = 0; i < 3; i++)
            out[n++] = '.';
    out[n++] = '\'';
    out[n] = '\0';
    return out;
}

bool source_name_ok(const char *text, size_t len)
{
    if (len == 0 || len > SOURCE_SYMBOL_MAX)
        return false;
    for (size_t i = 0; i < len; i++)
        if (text[i] < ' ' || text[i] > '~')
            return false;
    return true;
}

/* Where the extension of name begins, its end if it has none. */
static size_t without_extension(const char *name, size_t len)
{
    for (size_t i = len; i > 1; i--)
        if (name[i - 1] == '.')
            return i - 1;
    return len;
}

size_t source_file_symbol(const struct source *src, char out[SOURCE_SYMBOL_MAX + 1])
{
    static const char *const compressed[] = {".gz", ".zst", ".xz", ".bz2"};
    if (strcmp(src->path, "-") == 0)
        return 0;
    const char *slash = strrchr(src->path, '/');
    const char *name = slash == NULL ? src->path : slash + 1;
    size_t full_len = strlen(name);
    size_t len = without_extension(name, full_len);
    for (size_t i = 0; i < sizeof(compressed) / sizeof(compressed[0]); i++)
        if (strcmp(name + len, compressed[i]) == 0)
            len = without_extension(name, len);
    if (!source_name_ok(name, len))
        return 0;
    memcpy(out, name, len);
    out[len] = '\0';
    return len;
}

enum source_result source_line(struct source *src, char **text, size_t *len)
{
    enum input_result result = input_line(&src->input, text, len);
    src->counts.bytes_read = input_bytes_read(&src->input);
    switch (result) {
    case INPUT_OK:
        return SOURCE_OK;
    case INPUT_END:
        return SOURCE_END;
    case INPUT_AGAIN:
        return SOURCE_AGAIN;
    case INPUT_LONG:
        return source_bad(src, INPUT_LINE_MAX, "line is longer than %d bytes", INPUT_LINE_MAX);
    case INPUT_NUL:
        return source_bad(src, strnlen(*text, *len) + 1, "NUL byte in a line of text");
    case INPUT_FAILED:
        break;
    }
    source_fail(src, EXIT_CODE_IO, "cannot read: %s", strerror(src->input.os_error));
    return SOURCE_FATAL;
}
