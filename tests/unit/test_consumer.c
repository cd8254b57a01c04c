/* Consumers on real rings: every error of open, where each begins, what leaving and dying leave behind. */
#include "bus_help.h"

#include <sys/stat.h>

static char ring[TR_RING_NAME_MAX + 1];
static struct tr_producer producer;
static struct tr_producer second_lane;
static struct tr_consumer consumer;
static struct tr_consumer other;

static void produce(uint64_t slot_cnt)
{
    struct tr_producer_options opt = bus_producer_options(ring, "a");
    opt.slot_cnt = slot_cnt;
    assert_int_equal(tr_producer_open(&producer, &opt), 0);
}

static void begin(const char *what, uint64_t slot_cnt)
{
    help_ring_name(ring, what);
    produce(slot_cnt);
}

static int try_open(struct tr_consumer *c, const char *id)
{
    const struct tr_consumer_options opt = bus_consumer_options(ring, id);
    return tr_consumer_open(c, &opt);
}

static int open_from(struct tr_consumer *c, enum tr_from from, uint64_t seq)
{
    struct tr_consumer_options opt = bus_consumer_options(ring, "c");
    opt.from = from;
    opt.seq = seq;
    return tr_consumer_open(c, &opt);
}

static int open_filtered(struct tr_consumer *c, enum tr_from from, uint64_t seq, uint64_t filter)
{
    struct tr_consumer_options opt = bus_consumer_options(ring, "c");
    opt.from = from;
    opt.seq = seq;
    opt.filter = filter;
    return tr_consumer_open(c, &opt);
}

static int open_lossy(struct tr_consumer *c, enum tr_from from)
{
    struct tr_consumer_options opt = bus_consumer_options(ring, "l");
    opt.from = from;
    opt.lossy = true;
    return tr_consumer_open(c, &opt);
}

static void end(void)
{
    tr_consumer_close(&consumer);
    tr_producer_close(&producer, false);
    assert_int_equal(help_leftovers(false), 0);
}

/* --- open ------------------------------------------------------------------------------------------- */

static void no_such_ring(void **state)
{
    (void)state;
    help_ring_name(ring, "none");
    assert_int_equal(try_open(&consumer, "c"), -ENOENT);
}

static void bad_names(void **state)
{
    (void)state;
    begin("bad", 16);
    struct tr_consumer_options opt = bus_consumer_options("sem.x", "c");
    assert_int_equal(tr_consumer_open(&consumer, &opt), -EINVAL);
    assert_int_equal(try_open(&consumer, ""), -EINVAL);
    assert_int_equal(try_open(&consumer, "a/b"), -EINVAL);
    assert_int_equal(try_open(&consumer, "0123456789012345678901234567890"), 0); /* 31 bytes */
    assert_int_equal(try_open(&other, "01234567890123456789012345678901"), -EINVAL);
    end();
}

static void a_live_process_has_the_id(void **state)
{
    (void)state;
    begin("busy", 16);
    assert_int_equal(try_open(&consumer, "c"), 0);
    assert_int_equal(try_open(&other, "c"), -EBUSY);
    bus_publish(&producer, 3);
    assert_int_equal(bus_drain(&consumer, TR_EMPTY), 3);
    end();
}

static void sixty_four_are_all(void **state)
{
    (void)state;
    static struct tr_consumer c[TR_CONSUMER_MAX];
    char id[8];
    begin("users", 16);
    for (unsigned i = 0; i < TR_CONSUMER_MAX; i++) {
        snprintf(id, sizeof id, "c%u", i);
        assert_int_equal(try_open(&c[i], id), 0);
    }
    assert_int_equal(try_open(&other, "more"), -EUSERS);
    assert_int_equal(bus_publish(&producer, 100), 16);
    bus_kill_consumer(&c[17]); /* it has ticks left and its hold */
    assert_int_equal(try_open(&other, "more"), -EUSERS);
    tr_consumer_close(&c[40]);
    assert_int_equal(try_open(&other, "more"), 0); /* in the place of one that left */
    assert_int_equal(other.place.idx, 40);
    assert_false(other.place.known);
    assert_int_equal(bus_drain(&other, TR_EMPTY), 16);
    tr_consumer_close(&other);
    for (unsigned i = 0; i < TR_CONSUMER_MAX; i++) {
        if (i != 17 && i != 40)
            tr_consumer_close(&c[i]);
    }
    assert_int_equal(try_open(&consumer, "c17"), 0);
    end();
}

