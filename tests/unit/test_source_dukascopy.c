/* Dukascopy's records: points, volumes, the name's day and hour, cut and broken input, a real file. */
#include "source_help.h"

#include "exitcode.h"

#define RECORD_LEN 20
#define NAME "dukascopy_GBPJPY_2012-11-03_12h_ticks.bin"
#define HOUR_NS INT64_C(1354536000000000000) /* 2012-12-03 12:00 */

struct record {
    uint32_t ms;
    uint32_t ask;
    uint32_t bid;
    uint32_t ask_bits;
    uint32_t bid_bits;
};

#define GOOD                                                                                                 \
    {                                                                                                        \
        812, 131984, 131966, 0x3FCF5C29, 0x3FB9999A                                                          \
    }

static void put_u32(unsigned char *p, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        p[i] = (unsigned char)(value >> 8 * (3 - i));
}

static size_t put(unsigned char *bytes, const struct record *rec, size_t cnt)
{
    for (size_t i = 0; i < cnt; i++, bytes += RECORD_LEN) {
        put_u32(bytes, rec[i].ms);
        put_u32(bytes + 4, rec[i].ask);
        put_u32(bytes + 8, rec[i].bid);
        put_u32(bytes + 12, rec[i].ask_bits);
        put_u32(bytes + 16, rec[i].bid_bits);
    }
    return cnt * RECORD_LEN;
}

static void open_bytes(struct opened *o, const char *name, const void *bytes, size_t len)
{
    snprintf(o->path, sizeof(o->path), "%s", name);
    o->src.path = o->path;
    assert_int_equal(input_open_bytes(&o->src.input, o->path, bytes, len), 0);
    assert_int_equal(source_open(&o->src, source_find("dukascopy", false)), SOURCE_OK);
}

static void open_records(struct opened *o, const char *name, const struct record *rec, size_t cnt)
{
    static unsigned char bytes[16 * RECORD_LEN];
    open_bytes(o, name, bytes, put(bytes, rec, cnt));
}

static void records_are_quotes(void **state)
{
    static const struct record rec[] = {
        GOOD,
        {3599999, 131984, 131966, 0x3F400000, 0x2EDBE6FF},
        {3599999, 0, 131966, 0x3F400000, 0x3F400000},
        {3599999, 131984, 131966, 0, 0x80000000},
        {3599999, UINT32_MAX, 131966, 0x501502F9, 0x3F400000},
        {3599998, 131966, 131984, 0x3F400000, 0x3F400000},
    };
    struct opened o = {0};
    const struct tr_tick *tick = &o.rec.tick;
    (void)state;
    open_records(&o, NAME, rec, 6);
    assert_int_equal(next(&o), SOURCE_OK);
    expect_names(&o, "GBPJPY", "dukascopy");
    assert_true(tick->kind == TR_TICK_QUOTE && tick->flags == 0 && tick->side == TR_SIDE_NONE);
    assert_true(tick->ts_event_ns == HOUR_NS + 812000000);
    assert_true(tick->ask_px == 131984000000 && tick->bid_px == 131966000000);
    assert_true(tick->ask_qty == 1620000000 && tick->bid_qty == 1450000000);
    assert_int_equal(o.src.counts.rounded_cnt, 0);
    assert_int_equal(next(&o), SOURCE_OK); /* a volume too small to be seen, but not zero */
    assert_true(tick->flags == 0 && tick->ask_qty == 750000000 && tick->bid_qty == 0);
    assert_int_equal(o.src.counts.rounded_cnt, 1);
    assert_int_equal(next(&o), SOURCE_OK);
    assert_true(tick->flags == TR_TICK_NO_ASK && tick->ask_px == 0 && tick->ask_qty == 0);
    assert_int_equal(next(&o), SOURCE_OK); /* minus zero is zero */
    assert_true(tick->flags == (TR_TICK_NO_ASK | TR_TICK_NO_BID) && tick->bid_px == 0);
    assert_int_equal(next(&o), SOURCE_OK); /* 1e10 */
    assert_true(tick->flags == TR_TICK_SIZE_MILLI && tick->ask_qty == 10000000000000);
    assert_true(tick->bid_qty == 750 && tick->ask_px == UINT32_MAX * INT64_C(1000000));
    assert_null(o.src.note[0].kind);
    assert_int_equal(next(&o), SOURCE_OK);
    assert_true(tick->bid_px > tick->ask_px);
    assert_string_equal(o.src.note[0].kind, "time goes back");
    assert_int_equal(o.src.note[0].first, 100);
    assert_int_equal(next(&o), SOURCE_END);
    assert_int_equal(o.src.counts.bytes_read, 120);
    source_close(&o.src);
}

