/* volume: no lines, the totals of each symbol in the summary. */
#include "stage_help.h"

#include "exitcode.h"

static struct bench bench;

static void no_line_for_any_tick(void **state)
{
    static const enum format format[] = {FORMAT_TEXT, FORMAT_JSON, FORMAT_CSV};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        bench_open(&bench, &stage_volume, format[i], NULL);
        assert_string_equal(bench_trade(&bench, "BTC", 42000 * ONE, ONE), "");
        assert_string_equal(bench_quote(&bench, "BTC", 1, 2), "");
        bench_close(&bench);
    }
    assert_null(stage_volume.header);
    assert_ptr_equal(stage_find("volume"), &stage_volume);
}

/* Sizes of both units in one sum. */
static void updates_of_orders_add_nothing(void **state)
{
    struct tr_tick tick = a_trade(42000 * ONE, ONE);
    (void)state;
    bench_open(&bench, &stage_volume, FORMAT_JSON, NULL);
    bench_trade(&bench, "BTC", 42000 * ONE, ONE);
    tick.kind = TR_TICK_UPDATE;
    bench_tick(&bench, "BTC", &tick);
    const struct symbol_stats *stats = &bench.symbols.all[0]->stats;
    assert_int_equal(stats->trade_cnt, 1);
    assert_int_equal(stats->quote_cnt, 0);
    assert_true(stats->volume == ONE);
    bench_close(&bench);
}

/* By each stage that reads ticks and makes something of them; print shows everything. */
static void records_of_other_stages_are_refused(void **state)
{
    static const struct stage_ops *const reader[] = {&stage_volume, &stage_signals, &stage_quotes,
                                                     &stage_pipeline};
    struct tr_tick fill = a_trade(42000 * ONE, ONE);
    (void)state;
    fill.kind = TR_TICK_FILL;
    for (size_t i = 0; i < 2 * sizeof reader / sizeof reader[0]; i++) {
        char text[128];
        struct talk talk;
        struct stage_tick t = {.tick = &fill, .producer = "execute", .venue = ""};
        bench_open(&bench, reader[i / 2], FORMAT_JSON, NULL);
        bench.stage.opt.all = i % 2 != 0;
        t.symbol = symbols_get(&bench.symbols, "BTC", 3, &bench.filter);
        talk_begin(&talk);
        int code = bench.stage.ops->tick(&bench.stage, &t);
        talk_end(&talk);
        assert_int_equal(code, EXIT_CODE_DATA);
        snprintf(text, sizeof text,
                 "%s: reads ticks, this ring has fills: name the ring of the feed with -n\n",
                 reader[i / 2]->name);
        assert_non_null(strstr(talk.text, text));
        bench_close(&bench);
    }
}

static void totals(void **state)
{
    const struct totals totals = {.delivered = 3};
    struct tr_tick tick = a_trade(2 * ONE, INT64_C(20000000000500)); /* 20000000000.5 */
    (void)state;
    bench_open(&bench, &stage_volume, FORMAT_JSON, NULL);
    tick.flags = TR_TICK_SIZE_MILLI;
    bench_tick(&bench, "PEPE", &tick);
    bench_trade(&bench, "PEPE", 3 * ONE, 1);
    bench_quote(&bench, "PEPE", 2 * ONE, 4 * ONE);
    summary_json(&bench.stage.json, &bench.stage, &bench.symbols, &totals);
    out_json_line(&bench.out, &bench.stage.json);
    assert_string_equal(
        bench_text(&bench),
        "{\"event\":\"summary\",\"stage\":\"volume\",\"delivered\":3,\"lost\":0,\"filtered\":0,"
        "\"symbols\":{\"PEPE\":{\"trades\":2,\"quotes\":1,\"first\":\"2\",\"last\":\"3\",\"high\":\"3\","
        "\"low\":\"2\",\"volume\":\"20000000000.500000001\",\"notional\":\"40000000001.000000003\","
        "\"vwap\":\"2\",\"last_bid\":\"2\",\"last_ask\":\"4\"}}}\n");
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_line_for_any_tick),
        cmocka_unit_test(updates_of_orders_add_nothing),
        cmocka_unit_test(records_of_other_stages_are_refused),
        cmocka_unit_test(totals),
    };
    return cmocka_run_group_tests_name("stage_volume", tests, NULL, NULL);
}
