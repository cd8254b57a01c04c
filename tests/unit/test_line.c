/* Parts of a line in the three formats: numbers without loss, absent sides, names that mean harm. */
#include "stage_help.h"

static struct bench bench;

static const char *print(enum format format, const char *symbol, size_t len, const char *venue,
                         const struct tr_tick *tick)
{
    bench_open(&bench, &stage_print, format, NULL);
    bench.venue = venue;
    const char *text = bench_tick_of(&bench, symbol, len, tick);
    bench_close(&bench);
    return text;
}

static const char *print_btc(enum format format, const struct tr_tick *tick)
{
    return print(format, "BTC", 3, "", tick);
}

static void numbers_are_exact(void **state)
{
    struct tr_tick tick = a_trade(INT64_MIN, INT64_MAX);
    (void)state;
    expect_part(print_btc(FORMAT_JSON, &tick),
                "\"price\":\"-9223372036.854775808\",\"size\":\"9223372036.854775807\"");
    expect_part(print_btc(FORMAT_CSV, &tick), ",trade,-9223372036.854775808,9223372036.854775807,,");
    expect_part(print_btc(FORMAT_TEXT, &tick), "9223372036.854775807 @ -9223372036.854775808\n");
    tick.flags = TR_TICK_SIZE_MILLI;
    expect_part(print_btc(FORMAT_JSON, &tick), "\"size\":\"9223372036854775.807\"");
    expect_part(print_btc(FORMAT_CSV, &tick), ",9223372036854775.807,");
    expect_part(print_btc(FORMAT_TEXT, &tick), "9223372036854775.807 @ ");
    tick = a_trade(0, 0);
    expect_part(print_btc(FORMAT_JSON, &tick), "\"price\":\"0\",\"size\":\"0\"");
}

static void what_is_not_known_is_left_out(void **state)
{
    struct tr_tick tick = a_trade(ONE, ONE);
    (void)state;
    const char *text = print_btc(FORMAT_JSON, &tick);
    assert_null(strstr(text, "side"));
    assert_null(strstr(text, "\"id\""));
    assert_null(strstr(text, "venue"));
    assert_string_equal(print_btc(FORMAT_CSV, &tick), "feed,0,1723161255342000000,,BTC,trade,1,1,,,,,\n");
    tick.side = 7; /* of a later version */
    assert_null(strstr(print_btc(FORMAT_JSON, &tick), "side"));
}

static void an_absent_side_is_no_number(void **state)
{
    struct tr_tick tick = a_quote(0, 5 * ONE);
    (void)state;
    tick.bid_qty = 0;
    tick.flags = TR_TICK_NO_BID;
    expect_part(print_btc(FORMAT_JSON, &tick),
                "\"bid\":null,\"bid_size\":null,\"ask\":\"5\",\"ask_size\":\"2\"");
    expect_part(print_btc(FORMAT_CSV, &tick), ",quote,,,,,,5,2\n");
    expect_part(print_btc(FORMAT_TEXT, &tick), "quote - (-) / 5 (2)\n");
    tick = a_quote(-ONE, 0);
    tick.flags = TR_TICK_NO_ASK;
    expect_part(print_btc(FORMAT_JSON, &tick),
                "\"bid\":\"-1\",\"bid_size\":\"1\",\"ask\":null,\"ask_size\":null");
    expect_part(print_btc(FORMAT_CSV, &tick), ",quote,,,,-1,1,,\n");
    tick.flags = 0; /* an ask of 0 is a price */
    expect_part(print_btc(FORMAT_JSON, &tick), "\"ask\":\"0\"");
}

static void records_of_stages(void **state)
{
    struct tr_tick tick = {.ts_event_ns = TS,
                           .kind = TR_TICK_SIGNAL,
                           .side = TR_SIDE_BUY,
                           .price_px = 42150 * ONE,
                           .size_qty = 77, /* a signal has none */
                           .confidence_e12 = 166349809886,
                           .source_seq = UINT64_MAX};
    (void)state;
    assert_string_equal(print_btc(FORMAT_JSON, &tick),
                        "{\"event\":\"signal\",\"producer\":\"feed\",\"seq\":0,\"ts\":1723161255342000000,"
                        "\"symbol\":\"BTC\",\"side\":\"buy\",\"price\":\"42150\","
                        "\"confidence\":\"0.166349809886\",\"source_seq\":18446744073709551615}\n");
    assert_string_equal(print_btc(FORMAT_CSV, &tick),
                        "feed,0,1723161255342000000,,BTC,signal,42150,,buy,,,,\n");
    expect_part(print_btc(FORMAT_TEXT, &tick), " signal buy  @ 42150 confidence 0.166349809886\n");
    tick.kind = TR_TICK_ORDER;
    expect_part(print_btc(FORMAT_JSON, &tick), "{\"event\":\"order\",");
    expect_part(print_btc(FORMAT_JSON, &tick),
                "\"price\":\"42150\",\"size\":\"0.000000077\",\"confidence\":\"0.166349809886\",");
    expect_part(print_btc(FORMAT_CSV, &tick), ",order,42150,0.000000077,buy,,,,\n");
    expect_part(print_btc(FORMAT_TEXT, &tick), " order  buy  0.000000077 @ 42150 confidence 0.16");
    tick.kind = TR_TICK_FILL;
    tick.side = TR_SIDE_SELL;
    expect_part(print_btc(FORMAT_JSON, &tick), "{\"event\":\"fill\",");
    expect_part(print_btc(FORMAT_JSON, &tick),
                "\"side\":\"sell\",\"price\":\"42150\",\"size\":\"0.000000077\",\"fee\":\"166.349809886\",");
    expect_part(print_btc(FORMAT_CSV, &tick), ",fill,42150,0.000000077,sell,,,,\n");
    expect_part(print_btc(FORMAT_TEXT, &tick), " fill   sell 0.000000077 @ 42150 fee 166.349809886\n");
}

