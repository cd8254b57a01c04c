/* Producers on real rings: every error of open, what survives a crash, publishing. */
#include "bus_help.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

static char ring[TR_RING_NAME_MAX + 1];
static struct tr_producer producer;
static struct tr_producer other;
static struct tr_consumer consumer;

static int try_open(struct tr_producer *p, const char *name, uint64_t slot_cnt)
{
    struct tr_producer_options opt = bus_producer_options(ring, name);
    opt.slot_cnt = slot_cnt;
    return tr_producer_open(p, &opt);
}

/* --- open ------------------------------------------------------------------------------------------- */

static void open_makes_a_ring(void **state)
{
    (void)state;
    struct stat st;
    char path[HELP_PATH_MAX];
    help_shm_path(path, help_ring_name(ring, "make"));
    struct tr_producer_options opt = bus_producer_options(ring, "a");
    opt.mode = 0640;
    mode_t mask = umask(077);
    assert_int_equal(tr_producer_open(&producer, &opt), 0);
    umask(mask);
    assert_true(producer.created);
    assert_false(producer.took_over);
    assert_int_equal(producer.w.next, 0);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0640);
    bus_produce(&other, ring, "b");
    assert_false(other.created);
    assert_int_not_equal(other.place.idx, producer.place.idx);
    tr_producer_close(&other, false);
    assert_int_equal(help_leftovers(false) > 0, 1); /* somebody is in */
    tr_producer_close(&producer, false);
    assert_int_equal(help_leftovers(false), 0);
}

static void bad_names_and_numbers(void **state)
{
    (void)state;
    struct tr_producer_options opt = bus_producer_options("a/b", "a");
    assert_int_equal(tr_producer_open(&producer, &opt), -EINVAL);
    opt = bus_producer_options(help_ring_name(ring, "bad"), "");
    assert_int_equal(tr_producer_open(&producer, &opt), -EINVAL);
    opt.name = "with space";
    assert_int_equal(tr_producer_open(&producer, &opt), -EINVAL);
    static const uint64_t bad[] = {1, 2, 3, 5, 1000, UINT64_C(1) << 33, UINT64_MAX};
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(try_open(&producer, "a", bad[i]), -EINVAL);
    assert_int_equal(help_leftovers(false), 0);
}

static void a_live_process_has_the_name(void **state)
{
    (void)state;
    help_ring_name(ring, "busy");
    bus_produce(&producer, ring, "a");
    assert_int_equal(try_open(&other, "a", 16), -EBUSY);
    assert_int_equal(bus_publish(&producer, 3), 3); /* not hurt by it */
    tr_producer_close(&producer, true);
    assert_int_equal(try_open(&other, "a", 16), 0);
    tr_producer_close(&other, false);
}

static void sixteen_lanes_are_all(void **state)
{
    (void)state;
    static struct tr_producer p[TR_LANE_MAX];
    char name[8];
    help_ring_name(ring, "users");
    for (unsigned i = 0; i < TR_LANE_MAX; i++) {
        snprintf(name, sizeof name, "l%u", i);
        bus_produce(&p[i], ring, name);
    }
    assert_int_equal(try_open(&other, "more", 16), -EUSERS);
    tr_producer_close(&p[5], true);
    assert_int_equal(try_open(&other, "more", 16), -EUSERS); /* a lane is never reused for other ticks */
    assert_int_equal(try_open(&p[5], "l5", 16), 0);
    for (unsigned i = 0; i < TR_LANE_MAX; i++)
        tr_producer_close(&p[i], false);
    assert_int_equal(help_leftovers(false), 0);
}

static void other_geometry_in_use(void **state)
{
    (void)state;
    help_ring_name(ring, "geo");
    bus_produce(&producer, ring, "a");
    assert_int_equal(try_open(&other, "b", 32), -EDOM);
    assert_int_equal(try_open(&other, "b", 0), 0); /* any */
    assert_int_equal(other.w.slot_cnt, 16);
    tr_producer_close(&other, false);
    tr_producer_abandon(&producer); /* nobody is in, but the lane goes on some day */
    assert_int_equal(try_open(&other, "b", 32), -EDOM);
    bus_produce(&producer, ring, "a");
    tr_store_rel(&producer.lane->state, tr_state_make(2, TR_LANE_CLOSED));
    tr_producer_abandon(&producer); /* killed while it left: nobody is in, nothing goes on, a leftover */
    assert_int_equal(try_open(&other, "b", 32), 0);
    assert_true(other.created);
    assert_int_equal(other.w.slot_cnt, 32);
    tr_producer_close(&other, false);
}

