/* stage_help.h - a stage without a ring: ticks in, the bytes it wrote out. */
#ifndef TESTS_STAGE_HELP_H
#define TESTS_STAGE_HELP_H

#include "feed_help.h"
#include "talk_help.h"

#include "consumer/line.h"
#include "consumer/stage/stage.h"
#include "consumer/summary.h"

#define ONE TR_PX_SCALE
#define TS INT64_C(1723161255342000000) /* 2024-08-08T23:54:15.342Z */

struct bench {
    struct symbols symbols;
    struct filter filter;
    struct indicators indicators;
    struct stage stage;
    struct out out; /* never flushed: its buffer is looked at */
    uint64_t seq;
    const char *venue;
};

static inline void bench_ask(struct bench *b, const struct indicator_ops *ops, const char *text)
{
    char why[128] = "";
    if (indicators_ask(&b->indicators, ops, text, why, sizeof why) != 0)
        fail_msg("--%s=%s: %s", ops->name, text, why);
}

static inline void bench_ask_sma(struct bench *b, const struct sma_window *window)
{
    char text[INDICATOR_WINDOW_MAX * WINDOW_TEXT_MAX] = "";
    for (size_t len = 0; window->tick_cnt != 0 || window->span_ns != 0; window++) {
        if (len > 0)
            text[len++] = ',';
        len += window_name(text + len, window);
    }
    bench_ask(b, &indicator_sma, text);
}

/* Before the first tick, with indicators that suffice. */
static inline void bench_use(struct bench *b, const struct strategy_ops *ops, int64_t threshold_pct)
{
    b->stage.opt.strategy = strategy_of(ops, &b->indicators, threshold_pct);
    b->symbols.strategy_size = ops->state_size;
}

/* window: ended by one with both numbers 0; NULL: 5 ticks. */
static inline void bench_open(struct bench *b, const struct stage_ops *ops, enum format format,
                              const struct sma_window *window)
{
    static const struct sma_window five[] = {{5, 0}, {0, 0}};
    memset(b, 0, sizeof *b);
    bench_ask_sma(b, window != NULL ? window : five);
    out_init(&b->out, -1);
    b->stage = (struct stage){.ops = ops, .out = &b->out};
    b->stage.opt.format = format;
    b->venue = "";
    assert_int_equal(indicators_open(&b->indicators), 0);
    b->stage.opt.indicators = &b->indicators;
    b->symbols.indicators = ops->has_sma ? &b->indicators : NULL;
    bench_use(b, &strategy_momentum, EXACT_PCT_SCALE / 10);
}

/* Another indicator for a bench that has had no tick yet. */
static inline void bench_add(struct bench *b, const struct indicator_ops *ops, const char *text)
{
    indicators_close(&b->indicators);
    bench_ask(b, ops, text);
    assert_int_equal(indicators_open(&b->indicators), 0);
    bench_use(b, b->stage.opt.strategy.ops, b->stage.opt.strategy.threshold.pct);
}

static inline void bench_close(struct bench *b)
{
    symbols_free(&b->symbols);
    indicators_close(&b->indicators);
    json_free(&b->stage.json);
}

/* The averages of a symbol: --sma is first. */
static inline const struct sma_set *bench_sma(const struct bench *b, size_t symbol)
{
    return indicator_state(&b->indicators.all[0], b->symbols.all[symbol]->state);
}

/* What was written since the last call. */
static inline const char *bench_text(struct bench *b)
{
    assert_true(b->out.len < OUT_CAP);
    b->out.buf[b->out.len] = '\0';
    b->out.len = 0;
    return b->out.buf;
}

/* A tick of a symbol, as the consumer's loop hands it to the stage. */
static inline const char *bench_tick_of(struct bench *b, const char *symbol, size_t symbol_len,
                                        const struct tr_tick *tick)
{
    struct stage_tick t = {.tick = tick, .seq = b->seq++, .producer = "feed", .venue = b->venue};
    t.venue_len = strlen(b->venue);
    t.symbol = symbols_get(&b->symbols, symbol, symbol_len, &b->filter);
    assert_non_null(t.symbol);
    assert_int_equal(symbols_update(&b->symbols, t.symbol, tick, &t.value), 0);
    assert_int_equal(b->stage.ops->tick(&b->stage, &t), 0);
    return bench_text(b);
}

static inline const char *bench_tick(struct bench *b, const char *symbol, const struct tr_tick *tick)
{
    return bench_tick_of(b, symbol, strlen(symbol), tick);
}

static inline struct tr_tick a_trade(int64_t price_px, int64_t size_qty)
{
    return (struct tr_tick){
        .ts_event_ns = TS, .kind = TR_TICK_TRADE, .price_px = price_px, .size_qty = size_qty};
}

static inline struct tr_tick a_quote(int64_t bid_px, int64_t ask_px)
{
    return (struct tr_tick){.ts_event_ns = TS,
                            .kind = TR_TICK_QUOTE,
                            .bid_px = bid_px,
                            .bid_qty = ONE,
                            .ask_px = ask_px,
                            .ask_qty = 2 * ONE};
}

static inline const char *bench_trade(struct bench *b, const char *symbol, int64_t price_px, int64_t size_qty)
{
    struct tr_tick tick = a_trade(price_px, size_qty);
    return bench_tick(b, symbol, &tick);
}

static inline const char *bench_quote(struct bench *b, const char *symbol, int64_t bid_px, int64_t ask_px)
{
    struct tr_tick tick = a_quote(bid_px, ask_px);
    return bench_tick(b, symbol, &tick);
}

/* The known example of seven trades. */
static inline void bench_example(struct bench *b)
{
    static const int price[] = {42000, 42050, 42100, 42080, 42150, 42200, 42180};
    for (size_t i = 0; i < sizeof price / sizeof price[0]; i++)
        bench_trade(b, "BTC", price[i] * ONE, ONE);
}

#endif
