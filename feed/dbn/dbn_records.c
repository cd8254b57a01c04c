#include "dbn_records.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "dbn.h"
#include "exitcode.h"
#include "feed/source/wire.h"

/* One record of the file, and where what it makes goes. */
struct message {
    struct source *src;
    struct dbn_records *records;
    const unsigned char *at;
    size_t len;
    struct source_record *rec;
};

static uint64_t place(const struct message *msg)
{
    return input_offset(&msg->src->input);
}

static char char_at(const struct message *msg, size_t offset)
{
    return (char)msg->at[offset];
}

/* An instrument whose symbol nothing tells has that of the command line, else its id. */
static void name_by_id(const struct message *msg, uint32_t id)
{
    struct dbn_records *records = msg->records;
    if (msg->src->opt.symbol != NULL) {
        msg->rec->symbol = records->id.symbol;
        msg->rec->symbol_len = records->id.symbol_len;
        return;
    }
    source_note_at(msg->src, "instrument ids without a symbol", place(msg));
    msg->rec->symbol = records->id_text;
    msg->rec->symbol_len = (uint8_t)snprintf(records->id_text, sizeof(records->id_text), "%" PRIu32, id);
}

/* Databento's own clients look for the symbol by the time of receipt, too. */
static void set_names(const struct message *msg)
{
    struct source_record *rec = msg->rec;
    uint32_t id = wire_le32(msg->at + DBN_AT_INSTRUMENT);
    int64_t ts_ns = rec->ts_recv_ns != 0 ? rec->ts_recv_ns : rec->tick.ts_event_ns;
    const struct dbn_interval *interval = dbn_symbols_find(&msg->records->symbols, id, ts_ns);
    rec->venue = msg->records->id.venue;
    rec->venue_len = msg->records->id.venue_len;
    if (interval == NULL) {
        name_by_id(msg, id);
        return;
    }
    rec->symbol = interval->symbol;
    rec->symbol_len = interval->len;
}

/* Times and names; everything else becomes zero. */
static bool set_common(const struct message *msg, size_t at_ts_recv)
{
    uint64_t event_ns = wire_le64(msg->at + DBN_AT_TS_EVENT);
    uint64_t recv_ns = wire_le64(msg->at + at_ts_recv);
    if (recv_ns == DBN_UNDEF_TS)
        recv_ns = 0;
    if (event_ns == DBN_UNDEF_TS && recv_ns != 0)
        event_ns = recv_ns;
    if (event_ns > INT64_MAX || recv_ns > INT64_MAX) {
        source_bad_at(msg->src, BAD_TIME, place(msg),
                      event_ns == DBN_UNDEF_TS ? "record without a time" : "time after the year 2262");
        return false;
    }
    source_record_init(msg->rec);
    msg->rec->tick.ts_event_ns = (int64_t)event_ns;
    msg->rec->ts_recv_ns = (int64_t)recv_ns;
    set_names(msg);
    return true;
}

static bool parse_side(const struct message *msg, char c, uint8_t *side)
{
    char quoted[SOURCE_QUOTE_MAX];
    *side = c == 'A' ? TR_SIDE_SELL : c == 'B' ? TR_SIDE_BUY : TR_SIDE_NONE;
    if (*side != TR_SIDE_NONE || c == 'N')
        return true;
    source_bad_at(msg->src, BAD_SIDE, place(msg), "side %s is not one of A, B, N",
                  source_quote(quoted, &c, 1));
    return false;
}

/* Fills a record that has what is common.  A number that is zero or not told makes no tick. */
static enum dbn_outcome fill_trade(const struct message *msg, int64_t px, uint32_t size, char side,
                                   struct source_record *rec)
{
    struct source_counts *counts = &msg->src->counts;
    struct tr_tick *tick = &rec->tick;
    if (!parse_side(msg, side, &tick->side))
        return DBN_BAD;
    if (px == 0 || size == 0 || px == DBN_UNDEF_PX || size == DBN_UNDEF_SIZE) {
        counts->skipped_cnt++;
        counts->zero_cnt += px == 0 || size == 0;
        return DBN_NO_TICK;
    }
    tick->kind = TR_TICK_TRADE;
    tick->price_px = px;
    tick->size_qty = size * TR_PX_SCALE;
    tick->ts_recv_ns = rec->ts_recv_ns;
    tick->flags = rec->ts_recv_ns != 0 ? TR_TICK_HAS_RECV : 0;
    return DBN_TICK;
}

