/* Coinbase's messages: the Exchange feed and Advanced Trade. */
#include "json_help.h"

#define S INT64_C(1000000000)
#define T1 (INT64_C(1700000000) * S) /* 2023-11-14T22:13:20Z */

static void test_exchange(void **state)
{
    struct opened o = {0};
    (void)state;
    open_json(
        &o, "1700000001.5: {\"type\":\"ticker\",\"sequence\":1,\"product_id\":\"BTC-USD\",\"price\":\"5.5\","
            "\"best_bid\":\"5.4\",\"best_ask\":\"5.6\",\"side\":\"buy\",\"time\":\"2023-11-14T22:13:20.5Z\","
            "\"trade_id\":8,\"last_size\":\"0.04\"}\n"
            "{\"type\":\"ticker\",\"product_id\":\"BTC-USD\",\"best_bid\":\"5.4\",\"best_bid_size\":\"1\","
            "\"best_ask\":\"5.6\",\"best_ask_size\":\"0.25\",\"time\":\"2023-11-14T22:13:20Z\"}\n"
            "{\"type\":\"last_match\",\"trade_id\":8,\"maker_order_id\":\"a-b\",\"side\":\"sell\",\"size\":"
            "\"0.04\","
            "\"price\":\"5.5\",\"product_id\":\"BTC-USD\",\"time\":\"2023-11-14T22:13:20.000001Z\"}\n"
            "{\"type\":\"match\",\"trade_id\":9,\"side\":\"buy\",\"size\":\"1\",\"price\":\"5.4\","
            "\"product_id\":\"BTC-USD\",\"time\":\"2023-11-14T22:13:21Z\"}\n");
    expect_quote(&o, "BTC-USD", T1 + S / 2, 5400000000, 0, 5600000000, 0);
    expect_names(&o, "BTC-USD", "coinbase");
    assert_int_equal(o.rec.ts_recv_ns, T1 + S + S / 2);
    expect_quote(&o, "BTC-USD", T1, 5400000000, 1000000000, 5600000000, 250000000);
    /* the side is the maker's */
    expect_trade(&o, "BTC-USD", T1 + 1000, 5500000000, 40000000, TR_SIDE_BUY, 8);
    expect_trade(&o, "BTC-USD", T1 + S, 5400000000, 1000000000, TR_SIDE_SELL, 9);
    expect_end(&o, 0);
    close_text(&o);
}

static void test_advanced(void **state)
{
    struct opened o = {0};
    (void)state;
    open_json(
        &o,
        "{\"channel\":\"ticker\",\"client_id\":\"\",\"timestamp\":\"2023-11-14T22:13:20.25Z\",\"sequence_"
        "num\":1,"
        "\"events\":[{\"type\":\"snapshot\",\"tickers\":[{\"type\":\"ticker\",\"product_id\":\"A-B\","
        "\"price\":\"2\","
        "\"best_bid\":\"1.5\",\"best_bid_quantity\":\"3\",\"best_ask\":\"2.5\",\"best_ask_quantity\":\"4\"},"
        "{\"product_id\":\"C-D\",\"best_bid\":\"1\",\"best_ask\":\"0\"}]},"
        "{\"type\":\"update\",\"tickers\":[{\"product_id\":\"E-F\",\"best_bid\":\"1\",\"best_ask\":\"2\"}]}]}"
        "\n"
        "{\"channel\":\"market_trades\",\"timestamp\":\"2023-11-14T22:13:30Z\",\"events\":[{\"type\":"
        "\"update\","
        "\"trades\":[{\"trade_id\":\"995\",\"product_id\":\"A-B\",\"price\":\"2\",\"size\":\"0.1\",\"side\":"
        "\"BUY\","
        "\"time\":\"2023-11-14T22:13:20Z\"},{\"trade_id\":\"996\",\"product_id\":\"A-B\",\"price\":\"3\","
        "\"size\":\"0.2\",\"side\":\"SELL\",\"time\":\"2023-11-14T22:13:21Z\"}]}]}\n");
    expect_quote(&o, "A-B", T1 + S / 4, 1500000000, 3000000000, 2500000000, 4000000000);
    next_ok(&o);
    expect_names(&o, "C-D", "coinbase");
    assert_int_equal(o.rec.tick.flags, TR_TICK_NO_ASK);
    expect_quote(&o, "E-F", T1 + S / 4, 1000000000, 0, 2000000000, 0);
    /* "side ... refers to the makers side" */
    expect_trade(&o, "A-B", T1, 2000000000, 100000000, TR_SIDE_SELL, 995);
    expect_trade(&o, "A-B", T1 + S, 3000000000, 200000000, TR_SIDE_BUY, 996);
    expect_end(&o, 0);
    close_text(&o);
}

