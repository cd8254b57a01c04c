/* Consumers that join, leave, are stopped and die while ticks flow: each gets a contiguous stream from where
 * it came in, and one that was there all the time gets everything. */
#include <errno.h>
#include <inttypes.h>
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

#include "tests/multi/history.h"
#include "tests/multi/proc.h"
#include "tickring.h"

#define ROW_CNT 150000
#define GUEST_CNT 5

enum leaving { LEAVE_BY_COUNT, LEAVE_BY_SIGNAL, LEAVE_BY_DEATH };

struct guest {
    pid_t pid; /* 0: none */
    bool lossy;
    enum leaving leaving;
    bool told_to_go;
    uint64_t count;
    char output[96];
};

struct scene {
    const char *dir;
    char ring[32];
    char input[96];
    char report[96];
    char output[96];
    struct guest guest[GUEST_CNT];
    uint64_t random;
    uint64_t guest_cnt;
};

static struct scene scene;

static int make_scene(void **state)
{
    static char dir[] = "/tmp/tickring-joins-XXXXXX";
    struct scene *s = &scene;
    *state = s;
    s->dir = mkdtemp(dir);
    if (s->dir == NULL)
        return -1;
    snprintf(s->ring, sizeof s->ring, "joins.%d", (int)getpid());
    snprintf(s->input, sizeof s->input, "%s/in", s->dir);
    snprintf(s->report, sizeof s->report, "%s/report", s->dir);
    snprintf(s->output, sizeof s->output, "%s/out", s->dir);
    for (unsigned i = 0; i < GUEST_CNT; i++)
        snprintf(s->guest[i].output, sizeof s->guest[i].output, "%s/guest%u", s->dir, i);
    history_write_input(s->input, 0, ROW_CNT);
    s->random = proc_seed();
    return 0;
}

static int remove_scene(void **state)
{
    struct scene *s = *state;
    char command[160];
    proc_end_all();
    snprintf(command, sizeof command, "rm -rf %s; %s -q clean %s >/dev/null 2>&1", s->dir,
             proc_program("shmmon"), s->ring);
    return system(command) < 0 ? -1 : 0;
}

static pid_t start_feed(struct scene *s, const char *rate, const char *slots, const char *stall)
{
    const char *argv[] = {proc_program("feed"), "-q", "-j",  "-n",  s->ring,  "--producer",
                          history_producer(0),  rate, slots, stall, s->input, NULL};
    unlink(s->report);
    return proc_start(argv, s->report, NULL);
}

static pid_t start_resident(struct scene *s)
{
    const char *argv[] = {proc_program("consumer"), "-q",    "-j", "-n", s->ring,
                          "--id=resident",          "print", NULL};
    unlink(s->output);
    return proc_start(argv, s->output, NULL);
}

static void expect_complete(const struct scene *s, pid_t resident)
{
    struct history h = {0};
    proc_expect(resident, 0);
    history_read(&h, s->output, 0);
    history_expect_all(&h, 1, ROW_CNT);
    assert_int_equal(h.lost, 0);
    assert_int_equal(h.summary_delivered, ROW_CNT);
}

static void expect_removed(const struct scene *s)
{
    struct tr_segment seg;
    assert_int_equal(tr_observe_open(&seg, s->ring), -ENOENT);
}

/* --- Guests ------------------------------------------------------------------------------------- */

static void invite(struct scene *s, struct guest *g)
{
    static const char *const from[] = {"--from=oldest", "--from=newest"};
    char id[32];
    char count[40];
    g->lossy = proc_random(&s->random, 2) == 0;
    g->leaving = (enum leaving)proc_random(&s->random, 3);
    g->told_to_go = false;
    g->count = 1 + proc_random(&s->random, 5000);
    /* A chair's names: the one who had the same is gone, and all of them fit the ring. */
    snprintf(id, sizeof id, "--id=guest%u.%" PRIu64, (unsigned)(g - s->guest), s->guest_cnt++ % 10);
    snprintf(count, sizeof count, "--count=%" PRIu64, g->leaving == LEAVE_BY_COUNT ? g->count : ROW_CNT);
    const char *argv[] = {proc_program("consumer"),
                          "-q",
                          "-j",
                          "-n",
                          s->ring,
                          id,
                          count,
                          from[proc_random(&s->random, 2)],
                          g->lossy ? "--policy=lossy" : "--policy=reliable",
                          "--hold=0",
                          "print",
                          NULL};
    unlink(g->output);
    g->pid = proc_start(argv, g->output, NULL);
}

