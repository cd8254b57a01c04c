/* Indicators of a symbol in the three formats. */
#include "stage_help.h"

#include "consumer/indicator/show.h"

static struct bench bench;

static const char *shown(enum format format)
{
    const void *state = bench.symbols.all[0]->state;
    if (format == FORMAT_JSON) {
        show_json(&bench.stage.json, &bench.indicators, state, false);
        out_json_line(&bench.out, &bench.stage.json);
    } else if (format == FORMAT_CSV) {
        show_csv(&bench.out, &bench.indicators, state);
    } else {
        show_text(&bench.out, &bench.indicators, state);
    }
    return bench_text(&bench);
}

static void averages(void **state)
{
    static const struct sma_window window[] = {{2, 0}, {0, 30 * ONE}, {0, 0}};
    (void)state;
    bench_open(&bench, &stage_signals, FORMAT_JSON, window);
    symbols_get(&bench.symbols, "BTC", 3, &bench.filter);
    assert_string_equal(shown(FORMAT_JSON), "\"sma\":{\"2\":null,\"30s\":null}\n");
    assert_string_equal(shown(FORMAT_TEXT), "  SMA(2) -  SMA(30s) -");
    assert_string_equal(shown(FORMAT_CSV), ",,");
    bench_trade(&bench, "BTC", 1 * ONE, ONE);
    bench_trade(&bench, "BTC", 2 * ONE, ONE);
    bench_trade(&bench, "BTC", 5 * ONE, ONE);
    assert_string_equal(shown(FORMAT_JSON), "\"sma\":{\"2\":\"3.5\",\"30s\":\"2.666666666667\"}\n");
    assert_string_equal(shown(FORMAT_TEXT), "  SMA(2) 3.5  SMA(30s) 2.666666666667");
    assert_string_equal(shown(FORMAT_CSV), ",3.5,2.666666666667");
    show_csv_header(&bench.out, &bench.indicators);
    assert_string_equal(bench_text(&bench), ",sma_2,sma_30s");
    bench_close(&bench);
}

/* All of them, in the order of the table whatever the order they were asked for in. */
static void every_indicator(void **state)
{
    static const struct sma_window window[] = {{2, 0}, {0, 0}};
    (void)state;
    bench_open(&bench, &stage_signals, FORMAT_JSON, window);
    bench_add(&bench, &indicator_atr, "1");
    bench_add(&bench, &indicator_bollinger, "2,2.5");
    bench_add(&bench, &indicator_macd, "1,2,3");
    bench_add(&bench, &indicator_rsi, "1,30s");
    bench_add(&bench, &indicator_vwap, "2");
    bench_add(&bench, &indicator_ema, "3,60s");
    symbols_get(&bench.symbols, "BTC", 3, &bench.filter);
    expect_part(shown(FORMAT_JSON),
                "\"macd\":{\"1,2,3\":{\"line\":null,\"signal\":null,\"histogram\":null}},"
                "\"bollinger\":{\"2,2.5\":{\"lower\":null,\"middle\":null,\"upper\":null}},"
                "\"atr\":{\"1\":null}\n");
    assert_string_equal(shown(FORMAT_CSV), ",,,,,,,,,,,,,");
    bench_trade(&bench, "BTC", 2 * ONE, ONE);
    bench_trade(&bench, "BTC", 5 * ONE, 2 * ONE);
    assert_string_equal(
        shown(FORMAT_JSON),
        "\"sma\":{\"2\":\"3.5\"},\"ema\":{\"3\":\"3.5\",\"60s\":\"2\"},\"vwap\":{\"2\":\"4\"},"
        "\"rsi\":{\"1\":\"100\",\"30s\":\"100\"},"
        "\"macd\":{\"1,2,3\":{\"line\":\"1\",\"signal\":\"0.5\",\"histogram\":\"0.5\"}},"
        "\"bollinger\":{\"2,2.5\":{\"lower\":\"-0.25\",\"middle\":\"3.5\",\"upper\":\"7.25\"}},"
        "\"atr\":{\"1\":\"3\"}\n");
    assert_string_equal(shown(FORMAT_CSV), ",3.5,3.5,2,4,100,100,1,0.5,0.5,-0.25,3.5,7.25,3");
    assert_string_equal(shown(FORMAT_TEXT),
                        "  SMA(2) 3.5  EMA(3) 3.5  EMA(60s) 2  VWAP(2) 4  RSI(1) 100  RSI(30s) 100"
                        "  MACD(1,2,3) line 1 signal 0.5 histogram 0.5"
                        "  Bollinger(2,2.5) lower -0.25 middle 3.5 upper 7.25  ATR(1) 3");
    show_csv_header(&bench.out, &bench.indicators);
    assert_string_equal(bench_text(&bench),
                        ",sma_2,ema_3,ema_60s,vwap_2,rsi_1,rsi_30s,macd_1_2_3_line,macd_1_2_3_signal,"
                        "macd_1_2_3_histogram,bollinger_2_2.5_lower,bollinger_2_2.5_middle,"
                        "bollinger_2_2.5_upper,atr_1");
    /* The summary has a key vwap already: that of all trades. */
    show_json(&bench.stage.json, &bench.indicators, bench.symbols.all[0]->state, true);
    out_json_line(&bench.out, &bench.stage.json);
    expect_part(bench_text(&bench), "},\"window_vwap\":{\"2\":\"4\"},\"rsi\":{");
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(averages),
        cmocka_unit_test(every_indicator),
    };
    return cmocka_run_group_tests_name("show", tests, NULL, NULL);
}