static void points_depend_on_the_instrument(void **state)
{
    static const struct {
        const char *symbol;
        int64_t bid_px;
    } points[] = {
        {"EURUSD", 1319660000},    {"EUR/USD", 1319660000},  {"USDJPY", 131966000000},
        {"usd/jpy", 131966000000}, {"XAUUSD", 131966000000}, {"XAGUSD", 131966000000},
        {"GBPCHF", 1319660000},
    };
    static const struct record rec = GOOD;
    (void)state;
    for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
        struct opened o = {.src.opt.symbol = points[i].symbol};
        open_records(&o, NAME, &rec, 1);
        assert_int_equal(next(&o), SOURCE_OK);
        assert_true(o.rec.tick.bid_px == points[i].bid_px);
        source_close(&o.src);
    }
}

static void the_name_tells_the_hour(void **state)
{
    static const struct record rec = GOOD;
    unsigned char bytes[sizeof(rec)];
    struct opened o = {.src.opt = {.date = "2020-06-01"}};
    (void)state;
    open_records(&o, "d/EURUSD/2012/11/03/07h_ticks.bin", &rec, 1); /* --date is the real one */
    assert_int_equal(next(&o), SOURCE_OK);
    expect_names(&o, "EURUSD", "dukascopy");
    assert_true(o.rec.tick.ts_event_ns == (1590969600 + 7 * 3600) * INT64_C(1000000000) + 812000000);
    assert_null(o.src.note[0].kind);
    source_close(&o.src);
    o = (struct opened){.src.opt = {.symbol = "EURUSD"}};
    open_records(&o, "-", &rec, 1);
    assert_int_equal(next(&o), SOURCE_OK);
    assert_true(o.rec.tick.ts_event_ns == 812000000);
    assert_string_equal(o.src.note[0].kind, "no date: times count from 1970-01-01, give --date");
    assert_string_equal(o.src.note[1].kind, "no hour in the name of the file: times count from midnight");
    source_close(&o.src);
    o = (struct opened){.src.path = "-"};
    assert_int_equal(input_open_bytes(&o.src.input, "-", bytes, put(bytes, &rec, 1)), 0);
    assert_int_equal(source_open(&o.src, NULL), SOURCE_FATAL);
    assert_int_equal(o.src.exit_code, EXIT_CODE_USAGE);
}

static void volumes_must_be_volumes(void **state)
{
    static const struct {
        uint32_t bits;
        const char *part;
    } bad[] = {
        {0x7FC00000, "not a number"},
        {0x7F800000, "not a number"},
        {0xBF800000, "negative"},
        {0x7F7FFFFF, "out of range"},
    };
    (void)state;
    for (size_t i = 0; i < 2 * sizeof(bad) / sizeof(bad[0]); i++) {
        struct record rec[3] = {GOOD, GOOD, GOOD};
        struct opened o = {0};
        *(i % 2 == 0 ? &rec[1].ask_bits : &rec[1].bid_bits) = bad[i / 2].bits;
        open_records(&o, "X.bin", rec, 3);
        assert_int_equal(next(&o), SOURCE_OK);
        assert_int_equal(next(&o), SOURCE_BAD);
        assert_non_null(strstr(o.src.error, "X.bin@20: volume is "));
        assert_non_null(strstr(o.src.error, bad[i / 2].part));
        assert_string_equal(o.src.bad[0].kind, BAD_NUMBER);
        assert_int_equal(next(&o), SOURCE_OK);
        assert_int_equal(next(&o), SOURCE_END);
        source_close(&o.src);
    }
}

/* Going on would mean to guess where records begin. */
static void a_time_outside_the_hour_ends_it(void **state)
{
    struct record rec[3] = {GOOD, GOOD, GOOD};
    struct opened o = {0};
    (void)state;
    rec[1].ms = 3600000;
    open_records(&o, "X.bin", rec, 3);
    assert_int_equal(next(&o), SOURCE_OK);
    assert_int_equal(next(&o), SOURCE_FATAL);
    assert_int_equal(o.src.exit_code, EXIT_CODE_DATA);
    assert_string_equal(o.src.error, "X.bin@20: time 3600000 is not within an hour (3600000 ms)");
    source_close(&o.src);
}

static void cut_input_gives_what_was_whole(void **state)
{
    struct record rec[2] = {GOOD, GOOD};
    unsigned char bytes[sizeof(rec)];
    size_t whole = put(bytes, rec, 2);
    (void)state;
    for (size_t len = 1; len <= whole; len++) {
        struct opened o = {0};
        open_bytes(&o, "X.bin", bytes, len);
        for (size_t i = 0; i < len / RECORD_LEN; i++)
            assert_int_equal(next(&o), SOURCE_OK);
        if (len % RECORD_LEN == 0) {
            assert_int_equal(next(&o), SOURCE_END);
        } else {
            char want[100];
            snprintf(want, sizeof(want), "X.bin@%zu: cut: a record has 20 bytes, here are %zu",
                     len - len % RECORD_LEN, len % RECORD_LEN);
            assert_int_equal(next(&o), SOURCE_FATAL);
            assert_string_equal(o.src.error, want);
            assert_int_equal(o.src.exit_code, EXIT_CODE_DATA);
        }
        source_close(&o.src);
    }
}

