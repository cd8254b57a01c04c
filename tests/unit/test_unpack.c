/* What is compressed is found by its first bytes, whatever comes in pieces, short, or packed twice; and what this
 * build cannot read is told. */
#include "unpack_help.h"

#ifdef HAVE_ZLIB
#include "zip_help.h"
#endif

/* A first line of text that begins as packed data does, as far as text can. */
static void test_text_is_not_packed(void **state)
{
    static const char *const texts[] = {"",
                                        "x",
                                        "]",
                                        "]]",
                                        "P",
                                        "PK",
                                        "PK\3",
                                        "PK\3\5",
                                        "(",
                                        "(\xB5/",
                                        "\x1F",
                                        "\xFD\x37zX",
                                        "P*M",
                                        "]1,2,3\nmore",
                                        "timestamp,price\n"};
    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct packed text = {0};
        packed_add(&text, texts[i], strlen(texts[i]));
        for (size_t step = 0; step < 2; step++) {
            struct unpacked u = unpack_as(text.bytes, text.len, (struct arrival){step, step > 0});
            expect_text(&u, &text);
            assert_false(u.was_packed);
            assert_int_equal(u.file_offset, text.len);
            packed_free(&u.text);
        }
        packed_free(&text);
    }
}

static void expect_detected(const char *bytes, size_t len, const char *name)
{
    const struct unpack_ops *ops = NULL;
    for (size_t i = 0; i < len; i++)
        assert_int_equal(unpack_detect((const unsigned char *)bytes, i, &ops), UNPACK_MAYBE);
    assert_int_equal(unpack_detect((const unsigned char *)bytes, len, &ops), UNPACK_YES);
    assert_string_equal(ops->name, name);
    struct unpacked u = unpack_all(bytes, len);
    assert_int_equal(u.result, INPUT_DAMAGED);
    if (ops->open == NULL) {
        assert_string_equal(u.damage, ops->advice);
        assert_int_equal(u.damage_at, -1);
        assert_non_null(strstr(u.damage, "which this build does not read: install "));
        assert_non_null(strstr(u.damage, "FILE | feed -"));
    } else {
        assert_non_null(strstr(u.damage, "ends in the middle of the "));
        assert_int_equal(u.damage_at, len);
    }
    packed_free(&u.text);
}

static void test_detected(void **state)
{
    (void)state;
    expect_detected("\x1F\x8B", 2, "gzip");
    expect_detected("\x28\xB5\x2F\xFD", 4, "zstd");
    expect_detected("\x50\x2A\x4D\x18", 4, "zstd");
    expect_detected("\x5F\x2A\x4D\x18", 4, "zstd");
    expect_detected("\xFD"
                    "7zXZ\0",
                    6, "xz");
    expect_detected("]\0\0\0\4\0\1\0\0\0\0\0\0\0", 14, "LZMA");
    expect_detected("PK\3\4", 4, "zip");
    expect_detected("PK\5\6", 4, "zip");
}

#ifdef HAVE_ZLIB
static struct packed gzip_of(const struct packed *text)
{
    struct packed raw = zip_deflate(text->bytes, text->len);
    struct packed p = {0};
    packed_add(&p, "\x1F\x8B\x08\0\0\0\0\0\0\3", 10);
    packed_add(&p, raw.bytes, raw.len);
    packed_number(&p, crc32(0, text->bytes, (uInt)text->len), 4);
    packed_number(&p, text->len, 4);
    packed_free(&raw);
    return p;
}

/* Between plain members; the place of damage is that in the packed member. */
static void test_packed_twice(void **state)
{
    struct zip_writer w = {0};
    struct packed text = {0};
    struct packed all = {0};
    (void)state;
    help_text(&text, 2000, 1);
    struct packed once = gzip_of(&text);
    struct packed twice = gzip_of(&once);
    struct packed thrice = gzip_of(&twice);
    expect_unpacks(&twice, &text);
    expect_damaged(&thrice, &text, -1, "is compressed more than twice: unpack it first");
    zip_add(&w, "plain", text.bytes, text.len, (struct zip_layout){.method = 8});
    zip_add(&w, "packed.gz", once.bytes, once.len,
            (struct zip_layout){.method = 8, .descriptor = ZIP_DESCRIPTOR});
    zip_add(&w, "stored.gz", once.bytes, once.len, (struct zip_layout){0});
    zip_add(&w, "plain", text.bytes, text.len, (struct zip_layout){0});
    struct packed p = zip_end(&w, "");
    for (int i = 0; i < 4; i++)
        packed_add(&all, text.bytes, text.len);
    expect_unpacks(&p, &all);
    struct packed in_zip = gzip_of(&p);
    expect_damaged(&in_zip, &text, -1,
                   "is a zip archive in compressed data, which is not read: unpack it first");
    once.bytes[once.len - 8] ^= 1;
    zip_add(&w, "bad.gz", once.bytes, once.len, (struct zip_layout){.method = 8});
    struct packed bad = zip_end(&w, "");
    expect_damaged(&bad, &text, (int64_t)once.len - 4, "gzip data is damaged: incorrect data check");
    packed_free(&bad);
    packed_free(&in_zip);
    packed_free(&p);
    packed_free(&all);
    packed_free(&once);
    packed_free(&twice);
    packed_free(&thrice);
    packed_free(&text);
}

