/* Recorded messages: lines and documents, times before them, what is no message, and real files against
 * their known facts. */
#include "json_help.h"

#include "exitcode.h"

#define S INT64_C(1000000000)
#define T1 (INT64_C(1700000000) * S)

#define TRADE(symbol) "{\"e\":\"trade\",\"s\":\"" symbol "\",\"p\":\"1\",\"q\":\"2\",\"t\":7}"

static bool is_json(const char *text, size_t len)
{
    char why[SOURCE_ERROR_MAX];
    const struct source_ops *ops = source_detect(text, len, why);
    return ops != NULL && strcmp(ops->name, "json") == 0;
}

static void test_detect(void **state)
{
    static const char *const yes[] = {
        "{\"a\":1}",
        "{",
        "[",
        "{\n  \"a\"",
        "\r\n {}",
        "[1,2]",
        "[{\"a\":1}]",
        "[\"a\"]",
        "1700000000123456789 {\"a\":1}",
        "1700000000123 [1,\"a\"]",
        "1700000000.5: {\"a\":1}",
        "2023-11-14T22:13:20.123Z {\"a\":1}",
        "wss://x,y/z <-> 1",
        "https://x <- 1,2",
        "configuration: {}",
    };
    static const char *const no[] = {
        "",     "{a}",         "{]",  "[a]", "1700000000,1,2", "1700000000 1,2", "17 ", "17{", "17:{\"a\":1}",
        "x {}", "price,size{", ": {", "{\"", /* cut: decided by what is there */
    };
    (void)state;
    for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
        if (!is_json(yes[i], strlen(yes[i])))
            print_error("%s\n", yes[i]);
        assert_true(is_json(yes[i], strlen(yes[i])));
    }
    for (size_t i = 0; i + 1 < sizeof(no) / sizeof(no[0]); i++) {
        if (is_json(no[i], strlen(no[i])))
            print_error("%s\n", no[i]);
        assert_false(is_json(no[i], strlen(no[i])));
    }
    assert_true(is_json("{\"", 2));
    assert_false(is_json("{\0\"", 3));
    assert_false(is_json("[\0", 2));
}

#ifdef HAVE_YAJL

static void expect_simple(struct opened *o, const char *symbol, int64_t ts_ns)
{
    expect_trade(o, symbol, ts_ns, 1000000000, 2000000000, TR_SIDE_NONE, 7);
    assert_int_equal(o->rec.ts_recv_ns, ts_ns);
}

static void test_lines(void **state)
{
    struct opened o = {0};
    (void)state;
    open_json(&o,
              "\xEF\xBB\xBF\nwss://ws.x <-> 1700000000.1\r\n"
              "wss://ws.x <- 1700000000.1: " TRADE(
                  "SENT") "\n"
                          "1700000000.0633569: " TRADE(
                              "A") "\r\n"
                                   "\n  \n"
                                   "1700000001000000001 " TRADE(
                                       "B") "\n"
                                            "1700000002000000\t" TRADE(
                                                "C") "\n"
                                                     "1700000003000  " TRADE(
                                                         "D") "  \n"
                                                              "1700000004: " TRADE(
                                                                  "E") "\n"
                                                                       "2023-11-14T22:13:25.5Z " TRADE(
                                                                           "F") "\n"
                                                                                "configuration: {\"x\":[\n"
                                                                                "https://x\n"
                                                                                "1700000006 " TRADE("G"));
    expect_simple(&o, "A", T1 + 63356900);
    expect_simple(&o, "B", T1 + S + 1);
    expect_simple(&o, "C", T1 + 2 * S);
    expect_simple(&o, "D", T1 + 3 * S);
    expect_simple(&o, "E", T1 + 4 * S);
    expect_simple(&o, "F", T1 + 5 * S + S / 2);
    expect_simple(&o, "G", T1 + 6 * S);
    expect_end(&o, 4);
    assert_int_equal(o.src.counts.bytes_read, o.src.counts.bytes_all);
    close_text(&o);
}

