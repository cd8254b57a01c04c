/* Rows of every layout as ticks, and what the file's name and the command line tell where rows do not. */
#include <inttypes.h>

#include "source_help.h"

#include "exitcode.h"

#define SIMPLE "ts,symbol,price,size\n"

static void open_ok(struct opened *o, const char *text)
{
    enum source_result result = open_text_as(o, "csv", text, strlen(text));
    if (result != SOURCE_OK)
        print_error("%s\n", o->src.error);
    assert_int_equal(result, SOURCE_OK);
}

/* --- Layouts, each found by its header ------------------------------------------------------------------- */

/* A row and what becomes of it: trades as "side price size id", quotes as "bid size ask size". */
static void expect_layout(const char *header, const char *row, int64_t ts_ns, const char *names,
                          const char *want)
{
    struct opened o = {.src.opt.symbol = "OPT"};
    const struct tr_tick *tick = &o.rec.tick;
    char text[1000];
    char got[200];
    char venue_symbol[200];
    snprintf(text, sizeof(text), "%s\n%s\n", header, row);
    assert_int_equal(open_text_as(&o, NULL, text, strlen(text)), SOURCE_OK);
    assert_string_equal(o.src.ops->name, "csv");
    assert_int_equal(next(&o), SOURCE_OK);
    if (tick->kind == TR_TICK_TRADE)
        snprintf(got, sizeof(got), "%s %" PRId64 " %" PRId64 " %" PRIu64,
                 (const char *[]){"none", "buy", "sell"}[tick->side], tick->price_px, tick->size_qty,
                 tick->id);
    else
        snprintf(got, sizeof(got), "%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64, tick->bid_px,
                 tick->bid_qty, tick->ask_px, tick->ask_qty);
    snprintf(venue_symbol, sizeof(venue_symbol), "%.*s:%.*s", o.rec.venue_len, o.rec.venue, o.rec.symbol_len,
             o.rec.symbol);
    assert_string_equal(got, want);
    assert_string_equal(venue_symbol, names);
    assert_true(tick->ts_event_ns == ts_ns);
    assert_int_equal(next(&o), SOURCE_END);
    close_text(&o);
}

static void test_layouts_of_trades(void **state)
{
    const int64_t ts_ns = INT64_C(1600000000123000000);
    (void)state;
    expect_layout("exchange,symbol,timestamp,local_timestamp,id,side,price,amount",
                  "ftx,A-PERP,1600000000123000,1600000000100000,7,sell,1.5,2", ts_ns, "ftx:A-PERP",
                  "sell 1500000000 2000000000 7");
    expect_layout(",local_timestamp,side,price,amount", "0,1600000000123000,buy,1.5,2", ts_ns, ":OPT",
                  "buy 1500000000 2000000000 0");
    expect_layout(",timestamp,id,type,side,price,amount,cost,date",
                  "0,1600000000123,9,,buy,1.5,2,3,2020-09-13 12:26:40.123000+00:00", ts_ns, ":OPT",
                  "buy 1500000000 2000000000 9");
    expect_layout("time_seconds,price,size,is_buyer_maker", "1600000000.123,1.5,2,0", ts_ns, ":OPT",
                  "buy 1500000000 2000000000 0");
    expect_layout("Datetime,Open,High,Low,Close,Volume,OpenInterest",
                  "2020-09-13T12:26:40.123,1.50,1.50,1.5,1.50,2,0", ts_ns, ":OPT",
                  "none 1500000000 2000000000 0");
    expect_layout("id,price,qty,quote_qty,time,is_buyer_maker", "5,1.5,2,3,1600000000123,true", ts_ns, ":OPT",
                  "sell 1500000000 2000000000 5");
    expect_layout("id,price,qty,base_qty,time,is_buyer_maker", "5,1.5,2,3,1600000000123,false", ts_ns, ":OPT",
                  "buy 1500000000 2000000000 5");
    expect_layout("agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker",
                  "5,1.5,2,8,9,1600000000123,true", ts_ns, ":OPT", "sell 1500000000 2000000000 5");
    expect_layout("Time,Exchange,Symbol,Trade_Volume,Trade_Price", "12:26:40.123000001,K,A,2,1.5",
                  INT64_C(44800123000001), "K:A", "none 1500000000 2000000000 0");
}

