/* ITCH 5.0 files: the three framings, cut and broken ones, wrong ones, any bit flipped. */
#include "itch_help.h"

#include "exitcode.h"

static struct tape tape;

static void expect_small_day(struct opened *o)
{
    expect_quote(o, "ABC", 10000, 100, 0, 0);
    expect_trade(o, "ABC", 1000000000, 40000000000, 11, TR_SIDE_SELL);
    expect_quote(o, "ABC", 10000, 60, 0, 0);
    expect_quote(o, "ABC", 10100, 50, 0, 0);
    expect_trade(o, "ABC", 1005000000, 5000000000, 12, TR_SIDE_NONE);
    expect_trade(o, "ABC", 1000000000, 1000000000000, 13, TR_SIDE_NONE);
    expect_trade(o, "ABC", 1009900000, 20000000000, 14, TR_SIDE_SELL);
    expect_quote(o, "ABC", 10100, 30, 0, 0);
    expect_quote(o, "ABC", 10100, 20, 0, 0);
    expect_quote(o, "ABC", 0, 0, 0, 0);
    expect_end(o);
    expect_end(o);
    assert_int_equal(noted(&o->src, "session not closed", NULL), 0);
}

static void test_framings(void **state)
{
    (void)state;
    for (int framing = TAPE_LENGTHS; framing <= TAPE_BARE; framing++) {
        for (int in_pieces = 0; in_pieces < 2; in_pieces++) {
            struct opened o = {.rec = {.venue = ""}};
            struct tape *t = small_day(&tape, (enum tape_framing)framing);
            assert_int_equal(open_bytes(&o, t->byte, t->len, in_pieces, NULL), SOURCE_OK);
            assert_string_equal(o.src.ops->name, "itch");
            expect_small_day(&o);
            source_close(&o.src);
        }
    }
}

static void test_file_again(void **state)
{
    struct opened o = {.rec = {.venue = ""}};
    struct tape *t = small_day(&tape, TAPE_LENGTHS);
    (void)state;
    assert_int_equal(open_text_as(&o, NULL, (const char *)t->byte, t->len), SOURCE_OK);
    assert_int_equal(next(&o), SOURCE_OK);
    assert_int_equal(next(&o), SOURCE_OK);
    assert_int_equal(source_rewind(&o.src), 0);
    expect_small_day(&o);
    assert_int_equal(o.src.counts.bytes_all, t->len);
    assert_int_equal(source_rewind(&o.src), 0);
    expect_small_day(&o);
    close_text(&o);
}

/* The length 0 of BinaryFILE ends it, and so does the end of the bytes. */
static void test_end_of_session(void **state)
{
    struct opened o = {.rec = {.venue = ""}};
    uint64_t first = 0;
    (void)state;
    for (int framing = TAPE_LENGTHS; framing <= TAPE_ZEROS; framing++) {
        struct tape *t = small_day(&tape, (enum tape_framing)framing);
        t->len += 2;
        open_tape(&o, t);
        expect_small_day(&o);
        assert_null(o.src.note[1].kind); /* only that there is no date */
        source_close(&o.src);
    }
    struct tape *t = small_day(&tape, TAPE_LENGTHS);
    size_t end = t->len += 2;
    for (int i = 0; i < 3; i++)
        order(t, 7, 1, 'B', 1, "ABC", 1);
    open_tape(&o, t);
    expect_small_day(&o);
    assert_int_equal(noted(&o.src, "bytes after the end of the session", &first), 1);
    assert_int_equal(first, end);
    source_close(&o.src);
    t = small_day(&tape, TAPE_LENGTHS);
    t->len -= 14; /* without the event that closes it */
    open_tape(&o, t);
    for (int i = 0; i < 10; i++)
        assert_int_equal(next(&o), SOURCE_OK);
    expect_end(&o);
    expect_end(&o);
    assert_int_equal(noted(&o.src, "session not closed", &first), 1);
    assert_int_equal(first, t->len);
    source_close(&o.src);
}

/* Where messages end: after so many bytes there are that many records. */
struct mark {
    size_t at;
    size_t cnt;
};

static size_t find_marks(const struct tape *t, struct mark mark[32])
{
    static const size_t records[] = {0, 0, 1, 0, 2, 1, 1, 1, 2, 1, 1, 0};
    size_t n = 1;
    mark[0] = (struct mark){0, 0};
    for (size_t at = 0; at < t->len; n++) {
        at += t->framing == TAPE_BARE ? 0 : 2;
        at += itch_length(t->byte[at]);
        mark[n] = (struct mark){at, mark[n - 1].cnt + records[n - 1]};
    }
    assert_int_equal(mark[n - 1].at, t->len);
    return n;
}

