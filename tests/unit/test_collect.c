/* What follows from a view: the ring's state, its level, what is warned of, and whether the sums are right.
 */
#include "monitor/collect.h"
#include "monitor_help.h"

static struct snapshot snap;
static struct tr_producer feed;
static struct tr_consumer reader;

/* Takes a snapshot of the ring of that name. */
static void look(const char *ring, struct level_limits limits)
{
    struct tr_segment seg;
    assert_int_equal(tr_observe_open(&seg, ring), 0);
    assert_int_equal(collect(&seg, &limits, NULL, &snap), 0);
    tr_observe_close(&seg);
}

static void expect_warning(enum level level, const char *part)
{
    for (unsigned i = 0; i < snap.warning_cnt; i++) {
        if (strstr(snap.warning[i].text, part) != NULL) {
            assert_int_equal(snap.warning[i].level, level);
            return;
        }
    }
    print_error("no warning '%s' among %u\n", part, snap.warning_cnt);
    fail();
}

static void test_quiet_ring(void **state)
{
    const char *ring = ring_name("quiet");
    (void)state;
    feed_open(&feed, ring, "feed", 64);
    reader_open(&reader, ring, "signals");
    feed_ticks(&feed, 20);
    reader_ticks(&reader, 15);
    look(ring, level_defaults());
    assert_int_equal(snap.state, RING_OPEN);
    assert_int_equal(snap.published, 20);
    assert_int_equal(snap.level, LEVEL_OK);
    assert_int_equal(snap.warning_cnt, 0);
    assert_true(snap.balanced);
    const struct tr_member_view *m = &snap.view.member[0];
    assert_int_equal(m->lag, 5);
    assert_int_equal(m->delivered, 15);
    struct queue queue = snapshot_queue(&snap.view, m);
    assert_int_equal(queue.lag, 5);
    assert_int_equal(queue.lane_lag, 5);
    assert_int_equal(queue.slot_cnt, 64);
    assert_true(queue.lag_ns > 0);
    int64_t now_ns = tr_now_ns() + snap.wall_minus_mono_ns;
    assert_in_range(now_ns - tr_wall_ns() + TR_NS_PER_S, 0, 2 * TR_NS_PER_S);
    reader_ticks(&reader, 5);
    tr_producer_close(&feed, false);
    tr_consumer_close(&reader);
    assert_false(shm_exists(ring));
}

static void test_states(void **state)
{
    const char *ring = ring_name("states");
    const struct tr_segment_options small = {.slot_cnt = 64, .mode = 0600, .gid = (gid_t)-1};
    struct tr_segment fresh;
    (void)state;
    feed_open(&feed, ring, "feed", 64);
    look(ring, level_defaults());
    assert_int_equal(snap.state, RING_OPEN);
    reader_open(&reader, ring, "signals");
    feed_ticks(&feed, 1);
    tr_producer_close(&feed, false);
    look(ring, level_defaults());
    assert_int_equal(snap.state, RING_CLOSED);
    assert_int_equal(snap.level, LEVEL_OK);
    reader_ticks(&reader, 1);
    tr_consumer_close(&reader);
    assert_false(shm_exists(ring));
    feed_open(&feed, ring, "feed", 64);
    tr_producer_close(&feed, true);
    look(ring, level_defaults());
    assert_int_equal(snap.state, RING_STALE);
    assert_int_equal(snap.level, LEVEL_OK); /* kept on purpose */
    shm_remove(ring);
    assert_int_equal(tr_segment_create(&fresh, ring, &small), 0);
    look(ring, level_defaults());
    assert_int_equal(snap.state, RING_OPEN); /* made, and its feed comes in a moment */
    assert_string_equal(ring_state_name(RING_OPEN), "open");
    assert_string_equal(ring_state_name(RING_CLOSED), "closed");
    assert_string_equal(ring_state_name(RING_STALE), "stale");
    tr_segment_close(&fresh);
    shm_remove(ring);
}

