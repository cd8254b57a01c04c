/* DBN: what each schema's records become, what is wrong with some, files cut and damaged everywhere. */
#include "dbn_help.h"
#include "source_help.h"

#include "tests/fuzz/check.h"

#include "exitcode.h"

#define PX(value) ((int64_t)((value)*4) * 250000000) /* of a value in quarters */
#define QTY(value) ((value)*TR_PX_SCALE)

static const struct dbn_level level = {PX(10.25), PX(10.5), 3, 4};
static const struct dbn_level empty_level = {DBN_UNDEF_PX, 0, 3, 4};
static const struct dbn_level no_size = {PX(10.25), PX(10.5), 0, DBN_UNDEF_SIZE};

static struct dbn_file file;

static void open_file(struct opened *o)
{
    enum source_result result = open_text_as(o, NULL, (const char *)file.bytes, file.len);
    if (result != SOURCE_OK)
        print_error("%s\n", o->src.error);
    assert_int_equal(result, SOURCE_OK);
    assert_string_equal(o->src.ops->name, "dbn");
}

static void expect_end(struct opened *o)
{
    enum source_result result = next(o);
    if (result != SOURCE_END)
        print_error("%d: %s\n", result, o->src.error);
    assert_int_equal(result, SOURCE_END);
}

static void expect_trade(struct opened *o, int64_t px, int64_t qty, uint8_t side)
{
    const struct tr_tick *tick = &o->rec.tick;
    assert_int_equal(next(o), SOURCE_OK);
    assert_int_equal(tick->kind, TR_TICK_TRADE);
    assert_int_equal(tick->price_px, px);
    assert_int_equal(tick->size_qty, qty);
    assert_int_equal(tick->side, side);
}

static void expect_quote(struct opened *o, int64_t bid_px, int64_t bid_qty, int64_t ask_px, int64_t ask_qty)
{
    const struct tr_tick *tick = &o->rec.tick;
    assert_int_equal(next(o), SOURCE_OK);
    assert_int_equal(tick->kind, TR_TICK_QUOTE);
    assert_int_equal(tick->bid_px, bid_px);
    assert_int_equal(tick->bid_qty, bid_qty);
    assert_int_equal(tick->ask_px, ask_px);
    assert_int_equal(tick->ask_qty, ask_qty);
    assert_int_equal(tick->flags & TR_TICK_NO_BID, bid_px == 0 ? TR_TICK_NO_BID : 0);
    assert_int_equal(tick->flags & TR_TICK_NO_ASK, ask_px == 0 ? TR_TICK_NO_ASK : 0);
    assert_int_equal(tick->side, TR_SIDE_NONE);
}

static void expect_times(const struct opened *o, uint64_t event_ns, uint64_t recv_ns)
{
    assert_int_equal(o->rec.tick.ts_event_ns, event_ns);
    assert_int_equal(o->rec.ts_recv_ns, recv_ns);
    if (o->rec.tick.kind == TR_TICK_TRADE)
        assert_int_equal(o->rec.tick.ts_recv_ns, recv_ns);
}

static void test_trades(void **state)
{
    (void)state;
    for (unsigned version = 1; version <= 3; version++) {
        struct opened o = {.src = {.path = NULL}};
        put_meta(&file, version, 4);
        put_trade(&file, 48, DBN_TRADE, 'T', 'A', PX(5528.75), 2);
        put_trade(&file, 48, DBN_TRADE, 'T', 'B', -PX(0.25), UINT32_MAX - 1);
        put_trade(&file, 48, DBN_TRADE, 'T', 'N', INT64_MAX - 1, 1);
        put_trade(&file, 48, DBN_TRADE, 'T', 'N', INT64_MIN, 1);
        open_file(&o);
        for (int round = 0; round < 2; round++) {
            expect_trade(&o, 5528750000000, 2000000000, TR_SIDE_SELL);
            expect_times(&o, HELP_T0 + 5, HELP_T0 + 9);
            expect_names(&o, "ESU4", "glbx");
            assert_int_equal(o.rec.tick.flags, TR_TICK_HAS_RECV);
            expect_trade(&o, -250000000, QTY(INT64_C(4294967294)), TR_SIDE_BUY);
            expect_trade(&o, INT64_MAX - 1, QTY(1), TR_SIDE_NONE);
            expect_trade(&o, INT64_MIN, QTY(1), TR_SIDE_NONE);
            expect_end(&o);
            assert_int_equal(o.src.counts.skipped_cnt, 0);
            assert_int_equal(o.src.counts.bytes_read, file.len);
            assert_int_equal(source_rewind(&o.src), 0);
        }
        close_text(&o);
    }
}

