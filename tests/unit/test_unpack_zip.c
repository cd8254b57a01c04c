/* zip archives: layouts of members, what is not read, and every way to be cut or damaged. */
#include "unpack_help.h"

#ifdef HAVE_ZLIB
#include "zip_help.h"

#define METHOD_DEFLATED 8
#define DESCRIPTOR_LEN 16

/* Members of every layout, a directory and an empty file among them. */
static struct packed build(const struct packed *text)
{
    struct zip_writer w = {0};
    const char *part = (const char *)text->bytes;
    size_t len = text->len / 8;
    zip_add(&w, "dir/", "", 0, (struct zip_layout){0});
    zip_add(&w, "empty64", "", 0,
            (struct zip_layout){.method = METHOD_DEFLATED, .descriptor = ZIP_DESCRIPTOR_64});
    zip_add(&w, "dir/stored", part, len, (struct zip_layout){0});
    zip_add(&w, "dir/deflated", part + len, len, (struct zip_layout){.method = METHOD_DEFLATED});
    zip_add(&w, "empty", "", 0, (struct zip_layout){.method = METHOD_DEFLATED, .descriptor = ZIP_DESCRIPTOR});
    zip_add(&w, "d", part + 2 * len, len,
            (struct zip_layout){.method = METHOD_DEFLATED, .descriptor = ZIP_DESCRIPTOR});
    zip_add(&w, "db", part + 3 * len, len,
            (struct zip_layout){.method = METHOD_DEFLATED, .descriptor = ZIP_DESCRIPTOR_BARE});
    zip_add(&w, "d64", part + 4 * len, len,
            (struct zip_layout){.method = METHOD_DEFLATED, .descriptor = ZIP_DESCRIPTOR_64});
    zip_add(&w, "d64b", part + 5 * len, len,
            (struct zip_layout){.method = METHOD_DEFLATED, .descriptor = ZIP_DESCRIPTOR_64_BARE});
    zip_add(&w, "sd", part + 6 * len, len, (struct zip_layout){.descriptor = ZIP_DESCRIPTOR});
    zip_add(&w, "empty/", "", 0, (struct zip_layout){.descriptor = ZIP_DESCRIPTOR, .hides_size = true});
    zip_add(&w, "64", part + 7 * len, text->len - 7 * len,
            (struct zip_layout){.method = METHOD_DEFLATED, .is_zip64 = true});
    return zip_end(&w, "a comment");
}

static void test_layouts(void **state)
{
    static const size_t lens[] = {1000, 40000, 3000000};
    (void)state;
    for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
        struct packed text = {0};
        help_text(&text, lens[i], 1);
        struct packed p = build(&text);
        expect_unpacks(&p, &text);
        struct unpacked u = unpack_all(p.bytes, p.len);
        assert_int_equal(u.member_cnt, 12);
        assert_false(u.was_odd);
        packed_free(&u.text);
        packed_free(&p);
        packed_free(&text);
    }
}

static void test_stored_zip64(void **state)
{
    struct zip_writer w = {0};
    struct packed text = {0};
    (void)state;
    help_text(&text, 500, 1);
    zip_add(&w, "a", text.bytes, text.len, (struct zip_layout){.is_zip64 = true});
    struct packed p = zip_end(&w, "");
    expect_unpacks(&p, &text);
    packed_free(&p);
    packed_free(&text);
}

static void test_nothing(void **state)
{
    struct zip_writer w = {0};
    struct packed text = {0};
    (void)state;
    struct packed p = zip_end(&w, "");
    expect_unpacks(&p, &text);
    packed_free(&p);
    zip_add(&w, "empty", "", 0, (struct zip_layout){0});
    p = zip_end(&w, "");
    expect_unpacks(&p, &text);
    packed_free(&p);
}

static void test_damaged_anywhere(void **state)
{
    struct packed text = {0};
    (void)state;
    help_text(&text, 600, 1);
    struct packed p = build(&text);
    assert_true(expect_flips_told(&p, &text) > p.len * 4);
    expect_cuts_told(&p, &text, 4, 0);
    packed_free(&p);
    packed_free(&text);
}

