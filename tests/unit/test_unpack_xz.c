/* xz and LZMA-alone: streams, padding, sizes that are not known, and every way to be cut or damaged. */
#include "unpack_help.h"

#ifdef HAVE_LZMA
#include <lzma.h>

#define XZ_MAGIC_LEN 6
#define ALONE_MAGIC_LEN 14
#define DICT_SIZE (1U << 16)

static void add_xz(struct packed *p, const void *text, size_t len, lzma_check check)
{
    size_t bound = lzma_stream_buffer_bound(len);
    size_t out_len = 0;
    lzma_options_lzma options;
    lzma_lzma_preset(&options, 6);
    options.dict_size = DICT_SIZE;
    lzma_filter filters[] = {{LZMA_FILTER_LZMA2, &options}, {LZMA_VLI_UNKNOWN, NULL}};
    assert_int_equal(
        lzma_stream_buffer_encode(filters, check, NULL, text, len, packed_room(p, bound), &out_len, bound),
        LZMA_OK);
    p->len += out_len;
}

/* The header says that the size is not known, and a marker ends the data; is_sized: it says the size as well. */
static void add_alone(struct packed *p, const void *text, size_t len, uint32_t dict_size, bool is_sized)
{
    lzma_stream stream = LZMA_STREAM_INIT;
    lzma_options_lzma options;
    size_t bound = len + len / 2 + 200;
    lzma_lzma_preset(&options, 6);
    options.dict_size = dict_size;
    assert_int_equal(lzma_alone_encoder(&stream, &options), LZMA_OK);
    stream.next_in = text;
    stream.avail_in = len;
    stream.next_out = packed_room(p, bound);
    stream.avail_out = bound;
    assert_int_equal(lzma_code(&stream, LZMA_FINISH), LZMA_STREAM_END);
    if (is_sized)
        for (size_t i = 0; i < 8; i++)
            p->bytes[p->len + 5 + i] = (unsigned char)((uint64_t)len >> 8 * i);
    p->len += (size_t)stream.total_out;
    lzma_end(&stream);
}

static void test_whole(void **state)
{
    static const lzma_check checks[] = {LZMA_CHECK_NONE, LZMA_CHECK_CRC32, LZMA_CHECK_CRC64,
                                        LZMA_CHECK_SHA256};
    struct packed text = {0};
    (void)state;
    help_text(&text, 100000, 1);
    for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
        struct packed p = {0};
        add_xz(&p, text.bytes, text.len, checks[i]);
        expect_unpacks(&p, &text);
        packed_free(&p);
    }
    for (uint32_t dict_size = 4096; dict_size <= 3U << 20; dict_size *= 2) {
        struct packed p = {0};
        add_alone(&p, text.bytes, text.len, dict_size + dict_size / 2 * (dict_size >> 14 & 1),
                  dict_size > 8192);
        expect_unpacks(&p, &text);
        packed_free(&p);
    }
    packed_free(&text);
}

static void test_nothing(void **state)
{
    struct packed p = {0};
    struct packed text = {0};
    (void)state;
    add_xz(&p, "", 0, LZMA_CHECK_CRC64);
    expect_unpacks(&p, &text);
    packed_free(&p);
    add_alone(&p, "", 0, DICT_SIZE, false);
    expect_unpacks(&p, &text);
    packed_free(&p);
}

static void test_much(void **state)
{
    struct packed p = {0};
    struct packed text = {0};
    uint64_t random = 5;
    (void)state;
    for (size_t i = 0; i < 300000; i++)
        packed_number(&text, help_random(&random), 1);
    memset(packed_room(&text, 3000000), 'x', 3000000);
    text.len += 3000000;
    add_xz(&p, text.bytes, text.len, LZMA_CHECK_CRC64);
    expect_unpacks(&p, &text);
    packed_free(&p);
    add_alone(&p, text.bytes, text.len, DICT_SIZE, true);
    expect_unpacks(&p, &text);
    packed_free(&p);
    packed_free(&text);
}

static void test_streams(void **state)
{
    struct packed p = {0};
    struct packed text = {0};
    (void)state;
    help_text(&text, 3000, 2);
    add_xz(&p, text.bytes, 1000, LZMA_CHECK_CRC32);
    packed_number(&p, 0, 8);
    size_t first = p.len;
    add_xz(&p, text.bytes + 1000, 2000, LZMA_CHECK_CRC64);
    expect_cuts_told(&p, &text, first, first);
    for (size_t len = first - 7; len < first; len++) /* padding is by four */
        if (len % 4 != 0)
            expect_damaged(&(struct packed){.bytes = p.bytes, .len = len}, &text, (int64_t)len,
                           "xz data is damaged");
    packed_number(&p, 0, 400);
    expect_unpacks(&p, &text);
    packed_add(&p, "garbage behind the end", 22);
    expect_damaged(&p, &text, -1, "xz data is damaged");
    packed_free(&p);
    packed_free(&text);
}

static void test_damaged_anywhere(void **state)
{
    struct packed p = {0};
    struct packed text = {0};
    (void)state;
    help_text(&text, 700, 4);
    add_xz(&p, text.bytes, text.len, LZMA_CHECK_CRC32);
    assert_true(expect_flips_told(&p, &text) >= (p.len - XZ_MAGIC_LEN) * 8);
    expect_cuts_told(&p, &text, XZ_MAGIC_LEN, 0);
    packed_free(&p);
    packed_free(&text);
}

