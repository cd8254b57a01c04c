/* LOBSTER's messages and books: which messages are trades, clocks of New York, empty levels, bad rows, real
 * files. */
#include "bare_help.h"

#define MIDNIGHT_NS INT64_C(1340251200000000000) /* 2012-06-21 in New York */
#define TRADE "34201.375072492,5,0,100,6157900,-1"
#define LEVEL "6159400,200,6153300,18"

static const struct source_options opt = {.symbol = "AAPL", .date = "2012-06-21"};

static void executions_are_trades(void **state)
{
    struct opened o = {.src.opt = opt};
    const struct tr_tick *tick = &o.rec.tick;
    (void)state;
    open_ok(&o, NULL,
            "34201.014241177,1,26000575,18,6153300,1\n"
            "34200.1,4,26000575,18,6153300,1\n"
            "34200.2,2,26000575,18,6153300,1\n"
            "34200.2,3,26000575,18,6153300,-1\n"
            "34201.375072492,5,0,3,6159050,-1\n"
            "34200.3,6,0,100,6157900,-1\n"
            "34200.3,7,0,0,-1,-1\n"
            "34200.3,7,0,0,0,-1\n"
            "57600,4,1,0,6157900,-1\n"
            "57600,4,1,99999999999,6157900,1\n");
    assert_string_equal(o.src.ops->name, "lobster");
    expect_tick(&o);
    expect_names(&o, "AAPL", "nasdaq");
    assert_true(tick->kind == TR_TICK_TRADE && tick->flags == 0 && tick->id == 0);
    assert_true(tick->ts_event_ns == MIDNIGHT_NS + INT64_C(34200100000000));
    assert_true(tick->price_px == 615330000000 && tick->size_qty == 18000000000);
    assert_int_equal(tick->side, TR_SIDE_SELL); /* a resting buy order was executed */
    expect_tick(&o);
    assert_true(tick->ts_event_ns == MIDNIGHT_NS + INT64_C(34201375072492));
    assert_true(tick->price_px == 615905000000 && tick->side == TR_SIDE_BUY); /* half a cent */
    expect_tick(&o);
    assert_true(tick->flags == TR_TICK_SIZE_MILLI && tick->size_qty == 99999999999000);
    assert_int_equal(next(&o), SOURCE_END);
    assert_true(o.src.counts.skipped_cnt == 7 && o.src.counts.zero_cnt == 1);
    assert_null(o.src.note[0].kind);
    assert_int_equal(source_rewind(&o.src), 0);
    expect_tick(&o);
    assert_true(tick->price_px == 615330000000);
    close_text(&o);
}

static void times_have_up_to_twelve_decimals(void **state)
{
    static const struct {
        const char *text;
        int64_t ns;
    } times[] = {
        {"0", 0},
        {"34200.0042", INT64_C(34200004200000)},
        {"34200.00526064", INT64_C(34200005260640)},
        {"34200.375016159000", INT64_C(34200375016159)},
        {"34200.375016159500", INT64_C(34200375016160)}, /* half-even */
        {"34200.375016160500", INT64_C(34200375016160)},
        {"86400", INT64_C(86400000000000)},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        struct opened o = {.src.opt = opt};
        char text[100];
        snprintf(text, sizeof(text), "%s,4,1,1,10000,1\n", times[i].text);
        open_ok(&o, NULL, text);
        expect_tick(&o);
        assert_true(o.rec.tick.ts_event_ns == MIDNIGHT_NS + times[i].ns);
        close_text(&o);
    }
}

static void clocks_follow_the_date(void **state)
{
    struct opened o = {.src.opt = {.symbol = "S", .date = "2012-12-21"}};
    (void)state;
    open_ok(&o, NULL, "34200,4,1,1,10000,1\n");
    expect_tick(&o);
    assert_true(o.rec.tick.ts_event_ns == 1356100200 * INT64_C(1000000000)); /* 09:30 EST */
    close_text(&o);
}

