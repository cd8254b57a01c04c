/* The kill drill: feeds and consumers are killed with SIGKILL at random moments and started again with the
 * same command, until the whole input has gone through.  A consumer that is started again is told by its
 * own output where to go on.  Nothing may be lost, doubled, torn or invented.
 *
 * TICKRING_ROUNDS is the number of kills (1000), TICKRING_SEED repeats a drill. */
#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/multi/history.h"
#include "tests/multi/proc.h"
#include "tickring.h"

#define ROW_CNT 40000
#define FEED_MAX 2
#define CONSUMER_CNT 2
#define PROC_CNT (FEED_MAX + CONSUMER_CNT)
#define KILL_GAP_US 12000 /* most kills come before a process has found its feet ... */
#define KILL_GAP_LONG_US 80000 /* ... and some when all is in flow */
#define RECOVERY_BOUND_NS (250 * TR_NS_PER_MS)
#define LATE_SHARE 20 /* one recovery in so many may be late: the machine is not ours alone */

enum role { ROLE_FEED, ROLE_CONSUMER };

struct member {
    enum role role;
    unsigned idx;
    pid_t pid; /* 0: not running */
    bool finished; /* ended by itself, in good order */
    pid_t dismissed; /* was told to end: a second time would be an order to end at once */
    char output[96];
    char errors[96];
    struct history history; /* consumers: of the lines up to whole_len */
    uint64_t whole_len;
};

struct drill {
    const char *dir;
    char ring[32];
    char input[FEED_MAX][96];
    unsigned feed_cnt;
    const char *slots;
    const char *rate;
    struct member member[PROC_CNT];
    unsigned member_cnt;
    uint64_t random;
    uint64_t kill_cnt;
    uint64_t recovery_cnt;
    uint64_t late_cnt;
    int64_t slowest_ns;
};

static struct drill drill;

/* --- Starting and killing ----------------------------------------------------------------------- */

static void start_feed(struct drill *d, struct member *m)
{
    char slots[32];
    char rate[32];
    snprintf(slots, sizeof slots, "--slots=%s", d->slots);
    snprintf(rate, sizeof rate, "--rate=%s", d->rate);
    const char *argv[] = {proc_program("feed"),
                          "-q",
                          "-n",
                          d->ring,
                          "--wait-consumers=2",
                          slots,
                          rate,
                          "--producer",
                          history_producer(m->idx),
                          d->input[m->idx],
                          NULL};
    m->pid = proc_start(argv, NULL, m->errors);
}

/* One lane: the output says where to go on.  Several: the cursor does, and the end of the output repeats. */
static void start_consumer(struct drill *d, struct member *m)
{
    char id[16];
    char from[48];
    char producers[32];
    snprintf(id, sizeof id, "--id=c%u", m->idx);
    snprintf(producers, sizeof producers, "--producers=%u", d->feed_cnt);
    if (d->feed_cnt == 1)
        snprintf(from, sizeof from, "--from=%" PRIu64, m->history.next[0]);
    else
        snprintf(from, sizeof from, "--from=resume");
    const char *argv[] = {proc_program("consumer"),
                          "-q",
                          "-j",
                          "-n",
                          d->ring,
                          id,
                          producers,
                          from,
                          "--hold=60s",
                          "print",
                          NULL};
    m->pid = proc_start(argv, m->output, m->errors);
}

static void start(struct drill *d, struct member *m)
{
    if (m->role == ROLE_FEED)
        start_feed(d, m);
    else
        start_consumer(d, m);
}

static void fail_ended(const struct member *m, int status)
{
    char command[160];
    snprintf(command, sizeof command, "tail -n 3 %s >&2", m->errors);
    if (system(command) != 0)
        printf("no standard error\n");
    fail_msg("%s %u ended with wait status 0x%x", m->role == ROLE_FEED ? "feed" : "consumer", m->idx,
             (unsigned)status);
}

static void note_end(struct member *m, int status)
{
    /* Told to end before it was in main: what its predecessor left open when it was killed is still so; once more. */
    bool at_once = m->pid == m->dismissed && WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM;
    m->pid = 0;
    if (!at_once && (!WIFEXITED(status) || WEXITSTATUS(status) != 0))
        fail_ended(m, status);
    m->finished = !at_once;
}

static bool has_all(const struct drill *d, const struct member *m)
{
    for (unsigned f = 0; f < d->feed_cnt; f++) {
        if (m->history.next[f] != ROW_CNT)
            return false;
    }
    return true;
}

static bool feeds_have_ended(const struct drill *d)
{
    for (unsigned i = 0; i < d->feed_cnt; i++) {
        if (!d->member[i].finished)
            return false;
    }
    return true;
}

static bool consumers_have_all(const struct drill *d)
{
    for (unsigned i = d->feed_cnt; i < d->member_cnt; i++) {
        if (!d->member[i].finished && !has_all(d, &d->member[i]))
            return false;
    }
    return true;
}

/* Who was killed after all was done, before it could end, has come back for nothing: a consumer to a ring that
 * was removed meanwhile, a feed that now waits for consumers which have ended. */
