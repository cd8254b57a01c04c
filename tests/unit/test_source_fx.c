/* TrueFX, HistData and MarketStore: times with their zones, one-sided quotes, bad rows, a real file. */
#include "bare_help.h"

#define TRUEFX "USD/JPY,20130101 22:00:00.295,87.655,87.728"
#define HISTDATA "20200101 170000065,1.131200,1.131720,0"
#define MARKETSTORE "2016-12-31 02:37:57 +0000 UTC,1.05310,1.05330,123456789"

static const struct source_options opt = {.symbol = "S"};

static void truefx_has_pairs_and_utc(void **state)
{
    struct opened o = {.src.opt = {.venue = "v"}};
    const struct tr_tick *tick = &o.rec.tick;
    (void)state;
    open_ok(&o, NULL, TRUEFX "\nEUR/USD,20130102 00:00:00,0,1.5\nEUR/USD,20130102 00:00:00.1,1e-9,1\n");
    assert_string_equal(o.src.ops->name, "truefx");
    expect_tick(&o);
    expect_names(&o, "USD/JPY", "v");
    assert_true(tick->kind == TR_TICK_QUOTE && tick->flags == 0);
    assert_true(tick->ts_event_ns == 1357077600295000000);
    assert_true(tick->bid_px == 87655000000 && tick->ask_px == 87728000000);
    assert_true(tick->bid_qty == 0 && tick->ask_qty == 0 && o.rec.ts_recv_ns == 0);
    expect_tick(&o);
    expect_names(&o, "EUR/USD", "v");
    assert_true(tick->flags == TR_TICK_NO_BID && tick->ts_event_ns == 1357084800000000000);
    expect_tick(&o);
    assert_true(tick->flags == 0 && tick->bid_px == 1);
    close_text(&o);
    o = (struct opened){.src.opt = {.symbol = "other"}};
    open_ok(&o, NULL, TRUEFX);
    expect_tick(&o);
    expect_names(&o, "USD/JPY", "truefx"); /* the row knows better */
    close_text(&o);
}

/* Its clock does not know summer. */
static void histdata_has_standard_time_all_year(void **state)
{
    struct opened o = {.src.opt = opt};
    const struct tr_tick *tick = &o.rec.tick;
    (void)state;
    open_ok(&o, NULL,
            HISTDATA "\n20200701 170000065,1,2,0\n20200701 235959999,1,2,0\n20200702 000000000,0,0,0\n");
    assert_string_equal(o.src.ops->name, "histdata");
    expect_tick(&o);
    expect_names(&o, "S", "histdata");
    assert_true(tick->ts_event_ns == 1577916000065000000);
    assert_true(tick->bid_px == 1131200000 && tick->ask_px == 1131720000 && tick->flags == 0);
    expect_tick(&o);
    assert_true(tick->ts_event_ns == 1593640800065000000);
    expect_tick(&o);
    assert_true(tick->ts_event_ns == 1593665999999000000);
    expect_tick(&o);
    assert_true(tick->ts_event_ns == 1593666000000000000);
    assert_true(tick->flags == (TR_TICK_NO_BID | TR_TICK_NO_ASK));
    close_text(&o);
}

static void marketstore_has_nanoseconds_of_their_own(void **state)
{
    struct opened o = {.src.opt = opt};
    (void)state;
    open_ok(&o, NULL, MARKETSTORE "\n");
    assert_string_equal(o.src.ops->name, "marketstore");
    expect_tick(&o);
    expect_names(&o, "S", "");
    assert_true(o.rec.tick.ts_event_ns == 1483151877123456789);
    assert_true(o.rec.tick.bid_px == 1053100000 && o.rec.tick.ask_px == 1053300000);
    close_text(&o);
}

static void bad_truefx_is_told_and_passed_over(void **state)
{
    static const struct bad_row bad[] = {
        {"USD/JPY,20130101 22:00:00.295,86.655", ":2:37:", "3 fields, expected 4"},
        {",20130101 22:00:00.295,1,2", ":2:1:", "symbol '' is empty"},
        {"\xff/JPY,20130101 22:00:00.295,1,2", ":2:1:", "printable"},
        {"A,20130230 22:00:00.295,1,2", ":2:3:", "is not a time"},
        {"A,20130101 25:61:00,1,2", ":2:3:", "is not a time"},
        {"A,20130101 22:00:60,1,2", ":2:3:", "is not a time"},
        {"A,20130101T22:00:00,1,2", ":2:3:", "is not a time"},
        {"A,20130101,1,2", ":2:3:", "is not a time"},
        {"A,2013010x 22:00:00,1,2", ":2:3:", "is not a time"},
        {"A,,1,2", ":2:3:", "is not a time"},
        {"A,19691231 22:00:00,1,2", ":2:3:", "out of range"},
        {"A,22620411 22:00:00,1,2", ":2:3:", "out of range"},
        {"A,20130101 22:00:00.295,1,", ":2:27:", "ask '' is empty"},
        {"A,20130101 22:00:00.295,x,1", ":2:25:", "bid 'x'"},
    };
    (void)state;
    expect_bad_rows("truefx", &opt, TRUEFX, bad, sizeof(bad) / sizeof(bad[0]));
}

