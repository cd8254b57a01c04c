/* What is a character, and which of them a terminal obeys. */
#include "capture_help.h"

#include "utf8.h"

#define LEN(literal) utf8_len(literal, sizeof(literal) - 1)

static void test_len(void **state)
{
    (void)state;
    assert_int_equal(LEN("a"), 1);
    assert_int_equal(utf8_len("\0", 1), 1);
    assert_int_equal(LEN("\x7f"), 1);
    assert_int_equal(LEN("\xc2\x80"), 2);
    assert_int_equal(LEN("\xdf\xbfz"), 2);
    assert_int_equal(LEN("\xe0\xa0\x80"), 3);
    assert_int_equal(LEN("\xef\xbf\xbf"), 3);
    assert_int_equal(LEN("\xf0\x90\x80\x80"), 4);
    assert_int_equal(LEN("\xf4\x8f\xbf\xbf"), 4);
}

static void test_none(void **state)
{
    (void)state;
    assert_int_equal(LEN("\x80"), 0);
    assert_int_equal(LEN("\xc1\xbf"), 0);
    assert_int_equal(LEN("\xc3"), 0);
    assert_int_equal(LEN("\xc3("), 0);
    assert_int_equal(LEN("\xe2\x82"), 0);
    assert_int_equal(LEN("\xe0\x9f\xbf"), 0);
    assert_int_equal(LEN("\xed\xa0\x80"), 0);
    assert_int_equal(LEN("\xf0\x8f\xbf\xbf"), 0);
    assert_int_equal(LEN("\xf4\x90\x80\x80"), 0);
    assert_int_equal(LEN("\xf8\x88\x80\x80\x80"), 0);
}

static void test_control(void **state)
{
    (void)state;
    assert_true(utf8_is_control("\0"));
    assert_true(utf8_is_control("\x1b"));
    assert_true(utf8_is_control("\x7f"));
    assert_true(utf8_is_control("\xc2\x80"));
    assert_true(utf8_is_control("\xc2\x9b"));
    assert_true(utf8_is_control("\xc2\x9f"));
    assert_false(utf8_is_control(" "));
    assert_false(utf8_is_control("~"));
    assert_false(utf8_is_control("\xc2\xa0"));
    assert_false(utf8_is_control("\xc3\x80"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_len),
        cmocka_unit_test(test_none),
        cmocka_unit_test(test_control),
    };
    return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
