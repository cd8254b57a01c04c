/* xz (tukaani.org/xz/xz-file-format.txt), streams one behind the other with padding, and LZMA-alone (the .lzma
 * files of LZMA SDK, Dukascopy's .bi5), one stream that has neither magic nor check; both by liblzma. */
#include "unpack.h"

#define LZMA_PROPERTIES 0x5D /* lc 3, lp 0, pb 2: what every writer uses */
#define LZMA_HEADER_LEN 13 /* properties, u32 dictionary size, u64 size unpacked */
#define LZMA_DICT_MIN 4096
#define LZMA_SIZE_MAX (UINT64_C(1) << 40)

#ifdef HAVE_LZMA
#include <stdlib.h>
#include <lzma.h>

#define MEMORY_MAX ((UINT64_C(1) << UNPACK_WINDOW_LOG) + (1 << 20)) /* the decoder itself is small */

/* A decoder of LZMA-alone with a known size fails on an end marker behind the data (liblzma 5.4) that comes in
 * pieces: so many of the last bytes come at once. */
#define MARKER_LEN_MAX 32

struct xz {
    lzma_stream stream;
    size_t held_back; /* bytes of the last ones, until all are there */
    bool over; /* its end was met */
};

static bool xz_open_as(struct unpack *u, bool alone)
{
    struct xz *st = calloc(1, sizeof(*st));
    if (st == NULL)
        return false;
    lzma_ret rc =
        alone ? lzma_alone_decoder(&st->stream, MEMORY_MAX)
              : lzma_stream_decoder(&st->stream, MEMORY_MAX, LZMA_CONCATENATED | LZMA_TELL_UNSUPPORTED_CHECK);
    if (rc != LZMA_OK) {
        free(st);
        return false;
    }
    st->held_back = alone ? MARKER_LEN_MAX : 0;
    u->state = st;
    return true;
}

static bool xz_open(struct unpack *u)
{
    return xz_open_as(u, false);
}

static bool lzma_open(struct unpack *u)
{
    return xz_open_as(u, true);
}

static void xz_close(struct unpack *u)
{
    struct xz *st = u->state;
    lzma_end(&st->stream);
    free(st);
}

static enum unpack_result failed(struct unpack *u, lzma_ret rc)
{
    const char *name = u->ops->name;
    switch (rc) {
    case LZMA_MEM_ERROR:
        return UNPACK_NO_MEMORY;
    case LZMA_MEMLIMIT_ERROR:
        return unpack_damaged(u, "%s data needs a dictionary of over %d MiB: use xzcat FILE | feed -", name,
                              UNPACK_WINDOW_MIB);
    case LZMA_OPTIONS_ERROR:
        return unpack_damaged(u, "%s data is damaged, or of a newer kind: options that are not known", name);
    case LZMA_UNSUPPORTED_CHECK:
        return unpack_damaged(u, "%s data has a check of a kind that is not known", name);
    default:
        return unpack_damaged(u, "%s data is damaged", name);
    }
}

/* An LZMA-alone stream has nothing behind it; one of xz is over only where all is. */
static enum unpack_result end(struct unpack *u)
{
    if (unpack_held(u) > 0)
        return unpack_damaged(u, "%s data is damaged, or followed by something else", u->ops->name);
    return u->has_all ? UNPACK_END : UNPACK_MORE;
}

static enum unpack_result xz_run(struct unpack *u, void *out, size_t room, size_t *n)
{
    struct xz *st = u->state;
    if (st->over)
        return end(u);
    size_t held_back = u->has_all ? 0 : st->held_back;
    if (unpack_held(u) < held_back)
        return UNPACK_MORE;
    st->stream.next_in = u->packed + u->begin;
    st->stream.avail_in = unpack_held(u) - held_back;
    st->stream.next_out = out;
    st->stream.avail_out = room;
    lzma_ret rc = lzma_code(&st->stream, u->has_all ? LZMA_FINISH : LZMA_RUN);
    unpack_take(u, unpack_held(u) - held_back - st->stream.avail_in);
    *n = room - st->stream.avail_out;
    st->over = rc == LZMA_STREAM_END;
    if (rc != LZMA_OK && rc != LZMA_BUF_ERROR && rc != LZMA_STREAM_END)
        return failed(u, rc);
    if (*n > 0)
        return UNPACK_OK;
    return st->over ? end(u) : UNPACK_MORE;
}
#endif

static enum unpack_match xz_detect(const unsigned char *bytes, size_t len)
{
    static const unsigned char magic[] = {0xFD, '7', 'z', 'X', 'Z', 0};
    return unpack_magic(bytes, len, magic, sizeof(magic));
}

static uint64_t little_endian(const unsigned char *bytes, size_t len)
{
    uint64_t value = 0;
    while (len > 0)
        value = value << 8 | bytes[--len];
    return value;
}

/* 2^n, 2^n + 2^(n-1), or the largest number. */
static bool is_dict_size(uint64_t size)
{
    if (size == UINT32_MAX)
        return true;
    uint64_t without_lowest = size & (size - 1);
    return size >= LZMA_DICT_MIN && (without_lowest == 0 || without_lowest == (size - without_lowest) << 1);
}

/* There is no magic: the header must be what an encoder writes, and the coder's first byte is always 0. */
static enum unpack_match lzma_detect(const unsigned char *bytes, size_t len)
{
    if (len > 0 && bytes[0] != LZMA_PROPERTIES)
        return UNPACK_NO;
    if (len > 1 && bytes[1] != 0 && bytes[1] != UINT8_MAX)
        return UNPACK_NO;
    if (len >= 5 && !is_dict_size(little_endian(bytes + 1, 4)))
        return UNPACK_NO;
    if (len >= LZMA_HEADER_LEN) {
        uint64_t size = little_endian(bytes + 5, 8);
        if (size >= LZMA_SIZE_MAX && size != UINT64_MAX)
            return UNPACK_NO;
    }
    if (len <= LZMA_HEADER_LEN)
        return UNPACK_MAYBE;
    return bytes[LZMA_HEADER_LEN] == 0 ? UNPACK_YES : UNPACK_NO;
}

const struct unpack_ops unpack_xz = {
    .name = "xz",
    .advice = "looks xz-compressed, which this build does not read: install liblzma-dev and rebuild, or use "
              "xzcat FILE | feed -",
    .detect = xz_detect,
#ifdef HAVE_LZMA
    .open = xz_open,
    .run = xz_run,
    .close = xz_close,
#endif
};

const struct unpack_ops unpack_lzma = {
    .name = "LZMA",
    .advice =
        "looks LZMA-compressed, which this build does not read: install liblzma-dev and rebuild, or use "
        "xzcat FILE | feed -",
    .detect = lzma_detect,
#ifdef HAVE_LZMA
    .open = lzma_open,
    .run = xz_run,
    .close = xz_close,
#endif
};
