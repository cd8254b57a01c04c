/* LEAN's four kinds of tick files: scales, clocks, quotes of one side at a time, bad rows, real files. */
#include "bare_help.h"

#define NY_MIDNIGHT_NS INT64_C(1381118400000000000) /* 2013-10-07 in New York */
#define UTC_MIDNIGHT_NS INT64_C(1381104000000000000)
#define TRADE "14500464,1684100,100,P,00002000,0"
#define FUTURE "14500464,1674.25,2,CME,,0"
#define FOREX "33668,1.39710,1.39726"
#define QUOTE "14500464,1684100,100,0,0,P,1,0"

static const struct source_options opt = {.symbol = "S", .date = "2013-10-07"};

static void expect_format(const char *text, const char *format)
{
    char why[SOURCE_ERROR_MAX];
    const struct source_ops *ops = source_detect(text, strlen(text), why);
    if (ops == NULL || strcmp(ops->name, format) != 0)
        print_error("%s: %s, wanted %s\n", text, ops == NULL ? "none" : ops->name, format);
    assert_non_null(ops);
    assert_string_equal(ops->name, format);
}

static void trades_of_equities_are_scaled(void **state)
{
    struct opened o = {.src.opt = opt};
    const struct tr_tick *tick = &o.rec.tick;
    (void)state;
    open_ok(&o, NULL,
            TRADE "\n14500465.5,1684150,1,Q,,1\n14500466,0,100,P,,0\n14500466,1684100,0,P,,0\n"
                  "86400000,1,1,P,,0\n");
    assert_string_equal(o.src.ops->name, "lean-trade");
    expect_tick(&o);
    expect_names(&o, "S", "");
    assert_true(tick->kind == TR_TICK_TRADE && tick->side == TR_SIDE_NONE && tick->flags == 0);
    assert_true(tick->ts_event_ns == NY_MIDNIGHT_NS + INT64_C(14500464000000));
    assert_true(tick->price_px == 168410000000 && tick->size_qty == 100000000000);
    expect_tick(&o);
    assert_true(tick->ts_event_ns == NY_MIDNIGHT_NS + INT64_C(14500465500000));
    assert_true(tick->price_px == 168415000000);
    assert_string_equal(o.src.note[0].kind, "tick marked suspicious");
    assert_int_equal(o.src.note[0].first, 2);
    expect_tick(&o);
    assert_true(tick->price_px == 100000
                && tick->ts_event_ns == NY_MIDNIGHT_NS + 86400 * INT64_C(1000000000));
    assert_int_equal(o.src.counts.skipped_cnt, 2);
    assert_int_equal(next(&o), SOURCE_END);
    close_text(&o);
}

static void futures_and_currencies_are_not_and_have_utc(void **state)
{
    struct opened o = {.src.opt = opt};
    const struct tr_tick *tick = &o.rec.tick;
    (void)state;
    open_ok(&o, NULL, FUTURE "\n");
    assert_string_equal(o.src.ops->name, "lean-futures");
    expect_tick(&o);
    assert_true(tick->ts_event_ns == UTC_MIDNIGHT_NS + INT64_C(14500464000000));
    assert_true(tick->price_px == 1674250000000 && tick->size_qty == 2000000000);
    close_text(&o);
    o = (struct opened){.src.opt = opt};
    open_ok(&o, NULL, FOREX "\n46.2042,1.3,1.4\n47,0,1.4\n");
    assert_string_equal(o.src.ops->name, "lean-forex");
    expect_tick(&o);
    assert_true(tick->kind == TR_TICK_QUOTE && tick->flags == 0 && tick->bid_qty == 0);
    assert_true(tick->bid_px == 1397100000 && tick->ask_px == 1397260000);
    assert_true(tick->ts_event_ns == UTC_MIDNIGHT_NS + INT64_C(33668000000));
    expect_tick(&o);
    assert_true(tick->ts_event_ns == UTC_MIDNIGHT_NS + 46204200);
    expect_tick(&o);
    assert_true(tick->flags == TR_TICK_NO_BID && tick->ask_px == 1400000000);
    close_text(&o);
}