static void test_no_trades(void **state)
{
    struct opened o = {.src = {.path = NULL}};
    (void)state;
    put_meta(&file, 2, 4);
    put_trade(&file, 48, DBN_TRADE, 'T', 'A', 0, 2);
    put_trade(&file, 48, DBN_TRADE, 'T', 'A', 1, 0);
    put_trade(&file, 48, DBN_TRADE, 'T', 'A', DBN_UNDEF_PX, 2);
    put_trade(&file, 48, DBN_TRADE, 'T', 'A', 1, DBN_UNDEF_SIZE);
    open_file(&o);
    expect_end(&o);
    assert_int_equal(o.src.counts.skipped_cnt, 4);
    assert_int_equal(o.src.counts.zero_cnt, 2);
    close_text(&o);
}

/* Every record is a quote, a trade first; sides that are not there. */
static void test_mbp_1(void **state)
{
    struct opened o = {.src = {.path = NULL}};
    (void)state;
    put_meta(&file, 3, 1);
    put_trade(&file, 80, DBN_MBP_1, 'A', 'B', PX(10), 1);
    put_level(&file, level);
    put_trade(&file, 80, DBN_MBP_1, 'T', 'A', PX(10), 2);
    put_level(&file, no_size);
    put_trade(&file, 80, DBN_MBP_1, 'T', 'A', 0, 2); /* no trade, but a quote */
    put_level(&file, level);
    put_trade(&file, 80, DBN_MBP_1, 'R', 'N', DBN_UNDEF_PX, 0);
    put_level(&file, empty_level);
    open_file(&o);
    expect_quote(&o, PX(10.25), QTY(3), PX(10.5), QTY(4));
    expect_times(&o, HELP_T0 + 5, HELP_T0 + 9);
    expect_names(&o, "ESU4", "glbx");
    expect_trade(&o, PX(10), QTY(2), TR_SIDE_SELL);
    expect_quote(&o, 0, 0, 0, 0);
    expect_times(&o, HELP_T0 + 5, HELP_T0 + 9);
    expect_names(&o, "ESU4", "glbx");
    expect_quote(&o, PX(10.25), QTY(3), PX(10.5), QTY(4));
    assert_int_equal(o.src.counts.skipped_cnt, 1);
    expect_quote(&o, 0, 0, 0, 0);
    expect_end(&o);
    close_text(&o);
}

/* The book is that before the trade. */
static void test_tbbo(void **state)
{
    struct opened o = {.src = {.path = NULL}};
    (void)state;
    put_meta(&file, 2, DBN_SCHEMA_TBBO);
    put_trade(&file, 80, DBN_MBP_1, 'T', 'A', PX(10), 2);
    put_level(&file, level);
    put_trade(&file, 80, DBN_TCBBO, 'T', 'B', PX(11), 3);
    put_level(&file, level);
    open_file(&o);
    expect_quote(&o, PX(10.25), QTY(3), PX(10.5), QTY(4));
    expect_trade(&o, PX(10), QTY(2), TR_SIDE_SELL);
    expect_quote(&o, PX(10.25), QTY(3), PX(10.5), QTY(4));
    expect_trade(&o, PX(11), QTY(3), TR_SIDE_BUY);
    assert_int_equal(o.rec.tick.id, 0); /* sequences number messages, not trades */
    expect_end(&o);
    close_text(&o);
}

