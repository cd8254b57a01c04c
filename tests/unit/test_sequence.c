/* Numbered streams: gaps, numbers that go back, more streams than are remembered. */
#include "feed_help.h"

#include "feed/capture/sequence.h"

static struct sequences seen;

static enum sequence_result check(const char *key, uint64_t first, uint32_t cnt)
{
    unsigned char bytes[SEQUENCE_KEY_LEN] = {0};
    memcpy(bytes, key, strlen(key));
    return sequence_check(&seen, bytes, first, cnt);
}

static void test_one_stream(void **state)
{
    (void)state;
    seen = (struct sequences){0};
    assert_int_equal(check("a", 1000, 5), SEQUENCE_IN_ORDER); /* what comes first begins anywhere */
    assert_int_equal(check("a", 1005, 0), SEQUENCE_IN_ORDER);
    assert_int_equal(check("a", 1005, 1), SEQUENCE_IN_ORDER);
    assert_int_equal(check("a", 1007, 2), SEQUENCE_GAP);
    assert_int_equal(check("a", 1009, 1), SEQUENCE_IN_ORDER);
    assert_int_equal(check("a", 1006, 1), SEQUENCE_BACK); /* what was missing: nothing else is then */
    assert_int_equal(check("a", 1010, 1), SEQUENCE_IN_ORDER);
    assert_int_equal(check("a", 1010, 2), SEQUENCE_BACK);
    assert_int_equal(check("a", 1012, 0), SEQUENCE_IN_ORDER);
    assert_int_equal(check("a", 1013, 0), SEQUENCE_GAP);
    assert_int_equal(check("a", UINT64_MAX, 7), SEQUENCE_GAP);
    assert_int_equal(check("a", UINT64_MAX, 7), SEQUENCE_IN_ORDER);
    assert_int_equal(check("a", 0, 1), SEQUENCE_BACK);
}

static void test_streams(void **state)
{
    (void)state;
    seen = (struct sequences){0};
    assert_int_equal(check("a", 1, 1), SEQUENCE_IN_ORDER);
    assert_int_equal(check("b", 7, 1), SEQUENCE_IN_ORDER);
    assert_int_equal(check("a", 2, 1), SEQUENCE_IN_ORDER);
    assert_int_equal(check("b", 9, 1), SEQUENCE_GAP);
    assert_int_equal(check("a", 2, 1), SEQUENCE_BACK);
    assert_int_equal(seen.cnt, 2);
}

static void test_too_many(void **state)
{
    char key[2] = {'a', '\0'};
    (void)state;
    seen = (struct sequences){0};
    for (; key[0] < 'a' + SEQUENCE_STREAM_MAX; key[0]++)
        assert_int_equal(check(key, 1, 1), SEQUENCE_IN_ORDER);
    assert_int_equal(check("c", 3, 1), SEQUENCE_GAP);
    assert_int_equal(check("B", 1, 1), SEQUENCE_IN_ORDER); /* in the place of a */
    assert_int_equal(seen.cnt, SEQUENCE_STREAM_MAX);
    assert_int_equal(check("b", 3, 1), SEQUENCE_GAP);
    assert_int_equal(check("a", 7, 1), SEQUENCE_IN_ORDER); /* in the place of b */
    assert_int_equal(check("b", 7, 1), SEQUENCE_IN_ORDER);
    assert_int_equal(check("B", 3, 1), SEQUENCE_GAP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_stream),
        cmocka_unit_test(test_streams),
        cmocka_unit_test(test_too_many),
    };
    return cmocka_run_group_tests_name("sequence", tests, NULL, NULL);
}
