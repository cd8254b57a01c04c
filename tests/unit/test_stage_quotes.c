/* quotes: its lines in each format, its summary, and that a run that is saved and loaded anywhere writes the
 * same bytes. */
#include "stage_help.h"

#include "consumer/symbols.h"
#include "exitcode.h"
#include "log.h"

#define S INT64_C(1000000000)

static struct bench bench;

static void open_with(const struct stage_options *opt)
{
    bench_open(&bench, &stage_quotes, opt->format, NULL);
    bench.stage.opt.aliases = opt->aliases;
    bench.stage.opt.stale_ns = opt->stale_ns;
    bench.stage.opt.trade = opt->trade;
    assert_int_equal(stage_quotes.open(&bench.stage), 0);
}

static void open_quotes(enum format format)
{
    open_with(&(struct stage_options){.format = format, .stale_ns = -1, .aliases = "XBTUSD=BTC/USD"});
}

static void close_quotes(void)
{
    stage_quotes.close(&bench.stage);
    bench_close(&bench);
}

static const char *quote(const char *venue, const char *symbol, int64_t ts_ns, int64_t bid, int64_t ask)
{
    struct tr_tick tick = a_quote(bid * ONE, ask * ONE);
    tick.ts_event_ns = ts_ns;
    bench.venue = venue;
    return bench_tick(&bench, symbol, &tick);
}

static const char *end_text(void)
{
    stage_quotes.end(&bench.stage);
    return bench_text(&bench);
}

static const char *summary(void)
{
    const struct totals totals = {.delivered = bench.seq};
    if (bench.stage.opt.format == FORMAT_JSON) {
        summary_json(&bench.stage.json, &bench.stage, &bench.symbols, &totals);
        out_json_line(&bench.out, &bench.stage.json);
    } else {
        summary_text(&bench.out, &bench.stage, &bench.symbols, &totals);
    }
    return bench_text(&bench);
}

/* --- Lines -------------------------------------------------------------------------------------------- */

static void json(void **state)
{
    (void)state;
    open_quotes(FORMAT_JSON);
    assert_string_equal(quote("binance", "BTC/USD", TS, 42000, 42001),
                        "{\"event\":\"quote\",\"producer\":\"feed\",\"seq\":0,\"ts\":1723161255342000000,"
                        "\"symbol\":\"BTC/USD\",\"best_bid\":\"42000\",\"best_bid_size\":\"1\","
                        "\"best_bid_venue\":\"binance\",\"best_ask\":\"42001\",\"best_ask_size\":\"2\","
                        "\"best_ask_venue\":\"binance\"}\n");
    assert_string_equal(quote("coinbase", "BTC/USD", TS, 41990, 42010), ""); /* not better: no line */
    assert_string_equal(quote("kraken", "XBTUSD", TS + S, 42003, 42005),
                        "{\"event\":\"quote\",\"producer\":\"feed\",\"seq\":2,\"ts\":1723161256342000000,"
                        "\"symbol\":\"BTC/USD\",\"best_bid\":\"42003\",\"best_bid_size\":\"1\","
                        "\"best_bid_venue\":\"kraken\",\"best_ask\":\"42001\",\"best_ask_size\":\"2\","
                        "\"best_ask_venue\":\"binance\"}\n"
                        "{\"event\":\"arbitrage\",\"producer\":\"feed\",\"seq\":2,\"ts\":1723161256342000000,"
                        "\"symbol\":\"BTC/USD\",\"state\":\"open\",\"begin\":1723161256342000000,"
                        "\"updates\":1,\"largest\":\"2\",\"buy_venue\":\"binance\",\"buy_price\":\"42001\","
                        "\"sell_venue\":\"kraken\",\"sell_price\":\"42003\"}\n");
    assert_null(strstr(quote("kraken", "XBTUSD", TS + 2 * S, 42004, 42005), "arbitrage"));
    expect_part(quote("binance", "BTC/USD", TS + 3 * S, 42002, 42004),
                "{\"event\":\"arbitrage\",\"producer\":\"feed\",\"seq\":4,\"ts\":1723161258342000000,"
                "\"symbol\":\"BTC/USD\",\"state\":\"closed\",\"begin\":1723161256342000000,"
                "\"end\":1723161258342000000,\"length_ns\":2000000000,\"vanished\":true,\"updates\":2,"
                "\"largest\":\"3\",\"buy_venue\":\"binance\",\"buy_price\":\"42001\","
                "\"sell_venue\":\"kraken\",\"sell_price\":\"42004\"}\n");
    assert_string_equal(end_text(), "");
    close_quotes();
}

