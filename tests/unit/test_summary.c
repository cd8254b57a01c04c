/* What a consumer says last, for programs and for people. */
#include "stage_help.h"

static struct bench bench;

static const char *as_json(const struct totals *totals)
{
    summary_json(&bench.stage.json, &bench.stage, &bench.symbols, totals);
    out_json_line(&bench.out, &bench.stage.json);
    return bench_text(&bench);
}

static const char *as_text(const struct totals *totals)
{
    summary_text(&bench.out, &bench.stage, &bench.symbols, totals);
    return bench_text(&bench);
}

static void the_known_example(void **state)
{
    const struct totals totals = {.delivered = 7, .digest = "0123456789abcdef"};
    (void)state;
    bench_open(&bench, &stage_signals, FORMAT_JSON, NULL);
    bench_example(&bench);
    assert_string_equal(
        as_json(&totals),
        "{\"event\":\"summary\",\"stage\":\"signals\",\"delivered\":7,\"lost\":0,\"filtered\":0,"
        "\"signals\":{\"BUY\":4,\"SELL\":0},\"symbols\":{\"BTC\":{\"trades\":7,\"quotes\":0,"
        "\"first\":\"42000\",\"last\":\"42180\",\"high\":\"42200\",\"low\":\"42000\",\"volume\":\"7\","
        "\"notional\":\"294760\",\"vwap\":\"42108.571428571429\",\"sma\":{\"5\":\"42142\"},"
        "\"last_bid\":null,\"last_ask\":null}},\"digest\":\"0123456789abcdef\"}\n");
    bench_close(&bench);
}

static void of_nothing(void **state)
{
    const struct totals totals = {.lost = 5, .filtered = 6};
    (void)state;
    bench_open(&bench, &stage_print, FORMAT_JSON, NULL);
    assert_string_equal(as_json(&totals),
                        "{\"event\":\"summary\",\"stage\":\"print\",\"delivered\":0,\"lost\":5,"
                        "\"filtered\":6,\"symbols\":{}}\n");
    assert_string_equal(as_text(&(struct totals){0}), "print: delivered 0, lost 0\n");
    bench_close(&bench);
}

/* Only what has totals has a row; names that CSV must quote are quoted. */
static void csv_and_rows(void **state)
{
    struct tr_tick update = {.ts_event_ns = TS, .kind = TR_TICK_UPDATE, .price_px = ONE};
    (void)state;
    bench_open(&bench, &stage_volume, FORMAT_CSV, NULL);
    bench_trade(&bench, "A,B", 42000 * ONE, ONE);
    bench_trade(&bench, "A,B", 42002 * ONE, ONE);
    bench_tick(&bench, "ORDERS", &update);
    summary_csv(&bench.out, &bench.symbols);
    assert_string_equal(bench_text(&bench), "symbol,trades,quotes,first,last,high,low,volume,vwap\n"
                                            "\"A,B\",2,0,42000,42002,42002,42000,2,42001\n");
    assert_null(strstr(as_text(&(struct totals){.delivered = 3}), "ORDERS"));
    bench_close(&bench);
}

static void quotes_only(void **state)
{
    struct tr_tick one_sided = a_quote(7 * ONE, 0);
    (void)state;
    bench_open(&bench, &stage_signals, FORMAT_JSON, NULL);
    bench_quote(&bench, "EUR", 1 * ONE, 2 * ONE);
    bench_quote(&bench, "EUR", 2 * ONE, 4 * ONE);
    one_sided.flags = TR_TICK_NO_ASK;
    bench_tick(&bench, "ONE", &one_sided);
    const char *text = as_json(&(struct totals){.delivered = 3});
    expect_part(
        text,
        "\"EUR\":{\"trades\":0,\"quotes\":2,\"first\":\"1.5\",\"last\":\"3\",\"high\":\"3\",\"low\":\"1.5\","
        "\"volume\":\"0\",\"notional\":\"0\",\"vwap\":null,\"sma\":{\"5\":\"2.25\"},\"last_bid\":\"2\","
        "\"last_ask\":\"4\"}");
    expect_part(text,
                "\"ONE\":{\"trades\":0,\"quotes\":1,\"first\":null,\"last\":null,\"high\":null,\"low\":null,"
                "\"volume\":\"0\",\"notional\":\"0\",\"vwap\":null,\"sma\":{\"5\":null},\"last_bid\":\"7\","
                "\"last_ask\":null}");
    bench_close(&bench);
}

