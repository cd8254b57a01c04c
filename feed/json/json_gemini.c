/* Gemini, market data v1 and multi market data, and v2 (docs.gemini.com/websocket).  Messages of v1 do not
 * say their symbol, which stood in the address; those of multi market data do. */
#include "json_message.h"

/* An event of v1; its time is that of the whole message. */
static enum json_result read_event(struct json_message *msg, const struct json_node *in)
{
    enum { TYPE, ID, PRICE, AMOUNT, MAKER_SIDE, SYMBOL, FIELD_CNT };
    struct json_field f[FIELD_CNT] = {
        [TYPE] = JSON_FIELD("type"),
        [ID] = JSON_FIELD("tid"),
        [PRICE] = JSON_FIELD("price"),
        [AMOUNT] = JSON_FIELD("amount"),
        [MAKER_SIDE] = JSON_FIELD("makerSide"),
        [SYMBOL] = JSON_FIELD("symbol"),
    };
    struct json_field time[] = {JSON_FIELD("timestamp"), JSON_FIELD("timestampms")};
    json_pick(in, f, FIELD_CNT);
    if (!json_is(f[TYPE].node, "trade"))
        return JSON_NO_TICK;
    json_pick(msg->root, time, 2);
    bool has_ms = time[1].node != NULL;
    uint8_t maker;
    if (!json_side(msg, &f[MAKER_SIDE], &maker))
        return JSON_BAD;
    struct json_trade trade = {
        .in = in,
        .symbol = f[SYMBOL].node != NULL ? &f[SYMBOL] : NULL,
        .price = &f[PRICE],
        .size = &f[AMOUNT],
        .time = &time[has_ms],
        .unit_ns = has_ms ? JSON_MS : JSON_S,
        .id = f[ID].node,
        .side = json_other_side(maker),
    };
    return json_trade(msg, &trade);
}

/* A trade of v2, alone or in a list that comes with the first levels of the book. */
static enum json_result read_trade(struct json_message *msg, const struct json_node *in)
{
    enum { SYMBOL, TIME, PRICE, QUANTITY, SIDE, ID, FIELD_CNT };
    struct json_field f[FIELD_CNT] = {
        [SYMBOL] = JSON_FIELD("symbol"),     [TIME] = JSON_FIELD("timestamp"), [PRICE] = JSON_FIELD("price"),
        [QUANTITY] = JSON_FIELD("quantity"), [SIDE] = JSON_FIELD("side"),      [ID] = JSON_FIELD("tid"),
    };
    json_pick(in, f, FIELD_CNT);
    if (f[SYMBOL].node == NULL)
        json_pick(msg->root, &f[SYMBOL], 1);
    struct json_trade trade = {
        .in = in,
        .symbol = &f[SYMBOL],
        .price = &f[PRICE],
        .size = &f[QUANTITY],
        .time = &f[TIME],
        .unit_ns = JSON_MS,
        .id = f[ID].node,
    };
    return json_side(msg, &f[SIDE], &trade.side) ? json_trade(msg, &trade) : JSON_BAD;
}

static bool is_other_type(const struct json_node *type)
{
    return json_is(type, "heartbeat") || json_is(type, "subscription_ack") || json_begins(type, "candles_")
           || json_begins(type, "auction_") || json_begins(type, "mark_price_")
           || json_begins(type, "funding_");
}

static enum json_result read_gemini(struct json_message *msg)
{
    enum { TYPE, SEQUENCE, EVENT_ID, EVENTS, SYMBOL, TRADES, QUANTITY, ID, FIELD_CNT };
    struct json_field f[FIELD_CNT] = {
        [TYPE] = JSON_FIELD("type"),         [SEQUENCE] = JSON_FIELD("socket_sequence"),
        [EVENT_ID] = JSON_FIELD("eventId"),  [EVENTS] = JSON_FIELD("events"),
        [SYMBOL] = JSON_FIELD("symbol"),     [TRADES] = JSON_FIELD("trades"),
        [QUANTITY] = JSON_FIELD("quantity"), [ID] = JSON_FIELD("tid"),
    };
    json_pick(msg->root, f, FIELD_CNT);
    const struct json_node *type = f[TYPE].node;
    bool wants = json_wants_trades(msg);
    if (json_is(type, "update") && (f[SEQUENCE].node != NULL || f[EVENT_ID].node != NULL))
        return wants ? json_each(msg, f[EVENTS].node, read_event) : JSON_TICKS;
    if (json_is(type, "trade") && f[SYMBOL].node != NULL && (f[QUANTITY].node != NULL || f[ID].node != NULL))
        return wants ? read_trade(msg, msg->root) : JSON_TICKS;
    if (json_is(type, "l2_updates"))
        return wants ? json_each(msg, f[TRADES].node, read_trade) : JSON_TICKS;
    return is_other_type(type) ? JSON_NO_TICK : JSON_FOREIGN;
}

const struct json_venue json_gemini = {.name = "gemini", .read = read_gemini};
