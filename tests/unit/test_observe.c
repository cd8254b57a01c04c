/* A ring seen from outside: every number of the view is the one in the pages, a consumer's add up, and
 * nothing that the pages can hold does harm. */
#include "observe_help.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "consumer.h"
#include "lock.h"
#include "producer.h"

static void look(void)
{
    memset(view, 0xA5, sizeof *view);
    assert_int_equal(tr_observe(&eye, view), 0);
}

static struct tr_member_stats *own_stats(unsigned c)
{
    void *stats = tr_segment_map_own(&seg, tr_segment_stats_off(&seg, c), seg.map.stats_len);
    assert_non_null(stats);
    return stats;
}

/* --- The ring ----------------------------------------------------------------------------------- */

static void empty_ring(void **state)
{
    (void)state;
    int64_t begin_ns = tr_now_ns();
    look();
    assert_string_equal(view->ring, ring);
    assert_int_equal(view->slot_cnt, 16);
    assert_int_equal(view->record_len, 64);
    assert_int_equal(view->created_wall_ns, seg.header.created_wall_ns);
    assert_in_range(view->taken_ns, begin_ns, tr_now_ns());
    assert_true(view->named);
    for (unsigned p = 0; p < TR_LANE_MAX; p++)
        assert_false(view->lane[p].used);
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++)
        assert_false(view->member[c].used);
}

static void errors_of_opening(void **state)
{
    struct tr_segment other;
    char path[HELP_PATH_MAX];
    char name[TR_RING_NAME_MAX + 1];
    (void)state;
    assert_int_equal(tr_observe_open(&other, help_ring_name(name, "none")), -ENOENT);
    assert_int_equal(tr_observe_open(&other, "a/b"), -EINVAL);
    help_shm_path(path, name);
    help_write(path, "no ring", 7);
    assert_int_equal(tr_observe_open(&other, name), -EBADMSG);
    tr_observe_close(&other);
}

static void removed_and_cut(void **state)
{
    (void)state;
    assert_int_equal(tr_segment_unlink(&seg), 0);
    look();
    assert_false(view->named);
    assert_int_equal(ftruncate(seg.fd, (off_t)seg.map.total_len - 1), 0);
    assert_int_equal(tr_observe(&eye, view), -EIO);
    assert_int_equal(ftruncate(seg.fd, 0), 0);
    assert_int_equal(tr_observe(&eye, view), -EIO);
}

/* --- Pages filled by hand ----------------------------------------------------------------------- */

static void every_word_of_a_lane(void **state)
{
    struct tr_lane *lane = help_own_lane(&seg, 15);
    const struct tr_lane_view *v = &view->lane[15];
    (void)state;
    strcpy(lane->who.name, "feed");
    lane->who.pid = 11;
    lane->who.started_wall_ns = 12;
    lane->beat_ns = 13;
    lane->rate_mhz = 14;
    lane->dropped_cnt = 15;
    lane->stall_cnt = 16;
    lane->blocked_ns = 17;
    lane->hint = 18;
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
        lane->blocked_by_ns[c] = 1000 + c;
        lane->blocked_by_name[c] = tr_registry_name_id("");
    }
    lane->blocked_by_name[7]++; /* somebody else had that place */
    tr_store_rel(&lane->state, tr_state_make(9, TR_LANE_OPEN));
    look();
    assert_true(v->used && !v->closed && !v->alive);
    assert_string_equal(v->name, "feed");
    assert_int_equal(v->epoch, 9);
    assert_int_equal(v->pid, 11);
    assert_int_equal(v->started_wall_ns, 12);
    assert_int_equal(v->beat_ns, 13);
    assert_int_equal(v->rate_mhz, 14);
    assert_int_equal(v->dropped_cnt, 15);
    assert_int_equal(v->stall_cnt, 16);
    assert_int_equal(v->blocked_ns, 17);
    assert_int_equal(v->published, 18);
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++)
        assert_int_equal(v->blocked_by_ns[c], c == 7 ? 0 : 1000 + c);
    tr_store_rel(&lane->state, tr_state_make(9, TR_LANE_CLOSED));
    look();
    assert_true(v->used && v->closed);
    help_unmap(&seg, lane);
}

static void fill_member(struct tr_member *m, unsigned member_state)
{
    strcpy(m->who.name, "signals");
    m->who.pid = 21;
    m->who.started_wall_ns = 22;
    m->beat_ns = 23;
    m->hold_ns = 24;
    for (unsigned p = 0; p < TR_LANE_MAX; p++)
        m->lane[p].start = UINT64_MAX;
    tr_store_rel(&m->state, tr_state_make(1, member_state));
}

