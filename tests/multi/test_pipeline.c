/* Exactly once: a pipeline of processes joined by rings, any of which is killed with SIGKILL at random moments
 * and started again with the same command.  What each of them wrote must be to the byte what it writes in a run
 * without kills: signals, orders, fills, and the P&L at the end.
 *
 * TICKRING_RUNS is the number of runs (50), each with a few kills; TICKRING_SEED repeats a drill. */
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

#include "tests/multi/proc.h"
#include "tickring.h"

#define ROW_CNT 6000 /* of all feeds */
#define SYMBOL_CNT 5
#define STAGE_MAX 3
#define ARG_MAX 16
#define FEED_MAX 2
#define KILL_GAP_US 30000
#define KILL_MAX 6 /* a run */

/* One way to run it: the words of each process after the program, the ring and the common options. */
struct plan {
    const char *name;
    unsigned feed_cnt;
    unsigned stage_cnt;
    const char *stage[STAGE_MAX][6];
};

static const struct plan plans[] = {
    {"processes",
     1,
     3,
     {{"signals", "--threshold=0.02", "--sma=5,20,200ms"},
      {"risk", "--min-confidence=0.06", "--fee=1", "--win-rate=0.6"},
      {"execute", "--min-confidence=0.06", "--fee=1"}}},
    {"one process", 1, 1, {{"pipeline", "--threshold=0.02", "--min-confidence=0.06", "--max-drawdown=50"}}},
    {"two feeds", 2, 2, {{"signals", "--threshold=0.02", "--order=event", "--producers=2"}, {"print"}}},
};

#define PLAN_CNT (sizeof plans / sizeof plans[0])

struct member {
    pid_t pid; /* 0: not running */
    bool finished;
    pid_t dismissed; /* was told to end: a second time would be an order to end at once */
    char ring[28]; /* that it reads, or the feed writes */
    char output[96];
    char errors[96];
};

struct drill {
    const char *dir;
    char input[FEED_MAX][96];
    const struct plan *plan;
    const char *slots;
    struct member member[FEED_MAX + STAGE_MAX]; /* the feeds, then the stages */
    unsigned member_cnt;
    char *want[STAGE_MAX]; /* what each stage writes when nobody is killed */
    size_t want_len[STAGE_MAX];
    uint64_t random;
    uint64_t kill_cnt;
};

static struct drill drill;

/* --- Starting ----------------------------------------------------------------------------------- */

/* The i-th stage. */
static struct member *stage_of(struct drill *d, unsigned i)
{
    return &d->member[d->plan->feed_cnt + i];
}

static void start_feed(struct drill *d, unsigned i)
{
    struct member *m = &d->member[i];
    char slots[32];
    char producer[32];
    snprintf(slots, sizeof slots, "--slots=%s", d->slots);
    snprintf(producer, sizeof producer, "--producer=f%u", i);
    const char *argv[] = {proc_program("feed"), "-q",        "-n", m->ring, slots, producer,
                          "--rate=30k",         d->input[i], NULL};
    m->pid = proc_start(argv, NULL, m->errors);
}

static void start_stage(struct drill *d, unsigned i)
{
    struct member *m = stage_of(d, i);
    const char *argv[ARG_MAX] = {proc_program("consumer"), "-q", "-j", "-n", m->ring, "--hold=60s"};
    unsigned cnt = 6;
    char out[40];
    if (i + 1 < d->plan->stage_cnt) {
        snprintf(out, sizeof out, "--out=%s", stage_of(d, i + 1)->ring);
        argv[cnt++] = out;
    }
    for (unsigned k = 0; d->plan->stage[i][k] != NULL; k++)
        argv[cnt++] = d->plan->stage[i][k];
    m->pid = proc_start(argv, m->output, m->errors);
}

static void start_missing(struct drill *d)
{
    for (unsigned i = 0; i < d->member_cnt; i++) {
        struct member *m = &d->member[i];
        if (m->pid != 0 || m->finished)
            continue;
        if (i < d->plan->feed_cnt)
            start_feed(d, i);
        else
            start_stage(d, i - d->plan->feed_cnt);
    }
}

/* --- What they wrote ---------------------------------------------------------------------------- */

static char *read_file(const char *path, size_t *len)
{
    FILE *file = fopen(path, "r");
    *len = 0;
    if (file == NULL)
        return NULL;
    char *text = NULL;
    size_t cap = 0;
    ssize_t got = getdelim(&text, &cap, '\0', file);
    fclose(file);
    *len = got > 0 ? (size_t)got : 0;
    return text;
}

static bool is_complete(struct drill *d, unsigned i)
{
    struct stat st;
    return d->want[i] != NULL && stat(stage_of(d, i)->output, &st) == 0
           && (size_t)st.st_size >= d->want_len[i];
}