static void without_a_date_times_count_from_1970(void **state)
{
    struct opened o = {.src.opt.symbol = "S"};
    (void)state;
    open_ok(&o, "lobster", "34200,4,1,1,10000,1\n");
    assert_string_equal(o.src.note[0].kind, "no date: times count from 1970-01-01, give --date");
    expect_tick(&o);
    assert_true(o.rec.tick.ts_event_ns == 34200 * INT64_C(1000000000));
    close_text(&o);
}

static void dates_that_cannot_be_are_refused(void **state)
{
    static const char *const dates[] = {"2012-02-30", "1969-12-31", "2262-04-11", "today"};
    (void)state;
    for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
        struct opened o = {.src.opt = {.symbol = "S", .date = dates[i]}};
        assert_int_equal(open_text_as(&o, "lobster", TRADE, strlen(TRADE)), SOURCE_FATAL);
        expect_error(&o, ": ", "--date");
        close_text(&o);
    }
}

static void types_that_nobody_knows_are_odd_but_no_error(void **state)
{
    struct opened o = {.src.opt = opt};
    (void)state;
    open_ok(&o, NULL, TRADE "\n34200.3,8,0,1,1,1\n34200.3,44,0,1,1,1\n" TRADE "\n");
    expect_tick(&o);
    expect_tick(&o);
    assert_int_equal(o.src.counts.skipped_cnt, 2);
    assert_string_equal(o.src.note[0].kind, "message type that LOBSTER does not have");
    assert_true(o.src.note[0].cnt == 2 && o.src.note[0].first == 2);
    close_text(&o);
}

static void bad_messages_are_told_and_passed_over(void **state)
{
    static const struct bad_row bad[] = {
        {"34200.3,5,0,3,6159000", ":2:22:", "5 fields, expected 6"},
        {"34200.3,5,0,3,6159000,1,null", ":2:25:", "7 fields, expected 6"},
        {"34200.3,1,0,3,6159000,0", ":2:23:", "direction '0'"},
        {"34200.3,1,0,3,6159000,", ":2:23:", "direction ''"},
        {"34200.3,1,0,3,6159000,-", ":2:23:", "direction '-'"},
        {",5,0,3,6159000,1", ":2:1:", "time '' is empty"},
        {"09:30:00,5,0,3,6159000,1", ":2:1:", "time '09:30:00'"},
        {"-1,5,0,3,6159000,1", ":2:1:", "not within a day"},
        {"86400.000000001,5,0,3,6159000,1", ":2:1:", "not within a day"},
        {"99999999999999999999,5,0,3,6159000,1", ":2:1:", "not within a day"},
        {"34200.3,,0,3,6159000,1", ":2:9:", "type ''"},
        {"34200.3,x,0,3,6159000,1", ":2:9:", "type 'x'"},
        {"34200.3,1,0,x,6159000,1", ":2:13:", "size 'x'"}, /* no trade, but no message either */
        {"34200.3,5,0,,6159000,1", ":2:13:", "size '' is empty"},
        {"34200.3,5,0,-3,6159000,1", ":2:13:", "negative"},
        {"34200.3,5,0,3,585.9.0,1", ":2:15:", "price '585.9.0'"},
        {"34200.3,5,0,3,,1", ":2:15:", "price '' is empty"},
        {"34200.3,5,0,3,1e15,1", ":2:15:", "out of range"},
        {"34200.3,5,0,3,0.000001,1", ":2:15:", "too small"},
    };
    (void)state;
    expect_bad_rows("lobster", &opt, TRADE, bad, sizeof(bad) / sizeof(bad[0]));
}

static void lines_of_messages_end_in_many_ways(void **state)
{
    (void)state;
    expect_any_line_end("lobster", &opt, TRADE "\n" TRADE "\n");
    assert_int_equal(count_cut_rows("lobster", &opt, TRADE "\n" TRADE "\n"), 0);
}

/* --- The book --------------------------------------------------------------------------------------- */

