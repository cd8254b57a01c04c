#include "out.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "json.h"
#include "log.h"

void out_init(struct out *out, int fd)
{
    out->fd = fd;
    out->error = 0;
    out->written = 0;
    out->skip = 0;
    out->len = 0;
}

/* Standard output may be non-blocking: somebody else opened it. */
static int wait_writable(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    return poll(&p, 1, -1) < 0 && errno != EINTR ? -errno : 0;
}

static void write_all(struct out *out, const char *bytes, size_t len)
{
    while (len > 0 && out->error == 0) {
        ssize_t n = write(out->fd, bytes, len);
        if (n > 0) {
            bytes += n;
            len -= (size_t)n;
        } else if (n < 0 && errno == EAGAIN) {
            out->error = wait_writable(out->fd);
        } else if (n < 0 && errno != EINTR) {
            out->error = -errno;
        }
    }
}

static void pass_on(struct out *out, const char *bytes, size_t len)
{
    size_t there = out->skip < len ? (size_t)out->skip : len;
    out->skip -= there;
    out->written += len;
    write_all(out, bytes + there, len - there);
}

int out_flush(struct out *out)
{
    pass_on(out, out->buf, out->len);
    out->len = 0;
    return out->error;
}

void out_write(struct out *out, const char *bytes, size_t len)
{
    if (len > OUT_CAP - out->len)
        out_flush(out);
    if (len > OUT_CAP) {
        pass_on(out, bytes, len);
        return;
    }
    memcpy(out->buf + out->len, bytes, len);
    out->len += len;
}

void out_text(struct out *out, const char *text)
{
    out_write(out, text, strlen(text));
}

void out_u64(struct out *out, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    out_write(out, digits + at, sizeof digits - at);
}

/* At most max bytes of text, not cut within a character. */
static size_t whole_part(const char *text, size_t len, size_t max)
{
    if (len <= max)
        return len;
    size_t part = max;
    while (part > max - 3 && ((unsigned char)text[part] & 0xc0) == 0x80)
        part--;
    return part;
}

void out_format(struct out *out, const char *format, ...)
{
    char text[OUT_FORMAT_MAX + 1];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (n > 0)
        out_write(out, text, n < (int)sizeof text ? (size_t)n : sizeof text - 1);
}

void out_visible(struct out *out, const char *text, size_t len)
{
    while (len > 0) {
        char shown[256];
        size_t part = whole_part(text, len, sizeof shown / 4 - 1);
        out_write(out, shown, log_visible(shown, sizeof shown, text, part));
        text += part;
        len -= part;
    }
}

void out_csv(struct out *out, const char *text, size_t len)
{
    if (memchr(text, ',', len) == NULL && memchr(text, '"', len) == NULL) {
        out_visible(out, text, len);
        return;
    }
    out_write(out, "\"", 1);
    for (const char *quote; (quote = memchr(text, '"', len)) != NULL;) {
        size_t part = (size_t)(quote - text);
        out_visible(out, text, part);
        out_write(out, "\"\"", 2);
        text += part + 1;
        len -= part + 1;
    }
    out_visible(out, text, len);
    out_write(out, "\"", 1);
}

void out_json_line(struct out *out, struct json *json)
{
    if (!json->failed) {
        out_write(out, json->buf, json->len);
        out_write(out, "\n", 1);
    } else if (out->error == 0) {
        out_flush(out); /* what came before it is whole */
        out->error = out->error != 0 ? out->error : -ENOMEM;
    }
    json_reset(json);
}

bool out_is_terminal(int fd)
{
    const char *term = getenv("TERM");
    const char *no_color = getenv("NO_COLOR");
    return isatty(fd) && term != NULL && strcmp(term, "dumb") != 0
           && (no_color == NULL || no_color[0] == '\0');
}

unsigned out_columns(int fd)
{
    struct winsize size;
    return isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

unsigned out_rows(int fd)
{
    struct winsize size;
    return isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_row : 0;
}
