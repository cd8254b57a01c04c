#include "market.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exitcode.h"

#define START_NS INT64_C(1704067200000000000) /* 2024-01-01T00:00:00Z */
#define SYMBOL_CNT_MAX 65536 /* of a lane's table */
#define SYMBOL_CNT_DEFAULT 4
#define MID_MIN 1000 /* steps: the walk turns here */
#define MID_MAX 10000000

/* Turns a seed into a state: neighbouring seeds must not give similar streams, and 0 is no state. */
static uint64_t spread_seed(uint64_t seed)
{
    uint64_t x = seed + UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    x ^= x >> 31;
    return x != 0 ? x : 1;
}

static bool set_name(struct market_name *name, const char *text, size_t len)
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
static bool set_names(struct market_name *name, size_t cnt, const char *list)
{
    for (size_t i = 0; i < cnt; i++) {
        size_t len = strcspn(list, ",");
        if (!set_name(&name[i], list, len))
            return false;
        list += len + 1;
    }
    return true;
}

static void number_names(struct market_name *name, size_t cnt)
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

static int set_symbols(struct market *m, struct source *src)
{
    const char *list = src->opt.symbols;
    bool counted = true;
    m->symbol_cnt = SYMBOL_CNT_DEFAULT;
    if (list != NULL)
        counted = parse_count(list, &m->symbol_cnt);
    if (!counted)
        m->symbol_cnt = count_names(list);
    if (m->symbol_cnt < 1 || m->symbol_cnt > SYMBOL_CNT_MAX)
        return source_fail(src, EXIT_CODE_USAGE, "--symbols: a count must be 1 to %d", SYMBOL_CNT_MAX);
    m->symbol = calloc(m->symbol_cnt, sizeof(*m->symbol));
    if (m->symbol == NULL)
        return source_fail(src, EXIT_CODE_FAILED, "out of memory");
    if (counted)
        number_names(m->symbol, m->symbol_cnt);
    else if (!set_names(m->symbol, m->symbol_cnt, list))
        return source_fail(src, EXIT_CODE_USAGE, "--symbols: names must be 1 to %d printable ASCII bytes",
                           SOURCE_SYMBOL_MAX);
    return 0;
}

static int set_venues(struct market *m, struct source *src, const char *list)
{
    m->venue_cnt = count_names(list);
    if (m->venue_cnt > MARKET_VENUE_MAX || !set_names(m->venue, m->venue_cnt, list))
        return source_fail(src, EXIT_CODE_USAGE, "--venue: must be 1 to %d names of 1 to %d printable bytes",
                           MARKET_VENUE_MAX, SOURCE_SYMBOL_MAX);
    return 0;
}

int market_open(struct source *src, const char *venues, size_t size, size_t symbol_size)
{
    struct market market = {.symbol = NULL};
    struct market *state = NULL;
    int rc = set_symbols(&market, src);
    if (rc == 0)
        rc = set_venues(&market, src, src->opt.venue != NULL ? src->opt.venue : venues);
    if (rc == 0 && (state = calloc(1, size + market.symbol_cnt * symbol_size)) == NULL)
        rc = source_fail(src, EXIT_CODE_FAILED, "out of memory");
    if (rc != 0) {
        free(market.symbol);
        return -1;
    }
    *state = market;
    src->state = state;
    return 0;
}

void market_start(struct market *m, uint64_t seed)
{
    m->random = spread_seed(seed);
    m->ts_ns = START_NS;
}

void market_close(struct source *src)
{
    struct market *market = src->state;
    if (market != NULL)
        free(market->symbol);
    free(market);
    src->state = NULL;
}

struct market_price market_price_start(uint64_t bits)
{
    static const int64_t step_px[] = {TR_PX_SCALE / 1000, TR_PX_SCALE / 100, TR_PX_SCALE / 10};
    return (struct market_price){
        .mid = 10 * MID_MIN + (int64_t)market_below(bits, 90 * MID_MIN),
        .step_px = step_px[market_below(bits >> 32, 3)],
    };
}

void market_price_move(struct market_price *price, int64_t steps)
{
    price->mid += steps;
    if (price->mid < MID_MIN)
        price->mid = MID_MIN;
    if (price->mid > MID_MAX)
        price->mid = MID_MAX;
}
