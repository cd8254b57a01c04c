/* Numbers to indexes: what is set is found, whatever the numbers. */
#include "feed_help.h"

#include "feed/source/idmap.h"

#define KEY_CNT 5000

static void test_set_and_find(void **state)
{
    static const uint64_t step[] = {1, 64, UINT64_C(1) << 32, UINT64_C(0x9E3779B97F4A7C15)};
    (void)state;
    for (size_t s = 0; s < sizeof(step) / sizeof(step[0]); s++) {
        struct idmap map = {.cnt = 0};
        assert_int_equal(idmap_find(&map, 0), IDMAP_NONE);
        for (uint32_t i = 0; i < KEY_CNT; i++)
            assert_int_equal(idmap_set(&map, i * step[s], i), 0);
        for (uint32_t i = 0; i < KEY_CNT; i += 7)
            assert_int_equal(idmap_set(&map, i * step[s], i + 1), 0);
        assert_int_equal(map.cnt, KEY_CNT);
        for (uint32_t i = 0; i < KEY_CNT; i++)
            assert_int_equal(idmap_find(&map, i * step[s]), i + (i % 7 == 0));
        assert_int_equal(idmap_find(&map, KEY_CNT * step[s]), IDMAP_NONE);
        assert_int_equal(idmap_set(&map, UINT64_MAX, UINT32_MAX - 1), 0);
        assert_int_equal(idmap_find(&map, UINT64_MAX), UINT32_MAX - 1);
        idmap_free(&map);
        assert_int_equal(idmap_find(&map, 0), IDMAP_NONE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_set_and_find)};
    return cmocka_run_group_tests_name("idmap", tests, NULL, NULL);
}