/* What was not read of a member is passed over, garbage behind a packed one too; the next begins at line 1. */
static void test_members_left_early(void **state)
{
    struct zip_writer w = {0};
    struct packed text = {0};
    struct input in;
    char *line;
    size_t len;
    (void)state;
    help_text(&text, 1000000, 1);
    struct packed gz = gzip_of(&text);
    packed_add(&gz, "garbage", 7);
    zip_add(&w, "packed.gz", gz.bytes, gz.len, (struct zip_layout){.method = 8});
    zip_add(&w, "plain", text.bytes, text.len, (struct zip_layout){0});
    zip_add(&w, "last", "first\nsecond", 12, (struct zip_layout){0});
    struct packed p = zip_end(&w, "");
    assert_int_equal(input_open_bytes(&in, "packed", p.bytes, p.len), 0);
    for (int i = 0; i < 2; i++) {
        for (uint64_t n = 1; n <= 3; n++) {
            assert_int_equal(input_line(&in, &line, &len), INPUT_OK);
            assert_int_equal(in.line, n);
        }
        assert_int_equal(input_next_member(&in), INPUT_OK);
    }
    assert_string_equal(in.member, "last");
    assert_int_equal(input_line(&in, &line, &len), INPUT_OK);
    assert_int_equal(input_line(&in, &line, &len), INPUT_OK);
    assert_int_equal(in.line, 2);
    assert_memory_equal(line, "second", 6);
    assert_int_equal(input_line(&in, &line, &len), INPUT_END);
    assert_int_equal(input_next_member(&in), INPUT_END);
    input_close(&in);
    packed_free(&p);
    packed_free(&gz);
    packed_free(&text);
}

/* Bytes that are no text: what comes before the damage is there for finding the format, and to be taken. */
static void test_peek_at_damaged(void **state)
{
    struct packed text = {0};
    struct input in;
    const char *peeked;
    const unsigned char *bytes;
    size_t len;
    (void)state;
    for (size_t i = 0; i < 100; i++)
        packed_number(&text, i, 1);
    struct packed p = gzip_of(&text);
    p.bytes[p.len - 8] ^= 1;
    assert_int_equal(input_open_bytes(&in, "packed", p.bytes, p.len), 0);
    assert_int_equal(input_peek(&in, &peeked, &len), INPUT_DAMAGED);
    assert_int_equal(len, 100);
    assert_memory_equal(peeked, text.bytes, 100);
    assert_int_equal(input_bytes(&in, 100, &bytes, &len), INPUT_OK);
    input_take(&in, 100);
    assert_int_equal(input_bytes(&in, 1, &bytes, &len), INPUT_DAMAGED);
    assert_int_equal(len, 0);
    input_close(&in);
    packed_free(&p);
    packed_free(&text);
}

static void test_rewind(void **state)
{
    struct packed text = {0};
    struct input in;
    char path[HELP_PATH_MAX];
    const unsigned char *bytes;
    size_t len;
    (void)state;
    help_text(&text, 300000, 1);
    struct packed once = gzip_of(&text);
    struct packed p = gzip_of(&once);
    help_file(path, (char *)p.bytes, p.len);
    assert_int_equal(input_open(&in, path), 0);
    assert_int_equal(in.size, p.len);
    for (size_t want = 1; want <= 300000; want = want * 6 + 3) {
        assert_int_equal(input_bytes(&in, want, &bytes, &len), INPUT_OK);
        assert_memory_equal(bytes, text.bytes, len);
        assert_true(input_file_offset(&in) > 0);
        assert_int_equal(input_rewind(&in), 0);
        assert_int_equal(input_file_offset(&in), 0);
    }
    p.bytes[p.len / 2] ^= 0x55; /* damage is told each time */
    help_write(path, (char *)p.bytes, p.len);
    for (int i = 0; i < 3; i++) {
        for (int again = 0; again < 3; again++)
            assert_int_equal(input_bytes(&in, 300001, &bytes, &len), INPUT_DAMAGED);
        assert_int_equal(input_rewind(&in), 0);
    }
    input_close(&in);
    unlink(path);
    packed_free(&p);
    packed_free(&once);
    packed_free(&text);
}

