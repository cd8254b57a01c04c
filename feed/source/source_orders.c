/* What venues say of our own orders: each is filled in several parts, while others are.  Order numbers count from 1. */
#include "market.h"
#include "sources.h"

#define LIVE_CNT 64 /* orders being filled at one time */

struct live_order {
    uint64_t id; /* 0: none */
    size_t symbol;
    size_t venue;
    uint8_t side; /* enum tr_tick_side */
    int64_t price_px;
    int64_t order_qty;
    int64_t filled_qty;
};

struct orders_state {
    struct market market; /* first, see market_open */
    uint64_t order_cnt; /* begun so far */
    struct live_order live[LIVE_CNT];
    struct market_price price[];
};

static void start(struct source *src)
{
    struct orders_state *st = src->state;
    market_start(&st->market, src->opt.seed);
    st->order_cnt = 0;
    for (size_t i = 0; i < LIVE_CNT; i++)
        st->live[i].id = 0;
    for (size_t i = 0; i < st->market.symbol_cnt; i++)
        st->price[i] = market_price_start(market_random(&st->market));
}

static int orders_open(struct source *src)
{
    if (market_open(src, "SIM1,SIM2", sizeof(struct orders_state), sizeof(struct market_price)) != 0)
        return -1;
    start(src);
    return 0;
}

static void begin_order(struct orders_state *st, struct live_order *order)
{
    uint64_t choice = market_random(&st->market);
    uint64_t r = market_random(&st->market);
    size_t symbol = market_below(choice >> 32, st->market.symbol_cnt);
    struct market_price *price = &st->price[symbol];
    market_price_walk(price, r >> 45);
    *order = (struct live_order){
        .id = ++st->order_cnt,
        .symbol = symbol,
        .venue = market_below(choice, st->market.venue_cnt),
        .side = (r >> 44 & 1) != 0 ? TR_SIDE_BUY : TR_SIDE_SELL,
        .price_px = price->mid * price->step_px,
        .order_qty = market_size_qty(r >> 12),
    };
}

/* Any part of what is left, all of it with the same chance as any other. */
static void fill(struct live_order *order, uint64_t bits)
{
    size_t left = (size_t)((order->order_qty - order->filled_qty) / MARKET_SIZE_STEP);
    order->filled_qty += (int64_t)(1 + market_below(bits, left)) * MARKET_SIZE_STEP;
}

static enum source_result orders_next(struct source *src, struct source_record *rec)
{
    struct orders_state *st = src->state;
    uint64_t choice = market_random(&st->market);
    uint64_t r = market_random(&st->market);
    struct live_order *order = &st->live[market_below(choice >> 32, LIVE_CNT)];
    if (order->id == 0)
        begin_order(st, order);
    fill(order, r >> 12);
    market_record(&st->market, rec, order->symbol, order->venue, r >> 47, choice);
    rec->tick.kind = TR_TICK_UPDATE;
    rec->tick.side = order->side;
    rec->tick.price_px = order->price_px;
    rec->tick.filled_qty = order->filled_qty;
    rec->tick.order_qty = order->order_qty;
    rec->tick.id = order->id;
    if (order->filled_qty == order->order_qty)
        order->id = 0;
    return SOURCE_OK;
}

const struct source_ops source_orders = {
    .name = "orders",
    .help = "updates of orders that are filled in parts, many at a time",
    .generates = true,
    .only_kind = TR_TICK_UPDATE,
    .open = orders_open,
    .next = orders_next,
    .close = market_close,
};
