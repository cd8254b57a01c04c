/* A producer at a shut gate: who holds it, for how long, and going on without the dead and the stalled. */
#include "bus_help.h"

#include <pthread.h>

#define TRY_NS (20 * TR_NS_PER_MS) /* a wait that is to end in vain */

static char ring[TR_RING_NAME_MAX + 1];
static struct tr_producer producer;
static struct tr_consumer consumer;
static struct tr_consumer second;

static void begin(const char *what, enum tr_wait_kind wait, int64_t stall_timeout_ns)
{
    struct tr_producer_options opt = bus_producer_options(help_ring_name(ring, what), "a");
    opt.wait = wait;
    opt.stall_timeout_ns = stall_timeout_ns;
    assert_int_equal(tr_producer_open(&producer, &opt), 0);
}

static void join(struct tr_consumer *c, const char *id, int64_t hold_ns)
{
    struct tr_consumer_options opt = bus_consumer_options(ring, id);
    opt.hold_ns = hold_ns;
    assert_int_equal(tr_consumer_open(c, &opt), 0);
}

static void fill(void)
{
    bus_publish(&producer, 1000);
    assert_false(tr_writer_has_room(&producer.w));
}

static void end(void)
{
    tr_producer_close(&producer, false);
}

static uint64_t blocked_by(const struct tr_consumer *c)
{
    return atomic_load(&producer.lane->blocked_by_ns[c->place.idx]);
}

/* --- Waiting ---------------------------------------------------------------------------------------- */

static void wait_with_room_is_over_at_once(void **state)
{
    (void)state;
    begin("room", TR_WAIT_BLOCK, 0);
    assert_int_equal(tr_producer_wait(&producer, 0), TR_OK);
    assert_int_equal(atomic_load(&producer.lane->stall_cnt), 0);
    end();
}

static void wait_ends_in_vain(void **state)
{
    (void)state;
    static const enum tr_wait_kind all[] = {TR_WAIT_AUTO, TR_WAIT_BLOCK, TR_WAIT_YIELD, TR_WAIT_SPIN};
    for (unsigned i = 0; i < 4; i++) {
        begin("vain", all[i], 0);
        join(&consumer, "c", TR_HOLD_DEFAULT_NS);
        fill();
        assert_int_equal(tr_producer_wait(&producer, 0), TR_FULL);
        int64_t from_ns = tr_now_ns();
        assert_int_equal(tr_producer_wait(&producer, TRY_NS), TR_FULL);
        assert_true(tr_now_ns() - from_ns >= TRY_NS);
        assert_int_equal(atomic_load(&producer.lane->stall_cnt), 1); /* one stall, waited for twice */
        assert_true(atomic_load(&producer.lane->blocked_ns) >= (uint64_t)TRY_NS);
        assert_true(blocked_by(&consumer) >= (uint64_t)TRY_NS);
        assert_int_equal(atomic_load(&producer.lane->wait) & 1, 0);
        bus_drain(&consumer, TR_EMPTY);
        assert_int_equal(tr_producer_wait(&producer, 0), TR_OK);
        fill();
        assert_int_equal(tr_producer_wait(&producer, 0), TR_FULL);
        assert_int_equal(atomic_load(&producer.lane->stall_cnt), 2);
        tr_consumer_close(&consumer); /* leaving opens the gate */
        assert_int_equal(tr_producer_wait(&producer, 0), TR_OK);
        end();
    }
}

/* Reads all there is, beside a producer that waits. */
static void *read_later(void *arg)
{
    struct tr_consumer *c = arg;
    struct tr_tick tick[64];
    struct tr_batch b;
    while (tr_load_rlx(&producer.lane->stall_cnt) == 0) /* not before it waits */
        usleep(100);
    while (tr_read(c, tick, 64, &b) == TR_OK)
        tr_advance(c, &b);
    return NULL;
}