/* A pipe: a line that was sent is there, although nothing follows for long. */
static void test_pipe(void **state)
{
    struct packed text = {0};
    struct input in;
    char *line;
    size_t len;
    int fd[2];
    (void)state;
    packed_add(&text, "one\ntwo\n", 8);
    struct packed p = gzip_of(&text);
    assert_int_equal(pipe(fd), 0);
    int saved = dup(STDIN_FILENO);
    dup2(fd[0], STDIN_FILENO);
    close(fd[0]);
    assert_int_equal(write(fd[1], p.bytes, p.len), (ssize_t)p.len);
    assert_int_equal(input_open(&in, "-"), 0);
    assert_int_equal(input_line(&in, &line, &len), INPUT_OK);
    assert_memory_equal(line, "one", 3);
    assert_int_equal(input_line(&in, &line, &len), INPUT_OK);
    assert_memory_equal(line, "two", 3);
    assert_int_equal(input_rewind(&in), -ESPIPE);
    close(fd[1]);
    assert_int_equal(input_line(&in, &line, &len), INPUT_END);
    input_close(&in);
    dup2(saved, STDIN_FILENO);
    close(saved);
    packed_free(&p);
    packed_free(&text);
}

static ssize_t read_broken(struct input *in, void *buf, size_t len)
{
    (void)in;
    (void)buf;
    (void)len;
    errno = EIO;
    return -1;
}

/* A device that fails is not damaged data. */
static void test_read_error(void **state)
{
    struct packed text = {0};
    struct input in;
    const unsigned char *bytes;
    size_t len;
    (void)state;
    help_text(&text, 3000, 1);
    struct packed p = gzip_of(&text);
    assert_int_equal(input_open_bytes(&in, "packed", p.bytes, p.len / 2), 0);
    assert_int_equal(input_bytes(&in, 1, &bytes, &len), INPUT_OK);
    in.read = read_broken;
    assert_int_equal(input_bytes(&in, 3000, &bytes, &len), INPUT_FAILED);
    assert_int_equal(in.os_error, EIO);
    input_close(&in);
    packed_free(&p);
    packed_free(&text);
}
#endif

/* Any bytes behind any magic: no crash, an end, and never more than once the same. */
static void test_random_bytes(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
    } magics[] = {{"\x1F\x8B\x08\0\0\0\0\0\0\3", 10},
                  {"\x28\xB5\x2F\xFD", 4},
                  {"\xFD"
                   "7zXZ\0",
                   6},
                  {"]\0\0\1\0\0\1\0\0\0\0\0\0\0", 14},
                  {"PK\3\4", 4},
                  {"PK\3\4\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0\xFF\0\0\0\xFF\0\0\0\2\0\0\0ab", 32},
                  {"PK\5\6", 4}};
    uint64_t random = help_seed();
    (void)state;
    for (int i = 0; i < HELP_FUZZ_CNT; i++) {
        struct packed p = {0};
        size_t which = help_random(&random) % (sizeof(magics) / sizeof(magics[0]));
        packed_add(&p, magics[which].bytes, magics[which].len);
        for (uint64_t n = help_random(&random) % 100; n > 0; n--)
            packed_number(&p, help_random(&random), 1);
        struct unpacked u = unpack_as(p.bytes, p.len, (struct arrival){help_random(&random) % 9, i % 2 == 0});
        assert_true(u.result == INPUT_END || u.result == INPUT_DAMAGED);
        packed_free(&u.text);
        packed_free(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_is_not_packed),
        cmocka_unit_test(test_detected),
        cmocka_unit_test(test_random_bytes),
#ifdef HAVE_ZLIB
        cmocka_unit_test(test_packed_twice),
        cmocka_unit_test(test_members_left_early),
        cmocka_unit_test(test_peek_at_damaged),
        cmocka_unit_test(test_rewind),
        cmocka_unit_test(test_pipe),
        cmocka_unit_test(test_read_error),
#endif
    };
    return cmocka_run_group_tests_name("unpack", tests, NULL, NULL);
}
