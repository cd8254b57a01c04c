/* ITCH 5.0 messages: what is a trade, the book behind the quotes, what is malformed and what only odd. */
#include "itch_help.h"

#include "exitcode.h"
#include "feed/itch/itch_core.h"
#include "timetext.h"

#define PX(units) (INT64_C(100000) * (units)) /* of 1e-4, as records have them */
#define QTY(shares) (TR_PX_SCALE * (shares))

static struct tape tape;

static struct tape *new_tape(void)
{
    memset(&tape, 0, sizeof(tape));
    directory(&tape, 7, "ABC");
    return &tape;
}

static struct opened only(bool trades, bool quotes)
{
    struct opened o;
    memset(&o, 0, sizeof(o));
    o.src.opt.only_trades = trades;
    o.src.opt.only_quotes = quotes;
    return o;
}

static void test_trades(void **state)
{
    struct opened o = only(true, false);
    struct tape *t = new_tape();
    (void)state;
    order(t, 7, 100, 'B', 500, "ABC", 1234567);
    order(t, 7, 101, 'S', 40, "ABC", 1234600);
    change(t, 'E', 7, 100, 200, 9001);
    change(t, 'E', 7, 101, 40, 9002);
    priced(t, 7, 100, 100, 9003, 'Y', 1230001);
    priced(t, 7, 100, 100, 9004, 'N', 1230001); /* inside a cross */
    hidden(t, 7, 1, "ABC", 1, 9005);
    cross(t, 7, 12345, "ABC", 1234568, 9006);
    cross(t, 7, 0, "ABC", 0, 9007); /* no cross */
    change(t, 'E', 7, 100, 100, UINT64_MAX);
    change(t, 'E', 7, 100, 1, 9009); /* it is gone */
    open_tape(&o, t);
    expect_trade(&o, "ABC", PX(1234567), QTY(200), 9001, TR_SIDE_SELL);
    assert_true(o.rec.tick.ts_event_ns == NS_9_30 && o.rec.tick.flags == 0);
    expect_trade(&o, "ABC", PX(1234600), QTY(40), 9002, TR_SIDE_BUY);
    expect_trade(&o, "ABC", PX(1230001), QTY(100), 9003, TR_SIDE_SELL);
    expect_trade(&o, "ABC", PX(1), QTY(1), 9005, TR_SIDE_NONE);
    expect_trade(&o, "ABC", PX(1234568), QTY(12345), 9006, TR_SIDE_NONE);
    expect_trade(&o, "ABC", PX(1234567), QTY(100), UINT64_MAX, TR_SIDE_SELL);
    expect_end(&o);
    assert_int_equal(o.src.counts.skipped_cnt, 1);
    assert_int_equal(noted(&o.src, "order unknown", NULL), 1);
    source_close(&o.src);
}

static void test_quotes(void **state)
{
    struct opened o = only(false, true);
    struct tape *t = new_tape();
    (void)state;
    order(t, 7, 1, 'B', 100, "ABC", 1000000);
    order(t, 7, 2, 'S', 200, "ABC", 1010000);
    order(t, 7, 3, 'B', 50, "ABC", 1000000); /* more at the best */
    order(t, 7, 4, 'B', 10, "ABC", 990000); /* behind the best: no quote */
    order(t, 7, 5, 'S', 5, "ABC", 1005000); /* better */
    change(t, 'E', 7, 3, 20, 1);
    change(t, 'X', 7, 1, 30, 0);
    priced(t, 7, 5, 5, 2, 'N', 1000000); /* also what is not printed is gone */
    replace(t, 7, 4, 6, 11, 1001000);
    change(t, 'D', 7, 6, 0, 0);
    change(t, 'D', 7, 1, 0, 0);
    change(t, 'D', 7, 3, 0, 0);
    hidden(t, 7, 1, "ABC", 1000000, 3); /* was in no book */
    change(t, 'D', 7, 2, 0, 0);
    replace(t, 7, 2, 8, 1, 1); /* gone */
    open_tape(&o, t);
    expect_quote(&o, "ABC", 1000000, 100, 0, 0);
    expect_quote(&o, "ABC", 1000000, 100, 1010000, 200);
    expect_quote(&o, "ABC", 1000000, 150, 1010000, 200);
    expect_quote(&o, "ABC", 1000000, 150, 1005000, 5);
    expect_quote(&o, "ABC", 1000000, 130, 1005000, 5);
    expect_quote(&o, "ABC", 1000000, 100, 1005000, 5);
    expect_quote(&o, "ABC", 1000000, 100, 1010000, 200);
    expect_quote(&o, "ABC", 1001000, 11, 1010000, 200);
    expect_quote(&o, "ABC", 1000000, 100, 1010000, 200);
    expect_quote(&o, "ABC", 1000000, 30, 1010000, 200);
    expect_quote(&o, "ABC", 0, 0, 1010000, 200);
    expect_quote(&o, "ABC", 0, 0, 0, 0);
    expect_end(&o);
    assert_int_equal(o.src.counts.skipped_cnt, 0);
    source_close(&o.src);
}

