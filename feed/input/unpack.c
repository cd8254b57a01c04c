#include "unpack.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct unpack_ops *const unpack_table[] = {&unpack_gzip, &unpack_zstd, &unpack_xz, &unpack_lzma,
                                                        &unpack_zip};

#define UNPACK_CNT (sizeof(unpack_table) / sizeof(unpack_table[0]))

enum unpack_result unpack_damaged(struct unpack *u, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(u->why, sizeof(u->why), format, args);
    va_end(args);
    return UNPACK_DAMAGED;
}

enum unpack_match unpack_magic(const unsigned char *bytes, size_t len, const void *magic, size_t magic_len)
{
    if (memcmp(bytes, magic, len < magic_len ? len : magic_len) != 0)
        return UNPACK_NO;
    return len < magic_len ? UNPACK_MAYBE : UNPACK_YES;
}

enum unpack_match unpack_detect(const unsigned char *bytes, size_t len, const struct unpack_ops **ops)
{
    enum unpack_match best = UNPACK_NO;
    for (size_t i = 0; i < UNPACK_CNT; i++) {
        enum unpack_match match = unpack_table[i]->detect(bytes, len);
        if (match > best)
            best = match;
        if (match == UNPACK_YES) {
            *ops = unpack_table[i];
            break;
        }
    }
    return best;
}

/* Stores for the caller of input.h what is wrong; at: where in the packed data, -1: with all of it. */
static enum input_result damaged(struct input *in, const char *why, int64_t at, bool in_member)
{
    snprintf(in->damage, sizeof(in->damage), "%s", why);
    in->damage_at = at;
    in->damage_in_member = in_member;
    return INPUT_DAMAGED;
}

enum input_result unpack_push(struct input *in, const struct unpack_ops *ops, const void *bytes, size_t len)
{
    struct unpack *below = in->unpack;
    if (ops->open == NULL)
        return damaged(in, ops->advice, -1, below != NULL);
    if (below != NULL && ops->next != NULL)
        return damaged(in, "is a zip archive in compressed data, which is not read: unpack it first", -1,
                       true);
    if (below != NULL && below->below != NULL)
        return damaged(in, "is compressed more than twice: unpack it first", -1, true);
    struct unpack *u = calloc(1, sizeof(*u));
    if (u == NULL || !ops->open(u)) {
        free(u);
        in->os_error = ENOMEM;
        return INPUT_FAILED;
    }
    u->ops = ops;
    u->below = below;
    memcpy(u->packed, bytes, len);
    u->end = len;
    in->unpack = u;
    return INPUT_OK;
}

void unpack_pop(struct input *in)
{
    struct unpack *u = in->unpack;
    in->unpack = u->below;
    u->ops->close(u);
    free(u);
}

/* Reads more packed bytes, which the unpacker cannot go on without; from below, of which there is at most one. */
static enum input_result refill(struct input *in, struct unpack *u)
{
    size_t n;
    memmove(u->packed, u->packed + u->begin, unpack_held(u));
    u->end -= u->begin;
    u->begin = 0;
    enum input_result result = unpack_read(in, u->below, u->packed + u->end, sizeof(u->packed) - u->end, &n);
    u->end += n;
    u->has_all = result == INPUT_END;
    if (u->has_all)
        result = INPUT_OK;
    if (result == INPUT_OK)
        u->result = UNPACK_OK;
    return result;
}

static enum unpack_result cut(struct unpack *u)
{
    unpack_take(u, unpack_held(u));
    if (u->member != NULL)
        return unpack_damaged(u, "ends in the middle of zip member '%s'", u->member);
    return unpack_damaged(u, "ends in the middle of the %s data", u->ops->name);
}

/* What follows from a call that unpacked nothing.  INPUT_OK: to be called again. */
static enum input_result go_on(struct input *in, struct unpack *u)
{
    if (u->result == UNPACK_MORE && !u->has_all)
        return refill(in, u);
    if (u->result == UNPACK_MORE)
        u->result = cut(u);
    if (u->result == UNPACK_DAMAGED)
        return damaged(in, u->why, (int64_t)u->offset, u->below != NULL);
    if (u->result == UNPACK_NO_MEMORY) {
        in->os_error = ENOMEM;
        return INPUT_FAILED;
    }
    if (u->odd != NULL) {
        in->odd = u->odd;
        in->odd_at = u->offset;
        u->odd = NULL;
    }
    return INPUT_END;
}

enum input_result unpack_read(struct input *in, struct unpack *u, void *out, size_t room, size_t *n)
{
    enum input_result result = INPUT_OK;
    *n = 0;
    if (u == NULL)
        return input_read_file(in, out, room, n);
    if (u->ops->next != NULL && u->member == NULL)
        result = unpack_enter(in, u);
    while (result == INPUT_OK) {
        if (u->result == UNPACK_OK)
            u->result = u->ops->run(u, out, room, n);
        if (u->below == NULL)
            in->file_offset = u->offset;
        if (*n > 0)
            break;
        result = go_on(in, u);
    }
    return result;
}

enum input_result unpack_leave(struct input *in, struct unpack *archive, void *out, size_t room)
{
    enum input_result result;
    size_t n;
    do
        result = unpack_read(in, archive, out, room, &n);
    while (result == INPUT_OK);
    if (result == INPUT_END)
        in->member = archive->member = NULL;
    return result;
}

enum input_result unpack_enter(struct input *in, struct unpack *archive)
{
    enum input_result result;
    do {
        if (archive->result == UNPACK_OK || archive->result == UNPACK_END)
            archive->result = archive->ops->next(archive);
        in->file_offset = archive->offset;
        if (archive->result == UNPACK_OK) {
            in->member = archive->member;
            return INPUT_OK;
        }
        result = go_on(in, archive);
    } while (result == INPUT_OK);
    return result;
}