static bool all_complete(struct drill *d)
{
    for (unsigned i = 0; i < d->plan->stage_cnt; i++) {
        if (!is_complete(d, i))
            return false;
    }
    return true;
}

static void show(const struct member *m, const char *why)
{
    char command[256];
    snprintf(command, sizeof command, "echo '%s:' >&2; tail -n 3 %s %s >&2", why, m->errors, m->output);
    if (system(command) != 0)
        fprintf(stderr, "%s: nothing to show\n", why);
}

static void expect_same(struct drill *d, unsigned i)
{
    const struct member *m = stage_of(d, i);
    size_t len;
    char *text = read_file(m->output, &len);
    size_t same = 0;
    while (same < len && same < d->want_len[i] && text[same] == d->want[i][same])
        same++;
    if (len != d->want_len[i] || same != len) {
        show(m, d->plan->stage[i][0]);
        fail_msg("%s wrote %zu bytes, not %zu; the first that differs is %zu", d->plan->stage[i][0], len,
                 d->want_len[i], same);
    }
    free(text);
}

/* --- Ending ------------------------------------------------------------------------------------- */

static void note_end(struct drill *d, unsigned i, int status)
{
    struct member *m = &d->member[i];
    /* Told to end before it was in main. */
    bool at_once = m->pid == m->dismissed && WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM;
    m->pid = 0;
    if (!at_once && (!WIFEXITED(status) || WEXITSTATUS(status) != 0)) {
        show(m, "ended badly");
        fail_msg("member %u ended with wait status 0x%x", i, (unsigned)status);
    }
    m->finished = true;
}

static void reap(struct drill *d)
{
    int status;
    for (unsigned i = 0; i < d->member_cnt; i++) {
        struct member *m = &d->member[i];
        if (m->pid != 0 && proc_ended(m->pid, &status))
            note_end(d, i, status);
    }
}

/* Who was killed when all was done, before it could end, comes back to a ring that is gone, or waits for
 * consumers that have ended. */
static void dismiss_idle(struct drill *d)
{
    bool done = all_complete(d);
    for (unsigned i = 0; done && i < d->member_cnt; i++) {
        struct member *m = &d->member[i];
        if (m->pid == 0 || m->pid == m->dismissed)
            continue;
        m->dismissed = m->pid;
        proc_kill(m->pid, SIGTERM);
    }
}

static bool feed_has_closed(struct drill *d, unsigned i)
{
    struct tr_segment seg;
    char name[16];
    bool closed = false;
    if (is_complete(d, 0))
        return true;
    if (tr_observe_open(&seg, d->member[i].ring) != 0)
        return false;
    snprintf(name, sizeof name, "f%u", i);
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        const struct tr_lane *lane = tr_segment_lane(&seg, p);
        closed = closed
                 || (tr_state_of(tr_load_acq(&lane->state)) == TR_LANE_CLOSED
                     && strcmp(lane->who.name, name) == 0);
    }
    tr_observe_close(&seg);
    return closed;
}

static void kill_member(struct drill *d, unsigned i)
{
    struct member *m = &d->member[i];
    if (m->pid == 0 || m->pid == m->dismissed)
        return;
    proc_kill(m->pid, SIGKILL);
    int status = proc_wait(m->pid);
    if (WIFEXITED(status)) { /* it was faster */
        note_end(d, i, status);
        return;
    }
    m->pid = 0;
    d->kill_cnt++;
    m->finished = i < d->plan->feed_cnt && feed_has_closed(d, i);
}

/* One, some or all of them at once. */
static void kill_some(struct drill *d)
{
    unsigned kind = (unsigned)proc_random(&d->random, 8);
    unsigned chosen = (unsigned)proc_random(&d->random, d->member_cnt);
    for (unsigned i = 0; i < d->member_cnt; i++) {
        if (kind == 0 || (kind == 1 && proc_random(&d->random, 2) == 0) || i == chosen)
            kill_member(d, i);
    }
}

/* --- One run ------------------------------------------------------------------------------------ */