/* A run that ended is not gone on with, also if its successor is killed before it says what it replays. */
static void ended_input_is_not_resumed(void **state)
{
    const struct tr_input_id id = {{1, 2, 3}};
    uint64_t done_cnt;
    (void)state;
    help_ring_name(ring, "ended");
    bus_produce(&producer, ring, "a");
    assert_false(tr_producer_input(&producer, &id, &done_cnt));
    assert_int_equal(bus_publish(&producer, 5), 5);
    tr_producer_close(&producer, true);
    bus_produce(&producer, ring, "a");
    bus_kill_producer(&producer);
    bus_produce(&producer, ring, "a");
    assert_true(producer.took_over);
    assert_false(tr_producer_input(&producer, &id, &done_cnt));
    assert_int_equal(done_cnt, 0);
    tr_producer_close(&producer, false);
}

/* A ring that is to be kept stays, whoever leaves last, until its lane has been opened again. */
static void kept_until_opened_again(void **state)
{
    static struct tr_consumer reader;
    const struct tr_consumer_options join = {.ring = ring, .id = "c"};
    (void)state;
    help_ring_name(ring, "kept");
    bus_produce(&producer, ring, "a");
    assert_int_equal(tr_consumer_open(&reader, &join), 0);
    tr_producer_close(&producer, true);
    tr_consumer_close(&reader);
    assert_int_equal(try_open(&other, "b", 32), -EDOM); /* as it is */
    assert_int_equal(try_open(&other, "b", 0), 0);
    tr_producer_close(&other, false); /* another lane: a is still kept */
    assert_true(help_leftovers(false) > 0);
    bus_produce(&producer, ring, "a");
    tr_producer_close(&producer, false);
    assert_int_equal(help_leftovers(false), 0);
}

static void shm_full(void **state)
{
    (void)state;
    struct statvfs vfs;
    const uint64_t slot_cnt = TR_SLOT_CNT_MAX; /* 256 GiB a lane */
    assert_int_equal(statvfs(TR_SHM_DIR, &vfs), 0);
    if (vfs.f_blocks == 0 || (uint64_t)vfs.f_blocks > slot_cnt * 64 / vfs.f_frsize)
        help_skip("/dev/shm is too large to be filled");
    help_ring_name(ring, "full");
    int rc = try_open(&producer, "a", slot_cnt);
    if (rc == -ENOMEM)
        help_skip("not enough address space");
    assert_int_equal(rc, -ENOSPC);
    assert_int_equal(help_leftovers(false), 0);
}

static void open_as_nobody(void *arg)
{
    help_become_nobody();
    const struct tr_producer_options opt = bus_producer_options(ring, "b");
    help_check(tr_producer_open(&other, &opt) == *(int *)arg);
}

static void no_permission(void **state)
{
    (void)state;
    if (geteuid() != 0)
        help_skip("needs root, to be somebody else");
    help_ring_name(ring, "perm");
    bus_produce(&producer, ring, "a");
    int rc = -EACCES;
    assert_int_equal(help_in_child(open_as_nobody, &rc), 0);
    /* Open to all, and neither ours nor root's: squatted. */
    assert_int_equal(fchmod(producer.seg.fd, 0666), 0);
    assert_int_equal(fchown(producer.seg.fd, 12345, (gid_t)-1), 0);
    assert_int_equal(try_open(&other, "b", 16), -EPERM);
    tr_producer_close(&producer, false);
}

static void squatted_names(void **state)
{
    (void)state;
    char path[HELP_PATH_MAX];
    help_shm_path(path, help_ring_name(ring, "squat"));
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(try_open(&producer, "a", 16), -EPERM);
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(symlink("/dev/null", path), 0);
    assert_int_equal(try_open(&producer, "a", 16), -EPERM);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(try_open(&producer, "a", 16), -EPERM);
    assert_int_equal(unlink(path), 0);
}

