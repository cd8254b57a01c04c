/* zstd (RFC 8878) by libzstd: frames one behind the other are one file, skippable ones hold nothing of it. */
#include "unpack.h"

#ifdef HAVE_ZSTD
#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#define FRAME_HEAD_LEN 5 /* the shortest */

struct zstd {
    ZSTD_DStream *stream;
    bool inside; /* of a frame */
    size_t wanted; /* packed bytes to the end of the block: given no more, an error tells its place */
};

static bool zstd_open(struct unpack *u)
{
    struct zstd *st = calloc(1, sizeof(*st));
    if (st == NULL || (st->stream = ZSTD_createDStream()) == NULL) {
        free(st);
        return false;
    }
    ZSTD_DCtx_setParameter(st->stream, ZSTD_d_windowLogMax, UNPACK_WINDOW_LOG);
    st->wanted = FRAME_HEAD_LEN;
    u->state = st;
    return true;
}

static void zstd_close(struct unpack *u)
{
    struct zstd *st = u->state;
    ZSTD_freeDStream(st->stream);
    free(st);
}

static enum unpack_result failed(struct unpack *u, size_t rc)
{
    switch (ZSTD_getErrorCode(rc)) {
    case ZSTD_error_memory_allocation:
        return UNPACK_NO_MEMORY;
    case ZSTD_error_frameParameter_windowTooLarge:
        return unpack_damaged(u,
                              "zstd data needs a window of over %d MiB: use zstd -dc --long=31 FILE | feed -",
                              UNPACK_WINDOW_MIB);
    case ZSTD_error_dictionary_wrong:
        return unpack_damaged(u, "zstd data needs a dictionary: use zstd -dc -D DICTIONARY FILE | feed -");
    case ZSTD_error_prefix_unknown:
        return unpack_damaged(u, "zstd data is damaged: no frame where one must begin");
    default:
        return unpack_damaged(u, "zstd data is damaged: %s", ZSTD_getErrorName(rc));
    }
}

static enum unpack_result zstd_run(struct unpack *u, void *out, size_t room, size_t *n)
{
    struct zstd *st = u->state;
    ZSTD_outBuffer unpacked = {.dst = out, .size = room};
    do {
        size_t held = unpack_held(u);
        if (held == 0 && !st->inside)
            return u->has_all ? UNPACK_END : UNPACK_MORE;
        ZSTD_inBuffer packed = {.src = u->packed + u->begin, .size = held < st->wanted ? held : st->wanted};
        size_t rc = ZSTD_decompressStream(st->stream, &unpacked, &packed);
        *n = unpacked.pos;
        if (ZSTD_isError(rc))
            return failed(u, rc);
        unpack_take(u, packed.pos);
        st->inside = rc != 0;
        st->wanted = st->inside ? rc : FRAME_HEAD_LEN;
    } while (*n == 0 && (unpack_held(u) > 0 || !st->inside));
    return *n > 0 ? UNPACK_OK : UNPACK_MORE;
}
#endif

/* A frame, or a skippable one: those have 16 magics. */
static enum unpack_match zstd_detect(const unsigned char *bytes, size_t len)
{
    if (len == 0 || *bytes >> 4 != 5)
        return unpack_magic(bytes, len, "\x28\xB5\x2F\xFD", 4);
    return unpack_magic(bytes + 1, len - 1, "\x2A\x4D\x18", 3);
}

const struct unpack_ops unpack_zstd = {
    .name = "zstd",
    .advice =
        "looks zstd-compressed, which this build does not read: install libzstd-dev and rebuild, or use "
        "zstdcat FILE | feed -",
    .detect = zstd_detect,
#ifdef HAVE_ZSTD
    .open = zstd_open,
    .run = zstd_run,
    .close = zstd_close,
#endif
};
