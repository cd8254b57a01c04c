/* Compressed files and archives as sources see them: formats, names, places, damage, progress, a second time. */
#include "source_help.h"

#include "exitcode.h"

#ifdef HAVE_ZLIB
#include "zip_help.h"

#define HEADER "timestamp,symbol,price,amount\n"
#define ROWS HEADER "1700000000,ABC,1.5,2\n1700000001,ABC,2.5,2\n"
#define OTHER_ROWS "1700000002,3.5,1\n1700000003,4.5,1\n"

static void add_text(struct zip_writer *w, const char *name, const char *text)
{
    zip_add(w, name, text, strlen(text), (struct zip_layout){.method = 8});
}

static struct packed gzip_of(const char *text, size_t len)
{
    struct packed raw = zip_deflate(text, len);
    struct packed p = {0};
    packed_add(&p, "\x1F\x8B\x08\0\0\0\0\0\0\3", 10);
    packed_add(&p, raw.bytes, raw.len);
    packed_number(&p, crc32(0, (const Bytef *)text, (uInt)len), 4);
    packed_number(&p, len, 4);
    packed_free(&raw);
    return p;
}

static enum source_result open_packed(struct opened *o, const char *format, struct packed p)
{
    enum source_result result = open_text_as(o, format, (char *)p.bytes, p.len);
    packed_free(&p);
    return result;
}

static void expect_tick(struct opened *o, const char *symbol, int64_t price_px)
{
    enum source_result result = next(o);
    if (result != SOURCE_OK)
        print_error("%s\n", o->src.error);
    assert_int_equal(result, SOURCE_OK);
    expect_names(o, symbol, "");
    assert_int_equal(o->rec.tick.price_px, price_px);
}

#define PX(tenths) ((tenths) * (TR_PX_SCALE / 10))

static void test_one_file(void **state)
{
    struct opened o = {0};
    (void)state;
    struct packed p = gzip_of(ROWS, strlen(ROWS));
    size_t len = p.len;
    assert_int_equal(open_packed(&o, NULL, p), SOURCE_OK);
    assert_string_equal(o.src.ops->name, "csv");
    assert_int_equal(o.src.counts.bytes_all, len);
    for (int pass = 0; pass < 3; pass++) {
        expect_tick(&o, "ABC", PX(15));
        expect_tick(&o, "ABC", PX(25));
        for (int again = 0; again < 2; again++)
            assert_int_equal(next(&o), SOURCE_END);
        assert_int_equal(o.src.counts.bytes_read, len);
        assert_int_equal(source_rewind(&o.src), 0);
    }
    close_text(&o);
}

/* Each member is a file of its own: format, symbol by its name, lines from 1; the empty ones are passed over. */
static struct packed archive(void)
{
    struct zip_writer w = {0};
    add_text(&w, "day/", "");
    add_text(&w, "day/one.csv", ROWS);
    add_text(&w, "day/empty.csv", "");
    add_text(&w, "day/XBT.csv", OTHER_ROWS);
    struct packed gz = gzip_of(ROWS, strlen(ROWS));
    zip_add(&w, "two.csv.gz", gz.bytes, gz.len, (struct zip_layout){0});
    packed_free(&gz);
    add_text(&w, "empty", "");
    return zip_end(&w, "");
}

static void expect_archive(struct opened *o)
{
    expect_tick(o, "ABC", PX(15));
    expect_tick(o, "ABC", PX(25));
    expect_tick(o, "XBT", PX(35));
    assert_string_equal(o->src.ops->name, "utpv");
    expect_tick(o, "XBT", PX(45));
    expect_tick(o, "ABC", PX(15));
    expect_tick(o, "ABC", PX(25));
    for (int again = 0; again < 3; again++)
        assert_int_equal(next(o), SOURCE_END);
}