static void other_version_or_corrupt(void **state)
{
    (void)state;
    const uint32_t major = TR_VERSION_MAJOR + 1;
    const uint64_t slots = 1 << 20;
    help_ring_name(ring, "corrupt");
    bus_scribble(ring, 0, "this is no ring", 15);
    assert_int_equal(try_open(&producer, "a", 16), -EBADMSG);
    bus_unlink(ring);
    bus_produce(&producer, ring, "a");
    bus_scribble(ring, offsetof(struct tr_header, slot_cnt), &slots, sizeof slots);
    assert_int_equal(try_open(&other, "b", 0), -EBADMSG); /* the sum of the header is wrong */
    bus_scribble(ring, offsetof(struct tr_header, version_major), &major, sizeof major);
    assert_int_equal(try_open(&other, "b", 0), -EPROTONOSUPPORT);
    assert_int_equal(bus_publish(&producer, 1), 1); /* who is in has his own copy */
    tr_producer_close(&producer, false);
}

/* --- What goes on, and what begins anew ------------------------------------------------------------- */

static void sequence_goes_on(void **state)
{
    (void)state;
    help_ring_name(ring, "seq");
    bus_produce(&producer, ring, "a");
    bus_publish(&producer, 5);
    uint64_t epoch = tr_state_epoch(atomic_load(&producer.lane->state));
    tr_producer_close(&producer, true);
    bus_produce(&producer, ring, "a");
    assert_int_equal(producer.w.next, 5);
    assert_false(producer.took_over);
    assert_int_equal(atomic_load(&producer.lane->state), tr_state_make(epoch + 1, TR_LANE_OPEN));
    bus_publish(&producer, 40);
    bus_kill_producer(&producer);
    bus_produce(&other, ring, "a");
    assert_int_equal(other.w.next, 45);
    assert_true(other.took_over);
    tr_producer_close(&other, false);
    assert_int_equal(help_leftovers(false), 0);
}

static void input_is_resumed_after_a_crash_only(void **state)
{
    (void)state;
    const struct tr_input_id id = {{1, 2, 3, 4, 5, 6}};
    const struct tr_input_id id2 = {{1, 2, 3, 4, 5, 7}};
    uint64_t done = 99;
    help_ring_name(ring, "input");
    bus_produce(&producer, ring, "a");
    assert_false(tr_producer_input(&producer, &id, &done));
    assert_int_equal(done, 0);
    bus_publish(&producer, 12);
    tr_producer_abandon(&producer);

    bus_produce(&producer, ring, "a");
    assert_true(tr_producer_input(&producer, &id, &done));
    assert_int_equal(done, 12);
    bus_publish(&producer, 3);
    bus_kill_producer(&producer);

    bus_produce(&producer, ring, "a");
    assert_true(tr_producer_input(&producer, &id, &done));
    assert_int_equal(done, 15);
    bus_kill_producer(&producer);

    bus_produce(&producer, ring, "a"); /* another input begins where the lane ends */
    assert_false(tr_producer_input(&producer, &id2, &done));
    assert_int_equal(done, 0);
    bus_publish(&producer, 4);
    bus_kill_producer(&producer);

    bus_produce(&producer, ring, "a");
    assert_true(tr_producer_input(&producer, &id2, &done));
    assert_int_equal(done, 4);
    tr_producer_close(&producer, true);

    bus_produce(&producer, ring, "a"); /* it was brought to its end: again is anew */
    assert_false(tr_producer_input(&producer, &id2, &done));
    assert_int_equal(done, 0);
    tr_producer_close(&producer, false);
}

static void input_that_cannot_be_repeated(void **state)
{
    (void)state;
    const struct tr_input_id none = {{0}};
    uint64_t done = 99;
    help_ring_name(ring, "pipe");
    bus_produce(&producer, ring, "a");
    tr_producer_input(&producer, &none, &done);
    bus_publish(&producer, 3);
    bus_kill_producer(&producer);
    bus_produce(&producer, ring, "a");
    assert_false(tr_producer_input(&producer, &none, &done));
    assert_int_equal(done, 0);
    tr_producer_close(&producer, false);
}