static void same_id_other_filter(void **state)
{
    (void)state;
    begin("filter", 16);
    bus_publish(&producer, 10);
    assert_int_equal(open_filtered(&consumer, TR_FROM_RESUME, 0, 7), 0);
    assert_int_equal(bus_drain(&consumer, TR_EMPTY), 10);
    bus_publish(&producer, 2);
    bus_kill_consumer(&consumer);
    assert_int_equal(open_filtered(&other, TR_FROM_RESUME, 0, 8), -ENOTUNIQ);
    assert_int_equal(open_filtered(&other, TR_FROM_SEQ, 11, 8), -ENOTUNIQ); /* that would go on as well */
    assert_int_equal(open_filtered(&consumer, TR_FROM_RESUME, 0, 7), 0); /* its place is as it was */
    assert_int_equal(bus_drain(&consumer, TR_EMPTY), 2);
    tr_consumer_close(&consumer);
    assert_int_equal(open_filtered(&consumer, TR_FROM_OLDEST, 0, 8), 0); /* begins anew */
    assert_int_equal(bus_drain(&consumer, TR_EMPTY), 12);
    end();
}

static void sequence_needs_one_lane(void **state)
{
    (void)state;
    begin("lanes", 16);
    bus_produce(&second_lane, ring, "b");
    assert_int_equal(open_from(&consumer, TR_FROM_SEQ, 0), -ESPIPE);
    assert_int_equal(try_open(&consumer, "c"), 0);
    tr_producer_close(&second_lane, false);
    end();
}

static int expected_rc;

static void open_as_nobody(void *arg)
{
    const struct tr_consumer_options *opt = arg;
    help_become_nobody();
    help_check(tr_consumer_open(&consumer, opt) == expected_rc);
}

static void no_permission(void **state)
{
    (void)state;
    struct tr_consumer_options opt = bus_consumer_options(ring, "c");
    if (geteuid() != 0)
        help_skip("needs root, to be somebody else");
    begin("perm", 16);
    expected_rc = -EACCES;
    assert_int_equal(help_in_child(open_as_nobody, &opt), 0);
    opt.lossy = true;
    assert_int_equal(help_in_child(open_as_nobody, &opt), 0); /* not even to read */
    assert_int_equal(fchmod(producer.seg.fd, 0644), 0);
    opt.lossy = false;
    assert_int_equal(help_in_child(open_as_nobody, &opt), 0); /* a reliable one must write */
    assert_int_equal(fchmod(producer.seg.fd, 0666), 0);
    assert_int_equal(fchown(producer.seg.fd, 12345, (gid_t)-1), 0);
    assert_int_equal(try_open(&consumer, "c"), -EPERM);
    tr_producer_close(&producer, false);
}

static void other_version_or_corrupt(void **state)
{
    (void)state;
    const uint32_t major = TR_VERSION_MAJOR + 1;
    help_ring_name(ring, "corrupt");
    bus_scribble(ring, 0, "TICKRNG1", 8);
    assert_int_equal(try_open(&consumer, "c"), -EBADMSG);
    bus_unlink(ring);
    begin("version", 16);
    bus_scribble(ring, offsetof(struct tr_header, version_major), &major, sizeof major);
    assert_int_equal(try_open(&consumer, "c"), -EPROTONOSUPPORT);
    tr_producer_close(&producer, false);
}

/* --- Who may only read ------------------------------------------------------------------------------ */

static _Atomic int *anonymous_stage;

static void read_as_nobody(void *arg)
{
    (void)arg;
    struct tr_batch b;
    help_become_nobody();
    help_check(open_lossy(&consumer, TR_FROM_OLDEST) == 0);
    help_check(consumer.anonymous);
    help_check(bus_read(&consumer, 100, &b) == TR_OK && b.seq == 0 && b.cnt == 10);
    help_check(tr_consumer_lag(&consumer) == 0);
    help_check(tr_consumer_housekeep(&consumer, tr_now_ns() + 2 * TR_NS_PER_S) == 0);
    atomic_store(anonymous_stage, 1);
    while (atomic_load(anonymous_stage) == 1)
        tr_consumer_wait(&consumer, TR_NS_PER_MS);
    help_check(tr_poll(&consumer, &b, 100) == TR_OVERRUN && b.gap.from == 10);
    help_check(tr_consumer_lost(&consumer) == b.gap.to - 10);
    help_check(bus_read(&consumer, 100, &b) == TR_OK);
    tr_consumer_close(&consumer);
}