static void the_best_level_is_a_quote(void **state)
{
    struct opened o = {.src.opt = opt};
    const struct tr_tick *tick = &o.rec.tick;
    (void)state;
    open_ok(&o, NULL,
            LEVEL ",6159800,200,6153000,150\n"
                  "9999999999,0,6153300,18,9999999999,0,6153000,150\n"
                  "6159400,200,-9999999999,0,6159800,200,-9999999999,0\n"
                  "9999999999,0,-9999999999,0,9999999999,0,-9999999999,0\n"
                  "6159400,0,6153300,99999999999,1,1,1,1\n");
    assert_string_equal(o.src.ops->name, "lobster-book");
    assert_string_equal(o.src.note[0].kind, "no times in the file: all rows are at the day's midnight");
    expect_tick(&o);
    expect_names(&o, "AAPL", "nasdaq");
    assert_true(tick->kind == TR_TICK_QUOTE && tick->ts_event_ns == MIDNIGHT_NS && tick->flags == 0);
    assert_true(tick->bid_px == 615330000000 && tick->bid_qty == 18000000000);
    assert_true(tick->ask_px == 615940000000 && tick->ask_qty == 200000000000);
    expect_tick(&o);
    assert_true(tick->flags == TR_TICK_NO_ASK && tick->ask_px == 0 && tick->bid_px == 615330000000);
    expect_tick(&o);
    assert_true(tick->flags == TR_TICK_NO_BID && tick->bid_px == 0 && tick->ask_px == 615940000000);
    expect_tick(&o);
    assert_true(tick->flags == (TR_TICK_NO_BID | TR_TICK_NO_ASK));
    expect_tick(&o);
    assert_true(tick->flags == (TR_TICK_NO_ASK | TR_TICK_SIZE_MILLI) && tick->bid_qty == 99999999999000);
    assert_int_equal(next(&o), SOURCE_END);
    close_text(&o);
}

static void bad_books_are_told_and_passed_over(void **state)
{
    static const struct bad_row bad[] = {
        {"6159400,200,6153300", ":2:1:", "3 fields, expected 4"},
        {LEVEL "," LEVEL, ":2:1:", "8 fields, expected 4"},
        {",200,6153300,18", ":2:1:", "ask '' is empty"},
        {"6159400,200,x,18", ":2:13:", "bid 'x'"},
        {"6159400,,6153300,18", ":2:9:", "size '' is empty"},
        {"6159400,200,6153300,-18", ":2:21:", "negative"},
        {"1e18,200,6153300,18", ":2:1:", "out of range"},
    };
    struct opened o = {.src.opt = opt};
    (void)state;
    expect_bad_rows("lobster-book", &opt, LEVEL, bad, sizeof(bad) / sizeof(bad[0]));
    open_ok(&o, "lobster-book", "1,2,3\n" LEVEL "\n");
    expect_bad(&o, ":1:1:", "3 fields, expected four for each level");
    expect_tick(&o);
    close_text(&o);
}

static void books_may_have_very_many_levels(void **state)
{
    static char text[300 * sizeof(LEVEL ",") + 2];
    struct opened o = {.src.opt = opt};
    (void)state;
    for (int i = 0; i < 300; i++)
        strcat(text, i == 0 ? LEVEL : "," LEVEL);
    strcat(text, "\n");
    open_ok(&o, NULL, text);
    assert_string_equal(o.src.ops->name, "lobster-book");
    expect_tick(&o);
    assert_true(o.rec.tick.bid_px == 615330000000);
    close_text(&o);
}

static void lines_of_books_end_in_many_ways(void **state)
{
    (void)state;
    expect_any_line_end("lobster-book", &opt, LEVEL "," LEVEL "\n" LEVEL "," LEVEL "\n");
}

static void what_only_looks_like_it_is_not_taken(void **state)
{
    static const char *const other[] = {
        "34200,8,0,1,1,1", "34200,4,0,1,1,0", "86401,4,0,1,1,1",   "1600000000,100,101,5",
        "1,2,3,4.5",       "1,2,3,4,5",       "6159400,200,-1,18",
    };
    char why[SOURCE_ERROR_MAX];
    (void)state;
    for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
        const struct source_ops *ops = source_detect(other[i], strlen(other[i]), why);
        assert_true(ops == NULL || strncmp(ops->name, "lobster", 7) != 0);
    }
}

/* --- Real files ------------------------------------------------------------------------------------- */