static void test_members(void **state)
{
    struct opened o = {0};
    (void)state;
    assert_int_equal(open_packed(&o, NULL, archive()), SOURCE_OK);
    for (int pass = 0; pass < 3; pass++) {
        expect_archive(&o);
        assert_int_equal(o.src.counts.bytes_read, o.src.counts.bytes_all);
        assert_int_equal(source_rewind(&o.src), 0);
    }
    expect_tick(&o, "ABC", PX(15)); /* from the middle, too */
    assert_int_equal(source_rewind(&o.src), 0);
    expect_archive(&o);
    close_text(&o);
}

/* A signal before every read, also between the members and in their headers. */
static ssize_t (*plain_read)(struct input *in, void *buf, size_t len);
static unsigned read_cnt;

static ssize_t read_interrupted(struct input *in, void *buf, size_t len)
{
    if (++read_cnt % 2 == 0) {
        errno = EINTR;
        return -1;
    }
    return plain_read(in, buf, len > 0 ? 1 : 0);
}

static void test_interrupted(void **state)
{
    struct opened o = {0};
    struct packed p = archive();
    static const int64_t want[] = {15, 25, 35, 45, 15, 25};
    size_t cnt = 0;
    unsigned again_cnt = 0;
    (void)state;
    help_file(o.path, (char *)p.bytes, p.len);
    o.src.path = o.path;
    assert_int_equal(input_open(&o.src.input, o.path), 0);
    plain_read = o.src.input.read;
    o.src.input.read = read_interrupted;
    enum source_result result;
    while ((result = source_open(&o.src, NULL)) == SOURCE_AGAIN)
        again_cnt++;
    assert_int_equal(result, SOURCE_OK);
    while ((result = next(&o)) != SOURCE_END) {
        assert_true(result == SOURCE_OK || result == SOURCE_AGAIN);
        again_cnt += result == SOURCE_AGAIN;
        if (result == SOURCE_OK)
            assert_int_equal(o.rec.tick.price_px, PX(want[cnt++]));
    }
    assert_int_equal(cnt, 6);
    assert_true(again_cnt > p.len - 1);
    close_text(&o);
    packed_free(&p);
}

static void test_format_for_all_members(void **state)
{
    struct zip_writer w = {0};
    struct opened o = {0};
    (void)state;
    add_text(&w, "A", OTHER_ROWS);
    add_text(&w, "B", OTHER_ROWS);
    add_text(&w, "C", ROWS); /* a header is no row of utpv */
    assert_int_equal(open_packed(&o, "utpv", zip_end(&w, "")), SOURCE_OK);
    expect_tick(&o, "A", PX(35));
    expect_tick(&o, "A", PX(45));
    expect_tick(&o, "B", PX(35));
    expect_tick(&o, "B", PX(45));
    expect_bad(&o, "(C):1:", "fields");
    close_text(&o);
}

static void test_messages(void **state)
{
    struct zip_writer w = {0};
    struct opened o = {0};
    (void)state;
    add_text(&w, "good.csv", ROWS);
    add_text(&w, "bad.csv", ROWS "1700000002,ABC,x,2\n");
    add_text(&w, "notes.txt", "hello\n");
    add_text(&w, "never.csv", ROWS);
    assert_int_equal(open_packed(&o, NULL, zip_end(&w, "")), SOURCE_OK);
    for (int i = 0; i < 4; i++)
        assert_int_equal(next(&o), SOURCE_OK);
    expect_bad(&o, "(bad.csv):4:16: ", "price 'x' is not a number");
    expect_bad(&o, "(notes.txt): ", "format not recognized");
    expect_tick(&o, "ABC", PX(15));
    expect_tick(&o, "ABC", PX(25));
    assert_int_equal(next(&o), SOURCE_END);
    close_text(&o);
}

