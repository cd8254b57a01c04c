/* Lists of names and globs. */
#include "feed_help.h"

#include "globs.h"

static void matched_whole(void **state)
{
    (void)state;
    assert_true(globs_match("BTC", "BTC"));
    assert_false(globs_match("BTC", "BTCUSDT"));
    assert_false(globs_match("BTC", "XBTC"));
    assert_true(globs_match("ETH,BTC*", "BTCUSDT"));
    assert_true(globs_match("ETH?,[A-C]*", "ETHX"));
    assert_false(globs_match("ETH?,[A-C]*", "DOGE"));
    assert_true(globs_match("*", ""));
}

static void lists_that_are_none(void **state)
{
    char longest[GLOBS_TEXT_MAX + 1];
    (void)state;
    memset(longest, 'A', GLOBS_TEXT_MAX);
    longest[GLOBS_TEXT_MAX] = '\0';
    assert_int_equal(globs_check(longest), -E2BIG);
    assert_int_equal(globs_check(longest + 1), 0);
    assert_int_equal(globs_check("A,B*"), 0);
    assert_int_equal(globs_check(""), -EINVAL);
    assert_int_equal(globs_check(","), -EINVAL);
    assert_int_equal(globs_check(",A"), -EINVAL);
    assert_int_equal(globs_check("A,"), -EINVAL);
    assert_int_equal(globs_check("A,,B"), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matched_whole),
        cmocka_unit_test(lists_that_are_none),
    };
    return cmocka_run_group_tests_name("globs", tests, NULL, NULL);
}
