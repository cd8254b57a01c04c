/* Dumps of Binance without a header: each layout, both units of time, every kind of bad row, real files. */
#include "bare_help.h"

#include "exitcode.h"

#define TRADE "4100000259,61900.25000000,0.02000000,1238.00500000,1723200000342,True,True"
#define AGG "3100000412,61900.25,0.068,4100000259,4100000260,1723200000342,False,True"
#define UM_TRADE "5240000001,61950.3,0.005,309.7515,1723200001322,true"
#define UM_AGG "2240000001,61950.3,0.005,5240000001,5240000003,1723200001322,false"
#define BOOK "5200000000020,61950.20000000,3.50700000,61950.30000000,1.51000000,1723200001313,1723200001314"
#define KLINE                                                                                                \
    "1638100800000,0.00003120,0.00003121,0.00003117,0.00003118,71220.30000000,1638100859999,2.22064900,96,"  \
    "30000.10000000,0.93540312,0"

static const struct source_options opt = {.symbol = "S"};

static void spot_trades(void **state)
{
    struct opened o = {.src.opt.symbol = "BTCUSDT"};
    const struct tr_tick *tick = &o.rec.tick;
    (void)state;
    open_ok(&o, NULL,
            TRADE "\n7,0.5,2,1,1735689600000123,False,False\n8,1e1,99999999999,1,1735689600000,"
                  "true,FALSE\n9,1,1,1,1735689600000,tRUE,true\n");
    assert_string_equal(o.src.ops->name, "binance");
    expect_tick(&o);
    expect_names(&o, "BTCUSDT", "binance");
    assert_true(tick->kind == TR_TICK_TRADE && tick->side == TR_SIDE_SELL && tick->flags == 0);
    assert_true(tick->ts_event_ns == 1723200000342000000 && tick->id == 4100000259);
    assert_true(tick->price_px == 61900250000000 && tick->size_qty == 20000000);
    assert_true(o.rec.ts_recv_ns == 0 && tick->ts_recv_ns == 0);
    expect_tick(&o);
    assert_true(tick->ts_event_ns == 1735689600000123000 && tick->side == TR_SIDE_BUY && tick->id == 7);
    expect_tick(&o);
    assert_true(tick->flags == TR_TICK_SIZE_MILLI && tick->size_qty == 99999999999000);
    expect_tick(&o);
    assert_int_equal(tick->side, TR_SIDE_SELL);
    assert_int_equal(next(&o), SOURCE_END);
    assert_int_equal(source_rewind(&o.src), 0);
    expect_tick(&o);
    assert_int_equal(tick->id, 4100000259);
    close_text(&o);
}

static void expect_one(const char *row, struct tr_tick want)
{
    struct opened o = {.src.opt = opt};
    open_ok(&o, NULL, row);
    assert_string_equal(o.src.ops->name, "binance");
    expect_tick(&o);
    assert_memory_equal(&o.rec.tick, &want, sizeof(want));
    assert_int_equal(next(&o), SOURCE_END);
    close_text(&o);
}

static void layouts_are_told_by_columns_and_booleans(void **state)
{
    struct tr_tick trade = {.kind = TR_TICK_TRADE, .side = TR_SIDE_BUY};
    struct tr_tick quote = {.kind = TR_TICK_QUOTE, .ts_event_ns = 1723200001313000000};
    (void)state;
    trade.ts_event_ns = 1723200000342000000;
    trade.price_px = 61900250000000;
    trade.size_qty = 68000000;
    trade.id = 3100000412;
    expect_one(AGG, trade);
    trade.ts_event_ns = 1723200001322000000;
    trade.price_px = 61950300000000;
    trade.size_qty = 5000000;
    trade.id = 2240000001;
    expect_one(UM_AGG, trade);
    trade.id = 5240000001;
    trade.side = TR_SIDE_SELL;
    expect_one(UM_TRADE, trade);
    quote.bid_px = 61950200000000;
    quote.bid_qty = 3507000000;
    quote.ask_px = 61950300000000;
    quote.ask_qty = 1510000000;
    expect_one(BOOK, quote);
}

/* Its close is not known before the bar ends. */
static void a_kline_is_a_trade_at_its_end(void **state)
{
    (void)state;
    expect_one(KLINE, (struct tr_tick){.kind = TR_TICK_TRADE,
                                       .ts_event_ns = 1638100859999000000,
                                       .price_px = 31180,
                                       .size_qty = 71220300000000});
}