/* One that is still there at the end has a line as well, and goes on if the input does. */
static void open_at_the_end(void **state)
{
    (void)state;
    open_quotes(FORMAT_JSON);
    quote("binance", "BTC/USD", TS, 42000, 42001);
    quote("kraken", "XBTUSD", TS + S, 42003, 42005);
    quote("coinbase", "BTC/USD", TS + 4 * S, 1, 99999);
    static const char want[] =
        "{\"event\":\"arbitrage\",\"ts\":1723161259342000000,\"symbol\":\"BTC/USD\","
        "\"state\":\"closed\",\"begin\":1723161256342000000,"
        "\"end\":1723161259342000000,\"length_ns\":3000000000,\"vanished\":false,"
        "\"updates\":2,\"largest\":\"2\",\"buy_venue\":\"binance\","
        "\"buy_price\":\"42001\",\"sell_venue\":\"kraken\",\"sell_price\":\"42003\"}\n";
    assert_string_equal(end_text(), want);
    assert_string_equal(end_text(), want);
    expect_part(quote("kraken", "XBTUSD", TS + 5 * S, 42000, 42005), "\"vanished\":true,\"updates\":2,");
    close_quotes();
}

static void absent_sides(void **state)
{
    struct tr_tick tick = a_quote(0, 5 * ONE);
    (void)state;
    open_quotes(FORMAT_JSON);
    tick.flags = TR_TICK_NO_BID;
    expect_part(bench_tick(&bench, "A", &tick),
                "\"best_bid\":null,\"best_bid_size\":null,\"best_bid_venue\":null,\"best_ask\":\"5\"");
    expect_part(summary(), "\"venues\":{\"feed\":{\"bid\":null,\"bid_size\":null,\"ask\":\"5\"");
    close_quotes();
    open_quotes(FORMAT_CSV);
    expect_part(bench_tick(&bench, "A", &tick), ",A,,,,5,2,feed,");
    close_quotes();
    open_quotes(FORMAT_TEXT);
    expect_part(bench_tick(&bench, "A", &tick), " best - / 5 (2) feed\n");
    close_quotes();
}

static unsigned column_cnt(const char *line)
{
    unsigned cnt = 1;
    for (; *line != '\n' && *line != '\0'; line++)
        cnt += *line == ',';
    return cnt;
}

static void csv(void **state)
{
    (void)state;
    open_quotes(FORMAT_CSV);
    stage_quotes.header(&bench.stage);
    const char *text = bench_text(&bench);
    assert_string_equal(text, "event,producer,seq,ts,symbol,best_bid,best_bid_size,best_bid_venue,best_ask,"
                              "best_ask_size,best_ask_venue,state,begin,end,length_ns,vanished,updates,"
                              "largest,buy_venue,buy_price,sell_venue,sell_price\n");
    unsigned want = column_cnt(text);
    text = quote("binance", "BTC/USD", TS, 42000, 42001);
    assert_string_equal(text, "quote,feed,0,1723161255342000000,BTC/USD,42000,1,binance,42001,2,binance,"
                              ",,,,,,,,,,\n");
    assert_int_equal(column_cnt(text), want);
    text = strchr(quote("kraken", "XBTUSD", TS + S, 42003, 42005), '\n') + 1;
    assert_string_equal(text, "arbitrage,feed,1,1723161256342000000,BTC/USD,,,,,,,open,1723161256342000000,"
                              ",,,1,2,binance,42001,kraken,42003\n");
    assert_int_equal(column_cnt(text), want);
    text = end_text();
    assert_string_equal(text, "arbitrage,,,1723161256342000000,BTC/USD,,,,,,,closed,1723161256342000000,"
                              "1723161256342000000,0,false,1,2,binance,42001,kraken,42003\n");
    assert_int_equal(column_cnt(text), want);
    text = strchr(quote("binance", "BTC/USD", TS + 2 * S, 42000, 42009), '\n') + 1;
    assert_string_equal(text, "arbitrage,feed,2,1723161257342000000,BTC/USD,,,,,,,closed,1723161256342000000,"
                              "1723161257342000000,1000000000,true,1,2,binance,42001,kraken,42003\n");
    close_quotes();
}