static void put_ten_levels(char action, unsigned depth)
{
    put_trade(&file, DBN_MBP_10_LEN, DBN_MBP_10, action, 'B', PX(10), 1);
    file.bytes[file.len - DBN_TRADE_LEN + DBN_AT_DEPTH] = (unsigned char)depth;
    put_level(&file, level);
    for (int i = 1; i < 10; i++)
        put_level(&file, empty_level);
}

static void test_mbp_10(void **state)
{
    struct opened o = {.src = {.path = NULL}};
    (void)state;
    put_meta(&file, 2, 2);
    put_ten_levels('A', 0);
    put_ten_levels('C', 3);
    put_ten_levels('T', 0);
    put_ten_levels('T', 1);
    open_file(&o);
    expect_quote(&o, PX(10.25), QTY(3), PX(10.5), QTY(4));
    expect_trade(&o, PX(10), QTY(1), TR_SIDE_BUY);
    expect_quote(&o, PX(10.25), QTY(3), PX(10.5), QTY(4));
    expect_trade(&o, PX(10), QTY(1), TR_SIDE_BUY);
    expect_end(&o);
    close_text(&o);
}

/* The time of a quote at the end of an interval is that end. */
static void test_intervals(void **state)
{
    static const unsigned rtype[] = {DBN_BBO_1S, DBN_BBO_1M, DBN_CBBO_1S, DBN_CBBO_1M};
    struct opened o = {.src = {.path = NULL}};
    (void)state;
    put_meta(&file, 2, 0xFFFF);
    for (size_t i = 0; i < 4; i++) {
        put_trade(&file, 80, rtype[i], 0, 'x', PX(10), 2);
        set(&file, file.len - DBN_TRADE_LEN + DBN_AT_TS_EVENT, i % 2 ? DBN_UNDEF_TS : HELP_T0, 8);
        put_level(&file, level);
    }
    open_file(&o);
    for (size_t i = 0; i < 4; i++) {
        expect_quote(&o, PX(10.25), QTY(3), PX(10.5), QTY(4));
        expect_times(&o, HELP_T0 + 9, HELP_T0 + 9);
    }
    expect_end(&o);
    close_text(&o);
}

/* A snapshot, a trade that fills an order, an instrument whose book becomes empty. */
static void test_mbo(void **state)
{
    struct opened o = {.src = {.path = NULL}};
    (void)state;
    put_meta(&file, 1, 0);
    put_mbo(&file, 'R', 'N', 0, DBN_UNDEF_PX, 0, DBN_F_SNAPSHOT);
    put_mbo(&file, 'A', 'B', 1, PX(10), 5, DBN_F_SNAPSHOT);
    put_mbo(&file, 'A', 'A', 2, PX(11), 6, DBN_F_SNAPSHOT | DBN_F_LAST);
    put_mbo(&file, 'T', 'B', 0, PX(11), 4, 0);
    put_mbo(&file, 'F', 'A', 2, PX(11), 4, 0);
    put_mbo(&file, 'C', 'A', 2, PX(11), 4, DBN_F_LAST);
    put_mbo(&file, 'A', 'B', 3, PX(9), 7, DBN_F_LAST); /* below the best */
    put_mbo(&file, 'T', 'A', 0, PX(10), 1, DBN_F_LAST); /* of an order that nobody saw */
    put_mbo(&file, 'M', 'B', 3, PX(10), 7, 0);
    put_mbo(&file, 'T', 'A', 0, PX(10), 1, DBN_F_LAST);
    put_mbo(&file, 'R', 'N', 0, DBN_UNDEF_PX, 0, DBN_F_LAST);
    put_mbo(&file, 'C', 'A', 2, PX(11), 2, DBN_F_LAST);
    open_file(&o);
    expect_quote(&o, PX(10), QTY(5), PX(11), QTY(6));
    expect_times(&o, HELP_T0 + 9, HELP_T0 + 9); /* the orders are older than the snapshot */
    expect_names(&o, "ESU4", "glbx");
    expect_trade(&o, PX(11), QTY(4), TR_SIDE_BUY);
    expect_times(&o, HELP_T0 + 5, HELP_T0 + 9);
    expect_quote(&o, PX(10), QTY(5), PX(11), QTY(2));
    expect_times(&o, HELP_T0 + 5, HELP_T0 + 9);
    expect_trade(&o, PX(10), QTY(1), TR_SIDE_SELL);
    expect_trade(&o, PX(10), QTY(1), TR_SIDE_SELL);
    expect_quote(&o, PX(10), QTY(12), PX(11), QTY(2));
    expect_quote(&o, 0, 0, 0, 0);
    expect_end(&o);
    assert_string_equal(o.src.note[0].kind, "cancels of unknown orders");
    assert_int_equal(o.src.note[0].first, file.len - DBN_MBO_LEN);
    close_text(&o);
}

