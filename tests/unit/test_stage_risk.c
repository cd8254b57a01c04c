/* risk: lines, records and the summary; sizes and reasons are test_risk's. */
#include "stage_help.h"

#include "exitcode.h"

static struct bench bench;

static struct tr_tick sent;
static unsigned sent_cnt;

static int take(struct stage_sink *sink, const struct tr_tick *rec, const struct stage_tick *t)
{
    (void)sink;
    assert_string_equal(t->symbol->name, "BTC");
    sent = *rec;
    sent_cnt++;
    return 0;
}

static struct stage_sink sink = {.put = take};

static void begin(enum format format)
{
    bench_open(&bench, &stage_risk, format, NULL);
    bench.producer = "signals";
    bench.stage.sink = &sink;
    sent_cnt = 0;
}

static const char *a_signal(uint8_t side, int64_t price_px)
{
    const struct tr_tick signal = {.ts_event_ns = TS,
                                   .kind = TR_TICK_SIGNAL,
                                   .side = side,
                                   .price_px = price_px,
                                   .confidence_e12 = EXACT_E12 / 4,
                                   .source_seq = 42};
    return bench_tick(&bench, "BTC", &signal);
}

static const char *summary(void)
{
    const struct totals totals = {.delivered = bench.seq};
    summary_json(&bench.stage.json, &bench.stage, &bench.symbols, &totals);
    out_json_line(&bench.out, &bench.stage.json);
    return bench_text(&bench);
}

static void json(void **state)
{
    (void)state;
    begin(FORMAT_JSON);
    assert_string_equal(a_signal(TR_SIDE_BUY, 100 * ONE),
                        "{\"event\":\"order\",\"producer\":\"risk\",\"seq\":0,\"ts\":1723161255342000000,"
                        "\"symbol\":\"BTC\",\"side\":\"buy\",\"price\":\"100\",\"size\":\"10\","
                        "\"confidence\":\"0.25\",\"source_seq\":0}\n");
    bench.venue = "binance";
    assert_string_equal(
        a_signal(TR_SIDE_BUY, -ONE),
        "{\"event\":\"refusal\",\"producer\":\"signals\",\"seq\":1,"
        "\"ts\":1723161255342000000,\"venue\":\"binance\",\"symbol\":\"BTC\",\"side\":\"buy\","
        "\"price\":\"-1\",\"confidence\":\"0.25\",\"source_seq\":42,\"reason\":\"bad_price\","
        "\"state\":\"ACTIVE\"}\n");
    expect_part(a_signal(TR_SIDE_SELL, 100 * ONE), "\"seq\":1,");
    assert_string_equal(
        summary(),
        "{\"event\":\"summary\",\"stage\":\"risk\",\"delivered\":3,\"lost\":0,\"filtered\":0,"
        "\"signals\":{\"BUY\":2,\"SELL\":1},\"orders\":2,\"close_only\":0,\"refused\":{\"bad_price\":1},"
        "\"state\":\"ACTIVE\",\"win_rate\":null,\"payoff\":null,\"kelly\":null}\n");
    bench_close(&bench);
}

/* After one lost trade there is no edge. */
static void begin_without_edge(enum format format)
{
    begin(format);
    stage_risk.close(&bench.stage);
    bench.stage.opt.trade.kelly.trade_cnt_min = 1;
    assert_int_equal(stage_risk.open(&bench.stage), 0);
    a_signal(TR_SIDE_BUY, 100 * ONE);
    a_signal(TR_SIDE_SELL, 90 * ONE); /* closes, and opens before it can know */
}

static void an_order_that_only_closes(void **state)
{
    (void)state;
    begin_without_edge(FORMAT_JSON);
    const char *line = a_signal(TR_SIDE_BUY, 95 * ONE);
    expect_part(line, "\"event\":\"order\"");
    expect_part(line, "\"source_seq\":2,\"not_opened\":\"no_edge\"}\n");
    expect_part(a_signal(TR_SIDE_BUY, 95 * ONE), "\"reason\":\"no_edge\"");
    line = summary();
    expect_part(line, "\"orders\":3,\"close_only\":1,\"refused\":{\"no_edge\":1}");
    expect_part(line, "\"win_rate\":\"0\",\"payoff\":\"0\",\"kelly\":\"-1\"}");
    bench_close(&bench);
    begin_without_edge(FORMAT_TEXT);
    expect_part(a_signal(TR_SIDE_BUY, 95 * ONE), "@ 95 confidence 0.25  closes only: no_edge\n");
    expect_part(a_signal(TR_SIDE_BUY, 95 * ONE), "signal buy  @ 95 confidence 0.25  refused: no_edge\n");
    bench_close(&bench);
}