/* Two members, the second of laid out as told. */
static void expect_second(struct zip_layout layout, const char *why)
{
    struct zip_writer w = {0};
    struct packed text = {0};
    help_text(&text, 400, 1);
    zip_add(&w, "good", text.bytes, 200, (struct zip_layout){.method = METHOD_DEFLATED});
    zip_add(&w, "bad", text.bytes + 200, 200, layout);
    struct packed p = zip_end(&w, "");
    expect_damaged(&p, &text, -1, why);
    struct unpacked u = unpack_all(p.bytes, p.len);
    assert_true(u.text.len >= 200); /* the good one came out */
    packed_free(&u.text);
    packed_free(&p);
    packed_free(&text);
}

static void test_not_read(void **state)
{
    (void)state;
    expect_second((struct zip_layout){.flags = 1},
                  "zip member 'bad' is encrypted, which is not read: use unzip -p");
    expect_second((struct zip_layout){.method = METHOD_DEFLATED, .flags = 0x41}, "is encrypted");
    expect_second((struct zip_layout){.method = 12},
                  "zip member 'bad' is packed by method 12 (bzip2), which is not read");
    expect_second((struct zip_layout){.method = 9}, "method 9 (deflate64)");
    expect_second((struct zip_layout){.method = 77}, "method 77 (unknown)");
    expect_second((struct zip_layout){.descriptor = ZIP_DESCRIPTOR, .hides_size = true},
                  "zip member 'bad' is stored without its size: use unzip -p FILE | feed -");
}

static void test_checks(void **state)
{
    static const enum zip_descriptor kinds[] = {ZIP_NO_DESCRIPTOR, ZIP_DESCRIPTOR, ZIP_DESCRIPTOR_BARE,
                                                ZIP_DESCRIPTOR_64};
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        for (unsigned method = 0; method <= METHOD_DEFLATED; method += METHOD_DEFLATED) {
            struct zip_layout m = {.method = method, .descriptor = kinds[i], .crc_change = 1};
            expect_second(m, i == 0 ? "zip member 'bad' is damaged: its CRC is wrong"
                                    : "its CRC or size is wrong");
            m.crc_change = 0;
            m.size_change = 1;
            expect_second(m, "size is wrong");
        }
    }
    expect_second((struct zip_layout){.method = METHOD_DEFLATED, .packed_change = -1},
                  "its data is longer than its header says");
    expect_second((struct zip_layout){.method = METHOD_DEFLATED, .packed_change = 1}, "its size is wrong");
    expect_second((struct zip_layout){.packed_change = -1}, "size is wrong");
    expect_second((struct zip_layout){.packed_change = 1}, "size is wrong");
}

static void test_records(void **state)
{
    struct zip_writer w = {0};
    struct packed text = {0};
    (void)state;
    help_text(&text, 200, 1);
    zip_add(&w, "a", text.bytes, 200, (struct zip_layout){.method = METHOD_DEFLATED});
    size_t member_len = w.archive.len;
    w.directory.len = 0; /* members that the directory does not know */
    zip_add(&w, "b", "", 0, (struct zip_layout){0});
    struct packed p = zip_end(&w, "");
    expect_damaged(&p, &text, -1, "zip archive has 2 members, but its directory lists 1");
    memcpy(p.bytes + member_len, "PK\7\7", 4);
    expect_damaged(&p, &text, (int64_t)member_len, "zip archive is damaged: no member begins where one must");
    packed_free(&p);
    packed_free(&text);
}

/* What zip64 and signed archives have behind their members. */
static void test_ends(void **state)
{
    struct zip_writer w = {0};
    struct packed text = {0};
    (void)state;
    help_text(&text, 200, 1);
    zip_add(&w, "a", text.bytes, 200, (struct zip_layout){.method = METHOD_DEFLATED});
    struct packed plain = w.directory;
    w.directory = (struct packed){0};
    packed_add(&w.directory, "PK\6\x08\3\0\0\0abc", 11);
    packed_add(&w.directory, plain.bytes, plain.len);
    packed_add(&w.directory, "PK\5\5\2\0ab", 8);
    packed_add(&w.directory, "PK\6\6\x2C\0\0\0\0\0\0\0", 12);
    packed_number(&w.directory, 0, 8);
    memset(packed_room(&w.directory, 36), 'x', 36);
    w.directory.len += 36;
    packed_add(&w.directory, "PK\6\7", 4);
    packed_number(&w.directory, 0, 8);
    packed_number(&w.directory, 0, 8);
    struct packed p = zip_end(&w, "comment");
    expect_unpacks(&p, &text);
    expect_cuts_told(&p, &text, 4, 0);
    packed_add(&p, "garbage", 7);
    struct unpacked u = unpack_as(p.bytes, p.len, (struct arrival){1, false});
    expect_text(&u, &text);
    assert_true(u.was_odd);
    packed_free(&u.text);
    packed_free(&plain);
    packed_free(&p);
    packed_free(&text);
}

