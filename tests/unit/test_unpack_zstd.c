/* zstd: frames, skippable ones, windows, and every way to be cut or damaged. */
#include "unpack_help.h"

#ifdef HAVE_ZSTD
#include <zstd.h>

#define MAGIC_LEN 4
#define SKIPPABLE 0x184D2A50U

struct options {
    int level;
    int checksum;
    int window_log; /* 0: that of the level; else the frame does not say how long it is */
};

static void add_zstd(struct packed *p, const void *text, size_t len, struct options o)
{
    ZSTD_CCtx *cctx = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(cctx, ZSTD_c_compressionLevel, o.level);
    ZSTD_CCtx_setParameter(cctx, ZSTD_c_checksumFlag, o.checksum);
    if (o.window_log == 0)
        ZSTD_CCtx_setPledgedSrcSize(cctx, len);
    else
        ZSTD_CCtx_setParameter(cctx, ZSTD_c_windowLog, o.window_log);
    size_t bound = ZSTD_compressBound(len) + 100;
    ZSTD_inBuffer in = {text, len > 0 ? len / 2 : 0, 0};
    ZSTD_outBuffer out = {packed_room(p, bound), bound, 0};
    assert_int_equal(ZSTD_compressStream2(cctx, &out, &in, ZSTD_e_flush), 0); /* so there are two blocks */
    in.size = len;
    assert_int_equal(ZSTD_compressStream2(cctx, &out, &in, ZSTD_e_end), 0);
    p->len += out.pos;
    ZSTD_freeCCtx(cctx);
}

static void add_skippable(struct packed *p, unsigned kind, size_t len)
{
    packed_number(p, SKIPPABLE + kind, 4);
    packed_number(p, len, 4);
    memset(packed_room(p, len), 'k', len);
    p->len += len;
}

static void test_whole(void **state)
{
    static const struct options options[] = {
        {1, 0, 0}, {3, 1, 0}, {19, 1, 0}, {3, 1, 10}, {3, 0, UNPACK_WINDOW_LOG}};
    struct packed text = {0};
    (void)state;
    help_text(&text, 300000, 1);
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        struct packed p = {0};
        add_zstd(&p, text.bytes, text.len, options[i]);
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
    add_zstd(&p, "", 0, (struct options){3, 1, 0});
    expect_unpacks(&p, &text);
    packed_free(&p);
    add_skippable(&p, 5, 0);
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
    memset(packed_room(&text, 5000000), 'x', 5000000);
    text.len += 5000000;
    add_zstd(&p, text.bytes, text.len, (struct options){3, 1, 0});
    expect_unpacks(&p, &text);
    packed_free(&p);
    packed_free(&text);
}

static void test_frames(void **state)
{
    const struct options options = {3, 1, 0};
    struct packed p = {0};
    struct packed text = {0};
    (void)state;
    help_text(&text, 3000, 2);
    add_skippable(&p, 0, 3000);
    add_zstd(&p, text.bytes, 1000, options);
    add_skippable(&p, 15, 100);
    add_skippable(&p, 7, 0);
    size_t before = p.len;
    add_zstd(&p, text.bytes + 1000, 2000, options);
    size_t whole = p.len;
    add_skippable(&p, 3, 100);
    expect_unpacks(&p, &text);
    expect_cuts_told(&p, &text, before + 1, whole);
    add_skippable(&p, 9, 300000);
    expect_unpacks(&p, &text);
    packed_free(&p);
    packed_free(&text);
}

static void test_damaged_anywhere(void **state)
{
    struct packed p = {0};
    struct packed text = {0};
    (void)state;
    help_text(&text, 1000, 4);
    add_zstd(&p, text.bytes, text.len, (struct options){3, 1, 0});
    assert_true(expect_flips_told(&p, &text) > p.len * 7);
    expect_cuts_told(&p, &text, MAGIC_LEN, 0);
    p.bytes[p.len - 1] ^= 1;
    expect_damaged(&p, &text, (int64_t)p.len - 4, "zstd data is damaged: ");
    p.bytes[p.len - 1] ^= 1;
    size_t len = p.len;
    packed_add(&p, "garbage", 7);
    expect_damaged(&p, &text, (int64_t)len, "zstd data is damaged: no frame where one must begin");
    packed_free(&p);
    packed_free(&text);
}

/* The place of damage is that of its block. */
static void test_place(void **state)
{
    struct packed p = {0};
    struct packed text = {0};
    (void)state;
    help_text(&text, 400000, 4);
    add_zstd(&p, text.bytes, text.len, (struct options){3, 1, 0});
    memset(p.bytes + p.len / 2, 0xFF, 64);
    struct unpacked u = unpack_all(p.bytes, p.len);
    assert_int_equal(u.result, INPUT_DAMAGED);
    assert_in_range(u.damage_at, p.len / 4, p.len / 2 + 64);
    assert_true(u.text.len > 100000);
    assert_true(is_prefix(&u.text, &text));
    packed_free(&u.text);
    packed_free(&p);
    packed_free(&text);
}

static void test_window(void **state)
{
    struct packed p = {0};
    struct packed text = {0};
    (void)state;
    help_text(&text, 1000, 4);
    add_zstd(&p, text.bytes, text.len, (struct options){3, 1, UNPACK_WINDOW_LOG + 1});
    expect_damaged(&p, &text, -1, "window of over 128 MiB: use zstd -dc --long=31 FILE | feed -");
    packed_free(&p);
    packed_free(&text);
}

/* Unchecked frames that want a dictionary: its number stands behind the descriptor. */
static void test_dictionary(void **state)
{
    struct packed p = {0};
    struct packed text = {0};
    (void)state;
    packed_add(&p, "\x28\xB5\x2F\xFD\x01\x58\x07\x01\x00\x00", 10);
    expect_damaged(&p, &text, -1, "needs a dictionary: use zstd -dc -D");
    packed_free(&p);
}

static void test_long_silence(void **state)
{
    struct packed p = {0};
    struct packed text = {0};
    (void)state;
    help_text(&text, 3000, 4);
    add_zstd(&p, text.bytes, text.len, (struct options){3, 1, 0});
    expect_patience(&p, &text);
    packed_free(&p);
    packed_free(&text);
}

static void test_real(void **state)
{
    (void)state;
    expect_real("dbn/futures_mbp-1_2024-07-01T23-58_2024-07-02T00-02.dbn.zst", "zstd", "-dc");
    expect_real("dbn/futures_trades_2024-07-01T23-58_2024-07-02T00-02.dbn.zst", "zstd", "-dc");
    expect_real("dbn/test_data.trades.v1.dbn.zst", "zstd", "-dc");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_much),
        cmocka_unit_test(test_frames),
        cmocka_unit_test(test_damaged_anywhere),
        cmocka_unit_test(test_place),
        cmocka_unit_test(test_window),
        cmocka_unit_test(test_dictionary),
        cmocka_unit_test(test_long_silence),
        cmocka_unit_test(test_real),
    };
    return cmocka_run_group_tests_name("unpack_zstd", tests, NULL, NULL);
}
#else
int main(void)
{
    printf("skipped: built without libzstd\n");
    return 0;
}
#endif
