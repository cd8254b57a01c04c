/* A consumer's loop on real rings: lanes in turn, gaps, the end, sleeping and being woken. */
#include "bus_help.h"

#include <pthread.h>

#define LANE_CNT 3

static char ring[TR_RING_NAME_MAX + 1];
static struct tr_producer producer[TR_LANE_MAX];
static struct tr_consumer consumer;
static struct tr_consumer other;

static void begin(const char *what, unsigned lane_cnt)
{
    help_ring_name(ring, what);
    for (unsigned p = 0; p < lane_cnt; p++) {
        const char name[2] = {(char)('a' + p)};
        bus_produce(&producer[p], ring, name);
    }
}

static void join(struct tr_consumer *c, const char *id, bool lossy)
{
    struct tr_consumer_options opt = bus_consumer_options(ring, id);
    opt.lossy = lossy;
    assert_int_equal(tr_consumer_open(c, &opt), 0);
}

static void end(unsigned lane_cnt)
{
    tr_consumer_close(&consumer);
    for (unsigned p = 0; p < lane_cnt; p++)
        tr_producer_close(&producer[p], false);
    assert_int_equal(help_leftovers(false), 0);
}

/* --- One lane --------------------------------------------------------------------------------------- */

static void poll_tells_what_is_there(void **state)
{
    (void)state;
    struct tr_batch b;
    begin("poll", 1);
    join(&consumer, "c", false);
    assert_int_equal(tr_poll(&consumer, &b, 16), TR_EMPTY);
    bus_publish(&producer[0], 5);
    assert_int_equal(tr_poll(&consumer, &b, 3), TR_OK);
    assert_int_equal(b.seq, 0);
    assert_int_equal(b.cnt, 3);
    assert_int_equal(b.lane_idx, 0);
    assert_int_equal(tr_poll(&consumer, &b, 16), TR_OK); /* nothing was moved over */
    assert_int_equal(b.seq, 0);
    assert_int_equal(b.cnt, 5);
    struct tr_tick tick;
    tr_batch_copy(&b, 4, &tick);
    assert_true(bus_tick_is(&tick, 4));
    assert_true(tr_batch_check(&b));
    tr_advance(&consumer, &b);
    assert_int_equal(consumer.read_cnt, 5);
    assert_int_equal(tr_poll(&consumer, &b, 16), TR_EMPTY);
    end(1);
}

static void read_copies_and_measures(void **state)
{
    (void)state;
    struct tr_batch b;
    struct tr_hist_snap snap;
    begin("read", 1);
    join(&consumer, "c", false);
    struct tr_tick tick = bus_tick(0);
    tick.ts_pub_ns = tr_now_ns();
    assert_int_equal(tr_publish(&producer[0], &tick), TR_OK);
    assert_int_equal(bus_read(&consumer, 16, &b), TR_OK);
    assert_int_equal(bus_read(&consumer, 16, &b), TR_EMPTY);
    tr_hist_snapshot(&consumer.stats->latency, &snap);
    assert_int_equal(snap.cnt, 1);
    tr_hist_snapshot(&consumer.stats->service, &snap);
    assert_int_equal(snap.cnt, 1);
    end(1);
}

/* An empty poll stores the cursor: a producer at its gate may be waiting for just that. */
static void empty_poll_tells_the_cursor(void **state)
{
    (void)state;
    struct tr_batch b;
    begin("flush", 1);
    join(&consumer, "c", false);
    bus_publish(&producer[0], 3);
    assert_int_equal(bus_read(&consumer, 3, &b), TR_OK);
    assert_int_equal(atomic_load(&consumer.member->lane[0].cur), 0); /* a step is four */
    assert_int_equal(bus_read(&consumer, 3, &b), TR_EMPTY);
    assert_int_equal(atomic_load(&consumer.member->lane[0].cur), 3);
    end(1);
}