static void its_record(void **state)
{
    (void)state;
    begin(FORMAT_TEXT);
    bench.seq = 7;
    a_signal(TR_SIDE_SELL, 100 * ONE);
    assert_int_equal(sent_cnt, 1);
    assert_int_equal(sent.kind, TR_TICK_ORDER);
    assert_int_equal(sent.side, TR_SIDE_SELL);
    assert_int_equal(sent.price_px, 100 * ONE);
    assert_int_equal(sent.size_qty, 10 * ONE);
    assert_int_equal(sent.confidence_e12, EXACT_E12 / 4);
    assert_int_equal(sent.source_seq, 7);
    assert_int_equal(sent.ts_event_ns, TS);
    a_signal(TR_SIDE_SELL, 0); /* refused */
    assert_int_equal(sent_cnt, 1);
    bench_close(&bench);
}

static void csv(void **state)
{
    (void)state;
    begin(FORMAT_CSV);
    stage_risk.header(&bench.stage);
    assert_string_equal(bench_text(&bench),
                        "producer,seq,ts,venue,symbol,kind,price,size,side,bid,bid_size,ask,ask_size,"
                        "confidence,fee,source_seq,event,reason,state\n");
    assert_string_equal(a_signal(TR_SIDE_BUY, 100 * ONE),
                        "risk,0,1723161255342000000,,BTC,order,100,10,buy,,,,,0.25,,0,order,,ACTIVE\n");
    assert_string_equal(
        a_signal(TR_SIDE_BUY, 0),
        "signals,1,1723161255342000000,,BTC,signal,0,,buy,,,,,0.25,,42,refusal,bad_price,ACTIVE\n");
    bench_close(&bench);
}

static void text(void **state)
{
    (void)state;
    begin(FORMAT_TEXT);
    expect_part(a_signal(TR_SIDE_BUY, 100 * ONE), "risk#0 BTC        order  buy  10 @ 100 confidence 0.25\n");
    summary_text(&bench.out, &bench.stage, &bench.symbols, &(struct totals){.delivered = 1});
    assert_string_equal(bench_text(&bench), "risk: delivered 1, lost 0, risk ACTIVE, sent 1, refused 0\n");
    bench_close(&bench);
}

static void the_state_is_told_where_it_forbids(void **state)
{
    (void)state;
    begin(FORMAT_TEXT);
    stage_risk.close(&bench.stage);
    bench.stage.opt.trade.limits.drawdown_pct_e9 = LIMITS_PCT_SCALE / 100;
    assert_int_equal(stage_risk.open(&bench.stage), 0);
    a_signal(TR_SIDE_BUY, 100 * ONE);
    expect_part(a_signal(TR_SIDE_BUY, 50 * ONE), "  refused: halted, HALTED\n");
    summary_text(&bench.out, &bench.stage, &bench.symbols, &(struct totals){.delivered = 2});
    expect_part(bench_text(&bench), ", risk HALTED, sent 1, refused 1 (1 halted)\n");
    bench_close(&bench);
}

static void silent_it_still_sends(void **state)
{
    (void)state;
    begin(FORMAT_JSON);
    bench.stage.silent = true;
    assert_string_equal(a_signal(TR_SIDE_BUY, 100 * ONE), "");
    assert_string_equal(a_signal(TR_SIDE_BUY, 0), "");
    assert_int_equal(sent_cnt, 1);
    bench_close(&bench);
}

static void another_ring(void **state)
{
    const struct tr_tick trade = a_trade(100 * ONE, ONE);
    struct talk talk;
    (void)state;
    begin(FORMAT_JSON);
    struct stage_tick t = {.tick = &trade, .producer = "feed", .venue = ""};
    t.symbol = symbols_get(&bench.symbols, "BTC", 3, &bench.filter);
    talk_begin(&talk);
    int code = stage_risk.tick(&bench.stage, &t);
    talk_end(&talk);
    assert_int_equal(code, EXIT_CODE_DATA);
    expect_part(talk.text,
                "risk: reads signals, this ring has trades: name the ring of the stage before with -n");
    assert_int_equal(sent_cnt, 0);
    bench_close(&bench);
}

static int refuse(struct stage_sink *s, const struct tr_tick *rec, const struct stage_tick *t)
{
    (void)s;
    (void)rec;
    (void)t;
    return EXIT_CODE_IO;
}

static void an_error_of_the_sink_ends_it(void **state)
{
    const struct tr_tick signal = {.kind = TR_TICK_SIGNAL, .side = TR_SIDE_BUY, .price_px = ONE};
    struct stage_sink refusing = {.put = refuse};
    (void)state;
    begin(FORMAT_JSON);
    bench.stage.sink = &refusing;
    struct stage_tick t = {.tick = &signal, .producer = "signals", .venue = ""};
    t.symbol = symbols_get(&bench.symbols, "BTC", 3, &bench.filter);
    assert_int_equal(stage_risk.tick(&bench.stage, &t), EXIT_CODE_IO);
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json),
        cmocka_unit_test(an_order_that_only_closes),
        cmocka_unit_test(its_record),
        cmocka_unit_test(csv),
        cmocka_unit_test(text),
        cmocka_unit_test(the_state_is_told_where_it_forbids),
        cmocka_unit_test(silent_it_still_sends),
        cmocka_unit_test(another_ring),
        cmocka_unit_test(an_error_of_the_sink_ends_it),
    };
    return cmocka_run_group_tests_name("stage_risk", tests, NULL, NULL);
}