static void only_its_records_are_taken_for_them(void **state)
{
    static const struct record bad[] = {
        {3600000, 131984, 131966, 0x3FCF5C29, 0x3FB9999A}, {777, 131984, 131966, 0x3FCF5C29, 0x3FB9999A},
        {812, 131966, 131984, 0x3FCF5C29, 0x3FB9999A},     {812, 131984, 0, 0x3FCF5C29, 0x3FB9999A},
        {812, 131984, 131966, 0x7FC00000, 0x3FB9999A},     {812, 131984, 131966, 0x3FCF5C29, 0xBF800000},
        {812, 400000, 131966, 0x3FCF5C29, 0x3FB9999A},     {812, 131984, 131966, 1, 0x3FB9999A},
    };
    const struct source_ops *ops = source_find("dukascopy", false);
    unsigned char bytes[2 * RECORD_LEN + 7];
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        const struct record rec[2] = {GOOD, bad[i]};
        put(bytes, rec, 2);
        assert_false(ops->detect((char *)bytes, 2 * RECORD_LEN));
        assert_true(ops->detect((char *)bytes, 2 * RECORD_LEN - 1)); /* cut, but its own */
    }
    assert_false(ops->detect((char *)bytes, RECORD_LEN - 1));
    assert_false(ops->detect("", 0));
    assert_false(ops->detect("1672531436,90.540000,1.1\n", 25));
}

static void real_hour(void **state)
{
    struct opened o = {0};
    int64_t bid_sum = 0;
    int64_t ask_sum = 0;
    int64_t spread_min_px = INT64_MAX;
    int64_t spread_max_px = 0;
    size_t cnt = 0;
    enum source_result result;
    (void)state;
    help_real(o.path, "fx/" NAME);
    o.src.path = o.path;
    assert_int_equal(source_open(&o.src, NULL), SOURCE_OK);
    assert_string_equal(o.src.ops->name, "dukascopy");
    for (; (result = next(&o)) == SOURCE_OK; cnt++) {
        int64_t spread_px = o.rec.tick.ask_px - o.rec.tick.bid_px;
        expect_names(&o, "GBPJPY", "dukascopy");
        if (cnt == 0)
            assert_true(o.rec.tick.bid_px == 131866000000 && o.rec.tick.ts_event_ns == HOUR_NS + 778000000);
        spread_min_px = spread_px < spread_min_px ? spread_px : spread_min_px;
        spread_max_px = spread_px > spread_max_px ? spread_px : spread_max_px;
        bid_sum += (o.rec.tick.bid_qty + 50000) / 100000; /* known at 1e-4 */
        ask_sum += (o.rec.tick.ask_qty + 50000) / 100000;
    }
    assert_int_equal(result, SOURCE_END);
    assert_true(cnt == 4413 && bid_sum == 80244400 && ask_sum == 78216300);
    assert_true(spread_min_px == 4000000 && spread_max_px == 32000000);
    assert_true(o.rec.tick.bid_px == 132258000000 && o.rec.tick.ask_px == 132279000000);
    assert_true(o.rec.tick.ts_event_ns == HOUR_NS + INT64_C(3598829000000));
    source_close(&o.src);
}

static void mutated_records_never_crash(void **state)
{
    static const struct record rec[3] = {GOOD, GOOD, GOOD};
    uint64_t random = help_seed();
    (void)state;
    for (int i = 0; i < HELP_FUZZ_CNT; i++) {
        char bytes[100];
        struct opened o = {0};
        size_t cnt = 0;
        enum source_result result;
        size_t len = help_mutate(&random, bytes, put((unsigned char *)bytes, rec, 3), sizeof(bytes));
        o.src.path = NAME;
        assert_int_equal(input_open_bytes(&o.src.input, NAME, bytes, len), 0);
        result = source_open(&o.src, source_find("dukascopy", false));
        if (result == SOURCE_END)
            continue;
        assert_int_equal(result, SOURCE_OK);
        while ((result = next(&o)) == SOURCE_OK || result == SOURCE_BAD) {
            assert_true(++cnt <= len / RECORD_LEN);
            if (result == SOURCE_OK)
                assert_true(o.rec.tick.ask_qty >= 0 && o.rec.tick.bid_qty >= 0);
        }
        assert_true(result == SOURCE_FATAL || (result == SOURCE_END && len % RECORD_LEN == 0));
        source_close(&o.src);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_quotes),
        cmocka_unit_test(points_depend_on_the_instrument),
        cmocka_unit_test(the_name_tells_the_hour),
        cmocka_unit_test(volumes_must_be_volumes),
        cmocka_unit_test(a_time_outside_the_hour_ends_it),
        cmocka_unit_test(cut_input_gives_what_was_whole),
        cmocka_unit_test(only_its_records_are_taken_for_them),
        cmocka_unit_test(real_hour),
        cmocka_unit_test(mutated_records_never_crash),
    };
    return cmocka_run_group_tests_name("source_dukascopy", tests, NULL, NULL);
}
