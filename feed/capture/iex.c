#include "iex.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "deep.h"
#include "exitcode.h"
#include "sequence.h"
#include "feed/source/wire.h"

/* The header of a segment. */
#define HEADER_LEN 40
#define AT_PROTOCOL 2 /* u16, then u32 channel and u32 session: these 10 bytes tell streams apart */
#define AT_SESSION 8
#define AT_PAYLOAD_LEN 12
#define AT_MESSAGE_CNT 14
#define AT_FIRST_SEQUENCE 24
#define VERSION 1

#define PROTOCOL_FIRST 0x8001 /* those that IEX has given to its feeds */
#define PROTOCOL_LAST 0x80FF
#define PROTOCOL_TOPS_1_5 0x8002
#define PROTOCOL_TOPS_1_6 0x8003
#define PROTOCOL_DEEP 0x8004

/* Messages: where their fields are. */
#define AT_FLAGS 1
#define AT_TIME 2
#define AT_SYMBOL 10
#define SYMBOL_LEN 8
#define AT_TRADE_SIZE 18 /* of price level updates too */
#define AT_TRADE_PRICE 22
#define AT_TRADE_ID 30
#define AT_BID_SIZE 18
#define AT_BID_PRICE 22
#define AT_ASK_PRICE 30
#define AT_ASK_SIZE 38
#define TRADE_LEN 38
#define QUOTE_LEN 42
#define LEVEL_LEN 30
#define FLAG_EVENT_COMPLETE 1

#define PX_PER_UNIT (TR_PX_SCALE / 10000) /* prices have 4 decimals */

struct iex {
    struct source *src;
    struct source_identity id;
    struct sequences sequences;
    struct deep deep;
    bool has_session; /* of DEEP */
    uint32_t session;
    /* The segment that is read. */
    const unsigned char *segment;
    size_t at; /* of the next message */
    size_t end;
    uint64_t offset;
    int64_t ts_recv_ns;
};

struct iex *iex_new(struct source *src, const struct source_identity *id)
{
    struct iex *iex = calloc(1, sizeof(*iex));
    if (iex == NULL)
        return NULL;
    iex->src = src;
    iex->id = *id;
    return iex;
}

void iex_free(struct iex *iex)
{
    if (iex != NULL)
        deep_free(&iex->deep);
    free(iex);
}

enum iex_kind iex_kind(const unsigned char *payload, size_t len)
{
    if (len < HEADER_LEN || payload[0] != VERSION)
        return IEX_NONE;
    uint16_t protocol = wire_le16(payload + AT_PROTOCOL);
    if (protocol >= PROTOCOL_TOPS_1_5 && protocol <= PROTOCOL_DEEP)
        return IEX_READ;
    bool fits = wire_le16(payload + AT_PAYLOAD_LEN) == len - HEADER_LEN;
    return fits && protocol >= PROTOCOL_FIRST && protocol <= PROTOCOL_LAST ? IEX_FOREIGN : IEX_NONE;
}

/* Whether the messages fill the payload and are as many as the header says. */
static enum source_result check_segment(struct iex *iex, const unsigned char *segment, size_t len,
                                        uint64_t offset)
{
    size_t at = HEADER_LEN;
    uint16_t payload_len = wire_le16(segment + AT_PAYLOAD_LEN);
    uint16_t cnt = wire_le16(segment + AT_MESSAGE_CNT);
    if (payload_len != len - HEADER_LEN)
        return source_bad_at(iex->src, BAD_MESSAGE, offset + AT_PAYLOAD_LEN,
                             "IEX-TP payload length %u, but the datagram has %zu", payload_len,
                             len - HEADER_LEN);
    for (unsigned i = 0; i < cnt; i++) {
        size_t message_len = len - at < 2 ? len : wire_le16(segment + at) + 2u;
        if (message_len > len - at)
            return source_bad_at(iex->src, BAD_MESSAGE, offset + at,
                                 "IEX-TP message %u of %u goes beyond its segment", i + 1, cnt);
        at += message_len;
    }
    if (at != len)
        return source_bad_at(iex->src, BAD_MESSAGE, offset + at, "%zu bytes behind the %u messages of IEX-TP",
                             len - at, cnt);
    return SOURCE_OK;
}

static void check_sequence(struct iex *iex, const unsigned char *segment, uint64_t offset)
{
    switch (sequence_check(&iex->sequences, segment + AT_PROTOCOL, wire_le64(segment + AT_FIRST_SEQUENCE),
                           wire_le16(segment + AT_MESSAGE_CNT))) {
    case SEQUENCE_GAP:
        source_note_at(iex->src, "IEX-TP sequence gap: messages are missing", offset);
        break;
    case SEQUENCE_BACK:
        source_note_at(iex->src, "IEX-TP sequence going back: messages come again or late", offset);
        break;
    case SEQUENCE_IN_ORDER:
        break;
    }
}

