/* What the venues' messages have in common: times, sides, numbers and places. */
#include "json_help.h"

#include "feed/json/json_message.h"

struct held {
    struct source src;
    struct json_tree tree;
    struct json_message msg;
    char text[512];
};

/* A document as the message of line 7; the last one read was line 9. */
static void hold(struct held *h, const char *text)
{
    snprintf(h->text, sizeof(h->text), "%s", text);
    h->src.path = "f";
    h->src.input.name = "f";
    h->src.input.line = 9;
    assert_int_equal(json_tree_open(&h->tree), 0);
    assert_int_equal(json_tree_feed(&h->tree, h->text, strlen(h->text)), JSON_WHOLE);
    h->msg.src = &h->src;
    h->msg.root = h->tree.node;
    h->msg.text = h->text;
    h->msg.line = 7;
    h->msg.venue = "v";
    h->msg.venue_len = 1;
    h->msg.id.symbol[0] = 'F';
    h->msg.id.symbol_len = 1;
}

static void release(struct held *h)
{
    json_tree_close(&h->tree);
    outbox_free(&h->msg.box);
}

static struct json_field find(const struct held *h, const char *name)
{
    struct json_field field = {.name = name, .name_len = strlen(name)};
    json_pick(h->msg.root, &field, 1);
    return field;
}

static void expect_time(const struct held *h, const char *name, int64_t unit_ns, int64_t want_ns)
{
    struct json_field field = find(h, name);
    int64_t ns;
    assert_true(json_time(&h->msg, &field, unit_ns, &ns));
    assert_int_equal(ns, want_ns);
}

static void test_times(void **state)
{
    struct held h = {0};
    struct json_field none;
    int64_t ns;
    (void)state;
    hold(&h, "{\"ms\":1700000000001,\"us\":\"1700000000000001\",\"s\":\"1700000000.000000001\",\"e\":1.7e+12,"
             "\"iso\":\"2023-11-14T22:13:20.5Z\",\"null\":null,\"empty\":\"\",\"zero\":0,\"old\":-1,\"far\":"
             "1e30}");
    expect_time(&h, "ms", JSON_MS, 1700000000001000000);
    expect_time(&h, "us", JSON_US, 1700000000000001000);
    expect_time(&h, "s", JSON_S, 1700000000000000001);
    expect_time(&h, "e", JSON_MS, 1700000000000000000);
    expect_time(&h, "iso", JSON_MS, 1700000000500000000);
    expect_time(&h, "zero", JSON_MS, 0);
    none = find(&h, "none");
    assert_true(json_time(&h.msg, &none, JSON_S, &ns));
    assert_int_equal(ns, 0);
    assert_string_equal(h.src.note[0].kind, "no time in the message nor before it: 1970-01-01");
    assert_int_equal(h.src.note[0].first, 7);
    h.msg.last_ns = 5;
    expect_time(&h, "none", JSON_MS, 5);
    h.msg.recv_ns = 6;
    expect_time(&h, "null", JSON_MS, 6);
    expect_time(&h, "empty", JSON_MS, 6);
    none = find(&h, "old");
    assert_false(json_time(&h.msg, &none, JSON_S, &ns));
    assert_non_null(strstr(h.src.error, "old '-1' is before 1970"));
    none = find(&h, "far");
    assert_false(json_time(&h.msg, &none, JSON_S, &ns));
    assert_non_null(strstr(h.src.error, "far '1e30' is out of range"));
    assert_string_equal(h.src.bad[0].kind, "time");
    assert_int_equal(h.src.bad[0].cnt, 2);
    release(&h);
}

static void test_sides(void **state)
{
    static const struct {
        const char *name;
        enum tr_tick_side side;
    } known[] = {
        {"a", TR_SIDE_BUY},  {"b", TR_SIDE_SELL}, {"c", TR_SIDE_BUY},
        {"d", TR_SIDE_SELL}, {"e", TR_SIDE_BUY},  {"f", TR_SIDE_SELL},
        {"g", TR_SIDE_NONE}, {"h", TR_SIDE_NONE}, {"i", TR_SIDE_NONE},
    };
    struct held h = {0};
    uint8_t side;
    (void)state;
    hold(&h, "{\"a\":\"BUY\",\"b\":\"Sell\",\"c\":\"bid\",\"d\":\"ask\",\"e\":\"b\",\"f\":\"s\",\"g\":\"\","
             "\"h\":null,"
             "\"x\":\"buys\",\"y\":\"bu\",\"z\":1}");
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        struct json_field field = find(&h, known[i].name);
        assert_true(json_side(&h.msg, &field, &side));
        assert_int_equal(side, known[i].side);
    }
    for (const char *name = "xyz"; *name != '\0'; name++) {
        struct json_field field = find(&h, (const char[]){*name, '\0'});
        assert_false(json_side(&h.msg, &field, &side));
    }
    assert_non_null(strstr(h.src.error, "z '1' is neither buy nor sell"));
    assert_int_equal(json_other_side(TR_SIDE_BUY), TR_SIDE_SELL);
    assert_int_equal(json_other_side(TR_SIDE_SELL), TR_SIDE_BUY);
    assert_int_equal(json_other_side(TR_SIDE_NONE), TR_SIDE_NONE);
    release(&h);
}

