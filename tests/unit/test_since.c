/* What is new since a snapshot: counts and histograms, of names that go on; all of it where something began anew. */
#include "snapshot_help.h"

#include "monitor/screen/since.h"

static struct snapshot before;
static struct snapshot snap;
static struct snapshot shown;

static int begin(void **state)
{
    (void)state;
    snapshot_fill(&before);
    snapshot_fill(&snap);
    return 0;
}

static void test_counts(void **state)
{
    struct tr_member_view *m = &snap.view.member[SNAP_GONE];
    struct tr_lane_view *lane = &snap.view.lane[SNAP_FEED];
    (void)state;
    m->delivered += 30;
    m->lost += 4;
    m->evicted_cnt++;
    lane->stall_cnt += 2;
    lane->dropped_cnt += 5;
    lane->blocked_ns += 70;
    lane->blocked_by_ns[SNAP_SLOW] += 60;
    since_make(&shown, &snap, &before);
    m = &shown.view.member[SNAP_GONE];
    lane = &shown.view.lane[SNAP_FEED];
    assert_int_equal(m->delivered, 30);
    assert_int_equal(m->lost, 4);
    assert_int_equal(m->evicted_cnt, 1);
    assert_int_equal(m->lag, 1234467); /* as it is */
    assert_int_equal(lane->stall_cnt, 2);
    assert_int_equal(lane->dropped_cnt, 5);
    assert_int_equal(lane->blocked_ns, 70);
    assert_int_equal(lane->blocked_by_ns[SNAP_SLOW], 60);
    assert_int_equal(lane->published, 1234567);
    assert_int_equal(shown.view.member[SNAP_SIGNALS].delivered, 0);
}

static void test_histograms(void **state)
{
    struct tr_hist_snap *hist = &snap.view.member[SNAP_SIGNALS].latency;
    (void)state;
    hist->bucket[tr_hist_index(1000)] += 3;
    hist->cnt += 3;
    hist->sum_ns += 3000;
    since_make(&shown, &snap, &before);
    hist = &shown.view.member[SNAP_SIGNALS].latency;
    assert_int_equal(hist->cnt, 3);
    assert_int_equal(hist->sum_ns, 3000);
    assert_int_equal(hist->bucket[tr_hist_index(40)], 0);
    assert_in_range(hist->max_ns, 1000, 1032); /* not the 464 us of before */
    assert_in_range(tr_hist_percentile(hist, 50, 100), 984, 1032);
    since_make(&shown, &before, &before);
    assert_int_equal(hist->cnt, 0);
    assert_int_equal(hist->max_ns, 0);
}

/* Another ring, another name in the place, a name that began anew: all that is counted is new. */
static void test_anew(void **state)
{
    (void)state;
    snap.view.created_wall_ns++;
    since_make(&shown, &snap, &before);
    assert_int_equal(shown.view.member[SNAP_SIGNALS].delivered, 1234571);
    begin(NULL);
    strcpy(snap.view.member[SNAP_SIGNALS].name, "other");
    strcpy(snap.view.lane[SNAP_FEED].name, "other");
    snap.view.member[SNAP_SLOW].delivered = 5;
    snap.view.member[SNAP_GONE].latency.cnt = 0;
    since_make(&shown, &snap, &before);
    assert_int_equal(shown.view.member[SNAP_SIGNALS].delivered, 1234571);
    assert_int_equal(shown.view.member[SNAP_SLOW].delivered, 5);
    assert_int_equal(shown.view.lane[SNAP_FEED].stall_cnt, 17);
    assert_int_equal(shown.view.lane[SNAP_SPARE].published, 10);
}

/* Any number in either: no more than that they are numbers. */
static void test_hostile(void **state)
{
    (void)state;
    memset(&snap.view.member, 0xff, sizeof snap.view.member);
    memset(&before.view.member, 0xfe, sizeof before.view.member);
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
        snap.view.member[c].used = before.view.member[c].used = true;
        memcpy(snap.view.member[c].name, "a", 2);
        memcpy(before.view.member[c].name, "a", 2);
    }
    since_make(&shown, &snap, &before);
    since_make(&shown, &before, &snap);
    assert_true(shown.view.member[0].used);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_counts, begin),
        cmocka_unit_test_setup(test_histograms, begin),
        cmocka_unit_test_setup(test_anew, begin),
        cmocka_unit_test_setup(test_hostile, begin),
    };
    return cmocka_run_group_tests_name("since", tests, NULL, NULL);
}