/* What explains the data may stand beside it: passed over or not, that is for the caller to say. */
static void test_member_of_no_format(void **state)
{
    struct zip_writer w = {0};
    struct opened o = {0};
    (void)state;
    add_text(&w, "README", "hello\n");
    add_text(&w, "day.csv", ROWS);
    add_text(&w, "end.txt", "bye\n");
    assert_int_equal(open_packed(&o, NULL, zip_end(&w, "")), SOURCE_OK);
    for (unsigned pass = 1; pass <= 3; pass++) {
        expect_bad(&o, "(README): ", "format not recognized");
        expect_tick(&o, "ABC", PX(15));
        expect_tick(&o, "ABC", PX(25));
        expect_bad(&o, "(end.txt): ", "format not recognized");
        for (int again = 0; again < 2; again++)
            assert_int_equal(next(&o), SOURCE_END);
        assert_string_equal(o.src.bad[0].kind, BAD_MEMBER);
        assert_int_equal(o.src.bad[0].cnt, 2 * pass);
        assert_int_equal(source_rewind(&o.src), 0);
    }
    close_text(&o);
}

/* A member's name is bytes of a stranger. */
static void test_names_are_printable(void **state)
{
    struct zip_writer w = {0};
    struct opened o = {0};
    (void)state;
    add_text(&w, "a\nb\x1B[31m.csv", "hello\n");
    assert_int_equal(open_packed(&o, NULL, zip_end(&w, "")), SOURCE_OK);
    expect_bad(&o, "(a?b?[31m.csv): ", "format not recognized");
    assert_int_equal(next(&o), SOURCE_END);
    close_text(&o);
}

static void test_archive_of_nothing(void **state)
{
    struct zip_writer w = {0};
    struct opened o = {0};
    (void)state;
    assert_int_equal(open_packed(&o, NULL, zip_end(&w, "")), SOURCE_END);
    close_text(&o);
    add_text(&w, "a/", "");
    add_text(&w, "a/b", "");
    assert_int_equal(open_packed(&o, NULL, zip_end(&w, "")), SOURCE_END);
    close_text(&o);
    assert_int_equal(open_packed(&o, NULL, gzip_of("", 0)), SOURCE_END);
    close_text(&o);
}

static void expect_fatal(struct opened *o, const char *place, const char *why)
{
    for (int again = 0; again < 2; again++) {
        assert_int_equal(next(o), SOURCE_FATAL);
        assert_int_equal(o->src.exit_code, EXIT_CODE_DATA);
        expect_error(o, place, why);
    }
    close_text(o);
}

/* Rows that are whole come before the damage, half a row does not, nor the damage as the end of one. */
static void test_damage(void **state)
{
    struct opened o = {0};
    (void)state;
    struct packed p = gzip_of(ROWS, strlen(ROWS));
    p.bytes[p.len - 8] ^= 1;
    assert_int_equal(open_packed(&o, NULL, p), SOURCE_OK);
    expect_tick(&o, "ABC", PX(15));
    expect_tick(&o, "ABC", PX(25));
    expect_fatal(&o, "@", "gzip data is damaged: incorrect data check");
    p = gzip_of(ROWS "1700000002,ABC,1.5,2", strlen(ROWS) + 20);
    p.len -= 5;
    char place[32];
    snprintf(place, sizeof(place), "@%zu: ", p.len);
    assert_int_equal(open_packed(&o, NULL, p), SOURCE_OK);
    expect_tick(&o, "ABC", PX(15));
    expect_tick(&o, "ABC", PX(25));
    expect_fatal(&o, place, "ends in the middle of the gzip data");
}

static void test_damage_at_the_beginning(void **state)
{
    struct opened o = {0};
    (void)state;
    struct packed p = gzip_of(ROWS, strlen(ROWS));
    p.len = 20; /* not even the header */
    for (int with_format = 0; with_format < 2; with_format++) {
        struct packed copy = {0};
        packed_add(&copy, p.bytes, p.len);
        assert_int_equal(open_packed(&o, with_format ? "csv" : NULL, copy), SOURCE_FATAL);
        assert_int_equal(o.src.exit_code, EXIT_CODE_DATA);
        expect_error(&o, "@20: ", "ends in the middle of the gzip data");
        close_text(&o);
    }
    packed_free(&p);
}

