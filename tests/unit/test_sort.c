/* Consumers in the order of a number, a text or a histogram. */
#include "snapshot_help.h"

#include "monitor/view/sort.h"

static struct snapshot snap;

/* The first letters of the names in that order: signals, slow-one (l), screen (c). */
static const char *order(const char *key)
{
    static char text[TR_CONSUMER_MAX + 1];
    unsigned idx[TR_CONSUMER_MAX];
    const struct metric *metric = key != NULL ? sort_find(key) : NULL;
    assert_true(key == NULL || metric != NULL);
    unsigned cnt = sort_members(&snap, metric, idx);
    for (unsigned i = 0; i < cnt; i++)
        text[i] = snap.view.member[idx[i]].name[1];
    text[cnt] = '\0';
    return text;
}

static void test_orders(void **state)
{
    (void)state;
    snapshot_fill(&snap);
    assert_string_equal(order(NULL), "ilc");
    assert_string_equal(order("id"), "cil");
    assert_string_equal(order("policy"), "cil"); /* lossy first; then by name */
    assert_string_equal(order("lag"), "cli");
    assert_string_equal(order("lag_ns"), "lci"); /* equal: by name */
    assert_string_equal(order("lag_market_ns"), "lci");
    assert_string_equal(order("delivered"), "ilc");
    assert_string_equal(order("pid"), "cli");
    assert_string_equal(order("latency_ns"), "icl");
    assert_string_equal(order("alive"), "ilc");
    assert_string_equal(order("done"), "cil");
}

/* Times may be below zero in somebody else's memory, counts as large as can be. */
static void test_extremes(void **state)
{
    (void)state;
    snapshot_fill(&snap);
    snap.view.member[SNAP_SIGNALS].lag_ns = INT64_MIN;
    snap.view.member[SNAP_SLOW].lag_ns = -1;
    snap.view.member[SNAP_GONE].lag_ns = INT64_MAX;
    assert_string_equal(order("lag_ns"), "cli");
    snap.view.member[SNAP_SIGNALS].lag = UINT64_MAX;
    assert_string_equal(order("lag"), "icl");
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++)
        snap.view.member[c] = snap.view.member[SNAP_SLOW]; /* all the same: as they came */
    unsigned idx[TR_CONSUMER_MAX];
    assert_int_equal(sort_members(&snap, sort_find("id"), idx), TR_CONSUMER_MAX);
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++)
        assert_int_equal(idx[c], c);
    memset(&snap.view, 0, sizeof snap.view);
    assert_int_equal(sort_members(&snap, sort_find("lag"), idx), 0);
}

static void test_keys(void **state)
{
    char text[512];
    char small[16];
    (void)state;
    assert_null(sort_find(""));
    assert_null(sort_find("published"));
    assert_null(sort_find("start"));
    assert_null(sort_find("LAG"));
    sort_keys(text, sizeof text);
    assert_memory_equal(text, "id, pid, ", 9);
    char *rest = text;
    for (char *key; (key = strsep(&rest, ", ")) != NULL;)
        assert_true(key[0] == '\0' || sort_find(key) != NULL);
    assert_string_equal(sort_keys(small, sizeof small), "id, pid, alive,");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_orders),
        cmocka_unit_test(test_extremes),
        cmocka_unit_test(test_keys),
    };
    return cmocka_run_group_tests_name("sort", tests, NULL, NULL);
}