static void every_word_of_a_consumer(void **state)
{
    struct tr_member *m = help_own_member(&seg, 63);
    struct tr_member_stats *s = own_stats(63);
    const struct tr_member_view *v = &view->member[63];
    (void)state;
    fill_member(m, TR_MEMBER_ACTIVE);
    s->high_water = 31;
    s->high_water_ns = 32;
    s->rate_mhz = 33;
    s->busy_ns = 34;
    s->idle_ns = 35;
    s->blocked_ns = 36;
    s->evicted_cnt = 37;
    tr_hist_add(&s->latency, 50, 4);
    tr_hist_add(&s->service, 60, 5);
    look();
    assert_true(v->used && !v->done && !v->alive && !v->lossy);
    assert_string_equal(v->name, "signals");
    assert_true(v->pid == 21 && v->started_wall_ns == 22 && v->beat_ns == 23 && v->hold_ns == 24);
    assert_true(v->high_water == 31 && v->high_water_ns == 32 && v->rate_mhz == 33);
    assert_true(v->busy_ns == 34 && v->idle_ns == 35 && v->blocked_ns == 36 && v->evicted_cnt == 37);
    assert_true(v->latency.cnt == 4 && v->latency.max_ns == 50);
    assert_true(v->service.cnt == 5 && v->service.max_ns == 60);
    assert_true(v->lag == 0 && v->delivered == 0 && v->lost == 0);
    m->lossy = 1;
    tr_store_rel(&m->state, tr_state_make(1, TR_MEMBER_DONE));
    look();
    assert_true(v->used && v->done && v->lossy);
    munmap(s, seg.map.stats_len);
    help_unmap(&seg, m);
}

static void join_lane(struct tr_member *m, unsigned p, uint64_t start, uint64_t cur, uint64_t lost)
{
    m->lane[p].reg = m->lane[p].act = 1;
    m->lane[p].start = m->lane[p].from = start;
    m->lane[p].cur = cur;
    m->lane[p].lost_cnt = lost;
}

static void open_lane(unsigned p, uint64_t hint)
{
    struct tr_lane *lane = help_own_lane(&seg, p);
    lane->hint = hint;
    tr_store_rel(&lane->state, tr_state_make(1, TR_LANE_OPEN));
    help_unmap(&seg, lane);
}

/* delivered + lost + lag = published - start, of every consumer over its lanes. */
static void check_ledger(const struct tr_member_view *v)
{
    uint64_t due = 0;
    for (unsigned p = 0; p < TR_LANE_MAX; p++)
        due += v->lane[p].joined ? view->lane[p].published - v->lane[p].start : 0;
    assert_int_equal(v->delivered + v->lost + v->lag, due);
}

static void ledger_over_lanes(void **state)
{
    struct tr_member *m = help_own_member(&seg, 0);
    const struct tr_member_view *v = &view->member[0];
    (void)state;
    fill_member(m, TR_MEMBER_ACTIVE);
    join_lane(m, 0, 10, 30, 5);
    join_lane(m, 1, 0, 7, 0);
    open_lane(0, 42);
    open_lane(1, 7);
    open_lane(2, 100); /* not joined yet: nothing is due */
    look();
    assert_true(v->lane[0].joined && v->lane[1].joined && !v->lane[2].joined);
    assert_true(v->lane[0].start == 10 && v->lane[0].cursor == 30 && v->lane[0].lost == 5);
    assert_true(v->lane[0].lag == 12 && v->lane[1].lag == 0);
    assert_true(v->lag == 12 && v->lost == 5 && v->delivered == 15 + 7);
    check_ledger(v);
    help_unmap(&seg, m);
}

/* A lane whose place was never taken has no ticks to be behind in. */
static void told_a_start_before_the_lane_was_opened(void **state)
{
    struct tr_member *m = help_own_member(&seg, 0);
    (void)state;
    fill_member(m, TR_MEMBER_ACTIVE);
    join_lane(m, 4, 0, 0, 0);
    look();
    assert_false(view->member[0].lane[4].joined);
    open_lane(4, 3);
    look();
    assert_true(view->member[0].lane[4].joined);
    assert_int_equal(view->member[0].lag, 3);
    check_ledger(&view->member[0]);
    help_unmap(&seg, m);
}