static void test_options(void **state)
{
    struct opened o = {.src.opt = {.venue = "binance-futures", .time_unit_ns = 1000000}};
    struct opened bad = {.src.opt = {.venue = "\x01"}};
    (void)state;
    open_json(&o, "1700000000 " TRADE("A"));
    expect_simple(&o, "A", T1 / 1000);
    expect_names(&o, "A", "binance-futures");
    close_text(&o);
    assert_int_equal(open_text_as(&bad, "json", "{}", 2), SOURCE_FATAL);
    assert_int_equal(bad.src.exit_code, EXIT_CODE_USAGE);
    close_text(&bad);
}

/* Every venue in one file, in any order. */
static void test_venues(void **state)
{
    static const struct {
        const char *venue;
        const char *text;
    } one[] = {
        {"bitmex", "5 {\"table\":\"quote\",\"action\":\"insert\",\"data\":[{\"symbol\":\"X\"}]}\n"},
        {"kraken", "5 [1,[1,2],\"spread\",\"X\"]\n"},
        {"gemini", "5 {\"type\":\"trade\",\"symbol\":\"X\",\"price\":1,\"quantity\":2}\n"},
        {"coinbase", "5 {\"type\":\"match\",\"product_id\":\"X\",\"price\":1,\"size\":2}\n"},
        {"bitstamp",
         "5 {\"event\":\"trade\",\"channel\":\"live_trades_X\",\"data\":{\"price\":1,\"amount\":2}}\n"},
        {"binance", "5 " TRADE("X") "\n"},
        {"kraken", "5 {\"channel\":\"trade\",\"data\":[{\"symbol\":\"X\",\"price\":1,\"qty\":2}]}\n"},
        {"coinbase",
         "5 {\"channel\":\"market_trades\",\"events\":[{\"trades\":[{\"product_id\":\"X\",\"price\":1,"
         "\"size\":2}]}]}\n"},
    };
    enum { CNT = sizeof(one) / sizeof(one[0]) };
    char text[2048] = "";
    struct opened o = {0};
    (void)state;
    for (size_t step = 1; step < CNT; step += 2)
        for (size_t i = 0; i < CNT; i++)
            strncat(text, one[i * step % CNT].text, sizeof(text) - strlen(text) - 1);
    open_json(&o, text);
    for (size_t step = 1; step < CNT; step += 2) {
        for (size_t i = 0; i < CNT; i++) {
            if (strcmp(one[i * step % CNT].text, one[1].text) == 0) {
                assert_int_equal(next(&o), SOURCE_BAD); /* a spread without its sizes */
                continue;
            }
            next_ok(&o);
            expect_names(&o, "X", one[i * step % CNT].venue);
        }
    }
    expect_end(&o, 0);
    close_text(&o);
}

static void test_unknown(void **state)
{
    struct opened o = {0};
    (void)state;
    open_json(&o, "1 {\"hello\":1}\n1 []\n1 {}\n1 [1,2,3,4]\n1 {\"type\":\"trade\",\"data\":[]}\n"
                  "1 {\"channel\":\"trades\",\"data\":[]}\n1 {\"e\":\"x\"}\n1 [[1],2,\"trade\",\"A\"]\n");
    expect_end(&o, 8);
    assert_string_equal(o.src.note[0].kind, "message of no known venue");
    assert_int_equal(o.src.note[0].cnt, 8);
    assert_int_equal(o.src.note[0].first, 1);
    close_text(&o);
}