static enum dbn_outcome trade_of(const struct message *msg, struct source_record *rec)
{
    return fill_trade(msg, (int64_t)wire_le64(msg->at + DBN_AT_PX), wire_le32(msg->at + DBN_AT_SIZE),
                      char_at(msg, DBN_AT_SIDE), rec);
}

static void fill_side(int64_t px, uint32_t size, uint16_t flag, int64_t *to_px, int64_t *to_qty,
                      uint16_t *flags)
{
    bool absent = px == 0 || px == DBN_UNDEF_PX || size == 0 || size == DBN_UNDEF_SIZE;
    *to_px = absent ? 0 : px;
    *to_qty = absent ? 0 : size * TR_PX_SCALE;
    *flags = (uint16_t)(*flags | (absent ? flag : 0));
}

/* The first level of a record; rec has what is common. */
static void quote_of(const struct message *msg, struct source_record *rec)
{
    struct tr_tick *tick = &rec->tick;
    tick->kind = TR_TICK_QUOTE;
    fill_side((int64_t)wire_le64(msg->at + DBN_AT_BID_PX), wire_le32(msg->at + DBN_AT_BID_SIZE),
              TR_TICK_NO_BID, &tick->bid_px, &tick->bid_qty, &tick->flags);
    fill_side((int64_t)wire_le64(msg->at + DBN_AT_ASK_PX), wire_le32(msg->at + DBN_AT_ASK_SIZE),
              TR_TICK_NO_ASK, &tick->ask_px, &tick->ask_qty, &tick->flags);
}

static enum dbn_outcome take_trade(const struct message *msg)
{
    if (msg->src->opt.only_quotes)
        return DBN_NO_TICK;
    return set_common(msg, DBN_AT_TS_RECV) ? trade_of(msg, msg->rec) : DBN_BAD;
}

/* A record that is a trade and tells the best prices too: a quote comes before or after it. */
static enum dbn_outcome take_both(const struct message *msg)
{
    struct dbn_records *records = msg->records;
    struct source_record *rec = msg->rec;
    if (!set_common(msg, DBN_AT_TS_RECV))
        return DBN_BAD;
    records->pending = *rec;
    enum dbn_outcome trade = msg->src->opt.only_quotes ? DBN_NO_TICK : trade_of(msg, rec);
    if (trade == DBN_BAD || msg->src->opt.only_trades)
        return trade;
    quote_of(msg, &records->pending);
    if (trade == DBN_NO_TICK) {
        *rec = records->pending;
        return DBN_TICK;
    }
    bool before = records->schema == DBN_SCHEMA_TBBO || msg->at[DBN_AT_RTYPE] == DBN_TCBBO;
    if (before) {
        struct source_record made = *rec;
        *rec = records->pending;
        records->pending = made;
    }
    records->has_pending = true;
    return DBN_TICK;
}

static bool is_action(char c)
{
    return c == 'A' || c == 'C' || c == 'M' || c == 'R' || c == 'T' || c == 'F' || c == 'N';
}

static enum dbn_outcome bad_action(const struct message *msg, char action)
{
    char quoted[SOURCE_QUOTE_MAX];
    source_bad_at(msg->src, BAD_MESSAGE, place(msg), "action %s is not one of A, C, M, R, T, F, N",
                  source_quote(quoted, &action, 1));
    return DBN_BAD;
}

/* A change below the best price, in mbp-10, leaves the best as it is. */
static enum dbn_outcome take_level(const struct message *msg)
{
    char action = char_at(msg, DBN_AT_ACTION);
    bool is_below = msg->at[DBN_AT_RTYPE] == DBN_MBP_10 && msg->at[DBN_AT_DEPTH] != 0;
    if (!is_action(action))
        return bad_action(msg, action);
    if (action == 'T')
        return is_below ? take_trade(msg) : take_both(msg);
    if (is_below || msg->src->opt.only_trades)
        return DBN_NO_TICK;
    if (!set_common(msg, DBN_AT_TS_RECV))
        return DBN_BAD;
    quote_of(msg, msg->rec);
    return DBN_TICK;
}

/* The best prices at the end of an interval, which is its time of receipt; that of the event is the last
 * trade's, which was told before. */