static void dismiss_idle(struct drill *d)
{
    bool all_done = consumers_have_all(d);
    for (unsigned i = 0; i < d->member_cnt; i++) {
        struct member *m = &d->member[i];
        bool idle = i < d->feed_cnt ? all_done : has_all(d, m) && (all_done || feeds_have_ended(d));
        if (m->pid == 0 || m->pid == m->dismissed || !idle)
            continue;
        m->dismissed = m->pid;
        proc_kill(m->pid, SIGTERM);
    }
}

/* Whoever has ended by itself must have done so in good order. */
static void reap(struct drill *d)
{
    int status;
    for (unsigned i = 0; i < d->member_cnt; i++) {
        struct member *m = &d->member[i];
        if (m->pid != 0 && proc_ended(m->pid, &status))
            note_end(m, status);
    }
}

/* What a killed consumer wrote: all of it must be right, and a torn end is cut off, as by its user. */
static void settle_output(struct drill *d, struct member *m)
{
    m->history.repeat_max = d->feed_cnt == 1 ? 0 : 1024;
    m->whole_len = history_read(&m->history, m->output, m->whole_len);
    if (access(m->output, F_OK) == 0)
        assert_int_equal(truncate(m->output, (off_t)m->whole_len), 0);
}

static bool is_closed(const struct drill *d, unsigned f)
{
    struct tr_segment seg;
    bool closed = false;
    if (tr_observe_open(&seg, d->ring) != 0)
        return false;
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        const struct tr_lane *lane = tr_segment_lane(&seg, p);
        if (tr_state_of(tr_load_acq(&lane->state)) == TR_LANE_CLOSED
            && strcmp(lane->who.name, history_producer(f)) == 0)
            closed = true;
    }
    tr_observe_close(&seg);
    return closed;
}

/* A process that was killed after its work was done is not started again.  A consumer's is not while a feed
 * may still be started, and waits for its consumers. */
static bool was_done(const struct drill *d, const struct member *m)
{
    return m->role == ROLE_FEED ? is_closed(d, m->idx) : has_all(d, m) && feeds_have_ended(d);
}

static void kill_member(struct drill *d, struct member *m)
{
    if (m->pid == 0)
        return;
    proc_kill(m->pid, SIGKILL);
    int status = proc_wait(m->pid);
    if (WIFEXITED(status)) { /* it was faster */
        note_end(m, status);
        return;
    }
    m->pid = 0;
    d->kill_cnt++;
    if (m->role == ROLE_CONSUMER)
        settle_output(d, m);
    m->finished = was_done(d, m);
}

/* --- Recovery ----------------------------------------------------------------------------------- */

/* Sum of all cursors: grows as long as ticks flow into every consumer. */
static uint64_t progress(const struct tr_segment *seg)
{
    uint64_t sum = 0;
    for (unsigned c = 0; c < CONSUMER_CNT; c++) {
        for (unsigned p = 0; p < FEED_MAX; p++)
            sum += tr_load_rlx(&tr_segment_member(seg, c)->lane[p].cur);
    }
    return sum;
}

/* How long until ticks flow again?  The feed is at a steady rate, so they are due at any time. */
static void measure_recovery(struct drill *d)
{
    struct tr_segment seg;
    if (tr_observe_open(&seg, d->ring) != 0)
        return; /* at its beginning or end */
    uint64_t before = progress(&seg);
    int64_t begin_ns = tr_now_ns();
    int64_t spent_ns = 0;
    bool ended = false;
    while (progress(&seg) == before && !ended && spent_ns < PROC_BOUND_NS) {
        proc_nap_us(200);
        reap(d);
        for (unsigned i = 0; i < d->member_cnt; i++)
            ended = ended || d->member[i].finished;
        spent_ns = tr_now_ns() - begin_ns;
    }
    tr_observe_close(&seg);
    if (ended)
        return;
    if (spent_ns >= PROC_BOUND_NS)
        fail_msg("no tick flowed again after a kill");
    d->recovery_cnt++;
    d->late_cnt += spent_ns > RECOVERY_BOUND_NS;
    d->slowest_ns = spent_ns > d->slowest_ns ? spent_ns : d->slowest_ns;
}

/* --- One pass of the input ---------------------------------------------------------------------- */

static void begin_pass(struct drill *d)
{
    static const char *const slots[] = {"16", "64", "1024", "65536"};
    static const char *const rate[] = {"50k", "100k", "200k"};
    d->feed_cnt = 1 + (proc_random(&d->random, 3) == 0);
    d->slots = slots[proc_random(&d->random, 4)];
    d->rate = rate[proc_random(&d->random, 3)];
    d->member_cnt = d->feed_cnt + CONSUMER_CNT;
    for (unsigned i = 0; i < d->member_cnt; i++) {
        struct member *m = &d->member[i];
        *m = (struct member){.role = i < d->feed_cnt ? ROLE_FEED : ROLE_CONSUMER};
        m->idx = m->role == ROLE_FEED ? i : i - d->feed_cnt;
        snprintf(m->output, sizeof m->output, "%s/out%u", d->dir, i);
        snprintf(m->errors, sizeof m->errors, "%s/err%u", d->dir, i);
        unlink(m->output);
        unlink(m->errors);
    }
}