static void closed_only_after_everything_was_read(void **state)
{
    (void)state;
    struct tr_batch b;
    begin("closed", 2);
    join(&consumer, "c", false);
    assert_int_equal(tr_poll(&consumer, &b, 16), TR_EMPTY);
    bus_publish(&producer[0], 5);
    tr_producer_close(&producer[0], false);
    bus_publish(&producer[1], 2);
    for (unsigned i = 0; i < 7; i++)
        assert_int_equal(bus_read(&consumer, 1, &b), TR_OK);
    assert_int_equal(tr_poll(&consumer, &b, 16), TR_EMPTY); /* the other lane is open */
    bus_publish(&producer[1], 1);
    tr_producer_close(&producer[1], false);
    assert_int_equal(bus_read(&consumer, 16, &b), TR_OK);
    assert_int_equal(tr_poll(&consumer, &b, 16), TR_CLOSED);
    assert_int_equal(tr_poll(&consumer, &b, 16), TR_CLOSED);
    end(0);
}

static void closed_needs_so_many_lanes(void **state)
{
    (void)state;
    struct tr_batch b;
    struct tr_consumer_options opt = bus_consumer_options(help_ring_name(ring, "lanes"), "c");
    opt.lane_cnt_min = 2;
    begin("lanes", 1);
    assert_int_equal(tr_consumer_open(&consumer, &opt), 0);
    tr_producer_close(&producer[0], false);
    assert_int_equal(tr_poll(&consumer, &b, 16), TR_EMPTY);
    bus_produce(&producer[1], ring, "b");
    bus_publish(&producer[1], 2);
    tr_producer_close(&producer[1], false);
    assert_int_equal(bus_drain(&consumer, TR_CLOSED), 2);
    end(0);
}

static void closed_lane_may_open_again(void **state)
{
    (void)state;
    begin("again", 1);
    join(&consumer, "c", false);
    bus_publish(&producer[0], 2);
    tr_producer_close(&producer[0], true);
    assert_int_equal(bus_drain(&consumer, TR_CLOSED), 2);
    bus_produce(&producer[0], ring, "a");
    bus_publish(&producer[0], 3);
    assert_int_equal(bus_drain(&consumer, TR_EMPTY), 3);
    end(1);
}

/* --- Losing ----------------------------------------------------------------------------------------- */

static void recover_without_a_loss(void **state)
{
    (void)state;
    struct tr_batch b;
    begin("noloss", 1);
    join(&consumer, "c", false);
    bus_publish(&producer[0], 5);
    assert_int_equal(tr_poll(&consumer, &b, 16), TR_OK);
    assert_true(tr_batch_check(&b));
    tr_writer_evict(&producer[0].w, consumer.place.idx, consumer.lane[0].reg);
    assert_false(tr_batch_check(&b));
    assert_int_equal(tr_recover(&consumer, &b), TR_OK); /* nothing was overwritten yet */
    assert_int_equal(bus_drain(&consumer, TR_EMPTY), 5);
    assert_int_equal(tr_consumer_lost(&consumer), 0);
    assert_int_equal(atomic_load(&consumer.stats->evicted_cnt), 1);
    end(1);
}

static void recover_tells_the_gap(void **state)
{
    (void)state;
    for (unsigned lossy = 0; lossy < 2; lossy++) {
        struct tr_batch b;
        begin("recover", 1);
        join(&consumer, "c", lossy);
        bus_publish(&producer[0], 16);
        assert_int_equal(tr_poll(&consumer, &b, 16), TR_OK);
        if (!lossy)
            tr_writer_evict(&producer[0].w, consumer.place.idx, consumer.lane[0].reg);
        assert_int_equal(bus_publish(&producer[0], 50), 50);
        assert_false(tr_batch_check(&b));
        assert_int_equal(tr_recover(&consumer, &b), TR_OVERRUN);
        assert_int_equal(b.cnt, 0);
        assert_int_equal(b.gap.from, 0);
        assert_int_equal(b.gap.to + bus_drain(&consumer, TR_EMPTY), 66);
        assert_int_equal(tr_consumer_lost(&consumer), b.gap.to);
        end(1);
    }
}

