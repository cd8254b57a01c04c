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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(averages),
    };
    return cmocka_run_group_tests_name("show", tests, NULL, NULL);
}