/* A session is a day: books begin empty. */
static void check_session(struct iex *iex, const unsigned char *segment)
{
    uint32_t session = wire_le32(segment + AT_SESSION);
    if (wire_le16(segment + AT_PROTOCOL) != PROTOCOL_DEEP || (iex->has_session && iex->session == session))
        return;
    deep_clear(&iex->deep);
    iex->has_session = true;
    iex->session = session;
}

enum source_result iex_begin(struct iex *iex, const unsigned char *payload, size_t len, uint64_t offset,
                             int64_t ts_recv_ns)
{
    enum source_result result = check_segment(iex, payload, len, offset);
    if (result != SOURCE_OK)
        return result;
    check_sequence(iex, payload, offset);
    check_session(iex, payload);
    iex->segment = payload;
    iex->at = HEADER_LEN;
    iex->end = len;
    iex->offset = offset;
    iex->ts_recv_ns = ts_recv_ns;
    return SOURCE_OK;
}

/* One message of the segment. */
struct message {
    const unsigned char *bytes;
    size_t len;
    uint64_t offset;
};

/* What came of a message. */
enum message_result {
    MESSAGE_TICK,
    MESSAGE_TAKEN, /* it changed a book, but not the best prices */
    MESSAGE_NO_TICK,
    MESSAGE_BAD,
    MESSAGE_FATAL,
};

static enum message_result bad(const struct iex *iex, const struct message *msg, const char *kind, size_t at,
                               const char *what)
{
    source_bad_at(iex->src, kind, msg->offset + at, "IEX message '%c': %s", msg->bytes[0], what);
    return MESSAGE_BAD;
}

/* Bytes of the name before its padding, 0: not 1 to 8 printable ones.  All 8 bytes are looked at at once. */
static uint8_t name_len(const unsigned char *name)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t text = wire_le64(name);
    uint64_t odd = (text | (text + ones) | (text - ones * ' ')) & ones * 0x80; /* above '~', below ' ' */
    uint64_t not_blank = text ^ ones * ' ';
    if (odd != 0 || not_blank == 0)
        return 0;
    return (uint8_t)(SYMBOL_LEN - __builtin_clzll(not_blank) / 8);
}

static bool take_price(const unsigned char *at, int64_t *px)
{
    return !__builtin_mul_overflow((int64_t)wire_le64(at), PX_PER_UNIT, px);
}

/* Shares; 2^32 of them fit. */
static int64_t take_size(const unsigned char *at)
{
    return wire_le32(at) * TR_PX_SCALE;
}

/* What every message that makes a tick has: length, time, symbol. */
static enum message_result take_common(const struct iex *iex, const struct message *msg, size_t known_len,
                                       struct source_record *rec)
{
    if (msg->len < known_len)
        return bad(iex, msg, BAD_MESSAGE, 0, "shorter than it must be");
    if (msg->len > known_len)
        source_note_at(iex->src, "IEX message longer than known", msg->offset);
    rec->tick = (struct tr_tick){.ts_event_ns = (int64_t)wire_le64(msg->bytes + AT_TIME)};
    rec->symbol = (const char *)msg->bytes + AT_SYMBOL;
    rec->symbol_len = name_len(msg->bytes + AT_SYMBOL);
    rec->venue = iex->id.venue;
    rec->venue_len = iex->id.venue_len;
    rec->ts_recv_ns = iex->ts_recv_ns;
    if (rec->tick.ts_event_ns < 0)
        return bad(iex, msg, BAD_TIME, AT_TIME, "a time outside 1970 to 2262");
    if (rec->symbol_len == 0)
        return bad(iex, msg, BAD_NAME, AT_SYMBOL, "a symbol that is not 1 to 8 printable ASCII bytes");
    return MESSAGE_TICK;
}

static enum message_result take_trade(const struct iex *iex, const struct message *msg,
                                      struct source_record *rec)
{
    enum message_result result = take_common(iex, msg, TRADE_LEN, rec);
    if (result != MESSAGE_TICK)
        return result;
    struct tr_tick *tick = &rec->tick;
    tick->kind = TR_TICK_TRADE;
    if (!take_price(msg->bytes + AT_TRADE_PRICE, &tick->price_px))
        return bad(iex, msg, BAD_NUMBER, AT_TRADE_PRICE, "a price that is out of range");
    tick->size_qty = take_size(msg->bytes + AT_TRADE_SIZE);
    tick->id = wire_le64(msg->bytes + AT_TRADE_ID);
    tick->ts_recv_ns = iex->ts_recv_ns;
    if (iex->ts_recv_ns != 0)
        tick->flags = TR_TICK_HAS_RECV;
    if (tick->price_px != 0 && tick->size_qty != 0)
        return MESSAGE_TICK;
    iex->src->counts.zero_cnt++;
    return MESSAGE_NO_TICK;
}