static void reader_without_a_place(void **state)
{
    (void)state;
    if (geteuid() != 0)
        help_skip("needs root, to be somebody else");
    begin("anon", 16);
    assert_int_equal(fchmod(producer.seg.fd, 0644), 0);
    bus_publish(&producer, 10);
    anonymous_stage = help_shared(sizeof *anonymous_stage);
    pid_t pid = help_fork();
    if (pid == 0) {
        read_as_nobody(NULL);
        _exit(0);
    }
    int64_t from_ns = tr_now_ns();
    while (atomic_load(anonymous_stage) == 0 && tr_now_ns() - from_ns < BUS_BOUND_NS)
        usleep(500);
    assert_int_equal(tr_producer_consumer_cnt(&producer), 0); /* not seen */
    assert_int_equal(bus_publish(&producer, 60), 60); /* does not gate */
    atomic_store(anonymous_stage, 2);
    assert_int_equal(help_wait(pid), 0);
    for (unsigned i = 0; i < TR_CONSUMER_MAX; i++)
        assert_int_equal(tr_state_of(atomic_load(&tr_segment_member(&producer.seg, i)->state)),
                         TR_MEMBER_FREE);
    munmap(anonymous_stage, sizeof *anonymous_stage);
    tr_producer_close(&producer, false);
    assert_int_equal(help_leftovers(false), 0);
}

/* --- Where each begins ------------------------------------------------------------------------------ */

static uint64_t start_of(const struct tr_consumer *c)
{
    return atomic_load(&c->lane[0].own->start);
}

static void from_oldest_and_newest(void **state)
{
    (void)state;
    begin("from", 64);
    bus_publish(&producer, 300);
    assert_int_equal(open_from(&consumer, TR_FROM_OLDEST, 0), 0);
    assert_in_range(start_of(&consumer), 300 - 64, 300 - 64 + 64 / 8);
    assert_int_equal(bus_drain(&consumer, TR_EMPTY), 300 - start_of(&consumer));
    tr_consumer_close(&consumer);
    assert_int_equal(open_from(&consumer, TR_FROM_NEWEST, 0), 0);
    assert_int_equal(start_of(&consumer), 300);
    assert_int_equal(bus_drain(&consumer, TR_EMPTY), 0);
    end();
}

static void from_resume_goes_on(void **state)
{
    (void)state;
    struct tr_batch b;
    begin("resume", 64);
    bus_publish(&producer, 40);
    assert_int_equal(open_from(&consumer, TR_FROM_RESUME, 0), 0); /* never here: the oldest */
    assert_int_equal(start_of(&consumer), 0);
    assert_int_equal(bus_read(&consumer, 20, &b), TR_OK);
    tr_consumer_close(&consumer);
    assert_int_equal(open_from(&consumer, TR_FROM_RESUME, 0), 0);
    assert_int_equal(consumer.lane[0].pos, 16); /* twenty were asked for, sixteen came */
    assert_int_equal(start_of(&consumer), 0);
    assert_int_equal(bus_drain(&consumer, TR_EMPTY), 24);
    end();
}

/* Killed: what was not told is delivered again, nothing is left out. */
static void killed_one_delivers_at_least_once(void **state)
{
    (void)state;
    struct tr_batch b;
    begin("kill", 64); /* the cursor is stored every 16 ticks */
    bus_publish(&producer, 40);
    assert_int_equal(try_open(&consumer, "c"), 0);
    assert_int_equal(bus_read(&consumer, 16, &b), TR_OK);
    assert_int_equal(bus_read(&consumer, 3, &b), TR_OK);
    bus_kill_consumer(&consumer);
    assert_int_equal(try_open(&consumer, "c"), 0);
    assert_int_equal(consumer.lane[0].pos, 16);
    assert_int_equal(bus_read(&consumer, 3, &b), TR_OK);
    tr_consumer_flush(&consumer); /* told now */
    bus_kill_consumer(&consumer);
    assert_int_equal(try_open(&consumer, "c"), 0);
    assert_int_equal(bus_drain(&consumer, TR_EMPTY), 21);
    assert_int_equal(tr_consumer_lost(&consumer), 0);
    end();
}