/* An overwritten slot looks like an empty one: the gap is found all the same, and before the end. */
static void gap_is_found_before_the_end(void **state)
{
    (void)state;
    for (unsigned lossy = 0; lossy < 2; lossy++) {
        struct tr_batch b;
        begin("end", 1);
        join(&consumer, "c", lossy);
        if (!lossy)
            tr_writer_evict(&producer[0].w, consumer.place.idx, consumer.lane[0].reg);
        bus_publish(&producer[0], 64);
        tr_producer_close(&producer[0], false);
        assert_int_equal(tr_poll(&consumer, &b, 16), TR_OVERRUN);
        assert_int_equal(b.gap.from, 0);
        assert_int_equal(b.gap.to + bus_drain(&consumer, TR_CLOSED), 64);
        end(0);
    }
}

/* --- Several lanes ---------------------------------------------------------------------------------- */

static void lanes_are_read_in_turn(void **state)
{
    (void)state;
    struct tr_batch b;
    unsigned turns[LANE_CNT] = {0};
    begin("turn", LANE_CNT);
    join(&consumer, "c", false);
    for (unsigned i = 0; i < 300; i++) {
        for (unsigned p = 0; p < LANE_CNT; p++)
            bus_publish(&producer[p], 16); /* always full */
        assert_int_equal(bus_read(&consumer, 4, &b), TR_OK);
        turns[b.lane_idx]++;
    }
    for (unsigned p = 0; p < LANE_CNT; p++)
        assert_int_equal(turns[p], 300 / LANE_CNT);
    end(LANE_CNT);
}

/* A lane that opens while another one always has something is found by the housekeeping. */
static void new_lane_does_not_starve(void **state)
{
    (void)state;
    struct tr_batch b;
    bool seen = false;
    begin("starve", 1);
    join(&consumer, "c", false);
    bus_publish(&producer[0], 16);
    assert_int_equal(bus_read(&consumer, 4, &b), TR_OK);
    bus_produce(&producer[1], ring, "b");
    bus_publish(&producer[1], 3);
    for (unsigned i = 0; i < 10 && !seen; i++) {
        bus_publish(&producer[0], 16);
        assert_int_equal(tr_consumer_housekeep(&consumer, tr_now_ns() + (i + 2) * TR_NS_PER_S), 0);
        assert_int_equal(bus_read(&consumer, 4, &b), TR_OK);
        seen = b.lane_idx == 1;
    }
    assert_true(seen);
    end(2);
}

/* A lane that lapped us has its turn, though the others always have something. */
static void overrun_lane_does_not_starve(void **state)
{
    (void)state;
    for (unsigned lossy = 0; lossy < 2; lossy++) {
        struct tr_batch b;
        unsigned read[2] = {0}, gaps[2] = {0};
        begin("lapped", 2);
        join(&consumer, "c", lossy);
        assert_int_equal(tr_poll(&consumer, &b, 16), TR_EMPTY);
        for (unsigned i = 0; i < 200; i++) {
            bus_publish(&producer[0], 1);
            if (!lossy)
                tr_writer_evict(&producer[1].w, consumer.place.idx, consumer.lane[1].reg);
            assert_int_equal(bus_publish(&producer[1], 40), 40);
            enum tr_status status = bus_read(&consumer, 4, &b);
            if (status == TR_OK)
                read[b.lane_idx]++;
            else if (status == TR_OVERRUN)
                gaps[b.lane_idx]++;
        }
        assert_true(read[0] > 20);
        assert_true(gaps[1] > 20);
        assert_int_equal(gaps[0], 0);
        end(2);
    }
}

/* Two fast lanes and a slow lossy reader: both are heard. */
static void two_fast_lanes_are_both_read(void **state)
{
    (void)state;
    struct tr_batch b;
    unsigned read[2] = {0};
    begin("fast", 2);
    join(&consumer, "c", true);
    assert_int_equal(tr_poll(&consumer, &b, 16), TR_EMPTY);
    for (unsigned i = 0; i < 400; i++) {
        bus_publish(&producer[0], 5);
        bus_publish(&producer[1], 5);
        if (bus_read(&consumer, 4, &b) == TR_OK)
            read[b.lane_idx]++;
    }
    assert_true(read[0] > 40);
    assert_true(read[1] > 40);
    end(2);
}