/* Of a name of any length its end is kept. */
static void test_names(void **state)
{
    static char name[65001];
    struct zip_writer w = {0};
    struct input in;
    const unsigned char *bytes;
    size_t len;
    (void)state;
    memset(name, 'n', 65000);
    memcpy(name + 64990, "/ticks.csv", 10);
    zip_add(&w, name, "text", 4, (struct zip_layout){.method = METHOD_DEFLATED, .is_zip64 = true});
    zip_add(&w, "", "text", 4, (struct zip_layout){0});
    struct packed p = zip_end(&w, "");
    assert_int_equal(input_open_bytes(&in, "packed", p.bytes, p.len), 0);
    assert_null(in.member);
    assert_int_equal(input_bytes(&in, 4, &bytes, &len), INPUT_OK);
    assert_memory_equal(bytes, "text", 4);
    assert_in_range(strlen(in.member), 100, 200);
    assert_string_equal(in.member + strlen(in.member) - 11, "n/ticks.csv");
    assert_int_equal(input_next_member(&in), INPUT_OK);
    assert_string_equal(in.member, "");
    assert_int_equal(input_next_member(&in), INPUT_END); /* with a member left unread */
    assert_null(in.member);
    assert_int_equal(input_next_member(&in), INPUT_END);
    assert_int_equal(input_bytes(&in, 4, &bytes, &len), INPUT_END);
    input_close(&in);
    packed_free(&p);
}

static void test_long_silence(void **state)
{
    struct zip_writer w = {0};
    struct packed text = {0};
    (void)state;
    help_text(&text, 3000, 4);
    zip_add(&w, "a", text.bytes, text.len,
            (struct zip_layout){.method = METHOD_DEFLATED, .descriptor = ZIP_DESCRIPTOR});
    size_t data_len = w.archive.len - DESCRIPTOR_LEN;
    struct packed p = zip_end(&w, "");
    expect_patience(&(struct packed){.bytes = p.bytes, .len = data_len}, &text);
    packed_free(&p);
    packed_free(&text);
}

/* Only the sizes that do not fit stand in the extra field. */
static void test_one_size_in_zip64(void **state)
{
    struct packed text = {0};
    struct packed p = {0};
    (void)state;
    packed_add(&text, "text", 4);
    for (int which = 0; which < 2; which++) {
        packed_add(&p, "PK\3\4\x2D\0\0\0\0\0\0\0\0\0", 14);
        packed_number(&p, crc32(0, text.bytes, 4), 4);
        packed_number(&p, which == 0 ? UINT32_MAX : 4, 4);
        packed_number(&p, which == 1 ? UINT32_MAX : 4, 4);
        packed_add(&p, "\1\0\x0C\0a\1\0\x08\0\4\0\0\0\0\0\0\0text", 21);
        struct unpacked u = unpack_all(p.bytes, p.len);
        assert_true(is_same(&u.text, &text));
        packed_free(&u.text);
        packed_free(&p);
    }
    packed_free(&text);
}

static void test_real(void **state)
{
    (void)state;
    expect_real("lean/spy_20131007_trade.zip", "unzip", "-p");
    expect_real("lean/eurusd_oanda_20140505_quote.zip", "unzip", "-p");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layouts),
        cmocka_unit_test(test_stored_zip64),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_damaged_anywhere),
        cmocka_unit_test(test_not_read),
        cmocka_unit_test(test_checks),
        cmocka_unit_test(test_records),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_long_silence),
        cmocka_unit_test(test_one_size_in_zip64),
        cmocka_unit_test(test_real),
    };
    return cmocka_run_group_tests_name("unpack_zip", tests, NULL, NULL);
}
#else
int main(void)
{
    printf("skipped: built without zlib\n");
    return 0;
}
#endif