static enum dbn_outcome take_interval(const struct message *msg)
{
    if (msg->src->opt.only_trades)
        return DBN_NO_TICK;
    if (!set_common(msg, DBN_AT_TS_RECV))
        return DBN_BAD;
    if (msg->rec->ts_recv_ns != 0)
        msg->rec->tick.ts_event_ns = msg->rec->ts_recv_ns;
    quote_of(msg, msg->rec);
    return DBN_TICK;
}

static enum dbn_outcome fail_table(const struct message *msg, int rc, const char *what)
{
    source_fail_at(msg->src, place(msg), "%s%s", rc == -ENOSPC ? "too many " : "out of memory for ", what);
    msg->src->exit_code = rc == -ENOSPC ? EXIT_CODE_TEMPFAIL : EXIT_CODE_FAILED;
    return DBN_FATAL;
}

static enum dbn_outcome apply(const struct message *msg, struct dbn_book *book, const struct dbn_order *order)
{
    const char *odd;
    int rc = dbn_book_apply(&msg->records->books, book, order, &odd);
    if (odd != NULL)
        source_note_at(msg->src, odd, place(msg));
    if (rc == -EINVAL) {
        source_bad_at(msg->src, BAD_MESSAGE, place(msg), "an order without price, size or side");
        return DBN_BAD;
    }
    return rc == 0 ? DBN_NO_TICK : fail_table(msg, rc, "orders or prices");
}

/* Sizes of a book are sums: those that 1e-9 cannot hold are in units of 1e-3. */
static void fill_best(const struct dbn_best *best, struct tr_tick *tick)
{
    const int64_t max_qty = INT64_MAX / TR_PX_SCALE;
    bool has_bid = best->bid.qty > 0 && best->bid.px != 0;
    bool has_ask = best->ask.qty > 0 && best->ask.px != 0;
    bool is_milli = best->bid.qty > max_qty || best->ask.qty > max_qty;
    int64_t scale = is_milli ? TR_QTY_MILLI_SCALE : TR_PX_SCALE;
    tick->kind = TR_TICK_QUOTE;
    tick->bid_px = has_bid ? best->bid.px : 0;
    tick->bid_qty = has_bid ? best->bid.qty * scale : 0;
    tick->ask_px = has_ask ? best->ask.px : 0;
    tick->ask_qty = has_ask ? best->ask.qty * scale : 0;
    tick->flags = (uint16_t)((has_bid ? 0 : TR_TICK_NO_BID) | (has_ask ? 0 : TR_TICK_NO_ASK)
                             | (is_milli ? TR_TICK_SIZE_MILLI : 0));
}

/* What the event of the venue that ends here did to the best prices.  A snapshot's orders are old, but the
 * book is that of now. */
static enum dbn_outcome book_quote(struct dbn_book *book, uint8_t flags, struct source_record *rec)
{
    struct dbn_best best;
    if (!(flags & DBN_F_LAST) || !dbn_book_changed(book, &best))
        return DBN_NO_TICK;
    if (flags & DBN_F_SNAPSHOT && rec->ts_recv_ns != 0)
        rec->tick.ts_event_ns = rec->ts_recv_ns;
    fill_best(&best, &rec->tick);
    return DBN_TICK;
}

static enum dbn_outcome mbo_trade(const struct message *msg, const struct dbn_order *order,
                                  struct source_record *rec)
{
    if (order->action != 'T' || msg->src->opt.only_quotes)
        return DBN_NO_TICK;
    return fill_trade(msg, order->px, order->size, order->side, rec);
}

/* T is the trade; F are the orders it filled, which the C that follow take away. */
static enum dbn_outcome take_order(const struct message *msg)
{
    struct dbn_records *records = msg->records;
    const struct dbn_order order = {
        .ref = wire_le64(msg->at + DBN_MBO_AT_ORDER),
        .px = (int64_t)wire_le64(msg->at + DBN_MBO_AT_PX),
        .size = wire_le32(msg->at + DBN_MBO_AT_SIZE),
        .action = char_at(msg, DBN_MBO_AT_ACTION),
        .side = char_at(msg, DBN_MBO_AT_SIDE),
        .flags = msg->at[DBN_MBO_AT_FLAGS],
    };
    struct dbn_book *book;
    if (!is_action(order.action))
        return bad_action(msg, order.action);
    if (msg->src->opt.only_trades && order.action != 'T')
        return DBN_NO_TICK;
    if (!set_common(msg, DBN_MBO_AT_TS_RECV))
        return DBN_BAD;
    records->pending = *msg->rec;
    enum dbn_outcome trade = mbo_trade(msg, &order, msg->rec);
    if (trade == DBN_BAD || msg->src->opt.only_trades)
        return trade;
    int rc = dbn_books_find(&records->books, wire_le16(msg->at + DBN_AT_PUBLISHER),
                            wire_le32(msg->at + DBN_AT_INSTRUMENT), &book);
    enum dbn_outcome done = rc == 0 ? apply(msg, book, &order) : fail_table(msg, rc, "books");
    if (done != DBN_NO_TICK)
        return done;
    enum dbn_outcome quote = book_quote(book, order.flags, &records->pending);
    if (trade == DBN_NO_TICK && quote == DBN_TICK)
        *msg->rec = records->pending;
    records->has_pending = trade == DBN_TICK && quote == DBN_TICK;
    return trade == DBN_TICK ? trade : quote;
}