/* The hint may be behind the ticks by a batch: the furthest cursor says more, for all. */
static void cursor_ahead_of_the_hint(void **state)
{
    struct tr_member *fast = help_own_member(&seg, 0);
    struct tr_member *slow = help_own_member(&seg, 1);
    (void)state;
    fill_member(fast, TR_MEMBER_ACTIVE);
    fill_member(slow, TR_MEMBER_ACTIVE);
    join_lane(fast, 0, 0, 25, 0);
    join_lane(slow, 0, 0, 5, 0);
    open_lane(0, 20);
    look();
    assert_int_equal(view->lane[0].published, 25);
    assert_int_equal(view->member[0].lag, 0);
    assert_int_equal(view->member[1].lag, 20);
    check_ledger(&view->member[0]);
    check_ledger(&view->member[1]);
    help_unmap(&seg, fast);
    help_unmap(&seg, slow);
}

/* In the middle of a move over a gap, and right after it: the ledger holds at each store. */
static void moving_over_a_gap(void **state)
{
    struct tr_member *m = help_own_member(&seg, 0);
    const struct tr_member_view *v = &view->member[0];
    (void)state;
    fill_member(m, TR_MEMBER_ACTIVE);
    join_lane(m, 0, 0, 10, 0);
    open_lane(0, 50);
    m->lane[0].lost_next_cnt = 30;
    look();
    check_ledger(v);
    m->lane[0].from = 40;
    look();
    assert_int_equal(v->lost, 0);
    check_ledger(v);
    m->lane[0].lost_cnt = 30;
    look();
    assert_int_equal(v->lost, 0);
    assert_int_equal(v->delivered, 10);
    check_ledger(v);
    m->lane[0].cur = 40;
    look();
    assert_int_equal(v->lost, 30);
    assert_int_equal(v->delivered, 10);
    check_ledger(v);
    help_unmap(&seg, m);
}

static void evicted_and_not_knowing(void **state)
{
    struct tr_member *m = help_own_member(&seg, 5);
    struct tr_lane *lane = help_own_lane(&seg, 0);
    (void)state;
    fill_member(m, TR_MEMBER_ACTIVE);
    join_lane(m, 0, 0, 1, 0);
    open_lane(0, 2);
    lane->evicted[5] = 2; /* another registration */
    look();
    assert_false(view->member[5].lane[0].evicted);
    lane->evicted[5] = 1;
    look();
    assert_true(view->member[5].lane[0].evicted);
    assert_int_equal(view->member[5].evicted_cnt, 1);
    m->lane[0].reg = lane->evicted[5] = 0; /* lossy: not registered, never evicted */
    look();
    assert_false(view->member[5].lane[0].evicted);
    help_unmap(&seg, m);
    help_unmap(&seg, lane);
}

/* How long the oldest unread tick has waited, from the slot itself. */
static void age_of_the_oldest(void **state)
{
    struct tr_member *m = help_own_member(&seg, 0);
    struct tr_slot *slot =
        tr_segment_map_own(&seg, tr_segment_data_off(&seg, 0) + seg.map.slot_rel, seg.map.page_len);
    size_t pub = offsetof(struct tr_tick, ts_pub_ns) / 8;
    (void)state;
    fill_member(m, TR_MEMBER_ACTIVE);
    join_lane(m, 0, 0, 20, 0);
    open_lane(0, 25);
    slot[20 % 16].seq = 21;
    slot[20 % 16].word[pub] = (uint64_t)(tr_now_ns() - TR_NS_PER_S);
    look();
    assert_in_range(view->member[0].lag_ns, TR_NS_PER_S, 100 * TR_NS_PER_S);
    slot[20 % 16].word[pub] = 0; /* the producer did not look at its clock */
    look();
    assert_int_equal(view->member[0].lag_ns, 0);
    slot[20 % 16].word[pub] = 1;
    slot[20 % 16].seq = 21 | TR_SEQ_BUSY; /* not whole */
    look();
    assert_int_equal(view->member[0].lag_ns, 0);
    slot[20 % 16].seq = 37; /* another tick */
    look();
    assert_int_equal(view->member[0].lag_ns, 0);
    munmap(slot, seg.map.page_len);
    help_unmap(&seg, m);
}