static void comes_back_after_a_lap_and_is_told_the_gap_first(void **state)
{
    (void)state;
    struct tr_batch b;
    begin("gap", 16);
    assert_int_equal(try_open(&consumer, "c"), 0);
    bus_publish(&producer, 10);
    assert_int_equal(bus_drain(&consumer, TR_EMPTY), 10);
    tr_consumer_close(&consumer);
    assert_int_equal(bus_publish(&producer, 90), 90);
    assert_int_equal(try_open(&consumer, "c"), 0);
    assert_int_equal(tr_poll(&consumer, &b, 16), TR_OVERRUN);
    assert_int_equal(b.lane_idx, 0);
    assert_int_equal(b.gap.from, 10);
    assert_in_range(b.gap.to, 100 - 16, 100 - 1);
    uint64_t rest = bus_drain(&consumer, TR_EMPTY);
    assert_int_equal(b.gap.to + rest, 100);
    assert_int_equal(tr_consumer_lost(&consumer), b.gap.to - 10);
    end();
}

static void from_a_sequence(void **state)
{
    (void)state;
    static const struct {
        uint64_t asked;
        uint64_t given;
    } fresh[] = {{0, 0}, {100, 100}, {250, 250}, {300, 300}, {1000, 300}};
    for (unsigned i = 0; i < 5; i++) {
        begin("seq", 64);
        bus_publish(&producer, 300);
        uint64_t oldest = atomic_load(&producer.lane->limit) - 64;
        assert_int_equal(open_from(&consumer, TR_FROM_SEQ, fresh[i].asked), 0);
        uint64_t lost = fresh[i].given < oldest ? oldest - fresh[i].given : 0;
        assert_int_equal(start_of(&consumer), fresh[i].given);
        assert_int_equal(consumer.lane[0].pos, fresh[i].given + lost);
        assert_int_equal(tr_consumer_lost(&consumer), lost); /* never passed over in silence */
        end();
    }
}

/* The caller's own output says how far it was: not lost, not again. */
static void from_a_sequence_after_a_crash(void **state)
{
    (void)state;
    struct tr_batch b;
    begin("seqcrash", 64);
    bus_publish(&producer, 40);
    assert_int_equal(try_open(&consumer, "c"), 0);
    assert_int_equal(bus_read(&consumer, 16, &b), TR_OK);
    assert_int_equal(bus_read(&consumer, 3, &b), TR_OK); /* the cursor says 16 */
    bus_kill_consumer(&consumer);
    assert_int_equal(open_from(&consumer, TR_FROM_SEQ, 19), 0);
    assert_int_equal(consumer.lane[0].pos, 19);
    assert_int_equal(start_of(&consumer), 0); /* the same life */
    assert_int_equal(tr_consumer_lost(&consumer), 0);
    bus_kill_consumer(&consumer);
    assert_int_equal(open_from(&consumer, TR_FROM_SEQ, 1000), 0); /* not beyond what there is */
    assert_int_equal(consumer.lane[0].pos, 40);
    bus_kill_consumer(&consumer);
    assert_int_equal(open_from(&consumer, TR_FROM_SEQ, 5), 0); /* back: a new life */
    assert_int_equal(start_of(&consumer), 5);
    assert_int_equal(bus_drain(&consumer, TR_EMPTY), 35);
    end();
}

/* Producer and consumer killed together, within a publish: the hint does not know of what was read. */
static void from_a_sequence_beyond_the_hint(void **state)
{
    (void)state;
    struct tr_batch b;
    begin("hint", 64);
    bus_publish(&producer, 20);
    assert_int_equal(try_open(&consumer, "c"), 0);
    for (uint64_t seq = 20; seq < 25; seq++) {
        const struct tr_tick tick = bus_tick(seq);
        assert_true(tr_writer_has_room(&producer.w));
        tr_writer_put(&producer.w, &tick);
    }
    bus_kill_producer(&producer);
    assert_int_equal(bus_read(&consumer, 16, &b), TR_OK);
    assert_int_equal(bus_read(&consumer, 16, &b), TR_OK);
    assert_int_equal(b.seq + b.cnt, 25);
    assert_int_equal(atomic_load(&consumer.member->lane[0].cur), 16);
    bus_kill_consumer(&consumer);
    assert_int_equal(open_from(&consumer, TR_FROM_SEQ, 25), 0);
    assert_int_equal(consumer.lane[0].pos, 25);
    produce(64);
    assert_int_equal(bus_publish(&producer, 3), 3);
    assert_int_equal(bus_drain(&consumer, TR_EMPTY), 3);
    end();
}

