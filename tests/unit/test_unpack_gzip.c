/* gzip: members, padding, garbage, and every way to be cut or damaged. */
#include "unpack_help.h"

#ifdef HAVE_ZLIB
#include <zlib.h>

#define HEAD_LEN 10
#define TAIL_LEN 8

static void add_gzip(struct packed *p, const void *text, size_t len, int level)
{
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, level, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (Bytef *)(uintptr_t)text;
    z.avail_in = (uInt)len;
    uLong bound = deflateBound(&z, (uLong)len);
    z.next_out = packed_room(p, bound);
    z.avail_out = (uInt)bound;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    p->len += z.total_out;
    deflateEnd(&z);
}

static void test_whole(void **state)
{
    struct packed text = {0};
    (void)state;
    help_text(&text, 100000, 1);
    for (int level = 0; level <= 9; level += 3) {
        struct packed p = {0};
        add_gzip(&p, text.bytes, text.len, level);
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
    add_gzip(&p, "", 0, 6);
    expect_unpacks(&p, &text);
    packed_free(&p);
}

/* More than any buffer holds, packed and unpacked, of what does not compress and what does very well. */
static void test_much(void **state)
{
    struct packed p = {0};
    struct packed text = {0};
    uint64_t random = 5;
    (void)state;
    for (size_t i = 0; i < 300000; i++)
        packed_number(&text, help_random(&random), 1);
    memset(packed_room(&text, 5000000), 'x', 5000000);
    text.len += 5000000;
    add_gzip(&p, text.bytes, text.len, 6);
    expect_unpacks(&p, &text);
    packed_free(&p);
    packed_free(&text);
}

static void test_members(void **state)
{
    struct packed p = {0};
    struct packed text = {0};
    (void)state;
    help_text(&text, 3000, 2);
    add_gzip(&p, text.bytes, 1000, 6);
    size_t first = p.len;
    add_gzip(&p, "", 0, 6);
    size_t second = p.len;
    add_gzip(&p, text.bytes + 1000, 2000, 6);
    expect_unpacks(&p, &text);
    expect_cuts_told(&p, &text, first + 1, second);
    expect_cuts_told(&(struct packed){.bytes = p.bytes, .len = second}, &text, 2, first);
    packed_free(&p);
    packed_free(&text);
}

/* Zeros pad; anything else is told, and not taken for data. */
static void test_behind_the_end(void **state)
{
    struct packed p = {0};
    struct packed text = {0};
    (void)state;
    help_text(&text, 500, 3);
    add_gzip(&p, text.bytes, text.len, 6);
    size_t len = p.len;
    packed_number(&p, 0, 200);
    expect_unpacks(&p, &text);
    struct unpacked u = unpack_all(p.bytes, p.len);
    assert_false(u.was_odd);
    packed_free(&u.text);
    for (size_t zeros = 0; zeros <= 200; zeros += 100) {
        p.len = len + zeros;
        packed_add(&p, "garbage", 7);
        u = unpack_as(p.bytes, p.len, (struct arrival){zeros == 100, false});
        expect_text(&u, &text);
        assert_true(u.was_odd);
        packed_free(&u.text);
    }
    p.len = len;
    packed_add(&p, "\x1F", 1);
    expect_damaged(&p, &text, (int64_t)len + 1, "ends in the middle of the gzip data");
    packed_add(&p, "\x8C", 1);
    u = unpack_all(p.bytes, p.len);
    expect_text(&u, &text);
    assert_true(u.was_odd);
    packed_free(&u.text);
    packed_free(&p);
    packed_free(&text);
}

static void test_header(void **state)
{
    struct packed p = {0};
    struct packed raw = {0};
    struct packed text = {0};
    (void)state;
    help_text(&text, 500, 3);
    add_gzip(&raw, text.bytes, text.len, 6);
    packed_add(&p, "\x1F\x8B\x08\x1C\0\0\0\0\0\3", HEAD_LEN); /* FEXTRA, FNAME, FCOMMENT */
    packed_add(&p, "\5\0extraname.csv\0comment", 24);
    packed_add(&p, raw.bytes + HEAD_LEN, raw.len - HEAD_LEN);
    expect_unpacks(&p, &text);
    expect_cuts_told(&p, &text, 2, 0);
    p.bytes[2] = 7;
    expect_damaged(&p, &text, -1, "gzip data is damaged: unknown compression method");
    packed_free(&p);
    packed_free(&raw);
    packed_free(&text);
}

static void test_checks(void **state)
{
    struct packed p = {0};
    struct packed text = {0};
    (void)state;
    help_text(&text, 500, 3);
    add_gzip(&p, text.bytes, text.len, 6);
    p.bytes[p.len - 1] ^= 1;
    expect_damaged(&p, &text, (int64_t)p.len, "gzip data is damaged: incorrect length check");
    p.bytes[p.len - TAIL_LEN] ^= 1;
    expect_damaged(&p, &text, (int64_t)p.len - 4, "gzip data is damaged: incorrect data check");
    packed_free(&p);
    packed_free(&text);
}

static void test_damaged_anywhere(void **state)
{
    struct packed p = {0};
    struct packed text = {0};
    (void)state;
    help_text(&text, 1000, 4);
    add_gzip(&p, text.bytes, text.len, 6);
    assert_true(expect_flips_told(&p, &text)
                > (p.len - HEAD_LEN) * 8 - 8); /* the last byte may have unused bits */
    expect_cuts_told(&p, &text, 2, 0);
    packed_free(&p);
    packed_free(&text);
}

static void test_long_silence(void **state)
{
    struct packed p = {0};
    struct packed text = {0};
    (void)state;
    help_text(&text, 3000, 4);
    add_gzip(&p, text.bytes, text.len, 6);
    expect_patience(&p, &text);
    packed_free(&p);
    packed_free(&text);
}

static void test_real(void **state)
{
    (void)state;
    expect_real("binance_ws/spot_btcusdt_20240808.gz", "zcat", "");
    expect_real("binance_ws/cm_btcusd_perp_20240808.gz", "zcat", "");
    expect_real("binance_ws/usdm_btcusdt_20240808.gz", "zcat", "");
    expect_real("iex/TOPS16.pcapng.gz", "zcat", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),          cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_much),           cmocka_unit_test(test_members),
        cmocka_unit_test(test_behind_the_end), cmocka_unit_test(test_header),
        cmocka_unit_test(test_checks),         cmocka_unit_test(test_damaged_anywhere),
        cmocka_unit_test(test_long_silence),   cmocka_unit_test(test_real),
    };
    return cmocka_run_group_tests_name("unpack_gzip", tests, NULL, NULL);
}
#else
int main(void)
{
    printf("skipped: built without zlib\n");
    return 0;
}
#endif
