/* CSV with a header: every layout, rows to ticks, every kind of bad row.  Real files: test_source_csv_real.c. */
#include "source_help.h"

#include "exitcode.h"

#define TRADES "exchange,symbol,timestamp,local_timestamp,id,side,price,amount\n"
#define QUOTES "exchange,symbol,timestamp,local_timestamp,ask_amount,ask_price,bid_price,bid_amount\n"
#define SIMPLE "ts,symbol,price,size\n"

static void open_ok(struct opened *o, const char *text)
{
    enum source_result result = open_text_as(o, "csv", text, strlen(text));
    if (result != SOURCE_OK)
        print_error("%s\n", o->src.error);
    assert_int_equal(result, SOURCE_OK);
}

static void test_trade(void **state)
{
    struct opened o = {0};
    const struct tr_tick *tick = &o.rec.tick;
    (void)state;
    open_ok(&o, TRADES "binance,BTCUSDT,1582329602111000,1582329602418379,42377944,buy,9682,0.132\n"
                       "bitmex,XBTUSD,1583020803145000,,ccc3c1fa-212c,sell,-8531.5,2152\r\n"
                       "deribit,\"A,B\",1583020803145000,,9,unknown,1e-7,\"1\"");
    assert_int_equal(next(&o), SOURCE_OK);
    expect_names(&o, "BTCUSDT", "binance");
    assert_int_equal(tick->kind, TR_TICK_TRADE);
    assert_int_equal(tick->side, TR_SIDE_BUY);
    assert_int_equal(tick->flags, TR_TICK_HAS_RECV);
    assert_true(tick->ts_event_ns == 1582329602111000000);
    assert_true(tick->ts_recv_ns == 1582329602418379000 && o.rec.ts_recv_ns == tick->ts_recv_ns);
    assert_true(tick->price_px == 9682000000000 && tick->size_qty == 132000000);
    assert_int_equal(tick->id, 42377944);
    assert_int_equal(tick->ts_pub_ns, 0);
    assert_int_equal(next(&o), SOURCE_OK);
    expect_names(&o, "XBTUSD", "bitmex");
    assert_int_equal(tick->flags, 0);
    assert_int_equal(tick->id, 0);
    assert_int_equal(tick->side, TR_SIDE_SELL);
    assert_true(tick->price_px == -8531500000000);
    assert_int_equal(next(&o), SOURCE_OK);
    expect_names(&o, "A,B", "deribit");
    assert_true(tick->price_px == 100 && tick->side == TR_SIDE_NONE);
    assert_int_equal(next(&o), SOURCE_END);
    assert_int_equal(next(&o), SOURCE_END);
    assert_int_equal(o.src.counts.bytes_read, o.src.counts.bytes_all);
    close_text(&o);
}

