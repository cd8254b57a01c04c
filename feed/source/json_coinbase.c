/* Coinbase: the Exchange feed (docs.cdp.coinbase.com/exchange, "WebSocket Channels") and Advanced Trade
 * (docs.cdp.coinbase.com, "Advanced Trade WebSocket Channels").
 *
 * The side of a trade is the maker's in both: match says so in its description, market_trades too ("a side,
 * which refers to the makers side"). */
#include "json_message.h"

/* A ticker is a quote; the trade that caused it comes as a match as well. */
static enum json_result read_ticker(struct json_message *msg, const struct json_node *in)
{
    enum { PRODUCT, BID, BID_SIZE, ASK, ASK_SIZE, TIME, FIELD_CNT };
    struct json_field f[FIELD_CNT] = {
        [PRODUCT] = JSON_FIELD("product_id"),     [BID] = JSON_FIELD("best_bid"),
        [BID_SIZE] = JSON_FIELD("best_bid_size"), [ASK] = JSON_FIELD("best_ask"),
        [ASK_SIZE] = JSON_FIELD("best_ask_size"), [TIME] = JSON_FIELD("time"),
    };
    json_pick(in, f, FIELD_CNT);
    struct json_quote quote = {
        .in = in,
        .symbol = &f[PRODUCT],
        .bid = &f[BID],
        .bid_size = f[BID_SIZE].node != NULL ? &f[BID_SIZE] : NULL, /* before 2022 there were no sizes */
        .ask = &f[ASK],
        .ask_size = f[ASK_SIZE].node != NULL ? &f[ASK_SIZE] : NULL,
    };
    return json_time(msg, in, &f[TIME], JSON_S, &quote.ts_event_ns) ? json_quote(msg, &quote) : JSON_BAD;
}

/* A match, and a trade of Advanced Trade. */
static enum json_result read_trade(struct json_message *msg, const struct json_node *in)
{
    enum { ID, SIDE, SIZE, PRICE, PRODUCT, TIME, FIELD_CNT };
    struct json_field f[FIELD_CNT] = {
        [ID] = JSON_FIELD("trade_id"), [SIDE] = JSON_FIELD("side"),          [SIZE] = JSON_FIELD("size"),
        [PRICE] = JSON_FIELD("price"), [PRODUCT] = JSON_FIELD("product_id"), [TIME] = JSON_FIELD("time"),
    };
    json_pick(in, f, FIELD_CNT);
    struct json_trade trade = {
        .in = in, .symbol = &f[PRODUCT], .price = &f[PRICE], .size = &f[SIZE], .id = f[ID].node};
    uint8_t maker;
    if (!json_time(msg, in, &f[TIME], JSON_S, &trade.ts_event_ns) || !json_side(msg, &f[SIDE], &maker))
        return JSON_BAD;
    trade.side = json_other_side(maker);
    return json_trade(msg, &trade);
}

static enum json_result read_exchange(struct json_message *msg, const struct json_node *type)
{
    if (json_is(type, "ticker"))
        return json_wants_quotes(msg) ? read_ticker(msg, msg->root) : JSON_TICKS;
    if (json_is(type, "match") || json_is(type, "last_match"))
        return json_wants_trades(msg) ? read_trade(msg, msg->root) : JSON_TICKS;
    return JSON_NO_TICK;
}

/* Its time is that of the whole message. */
static enum json_result read_advanced_ticker(struct json_message *msg, const struct json_node *in)
{
    enum { PRODUCT, BID, BID_SIZE, ASK, ASK_SIZE, FIELD_CNT };
    struct json_field f[FIELD_CNT] = {
        [PRODUCT] = JSON_FIELD("product_id"),         [BID] = JSON_FIELD("best_bid"),
        [BID_SIZE] = JSON_FIELD("best_bid_quantity"), [ASK] = JSON_FIELD("best_ask"),
        [ASK_SIZE] = JSON_FIELD("best_ask_quantity"),
    };
    struct json_field time = JSON_FIELD("timestamp");
    json_pick(in, f, FIELD_CNT);
    json_pick(msg->root, &time, 1);
    struct json_quote quote = {
        .in = in,
        .symbol = &f[PRODUCT],
        .bid = &f[BID],
        .bid_size = f[BID_SIZE].node != NULL ? &f[BID_SIZE] : NULL,
        .ask = &f[ASK],
        .ask_size = f[ASK_SIZE].node != NULL ? &f[ASK_SIZE] : NULL,
    };
    return json_time(msg, in, &time, JSON_S, &quote.ts_event_ns) ? json_quote(msg, &quote) : JSON_BAD;
}

static enum json_result read_tickers(struct json_message *msg, const struct json_node *event)
{
    struct json_field tickers = JSON_FIELD("tickers");
    json_pick(event, &tickers, 1);
    return json_each(msg, tickers.node, read_advanced_ticker);
}

static enum json_result read_trades(struct json_message *msg, const struct json_node *event)
{
    struct json_field trades = JSON_FIELD("trades");
    json_pick(event, &trades, 1);
    return json_each(msg, trades.node, read_trade);
}

static enum json_result read_advanced(struct json_message *msg, const struct json_node *channel,
                                      const struct json_node *events)
{
    if (json_begins(channel, "ticker"))
        return json_wants_quotes(msg) ? json_each(msg, events, read_tickers) : JSON_TICKS;
    if (json_is(channel, "market_trades"))
        return json_wants_trades(msg) ? json_each(msg, events, read_trades) : JSON_TICKS;
    return JSON_NO_TICK;
}

static enum json_result read_coinbase(struct json_message *msg)
{
    enum { TYPE, PRODUCT, CHANNEL, EVENTS, FIELD_CNT };
    struct json_field f[FIELD_CNT] = {
        [TYPE] = JSON_FIELD("type"),
        [PRODUCT] = JSON_FIELD("product_id"),
        [CHANNEL] = JSON_FIELD("channel"),
        [EVENTS] = JSON_FIELD("events"),
    };
    json_pick(msg->root, f, FIELD_CNT);
    if (json_is_type(f[CHANNEL].node, JSON_STRING) && json_is_type(f[EVENTS].node, JSON_ARRAY))
        return read_advanced(msg, f[CHANNEL].node, f[EVENTS].node);
    const struct json_node *type = f[TYPE].node;
    if (json_is(type, "ticker") || json_is(type, "match") || json_is(type, "last_match")
        || json_is(type, "subscriptions") || json_is(type, "status") || json_is(type, "error")
        || (json_is_type(type, JSON_STRING) && f[PRODUCT].node != NULL))
        return read_exchange(msg, type);
    return JSON_FOREIGN;
}

const struct json_venue json_coinbase = {.name = "coinbase", .read = read_coinbase};