static void text(void **state)
{
    (void)state;
    open_quotes(FORMAT_TEXT);
    assert_string_equal(quote("binance", "BTC/USD", TS, 42000, 42001),
                        "2024-08-08T23:54:15.342Z       feed#0 BTC/USD    best 42000 (1) binance / "
                        "42001 (2) binance\n");
    expect_part(quote("kraken", "XBTUSD", TS + S, 42003, 42005),
                "feed#1 BTC/USD    ARBITRAGE open, 2: buy binance 42001, sell kraken 42003\n");
    expect_part(end_text(), "ARBITRAGE still open after 0s and 1 updates, largest 2: ");
    expect_part(
        quote("binance", "BTC/USD", TS + 2 * S + S / 2, 42000, 42009),
        "arbitrage closed after 1.5s and 1 updates, largest 2: buy binance 42001, sell kraken 42003\n");
    expect_part(summary(),
                "symbol  best bid at     best ask at     updates arbitrage episodes largest stale\n"
                "BTC/USD    42003 kraken    42005 kraken       3         1        1       2     0\n"
                "quotes: delivered 3, lost 0\n");
    close_quotes();
}

/* --- What it takes and what it sums up ---------------------------------------------------------------- */

static void summary_object(void **state)
{
    (void)state;
    open_with(&(struct stage_options){.format = FORMAT_JSON, .stale_ns = 5 * S, .aliases = "XBTUSD=BTC/USD"});
    quote("binance", "BTC/USD", TS, 42000, 42001);
    quote("kraken", "XBTUSD", TS + S, 42003, 42005);
    bench_trade(&bench, "BTC/USD", ONE, ONE);
    quote("coinbase", "BTC/USD", TS + 6 * S, 42002, 42004);
    assert_string_equal(
        summary(),
        "{\"event\":\"summary\",\"stage\":\"quotes\",\"delivered\":4,\"lost\":0,\"filtered\":0,"
        "\"symbols\":{\"BTC/"
        "USD\":{\"best_bid\":\"42003\",\"best_bid_size\":\"1\",\"best_bid_venue\":\"kraken\","
        "\"best_ask\":\"42004\",\"best_ask_size\":\"2\",\"best_ask_venue\":\"coinbase\",\"edge\":\"-1\","
        "\"buy_venue\":null,\"sell_venue\":null,\"venues\":{"
        "\"binance\":{\"bid\":\"42000\",\"bid_size\":\"1\",\"ask\":\"42001\",\"ask_size\":\"2\","
        "\"ts\":1723161255342000000,\"stale\":true,\"updates\":1},"
        "\"coinbase\":{\"bid\":\"42002\",\"bid_size\":\"1\",\"ask\":\"42004\",\"ask_size\":\"2\","
        "\"ts\":1723161261342000000,\"stale\":false,\"updates\":1},"
        "\"kraken\":{\"bid\":\"42003\",\"bid_size\":\"1\",\"ask\":\"42005\",\"ask_size\":\"2\","
        "\"ts\":1723161256342000000,\"stale\":false,\"updates\":1}},"
        "\"updates\":3,\"known\":2,\"arbitrage\":1,\"episodes\":1,\"largest\":\"2\",\"stale_excluded\":1}}}"
        "\n");
    close_quotes();
}

static void the_venue_is_the_feed_where_the_input_says_none(void **state)
{
    (void)state;
    open_quotes(FORMAT_JSON);
    expect_part(quote("", "A", TS, 1, 2), "\"best_bid_venue\":\"feed\"");
    close_quotes();
}

static void only_quotes_count(void **state)
{
    struct tr_tick tick = {.kind = TR_TICK_UPDATE, .price_px = ONE};
    (void)state;
    open_quotes(FORMAT_JSON);
    assert_string_equal(bench_trade(&bench, "A", ONE, ONE), "");
    assert_string_equal(bench_tick(&bench, "A", &tick), "");
    expect_part(summary(), "\"symbols\":{}}");
    close_quotes();
    open_quotes(FORMAT_TEXT);
    assert_string_equal(summary(), "quotes: delivered 0, lost 0\n");
    close_quotes();
}

static void silent(void **state)
{
    (void)state;
    open_quotes(FORMAT_JSON);
    bench.stage.silent = true;
    assert_string_equal(quote("a", "A", TS, 5, 6), "");
    assert_string_equal(quote("b", "A", TS, 7, 8), "");
    assert_string_equal(end_text(), "");
    expect_part(summary(), "\"episodes\":1");
    close_quotes();
}

