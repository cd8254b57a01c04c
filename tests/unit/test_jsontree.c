/* JSON documents as nodes: every kind of value, reuse of the parser, and where malformed text is at fault. */
#include "json_help.h"

static enum json_status feed(struct json_tree *tree, char *text)
{
    json_tree_begin(tree);
    return json_tree_feed(tree, text, strlen(text));
}

static void expect_text(const struct json_node *node, const char *text)
{
    assert_int_equal(node->len, strlen(text));
    assert_memory_equal(node->text, text, node->len);
}

static void test_values(void **state)
{
    struct json_tree tree = {0};
    char text[] = "{\"a\": [1, -2.50e-3, \"x\"], \"b\":{}, \"\":null, \"t\":true,\"f\":false ,\"e\":[] }\r";
    (void)state;
    assert_int_equal(json_tree_open(&tree), 0);
    assert_int_equal(feed(&tree, text), JSON_WHOLE);
    assert_int_equal(tree.cnt, 10);
    const struct json_node *root = tree.node;
    assert_int_equal(root->type, JSON_OBJECT);
    assert_int_equal(root->span, 10);
    assert_null(root->key);
    const struct json_node *n = json_first(root);
    assert_int_equal(n->type, JSON_ARRAY);
    assert_int_equal(n->span, 4);
    assert_int_equal(n->key_len, 1);
    assert_memory_equal(n->key, "a", 1);
    expect_text(n + 1, "1");
    expect_text(n + 2, "-2.50e-3");
    assert_int_equal(n[2].type, JSON_NUMBER);
    assert_null(n[2].key);
    expect_text(n + 3, "x");
    assert_int_equal(n[3].type, JSON_STRING);
    static const enum json_type rest[] = {JSON_OBJECT, JSON_NULL, JSON_TRUE, JSON_FALSE, JSON_ARRAY};
    for (size_t i = 0; i < 5; i++) {
        n = json_next(n);
        assert_int_equal(n->type, rest[i]);
        assert_int_equal(n->span, 1);
    }
    assert_ptr_equal(json_next(n), json_end(root));
    json_tree_close(&tree);
    json_tree_close(&tree);
}

/* Escapes are undone in the text itself, without touching what stands around them. */
static void test_escapes(void **state)
{
    struct json_tree tree = {0};
    char text[] =
        "{\"k\\u0065y\":\"XBT\\/USD\",\"b\":\"\\ud83d\\ude00\\n\\\"\",\"c\":\"\\u0000\",\"d\":\"z\"}";
    struct json_field f[] = {JSON_FIELD("key"), JSON_FIELD("b"), JSON_FIELD("c"), JSON_FIELD("d")};
    (void)state;
    assert_int_equal(json_tree_open(&tree), 0);
    assert_int_equal(feed(&tree, text), JSON_WHOLE);
    json_pick(tree.node, f, 4);
    expect_text(f[0].node, "XBT/USD");
    assert_true(f[0].node->text > text && f[0].node->text < text + sizeof(text));
    expect_text(f[1].node, "\xF0\x9F\x98\x80\n\"");
    assert_int_equal(f[2].node->len, 1);
    assert_int_equal(f[2].node->text[0], '\0');
    expect_text(f[3].node, "z");
    json_tree_close(&tree);
}

static void test_pick(void **state)
{
    struct json_tree tree = {0};
    char text[] = "{\"b\":1,\"x\":{\"a\":9},\"B\":2,\"a\":3,\"b\":4,\"ab\":5}";
    struct json_field f[] = {JSON_FIELD("a"), JSON_FIELD("b"), JSON_FIELD("c"), JSON_FIELD("B")};
    (void)state;
    assert_int_equal(json_tree_open(&tree), 0);
    assert_int_equal(feed(&tree, text), JSON_WHOLE);
    json_pick(tree.node, f, 4);
    expect_text(f[0].node, "3");
    expect_text(f[1].node, "4"); /* the last of two counts */
    assert_null(f[2].node);
    expect_text(f[3].node, "2");
    struct json_field none = JSON_FIELD("a");
    json_pick(NULL, &none, 1);
    json_pick(f[0].node, &none, 1);
    assert_null(none.node);
    assert_true(json_is(f[0].node, "3") == false); /* a number */
    assert_false(json_begins(NULL, "x"));
    json_tree_close(&tree);
}

