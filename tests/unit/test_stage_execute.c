/* execute: lines, records, skips and the summary; what fills cost and earn is test_paper's and test_portfolio's. */
#include "stage_help.h"

#include "exitcode.h"

static struct bench bench;
static struct tr_tick sent;
static unsigned sent_cnt;

static int take(struct stage_sink *sink, const struct tr_tick *rec, const struct stage_tick *t)
{
    (void)sink;
    (void)t;
    sent = *rec;
    sent_cnt++;
    return 0;
}

static struct stage_sink sink = {.put = take};

/* With a fee of 10 and a slippage of 100 per ten thousand. */
static void begin(enum format format)
{
    bench_open(&bench, &stage_execute, format, NULL);
    bench.producer = "risk";
    bench.stage.sink = &sink;
    bench.stage.opt.trade.paper.fee_bps_e9 = 10 * PAPER_BPS_SCALE;
    bench.stage.opt.trade.paper.slippage_bps_e9 = 100 * PAPER_BPS_SCALE;
    sent_cnt = 0;
}

static const char *an_order(const char *symbol, uint8_t side, int64_t price_px, int64_t size_qty,
                            int64_t confidence_e12)
{
    const struct tr_tick order = {.ts_event_ns = TS,
                                  .kind = TR_TICK_ORDER,
                                  .side = side,
                                  .price_px = price_px,
                                  .size_qty = size_qty,
                                  .confidence_e12 = confidence_e12,
                                  .source_seq = 42};
    return bench_tick(&bench, symbol, &order);
}

static const char *buy(const char *symbol, int64_t price_px, int64_t size_qty)
{
    return an_order(symbol, TR_SIDE_BUY, price_px, size_qty, EXACT_E12);
}

static const char *sell(const char *symbol, int64_t price_px, int64_t size_qty)
{
    return an_order(symbol, TR_SIDE_SELL, price_px, size_qty, EXACT_E12);
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
    assert_string_equal(
        an_order("BTC", TR_SIDE_BUY, 100 * ONE, ONE, EXACT_E12 / 10),
        "{\"event\":\"skip\",\"producer\":\"risk\",\"seq\":0,\"ts\":1723161255342000000,\"symbol\":\"BTC\","
        "\"side\":\"buy\",\"price\":\"100\",\"size\":\"1\",\"confidence\":\"0.1\",\"source_seq\":42,"
        "\"reason\":\"low_confidence\"}\n");
    bench.venue = "binance";
    assert_string_equal(buy("BTC", 100 * ONE, 2 * ONE),
                        "{\"event\":\"fill\",\"producer\":\"execute\",\"seq\":0,\"ts\":1723161255342000000,"
                        "\"venue\":\"binance\",\"symbol\":\"BTC\",\"side\":\"buy\",\"price\":\"101\","
                        "\"size\":\"2\",\"fee\":\"0.202\",\"source_seq\":1,\"position\":\"2\","
                        "\"realized_pnl\":\"0\",\"equity\":\"99997.798\"}\n");
    bench_close(&bench);
}

static void its_record(void **state)
{
    (void)state;
    begin(FORMAT_JSON);
    bench.seq = 9;
    sell("BTC", 100 * ONE, 2 * ONE);
    assert_int_equal(sent_cnt, 1);
    assert_int_equal(sent.kind, TR_TICK_FILL);
    assert_int_equal(sent.side, TR_SIDE_SELL);
    assert_int_equal(sent.price_px, 99 * ONE);
    assert_int_equal(sent.size_qty, 2 * ONE);
    assert_int_equal(sent.fee_e9, 198000000);
    assert_int_equal(sent.source_seq, 9);
    assert_int_equal(sent.ts_event_ns, TS);
    sell("BTC", 100 * ONE, 0);
    assert_int_equal(sent_cnt, 1);
    bench_close(&bench);
}

static void the_summary(void **state)
{
    (void)state;
    begin(FORMAT_JSON);
    bench.stage.opt.trade.paper = (struct paper_plan){.confidence_min_e12 = EXACT_E12 / 2};
    an_order("LOW", TR_SIDE_BUY, 5 * ONE, ONE, 0);
    buy("BTC", 100 * ONE, 2 * ONE);
    buy("BTC", 103 * ONE, ONE); /* at 101 on average */
    sell("BTC", 99 * ONE, ONE); /* lost 2 */
    sell("ETH", 50 * ONE, ONE);
    buy("ETH", 40 * ONE, ONE); /* won 10 */
    buy("BAD", 0, ONE);
    assert_string_equal(
        summary(),
        "{\"event\":\"summary\",\"stage\":\"execute\",\"delivered\":7,\"lost\":0,\"filtered\":0,"
        "\"orders\":7,\"executed\":5,\"skipped\":{\"bad_price\":1,\"low_confidence\":1},\"fills\":5,"
        "\"realized_pnl\":\"8\",\"unrealized_pnl\":\"-4\",\"fees\":\"0\",\"equity\":\"100004\","
        "\"max_drawdown\":\"12\",\"max_drawdown_pct\":\"0.011999280043\",\"wins\":1,\"losses\":1,"
        "\"hit_rate\":\"0.5\",\"positions\":{"
        "\"LOW\":{\"qty\":\"0\",\"avg_price\":null,\"mark\":\"5\",\"unrealized\":\"0\"},"
        "\"BTC\":{\"qty\":\"2\",\"avg_price\":\"101\",\"mark\":\"99\",\"unrealized\":\"-4\"},"
        "\"ETH\":{\"qty\":\"0\",\"avg_price\":null,\"mark\":\"40\",\"unrealized\":\"0\"}}}\n");
    bench_close(&bench);
}