/* What a guest saw must be of one piece, whatever became of it. */
static void check_guest(struct guest *g, int status)
{
    struct history h = {0};
    g->pid = 0;
    history_read(&h, g->output, 0);
    assert_true(g->lossy || h.lost == 0);
    if (WIFSIGNALED(status)) { /* SIGTERM kills while the program is not in main yet */
        assert_true(WTERMSIG(status) == SIGKILL || (WTERMSIG(status) == SIGTERM && !h.seen[0]));
        return;
    }
    assert_int_equal(WEXITSTATUS(status), h.lost > 0 ? 3 : 0);
    assert_true(h.has_summary || !h.seen[0]); /* none if it was stopped before it had joined */
    assert_int_equal(h.summary_delivered, h.delivered);
    if (g->leaving == LEAVE_BY_COUNT && !g->told_to_go && h.next[0] < ROW_CNT)
        assert_int_equal(h.delivered, g->count);
}

/* Ends by itself, unless it came to a ring that is gone: then it waits for the next. */
static void await_count(const struct scene *s, struct guest *g)
{
    int status;
    int64_t begin_ns = tr_now_ns();
    struct tr_segment seg;
    while (!proc_ended(g->pid, &status)) {
        bool is_there = tr_observe_open(&seg, s->ring) == 0;
        if (is_there)
            tr_observe_close(&seg);
        if (!is_there || tr_now_ns() - begin_ns > PROC_BOUND_NS / 2) {
            assert_false(is_there);
            proc_kill(g->pid, SIGTERM);
            g->told_to_go = true;
            status = proc_wait(g->pid);
            break;
        }
        proc_nap_us(500);
    }
    check_guest(g, status);
}

static void dismiss(const struct scene *s, struct guest *g)
{
    if (g->pid == 0)
        return;
    if (g->leaving == LEAVE_BY_COUNT) {
        await_count(s, g);
        return;
    }
    if (g->leaving == LEAVE_BY_SIGNAL)
        proc_kill(g->pid, SIGTERM);
    if (g->leaving == LEAVE_BY_DEATH)
        proc_kill(g->pid, SIGKILL);
    check_guest(g, proc_wait(g->pid));
}

static bool feed_has_ended(struct scene *s, pid_t feed)
{
    int status;
    if (!proc_ended(feed, &status))
        return false;
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_int_equal(history_number(s->report, "published"), ROW_CNT);
    return true;
}

/* The ring is there, and its first consumer, which nobody else can be before guests come, has its place. */
static bool resident_is_in(void *arg)
{
    struct tr_segment seg;
    if (tr_observe_open(&seg, arg) != 0)
        return false;
    bool in = tr_load_acq(&tr_segment_member(&seg, 0)->lane[0].act) != 0;
    tr_observe_close(&seg);
    return in;
}

static void test_join_and_leave_under_load(void **state)
{
    struct scene *s = *state;
    static const char *const slots[] = {"--slots=64", "--slots=4096"};
    for (unsigned pass = 0; pass < 2; pass++) {
        pid_t feed = start_feed(s, "--rate=100k", slots[pass], "--stall-timeout=off");
        pid_t resident = start_resident(s);
        proc_until(resident_is_in, s->ring, "the first consumer");
        while (!feed_has_ended(s, feed)) {
            struct guest *g = &s->guest[proc_random(&s->random, GUEST_CNT)];
            dismiss(s, g);
            invite(s, g);
            proc_nap_us((unsigned)proc_random(&s->random, 10000));
        }
        for (unsigned i = 0; i < GUEST_CNT; i++) {
            struct guest *g = &s->guest[i];
            if (g->pid == 0)
                continue;
            proc_kill(g->pid, SIGTERM); /* it may wait for a ring that has gone */
            g->told_to_go = true;
            check_guest(g, proc_wait(g->pid));
        }
        expect_complete(s, resident);
        expect_removed(s);
    }
    printf("%" PRIu64 " guests\n", s->guest_cnt);
}