/* The sum of a level's orders may need the larger unit. */
static void test_large_level(void **state)
{
    struct opened o = {.src = {.path = NULL}};
    (void)state;
    put_meta(&file, 1, 0);
    put_mbo(&file, 'A', 'A', 9, PX(11), 1, 0);
    for (uint64_t ref = 1; ref <= 3; ref++)
        put_mbo(&file, 'A', 'B', ref, PX(10), UINT32_MAX - 1, ref == 3 ? DBN_F_LAST : 0);
    open_file(&o);
    expect_quote(&o, PX(10), 3 * INT64_C(4294967294) * 1000, PX(11), 1000);
    assert_int_equal(o.rec.tick.flags, TR_TICK_SIZE_MILLI);
    expect_end(&o);
    close_text(&o);
}

static void test_only(void **state)
{
    struct opened trades = {.src.opt.only_trades = true};
    struct opened quotes = {.src.opt.only_quotes = true};
    (void)state;
    put_meta(&file, 1, 0xFFFF);
    put_trade(&file, 48, DBN_TRADE, 'T', 'A', PX(1), 1);
    put_trade(&file, 80, DBN_MBP_1, 'T', 'A', PX(2), 1);
    put_level(&file, level);
    put_trade(&file, 80, DBN_MBP_1, 'A', 'A', PX(2), 1);
    put_level(&file, level);
    put_trade(&file, 80, DBN_BBO_1S, 0, 'A', PX(2), 1);
    put_level(&file, level);
    put_mbo(&file, 'A', 'B', 1, PX(10), 5, DBN_F_LAST);
    put_mbo(&file, 'T', 'B', 0, PX(3), 1, 0);
    open_file(&trades);
    for (int i = 1; i <= 3; i++)
        expect_trade(&trades, PX(i), QTY(1), i < 3 ? TR_SIDE_SELL : TR_SIDE_BUY);
    expect_end(&trades);
    close_text(&trades);
    open_file(&quotes);
    for (int i = 0; i < 3; i++)
        expect_quote(&quotes, PX(10.25), QTY(3), PX(10.5), QTY(4));
    expect_quote(&quotes, PX(10), QTY(5), 0, 0);
    expect_end(&quotes);
    close_text(&quotes);
}

static void set_last_trade(size_t at, uint64_t value, size_t n)
{
    set(&file, file.len - DBN_TRADE_LEN + at, value, n);
}

