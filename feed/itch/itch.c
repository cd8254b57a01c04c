#include "itch.h"

#include <errno.h>
#include <inttypes.h>

#include "exitcode.h"
#include "itch_core.h"
#include "timetext.h"

#define PX_MAX 2000000000u /* 200,000.0000: the highest price the venue takes */

#define NOTE_UNKNOWN "order unknown"

/* Where fields are that several types have. */
enum {
    AT_TIME = 3, /* two bytes of tracking number, then the time in six */
    AT_REF = 11,
    AT_SHARES = 19, /* of E, C, X */
    AT_MATCH = 23, /* of E, C */
    AT_ADD_SIDE = 19, /* of A, F, P */
    AT_ADD_SHARES = 20,
    AT_ADD_SYMBOL = 24,
    AT_ADD_PRICE = 32,
};

const uint8_t itch_lengths[256] = {
    ['S'] = 12, ['R'] = 39, ['H'] = 25, ['Y'] = 20, ['L'] = 26, ['V'] = 35, ['W'] = 12, ['K'] = 28,
    ['J'] = 35, ['h'] = 21, ['A'] = 36, ['F'] = 40, ['E'] = 31, ['C'] = 36, ['X'] = 23, ['D'] = 19,
    ['U'] = 35, ['P'] = 44, ['Q'] = 40, ['B'] = 19, ['I'] = 50, ['N'] = 20, ['O'] = 48,
};

struct itch *itch_new(struct source *src, const struct source_identity *id)
{
    struct itch *itch = calloc(1, sizeof(*itch));
    if (itch == NULL)
        return NULL;
    itch->src = src;
    itch->id = *id;
    itch->wants_trades = !src->opt.only_quotes;
    itch->wants_quotes = !src->opt.only_trades;
    if (id->has_day && id->day_ns <= ITCH_DAY_MAX_NS)
        itch->day = newyork_day(id->day_ns);
    else
        source_note_at(src, "no date: times count from 1970-01-01, give --date", 0);
    return itch;
}

void itch_free(struct itch *itch)
{
    if (itch == NULL)
        return;
    orders_free(&itch->orders);
    stocks_free(&itch->stocks);
    free(itch);
}

bool itch_is_closed(const struct itch *itch)
{
    return itch->is_closed;
}

#define NO_SIDE 0

/* By the byte of the message.  (A table: bids and asks are as likely as each other, a branch would be guessed
 * wrong every other time.) */
static const uint8_t side_code[256] = {['B'] = STOCK_BID + 1, ['S'] = STOCK_ASK + 1};

static enum source_result bad_side(struct itch *itch, unsigned char side)
{
    char quoted[SOURCE_QUOTE_MAX];
    return source_bad_at(itch->src, BAD_SIDE, itch->offset, "side %s is neither B nor S",
                         source_quote(quoted, (const char *)&side, 1));
}

/* --- The book --------------------------------------------------------------------------------- */

/* The stock of an order that was added. */
static struct stock *stock_at(struct itch *itch, uint32_t locate)
{
    return stocks_get(&itch->stocks, (uint16_t)locate);
}

static enum source_result add_to_level(struct itch *itch, const struct order *order, int64_t shares)
{
    int rc = levels_add(&stock_at(itch, order->instrument)->side[order->side], order->px, shares);
    if (rc == 0)
        return SOURCE_OK;
    return rc == -ENOMEM ? itch_fail_memory(itch)
                         : itch_fail(itch, EXIT_CODE_TEMPFAIL, "too many prices in one book");
}

/* Shares more at the order's price, or fewer.  An order at price 0 is at no price. */
static inline enum source_result change_level(struct itch *itch, const struct order *order, int64_t shares)
{
    if (!itch->wants_quotes || order->px == 0 || shares == 0)
        return SOURCE_OK;
    return add_to_level(itch, order, shares);
}

/* The end of every message that may have changed a book. */
static inline enum source_result tell_best(struct itch *itch, uint32_t locate, enum stock_side side,
                                           enum source_result result)
{
    if (!itch->wants_quotes || result != SOURCE_OK)
        return result;
    return itch_quote_best(itch, stock_at(itch, locate), side);
}

