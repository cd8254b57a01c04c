/* print: every tick as it is, in each of the three formats. */
#include "stage_help.h"

static struct bench bench;

static void open_print(enum format format)
{
    bench_open(&bench, &stage_print, format, NULL);
    bench.venue = "binance";
}

static void json(void **state)
{
    struct tr_tick tick = a_trade(42100 * ONE, 2 * ONE);
    (void)state;
    open_print(FORMAT_JSON);
    tick.side = TR_SIDE_BUY;
    tick.id = 99;
    bench.seq = 2;
    assert_string_equal(bench_tick(&bench, "BTCUSDT", &tick),
                        "{\"event\":\"tick\",\"producer\":\"feed\",\"seq\":2,\"ts\":1723161255342000000,"
                        "\"venue\":\"binance\",\"symbol\":\"BTCUSDT\",\"price\":\"42100\",\"size\":\"2\","
                        "\"side\":\"buy\",\"id\":99}\n");
    assert_string_equal(bench_quote(&bench, "BTCUSDT", 42100 * ONE, 42100 * ONE + ONE / 2),
                        "{\"event\":\"tick\",\"producer\":\"feed\",\"seq\":3,\"ts\":1723161255342000000,"
                        "\"venue\":\"binance\",\"symbol\":\"BTCUSDT\",\"bid\":\"42100\",\"bid_size\":\"1\","
                        "\"ask\":\"42100.5\",\"ask_size\":\"2\"}\n");
    bench_close(&bench);
}

static void csv(void **state)
{
    struct tr_tick tick = a_trade(42100 * ONE, 2 * ONE);
    (void)state;
    open_print(FORMAT_CSV);
    stage_print.header(&bench.stage);
    assert_string_equal(bench_text(&bench),
                        "producer,seq,ts,venue,symbol,kind,price,size,side,bid,bid_size,ask,ask_size\n");
    tick.side = TR_SIDE_SELL;
    assert_string_equal(bench_tick(&bench, "BTCUSDT", &tick),
                        "feed,0,1723161255342000000,binance,BTCUSDT,trade,42100,2,sell,,,,\n");
    assert_string_equal(bench_quote(&bench, "BTCUSDT", 1, 2),
                        "feed,1,1723161255342000000,binance,BTCUSDT,quote,,,,0.000000001,1,0.000000002,2\n");
    bench_close(&bench);
}

static void text(void **state)
{
    (void)state;
    open_print(FORMAT_TEXT);
    const char *line = bench_trade(&bench, "BTCUSDT", 42100 * ONE, 2 * ONE);
    assert_memory_equal(line, "2024-08-08T23:54:15.342Z ", 25);
    expect_part(line, "feed#0 BTCUSDT");
    expect_part(line, "binance");
    expect_part(line, "2 @ 42100\n");
    expect_part(bench_quote(&bench, "BTCUSDT", 1 * ONE, 2 * ONE), "quote 1 (1) / 2 (2)\n");
    bench_close(&bench);
}

static void every_tick_has_a_line(void **state)
{
    (void)state;
    open_print(FORMAT_JSON);
    assert_string_not_equal(bench_trade(&bench, "A", ONE, ONE), "");
    assert_string_not_equal(bench_quote(&bench, "A", ONE, ONE), ""); /* also one that changes no price series */
    bench_close(&bench);
}

static void it_is_in_the_table(void **state)
{
    (void)state;
    assert_ptr_equal(stage_find("print"), &stage_print);
    assert_false(stage_print.has_sma);
    assert_null(stage_print.summary);
    assert_null(stage_find("prin"));
    assert_null(stage_find(""));
    for (unsigned i = 0; stage_list(i) != NULL; i++) {
        assert_ptr_equal(stage_find(stage_list(i)->name), stage_list(i));
        assert_non_null(stage_list(i)->tick);
    }
    assert_null(stage_list(1000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json),
        cmocka_unit_test(csv),
        cmocka_unit_test(text),
        cmocka_unit_test(every_tick_has_a_line),
        cmocka_unit_test(it_is_in_the_table),
    };
    return cmocka_run_group_tests_name("stage_print", tests, NULL, NULL);
}
