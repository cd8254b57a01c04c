/* The made market of quotes: repeatable, sound in itself, and at odds with itself at times. */
#include "market_help.h"

#define QUOTE_CNT 200000
#define VENUE_CNT 3
#define KNOWN_HASH UINT64_C(0x9ba74954b92e734a)

static void repeatable(void **state)
{
    (void)state;
    expect_repeatable("quotes");
    expect_known_stream("quotes", KNOWN_HASH);
}

static void check_quote(const struct source_record *rec, int64_t last_ns)
{
    const struct tr_tick *tick = &rec->tick;
    assert_true(tick->ts_event_ns > last_ns);
    assert_true(rec->ts_recv_ns > tick->ts_event_ns);
    assert_int_equal(tick->kind, TR_TICK_QUOTE);
    assert_int_equal(tick->flags, 0);
    assert_true(tick->bid_px > 0 && tick->bid_px < tick->ask_px);
    assert_true(tick->bid_qty > 0 && tick->ask_qty > 0);
}

/* Whether the best bid of the venues' latest quotes is above the best ask. */
static bool is_crossed(const struct tr_tick latest[VENUE_CNT])
{
    int64_t bid_px = INT64_MIN;
    int64_t ask_px = INT64_MAX;
    for (size_t v = 0; v < VENUE_CNT; v++) {
        if (latest[v].kind != TR_TICK_QUOTE)
            continue;
        bid_px = latest[v].bid_px > bid_px ? latest[v].bid_px : bid_px;
        ask_px = latest[v].ask_px < ask_px ? latest[v].ask_px : ask_px;
    }
    return bid_px > ask_px;
}

static void venues_cross_at_times(void **state)
{
    struct source src;
    struct source_record rec;
    struct tr_tick latest[VENUE_CNT] = {{.kind = 0}};
    int64_t last_ns = 0;
    size_t crossed_cnt = 0;
    size_t episode_cnt = 0;
    bool before = false;
    (void)state;
    const struct source_options opt = {.seed = help_seed(), .symbols = "ABC"};
    assert_int_equal(open_market(&src, "quotes", opt), SOURCE_OK);
    for (size_t i = 0; i < QUOTE_CNT; i++) {
        assert_int_equal(src.ops->next(&src, &rec), SOURCE_OK);
        check_quote(&rec, last_ns);
        last_ns = rec.tick.ts_event_ns;
        assert_memory_equal(rec.venue, "SIM", 3);
        assert_in_range(rec.venue[3], '1', '3');
        latest[rec.venue[3] - '1'] = rec.tick;
        bool crossed = is_crossed(latest);
        crossed_cnt += crossed;
        episode_cnt += crossed && !before;
        before = crossed;
    }
    assert_in_range(crossed_cnt, QUOTE_CNT / 100, QUOTE_CNT / 3);
    assert_in_range(episode_cnt, QUOTE_CNT / 1000, crossed_cnt / 2); /* they last, and they end */
    source_close(&src);
}

static void names(void **state)
{
    struct source src;
    struct source_record rec;
    size_t cnt[3] = {0};
    const struct source_options opt = {.symbols = "A,B", .venue = "x,y,z"};
    (void)state;
    assert_int_equal(open_market(&src, "quotes", opt), SOURCE_OK);
    for (int i = 0; i < 3000; i++) {
        assert_int_equal(src.ops->next(&src, &rec), SOURCE_OK);
        assert_true(rec.symbol_len == 1 && (rec.symbol[0] == 'A' || rec.symbol[0] == 'B'));
        assert_true(rec.venue_len == 1 && rec.venue[0] >= 'x' && rec.venue[0] <= 'z');
        cnt[rec.venue[0] - 'x']++;
    }
    for (int v = 0; v < 3; v++)
        assert_in_range(cnt[v], 800, 1200);
    source_close(&src);
    assert_int_equal(open_market(&src, "quotes", (struct source_options){.symbols = "0"}), SOURCE_FATAL);
    source_close(&src);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repeatable),
        cmocka_unit_test(venues_cross_at_times),
        cmocka_unit_test(names),
    };
    return cmocka_run_group_tests_name("source_quotes", tests, NULL, NULL);
}