/* How far the newest is ahead of the oldest unread, by the venue's clock. */
static void behind_in_event_time(void **state)
{
    static const struct {
        uint64_t oldest_ns;
        uint64_t newest_ns;
        int64_t lag_ns;
    } time[] = {
        {1000, 5000, 4000},
        {5000, 1000, 0}, /* times go back */
        {(uint64_t)INT64_MIN, INT64_MAX, 0},
        {INT64_MAX, (uint64_t)INT64_MIN, 0},
    };
    struct tr_member *m = help_own_member(&seg, 0);
    struct tr_slot *slot =
        tr_segment_map_own(&seg, tr_segment_data_off(&seg, 0) + seg.map.slot_rel, seg.map.page_len);
    size_t event = offsetof(struct tr_tick, ts_event_ns) / 8;
    (void)state;
    fill_member(m, TR_MEMBER_ACTIVE);
    join_lane(m, 0, 0, 20, 0);
    open_lane(0, 25);
    slot[20 % 16].seq = 21;
    slot[24 % 16].seq = 25;
    for (unsigned i = 0; i < sizeof time / sizeof time[0]; i++) {
        slot[20 % 16].word[event] = time[i].oldest_ns;
        slot[24 % 16].word[event] = time[i].newest_ns;
        look();
        assert_int_equal(view->member[0].lag_event_ns, time[i].lag_ns);
    }
    slot[24 % 16].seq = 41; /* overwritten meanwhile */
    look();
    assert_int_equal(view->member[0].lag_event_ns, 0);
    munmap(slot, seg.map.page_len);
    help_unmap(&seg, m);
}

/* Those that count, of this lane; what a kill left behind and lanes that there are not are left out. */
static void gaps_that_count(void **state)
{
    struct tr_member *m = help_own_member(&seg, 0);
    struct tr_member_stats *s = own_stats(0);
    const struct tr_member_view *v = &view->member[0];
    static const struct tr_gap_record gap[] = {
        {.at_ns = 1, .lane_idx = 0, .from = 2, .to = 6},
        {.at_ns = 2, .lane_idx = TR_LANE_MAX, .from = 2, .to = 3},
        {.at_ns = 3, .lane_idx = 0, .from = 9, .to = 12, .lost_before = 4}};
    (void)state;
    fill_member(m, TR_MEMBER_ACTIVE);
    join_lane(m, 0, 0, 8, 4);
    open_lane(0, 25);
    for (unsigned i = 0; i < 3; i++)
        tr_gaps_add(&s->gaps, &gap[i]);
    look();
    assert_int_equal(v->gap_cnt, 1);
    assert_true(v->gaps_whole);
    assert_memory_equal(&v->gap[0], &gap[0], sizeof gap[0]);
    m->lane[0].lost_cnt = 7;
    m->lane[0].cur = 12;
    look();
    assert_int_equal(v->gap_cnt, 2);
    assert_memory_equal(&v->gap[1], &gap[2], sizeof gap[2]);
    munmap(s, seg.map.stats_len);
    help_unmap(&seg, m);
}

/* --- A ring in use ------------------------------------------------------------------------------ */

static void seen_at_work(void **state)
{
    struct tr_producer p;
    struct tr_consumer c;
    struct tr_batch b;
    struct tr_tick tick[16] = {{.kind = TR_TICK_TRADE}};
    (void)state;
    assert_int_equal(tr_producer_open(&p, &(struct tr_producer_options){.ring = ring, .name = "feed"}), 0);
    assert_int_equal(tr_consumer_open(&c, &(struct tr_consumer_options){.ring = ring, .id = "all"}), 0);
    assert_int_equal(tr_publish_batch(&p, tick, 10), 2); /* a free run is an eighth of the ring */
    while (tr_publish(&p, tick) == TR_OK)
        continue;
    assert_int_equal(tr_read(&c, tick, 4, &b), TR_OK);
    tr_advance(&c, &b);
    tr_consumer_flush(&c);
    look();
    assert_true(view->lane[0].used && view->lane[0].alive && !view->lane[0].closed);
    assert_true(view->member[0].used && view->member[0].alive && !view->member[0].done);
    assert_string_equal(view->lane[0].name, "feed");
    assert_string_equal(view->member[0].name, "all");
    assert_int_equal(view->lane[0].published, 16);
    assert_int_equal(view->member[0].delivered, 4);
    assert_int_equal(view->member[0].lag, 12);
    check_ledger(&view->member[0]);
    tr_consumer_close(&c);
    look();
    assert_true(!view->member[0].alive && view->member[0].done);
    tr_producer_close(&p, false);
    look();
    assert_true(!view->lane[0].alive && view->lane[0].closed && !view->named);
}

/* --- Hostile contents --------------------------------------------------------------------------- */

static void fill_page(uint64_t off, uint64_t len, int pattern, uint64_t *random)
{
    uint64_t *word = tr_segment_map_own(&seg, off, len);
    assert_non_null(word);
    for (uint64_t i = 0; i < len / 8; i++)
        word[i] = pattern < 256 ? UINT64_C(0x0101010101010101) * (uint64_t)pattern
                                : help_random(random) << 32 ^ help_random(random);
    munmap(word, len);
}