static void wait_ends_when_the_reader_reads(void **state)
{
    (void)state;
    static const enum tr_wait_kind all[] = {TR_WAIT_AUTO, TR_WAIT_BLOCK, TR_WAIT_YIELD, TR_WAIT_SPIN};
    for (unsigned i = 0; i < 4; i++) {
        pthread_t thread;
        begin("read", all[i], 0);
        join(&consumer, "c", TR_HOLD_DEFAULT_NS);
        fill();
        assert_int_equal(pthread_create(&thread, NULL, read_later, &consumer), 0);
        assert_int_equal(tr_producer_wait(&producer, BUS_BOUND_NS), TR_OK);
        pthread_join(thread, NULL);
        assert_true(tr_producer_is_drained(&producer));
        tr_consumer_close(&consumer);
        end();
    }
}

/* The slower one is in the way; once he has gone on, the other is the slowest, and was never in the way. */
static void time_is_on_the_account_of_who_held(void **state)
{
    (void)state;
    static const enum tr_wait_kind all[] = {TR_WAIT_AUTO, TR_WAIT_BLOCK, TR_WAIT_YIELD, TR_WAIT_SPIN};
    for (unsigned i = 0; i < 4; i++) {
        pthread_t thread;
        struct tr_batch b;
        begin("account", all[i], 0);
        join(&consumer, "slow", TR_HOLD_DEFAULT_NS);
        join(&second, "fast", TR_HOLD_DEFAULT_NS);
        fill();
        assert_int_equal(bus_read(&second, 8, &b), TR_OK); /* half of it */
        assert_int_equal(pthread_create(&thread, NULL, read_later, &consumer), 0);
        assert_int_equal(tr_producer_wait(&producer, BUS_BOUND_NS), TR_OK);
        pthread_join(thread, NULL);
        assert_true(blocked_by(&consumer) > 0);
        assert_int_equal(blocked_by(&second), 0);
        assert_int_equal(blocked_by(&consumer), atomic_load(&producer.lane->blocked_ns));
        tr_consumer_close(&consumer);
        tr_consumer_close(&second);
        end();
    }
}

static void holder_has_a_name(void **state)
{
    (void)state;
    struct tr_holder holder = {.name = "?"};
    begin("holder", TR_WAIT_BLOCK, 0);
    assert_false(tr_producer_holder(&producer, &holder));
    join(&consumer, "journal", BUS_LONG_NS);
    fill();
    int64_t from_ns = tr_now_ns();
    tr_producer_wait(&producer, 0);
    assert_true(tr_producer_holder(&producer, &holder));
    assert_string_equal(holder.name, "journal");
    assert_true(holder.alive);
    assert_true(holder.since_ns >= from_ns && holder.since_ns <= tr_now_ns());
    bus_kill_consumer(&consumer);
    assert_true(tr_producer_holder(&producer, &holder));
    assert_false(holder.alive);
    join(&consumer, "journal", 0);
    bus_drain(&consumer, TR_EMPTY);
    tr_producer_wait(&producer, 0);
    assert_false(tr_producer_holder(&producer, &holder));
    tr_consumer_close(&consumer);
    end();
}

static void *join_later(void *arg)
{
    const struct tr_consumer_options opt = bus_consumer_options(ring, "late");
    (void)arg;
    while ((tr_load_rlx(&producer.lane->wait) & 1) == 0) /* not before it sleeps */
        usleep(100);
    return tr_consumer_open(&second, &opt) == 0 ? &second : NULL;
}

static void nap_until_somebody_joins(void **state)
{
    (void)state;
    pthread_t thread;
    begin("nap", TR_WAIT_BLOCK, 0);
    assert_int_equal(pthread_create(&thread, NULL, join_later, NULL), 0);
    int64_t from_ns = tr_now_ns();
    while (tr_producer_consumer_cnt(&producer) == 0 && tr_now_ns() - from_ns < BUS_BOUND_NS)
        tr_producer_nap(&producer, tr_producer_consumer_cnt(&producer), BUS_LONG_NS);
    void *joined;
    pthread_join(thread, &joined);
    assert_non_null(joined);
    assert_int_equal(tr_producer_consumer_cnt(&producer), 1);
    tr_consumer_close(&second);
    end();
}

/* --- The dead --------------------------------------------------------------------------------------- */

/* A consumer in a process of its own; what it says of itself. */
struct child {
    int64_t hold_ns;
    _Atomic bool joined;
    _Atomic bool pause; /* it reads nothing */
    uint64_t start;
    uint64_t delivered;
    uint64_t lost; /* in gaps that were told */
    uint64_t gap_cnt;
    struct tr_gap gap; /* the last */
};

