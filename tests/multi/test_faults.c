/* Feed and consumer, each of whose system calls fails once: at every call, with every error that it
 * can have.  A program may then end with the code that is documented and a line that says why, or go on;
 * what it must not do is hang, crash, call it a success when something is missing, take others with it, or
 * leave something in /dev/shm.  And whoever is started again with the same command goes on.
 *
 * TICKRING_ROUNDS is the number of runs, TICKRING_SEED repeats a run of the test. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "exitcode.h"
#include "tests/multi/faultplan.h"
#include "tests/multi/faultscene.h"
#include "tests/multi/proc.h"
#include "tickring.h"

#define BIT(kind) (UINT64_C(1) << (kind))
#define FEED_OPTION "--slots=64" /* less than there are ticks: the feed waits for room */
#define CONSUMER_OPTION "--hold=1s"

/* A reader of the output that has gone: it had enough, and that is a success. */
static bool had_enough(const struct inject_fault *fault)
{
    return fault->kind == INJECT_WRITE && fault->error == EPIPE;
}

static void expect_exit(int status, int code)
{
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), code);
}

/* --- A feed with a fault ------------------------------------------------------------------------ */

struct stage {
    struct scene *scene;
    unsigned feed_cnt; /* the last has the fault */
    pid_t consumer; /* 0: has ended */
    int consumer_status;
};

static bool consumer_has_ended(struct stage *st)
{
    if (st->consumer != 0 && proc_ended(st->consumer, &st->consumer_status))
        st->consumer = 0;
    return st->consumer == 0;
}

/* It has written its summary: it ends now, if it has not yet. */
static bool consumer_is_done(struct stage *st)
{
    struct history h = {0};
    history_read(&h, st->scene->output[0], 0);
    return h.has_summary;
}

static bool has_closed_lane(const struct tr_segment *seg, const char *producer)
{
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        const struct tr_lane *lane = tr_segment_lane(seg, p);
        if (tr_state_of(tr_load_acq(&lane->state)) == TR_LANE_CLOSED && strcmp(lane->who.name, producer) == 0)
            return true;
    }
    return false;
}

/* What the failed feed has begun is over: its consumer drains a closed lane first. */
static bool is_settled(void *arg)
{
    struct stage *st = arg;
    struct tr_segment seg;
    if (consumer_has_ended(st) || tr_observe_open(&seg, st->scene->ring) != 0)
        return true;
    bool closed = has_closed_lane(&seg, history_producer(st->feed_cnt - 1));
    tr_observe_close(&seg);
    return !closed;
}

/* The feed has failed and said so.  The same command again must do, with the same consumer if that still
 * waits; one that was given an early end (the lane was closed in good order) is started again as well. */
static void start_again(struct stage *st)
{
    const struct scene *s = st->scene;
    proc_until(is_settled, st, "the end of what the failed feed began");
    bool begins_anew = consumer_has_ended(st) || consumer_is_done(st);
    if (!begins_anew)
        proc_expect(scene_feed(s, st->feed_cnt - 1, FEED_OPTION, proc_start), 0);
    if (st->consumer != 0)
        st->consumer_status = proc_wait(st->consumer);
    expect_exit(st->consumer_status, 0);
    if (begins_anew)
        scene_run_normally(s, st->feed_cnt);
    scene_expect_complete(s, st->feed_cnt);
}

static void try_feed(void *arg, const struct inject_fault *fault, uint64_t cnt[INJECT_KIND_CNT])
{
    struct stage *st = arg;
    struct scene *s = st->scene;
    pid_t other = 0;
    st->consumer = scene_consumer(s, 0, st->feed_cnt, CONSUMER_OPTION, proc_start);
    if (st->feed_cnt > 1)
        other = scene_feed(s, 0, FEED_OPTION, proc_start);
    pid_t feed = scene_feed(s, st->feed_cnt - 1, FEED_OPTION, proc_start_traced);
    inject_follow(feed, fault, cnt, NULL, NULL);
    int code = scene_judge_end(s, fault, feed, "feed", 0);
    if (other != 0)
        proc_expect(other, 0);
    if (code == 0) {
        proc_expect(st->consumer, 0);
        scene_expect_complete(s, st->feed_cnt);
        if (!had_enough(fault))
            assert_int_equal(history_number(s->text, "published"), SCENE_ROW_CNT);
    } else {
        start_again(st);
    }
    scene_expect_nothing_left(s, fault);
}