static void test_times(void **state)
{
    struct opened o = {.src = {.path = NULL}};
    (void)state;
    put_meta(&file, 2, 4);
    put_trade(&file, 48, DBN_TRADE, 'T', 'A', PX(1), 1);
    set_last_trade(DBN_AT_TS_EVENT, DBN_UNDEF_TS, 8);
    put_trade(&file, 48, DBN_TRADE, 'T', 'A', PX(2), 1);
    set_last_trade(DBN_AT_TS_RECV, DBN_UNDEF_TS, 8);
    put_trade(&file, 48, DBN_TRADE, 'T', 'A', PX(3), 1);
    set_last_trade(DBN_AT_TS_RECV, HELP_T0 - 1, 8); /* before the event, and before the symbol */
    size_t bad_at = file.len;
    put_trade(&file, 48, DBN_TRADE, 'T', 'A', PX(4), 1);
    set_last_trade(DBN_AT_TS_EVENT, DBN_UNDEF_TS, 8);
    set_last_trade(DBN_AT_TS_RECV, DBN_UNDEF_TS, 8);
    put_trade(&file, 48, DBN_TRADE, 'T', 'A', PX(5), 1);
    set_last_trade(DBN_AT_TS_EVENT, (uint64_t)INT64_MAX + 1, 8);
    open_file(&o);
    expect_trade(&o, PX(1), QTY(1), TR_SIDE_SELL);
    expect_times(&o, HELP_T0 + 9, HELP_T0 + 9);
    expect_trade(&o, PX(2), QTY(1), TR_SIDE_SELL);
    expect_times(&o, HELP_T0 + 5, 0);
    assert_int_equal(o.rec.tick.flags, 0);
    expect_names(&o, "ESU4", "glbx");
    expect_trade(&o, PX(3), QTY(1), TR_SIDE_SELL);
    expect_times(&o, HELP_T0 + 5, HELP_T0 - 1);
    expect_names(&o, "118", "glbx");
    assert_string_equal(o.src.note[0].kind, "instrument ids without a symbol");
    char place[32];
    snprintf(place, sizeof(place), "@%zu:", bad_at);
    expect_bad(&o, place, "record without a time");
    snprintf(place, sizeof(place), "@%zu:", bad_at + DBN_TRADE_LEN);
    expect_bad(&o, place, "time after the year 2262");
    expect_end(&o);
    close_text(&o);
}

/* --symbol is for what has no symbol, --venue for all; a live capture tells symbols between records. */
static void test_names(void **state)
{
    struct opened o = {.src.opt = {.symbol = "SYM", .venue = "cme"}};
    (void)state;
    begin_meta(&file, 1, 4);
    set(&file, 8, 'X', 1); /* GLBX.MDP3 becomes XLBX.MDP3 */
    put(&file, 0, 4);
    end_meta(&file);
    put_trade(&file, 48, DBN_TRADE, 'T', 'A', PX(1), 1);
    put_head(&file, DBN_MAPPING_V1_LEN, DBN_SYMBOL_MAPPING, 118, HELP_T0);
    put_text(&file, "ES.c.0", DBN_SYMBOL_V1_LEN);
    put_text(&file, "ESU4", DBN_SYMBOL_V1_LEN);
    put(&file, 0, 20);
    put_trade(&file, 48, DBN_TRADE, 'T', 'A', PX(2), 1);
    size_t bad_at = file.len;
    put_head(&file, DBN_MAPPING_LEN, DBN_SYMBOL_MAPPING, 118, HELP_T0);
    put(&file, 0, DBN_MAPPING_LEN - DBN_HEAD_LEN);
    put_head(&file, DBN_MAPPING_LEN, DBN_SYMBOL_MAPPING, 118, HELP_T0);
    put(&file, 1, 1);
    put_text(&file, "ES.c.0", DBN_SYMBOL_LEN);
    put(&file, 1, 1);
    put_text(&file, "ESZ4", DBN_SYMBOL_LEN);
    put(&file, 0, 16);
    put_trade(&file, 48, DBN_TRADE, 'T', 'A', PX(3), 1);
    open_file(&o);
    expect_trade(&o, PX(1), QTY(1), TR_SIDE_SELL);
    expect_names(&o, "SYM", "cme");
    expect_trade(&o, PX(2), QTY(1), TR_SIDE_SELL);
    expect_names(&o, "ESU4", "cme");
    char place[32];
    snprintf(place, sizeof(place), "@%zu:", bad_at);
    expect_bad(&o, place, "a mapping to what is no symbol");
    expect_trade(&o, PX(3), QTY(1), TR_SIDE_SELL);
    expect_names(&o, "ESZ4", "cme");
    expect_end(&o);
    close_text(&o);
    o.src = (struct source){.path = NULL};
    open_file(&o);
    expect_trade(&o, PX(1), QTY(1), TR_SIDE_SELL);
    expect_names(&o, "118", "xlbx");
    close_text(&o);
}