static void child_note_gap(struct child *child, const struct tr_consumer *c, const struct tr_batch *b)
{
    help_check(b->gap.from == child->start + child->delivered + child->lost);
    help_check(b->gap.to == c->lane[0].pos);
    child->lost += b->gap.to - b->gap.from;
    child->gap = b->gap;
    child->gap_cnt++;
}

static void child_read(struct child *child, struct tr_consumer *c)
{
    struct tr_tick tick[8];
    struct tr_batch b;
    enum tr_status status;
    while ((status = tr_read(c, tick, 8, &b)) != TR_CLOSED) {
        if (status == TR_EMPTY)
            tr_consumer_wait(c, TRY_NS);
        if (status == TR_OVERRUN)
            child_note_gap(child, c, &b);
        if (status != TR_OK)
            continue;
        for (uint32_t i = 0; i < b.cnt; i++)
            help_check(bus_tick_is(&tick[i], child->start + child->delivered + child->lost + i));
        child->delivered += b.cnt;
        tr_advance(c, &b);
    }
}

static void child_main(void *arg)
{
    struct child *child = arg;
    struct tr_consumer_options opt = bus_consumer_options(ring, "child");
    opt.hold_ns = child->hold_ns;
    help_check(tr_consumer_open(&consumer, &opt) == 0);
    child->start = consumer.lane[0].pos;
    child->joined = true;
    while (child->pause)
        usleep(500);
    child_read(child, &consumer);
    help_check(tr_consumer_lost(&consumer) == child->lost);
    tr_consumer_close(&consumer);
}

static pid_t start_child(struct child *child)
{
    pid_t pid = help_fork();
    if (pid == 0) {
        child_main(child);
        _exit(0);
    }
    bus_until(child->joined);
    return pid;
}

static void stop_child(pid_t pid)
{
    int status;
    kill(pid, SIGSTOP);
    assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
    assert_true(WIFSTOPPED(status));
}

/* Killed while it holds the gate: the producer goes on when the hold is over. */
static void goes_on_without_the_dead(void **state)
{
    (void)state;
    static const int64_t hold_ns[] = {0, 200 * TR_NS_PER_MS};
    struct child *child = help_shared(sizeof *child);
    for (unsigned i = 0; i < 2; i++) {
        *child = (struct child){.hold_ns = hold_ns[i], .pause = true};
        begin("dead", TR_WAIT_BLOCK, 0);
        pid_t pid = start_child(child);
        fill();
        int64_t killed_ns = tr_now_ns();
        kill(pid, SIGKILL);
        assert_int_equal(help_wait(pid), 128 + SIGKILL);
        assert_int_equal(tr_producer_wait(&producer, BUS_BOUND_NS), TR_OK);
        int64_t after_ns = tr_now_ns() - killed_ns - hold_ns[i];
        print_message("%.1f ms after the end of the hold\n", (double)after_ns / 1e6);
        assert_true(after_ns >= 0);
        assert_true(after_ns < 5 * TR_NS_PER_S); /* usually 10 ms */
        assert_int_equal(producer.dropped_dead_cnt, 1);
        assert_int_equal(producer.evicted_cnt, 0);
        assert_int_equal(bus_publish(&producer, 100), 100);
        end();
    }
    munmap(child, sizeof *child);
}

static void successor_within_the_hold_loses_nothing(void **state)
{
    (void)state;
    begin("hold", TR_WAIT_BLOCK, 0);
    join(&consumer, "c", BUS_LONG_NS);
    fill();
    bus_kill_consumer(&consumer);
    assert_int_equal(tr_producer_wait(&producer, TRY_NS), TR_FULL);
    join(&consumer, "c", BUS_LONG_NS);
    assert_int_equal(bus_drain(&consumer, TR_EMPTY), 16);
    assert_int_equal(tr_producer_wait(&producer, 0), TR_OK);
    assert_int_equal(producer.dropped_dead_cnt, 0);
    tr_consumer_close(&consumer);
    end();
}