static void run_feed(struct scene *s, const char *job, unsigned feed_cnt, bool no_nameless, uint64_t share)
{
    struct stage stage = {.scene = s, .feed_cnt = feed_cnt};
    const uint64_t of_creation = BIT(INJECT_OPEN) | BIT(INJECT_CHMOD) | BIT(INJECT_TRUNCATE)
                                 | BIT(INJECT_ALLOCATE) | BIT(INJECT_PWRITE) | BIT(INJECT_LINK);
    const struct faultplan plan = {
        .job = job,
        .trial = try_feed,
        .arg = &stage,
        .kind_mask = no_nameless ? of_creation : 0,
        .no_nameless = no_nameless,
        .trial_max = s->rounds * share / 100,
        .random = &s->random,
    };
    faultplan_run(&plan);
}

static void test_feed(void **state)
{
    run_feed(*state, "feed", 1, false, 33);
}

static void test_second_feed(void **state)
{
    run_feed(*state, "second feed of a ring", 2, false, 15);
}

static void test_feed_without_nameless_files(void **state)
{
    run_feed(*state, "feed where files must have names", 1, true, 9);
}

/* --- A consumer with a fault -------------------------------------------------------------------- */

struct duo {
    struct scene *scene;
    bool waits; /* the consumer is there before the feed */
    pid_t feed; /* 0: not started, or has ended */
    int feed_status;
    pid_t next; /* a consumer after the one with the fault; 0: has ended */
    int next_status;
};

/* It waits for a ring: now there will be one. */
static void feed_comes(void *arg, enum inject_kind kind)
{
    struct duo *d = arg;
    if (kind == INJECT_POLL && d->feed == 0)
        d->feed = scene_feed(d->scene, 0, FEED_OPTION, proc_start);
}

static bool feed_has_ended(struct duo *d)
{
    if (d->feed != 0 && proc_ended(d->feed, &d->feed_status))
        d->feed = 0;
    return d->feed == 0;
}

/* The next consumer is done, or there is nothing more for it: the feed went on alone, and has ended. */
static bool next_is_over(void *arg)
{
    struct duo *d = arg;
    if (d->next != 0 && proc_ended(d->next, &d->next_status))
        d->next = 0;
    return d->next == 0 || (feed_has_ended(d) && !scene_ring_is_there(d->scene->ring));
}

/* The consumer has failed and said so.  Another one of its name goes on where it was; ticks that the feed
 * published to nobody in between are told as a gap. */
static void follow_up(struct duo *d)
{
    const struct scene *s = d->scene;
    struct history h = {.repeat_max = SCENE_ROW_CNT};
    history_read(&h, s->output[0], 0);
    d->next = scene_consumer(s, 1, 1, CONSUMER_OPTION, proc_start);
    proc_until(next_is_over, d, "the next consumer, or the feed");
    if (d->next != 0) {
        proc_kill(d->next, SIGTERM);
        d->next_status = proc_wait(d->next);
    }
    if (WIFSIGNALED(d->next_status)) { /* before it was in main */
        assert_int_equal(WTERMSIG(d->next_status), SIGTERM);
        return;
    }
    h.has_summary = false;
    history_read(&h, s->output[1], 0);
    expect_exit(d->next_status, h.lost > 0 ? EXIT_CODE_LOST : 0);
    if (h.has_summary)
        assert_int_equal(h.next[0], SCENE_ROW_CNT);
}

static void try_consumer(void *arg, const struct inject_fault *fault, uint64_t cnt[INJECT_KIND_CNT])
{
    struct duo *d = arg;
    struct scene *s = d->scene;
    d->feed = d->waits ? 0 : scene_feed(s, 0, FEED_OPTION, proc_start);
    if (!d->waits)
        proc_until(scene_ring_is_there, s->ring, "the ring");
    pid_t consumer = scene_consumer(s, 0, 1, CONSUMER_OPTION, proc_start_traced);
    inject_follow(consumer, fault, cnt, d->waits ? feed_comes : NULL, d);
    if (d->feed == 0)
        d->feed = scene_feed(s, 0, FEED_OPTION, proc_start);
    int code = scene_judge_end(s, fault, consumer, "consumer", 0);
    if (code == 0 && !had_enough(fault))
        scene_expect_complete(s, 1);
    else
        follow_up(d);
    if (d->feed != 0)
        d->feed_status = proc_wait(d->feed);
    expect_exit(d->feed_status, 0);
    scene_expect_nothing_left(s, fault);
}

static void test_consumer(void **state)
{
    struct scene *s = *state;
    struct duo duo = {.scene = s};
    const struct faultplan plan = {
        .job = "consumer",
        .trial = try_consumer,
        .arg = &duo,
        .trial_max = s->rounds * 30 / 100,
        .random = &s->random,
    };
    faultplan_run(&plan);
}