/* Cut anywhere: what was whole is delivered, then the place of the message that is not. */
static void test_cut_anywhere(void **state)
{
    (void)state;
    for (int framing = TAPE_LENGTHS; framing <= TAPE_BARE; framing++) {
        struct tape *t = small_day(&tape, (enum tape_framing)framing);
        struct mark mark[32];
        size_t mark_cnt = find_marks(t, mark);
        size_t m = 0;
        for (size_t len = 1; len < t->len; len++) {
            struct opened o = {.rec = {.venue = ""}};
            while (m + 1 < mark_cnt && mark[m + 1].at <= len)
                m++;
            assert_int_equal(open_bytes(&o, t->byte, len, len % 2, "itch"), SOURCE_OK);
            for (size_t i = 0; i < mark[m].cnt; i++)
                assert_int_equal(next(&o), SOURCE_OK);
            bool is_whole = len == mark[m].at;
            bool is_mark = framing == TAPE_ZEROS && len == mark[m].at + 2; /* a length 0 */
            assert_int_equal(next(&o), is_whole || is_mark ? SOURCE_END : SOURCE_FATAL);
            if (!is_whole && !is_mark) {
                char place[32];
                snprintf(place, sizeof(place), "@%zu: ", mark[m].at);
                expect_error(&o, place, "input ends after");
                assert_int_equal(o.src.exit_code, EXIT_CODE_DATA);
            }
            source_close(&o.src);
        }
    }
}

static void add_bytes(struct tape *t, const char *bytes, size_t len)
{
    memcpy(t->byte + t->len, bytes, len);
    t->len += len;
}