static inline enum source_result remove_order(struct itch *itch, struct order *order)
{
    enum source_result result = change_level(itch, order, -order->qty);
    orders_remove(&itch->orders, order);
    return result;
}

/* The last message about a reference counts: one that is still live is replaced. */
static enum source_result replace_duplicate(struct itch *itch, const struct order *added)
{
    struct order *order = orders_find(&itch->orders, added->ref);
    uint32_t locate = order->instrument;
    enum stock_side side = order->side;
    itch_note(itch, "order reference that is in use");
    enum source_result result = remove_order(itch, order);
    if (locate != added->instrument || side != added->side)
        result = tell_best(itch, locate, side, result);
    orders_add(&itch->orders, added); /* into the room there is now */
    return result;
}

static enum source_result add_unusual(struct itch *itch, const struct order *order, int rc)
{
    switch (rc) {
    case -EEXIST:
        return replace_duplicate(itch, order);
    case -ENOMEM:
        return itch_fail_memory(itch);
    default:
        return itch_fail(itch, EXIT_CODE_TEMPFAIL, "order table full");
    }
}

static inline enum source_result add_order(struct itch *itch, const struct order *order)
{
    if (tr_unlikely(order->qty == 0))
        itch_note(itch, "order of no shares");
    if (tr_unlikely(order->px == 0 || order->px > PX_MAX))
        itch_note(itch, "price is zero or above 200000");
    int rc = orders_add(&itch->orders, order);
    enum source_result result = tr_likely(rc == 0) ? SOURCE_OK : add_unusual(itch, order, rc);
    return result == SOURCE_OK ? change_level(itch, order, order->qty) : result;
}

/* The order that a message names; NULL: this input never told of it, or it is gone. */
static inline struct order *find_order(struct itch *itch, const unsigned char *msg, const char *unknown)
{
    struct order *order = orders_find(&itch->orders, wire_be64(msg + AT_REF));
    if (tr_unlikely(order == NULL))
        itch_note(itch, unknown);
    return order;
}

/* Takes shares off an order; too_many is noted where it has fewer. */
static enum source_result reduce_order(struct itch *itch, const unsigned char *msg, struct order *order,
                                       const char *too_many)
{
    int64_t shares = wire_be32(msg + AT_SHARES);
    uint32_t locate = order->instrument;
    enum stock_side side = order->side;
    enum source_result result;
    if (shares > order->qty)
        itch_note(itch, too_many);
    if (shares >= order->qty) {
        result = remove_order(itch, order);
    } else {
        result = change_level(itch, order, -shares);
        order->qty -= shares;
    }
    return tell_best(itch, locate, side, result);
}

/* --- The types -------------------------------------------------------------------------------- */

/* A and F. */
static enum source_result take_add(struct itch *itch, const unsigned char *msg)
{
    struct stock *stock;
    uint8_t side = side_code[msg[AT_ADD_SIDE]];
    if (tr_unlikely(side == NO_SIDE))
        return bad_side(itch, msg[AT_ADD_SIDE]);
    enum source_result result = itch_find_stock(itch, msg, msg + AT_ADD_SYMBOL, &stock);
    if (tr_unlikely(result != SOURCE_OK))
        return result;
    struct order order = {
        .ref = wire_be64(msg + AT_REF),
        .px = wire_be32(msg + AT_ADD_PRICE),
        .qty = wire_be32(msg + AT_ADD_SHARES),
        .instrument = itch_locate(msg),
        .side = (uint8_t)(side - 1),
    };
    result = add_order(itch, &order);
    return tell_best(itch, order.instrument, order.side, result);
}

/* What trades with an order: the taker sold to a bid, or bought from an ask. */
static enum source_result trade_order(struct itch *itch, const unsigned char *msg, const struct order *order,
                                      uint32_t px)
{
    return itch_add_trade(itch, stock_at(itch, order->instrument), px, wire_be32(msg + AT_SHARES),
                          wire_be64(msg + AT_MATCH), order->side == STOCK_BID ? TR_SIDE_SELL : TR_SIDE_BUY);
}

