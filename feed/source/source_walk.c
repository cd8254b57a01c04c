/* A made market: the price of each symbol walks at random, each venue quotes around it and trades happen
 * at its quotes.  Integers only, and a generator of its own: a seed gives the same ticks on every machine. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exitcode.h"
#include "sources.h"

#define START_NS INT64_C(1704067200000000000) /* 2024-01-01T00:00:00Z */
#define SYMBOL_CNT_MAX 65536 /* of a lane's table */
#define SYMBOL_CNT_DEFAULT 4
#define VENUE_MAX 16
#define VENUES_DEFAULT "SIM1,SIM2"
#define MID_MIN 1000 /* steps: the walk turns here, so that quotes stay above zero */
#define MID_MAX 10000000
#define SKEW_MAX 2 /* steps a venue's quote may stand off the common price */
#define MEAN_GAP_NS 65536

struct walk_symbol {
    int64_t mid; /* price in steps */
    int64_t step_px; /* the symbol's least change of price */
    uint64_t trade_cnt;
    int8_t skew[VENUE_MAX]; /* of each venue's quotes, in steps */
};

struct walk_name {
    uint8_t len;
    char text[SOURCE_SYMBOL_MAX];
};

struct walk_state {
    uint64_t random;
    int64_t ts_ns;
    size_t symbol_cnt;
    size_t venue_cnt;
    struct walk_symbol *symbol;
    struct walk_name *name;
    struct walk_name venue[VENUE_MAX];
};

/* Turns a seed into a state: neighbouring seeds must not give similar streams, and 0 is no state. */
static uint64_t spread_seed(uint64_t seed)
{
    uint64_t x = seed + UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    x ^= x >> 31;
    return x != 0 ? x : 1;
}

/* xorshift64*: the high bits are the good ones. */
static inline uint64_t next_random(uint64_t *state)
{
    uint64_t x = *state;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    *state = x;
    return x * UINT64_C(2685821657736338717);
}

/* A number below n from 32 random bits. */
static inline size_t below(uint64_t bits, size_t n)
{
    return (size_t)(((bits & UINT32_MAX) * n) >> 32);
}

static bool set_name(struct walk_name *name, const char *text, size_t len)
{
    if (!source_name_ok(text, len))
        return false;
    name->len = (uint8_t)len;
    memcpy(name->text, text, len);
    return true;
}

static size_t count_names(const char *list)
{
    size_t cnt = 1;
    for (; *list != '\0'; list++)
        cnt += *list == ',';
    return cnt;
}

/* Comma-separated names into name[0..cnt). */
static bool set_names(struct walk_name *name, size_t cnt, const char *list)
{
    for (size_t i = 0; i < cnt; i++) {
        size_t len = strcspn(list, ",");
        if (!set_name(&name[i], list, len))
            return false;
        list += len + 1;
    }
    return true;
}

static void number_names(struct walk_name *name, size_t cnt)
{
    static const char *const usual[] = {"BTC-USD", "ETH-USD", "SOL-USD", "XRP-USD"};
    for (size_t i = 0; i < cnt; i++) {
        char text[24];
        if (i < sizeof(usual) / sizeof(usual[0]))
            snprintf(text, sizeof(text), "%s", usual[i]);
        else
            snprintf(text, sizeof(text), "SYM%zu", i + 1);
        set_name(&name[i], text, strlen(text));
    }
}

/* The whole text as a count; false: it is a list of names. */
static bool parse_count(const char *text, size_t *cnt)
{
    *cnt = 0;
    for (const char *p = text; *p != '\0'; p++) {
        if (*p < '0' || *p > '9')
            return false;
        if (*cnt <= SYMBOL_CNT_MAX)
            *cnt = *cnt * 10 + (size_t)(*p - '0');
    }
    return *text != '\0';
}

/* Begins the stream anew; everything in it comes from the seed. */
static void start(struct source *src)
{
    static const int64_t step_px[] = {TR_PX_SCALE / 1000, TR_PX_SCALE / 100, TR_PX_SCALE / 10};
    struct walk_state *st = src->state;
    st->random = spread_seed(src->opt.seed);
    st->ts_ns = START_NS;
    for (size_t i = 0; i < st->symbol_cnt; i++) {
        uint64_t r = next_random(&st->random);
        st->symbol[i] = (struct walk_symbol){
            .mid = 10 * MID_MIN + (int64_t)below(r, 90 * MID_MIN),
            .step_px = step_px[below(r >> 32, 3)],
        };
    }
}

static void walk_close(struct source *src)
{
    struct walk_state *st = src->state;
    if (st != NULL) {
        free(st->symbol);
        free(st->name);
        free(st);
    }
    src->state = NULL;
}