/* Records that make no ticks are passed over by their length, known or not. */
static void test_other_records(void **state)
{
    static const unsigned rtype[] = {0x11, 0x12, 0x13, 0x14, 0x15, 0x17, 0x18, 0x20, 0x24, 0x25, 0xFF};
    struct opened o = {.src = {.path = NULL}};
    (void)state;
    put_meta(&file, 2, 0xFFFF);
    for (size_t i = 0; i < sizeof(rtype) / sizeof(rtype[0]); i++) {
        put_head(&file, DBN_HEAD_LEN + 4 * i, rtype[i], 118, HELP_T0);
        put(&file, 0, 4 * i);
    }
    put_head(&file, 1020, 0xFE, 118, HELP_T0);
    put(&file, 0, 1020 - DBN_HEAD_LEN);
    put_trade(&file, 56, DBN_TRADE, 'T', 'A', PX(1), 1); /* with the time it was sent */
    put(&file, HELP_T0, 8);
    open_file(&o);
    expect_trade(&o, PX(1), QTY(1), TR_SIDE_SELL);
    expect_end(&o);
    assert_int_equal(o.src.counts.skipped_cnt, 12);
    assert_string_equal(o.src.note[0].kind, "bars");
    assert_int_equal(o.src.note[0].cnt, 3);
    assert_string_equal(o.src.note[7].kind, "records of unknown type");
    assert_int_equal(o.src.note[7].cnt, 3);
    close_text(&o);
}

/* One record that is malformed between two that are not. */
static void expect_bad_record(size_t len, size_t at, uint64_t value, size_t n, const char *part)
{
    struct opened o = {.src = {.path = NULL}};
    char place[32];
    put_meta(&file, 2, 4);
    put_trade(&file, 48, DBN_TRADE, 'T', 'A', PX(1), 1);
    size_t bad_at = file.len;
    if (len == DBN_MBO_LEN)
        put_mbo(&file, 'A', 'B', 1, PX(10), 5, DBN_F_LAST);
    else
        put_trade(&file, len, len == DBN_TRADE_LEN ? DBN_TRADE : DBN_MBP_1, 'T', 'A', PX(10), 5);
    if (len == DBN_MBP_1_LEN)
        put_level(&file, level);
    set(&file, bad_at + at, value, n);
    if (at == 0)
        file.len = bad_at + value * DBN_LENGTH_UNIT;
    put_trade(&file, 48, DBN_TRADE, 'T', 'A', PX(2), 1);
    open_file(&o);
    expect_trade(&o, PX(1), QTY(1), TR_SIDE_SELL);
    snprintf(place, sizeof(place), "@%zu: ", bad_at);
    expect_bad(&o, place, part);
    expect_trade(&o, PX(2), QTY(1), TR_SIDE_SELL);
    expect_end(&o);
    assert_int_equal(o.src.bad[0].cnt, 1);
    assert_int_equal(o.src.bad[0].first, bad_at);
    close_text(&o);
}