static void test_no_ticks(void **state)
{
    (void)state;
    expect_no_tick(
        "{\"type\":\"subscriptions\",\"channels\":[{\"name\":\"level2\",\"product_ids\":[\"A-B\"]}]}\n"
        "{\"type\":\"snapshot\",\"product_id\":\"A-B\",\"asks\":[[\"1\",\"2\"]],\"bids\":[]}\n"
        "{\"type\":\"l2update\",\"product_id\":\"A-B\",\"changes\":[[\"sell\",\"1\",\"0\"]],\"time\":\"x\"}\n"
        "{\"type\":\"heartbeat\",\"sequence\":90,\"product_id\":\"A-B\"}\n"
        "{\"type\":\"error\",\"message\":\"no\"}\n"
        "{\"type\":\"received\",\"product_id\":\"A-B\",\"price\":\"1\"}\n"
        "{\"channel\":\"l2_data\",\"events\":[{\"type\":\"update\",\"updates\":[{\"side\":\"bid\"}]}]}\n"
        "{\"channel\":\"heartbeats\",\"events\":[{\"heartbeat_counter\":\"3\"}]}\n"
        "{\"channel\":\"market_trades\",\"events\":[{\"type\":\"update\",\"trades\":[]}]}\n"
        "{\"channel\":\"ticker\",\"events\":[]}\n",
        10);
}

static void test_bad(void **state)
{
    (void)state;
    expect_bad_message(
        "`{\"type\":\"match\",\"size\":\"1\",\"product_id\":\"A-B\",\"time\":\"2023-11-14T22:13:21Z\"}",
        "no \"price\"", "message");
    expect_bad_message("{\"type\":\"match\",\"side\":\"`up\",\"time\":\"2023-11-14T22:13:21Z\"}",
                       "side 'up' is neither buy nor sell", "side");
    expect_bad_message("{\"type\":\"match\",\"side\":`{},\"time\":\"2023-11-14T22:13:21Z\"}",
                       "\"side\" is neither a string nor a number", "message");
    expect_bad_message("{\"type\":\"ticker\",\"best_ask\":\"1\",\"time\":\"`2023-02-30T00:00:00Z\"}",
                       "time '2023-02-30T00:00:00Z' is not a time", "time");
    expect_bad_message("{\"type\":\"ticker\",\"best_ask\":\"1\",\"time\":`{}}", "\"time\" is neither",
                       "message");
    expect_bad_message(
        "`{\"type\":\"ticker\",\"product_id\":\"A-B\",\"best_ask\":\"1\",\"time\":\"2023-11-14T22:13:20Z\"}",
        "no \"best_bid\"", "message");
    /* Of two trades the second is malformed: the message makes none. */
    expect_bad_message(
        "{\"channel\":\"market_trades\",\"events\":[{\"trades\":[{\"product_id\":\"A-B\",\"price\":\"2\","
        "\"size\":\"0.1\",\"time\":\"2023-11-14T22:13:20Z\"},`{\"product_id\":\"A-B\",\"price\":\"2\","
        "\"time\":\"2023-11-14T22:13:20Z\"}]}]}",
        "no \"size\"", "message");
}

static void test_only(void **state)
{
    static const char text[] =
        "1: {\"type\":\"ticker\",\"product_id\":\"A-B\",\"best_bid\":\"1\",\"best_ask\":\"2\"}\n"
        "2: {\"type\":\"match\",\"product_id\":\"A-B\",\"price\":\"1\",\"size\":\"2\"}\n"
        "3: "
        "{\"channel\":\"ticker\",\"events\":[{\"tickers\":[{\"product_id\":\"A\",\"best_bid\":1,\"best_ask\":"
        "2}]}]}\n"
        "4: "
        "{\"channel\":\"market_trades\",\"events\":[{\"trades\":[{\"product_id\":\"A\",\"price\":1,\"size\":"
        "2}]}]}\n";
    (void)state;
    expect_only(text, true, 2, 0);
    expect_only(text, false, 2, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exchange), cmocka_unit_test(test_advanced), cmocka_unit_test(test_no_ticks),
        cmocka_unit_test(test_bad),      cmocka_unit_test(test_only),
    };
    return json_is_missing() ? 77 : cmocka_run_group_tests(tests, NULL, NULL);
}