static void what_a_row_does_not_say_of_a_quote_stays(void **state)
{
    struct opened o = {.src.opt = opt};
    const struct tr_tick *tick = &o.rec.tick;
    (void)state;
    open_ok(&o, NULL,
            QUOTE "\n2,0,0,1675000,300,Q,1,0\n3,0,0,0,0,Q,1,0\n4,1674000,5,0,0,Q,1,0\n"
                  "5,0,0,1675000,0,Q,1,0\n6,1674000,1,1674500,2,Q,1,0\n");
    assert_string_equal(o.src.ops->name, "lean-quote");
    expect_tick(&o);
    assert_true(tick->kind == TR_TICK_QUOTE && tick->flags == TR_TICK_NO_ASK);
    assert_true(tick->bid_px == 168410000000 && tick->bid_qty == 100000000000 && tick->ask_px == 0);
    assert_true(tick->ts_event_ns == NY_MIDNIGHT_NS + INT64_C(14500464000000));
    expect_tick(&o);
    assert_true(tick->flags == 0 && tick->bid_px == 168410000000 && tick->bid_qty == 100000000000);
    assert_true(tick->ask_px == 167500000000 && tick->ask_qty == 300000000000);
    expect_tick(&o);
    assert_int_equal(o.src.counts.skipped_cnt, 1); /* the row that says nothing */
    assert_true(tick->flags == 0 && tick->bid_px == 167400000000 && tick->bid_qty == 5000000000);
    assert_true(tick->ask_px == 167500000000 && tick->ask_qty == 300000000000);
    expect_tick(&o);
    assert_true(tick->flags == TR_TICK_NO_ASK && tick->ask_px == 0 && tick->ask_qty == 0);
    assert_true(tick->bid_px == 167400000000);
    expect_tick(&o);
    assert_true(tick->flags == 0 && tick->ask_px == 167450000000 && tick->ask_qty == 2000000000);
    assert_int_equal(next(&o), SOURCE_END);
    assert_int_equal(source_rewind(&o.src), 0);
    expect_tick(&o);
    assert_int_equal(tick->flags, TR_TICK_NO_ASK); /* nothing is left of the first pass */
    close_text(&o);
}

static void rows_tell_which_of_them_it_is(void **state)
{
    (void)state;
    expect_format(TRADE, "lean-trade");
    expect_format(TRADE "\n" TRADE "\n14500465,1674.5", "lean-trade");
    expect_format(TRADE "\n14500465,1674.5,100,P,,0\n", "lean-futures"); /* no equity has a point */
    expect_format("14500464,1674,2,CME,,0", "lean-futures");
    expect_format("14500464,1674,2,,,0", "lean-futures");
    expect_format(QUOTE, "lean-quote");
    expect_format(FOREX, "lean-forex");
    expect_format("0,131.866,131.884", "lean-forex");
}

static void what_only_looks_like_it_is_not_taken(void **state)
{
    static const char *const other[] = {
        "86400001,1684100,100,P,,0",
        "1,1684100,100,P,,2",
        "1,x,100,P,,0",
        "33668,61837.5,0.02", /* price and size */
        "34200000,1,2",
        "33668,0,1.39726",
        "86400001,1.3,1.4",
        "-1,1.3,1.4",
        "1,2,3,4,5,6,7,0",
        "14500464,1,1,0,0,PQ,1,0",
    };
    char why[SOURCE_ERROR_MAX];
    (void)state;
    for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
        const struct source_ops *ops = source_detect(other[i], strlen(other[i]), why);
        assert_true(ops == NULL || strncmp(ops->name, "lean", 4) != 0);
    }
}

static void bad_trades_are_told_and_passed_over(void **state)
{
    static const struct bad_row bad[] = {
        {"1,1,1,P,", ":2:9:", "5 fields, expected 6"}, {"1,1,1,P,,0,", ":2:12:", "7 fields, expected 6"},
        {"1,1,1,P,,", ":2:10:", "suspicious ''"},      {"1,1,1,P,,2", ":2:10:", "suspicious '2'"},
        {"1,1,1,P,,10", ":2:10:", "suspicious '10'"},  {",1,1,P,,0", ":2:1:", "time '' is empty"},
        {"25:61,1,1,P,,0", ":2:1:", "time '25:61'"},   {"86400000.1,1,1,P,,0", ":2:1:", "not within a day"},
        {"-1,1,1,P,,0", ":2:1:", "not within a day"},  {"1,,1,P,,0", ":2:3:", "price '' is empty"},
        {"1,167O,1,P,,0", ":2:3:", "price '167O'"},    {"1,1,,P,,0", ":2:5:", "size '' is empty"},
        {"1,1,-1,P,,0", ":2:5:", "negative"},
    };
    (void)state;
    expect_bad_rows("lean-trade", &opt, TRADE, bad, sizeof(bad) / sizeof(bad[0]));
    expect_bad_rows("lean-futures", &opt, FUTURE, bad, sizeof(bad) / sizeof(bad[0]));
}

static void bad_quotes_are_told_and_passed_over(void **state)
{
    static const struct bad_row bad[] = {
        {"1,1,1,1,1,P,1", ":2:14:", "7 fields, expected 8"},
        {"1,1,1,1,1,P,1,x", ":2:15:", "suspicious 'x'"},
        {"1,,1,1,1,P,1,0", ":2:3:", "bid '' is empty"},
        {"1,1,,1,1,P,1,0", ":2:5:", "size '' is empty"},
        {"1,1,1,y,1,P,1,0", ":2:7:", "ask 'y'"},
        {"1,1,1,1,-1,P,1,0", ":2:9:", "negative"},
        {"1,1,99999999999,1,1,P,1,0", ":2:5:", "out of range"},
        {"1,1,1,1,99999999999,P,1,0", ":2:9:", "out of range"},
        {"99999999,1,1,1,1,P,1,0", ":2:1:", "not within a day"},
    };
    static const struct bad_row bad_forex[] = {
        {"1,1", ":2:4:", "2 fields, expected 3"},
        {"1,1,", ":2:5:", "ask '' is empty"},
        {"1,x,1", ":2:3:", "bid 'x'"},
        {"x,1,1", ":2:1:", "time 'x'"},
    };
    (void)state;
    expect_bad_rows("lean-quote", &opt, QUOTE, bad, sizeof(bad) / sizeof(bad[0]));
    expect_bad_rows("lean-forex", &opt, FOREX, bad_forex, sizeof(bad_forex) / sizeof(bad_forex[0]));
}