static enum source_result reduce_executed(struct itch *itch, const unsigned char *msg, struct order *order)
{
    return reduce_order(itch, msg, order, "more executed than the order had");
}

/* E */
static enum source_result take_execution(struct itch *itch, const unsigned char *msg)
{
    struct order *order = find_order(itch, msg, NOTE_UNKNOWN);
    if (order == NULL)
        return SOURCE_OK;
    enum source_result result = trade_order(itch, msg, order, (uint32_t)order->px);
    return result == SOURCE_OK ? reduce_executed(itch, msg, order) : result;
}

/* C tells its price: that is a trade also where the order is not known. */
static enum source_result trade_unknown(struct itch *itch, const unsigned char *msg, uint32_t px)
{
    struct stock *stock;
    enum source_result result = itch_find_nameless(itch, itch_locate(msg), &stock);
    if (result != SOURCE_OK)
        return result;
    return itch_add_trade(itch, stock, px, wire_be32(msg + AT_SHARES), wire_be64(msg + AT_MATCH),
                          TR_SIDE_NONE);
}

/* C; what is not printable is part of a cross, which Q tells. */
static enum source_result take_priced_execution(struct itch *itch, const unsigned char *msg)
{
    unsigned char printable = msg[31];
    uint32_t px = wire_be32(msg + 32);
    char quoted[SOURCE_QUOTE_MAX];
    if (printable != 'Y' && printable != 'N')
        return source_bad_at(itch->src, BAD_MESSAGE, itch->offset, "printable %s is neither Y nor N",
                             source_quote(quoted, (const char *)&printable, 1));
    struct order *order = find_order(itch, msg, "execution with a price of an unknown order");
    enum source_result result = SOURCE_OK;
    if (printable == 'Y')
        result = order == NULL ? trade_unknown(itch, msg, px) : trade_order(itch, msg, order, px);
    return order != NULL && result == SOURCE_OK ? reduce_executed(itch, msg, order) : result;
}

/* X */
static enum source_result take_cancel(struct itch *itch, const unsigned char *msg)
{
    struct order *order = find_order(itch, msg, NOTE_UNKNOWN);
    return order == NULL ? SOURCE_OK : reduce_order(itch, msg, order, "more cancelled than the order had");
}

/* D */
static enum source_result take_delete(struct itch *itch, const unsigned char *msg)
{
    struct order *order = find_order(itch, msg, NOTE_UNKNOWN);
    if (tr_unlikely(order == NULL))
        return SOURCE_OK;
    uint32_t locate = order->instrument;
    enum stock_side side = order->side;
    return tell_best(itch, locate, side, remove_order(itch, order));
}

/* U */
static enum source_result take_replace(struct itch *itch, const unsigned char *msg)
{
    struct order *order = find_order(itch, msg, NOTE_UNKNOWN);
    if (order == NULL)
        return SOURCE_OK;
    struct order added = *order;
    added.ref = wire_be64(msg + 19);
    added.qty = wire_be32(msg + 27);
    added.px = wire_be32(msg + 31);
    enum source_result result = remove_order(itch, order);
    if (result == SOURCE_OK)
        result = add_order(itch, &added);
    return tell_best(itch, added.instrument, added.side, result);
}

/* P: an order that no book showed was hit.  Its side was that of the resting order until July 2014 and is B
 * for all since: nothing tells the taker's. */
static enum source_result take_hidden_trade(struct itch *itch, const unsigned char *msg)
{
    struct stock *stock;
    if (side_code[msg[AT_ADD_SIDE]] == NO_SIDE)
        return bad_side(itch, msg[AT_ADD_SIDE]);
    enum source_result result = itch_find_stock(itch, msg, msg + AT_ADD_SYMBOL, &stock);
    if (result != SOURCE_OK)
        return result;
    return itch_add_trade(itch, stock, wire_be32(msg + AT_ADD_PRICE), wire_be32(msg + AT_ADD_SHARES),
                          wire_be64(msg + 36), TR_SIDE_NONE);
}