/* A malformed line costs itself alone. */
static void test_bad_lines(void **state)
{
    struct opened o = {0};
    (void)state;
    open_json(&o,
              "1700000000 " TRADE("A") "\n"
                                       "1700000000 {\"e\":\"trade\",\n"
                                       "1700000000 " TRADE(
                                           "B") "\n"
                                                "{\"a\":\n"
                                                "{\"a\":\"\n"
                                                "{\"a\":tru\n"
                                                "  {\"a\":01}\n"
                                                "1700000000 " TRADE(
                                                    "C") "}\n"
                                                         "1700000000 " TRADE("D")
                                                             TRADE("D") "\n"
                                                                        "1700000000 x\n"
                                                                        "1700000000\n"
                                                                        "hello {}\n"
                                                                        "1700-0000 {}\n"
                                                                        "99999999999999999999999 {}\n"
                                                                        "1700000000 " TRADE("\\u0041") "\n");
    expect_simple(&o, "A", T1);
    expect_bad(&o, ":2:25:", "the line ends inside a document");
    expect_simple(&o, "B", T1);
    expect_bad(&o, ":4:6:", "the line ends inside a document");
    expect_bad(&o, ":5:7:", "the line ends inside a document");
    expect_bad(&o, ":6:9:", "the line ends inside a document");
    expect_bad(&o, ":7:9:", "after key and value, inside map, I expect ',' or '}'");
    expect_bad(&o, ":8:55:", "unallowed token at this point in JSON text");
    expect_bad(&o, ":9:55:", "text behind the end of the document");
    expect_bad(&o, ":10:1:", "neither JSON nor a time and JSON");
    expect_bad(&o, ":11:1:", "neither JSON nor a time and JSON");
    expect_bad(&o, ":12:1:", "neither JSON nor a time and JSON");
    expect_bad(&o, ":13:1:", "time '1700-0000' is not a time");
    expect_bad(&o, ":14:1:", "time '99999999999999999999999' is out of range");
    expect_simple(&o, "A", T1);
    expect_end(&o, 0);
    assert_string_equal(o.src.bad[0].kind, "JSON");
    assert_int_equal(o.src.bad[0].cnt, 10);
    assert_string_equal(o.src.bad[1].kind, "time");
    close_text(&o);
}

static void test_nul(void **state)
{
    static const char text[] =
        "1700000000 " TRADE("A") "\n1700000000 {\"a\0\":1}\n1700000000 " TRADE("B") "\n";
    struct opened o = {0};
    (void)state;
    assert_int_equal(open_text_as(&o, NULL, text, sizeof(text) - 1), SOURCE_OK);
    expect_simple(&o, "A", T1);
    expect_bad(&o, ":2:15:", "NUL byte");
    expect_simple(&o, "B", T1);
    expect_end(&o, 0);
    close_text(&o);
}

#define DOCUMENT(symbol)                                                                                     \
    "{\n  \"channel\": \"trade\",\n  \"data\": [\n    {\n      \"symbol\": \"" symbol                        \
    "\",\n      \"price\": 1.0,\n\n      \"qty\": 2,\n      \"trade_id\": 7,\n"                              \
    "      \"timestamp\": \"2023-11-14T22:13:20Z\"\n    }\n  ]\n}\n"
#define DOCUMENT_LINE_CNT 13

static void test_documents(void **state)
{
    struct opened o = {0};
    (void)state;
    open_json(&o,
              "\n" DOCUMENT("A\\/B") "\n" DOCUMENT("C") "[\n0,\n{},\n\"book\",\n\"A\"]{}\n" DOCUMENT("D"));
    expect_trade(&o, "A/B", T1, 1000000000, 2000000000, TR_SIDE_NONE, 7);
    expect_trade(&o, "C", T1, 1000000000, 2000000000, TR_SIDE_NONE, 7);
    expect_bad(&o, ":33:5:", "text behind the end");
    expect_trade(&o, "D", T1, 1000000000, 2000000000, TR_SIDE_NONE, 7);
    expect_end(&o, 0);
    close_text(&o);
}

/* What is malformed within a document has its own line; the next document is the one whose bracket begins
 * a line. */
