/* Bitstamp, WebSocket API v2 (www.bitstamp.net/websocket/v2). */
#include "json_message.h"

#define TRADES "live_trades_" /* and the market: the symbol of its trades */

enum field { ID, TIME, AMOUNT, AMOUNT_TEXT, PRICE, PRICE_TEXT, TYPE, TIME_US, FIELD_CNT };

/* The side of the taker: 0 bought, 1 sold. */
static bool take_side(const struct json_message *msg, const struct json_field *type, uint8_t *side)
{
    const struct json_node *node = type->node;
    bool is_digit = node != NULL && node->len == 1;
    *side = TR_SIDE_NONE;
    if (node == NULL)
        return true;
    if (!is_digit || (node->text[0] != '0' && node->text[0] != '1')) {
        json_bad(msg, BAD_SIDE, node->text, "type is neither 0 (buy) nor 1 (sell)");
        return false;
    }
    *side = node->text[0] == '0' ? TR_SIDE_BUY : TR_SIDE_SELL;
    return true;
}

static enum json_result read_trade(struct json_message *msg, const struct json_node *in,
                                   const struct json_node *channel)
{
    struct json_field f[FIELD_CNT] = {
        [ID] = JSON_FIELD("id"),         [TIME] = JSON_FIELD("timestamp"),
        [AMOUNT] = JSON_FIELD("amount"), [AMOUNT_TEXT] = JSON_FIELD("amount_str"),
        [PRICE] = JSON_FIELD("price"),   [PRICE_TEXT] = JSON_FIELD("price_str"),
        [TYPE] = JSON_FIELD("type"),     [TIME_US] = JSON_FIELD("microtimestamp"),
    };
    struct json_node market = *channel;
    market.text += strlen(TRADES);
    market.len -= (uint32_t)strlen(TRADES);
    struct json_field symbol = {.name = "market", .node = &market};
    json_pick(in, f, FIELD_CNT);
    struct json_trade trade = {
        .in = in,
        .symbol = &symbol,
        .price = f[PRICE_TEXT].node != NULL ? &f[PRICE_TEXT] : &f[PRICE],
        .size = f[AMOUNT_TEXT].node != NULL ? &f[AMOUNT_TEXT] : &f[AMOUNT],
        .time = f[TIME_US].node != NULL ? &f[TIME_US] : &f[TIME],
        .unit_ns = f[TIME_US].node != NULL ? JSON_US : JSON_S,
        .id = f[ID].node,
    };
    return take_side(msg, &f[TYPE], &trade.side) ? json_trade(msg, &trade) : JSON_BAD;
}

static enum json_result read_bitstamp(struct json_message *msg)
{
    struct json_field f[] = {JSON_FIELD("data"), JSON_FIELD("channel"), JSON_FIELD("event")};
    json_pick(msg->root, f, 3);
    const struct json_node *data = f[0].node;
    const struct json_node *channel = f[1].node;
    const struct json_node *event = f[2].node;
    if (json_begins(event, "bts:"))
        return JSON_NO_TICK;
    if (!json_is_type(event, JSON_STRING) || !json_is_type(channel, JSON_STRING)
        || !json_is_type(data, JSON_OBJECT))
        return JSON_FOREIGN;
    if (!json_is(event, "trade") || !json_begins(channel, TRADES))
        return JSON_NO_TICK;
    return json_wants_trades(msg) ? read_trade(msg, data, channel) : JSON_TICKS;
}

const struct json_venue json_bitstamp = {.name = "bitstamp", .read = read_bitstamp};