static void half_written_input_is_not_resumed(void **state)
{
    (void)state;
    const struct tr_input_id id = {{1, 2, 3, 4, 5, 6}};
    uint64_t done;
    help_ring_name(ring, "half");
    bus_produce(&producer, ring, "a");
    tr_producer_input(&producer, &id, &done);
    bus_publish(&producer, 3);
    atomic_store(&producer.lane->input.valid, 0);
    bus_kill_producer(&producer);
    bus_produce(&producer, ring, "a");
    assert_false(tr_producer_input(&producer, &id, &done));
    tr_producer_close(&producer, false);
}

static void names_keep_their_numbers(void **state)
{
    (void)state;
    uint16_t btc, eth, id;
    char text[80];
    memset(text, 'x', sizeof text);
    help_ring_name(ring, "names");
    bus_produce(&producer, ring, "a");
    assert_int_equal(tr_producer_symbol(&producer, "BTC", 3, &btc), 0);
    assert_int_equal(tr_producer_symbol(&producer, "ETH", 3, &eth), 0);
    assert_int_not_equal(btc, eth);
    assert_int_equal(tr_producer_symbol(&producer, "", 0, &id), -EINVAL);
    assert_int_equal(tr_producer_symbol(&producer, text, 72, &id), -EINVAL);
    assert_int_equal(tr_producer_symbol(&producer, text, 71, &id), 0);
    for (int i = 0; i < TR_VENUE_CNT_MAX; i++) {
        int len = snprintf(text, sizeof text, "v%d", i);
        assert_int_equal(tr_producer_venue(&producer, text, (size_t)len, &id), 0);
        assert_int_equal(id, i);
    }
    assert_int_equal(tr_producer_venue(&producer, "more", 4, &id), -ENOSPC);
    bus_kill_producer(&producer);
    bus_produce(&producer, ring, "a");
    assert_int_equal(tr_producer_symbol(&producer, "ETH", 3, &id), 0);
    assert_int_equal(id, eth);
    assert_int_equal(tr_producer_venue(&producer, "v200", 4, &id), 0);
    assert_int_equal(id, 200);
    tr_producer_close(&producer, false);
}

/* --- Publishing ------------------------------------------------------------------------------------- */

static void full_does_nothing(void **state)
{
    (void)state;
    const struct tr_tick tick = bus_tick(16);
    help_ring_name(ring, "fullring");
    bus_produce(&producer, ring, "a");
    bus_consume(&consumer, ring, "c");
    assert_int_equal(bus_publish(&producer, 100), 16);
    assert_int_equal(tr_publish(&producer, &tick), TR_FULL);
    assert_int_equal(tr_publish_batch(&producer, &tick, 1), 0);
    assert_int_equal(producer.w.next, 16);
    assert_int_equal(atomic_load(&producer.lane->hint), 16);
    assert_int_equal(bus_drain(&consumer, TR_EMPTY), 16);
    assert_int_equal(tr_publish(&producer, &tick), TR_OK);
    assert_int_equal(bus_drain(&consumer, TR_EMPTY), 1);
    tr_consumer_close(&consumer);
    tr_producer_close(&producer, false);
}

static void batch_goes_as_far_as_there_is_room(void **state)
{
    (void)state;
    struct tr_tick tick[100];
    uint64_t done = 0;
    uint32_t n;
    for (uint64_t i = 0; i < 100; i++)
        tick[i] = bus_tick(i);
    help_ring_name(ring, "batch");
    bus_produce(&producer, ring, "a");
    bus_consume(&consumer, ring, "c");
    assert_int_equal(tr_publish_batch(&producer, tick, 0), 0);
    assert_int_equal(tr_publish_batch(&producer, tick, 1), 1);
    done = 1;
    while ((n = tr_publish_batch(&producer, &tick[done], (uint32_t)(100 - done))) > 0) {
        done += n;
        assert_int_equal(atomic_load(&producer.lane->hint), done);
    }
    assert_int_equal(done, 16);
    assert_int_equal(bus_drain(&consumer, TR_EMPTY), 16);
    tr_consumer_close(&consumer);
    tr_producer_close(&producer, false);
}

