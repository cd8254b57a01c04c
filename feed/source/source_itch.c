/* NASDAQ TotalView-ITCH 5.0 files.
 *
 * BinaryFILE framing (NASDAQ, BinaryFILE specification 1.00): two bytes of length, highest first, then the
 * message; a length of 0 ends the session.  Some programs write files with 0 in every length, or leave the
 * lengths out: there the type tells it.  Nothing in a file tells where the next message begins when one is
 * damaged, so that reading ends there. */
#include <stdlib.h>
#include <string.h>

#include "bigendian.h"
#include "exitcode.h"
#include "itch.h"
#include "sources.h"
#include "stocks.h"
#include "timetext.h"

#define PREFIX_LEN 2
#define OPEN_PEEK_LEN 256
#define SURE_CNT 3 /* messages that fit, then it is ITCH */
#define BATCH_CNT 32 /* messages looked at before the first is decoded: their orders come into the cache */
#define UNKNOWN_MAX 512 /* bytes of a message of unknown type: those known have at most 50 */

enum framing { FRAMING_LENGTH, FRAMING_ZERO, FRAMING_NONE };

struct whole {
    const unsigned char *msg;
    size_t len;
};

struct itch_state {
    struct itch *itch;
    struct outbox box;
    enum framing framing;
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

/* What begins at some place of the input. */
enum frame_kind {
    FRAME_WHOLE,
    FRAME_PART, /* len: bytes that it needs as far as one sees now */
    FRAME_END, /* of the session */
    FRAME_BROKEN,
};

struct frame {
    enum frame_kind kind;
    size_t head_len;
    size_t len; /* with its head */
};

/* ITCH 4.1 and older: messages with the second, of which the others have the nanoseconds only. */
static bool is_seconds(uint16_t length, unsigned char type)
{
    return length == 5 && type == 'T';
}

/* Bytes of a message behind that length (0: there is none, or it tells nothing); 0: that cannot be. */
static inline size_t body_length(uint16_t length, unsigned char type)
{
    size_t by_type = itch_length(type);
    if (tr_likely(length == by_type) || length == 0)
        return by_type;
    return by_type == 0 && length <= UNKNOWN_MAX && !is_seconds(length, type) ? length : 0;
}

static inline struct frame frame_at(enum framing framing, const unsigned char *bytes, size_t len)
{
    struct frame frame = {.head_len = framing == FRAMING_NONE ? 0 : PREFIX_LEN};
    frame.len = frame.head_len + 1;
    frame.kind = FRAME_PART;
    if (len < frame.len)
        return frame;
    uint16_t length = framing == FRAMING_NONE ? 0 : big_u16(bytes);
    size_t body_len = body_length(length, bytes[frame.head_len]);
    if (body_len == 0) {
        frame.kind = framing == FRAMING_LENGTH && length == 0 ? FRAME_END : FRAME_BROKEN;
        return frame;
    }
    frame.len = frame.head_len + body_len;
    frame.kind = len < frame.len ? FRAME_PART : FRAME_WHOLE;
    return frame;
}

/* --- Detection -------------------------------------------------------------------------------- */

static bool has_symbol(const unsigned char *symbol)
{
    return stock_symbol_len(symbol) > 0;
}

/* Whether the content of a message is what its type has. */
static bool looks_right(const unsigned char *msg)
{
    if ((big_u64(msg + 3) & UINT64_C(0xFFFFFFFFFFFF)) >= (uint64_t)TIME_NS_PER_DAY)
        return false;
    switch (msg[0]) {
    case 'S':
        return msg[11] >= 'A' && msg[11] <= 'Z';
    case 'R':
        return has_symbol(msg + 11);
    case 'A':
    case 'F':
    case 'P':
        return (msg[19] == 'B' || msg[19] == 'S') && has_symbol(msg + 24);
    default:
        return true;
    }
}

/* Whether the first messages are right, or all there are and the beginning of one more. */
static bool frames_fit(enum framing framing, const unsigned char *bytes, size_t len)
{
    size_t at = 0;
    for (int cnt = 0; cnt < SURE_CNT; cnt++) {
        struct frame frame = frame_at(framing, bytes + at, len - at);
        if (frame.kind == FRAME_PART)
            return cnt > 0;
        if (frame.kind != FRAME_WHOLE || itch_length(bytes[at + frame.head_len]) == 0
            || !looks_right(bytes + at + frame.head_len))
            return false;
        at += frame.len;
    }
    return true;
}

/* Without lengths little is sure: only what begins a day or a book, and no text. */
static bool fits_unframed(const unsigned char *bytes, size_t len)
{
    size_t first_len = itch_length(bytes[0]);
    return memchr("SRAF", bytes[0], 4) != NULL && len >= first_len && memchr(bytes, '\0', first_len) != NULL
           && frames_fit(FRAMING_NONE, bytes, len);
}

/* The same with lengths in the wrong order: told when it is read. */
static bool fits_swapped(const unsigned char *bytes, size_t len)
{
    for (int cnt = 0; cnt < SURE_CNT; cnt++) {
        size_t want = len < PREFIX_LEN + 1 ? 0 : itch_length(bytes[PREFIX_LEN]);
        if (want == 0 || (size_t)(bytes[0] | bytes[1] << 8) != want || len < PREFIX_LEN + want)
            return false;
        bytes += PREFIX_LEN + want;
        len -= PREFIX_LEN + want;
    }
    return true;
}

/* ITCH 4.1 begins with a second and a system event (6 bytes there): told when it is read. */
static bool fits_seconds(const unsigned char *bytes, size_t len)
{
    return len >= 10 && is_seconds(big_u16(bytes), bytes[2]) && big_u16(bytes + 7) == 6 && bytes[9] == 'S';
}

static bool itch_detect(const char *text, size_t len)
{
    const unsigned char *bytes = (const unsigned char *)text;
    if (len < PREFIX_LEN + 1)
        return false;
    enum framing framing = big_u16(bytes) == 0 ? FRAMING_ZERO : FRAMING_LENGTH;
    return frames_fit(framing, bytes, len) || fits_unframed(bytes, len) || fits_swapped(bytes, len)
           || fits_seconds(bytes, len);
}

static enum framing framing_of(const unsigned char *bytes, size_t len)
{
    if (len > 0 && itch_length(bytes[0]) > 0)
        return FRAMING_NONE; /* as the first byte of a length it would be a message of 16 kB and more */
    if (len > PREFIX_LEN && big_u16(bytes) == 0 && itch_length(bytes[PREFIX_LEN]) > 0)
        return FRAMING_ZERO;
    return FRAMING_LENGTH;
}

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
    const char *name = src->input.member != NULL ? src->input.member : src->path;
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
    st->framing = framing_of(bytes, len);
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
        source_note(src, "session not closed", offset);
    return SOURCE_END;
}

