/* JSON comes out valid whatever the texts hold, and numbers at their ends are exact. */
#include "capture_help.h"

#include <math.h>

#include "json.h"

static void expect_json(struct json *j, const char *want)
{
    assert_false(j->failed);
    if (j->len != strlen(want) || memcmp(j->buf, want, j->len) != 0)
        print_error("%.*s, not %s\n", (int)j->len, j->buf, want);
    assert_int_equal(j->len, strlen(want));
    assert_memory_equal(j->buf, want, j->len);
    json_free(j);
}

static void expect_text(const char *bytes, size_t len, const char *want)
{
    struct json j = {0};
    json_text(&j, NULL, bytes, len);
    expect_json(&j, want);
}

#define TEXT(literal, want) expect_text(literal, sizeof(literal) - 1, want)

static void test_nesting(void **state)
{
    struct json j = {0};
    (void)state;
    json_open_object(&j, NULL);
    json_u64(&j, "a", 1);
    json_open_array(&j, "b");
    json_open_object(&j, NULL);
    json_close_object(&j);
    json_open_array(&j, NULL);
    json_null(&j, NULL);
    json_bool(&j, NULL, true);
    json_bool(&j, NULL, false);
    json_close_array(&j);
    json_i64(&j, NULL, -1);
    json_i64(&j, NULL, 2);
    json_close_array(&j);
    json_open_object(&j, "c");
    json_text(&j, "d", "e", 1);
    json_close_object(&j);
    json_null(&j, "f");
    json_text_or_null(&j, "g", "0", 1);
    json_text_or_null(&j, "h", "", 0);
    json_close_object(&j);
    expect_json(&j, "{\"a\":1,\"b\":[{},[null,true,false],-1,2],\"c\":{\"d\":\"e\"},\"f\":null,\"g\":\"0\","
                    "\"h\":null}");
}

static void test_numbers(void **state)
{
    struct json j = {0};
    (void)state;
    json_open_array(&j, NULL);
    json_u64(&j, NULL, 0);
    json_u64(&j, NULL, UINT64_MAX);
    json_i64(&j, NULL, INT64_MIN);
    json_i64(&j, NULL, INT64_MAX);
    json_fixed1(&j, NULL, 0);
    json_fixed1(&j, NULL, 19999.96);
    json_fixed1(&j, NULL, -1.25);
    json_fixed1(&j, NULL, 999999999999999.0);
    json_close_array(&j);
    expect_json(&j, "[0,18446744073709551615,-9223372036854775808,9223372036854775807,0.0,20000.0,-1.2,"
                    "999999999999999.0]");
}

/* What JSON has no word for. */
static void test_no_numbers(void **state)
{
    struct json j = {0};
    (void)state;
    json_open_array(&j, NULL);
    json_fixed1(&j, NULL, (double)NAN);
    json_fixed1(&j, NULL, (double)INFINITY);
    json_fixed1(&j, NULL, (double)-INFINITY);
    json_fixed1(&j, NULL, 1e300);
    json_close_array(&j);
    expect_json(&j, "[0.0,0.0,0.0,0.0]");
}

static void test_escapes(void **state)
{
    (void)state;
    TEXT("", "\"\"");
    TEXT("BTC/USD", "\"BTC/USD\"");
    TEXT("a\"b\\c", "\"a\\\"b\\\\c\"");
    TEXT("\n\t\x1b[2J", "\"\\u000a\\u0009\\u001b[2J\"");
    TEXT("a\0b", "\"a\\u0000b\"");
    TEXT("\x7f", "\"\\u007f\"");
    TEXT("\"", "\"\\\"\"");
}

static void test_utf8(void **state)
{
    (void)state;
    TEXT("\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\x82", "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\x82\"");
    TEXT("\xc2\x9b"
         "2J\xc2\x80\xc2\xa0",
         "\"\\u009b2J\\u0080\xc2\xa0\""); /* C1: a terminal obeys it */
    TEXT("\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf", "\"\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf\"");
}

static void test_not_utf8(void **state)
{
    (void)state;
    TEXT("\xff", "\"\\ufffd\"");
    TEXT("a\x80z", "\"a\\ufffdz\"");
    TEXT("\xc3", "\"\\ufffd\"");
    TEXT("\xe2\x82", "\"\\ufffd\\ufffd\"");
    TEXT("\xe2\x82z", "\"\\ufffd\\ufffdz\"");
    TEXT("\xc0\x80", "\"\\ufffd\\ufffd\""); /* overlong */
    TEXT("\xe0\x9f\xbf", "\"\\ufffd\\ufffd\\ufffd\"");
    TEXT("\xf0\x8f\xbf\xbf", "\"\\ufffd\\ufffd\\ufffd\\ufffd\"");
    TEXT("\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\""); /* a surrogate */
    TEXT("\xf4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\""); /* beyond Unicode */
    TEXT("\xf5\x80\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\"");
}

static void test_key_is_escaped(void **state)
{
    struct json j = {0};
    (void)state;
    json_open_object(&j, NULL);
    json_u64(&j, "a\"\x1b", 1);
    json_close_object(&j);
    expect_json(&j, "{\"a\\\"\\u001b\":1}");
}

/* Longer than any buffer was at first. */
static void test_growth(void **state)
{
    struct json j = {0};
    char *text = malloc(100000);
    (void)state;
    assert_non_null(text);
    memset(text, 'x', 100000);
    json_open_array(&j, NULL);
    for (int i = 0; i < 3; i++)
        json_text(&j, NULL, text, 100000);
    json_close_array(&j);
    assert_false(j.failed);
    assert_int_equal(j.len, 300000 + 6 + 2 + 2);
    assert_memory_equal(j.buf, "[\"xxx", 5);
    assert_memory_equal(j.buf + j.len - 5, "xxx\"]", 5);
    json_free(&j);
    free(text);
}

static void test_reset(void **state)
{
    struct json j = {0};
    (void)state;
    json_open_array(&j, NULL);
    json_u64(&j, NULL, 1);
    json_close_array(&j);
    char *buf = j.buf;
    json_reset(&j);
    assert_int_equal(j.len, 0);
    json_u64(&j, NULL, 2); /* no comma before the first value */
    assert_ptr_equal(j.buf, buf);
    expect_json(&j, "2");
    assert_null(j.buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nesting),        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_no_numbers),     cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_utf8),           cmocka_unit_test(test_not_utf8),
        cmocka_unit_test(test_key_is_escaped), cmocka_unit_test(test_growth),
        cmocka_unit_test(test_reset),
    };
    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
