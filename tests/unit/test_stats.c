/* What a consumer tells about itself: latency, service time, two accounts of its time, depth. */
#include "feed_help.h"

#include "stats.h"

#define CNT_MAX 64

static struct tr_member_stats stats;
static struct tr_tick tick[CNT_MAX];

static struct tr_meter fresh(void)
{
    memset(&stats, 0, sizeof stats);
    memset(tick, 0, sizeof tick);
    return (struct tr_meter){.stats = &stats};
}

static uint64_t bucket_of(const struct tr_hist *hist, uint64_t value_ns)
{
    return tr_load_rlx(&hist->bucket[tr_hist_index(value_ns)]);
}

static uint64_t count(const struct tr_hist *hist)
{
    static struct tr_hist_snap snap;
    tr_hist_snapshot(hist, &snap);
    return snap.cnt;
}

static void busy_then_idle(void **state)
{
    struct tr_meter m = fresh();
    (void)state;
    tr_meter_batch(&m, tick, 4, 1000);
    assert_int_equal(stats.busy_ns, 0); /* the account begins only now */
    assert_int_equal(stats.idle_ns, 0);
    tr_meter_batch(&m, tick, 2, 1400);
    assert_int_equal(stats.busy_ns, 400);
    assert_int_equal(bucket_of(&stats.service, 100), 4); /* 400 ns over four ticks */
    tr_meter_batch(&m, tick, 1, 1420);
    assert_int_equal(stats.busy_ns, 420);
    assert_int_equal(bucket_of(&stats.service, 10), 2);
    assert_int_equal(stats.idle_ns, 0);
    assert_int_equal(count(&stats.service), 6);
}

/* All time from the first call on is on one of the two accounts, once. */
static void no_time_is_lost(void **state)
{
    struct tr_meter m = fresh();
    int64_t begin_ns = tr_now_ns();
    (void)state;
    tr_meter_batch(&m, tick, 1, begin_ns);
    for (int i = 0; i < 50; i++) {
        tr_meter_empty(&m);
        tr_meter_empty(&m); /* asked again and again: still idle */
        tr_meter_batch(&m, tick, 3, tr_now_ns());
        tr_meter_batch(&m, tick, 5, tr_now_ns());
    }
    assert_true((int64_t)(stats.busy_ns + stats.idle_ns) == m.mark_ns - begin_ns);
    assert_true(m.mark_ns >= begin_ns && m.mark_ns <= tr_now_ns());
    assert_int_equal(count(&stats.service), 1 + 50 * 3 + 49 * 5);
}

static void idle_ends_with_a_batch(void **state)
{
    struct tr_meter m = fresh();
    (void)state;
    tr_meter_empty(&m);
    int64_t idle_since_ns = m.mark_ns;
    assert_true(idle_since_ns != 0);
    tr_meter_empty(&m);
    assert_true(m.mark_ns == idle_since_ns);
    tr_meter_batch(&m, tick, 1, idle_since_ns + 777);
    assert_int_equal(stats.idle_ns, 777);
    assert_int_equal(stats.busy_ns, 0);
    assert_int_equal(count(&stats.service), 0);
    tr_meter_empty(&m);
    assert_int_equal(count(&stats.service), 1);
    assert_int_equal(m.batch_cnt, 0);
}

static void latency_of_each_tick(void **state)
{
    struct tr_meter m = fresh();
    static const int64_t pub_ns[] = {900, 900, 900, 950, 900, 0, 0, 990};
    (void)state;
    for (int i = 0; i < 8; i++)
        tick[i].ts_pub_ns = pub_ns[i];
    tr_meter_batch(&m, tick, 8, 1000);
    assert_int_equal(bucket_of(&stats.latency, 100), 4);
    assert_int_equal(bucket_of(&stats.latency, 50), 1);
    assert_int_equal(bucket_of(&stats.latency, 10), 1);
    assert_int_equal(count(&stats.latency), 6); /* the producer did not look at its clock for two */
    assert_int_equal(stats.latency.sum_ns, 460);
    assert_int_equal(stats.latency.max_ns, 100);
}