/* Names the consumer, the depth and the age. */
static void test_queue_warning(void **state)
{
    const char *ring = ring_name("queue");
    (void)state;
    feed_open(&feed, ring, "feed", 64);
    reader_open(&reader, ring, "slow");
    feed_ticks(&feed, 50);
    look(ring, level_defaults());
    assert_int_equal(snap.level, LEVEL_WARN);
    assert_int_equal(snap.warning_cnt, 1);
    expect_warning(LEVEL_WARN, "consumer slow is behind: 50 ticks (78 % of the ring), the oldest waits ");
    assert_null(strstr(snap.warning[0].text, "unknown"));
    feed_ticks(&feed, 14);
    look(ring, level_defaults());
    assert_int_equal(snap.level, LEVEL_CRIT);
    expect_warning(LEVEL_CRIT, "consumer slow is behind: 64 ticks (100 % of the ring)");
    look(ring, (struct level_limits){.warn = {LIMIT_AGE, 1}, .crit = {LIMIT_AGE, 3600 * TR_NS_PER_S}});
    assert_int_equal(snap.level, LEVEL_WARN);
    tr_producer_close(&feed, false);
    tr_consumer_close(&reader);
    assert_false(shm_exists(ring));
}

/* A tick without a time of its own has an age that nobody knows. */
static void test_unknown_age(void **state)
{
    const char *ring = ring_name("age");
    const struct tr_tick tick = {.kind = TR_TICK_TRADE};
    (void)state;
    feed_open(&feed, ring, "feed", 64);
    reader_open(&reader, ring, "slow");
    for (int i = 0; i < 60; i++)
        assert_int_equal(tr_publish(&feed, &tick), TR_OK);
    look(ring, level_defaults());
    expect_warning(LEVEL_CRIT, "60 ticks (93 % of the ring), the oldest waits an unknown time");
    tr_producer_close(&feed, false);
    tr_consumer_close(&reader);
}

/* Two lanes, each half full: nobody is close to being held. */
static void test_two_lanes(void **state)
{
    static struct tr_producer second;
    const char *ring = ring_name("lanes");
    (void)state;
    feed_open(&feed, ring, "a", 64);
    feed_open(&second, ring, "b", 64);
    reader_open(&reader, ring, "both");
    feed_ticks(&feed, 30);
    feed_ticks(&second, 32);
    look(ring, level_defaults());
    assert_int_equal(snap.level, LEVEL_OK);
    assert_int_equal(snap.published, 62);
    assert_true(snap.balanced);
    struct queue queue = snapshot_queue(&snap.view, &snap.view.member[0]);
    assert_int_equal(queue.lag, 62);
    assert_int_equal(queue.lane_lag, 32);
    tr_producer_close(&feed, false);
    tr_producer_close(&second, false);
    look(ring, level_defaults());
    assert_int_equal(snap.state, RING_CLOSED);
    tr_consumer_close(&reader);
    assert_false(shm_exists(ring));
}

static void test_dead(void **state)
{
    const char *ring = ring_name("dead");
    (void)state;
    feed_dies(ring, "feed", 64, 10);
    look(ring, level_defaults());
    assert_int_equal(snap.state, RING_STALE);
    assert_int_equal(snap.level, LEVEL_CRIT);
    assert_string_equal(snap.warning[0].text, "feed died before its end: start it again");
    reader_dies(ring, "signals");
    reader_open(&reader, ring, "other");
    look(ring, level_defaults());
    assert_int_equal(snap.state, RING_OPEN); /* somebody waits for the feed to come back */
    assert_int_equal(snap.warning_cnt, 2);
    expect_warning(LEVEL_WARN, "consumer signals died: start it again");
    tr_consumer_close(&reader);
    shm_remove(ring);
}

/* All have left in good order, and somebody has read it: the end as one who watches sees it. */
static void test_end(void **state)
{
    const char *ring = ring_name("end");
    struct tr_segment seg;
    struct level_limits limits = level_defaults();
    (void)state;
    feed_open(&feed, ring, "feed", 64);
    reader_open(&reader, ring, "signals");
    feed_ticks(&feed, 1);
    assert_int_equal(tr_observe_open(&seg, ring), 0);
    tr_producer_close(&feed, false);
    reader_ticks(&reader, 1);
    tr_consumer_close(&reader);
    assert_int_equal(collect(&seg, &limits, NULL, &snap), 0);
    assert_false(snap.view.named);
    assert_int_equal(snap.state, RING_CLOSED);
    assert_int_equal(snap.warning_cnt, 0);
    assert_int_equal(snapshot_member_state(&snap, 0), MEMBER_LEFT);
    assert_int_equal(snapshot_member_level(&snap, 0), LEVEL_OK);
    assert_int_equal(snapshot_lane_state(&snap, 0), LANE_CLOSED);
    tr_observe_close(&seg);
}

