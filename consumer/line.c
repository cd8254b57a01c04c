#include "consumer/line.h"

#include <string.h>

#include "decimal.h"
#include "timetext.h"

#define PX_DECIMALS 9

static unsigned size_decimals(const struct tr_tick *tick)
{
    return (tick->flags & TR_TICK_SIZE_MILLI) != 0 ? 3 : 9;
}

static const char *side_name(const struct tr_tick *tick)
{
    static const char *const name[] = {"", "buy", "sell"};
    return tick->side <= TR_SIDE_SELL ? name[tick->side] : "";
}

static void json_decimal(struct json *json, const char *key, int64_t value, unsigned decimals)
{
    char text[DECIMAL_TEXT_MAX];
    size_t len = decimal_text(text, value, decimals);
    json_text(json, key, text, len);
}

static void json_side(struct json *json, const char *px_key, const char *qty_key, bool absent, int64_t px,
                      int64_t qty, unsigned decimals)
{
    if (absent) {
        json_null(json, px_key);
        json_null(json, qty_key);
        return;
    }
    json_decimal(json, px_key, px, PX_DECIMALS);
    json_decimal(json, qty_key, qty, decimals);
}

static void json_trade(struct json *json, const struct tr_tick *tick)
{
    json_decimal(json, "price", tick->price_px, PX_DECIMALS);
    json_decimal(json, "size", tick->size_qty, size_decimals(tick));
    const char *side = side_name(tick);
    if (side[0] != '\0')
        json_text(json, "side", side, strlen(side));
    if (tick->id != 0)
        json_u64(json, "id", tick->id);
}

static void json_quote(struct json *json, const struct tr_tick *tick)
{
    unsigned decimals = size_decimals(tick);
    json_side(json, "bid", "bid_size", (tick->flags & TR_TICK_NO_BID) != 0, tick->bid_px, tick->bid_qty,
              decimals);
    json_side(json, "ask", "ask_size", (tick->flags & TR_TICK_NO_ASK) != 0, tick->ask_px, tick->ask_qty,
              decimals);
}

void line_json(struct json *json, const struct stage_tick *t)
{
    json_text(json, "producer", t->producer, strlen(t->producer));
    json_u64(json, "seq", t->seq);
    json_i64(json, "ts", t->tick->ts_event_ns);
    if (t->venue_len > 0)
        json_text(json, "venue", t->venue, t->venue_len);
    json_text(json, "symbol", t->symbol->name, t->symbol->name_len);
    if (t->tick->kind == TR_TICK_TRADE)
        json_trade(json, t->tick);
    else
        json_quote(json, t->tick);
}

void line_csv_field(struct out *out, const char *text, size_t len)
{
    out_write(out, ",", 1);
    if (memchr(text, ',', len) == NULL && memchr(text, '"', len) == NULL) {
        out_visible(out, text, len);
        return;
    }
    out_write(out, "\"", 1);
    for (const char *quote; (quote = memchr(text, '"', len)) != NULL;) {
        size_t part = (size_t)(quote - text);
        out_visible(out, text, part);
        out_write(out, "\"\"", 2);
        text += part + 1;
        len -= part + 1;
    }
    out_visible(out, text, len);
    out_write(out, "\"", 1);
}

static void csv_decimal(struct out *out, bool absent, int64_t value, unsigned decimals)
{
    char text[DECIMAL_TEXT_MAX];
    line_csv_field(out, text, absent ? 0 : decimal_text(text, value, decimals));
}

void line_csv_header(struct out *out)
{
    out_text(out, "producer,seq,ts,venue,symbol,kind,price,size,side,bid,bid_size,ask,ask_size");
}

void line_csv(struct out *out, const struct stage_tick *t)
{
    const struct tr_tick *tick = t->tick;
    bool trade = tick->kind == TR_TICK_TRADE;
    bool no_bid = trade || (tick->flags & TR_TICK_NO_BID) != 0;
    bool no_ask = trade || (tick->flags & TR_TICK_NO_ASK) != 0;
    unsigned decimals = size_decimals(tick);
    char number[DECIMAL_TEXT_MAX];
    out_visible(out, t->producer, strlen(t->producer));
    out_text(out, ",");
    out_u64(out, t->seq);
    line_csv_field(out, number, decimal_text(number, tick->ts_event_ns, 0));
    line_csv_field(out, t->venue, t->venue_len);
    line_csv_field(out, t->symbol->name, t->symbol->name_len);
    out_text(out, trade ? ",trade" : ",quote");
    csv_decimal(out, !trade, tick->price_px, PX_DECIMALS);
    csv_decimal(out, !trade, tick->size_qty, decimals);
    line_csv_field(out, side_name(tick), strlen(side_name(tick)));
    csv_decimal(out, no_bid, tick->bid_px, PX_DECIMALS);
    csv_decimal(out, no_bid, tick->bid_qty, decimals);
    csv_decimal(out, no_ask, tick->ask_px, PX_DECIMALS);
    csv_decimal(out, no_ask, tick->ask_qty, decimals);
}

void line_text_padded(struct out *out, const char *text, size_t len, size_t width)
{
    static const char blanks[] = "                                ";
    out_visible(out, text, len);
    if (len < width && width - len < sizeof blanks)
        out_write(out, blanks, width - len);
}

static void text_decimal(struct out *out, const char *before, bool absent, int64_t value, unsigned decimals)
{
    char text[DECIMAL_TEXT_MAX];
    out_text(out, before);
    if (absent)
        out_text(out, "-");
    else
        out_write(out, text, decimal_text(text, value, decimals));
}

static void text_trade(struct out *out, const struct tr_tick *tick)
{
    unsigned decimals = size_decimals(tick);
    line_text_padded(out, side_name(tick), strlen(side_name(tick)), 5);
    text_decimal(out, "", false, tick->size_qty, decimals);
    text_decimal(out, " @ ", false, tick->price_px, PX_DECIMALS);
}

static void text_quote(struct out *out, const struct tr_tick *tick)
{
    unsigned decimals = size_decimals(tick);
    bool no_bid = (tick->flags & TR_TICK_NO_BID) != 0;
    bool no_ask = (tick->flags & TR_TICK_NO_ASK) != 0;
    text_decimal(out, "quote ", no_bid, tick->bid_px, PX_DECIMALS);
    text_decimal(out, " (", no_bid, tick->bid_qty, decimals);
    text_decimal(out, ") / ", no_ask, tick->ask_px, PX_DECIMALS);
    text_decimal(out, " (", no_ask, tick->ask_qty, decimals);
    out_text(out, ")");
}

void line_text(struct out *out, const struct stage_tick *t)
{
    char time[TIME_TEXT_MAX];
    line_text_padded(out, time, time_text(time, t->tick->ts_event_ns), 31);
    line_text_padded(out, t->producer, strlen(t->producer), 0);
    out_text(out, "#");
    out_u64(out, t->seq);
    out_text(out, " ");
    line_text_padded(out, t->symbol->name, t->symbol->name_len, 10);
    if (t->venue_len > 0) {
        out_text(out, " ");
        line_text_padded(out, t->venue, t->venue_len, 8);
    }
    out_text(out, " ");
    if (t->tick->kind == TR_TICK_TRADE)
        text_trade(out, t->tick);
    else
        text_quote(out, t->tick);
}

size_t line_value_text(char *text, const struct stage_tick *t)
{
    return exact_half_text(text, t->symbol->stats.last);
}