/* A trade comes before the quote it causes; books of stocks are their own. */
static void test_both(void **state)
{
    struct opened o = only(false, false);
    struct tape *t = new_tape();
    (void)state;
    directory(t, 8, "OTHER");
    unsigned char *msg = order(t, 8, 2, 'S', 10, "OTHER", 50000);
    order(t, 7, 1, 'S', 10, "ABC", 40000);
    change(t, 'E', 7, 1, 4, 77);
    change(t, 'E', 8, 2, 10, 78);
    open_tape(&o, t);
    assert_int_equal(msg[0], 'A');
    expect_quote(&o, "OTHER", 0, 0, 50000, 10);
    expect_quote(&o, "ABC", 0, 0, 40000, 10);
    expect_trade(&o, "ABC", PX(40000), QTY(4), 77, TR_SIDE_BUY);
    expect_quote(&o, "ABC", 0, 0, 40000, 6);
    expect_trade(&o, "OTHER", PX(50000), QTY(10), 78, TR_SIDE_BUY);
    expect_quote(&o, "OTHER", 0, 0, 0, 0);
    expect_end(&o);
    source_close(&o.src);
}

/* F is A with a name behind it. */
static void test_attributed(void **state)
{
    struct opened o = only(false, false);
    struct tape *t = new_tape();
    (void)state;
    unsigned char *msg = tape_add(t, 'F', 7, NS_9_30);
    put_big(msg + 11, 8, 1);
    msg[19] = 'B';
    put_big(msg + 20, 4, 3);
    put_symbol(msg + 24, "ABC");
    put_big(msg + 32, 4, 20000);
    memcpy(msg + 36, "MPID", 4);
    change(t, 'E', 7, 1, 3, 5);
    open_tape(&o, t);
    expect_quote(&o, "ABC", 20000, 3, 0, 0);
    expect_trade(&o, "ABC", PX(20000), QTY(3), 5, TR_SIDE_SELL);
    expect_quote(&o, "ABC", 0, 0, 0, 0);
    expect_end(&o);
    source_close(&o.src);
}

