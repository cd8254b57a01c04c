/* input.h - the bytes of one file or of standard input, by lines, with the place of each.
 *
 * Memory is bounded whatever the input holds.  A byte-order mark of UTF-8 at the beginning is not part of
 * the first line; a line ends with LF or CR LF, the last one also with the end of the input. */
#ifndef FEED_INPUT_H
#define FEED_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define INPUT_LINE_MAX (1 << 20) /* bytes of the longest line with its end */

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
    uint64_t line; /* number of the line handed out last, from 1 */
    uint64_t line_offset; /* where in the input it begins */
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

/* input_close - releases everything; harmless when nothing is open. */
void input_close(struct input *in);

/* input_peek - the first bytes, at least a whole line (of at most INPUT_LINE_MAX) or all there are, for
 * finding the format; they will be handed out again.  Only before the first line.
 * INPUT_OK (*len may be 0: empty input), INPUT_AGAIN or INPUT_FAILED. */
enum input_result input_peek(struct input *in, const char **bytes, size_t *len);

/* input_line - the next line, without its end; line and line_offset tell its place.  The bytes belong to
 * the caller, who may change them, until the next call.  INPUT_LONG hands out none. */
enum input_result input_line(struct input *in, char **text, size_t *len);

/* input_rewind - the next line is the first again.  0, or -errno: -ESPIPE for what cannot be sought. */
int input_rewind(struct input *in);

/* input_bytes_read - how far the lines handed out reach. */
static inline uint64_t input_bytes_read(const struct input *in)
{
    return in->buf_offset + in->begin;
}

#endif
