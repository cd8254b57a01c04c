/* BitMEX, realtime API (www.bitmex.com/app/wsAPI): tables, of which the first message for each is `partial`
 * and new rows are `insert`.  Sizes are contracts; the side is the taker's. */
#include "json_message.h"

static enum json_result read_trade(struct json_message *msg, const struct json_node *in)
{
    enum { TIME, SYMBOL, SIDE, SIZE, PRICE, ID, FIELD_CNT };
    struct json_field f[FIELD_CNT] = {
        [TIME] = JSON_FIELD("timestamp"), [SYMBOL] = JSON_FIELD("symbol"), [SIDE] = JSON_FIELD("side"),
        [SIZE] = JSON_FIELD("size"),      [PRICE] = JSON_FIELD("price"),   [ID] = JSON_FIELD("trdMatchID"),
    };
    json_pick(in, f, FIELD_CNT);
    struct json_trade trade = {
        .in = in,
        .symbol = &f[SYMBOL],
        .price = &f[PRICE],
        .size = &f[SIZE],
        .time = &f[TIME],
        .unit_ns = JSON_MS,
        .id = f[ID].node,
    };
    return json_side(msg, &f[SIDE], &trade.side) ? json_trade(msg, &trade) : JSON_BAD;
}

/* A side that is not there is left out. */
static const struct json_field *if_there(const struct json_field *field)
{
    return field->node != NULL ? field : NULL;
}

static enum json_result read_quote(struct json_message *msg, const struct json_node *in)
{
    enum { TIME, SYMBOL, BID_SIZE, BID, ASK, ASK_SIZE, FIELD_CNT };
    struct json_field f[FIELD_CNT] = {
        [TIME] = JSON_FIELD("timestamp"), [SYMBOL] = JSON_FIELD("symbol"), [BID_SIZE] = JSON_FIELD("bidSize"),
        [BID] = JSON_FIELD("bidPrice"),   [ASK] = JSON_FIELD("askPrice"),  [ASK_SIZE] = JSON_FIELD("askSize"),
    };
    json_pick(in, f, FIELD_CNT);
    struct json_quote quote = {
        .in = in,
        .symbol = &f[SYMBOL],
        .bid = if_there(&f[BID]),
        .bid_size = if_there(&f[BID_SIZE]),
        .ask = if_there(&f[ASK]),
        .ask_size = if_there(&f[ASK_SIZE]),
        .time = &f[TIME],
        .unit_ns = JSON_MS,
    };
    return json_quote(msg, &quote);
}

static enum json_result read_table(struct json_message *msg, const struct json_node *table,
                                   const struct json_node *action, const struct json_node *data)
{
    if (!json_is(action, "insert") && !json_is(action, "partial"))
        return JSON_NO_TICK;
    if (json_is(table, "trade"))
        return json_wants_trades(msg) ? json_each(msg, data, read_trade) : JSON_TICKS;
    if (json_is(table, "quote"))
        return json_wants_quotes(msg) ? json_each(msg, data, read_quote) : JSON_TICKS;
    return JSON_NO_TICK;
}

static enum json_result read_bitmex(struct json_message *msg)
{
    enum { TABLE, ACTION, DATA, INFO, VERSION, SUCCESS, SUBSCRIBE, FIELD_CNT };
    struct json_field f[FIELD_CNT] = {
        [TABLE] = JSON_FIELD("table"),         [ACTION] = JSON_FIELD("action"),
        [DATA] = JSON_FIELD("data"),           [INFO] = JSON_FIELD("info"),
        [VERSION] = JSON_FIELD("version"),     [SUCCESS] = JSON_FIELD("success"),
        [SUBSCRIBE] = JSON_FIELD("subscribe"),
    };
    json_pick(msg->root, f, FIELD_CNT);
    if (json_is_type(f[TABLE].node, JSON_STRING) && json_is_type(f[ACTION].node, JSON_STRING))
        return read_table(msg, f[TABLE].node, f[ACTION].node, f[DATA].node);
    bool is_greeting = f[INFO].node != NULL && f[VERSION].node != NULL;
    bool is_answer = f[SUCCESS].node != NULL && f[SUBSCRIBE].node != NULL;
    return is_greeting || is_answer ? JSON_NO_TICK : JSON_FOREIGN;
}

const struct json_venue json_bitmex = {.name = "bitmex", .read = read_bitmex};