static void test_chunks(void **state)
{
    struct json_tree tree = {0};
    char text[] = "{\n \"a\":\n12\n,\"b\" :\n\"x\\/y\"\n,\"c\":\n\"z\"\n,\n\"d\":\n-3}\n";
    (void)state;
    assert_int_equal(json_tree_open(&tree), 0);
    for (int round = 0; round < 3; round++) {
        char copy[sizeof(text)];
        memcpy(copy, text, sizeof(text));
        json_tree_begin(&tree);
        char *line = copy;
        for (char *lf; (lf = strchr(line, '\n')) != NULL; line = lf + 1) {
            enum json_status want = lf[1] == '\0' ? JSON_WHOLE : JSON_MORE;
            assert_int_equal(json_tree_feed(&tree, line, (size_t)(lf - line) + 1), want);
        }
        assert_int_equal(tree.cnt, 5);
        expect_text(tree.node + 1, "12");
        expect_text(tree.node + 2, "x/y");
        expect_text(tree.node + 3, "z");
        expect_text(tree.node + 4, "-3");
        for (size_t i = 1; i < 5; i++) {
            assert_int_equal(tree.node[i].key[0], "abcd"[i - 1]);
            assert_true(tree.node[i].text > copy && tree.node[i].text < copy + sizeof(copy));
        }
        /* Another one is begun and left. */
        char left[] = "{\"a\":[";
        assert_int_equal(feed(&tree, left), JSON_MORE);
    }
    json_tree_close(&tree);
}

static void expect_broken(struct json_tree *tree, const char *text, size_t error_at, const char *why)
{
    char copy[256];
    memcpy(copy, text, strlen(text) + 1);
    enum json_status status = feed(tree, copy);
    if (status != JSON_BROKEN || tree->error_at != error_at || strstr(tree->why, why) == NULL)
        print_error("%s: %d at %zu: %s\n", text, (int)status, tree->error_at, tree->why);
    assert_int_equal(status, JSON_BROKEN);
    assert_int_equal(tree->error_at, error_at);
    assert_non_null(strstr(tree->why, why));
    assert_null(strchr(tree->why, '\n'));
    /* The next document is read as if nothing had been. */
    char good[] = "{\"a\":[1]}";
    assert_int_equal(feed(tree, good), JSON_WHOLE);
    assert_int_equal(tree->cnt, 3);
}

static void test_broken(void **state)
{
    struct json_tree tree = {0};
    (void)state;
    assert_int_equal(json_tree_open(&tree), 0);
    expect_broken(&tree, "{\"a\":}", 5, "unallowed token");
    expect_broken(&tree, "{\"a\":tru3}", 8, "invalid string in json text");
    expect_broken(&tree, "{\"a\" 1}", 5, "separated by a colon");
    expect_broken(&tree, "{\"a\":1,}", 7, "invalid object key");
    expect_broken(&tree, "{\"a\":01}", 6, "expect ',' or '}'");
    expect_broken(&tree, "{\"a\":1.}", 7, "digit is required");
    expect_broken(&tree, "{\"a\":\"b\tc\"}", 7, "invalid character inside string");
    expect_broken(&tree, "{\"a\":\"\xFF\"}", 6, "invalid bytes in UTF8");
    expect_broken(&tree, "{\"a\":\"\\q\"}", 7, "inside a string, '\\' occurs before");
    expect_broken(&tree, "{\"a\":\"\\u12g4\"}", 10, "non-hex");
    expect_broken(&tree, "{\"a\":-}", 6, "digit is required");
    expect_broken(&tree, "{'a':1}", 1, "invalid char");
    expect_broken(&tree, "{\"a\":1]", 6, "expect ',' or '}'");
    expect_broken(&tree, "[1}", 2, "expect ',' or ']'");
    expect_broken(&tree, "{\"a\":1}}", 7, "unallowed token");
    expect_broken(&tree, "{\"a\":1} {\"b\":2}", 8, "behind the end of the document");
    expect_broken(&tree, "[1] tru", 3, "behind the end of the document");
    expect_broken(&tree, "[1]\"a", 3, "behind the end of the document");
    expect_broken(&tree, "[1]2 ", 3, "behind the end of the document");
    expect_broken(&tree, "{\"a\":nan}", 6, "invalid string");
    expect_broken(&tree, "{\"a\":+1}", 5, "invalid char");
    expect_broken(&tree, "/*c*/{}", 0, "comment");
    expect_broken(&tree, "12 ", 1, "neither an object nor an array");
    expect_broken(&tree, "\"x\"", 2, "neither an object nor an array");
    json_tree_close(&tree);
}