static void test_waiting_consumer(void **state)
{
    struct scene *s = *state;
    struct duo duo = {.scene = s, .waits = true};
    const struct faultplan plan = {
        .job = "consumer that waits for a ring",
        .trial = try_consumer,
        .arg = &duo,
        .kind_mask = BIT(INJECT_WATCH) | BIT(INJECT_POLL) | BIT(INJECT_STAT) | BIT(INJECT_READ),
        .trial_max = s->rounds * 3 / 100,
        .random = &s->random,
    };
    faultplan_run(&plan);
}

/* --- A consumer whose feed was killed ----------------------------------------------------------- */

#define KILL_AFTER 20 /* ticks */

struct start {
    const char *ring;
    pid_t pid;
    bool ended;
};

/* The state of the only lane, and whether it has some ticks; 0: there is no ring. */
static uint64_t look_at_lane(const char *ring, bool *some)
{
    struct tr_segment seg;
    if (tr_observe_open(&seg, ring) != 0)
        return 0;
    const struct tr_lane *lane = tr_segment_lane(&seg, 0);
    uint64_t state = tr_state_of(tr_load_acq(&lane->state));
    *some = tr_load_acq(&lane->hint) >= KILL_AFTER;
    tr_observe_close(&seg);
    return state;
}

static bool some_are_published(void *arg)
{
    struct start *start = arg;
    bool some = false;
    int status;
    start->ended = proc_ended(start->pid, &status);
    return start->ended || (look_at_lane(start->ring, &some) != 0 && some);
}

/* Whether it was killed before its end; it may be faster than we are. */
static bool kill_a_feed(struct scene *s)
{
    const char *argv[] = {proc_program("feed"),
                          "-q",
                          "-n",
                          s->ring,
                          "--producer",
                          history_producer(0),
                          "--slots=256",
                          "--rate=2k",
                          "--wait-consumers=0",
                          s->input[0],
                          NULL};
    bool some;
    struct start start = {.ring = s->ring, .pid = proc_start(argv, NULL, NULL)};
    proc_until(some_are_published, &start, "ticks");
    if (!start.ended) {
        proc_kill(start.pid, SIGKILL);
        proc_wait(start.pid);
    }
    return look_at_lane(s->ring, &some) == TR_LANE_OPEN;
}

static void leave_a_dead_feed(struct scene *s)
{
    while (!kill_a_feed(s))
        scene_clean(s);
}

/* Whatever fails for a consumer that leaves, the ring stays for the feed that is to go on; and then the two
 * outputs together have every tick once.  Where it could not write, what came since its last checkpoint comes
 * again: the next one is another command, with another output. */
static void try_orphan(void *arg, const struct inject_fault *fault, uint64_t cnt[INJECT_KIND_CNT])
{
    struct scene *s = arg;
    bool cannot_write = fault->kind == INJECT_PWRITE || fault->kind == INJECT_WRITE;
    struct history h = {.repeat_max = cannot_write ? SCENE_ROW_CNT : 0};
    leave_a_dead_feed(s);
    pid_t consumer = scene_consumer(s, 0, 1, "--timeout=5ms", proc_start_traced);
    inject_follow(consumer, fault, cnt, NULL, NULL);
    int code = scene_judge_end(s, fault, consumer, "consumer", EXIT_CODE_UNAVAILABLE);
    assert_true(code != 0 || had_enough(fault));
    assert_true(scene_ring_is_there(s->ring));
    history_read(&h, s->output[0], 0);
    consumer = scene_consumer(s, 1, 1, CONSUMER_OPTION, proc_start);
    proc_expect(scene_feed(s, 0, "--slots=256", proc_start), 0);
    proc_expect(consumer, 0);
    history_read(&h, s->output[1], 0);
    history_expect_all(&h, 1, SCENE_ROW_CNT);
    assert_int_equal(h.lost, 0);
    scene_expect_nothing_left(s, fault);
}

static void test_consumer_of_a_dead_feed(void **state)
{
    struct scene *s = *state;
    const struct faultplan plan = {
        .job = "consumer of a dead feed",
        .trial = try_orphan,
        .arg = s,
        .trial_max = s->rounds * 10 / 100,
        .random = &s->random,
    };
    faultplan_run(&plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_feed, scene_tell_fault),
        cmocka_unit_test_teardown(test_second_feed, scene_tell_fault),
        cmocka_unit_test_teardown(test_feed_without_nameless_files, scene_tell_fault),
        cmocka_unit_test_teardown(test_consumer, scene_tell_fault),
        cmocka_unit_test_teardown(test_waiting_consumer, scene_tell_fault),
        cmocka_unit_test_teardown(test_consumer_of_a_dead_feed, scene_tell_fault),
    };
    if (!inject_is_possible())
        return 77;
    return cmocka_run_group_tests(tests, scene_make, scene_remove);
}