static void test_quote_sides(void **state)
{
    struct opened o = {0};
    const struct tr_tick *tick = &o.rec.tick;
    (void)state;
    open_ok(&o, QUOTES "x,S,1582329601096000,1582329603502092,0.84,9682,9681.92,0.67\n"
                       "x,S,1582329601096000,,,,9681.92,0.67\n"
                       "x,S,1582329601096000,,1,9682,0,0\n"
                       "x,S,1582329601096000,,0,9682,9681,1\n"
                       "x,S,1582329601096000,,0,0,0,0\n"
                       "x,S,1582329601096000,,, ,,5\n"
                       "x,S,1582329601096000,,,9682,-1,\n");
    assert_int_equal(next(&o), SOURCE_OK);
    assert_true(tick->kind == TR_TICK_QUOTE && tick->flags == 0 && tick->side == 0);
    assert_true(tick->bid_px == 9681920000000 && tick->bid_qty == 670000000);
    assert_true(tick->ask_px == 9682000000000 && tick->ask_qty == 840000000);
    assert_true(o.rec.ts_recv_ns == 1582329603502092000);
    assert_int_equal(next(&o), SOURCE_OK);
    assert_true(tick->flags == TR_TICK_NO_ASK && tick->ask_px == 0 && tick->ask_qty == 0);
    assert_int_equal(next(&o), SOURCE_OK);
    assert_true(tick->flags == TR_TICK_NO_BID && tick->bid_px == 0 && tick->bid_qty == 0);
    assert_int_equal(next(&o), SOURCE_OK);
    assert_true(tick->flags == TR_TICK_NO_ASK && tick->ask_px == 0);
    for (int i = 0; i < 2; i++) { /* zeros or nothing: the book became empty */
        assert_int_equal(next(&o), SOURCE_OK);
        assert_true(tick->flags == (TR_TICK_NO_BID | TR_TICK_NO_ASK));
        assert_true(tick->bid_px == 0 && tick->bid_qty == 0 && tick->ask_px == 0 && tick->ask_qty == 0);
    }
    assert_int_equal(next(&o), SOURCE_OK);
    assert_true(tick->flags == 0 && tick->bid_px == -1000000000 && tick->bid_qty == 0);
    assert_int_equal(next(&o), SOURCE_END);
    assert_int_equal(o.src.counts.skipped_cnt, 0);
    close_text(&o);
}

static void test_sizes(void **state)
{
    struct opened o = {0};
    const struct tr_tick *tick = &o.rec.tick;
    (void)state;
    open_ok(&o, "ts,symbol,bid,ask,bid_size,ask_size,price,size\n"
                "1600000000,S,,,,,1,9223372036.854775807\n"
                "1600000000,S,,,,,1,9223372036854.7755\n"
                "1600000000,S,1,2,1.5,99999999999,,\n"
                "1600000000,S,,,,,1,9223372036854775.808\n"
                "1600000000,S,,,,,1,1e-12\n"
                "1600000000,S,,,,,235.44999999999999,1\n");
    assert_int_equal(next(&o), SOURCE_OK);
    assert_true(tick->flags == 0 && tick->size_qty == INT64_MAX);
    assert_int_equal(next(&o), SOURCE_OK);
    assert_true(tick->flags == TR_TICK_SIZE_MILLI && tick->size_qty == 9223372036854776);
    assert_int_equal(o.src.counts.rounded_cnt, 1);
    assert_int_equal(next(&o), SOURCE_OK); /* both sides in the same unit */
    assert_true(tick->flags == TR_TICK_SIZE_MILLI);
    assert_true(tick->bid_qty == 1500 && tick->ask_qty == 99999999999000);
    expect_bad(&o, ":5:", "size '9223372036854775.808' is out of range");
    assert_int_equal(next(&o), SOURCE_OK); /* too small to be seen, but not zero */
    assert_true(tick->size_qty == 0);
    assert_int_equal(next(&o), SOURCE_OK);
    assert_true(tick->price_px == 235450000000);
    assert_int_equal(o.src.counts.rounded_cnt, 3);
    assert_int_equal(o.src.counts.skipped_cnt, 0);
    close_text(&o);
}

/* A side whose size is only too small to be seen is there; 0 in any spelling is not. */
static void test_small_sizes_of_quotes(void **state)
{
    struct opened o = {0};
    const struct tr_tick *tick = &o.rec.tick;
    (void)state;
    open_ok(&o, "ts,symbol,bid,ask,bid_size,ask_size\n"
                "1600000000,S,1,2,1e-12,0.0000000001\n"
                "1600000000,S,1,2,0.00049,99999999999\n"
                "1600000000,S,1,2,0.000e5,3\n");
    assert_int_equal(next(&o), SOURCE_OK);
    assert_true(tick->flags == 0 && tick->bid_px == 1000000000 && tick->ask_px == 2000000000);
    assert_int_equal(o.src.counts.rounded_cnt, 2);
    assert_int_equal(next(&o), SOURCE_OK);
    assert_true(tick->flags == TR_TICK_SIZE_MILLI && tick->bid_px == 1000000000 && tick->bid_qty == 0);
    assert_int_equal(next(&o), SOURCE_OK);
    assert_true(tick->flags == TR_TICK_NO_BID && tick->ask_qty == 3000000000);
    close_text(&o);
}