static void lines_end_in_many_ways(void **state)
{
    (void)state;
    expect_any_line_end("lean-trade", &opt, TRADE "\n" TRADE "\n");
    expect_any_line_end("lean-futures", &opt, FUTURE "\n" FUTURE "\n");
    expect_any_line_end("lean-quote", &opt, QUOTE "\n" QUOTE "\n");
    expect_any_line_end("lean-forex", &opt, FOREX "\n" FOREX "\n");
    assert_int_equal(count_cut_rows("lean-trade", &opt, TRADE "\n" TRADE "\n"), 0);
    assert_int_equal(count_cut_rows("lean-quote", &opt, QUOTE "\n" QUOTE "\n"), 0);
}

/* --- Real files: archives, unpacked by unzip --------------------------------------------------------- */

static void open_archive(struct opened *o, const char *name)
{
#ifndef HAVE_ZLIB
    print_message("skipped: this build does not read zip archives\n");
    skip();
#endif
    help_real(o->path, name);
    o->src.path = o->path;
    assert_int_equal(source_open(&o->src, NULL), SOURCE_OK);
}

static void real_trades(void **state)
{
    struct opened o = {0};
    int64_t volume = 0;
    __int128 notional = 0;
    size_t cnt = 0;
    enum source_result result;
    (void)state;
    open_archive(&o, "lean/spy_20131007_trade.zip");
    assert_string_equal(o.src.ops->name, "lean-trade");
    for (; (result = next(&o)) == SOURCE_OK; cnt++) {
        if (cnt == 0) {
            expect_names(&o, "SPY", "");
            assert_true(o.rec.tick.price_px == 167410000000
                        && o.rec.tick.ts_event_ns == NY_MIDNIGHT_NS + INT64_C(14400464000000));
        }
        volume += o.rec.tick.size_qty / TR_PX_SCALE;
        notional += (__int128)o.rec.tick.size_qty * o.rec.tick.price_px;
    }
    assert_int_equal(result, SOURCE_END);
    assert_true(cnt == 250601 && volume == 97062721);
    assert_true(notional == (__int128)1629748401876 * 10000000000000000);
    assert_true(o.rec.tick.price_px == 167300000000);
    assert_true(o.rec.tick.ts_event_ns == NY_MIDNIGHT_NS + INT64_C(71999536000000));
    source_close(&o.src);
}

static void real_quotes(void **state)
{
    struct opened o = {0};
    int64_t spread_min_px = INT64_MAX;
    int64_t spread_max_px = 0;
    size_t cnt = 0;
    enum source_result result;
    (void)state;
    open_archive(&o, "lean/eurusd_oanda_20140505_quote.zip");
    assert_string_equal(o.src.ops->name, "lean-forex");
    for (; (result = next(&o)) == SOURCE_OK; cnt++) {
        if (cnt == 0)
            expect_names(&o, "EURUSD", "");
        int64_t spread_px = o.rec.tick.ask_px - o.rec.tick.bid_px;
        spread_min_px = spread_px < spread_min_px ? spread_px : spread_min_px;
        spread_max_px = spread_px > spread_max_px ? spread_px : spread_max_px;
    }
    assert_int_equal(result, SOURCE_END);
    assert_true(cnt == 25177 && spread_min_px == 70000 && spread_max_px == 460000);
    assert_true(o.rec.tick.bid_px == 1387410000 && o.rec.tick.ask_px == 1387550000);
    assert_true(o.rec.tick.ts_event_ns == INT64_C(1399248000000000000) + INT64_C(86399513000000));
    source_close(&o.src);
}

static void mutated_rows_never_crash(void **state)
{
    (void)state;
    fuzz_source("lean-trade", TRADE "\n" TRADE "\n", &opt);
    fuzz_source("lean-futures", FUTURE "\n" FUTURE "\n", &opt);
    fuzz_source("lean-quote", QUOTE "\n" QUOTE "\n", &opt);
    fuzz_source("lean-forex", FOREX "\n" FOREX "\n", &opt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trades_of_equities_are_scaled),
        cmocka_unit_test(futures_and_currencies_are_not_and_have_utc),
        cmocka_unit_test(what_a_row_does_not_say_of_a_quote_stays),
        cmocka_unit_test(rows_tell_which_of_them_it_is),
        cmocka_unit_test(what_only_looks_like_it_is_not_taken),
        cmocka_unit_test(bad_trades_are_told_and_passed_over),
        cmocka_unit_test(bad_quotes_are_told_and_passed_over),
        cmocka_unit_test(lines_end_in_many_ways),
        cmocka_unit_test(real_trades),
        cmocka_unit_test(real_quotes),
        cmocka_unit_test(mutated_rows_never_crash),
    };
    return cmocka_run_group_tests_name("source_lean", tests, NULL, NULL);
}