/* --- Stopped ------------------------------------------------------------------------------------ */

/* Whoever is stopped, also for several laps of the ring: backpressure, and nothing else. */
static void test_stop_and_continue(void **state)
{
    struct scene *s = *state;
    pid_t feed = start_feed(s, "--rate=200k", "--slots=256", "--stall-timeout=off");
    pid_t resident = start_resident(s);
    proc_until(resident_is_in, s->ring, "the first consumer");
    while (!feed_has_ended(s, feed)) {
        pid_t stopped = proc_random(&s->random, 2) == 0 ? feed : resident;
        proc_kill(stopped, SIGSTOP);
        proc_nap_us((unsigned)proc_random(&s->random, 30000));
        proc_kill(stopped, SIGCONT);
        proc_nap_us((unsigned)proc_random(&s->random, 30000));
    }
    expect_complete(s, resident);
    expect_removed(s);
}

/* With a stall timeout the feed goes on without it; it finds the exact gap when it wakes up. */
static void test_stopped_too_long(void **state)
{
    struct scene *s = *state;
    struct history h = {0};
    pid_t feed = start_feed(s, "--rate=200k", "--slots=256", "--stall-timeout=100ms");
    pid_t resident = start_resident(s);
    proc_until(resident_is_in, s->ring, "the first consumer");
    proc_nap_us(50000 + (unsigned)proc_random(&s->random, 50000));
    proc_kill(resident, SIGSTOP);
    proc_expect(feed, 0); /* it is not held for ever */
    assert_int_equal(history_number(s->report, "published"), ROW_CNT);
    assert_true(history_number(s->report, "blocked_ns") >= 100000000);
    proc_kill(resident, SIGCONT);
    proc_expect(resident, 3);
    history_read(&h, s->output, 0);
    assert_true(h.lost > 0);
    assert_int_equal(h.first[0], 0);
    assert_int_equal(h.next[0], ROW_CNT);
    assert_int_equal(h.delivered + h.lost, ROW_CNT);
    assert_int_equal(h.summary_lost, h.lost);
    expect_removed(s);
}

/* A dead one is not waited for longer than its hold. */
static void test_dead_consumer_lets_go(void **state)
{
    struct scene *s = *state;
    const char *argv[] = {proc_program("consumer"), "-q",           "-n",     s->ring, "--id=victim",
                          "--hold=200ms",           "--work=100ms", "volume", NULL};
    pid_t feed = start_feed(s, "--speed=max", "--slots=256", "--stall-timeout=off");
    pid_t victim = proc_start(argv, NULL, NULL);
    proc_until(resident_is_in, s->ring, "the first consumer");
    proc_nap_us(200000); /* the ring fills within milliseconds; both sides are waiting now */
    int64_t killed_ns = tr_now_ns();
    proc_kill(victim, SIGKILL);
    proc_wait(victim);
    proc_expect(feed, 0);
    int64_t spent_ns = tr_now_ns() - killed_ns;
    assert_int_equal(history_number(s->report, "published"), ROW_CNT);
    printf("hold 200 ms; the feed was done %.1f ms after the kill\n", (double)spent_ns / 1e6);
    assert_true(spent_ns >= 200 * TR_NS_PER_MS);
    assert_true(spent_ns <= 5000 * TR_NS_PER_MS); /* 250 ms and the rest of the file, on a busy machine */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_join_and_leave_under_load),
        cmocka_unit_test(test_stop_and_continue),
        cmocka_unit_test(test_stopped_too_long),
        cmocka_unit_test(test_dead_consumer_lets_go),
    };
    return cmocka_run_group_tests(tests, make_scene, remove_scene);
}