static void test_both_kinds(void **state)
{
    struct opened o = {0};
    (void)state;
    open_ok(&o, "ts,symbol,price,size,bid,ask\n"
                "1600000000,A,5,1,4,6\n"
                "1600000001,B,,,4,6\n"
                "1600000002,C,5,1,,\n"
                "1600000003,D,5,0,4,6\n"
                "1600000004,E,,,,\n"
                "1600000005,F,5,1,0,0\n"
                "1600000006,G,5,1,x,6\n");
    assert_int_equal(next(&o), SOURCE_OK);
    assert_int_equal(o.rec.tick.kind, TR_TICK_TRADE);
    expect_names(&o, "A", "");
    assert_int_equal(next(&o), SOURCE_OK);
    assert_int_equal(o.rec.tick.kind, TR_TICK_QUOTE);
    assert_true(o.rec.tick.bid_px == 4000000000);
    expect_names(&o, "A", "");
    assert_int_equal(next(&o), SOURCE_OK);
    expect_names(&o, "B", "");
    assert_int_equal(o.rec.tick.kind, TR_TICK_QUOTE);
    assert_int_equal(next(&o), SOURCE_OK);
    assert_int_equal(o.rec.tick.kind, TR_TICK_TRADE);
    assert_int_equal(next(&o), SOURCE_OK);
    expect_names(&o, "D", "");
    assert_int_equal(o.rec.tick.kind, TR_TICK_QUOTE);
    assert_int_equal(next(&o), SOURCE_OK);
    expect_names(&o, "E", "");
    assert_int_equal(o.rec.tick.flags, TR_TICK_NO_BID | TR_TICK_NO_ASK);
    assert_int_equal(next(&o), SOURCE_OK);
    assert_int_equal(o.rec.tick.kind, TR_TICK_TRADE);
    assert_int_equal(next(&o), SOURCE_OK);
    expect_names(&o, "F", "");
    assert_int_equal(o.rec.tick.flags, TR_TICK_NO_BID | TR_TICK_NO_ASK);
    expect_bad(&o, ":8:18:", "bid 'x'"); /* the trade beside it is not told either */
    assert_int_equal(next(&o), SOURCE_END);
    assert_int_equal(o.src.counts.skipped_cnt, 0);
    close_text(&o);
}

static void test_buyer_maker(void **state)
{
    struct opened o = {.src.opt.symbol = "ETHUSD"};
    (void)state;
    open_ok(&o, "time_seconds,price,size,is_buyer_maker\n1625097622.648,2279.15,0.0409,1\n"
                "1625097621,1,1,False\n1625097621,1,1,yes\n");
    assert_int_equal(next(&o), SOURCE_OK);
    expect_names(&o, "ETHUSD", "");
    assert_true(o.rec.tick.ts_event_ns == 1625097622648000000);
    assert_int_equal(o.rec.tick.side, TR_SIDE_SELL);
    assert_int_equal(next(&o), SOURCE_OK);
    assert_int_equal(o.rec.tick.side, TR_SIDE_BUY);
    expect_bad(&o, ":4:16:", "buyer_maker 'yes'");
    close_text(&o);
}