static void updates_of_orders(void **state)
{
    struct tr_tick tick = {.ts_event_ns = TS, .kind = TR_TICK_UPDATE, .side = TR_SIDE_SELL, .id = 7};
    (void)state;
    tick.price_px = 42000 * ONE;
    tick.filled_qty = ONE / 2;
    tick.order_qty = 2 * ONE;
    assert_string_equal(print_btc(FORMAT_JSON, &tick),
                        "{\"event\":\"update\",\"producer\":\"feed\",\"seq\":0,\"ts\":1723161255342000000,"
                        "\"symbol\":\"BTC\",\"order_id\":7,\"status\":\"PARTIAL\",\"filled\":\"0.5\","
                        "\"ordered\":\"2\",\"price\":\"42000\",\"side\":\"sell\"}\n");
    assert_string_equal(print_btc(FORMAT_CSV, &tick),
                        "feed,0,1723161255342000000,,BTC,update,42000,0.5,sell,,,,\n");
    expect_part(print_btc(FORMAT_TEXT, &tick), " update sell 0.5 of 2 @ 42000 order 7 PARTIAL\n");
    tick.filled_qty = tick.order_qty;
    expect_part(print_btc(FORMAT_JSON, &tick), "\"status\":\"FILLED\",\"filled\":\"2\",\"ordered\":\"2\"");
    expect_part(print_btc(FORMAT_TEXT, &tick), "2 of 2 @ 42000 order 7 FILLED\n");
    tick.flags = TR_TICK_SIZE_MILLI;
    expect_part(print_btc(FORMAT_JSON, &tick), "\"filled\":\"2000000\",\"ordered\":\"2000000\"");
}

/* Names come from whoever writes to the ring. */
static void hostile_names(void **state)
{
    static const char name[] = "A\x1B[2J\",\n\r\x7F\\B";
    struct tr_tick tick = a_trade(ONE, ONE);
    (void)state;
    size_t len = sizeof name - 1;
    expect_part(
        print(FORMAT_JSON, name, len, name, &tick),
        "\"venue\":\"A\\u001b[2J\\\",\\u000a\\u000d\\u007f\\\\B\",\"symbol\":\"A\\u001b[2J\\\",\\u000a");
    assert_string_equal(
        print(FORMAT_CSV, name, len, "v,w", &tick),
        "feed,0,1723161255342000000,\"v,w\",\"A\\x1b[2J\"\",\\x0a\\x0d\\x7f\\B\",trade,1,1,,,,,\n");
    const char *text = print(FORMAT_TEXT, name, len, "v\x1B]0;title\a", &tick);
    expect_part(text, "A\\x1b[2J\",\\x0a\\x0d\\x7f\\B");
    expect_part(text, "v\\x1b]0;title\\x07");
    for (const char *p = text; p[1] != '\0'; p++)
        assert_true((unsigned char)*p >= ' ' && *p != 0x7F);
}

/* A field of the CSV, read back by the rules of RFC 4180. */
static void expect_field(const char *text, const char *want)
{
    static struct out out;
    out_init(&out, -1);
    line_csv_field(&out, text, strlen(text));
    out.buf[out.len] = '\0';
    assert_string_equal(out.buf, want);
}

static void csv_fields(void **state)
{
    (void)state;
    expect_field("", ",");
    expect_field("plain", ",plain");
    expect_field("two words", ",two words");
    expect_field("a,b", ",\"a,b\"");
    expect_field("\"", ",\"\"\"\"");
    expect_field("a\"b,\"", ",\"a\"\"b,\"\"\"");
    expect_field("above SMA, up 0.12%", ",\"above SMA, up 0.12%\"");
    expect_field("\"\"", ",\"\"\"\"\"\"");
    expect_field("\xC3\xA4,\xE2\x82\xAC\"", ",\"\xC3\xA4,\xE2\x82\xAC\"\"\""); /* UTF-8 stays whole */
    expect_field("a\nb", ",a\\x0ab");
    expect_field("a\n,b", ",\"a\\x0a,b\"");
}

static void padding(void **state)
{
    static struct out out;
    (void)state;
    out_init(&out, -1);
    line_text_padded(&out, "ab", 2, 5);
    line_text_padded(&out, "cd", 2, 2);
    line_text_padded(&out, "long", 4, 1);
    line_text_padded(&out, "", 0, 1);
    out.buf[out.len] = '\0';
    assert_string_equal(out.buf, "ab   cdlong ");
}

static void the_value_that_a_tick_made(void **state)
{
    char text[EXACT_TEXT_MAX];
    (void)state;
    bench_open(&bench, &stage_signals, FORMAT_JSON, NULL);
    bench_quote(&bench, "BTC", 1, 2);
    const struct stage_tick t = {.symbol = bench.symbols.all[0]};
    assert_int_equal(line_value_text(text, &t), strlen("0.0000000015"));
    assert_string_equal(text, "0.0000000015");
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_exact),
        cmocka_unit_test(what_is_not_known_is_left_out),
        cmocka_unit_test(an_absent_side_is_no_number),
        cmocka_unit_test(records_of_stages),
        cmocka_unit_test(updates_of_orders),
        cmocka_unit_test(hostile_names),
        cmocka_unit_test(csv_fields),
        cmocka_unit_test(padding),
        cmocka_unit_test(the_value_that_a_tick_made),
    };
    return cmocka_run_group_tests_name("line", tests, NULL, NULL);
}
