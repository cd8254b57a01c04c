/* Three columns without a header: rows, names of files as symbols, bad rows, a real file. */
#include "source_help.h"

#include "exitcode.h"

static void open_ok(struct opened *o, const char *text)
{
    enum source_result result = open_text_as(o, "utpv", text, strlen(text));
    if (result != SOURCE_OK)
        print_error("%s\n", o->src.error);
    assert_int_equal(result, SOURCE_OK);
}

static void test_rows(void **state)
{
    struct opened o = {.src.opt = {.symbol = "XBTUSD", .venue = "kraken"}};
    (void)state;
    open_ok(&o, "1672617600,91.540000,1.20448420\n1672617600,91.540000,1.20448420\r\n"
                "1672617600.25,0,1\n\n1672617600.25,1,0\n1672617599.25,1e1,99999999999");
    for (int i = 0; i < 2; i++) { /* the same row twice is two trades */
        assert_int_equal(next(&o), SOURCE_OK);
        expect_names(&o, "XBTUSD", "kraken");
        assert_int_equal(o.rec.tick.kind, TR_TICK_TRADE);
        assert_true(o.rec.tick.price_px == 91540000000 && o.rec.tick.size_qty == 1204484200);
        assert_true(o.rec.tick.ts_event_ns == 1672617600 * INT64_C(1000000000));
        assert_true(o.rec.tick.flags == 0 && o.rec.tick.side == 0 && o.rec.ts_recv_ns == 0);
    }
    assert_int_equal(next(&o), SOURCE_OK);
    assert_int_equal(o.src.counts.skipped_cnt, 2);
    assert_true(o.rec.tick.flags == TR_TICK_SIZE_MILLI && o.rec.tick.size_qty == 99999999999000);
    assert_true(o.rec.tick.ts_event_ns == 1672617599250000000);
    assert_int_equal(next(&o), SOURCE_END);
    assert_int_equal(source_rewind(&o.src), 0);
    assert_int_equal(next(&o), SOURCE_OK);
    assert_true(o.rec.tick.price_px == 91540000000);
    close_text(&o);
}

static void test_bad_rows(void **state)
{
    static const struct {
        const char *row;
        const char *place;
        const char *part;
    } bad[] = {
        {"time,price,volume", ":2:1:", "time 'time'"},
        {"1600000000,1", ":2:13:", "2 fields, expected 3"},
        {"1600000000,1,2,3", ":2:16:", "4 fields"},
        {"-1,1,2", ":2:1:", "negative"},
        {"1600000000,,2", ":2:12:", "price '' is empty"},
        {"1600000000,1,", ":2:14:", "size '' is empty"},
        {"1600000000,1,-2", ":2:14:", "negative"},
        {"1600000000,1,x", ":2:14:", "size 'x'"},
        {"09:00:00,1,2", ":2:1:", "no date"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct opened o = {.src.opt.symbol = "S"};
        char text[200];
        snprintf(text, sizeof(text), "1600000000,1,2\n%s\n1600000000,3,4\n", bad[i].row);
        open_ok(&o, text);
        assert_int_equal(next(&o), SOURCE_OK);
        expect_bad(&o, bad[i].place, bad[i].part);
        assert_int_equal(next(&o), SOURCE_OK);
        assert_true(o.rec.tick.price_px == 3000000000);
        assert_int_equal(next(&o), SOURCE_END);
        close_text(&o);
    }
}

static void test_no_symbol(void **state)
{
    struct opened o = {.src.opt.symbol = ""};
    (void)state;
    assert_int_equal(open_text_as(&o, "utpv", "1600000000,1,2\n", 15), SOURCE_FATAL);
    expect_error(&o, ": ", "--symbol");
    assert_int_equal(o.src.exit_code, EXIT_CODE_USAGE);
    close_text(&o);
}

static void test_real_kraken(void **state)
{
    struct opened o = {0};
    struct tr_tick last = {0};
    int64_t volume_qty = 0;
    int64_t high_px = INT64_MIN;
    int64_t low_px = INT64_MAX;
    __int128 notional = 0;
    size_t cnt = 0;
    enum source_result result;
    (void)state;
    help_real(o.path, "kraken_csv/BCHEUR.csv");
    o.src.path = o.path;
    assert_int_equal(source_open(&o.src, NULL), SOURCE_OK);
    assert_string_equal(o.src.ops->name, "utpv");
    for (; (result = next(&o)) == SOURCE_OK; cnt++) {
        last = o.rec.tick;
        expect_names(&o, "BCHEUR", "");
        if (cnt == 0)
            assert_true(last.price_px == 90540000000 && last.ts_event_ns == 1672531436000000000);
        volume_qty += last.size_qty;
        notional += (__int128)last.size_qty * last.price_px;
        high_px = last.price_px > high_px ? last.price_px : high_px;
        low_px = last.price_px < low_px ? last.price_px : low_px;
    }
    assert_int_equal(result, SOURCE_END);
    assert_int_equal(cnt, 148);
    assert_true(last.price_px == 90530000000 && last.ts_event_ns == 1672615187000000000);
    assert_true(high_px == 90930000000 && low_px == 89820000000);
    assert_true(volume_qty == 426644784770);
    assert_true(notional == (__int128)38628871010857100 * 1000000); /* 38628.8710108571 at 1e-18 */
    source_close(&o.src);
}

static void test_mutated(void **state)
{
    (void)state;
    fuzz_source("utpv", "1672617600,91.540000,1.20448420\n1672617671.5,91.450000,1e-3\n",
                &(struct source_options){.symbol = "S"});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),        cmocka_unit_test(test_bad_rows), cmocka_unit_test(test_no_symbol),
        cmocka_unit_test(test_real_kraken), cmocka_unit_test(test_mutated),
    };
    return cmocka_run_group_tests_name("source_utpv", tests, NULL, NULL);
}