static void lossy_one_does_not_hold(void **state)
{
    (void)state;
    begin("lossy", 16);
    assert_int_equal(open_lossy(&consumer, TR_FROM_OLDEST), 0);
    assert_false(consumer.anonymous);
    assert_int_equal(bus_publish(&producer, 100), 100);
    struct tr_batch b;
    assert_int_equal(tr_poll(&consumer, &b, 16), TR_OVERRUN);
    uint64_t rest = bus_drain(&consumer, TR_EMPTY);
    assert_int_equal(tr_consumer_lost(&consumer) + rest, 100);
    bus_kill_consumer(&consumer);
    assert_int_equal(open_lossy(&consumer, TR_FROM_RESUME), 0); /* its accounts go on */
    assert_int_equal(tr_consumer_lost(&consumer) + rest, 100);
    end();
}

/* The place of a dead consumer that another name takes keeps nothing of it. */
static void taken_place_keeps_nothing(void **state)
{
    (void)state;
    static struct tr_consumer c[TR_CONSUMER_MAX];
    char id[8];
    begin("reclaim", 16);
    for (unsigned i = 0; i < TR_CONSUMER_MAX; i++) {
        struct tr_consumer_options opt = bus_consumer_options(ring, id);
        snprintf(id, sizeof id, "c%u", i);
        opt.hold_ns = 0;
        assert_int_equal(tr_consumer_open(&c[i], &opt), 0);
    }
    bus_publish(&producer, 12);
    for (unsigned i = 0; i < TR_CONSUMER_MAX; i++)
        assert_int_equal(bus_drain(&c[i], TR_EMPTY), 12);
    bus_publish(&producer, 4);
    bus_kill_consumer(&c[9]);
    assert_int_equal(try_open(&consumer, "new"), 0);
    assert_int_equal(consumer.place.idx, 9);
    assert_int_equal(start_of(&consumer), atomic_load(&producer.lane->limit) - 16);
    assert_int_equal(tr_consumer_lost(&consumer), 0);
    assert_int_equal(bus_drain(&consumer, TR_EMPTY), 16 - start_of(&consumer));
    for (unsigned i = 0; i < TR_CONSUMER_MAX; i++) {
        if (i != 9)
            tr_consumer_close(&c[i]);
    }
    end();
}

/* --- What it tells ---------------------------------------------------------------------------------- */

static void names_of_a_lane(void **state)
{
    (void)state;
    uint16_t btc, venue;
    begin("names", 16);
    assert_int_equal(tr_producer_symbol(&producer, "BTC", 3, &btc), 0);
    assert_int_equal(tr_producer_venue(&producer, "kraken", 6, &venue), 0);
    bus_publish(&producer, 1);
    assert_int_equal(try_open(&consumer, "c"), 0);
    assert_int_equal(bus_drain(&consumer, TR_EMPTY), 1);
    const struct tr_name *name = tr_consumer_symbol(&consumer, 0, btc);
    assert_non_null(name);
    assert_int_equal(name->len, 3);
    assert_memory_equal(name->text, "BTC", 3);
    name = tr_consumer_venue(&consumer, 0, venue);
    assert_non_null(name);
    assert_memory_equal(name->text, "kraken", 6);
    assert_null(tr_consumer_symbol(&consumer, 0, btc + 1U));
    assert_null(tr_consumer_symbol(&consumer, 0, UINT32_MAX));
    assert_null(tr_consumer_venue(&consumer, 0, TR_VENUE_NONE));
    assert_string_equal(tr_consumer_lane_name(&consumer, 0), "a");
    assert_string_equal(tr_consumer_lane_name(&consumer, 1), "");
    end();
}

static void lag_is_what_is_not_read(void **state)
{
    (void)state;
    struct tr_batch b;
    begin("lag", 16);
    bus_produce(&second_lane, ring, "b");
    assert_int_equal(try_open(&consumer, "c"), 0);
    assert_int_equal(tr_consumer_lag(&consumer), 0);
    bus_publish(&producer, 9);
    bus_publish(&second_lane, 5);
    assert_int_equal(tr_consumer_lag(&consumer), 14);
    assert_int_equal(bus_read(&consumer, 2, &b), TR_OK);
    assert_int_equal(tr_consumer_lag(&consumer), 12);
    bus_drain(&consumer, TR_EMPTY);
    assert_int_equal(tr_consumer_lag(&consumer), 0);
    tr_producer_close(&second_lane, false);
    end();
}

