/* signals: when there is a line, and what it says. */
#include "stage_help.h"

static struct bench bench;

static void expect_counts(uint64_t buy_cnt, uint64_t sell_cnt)
{
    assert_int_equal(bench.stage.buy_cnt, buy_cnt);
    assert_int_equal(bench.stage.sell_cnt, sell_cnt);
}

static void the_known_example(void **state)
{
    char text[EXACT_TEXT_MAX];
    (void)state;
    bench_open(&bench, &stage_signals, FORMAT_JSON, NULL);
    bench_example(&bench);
    expect_counts(4, 0);
    sma_text(text, bench_sma(&bench, 0), 0);
    assert_string_equal(text, "42142");
    bench_close(&bench);
}

/* To the letter of the interface's page. */
static void json(void **state)
{
    struct tr_tick tick = a_trade(42100 * ONE, 2 * ONE);
    (void)state;
    bench_open(&bench, &stage_signals, FORMAT_JSON, NULL);
    bench.venue = "binance";
    assert_string_equal(bench_trade(&bench, "BTCUSDT", 42000 * ONE, ONE), "");
    expect_part(bench_trade(&bench, "BTCUSDT", 42050 * ONE, ONE), "\"event\":\"signal\"");
    tick.side = TR_SIDE_BUY;
    assert_string_equal(
        bench_tick(&bench, "BTCUSDT", &tick),
        "{\"event\":\"signal\",\"producer\":\"feed\",\"seq\":2,\"ts\":1723161255342000000,"
        "\"venue\":\"binance\",\"symbol\":\"BTCUSDT\",\"price\":\"42100\",\"size\":\"2\","
        "\"side\":\"buy\",\"sma\":{\"5\":\"42050\"},\"ready\":false,\"change_pct\":\"0.118906064209\","
        "\"action\":\"BUY\",\"confidence\":\"0.118906064209\",\"reason\":\"above SMA, up 0.12%\"}\n");
    assert_string_equal(bench_trade(&bench, "BTCUSDT", 42080 * ONE, ONE), ""); /* too little */
    expect_part(
        bench_trade(&bench, "BTCUSDT", 41000 * ONE, ONE),
        "\"sma\":{\"5\":\"41846\"},\"ready\":true,\"change_pct\":\"-2.566539923954\",\"action\":\"SELL\","
        "\"confidence\":\"1\",\"reason\":\"below SMA, down 2.57%\"}\n");
    expect_counts(2, 1);
    bench_close(&bench);
}

static void a_line_for_each_tick_if_asked(void **state)
{
    (void)state;
    bench_open(&bench, &stage_signals, FORMAT_JSON, NULL);
    bench.stage.opt.all = true;
    expect_part(
        bench_trade(&bench, "BTC", 42000 * ONE, ONE),
        "{\"event\":\"tick\",\"producer\":\"feed\",\"seq\":0,\"ts\":1723161255342000000,\"symbol\":\"BTC\","
        "\"price\":\"42000\",\"size\":\"1\",\"sma\":{\"5\":\"42000\"},\"ready\":false,\"change_pct\":null}"
        "\n");
    expect_part(bench_trade(&bench, "BTC", 42050 * ONE, ONE), "\"event\":\"signal\"");
    /* A quote of a symbol with trades changes neither average nor signals. */
    const char *line = bench_quote(&bench, "BTC", 1 * ONE, 2 * ONE);
    expect_part(line, "{\"event\":\"tick\"");
    expect_part(line,
                "\"bid\":\"1\",\"bid_size\":\"1\",\"ask\":\"2\",\"ask_size\":\"2\",\"sma\":{\"5\":\"42025\"},"
                "\"ready\":false,\"change_pct\":null}\n");
    expect_counts(1, 0);
    struct tr_tick one_sided = a_quote(0, ONE);
    one_sided.flags = TR_TICK_NO_BID;
    expect_part(bench_tick(&bench, "ETH", &one_sided),
                "\"sma\":{\"5\":null},\"ready\":false,\"change_pct\":null}\n");
    bench.stage.opt.all = false;
    assert_string_equal(bench_quote(&bench, "BTC", 1 * ONE, 2 * ONE), "");
    bench_close(&bench);
}

static void a_symbol_that_has_only_quotes(void **state)
{
    (void)state;
    bench_open(&bench, &stage_signals, FORMAT_JSON, NULL);
    bench.stage.opt.all = true;
    bench_quote(&bench, "EUR", 100 * ONE, 102 * ONE); /* 101 */
    const char *line = bench_quote(&bench, "EUR", 102 * ONE, 104 * ONE);
    expect_part(line, "\"event\":\"signal\"");
    expect_part(
        line, "\"sma\":{\"5\":\"102\"},\"ready\":false,\"change_pct\":\"1.980198019802\",\"action\":\"BUY\"");
    expect_part(bench_quote(&bench, "EUR", 1, 2),
                "\"sma\":{\"5\":\"68.0000000005\"}"); /* an odd mid is exact */
    /* Its first trade begins the series anew. */
    expect_part(bench_trade(&bench, "EUR", 50 * ONE, ONE),
                "\"sma\":{\"5\":\"50\"},\"ready\":false,\"change_pct\":null}");
    bench_close(&bench);
}