static void check_names_end(void)
{
    for (unsigned p = 0; p < TR_LANE_MAX; p++)
        assert_true(strnlen(view->lane[p].name, TR_NAME_MAX + 1) <= TR_NAME_MAX);
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++)
        assert_true(strnlen(view->member[c].name, TR_NAME_MAX + 1) <= TR_NAME_MAX);
}

/* Any bytes in any page. */
static void garbage_everywhere(void **state)
{
    uint64_t random = help_seed();
    (void)state;
    for (int round = 0; round < 12; round++) {
        static const int pattern[] = {0xff, 0x7f, 0x80, 0x01, 0x41, 0x02};
        int fill = round < 6 ? pattern[round] : 256;
        fill_page(seg.map.bell_off, seg.map.control_end - seg.map.bell_off, fill, &random);
        for (unsigned c = 0; c < TR_CONSUMER_MAX; c += 21)
            fill_page(tr_segment_stats_off(&seg, c), seg.map.stats_len, fill, &random);
        for (unsigned p = 0; p < TR_LANE_MAX; p += 5)
            fill_page(tr_segment_data_off(&seg, p) + seg.map.slot_rel, seg.map.page_len, fill, &random);
        look();
        check_names_end();
        assert_int_equal(view->slot_cnt, 16);
    }
}

/* One word of a sound page turned into something extreme. */
static void one_word_of_garbage(void **state)
{
    static const uint64_t extreme[] = {0, 1, 2, UINT64_MAX, UINT64_C(1) << 63, INT64_MAX, UINT64_C(1) << 40};
    struct tr_member *m = help_own_member(&seg, 0);
    struct tr_lane *lane = help_own_lane(&seg, 0);
    (void)state;
    fill_member(m, TR_MEMBER_ACTIVE);
    join_lane(m, 0, 3, 10, 2);
    open_lane(0, 12);
    for (size_t i = 0; i < sizeof *m / 8 + sizeof *lane / 8; i++) {
        uint64_t *word =
            i < sizeof *m / 8 ? (uint64_t *)(void *)m + i : (uint64_t *)(void *)lane + (i - sizeof *m / 8);
        uint64_t before = *word;
        *word = extreme[i % (sizeof extreme / sizeof *extreme)];
        look();
        check_names_end();
        *word = before;
    }
    look();
    check_ledger(&view->member[0]);
    help_unmap(&seg, m);
    help_unmap(&seg, lane);
}

/* A publish time that no clock can have shown. */
static void publish_time_beyond_all_bounds(void **state)
{
    struct tr_member *m = help_own_member(&seg, 0);
    struct tr_slot *slot =
        tr_segment_map_own(&seg, tr_segment_data_off(&seg, 0) + seg.map.slot_rel, seg.map.page_len);
    size_t pub = offsetof(struct tr_tick, ts_pub_ns) / 8;
    (void)state;
    fill_member(m, TR_MEMBER_ACTIVE);
    join_lane(m, 0, 0, 0, 0);
    open_lane(0, 1);
    slot[0].seq = 1;
    slot[0].word[pub] = INT64_MAX;
    look();
    assert_int_equal(view->member[0].lag_ns, 0);
    slot[0].word[pub] = UINT64_C(1) << 63; /* INT64_MIN */
    look();
    assert_true(view->member[0].lag_ns >= 0);
    munmap(slot, seg.map.page_len);
    help_unmap(&seg, m);
}

static int look_and_compare(void)
{
    uint8_t *before = malloc(seg.map.control_end);
    memcpy(before, seg.base, seg.map.control_end);
    look();
    int difference = memcmp(before, seg.base, seg.map.control_end);
    free(before);
    return difference;
}

static void nothing_is_written(void **state)
{
    (void)state;
    open_lane(0, 12);
    assert_int_equal(look_and_compare(), 0);
    assert_int_equal(fcntl(eye.fd, F_GETFL) % 4, O_RDONLY);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, make_ring, remove_ring)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(empty_ring),
        TEST(errors_of_opening),
        TEST(removed_and_cut),
        TEST(every_word_of_a_lane),
        TEST(every_word_of_a_consumer),
        TEST(ledger_over_lanes),
        TEST(told_a_start_before_the_lane_was_opened),
        TEST(cursor_ahead_of_the_hint),
        TEST(moving_over_a_gap),
        TEST(evicted_and_not_knowing),
        TEST(age_of_the_oldest),
        TEST(behind_in_event_time),
        TEST(gaps_that_count),
        TEST(seen_at_work),
        TEST(garbage_everywhere),
        TEST(one_word_of_garbage),
        TEST(publish_time_beyond_all_bounds),
        TEST(nothing_is_written),
    };
    return cmocka_run_group_tests_name("observe", tests, NULL, NULL);
}