/* Q */
static enum source_result take_cross(struct itch *itch, const unsigned char *msg)
{
    struct stock *stock;
    enum source_result result = itch_find_stock(itch, msg, msg + 19, &stock);
    if (result != SOURCE_OK)
        return result;
    return itch_add_trade(itch, stock, wire_be32(msg + 27), wire_be64(msg + 11), wire_be64(msg + 31),
                          TR_SIDE_NONE);
}

/* R */
static enum source_result take_directory(struct itch *itch, const unsigned char *msg)
{
    const unsigned char *symbol = msg + 11;
    struct stock *stock = stocks_get(&itch->stocks, itch_locate(msg));
    enum source_result result = SOURCE_OK;
    if (stock == NULL)
        return itch_fail_memory(itch);
    if (!stock_is_called(stock, symbol))
        result = itch_new_symbol(itch, stock, symbol, true);
    stock->is_listed = stock->is_listed || result == SOURCE_OK;
    return result;
}

/* S: O opens the day and C ends it; what one day's orders were is nothing to the next. */
static enum source_result take_system_event(struct itch *itch, const unsigned char *msg)
{
    unsigned char code = msg[11];
    itch->is_closed = code == 'C';
    if (code != 'O' || itch->orders.cnt == 0)
        return SOURCE_OK;
    itch_note(itch, "session begins with orders of one before: they are dropped");
    orders_free(&itch->orders);
    stocks_clear_books(&itch->stocks);
    return SOURCE_OK;
}

/* B: a trade that was told before does not count after all. */
static enum source_result take_broken(struct itch *itch, const unsigned char *msg)
{
    (void)msg;
    itch_note(itch, "trade broken after it was told");
    return SOURCE_OK;
}

/* States of stocks and auctions are nothing that is a tick. */
static enum source_result take_other(struct itch *itch, const unsigned char *msg)
{
    if (itch_length(msg[0]) == 0)
        itch_note(itch, "message of unknown type");
    return SOURCE_OK;
}

static enum source_result take_typed(struct itch *itch, const unsigned char *msg)
{
    switch (msg[0]) {
    case 'A':
    case 'F':
        return take_add(itch, msg);
    case 'D':
        return take_delete(itch, msg);
    case 'E':
        return take_execution(itch, msg);
    case 'U':
        return take_replace(itch, msg);
    case 'X':
        return take_cancel(itch, msg);
    case 'P':
        return take_hidden_trade(itch, msg);
    case 'C':
        return take_priced_execution(itch, msg);
    case 'Q':
        return take_cross(itch, msg);
    case 'R':
        return take_directory(itch, msg);
    case 'S':
        return take_system_event(itch, msg);
    case 'B':
        return take_broken(itch, msg);
    default:
        return take_other(itch, msg);
    }
}

void itch_expect(const struct itch *itch, const unsigned char *msg, size_t len)
{
    if (len >= AT_REF + sizeof(uint64_t))
        orders_prefetch(&itch->orders, wire_be64(msg + AT_REF));
}

static enum source_result bad_time(struct itch *itch, uint64_t since_ns)
{
    return source_bad_at(itch->src, BAD_TIME, itch->offset, "time %" PRIu64 " ns is after the end of the day",
                         since_ns);
}

static enum source_result take_length(struct itch *itch, const unsigned char *msg, size_t len)
{
    if (itch_length(msg[0]) == 0)
        return take_other(itch, msg);
    return source_bad_at(itch->src, BAD_MESSAGE, itch->offset, "message %c of %zu bytes, it has %zu", msg[0],
                         len, itch_length(msg[0]));
}

enum source_result itch_message(struct itch *itch, const unsigned char *msg, size_t len, uint64_t offset,
                                struct outbox *box)
{
    itch->offset = offset;
    itch->box = box;
    if (tr_unlikely(len != itch_length(msg[0])))
        return take_length(itch, msg, len);
    uint64_t since_ns = wire_be64(msg + AT_TIME) & UINT64_C(0xFFFFFFFFFFFF);
    if (tr_unlikely(since_ns >= (uint64_t)TIME_NS_PER_DAY))
        return bad_time(itch, since_ns);
    if (tr_unlikely(since_ns < itch->since_ns))
        itch_note(itch, "time goes back");
    itch->since_ns = since_ns;
    return take_typed(itch, msg);
}