static void what_is_no_trade_is_counted(void **state)
{
    struct opened o = {.src.opt = opt};
    (void)state;
    open_ok(&o, NULL,
            TRADE "\n1,0,1,0,1723200000342,True,True\n2,1,0.000,0,1723200000342,True,True\n"
                  "3,1,1e-12,0,1723200000342,True,True\n");
    expect_tick(&o);
    expect_tick(&o); /* too small to be seen, but not zero */
    assert_true(o.rec.tick.id == 3 && o.rec.tick.size_qty == 0);
    assert_true(o.src.counts.skipped_cnt == 2 && o.src.counts.zero_cnt == 2);
    assert_int_equal(o.src.counts.rounded_cnt, 1);
    close_text(&o);
    o = (struct opened){.src.opt = opt};
    open_ok(&o, NULL, KLINE "\n1638100800000,1,1,1,1,0,1638100859999,0,0,0,0,0\n");
    expect_tick(&o);
    assert_int_equal(next(&o), SOURCE_END);
    assert_int_equal(o.src.counts.skipped_cnt, 1);
    close_text(&o);
}

static void a_side_of_the_book_may_be_absent(void **state)
{
    struct opened o = {.src.opt = opt};
    const struct tr_tick *tick = &o.rec.tick;
    (void)state;
    open_ok(&o, NULL,
            BOOK "\n1,0.0,0,5,2,1723200001313,1723200001313\n1,4,3,5,0.00,1723200001313,"
                 "1723200001313\n1,0,0,0,0,1723200001313,1723200001313\n"
                 "1,4,1e-10,5,1,1723200001313,1723200001313\n");
    expect_tick(&o);
    expect_tick(&o);
    assert_true(tick->flags == TR_TICK_NO_BID && tick->bid_px == 0 && tick->ask_px == 5000000000);
    expect_tick(&o);
    assert_true(tick->flags == TR_TICK_NO_ASK && tick->ask_px == 0 && tick->bid_qty == 3000000000);
    expect_tick(&o);
    assert_true(tick->flags == (TR_TICK_NO_BID | TR_TICK_NO_ASK));
    expect_tick(&o); /* too small to be seen, but there */
    assert_true(tick->flags == 0 && tick->bid_px == 4000000000 && tick->bid_qty == 0);
    close_text(&o);
}

static void bad_rows_are_told_and_passed_over(void **state)
{
    static const struct bad_row bad[] = {
        {"id,price,qty,quoteQty,time,isBuyerMaker,isBestMatch", ":2:23:", "time 'time'"},
        {"1,1,1,1,1723200000342,True", ":2:27:", "6 fields, expected 7"},
        {"1,1,1,1,1723200000342,True,True,", ":2:33:", "8 fields, expected 7"},
        {"1,1,1,1,,True,True", ":2:9:", "time '' is empty"},
        {"1,1,1,1,-1,True,True", ":2:9:", "negative"},
        {"1,1,1,1,2024-02-30 00:00:00,True,True", ":2:9:", "is not a time"},
        {"1,1,1,1,2024-02-28 25:61:00,True,True", ":2:9:", "is not a time"},
        {"1,1,1,1,99999999999999999999,True,True", ":2:9:", "out of range"},
        {"x1,1,1,1,1723200000342,True,True", ":2:1:", "id 'x1'"},
        {",1,1,1,1723200000342,True,True", ":2:1:", "id ''"},
        {"12345678901234567890,1,1,1,1723200000342,True,True", ":2:1:", "19 digits"},
        {"1,,1,1,1723200000342,True,True", ":2:3:", "price '' is empty"},
        {"1,nan,1,1,1723200000342,True,True", ":2:3:", "price 'nan'"},
        {"1,0x10,1,1,1723200000342,True,True", ":2:3:", "price '0x10'"},
        {"1,+5,1,1,1723200000342,True,True", ":2:3:", "price '+5'"},
        {"1,9223372036.854775808,1,1,1723200000342,True,True", ":2:3:", "out of range"},
        {"1,1e-10,1,1,1723200000342,True,True", ":2:3:", "smaller"},
        {"1,1,,1,1723200000342,True,True", ":2:5:", "size '' is empty"},
        {"1,1,-1,1,1723200000342,True,True", ":2:5:", "negative"},
        {"1,1,1_0,1,1723200000342,True,True", ":2:5:", "size '1_0'"},
        {"1,1,9e18,1,1723200000342,True,True", ":2:5:", "out of range"},
        {"1,1,1,1,1723200000342,1,True", ":2:23:", "isBuyerMaker '1'"},
        {"1,1,1,1,1723200000342,,True", ":2:23:", "isBuyerMaker ''"},
        {"1,1,1,1,1723200000342,Truee,True", ":2:23:", "isBuyerMaker 'Truee'"},
        {"1,1,1,1,1723200000342,True,T", ":2:28:", "isBestMatch 'T'"},
        {"1,1,1,1,1723200000342,True,\"True", ":2:28:", "unbalanced quotes"},
    };
    (void)state;
    expect_bad_rows("binance", &opt, TRADE, bad, sizeof(bad) / sizeof(bad[0]));
}