static void test_bad_documents(void **state)
{
    struct opened o = {0};
    (void)state;
    open_json(
        &o, "{\n  \"a\": 1,\n  \"b\" 2,\n  \"c\": [\n  ]\n}\n" DOCUMENT(
                "A") "{\n \"channel\":\"trade\",\n \"data\":[{\"symbol\":\n\"A\",\"price\":\n\"x\",\"qty\":1,"
                     "\"timestamp\":\"2023-11-14T22:13:20Z\"}]}\n" DOCUMENT("B") "17 {\n" DOCUMENT(
                         "C") "{\n \"a\":[\n");
    expect_bad(&o, ":3:7:", "separated by a colon");
    expect_trade(&o, "A", T1, 1000000000, 2000000000, TR_SIDE_NONE, 7);
    expect_bad(&o, ":24:2:", "price 'x' is not a number");
    expect_trade(&o, "B", T1, 1000000000, 2000000000, TR_SIDE_NONE, 7);
    expect_bad(&o, ":38:5:", "the line ends inside a document");
    expect_trade(&o, "C", T1, 1000000000, 2000000000, TR_SIDE_NONE, 7);
    expect_bad(&o, ":53:1:", "the input ends inside the document from line 52 on");
    expect_end(&o, 0);
    close_text(&o);
}

/* A first line that is cut in two costs itself and what is taken for its end. */
static void test_first_line_cut(void **state)
{
    struct opened o = {0};
    (void)state;
    open_json(&o, "{\"e\":\"trade\",\"s\":\n" TRADE("A") "\n" TRADE("B") "\n1700000000 " TRADE(
                      "C") "\n" TRADE("D") "\n");
    expect_bad(&o, ":3:1:", "after key and value");
    expect_simple(&o, "C", T1);
    next_ok(&o);
    expect_names(&o, "D", "binance");
    expect_end(&o, 0);
    close_text(&o);
}

/* Lines that are too long, alone and together, cost no more memory than one of the longest. */
static void test_long(void **state)
{
    enum { CNT = 3 * INPUT_LINE_MAX / 4 };
    struct opened o = {0};
    char *text = malloc(4 * CNT);
    size_t len = 0;
    (void)state;
    assert_non_null(text);
    for (int i = 0; i < 2; i++) { /* a document of two long lines */
        len += (size_t)sprintf(text + len, i == 0 ? "{\"a\":\"" : "\"b\":\"");
        memset(text + len, 'x', CNT);
        len += CNT;
        len += (size_t)sprintf(text + len, i == 0 ? "\",\n" : "\"}\n");
    }
    len += (size_t)sprintf(text + len, "%s", DOCUMENT("A"));
    assert_int_equal(open_text_as(&o, NULL, text, len), SOURCE_OK);
    expect_bad(&o, ":2:1:", "the document from line 1 on is longer than 1048576 bytes");
    expect_trade(&o, "A", T1, 1000000000, 2000000000, TR_SIDE_NONE, 7);
    expect_end(&o, 0);
    close_text(&o);
    o = (struct opened){0};
    memset(text, ' ', 2 * CNT);
    memcpy(text, "{\n", 2);
    len = 2 * CNT;
    len += (size_t)sprintf(text + len, "\n%s", DOCUMENT("A"));
    assert_int_equal(open_text_as(&o, NULL, text, len), SOURCE_OK);
    expect_bad(&o, ":2:", "line is longer than");
    expect_trade(&o, "A", T1, 1000000000, 2000000000, TR_SIDE_NONE, 7);
    expect_end(&o, 0);
    close_text(&o);
    free(text);
}

#define MIXED                                                                                                \
    "wss://x\n1700000000.5: " TRADE(                                                                         \
        "A") "\n1700000001.5: [0,[[1,2,3,\"b\"],[1,2,4,\"s\"]],\"trade\",\"X\\/Y\"]\n\r\n"                   \
             "1700000002.5: {\"e\":\"x\n1700000003.5: {}\n" TRADE("B") "\n" DOCUMENT("C")

/* Handing out one byte at a time, with a signal between any two. */
static ssize_t read_a_byte(struct input *in, void *buf, size_t len)
{
    if (in->bytes_len == 0 || len == 0)
        return 0;
    *(unsigned char *)buf = *in->bytes++;
    in->bytes_len--;
    return 1;
}

