/* Gemini's messages of both versions. */
#include "json_help.h"

#include "exitcode.h"

#define MS INT64_C(1000000)
#define T1 (INT64_C(1700000000) * 1000 * MS)

#define V1(symbol)                                                                                           \
    "{\"type\":\"update\",\"eventId\":53,\"timestamp\":1700000000,\"timestampms\":1700000000001,"            \
    "\"socket_sequence\":15,\"events\":[{\"type\":\"change\",\"side\":\"bid\",\"price\":\"1\","              \
    "\"remaining\":\"0\"},"                                                                                  \
    "{\"type\":\"trade\",\"tid\":53,\"price\":\"3632.54\",\"amount\":\"0.1362819142\",\"makerSide\":"        \
    "\"ask\"" symbol                                                                                         \
    "},{\"type\":\"trade\",\"tid\":54,\"price\":\"1\",\"amount\":\"1\",\"makerSide\":\"bid\"" symbol "}]}\n"

static void test_v1(void **state)
{
    struct opened o = {.src.opt.symbol = "BTCUSD"};
    (void)state;
    open_json(&o, V1("") V1(",\"symbol\":\"ETHUSD\"") "{\"type\":\"update\",\"eventId\":55,\"timestamp\":"
                                                      "1700000002,\"events\":[{\"type\":\"trade\","
                                                      "\"price\":\"2\",\"amount\":\"3\"}]}\n");
    /* ten decimals: rounded, and counted */
    expect_trade(&o, "BTCUSD", T1 + MS, 3632540000000, 136281914, TR_SIDE_BUY, 53);
    assert_int_equal(o.src.counts.rounded_cnt, 1);
    expect_names(&o, "BTCUSD", "gemini");
    expect_trade(&o, "BTCUSD", T1 + MS, 1000000000, 1000000000, TR_SIDE_SELL, 54);
    expect_trade(&o, "ETHUSD", T1 + MS, 3632540000000, 136281914, TR_SIDE_BUY, 53);
    expect_trade(&o, "ETHUSD", T1 + MS, 1000000000, 1000000000, TR_SIDE_SELL, 54);
    expect_trade(&o, "BTCUSD", T1 + 2000 * MS, 2000000000, 3000000000, TR_SIDE_NONE, 0);
    expect_end(&o, 0);
    close_text(&o);
}

/* Nothing tells the symbol of v1 on standard input. */
static void test_no_symbol(void **state)
{
    static const char text[] = V1("");
    struct source src = {.path = "-"};
    struct source_record rec;
    (void)state;
    assert_int_equal(input_open_bytes(&src.input, "stdin", text, strlen(text)), 0);
    assert_int_equal(source_open(&src, NULL), SOURCE_OK);
    assert_int_equal(source_next(&src, &rec), SOURCE_FATAL);
    assert_int_equal(src.exit_code, EXIT_CODE_USAGE);
    assert_string_equal(src.error, "stdin: nothing tells the symbol, give --symbol=S");
    source_close(&src);
}

static void test_v2(void **state)
{
    struct opened o = {0};
    (void)state;
    open_json(
        &o,
        "{\"type\":\"trade\",\"symbol\":\"BTCUSD\",\"event_id\":3575573053,\"timestamp\":1700000000001,"
        "\"price\":\"9004.21\",\"quantity\":\"0.0911\",\"side\":\"buy\",\"tid\":2840140800042677}\n"
        "{\"type\":\"l2_updates\",\"symbol\":\"BTCUSD\",\"changes\":[[\"buy\",\"9122.04\",\"0.1\"]],"
        "\"trades\":[{\"type\":\"trade\",\"symbol\":\"BTCUSD\",\"eventid\":16,\"timestamp\":1700000000002,"
        "\"price\":\"1\",\"quantity\":\"2\",\"side\":\"sell\",\"tid\":5},{\"timestamp\":1700000000003,"
        "\"price\":\"1\",\"quantity\":\"2\",\"side\":\"sell\"}]}\n");
    expect_trade(&o, "BTCUSD", T1 + MS, 9004210000000, 91100000, TR_SIDE_BUY, 2840140800042677);
    expect_trade(&o, "BTCUSD", T1 + 2 * MS, 1000000000, 2000000000, TR_SIDE_SELL, 5);
    expect_trade(&o, "BTCUSD", T1 + 3 * MS, 1000000000, 2000000000, TR_SIDE_SELL, 0);
    expect_end(&o, 0);
    close_text(&o);
}

static void test_no_ticks(void **state)
{
    (void)state;
    expect_no_tick(
        "{\"type\":\"heartbeat\",\"socket_sequence\":30}\n"
        "{\"type\":\"update\",\"eventId\":1,\"socket_sequence\":0,\"events\":[{\"type\":\"change\"}]}\n"
        "{\"type\":\"update\",\"eventId\":1,\"socket_sequence\":0}\n"
        "{\"type\":\"l2_updates\",\"symbol\":\"BTCUSD\",\"changes\":[[\"sell\",\"9160.20\",\"0.19\"]]}\n"
        "{\"type\":\"l2_updates\",\"symbol\":\"BTCUSD\",\"changes\":[],\"trades\":[]}\n"
        "{\"type\":\"candles_1m_updates\",\"symbol\":\"BTCUSD\",\"changes\":[[1,2,3,4,5,6]]}\n",
        6);
}

static void test_bad(void **state)
{
    (void)state;
    expect_bad_message(
        "`{\"type\":\"trade\",\"symbol\":\"B\",\"timestamp\":1700000000001,\"price\":\"1\",\"tid\":2}",
        "no \"quantity\"", "message");
    expect_bad_message(
        "{\"type\":\"update\",\"eventId\":1,\"timestampms\":`-1,\"events\":[{\"type\":\"trade\"}]}",
        "timestampms '-1' is before 1970", "time");
    expect_bad_message("{\"type\":\"update\",\"eventId\":1,\"timestampms\":1,\"events\":[{\"type\":\"trade\","
                       "\"makerSide\":\"`auction\"}]}",
                       "makerSide 'auction' is neither", "side");
}

static void test_only(void **state)
{
    static const char text[] =
        V1("") "{\"type\":\"trade\",\"symbol\":\"B\",\"timestamp\":1,\"price\":\"1\","
               "\"quantity\":\"1\"}\n"
               "{\"type\":\"l2_updates\",\"symbol\":\"B\",\"trades\":[{\"timestamp\":1,"
               "\"price\":\"1\",\"quantity\":\"1\"}]}\n";
    (void)state;
    expect_only(text, true, 4, 0);
    expect_only(text, false, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_v1),       cmocka_unit_test(test_no_symbol), cmocka_unit_test(test_v2),
        cmocka_unit_test(test_no_ticks), cmocka_unit_test(test_bad),       cmocka_unit_test(test_only),
    };
    return json_is_missing() ? 77 : cmocka_run_group_tests(tests, NULL, NULL);
}