static void test_unfinished(void **state)
{
    static const char *const part[] = {"", "{", "{\"a\":1", "[[", "{\"a\":\"b", "[1", "[tru", " ", "nul"};
    struct json_tree tree = {0};
    (void)state;
    assert_int_equal(json_tree_open(&tree), 0);
    for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
        char copy[16];
        memcpy(copy, part[i], strlen(part[i]) + 1);
        assert_int_equal(feed(&tree, copy), JSON_MORE);
        char good[] = "[]";
        assert_int_equal(feed(&tree, good), JSON_WHOLE);
        assert_int_equal(tree.cnt, 1);
    }
    json_tree_close(&tree);
}

static void test_depth(void **state)
{
    struct json_tree tree = {0};
    char text[2 * JSON_DEPTH_MAX + 3];
    (void)state;
    assert_int_equal(json_tree_open(&tree), 0);
    memset(text, '[', JSON_DEPTH_MAX);
    memset(text + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
    text[2 * JSON_DEPTH_MAX] = '\0';
    assert_int_equal(feed(&tree, text), JSON_WHOLE);
    assert_int_equal(tree.cnt, JSON_DEPTH_MAX);
    memset(text, '[', JSON_DEPTH_MAX + 1);
    assert_int_equal(feed(&tree, text), JSON_BROKEN);
    assert_int_equal(tree.error_at, JSON_DEPTH_MAX);
    assert_non_null(strstr(tree.why, "nested too deep"));
    json_tree_close(&tree);
}

/* Parts of a text that was cut where it must not be do no harm. */
static void test_cut_text(void **state)
{
    struct json_tree tree = {0};
    char first[] = "[\"abcdefghijklmnop\\/";
    char second[] = "q\"]";
    (void)state;
    assert_int_equal(json_tree_open(&tree), 0);
    assert_int_equal(feed(&tree, first), JSON_MORE);
    assert_int_equal(json_tree_feed(&tree, second, strlen(second)), JSON_BROKEN);
    assert_string_equal(tree.why, "text cut in two");
    json_tree_close(&tree);
}

static void test_many_nodes(void **state)
{
    enum { CNT = 100000 };
    struct json_tree tree = {0};
    char *text = malloc(2 * CNT + 2);
    (void)state;
    assert_non_null(text);
    text[0] = '[';
    for (size_t i = 0; i < CNT; i++)
        memcpy(text + 1 + 2 * i, i + 1 < CNT ? "7," : "7]", 2);
    assert_int_equal(json_tree_open(&tree), 0);
    json_tree_begin(&tree);
    assert_int_equal(json_tree_feed(&tree, text, 2 * CNT + 1), JSON_WHOLE);
    assert_int_equal(tree.node->span, CNT + 1);
    json_tree_close(&tree);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values), cmocka_unit_test(test_escapes),  cmocka_unit_test(test_pick),
        cmocka_unit_test(test_chunks), cmocka_unit_test(test_broken),   cmocka_unit_test(test_unfinished),
        cmocka_unit_test(test_depth),  cmocka_unit_test(test_cut_text), cmocka_unit_test(test_many_nodes),
    };
    return json_is_missing() ? 77 : cmocka_run_group_tests(tests, NULL, NULL);
}