/* A message with one byte or field changed is malformed, the book is as before, and the next goes on. */
static void test_bad_content(void **state)
{
    static const struct {
        char type;
        unsigned at; /* in the message */
        const char *bytes;
        unsigned len;
        const char *kind;
        const char *part;
    } bad[] = {
        {'A', 19, "b", 1, BAD_SIDE, "side 'b' is neither B nor S"},
        {'A', 19, "\0", 1, BAD_SIDE, "side '?'"},
        {'A', 24, "A\0C     ", 8, BAD_NAME, "symbol 'A?C     '"},
        {'A', 24, "ABC\0\0\0\0\0", 8, BAD_NAME, "not printable"},
        {'A', 24, "        ", 8, BAD_NAME, "not printable"},
        {'A', 24, "ABC\xFF    ", 8, BAD_NAME, "not printable"},
        {'A', 5, "\x4E\x94\x91\x4F\x00\x00", 6, BAD_TIME, "time 86400000000000 ns"},
        {'A', 5, "\xFF\xFF\xFF\xFF\xFF\xFF", 6, BAD_TIME, "after the end of the day"},
        {'R', 11, "\n       ", 8, BAD_NAME, "symbol '?"},
        {'P', 19, " ", 1, BAD_SIDE, "side ' '"},
        {'P', 24, "\x1F       ", 8, BAD_NAME, "not printable"},
        {'Q', 19, "        ", 8, BAD_NAME, "not printable"},
        {'Q', 11, "\x00\x20\xC4\x9B\xA5\xE3\x53\xF8", 8, BAD_NUMBER, "9223372036854776 shares"},
        {'Q', 11, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 8, BAD_NUMBER, "out of range"},
        {'C', 31, "y", 1, BAD_MESSAGE, "printable 'y'"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct opened o = only(false, false);
        struct tape *t = new_tape();
        order(t, 7, 1, 'B', 100, "ABC", 10000);
        size_t at = t->len + 2;
        unsigned char *msg;
        if (bad[i].type == 'A')
            msg = order(t, 7, 2, 'S', 100, "ABC", 9000);
        else if (bad[i].type == 'P')
            msg = hidden(t, 7, 1, "ABC", 10000, 1);
        else if (bad[i].type == 'Q')
            msg = cross(t, 7, 1, "ABC", 10000, 1);
        else if (bad[i].type == 'C')
            msg = priced(t, 7, 1, 100, 1, 'Y', 10000);
        else
            msg = tape_add(t, 'R', 9, NS_9_30);
        memcpy(msg + bad[i].at, bad[i].bytes, bad[i].len);
        change(t, 'E', 7, 1, 60, 2);
        open_tape(&o, t);
        expect_quote(&o, "ABC", 10000, 100, 0, 0);
        char place[32];
        snprintf(place, sizeof(place), "@%zu: ", at);
        expect_bad(&o, place, bad[i].part);
        assert_string_equal(o.src.bad[0].kind, bad[i].kind);
        expect_trade(&o, "ABC", PX(10000), QTY(60), 2, TR_SIDE_SELL);
        expect_quote(&o, "ABC", 10000, 40, 0, 0);
        expect_end(&o);
        assert_true(o.src.bad[0].cnt == 1 && o.src.bad[0].first == at && o.src.bad[1].kind == NULL);
        source_close(&o.src);
    }
}

/* A symbol of NUL bytes is none, also where there was none before. */
static void test_no_symbol(void **state)
{
    struct opened o = only(false, false);
    struct tape *t = new_tape();
    (void)state;
    memset(tape_add(t, 'R', 8, NS_9_30) + 11, 0, 8);
    memset(order(t, 8, 1, 'B', 1, "", 1) + 24, 0, 8);
    memset(hidden(t, 8, 1, "", 1, 1) + 24, 0, 8);
    memset(cross(t, 8, 1, "", 1, 1) + 19, 0, 8);
    change(t, 'E', 8, 1, 1, 1);
    priced(t, 8, 1, 1, 2, 'Y', 1);
    memset(cross(t, 8, 1, "", 1, 1) + 19, 0, 8); /* now it has that name, but no symbol */
    open_tape(&o, t);
    for (int i = 0; i < 4; i++)
        expect_bad(&o, "@", "is not printable text");
    expect_trade(&o, "#8", PX(1), QTY(1), 2, TR_SIDE_NONE);
    expect_bad(&o, "@", "not printable");
    expect_end(&o);
    assert_int_equal(noted(&o.src, "order unknown", NULL), 1);
    source_close(&o.src);
}

/* Every type, one byte too short and one too long: as from a capture, where framing is another's. */
static void test_bad_length(void **state)
{
    static const char types[] = "SRHYLVWKJhAFEXCDUPQBINO";
    struct opened o = only(false, false);
    struct source_identity id = {.symbol_len = 0};
    struct outbox box = {.cap = 0};
    unsigned char msg[64] = {0};
    size_t all = 0;
    (void)state;
    o.src.path = o.src.input.name = "T";
    strcpy(o.path, "T");
    struct itch *itch = itch_new(&o.src, &id);
    for (const char *type = types; *type != '\0'; type++) {
        size_t len = itch_length((unsigned char)*type);
        all += len;
        msg[0] = (unsigned char)*type;
        for (int by = -1; by <= 1; by += 2) {
            assert_int_equal(itch_message(itch, msg, len + (size_t)by, 5, &box), SOURCE_BAD);
            expect_error(&o, "@5: ", "bytes, it has");
        }
        assert_int_equal(itch_message(itch, msg, 1, 5, &box), SOURCE_BAD);
    }
    assert_int_equal(all, 694); /* the sum of the sizes in the specification */
    assert_true(outbox_is_empty(&box));
    msg[0] = 'Z';
    assert_int_equal(itch_message(itch, msg, 1, 6, &box), SOURCE_OK);
    assert_int_equal(noted(&o.src, "message of unknown type", NULL), 1);
    itch_free(itch);
    itch_free(NULL);
    outbox_free(&box);
}

static void test_unknown_orders(void **state)
{
    struct opened o = only(false, false);
    struct tape *t = new_tape();
    uint64_t first = 0;
    (void)state;
    size_t at = t->len + 2;
    change(t, 'E', 7, 1, 10, 1);
    change(t, 'X', 7, 1, 10, 0);
    change(t, 'D', 7, 1, 0, 0);
    replace(t, 7, 1, 2, 10, 10000);
    change(t, 'D', 7, 2, 0, 0); /* nothing told the side and the stock of the new one */
    priced(t, 7, 1, 10, 2, 'N', 10000);
    priced(t, 7, 1, 10, 3, 'Y', 10000); /* has a price of its own */
    priced(t, 9, 1, 10, 4, 'Y', 10000); /* ... and a stock without a name */
    order(t, 9, 1, 'B', 1, "NEW", 10000); /* until it is told */
    open_tape(&o, t);
    expect_trade(&o, "ABC", PX(10000), QTY(10), 3, TR_SIDE_NONE);
    expect_trade(&o, "#9", PX(10000), QTY(10), 4, TR_SIDE_NONE);
    expect_quote(&o, "NEW", 10000, 1, 0, 0);
    expect_end(&o);
    assert_int_equal(noted(&o.src, "order unknown", &first), 5);
    assert_int_equal(noted(&o.src, "execution with a price", NULL), 3);
    assert_int_equal(first, at);
    assert_int_equal(noted(&o.src, "stock locate without a directory message", NULL), 1);
    assert_int_equal(noted(&o.src, "symbol is another", NULL), 0);
    source_close(&o.src);
}

static void test_duplicates(void **state)
{
    struct opened o = only(false, false);
    struct tape *t = new_tape();
    (void)state;
    directory(t, 8, "OTHER");
    order(t, 7, 1, 'B', 100, "ABC", 10000);
    order(t, 7, 1, 'B', 30, "ABC", 9000); /* replaces the first */
    order(t, 8, 1, 'S', 5, "OTHER", 8000); /* also in another book */
    order(t, 8, 2, 'S', 6, "OTHER", 7000);
    replace(t, 8, 2, 1, 7, 6000); /* the new reference is in use */
    replace(t, 8, 1, 1, 8, 6000); /* by itself: nothing odd */
    change(t, 'D', 8, 1, 0, 0);
    order(t, 7, 1, 'B', 1, "ABC", 1); /* used again after its end */
    order(t, 8, 1, 'B', 2, "OTHER", 2); /* on the same side of another book */
    open_tape(&o, t);
    expect_quote(&o, "ABC", 10000, 100, 0, 0);
    expect_quote(&o, "ABC", 9000, 30, 0, 0);
    expect_quote(&o, "ABC", 0, 0, 0, 0);
    expect_quote(&o, "OTHER", 0, 0, 8000, 5);
    expect_quote(&o, "OTHER", 0, 0, 7000, 6);
    expect_quote(&o, "OTHER", 0, 0, 6000, 7);
    expect_quote(&o, "OTHER", 0, 0, 6000, 8);
    expect_quote(&o, "OTHER", 0, 0, 0, 0);
    expect_quote(&o, "ABC", 1, 1, 0, 0);
    expect_quote(&o, "ABC", 0, 0, 0, 0);
    expect_quote(&o, "OTHER", 2, 2, 0, 0);
    expect_end(&o);
    assert_int_equal(noted(&o.src, "order reference that is in use", NULL), 4);
    source_close(&o.src);
}

static void test_too_many(void **state)
{
    struct opened o = only(false, false);
    struct tape *t = new_tape();
    (void)state;
    order(t, 7, 1, 'B', 100, "ABC", 10000);
    order(t, 7, 2, 'B', 100, "ABC", 10000);
    change(t, 'E', 7, 1, 101, 9); /* the tape has what was printed */
    change(t, 'X', 7, 2, UINT32_MAX, 0);
    change(t, 'E', 7, 2, 1, 10);
    open_tape(&o, t);
    expect_quote(&o, "ABC", 10000, 100, 0, 0);
    expect_quote(&o, "ABC", 10000, 200, 0, 0);
    expect_trade(&o, "ABC", PX(10000), QTY(101), 9, TR_SIDE_SELL);
    expect_quote(&o, "ABC", 10000, 100, 0, 0);
    expect_quote(&o, "ABC", 0, 0, 0, 0);
    expect_end(&o);
    assert_int_equal(noted(&o.src, "more executed", NULL), 1);
    assert_int_equal(noted(&o.src, "more cancelled", NULL), 1);
    assert_int_equal(noted(&o.src, "order unknown", NULL), 1);
    source_close(&o.src);
}

static void test_odd_orders(void **state)
{
    struct opened o = only(false, false);
    struct tape *t = new_tape();
    (void)state;
    order(t, 7, 1, 'S', 0, "ABC", 10000); /* no shares: at no price */
    order(t, 7, 2, 'S', 10, "ABC", 0); /* no price: in no book */
    order(t, 7, 3, 'S', 10, "ABC", 2000000000); /* the highest there is */
    order(t, 7, 4, 'B', UINT32_MAX, "ABC", UINT32_MAX); /* passed, and noted */
    change(t, 'E', 7, 2, 10, 1); /* no trade without a price */
    change(t, 'E', 7, 3, 0, 2); /* nor without shares */
    change(t, 'E', 7, 1, 0, 3);
    hidden(t, 7, 0, "ABC", 10000, 4);
    hidden(t, 7, 10, "ABC", 0, 5);
    hidden(t, 7, UINT32_MAX, "ABC", UINT32_MAX, 6);
    change(t, 'X', 7, 4, 0, 0);
    open_tape(&o, t);
    expect_quote(&o, "ABC", 0, 0, 2000000000, 10);
    expect_quote(&o, "ABC", UINT32_MAX, UINT32_MAX, 2000000000, 10);
    expect_trade(&o, "ABC", PX(UINT32_MAX), QTY(UINT32_MAX), 6, TR_SIDE_NONE);
    expect_end(&o);
    assert_true(o.src.counts.skipped_cnt == 5 && o.src.counts.zero_cnt == 5);
    assert_int_equal(noted(&o.src, "order of no shares", NULL), 1);
    assert_int_equal(noted(&o.src, "price is zero or above", NULL), 2);
    source_close(&o.src);
}

/* Sizes that 1e-9 does not hold are told in thousandths. */
static void test_large_sizes(void **state)
{
    struct opened o = only(false, false);
    struct tape *t = new_tape();
    (void)state;
    cross(t, 7, 9223372036, "ABC", 10000, 1);
    cross(t, 7, 9223372037, "ABC", 10000, 2);
    cross(t, 7, 9223372036854775, "ABC", 10000, 3);
    for (uint64_t ref = 1; ref <= 3; ref++)
        order(t, 7, ref, 'B', UINT32_MAX, "ABC", 10000);
    order(t, 7, 4, 'S', 1, "ABC", 20000);
    change(t, 'D', 7, 1, 0, 0);
    for (uint64_t ref = 5; ref <= 7; ref++)
        order(t, 7, ref, 'S', UINT32_MAX, "ABC", 15000);
    open_tape(&o, t);
    expect_trade(&o, "ABC", PX(10000), QTY(9223372036), 1, TR_SIDE_NONE);
    assert_int_equal(o.rec.tick.flags, 0);
    expect_trade(&o, "ABC", PX(10000), 9223372037000, 2, TR_SIDE_NONE);
    assert_int_equal(o.rec.tick.flags, TR_TICK_SIZE_MILLI);
    expect_trade(&o, "ABC", PX(10000), 9223372036854775000, 3, TR_SIDE_NONE);
    expect_quote(&o, "ABC", 10000, UINT32_MAX, 0, 0);
    expect_quote(&o, "ABC", 10000, 2 * INT64_C(0xFFFFFFFF), 0, 0);
    assert_int_equal(next(&o), SOURCE_OK);
    assert_int_equal(o.rec.tick.flags, TR_TICK_SIZE_MILLI | TR_TICK_NO_ASK);
    assert_true(o.rec.tick.bid_qty == 3 * INT64_C(0xFFFFFFFF) * 1000);
    assert_int_equal(next(&o), SOURCE_OK);
    assert_int_equal(o.rec.tick.flags, TR_TICK_SIZE_MILLI);
    assert_true(o.rec.tick.ask_qty == 1000);
    expect_quote(&o, "ABC", 10000, 2 * INT64_C(0xFFFFFFFF), 20000, 1);
    expect_quote(&o, "ABC", 10000, 2 * INT64_C(0xFFFFFFFF), 15000, INT64_C(0xFFFFFFFF));
    expect_quote(&o, "ABC", 10000, 2 * INT64_C(0xFFFFFFFF), 15000, 2 * INT64_C(0xFFFFFFFF));
    assert_int_equal(next(&o), SOURCE_OK);
    assert_int_equal(o.rec.tick.flags, TR_TICK_SIZE_MILLI);
    assert_true(o.rec.tick.ask_qty == 3 * INT64_C(0xFFFFFFFF) * 1000);
    expect_end(&o);
    source_close(&o.src);
}

/* More at one price than any size holds: 2147484 orders of the largest size. */
static void test_largest_level(void **state)
{
    struct opened o = only(false, true);
    struct source_identity id = {.symbol_len = 0};
    struct outbox box = {.cap = 0};
    struct tape *t = new_tape();
    (void)state;
    o.src.path = o.src.input.name = "T";
    struct itch *itch = itch_new(&o.src, &id);
    unsigned char *msg = order(t, 7, 0, 'B', UINT32_MAX, "ABC", 10000);
    for (uint64_t ref = 0; ref < 2147490; ref++) {
        put_big(msg + 11, 8, ref);
        outbox_clear(&box);
        assert_int_equal(itch_message(itch, msg, 36, ref, &box), SOURCE_OK);
        if (ref == 2147483)
            assert_int_equal(noted(&o.src, "more shares at one price", NULL), 1);
    }
    assert_int_equal(noted(&o.src, "more shares at one price", NULL), 7);
    assert_true(outbox_is_empty(&box)); /* nothing that a quote tells has changed */
    assert_true(box.rec[0].tick.bid_qty == INT64_MAX / 1000 * 1000);
    itch_free(itch);
    outbox_free(&box);
}

static void expect_time(const char *date, int64_t since_ns, const char *utc)
{
    struct opened o = only(true, false);
    struct tape *t = new_tape();
    char text[TIME_TEXT_MAX];
    t->len = 0;
    put_big(hidden(t, 7, 1, "ABC", 1, 1) + 5, 6, (uint64_t)since_ns);
    o.src.opt.date = date;
    open_tape(&o, t);
    assert_int_equal(next(&o), SOURCE_OK);
    time_text(text, o.rec.tick.ts_event_ns);
    assert_string_equal(text, utc);
    assert_int_equal(noted(&o.src, "no date", NULL), date == NULL);
    source_close(&o.src);
}

static void test_times(void **state)
{
    const int64_t minute_ns = 60 * INT64_C(1000000000);
    (void)state;
    expect_time(NULL, 34200000000001, "1970-01-01T09:30:00.000000001Z");
    expect_time("2024-01-02", 34200000000001, "2024-01-02T14:30:00.000000001Z");
    expect_time("2024-07-01", 34200 * INT64_C(1000000000), "2024-07-01T13:30:00Z");
    expect_time("2024-07-01", 86400 * INT64_C(1000000000) - 1, "2024-07-02T03:59:59.999999999Z");
    expect_time("2024-03-10", 119 * minute_ns, "2024-03-10T06:59:00Z"); /* clocks go forward at 2:00 */
    expect_time("2024-03-10", 180 * minute_ns, "2024-03-10T07:00:00Z");
    expect_time("2024-03-09", 240 * minute_ns, "2024-03-09T09:00:00Z");
    expect_time("2024-03-11", 0, "2024-03-11T04:00:00Z");
    expect_time("2024-11-03", 59 * minute_ns, "2024-11-03T04:59:00Z"); /* ... and back */
    expect_time("2024-11-03", 120 * minute_ns, "2024-11-03T07:00:00Z");
    expect_time("2024-11-02", 0, "2024-11-02T04:00:00Z");
    expect_time("2024-11-04", 0, "2024-11-04T05:00:00Z");
}

static void test_time_goes_back(void **state)
{
    struct opened o = only(true, false);
    struct tape *t = new_tape();
    uint64_t first = 0;
    (void)state;
    put_big(hidden(t, 7, 1, "ABC", 1, 1) + 5, 6, 100);
    size_t at = t->len + 2;
    put_big(hidden(t, 7, 1, "ABC", 1, 2) + 5, 6, 99);
    put_big(hidden(t, 7, 1, "ABC", 1, 3) + 5, 6, 99);
    open_tape(&o, t);
    for (int i = 0; i < 3; i++)
        assert_int_equal(next(&o), SOURCE_OK);
    expect_end(&o);
    assert_int_equal(noted(&o.src, "time goes back", &first), 2); /* also behind the directory */
    assert_true(first < at);
    source_close(&o.src);
}

static void test_symbols(void **state)
{
    struct opened o = only(true, false);
    struct tape *t = new_tape();
    (void)state;
    hidden(t, 7, 1, "WRONG", 1, 1); /* the directory counts */
    hidden(t, 8, 1, "ABCDEFGH", 1, 2); /* without one the message does */
    hidden(t, 8, 1, "BRK A", 1, 3);
    order(t, 0, 1, 'B', 10, "ZERO", 1);
    change(t, 'E', 0, 1, 1, 4);
    directory(t, 0, "NEW"); /* from here on */
    change(t, 'E', 0, 1, 1, 5);
    tape_add(t, 'B', 7, NS_9_30);
    open_tape(&o, t);
    expect_trade(&o, "ABC", PX(1), QTY(1), 1, TR_SIDE_NONE);
    expect_trade(&o, "ABCDEFGH", PX(1), QTY(1), 2, TR_SIDE_NONE);
    expect_trade(&o, "BRK A", PX(1), QTY(1), 3, TR_SIDE_NONE);
    expect_trade(&o, "ZERO", PX(1), QTY(1), 4, TR_SIDE_SELL);
    expect_trade(&o, "NEW", PX(1), QTY(1), 5, TR_SIDE_SELL);
    expect_end(&o);
    assert_int_equal(noted(&o.src, "stock locate without a directory message", NULL), 2);
    assert_int_equal(noted(&o.src, "symbol is another than before", NULL), 3);
    assert_int_equal(noted(&o.src, "trade broken", NULL), 1);
    source_close(&o.src);
}

static void test_too_many_symbols(void **state)
{
    struct opened o = only(true, false);
    struct tape *t = new_tape();
    char symbol[9];
    (void)state;
    for (int i = 0; i < STOCK_NAME_MAX; i++) {
        snprintf(symbol, sizeof(symbol), "N%d", i);
        directory(t, 7, symbol);
    }
    size_t at = t->len - 39;
    open_tape(&o, t);
    assert_int_equal(next(&o), SOURCE_FATAL);
    char place[32];
    snprintf(place, sizeof(place), "@%zu: ", at);
    expect_error(&o, place, "too many symbols for one stock locate");
    assert_int_equal(o.src.exit_code, EXIT_CODE_TEMPFAIL);
    source_close(&o.src);
}

static void test_venue(void **state)
{
    struct opened o = only(true, false);
    struct tape *t = new_tape();
    (void)state;
    hidden(t, 7, 1, "ABC", 1, 1);
    o.src.opt.venue = "mine";
    open_tape(&o, t);
    assert_int_equal(next(&o), SOURCE_OK);
    expect_names(&o, "ABC", "mine");
    source_close(&o.src);
}

/* A day that begins behind another: its orders have nothing to do with those before. */
static void test_two_days(void **state)
{
    struct opened o = only(false, false);
    struct tape *t = new_tape();
    (void)state;
    event(t, 'O');
    order(t, 7, 1, 'B', 100, "ABC", 10000);
    event(t, 'C');
    event(t, 'O');
    order(t, 7, 1, 'B', 100, "ABC", 9000);
    open_tape(&o, t);
    expect_quote(&o, "ABC", 10000, 100, 0, 0);
    expect_quote(&o, "ABC", 9000, 100, 0, 0);
    expect_end(&o);
    assert_int_equal(noted(&o.src, "session begins with orders of one before", NULL), 1);
    assert_int_equal(noted(&o.src, "order reference that is in use", NULL), 0);
    assert_int_equal(noted(&o.src, "session not closed", NULL), 1);
    source_close(&o.src);
}

/* The tables are bounded: the last order and the last price that fit, without those before them. */
static void test_full_tables(void **state)
{
    struct opened o = only(false, true);
    struct source_identity id = {.symbol_len = 0};
    struct outbox box = {.cap = 0};
    struct tape *t = new_tape();
    (void)state;
    o.src.path = o.src.input.name = "T";
    strcpy(o.path, "T");
    struct itch *itch = itch_new(&o.src, &id);
    unsigned char *msg = order(t, 7, 0, 'B', 1, "ABC", 1);
    for (uint32_t i = 1; i <= LEVELS_MAX + 1; i++) {
        put_big(msg + 11, 8, i);
        put_big(msg + 32, 4, i);
        outbox_clear(&box);
        assert_int_equal(itch_message(itch, msg, 36, i, &box), i <= LEVELS_MAX ? SOURCE_OK : SOURCE_FATAL);
    }
    expect_error(&o, "@1048577: ", "too many prices in one book");
    assert_int_equal(o.src.exit_code, EXIT_CODE_TEMPFAIL);
    orders_free(&itch->orders);
    itch->orders = (struct orders){.slot = calloc((size_t)ORDERS_MAX * 2, sizeof(struct order))};
    if (itch->orders.slot != NULL) { /* 2 GiB of addresses; untouched pages take no memory */
        itch->orders.bucket_mask = (size_t)ORDERS_MAX * 2 / ORDERS_BUCKET - 1;
        itch->orders.cnt = itch->orders.cnt_max = ORDERS_MAX;
        assert_int_equal(itch_message(itch, msg, 36, 9, &box), SOURCE_FATAL);
        expect_error(&o, "@9: ", "order table full");
        assert_int_equal(o.src.exit_code, EXIT_CODE_TEMPFAIL);
    }
    itch_free(itch);
    outbox_free(&box);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trades),
        cmocka_unit_test(test_quotes),
        cmocka_unit_test(test_both),
        cmocka_unit_test(test_attributed),
        cmocka_unit_test(test_bad_content),
        cmocka_unit_test(test_no_symbol),
        cmocka_unit_test(test_bad_length),
        cmocka_unit_test(test_unknown_orders),
        cmocka_unit_test(test_duplicates),
        cmocka_unit_test(test_too_many),
        cmocka_unit_test(test_odd_orders),
        cmocka_unit_test(test_large_sizes),
        cmocka_unit_test(test_largest_level),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_time_goes_back),
        cmocka_unit_test(test_symbols),
        cmocka_unit_test(test_too_many_symbols),
        cmocka_unit_test(test_venue),
        cmocka_unit_test(test_two_days),
        cmocka_unit_test(test_full_tables),
    };
    return cmocka_run_group_tests_name("itch", tests, NULL, NULL);
}