static void test_items(void **state)
{
    struct held h = {0};
    (void)state;
    hold(&h, "[[1,2],3,{\"a\":4}]");
    assert_ptr_equal(json_item(h.msg.root, 0), h.msg.root + 1);
    assert_ptr_equal(json_item(h.msg.root, 2), h.msg.root + 5);
    assert_null(json_item(h.msg.root, 3));
    assert_null(json_item(json_item(h.msg.root, 1), 0));
    assert_null(json_item(json_item(h.msg.root, 2), 0)); /* an object */
    assert_null(json_item(NULL, 0));
    release(&h);
}

/* The place in a document over several lines, and the line that was read last is as it was. */
static void test_place(void **state)
{
    struct held h = {0};
    (void)state;
    hold(&h, "{\n\n  \"a\": 1,\n \"b\":2}\n");
    assert_int_equal(json_bad(&h.msg, "k", h.text, "x%d", 1), JSON_BAD);
    assert_string_equal(h.src.error, "f:7:1: x1");
    json_bad(&h.msg, "k", h.text + 1, "x");
    assert_string_equal(h.src.error, "f:7:2: x");
    json_bad(&h.msg, "k", find(&h, "a").node->text, "x");
    assert_string_equal(h.src.error, "f:9:8: x");
    json_bad(&h.msg, "k", find(&h, "b").node->text, "x");
    assert_string_equal(h.src.error, "f:10:6: x");
    assert_int_equal(h.src.input.line, 9);
    assert_int_equal(h.src.bad[0].cnt, 4);
    assert_int_equal(h.src.bad[0].first, 7);
    release(&h);
}

static void test_trade(void **state)
{
    struct held h = {0};
    (void)state;
    hold(&h, "{\"p\":\"9223372036.854775807\",\"q\":\"9223372036.8547758075\",\"i\":\"18446744073709551615\","
             "\"tiny\":\"1e-12\",\"t\":11,\"zero\":\"0.0e5\"}");
    struct json_field price = find(&h, "p");
    struct json_field size = find(&h, "q");
    struct json_field tiny = find(&h, "tiny");
    struct json_field zero = find(&h, "zero");
    struct json_trade trade = {.in = h.msg.root, .price = &price, .size = &size, .id = find(&h, "i").node};
    struct json_field time = find(&h, "t");
    struct source_record rec;
    trade.time = &time;
    trade.unit_ns = 1;
    h.msg.recv_ns = 3;
    assert_int_equal(json_trade(&h.msg, &trade), JSON_TICKS);
    trade.size = &tiny;
    assert_int_equal(json_trade(&h.msg, &trade), JSON_TICKS);
    trade.size = &zero;
    assert_int_equal(json_trade(&h.msg, &trade), JSON_TICKS);
    assert_int_equal(h.src.counts.skipped_cnt, 1);
    assert_int_equal(h.msg.last_ns, 11);
    outbox_take(&h.msg.box, &rec);
    assert_int_equal(rec.tick.price_px, INT64_MAX);
    assert_int_equal(rec.tick.size_qty, 9223372036855); /* what 1e-9 cannot hold is in 1e-3 */
    assert_int_equal(rec.tick.flags, TR_TICK_SIZE_MILLI | TR_TICK_HAS_RECV);
    assert_true(rec.tick.id == UINT64_MAX);
    assert_true(rec.ts_recv_ns == 3 && rec.tick.ts_recv_ns == 3);
    assert_true(rec.symbol_len == 1 && rec.symbol[0] == 'F' && rec.venue_len == 1);
    outbox_take(&h.msg.box, &rec);
    assert_int_equal(rec.tick.size_qty, 0); /* there, but too small to be seen */
    assert_true(outbox_is_empty(&h.msg.box));
    assert_int_equal(h.src.counts.rounded_cnt, 2);
    release(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times), cmocka_unit_test(test_sides), cmocka_unit_test(test_items),
        cmocka_unit_test(test_place), cmocka_unit_test(test_trade),
    };
    return json_is_missing() ? 77 : cmocka_run_group_tests(tests, NULL, NULL);
}
