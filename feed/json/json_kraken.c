/* Kraken, WebSocket API v1 (arrays of position) and v2 (objects, numbers as JSON numbers):
 * docs.kraken.com/api/docs/websocket-v1 and websocket-v2.  Sides are the taker's. */
#include "json_message.h"

/* The i-th member of an array, under the name that the documentation gives it. */
static struct json_field item(const struct json_node *array, size_t i, const char *name)
{
    return (struct json_field){.name = name, .node = json_item(array, i)};
}

/* {"a":[price, whole lots, lots], "b":[...], ...}; it has no time of its own. */
static enum json_result read_ticker_v1(struct json_message *msg, const struct json_node *in,
                                       const struct json_field *pair)
{
    struct json_field sides[] = {JSON_FIELD("a"), JSON_FIELD("b")};
    struct json_field time = JSON_FIELD("time");
    json_pick(in, sides, 2);
    struct json_field ask = item(sides[0].node, 0, "a[0]");
    struct json_field ask_size = item(sides[0].node, 2, "a[2]");
    struct json_field bid = item(sides[1].node, 0, "b[0]");
    struct json_field bid_size = item(sides[1].node, 2, "b[2]");
    struct json_quote quote = {
        .in = in,
        .symbol = pair,
        .bid = &bid,
        .bid_size = &bid_size,
        .ask = &ask,
        .ask_size = &ask_size,
        .time = &time,
        .unit_ns = JSON_S,
    };
    return json_quote(msg, &quote);
}

/* [bid, ask, time, bid volume, ask volume] */
static enum json_result read_spread_v1(struct json_message *msg, const struct json_node *in,
                                       const struct json_field *pair)
{
    struct json_field bid = item(in, 0, "bid");
    struct json_field ask = item(in, 1, "ask");
    struct json_field time = item(in, 2, "time");
    struct json_field bid_size = item(in, 3, "bid volume");
    struct json_field ask_size = item(in, 4, "ask volume");
    struct json_quote quote = {
        .in = in,
        .symbol = pair,
        .bid = &bid,
        .bid_size = &bid_size,
        .ask = &ask,
        .ask_size = &ask_size,
        .time = &time,
        .unit_ns = JSON_S,
    };
    return json_quote(msg, &quote);
}

/* [price, volume, time, side, order type, misc] */
static enum json_result read_trade_v1(struct json_message *msg, const struct json_node *in,
                                      const struct json_field *pair)
{
    struct json_field price = item(in, 0, "price");
    struct json_field volume = item(in, 1, "volume");
    struct json_field time = item(in, 2, "time");
    struct json_field side = item(in, 3, "side");
    struct json_trade trade = {
        .in = in,
        .symbol = pair,
        .price = &price,
        .size = &volume,
        .time = &time,
        .unit_ns = JSON_S,
    };
    return json_side(msg, &side, &trade.side) ? json_trade(msg, &trade) : JSON_BAD;
}

static enum json_result read_trades_v1(struct json_message *msg, const struct json_node *payload,
                                       const struct json_field *pair)
{
    enum json_result result = JSON_NO_TICK;
    if (!json_is_type(payload, JSON_ARRAY))
        return json_bad(msg, BAD_MESSAGE, payload->text, "the trades are no array");
    for (const struct json_node *n = json_first(payload); n < json_end(payload); n = json_next(n)) {
        result = read_trade_v1(msg, n, pair);
        if (result != JSON_TICKS)
            break;
    }
    return result;
}

/* [channel id, payload, channel name, pair]; changes of a book may have two payloads. */
static enum json_result read_v1(struct json_message *msg)
{
    const struct json_node *last[2] = {NULL, NULL};
    size_t cnt = 0;
    for (const struct json_node *n = json_first(msg->root); n < json_end(msg->root); n = json_next(n)) {
        last[0] = last[1];
        last[1] = n;
        cnt++;
    }
    const struct json_node *channel = last[0];
    struct json_field pair = {.name = "pair", .node = last[1]};
    const struct json_node *payload = json_item(msg->root, 1);
    if (cnt < 4 || !json_is_type(channel, JSON_STRING) || !json_is_type(pair.node, JSON_STRING)
        || !json_is_type(json_first(msg->root), JSON_NUMBER))
        return JSON_FOREIGN;
    if (json_is(channel, "ticker"))
        return json_wants_quotes(msg) ? read_ticker_v1(msg, payload, &pair) : JSON_TICKS;
    if (json_is(channel, "spread"))
        return json_wants_quotes(msg) ? read_spread_v1(msg, payload, &pair) : JSON_TICKS;
    if (json_is(channel, "trade"))
        return json_wants_trades(msg) ? read_trades_v1(msg, payload, &pair) : JSON_TICKS;
    return json_begins(channel, "book") || json_begins(channel, "ohlc") ? JSON_NO_TICK : JSON_FOREIGN;
}