static void test_layouts_of_quotes(void **state)
{
    const int64_t ts_ns = INT64_C(1600000000123000000);
    const char *want = "1500000000 2000000000 1600000000 3000000000";
    (void)state;
    expect_layout("exchange,symbol,timestamp,local_timestamp,ask_amount,ask_price,bid_price,bid_amount",
                  "ftx,A,1600000000123000,1600000000100000,3,1.6,1.5,2", ts_ns, "ftx:A", want);
    expect_layout("exchange,symbol,timestamp,local_timestamp,asks[0].price,asks[0].amount,bids[0].price,"
                  "bids[0].amount,asks[1].price,asks[1].amount,bids[1].price,bids[1].amount",
                  "ftx,A,1600000000123000,1600000000100000,1.6,3,1.5,2,1.7,9,,", ts_ns, "ftx:A", want);
    expect_layout("time_seconds,bid_price_bid_size,ask_price_ask_size", "1600000000,1.5_2|1.4_9,1.6_3",
                  INT64_C(1600000000000000000), ":OPT", want);
    expect_layout("Time,Exchange,Symbol,Bid_Price,Bid_Size,Offer_Price,Offer_Size",
                  "12:26:40.123000001,K,A,1.5,2,1.6,3", INT64_C(44800123000001), "K:A", want);
    expect_layout("timestamp,bid,ask", "2020-09-13 14:26:40.123000+02:00,1.5,1.6", ts_ns, ":OPT",
                  "1500000000 0 1600000000 0");
    expect_layout(
        "update_id,best_bid_price,best_bid_qty,best_ask_price,best_ask_qty,transaction_time,event_time",
        "5,1.50000000,2,1.6,3,1600000000123,1600000000125", ts_ns, ":OPT", want);
    expect_layout("exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount",
                  "ftx,A,1600000000123000,1600000000100000,true,bid,1.5,2\n"
                  "ftx,A,1600000000123000,1600000000100000,true,ask,1.6,3",
                  ts_ns, "ftx:A", want);
}

static void test_bars_are_no_ticks(void **state)
{
    struct opened o = {.src.opt.symbol = "S"};
    const char *text =
        "Datetime,Open,High,Low,Close,Volume\n2020-01-01,1,1,1.0,1.00,2\n2020-01-01,1,2,1,1,2\n"
        "2020-01-01,1,1,x,1,2\n2020-01-01,1,1,1,1,0\n2020-01-01,1,1,2,1,2\n";
    (void)state;
    open_ok(&o, text);
    assert_int_equal(next(&o), SOURCE_OK);
    expect_bad(&o, ":3:14:", "open, high, low and close differ");
    expect_bad(&o, ":4:16:", "price 'x' is not a number");
    expect_bad(&o, ":6:16:", "open, high, low and close differ");
    assert_int_equal(next(&o), SOURCE_END);
    assert_int_equal(o.src.counts.skipped_cnt, 1);
    close_text(&o);
    o.src.opt.map = "price=Close";
    open_ok(&o, text);
    for (int i = 0; i < 4; i++)
        assert_int_equal(next(&o), SOURCE_OK);
    assert_int_equal(next(&o), SOURCE_END);
    close_text(&o);
}

static void test_pairs(void **state)
{
    struct opened o = {.src.opt.symbol = "S"};
    const struct tr_tick *tick = &o.rec.tick;
    (void)state;
    open_ok(&o, "time_seconds,bid_price_bid_size,ask_price_ask_size\n1625097600,,2279.63_28.479526\n"
                "1625097600,,\n1625097600,-1,2_0\n1625097600,1_x,2_0\n1625097600,1,2_1_3\n1625097600,1\n");
    assert_int_equal(next(&o), SOURCE_OK);
    assert_true(tick->flags == TR_TICK_NO_BID && tick->ask_px == 2279630000000);
    assert_true(tick->ask_qty == 28479526000);
    assert_int_equal(next(&o), SOURCE_OK);
    assert_int_equal(tick->flags, TR_TICK_NO_BID | TR_TICK_NO_ASK);
    assert_int_equal(next(&o), SOURCE_OK);
    assert_true(tick->flags == TR_TICK_NO_ASK && tick->bid_px == -1000000000 && tick->bid_qty == 0);
    expect_bad(&o, ":5:14:", "size 'x' is not a number");
    expect_bad(&o, ":6:16:", "size '1_3' is not a number");
    expect_bad(&o, ":7:13:", "2 fields, expected 3");
    close_text(&o);
}

