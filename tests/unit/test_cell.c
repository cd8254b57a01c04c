/* Metrics as short texts: units, exact numbers, and a bar where there is nothing to tell. */
#include "snapshot_help.h"

#include "monitor/cell.h"

static struct snapshot snap;
static char text[CELL_MAX];

static int begin(void **state)
{
    (void)state;
    snapshot_fill(&snap);
    return 0;
}

static const char *consumer(unsigned c, const char *key, const char *stat, bool exact)
{
    const struct metric_at at = {.snap = &snap, .member_idx = c};
    return cell_of(text, metric_find(METRIC_CONSUMER, key), &at, stat, exact);
}

static void test_numbers(void **state)
{
    (void)state;
    assert_string_equal(consumer(SNAP_SIGNALS, "delivered", "", false), "1.23M");
    assert_string_equal(consumer(SNAP_SIGNALS, "delivered", "", true), "1234571");
    assert_string_equal(consumer(SNAP_SIGNALS, "rate", "", false), "20.0k");
    assert_string_equal(consumer(SNAP_SIGNALS, "rate", "", true), "20000");
    assert_string_equal(consumer(SNAP_SLOW, "lag_ns", "", false), "1.35s");
    assert_string_equal(consumer(SNAP_SLOW, "lag_ns", "", true), "1350000000");
    assert_string_equal(consumer(SNAP_SLOW, "id", "", false), "slow-one");
    assert_string_equal(consumer(SNAP_GONE, "policy", "", false), "lossy");
    assert_string_equal(cell_count(text, UINT64_MAX, true), "18446744073709551615");
    assert_string_equal(cell_count(text, 12345, false), "12.3k");
    assert_string_equal(cell_time(text, 1234, false), "1.23us");
    assert_string_equal(cell_time(text, UINT64_MAX, true), "18446744073709551615");
    assert_string_equal(cell_time(text, UINT64_MAX, false), "9223372037s");
}

static void test_nothing_to_tell(void **state)
{
    (void)state;
    assert_string_equal(consumer(SNAP_SIGNALS, "lag_ns", "", false), "-");
    snap.view.member[SNAP_SIGNALS].lag_ns = -5;
    assert_string_equal(consumer(SNAP_SIGNALS, "lag_ns", "", false), "-");
    assert_string_equal(consumer(SNAP_SLOW, "latency_ns", "p99", false), "-");
    assert_string_equal(consumer(SNAP_SLOW, "lost", "", false), "0");
}

static void test_histograms(void **state)
{
    (void)state;
    assert_string_equal(consumer(SNAP_SIGNALS, "latency_ns", "max", true), "464000");
    assert_string_equal(consumer(SNAP_SIGNALS, "latency_ns", "max", false), "464us");
    assert_string_equal(consumer(SNAP_SIGNALS, "service_ns", "mean", false), "60ns");
}

/* A pid is a number to type: never short, and none that no process has. */
static void test_pid(void **state)
{
    (void)state;
    snap.view.member[SNAP_SLOW].pid = 4194304;
    assert_string_equal(consumer(SNAP_SLOW, "pid", "", false), "4194304");
    snap.view.member[SNAP_SLOW].pid = UINT64_MAX;
    assert_string_equal(consumer(SNAP_SLOW, "pid", "", true), "?");
}

static const char *full(unsigned c)
{
    return cell_full(text, &snap.view, &snap.view.member[c]);
}

static void test_full(void **state)
{
    (void)state;
    assert_string_equal(full(SNAP_SIGNALS), "0%");
    assert_string_equal(full(SNAP_SLOW), "99%");
    snap.view.member[SNAP_SLOW].lane[SNAP_FEED].lag = 1025;
    assert_string_equal(full(SNAP_SLOW), ">100%");
    assert_string_equal(full(SNAP_GONE), "-");
    snap.view.slot_cnt = 0;
    full(SNAP_SLOW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_numbers, begin),    cmocka_unit_test_setup(test_nothing_to_tell, begin),
        cmocka_unit_test_setup(test_histograms, begin), cmocka_unit_test_setup(test_pid, begin),
        cmocka_unit_test_setup(test_full, begin),
    };
    return cmocka_run_group_tests_name("cell", tests, NULL, NULL);
}
