/* json_help.h - messages in tests: opening them as source json, and the ticks that come out. */
#ifndef TESTS_JSON_HELP_H
#define TESTS_JSON_HELP_H

#include "source_help.h"

#include "feed/json/jsontree.h"

/* Whether nothing can be tested here; says so. */
static inline bool json_is_missing(void)
{
#ifdef HAVE_YAJL
    return false;
#else
    puts("built without yajl");
    return true;
#endif
}

static inline void open_json(struct opened *o, const char *text)
{
    enum source_result result = open_text_as(o, NULL, text, strlen(text));
    if (result != SOURCE_OK)
        print_error("%s\n", o->src.error);
    assert_int_equal(result, SOURCE_OK);
    assert_string_equal(o->src.ops->name, "json");
}

static inline void next_ok(struct opened *o)
{
    enum source_result result = next(o);
    if (result == SOURCE_BAD || result == SOURCE_FATAL)
        print_error("%s\n", o->src.error);
    assert_int_equal(result, SOURCE_OK);
}

/* A trade of `symbol`; price and size in units of 1e-9. */
static inline void expect_trade(struct opened *o, const char *symbol, int64_t ts_ns, int64_t px, int64_t qty,
                                enum tr_tick_side side, uint64_t id)
{
    const struct tr_tick *tick = &o->rec.tick;
    next_ok(o);
    assert_int_equal(tick->kind, TR_TICK_TRADE);
    assert_int_equal(o->rec.symbol_len, strlen(symbol));
    assert_memory_equal(o->rec.symbol, symbol, strlen(symbol));
    assert_int_equal(tick->ts_event_ns, ts_ns);
    assert_int_equal(tick->price_px, px);
    assert_int_equal(tick->size_qty, qty);
    assert_int_equal(tick->side, side);
    assert_int_equal(tick->id, id);
    assert_int_equal(tick->ts_recv_ns, o->rec.ts_recv_ns);
    assert_int_equal(tick->flags, o->rec.ts_recv_ns != 0 ? TR_TICK_HAS_RECV : 0);
}

/* A quote with both sides. */
static inline void expect_quote(struct opened *o, const char *symbol, int64_t ts_ns, int64_t bid_px,
                                int64_t bid_qty, int64_t ask_px, int64_t ask_qty)
{
    const struct tr_tick *tick = &o->rec.tick;
    next_ok(o);
    assert_int_equal(tick->kind, TR_TICK_QUOTE);
    assert_int_equal(o->rec.symbol_len, strlen(symbol));
    assert_memory_equal(o->rec.symbol, symbol, strlen(symbol));
    assert_int_equal(tick->ts_event_ns, ts_ns);
    assert_int_equal(tick->bid_px, bid_px);
    assert_int_equal(tick->bid_qty, bid_qty);
    assert_int_equal(tick->ask_px, ask_px);
    assert_int_equal(tick->ask_qty, ask_qty);
    assert_int_equal(tick->flags, 0);
}

/* Nothing is left, and so many messages were skipped. */
static inline void expect_end(struct opened *o, uint64_t skipped_cnt)
{
    enum source_result result = next(o);
    if (result == SOURCE_BAD)
        print_error("%s\n", o->src.error);
    assert_int_equal(result, SOURCE_END);
    assert_int_equal(next(o), SOURCE_END);
    assert_int_equal(o->src.counts.skipped_cnt, skipped_cnt);
}

/* Messages that hold no tick: so many of them, all of the venue. */
static inline void expect_no_tick(const char *text, uint64_t cnt)
{
    struct opened o = {0};
    open_json(&o, text);
    expect_end(&o, cnt);
    assert_null(o.src.note[0].kind);
    close_text(&o);
}

/* A message that is malformed where the mark ` stands in text, for this reason; it stops nothing. */
static inline void expect_bad_message(const char *text, const char *part, const char *kind)
{
    struct opened o = {0};
    char clean[1024];
    char place[32];
    const char *mark = strchr(text, '`');
    assert_non_null(mark);
    assert_true(strlen(text) < sizeof(clean));
    snprintf(clean, sizeof(clean), "%.*s%s", (int)(mark - text), text, mark + 1);
    snprintf(place, sizeof(place), ":1:%d:", (int)(mark - text) + 1);
    open_json(&o, clean);
    expect_bad(&o, place, part);
    assert_string_equal(o.src.bad[0].kind, kind);
    assert_int_equal(next(&o), SOURCE_END);
    close_text(&o);
}

/* Of one kind only: cnt records are left of text. */
static inline void expect_only(const char *text, bool only_trades, size_t cnt, uint64_t skipped_cnt)
{
    struct opened o = {.src.opt = {.only_trades = only_trades, .only_quotes = !only_trades}};
    open_json(&o, text);
    for (size_t i = 0; i < cnt; i++) {
        next_ok(&o);
        assert_int_equal(o.rec.tick.kind, only_trades ? TR_TICK_TRADE : TR_TICK_QUOTE);
    }
    expect_end(&o, skipped_cnt);
    close_text(&o);
}

#endif