/* A consumer that died with ticks left to read: its place is held. */
static void test_left_behind(void **state)
{
    const char *ring = ring_name("behind");
    (void)state;
    feed_open(&feed, ring, "feed", 64);
    reader_dies(ring, "consumer");
    feed_ticks(&feed, 1);
    tr_producer_close(&feed, false);
    look(ring, level_defaults());
    assert_int_equal(snap.state, RING_STALE);
    assert_int_equal(snapshot_member_state(&snap, 0), MEMBER_DEAD);
    expect_warning(LEVEL_WARN, "consumer died: start it again and it goes on");
    assert_int_equal(snap.warning_cnt, 1);
    shm_remove(ring);
}

/* Its hold is over: nobody is told that it could go on. */
static void test_hold_is_over(void **state)
{
    const struct tr_tick tick = {.kind = TR_TICK_TRADE};
    const char *ring = ring_name("over");
    (void)state;
    feed_open(&feed, ring, "feed", 4);
    reader_dies_held(ring, "risk", TR_NS_PER_MS);
    for (int i = 0; i < 8; i++) {
        while (tr_publish(&feed, &tick) == TR_FULL)
            assert_int_equal(tr_producer_wait(&feed, 20 * TR_NS_PER_S), TR_OK);
    }
    look(ring, level_defaults());
    assert_int_equal(snapshot_member_state(&snap, 0), MEMBER_DROPPED);
    assert_int_equal(snapshot_member_level(&snap, 0), LEVEL_WARN);
    assert_string_equal(member_state_name(MEMBER_DROPPED), "DEAD");
    assert_int_equal(snap.warning_cnt, 1);
    assert_string_equal(snap.warning[0].text,
                        "consumer risk died, and the feed goes on without it: what it misses is lost to it");
    tr_producer_close(&feed, true);
    shm_remove(ring);
}

/* A process that is stopped keeps its lock and lets its beat grow old. */
static void test_silent(void **state)
{
    struct scribble s;
    const char *ring = ring_name("silent");
    (void)state;
    feed_open(&feed, ring, "feed", 64);
    reader_open(&reader, ring, "signals");
    scribble_open(&s, ring);
    tr_store_rlx(&scribble_lane(&s, 0)->beat_ns, (uint64_t)(tr_now_ns() - TR_NS_PER_S));
    look(ring, level_defaults());
    assert_int_equal(snap.warning_cnt, 0);
    tr_store_rlx(&scribble_lane(&s, 0)->beat_ns, (uint64_t)(tr_now_ns() - 3 * TR_NS_PER_S));
    tr_store_rlx(&scribble_member(&s, 0)->beat_ns, (uint64_t)(tr_now_ns() - 3 * TR_NS_PER_S));
    look(ring, level_defaults());
    assert_int_equal(snap.level, LEVEL_WARN);
    assert_int_equal(snap.warning_cnt, 2);
    char part[64];
    snprintf(part, sizeof part, "feed (pid %d) does not move", getpid());
    expect_warning(LEVEL_WARN, part);
    snprintf(part, sizeof part, "consumer signals (pid %d) does not move", getpid());
    expect_warning(LEVEL_WARN, part);
    assert_string_equal(lane_state_name(snapshot_lane_state(&snap, 0)), "silent");
    assert_string_equal(member_state_name(snapshot_member_state(&snap, 0)), "silent");
    scribble_close(&s);
    tr_producer_close(&feed, false);
    tr_consumer_close(&reader);
}

/* A stage that waits for the next ring is not called slow. */
static void test_held_up(void **state)
{
    struct past *past = past_new();
    struct tr_segment seg;
    struct level_limits limits = level_defaults();
    const char *ring = ring_name("heldup");
    (void)state;
    feed_open(&feed, ring, "feed", 64);
    reader_open(&reader, ring, "stage");
    feed_ticks(&feed, 60);
    reader.stats->blocked_ns = 60 * TR_NS_PER_S; /* since it joined */
    assert_int_equal(tr_observe_open(&seg, ring), 0);
    assert_int_equal(collect(&seg, &limits, past, &snap), 0);
    expect_warning(LEVEL_CRIT, "consumer stage is behind: 60 ticks (93 % of the ring), the oldest waits ");
    expect_warning(LEVEL_CRIT, ": its next ring has no room, 100 % of the time");
    tr_observe_close(&seg);
    free(past);
    tr_producer_close(&feed, false);
    tr_consumer_close(&reader);
    assert_false(shm_exists(ring));
}