static void test_damaged_member(void **state)
{
    struct zip_writer w = {0};
    struct opened o = {0};
    (void)state;
    add_text(&w, "good.csv", ROWS);
    zip_add(&w, "secret.csv", ROWS, strlen(ROWS), (struct zip_layout){.method = 8, .flags = 1});
    assert_int_equal(open_packed(&o, NULL, zip_end(&w, "")), SOURCE_OK);
    expect_tick(&o, "ABC", PX(15));
    expect_tick(&o, "ABC", PX(25));
    expect_fatal(&o, "@", "zip member 'secret.csv' is encrypted");
    struct packed gz = gzip_of(ROWS, strlen(ROWS));
    gz.bytes[gz.len - 1] ^= 1;
    zip_add(&w, "bad.gz", gz.bytes, gz.len, (struct zip_layout){0});
    packed_free(&gz);
    assert_int_equal(open_packed(&o, NULL, zip_end(&w, "")), SOURCE_OK);
    expect_tick(&o, "ABC", PX(15));
    expect_tick(&o, "ABC", PX(25));
    expect_fatal(&o, "(bad.gz)@", "gzip data is damaged: incorrect length check");
}

static void expect_noted(struct packed p, const char *kind)
{
    struct opened o = {0};
    size_t len = p.len;
    packed_add(&p, "garbage", 7);
    assert_int_equal(open_packed(&o, NULL, p), SOURCE_OK);
    expect_tick(&o, "ABC", PX(15));
    expect_tick(&o, "ABC", PX(25));
    for (int again = 0; again < 3; again++)
        assert_int_equal(next(&o), SOURCE_END);
    assert_string_equal(o.src.note[0].kind, kind);
    assert_int_equal(o.src.note[0].cnt, 1);
    assert_int_equal(o.src.note[0].first, len);
    close_text(&o);
}

static void test_garbage_is_noted(void **state)
{
    struct zip_writer w = {0};
    (void)state;
    expect_noted(gzip_of(ROWS, strlen(ROWS)), "garbage behind gzip data");
    add_text(&w, "a", ROWS);
    expect_noted(zip_end(&w, "comment"), "garbage behind zip archive");
}

/* UTF-16 and bzip2 are told inside as they are outside. */
static void test_foreign_inside(void **state)
{
    struct opened o = {0};
    (void)state;
    assert_int_equal(open_packed(&o, NULL, gzip_of("BZh91AY&SY", 10)), SOURCE_FATAL);
    expect_error(&o, ": ", "bzcat");
    close_text(&o);
    assert_int_equal(open_packed(&o, NULL, gzip_of("\xFF\xFEt\0\n\0", 6)), SOURCE_FATAL);
    expect_error(&o, ": ", "UTF-16");
    close_text(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_file),
        cmocka_unit_test(test_members),
        cmocka_unit_test(test_interrupted),
        cmocka_unit_test(test_format_for_all_members),
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_member_of_no_format),
        cmocka_unit_test(test_names_are_printable),
        cmocka_unit_test(test_archive_of_nothing),
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_damage_at_the_beginning),
        cmocka_unit_test(test_damaged_member),
        cmocka_unit_test(test_garbage_is_noted),
        cmocka_unit_test(test_foreign_inside),
    };
    return cmocka_run_group_tests_name("source_packed", tests, NULL, NULL);
}
#else
static void test_not_in_this_build(void **state)
{
    struct opened o = {0};
    (void)state;
    assert_int_equal(open_text_as(&o, NULL, "\x1F\x8B\x08rest", 7), SOURCE_FATAL);
    assert_int_equal(o.src.exit_code, EXIT_CODE_DATA);
    expect_error(&o, ": looks gzip-compressed, which this build does not read: install zlib1g-dev",
                 "zcat FILE");
    close_text(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_not_in_this_build)};
    return cmocka_run_group_tests_name("source_packed", tests, NULL, NULL);
}
#endif