/* A second death begins a second hold. */
static void each_death_has_its_hold(void **state)
{
    (void)state;
    const unsigned place = 0;
    begin("twice", TR_WAIT_BLOCK, 0);
    join(&consumer, "c", BUS_LONG_NS);
    fill();
    bus_kill_consumer(&consumer);
    assert_int_equal(tr_producer_wait(&producer, TRY_NS), TR_FULL);
    assert_true(producer.dead[place].since_ns != 0);
    producer.dead[place].since_ns -= BUS_LONG_NS - TR_NS_PER_S; /* its hold is nearly over */
    join(&consumer, "c", BUS_LONG_NS); /* it comes back, unseen, and is killed again */
    bus_kill_consumer(&consumer);
    int64_t from_ns = tr_now_ns();
    assert_int_equal(tr_producer_wait(&producer, TRY_NS), TR_FULL);
    assert_true(producer.dead[place].since_ns >= from_ns);
    producer.dead[place].since_ns -= BUS_LONG_NS;
    assert_int_equal(tr_producer_wait(&producer, BUS_BOUND_NS), TR_OK);
    assert_int_equal(producer.dropped_dead_cnt, 1);
    end();
}

/* --- The stalled ------------------------------------------------------------------------------------ */

static void stopped_one_holds_without_a_timeout(void **state)
{
    (void)state;
    struct child *child = help_shared(sizeof *child);
    begin("stopped", TR_WAIT_BLOCK, 0);
    pid_t pid = start_child(child);
    stop_child(pid);
    fill();
    assert_int_equal(tr_producer_wait(&producer, 100 * TR_NS_PER_MS), TR_FULL);
    assert_int_equal(producer.evicted_cnt + producer.dropped_dead_cnt, 0);
    kill(pid, SIGCONT);
    assert_int_equal(tr_producer_wait(&producer, BUS_BOUND_NS), TR_OK);
    end();
    assert_int_equal(help_wait(pid), 0);
    assert_int_equal(child->delivered, 16);
    assert_int_equal(child->lost, 0);
    munmap(child, sizeof *child);
}

/* Stopped, evicted, lapped many times, continued: it finds the exact gap by itself. */
static void stopped_one_is_evicted_and_finds_the_gap(void **state)
{
    (void)state;
    struct child *child = help_shared(sizeof *child);
    begin("stalled", TR_WAIT_BLOCK, 50 * TR_NS_PER_MS);
    pid_t pid = start_child(child);
    bus_publish(&producer, 5);
    bus_until(tr_producer_is_drained(&producer));
    stop_child(pid);
    fill();
    assert_int_equal(tr_producer_wait(&producer, BUS_BOUND_NS), TR_OK);
    assert_int_equal(producer.evicted_cnt, 1);
    assert_int_equal(producer.dropped_dead_cnt, 0);
    assert_int_equal(bus_publish(&producer, 99), 99);
    uint64_t published = producer.w.next;
    kill(pid, SIGCONT);
    bus_until(tr_producer_consumer_cnt(&producer) == 1); /* it has come again */
    bus_until(tr_producer_is_drained(&producer));
    while (bus_publish(&producer, 1) == 0)
        assert_int_equal(tr_producer_wait(&producer, BUS_BOUND_NS), TR_OK);
    end();
    assert_int_equal(help_wait(pid), 0);
    assert_int_equal(child->gap_cnt, 1);
    assert_int_equal(child->gap.from, 5);
    assert_in_range(child->gap.to, published - 16, published);
    assert_int_equal(child->start + child->delivered + child->lost, published + 1);
    munmap(child, sizeof *child);
}

/* Time that passed before the gate opened for a tick does not count against who is in the way now. */
static void slow_but_moving_is_not_stalled(void **state)
{
    (void)state;
    struct tr_batch b;
    begin("slow", TR_WAIT_BLOCK, 10 * TR_NS_PER_S);
    join(&consumer, "c", TR_HOLD_DEFAULT_NS);
    fill();
    assert_int_equal(tr_producer_wait(&producer, TRY_NS), TR_FULL);
    producer.stalled_since_ns -= 20 * TR_NS_PER_S; /* long ago */
    assert_int_equal(bus_read(&consumer, 4, &b), TR_OK);
    assert_int_equal(bus_publish(&producer, 100), 4); /* with no wait in between */
    assert_int_equal(tr_producer_wait(&producer, TRY_NS), TR_FULL);
    assert_int_equal(producer.evicted_cnt, 0);
    assert_int_equal(bus_drain(&consumer, TR_EMPTY), 16);
    assert_int_equal(tr_consumer_lost(&consumer), 0);
    tr_consumer_close(&consumer);
    end();
}