/* Runs of one publish time are counted at once: the same as one by one. */
static void runs_count_as_single_ticks(void **state)
{
    struct tr_meter m = fresh();
    static struct tr_hist expected;
    uint64_t random = help_seed();
    (void)state;
    memset(&expected, 0, sizeof expected);
    for (int round = 0; round < 200; round++) {
        uint32_t cnt = 1 + (uint32_t)(help_random(&random) % CNT_MAX);
        int64_t now_ns = 1000000 + round * 1000;
        for (uint32_t i = 0; i < cnt; i++) {
            tick[i].ts_pub_ns = now_ns - (int64_t)(help_random(&random) % 3);
            tr_hist_add(&expected, now_ns - tick[i].ts_pub_ns, 1);
        }
        tr_meter_batch(&m, tick, cnt, now_ns);
    }
    assert_memory_equal(&stats.latency, &expected, sizeof expected);
}

/* Clocks of two time namespaces may differ: counted as 0, and told. */
static void published_in_the_future(void **state)
{
    struct tr_meter m = fresh();
    (void)state;
    tick[0].ts_pub_ns = 2000;
    tr_meter_batch(&m, tick, 1, 1000);
    assert_int_equal(bucket_of(&stats.latency, 0), 1);
    assert_int_equal(stats.latency.clamped_cnt, 1);
}

/* From the venue's event, which has a date, to publish, which has none. */
static void event_to_publish(void **state)
{
    struct tr_meter m = fresh();
    (void)state;
    m.wall_minus_mono_ns = 5000000;
    memset(tick, 0, sizeof tick);
    for (int i = 0; i < 3; i++) {
        tick[i].ts_pub_ns = 1000;
        tick[i].ts_event_ns = 5000960;
    }
    tick[2].ts_pub_ns = 0; /* the producer did not look at its clock */
    tr_meter_batch(&m, tick, 3, 1001);
    assert_int_equal(bucket_of(&stats.event, 40), 2);
    assert_int_equal(count(&stats.event), 2);
    assert_int_equal(stats.event.clamped_cnt, 0);
    tick[0].ts_event_ns = 7000; /* replayed: of long ago */
    tr_meter_batch(&m, tick, 1, 1001);
    m.wall_minus_mono_ns = 2 * TR_HIST_VALUE_MAX;
    tr_meter_batch(&m, tick, 1, 1001);
    assert_int_equal(stats.event.clamped_cnt, 1);
}

/* Any numbers, as a faulty process would write them. */
static void hostile_times(void **state)
{
    static const int64_t time_ns[] = {INT64_MIN, -1, 1, INT64_MAX};
    (void)state;
    for (int i = 0; i < 16; i++) {
        struct tr_meter m = fresh();
        m.wall_minus_mono_ns = 1700000000 * TR_NS_PER_S;
        tick[0].ts_pub_ns = time_ns[i % 4];
        tick[0].ts_event_ns = time_ns[i / 4];
        tr_meter_batch(&m, tick, 1, 1000);
        assert_int_equal(count(&stats.latency), 1);
        assert_int_equal(count(&stats.event), 1);
    }
}

static void deepest_queue_stands(void **state)
{
    struct tr_meter m = fresh();
    (void)state;
    tr_meter_lag(&m, 0, 10);
    assert_int_equal(stats.high_water_ns, 0); /* never deeper than nothing */
    tr_meter_lag(&m, 7, 20);
    tr_meter_lag(&m, 7, 30);
    tr_meter_lag(&m, 3, 40);
    assert_int_equal(stats.high_water, 7);
    assert_int_equal(stats.high_water_ns, 20);
    tr_meter_lag(&m, 8, 50);
    assert_int_equal(stats.high_water, 8);
    assert_int_equal(stats.high_water_ns, 50);
}

static void depth_is_looked_at_now_and_then(void **state)
{
    struct tr_meter m = fresh();
    (void)state;
    assert_true(tr_meter_wants_lag(&m, TR_METER_LAG_NS));
    tr_meter_lag(&m, 1, TR_METER_LAG_NS);
    assert_false(tr_meter_wants_lag(&m, 2 * TR_METER_LAG_NS - 1));
    assert_true(tr_meter_wants_lag(&m, 2 * TR_METER_LAG_NS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(busy_then_idle),
        cmocka_unit_test(no_time_is_lost),
        cmocka_unit_test(idle_ends_with_a_batch),
        cmocka_unit_test(latency_of_each_tick),
        cmocka_unit_test(runs_count_as_single_ticks),
        cmocka_unit_test(published_in_the_future),
        cmocka_unit_test(event_to_publish),
        cmocka_unit_test(hostile_times),
        cmocka_unit_test(deepest_queue_stands),
        cmocka_unit_test(depth_is_looked_at_now_and_then),
    };
    return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