static void begin_run(struct drill *d, const struct plan *plan)
{
    static unsigned run_cnt;
    static const char *const slots[] = {"4", "64", "1024", "65536"};
    run_cnt++;
    d->plan = plan;
    d->slots = slots[proc_random(&d->random, 4)];
    d->member_cnt = plan->feed_cnt + plan->stage_cnt;
    for (unsigned i = 0; i < d->member_cnt; i++) {
        struct member *m = &d->member[i];
        *m = (struct member){.pid = 0};
        unsigned ring = i < plan->feed_cnt ? 0 : i - plan->feed_cnt; /* that it writes, or reads */
        snprintf(m->ring, sizeof m->ring, "pl%d.%u.%u", (int)getpid(), run_cnt, ring);
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

static void clean_rings(struct drill *d)
{
    for (unsigned i = d->plan->feed_cnt; i < d->member_cnt; i++) {
        const char *argv[] = {proc_program("shmmon"), "-q", "clean", d->member[i].ring, NULL};
        proc_wait(proc_start(argv, NULL, NULL));
    }
}

/* kill_max 0: nobody is killed. */
static void run_once(struct drill *d, const struct plan *plan, uint64_t kill_max)
{
    int64_t begin_ns = tr_now_ns();
    uint64_t before = d->kill_cnt;
    begin_run(d, plan);
    start_missing(d);
    while (!all_finished(d)) {
        proc_nap_us((unsigned)proc_random(&d->random, KILL_GAP_US));
        if (d->kill_cnt - before < kill_max)
            kill_some(d);
        reap(d);
        dismiss_idle(d);
        start_missing(d);
        if (tr_now_ns() - begin_ns > PROC_BOUND_NS) {
            for (unsigned i = 0; i < d->member_cnt; i++)
                show(&d->member[i], "does not end");
            fail_msg("a run does not end");
        }
    }
    clean_rings(d);
}

static void forget_want(struct drill *d)
{
    for (unsigned i = 0; i < STAGE_MAX; i++) {
        free(d->want[i]);
        d->want[i] = NULL;
    }
}

static void learn_want(struct drill *d, const struct plan *plan)
{
    forget_want(d);
    run_once(d, plan, 0);
    for (unsigned i = 0; i < plan->stage_cnt; i++) {
        d->want[i] = read_file(stage_of(d, i)->output, &d->want_len[i]);
        assert_non_null(d->want[i]);
        assert_non_null(strstr(d->want[i], "\"event\":\"summary\""));
    }
    assert_true(d->want_len[plan->stage_cnt - 1] > 10000); /* there is something to lose */
}

static void drill_plan(struct drill *d, const struct plan *plan)
{
    uint64_t round_cnt = (proc_runs(50) + PLAN_CNT - 1) / PLAN_CNT;
    uint64_t before = d->kill_cnt;
    learn_want(d, plan);
    for (uint64_t round = 0; round < round_cnt; round++) {
        run_once(d, plan, 1 + proc_random(&d->random, KILL_MAX));
        for (unsigned i = 0; i < plan->stage_cnt; i++)
            expect_same(d, i);
    }
    printf("%s: %" PRIu64 " runs, %" PRIu64 " kills\n", plan->name, round_cnt, d->kill_cnt - before);
    assert_true(d->kill_cnt > before);
}

/* --- The drill ---------------------------------------------------------------------------------- */

static void write_input(struct drill *d)
{
    uint64_t random = 42;
    int64_t price[SYMBOL_CNT];
    FILE *file[FEED_MAX];
    for (unsigned f = 0; f < FEED_MAX; f++) {
        snprintf(d->input[f], sizeof d->input[f], "%s/in%u.csv", d->dir, f);
        file[f] = fopen(d->input[f], "w");
        assert_non_null(file[f]);
        fprintf(file[f], "timestamp,symbol,price,amount\n");
    }
    for (unsigned s = 0; s < SYMBOL_CNT; s++)
        price[s] = 1000000 * (s + 1);
    for (unsigned i = 0; i < ROW_CNT; i++) {
        unsigned s = (unsigned)proc_random(&random, SYMBOL_CNT);
        price[s] += price[s] / 1000 * ((int64_t)proc_random(&random, 5) - 2) / 2;
        fprintf(file[i % FEED_MAX], "%" PRId64 ",S%u,%" PRId64 ".%02" PRId64 ",%u.5\n",
                INT64_C(1700000000000) + i * INT64_C(7), s, price[s] / 100, price[s] % 100, i % 90 + 1);
    }
    for (unsigned f = 0; f < FEED_MAX; f++)
        assert_int_equal(fclose(file[f]), 0);
}

static int make_drill(void **state)
{
    static char dir[] = "/tmp/tickring-pipeline-XXXXXX";
    struct drill *d = &drill;
    *state = d;
    d->dir = mkdtemp(dir);
    if (d->dir == NULL)
        return -1;
    write_input(d);
    d->random = proc_seed();
    return 0;
}

static int remove_drill(void **state)
{
    struct drill *d = *state;
    char command[160];
    proc_end_all();
    clean_rings(d);
    forget_want(d);
    snprintf(command, sizeof command, "rm -rf %s", d->dir);
    return system(command) < 0 ? -1 : 0;
}

static void test_three_processes(void **state)
{
    drill_plan(*state, &plans[0]);
}

static void test_one_process(void **state)
{
    drill_plan(*state, &plans[1]);
}

static void test_two_feeds_in_order(void **state)
{
    drill_plan(*state, &plans[2]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_three_processes),
        cmocka_unit_test(test_one_process),
        cmocka_unit_test(test_two_feeds_in_order),
    };
    return cmocka_run_group_tests(tests, make_drill, remove_drill);
}
