/* Bitstamp's messages. */
#include "json_help.h"

#define S INT64_C(1000000000)
#define T1 (INT64_C(1700000000) * S)

static void test_trades(void **state)
{
    struct opened o = {0};
    (void)state;
    open_json(
        &o,
        "{\"data\":{\"id\":95330837,\"timestamp\":\"1700000000\",\"amount\":0.25381784,"
        "\"amount_str\":\"0.25381784\",\"price\":11801.1,\"price_str\":\"11801.15\",\"type\":1,"
        "\"microtimestamp\":\"1700000000596198\",\"buy_order_id\":39,\"sell_order_id\":40},"
        "\"channel\":\"live_trades_btcusd\",\"event\":\"trade\"}\n"
        "{\"event\":\"trade\",\"channel\":\"live_trades_ethbtc\",\"data\":{\"id\":2,\"timestamp\":"
        "\"1700000001\","
        "\"amount\":1,\"price\":2e-2,\"type\":0}}\n"
        "{\"event\":\"trade\",\"channel\":\"live_trades_x\",\"data\":{\"timestamp\":1700000001,\"amount\":1,"
        "\"price\":2}}\n");
    /* the text is what counts where there is one */
    expect_trade(&o, "btcusd", T1 + 596198000, 11801150000000, 253817840, TR_SIDE_SELL, 95330837);
    expect_names(&o, "btcusd", "bitstamp");
    expect_trade(&o, "ethbtc", T1 + S, 20000000, 1000000000, TR_SIDE_BUY, 2);
    expect_trade(&o, "x", T1 + S, 2000000000, 1000000000, TR_SIDE_NONE, 0);
    expect_end(&o, 0);
    close_text(&o);
}

static void test_no_ticks(void **state)
{
    (void)state;
    expect_no_tick(
        "{\"event\":\"bts:subscription_succeeded\",\"channel\":\"live_trades_btcusd\",\"data\":{}}\n"
        "{\"event\":\"bts:heartbeat\",\"channel\":\"\",\"data\":{\"status\":\"success\"}}\n"
        "{\"event\":\"data\",\"channel\":\"order_book_btcusd\",\"data\":{\"bids\":[[\"1\",\"2\"]]}}\n"
        "{\"event\":\"data\",\"channel\":\"diff_order_book_btcusd\",\"data\":{\"asks\":[[\"1\",\"2\"]]}}\n"
        "{\"event\":\"order_created\",\"channel\":\"live_orders_btcusd\",\"data\":{\"price\":1}}\n"
        "{\"event\":\"trade\",\"channel\":\"private-my_trades_btcusd-7\",\"data\":{\"price\":\"1\"}}\n",
        6);
}

static void test_bad(void **state)
{
    (void)state;
    expect_bad_message(
        "{\"event\":\"trade\",\"channel\":\"live_trades_x\",\"data\":`{\"timestamp\":1700000001,"
        "\"amount\":1}}",
        "no \"price\"", "message");
    expect_bad_message(
        "{\"event\":\"trade\",\"channel\":\"live_trades_x\",\"data\":{\"timestamp\":1700000001,"
        "\"amount\":1,\"price\":1,\"type\":`2}}",
        "type is neither 0 (buy) nor 1 (sell)", "side");
    expect_bad_message(
        "{\"event\":\"trade\",\"channel\":\"live_trades_x\",\"data\":{\"timestamp\":1700000001,"
        "\"amount\":1,\"price\":1,\"type\":`null}}",
        "type is neither 0 (buy) nor 1 (sell)", "side");
    expect_bad_message(
        "{\"event\":\"trade\",\"channel\":\"live_trades_`\",\"data\":{\"timestamp\":1700000001,"
        "\"amount\":1,\"price\":1}}",
        "\"market\" is empty", "message");
    expect_bad_message("{\"event\":\"trade\",\"channel\":\"live_trades_x\",\"data\":`{\"amount\":1}}",
                       "no \"price\"", "message");
}

static void test_only(void **state)
{
    static const char text[] = "{\"event\":\"trade\",\"channel\":\"live_trades_x\",\"data\":{\"timestamp\":1,"
                               "\"amount\":1,\"price\":2}}\n";
    (void)state;
    expect_only(text, true, 1, 0);
    expect_only(text, false, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trades),
        cmocka_unit_test(test_no_ticks),
        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_only),
    };
    return json_is_missing() ? 77 : cmocka_run_group_tests(tests, NULL, NULL);
}
