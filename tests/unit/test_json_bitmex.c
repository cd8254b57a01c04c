/* BitMEX's messages. */
#include "json_help.h"

#define MS INT64_C(1000000)
#define T1 (INT64_C(1700000000) * 1000 * MS) /* 2023-11-14T22:13:20Z */

#define TIME "\"timestamp\":\"2023-11-14T22:13:20.001Z\""

static void test_trades(void **state)
{
    struct opened o = {0};
    (void)state;
    open_json(
        &o,
        "{\"table\":\"trade\",\"action\":\"partial\",\"keys\":[],\"types\":{\"timestamp\":\"timestamp\"},"
        "\"filter\":{\"symbol\":\"XBTUSD\"},\"data\":[{" TIME ",\"symbol\":\"XBTUSD\",\"side\":\"Sell\","
        "\"size\":4000,\"price\":7367.5,\"tickDirection\":\"ZeroMinusTick\",\"trdMatchID\":\"68b6d178-b37e\","
        "\"grossValue\":54296000,\"homeNotional\":0.54296,\"foreignNotional\":4000}]}\n"
        "{\"table\":\"trade\",\"action\":\"insert\",\"data\":[{" TIME
        ",\"symbol\":\"XBTUSD\",\"side\":\"Buy\","
        "\"size\":20000000000,\"price\":7367},{" TIME ",\"symbol\":\"XBTUSD\",\"side\":\"\",\"size\":1,"
        "\"price\":7368}]}\n"
        "{\"table\":\"trade\",\"action\":\"insert\",\"data\":[{" TIME
        ",\"symbol\":\".BXBT\",\"side\":\"Buy\","
        "\"size\":0,\"price\":7367}]}\n");
    expect_trade(&o, "XBTUSD", T1 + MS, 7367500000000, 4000000000000, TR_SIDE_SELL, 0);
    expect_names(&o, "XBTUSD", "bitmex");
    next_ok(&o); /* more contracts than 1e-9 can count */
    assert_int_equal(o.rec.tick.flags, TR_TICK_SIZE_MILLI);
    assert_int_equal(o.rec.tick.size_qty, 20000000000000);
    expect_trade(&o, "XBTUSD", T1 + MS, 7368000000000, 1000000000, TR_SIDE_NONE, 0);
    expect_end(&o, 1); /* the index */
    close_text(&o);
}

static void test_quotes(void **state)
{
    struct opened o = {0};
    const struct tr_tick *tick = &o.rec.tick;
    (void)state;
    open_json(
        &o,
        "{\"table\":\"quote\",\"action\":\"insert\",\"data\":[{" TIME ",\"symbol\":\"XBTUSD\","
        "\"bidSize\":840766,\"bidPrice\":6063,\"askPrice\":6063.5,\"askSize\":769376},{" TIME
        ",\"symbol\":\"XBTUSD\",\"bidSize\":1,\"bidPrice\":6063},{" TIME
        ",\"symbol\":\"XBTUSD\",\"bidSize\":null,\"bidPrice\":null,\"askPrice\":6063.5,\"askSize\":9},{" TIME
        ",\"symbol\":\"XBTUSD\"},{" TIME ",\"symbol\":\"XBTUSD\",\"bidSize\":30000000000,\"bidPrice\":1,"
        "\"askPrice\":2,\"askSize\":0.0004}]}\n");
    expect_quote(&o, "XBTUSD", T1 + MS, 6063000000000, 840766000000000, 6063500000000, 769376000000000);
    next_ok(&o);
    assert_true(tick->flags == TR_TICK_NO_ASK && tick->bid_qty == 1000000000 && tick->ask_px == 0);
    next_ok(&o);
    assert_true(tick->flags == TR_TICK_NO_BID && tick->bid_qty == 0 && tick->ask_qty == 9000000000);
    next_ok(&o);
    assert_int_equal(tick->flags, TR_TICK_NO_BID | TR_TICK_NO_ASK);
    next_ok(&o); /* both sizes in one unit; the small one is rounded away but there */
    assert_int_equal(tick->flags, TR_TICK_SIZE_MILLI);
    assert_true(tick->bid_qty == 30000000000000 && tick->ask_px == 2000000000 && tick->ask_qty == 0);
    assert_int_equal(o.src.counts.rounded_cnt, 1);
    expect_end(&o, 0);
    close_text(&o);
}

static void test_no_ticks(void **state)
{
    (void)state;
    expect_no_tick("{\"info\":\"Welcome\",\"version\":\"2\",\"timestamp\":\"x\",\"docs\":\"y\"}\n"
                   "{\"success\":true,\"subscribe\":\"trade:XBTUSD\",\"request\":{\"op\":\"subscribe\"}}\n"
                   "{\"table\":\"instrument\",\"action\":\"update\",\"data\":[{\"symbol\":\"XBTUSD\"}]}\n"
                   "{\"table\":\"orderBookL2\",\"action\":\"insert\",\"data\":[{\"symbol\":\"XBTUSD\"}]}\n"
                   "{\"table\":\"trade\",\"action\":\"delete\",\"data\":[{\"symbol\":\"XBTUSD\"}]}\n"
                   "{\"table\":\"quote\",\"action\":\"partial\",\"data\":[]}\n",
                   6);
}

static void test_bad(void **state)
{
    (void)state;
    expect_bad_message("{\"table\":\"trade\",\"action\":\"insert\",\"data\":[`{" TIME
                       ",\"symbol\":\"X\",\"price\":1}]}",
                       "no \"size\"", "message");
    expect_bad_message("{\"table\":\"quote\",\"action\":\"insert\",\"data\":[{" TIME
                       ",\"symbol\":\"X\",\"bidSize\":`true,"
                       "\"bidPrice\":1}]}",
                       "\"bidSize\" is neither", "message");
    expect_bad_message("{\"table\":\"quote\",\"action\":\"insert\",\"data\":[{" TIME
                       ",\"symbol\":\"X\",\"bidSize\":`-1,"
                       "\"bidPrice\":1}]}",
                       "bidSize '-1' is negative", "number");
}

static void test_only(void **state)
{
    static const char text[] =
        "{\"table\":\"quote\",\"action\":\"insert\",\"data\":[{" TIME ",\"symbol\":\"X\"}]}\n"
        "{\"table\":\"trade\",\"action\":\"insert\",\"data\":[{" TIME ",\"symbol\":\"X\","
        "\"price\":1,\"size\":1}]}\n";
    (void)state;
    expect_only(text, true, 1, 0);
    expect_only(text, false, 1, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trades), cmocka_unit_test(test_quotes), cmocka_unit_test(test_no_ticks),
        cmocka_unit_test(test_bad),    cmocka_unit_test(test_only),
    };
    return json_is_missing() ? 77 : cmocka_run_group_tests(tests, NULL, NULL);
}
