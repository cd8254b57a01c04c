/* Kraken's messages of both versions. */
#include "json_help.h"

#define S INT64_C(1000000000)
#define T1 (INT64_C(1700000000) * S) /* 2023-11-14T22:13:20Z */

static void test_v1(void **state)
{
    struct opened o = {0};
    (void)state;
    open_json(
        &o,
        "1700000000.25: [15,{\"a\":[\"9971.5\",2,\"2.5\"],\"b\":[\"9970\",10,\"1e-8\"],\"c\":[\"1\",\"2\"],"
        "\"t\":[1,2]},\"ticker\",\"XBT\\/EUR\"]\n"
        "[0,[[\"5541.2\",\"0.15850568\",\"1700000001.321597\",\"s\",\"l\",\"\"],"
        "[\"6060\",\"0.02455\",\"1700000001.324998\",\"b\",\"m\",\"\"]],\"trade\",\"XBT/USD\"]\n"
        "[0,[\"1.5\",\"1.6\",\"1700000002.5\",\"10\",\"0\"],\"spread\",\"ADA/XBT\"]\n"
        "[0,[[1.5,2,1700000003.25,\"b\",\"m\",\"\",99]],\"trade\",\"A/B\"]\n");
    expect_quote(&o, "XBT/EUR", T1 + S / 4, 9970000000000, 10, 9971500000000, 2500000000);
    expect_names(&o, "XBT/EUR", "kraken");
    expect_trade(&o, "XBT/USD", T1 + S + 321597000, 5541200000000, 158505680, TR_SIDE_SELL, 0);
    expect_trade(&o, "XBT/USD", T1 + S + 324998000, 6060000000000, 24550000, TR_SIDE_BUY, 0);
    next_ok(&o);
    assert_int_equal(o.rec.tick.flags, TR_TICK_NO_ASK);
    assert_int_equal(o.rec.tick.ts_event_ns, T1 + 2 * S + S / 2);
    assert_true(o.rec.tick.bid_px == 1500000000 && o.rec.tick.bid_qty == 10000000000);
    expect_trade(&o, "A/B", T1 + 3 * S + S / 4, 1500000000, 2000000000, TR_SIDE_BUY, 0);
    expect_end(&o, 0);
    close_text(&o);
}

static void test_v2(void **state)
{
    struct opened o = {0};
    (void)state;
    open_json(
        &o,
        "{\"channel\":\"ticker\",\"type\":\"snapshot\",\"data\":[{\"symbol\":\"BTC/USD\",\"bid\":105944.20,"
        "\"bid_qty\":2.5,\"ask\":105944.30,\"ask_qty\":3.2,\"last\":1,\"timestamp\":\"2023-11-14T22:13:20Z\"}"
        "]}\n"
        "{\"channel\":\"trade\",\"type\":\"update\",\"data\":[{\"symbol\":\"BTC/USD\",\"side\":\"sell\","
        "\"price\":105944.20,\"qty\":2.7625e-4,\"ord_type\":\"limit\",\"trade_id\":10218208,"
        "\"timestamp\":\"2023-11-14T22:13:21.000001Z\"},{\"symbol\":\"BTC/"
        "USD\",\"side\":\"buy\",\"price\":1E2,"
        "\"qty\":1,\"trade_id\":10218209,\"timestamp\":\"2023-11-14T22:13:22Z\"}]}\n"
        "1700000005000 "
        "{\"channel\":\"ticker\",\"data\":[{\"symbol\":\"A/B\",\"bid\":1,\"bid_qty\":2,\"ask\":3,"
        "\"ask_qty\":4}]}\n");
    expect_quote(&o, "BTC/USD", T1, 105944200000000, 2500000000, 105944300000000, 3200000000);
    expect_trade(&o, "BTC/USD", T1 + S + 1000, 105944200000000, 276250, TR_SIDE_SELL, 10218208);
    expect_trade(&o, "BTC/USD", T1 + 2 * S, 100000000000, 1000000000, TR_SIDE_BUY, 10218209);
    expect_quote(&o, "A/B", T1 + 5 * S, 1000000000, 2000000000, 3000000000, 4000000000);
    expect_end(&o, 0);
    close_text(&o);
}