static void every_lane_tells_its_gap(void **state)
{
    (void)state;
    struct tr_batch b;
    begin("gaps", LANE_CNT);
    join(&consumer, "c", false);
    assert_int_equal(tr_poll(&consumer, &b, 16), TR_EMPTY);
    tr_consumer_close(&consumer);
    for (unsigned p = 0; p < LANE_CNT; p++)
        bus_publish(&producer[p], 40 + p);
    join(&consumer, "c", false);
    uint64_t seen = 0;
    for (unsigned p = 0; p < LANE_CNT; p++) {
        assert_int_equal(tr_poll(&consumer, &b, 16), TR_OVERRUN);
        assert_int_equal(b.gap.from, 0);
        seen |= 1U << b.lane_idx;
    }
    assert_int_equal(seen, (1U << LANE_CNT) - 1);
    uint64_t rest = bus_drain(&consumer, TR_EMPTY);
    assert_int_equal(tr_consumer_lost(&consumer) + rest, 40 + 41 + 42);
    end(LANE_CNT);
}

/* --- Waiting ---------------------------------------------------------------------------------------- */

static const enum tr_wait_kind all_waits[] = {TR_WAIT_AUTO, TR_WAIT_BLOCK, TR_WAIT_YIELD, TR_WAIT_SPIN};

static void wait_ends_in_vain(void **state)
{
    (void)state;
    struct tr_batch b;
    begin("vain", 1);
    join(&consumer, "c", false);
    assert_int_equal(tr_poll(&consumer, &b, 16), TR_EMPTY);
    for (unsigned i = 0; i < 4; i++) {
        consumer.wait = all_waits[i];
        assert_int_equal(tr_consumer_wait(&consumer, 0), TR_EMPTY);
        int64_t from_ns = tr_now_ns();
        assert_int_equal(tr_consumer_wait(&consumer, 5 * TR_NS_PER_MS), TR_EMPTY);
        assert_true(tr_now_ns() - from_ns >= 4 * TR_NS_PER_MS);
        assert_int_equal(atomic_load(&consumer.member->wait) & 1, 0);
        assert_int_equal(atomic_load(&consumer.bell->asleep), 0);
    }
    end(1);
}

/* All that a sleeper is woken for is seen before it sleeps. */
static void wait_sees_what_is_new(void **state)
{
    (void)state;
    struct tr_batch b;
    begin("news", 1);
    join(&consumer, "c", false);
    join(&other, "l", true);
    assert_int_equal(tr_poll(&consumer, &b, 16), TR_EMPTY);
    assert_int_equal(tr_poll(&other, &b, 16), TR_EMPTY);

    bus_produce(&producer[1], ring, "b"); /* a lane */
    assert_int_equal(tr_consumer_wait(&consumer, BUS_LONG_NS), TR_OK);
    assert_int_equal(tr_poll(&consumer, &b, 16), TR_EMPTY);
    assert_int_equal(tr_poll(&other, &b, 16), TR_EMPTY);

    tr_writer_evict(&producer[1].w, consumer.place.idx, consumer.lane[1].reg); /* an eviction */
    assert_int_equal(tr_consumer_wait(&consumer, BUS_LONG_NS), TR_OK);
    assert_int_equal(tr_poll(&consumer, &b, 16), TR_EMPTY);

    bus_publish(&producer[1], 1); /* a tick */
    assert_int_equal(tr_consumer_wait(&consumer, BUS_LONG_NS), TR_OK);
    assert_int_equal(bus_drain(&consumer, TR_EMPTY), 1);
    assert_int_equal(bus_drain(&other, TR_EMPTY), 1);

    for (unsigned i = 0; i < 4; i++) { /* a lap that shows an empty slot */
        bus_publish(&producer[1], 10);
        assert_int_equal(bus_drain(&consumer, TR_EMPTY), 10);
    }
    assert_int_equal(tr_consumer_wait(&other, BUS_LONG_NS), TR_OK);
    assert_int_equal(tr_poll(&other, &b, 16), TR_OVERRUN);
    bus_drain(&other, TR_EMPTY);

    tr_producer_close(&producer[1], false); /* the end of a lane */
    assert_int_equal(tr_consumer_wait(&consumer, BUS_LONG_NS), TR_OK);
    tr_consumer_close(&other);
    end(1);
}