static void test_options_fill_in(void **state)
{
    struct opened o = {.src.opt = {.symbol = "FILL", .venue = "V", .date = "2011-01-13"}};
    (void)state;
    open_ok(&o, "Time,Exchange,Symbol,Trade_Volume,Trade_Price\n08:00:00.022239001,K,AAPL,301,27\n"
                "08:00:00,,,300,27\n");
    assert_int_equal(next(&o), SOURCE_OK);
    expect_names(&o, "AAPL", "K");
    assert_true(o.rec.tick.ts_event_ns == 1294905600022239001);
    assert_int_equal(next(&o), SOURCE_OK);
    expect_names(&o, "FILL", "V");
    close_text(&o);
    struct opened unit = {.src.opt = {.time_unit_ns = 1000000, .map = "ts=1,price=4,size=c"}};
    open_ok(&unit, "a;symbol;c;d\n10;S;2;3,5\n10;S;2;3.5\n");
    expect_bad(&unit, ":2:8:", "price '3,5' is not a number");
    assert_int_equal(next(&unit), SOURCE_OK);
    assert_true(unit.rec.tick.ts_event_ns == 10000000 && unit.rec.tick.size_qty == 2000000000);
    close_text(&unit);
}

/* Blank lines, blanks around fields, a byte-order mark, times going back: all fine. */
static void test_tolerance(void **state)
{
    struct opened o = {0};
    (void)state;
    open_ok(&o, "\xEF\xBB\xBF\n" SIMPLE "\n1600000001, S ,\t1 , 2\n  \n1600000000,S,1,2\n\r\n\n");
    assert_int_equal(next(&o), SOURCE_OK);
    expect_names(&o, "S", "");
    assert_int_equal(next(&o), SOURCE_OK);
    assert_true(o.rec.tick.ts_event_ns == 1600000000000000000);
    assert_int_equal(next(&o), SOURCE_END);
    close_text(&o);
    open_ok(&o, SIMPLE);
    assert_int_equal(next(&o), SOURCE_END);
    close_text(&o);
}

