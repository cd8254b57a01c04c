/* Coinbase: the Exchange feed (docs.cdp.coinbase.com/exchange, "WebSocket Channels") and Advanced Trade
 * (docs.cdp.coinbase.com, "Advanced Trade WebSocket Channels").
 *
 * The side of a trade is the maker's in both: match says so in its description, market_trades too ("a side,
 * which refers to the makers side"). */
#include "json_message.h"

enum ticker_field { PRODUCT, BID, BID_SIZE, ASK, ASK_SIZE, TICKER_FIELD_CNT };

static enum json_result put_ticker(struct json_message *msg, const struct json_node *in,
                                   const struct json_field *f, const struct json_field *time)
{
    struct json_quote quote = {
        .in = in,
        .symbol = &f[PRODUCT],
        .bid = &f[BID],
        .bid_size = f[BID_SIZE].node != NULL ? &f[BID_SIZE] : NULL, /* old recordings have no sizes */
        .ask = &f[ASK],
        .ask_size = f[ASK_SIZE].node != NULL ? &f[ASK_SIZE] : NULL,
        .time = time,
        .unit_ns = JSON_S,
    };
    return json_quote(msg, &quote);
}

/* A ticker is a quote; the trade that caused it comes as a match as well. */
static enum json_result read_ticker(struct json_message *msg)
{
    struct json_field f[TICKER_FIELD_CNT + 1] = {
        [PRODUCT] = JSON_FIELD("product_id"),     [BID] = JSON_FIELD("best_bid"),
        [BID_SIZE] = JSON_FIELD("best_bid_size"), [ASK] = JSON_FIELD("best_ask"),
        [ASK_SIZE] = JSON_FIELD("best_ask_size"), [TICKER_FIELD_CNT] = JSON_FIELD("time"),
    };
    json_pick(msg->root, f, TICKER_FIELD_CNT + 1);
    return put_ticker(msg, msg->root, f, &f[TICKER_FIELD_CNT]);
}

/* A match, and a trade of Advanced Trade. */
static enum json_result read_trade(struct json_message *msg, const struct json_node *in)
{
    enum { ID, SIDE, SIZE, PRICE, SYMBOL, TIME, FIELD_CNT };
    struct json_field f[FIELD_CNT] = {
        [ID] = JSON_FIELD("trade_id"), [SIDE] = JSON_FIELD("side"),         [SIZE] = JSON_FIELD("size"),
        [PRICE] = JSON_FIELD("price"), [SYMBOL] = JSON_FIELD("product_id"), [TIME] = JSON_FIELD("time"),
    };
    uint8_t maker;
    json_pick(in, f, FIELD_CNT);
    if (!json_side(msg, &f[SIDE], &maker))
        return JSON_BAD;
    struct json_trade trade = {
        .in = in,
        .symbol = &f[SYMBOL],
        .price = &f[PRICE],
        .size = &f[SIZE],
        .time = &f[TIME],
        .unit_ns = JSON_S,
        .id = f[ID].node,
        .side = json_other_side(maker),
    };
    return json_trade(msg, &trade);
}

static enum json_result read_exchange(struct json_message *msg, const struct json_node *type)
{
    if (json_is(type, "ticker"))
        return json_wants_quotes(msg) ? read_ticker(msg) : JSON_TICKS;
    if (json_is(type, "match") || json_is(type, "last_match"))
        return json_wants_trades(msg) ? read_trade(msg, msg->root) : JSON_TICKS;
    return JSON_NO_TICK;
}

/* Its time is that of the whole message. */
static enum json_result read_advanced_ticker(struct json_message *msg, const struct json_node *in)
{
    struct json_field f[TICKER_FIELD_CNT] = {
        [PRODUCT] = JSON_FIELD("product_id"),         [BID] = JSON_FIELD("best_bid"),
        [BID_SIZE] = JSON_FIELD("best_bid_quantity"), [ASK] = JSON_FIELD("best_ask"),
        [ASK_SIZE] = JSON_FIELD("best_ask_quantity"),
    };
    struct json_field time = JSON_FIELD("timestamp");
    json_pick(in, f, TICKER_FIELD_CNT);
    json_pick(msg->root, &time, 1);
    return put_ticker(msg, in, f, &time);
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
    enum { TYPE, PRODUCT_ID, CHANNEL, EVENTS, FIELD_CNT };
    struct json_field f[FIELD_CNT] = {
        [TYPE] = JSON_FIELD("type"),
        [PRODUCT_ID] = JSON_FIELD("product_id"),
        [CHANNEL] = JSON_FIELD("channel"),
        [EVENTS] = JSON_FIELD("events"),
    };
    json_pick(msg->root, f, FIELD_CNT);
    if (json_is_type(f[CHANNEL].node, JSON_STRING) && json_is_type(f[EVENTS].node, JSON_ARRAY))
        return read_advanced(msg, f[CHANNEL].node, f[EVENTS].node);
    const struct json_node *type = f[TYPE].node;
    if (json_is(type, "ticker") || json_is(type, "match") || json_is(type, "last_match")
        || json_is(type, "subscriptions") || json_is(type, "status") || json_is(type, "error")
        || (json_is_type(type, JSON_STRING) && f[PRODUCT_ID].node != NULL))
        return read_exchange(msg, type);
    return JSON_FOREIGN;
}

const struct json_venue json_coinbase = {.name = "coinbase", .read = read_coinbase};