static int posts(void)
{
    int value = -1;
    assert_int_equal(sem_getvalue(producer[0].sem, &value), 0);
    return value;
}

static void producer_sleeps(uint64_t need)
{
    tr_word *wait = &producer[0].lane->wait;
    atomic_store(&producer[0].lane->need, need);
    atomic_store(wait, (atomic_load(wait) + 1) | 1);
}

/* The other way round: a producer at its gate hears of the cursor it needs, of joins and of leaves. */
static void sleeping_producer_is_posted_to(void **state)
{
    (void)state;
    struct tr_batch b;
    begin("gate", 1);
    producer_sleeps(UINT64_MAX); /* only joins and leaves */
    join(&consumer, "c", false);
    assert_int_equal(posts(), 1);
    bus_publish(&producer[0], 16);
    producer_sleeps(8);
    assert_int_equal(bus_read(&consumer, 4, &b), TR_OK);
    assert_int_equal(posts(), 1); /* not for so little */
    assert_int_equal(bus_read(&consumer, 4, &b), TR_OK);
    assert_int_equal(posts(), 2);
    assert_int_equal(bus_read(&consumer, 4, &b), TR_OK);
    assert_int_equal(posts(), 2); /* once a sleep */
    producer_sleeps(UINT64_MAX);
    tr_writer_evict(&producer[0].w, consumer.place.idx, consumer.lane[0].reg);
    assert_int_equal(bus_read(&consumer, 4, &b), TR_OK);
    assert_int_equal(posts(), 3); /* a new registration, with a low cursor */
    producer_sleeps(UINT64_MAX);
    tr_consumer_close(&consumer);
    assert_int_equal(posts(), 4);
    join(&consumer, "c", false);
    end(1);
}

/* Ticks one by one from a process that waits for each to be read: both sides sleep all the time. */
#define PING_CNT 300

static void ping(void *arg)
{
    _Atomic uint64_t *read_cnt = arg;
    for (uint64_t i = 0; i < PING_CNT; i++) {
        const struct tr_tick tick = bus_tick(i);
        while (tr_publish(&producer[0], &tick) != TR_OK)
            tr_producer_wait(&producer[0], 50 * TR_NS_PER_MS);
        while (atomic_load(read_cnt) <= i)
            usleep(100);
    }
    tr_producer_close(&producer[0], false);
}

static void open_and_ping(void *arg)
{
    bus_produce(&producer[0], ring, "a");
    while (tr_producer_consumer_cnt(&producer[0]) == 0)
        tr_producer_nap(&producer[0], tr_producer_consumer_cnt(&producer[0]), 50 * TR_NS_PER_MS);
    ping(arg);
}

struct sleeps {
    uint64_t cnt;
    uint64_t timed_out_with_work;
};

/* Reads to the end; counts the sleeps that were not ended by a post though there was something. */
static void read_pings(_Atomic uint64_t *read_cnt, struct sleeps *s)
{
    struct tr_batch b;
    enum tr_status status;
    int64_t from_ns = tr_now_ns();
    while ((status = bus_read(&consumer, 16, &b)) != TR_CLOSED) {
        assert_true(tr_now_ns() - from_ns < BUS_BOUND_NS);
        assert_int_not_equal(status, TR_OVERRUN);
        if (status == TR_OK) {
            atomic_fetch_add(read_cnt, b.cnt);
            continue;
        }
        int64_t sleep_ns = tr_now_ns();
        enum tr_status found = tr_consumer_wait(&consumer, BUS_LONG_NS);
        s->cnt++;
        s->timed_out_with_work += found == TR_OK && tr_now_ns() - sleep_ns >= TR_WAIT_MAX_NS;
    }
}

static pid_t start_pings(const char *what, _Atomic uint64_t *read_cnt)
{
    const struct tr_consumer_options opt = bus_consumer_options(help_ring_name(ring, what), "c");
    pid_t pid = help_fork();
    if (pid == 0) {
        open_and_ping(read_cnt);
        _exit(0);
    }
    int rc = -ENOENT;
    bus_until((rc = tr_consumer_open(&consumer, &opt)) != -ENOENT);
    assert_int_equal(rc, 0);
    return pid;
}