static void the_threshold_itself_is_not_enough(void **state)
{
    (void)state;
    bench_open(&bench, &stage_signals, FORMAT_JSON, NULL);
    bench_trade(&bench, "A", 1000 * ONE, ONE);
    assert_string_equal(bench_trade(&bench, "A", 1001 * ONE, ONE), ""); /* 0.1 % */
    bench_trade(&bench, "B", 1000 * ONE, ONE);
    assert_string_not_equal(bench_trade(&bench, "B", 1001 * ONE + 1, ONE), "");
    bench_trade(&bench, "C", 1000 * ONE, ONE);
    assert_string_equal(bench_trade(&bench, "C", 999 * ONE, ONE), "");
    bench_trade(&bench, "D", 1000 * ONE, ONE);
    expect_part(bench_trade(&bench, "D", 999 * ONE - 1, ONE), "\"SELL\"");
    bench_use(&bench, &strategy_momentum, 0);
    bench_trade(&bench, "E", 1000 * ONE, ONE);
    assert_string_not_equal(bench_trade(&bench, "E", 1000 * ONE + 1, ONE), "");
    assert_string_equal(bench_trade(&bench, "E", 1000 * ONE + 1, ONE), ""); /* no change */
    bench_close(&bench);
}

/* Up, but still below the average: no signal. */
static void on_the_wrong_side_of_the_average(void **state)
{
    (void)state;
    bench_open(&bench, &stage_signals, FORMAT_JSON, NULL);
    bench_trade(&bench, "A", 1000 * ONE, ONE);
    bench_trade(&bench, "A", 500 * ONE, ONE);
    expect_counts(0, 1);
    assert_string_equal(bench_trade(&bench, "A", 510 * ONE, ONE), "");
    expect_counts(0, 1);
    bench_close(&bench);
}

static void several_windows(void **state)
{
    static const struct sma_window window[] = {{2, 0}, {3, 0}, {0, 30 * ONE}, {0, 0}};
    struct tr_tick tick = a_trade(4 * ONE, ONE);
    (void)state;
    bench_open(&bench, &stage_signals, FORMAT_JSON, window);
    bench.stage.opt.all = true;
    bench_trade(&bench, "A", 1 * ONE, ONE);
    expect_part(bench_trade(&bench, "A", 2 * ONE, ONE),
                "\"sma\":{\"2\":\"1.5\",\"3\":\"1.5\",\"30s\":\"1.5\"},\"ready\":false");
    bench_trade(&bench, "A", 3 * ONE, ONE);
    tick.ts_event_ns = TS + 30 * ONE; /* the time is full too, and the others have left it */
    expect_part(bench_tick(&bench, "A", &tick),
                "\"sma\":{\"2\":\"3.5\",\"3\":\"3\",\"30s\":\"4\"},\"ready\":true");
    bench_close(&bench);
}

static void symbols_do_not_mix(void **state)
{
    (void)state;
    bench_open(&bench, &stage_signals, FORMAT_JSON, NULL);
    bench_trade(&bench, "A", 1000 * ONE, ONE);
    assert_string_equal(bench_trade(&bench, "B", 2000 * ONE, ONE), "");
    assert_string_equal(bench_trade(&bench, "A", 1000 * ONE, ONE), "");
    expect_counts(0, 0);
    bench_close(&bench);
}

static void csv(void **state)
{
    static const struct sma_window window[] = {{5, 0}, {0, 30 * ONE}, {0, 0}};
    (void)state;
    bench_open(&bench, &stage_signals, FORMAT_CSV, window);
    stage_signals.header(&bench.stage);
    assert_string_equal(bench_text(&bench),
                        "producer,seq,ts,venue,symbol,kind,price,size,side,bid,bid_size,ask,"
                        "ask_size,sma_5,sma_30s,ready,change_pct,action,confidence,reason\n");
    bench.stage.opt.all = true;
    assert_string_equal(bench_trade(&bench, "BTC", 42000 * ONE, ONE),
                        "feed,0,1723161255342000000,,BTC,trade,42000,1,,,,,,42000,42000,false,,,,\n");
    assert_string_equal(
        bench_trade(&bench, "BTC", 42050 * ONE, ONE),
        "feed,1,1723161255342000000,,BTC,trade,42050,1,,,,,,42025,42025,false,0.119047619048,BUY,"
        "0.119047619048,\"above SMA, up 0.12%\"\n");
    assert_string_equal(bench_quote(&bench, "BTC", 1 * ONE, 2 * ONE),
                        "feed,2,1723161255342000000,,BTC,quote,,,,1,1,2,2,42025,42025,false,,,,\n");
    bench_close(&bench);
}

static void text(void **state)
{
    (void)state;
    bench_open(&bench, &stage_signals, FORMAT_TEXT, NULL);
    assert_string_equal(bench_trade(&bench, "BTC", 42000 * ONE, ONE), "");
    const char *line = bench_trade(&bench, "BTC", 42050 * ONE, ONE);
    expect_part(line, "1 @ 42050  SMA(5) 42025  BUY confidence 0.119047619048: above SMA, up 0.12%\n");
    bench.stage.opt.all = true;
    expect_part(bench_trade(&bench, "BTC", 42050 * ONE, ONE), "1 @ 42050  SMA(5) 42033.333333333333\n");
    bench_close(&bench);
}

