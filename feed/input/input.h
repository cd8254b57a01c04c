/* input.h - the bytes of one file or of standard input, by lines or by count, with the place of each.
 *
 * Input that begins as compressed data does (gzip, zstd, xz, LZMA-alone, zip) is unpacked, also where it cannot
 * be sought; lines and offsets are those of the unpacked bytes.  A zip archive's members are read one after the
 * other, each as an input of its own; so is what was compressed once more in a member or a file.
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
#define INPUT_DAMAGE_MAX 256

enum input_result {
    INPUT_OK,
    INPUT_END,
    INPUT_AGAIN, /* nothing yet, none is lost: a signal came, or much was passed over; call again or stop */
    INPUT_LONG, /* a line over INPUT_LINE_MAX; the next call goes on after it */
    INPUT_NUL, /* a line with a NUL byte, handed out like any other */
    INPUT_FAILED, /* read(2) failed, or memory did: os_error */
    INPUT_DAMAGED, /* compressed data is damaged, cut, or not read by this build: damage; all before it was
                      handed out */
};

struct unpack;

struct input {
    /* Like read(2): bytes of the file as it is, 0 at the end, -1 with errno. */
    ssize_t (*read)(struct input *in, void *buf, size_t len);
    /* Called before every read, which may block; false: do not read now (INPUT_AGAIN).  NULL: just read. */
    bool (*before_read)(struct input *in, void *arg);
    void *before_read_arg;
    int fd; /* -1: not open */
    int os_error; /* errno behind INPUT_FAILED */
    const char *name; /* for messages: the path as given, or "stdin"; the caller keeps it */
    const char *member; /* of an archive: the name of what is read now; else NULL */
    uint64_t line; /* number of the line handed out last, from 1 */
    size_t unpacked_len; /* since before_read was asked last: a file can become a thousand times as long */
    const unsigned char *bytes; /* input_open_bytes: what is left of them */
    size_t bytes_len;
    uint64_t size; /* bytes in all, of the file as it is; 0: not known */
    int64_t start; /* where the file stood when it was opened; -1: it cannot be sought */
    char damage[INPUT_DAMAGE_MAX]; /* behind INPUT_DAMAGED: what is wrong */
    int64_t damage_at; /* ... where in the compressed data; -1: with all of it */
    bool damage_in_member; /* ... of the archive's member, not the file */
    const char *odd; /* at INPUT_END: what is no error but worth telling, a constant text; else NULL */
    uint64_t odd_at; /* ... where in the compressed data */

    char *buf;
    size_t buf_size;
    size_t begin; /* buf[begin, end): read, not yet handed out */
    size_t end;
    size_t searched; /* buf[begin, searched) has no line end */
    uint64_t buf_offset; /* of buf[0] in the input */
    bool ended;
    bool passing; /* inside a line that was too long */
    bool is_looked_at; /* whether what is read now is compressed is known; until then begin and end are 0 */
    size_t look_len; /* buf[0, look_len): what was read for that */
    struct unpack *unpack; /* what unpacks the file; NULL: nothing does (unpack.h) */
    uint64_t file_offset; /* if something does: how far in the file it is */
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
 * INPUT_OK (*len may be 0: empty input), INPUT_AGAIN, INPUT_FAILED, or INPUT_DAMAGED: *len may tell the format
 * even so. */
enum input_result input_peek(struct input *in, const char **bytes, size_t *len);

/* input_line - the next line, without its end; line tells its place.  The bytes belong to
 * the caller, who may change them, until the next call.  INPUT_LONG hands out none. */
enum input_result input_line(struct input *in, char **text, size_t *len);

/* input_bytes - the next bytes, at least `want` of them (1 to INPUT_LINE_MAX), which stay there until
 * input_take; *bytes is valid until the next call of any function here.
 * INPUT_OK: *len >= want; INPUT_END: the input ends before, *len bytes are left; INPUT_AGAIN, INPUT_FAILED or
 * INPUT_DAMAGED. */
enum input_result input_bytes(struct input *in, size_t want, const unsigned char **bytes, size_t *len);

/* input_take - n of the bytes that input_bytes handed out are done with. */
static inline void input_take(struct input *in, size_t n)
{
    in->begin += n;
    in->searched = in->begin;
}

/* input_next_member - passes over what is left of an archive's member, which may be damaged, and begins the next:
 * member is its name, lines and offsets count anew.
 * INPUT_OK; INPUT_END: there are no more, or it is no archive; INPUT_AGAIN, INPUT_FAILED or INPUT_DAMAGED. */
enum input_result input_next_member(struct input *in);

/* input_rewind - the next line is the first again.  0, or -errno: -ESPIPE for what cannot be sought. */
int input_rewind(struct input *in);

/* input_offset - how far what was handed out reaches: the place of the next byte, from 0. */
static inline uint64_t input_offset(const struct input *in)
{
    return in->buf_offset + in->begin;
}

/* input_file_offset - the same in the file as it is; of a compressed one what was read of it. */
static inline uint64_t input_file_offset(const struct input *in)
{
    return in->unpack == NULL ? input_offset(in) : in->file_offset;
}

/* input_read_file - for unpack.c: one read of the file as it is, *n bytes, 1 to len.  INPUT_OK, else *n is 0:
 * INPUT_END, INPUT_AGAIN or INPUT_FAILED. */
enum input_result input_read_file(struct input *in, void *buf, size_t len, size_t *n);

#endif
