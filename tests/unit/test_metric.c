/* The table of metrics: it holds together, names are those that Prometheus expects, values those of the snapshot. */
#include "snapshot_help.h"

#include "monitor/metric.h"

static struct snapshot snap;

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text);
    size_t end_len = strlen(end);
    return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

static bool is_part(const struct metric *m, const char *part)
{
    return strstr(m->name, part) != NULL;
}

static void test_names(void **state)
{
    (void)state;
    for (unsigned i = 0; i < metric_cnt; i++) {
        const struct metric *m = &metric_table[i];
        if (m->name[0] == '\0')
            continue;
        assert_int_equal(strspn(m->name, "abcdefghijklmnopqrstuvwxyz_"), strlen(m->name));
        assert_memory_equal(m->name, "tickring_", strlen("tickring_"));
        assert_int_equal(ends_with(m->name, "_total"), m->type == METRIC_COUNTER);
        assert_int_equal(is_part(m, "_seconds"), m->unit == METRIC_NS || m->unit == METRIC_DATE);
        assert_int_equal(is_part(m, "_timestamp_seconds"), m->unit == METRIC_DATE);
        assert_int_equal(is_part(m, "_bytes"), m->unit == METRIC_BYTES);
        assert_int_equal(ends_with(m->name, "_info"), m->type == METRIC_TEXT);
        for (unsigned k = 0; k < i; k++)
            assert_string_not_equal(metric_table[k].name, m->name);
    }
}

static void test_keys_and_heads(void **state)
{
    (void)state;
    for (unsigned i = 0; i < metric_cnt; i++) {
        const struct metric *m = &metric_table[i];
        assert_true(m->name[0] != '\0' || m->key[0] != '\0');
        assert_true(m->type != METRIC_TEXT || m->key[0] != '\0'); /* it is a label */
        assert_int_equal(strspn(m->key, "abcdefghijklmnopqrstuvwxyz_"), strlen(m->key));
        assert_true(strlen(m->head) <= 10);
        assert_true(m->help[0] != '\0' && !ends_with(m->help, "."));
        assert_null(strpbrk(m->help, "\\\n|"));
        if (m->key[0] != '\0')
            assert_ptr_equal(metric_find(m->scope, m->key), m);
        assert_int_equal(m->value != NULL, m->type != METRIC_TEXT && m->type != METRIC_HISTOGRAM);
        assert_int_equal(m->text != NULL, m->type == METRIC_TEXT);
        assert_int_equal(m->hist != NULL, m->type == METRIC_HISTOGRAM);
    }
    assert_null(metric_find(METRIC_CONSUMER, "published"));
    assert_null(metric_find(METRIC_PRODUCER, "nonsense"));
}

static uint64_t value(enum metric_scope scope, const char *key, unsigned lane_idx, unsigned member_idx)
{
    const struct metric *m = metric_find(scope, key);
    const struct metric_at at = {&snap, lane_idx, member_idx};
    assert_non_null(m);
    assert_true(metric_is_there(m, &at));
    return m->value(&at);
}

static void test_values(void **state)
{
    (void)state;
    snapshot_fill(&snap);
    assert_int_equal(value(METRIC_RING, "slots", 0, 0), 1024);
    assert_int_equal(value(METRIC_PRODUCER, "published", SNAP_SPARE, 0), 10);
    assert_int_equal(value(METRIC_HELD, "blocked_by", SNAP_FEED, SNAP_SLOW), 2400000000);
    assert_int_equal(value(METRIC_CONSUMER, "lag_market_ns", 0, SNAP_SLOW), 1400000000);
    assert_int_equal(value(METRIC_CURSOR, "start", SNAP_SPARE, SNAP_SIGNALS), 2);
    assert_int_equal(value(METRIC_CONSUMER, "high_water_ns", 0, SNAP_SIGNALS), INT64_C(1723161255000001000));
    assert_int_equal(value(METRIC_CONSUMER, "high_water_ns", 0, SNAP_SLOW), 0);
    snap.view.member[SNAP_SLOW].high_water_ns = INT64_MAX; /* no sum of somebody else's numbers may fail */
    value(METRIC_CONSUMER, "high_water_ns", 0, SNAP_SLOW);
}

static bool is_there(enum metric_scope scope, const char *key, unsigned lane_idx, unsigned member_idx)
{
    const struct metric_at at = {&snap, lane_idx, member_idx};
    return metric_is_there(metric_find(scope, key), &at);
}

static void test_is_there(void **state)
{
    (void)state;
    snapshot_fill(&snap);
    assert_true(is_there(METRIC_RING, "ring", 1, 2));
    assert_true(is_there(METRIC_PRODUCER, "name", SNAP_FEED, 2));
    assert_false(is_there(METRIC_PRODUCER, "name", 1, SNAP_SLOW));
    assert_true(is_there(METRIC_CONSUMER, "id", 1, SNAP_GONE));
    assert_false(is_there(METRIC_CONSUMER, "id", SNAP_FEED, 2));
    assert_true(is_there(METRIC_CURSOR, "cursor", SNAP_SPARE, SNAP_SIGNALS));
    assert_false(is_there(METRIC_CURSOR, "cursor", SNAP_SPARE, SNAP_SLOW)); /* told no start */
    assert_true(is_there(METRIC_HELD, "blocked_by", SNAP_SPARE, SNAP_GONE));
    assert_false(is_there(METRIC_HELD, "blocked_by", SNAP_FEED, 9)); /* nobody there any more */
}

static void test_stats(void **state)
{
    (void)state;
    snapshot_fill(&snap);
    const struct tr_hist_snap *hist = &snap.view.member[SNAP_SIGNALS].service;
    assert_int_equal(metric_stat(hist, "count"), 4);
    assert_int_equal(metric_stat(hist, "mean"), 60);
    assert_int_equal(metric_stat(hist, "p99"), 61);
    assert_int_equal(metric_stat(hist, "max"), 61);
    assert_string_equal(metric_stat_keys(metric_find(METRIC_CONSUMER, "service_ns"))[1], "mean");
    assert_string_equal(metric_stat_keys(metric_find(METRIC_CONSUMER, "latency_ns"))[1], "p50");
    hist = &snap.view.member[SNAP_SLOW].latency;
    for (const char *const *key = metric_stat_keys(metric_find(METRIC_CONSUMER, "latency_ns")); *key != NULL;
         key++)
        assert_int_equal(metric_stat(hist, *key), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),    cmocka_unit_test(test_keys_and_heads), cmocka_unit_test(test_values),
        cmocka_unit_test(test_is_there), cmocka_unit_test(test_stats),
    };
    return cmocka_run_group_tests_name("metric", tests, NULL, NULL);
}