static void test_no_ticks(void **state)
{
    (void)state;
    expect_no_tick(
        "[1920,{\"as\":[[\"1\",\"2\",\"3\"]],\"bs\":[]},\"book-1000\",\"SC/EUR\"]\n"
        "[1920,{\"a\":[[\"1\",\"2\",\"3\"]]},{\"b\":[],\"c\":\"26\"},\"book-10\",\"SC/EUR\"]\n"
        "[42,[\"1542057314.748456\",\"1542057360.435743\",\"3\"],\"ohlc-5\",\"XBT/USD\"]\n"
        "[0,[],\"trade\",\"XBT/USD\"]\n"
        "{\"event\":\"heartbeat\"}\n"
        "{\"connectionID\":18239578009413566319,\"event\":\"systemStatus\",\"status\":\"online\"}\n"
        "{\"channelID\":1,\"channelName\":\"trade\",\"event\":\"subscriptionStatus\",\"pair\":\"A/B\"}\n"
        "{\"channel\":\"heartbeat\"}\n"
        "{\"channel\":\"book\",\"type\":\"update\",\"data\":[{\"symbol\":\"A/B\",\"bids\":[]}]}\n"
        "{\"channel\":\"instrument\",\"type\":\"snapshot\",\"data\":{\"assets\":[]}}\n"
        "{\"channel\":\"status\",\"type\":\"update\",\"data\":[{\"system\":\"online\"}]}\n"
        "{\"method\":\"subscribe\",\"result\":{\"channel\":\"trade\"},\"success\":true}\n",
        12);
}

static void test_bad(void **state)
{
    (void)state;
    expect_bad_message("9 [15,`{\"a\":[\"9971.5\",2],\"b\":[\"9970\",10,\"1\"]},\"ticker\",\"X/Y\"]",
                       "no \"a[2]\"", "message");
    expect_bad_message("9 [15,`{\"a\":[\"9971.5\",2,\"1\"]},\"ticker\",\"X/Y\"]", "no \"b[2]\"", "message");
    expect_bad_message("9 [0,[\"1.5\",\"`x\",\"1700000002.5\",\"10\",\"0\"],\"spread\",\"A/B\"]",
                       "ask 'x' is not a number", "number");
    expect_bad_message("9 [0,[[\"1\",\"1\",\"`17e9\",\"s\"]],\"trade\",\"A/B\"]",
                       "time '17e9' is out of range", "time");
    expect_bad_message("[0,[[\"1\",\"1\",\"1700000001\",\"s\"],`[\"1\"]],\"trade\",\"A/B\"]", "no \"volume\"",
                       "message");
    expect_bad_message("[0,`{},\"trade\",\"A/B\"]", "the trades are no array", "message");
    expect_bad_message("[0,[[\"1\",\"1\",\"1700000001\",\"s\"]],\"trade\",\"`\"]", "\"pair\" is empty",
                       "message");
    expect_bad_message("{\"channel\":\"trade\",\"data\":[`7]}", "no \"symbol\"", "message");
}

static void test_only(void **state)
{
    static const char text[] =
        "1 [1,{\"a\":[1,2,3],\"b\":[1,2,3]},\"ticker\",\"A/B\"]\n"
        "1 [1,[1,2,3,4,5],\"spread\",\"A/B\"]\n"
        "1 [1,[[1,2,3]],\"trade\",\"A/B\"]\n"
        "1 {\"channel\":\"ticker\",\"data\":[{\"symbol\":\"A\",\"bid\":1,\"ask\":2,\"bid_qty\":1,"
        "\"ask_qty\":1}]}\n"
        "1 {\"channel\":\"trade\",\"data\":[{\"symbol\":\"A\",\"price\":1,\"qty\":2}]}\n";
    (void)state;
    expect_only(text, true, 2, 0);
    expect_only(text, false, 3, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_v1),  cmocka_unit_test(test_v2),   cmocka_unit_test(test_no_ticks),
        cmocka_unit_test(test_bad), cmocka_unit_test(test_only),
    };
    return json_is_missing() ? 77 : cmocka_run_group_tests(tests, NULL, NULL);
}