/* --- Order books by level ----------------------------------------------------------------------------------- */

#define LEVELS "exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount\n"

static void expect_quote(struct opened *o, int64_t ts_ns, int64_t bid_px, int64_t bid_qty, int64_t ask_px,
                         int64_t ask_qty)
{
    const struct tr_tick *tick = &o->rec.tick;
    assert_int_equal(next(o), SOURCE_OK);
    assert_int_equal(tick->kind, TR_TICK_QUOTE);
    assert_true(tick->ts_event_ns == ts_ns);
    assert_true(tick->bid_px == bid_px && tick->bid_qty == bid_qty);
    assert_true(tick->ask_px == ask_px && tick->ask_qty == ask_qty);
    assert_int_equal(tick->flags, (bid_px == 0 ? TR_TICK_NO_BID : 0) | (ask_px == 0 ? TR_TICK_NO_ASK : 0));
}

static void test_levels(void **state)
{
    const int64_t t = INT64_C(1600000000000000000);
    const int64_t one = TR_PX_SCALE;
    struct opened o = {0};
    (void)state;
    open_ok(&o, LEVELS "d,A,1600000000000000,1600000000000009,true,bid,10,1\n"
                       "d,A,1600000000000000,1600000000000009,true,ask,12,2\n"
                       "\n"
                       "d,B,1600000000000000,1600000000000009,true,ask,7,1\n"
                       "d,A,1600000001000000,1600000001000009,false,bid,9,5\n" /* deeper: nothing to tell */
                       "d,A,1600000002000000,1600000002000009,false,bid,11,1\n"
                       "d,A,1600000002000000,1600000002000009,false,bid,11,0\n" /* and gone in its message */
                       "d,A,1600000003000000,1600000003000009,false,ask,12,0\n");
    expect_quote(&o, t, 10 * one, one, 12 * one, 2 * one);
    expect_names(&o, "A", "d");
    assert_true(o.rec.ts_recv_ns == t + 9000);
    expect_quote(&o, t, 0, 0, 7 * one, one);
    expect_names(&o, "B", "d");
    expect_quote(&o, t + 3 * one, 10 * one, one, 0, 0);
    assert_int_equal(next(&o), SOURCE_END);
    assert_int_equal(next(&o), SOURCE_END);
    assert_int_equal(source_rewind(&o.src), 0);
    expect_quote(&o, t, 10 * one, one, 12 * one, 2 * one);
    close_text(&o);
}

/* A malformed row comes after the quote of the message that it ended, and is no part of its own. */
static void test_bad_levels(void **state)
{
    const int64_t t = INT64_C(1600000000000000000);
    const int64_t one = TR_PX_SCALE;
    struct opened o = {0};
    (void)state;
    open_ok(&o, LEVELS "d,A,1600000000000000,,true,bid,10,1\n"
                       "d,A,1600000001000000,,false,bid,x,1\n"
                       "d,A,1600000001000000,,false,bid,11,1\n"
                       "d,A,1600000001000000,,false,bid,12\n"
                       "d,A,1600000001000000,,maybe,bid,12,1\n"
                       "d,A,1600000001000000,,false,,12,1\n"
                       "d,A,1600000001000000,,false,north,12,1\n"
                       "d,A,1600000001000000,,false,bid,12,\n"
                       "d,A,1600000001000000,,false,bid,12,-1\n"
                       "d,A,1600000001000000,,false,bid,12,5000000000000000\n"
                       "d,A,1600000001000000,,false,ask,0,5\n");
    expect_quote(&o, t, 10 * one, one, 0, 0);
    expect_bad(&o, ":3:33:", "price 'x' is not a number");
    expect_bad(&o, ":5:", "7 fields, expected 8");
    expect_bad(&o, ":6:23:", "is_snapshot 'maybe' is not one of true, false, 1, 0");
    expect_bad(&o, ":7:29:", "side is not bid or ask");
    expect_bad(&o, ":8:29:", "side 'north' is not one of");
    expect_bad(&o, ":9:36:", "size is empty");
    expect_bad(&o, ":10:36:", "size '-1' is negative");
    expect_bad(&o, ":11:36:", "size is out of range for an order book");
    expect_quote(&o, t + one, 11 * one, one, 0, 0);
    assert_int_equal(next(&o), SOURCE_END);
    assert_int_equal(o.src.counts.skipped_cnt, 1);
    close_text(&o);
}

