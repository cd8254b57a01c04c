/* Binance: spot, USD-M and COIN-M futures.
 * Spot: "Web Socket Streams for Binance" (github.com/binance/binance-spot-api-docs); futures: "Websocket
 * Market Streams" (developers.binance.com/docs/derivatives).
 *
 * Keys differ only by case.  A combined stream wraps each event in {"stream":...,"data":{...}}. */
#include "json_message.h"

enum field {
    EVENT,
    EVENT_TIME,
    TIME,
    SYMBOL,
    TRADE_ID,
    AGG_ID, /* a: also the ask of a bookTicker */
    PRICE,
    SIZE,
    TRADE_TYPE,
    BUYER_MAKER,
    UPDATE_ID,
    BID,
    BID_SIZE,
    ASK_SIZE,
    FIELD_CNT,
};

static const struct json_field wanted[FIELD_CNT] = {
    [EVENT] = JSON_FIELD("e"),       [EVENT_TIME] = JSON_FIELD("E"), [TIME] = JSON_FIELD("T"),
    [SYMBOL] = JSON_FIELD("s"),      [TRADE_ID] = JSON_FIELD("t"),   [AGG_ID] = JSON_FIELD("a"),
    [PRICE] = JSON_FIELD("p"),       [SIZE] = JSON_FIELD("q"),       [TRADE_TYPE] = JSON_FIELD("X"),
    [BUYER_MAKER] = JSON_FIELD("m"), [UPDATE_ID] = JSON_FIELD("u"),  [BID] = JSON_FIELD("b"),
    [BID_SIZE] = JSON_FIELD("B"),    [ASK_SIZE] = JSON_FIELD("A"),
};

static const struct json_field *time_of(const struct json_field *f)
{
    return f[TIME].node != NULL ? &f[TIME] : &f[EVENT_TIME];
}

/* Milliseconds, or microseconds where the stream was asked for them. */
static int64_t unit_of(const struct json_field *time)
{
    return time->node != NULL && time->node->len > 14 ? JSON_US : JSON_MS;
}

static enum json_result read_trade(struct json_message *msg, const struct json_node *in,
                                   const struct json_field *f, const struct json_node *id)
{
    struct json_trade trade = {
        .in = in,
        .symbol = &f[SYMBOL],
        .price = &f[PRICE],
        .size = &f[SIZE],
        .time = time_of(f),
        .unit_ns = unit_of(time_of(f)),
        .id = id,
    };
    const struct json_node *maker = f[BUYER_MAKER].node;
    if (!json_wants_trades(msg))
        return JSON_TICKS;
    /* Others, of the insurance fund and of deleveraging, are no trades of the market. */
    if (f[TRADE_TYPE].node != NULL && !json_is(f[TRADE_TYPE].node, "MARKET"))
        return JSON_NO_TICK;
    if (json_is_type(maker, JSON_TRUE))
        trade.side = TR_SIDE_SELL;
    else if (json_is_type(maker, JSON_FALSE))
        trade.side = TR_SIDE_BUY;
    return json_trade(msg, &trade);
}

static enum json_result read_quote(struct json_message *msg, const struct json_node *in,
                                   const struct json_field *f)
{
    struct json_quote quote = {
        .in = in,
        .symbol = &f[SYMBOL],
        .bid = &f[BID],
        .bid_size = &f[BID_SIZE],
        .ask = &f[AGG_ID],
        .ask_size = &f[ASK_SIZE],
        .time = time_of(f),
        .unit_ns = unit_of(time_of(f)),
    };
    return json_wants_quotes(msg) ? json_quote(msg, &quote) : JSON_TICKS;
}

/* The bookTicker of spot does not say what it is. */
static bool is_spot_quote(const struct json_field *f)
{
    return f[EVENT].node == NULL && f[UPDATE_ID].node != NULL && f[SYMBOL].node != NULL && f[BID].node != NULL
           && f[BID_SIZE].node != NULL;
}

static enum json_result read_event(struct json_message *msg, const struct json_node *in)
{
    struct json_field f[FIELD_CNT];
    memcpy(f, wanted, sizeof(f));
    json_pick(in, f, FIELD_CNT);
    const struct json_node *event = f[EVENT].node;
    if (json_is(event, "trade"))
        return read_trade(msg, in, f, f[TRADE_ID].node);
    if (json_is(event, "aggTrade"))
        return read_trade(msg, in, f, f[AGG_ID].node);
    if (json_is(event, "bookTicker") || is_spot_quote(f))
        return read_quote(msg, in, f);
    bool is_event = json_is_type(event, JSON_STRING) && f[EVENT_TIME].node != NULL;
    return is_event ? JSON_NO_TICK : JSON_FOREIGN;
}

/* A depth snapshot, or the answer to a subscription. */
static bool is_answer(const struct json_field *f)
{
    return f[0].node != NULL || (f[1].node != NULL && f[2].node != NULL);
}

static enum json_result read_binance(struct json_message *msg)
{
    struct json_field outer[] = {JSON_FIELD("stream"), JSON_FIELD("data")};
    struct json_field answer[] = {JSON_FIELD("lastUpdateId"), JSON_FIELD("result"), JSON_FIELD("id")};
    json_pick(msg->root, outer, 2);
    if (json_is_type(outer[0].node, JSON_STRING) && outer[1].node != NULL) {
        enum json_result result = read_event(msg, outer[1].node);
        return result == JSON_FOREIGN ? JSON_NO_TICK : result;
    }
    enum json_result result = read_event(msg, msg->root);
    if (result != JSON_FOREIGN)
        return result;
    json_pick(msg->root, answer, 3);
    return is_answer(answer) ? JSON_NO_TICK : JSON_FOREIGN;
}

const struct json_venue json_binance = {.name = "binance", .read = read_binance};