static void housekeep_beats_and_rates(void **state)
{
    (void)state;
    begin("beat", 16);
    assert_int_equal(try_open(&consumer, "c"), 0);
    int64_t now_ns = tr_now_ns() + 200 * TR_NS_PER_MS;
    assert_int_equal(tr_consumer_housekeep(&consumer, now_ns), 0);
    assert_int_equal(atomic_load(&consumer.member->beat_ns), now_ns);
    bus_publish(&producer, 10);
    bus_drain(&consumer, TR_EMPTY);
    assert_int_equal(tr_consumer_housekeep(&consumer, now_ns + TR_NS_PER_MS), 0); /* too early */
    assert_int_equal(atomic_load(&consumer.member->beat_ns), now_ns);
    assert_int_equal(tr_consumer_housekeep(&consumer, now_ns + TR_NS_PER_S), 0);
    assert_int_equal(atomic_load(&consumer.stats->rate_mhz), 10000);
    end();
}

static void housekeep_sees_the_name_go(void **state)
{
    (void)state;
    begin("stale", 16);
    assert_int_equal(try_open(&consumer, "c"), 0);
    assert_int_equal(tr_consumer_housekeep(&consumer, tr_now_ns() + 2 * TR_NS_PER_S), 0);
    bus_unlink(ring);
    assert_int_equal(tr_consumer_housekeep(&consumer, tr_now_ns() + 4 * TR_NS_PER_S), -ESTALE);
    tr_consumer_close(&consumer);
    tr_producer_close(&producer, false);
}

static void truncated(void *arg)
{
    (void)arg;
    help_check(try_open(&consumer, "c") == 0);
    help_check(tr_consumer_housekeep(&consumer, tr_now_ns() + 2 * TR_NS_PER_S) == 0);
    bus_truncate(&consumer.seg);
    help_check(tr_consumer_housekeep(&consumer, tr_now_ns() + 4 * TR_NS_PER_S) == -EIO);
}

static void housekeep_sees_a_truncation(void **state)
{
    (void)state;
    begin("cut", 16);
    assert_int_equal(help_in_child(truncated, NULL), 0);
    tr_producer_close(&producer, false);
}

static void dead_lanes_are_told(void **state)
{
    (void)state;
    begin("dead", 16);
    bus_produce(&second_lane, ring, "b");
    assert_int_equal(try_open(&consumer, "c"), 0);
    assert_int_equal(tr_consumer_dead_lanes(&consumer), 0);
    bus_kill_producer(&second_lane);
    assert_int_equal(tr_consumer_dead_lanes(&consumer), 2);
    bus_produce(&second_lane, ring, "b");
    assert_int_equal(tr_consumer_dead_lanes(&consumer), 0);
    tr_producer_close(&second_lane, false); /* closed is not dead */
    assert_int_equal(tr_consumer_dead_lanes(&consumer), 0);
    end();
}

static void leaving_keeps_a_ring_that_goes_on(void **state)
{
    (void)state;
    begin("leave", 16);
    assert_int_equal(try_open(&consumer, "c"), 0);
    tr_consumer_close(&consumer);
    assert_int_equal(tr_producer_consumer_cnt(&producer), 0);
    assert_int_equal(try_open(&consumer, "c"), 0);
    tr_producer_close(&producer, false);
    assert_true(help_leftovers(false) > 0); /* somebody is in */
    tr_consumer_close(&consumer);
    assert_int_equal(help_leftovers(false), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        bus_test(no_such_ring),
        bus_test(bad_names),
        bus_test(a_live_process_has_the_id),
        bus_test(sixty_four_are_all),
        bus_test(same_id_other_filter),
        bus_test(sequence_needs_one_lane),
        bus_test(no_permission),
        bus_test(other_version_or_corrupt),
        bus_test(reader_without_a_place),
        bus_test(from_oldest_and_newest),
        bus_test(from_resume_goes_on),
        bus_test(killed_one_delivers_at_least_once),
        bus_test(comes_back_after_a_lap_and_is_told_the_gap_first),
        bus_test(from_a_sequence),
        bus_test(from_a_sequence_after_a_crash),
        bus_test(from_a_sequence_beyond_the_hint),
        bus_test(lossy_one_does_not_hold),
        bus_test(taken_place_keeps_nothing),
        bus_test(names_of_a_lane),
        bus_test(lag_is_what_is_not_read),
        bus_test(housekeep_beats_and_rates),
        bus_test(housekeep_sees_the_name_go),
        bus_test(housekeep_sees_a_truncation),
        bus_test(dead_lanes_are_told),
        bus_test(leaving_keeps_a_ring_that_goes_on),
    };
    return cmocka_run_group_tests_name("consumer", tests, NULL, NULL);
}