static void sleeper_is_woken(void **state)
{
    (void)state;
    struct sleeps s = {0};
    _Atomic uint64_t *read_cnt = help_shared(sizeof *read_cnt);
    pid_t pid = start_pings("wake", read_cnt);
    read_pings(read_cnt, &s);
    assert_int_equal(help_wait(pid), 0);
    assert_int_equal(atomic_load(read_cnt), PING_CNT);
    print_message("%llu sleeps, timed out with work %llu\n", (unsigned long long)s.cnt,
                  (unsigned long long)s.timed_out_with_work);
    /* A machine that stands still for 50 ms makes one or two; without wake-ups it is each of them. */
    assert_true(s.timed_out_with_work <= 3);
    end(0);
    munmap(read_cnt, sizeof *read_cnt);
}

static void unlink_semaphores(void)
{
    const uint64_t instance = consumer.seg.header.instance;
    sem_unlink(tr_sem_name_member(ring, instance, consumer.place.idx).text);
    sem_unlink(tr_sem_name_lane(ring, instance, 0).text);
}

static void *steal_posts(void *arg)
{
    _Atomic bool *stop = arg;
    while (!atomic_load(stop)) {
        while (sem_trywait(consumer.sem) == 0)
            continue;
        sched_yield();
    }
    return NULL;
}

/* Semaphores are hints: taken away, or emptied by somebody, they cost time and no tick. */
static void semaphores_go_and_no_tick_is_lost(void **state)
{
    (void)state;
    struct sleeps s = {0};
    _Atomic bool stop = false;
    pthread_t thief;
    _Atomic uint64_t *read_cnt = help_shared(sizeof *read_cnt);
    pid_t pid = start_pings("thief", read_cnt);
    unlink_semaphores();
    assert_non_null(consumer.sem);
    assert_int_equal(pthread_create(&thief, NULL, steal_posts, &stop), 0);
    atomic_store(read_cnt, PING_CNT - 10); /* all but a few without waiting */
    uint64_t before = atomic_load(read_cnt);
    read_pings(read_cnt, &s);
    atomic_store(&stop, true);
    pthread_join(thief, NULL);
    assert_int_equal(help_wait(pid), 0);
    assert_int_equal(atomic_load(read_cnt), before + PING_CNT);
    end(0);
    munmap(read_cnt, sizeof *read_cnt);
}

static void works_without_any_semaphore(void **state)
{
    (void)state;
    struct sleeps s = {0};
    _Atomic uint64_t *read_cnt = help_shared(sizeof *read_cnt);
    pid_t pid = start_pings("blind", read_cnt);
    sem_close(consumer.sem);
    consumer.sem = NULL;
    unlink_semaphores();
    read_pings(read_cnt, &s);
    assert_int_equal(help_wait(pid), 0);
    assert_int_equal(atomic_load(read_cnt), PING_CNT);
    end(0);
    munmap(read_cnt, sizeof *read_cnt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        bus_test(poll_tells_what_is_there),
        bus_test(read_copies_and_measures),
        bus_test(empty_poll_tells_the_cursor),
        bus_test(closed_only_after_everything_was_read),
        bus_test(closed_needs_so_many_lanes),
        bus_test(closed_lane_may_open_again),
        bus_test(recover_without_a_loss),
        bus_test(recover_tells_the_gap),
        bus_test(gap_is_found_before_the_end),
        bus_test(lanes_are_read_in_turn),
        bus_test(new_lane_does_not_starve),
        bus_test(overrun_lane_does_not_starve),
        bus_test(two_fast_lanes_are_both_read),
        bus_test(every_lane_tells_its_gap),
        bus_test(wait_ends_in_vain),
        bus_test(wait_sees_what_is_new),
        bus_test(sleeping_producer_is_posted_to),
        bus_test(sleeper_is_woken),
        bus_test(semaphores_go_and_no_tick_is_lost),
        bus_test(works_without_any_semaphore),
    };
    return cmocka_run_group_tests_name("poll", tests, NULL, NULL);
}