static void test_unbalanced(void **state)
{
    struct scribble s;
    const char *ring = ring_name("ledger");
    (void)state;
    feed_open(&feed, ring, "feed", 64);
    reader_open(&reader, ring, "signals");
    feed_ticks(&feed, 10);
    reader_ticks(&reader, 4);
    scribble_open(&s, ring);
    struct tr_member_lane *ml = &scribble_member(&s, 0)->lane[0];
    tr_store_rlx(&ml->lost_cnt, 4); /* all of them lost: possible, but no gap says so */
    look(ring, level_defaults());
    assert_false(snap.balanced);
    assert_int_equal(snap.view.member[0].lost, 4);
    expect_warning(LEVEL_CRIT,
                   "the ledger of signals in feed does not balance: 10 published, 0 delivered, 4 lost "
                   "(0 in ranges), 6 in flight");
    tr_store_rlx(&ml->lost_cnt, 5); /* more than were passed */
    look(ring, level_defaults());
    assert_false(snap.balanced);
    assert_int_equal(snap.level, LEVEL_CRIT);
    expect_warning(LEVEL_CRIT, "does not balance");
    tr_store_rlx(&ml->lost_cnt, 0);
    tr_store_rlx(&ml->start, 5); /* begun behind where it is */
    look(ring, level_defaults());
    assert_false(snap.balanced);
    tr_store_rlx(&ml->start, 0);
    look(ring, level_defaults());
    assert_true(snap.balanced);
    scribble_close(&s);
    tr_producer_close(&feed, false);
    tr_consumer_close(&reader);
}

/* Every word of every place is what a hostile process likes: nothing overflows, all warnings have room. */
static void test_hostile_words(void **state)
{
    static const uint64_t value[] = {0, UINT64_MAX, UINT64_C(1) << 63, INT64_MAX, 1};
    struct scribble s;
    const char *ring = ring_name("hostile");
    (void)state;
    feed_open(&feed, ring, "feed", 4);
    scribble_open(&s, ring);
    for (size_t i = 0; i < sizeof value / sizeof value[0]; i++) {
        for (unsigned p = 0; p < TR_LANE_MAX; p++) {
            struct tr_lane *lane = scribble_lane(&s, p);
            for (size_t w = 0; w < sizeof *lane / 8; w++)
                tr_store_rlx((tr_word *)(void *)lane + w, value[i]);
            memset(lane->who.name, '\x1b', sizeof lane->who.name);
            tr_store_rlx(&lane->state, tr_state_make(1, TR_LANE_OPEN));
        }
        for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
            struct tr_member *m = scribble_member(&s, c);
            for (size_t w = 0; w < sizeof *m / 8; w++)
                tr_store_rlx((tr_word *)(void *)m + w, value[i]);
            tr_store_rlx(&m->state, tr_state_make(1, TR_MEMBER_ACTIVE));
        }
        look(ring, level_defaults());
        assert_int_equal(snap.level, LEVEL_CRIT);
        assert_in_range(snap.warning_cnt, TR_LANE_MAX + TR_CONSUMER_MAX, WARNING_MAX);
        expect_warning(LEVEL_WARN, value[i] == 0 ? " died: start it again and it goes on"
                                                 : " died, and the feed goes on without it: what it misses");
    }
    scribble_close(&s);
    tr_producer_abandon(&feed);
    shm_remove(ring);
}

static void test_truncated(void **state)
{
    struct tr_segment seg;
    struct level_limits limits = level_defaults();
    char path[SHM_PATH_LEN];
    const char *ring = ring_name("short");
    (void)state;
    feed_open(&feed, ring, "feed", 64);
    tr_producer_close(&feed, true);
    assert_int_equal(tr_observe_open(&seg, ring), 0);
    shm_path(path, ring);
    assert_int_equal(truncate(path, 4096), 0);
    assert_int_equal(collect(&seg, &limits, NULL, &snap), -EIO);
    tr_observe_close(&seg);
    shm_remove(ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quiet_ring),    cmocka_unit_test(test_states),
        cmocka_unit_test(test_queue_warning), cmocka_unit_test(test_unknown_age),
        cmocka_unit_test(test_two_lanes),     cmocka_unit_test(test_dead),
        cmocka_unit_test(test_end),           cmocka_unit_test(test_left_behind),
        cmocka_unit_test(test_hold_is_over),  cmocka_unit_test(test_held_up),
        cmocka_unit_test(test_silent),        cmocka_unit_test(test_unbalanced),
        cmocka_unit_test(test_hostile_words), cmocka_unit_test(test_truncated),
    };
    alarm(60);
    return cmocka_run_group_tests_name("collect", tests, own_shm_setup, own_shm_teardown);
}
