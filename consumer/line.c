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

/* Signals, orders and fills. */
static void json_record(struct json *json, const struct tr_tick *tick)
{
    const char *side = side_name(tick);
    json_text(json, "side", side, strlen(side));
    json_decimal(json, "price", tick->price_px, PX_DECIMALS);
    if (tick->kind != TR_TICK_SIGNAL)
        json_decimal(json, "size", tick->size_qty, size_decimals(tick));
    if (tick->kind == TR_TICK_FILL)
        json_decimal(json, "fee", tick->fee_e9, PX_DECIMALS);
    else
        json_decimal(json, "confidence", tick->confidence_e12, EXACT_DECIMALS);
    json_u64(json, "source_seq", tick->source_seq);
}

static const char *status_name(const struct tr_tick *tick)
{
    return tick->filled_qty == tick->order_qty ? "FILLED" : "PARTIAL";
}

static void json_update(struct json *json, const struct tr_tick *tick)
{
    unsigned decimals = size_decimals(tick);
    json_u64(json, "order_id", tick->id);
    json_text(json, "status", status_name(tick), strlen(status_name(tick)));
    json_decimal(json, "filled", tick->filled_qty, decimals);
    json_decimal(json, "ordered", tick->order_qty, decimals);
    json_decimal(json, "price", tick->price_px, PX_DECIMALS);
    const char *side = side_name(tick);
    if (side[0] != '\0')
        json_text(json, "side", side, strlen(side));
}

const char *line_event(const struct tr_tick *tick)
{
    switch (tick->kind) {
    case TR_TICK_UPDATE:
        return "update";
    case TR_TICK_SIGNAL:
        return "signal";
    case TR_TICK_ORDER:
        return "order";
    case TR_TICK_FILL:
        return "fill";
    default:
        return "tick";
    }
}

/* A record that a stage has made, and that another may read. */
static bool is_record(const struct tr_tick *tick)
{
    return tick->kind >= TR_TICK_SIGNAL && tick->kind <= TR_TICK_FILL;
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
    else if (t->tick->kind == TR_TICK_UPDATE)
        json_update(json, t->tick);
    else if (is_record(t->tick))
        json_record(json, t->tick);
    else
        json_quote(json, t->tick);
}

void line_csv_field(struct out *out, const char *text, size_t len)
{
    out_write(out, ",", 1);
    out_csv(out, text, len);
}

static void csv_decimal(struct out *out, bool absent, int64_t value, unsigned decimals)
{
    char text[DECIMAL_TEXT_MAX];
    if (absent)
        out_text(out, ",");
    else
        line_csv_field(out, text, decimal_text(text, value, decimals));
}

void line_csv_header(struct out *out)
{
    out_text(out, "producer,seq,ts,venue,symbol,kind,price,size,side,bid,bid_size,ask,ask_size");
}

static const char *kind_name(const struct tr_tick *tick)
{
    if (tick->kind == TR_TICK_TRADE)
        return "trade";
    return tick->kind == TR_TICK_QUOTE ? "quote" : line_event(tick);
}

void line_csv(struct out *out, const struct stage_tick *t)
{
    const struct tr_tick *tick = t->tick;
    bool priced = tick->kind != TR_TICK_QUOTE; /* has a price, not two sides */
    bool no_size = !priced || tick->kind == TR_TICK_SIGNAL;
    bool no_bid = priced || (tick->flags & TR_TICK_NO_BID) != 0;
    bool no_ask = priced || (tick->flags & TR_TICK_NO_ASK) != 0;
    unsigned decimals = size_decimals(tick);
    char number[DECIMAL_TEXT_MAX];
    out_visible(out, t->producer, strlen(t->producer));
    out_text(out, ",");
    out_u64(out, t->seq);
    line_csv_field(out, number, decimal_text(number, tick->ts_event_ns, 0));
    line_csv_field(out, t->venue, t->venue_len);
    line_csv_field(out, t->symbol->name, t->symbol->name_len);
    line_csv_field(out, kind_name(tick), strlen(kind_name(tick)));
    csv_decimal(out, !priced, tick->price_px, PX_DECIMALS);
    csv_decimal(out, no_size, tick->size_qty, decimals);
    line_csv_field(out, side_name(tick), strlen(side_name(tick)));
    csv_decimal(out, no_bid, tick->bid_px, PX_DECIMALS);
    csv_decimal(out, no_bid, tick->bid_qty, decimals);
    csv_decimal(out, no_ask, tick->ask_px, PX_DECIMALS);
    csv_decimal(out, no_ask, tick->ask_qty, decimals);
}

void line_csv_record_header(struct out *out)
{
    out_text(out, ",confidence,fee,source_seq");
}

void line_csv_record(struct out *out, const struct tr_tick *tick)
{
    bool fill = tick->kind == TR_TICK_FILL;
    csv_decimal(out, fill, tick->confidence_e12, EXACT_DECIMALS);
    csv_decimal(out, !fill, tick->fee_e9, PX_DECIMALS);
    out_text(out, ",");
    out_u64(out, tick->source_seq);
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

static void text_record(struct out *out, const struct tr_tick *tick)
{
    line_text_padded(out, line_event(tick), strlen(line_event(tick)), 7);
    line_text_padded(out, side_name(tick), strlen(side_name(tick)), 5);
    if (tick->kind != TR_TICK_SIGNAL)
        text_decimal(out, "", false, tick->size_qty, size_decimals(tick));
    text_decimal(out, tick->kind == TR_TICK_SIGNAL ? "@ " : " @ ", false, tick->price_px, PX_DECIMALS);
    if (tick->kind == TR_TICK_FILL)
        text_decimal(out, " fee ", false, tick->fee_e9, PX_DECIMALS);
    else
        text_decimal(out, " confidence ", false, tick->confidence_e12, EXACT_DECIMALS);
}

static void text_update(struct out *out, const struct tr_tick *tick)
{
    unsigned decimals = size_decimals(tick);
    line_text_padded(out, line_event(tick), strlen(line_event(tick)), 7);
    line_text_padded(out, side_name(tick), strlen(side_name(tick)), 5);
    text_decimal(out, "", false, tick->filled_qty, decimals);
    text_decimal(out, " of ", false, tick->order_qty, decimals);
    text_decimal(out, " @ ", false, tick->price_px, PX_DECIMALS);
    out_text(out, " order ");
    out_u64(out, tick->id);
    out_text(out, " ");
    out_text(out, status_name(tick));
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
    else if (t->tick->kind == TR_TICK_UPDATE)
        text_update(out, t->tick);
    else if (is_record(t->tick))
        text_record(out, t->tick);
    else
        text_quote(out, t->tick);
}

size_t line_value_text(char *text, const struct stage_tick *t)
{
    return exact_half_text(text, t->symbol->stats.last);
}
