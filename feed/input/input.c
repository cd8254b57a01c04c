#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unpack.h"

#define BUF_FIRST_SIZE (1 << 16)
#define BUF_BYTES_SIZE (1 << 12) /* of bytes in memory, which mostly are few */
#define ASK_LEN (1 << 20) /* unpacked bytes after which the caller is asked whether to go on */
#define PASS_FILLS 16 /* reads of an overlong line before the caller is asked whether to go on */
#define BOM "\xEF\xBB\xBF"
#define BOM_LEN 3

/* Standard input may have been left non-blocking by another program: then wait for it here. */
static ssize_t read_plain(struct input *in, void *buf, size_t len)
{
    for (;;) {
        ssize_t n = read(in->fd, buf, len);
        if (n >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK))
            return n;
        struct pollfd wanted = {.fd = in->fd, .events = POLLIN};
        if (poll(&wanted, 1, -1) < 0)
            return -1;
    }
}

static int examine(struct input *in)
{
    struct stat st;
    if (fstat(in->fd, &st) != 0)
        return -errno;
    if (S_ISDIR(st.st_mode))
        return -EISDIR;
    in->start = lseek(in->fd, 0, SEEK_CUR);
    if (!S_ISREG(st.st_mode))
        in->start = -1;
    else if (st.st_size > in->start)
        in->size = (uint64_t)(st.st_size - in->start);
    return 0;
}

int input_open(struct input *in, const char *path)
{
    bool is_stdin = strcmp(path, "-") == 0;
    *in = (struct input){.read = read_plain, .name = is_stdin ? "stdin" : path, .start = -1};
    in->fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (in->fd < 0)
        return -errno;
    int rc = examine(in);
    if (rc == 0) {
        in->buf = malloc(BUF_FIRST_SIZE);
        in->buf_size = BUF_FIRST_SIZE;
        if (in->buf == NULL)
            rc = -ENOMEM;
    }
    if (rc != 0)
        input_close(in);
    return rc;
}

void input_close(struct input *in)
{
    while (in->unpack != NULL)
        unpack_pop(in);
    if (in->fd > STDIN_FILENO)
        close(in->fd);
    in->fd = -1;
    free(in->buf);
    in->buf = NULL;
    in->member = NULL;
}

static ssize_t read_bytes(struct input *in, void *buf, size_t len)
{
    size_t n = len < in->bytes_len ? len : in->bytes_len;
    memcpy(buf, in->bytes, n);
    in->bytes += n;
    in->bytes_len -= n;
    return (ssize_t)n;
}

int input_open_bytes(struct input *in, const char *name, const void *bytes, size_t len)
{
    *in = (struct input){.read = read_bytes, .fd = -1, .name = name, .start = -1, .size = len};
    in->bytes = bytes;
    in->bytes_len = len;
    in->buf = malloc(BUF_BYTES_SIZE);
    in->buf_size = BUF_BYTES_SIZE;
    return in->buf != NULL ? 0 : -ENOMEM;
}

/* Makes room behind `end`: moves what is left to the front, and grows when that is not enough. */
static enum input_result make_room(struct input *in)
{
    if (in->begin > 0) {
        memmove(in->buf, in->buf + in->begin, in->end - in->begin);
        in->buf_offset += in->begin;
        in->end -= in->begin;
        in->searched -= in->begin;
        in->begin = 0;
    }
    if (in->end < in->buf_size)
        return INPUT_OK;
    if (in->buf_size >= INPUT_LINE_MAX)
        return INPUT_LONG;
    char *buf = realloc(in->buf, in->buf_size * 2);
    if (buf == NULL) {
        in->os_error = ENOMEM;
        return INPUT_FAILED;
    }
    in->buf = buf;
    in->buf_size *= 2;
    return INPUT_OK;
}