static void test_bad_records(void **state)
{
    (void)state;
    expect_bad_record(48, DBN_AT_SIDE, 'X', 1, "side 'X' is not one of A, B, N");
    expect_bad_record(80, DBN_AT_SIDE, 0, 1, "side '?' is not one of");
    expect_bad_record(80, DBN_AT_ACTION, 'Z', 1, "action 'Z' is not one of A, C, M, R, T, F, N");
    expect_bad_record(80, DBN_AT_TS_EVENT, UINT64_C(1) << 63, 8, "time after the year 2262");
    expect_bad_record(56, DBN_MBO_AT_ACTION, 'z', 1, "action 'z'");
    expect_bad_record(56, DBN_MBO_AT_SIDE, 'N', 1, "an order without price, size or side");
    expect_bad_record(56, DBN_MBO_AT_PX, DBN_UNDEF_PX, 8, "an order without price, size or side");
    expect_bad_record(48, 0, 11, 1, "record of type 0x00 has 44 bytes, not 48");
    expect_bad_record(80, 0, 12, 1, "record of type 0x01 has 48 bytes, not 80");
    expect_bad_record(56, 0, 4, 1, "record of type 0xA0 has 16 bytes, not 56");
    expect_bad_record(48, DBN_AT_RTYPE, DBN_SYMBOL_MAPPING, 1, "record of type 0x16 has 48 bytes, not 80");
    expect_bad_record(48, DBN_AT_RTYPE, DBN_MBP_10, 1, "record of type 0x0A has 48 bytes, not 368");
}

static void test_broken_framing(void **state)
{
    (void)state;
    for (unsigned length = 0; length < DBN_HEAD_LEN / DBN_LENGTH_UNIT; length++) {
        struct opened o = {.src = {.path = NULL}};
        char place[32];
        put_meta(&file, 2, 4);
        put_trade(&file, 48, DBN_TRADE, 'T', 'A', PX(1), 1);
        snprintf(place, sizeof(place), "@%zu: record of %u bytes", file.len, length * DBN_LENGTH_UNIT);
        put_trade(&file, 48, DBN_TRADE, 'T', 'A', PX(1), 1);
        set_last_trade(0, length, 1);
        open_file(&o);
        expect_trade(&o, PX(1), QTY(1), TR_SIDE_SELL);
        assert_int_equal(next(&o), SOURCE_FATAL);
        expect_error(&o, place, "no way to go on");
        assert_int_equal(o.src.exit_code, EXIT_CODE_DATA);
        close_text(&o);
    }
}

static void put_mixed_file(void)
{
    put_meta(&file, 1, 0xFFFF);
    put_trade(&file, 48, DBN_TRADE, 'T', 'A', PX(1), 1);
    put_trade(&file, 80, DBN_MBP_1, 'T', 'A', PX(2), 1);
    put_level(&file, level);
    put_mbo(&file, 'A', 'B', 1, PX(10), 5, DBN_F_LAST);
}

/* Wherever the file ends, what was whole comes before it is told. */
static void test_cut(void **state)
{
    (void)state;
    put_mixed_file();
    size_t meta_len = file.len - DBN_MBO_LEN - DBN_MBP_1_LEN - DBN_TRADE_LEN;
    for (size_t len = 1; len <= file.len; len++) {
        struct source src = {.path = "f"};
        struct source_record rec;
        enum source_result result;
        int cnt = 0;
        assert_int_equal(input_open_bytes(&src.input, "f", file.bytes, len), 0);
        assert_int_equal(source_open(&src, source_find("dbn", false)), SOURCE_OK);
        while ((result = source_next(&src, &rec)) == SOURCE_OK)
            cnt++;
        size_t left = len < meta_len ? 0 : len - meta_len;
        bool whole = len == meta_len || left == DBN_TRADE_LEN || left == DBN_TRADE_LEN + DBN_MBP_1_LEN;
        assert_int_equal(result, whole || len == file.len ? SOURCE_END : SOURCE_FATAL);
        assert_int_equal(cnt, (left >= DBN_TRADE_LEN) + 2 * (left >= DBN_TRADE_LEN + DBN_MBP_1_LEN)
                                  + (len == file.len));
        if (result == SOURCE_FATAL) {
            assert_int_equal(src.exit_code, EXIT_CODE_DATA);
            assert_non_null(strstr(src.error, len >= meta_len ? "the last record is cut"
                                              : len < 4       ? "does not begin with DBN"
                                                              : "the metadata is cut"));
        }
        source_close(&src);
    }
}

