/* input.h - the bytes of one file or of standard input, by lines or by count, with the place of each.
 *
 * Memory is bounded whatever the input holds.  A byte-order mark of UTF-8 at the beginning is not part of
 * the first line; a line ends with LF or CR LF, the last one also with the end of the input. */
#ifndef FEED_INPUT_H
#define FEED_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define INPUT_LINE_MAX (1 << 20) /* bytes of the longest line with its end, and of one look ahead */
#define INPUT_PEEK_MIN 4096 /* bytes that are looked at to find a binary format */

enum input_result {
    INPUT_OK,
    INPUT_END,
    INPUT_AGAIN, /* nothing yet, none is lost: a signal came, or much was passed over; call again or stop */
    INPUT_LONG, /* a line over INPUT_LINE_MAX; the next call goes on after it */
    INPUT_NUL, /* a line with a NUL byte, handed out like any other */
    INPUT_FAILED, /* read(2) failed: os_error */
};

struct input {
    /* Like read(2): bytes, 0 at the end, -1 with errno.  input_open sets plain reading; what unpacks a
     * compressed file stands here instead, and no source notices. */
    ssize_t (*read)(struct input *in, void *buf, size_t len);
    /* Called before every read, which may block; false: do not read now (INPUT_AGAIN).  NULL: just read. */
    bool (*before_read)(struct input *in, void *arg);
    void *before_read_arg;
    int fd; /* -1: not open */
    int os_error; /* errno behind INPUT_FAILED */
    const char *name; /* for messages: the path as given, or "stdin"; the caller keeps it */
    const char *member; /* of an archive: the name of what is read now; else NULL */
    uint64_t line; /* number of the line handed out last, from 1 */
    uint64_t line_offset; /* where in the input it begins */
    const unsigned char *bytes; /* input_open_bytes: what is left of them */
    size_t bytes_len;
    uint64_t size; /* bytes in all; 0: not known */
    int64_t start; /* where the file stood when it was opened; -1: it cannot be sought */

    char *buf;
    size_t buf_size;
    size_t begin; /* buf[begin, end): read, not yet handed out */
    size_t end;
    size_t searched; /* buf[begin, searched) has no line end */
    uint64_t buf_offset; /* of buf[0] in the input */
    bool ended;
    bool passing; /* inside a line that was too long */
};

/* input_open - opens path, "-" for standard input.  0, or -errno: -EISDIR for a directory, -EINTR when a
 * signal came while a FIFO was waited for, -ENOMEM.  After an error nothing is open. */
int input_open(struct input *in, const char *path);

/* input_open_bytes - bytes in memory, which stay the caller's, as the input `name`; with them neither files
 * nor pipes are needed to try what reads.  They can be read once.  0 or -ENOMEM. */
int input_open_bytes(struct input *in, const char *name, const void *bytes, size_t len);

/* input_close - releases everything; harmless when nothing is open. */
void input_close(struct input *in);

/* input_peek - the first bytes for finding the format: at least the first line that is not blank (if it ends
 * within INPUT_LINE_MAX), or INPUT_PEEK_MIN bytes where they are not text, or all there are.  They will be
 * handed out again.  Only before anything was taken.
 * INPUT_OK (*len may be 0: empty input), INPUT_AGAIN or INPUT_FAILED. */
enum input_result input_peek(struct input *in, const char **bytes, size_t *len);

/* input_line - the next line, without its end; line and line_offset tell its place.  The bytes belong to
 * the caller, who may change them, until the next call.  INPUT_LONG hands out none. */
enum input_result input_line(struct input *in, char **text, size_t *len);

/* input_bytes - the next bytes, at least `want` of them (1 to INPUT_LINE_MAX), which stay there until
 * input_take; *bytes is valid until the next call of any function here.
 * INPUT_OK: *len >= want; INPUT_END: the input ends before, *len bytes are left; INPUT_AGAIN or INPUT_FAILED. */
enum input_result input_bytes(struct input *in, size_t want, const unsigned char **bytes, size_t *len);

/* input_take - n of the bytes that input_bytes handed out are done with. */
static inline void input_take(struct input *in, size_t n)
{
    in->begin += n;
    in->searched = in->begin;
}

/* input_rewind - the next line is the first again.  0, or -errno: -ESPIPE for what cannot be sought. */
int input_rewind(struct input *in);

/* input_offset - how far what was handed out reaches: the place of the next byte, from 0. */
static inline uint64_t input_offset(const struct input *in)
{
    return in->buf_offset + in->begin;
}

#endif