static void bad_histdata_is_told_and_passed_over(void **state)
{
    static const struct bad_row bad[] = {
        {"20200101 170000065,1,2", ":2:23:", "3 fields, expected 4"},
        {"20200101 170000065,1,2,", ":2:24:", "volume '' is empty"},
        {"20200230 170000065,1,2,0", ":2:1:", "is not a time"},
        {"20200101 246000065,1,2,0", ":2:1:", "is not a time"},
        {"20200101 240000000,1,2,0", ":2:1:", "is not a time"},
        {"20200101 176000065,1,2,0", ":2:1:", "is not a time"},
        {"20200101 170060065,1,2,0", ":2:1:", "is not a time"},
        {"20200101 17000006,1,2,0", ":2:1:", "is not a time"},
        {"20200101 1700000655,1,2,0", ":2:1:", "is not a time"},
        {"20200101 17000006x,1,2,0", ":2:1:", "is not a time"},
        {"20200101 170000065,,2,0", ":2:20:", "bid '' is empty"},
    };
    (void)state;
    expect_bad_rows("histdata", &opt, HISTDATA, bad, sizeof(bad) / sizeof(bad[0]));
}

static void bad_marketstore_is_told_and_passed_over(void **state)
{
    static const struct bad_row bad[] = {
        {"2016-12-31 02:37:57 +0000 UTC,1,2", ":2:34:", "3 fields, expected 4"},
        {"2016-12-31 02:37:57 +0000 UTC,1,2,", ":2:35:", "nanoseconds '' is empty"},
        {"2016-12-31 02:37:57 +0000 UTC,1,2,1000000000", ":2:35:", "not within a second"},
        {"2016-12-31 02:37:57 +0000 UTC,1,2,-1", ":2:35:", "not within a second"},
        {"2016-12-31 02:37:57 +0100 CET,1,2,0", ":2:1:", "is not a time"},
        {"2016-13-31 02:37:57 +0000 UTC,1,2,0", ":2:1:", "is not a time"},
        {"2016-12-31 24:37:57 +0000 UTC,1,2,0", ":2:1:", "is not a time"},
        {"1969-12-31 02:37:57 +0000 UTC,1,2,0", ":2:1:", "out of range"},
        {",1,2,0", ":2:1:", "time '' is not"},
    };
    (void)state;
    expect_bad_rows("marketstore", &opt, MARKETSTORE, bad, sizeof(bad) / sizeof(bad[0]));
}

static void lines_end_in_many_ways(void **state)
{
    (void)state;
    expect_any_line_end("truefx", &opt, TRUEFX "\n" TRUEFX "\n");
    expect_any_line_end("histdata", &opt, HISTDATA "\n" HISTDATA "\n");
    expect_any_line_end("marketstore", &opt, MARKETSTORE "\n" MARKETSTORE "\n");
    assert_int_equal(count_cut_rows("histdata", &opt, HISTDATA "\n" HISTDATA "\n"), 0);
}

static void what_only_looks_like_it_is_not_taken(void **state)
{
    static const char *const other[] = {
        "USDJPY,20130101 22:00:00.295,1,2",   "USD/JPY,2013-01-01 22:00:00.295,1,2",
        "USD/JPY,20130101 22:00:00.295,x,2",  "20200101 170000065,1,2",
        "20200101 170000065,1,2,x",           "20200101170000065,1,2,0",
        "2016-12-31 02:37:57 +0000 UTC,1,2,", "2016-12-31 02:37:57,1,2,0",
    };
    static const char *const names[] = {"truefx", "histdata", "marketstore"};
    (void)state;
    for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
        for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
            assert_false(source_find(names[k], false)->detect(other[i], strlen(other[i])));
}

static void real_histdata(void **state)
{
    struct opened o = {.src.opt.symbol = "EURUSD"};
    int64_t spread_min_px = INT64_MAX;
    int64_t spread_max_px = 0;
    size_t cnt = 0;
    enum source_result result;
    (void)state;
    help_real(o.path, "fx/histdata_quote_tick_data.csv");
    o.src.path = o.path;
    assert_int_equal(source_open(&o.src, NULL), SOURCE_OK);
    for (; (result = next(&o)) == SOURCE_OK; cnt++) {
        int64_t spread_px = o.rec.tick.ask_px - o.rec.tick.bid_px;
        if (cnt == 0)
            assert_true(o.rec.tick.ts_event_ns == 1577916000065000000);
        spread_min_px = spread_px < spread_min_px ? spread_px : spread_min_px;
        spread_max_px = spread_px > spread_max_px ? spread_px : spread_max_px;
    }
    assert_int_equal(result, SOURCE_END);
    assert_true(cnt == 9500 && spread_min_px == 10000 && spread_max_px == 720000);
    assert_true(o.rec.tick.bid_px == 1121300000 && o.rec.tick.ask_px == 1121320000);
    assert_true(o.rec.tick.ts_event_ns == 1577937652125000000);
    source_close(&o.src);
}

static void mutated_rows_never_crash(void **state)
{
    (void)state;
    fuzz_source("truefx", TRUEFX "\n" TRUEFX "\n", &opt);
    fuzz_source("histdata", HISTDATA "\n" HISTDATA "\n", &opt);
    fuzz_source("marketstore", MARKETSTORE "\n" MARKETSTORE "\n", &opt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(truefx_has_pairs_and_utc),
        cmocka_unit_test(histdata_has_standard_time_all_year),
        cmocka_unit_test(marketstore_has_nanoseconds_of_their_own),
        cmocka_unit_test(bad_truefx_is_told_and_passed_over),
        cmocka_unit_test(bad_histdata_is_told_and_passed_over),
        cmocka_unit_test(bad_marketstore_is_told_and_passed_over),
        cmocka_unit_test(lines_end_in_many_ways),
        cmocka_unit_test(what_only_looks_like_it_is_not_taken),
        cmocka_unit_test(real_histdata),
        cmocka_unit_test(mutated_rows_never_crash),
    };
    return cmocka_run_group_tests_name("source_fx", tests, NULL, NULL);
}