static bool every_other_time(struct input *in, void *arg)
{
    bool *now = arg;
    (void)in;
    *now = !*now;
    return *now;
}

static void expect_same_in_pieces(const char *text)
{
    struct opened whole = {0};
    struct source src = {.path = "bytes"};
    struct source_record rec;
    bool now = false;
    enum source_result result;
    open_json(&whole, text);
    assert_int_equal(input_open_bytes(&src.input, "bytes", text, strlen(text)), 0);
    src.input.read = read_a_byte;
    src.input.before_read = every_other_time;
    src.input.before_read_arg = &now;
    while ((result = source_open(&src, NULL)) == SOURCE_AGAIN)
        ;
    assert_int_equal(result, SOURCE_OK);
    do {
        enum source_result want = next(&whole);
        while ((result = source_next(&src, &rec)) == SOURCE_AGAIN)
            ;
        assert_int_equal(result, want);
        if (result == SOURCE_OK) {
            assert_memory_equal(&rec.tick, &whole.rec.tick, sizeof(rec.tick));
            assert_int_equal(rec.symbol_len, whole.rec.symbol_len);
            assert_memory_equal(rec.symbol, whole.rec.symbol, rec.symbol_len);
        } else if (result == SOURCE_BAD) {
            assert_string_equal(src.error + strlen("bytes"), whole.src.error + strlen(whole.path));
        }
    } while (result != SOURCE_END);
    assert_int_equal(src.counts.skipped_cnt, whole.src.counts.skipped_cnt);
    source_close(&src);
    close_text(&whole);
}

static void test_pieces(void **state)
{
    (void)state;
    expect_same_in_pieces(MIXED);
    expect_same_in_pieces(DOCUMENT("A") DOCUMENT("B") "{\n}");
}

/* Cut anywhere, no record is made up, and none is malformed but the last. */
static void test_cut(void **state)
{
    static const char text[] = "1700000000.5: [0,[[1,2,3,\"b\"],[1,2,4,\"s\"]],\"trade\",\"X\"]\n1700000002 "
                               "{\"channel\":\"trade\",\"data\":[{\"symbol\":\"A\",\"price\":1,\"qty\":2}]}";
    (void)state;
    for (size_t len = 16; len <= strlen(text); len++) {
        struct opened o = {0};
        size_t cnt = 0;
        enum source_result result;
        assert_int_equal(open_text_as(&o, "json", text, len), SOURCE_OK);
        while ((result = next(&o)) == SOURCE_OK)
            cnt++;
        size_t want = len >= strlen(text) ? 3 : strchr(text, '\n') < text + len + 1 ? 2 : 0;
        assert_int_equal(cnt, want);
        if (result == SOURCE_BAD)
            result = next(&o);
        assert_int_equal(result, SOURCE_END);
        close_text(&o);
    }
}

static void test_rewind(void **state)
{
    struct opened o = {0};
    (void)state;
    open_json(&o, DOCUMENT("A") "{\n");
    for (int round = 0; round < 3; round++) {
        expect_trade(&o, "A", T1, 1000000000, 2000000000, TR_SIDE_NONE, 7);
        if (round == 1)
            expect_bad(&o, ":14:1:", "the input ends inside");
        assert_int_equal(source_rewind(&o.src), 0);
    }
    close_text(&o);
}

static void test_fuzz(void **state)
{
    const struct source_options opt = {.symbol = "S"};
    (void)state;
    fuzz_source("json", MIXED, &opt);
    fuzz_source("json", DOCUMENT("A") DOCUMENT("B"), &opt);
    fuzz_source(
        "json",
        "5 "
        "{\"table\":\"quote\",\"action\":\"insert\",\"data\":[{\"symbol\":\"X\",\"bidPrice\":1,\"bidSize\":2}"
        "]}\n"
        "5 "
        "{\"type\":\"update\",\"eventId\":1,\"events\":[{\"type\":\"trade\",\"price\":1,\"amount\":\"2\"}]}\n"
        "5 "
        "{\"event\":\"trade\",\"channel\":\"live_trades_X\",\"data\":{\"price\":1,\"amount\":2,\"type\":0}}\n"
        "5 {\"type\":\"ticker\",\"product_id\":\"A\\u0041\",\"best_bid\":\"1\",\"best_ask\":\"2\"}\n",
        &opt);
}