static enum json_result read_ticker_v2(struct json_message *msg, const struct json_node *in)
{
    enum { SYMBOL, BID, BID_SIZE, ASK, ASK_SIZE, TIME, FIELD_CNT };
    struct json_field f[FIELD_CNT] = {
        [SYMBOL] = JSON_FIELD("symbol"),    [BID] = JSON_FIELD("bid"),
        [BID_SIZE] = JSON_FIELD("bid_qty"), [ASK] = JSON_FIELD("ask"),
        [ASK_SIZE] = JSON_FIELD("ask_qty"), [TIME] = JSON_FIELD("timestamp"),
    };
    json_pick(in, f, FIELD_CNT);
    struct json_quote quote = {
        .in = in,
        .symbol = &f[SYMBOL],
        .bid = &f[BID],
        .bid_size = &f[BID_SIZE],
        .ask = &f[ASK],
        .ask_size = &f[ASK_SIZE],
        .time = &f[TIME],
        .unit_ns = JSON_S,
    };
    return json_quote(msg, &quote);
}

static enum json_result read_trade_v2(struct json_message *msg, const struct json_node *in)
{
    enum { SYMBOL, SIDE, PRICE, SIZE, ID, TIME, FIELD_CNT };
    struct json_field f[FIELD_CNT] = {
        [SYMBOL] = JSON_FIELD("symbol"), [SIDE] = JSON_FIELD("side"),   [PRICE] = JSON_FIELD("price"),
        [SIZE] = JSON_FIELD("qty"),      [ID] = JSON_FIELD("trade_id"), [TIME] = JSON_FIELD("timestamp"),
    };
    json_pick(in, f, FIELD_CNT);
    struct json_trade trade = {
        .in = in,
        .symbol = &f[SYMBOL],
        .price = &f[PRICE],
        .size = &f[SIZE],
        .time = &f[TIME],
        .unit_ns = JSON_S,
        .id = f[ID].node,
    };
    return json_side(msg, &f[SIDE], &trade.side) ? json_trade(msg, &trade) : JSON_BAD;
}

static bool is_other_channel_v2(const struct json_node *channel)
{
    static const char *const name[] = {"book", "heartbeat", "instrument", "level3", "ohlc", "status"};
    for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++)
        if (json_is(channel, name[i]))
            return true;
    return false;
}

static enum json_result read_v2(struct json_message *msg, const struct json_node *channel,
                                const struct json_node *data)
{
    if (json_is(channel, "ticker") && json_is_type(data, JSON_ARRAY))
        return json_wants_quotes(msg) ? json_each(msg, data, read_ticker_v2) : JSON_TICKS;
    if (json_is(channel, "trade") && json_is_type(data, JSON_ARRAY))
        return json_wants_trades(msg) ? json_each(msg, data, read_trade_v2) : JSON_TICKS;
    return is_other_channel_v2(channel) ? JSON_NO_TICK : JSON_FOREIGN;
}

static enum json_result read_kraken(struct json_message *msg)
{
    enum { CHANNEL, DATA, EVENT, EVENTS, METHOD, SUCCESS, FIELD_CNT };
    struct json_field f[FIELD_CNT] = {
        [CHANNEL] = JSON_FIELD("channel"), [DATA] = JSON_FIELD("data"),     [EVENT] = JSON_FIELD("event"),
        [EVENTS] = JSON_FIELD("events"),   [METHOD] = JSON_FIELD("method"), [SUCCESS] = JSON_FIELD("success"),
    };
    if (json_is_type(msg->root, JSON_ARRAY))
        return read_v1(msg);
    json_pick(msg->root, f, FIELD_CNT);
    if (json_is_type(f[CHANNEL].node, JSON_STRING) && f[EVENT].node == NULL && f[EVENTS].node == NULL)
        return read_v2(msg, f[CHANNEL].node, f[DATA].node);
    bool is_event_v1 = json_is_type(f[EVENT].node, JSON_STRING) && f[CHANNEL].node == NULL;
    bool is_answer_v2 = json_is_type(f[METHOD].node, JSON_STRING)
                        && (f[SUCCESS].node != NULL || json_is(f[METHOD].node, "pong"));
    return is_event_v1 || is_answer_v2 ? JSON_NO_TICK : JSON_FOREIGN;
}

const struct json_venue json_kraken = {.name = "kraken", .read = read_kraken};
