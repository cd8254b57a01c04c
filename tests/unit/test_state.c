/* What a checkpoint holds: the same fields in and out, and nothing but them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "consumer/state.h"

struct known {
    uint64_t seq;
    char name[5];
    uint32_t cnt;
    uint16_t list[2000];
};

static void keep(struct state *s, struct known *k)
{
    state_bytes(s, &k->seq, sizeof k->seq);
    state_bytes(s, k->name, sizeof k->name);
    k->cnt = (uint32_t)state_cnt(s, k->cnt, 2000);
    state_bytes(s, k->list, k->cnt * sizeof k->list[0]);
}

static struct known some(void)
{
    struct known k = {.seq = 42, .name = "BTC", .cnt = 2000};
    for (unsigned i = 0; i < k.cnt; i++)
        k.list[i] = (uint16_t)(i * 7);
    return k;
}

static void comes_back_as_it_was(void **unused)
{
    struct known in = some();
    struct known out = {0};
    struct state saved = {0};
    struct state loaded;
    (void)unused;
    state_save(&saved);
    keep(&saved, &in);
    assert_true(state_whole(&saved));
    state_load(&loaded, saved.bytes, saved.len);
    keep(&loaded, &out);
    assert_true(state_whole(&loaded));
    assert_memory_equal(&in.seq, &out.seq, sizeof in.seq);
    assert_string_equal(out.name, "BTC");
    assert_int_equal(out.cnt, 2000);
    assert_memory_equal(in.list, out.list, sizeof in.list);
    size_t len = saved.len;
    state_save(&saved); /* once more, in the same memory */
    keep(&saved, &in);
    assert_int_equal(saved.len, len);
    state_free(&saved);
    assert_null(saved.bytes);
}

static void too_short_at_any_byte(void **unused)
{
    struct known in = {.seq = 1, .name = "ETH", .cnt = 3};
    struct state saved = {0};
    (void)unused;
    state_save(&saved);
    keep(&saved, &in);
    for (size_t len = 0; len < saved.len; len++) {
        struct known out = some();
        struct state loaded;
        state_load(&loaded, saved.bytes, len);
        keep(&loaded, &out);
        assert_false(state_whole(&loaded));
        assert_int_equal(loaded.bytes[0], saved.bytes[0]); /* not ours to change */
    }
    state_free(&saved);
}

static void too_long_or_too_many(void **unused)
{
    struct known in = {.seq = 1, .cnt = 3};
    struct known out;
    struct state saved = {0};
    struct state loaded;
    (void)unused;
    state_save(&saved);
    keep(&saved, &in);
    state_bytes(&saved, in.name, 1);
    state_load(&loaded, saved.bytes, saved.len);
    keep(&loaded, &out);
    assert_false(state_whole(&loaded)); /* a byte is left */
    state_save(&saved);
    in.cnt = 2001;
    state_bytes(&saved, &in.seq, sizeof in.seq);
    state_bytes(&saved, in.name, sizeof in.name);
    state_cnt(&saved, in.cnt, UINT64_MAX);
    state_load(&loaded, saved.bytes, saved.len);
    keep(&loaded, &out);
    assert_int_equal(out.cnt, 0);
    assert_false(state_whole(&loaded));
    state_free(&saved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_back_as_it_was),
        cmocka_unit_test(too_short_at_any_byte),
        cmocka_unit_test(too_long_or_too_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