static void drops_are_counted(void **state)
{
    (void)state;
    help_ring_name(ring, "drop");
    bus_produce(&producer, ring, "a");
    tr_producer_drop(&producer, 7);
    tr_producer_drop(&producer, 2);
    assert_int_equal(atomic_load(&producer.lane->dropped_cnt), 9);
    tr_producer_close(&producer, false);
}

static void consumers_are_counted_while_they_live(void **state)
{
    (void)state;
    static struct tr_consumer lossy;
    struct tr_consumer_options opt = bus_consumer_options(help_ring_name(ring, "count"), "l");
    opt.lossy = true;
    bus_produce(&producer, ring, "a");
    assert_int_equal(tr_producer_consumer_cnt(&producer), 0);
    bus_consume(&consumer, ring, "c");
    assert_int_equal(tr_consumer_open(&lossy, &opt), 0);
    assert_int_equal(tr_producer_consumer_cnt(&producer), 2);
    tr_consumer_close(&lossy);
    assert_int_equal(tr_producer_consumer_cnt(&producer), 1);
    bus_kill_consumer(&consumer);
    assert_int_equal(tr_producer_consumer_cnt(&producer), 0);
    tr_producer_close(&producer, false);
}

static void drained_when_all_was_read(void **state)
{
    (void)state;
    help_ring_name(ring, "drain");
    bus_produce(&producer, ring, "a");
    assert_true(tr_producer_is_drained(&producer));
    bus_publish(&producer, 3);
    assert_true(tr_producer_is_drained(&producer)); /* nobody is there to read */
    bus_consume(&consumer, ring, "c");
    assert_false(tr_producer_is_drained(&producer));
    bus_drain(&consumer, TR_EMPTY);
    assert_true(tr_producer_is_drained(&producer));
    bus_publish(&producer, 1);
    assert_false(tr_producer_is_drained(&producer));
    tr_consumer_close(&consumer); /* one that left is not waited for */
    assert_true(tr_producer_is_drained(&producer));
    tr_producer_close(&producer, false);
}

/* Consumer falls asleep, as its own wait would do it. */
static void fall_asleep(void)
{
    tr_word *wait = &consumer.member->wait;
    atomic_store(wait, (atomic_load(wait) + 1) | 1);
    atomic_fetch_or(&consumer.bell->asleep, UINT64_C(1) << consumer.place.idx);
}

static int posts(void)
{
    int value = -1;
    assert_int_equal(sem_getvalue(consumer.sem, &value), 0);
    return value;
}

static void sleeper_is_posted_to_once_a_sleep(void **state)
{
    (void)state;
    const struct tr_tick tick[2] = {bus_tick(2), bus_tick(3)};
    help_ring_name(ring, "post");
    bus_produce(&producer, ring, "a");
    bus_consume(&consumer, ring, "c");
    assert_int_equal(bus_publish(&producer, 1), 1);
    assert_int_equal(posts(), 0); /* it is awake */
    fall_asleep();
    assert_int_equal(bus_publish(&producer, 1), 1);
    assert_int_equal(posts(), 1);
    assert_int_equal(tr_publish_batch(&producer, tick, 2), 2);
    assert_int_equal(posts(), 1); /* for this sleep it was told */
    fall_asleep();
    assert_int_equal(bus_publish(&producer, 1), 1);
    assert_int_equal(posts(), 2);
    tr_consumer_close(&consumer);
    tr_producer_close(&producer, false);
}

