/* gzip (RFC 1952) by zlib: members one behind the other are one file; of what else may follow the last, zeros
 * pad a tape, and anything else is told and passed over, as gzip(1) does. */
#include "unpack.h"

#ifdef HAVE_ZLIB
#include <stdlib.h>
#include <zlib.h>

#define GZIP_WRAPPED 16 /* added to zlib's window bits */

struct gzip {
    z_stream z;
    bool between; /* members: the last one was whole */
};

static bool gzip_open(struct unpack *u)
{
    struct gzip *st = calloc(1, sizeof(*st));
    if (st == NULL || inflateInit2(&st->z, MAX_WBITS + GZIP_WRAPPED) != Z_OK) {
        free(st);
        return false;
    }
    u->state = st;
    return true;
}

static void gzip_close(struct unpack *u)
{
    struct gzip *st = u->state;
    inflateEnd(&st->z);
    free(st);
}

/* UNPACK_OK: another member begins. */
static enum unpack_result next_member(struct unpack *u, struct gzip *st)
{
    const unsigned char *bytes;
    while ((bytes = unpack_bytes(u, 1)) != NULL && *bytes == 0)
        unpack_take(u, 1);
    if (bytes == NULL)
        return u->has_all ? UNPACK_END : UNPACK_MORE;
    switch (unpack_gzip.detect(bytes, unpack_held(u))) {
    case UNPACK_MAYBE:
        return UNPACK_MORE;
    case UNPACK_NO:
        u->odd = "garbage behind gzip data";
        return UNPACK_END;
    case UNPACK_YES:
        break;
    }
    inflateReset(&st->z);
    st->between = false;
    return UNPACK_OK;
}

static enum unpack_result inflate_some(struct unpack *u, struct gzip *st, void *out, size_t room, size_t *n)
{
    st->z.next_in = u->packed + u->begin;
    st->z.avail_in = (uInt)unpack_held(u);
    st->z.next_out = out;
    st->z.avail_out = (uInt)room;
    int rc = inflate(&st->z, Z_NO_FLUSH);
    unpack_take(u, unpack_held(u) - st->z.avail_in);
    *n = room - st->z.avail_out;
    switch (rc) {
    case Z_STREAM_END:
        st->between = true;
        return UNPACK_OK;
    case Z_OK:
    case Z_BUF_ERROR:
        return *n > 0 ? UNPACK_OK : UNPACK_MORE;
    case Z_MEM_ERROR:
        return UNPACK_NO_MEMORY;
    default:
        return unpack_damaged(u, "gzip data is damaged: %s",
                              st->z.msg != NULL ? st->z.msg : "no deflate data");
    }
}

static enum unpack_result gzip_run(struct unpack *u, void *out, size_t room, size_t *n)
{
    struct gzip *st = u->state;
    enum unpack_result result = UNPACK_OK;
    while (result == UNPACK_OK && *n == 0) {
        if (st->between)
            result = next_member(u, st);
        if (result == UNPACK_OK)
            result = inflate_some(u, st, out, room, n);
    }
    return result;
}
#endif

static enum unpack_match gzip_detect(const unsigned char *bytes, size_t len)
{
    return unpack_magic(bytes, len, "\x1F\x8B", 2);
}

const struct unpack_ops unpack_gzip = {
    .name = "gzip",
    .advice = "looks gzip-compressed, which this build does not read: install zlib1g-dev and rebuild, or use "
              "zcat FILE | feed -",
    .detect = gzip_detect,
#ifdef HAVE_ZLIB
    .open = gzip_open,
    .run = gzip_run,
    .close = gzip_close,
#endif
};