static void expect_sane(const unsigned char *bytes, size_t len)
{
    const char *fault = check_source("dbn", 0, bytes, len);
    if (fault != NULL)
        fail_msg("%s", fault);
}

static void test_flipped_bits(void **state)
{
    (void)state;
    put_mixed_file();
    for (size_t bit = 0; bit < file.len * 8; bit++) {
        file.bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
        expect_sane(file.bytes, file.len);
        file.bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
    }
}

static void test_mutations(void **state)
{
    uint64_t random = help_seed();
    (void)state;
    put_mixed_file();
    for (int i = 0; i < HELP_FUZZ_CNT; i++) {
        char changed[1024];
        memcpy(changed, file.bytes, file.len);
        size_t len = help_mutate(&random, changed, file.len, sizeof(changed));
        expect_sane((const unsigned char *)changed, len);
    }
}

static void test_options(void **state)
{
    struct opened o = {.src.opt.venue = "a\nb"};
    (void)state;
    put_meta(&file, 2, 4);
    assert_int_equal(open_text_as(&o, "dbn", (const char *)file.bytes, file.len), SOURCE_FATAL);
    assert_int_equal(o.src.exit_code, EXIT_CODE_USAGE);
    close_text(&o);
}

/* What another program found in the files of Databento's own tests. */
static void test_real(void **state)
{
    struct opened o = {.src = {.path = o.path}};
    (void)state;
    help_real(o.path, "dbn/test_data.tbbo.dbn");
    assert_int_equal(source_open(&o.src, NULL), SOURCE_OK);
    expect_quote(&o, 3720250000000, QTY(26), 3720500000000, QTY(7));
    expect_trade(&o, 3720250000000, QTY(5), TR_SIDE_SELL);
    expect_times(&o, UINT64_C(1609160400098821953), UINT64_C(1609160400099150057));
    expect_names(&o, "ESH1", "glbx");
    expect_quote(&o, 3720250000000, QTY(21), 3720500000000, QTY(22));
    expect_trade(&o, 3720250000000, QTY(21), TR_SIDE_SELL);
    expect_times(&o, UINT64_C(1609160400107665963), UINT64_C(1609160400108142648));
    expect_end(&o);
    source_close(&o.src);
    help_real(o.path, "dbn/test_data.mbp-1.dbn");
    assert_int_equal(source_open(&o.src, NULL), SOURCE_OK);
    expect_quote(&o, 3720250000000, QTY(24), 3720500000000, QTY(11));
    expect_quote(&o, 3720250000000, QTY(24), 3720500000000, QTY(12));
    expect_end(&o);
    source_close(&o.src);
    help_real(o.path, "dbn/test_data.trades.dbn");
    assert_int_equal(source_open(&o.src, NULL), SOURCE_OK);
    expect_trade(&o, 3720250000000, QTY(5), TR_SIDE_SELL);
    expect_trade(&o, 3720250000000, QTY(21), TR_SIDE_SELL);
    expect_end(&o);
    source_close(&o.src);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trades),      cmocka_unit_test(test_no_trades),
        cmocka_unit_test(test_mbp_1),       cmocka_unit_test(test_tbbo),
        cmocka_unit_test(test_mbp_10),      cmocka_unit_test(test_intervals),
        cmocka_unit_test(test_mbo),         cmocka_unit_test(test_large_level),
        cmocka_unit_test(test_only),        cmocka_unit_test(test_times),
        cmocka_unit_test(test_names),       cmocka_unit_test(test_other_records),
        cmocka_unit_test(test_bad_records), cmocka_unit_test(test_broken_framing),
        cmocka_unit_test(test_cut),         cmocka_unit_test(test_flipped_bits),
        cmocka_unit_test(test_mutations),   cmocka_unit_test(test_options),
        cmocka_unit_test(test_real),
    };
    return cmocka_run_group_tests_name("source_dbn", tests, NULL, NULL);
}
