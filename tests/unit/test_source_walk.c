/* The made market: repeatable, different for different seeds, and like a market. */
#include "market_help.h"

#include "exitcode.h"

#define TICK_CNT 200000
#define KNOWN_HASH UINT64_C(0xae2b79b8b04164be)

static enum source_result open_walk(struct source *src, struct source_options opt)
{
    return open_market(src, "walk", opt);
}

static void test_repeatable(void **state)
{
    (void)state;
    expect_repeatable("walk");
}

static void test_known_stream(void **state)
{
    struct source src;
    struct source_record rec;
    (void)state;
    assert_int_equal(open_walk(&src, (struct source_options){.seed = 1}), SOURCE_OK);
    assert_int_equal(src.ops->next(&src, &rec), SOURCE_OK);
    assert_true(rec.tick.ts_event_ns == 1704067200000000269 && rec.tick.price_px == 84638000000);
    assert_memory_equal(rec.symbol, "XRP-USD", 7);
    source_close(&src);
    expect_known_stream("walk", KNOWN_HASH);
}

static void check_tick(const struct source_record *rec, int64_t last_ns)
{
    const struct tr_tick *tick = &rec->tick;
    assert_true(tick->ts_event_ns > last_ns);
    assert_true(rec->ts_recv_ns > tick->ts_event_ns);
    if (tick->kind == TR_TICK_QUOTE) {
        assert_true(tick->bid_px > 0 && tick->bid_px < tick->ask_px);
        assert_true(tick->bid_qty > 0 && tick->ask_qty > 0 && tick->flags == 0);
    } else {
        assert_int_equal(tick->kind, TR_TICK_TRADE);
        assert_true(tick->price_px > 0 && tick->size_qty > 0 && tick->id > 0);
        assert_true(tick->side == TR_SIDE_BUY || tick->side == TR_SIDE_SELL);
        assert_true(tick->flags == TR_TICK_HAS_RECV && tick->ts_recv_ns == rec->ts_recv_ns);
    }
}

static void test_like_a_market(void **state)
{
    struct source src;
    struct source_record rec;
    int64_t last_ns = 0;
    int64_t before_mid = 0;
    size_t trade_cnt = 0;
    size_t venue_cnt[2] = {0};
    size_t move_cnt = 0;
    (void)state;
    const struct source_options opt = {.seed = help_seed(), .symbols = "ABC"};
    assert_int_equal(open_walk(&src, opt), SOURCE_OK);
    for (size_t i = 0; i < TICK_CNT; i++) {
        assert_int_equal(src.ops->next(&src, &rec), SOURCE_OK);
        check_tick(&rec, last_ns);
        last_ns = rec.tick.ts_event_ns;
        trade_cnt += rec.tick.kind == TR_TICK_TRADE;
        assert_int_equal(rec.venue_len, 4);
        assert_true(memcmp(rec.venue, "SIM1", 4) == 0 || memcmp(rec.venue, "SIM2", 4) == 0);
        venue_cnt[rec.venue[3] - '1']++;
        assert_true(rec.symbol_len == 3 && memcmp(rec.symbol, "ABC", 3) == 0);
        if (rec.tick.kind == TR_TICK_QUOTE) {
            int64_t mid = (rec.tick.bid_px + rec.tick.ask_px) / 2;
            if (before_mid != 0)
                assert_true(llabs(mid - before_mid) < before_mid / 10); /* it walks, it does not jump */
            move_cnt += mid != before_mid;
            before_mid = mid;
        }
    }
    assert_in_range(trade_cnt, TICK_CNT / 5, TICK_CNT / 3);
    assert_in_range(venue_cnt[0], TICK_CNT * 2 / 5, TICK_CNT * 3 / 5);
    assert_true(move_cnt > TICK_CNT / 4);
    source_close(&src);
}

/* How many of the records have a name that starts like this. */
static size_t count_symbol(struct source *src, const char *symbol, const char *venue)
{
    struct source_record rec;
    size_t cnt = 0;
    for (int i = 0; i < 10000; i++) {
        assert_int_equal(src->ops->next(src, &rec), SOURCE_OK);
        cnt += rec.symbol_len == strlen(symbol) && memcmp(rec.symbol, symbol, rec.symbol_len) == 0
               && rec.venue_len == strlen(venue) && memcmp(rec.venue, venue, rec.venue_len) == 0;
    }
    return cnt;
}

static void test_names(void **state)
{
    struct source src;
    const struct source_options named = {.symbols = "A,B", .venue = "x,y,z"};
    (void)state;
    assert_int_equal(open_walk(&src, named), SOURCE_OK);
    assert_in_range(count_symbol(&src, "A", "x"), 1400, 1950);
    assert_in_range(count_symbol(&src, "B", "z"), 1400, 1950);
    source_close(&src);
    assert_int_equal(open_walk(&src, (struct source_options){.symbols = "20"}), SOURCE_OK);
    assert_in_range(count_symbol(&src, "SYM20", "SIM1"), 150, 350);
    assert_in_range(count_symbol(&src, "BTC-USD", "SIM2"), 150, 350);
    source_close(&src);
    assert_int_equal(open_walk(&src, (struct source_options){.symbols = "65536"}), SOURCE_OK);
    assert_int_equal(count_symbol(&src, "SYM65537", "SIM1"), 0);
    source_close(&src);
}

static void expect_usage(struct source_options opt, const char *part)
{
    struct source src;
    assert_int_equal(open_walk(&src, opt), SOURCE_FATAL);
    assert_int_equal(src.exit_code, EXIT_CODE_USAGE);
    assert_non_null(strstr(src.error, part));
    source_close(&src);
}

static void test_wrong_options(void **state)
{
    char names[100];
    (void)state;
    expect_usage((struct source_options){.symbols = "0"}, "--symbols");
    expect_usage((struct source_options){.symbols = "65537"}, "--symbols");
    expect_usage((struct source_options){.symbols = "99999999999999999999999"}, "--symbols");
    expect_usage((struct source_options){.symbols = ""}, "--symbols");
    expect_usage((struct source_options){.symbols = "A,,B"}, "--symbols");
    expect_usage((struct source_options){.symbols = "A,"}, "--symbols");
    snprintf(names, sizeof(names), "%072d", 1);
    names[0] = 'x';
    expect_usage((struct source_options){.symbols = names}, "--symbols");
    expect_usage((struct source_options){.venue = ""}, "--venue");
    expect_usage((struct source_options){.venue = "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q"}, "--venue");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_repeatable),    cmocka_unit_test(test_known_stream),
        cmocka_unit_test(test_like_a_market), cmocka_unit_test(test_names),
        cmocka_unit_test(test_wrong_options),
    };
    return cmocka_run_group_tests_name("source_walk", tests, NULL, NULL);
}