/* There is no check: damage may go unnoticed, but a cut is told. */
static void test_alone_damaged(void **state)
{
    struct packed text = {0};
    (void)state;
    help_text(&text, 700, 4);
    for (int is_sized = 0; is_sized < 2; is_sized++) {
        struct packed p = {0};
        add_alone(&p, text.bytes, text.len, DICT_SIZE, is_sized);
        size_t told = 0;
        for (size_t i = 0; i < p.len * 8; i++) {
            p.bytes[i / 8] ^= (unsigned char)(1U << i % 8);
            struct unpacked u = unpack_all(p.bytes, p.len);
            assert_true(u.result == INPUT_END || u.result == INPUT_DAMAGED);
            told += u.result == INPUT_DAMAGED;
            packed_free(&u.text);
            p.bytes[i / 8] ^= (unsigned char)(1U << i % 8);
        }
        assert_true(told > p.len * 4);
        expect_cuts_told(&p, &text, ALONE_MAGIC_LEN, 0);
        packed_add(&p, "x", 1);
        expect_damaged(&p, &text, -1, "LZMA data is damaged");
        packed_free(&p);
    }
    packed_free(&text);
}

static void test_memory(void **state)
{
    struct packed p = {0};
    struct packed text = {0};
    (void)state;
    help_text(&text, 700, 4);
    add_alone(&p, text.bytes, text.len, DICT_SIZE, false);
    memcpy(p.bytes + 1, "\0\0\0\x10", 4); /* 256 MiB */
    expect_damaged(&p, &text, -1, "LZMA data needs a dictionary of over 128 MiB: use xzcat FILE | feed -");
    memcpy(p.bytes + 1, "\xFF\xFF\xFF\xFF", 4);
    expect_damaged(&p, &text, -1, "LZMA data needs a dictionary");
    memcpy(p.bytes + 1, "\0\0\0\x08", 4);
    expect_unpacks(&p, &text);
    packed_free(&p);
    packed_free(&text);
}

static enum unpack_match match(const char *bytes, size_t len)
{
    return unpack_lzma.detect((const unsigned char *)bytes, len);
}

/* What only looks a little like LZMA is not taken for it. */
static void test_alone_detected(void **state)
{
    (void)state;
    assert_int_equal(match("", 0), UNPACK_MAYBE);
    assert_int_equal(match("]", 1), UNPACK_MAYBE);
    assert_int_equal(match("]}", 2), UNPACK_NO);
    assert_int_equal(match("\n]", 2), UNPACK_NO);
    assert_int_equal(match("]\0\0\0\4", 5), UNPACK_MAYBE); /* the first bytes of Dukascopy's files */
    assert_int_equal(match("]\0\0\4\0", 5), UNPACK_MAYBE);
    assert_int_equal(match("]\0\0\0\0", 5), UNPACK_NO);
    assert_int_equal(match("]\0\x08\0\0", 5), UNPACK_NO); /* 2048 */
    assert_int_equal(match("]\0\x18\0\0", 5), UNPACK_MAYBE);
    assert_int_equal(match("]\0\x14\0\0", 5), UNPACK_NO);
    assert_int_equal(match("]\0\0\0\7", 5), UNPACK_NO);
    assert_int_equal(match("]\xFF\xFF\xFF\xFF", 5), UNPACK_MAYBE);
    assert_int_equal(match("]\xFF\xFF\xFF\x7F", 5), UNPACK_NO);
    assert_int_equal(match("]\0\0\0\4\x84\x58\1\0\0\0\0\0", 13), UNPACK_MAYBE);
    assert_int_equal(match("]\0\0\0\4\x84\x58\1\0\0\0\0\0\0", 14), UNPACK_YES);
    assert_int_equal(match("]\0\0\0\4\x84\x58\1\0\0\0\0\0\1", 14), UNPACK_NO);
    assert_int_equal(match("]\0\0\0\4\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0", 14), UNPACK_YES);
    assert_int_equal(match("]\0\0\0\4\0\0\0\0\0\1\0\0\0", 14), UNPACK_NO);
    assert_int_equal(match("]\0\0\0\4\xFF\xFF\xFF\xFF\xFF\0\0\0\0", 14), UNPACK_YES);
}

static void test_long_silence(void **state)
{
    struct packed p = {0};
    struct packed text = {0};
    (void)state;
    help_text(&text, 3000, 4);
    add_xz(&p, text.bytes, text.len, LZMA_CHECK_CRC64);
    expect_patience(&p, &text);
    packed_free(&p);
    add_alone(&p, text.bytes, text.len, DICT_SIZE, true);
    expect_patience(&p, &text);
    packed_free(&p);
    packed_free(&text);
}

static void test_real(void **state)
{
    (void)state;
    expect_real("fx/dukascopy_GBPJPY_2012-11-03_12h_ticks.bi5", "xz", "-dc --format=lzma");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_much),
        cmocka_unit_test(test_streams),
        cmocka_unit_test(test_damaged_anywhere),
        cmocka_unit_test(test_alone_damaged),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_alone_detected),
        cmocka_unit_test(test_long_silence),
        cmocka_unit_test(test_real),
    };
    return cmocka_run_group_tests_name("unpack_xz", tests, NULL, NULL);
}
#else
int main(void)
{
    printf("skipped: built without liblzma\n");
    return 0;
}
#endif