/* Mids come first, then trades: in the end it is over trades, and the quotes are still counted. */
static void quotes_and_trades(void **state)
{
    (void)state;
    bench_open(&bench, &stage_signals, FORMAT_JSON, NULL);
    bench_quote(&bench, "BTC", 1 * ONE, 3 * ONE);
    bench_trade(&bench, "BTC", 10 * ONE, ONE);
    bench_quote(&bench, "BTC", 100 * ONE, 300 * ONE);
    bench_trade(&bench, "BTC", 20 * ONE, 3 * ONE);
    expect_part(
        as_json(&(struct totals){0}),
        "\"BTC\":{\"trades\":2,\"quotes\":2,\"first\":\"10\",\"last\":\"20\",\"high\":\"20\",\"low\":\"10\","
        "\"volume\":\"4\",\"notional\":\"70\",\"vwap\":\"17.5\",\"sma\":{\"5\":\"15\"},\"last_bid\":\"100\","
        "\"last_ask\":\"300\"}");
    bench_close(&bench);
}

static void only_symbols_that_are_wanted(void **state)
{
    (void)state;
    bench_open(&bench, &stage_print, FORMAT_TEXT, NULL);
    bench.filter.symbols = "B";
    symbols_get(&bench.symbols, "A-VERY-LONG-NAME-OF-A-SYMBOL", 28, &bench.filter);
    assert_string_equal(as_text(&(struct totals){0}), "print: delivered 0, lost 0\n"); /* no table */
    bench_trade(&bench, "B", ONE, ONE);
    const char *text = as_json(&(struct totals){0});
    expect_part(text, "\"symbols\":{\"B\":{");
    assert_null(strstr(text, "VERY-LONG"));
    text = as_text(&(struct totals){.delivered = 2, .lost = 3, .filtered = 1, .digest = "00000000000000ff"});
    assert_string_equal(text, "symbol  trades  quotes  first  last  high  low  volume  vwap\n"
                              "B            1       0      1     1     1    1       1     1\n"
                              "print: delivered 2, lost 3, not wanted 1, digest 00000000000000ff\n");
    bench_close(&bench);
}

static void a_table_for_people(void **state)
{
    (void)state;
    bench_open(&bench, &stage_signals, FORMAT_TEXT, NULL);
    bench_example(&bench);
    bench_trade(&bench, "A-LONGER-NAME", ONE / 4, ONE);
    const char *text = as_text(&(struct totals){.delivered = 8});
    assert_string_equal(
        text,
        "symbol         trades  quotes  first   last   high    low  volume                vwap\n"
        "BTC                 7       0  42000  42180  42200  42000       7  42108.571428571429  SMA(5) "
        "42142\n"
        "A-LONGER-NAME       1       0   0.25   0.25   0.25   0.25       1                0.25  SMA(5) 0.25\n"
        "signals: delivered 8, lost 0, BUY 4, SELL 0\n");
    bench_close(&bench);
}

/* Numbers as wide as they come, and a name that is all control characters: aligned, and only shown. */
static void hostile_and_wide(void **state)
{
    char name[SYMBOL_NAME_MAX];
    struct tr_tick tick = a_trade(INT64_MIN, INT64_MAX);
    (void)state;
    bench_open(&bench, &stage_print, FORMAT_TEXT, NULL);
    memset(name, 0x1B, sizeof name);
    tick.flags = TR_TICK_SIZE_MILLI;
    bench_tick_of(&bench, name, sizeof name, &tick);
    bench_trade(&bench, "B", ONE, ONE);
    const char *text = as_text(&(struct totals){0});
    assert_null(strchr(text, 0x1B));
    size_t header = strcspn(text, "\n");
    size_t first = strcspn(text + header + 1, "\n");
    size_t second = strcspn(text + header + 1 + first + 1, "\n");
    assert_int_equal(header, first);
    assert_int_equal(header, second);
    expect_part(text, "  9223372036854775.807  ");
    text = as_json(&(struct totals){0});
    expect_part(text, "{\"\\u001b\\u001b");
    assert_null(strchr(text, 0x1B));
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_known_example),  cmocka_unit_test(of_nothing),
        cmocka_unit_test(csv_and_rows),       cmocka_unit_test(quotes_only),
        cmocka_unit_test(quotes_and_trades),  cmocka_unit_test(only_symbols_that_are_wanted),
        cmocka_unit_test(a_table_for_people), cmocka_unit_test(hostile_and_wide),
    };
    return cmocka_run_group_tests_name("summary", tests, NULL, NULL);
}