static void a_summary_of_nothing(void **state)
{
    (void)state;
    begin(FORMAT_JSON);
    expect_part(summary(), "\"orders\":0,\"executed\":0,\"skipped\":{},\"fills\":0,\"realized_pnl\":\"0\","
                           "\"unrealized_pnl\":\"0\",\"fees\":\"0\",\"equity\":\"100000\","
                           "\"max_drawdown\":\"0\",\"max_drawdown_pct\":\"0\",\"wins\":0,\"losses\":0,"
                           "\"hit_rate\":null,\"positions\":{}}\n");
    bench_close(&bench);
}

static void csv(void **state)
{
    (void)state;
    begin(FORMAT_CSV);
    stage_execute.header(&bench.stage);
    assert_string_equal(bench_text(&bench),
                        "producer,seq,ts,venue,symbol,kind,price,size,side,bid,bid_size,ask,ask_size,"
                        "confidence,fee,source_seq,event,reason,position,realized_pnl,equity\n");
    assert_string_equal(
        buy("BTC", 100 * ONE, 2 * ONE),
        "execute,0,1723161255342000000,,BTC,fill,101,2,buy,,,,,,0.202,0,fill,,2,0,99997.798\n");
    assert_string_equal(buy("BTC", 100 * ONE, 0),
                        "risk,1,1723161255342000000,,BTC,order,100,0,buy,,,,,1,,42,skip,zero_size,,,\n");
    bench_close(&bench);
}

static void text(void **state)
{
    (void)state;
    begin(FORMAT_TEXT);
    expect_part(buy("BTC", 100 * ONE, 2 * ONE),
                "execute#0 BTC        fill   buy  2 @ 101 fee 0.202  position 2, equity 99997.798\n");
    expect_part(buy("BTC", 100 * ONE, 0),
                "risk#1 BTC        order  buy  0 @ 100 confidence 1  skipped: zero_size\n");
    sell("LONGER-NAME", 10 * ONE, ONE);
    summary_text(&bench.out, &bench.stage, &bench.symbols, &(struct totals){.delivered = 3});
    assert_string_equal(bench_text(&bench),
                        "position    size average price mark unrealized\n"
                        "BTC            2           101  100         -2\n"
                        "LONGER-NAME   -1           9.9   10       -0.1\n"
                        "realized 0, unrealized -2.1, fees 0.2119, equity 99997.6881\n"
                        "drawdown 2.3119 (0.0023119 %), wins 0, losses 0\n"
                        "execute: delivered 3, lost 0, orders 3, executed 2, skipped 1 (1 zero_size)\n");
    bench_close(&bench);
}

static void a_name_cannot_steer_the_terminal(void **state)
{
    (void)state;
    begin(FORMAT_TEXT);
    buy("A\033[2J", 100 * ONE, ONE);
    summary_text(&bench.out, &bench.stage, &bench.symbols, &(struct totals){0});
    const char *table = bench_text(&bench);
    expect_part(table, "A\\x1b[2J ");
    assert_null(strchr(table, '\033'));
    bench_close(&bench);
}

static void silent_it_still_sends(void **state)
{
    (void)state;
    begin(FORMAT_JSON);
    bench.stage.silent = true;
    assert_string_equal(buy("BTC", 100 * ONE, ONE), "");
    assert_string_equal(buy("BTC", 100 * ONE, 0), "");
    assert_int_equal(sent_cnt, 1);
    bench_close(&bench);
}

/* The exit code of an order, and what was said. */
static int tick_code(const struct tr_tick *tick, struct talk *talk)
{
    struct stage_tick t = {.tick = tick, .producer = "x", .venue = ""};
    t.symbol = symbols_get(&bench.symbols, "BTC", 3, &bench.filter);
    assert_non_null(t.symbol);
    talk_begin(talk);
    int code = stage_execute.tick(&bench.stage, &t);
    talk_end(talk);
    return code;
}

static void another_ring(void **state)
{
    struct tr_tick tick = a_quote(ONE, 2 * ONE);
    struct talk talk;
    (void)state;
    begin(FORMAT_JSON);
    assert_int_equal(tick_code(&tick, &talk), EXIT_CODE_DATA);
    expect_part(talk.text, "execute: reads orders, this ring has quotes: name the ring of the stage before");
    tick.kind = TR_TICK_SIGNAL;
    assert_int_equal(tick_code(&tick, &talk), EXIT_CODE_DATA);
    expect_part(talk.text, "this ring has signals");
    tick.kind = 99;
    assert_int_equal(tick_code(&tick, &talk), EXIT_CODE_DATA);
    expect_part(talk.text, "this ring has other records");
    bench_close(&bench);
}

static void too_much_money_ends_it(void **state)
{
    const struct tr_tick order = {.kind = TR_TICK_ORDER,
                                  .side = TR_SIDE_BUY,
                                  .price_px = ONE,
                                  .size_qty = INT64_MAX - 1,
                                  .confidence_e12 = EXACT_E12};
    struct talk talk;
    (void)state;
    begin(FORMAT_JSON);
    assert_int_equal(tick_code(&order, &talk), 0);
    assert_int_equal(tick_code(&order, &talk), EXIT_CODE_FAILED); /* no record holds such a position */
    expect_part(talk.text, "BTC: a position or an amount of money is more than can be counted");
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json),
        cmocka_unit_test(its_record),
        cmocka_unit_test(the_summary),
        cmocka_unit_test(a_summary_of_nothing),
        cmocka_unit_test(csv),
        cmocka_unit_test(text),
        cmocka_unit_test(a_name_cannot_steer_the_terminal),
        cmocka_unit_test(silent_it_still_sends),
        cmocka_unit_test(another_ring),
        cmocka_unit_test(too_much_money_ends_it),
    };
    return cmocka_run_group_tests_name("stage_execute", tests, NULL, NULL);
}