/* Whoever takes the place of one that held is judged by his own time. */
static void newcomer_in_the_place_is_not_stalled(void **state)
{
    (void)state;
    struct tr_consumer_options opt = bus_consumer_options(ring, "c");
    opt.from = TR_FROM_OLDEST;
    begin("new", TR_WAIT_BLOCK, 10 * TR_NS_PER_S);
    join(&consumer, "c", TR_HOLD_DEFAULT_NS);
    fill();
    assert_int_equal(tr_producer_wait(&producer, TRY_NS), TR_FULL);
    producer.stalled_since_ns -= 20 * TR_NS_PER_S;
    tr_consumer_close(&consumer);
    assert_int_equal(tr_consumer_open(&consumer, &opt), 0);
    assert_int_equal(tr_producer_wait(&producer, TRY_NS), TR_FULL);
    assert_int_equal(producer.evicted_cnt, 0);
    assert_int_equal(bus_drain(&consumer, TR_EMPTY), 16);
    tr_consumer_close(&consumer);
    end();
}

static void dead_one_has_its_hold_not_the_timeout(void **state)
{
    (void)state;
    begin("both", TR_WAIT_BLOCK, 1);
    join(&consumer, "c", BUS_LONG_NS);
    fill();
    bus_kill_consumer(&consumer);
    assert_int_equal(tr_producer_wait(&producer, TRY_NS), TR_FULL);
    assert_int_equal(producer.evicted_cnt + producer.dropped_dead_cnt, 0);
    join(&consumer, "c", 0);
    assert_int_equal(tr_producer_wait(&producer, BUS_BOUND_NS), TR_OK); /* it lives, and is too slow */
    assert_int_equal(producer.evicted_cnt, 1);
    tr_consumer_close(&consumer);
    end();
}

static void dead_one_without_hold_is_no_eviction(void **state)
{
    (void)state;
    begin("none", TR_WAIT_BLOCK, 1);
    join(&consumer, "c", 0);
    fill();
    bus_kill_consumer(&consumer);
    assert_int_equal(tr_producer_wait(&producer, BUS_BOUND_NS), TR_OK);
    assert_int_equal(producer.dropped_dead_cnt, 1);
    assert_int_equal(producer.evicted_cnt, 0);
    end();
}

/* --- Housekeeping ----------------------------------------------------------------------------------- */

static int64_t later_ns(int64_t ms)
{
    return tr_now_ns() + ms * TR_NS_PER_MS;
}

static void housekeep_drops_who_is_not_in_the_way(void **state)
{
    (void)state;
    begin("keep", TR_WAIT_BLOCK, 0);
    join(&consumer, "c", 0);
    join(&second, "d", BUS_LONG_NS);
    bus_publish(&producer, 3);
    assert_int_equal(tr_producer_housekeep(&producer, later_ns(200)), 0);
    assert_int_equal(producer.consumer_cnt, 2);
    assert_int_equal(producer.dropped_dead_cnt, 0);
    bus_kill_consumer(&consumer);
    bus_kill_consumer(&second);
    assert_int_equal(tr_producer_housekeep(&producer, later_ns(400)), 0);
    assert_int_equal(producer.consumer_cnt, 0);
    assert_int_equal(producer.dropped_dead_cnt, 1);
    assert_false(tr_writer_counts(&producer.w, 0, NULL));
    assert_true(tr_writer_counts(&producer.w, 1, NULL)); /* held */
    end();
}

static void housekeep_too_often_does_nothing(void **state)
{
    (void)state;
    begin("often", TR_WAIT_BLOCK, 0);
    int64_t now_ns = later_ns(200);
    bus_publish(&producer, 100);
    tr_producer_housekeep(&producer, now_ns);
    assert_int_equal(atomic_load(&producer.lane->beat_ns), now_ns);
    uint64_t rate = atomic_load(&producer.lane->rate_mhz);
    assert_true(rate > 0);
    bus_publish(&producer, 100);
    tr_producer_housekeep(&producer, now_ns + TR_NS_PER_MS);
    assert_int_equal(atomic_load(&producer.lane->beat_ns), now_ns);
    assert_int_equal(atomic_load(&producer.lane->rate_mhz), rate);
    tr_producer_housekeep(&producer, now_ns + TR_NS_PER_S);
    assert_int_equal(atomic_load(&producer.lane->rate_mhz), 100000); /* 100 in a second */
    end();
}

