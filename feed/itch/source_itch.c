/* NASDAQ TotalView-ITCH 5.0 files: messages are cut from the input (itch_frame.h) and decoded (itch.h).  Nothing
 * in a file tells where the next message begins when one is damaged, so that reading ends there. */
#include <stdlib.h>
#include <string.h>

#include "exitcode.h"
#include "itch_frame.h"
#include "feed/source/sources.h"
#include "feed/source/wire.h"

#define OPEN_PEEK_LEN 256
#define BATCH_CNT 32 /* messages looked at before the first is decoded: their orders come into the cache */

struct whole {
    const unsigned char *msg;
    size_t len;
};

struct itch_state {
    struct itch *itch;
    struct outbox box;
    enum itch_framing framing;
    bool is_over;
    size_t want; /* bytes without which there is nothing to do */
    const unsigned char *bytes; /* of the input, from its offset */
    size_t len;
    size_t at; /* bytes that are cut into messages */
    uint64_t offset;
    struct whole whole[BATCH_CNT]; /* whole[begin, end) are to be decoded */
    size_t begin;
    size_t end;
};

/* --- Open and close --------------------------------------------------------------------------- */

static void itch_close(struct source *src)
{
    struct itch_state *st = src->state;
    itch_free(st->itch);
    outbox_free(&st->box);
    free(st);
    src->state = NULL;
}

/* NASDAQ's other two markets name their files 20190530.BX_ITCH_50 and 20190530.PSX_ITCH_50. */
static const char *venue_of(const struct source *src)
{
    const char *path = src->input.member != NULL ? src->input.member : src->path;
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash : path;
    if (strstr(name, ".BX_ITCH") != NULL)
        return "bx";
    return strstr(name, ".PSX_ITCH") != NULL ? "psx" : "nasdaq";
}

static int begin(struct source *src, struct itch_state *st)
{
    const unsigned char *bytes;
    size_t len;
    struct source_identity id;
    enum source_result result = source_bytes(src, OPEN_PEEK_LEN, &bytes, &len);
    if (result == SOURCE_AGAIN)
        src->exit_code = 0;
    if (result == SOURCE_AGAIN || result == SOURCE_FATAL)
        return -1;
    if (source_identity(src, venue_of(src), &id) != 0)
        return -1;
    if (id.has_day && id.day_ns > ITCH_DAY_MAX_NS)
        return source_fail(src, EXIT_CODE_USAGE, "the date is out of range, give another --date");
    st->framing = itch_framing_of(bytes, len);
    st->itch = itch_new(src, &id);
    return st->itch != NULL ? 0 : source_fail(src, EXIT_CODE_FAILED, "out of memory");
}

static int itch_open(struct source *src)
{
    struct itch_state *st = calloc(1, sizeof(*st));
    if (st == NULL)
        return source_fail(src, EXIT_CODE_FAILED, "out of memory");
    src->state = st;
    st->want = 1;
    int rc = begin(src, st);
    if (rc != 0)
        itch_close(src);
    return rc;
}

/* --- Reading ---------------------------------------------------------------------------------- */

static enum source_result end_session(struct source *src, struct itch_state *st, uint64_t offset)
{
    st->is_over = true;
    if (!itch_is_closed(st->itch))
        source_note_at(src, "session not closed", offset);
    return SOURCE_END;
}

/* The input ends, and these bytes are left: none, the mark of the end, or a part of a message. */
static enum source_result end_input(struct source *src, struct itch_state *st, const unsigned char *bytes,
                                    size_t len)
{
    uint64_t offset = input_offset(&src->input);
    if (len == 0 || (st->framing != ITCH_BARE && len == ITCH_PREFIX_LEN && wire_be16(bytes) == 0))
        return end_session(src, st, offset);
    return source_fail_at(src, offset, "input ends after %zu of the %zu bytes of a message", len, st->want);
}

static enum source_result fail_type(struct source *src, uint64_t offset, unsigned char type)
{
    return source_fail_at(src, offset, "message of unknown type 0x%02X, and no length to pass over it", type);
}

/* A wrong length; at the beginning it is a wrong file. */
static enum source_result fail_length(struct source *src, uint64_t offset, const unsigned char *bytes)
{
    uint16_t length = wire_be16(bytes);
    unsigned char type = bytes[ITCH_PREFIX_LEN];
    size_t want = itch_length(type);
    if (itch_is_seconds(length, type))
        return source_fail_at(src, offset, "not ITCH 5.0 but 4.1 or older: messages T with the seconds");
    if (offset == 0 && want > 0 && want == (size_t)(bytes[0] | bytes[1] << 8))
        return source_fail_at(src, offset, "not ITCH 5.0 (first length %u): lengths with the low byte first",
                              length);
    if (offset == 0)
        return source_fail_at(src, offset, "not ITCH 5.0 (first length %u)", length);
    if (want == 0)
        return source_fail_at(src, offset, "length %u of a message of unknown type 0x%02X", length, type);
    return source_fail_at(src, offset, "length %u of a message %c, which has %zu bytes", length, type, want);
}