enum input_result input_read_file(struct input *in, void *buf, size_t len, size_t *n)
{
    *n = 0;
    if (in->before_read != NULL && !in->before_read(in, in->before_read_arg))
        return INPUT_AGAIN;
    ssize_t got = in->read(in, buf, len);
    if (got < 0) {
        in->os_error = errno;
        return errno == EINTR ? INPUT_AGAIN : INPUT_FAILED;
    }
    *n = (size_t)got;
    return got == 0 ? INPUT_END : INPUT_OK;
}

/* One step of look.  INPUT_OK: it is known now, or to be called again. */
static enum input_result look_on(struct input *in)
{
    const struct unpack_ops *ops;
    size_t n;
    size_t room = in->buf_size < UNPACK_HELD_MAX ? in->buf_size : UNPACK_HELD_MAX;
    enum input_result result = INPUT_OK;
    switch (unpack_detect((unsigned char *)in->buf, in->look_len, &ops)) {
    case UNPACK_YES:
        result = unpack_push(in, ops, in->buf, in->look_len);
        if (result == INPUT_OK)
            in->look_len = 0;
        return result;
    case UNPACK_MAYBE:
        result = unpack_read(in, in->unpack, in->buf + in->look_len, room - in->look_len, &n);
        in->look_len += n;
        if (result != INPUT_END)
            return result;
        in->ended = true; /* too short to be compressed */
        break;
    case UNPACK_NO:
        break;
    }
    in->is_looked_at = true;
    in->end = in->look_len;
    return in->end > 0 ? INPUT_OK : INPUT_END;
}

/* Finds out whether what is read from here on is compressed, from as few bytes as tell it: a pipe may have no
 * more for long.  What is compressed is unpacked, and looked at again.  INPUT_OK: the first bytes are there. */
static enum input_result look(struct input *in)
{
    enum input_result result;
    do
        result = look_on(in);
    while (result == INPUT_OK && !in->is_looked_at);
    return result;
}

/* Some more bytes; INPUT_END when there are none. */
static enum input_result fill(struct input *in)
{
    size_t n;
    if (in->ended)
        return INPUT_END;
    if (!in->is_looked_at)
        return look(in);
    enum input_result result = make_room(in);
    if (result != INPUT_OK)
        return result;
    if (in->unpack != NULL && in->unpacked_len >= ASK_LEN) {
        in->unpacked_len = 0;
        if (in->before_read != NULL && !in->before_read(in, in->before_read_arg))
            return INPUT_AGAIN;
    }
    result = unpack_read(in, in->unpack, in->buf + in->end, in->buf_size - in->end, &n);
    in->end += n;
    in->unpacked_len += n;
    in->ended = result == INPUT_END;
    return result;
}

static void skip_mark(struct input *in)
{
    bool at_start = in->buf_offset == 0 && in->begin == 0;
    if (at_start && in->end >= BOM_LEN && memcmp(in->buf, BOM, BOM_LEN) == 0)
        in->begin = BOM_LEN;
}

/* Finds the end of the line at `begin`, reading what is missing.  INPUT_END: the input ends before it. */
static enum input_result find_end(struct input *in, size_t *at)
{
    for (;;) {
        const char *lf = memchr(in->buf + in->searched, '\n', in->end - in->searched);
        if (lf != NULL) {
            *at = (size_t)(lf - in->buf);
            return INPUT_OK;
        }
        in->searched = in->end;
        enum input_result result = fill(in);
        if (result != INPUT_OK) {
            *at = in->end;
            return result;
        }
    }
}

static void take(struct input *in, size_t end)
{
    input_take(in, end - in->begin);
}

/* Drops what is left of a line that was too long. */
static enum input_result pass_line(struct input *in)
{
    for (int i = 0; i < PASS_FILLS; i++) {
        const char *lf = memchr(in->buf + in->begin, '\n', in->end - in->begin);
        if (lf != NULL) {
            take(in, (size_t)(lf - in->buf) + 1);
            in->passing = false;
            return INPUT_OK;
        }
        take(in, in->end);
        enum input_result result = fill(in);
        if (result != INPUT_OK)
            return result;
    }
    return INPUT_AGAIN;
}