static void bad_rows_of_the_book(void **state)
{
    static const struct bad_row bad[] = {
        {"1,,1,2,1,1723200001313,1", ":2:3:", "bid '' is empty"},
        {"1,1,1,x,1,1723200001313,1", ":2:7:", "ask 'x'"},
        {"1,1,,2,1,1723200001313,1", ":2:5:", "size '' is empty"},
        {"1,1,1,2,-1,1723200001313,1", ":2:9:", "negative"},
    };
    (void)state;
    expect_bad_rows("binance", &opt, BOOK, bad, sizeof(bad) / sizeof(bad[0]));
}

/* The format was given, and the first row is bad already: the second tells the layout. */
static void a_first_row_may_be_bad(void **state)
{
    struct opened o = {.src.opt = opt};
    (void)state;
    open_ok(&o, "binance",
            "1,2,3\n1,x,1,1,1723200000342,True,True\n1,1,1,1,1723200000342,maybe\n" TRADE "\n");
    expect_bad(&o, ":1:1:", "3 fields, which are no row");
    expect_bad(&o, ":2:3:", "price 'x'");
    expect_bad(&o, ":3:23:", "isBuyerMaker 'maybe'");
    expect_tick(&o);
    assert_int_equal(o.src.bad[0].cnt, 1);
    assert_string_equal(o.src.bad[0].kind, BAD_FIELDS);
    close_text(&o);
}

static void quotes_and_blanks_around_fields_are_no_part_of_them(void **state)
{
    struct opened o = {.src.opt = opt};
    (void)state;
    open_ok(&o, NULL, "\"1\", 2 ,\"3\",6, 1723200000342 , True ,\"True\"\n");
    expect_tick(&o);
    assert_true(o.rec.tick.price_px == 2000000000 && o.rec.tick.size_qty == 3000000000);
    assert_true(o.rec.tick.side == TR_SIDE_SELL && o.rec.tick.id == 1);
    close_text(&o);
}

static void the_unit_of_time_can_be_given(void **state)
{
    struct opened o = {.src.opt = {.symbol = "S", .time_unit_ns = 1000}};
    (void)state;
    open_ok(&o, "binance", TRADE "\n");
    expect_tick(&o);
    assert_true(o.rec.tick.ts_event_ns == 1723200000342000);
    close_text(&o);
}

static void lines_end_in_many_ways(void **state)
{
    (void)state;
    expect_any_line_end("binance", &opt, TRADE "\n" TRADE "\n");
    expect_any_line_end("binance", &opt, KLINE "\n" KLINE "\n");
}

static void cut_rows_are_bad(void **state)
{
    (void)state;
    assert_int_equal(count_cut_rows("binance", &opt, TRADE "\n" TRADE "\n"), 0);
    assert_int_equal(count_cut_rows("binance", &opt, AGG "\n" AGG "\n"), 0);
    assert_int_equal(count_cut_rows("binance", &opt, UM_TRADE "\n" UM_TRADE "\n"), 0);
    assert_int_equal(count_cut_rows("binance", &opt, UM_AGG "\n" UM_AGG "\n"), 0);
    assert_int_equal(count_cut_rows("binance", &opt, KLINE "\n" KLINE "\n"), 0);
}

static void what_only_looks_like_it_is_not_taken(void **state)
{
    static const char *const other[] = {
        "id,price,qty,quoteQty,time,isBuyerMaker,isBestMatch",
        "1,1,1,1,1723161255,True,True",
        "1,1,1,1,1723200000342,True,x",
        "1,1,1,1,1723200000342,1",
        "1,1,1,1,1,1723200000342,1,1",
        "1,2,3,4,5,6,7,8,9,10,11,12",
        "1,1,1,1,1723200000342,True,True,True,1,1,1,1,1",
        "",
    };
    char why[SOURCE_ERROR_MAX];
    (void)state;
    for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
        const struct source_ops *ops = source_detect(other[i], strlen(other[i]), why);
        assert_true(ops == NULL || strcmp(ops->name, "binance") != 0);
    }
}