static void too_many_venues(void **state)
{
    static struct talk talk;
    struct tr_tick tick = a_quote(ONE, 2 * ONE);
    char venue[16];
    (void)state;
    open_quotes(FORMAT_JSON);
    log_init("consumer", LOG_NORMAL);
    for (unsigned i = 0; i < 256; i++) {
        snprintf(venue, sizeof venue, "%u", i);
        quote(venue, "ABC", TS, 1, 2);
    }
    struct stage_tick t = {
        .tick = &tick, .producer = "feed", .symbol = bench.symbols.all[0], .venue = "x", .venue_len = 1};
    talk_begin(&talk);
    assert_int_equal(stage_quotes.tick(&bench.stage, &t), EXIT_CODE_TEMPFAIL);
    expect_part(talk_end(&talk), "consumer: ABC: has quotes of more than 256 venues");
    close_quotes();
}

/* --- After a kill ------------------------------------------------------------------------------------- */

#define STREAM_LEN 300

static char whole[OUT_CAP * 4]; /* what one run writes */
static char pieces[OUT_CAP * 4];

static const char *random_quote(uint64_t *random, int64_t *ts_ns)
{
    static const char *const symbol[] = {"BTC/USD", "XBTUSD", "ETH"};
    static const char *const venue[] = {"binance", "kraken", "coinbase", ""};
    int64_t bid = 100 + (int64_t)(help_random(random) % 5);
    const char *name = symbol[help_random(random) % 3];
    *ts_ns += (int64_t)(help_random(random) % 3) * S;
    struct tr_tick tick = a_quote(bid * ONE, (bid + (int64_t)(help_random(random) % 4)) * ONE);
    tick.ts_event_ns = *ts_ns - (int64_t)(help_random(random) % 2) * S;
    tick.flags = help_random(random) % 6 == 0 ? TR_TICK_NO_BID : 0;
    bench.venue = venue[help_random(random) % 4];
    return bench_tick(&bench, name, &tick);
}

static void restart(const struct stage_options *opt)
{
    struct state saved = {0};
    struct state loaded;
    uint64_t seq = bench.seq;
    state_save(&saved);
    symbols_keep(&bench.symbols, &bench.filter, &saved);
    stage_quotes.keep(&bench.stage, &saved);
    close_quotes();
    open_with(opt);
    bench.seq = seq;
    state_load(&loaded, saved.bytes, saved.len);
    symbols_keep(&bench.symbols, &bench.filter, &loaded);
    stage_quotes.keep(&bench.stage, &loaded);
    assert_true(state_whole(&loaded));
    state_free(&saved);
}

/* Writes all of a run into text; restarted before the tick `at`. */
static void run(char *text, const struct stage_options *opt, uint64_t random, unsigned at)
{
    int64_t ts_ns = TS;
    size_t len = 0;
    open_with(opt);
    for (unsigned i = 0; i < STREAM_LEN; i++) {
        if (i == at)
            restart(opt);
        const char *lines = random_quote(&random, &ts_ns);
        assert_true(len + strlen(lines) < sizeof whole - OUT_CAP);
        len += (size_t)snprintf(text + len, sizeof whole - len, "%s", lines);
    }
    strcpy(text + len, end_text());
    strcat(text, summary());
    close_quotes();
}

static void saved_and_loaded_anywhere(void **state)
{
    const struct stage_options opt = {.format = FORMAT_JSON,
                                      .aliases = "XBTUSD=BTC/USD",
                                      .stale_ns = 3 * S,
                                      .trade.paper.fee_bps_e9 = 25 * INT64_C(1000000000)};
    uint64_t random = help_seed();
    (void)state;
    run(whole, &opt, random, STREAM_LEN);
    expect_part(whole, "\"state\":\"closed\"");
    expect_no_part(whole, "\"stale_excluded\":0}");
    for (unsigned at = 0; at < STREAM_LEN; at++) {
        run(pieces, &opt, random, at);
        if (strcmp(pieces, whole) != 0)
            fail_msg("restarted before tick %u it writes something else", at);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json),
        cmocka_unit_test(open_at_the_end),
        cmocka_unit_test(absent_sides),
        cmocka_unit_test(csv),
        cmocka_unit_test(text),
        cmocka_unit_test(summary_object),
        cmocka_unit_test(the_venue_is_the_feed_where_the_input_says_none),
        cmocka_unit_test(only_quotes_count),
        cmocka_unit_test(silent),
        cmocka_unit_test(too_many_venues),
        cmocka_unit_test(saved_and_loaded_anywhere),
    };
    return cmocka_run_group_tests_name("stage_quotes", tests, NULL, NULL);
}