/* The input ends, and these bytes are left: none, the mark of the end, or a part of a message. */
static enum source_result end_input(struct source *src, struct itch_state *st, const unsigned char *bytes,
                                    size_t len)
{
    uint64_t offset = input_offset(&src->input);
    if (len == 0 || (st->framing != FRAMING_NONE && len == PREFIX_LEN && big_u16(bytes) == 0))
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
    uint16_t length = big_u16(bytes);
    unsigned char type = bytes[PREFIX_LEN];
    size_t want = itch_length(type);
    if (is_seconds(length, type))
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
static enum source_result stop_at(struct source *src, struct itch_state *st, const struct frame *frame)
{
    const unsigned char *bytes = st->bytes + st->at;
    uint64_t offset = st->offset + st->at;
    switch (frame->kind) {
    case FRAME_END:
        source_note(src, "bytes after the end of the session", offset + PREFIX_LEN);
        return end_session(src, st, offset);
    case FRAME_BROKEN:
        if (frame->head_len == 0 || big_u16(bytes) == 0)
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
static inline void cut_as(struct itch_state *st, enum framing framing, struct frame *frame)
{
    const unsigned char *at = st->bytes + st->at;
    const unsigned char *end = st->bytes + st->len;
    size_t cnt = 0;
    for (; cnt < BATCH_CNT && at < end; cnt++) {
        *frame = frame_at(framing, at, (size_t)(end - at));
        if (tr_unlikely(frame->kind != FRAME_WHOLE))
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
    struct frame frame = {.kind = FRAME_WHOLE};
    if (st->framing == FRAMING_LENGTH)
        cut_as(st, FRAMING_LENGTH, &frame); /* the usual one as a loop of its own */
    else
        cut_as(st, st->framing, &frame);
    return st->end == 0 && frame.kind != FRAME_WHOLE ? stop_at(src, st, &frame) : SOURCE_OK;
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
    .help = "NASDAQ TotalView-ITCH 5.0 files (BinaryFILE): trades, and quotes of the book",
    .detect = itch_detect,
    .open = itch_open,
    .next = itch_next,
    .close = itch_close,
};