static enum dbn_outcome take_mapping(const struct message *msg)
{
    bool is_v1 = msg->len < DBN_MAPPING_LEN;
    const char *symbol = (const char *)msg->at + (is_v1 ? DBN_MAPPING_V1_AT_OUT : DBN_MAPPING_AT_OUT);
    size_t len = strnlen(symbol, is_v1 ? DBN_SYMBOL_V1_LEN : DBN_SYMBOL_LEN);
    if (!source_name_ok(symbol, len)) {
        source_bad_at(msg->src, BAD_NAME, place(msg), "a mapping to what is no symbol");
        return DBN_BAD;
    }
    int rc = dbn_symbols_set(&msg->records->symbols, wire_le32(msg->at + DBN_AT_INSTRUMENT), symbol, len);
    return rc == 0 ? DBN_NO_TICK : fail_table(msg, rc, "symbols");
}

/* What records of this type are that make no ticks; NULL: they are not known. */
static const char *other_type(unsigned rtype)
{
    switch (rtype) {
    case DBN_STATUS:
        return "status records";
    case DBN_DEFINITION:
        return "definition records";
    case DBN_IMBALANCE:
        return "imbalance records";
    case DBN_ERROR:
        return "error records";
    case DBN_SYSTEM:
        return "system records";
    case DBN_STATISTICS:
        return "statistics records";
    case DBN_OHLCV_OLD:
        return "bars";
    default:
        return rtype >= DBN_OHLCV_1S && rtype <= DBN_OHLCV_EOD ? "bars" : NULL;
    }
}

static enum dbn_outcome pass_over(const struct message *msg)
{
    const char *type = other_type(msg->at[DBN_AT_RTYPE]);
    source_note_at(msg->src, type != NULL ? type : "records of unknown type", place(msg));
    msg->src->counts.skipped_cnt++;
    return DBN_NO_TICK;
}

static enum dbn_outcome take_known(const struct message *msg, size_t min_len,
                                   enum dbn_outcome (*take)(const struct message *msg))
{
    if (msg->len >= min_len)
        return take(msg);
    source_bad_at(msg->src, BAD_MESSAGE, place(msg), "record of type 0x%02X has %zu bytes, not %zu",
                  msg->at[DBN_AT_RTYPE], msg->len, min_len);
    return DBN_BAD;
}

enum dbn_outcome dbn_records_take(struct source *src, struct dbn_records *records, const unsigned char *at,
                                  size_t len, struct source_record *rec)
{
    const struct message message = {.src = src, .records = records, .at = at, .len = len, .rec = rec};
    const struct message *msg = &message;
    switch (at[DBN_AT_RTYPE]) {
    case DBN_TRADE:
        return take_known(msg, DBN_TRADE_LEN, take_trade);
    case DBN_MBP_1:
    case DBN_CMBP_1:
    case DBN_TCBBO:
        return take_known(msg, DBN_MBP_1_LEN, take_level);
    case DBN_MBP_10:
        return take_known(msg, DBN_MBP_10_LEN, take_level);
    case DBN_BBO_1S:
    case DBN_BBO_1M:
    case DBN_CBBO_1S:
    case DBN_CBBO_1M:
        return take_known(msg, DBN_MBP_1_LEN, take_interval);
    case DBN_MBO:
        return take_known(msg, DBN_MBO_LEN, take_order);
    case DBN_SYMBOL_MAPPING:
        return take_known(msg, DBN_MAPPING_V1_LEN, take_mapping);
    default:
        return pass_over(msg);
    }
}

void dbn_records_free(struct dbn_records *records)
{
    dbn_symbols_free(&records->symbols);
    dbn_books_free(&records->books);
}