static void nothing_tells_the_symbol(void **state)
{
    struct source src = {.path = "-"};
    (void)state;
    assert_int_equal(input_open_bytes(&src.input, "stdin", TRADE, strlen(TRADE)), 0);
    assert_int_equal(source_open(&src, NULL), SOURCE_FATAL);
    assert_int_equal(src.exit_code, EXIT_CODE_USAGE);
    assert_non_null(strstr(src.error, "--symbol=S"));
}

/* --- Real files ------------------------------------------------------------------------------------- */

static void real_trades(void **state)
{
    struct opened o = {0};
    int64_t volume_qty = 0;
    __int128 notional = 0;
    size_t cnt = 0;
    size_t sell_cnt = 0;
    struct tr_tick last = {0};
    enum source_result result;
    (void)state;
    help_real(o.path, "binance_vision/derived_BTCUSDT-trades-2024-08-08.csv");
    o.src.path = o.path;
    assert_int_equal(source_open(&o.src, NULL), SOURCE_OK);
    for (; (result = next(&o)) == SOURCE_OK; cnt++) {
        last = o.rec.tick;
        expect_names(&o, "BTCUSDT", "binance");
        if (cnt == 0)
            assert_true(last.price_px == 61837630000000 && last.ts_event_ns == 1723161255342000000);
        volume_qty += last.size_qty;
        notional += (__int128)last.size_qty * last.price_px;
        sell_cnt += last.side == TR_SIDE_SELL;
    }
    assert_int_equal(result, SOURCE_END);
    assert_true(cnt == 9757 && sell_cnt == 5654 && volume_qty == 212033150000);
    assert_true(notional == (__int128)130840741123886 * 100000000000);
    assert_true(last.price_px == 61685990000000 && last.ts_event_ns == 1723161601271000000);
    source_close(&o.src);
}

static void real_klines(void **state)
{
    struct opened o = {0};
    int64_t volume_qty = 0;
    size_t cnt = 0;
    enum source_result result;
    (void)state;
    help_real(o.path, "binance_vision/ADABTC-1m-2021-11-28.csv");
    o.src.path = o.path;
    assert_int_equal(source_open(&o.src, NULL), SOURCE_OK);
    for (; (result = next(&o)) == SOURCE_OK; cnt++)
        volume_qty += o.rec.tick.size_qty;
    assert_int_equal(result, SOURCE_END);
    expect_names(&o, "ADABTC", "binance");
    assert_true(cnt == 1440 && volume_qty == 39091898600000000);
    assert_true(o.rec.tick.price_px == 27840 && o.rec.tick.ts_event_ns == 1638143999999000000);
    source_close(&o.src);
}

static void mutated_rows_never_crash(void **state)
{
    (void)state;
    fuzz_source("binance", TRADE "\n" TRADE "\n", &opt);
    fuzz_source("binance", BOOK "\n" BOOK "\n", &opt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spot_trades),
        cmocka_unit_test(layouts_are_told_by_columns_and_booleans),
        cmocka_unit_test(a_kline_is_a_trade_at_its_end),
        cmocka_unit_test(what_is_no_trade_is_counted),
        cmocka_unit_test(a_side_of_the_book_may_be_absent),
        cmocka_unit_test(bad_rows_are_told_and_passed_over),
        cmocka_unit_test(bad_rows_of_the_book),
        cmocka_unit_test(a_first_row_may_be_bad),
        cmocka_unit_test(quotes_and_blanks_around_fields_are_no_part_of_them),
        cmocka_unit_test(the_unit_of_time_can_be_given),
        cmocka_unit_test(lines_end_in_many_ways),
        cmocka_unit_test(cut_rows_are_bad),
        cmocka_unit_test(what_only_looks_like_it_is_not_taken),
        cmocka_unit_test(nothing_tells_the_symbol),
        cmocka_unit_test(real_trades),
        cmocka_unit_test(real_klines),
        cmocka_unit_test(mutated_rows_never_crash),
    };
    return cmocka_run_group_tests_name("source_binance", tests, NULL, NULL);
}