static bool all_finished(const struct drill *d)
{
    for (unsigned i = 0; i < d->member_cnt; i++) {
        if (!d->member[i].finished)
            return false;
    }
    return true;
}

/* When all consumers have everything, they do not come back: a feed that was killed after it had removed the ring
 * begins another one, and would find those it waits for. */
static void start_missing(struct drill *d)
{
    bool all_done = consumers_have_all(d);
    for (unsigned i = 0; i < d->member_cnt; i++) {
        struct member *m = &d->member[i];
        if (m->pid != 0 || m->finished)
            continue;
        if (all_done && m->role == ROLE_CONSUMER)
            m->finished = true;
        else
            start(d, m);
    }
}

/* One, some or all of them at once. */
static void kill_some(struct drill *d)
{
    unsigned kind = (unsigned)proc_random(&d->random, 8);
    unsigned chosen = (unsigned)proc_random(&d->random, d->member_cnt);
    for (unsigned i = 0; i < d->member_cnt; i++) {
        if (kind == 0 || (kind == 1 && proc_random(&d->random, 2) == 0) || i == chosen)
            kill_member(d, &d->member[i]);
    }
}

/* Whatever the last kill left behind, the next to come and go puts right. */
static void expect_nothing_left(struct drill *d)
{
    struct tr_segment seg;
    int rc = tr_observe_open(&seg, d->ring);
    if (rc == 0) {
        tr_observe_close(&seg);
        const char *argv[] = {
            proc_program("consumer"), "-q", "-n", d->ring, "--id=last", "-e", "volume", NULL};
        proc_expect(proc_start(argv, NULL, NULL), 0);
        rc = tr_observe_open(&seg, d->ring);
    }
    assert_int_equal(rc, -ENOENT);
}

static void run_pass(struct drill *d, uint64_t kill_max)
{
    int64_t begin_ns = tr_now_ns();
    begin_pass(d);
    start_missing(d);
    while (!all_finished(d)) {
        bool in_flow = proc_random(&d->random, 6) == 0;
        proc_nap_us((unsigned)proc_random(&d->random, in_flow ? KILL_GAP_LONG_US : KILL_GAP_US));
        if (d->kill_cnt < kill_max)
            kill_some(d);
        reap(d);
        dismiss_idle(d);
        start_missing(d);
        if (tr_now_ns() - begin_ns > PROC_BOUND_NS)
            fail_msg("a pass does not end");
        if (proc_random(&d->random, 4) == 0)
            measure_recovery(d);
    }
    for (unsigned i = 0; i < d->member_cnt; i++) {
        struct member *m = &d->member[i];
        if (m->role != ROLE_CONSUMER)
            continue;
        settle_output(d, m);
        history_expect_all(&m->history, d->feed_cnt, ROW_CNT);
        assert_int_equal(m->history.lost, 0);
    }
    expect_nothing_left(d);
}

/* --- The drill ---------------------------------------------------------------------------------- */

static int make_drill(void **state)
{
    static char dir[] = "/tmp/tickring-chaos-XXXXXX";
    struct drill *d = &drill;
    *state = d;
    d->dir = mkdtemp(dir);
    if (d->dir == NULL)
        return -1;
    snprintf(d->ring, sizeof d->ring, "chaos.%d", (int)getpid());
    for (unsigned f = 0; f < FEED_MAX; f++) {
        snprintf(d->input[f], sizeof d->input[f], "%s/in%u", d->dir, f);
        history_write_input(d->input[f], f, ROW_CNT);
    }
    return 0;
}

static int remove_drill(void **state)
{
    struct drill *d = *state;
    char command[160];
    proc_end_all();
    snprintf(command, sizeof command, "rm -rf %s; %s -q clean %s >/dev/null 2>&1", d->dir,
             proc_program("shmmon"), d->ring);
    return system(command) < 0 ? -1 : 0;
}

static void test_kill_drill(void **state)
{
    struct drill *d = *state;
    uint64_t kill_max = proc_rounds(1000);
    d->random = proc_seed();
    unsigned pass_cnt = 0;
    for (; d->kill_cnt < kill_max; pass_cnt++)
        run_pass(d, kill_max);
    printf("%" PRIu64 " kills in %u passes of %d ticks; %" PRIu64
           " recoveries measured, slowest %.1f ms, %" PRIu64 " above %.0f ms\n",
           d->kill_cnt, pass_cnt, ROW_CNT, d->recovery_cnt, (double)d->slowest_ns / 1e6, d->late_cnt,
           (double)RECOVERY_BOUND_NS / 1e6);
    assert_true(d->late_cnt <= 1 + d->recovery_cnt / LATE_SHARE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_kill_drill)};
    return cmocka_run_group_tests(tests, make_drill, remove_drill);
}