struct totals {
    size_t trade_cnt;
    size_t quote_cnt;
    int64_t volume_qty;
};

static struct totals read_real(const char *name)
{
    struct totals sum = {0};
    struct opened o = {0};
    help_real(o.path, name);
    o.src.path = o.path;
    assert_int_equal(source_open(&o.src, NULL), SOURCE_OK);
    assert_string_equal(o.src.ops->name, "json");
    enum source_result result;
    while ((result = next(&o)) == SOURCE_OK) {
        bool is_trade = o.rec.tick.kind == TR_TICK_TRADE;
        sum.trade_cnt += is_trade;
        sum.quote_cnt += !is_trade;
        sum.volume_qty += is_trade ? o.rec.tick.size_qty : 0;
        assert_true(o.rec.ts_recv_ns > 0);
    }
    assert_int_equal(result, SOURCE_END);
    assert_null(o.src.note[0].kind);
    source_close(&o.src);
    return sum;
}

static void test_real_recordings(void **state)
{
    (void)state;
    struct totals sum = read_real("cryptofeed/BINANCE.ws.1.0");
    assert_int_equal(sum.trade_cnt, 2);
    assert_int_equal(sum.quote_cnt, 84);
    assert_int_equal(sum.volume_qty, 235 * S);
    sum = read_real("cryptofeed/COINBASE.ws.28.0");
    assert_int_equal(sum.trade_cnt, 107);
    assert_int_equal(sum.quote_cnt, 107);
    sum = read_real("cryptofeed/KRAKEN.ws.48.0");
    assert_int_equal(sum.trade_cnt, 10);
    assert_int_equal(sum.volume_qty, 52944610564480 + 4152843390);
    sum = read_real("cryptofeed/KRAKEN.ws.49.0");
    assert_int_equal(sum.quote_cnt, 18);
    sum = read_real("cryptofeed/KRAKEN.ws.50.0");
    assert_int_equal(sum.trade_cnt + sum.quote_cnt, 0);
}

static void test_real_documents(void **state)
{
    struct opened o = {0};
    (void)state;
    help_real(o.path, "ws_samples/kraken_ws_trade_update.json");
    o.src.path = o.path;
    assert_int_equal(source_open(&o.src, NULL), SOURCE_OK);
    expect_trade(&o, "BTC/USD", 1696613755440295000, 105944200000000, 276250, TR_SIDE_BUY, 10218208);
    expect_trade(&o, "BTC/USD", 1696613756123456000, 105910500000000, 124600, TR_SIDE_SELL, 10218209);
    expect_end(&o, 0);
    source_close(&o.src);
}

#else

static void test_without_yajl(void **state)
{
    struct opened o = {0};
    (void)state;
    assert_int_equal(open_text_as(&o, NULL, "{}", 2), SOURCE_FATAL);
    assert_int_equal(o.src.exit_code, EXIT_CODE_FAILED);
    assert_non_null(strstr(o.src.error, "libyajl-dev"));
    close_text(&o);
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_detect),
#ifdef HAVE_YAJL
        cmocka_unit_test(test_lines),           cmocka_unit_test(test_options),
        cmocka_unit_test(test_venues),          cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_bad_lines),       cmocka_unit_test(test_nul),
        cmocka_unit_test(test_documents),       cmocka_unit_test(test_bad_documents),
        cmocka_unit_test(test_first_line_cut),  cmocka_unit_test(test_long),
        cmocka_unit_test(test_pieces),          cmocka_unit_test(test_cut),
        cmocka_unit_test(test_rewind),          cmocka_unit_test(test_fuzz),
        cmocka_unit_test(test_real_recordings), cmocka_unit_test(test_real_documents),
#else
        cmocka_unit_test(test_without_yajl),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
