/* A made market: the price of each symbol walks at random, each venue quotes around it and trades happen
 * at its quotes. */
#include "market.h"
#include "sources.h"

#define SKEW_MAX 2 /* steps a venue's quote may stand off the common price */

struct walk_symbol {
    struct market_price price;
    uint64_t trade_cnt;
    int8_t skew[MARKET_VENUE_MAX]; /* of each venue's quotes, in steps */
};

struct walk_state {
    struct market market; /* first, see market_open */
    struct walk_symbol symbol[];
};

/* Begins the stream anew; everything in it comes from the seed. */
static void start(struct source *src)
{
    struct walk_state *st = src->state;
    market_start(&st->market, src->opt.seed);
    for (size_t i = 0; i < st->market.symbol_cnt; i++)
        st->symbol[i] = (struct walk_symbol){.price = market_price_start(market_random(&st->market))};
}

static int walk_open(struct source *src)
{
    if (market_open(src, "SIM1,SIM2", sizeof(struct walk_state), sizeof(struct walk_symbol)) != 0)
        return -1;
    start(src);
    return 0;
}

/* Now and then a venue's view of the price moves against that of the others. */
static inline int64_t step_skew(int8_t *skew, uint64_t bits)
{
    if ((bits & 31) == 0 && *skew < SKEW_MAX)
        ++*skew;
    else if ((bits & 31) == 1 && *skew > -SKEW_MAX)
        --*skew;
    return *skew;
}

static enum source_result walk_next(struct source *src, struct source_record *rec)
{
    struct walk_state *st = src->state;
    uint64_t choice = market_random(&st->market);
    uint64_t r = market_random(&st->market);
    size_t at = market_below(choice >> 32, st->market.symbol_cnt);
    size_t venue = market_below(choice, st->market.venue_cnt);
    struct walk_symbol *symbol = &st->symbol[at];
    market_price_walk(&symbol->price, r >> 45);
    int64_t mid = symbol->price.mid + step_skew(&symbol->skew[venue], r >> 40);
    int64_t half = 1 + (int64_t)((r >> 38) & 1);
    market_record(&st->market, rec, at, venue, r >> 47, choice);
    struct tr_tick *tick = &rec->tick;
    if ((r >> 36 & 3) == 0) {
        bool buy = (r >> 35 & 1) != 0;
        tick->kind = TR_TICK_TRADE;
        tick->side = buy ? TR_SIDE_BUY : TR_SIDE_SELL;
        tick->flags = TR_TICK_HAS_RECV;
        tick->price_px = (buy ? mid + half : mid - half) * symbol->price.step_px;
        tick->size_qty = market_size_qty(r >> 12);
        tick->ts_recv_ns = rec->ts_recv_ns;
        tick->id = ++symbol->trade_cnt;
    } else {
        tick->kind = TR_TICK_QUOTE;
        tick->bid_px = (mid - half) * symbol->price.step_px;
        tick->ask_px = (mid + half) * symbol->price.step_px;
        tick->bid_qty = market_size_qty(r >> 12);
        tick->ask_qty = market_size_qty(r);
    }
    return SOURCE_OK;
}

const struct source_ops source_walk = {
    .name = "walk",
    .help = "random walks: trades and quotes on two venues, or --venue=A,B,...",
    .generates = true,
    .open = walk_open,
    .next = walk_next,
    .close = market_close,
};