static void test_broken_framing(void **state)
{
    static const struct {
        enum tape_framing framing;
        const char *bytes;
        size_t len;
        const char *part;
    } broken[] = {
        {TAPE_LENGTHS,
         "\x00\x23"
         "A",
         3, "length 35 of a message A, which has 36 bytes"},
        {TAPE_LENGTHS,
         "\x00\x25"
         "A",
         3, "length 37 of a message A"},
        {TAPE_LENGTHS, "\x00\x01S", 3, "length 1 of a message S, which has 12"},
        {TAPE_LENGTHS, "\xFF\xFFS", 3, "length 65535 of a message S"},
        {TAPE_LENGTHS, "\xFF\xFFZ", 3, "length 65535 of a message of unknown type 0x5A"},
        {TAPE_LENGTHS, "\x02\x01Z", 3, "length 513 of a message of unknown type 0x5A"},
        {TAPE_LENGTHS,
         "\x24\x00"
         "A",
         3, "length 9216 of a message A"},
        {TAPE_LENGTHS, "\x00\x05T", 3, "4.1"},
        {TAPE_ZEROS, "\x00\x00Z", 3, "unknown type 0x5A, and no length"},
        {TAPE_ZEROS, "\x00\x00\x00", 3, "unknown type 0x00, and no length"},
        {TAPE_BARE, "Z", 1, "unknown type 0x5A, and no length"},
        {TAPE_BARE, "\x00", 1, "unknown type 0x00"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        struct opened o = {.rec = {.venue = ""}};
        struct tape *t = small_day(&tape, broken[i].framing);
        char place[32];
        snprintf(place, sizeof(place), "@%zu: ", t->len);
        add_bytes(t, broken[i].bytes, broken[i].len);
        order(t, 7, 1, 'B', 1, "ABC", 1); /* is not looked for */
        open_tape(&o, t);
        for (int k = 0; k < 10; k++)
            assert_int_equal(next(&o), SOURCE_OK);
        assert_int_equal(next(&o), SOURCE_FATAL);
        expect_error(&o, place, broken[i].part);
        assert_int_equal(o.src.exit_code, EXIT_CODE_DATA);
        source_close(&o.src);
    }
}

/* Unknown types are passed over by their length, if it is that of a message. */
static void test_unknown_types(void **state)
{
    struct opened o = {.rec = {.venue = ""}};
    struct tape *t = &tape;
    uint64_t first = 0;
    (void)state;
    memset(t, 0, sizeof(*t));
    event(t, 'O');
    tape_raw(t, 'Z', 1, 0, 0);
    tape_raw(t, 'z', 512, 0, 0);
    tape_raw(t, 0xFF, 6, 0, 0);
    hidden(t, 7, 5, "ABC", 10000, 12);
    open_tape(&o, t);
    expect_trade(&o, "ABC", 1000000000, 5000000000, 12, TR_SIDE_NONE);
    expect_end(&o);
    assert_int_equal(noted(&o.src, "message of unknown type", &first), 3);
    assert_int_equal(first, 16);
    source_close(&o.src);
}

/* What is another protocol is said at its first message, also where the format is given. */
static void test_wrong_files(void **state)
{
    static const char itch41[] =
        "\x00\x05T\x00\x00\x70\x80\x00\x06S\x00\x00\x00\x01O\x00\x05T\x00\x00\x70\x81";
    struct opened o = {.rec = {.venue = ""}};
    struct tape *t = small_day(&tape, TAPE_LENGTHS);
    (void)state;
    assert_int_equal(open_bytes(&o, itch41, sizeof(itch41) - 1, false, NULL), SOURCE_OK);
    assert_int_equal(next(&o), SOURCE_FATAL);
    expect_error(&o, "@0: ", "not ITCH 5.0 but 4.1 or older");
    source_close(&o.src);
    for (size_t at = 0; at < t->len; at += 2 + itch_length(t->byte[at + 2])) {
        unsigned char low = t->byte[at + 1];
        t->byte[at + 1] = t->byte[at];
        t->byte[at] = low;
    }
    for (int given = 0; given < 2; given++) {
        assert_int_equal(open_bytes(&o, t->byte, t->len, false, given ? "itch" : NULL), SOURCE_OK);
        assert_int_equal(next(&o), SOURCE_FATAL);
        expect_error(&o, "@0: ", "not ITCH 5.0 (first length 3072): lengths with the low byte first");
        assert_int_equal(o.src.exit_code, EXIT_CODE_DATA);
        source_close(&o.src);
    }
    assert_int_equal(open_bytes(&o, "\0\0\0\0\0\0", 6, false, "itch"), SOURCE_OK); /* /dev/zero */
    assert_int_equal(next(&o), SOURCE_FATAL);
    expect_error(&o, "@0: ", "not ITCH 5.0 (first length 0)");
    source_close(&o.src);
    assert_int_equal(open_bytes(&o, "\x70\x01garbage", 9, false, "itch"), SOURCE_OK);
    assert_int_equal(next(&o), SOURCE_FATAL);
    expect_error(&o, "@0: ", "not ITCH 5.0 (first length 28673)");
    source_close(&o.src);
}

static void test_venues(void **state)
{
    static const struct {
        const char *path;
        const char *venue;
    } file[] = {
        {"20190530.BX_ITCH_50", "bx"},
        {"dir/20190530.PSX_ITCH_50.gz", "psx"},
        {"dir.BX_ITCH_50/ticks", "nasdaq"},
        {"12302019.NASDAQ_ITCH50", "nasdaq"},
        {"-", "nasdaq"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(file) / sizeof(file[0]); i++) {
        struct opened o = {.rec = {.venue = ""}};
        struct tape *t = small_day(&tape, TAPE_LENGTHS);
        o.src.path = file[i].path;
        assert_int_equal(input_open_bytes(&o.src.input, "T", t->byte, t->len), 0);
        assert_int_equal(source_open(&o.src, NULL), SOURCE_OK);
        assert_int_equal(next(&o), SOURCE_OK);
        expect_names(&o, "ABC", file[i].venue);
        source_close(&o.src);
    }
}

static void test_bad_options(void **state)
{
    static const char *const date[] = {"2024-02-30", "2262-04-11"};
    struct tape *t = small_day(&tape, TAPE_LENGTHS);
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct opened o = {.src.opt.date = date[i]};
        assert_int_equal(open_bytes(&o, t->byte, t->len, false, NULL), SOURCE_FATAL);
        expect_error(&o, ": ", "date");
        assert_int_equal(o.src.exit_code, EXIT_CODE_USAGE);
        source_close(&o.src);
    }
}

/* Places beyond 4 GiB. */
static void test_far_offset(void **state)
{
    struct opened o = {.rec = {.venue = ""}};
    struct tape *t = small_day(&tape, TAPE_LENGTHS);
    (void)state;
    char place[32];
    snprintf(place, sizeof(place), "@%llu: ", (1ull << 33) + t->len - 14);
    t->len -= 5;
    open_tape(&o, t);
    o.src.input.buf_offset = UINT64_C(1) << 33;
    for (int i = 0; i < 10; i++)
        assert_int_equal(next(&o), SOURCE_OK);
    assert_int_equal(next(&o), SOURCE_FATAL);
    expect_error(&o, place, "input ends after 9 of the 14 bytes");
    source_close(&o.src);
}

static ssize_t read_interrupted(struct input *in, void *buf, size_t len)
{
    static bool again;
    again = !again;
    if (again) {
        errno = EINTR;
        return -1;
    }
    return read_one(in, buf, len);
}

/* A signal at any time loses nothing. */
static void test_interrupted(void **state)
{
    struct opened o = {.rec = {.venue = ""}};
    struct tape *t = small_day(&tape, TAPE_LENGTHS);
    size_t cnt = 0;
    enum source_result result;
    (void)state;
    strcpy(o.path, "T");
    o.src.path = o.path;
    assert_int_equal(input_open_bytes(&o.src.input, o.path, t->byte, t->len), 0);
    o.src.input.read = read_interrupted;
    while ((result = source_open(&o.src, NULL)) == SOURCE_AGAIN)
        assert_int_equal(o.src.exit_code, 0);
    assert_int_equal(result, SOURCE_OK);
    while ((result = next(&o)) != SOURCE_END) {
        assert_true(result == SOURCE_OK || result == SOURCE_AGAIN);
        cnt += result == SOURCE_OK;
    }
    assert_int_equal(cnt, 10);
    source_close(&o.src);
}

/* Reads to the end; nothing but whole records, malformed ones and one error that ends it. */
static void read_any(const unsigned char *bytes, size_t len)
{
    struct opened o = {.rec = {.venue = ""}};
    size_t cnt = 0;
    enum source_result result = open_bytes(&o, bytes, len, false, "itch");
    if (result == SOURCE_END)
        return;
    assert_int_equal(result, SOURCE_OK);
    while ((result = next(&o)) == SOURCE_OK || result == SOURCE_BAD) {
        assert_true(++cnt <= len);
        if (result == SOURCE_BAD)
            continue;
        assert_true(source_name_ok(o.rec.symbol, o.rec.symbol_len));
        assert_true(o.rec.tick.ts_event_ns >= 0 && o.rec.tick.ts_event_ns < INT64_C(86400000000000));
        assert_true(o.rec.tick.kind == TR_TICK_TRADE || o.rec.tick.kind == TR_TICK_QUOTE);
    }
    assert_true(result == SOURCE_END || (result == SOURCE_FATAL && o.src.exit_code == EXIT_CODE_DATA));
    source_close(&o.src);
}

/* 200 messages about few orders, so that most of them do something. */
static struct tape *random_tape(enum tape_framing framing, uint64_t *random)
{
    struct tape *t = &tape;
    memset(t, 0, sizeof(*t));
    t->framing = framing;
    event(t, 'O');
    directory(t, 1, "A");
    directory(t, 2, "B");
    for (int i = 3; i < 199; i++) {
        uint64_t r = help_random(random);
        unsigned locate = 1 + r % 2;
        const char *symbol = locate == 1 ? "A" : "B";
        uint64_t ref = r / 2 % 16;
        uint32_t shares = (uint32_t)(r / 64 % 8);
        uint32_t px = 10000 + (uint32_t)(r / 512 % 8);
        switch (r >> 20 & 7) {
        case 0:
            change(t, "EXD"[r >> 24 & 1], locate, ref, shares, r);
            break;
        case 1:
            change(t, 'D', locate, ref, 0, 0);
            break;
        case 2:
            replace(t, locate, ref, ref + 1, shares, px);
            break;
        case 3:
            priced(t, locate, ref, shares, r, r >> 25 & 1 ? 'Y' : 'N', px);
            break;
        case 4:
            hidden(t, locate, shares, symbol, px, r);
            break;
        default:
            order(t, locate, ref, r >> 25 & 1 ? 'B' : 'S', shares, symbol, px);
            break;
        }
    }
    event(t, 'C');
    return t;
}

static void test_every_bit(void **state)
{
    uint64_t random = help_seed();
    (void)state;
    for (int framing = TAPE_LENGTHS; framing <= TAPE_BARE; framing++) {
        struct tape *t = random_tape((enum tape_framing)framing, &random);
        size_t step =
            help_stride() * (framing == TAPE_LENGTHS ? 1 : 7); /* the other framings differ in little */
        for (size_t at = 0; at < t->len; at += step) {
            for (int bit = 0; bit < 8; bit++) {
                t->byte[at] ^= (unsigned char)(1 << bit);
                read_any(t->byte, t->len);
                t->byte[at] ^= (unsigned char)(1 << bit);
            }
        }
    }
}

static void test_mutated(void **state)
{
    uint64_t random = help_seed();
    (void)state;
    for (int i = 0; i < HELP_FUZZ_CNT; i++) {
        char changed[2048];
        const struct tape *t = small_day(&tape, (enum tape_framing)(i % 3));
        size_t len = t->len;
        memcpy(changed, t->byte, len);
        len = help_mutate(&random, changed, len, sizeof(changed));
        read_any((const unsigned char *)changed, len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_framings),       cmocka_unit_test(test_file_again),
        cmocka_unit_test(test_end_of_session), cmocka_unit_test(test_cut_anywhere),
        cmocka_unit_test(test_broken_framing), cmocka_unit_test(test_unknown_types),
        cmocka_unit_test(test_wrong_files),    cmocka_unit_test(test_venues),
        cmocka_unit_test(test_bad_options),    cmocka_unit_test(test_far_offset),
        cmocka_unit_test(test_interrupted),    cmocka_unit_test(test_every_bit),
        cmocka_unit_test(test_mutated),
    };
    return cmocka_run_group_tests_name("source_itch", tests, NULL, NULL);
}
