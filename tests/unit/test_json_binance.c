/* Binance's messages: spot and futures, wrapped and bare. */
#include "json_help.h"

#define MS INT64_C(1000000)
#define T1 (INT64_C(1700000000123) * MS)
#define RECV INT64_C(1700000000999888777)

static void test_trades(void **state)
{
    struct opened o = {0};
    (void)state;
    open_json(
        &o,
        "1700000000999888777 {\"stream\":\"ethusdt@trade\",\"data\":{\"e\":\"trade\",\"E\":1700000000200,"
        "\"T\":1700000000123,\"s\":\"ETHUSDT\",\"t\":77,\"p\":\"2000.10\",\"q\":\"0.5\",\"X\":\"MARKET\","
        "\"m\":true}}\n"
        /* spot of today, of the time with order ids, and with times in microseconds */
        "{\"e\":\"trade\",\"E\":1700000000200,\"s\":\"ETHBTC\",\"t\":78,\"p\":\"0.00002818\",\"q\":\"3\","
        "\"T\":1700000000124,\"m\":false,\"M\":true}\n"
        "{\"e\":\"trade\",\"E\":1,\"s\":\"BNBBTC\",\"t\":12345,\"p\":\"0.001\",\"q\":\"100\",\"b\":88,\"a\":"
        "50,"
        "\"T\":1700000000125,\"m\":true,\"M\":true}\n"
        "{\"e\":\"trade\",\"E\":1,\"s\":\"BNBBTC\",\"t\":1,\"p\":\"1\",\"q\":\"1\",\"T\":1700000000125001}\n"
        "{\"e\":\"aggTrade\",\"E\":1700000000200,\"s\":\"BNBBTC\",\"a\":26129,\"p\":\"-0.01\",\"q\":\"4\","
        "\"f\":100,\"l\":105,\"T\":1700000000126,\"m\":false,\"M\":true}\n"
        "{\"e\":\"trade\",\"E\":1700000000127,\"s\":\"BNBBTC\",\"t\":2,\"p\":\"1\",\"q\":\"1\",\"m\":null}"
        "\n");
    expect_trade(&o, "ETHUSDT", T1, 2000100000000, 500000000, TR_SIDE_SELL, 77);
    expect_names(&o, "ETHUSDT", "binance");
    assert_int_equal(o.rec.ts_recv_ns, RECV);
    expect_trade(&o, "ETHBTC", T1 + MS, 28180, 3000000000, TR_SIDE_BUY, 78);
    assert_int_equal(o.rec.ts_recv_ns, 0);
    expect_trade(&o, "BNBBTC", T1 + 2 * MS, 1000000, 100000000000, TR_SIDE_SELL, 12345);
    expect_trade(&o, "BNBBTC", T1 + 2 * MS + 1000, 1000000000, 1000000000, TR_SIDE_NONE, 1);
    expect_trade(&o, "BNBBTC", T1 + 3 * MS, -10000000, 4000000000, TR_SIDE_BUY, 26129);
    expect_trade(&o, "BNBBTC", T1 + 4 * MS, 1000000000, 1000000000, TR_SIDE_NONE, 2);
    expect_end(&o, 0);
    close_text(&o);
}

static void test_quotes(void **state)
{
    struct opened o = {0};
    (void)state;
    open_json(&o,
              "1700000000999888777 {\"stream\":\"btcusdt@bookTicker\",\"data\":{\"u\":5,\"s\":\"BTCUSDT\","
              "\"b\":\"100.5\",\"B\":\"1\",\"a\":\"100.6\",\"A\":\"2.25\"}}\n"
              "{\"e\":\"bookTicker\",\"u\":6,\"E\":1700000000200,\"T\":1700000000123,\"s\":\"BTCUSDT\","
              "\"b\":\"100\",\"B\":\"31.21\",\"a\":\"101\",\"A\":\"40\"}\n"
              "{\"u\":7,\"s\":\"BTCUSD_PERP\",\"b\":\"1\",\"B\":\"2\",\"a\":\"3\",\"A\":\"4\"}\n"
              "{\"u\":8,\"s\":\"X\",\"b\":\"0.00000000\",\"B\":\"0.000\",\"a\":\"3\",\"A\":\"4\"}\n"
              "{\"u\":8,\"s\":\"X\",\"b\":\"1\",\"B\":\"0\",\"a\":null,\"A\":\"4\"}\n");
    /* spot has no time of its own: that before the line */
    expect_quote(&o, "BTCUSDT", RECV, 100500000000, 1000000000, 100600000000, 2250000000);
    assert_int_equal(o.rec.ts_recv_ns, RECV);
    expect_quote(&o, "BTCUSDT", T1, 100000000000, 31210000000, 101000000000, 40000000000);
    /* ... nor this one a line with a time: the last there was */
    expect_quote(&o, "BTCUSD_PERP", T1, 1000000000, 2000000000, 3000000000, 4000000000);
    next_ok(&o);
    assert_int_equal(o.rec.tick.flags, TR_TICK_NO_BID);
    assert_true(o.rec.tick.bid_px == 0 && o.rec.tick.bid_qty == 0 && o.rec.tick.ask_px == 3000000000);
    next_ok(&o); /* the book became empty */
    assert_int_equal(o.rec.tick.flags, TR_TICK_NO_BID | TR_TICK_NO_ASK);
    assert_true(o.rec.tick.ask_px == 0 && o.rec.tick.ask_qty == 0);
    expect_end(&o, 0);
    close_text(&o);
}

