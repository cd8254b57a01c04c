/* A made market of quotes: the price of each symbol walks, and jumps now and then.  The first venue follows at
 * once, the second and third in several quotes, the fourth again at once, and so on: until all have come along, the
 * bid of one can be above the ask of another. */
#include "market.h"
#include "sources.h"

#define JUMP_ONE_IN 64 /* quotes */
#define JUMP_STEPS 10
#define SPEED_CNT 3 /* a venue comes nearer by the distance divided by 1, 2 or 3 */

struct quotes_symbol {
    struct market_price price;
    int64_t mid[MARKET_VENUE_MAX]; /* what each venue takes the price for, in steps */
};

struct quotes_state {
    struct market market; /* first, see market_open */
    struct quotes_symbol symbol[];
};

static void start(struct source *src)
{
    struct quotes_state *st = src->state;
    market_start(&st->market, src->opt.seed);
    for (size_t i = 0; i < st->market.symbol_cnt; i++) {
        struct quotes_symbol *symbol = &st->symbol[i];
        symbol->price = market_price_start(market_random(&st->market));
        for (size_t v = 0; v < MARKET_VENUE_MAX; v++)
            symbol->mid[v] = symbol->price.mid;
    }
}

static int quotes_open(struct source *src)
{
    if (market_open(src, "SIM1,SIM2,SIM3", sizeof(struct quotes_state), sizeof(struct quotes_symbol)) != 0)
        return -1;
    start(src);
    return 0;
}

static enum source_result quotes_next(struct source *src, struct source_record *rec)
{
    struct quotes_state *st = src->state;
    uint64_t choice = market_random(&st->market);
    uint64_t r = market_random(&st->market);
    size_t at = market_below(choice >> 32, st->market.symbol_cnt);
    size_t venue = market_below(choice, st->market.venue_cnt);
    struct quotes_symbol *symbol = &st->symbol[at];
    market_price_walk(&symbol->price, r >> 45);
    if ((r >> 39 & (JUMP_ONE_IN - 1)) == 0)
        market_price_move(&symbol->price, (r >> 38 & 1) != 0 ? JUMP_STEPS : -JUMP_STEPS);
    int64_t *mid = &symbol->mid[venue];
    *mid += (symbol->price.mid - *mid) / (int64_t)(1 + venue % SPEED_CNT);
    int64_t half = 1 + (int64_t)(r >> 37 & 1);
    market_record(&st->market, rec, at, venue, r >> 47, choice);
    rec->tick.kind = TR_TICK_QUOTE;
    rec->tick.bid_px = (*mid - half) * symbol->price.step_px;
    rec->tick.ask_px = (*mid + half) * symbol->price.step_px;
    rec->tick.bid_qty = market_size_qty(r >> 12);
    rec->tick.ask_qty = market_size_qty(r);
    return SOURCE_OK;
}

const struct source_ops source_quotes = {
    .name = "quotes",
    .help = "quotes on three venues, or --venue=A,B,..., that cross at times",
    .generates = true,
    .only_kind = TR_TICK_QUOTE,
    .open = quotes_open,
    .next = quotes_next,
    .close = market_close,
};