static void real_messages(void **state)
{
    struct opened o = {0};
    int64_t volume_qty = 0;
    __int128 notional = 0;
    size_t cnt = 0;
    size_t sell_cnt = 0;
    struct tr_tick last = {0};
    enum source_result result;
    (void)state;
    help_real(o.path, "lobster/AAPL_2012-06-21_34200000_57600000_message_10.csv");
    o.src.path = o.path;
    assert_int_equal(source_open(&o.src, NULL), SOURCE_OK);
    for (; (result = next(&o)) == SOURCE_OK; cnt++) {
        expect_names(&o, "AAPL", "nasdaq");
        if (cnt == 0)
            assert_true(o.rec.tick.ts_event_ns == MIDNIGHT_NS + INT64_C(34200275016159));
        last = o.rec.tick;
        volume_qty += o.rec.tick.size_qty;
        notional += (__int128)o.rec.tick.size_qty * o.rec.tick.price_px;
        sell_cnt += o.rec.tick.side == TR_SIDE_SELL;
    }
    assert_int_equal(result, SOURCE_END);
    assert_true(cnt == 159 && sell_cnt == 81 && volume_qty == INT64_C(10592000000000));
    assert_true(notional == (__int128)620221086 * 10000000000000000);
    assert_true(last.ts_event_ns == MIDNIGHT_NS + INT64_C(34247902146775));
    assert_true(last.price_px == 585620000000 && o.src.counts.skipped_cnt == 471 + 369);
    source_close(&o.src);
}

static void real_book(void **state)
{
    struct opened o = {0};
    int64_t spread_min_px = INT64_MAX;
    int64_t spread_max_px = 0;
    size_t cnt = 0;
    enum source_result result;
    (void)state;
    help_real(o.path, "lobster/AAPL_2012-06-21_34200000_57600000_orderbook_10.csv");
    o.src.path = o.path;
    assert_int_equal(source_open(&o.src, NULL), SOURCE_OK);
    for (; (result = next(&o)) == SOURCE_OK; cnt++) {
        int64_t spread_px = o.rec.tick.ask_px - o.rec.tick.bid_px;
        assert_true(o.rec.tick.flags == 0 && o.rec.tick.ts_event_ns == MIDNIGHT_NS);
        spread_min_px = spread_px < spread_min_px ? spread_px : spread_min_px;
        spread_max_px = spread_px > spread_max_px ? spread_px : spread_max_px;
    }
    assert_int_equal(result, SOURCE_END);
    assert_true(cnt == 999 && spread_min_px == 10000000 && spread_max_px == 610000000);
    assert_true(o.rec.tick.bid_px == 585350000000 && o.rec.tick.bid_qty == 18000000000);
    assert_true(o.rec.tick.ask_px == 585710000000 && o.rec.tick.ask_qty == 100000000000);
    source_close(&o.src);
}

static void mutated_rows_never_crash(void **state)
{
    (void)state;
    fuzz_source("lobster", TRADE "\n" TRADE "\n", &opt);
    fuzz_source("lobster-book", LEVEL "," LEVEL "\n" LEVEL "," LEVEL "\n", &opt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(executions_are_trades),
        cmocka_unit_test(times_have_up_to_twelve_decimals),
        cmocka_unit_test(clocks_follow_the_date),
        cmocka_unit_test(without_a_date_times_count_from_1970),
        cmocka_unit_test(dates_that_cannot_be_are_refused),
        cmocka_unit_test(types_that_nobody_knows_are_odd_but_no_error),
        cmocka_unit_test(bad_messages_are_told_and_passed_over),
        cmocka_unit_test(lines_of_messages_end_in_many_ways),
        cmocka_unit_test(the_best_level_is_a_quote),
        cmocka_unit_test(bad_books_are_told_and_passed_over),
        cmocka_unit_test(books_may_have_very_many_levels),
        cmocka_unit_test(lines_of_books_end_in_many_ways),
        cmocka_unit_test(what_only_looks_like_it_is_not_taken),
        cmocka_unit_test(real_messages),
        cmocka_unit_test(real_book),
        cmocka_unit_test(mutated_rows_never_crash),
    };
    return cmocka_run_group_tests_name("source_lobster", tests, NULL, NULL);
}