static void test_no_ticks(void **state)
{
    (void)state;
    expect_no_tick(
        "{\"stream\":\"x@depth\",\"data\":{\"e\":\"depthUpdate\",\"E\":1,\"s\":\"X\",\"U\":1,\"u\":2,"
        "\"b\":[[\"1\",\"2\"]],\"a\":[]}}\n"
        "{\"e\":\"depthUpdate\",\"E\":1,\"s\":\"X\",\"U\":1,\"u\":2,\"b\":[[\"1\",\"2\"]],\"a\":[]}\n"
        "{\"lastUpdateId\":160,\"bids\":[[\"1\",\"2\"]],\"asks\":[]}\n"
        "{\"stream\":\"x@depth5\",\"data\":{\"lastUpdateId\":160,\"bids\":[],\"asks\":[]}}\n"
        "{\"stream\":\"x@kline_1m\",\"data\":{\"e\":\"kline\",\"E\":1,\"s\":\"X\",\"k\":{\"t\":1}}}\n"
        "{\"stream\":\"!miniTicker@arr\",\"data\":[{\"e\":\"24hrMiniTicker\",\"E\":1,\"s\":\"X\"}]}\n"
        "{\"result\":null,\"id\":1}\n",
        7);
    /* not the market's, and of no size or price */
    expect_no_tick(
        "{\"e\":\"trade\",\"E\":1,\"T\":1,\"s\":\"X\",\"t\":1,\"p\":\"1\",\"q\":\"1\","
        "\"X\":\"INSURANCE_FUND\",\"m\":true}\n"
        "{\"e\":\"trade\",\"E\":1,\"T\":1,\"s\":\"X\",\"t\":1,\"p\":\"0\",\"q\":\"1\",\"X\":\"NA\"}\n"
        "{\"e\":\"trade\",\"E\":1,\"T\":1,\"s\":\"X\",\"t\":1,\"p\":\"1\",\"q\":\"0.000\"}\n"
        "{\"e\":\"trade\",\"E\":1,\"T\":1,\"s\":\"X\",\"t\":1,\"p\":\"0.0\",\"q\":\"1\"}\n",
        4);
}

#define TRADE(members) "{\"e\":\"trade\",\"T\":1700000000123" members "}"

static void test_bad(void **state)
{
    (void)state;
    expect_bad_message("`" TRADE(",\"p\":\"1\",\"q\":\"2\""), "no \"s\"", "message");
    expect_bad_message("`" TRADE(",\"s\":\"X\",\"q\":\"2\""), "no \"p\"", "message");
    expect_bad_message("5 {\"stream\":\"\",\"data\":`" TRADE(",\"s\":\"X\",\"p\":\"1\"") "}", "no \"q\"",
                       "message");
    expect_bad_message(TRADE(",\"s\":\"X\",\"p\":\"`\",\"q\":\"2\""), "\"p\" is empty", "message");
    expect_bad_message(TRADE(",\"s\":\"X\",\"p\":`null,\"q\":\"2\""), "\"p\" is empty", "message");
    expect_bad_message(TRADE(",\"s\":\"X\",\"p\":`[1],\"q\":\"2\""), "\"p\" is neither", "message");
    expect_bad_message(TRADE(",\"s\":\"X\",\"p\":`false,\"q\":\"2\""), "\"p\" is neither", "message");
    expect_bad_message(TRADE(",\"s\":`true,\"p\":1,\"q\":\"2\""), "\"s\" is neither", "message");
    expect_bad_message(TRADE(",\"s\":\"X\",\"p\":\"`1,5\",\"q\":\"2\""), "p '1,5' is not a number", "number");
    expect_bad_message(TRADE(",\"s\":\"X\",\"p\":\"`1e10\",\"q\":\"2\""), "p '1e10' is out of range",
                       "number");
    expect_bad_message(TRADE(",\"s\":\"X\",\"p\":`4e-10,\"q\":\"2\""), "p '4e-10' is smaller than 1e-9",
                       "number");
    expect_bad_message(TRADE(",\"s\":\"X\",\"p\":\"1\",\"q\":\"`-2\""), "q '-2' is negative", "number");
    expect_bad_message(TRADE(",\"s\":\"X\",\"p\":\"1\",\"q\":\"`1e16\""), "q '1e16' is out of range",
                       "number");
    expect_bad_message(TRADE(",\"s\":\"`\xC3\xA4\",\"p\":\"1\",\"q\":\"2\""), "s '\?\?' is not 1 to 71",
                       "name");
    expect_bad_message("{\"e\":\"trade\",\"T\":\"`x\",\"s\":\"X\",\"p\":\"1\",\"q\":\"2\"}",
                       "T 'x' is not a time", "time");
    expect_bad_message("5 `{\"u\":7,\"s\":\"X\",\"b\":\"1\",\"B\":\"2\",\"A\":\"4\"}", "no \"a\"", "message");
    expect_bad_message("5 `{\"e\":\"bookTicker\",\"s\":\"X\",\"b\":\"1\",\"a\":\"2\",\"A\":\"4\"}",
                       "no \"B\"", "message");
}

static void test_only(void **state)
{
    static const char text[] =
        "1700000000 {\"u\":7,\"s\":\"X\",\"b\":\"1\",\"B\":\"2\",\"a\":\"3\",\"A\":\"4\"}\n"
        "1700000000 {\"e\":\"trade\",\"s\":\"X\",\"p\":\"1\",\"q\":\"2\"}\n"
        "1700000000 {\"e\":\"kline\",\"E\":1}\n";
    (void)state;
    expect_only(text, true, 1, 1);
    expect_only(text, false, 1, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trades), cmocka_unit_test(test_quotes), cmocka_unit_test(test_no_ticks),
        cmocka_unit_test(test_bad),    cmocka_unit_test(test_only),
    };
    return json_is_missing() ? 77 : cmocka_run_group_tests(tests, NULL, NULL);
}