/* Keeps the last record, and says what it is told to. */
struct sink_kept {
    struct stage_sink sink;
    struct tr_tick rec;
    unsigned cnt;
    int code;
};

static int keep_record(struct stage_sink *sink, const struct tr_tick *rec, const struct stage_tick *t)
{
    struct sink_kept *kept = (struct sink_kept *)sink; /* its first member */
    (void)t;
    kept->rec = *rec;
    kept->cnt++;
    return kept->code;
}

static void a_record_for_each_signal(void **state)
{
    struct sink_kept kept = {.sink.put = keep_record};
    (void)state;
    bench_open(&bench, &stage_signals, FORMAT_JSON, NULL);
    bench.stage.sink = &kept.sink;
    bench.stage.silent = true;
    bench.stage.opt.all = true;
    assert_string_equal(bench_trade(&bench, "BTC", 42000 * ONE, ONE), "");
    assert_int_equal(kept.cnt, 0);
    assert_string_equal(bench_trade(&bench, "BTC", 42050 * ONE, ONE), "");
    assert_int_equal(kept.cnt, 1);
    assert_int_equal(kept.rec.kind, TR_TICK_SIGNAL);
    assert_int_equal(kept.rec.side, TR_SIDE_BUY);
    assert_int_equal(kept.rec.ts_event_ns, TS);
    assert_true(kept.rec.price_px == 42050 * ONE);
    assert_true(kept.rec.confidence_e12 == 119047619048);
    assert_int_equal(kept.rec.source_seq, 1);
    bench.stage.silent = false;
    expect_part(bench_trade(&bench, "BTC", 41000 * ONE, ONE), "\"action\":\"SELL\",\"confidence\":\"1\"");
    assert_int_equal(kept.rec.side, TR_SIDE_SELL);
    assert_true(kept.rec.confidence_e12 == EXACT_E12);
    expect_counts(1, 1);
    bench_close(&bench);
}

/* Half a unit of a price goes to the even one. */
static void records_of_mids(void **state)
{
    struct sink_kept kept = {.sink.put = keep_record};
    (void)state;
    bench_open(&bench, &stage_signals, FORMAT_JSON, NULL);
    bench.stage.sink = &kept.sink;
    bench_quote(&bench, "EUR", 100, 100);
    bench_quote(&bench, "EUR", 200, 201);
    assert_true(kept.rec.price_px == 200);
    bench_quote(&bench, "EUR", 301, 302);
    assert_true(kept.rec.price_px == 302);
    assert_int_equal(kept.cnt, 2);
    bench_close(&bench);
}

/* A record that could not be handed on ends the run; its line is not written. */
static void a_sink_that_fails(void **state)
{
    struct sink_kept kept = {.sink.put = keep_record, .code = 74};
    struct tr_tick tick = a_trade(2 * ONE, ONE);
    (void)state;
    bench_open(&bench, &stage_signals, FORMAT_JSON, NULL);
    bench.stage.sink = &kept.sink;
    bench_trade(&bench, "BTC", 1 * ONE, ONE);
    struct stage_tick t = {.tick = &tick, .producer = "feed", .venue = "", .symbol = bench.symbols.all[0]};
    assert_int_equal(symbols_update(&bench.symbols, t.symbol, &tick, &t.value), 0);
    assert_int_equal(stage_signals.tick(&bench.stage, &t), 74);
    assert_string_equal(bench_text(&bench), "");
    bench_close(&bench);
}

static void its_keys_in_the_summary(void **state)
{
    (void)state;
    bench_open(&bench, &stage_signals, FORMAT_JSON, NULL);
    bench_example(&bench);
    json_open_object(&bench.stage.json, NULL);
    stage_signals.summary(&bench.stage, &bench.stage.json);
    json_close_object(&bench.stage.json);
    out_json_line(&bench.out, &bench.stage.json);
    assert_string_equal(bench_text(&bench), "{\"signals\":{\"BUY\":4,\"SELL\":0}}\n");
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_known_example),
        cmocka_unit_test(json),
        cmocka_unit_test(a_line_for_each_tick_if_asked),
        cmocka_unit_test(a_symbol_that_has_only_quotes),
        cmocka_unit_test(the_threshold_itself_is_not_enough),
        cmocka_unit_test(on_the_wrong_side_of_the_average),
        cmocka_unit_test(several_windows),
        cmocka_unit_test(symbols_do_not_mix),
        cmocka_unit_test(csv),
        cmocka_unit_test(text),
        cmocka_unit_test(a_record_for_each_signal),
        cmocka_unit_test(records_of_mids),
        cmocka_unit_test(a_sink_that_fails),
        cmocka_unit_test(its_keys_in_the_summary),
    };
    return cmocka_run_group_tests_name("stage_signals", tests, NULL, NULL);
}