/* Where bytes are cut next begins no whole message. */
static enum source_result stop_at(struct source *src, struct itch_state *st, const struct itch_frame *frame)
{
    const unsigned char *bytes = st->bytes + st->at;
    uint64_t offset = st->offset + st->at;
    switch (frame->kind) {
    case ITCH_FRAME_END:
        if (offset == 0)
            return fail_length(src, offset, bytes);
        source_note_at(src, "bytes after the end of the session", offset + ITCH_PREFIX_LEN);
        return end_session(src, st, offset);
    case ITCH_FRAME_BROKEN:
        if (frame->head_len == 0 || wire_be16(bytes) == 0)
            return fail_type(src, offset, bytes[frame->head_len]);
        return fail_length(src, offset, bytes);
    default:
        st->want = frame->len;
        return SOURCE_OK;
    }
}

/* More bytes, from those on that are not yet cut into messages. */
static enum source_result read_bytes(struct source *src, struct itch_state *st)
{
    input_take(&src->input, st->at);
    st->at = st->len = 0;
    enum source_result result = source_bytes(src, st->want, &st->bytes, &st->len);
    if (result == SOURCE_END)
        return end_input(src, st, st->bytes, st->len);
    st->offset = input_offset(&src->input);
    st->want = 1;
    return result;
}

/* Whole messages of one framing from `at` on, into the batch; where it stopped is told by st->at, and if less
 * than a batch came together, why by frame->kind. */
static inline void cut_as(struct itch_state *st, enum itch_framing framing, struct itch_frame *frame)
{
    const unsigned char *at = st->bytes + st->at;
    const unsigned char *end = st->bytes + st->len;
    size_t cnt = 0;
    for (; cnt < BATCH_CNT && at < end; cnt++) {
        *frame = itch_frame_at(framing, at, (size_t)(end - at));
        if (tr_unlikely(frame->kind != ITCH_FRAME_WHOLE))
            break;
        st->whole[cnt] = (struct whole){at + frame->head_len, frame->len - frame->head_len};
        itch_expect(st->itch, st->whole[cnt].msg, st->whole[cnt].len);
        at += frame->len;
    }
    st->at = (size_t)(at - st->bytes);
    st->begin = 0;
    st->end = cnt;
}

/* Cuts the next bytes into messages; what comes behind them is for the next call. */
static enum source_result cut_messages(struct source *src, struct itch_state *st)
{
    struct itch_frame frame = {.kind = ITCH_FRAME_WHOLE};
    if (st->framing == ITCH_LENGTHS)
        cut_as(st, ITCH_LENGTHS, &frame); /* the usual one as a loop of its own */
    else
        cut_as(st, st->framing, &frame);
    return st->end == 0 && frame.kind != ITCH_FRAME_WHOLE ? stop_at(src, st, &frame) : SOURCE_OK;
}

/* The messages at hand, up to the first that makes a record. */
static enum source_result decode_messages(struct itch_state *st)
{
    enum source_result result = SOURCE_OK;
    while (result == SOURCE_OK && st->begin < st->end && outbox_is_empty(&st->box)) {
        const struct whole *whole = &st->whole[st->begin++];
        uint64_t offset = st->offset + (uint64_t)(whole->msg - st->bytes);
        result = itch_message(st->itch, whole->msg, whole->len, offset, &st->box);
    }
    return result;
}

static enum source_result itch_next(struct source *src, struct source_record *rec)
{
    struct itch_state *st = src->state;
    enum source_result result = SOURCE_OK;
    while (result == SOURCE_OK && outbox_is_empty(&st->box)) {
        if (st->begin < st->end)
            result = decode_messages(st);
        else if (st->is_over)
            result = SOURCE_END;
        else if (st->len - st->at >= st->want)
            result = cut_messages(src, st);
        else
            result = read_bytes(src, st);
    }
    if (result == SOURCE_OK)
        outbox_take(&st->box, rec);
    return result;
}

const struct source_ops source_itch = {
    .name = "itch",
    .help = "NASDAQ TotalView-ITCH 5.0: trades, quotes of the book",
    .detect = itch_detect,
    .open = itch_open,
    .next = itch_next,
    .close = itch_close,
};