static int set_symbols(struct source *src, struct walk_state *st)
{
    const char *list = src->opt.symbols;
    bool counted = true;
    st->symbol_cnt = SYMBOL_CNT_DEFAULT;
    if (list != NULL)
        counted = parse_count(list, &st->symbol_cnt);
    if (!counted)
        st->symbol_cnt = count_names(list);
    if (st->symbol_cnt < 1 || st->symbol_cnt > SYMBOL_CNT_MAX)
        return source_fail(src, EXIT_CODE_USAGE, "--symbols: a count must be 1 to %d", SYMBOL_CNT_MAX);
    st->symbol = calloc(st->symbol_cnt, sizeof(*st->symbol));
    st->name = calloc(st->symbol_cnt, sizeof(*st->name));
    if (st->symbol == NULL || st->name == NULL)
        return source_fail(src, EXIT_CODE_FAILED, "out of memory");
    if (counted)
        number_names(st->name, st->symbol_cnt);
    else if (!set_names(st->name, st->symbol_cnt, list))
        return source_fail(src, EXIT_CODE_USAGE, "--symbols: names must be 1 to %d printable ASCII bytes",
                           SOURCE_SYMBOL_MAX);
    return 0;
}

static int set_venues(struct source *src, struct walk_state *st)
{
    const char *list = src->opt.venue != NULL ? src->opt.venue : VENUES_DEFAULT;
    st->venue_cnt = count_names(list);
    if (st->venue_cnt > VENUE_MAX || !set_names(st->venue, st->venue_cnt, list))
        return source_fail(src, EXIT_CODE_USAGE, "--venue: must be 1 to %d names of 1 to %d printable bytes",
                           VENUE_MAX, SOURCE_SYMBOL_MAX);
    return 0;
}

static int walk_open(struct source *src)
{
    src->state = calloc(1, sizeof(struct walk_state));
    if (src->state == NULL)
        return source_fail(src, EXIT_CODE_FAILED, "out of memory");
    if (set_symbols(src, src->state) != 0 || set_venues(src, src->state) != 0) {
        walk_close(src);
        return -1;
    }
    start(src);
    return 0;
}

/* A step up, down or none; at its ends the walk can only turn back. */
static inline void step_price(struct walk_symbol *symbol, uint64_t bits)
{
    symbol->mid += (int64_t)(bits & 1) - (int64_t)((bits >> 1) & 1);
    if (symbol->mid < MID_MIN)
        symbol->mid = MID_MIN;
    if (symbol->mid > MID_MAX)
        symbol->mid = MID_MAX;
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

/* Sizes have three decimals, up to 4.096. */
static inline int64_t make_size(uint64_t bits)
{
    return (int64_t)((bits & 4095) + 1) * (TR_PX_SCALE / 1000);
}

static enum source_result walk_next(struct source *src, struct source_record *rec)
{
    struct walk_state *st = src->state;
    uint64_t choice = next_random(&st->random);
    uint64_t r = next_random(&st->random);
    size_t at = below(choice >> 32, st->symbol_cnt);
    size_t venue = below(choice, st->venue_cnt);
    struct walk_symbol *symbol = &st->symbol[at];
    st->ts_ns += 1 + (int64_t)((r >> 47) & (2 * MEAN_GAP_NS - 1));
    step_price(symbol, r >> 45);
    int64_t mid = symbol->mid + step_skew(&symbol->skew[venue], r >> 40);
    int64_t half = 1 + (int64_t)((r >> 38) & 1);
    *rec = (struct source_record){
        .tick.ts_event_ns = st->ts_ns,
        .symbol = st->name[at].text,
        .symbol_len = st->name[at].len,
        .venue = st->venue[venue].text,
        .venue_len = st->venue[venue].len,
        .ts_recv_ns = st->ts_ns + 20000 + (int64_t)(choice & 0x7FFF),
    };
    struct tr_tick *tick = &rec->tick;
    if ((r >> 36 & 3) == 0) {
        bool buy = (r >> 35 & 1) != 0;
        tick->kind = TR_TICK_TRADE;
        tick->side = buy ? TR_SIDE_BUY : TR_SIDE_SELL;
        tick->flags = TR_TICK_HAS_RECV;
        tick->price_px = (buy ? mid + half : mid - half) * symbol->step_px;
        tick->size_qty = make_size(r >> 12);
        tick->ts_recv_ns = rec->ts_recv_ns;
        tick->id = ++symbol->trade_cnt;
    } else {
        tick->kind = TR_TICK_QUOTE;
        tick->bid_px = (mid - half) * symbol->step_px;
        tick->ask_px = (mid + half) * symbol->step_px;
        tick->bid_qty = make_size(r >> 12);
        tick->ask_qty = make_size(r);
    }
    return SOURCE_OK;
}

const struct source_ops source_walk = {
    .name = "walk",
    .help = "random walks: trades and quotes on two venues, or --venue=A,B,...",
    .generates = true,
    .open = walk_open,
    .next = walk_next,
    .close = walk_close,
};