/* The bell of one that was killed asleep would ring at every tick. */
static void housekeep_silences_the_dead(void **state)
{
    (void)state;
    begin("bell", TR_WAIT_BLOCK, 0);
    join(&consumer, "c", 0);
    join(&second, "d", 0);
    atomic_fetch_or(&producer.bell->asleep, 3);
    bus_kill_consumer(&consumer);
    tr_producer_housekeep(&producer, later_ns(200));
    assert_int_equal(atomic_load(&producer.bell->asleep), 2); /* the living keeps his */
    tr_consumer_close(&second);
    end();
}

static void housekeep_sees_the_name_go(void **state)
{
    (void)state;
    static struct tr_producer successor;
    begin("stale", TR_WAIT_BLOCK, 0);
    assert_int_equal(tr_producer_housekeep(&producer, later_ns(2000)), 0);
    bus_unlink(ring);
    assert_int_equal(tr_producer_housekeep(&producer, later_ns(4000)), -ESTALE);
    bus_produce(&successor, ring, "a"); /* the name leads elsewhere */
    assert_int_equal(tr_producer_housekeep(&producer, later_ns(6000)), -ESTALE);
    end();
    tr_producer_close(&successor, false);
    assert_true(help_leftovers(true) >= 0);
}

/* A producer that waits all the time keeps house in there; the caller is told all the same. */
static void waiting_does_not_hide_that_the_name_is_gone(void **state)
{
    (void)state;
    begin("hidden", TR_WAIT_BLOCK, 0);
    join(&consumer, "c", TR_HOLD_DEFAULT_NS);
    fill();
    bus_unlink(ring);
    producer.kept_ns -= 10 * TR_NS_PER_S;
    producer.looked_ns -= 10 * TR_NS_PER_S;
    assert_int_equal(tr_producer_wait(&producer, TRY_NS), TR_FULL);
    assert_int_equal(tr_producer_housekeep(&producer, tr_now_ns()), -ESTALE);
    tr_consumer_close(&consumer);
    end();
}

static void truncated(void *arg)
{
    (void)arg;
    const struct tr_producer_options opt = bus_producer_options(ring, "a");
    help_check(tr_producer_open(&producer, &opt) == 0);
    help_check(tr_producer_housekeep(&producer, later_ns(2000)) == 0);
    bus_truncate(&producer.seg);
    help_check(tr_producer_housekeep(&producer, later_ns(4000)) == -EIO);
}

static void housekeep_sees_a_truncation(void **state)
{
    (void)state;
    help_ring_name(ring, "cut");
    assert_int_equal(help_in_child(truncated, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        bus_test(wait_with_room_is_over_at_once),
        bus_test(wait_ends_in_vain),
        bus_test(wait_ends_when_the_reader_reads),
        bus_test(time_is_on_the_account_of_who_held),
        bus_test(holder_has_a_name),
        bus_test(nap_until_somebody_joins),
        bus_test(goes_on_without_the_dead),
        bus_test(successor_within_the_hold_loses_nothing),
        bus_test(each_death_has_its_hold),
        bus_test(stopped_one_holds_without_a_timeout),
        bus_test(stopped_one_is_evicted_and_finds_the_gap),
        bus_test(slow_but_moving_is_not_stalled),
        bus_test(newcomer_in_the_place_is_not_stalled),
        bus_test(dead_one_has_its_hold_not_the_timeout),
        bus_test(dead_one_without_hold_is_no_eviction),
        bus_test(housekeep_drops_who_is_not_in_the_way),
        bus_test(housekeep_too_often_does_nothing),
        bus_test(housekeep_silences_the_dead),
        bus_test(housekeep_sees_the_name_go),
        bus_test(waiting_does_not_hide_that_the_name_is_gone),
        bus_test(housekeep_sees_a_truncation),
    };
    return cmocka_run_group_tests_name("gatekeep", tests, NULL, NULL);
}