static bool is_text(const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)bytes[i] < ' ' && memchr("\t\n\r", bytes[i], 3) == NULL)
            return false;
    return true;
}

enum input_result input_bytes(struct input *in, size_t want, const unsigned char **bytes, size_t *len)
{
    enum input_result result = INPUT_OK;
    while (result == INPUT_OK && in->end - in->begin < want)
        result = fill(in);
    *bytes = (const unsigned char *)in->buf + in->begin;
    *len = in->end - in->begin;
    return result;
}

static bool is_blank(const char *line, size_t len)
{
    while (len > 0 && line[len - 1] == '\r')
        len--;
    return len == 0;
}

/* The end of the first line that is not blank: no format begins with those before it. */
static enum input_result find_text(struct input *in, size_t *at)
{
    size_t blank_len = 0; /* of the lines before it */
    for (;;) {
        in->searched = in->begin + blank_len;
        enum input_result result = find_end(in, at);
        if (result == INPUT_AGAIN || result == INPUT_FAILED)
            return result;
        skip_mark(in);
        size_t len = *at - in->begin - blank_len;
        if (result != INPUT_OK || !is_blank(in->buf + *at - len, len))
            return result;
        blank_len += len + 1;
    }
}

enum input_result input_peek(struct input *in, const char **bytes, size_t *len)
{
    size_t at;
    const unsigned char *first;
    enum input_result result = find_text(in, &at);
    if ((result == INPUT_OK || result == INPUT_LONG) && !is_text(in->buf, at))
        result = input_bytes(in, INPUT_PEEK_MIN, &first, len);
    in->searched = in->begin;
    *bytes = in->buf + in->begin;
    *len = in->end - in->begin;
    return result == INPUT_END || result == INPUT_LONG ? INPUT_OK : result;
}

enum input_result input_line(struct input *in, char **text, size_t *len)
{
    if (in->passing) {
        enum input_result result = pass_line(in);
        if (result != INPUT_OK)
            return result;
    }
    size_t at;
    enum input_result result = find_end(in, &at);
    if (result == INPUT_AGAIN || result == INPUT_FAILED || result == INPUT_DAMAGED)
        return result;
    skip_mark(in);
    if (result == INPUT_END && in->begin == in->end)
        return INPUT_END;
    in->line++;
    if (result == INPUT_LONG) {
        in->passing = true;
        return INPUT_LONG;
    }
    *text = in->buf + in->begin;
    *len = at - in->begin;
    take(in, result == INPUT_OK ? at + 1 : at);
    if (*len > 0 && (*text)[*len - 1] == '\r')
        (*len)--;
    return memchr(*text, '\0', *len) != NULL ? INPUT_NUL : INPUT_OK;
}

static void begin_again(struct input *in)
{
    in->line = in->buf_offset = 0;
    in->begin = in->end = in->searched = 0;
    in->ended = in->passing = false;
    in->is_looked_at = false;
    in->look_len = 0;
}

enum input_result input_next_member(struct input *in)
{
    struct unpack *archive = in->unpack;
    while (archive != NULL && archive->below != NULL)
        archive = archive->below;
    if (archive == NULL || archive->ops->next == NULL)
        return INPUT_END;
    while (in->unpack != archive)
        unpack_pop(in);
    in->begin = in->end = in->searched = 0;
    in->ended = true;
    enum input_result result = INPUT_END;
    if (archive->member != NULL)
        result = unpack_leave(in, archive, in->buf, in->buf_size);
    if (result == INPUT_END)
        result = unpack_enter(in, archive);
    if (result == INPUT_OK)
        begin_again(in);
    return result;
}

int input_rewind(struct input *in)
{
    if (in->start < 0)
        return -ESPIPE;
    if (lseek(in->fd, in->start, SEEK_SET) < 0)
        return -errno;
    while (in->unpack != NULL)
        unpack_pop(in);
    in->member = NULL;
    in->file_offset = 0;
    begin_again(in);
    return 0;
}
