/* out.h - buffered output to a descriptor.  The first error is kept, later output is dropped. */
#ifndef COMMON_OUT_H
#define COMMON_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OUT_CAP 65536
#define OUT_FORMAT_MAX 511

struct json;

struct out {
    int fd;
    int error; /* 0 or -errno */
    uint64_t written; /* bytes that went to the descriptor, or would have but for skip */
    uint64_t skip; /* the next so many bytes are there already: they are only counted */
    size_t len;
    char buf[OUT_CAP];
};

void out_init(struct out *out, int fd);

/* Adds bytes, a NUL terminated text, a number; flushes when the buffer is full. */
void out_write(struct out *out, const char *bytes, size_t len);
void out_text(struct out *out, const char *text);
void out_u64(struct out *out, uint64_t value);

/* out_format - as printf, at most OUT_FORMAT_MAX bytes of it. */
void out_format(struct out *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* out_visible - a text of somebody else's making: control characters and what is not UTF-8 as \xNN
 * (log_visible), so that a symbol's name cannot steer the terminal. */
void out_visible(struct out *out, const char *text, size_t len);

/* out_csv - such a text as a field of CSV, in quotes where it needs them (RFC 4180). */
void out_csv(struct out *out, const char *text, size_t len);

/* out_json_line - the finished object and a newline; empties it for the next.  One that is not whole (memory
 * was out) is not written: the error is -ENOMEM. */
void out_json_line(struct out *out, struct json *json);

/* out_flush - writes all of it; goes on after short writes and EINTR, and waits where the descriptor is
 * non-blocking and full.  0, or the first error there was (-EPIPE: the reader has gone). */
int out_flush(struct out *out);

/* out_is_terminal - whether colour and cursor movement are welcome: a terminal, not TERM=dumb, no NO_COLOR.
 */
bool out_is_terminal(int fd);

/* out_columns - how wide the terminal is now; 0: not a terminal, or it does not say: no limit. */
unsigned out_columns(int fd);

/* out_rows - how high it is; 0 as above. */
unsigned out_rows(int fd);

#endif