/* A side with price or size 0 is absent: IEX says so of a symbol that is not quoted. */
static void drop_absent(struct tr_tick *tick)
{
    if (tick->bid_px == 0 || tick->bid_qty == 0) {
        tick->bid_px = tick->bid_qty = 0;
        tick->flags |= TR_TICK_NO_BID;
    }
    if (tick->ask_px == 0 || tick->ask_qty == 0) {
        tick->ask_px = tick->ask_qty = 0;
        tick->flags |= TR_TICK_NO_ASK;
    }
}

static enum message_result take_quote(const struct iex *iex, const struct message *msg,
                                      struct source_record *rec)
{
    enum message_result result = take_common(iex, msg, QUOTE_LEN, rec);
    if (result != MESSAGE_TICK)
        return result;
    struct tr_tick *tick = &rec->tick;
    tick->kind = TR_TICK_QUOTE;
    if (!take_price(msg->bytes + AT_BID_PRICE, &tick->bid_px))
        return bad(iex, msg, BAD_NUMBER, AT_BID_PRICE, "a bid price that is out of range");
    if (!take_price(msg->bytes + AT_ASK_PRICE, &tick->ask_px))
        return bad(iex, msg, BAD_NUMBER, AT_ASK_PRICE, "an ask price that is out of range");
    tick->bid_qty = take_size(msg->bytes + AT_BID_SIZE);
    tick->ask_qty = take_size(msg->bytes + AT_ASK_SIZE);
    drop_absent(tick);
    return MESSAGE_TICK;
}

static enum message_result deep_failed(const struct iex *iex, int rc)
{
    if (rc == -ENOMEM)
        source_fail(iex->src, EXIT_CODE_FAILED, "out of memory");
    else
        source_fail(iex->src, EXIT_CODE_TEMPFAIL, "more than %d symbols, or %d prices, in the books of DEEP",
                    DEEP_BOOK_MAX, DEEP_LEVEL_MAX);
    return MESSAGE_FATAL;
}

static enum message_result take_level(struct iex *iex, const struct message *msg, bool is_bid,
                                      struct source_record *rec)
{
    enum message_result result = take_common(iex, msg, LEVEL_LEN, rec);
    if (result != MESSAGE_TICK)
        return result;
    int64_t px;
    if (!take_price(msg->bytes + AT_TRADE_PRICE, &px))
        return bad(iex, msg, BAD_NUMBER, AT_TRADE_PRICE, "a price that is out of range");
    bool is_end = (msg->bytes[AT_FLAGS] & FLAG_EVENT_COMPLETE) != 0;
    rec->tick.kind = TR_TICK_QUOTE;
    int rc = deep_update(&iex->deep, wire_le64(msg->bytes + AT_SYMBOL), is_bid, px,
                         take_size(msg->bytes + AT_TRADE_SIZE), is_end, &rec->tick);
    if (rc < 0)
        return deep_failed(iex, rc);
    return rc == 1 ? MESSAGE_TICK : MESSAGE_TAKEN;
}

/* Messages that are no ticks: about the system, the securities, auctions, official prices, retail interest. */
static bool is_other(unsigned char type)
{
    return memchr("SDHOPEAXI", type, 9) != NULL;
}

static enum message_result take_message(struct iex *iex, const struct message *msg, struct source_record *rec)
{
    const struct source_options *opt = &iex->src->opt;
    switch (msg->bytes[0]) {
    case 'Q':
        return opt->only_trades ? MESSAGE_NO_TICK : take_quote(iex, msg, rec);
    case 'T':
        return opt->only_quotes ? MESSAGE_NO_TICK : take_trade(iex, msg, rec);
    case '8':
    case '5':
        return opt->only_trades ? MESSAGE_NO_TICK : take_level(iex, msg, msg->bytes[0] == '8', rec);
    case 'B':
        source_note_at(iex->src, "IEX trade break", msg->offset);
        return MESSAGE_NO_TICK;
    default:
        if (!is_other(msg->bytes[0]))
            source_note_at(iex->src, "IEX message of an unknown type", msg->offset);
        return MESSAGE_NO_TICK;
    }
}

enum source_result iex_next(struct iex *iex, struct source_record *rec)
{
    while (iex->at < iex->end) {
        const unsigned char *bytes = iex->segment + iex->at;
        struct message msg = {bytes + 2, wire_le16(bytes), iex->offset + iex->at + 2};
        iex->at += 2 + msg.len;
        if (msg.len == 0)
            return source_bad_at(iex->src, BAD_MESSAGE, msg.offset - 2, "an empty IEX message");
        switch (take_message(iex, &msg, rec)) {
        case MESSAGE_TICK:
            return SOURCE_OK;
        case MESSAGE_TAKEN:
            break;
        case MESSAGE_NO_TICK:
            iex->src->counts.skipped_cnt++;
            break;
        case MESSAGE_BAD:
            return SOURCE_BAD;
        case MESSAGE_FATAL:
            return SOURCE_FATAL;
        }
    }
    return SOURCE_END;
}