/* Each bad row between two good ones: both are delivered, and the place is told. */
static void test_bad_rows(void **state)
{
    char long_symbol[200];
    snprintf(long_symbol, sizeof(long_symbol), "1600000000,%072d,1,2", 7);
    const struct {
        const char *row;
        const char *place;
        const char *part;
    } bad[] = {
        {"1600000000,S,1", ":3:15:", "3 fields, expected 4"},
        {"1600000000,S,1,2,x,y", ":3:18:", "6 fields, expected 4"},
        {"x,S,1,2", ":3:1:", "time 'x' is not a time"},
        {",S,1,2", ":3:1:", "time '' is empty"},
        {"-5,S,1,2", ":3:1:", "time '-5' is negative"},
        {"1960-01-01,S,1,2", ":3:1:", "before 1970"},
        {"99999999999,S,1,2", ":3:1:", "out of range"},
        {"08:00,S,1,2", ":3:1:", "is not a time"},
        {"25:61:00,S,1,2", ":3:1:", "is not a time"},
        {"2016-12-31T23:59:60Z,S,1,2", ":3:1:", "is not a time"},
        {"2024-02-30,S,1,2", ":3:1:", "is not a time"},
        {"1600000000,,1,2", ":3:12:", "symbol '' is empty"},
        {"1600000000, ,1,2", ":3:13:", "symbol '' is empty"},
        {"1600000000,A\x01"
         "B,1,2",
         ":3:12:", "symbol 'A?B'"},
        {"1600000000,\xC3\xA9,1,2", ":3:12:", "printable ASCII"},
        {long_symbol, ":3:12:", "longer than 71"},
        {"1600000000,S,,2", ":3:14:", "price '' is empty"},
        {"1600000000,S,nan,2", ":3:14:", "price 'nan' is not a number"},
        {"1600000000,S,0x10,2", ":3:14:", "is not a number"},
        {"1600000000,S,+5,2", ":3:14:", "is not a number"},
        {"1600000000,S,1e400,2", ":3:14:", "is out of range"},
        {"1600000000,S,9223372036.854775808,2", ":3:14:", "is out of range"},
        {"1600000000,S,1e-10,2", ":3:14:", "smaller than 1e-9"},
        {"1600000000,S,1,", ":3:16:", "size is empty"},
        {"1600000000,S,1,-2", ":3:16:", "size '-2' is negative"},
        {"1600000000,S,1,2 3", ":3:16:", "size '2 3' is not a number"},
        {"1600000000,\"S,1,2", ":3:12:", "quotes"},
        {"1600000000,S,1,2\r1600000000,S,1,2", ":3:", "7 fields, expected 4"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct opened o = {0};
        char text[600];
        snprintf(text, sizeof(text), SIMPLE "1600000000,A,1,2\n%s\n1600000001,B,1,2", bad[i].row);
        open_ok(&o, text);
        assert_int_equal(next(&o), SOURCE_OK);
        expect_names(&o, "A", "");
        expect_bad(&o, bad[i].place, bad[i].part);
        assert_int_equal(next(&o), SOURCE_OK);
        expect_names(&o, "B", "");
        assert_int_equal(next(&o), SOURCE_END);
        close_text(&o);
    }
}

static void test_nul_and_long(void **state)
{
    static const char nul[] = SIMPLE "1600000000,S,1\0,2\n1600000000,S,1,2\n";
    struct opened o = {0};
    (void)state;
    assert_int_equal(open_text_as(&o, "csv", nul, sizeof(nul) - 1), SOURCE_OK);
    expect_bad(&o, ":2:15:", "NUL byte");
    assert_int_equal(next(&o), SOURCE_OK);
    close_text(&o);
    size_t len = sizeof(SIMPLE) - 1 + INPUT_LINE_MAX + 10;
    char *text = malloc(len);
    assert_non_null(text);
    memset(text, '1', len);
    memcpy(text, SIMPLE, sizeof(SIMPLE) - 1);
    assert_int_equal(open_text_as(&o, "csv", text, len), SOURCE_OK);
    expect_bad(&o, ":2:", "longer than");
    assert_int_equal(next(&o), SOURCE_END);
    close_text(&o);
    free(text);
}

static void expect_fatal(const char *text, struct source_options opt, int exit_code, const char *part)
{
    struct opened o = {.src.opt = opt};
    assert_int_equal(open_text_as(&o, "csv", text, strlen(text)), SOURCE_FATAL);
    expect_error(&o, ":", part);
    assert_int_equal(o.src.exit_code, exit_code);
    close_text(&o);
}

static void test_bad_headers(void **state)
{
    const struct source_options none = {0};
    (void)state;
    expect_fatal("\n\n", none, EXIT_CODE_DATA, "blank");
    expect_fatal("a,b\n1,2\n", none, EXIT_CODE_DATA, "the columns are: a, b");
    expect_fatal("ts,\"price\n", none, EXIT_CODE_DATA, ":1:4: header: unbalanced quotes");
    expect_fatal("id,timestamp,exchange.timestamp,price,volume,action,direction\n", none, EXIT_CODE_DATA,
                 "single orders");
    expect_fatal(SIMPLE, (struct source_options){.map = "cost=1"}, EXIT_CODE_USAGE, "one of ts, recv");
    expect_fatal(SIMPLE, (struct source_options){.symbol = ""}, EXIT_CODE_USAGE, "--symbol: not 1 to 71");
    expect_fatal(SIMPLE, (struct source_options){.venue = "a\nb"}, EXIT_CODE_USAGE, "--venue: not 1 to 71");
    expect_fatal(SIMPLE, (struct source_options){.date = "2024-02-30"}, EXIT_CODE_USAGE, "--date");
}

static void test_empty_input_is_no_error(void **state)
{
    struct opened o = {0};
    (void)state;
    assert_int_equal(open_text_as(&o, "csv", "", 0), SOURCE_END);
    close_text(&o);
}

#define MANY_CNT 20000 /* rows: more than is read at once */
#define MANY_LEN 23

static void open_many(struct opened *o)
{
    char *text = malloc(sizeof(SIMPLE) + MANY_CNT * MANY_LEN);
    assert_non_null(text);
    size_t len = (size_t)sprintf(text, SIMPLE);
    for (int i = 0; i < MANY_CNT; i++)
        len += (size_t)sprintf(text + len, "16000%05d,SYMB,123,45%c", i, i == MANY_CNT - 1 ? ' ' : '\n');
    assert_int_equal(open_text_as(o, "csv", text, len), SOURCE_OK);
    free(text);
    assert_int_equal(next(o), SOURCE_OK);
}

/* What was read whole is handed out; a row that the new end cuts is not, even if it looks like one. */
static void test_file_becomes_shorter(void **state)
{
    (void)state;
    for (int cut = 0; cut < 2; cut++) {
        struct opened o = {0};
        enum source_result result;
        uint64_t cnt = 1;
        open_many(&o);
        size_t read_len = o.src.input.end;
        assert_int_equal(truncate(o.path, cut == 0 ? 0 : (off_t)read_len - 1), 0);
        while ((result = next(&o)) == SOURCE_OK) {
            assert_true(o.rec.tick.ts_event_ns == (1600000000 + (int64_t)cnt) * 1000000000);
            assert_true(o.rec.tick.size_qty == 45000000000);
            cnt++;
        }
        assert_int_equal(result, SOURCE_FATAL);
        assert_int_equal(o.src.exit_code, EXIT_CODE_DATA);
        expect_error(&o, "@", "the file became shorter while it was read");
        assert_int_equal(cnt, (read_len - strlen(SIMPLE)) / MANY_LEN);
        close_text(&o);
    }
}

/* Rows that are added before the end is reached are read as well. */
static void test_file_grows(void **state)
{
    static const char more[] = "1,1\n1700000000,SYMB,1,2\n";
    struct opened o = {0};
    enum source_result result;
    uint64_t cnt = 1;
    (void)state;
    open_many(&o);
    FILE *file = fopen(o.path, "r+");
    assert_non_null(file);
    assert_int_equal(fseek(file, -4, SEEK_END), 0); /* over the last row's end */
    assert_int_equal(fwrite(more, 1, strlen(more), file), strlen(more));
    assert_int_equal(fclose(file), 0);
    while ((result = next(&o)) == SOURCE_OK)
        cnt++;
    assert_int_equal(result, SOURCE_END);
    assert_int_equal(cnt, MANY_CNT + 1);
    assert_true(o.rec.tick.ts_event_ns == 1700000000000000000);
    close_text(&o);
}

static void test_rewind(void **state)
{
    struct opened o = {0};
    (void)state;
    open_ok(&o, "ts,symbol,price,size,bid,ask\n1600000000,A,5,1,4,6\n1600000001,B,5,1,4,6\n");
    for (int round = 0; round < 3; round++) {
        assert_int_equal(next(&o), SOURCE_OK);
        expect_names(&o, "A", "");
        assert_int_equal(o.rec.tick.kind, TR_TICK_TRADE);
        for (int i = 0; i < round; i++)
            assert_int_equal(next(&o), SOURCE_OK);
        assert_int_equal(source_rewind(&o.src), 0);
    }
    close_text(&o);
}

/* What is not a header is left to others. */
static void test_detect(void **state)
{
    static const char *const header[] = {",a,b", "_ts,price", "\"ts\",\"price\"", "ts;price", "ts\tprice\r"};
    static const char *const other[] = {"USD/JPY,20130101 22:00:00.295,86.655,86.728",
                                        "1600000000,1,2",
                                        "ts",
                                        "{\"a\":1,\"b\":2}",
                                        "a,{\"b\":2}",
                                        "x,-5",
                                        ",1",
                                        "a,b\x01,c"};
    const struct source_ops *csv = source_find("csv", false);
    (void)state;
    for (size_t i = 0; i < sizeof(header) / sizeof(header[0]); i++)
        assert_true(csv->detect(header[i], strlen(header[i])));
    for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
        assert_false(csv->detect(other[i], strlen(other[i])));
    assert_true(csv->detect("a,b\n1,2\n", 8));
}

/* A byte at a time, as a slow pipe hands them out. */
static ssize_t read_one(struct input *in, void *buf, size_t len)
{
    if (len == 0 || in->bytes_len == 0)
        return 0;
    *(unsigned char *)buf = *in->bytes++;
    in->bytes_len--;
    return 1;
}

static void test_cut_at_every_byte(void **state)
{
    static const char row[] = "b,S,1582329602111000,1582329602418379,7,buy,1,2\r\n";
    const size_t head_len = 3 + strlen(TRADES);
    const size_t row_len = strlen(row);
    char text[300];
    (void)state;
    snprintf(text, sizeof(text), "\xEF\xBB\xBF%s%s%s", TRADES, row, row);
    for (size_t len = head_len - 1; len <= strlen(text); len++) {
        struct opened o = {.src.path = "x.csv"};
        size_t rows_len = len < head_len ? 0 : len - head_len;
        size_t rest = rows_len % row_len;
        bool whole = rest >= row_len - 2; /* but for its line end */
        uint64_t cnt = 0;
        enum source_result result;
        assert_int_equal(input_open_bytes(&o.src.input, "x.csv", text, len), 0);
        o.src.input.read = read_one;
        assert_int_equal(source_open(&o.src, source_find("csv", false)), SOURCE_OK);
        while ((result = next(&o)) == SOURCE_OK)
            cnt++;
        assert_int_equal(cnt, rows_len / row_len + whole);
        assert_int_equal(result, rest == 0 || whole ? SOURCE_END : SOURCE_BAD);
        source_close(&o.src);
    }
}

/* A header cut anywhere is a shorter one, or none: it is refused or read, and never a crash. */
static void test_cut_header(void **state)
{
    (void)state;
    for (size_t len = 1; len < strlen(TRADES) - 1; len++) {
        struct opened o = {.src.path = "x.csv"};
        assert_int_equal(input_open_bytes(&o.src.input, "x.csv", TRADES, len), 0);
        assert_int_equal(source_open(&o.src, source_find("csv", false)), SOURCE_FATAL);
        assert_int_equal(o.src.exit_code, EXIT_CODE_DATA);
    }
}

static void test_mutated(void **state)
{
    (void)state;
    fuzz_source("csv",
                TRADES "binance,BTCUSDT,1582329602111000,1582329602418379,42377944,buy,9682,0.132\n"
                       "bitmex,XBTUSD,1583020803145000,,ccc3c1fa-212c,sell,8531.5,2152\n",
                &(struct source_options){.symbol = "S"});
    fuzz_source("csv",
                QUOTES "x,S,1582329601096000,1582329603502092,0.84,9682,9681.92,0.67\n"
                       "x,\"S\",2020-01-02T03:04:05Z,,,,9681.92,0.67\n",
                &(struct source_options){.venue = "v"});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trade),
        cmocka_unit_test(test_quote_sides),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_small_sizes_of_quotes),
        cmocka_unit_test(test_both_kinds),
        cmocka_unit_test(test_buyer_maker),
        cmocka_unit_test(test_options_fill_in),
        cmocka_unit_test(test_tolerance),
        cmocka_unit_test(test_bad_rows),
        cmocka_unit_test(test_nul_and_long),
        cmocka_unit_test(test_bad_headers),
        cmocka_unit_test(test_detect),
        cmocka_unit_test(test_cut_at_every_byte),
        cmocka_unit_test(test_cut_header),
        cmocka_unit_test(test_empty_input_is_no_error),
        cmocka_unit_test(test_file_becomes_shorter),
        cmocka_unit_test(test_file_grows),
        cmocka_unit_test(test_rewind),
        cmocka_unit_test(test_mutated),
    };
    return cmocka_run_group_tests_name("source_csv", tests, NULL, NULL);
}