/* All that a sleeper must hear of besides ticks. */
static void sleeper_is_posted_to_at_begin_and_end(void **state)
{
    (void)state;
    help_ring_name(ring, "news");
    bus_produce(&producer, ring, "a");
    bus_consume(&consumer, ring, "c");
    fall_asleep();
    bus_produce(&other, ring, "b"); /* a new lane */
    assert_int_equal(posts(), 1);
    fall_asleep();
    tr_producer_close(&other, true);
    assert_int_equal(posts(), 2);
    fall_asleep();
    tr_producer_abandon(&producer);
    assert_int_equal(posts(), 3);
    fall_asleep();
    bus_produce(&producer, ring, "a"); /* taken over: its predecessor may not have posted */
    assert_int_equal(posts(), 4);
    fall_asleep();
    bus_publish(&producer, 16);
    assert_int_equal(posts(), 5);
    fall_asleep();
    assert_int_equal(tr_producer_wait(&producer, 0), TR_FULL); /* not while it holds us up */
    assert_int_equal(posts(), 6);
    tr_consumer_close(&consumer);
    tr_producer_close(&producer, false);
}

/* --- The end ---------------------------------------------------------------------------------------- */

static void close_tells_the_end(void **state)
{
    (void)state;
    help_ring_name(ring, "close");
    bus_produce(&producer, ring, "a");
    bus_consume(&consumer, ring, "c");
    bus_publish(&producer, 5);
    tr_producer_close(&producer, false);
    assert_int_equal(bus_drain(&consumer, TR_CLOSED), 5);
    tr_consumer_close(&consumer);
    assert_int_equal(help_leftovers(false), 0); /* the last one out removes it */
}

static void abandon_leaves_the_lane_open(void **state)
{
    (void)state;
    help_ring_name(ring, "abandon");
    bus_produce(&producer, ring, "a");
    bus_consume(&consumer, ring, "c");
    bus_publish(&producer, 5);
    tr_producer_abandon(&producer);
    assert_int_equal(bus_drain(&consumer, TR_EMPTY), 5);
    assert_int_equal(tr_consumer_dead_lanes(&consumer), 1);
    tr_consumer_close(&consumer);
    assert_true(help_leftovers(false) > 0); /* it is to go on */
    bus_produce(&producer, ring, "a");
    assert_true(producer.took_over);
    tr_producer_close(&producer, false);
    assert_int_equal(help_leftovers(false), 0);
}

/* A dead consumer has ticks to read within its hold: the ring waits for it. */
static void close_keeps_what_a_dead_consumer_needs(void **state)
{
    (void)state;
    struct tr_consumer_options opt = bus_consumer_options(help_ring_name(ring, "held"), "c");
    opt.hold_ns = BUS_LONG_NS;
    bus_produce(&producer, ring, "a");
    assert_int_equal(tr_consumer_open(&consumer, &opt), 0);
    bus_publish(&producer, 5);
    bus_kill_consumer(&consumer);
    tr_producer_close(&producer, false);
    assert_true(help_leftovers(false) > 0);
    assert_int_equal(tr_consumer_open(&consumer, &opt), 0);
    assert_int_equal(bus_drain(&consumer, TR_CLOSED), 5);
    tr_consumer_close(&consumer);
    assert_int_equal(help_leftovers(false), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        bus_test(open_makes_a_ring),
        bus_test(bad_names_and_numbers),
        bus_test(a_live_process_has_the_name),
        bus_test(sixteen_lanes_are_all),
        bus_test(other_geometry_in_use),
        bus_test(kept_until_opened_again),
        bus_test(ended_input_is_not_resumed),
        bus_test(shm_full),
        bus_test(no_permission),
        bus_test(squatted_names),
        bus_test(other_version_or_corrupt),
        bus_test(sequence_goes_on),
        bus_test(input_is_resumed_after_a_crash_only),
        bus_test(input_that_cannot_be_repeated),
        bus_test(half_written_input_is_not_resumed),
        bus_test(names_keep_their_numbers),
        bus_test(full_does_nothing),
        bus_test(batch_goes_as_far_as_there_is_room),
        bus_test(drops_are_counted),
        bus_test(consumers_are_counted_while_they_live),
        bus_test(drained_when_all_was_read),
        bus_test(sleeper_is_posted_to_once_a_sleep),
        bus_test(sleeper_is_posted_to_at_begin_and_end),
        bus_test(close_tells_the_end),
        bus_test(abandon_leaves_the_lane_open),
        bus_test(close_keeps_what_a_dead_consumer_needs),
    };
    return cmocka_run_group_tests_name("producer", tests, NULL, NULL);
}