/* --- What rows do not say ------------------------------------------------------------------------- */

/* Without a column of symbols, the option or the name of the file tells it; standard input has none. */
static void test_symbol_of_file(void **state)
{
    char dir[] = "/tmp/tickring-test-XXXXXX";
    char path[64];
    const char *text = "ts,price,size\n1600000000,1,2\n";
    struct opened o = {.src.path = path};
    (void)state;
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof(path), "%s/ETHUSD.csv", dir);
    help_write(path, text, strlen(text));
    assert_int_equal(source_open(&o.src, NULL), SOURCE_OK);
    assert_int_equal(next(&o), SOURCE_OK);
    expect_names(&o, "ETHUSD", "");
    source_close(&o.src);
    o.src.opt = (struct source_options){.symbol = "ETH", .venue = "v"};
    assert_int_equal(source_open(&o.src, NULL), SOURCE_OK);
    assert_int_equal(next(&o), SOURCE_OK);
    expect_names(&o, "ETH", "v");
    source_close(&o.src);
    unlink(path);
    rmdir(dir);
    struct source standard = {.path = "-"};
    assert_int_equal(input_open_bytes(&standard.input, "stdin", text, strlen(text)), 0);
    assert_int_equal(source_open(&standard, NULL), SOURCE_FATAL);
    assert_string_equal(standard.error,
                        "stdin: nothing tells the symbol, give --symbol=S or --map=symbol=COL");
    assert_int_equal(standard.exit_code, EXIT_CODE_USAGE);
}

static void test_times_without_date(void **state)
{
    struct opened o = {0};
    (void)state;
    open_ok(&o, "Time,Exchange,Symbol,Trade_Volume,Trade_Price\n1600000000,K,A,300,27\n"
                "08:00:00.022239000,K,A,300,27\n 23:59:59.999999999,K,A,300,27\n");
    assert_int_equal(next(&o), SOURCE_OK);
    assert_null(o.src.note[0].kind);
    assert_int_equal(next(&o), SOURCE_OK);
    assert_true(o.rec.tick.ts_event_ns == 28800022239000);
    assert_int_equal(next(&o), SOURCE_OK);
    assert_true(o.rec.tick.ts_event_ns == 86399999999999);
    assert_string_equal(o.src.note[0].kind, "no date: times count from 1970-01-01, give --date");
    assert_int_equal(o.src.note[0].cnt, 1);
    assert_int_equal(o.src.note[0].first, 3);
    close_text(&o);
    struct opened dated = {.src.opt.date = "1970-01-02"};
    open_ok(&dated, SIMPLE "00:00:01,S,1,2\n");
    assert_int_equal(next(&dated), SOURCE_OK);
    assert_true(dated.rec.tick.ts_event_ns == 86401000000000);
    assert_null(dated.src.note[0].kind);
    close_text(&dated);
}

static void test_mutated(void **state)
{
    (void)state;
    fuzz_source("csv",
                LEVELS "d,A,1600000000000000,1600000000000009,true,bid,10,1\n"
                       "d,A,1600000000000000,1600000000000009,true,ask,12,99999999999\n"
                       "d,A,1600000001000000,1600000001000009,false,bid,10,0\n",
                &(struct source_options){.date = "2020-01-01"});
    fuzz_source("csv",
                "time_seconds,bid_price_bid_size,ask_price_ask_size\n1625097600,1_2|0.9_3,2_1\n"
                "1625097601,,2_1\n",
                &(struct source_options){.symbol = "S"});
    fuzz_source("csv", "Datetime,Open,High,Low,Close,Volume\n2020-01-01T00:00:00,1,1,1,1,2\n",
                &(struct source_options){.symbol = "S"});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layouts_of_trades),
        cmocka_unit_test(test_layouts_of_quotes),
        cmocka_unit_test(test_bars_are_no_ticks),
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_bad_levels),
        cmocka_unit_test(test_symbol_of_file),
        cmocka_unit_test(test_times_without_date),
        cmocka_unit_test(test_mutated),
    };
    return cmocka_run_group_tests_name("tickrow", tests, NULL, NULL);
}
