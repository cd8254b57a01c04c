/* Exactly once, at every step: a stage of a pipeline is killed with SIGKILL before and after each of its system
 * calls, from the beginning of its main to its end, and a few instructions further on, where it writes into
 * shared memory; some of its successors as well.  Started again with the same command, all that it and the next
 * stage wrote is to the byte that of a run without kills, and nothing is left in /dev/shm.
 *
 * TICKRING_RUNS is the number of kills of each stage (80, spread over all its steps; as many as there are
 * steps, or more: every step); TICKRING_SEED repeats the choice. */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
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

#include "tests/multi/inject.h"
#include "tests/multi/proc.h"
#include "tests/multi/textfile.h"
#include "tickring.h"

#define ROW_CNT 40
#define STAGE_MAX 2
#define MEMBER_MAX (1 + STAGE_MAX) /* the feed is the first */
#define ARG_MAX 16
#define KILL_CNT 80
#define INSTRUCTION_CNT 400
#define AGAIN_SHARE 4 /* of the successors one in so many is killed as well */

/* The words of each process after the program, the ring and the common options. */
struct plan {
    unsigned stage_cnt;
    const char *stage[STAGE_MAX][6];
};

static const struct plan two_stages = {
    2,
    {{"signals", "--all", "--sma=3,20ms", "--threshold=0.05"}, {"risk", "--min-confidence=0.06", "--fee=1"}}};
static const struct plan one_process = {
    1, {{"pipeline", "--sma=3", "--threshold=0.05", "--min-confidence=0.06", "--fee=1"}}};

struct member {
    pid_t pid; /* 0: not running */
    bool finished;
    bool dismissed;
    char output[96];
    char errors[96];
};

struct drill {
    const char *dir;
    char input[96];
    char ring[STAGE_MAX][28]; /* that a stage reads */
    const struct plan *plan;
    struct member member[MEMBER_MAX];
    char *want[STAGE_MAX]; /* what each stage writes when nobody is killed */
    uint64_t random;
    uint64_t kill_cnt;
};

static struct drill drill;

/* --- Starting ----------------------------------------------------------------------------------- */

typedef pid_t starter(const char *const argv[], const char *out_path, const char *err_path);

static void start_feed(struct drill *d)
{
    struct member *m = &d->member[0];
    const char *argv[] = {proc_program("feed"), "-q",           "-n",     d->ring[0],
                          "--slots=4",          "--producer=f", d->input, NULL};
    m->pid = proc_start(argv, NULL, m->errors);
}

static void start_stage(struct drill *d, unsigned i, starter *start)
{
    struct member *m = &d->member[1 + i];
    const char *argv[ARG_MAX] = {
        proc_program("consumer"), "-q", "-j", "-n", d->ring[i], "--hold=60s", "--wait=block"};
    unsigned cnt = 7;
    char out[40];
    if (i + 1 < d->plan->stage_cnt) {
        snprintf(out, sizeof out, "--out=%s", d->ring[i + 1]);
        argv[cnt++] = out;
    }
    for (unsigned k = 0; k < 6 && d->plan->stage[i][k] != NULL; k++)
        argv[cnt++] = d->plan->stage[i][k];
    m->pid = start(argv, m->output, m->errors);
}

static void begin_run(struct drill *d)
{
    static unsigned run_cnt;
    run_cnt++;
    for (unsigned i = 0; i < STAGE_MAX; i++)
        snprintf(d->ring[i], sizeof d->ring[i], "ps%d.%u.%u", (int)getpid(), run_cnt, i);
    for (unsigned i = 0; i <= d->plan->stage_cnt; i++) {
        struct member *m = &d->member[i];
        *m = (struct member){.pid = 0};
        snprintf(m->output, sizeof m->output, "%s/out%u", d->dir, i);
        snprintf(m->errors, sizeof m->errors, "%s/err%u", d->dir, i);
        unlink(m->output);
        unlink(m->errors);
    }
}

/* --- Ending ------------------------------------------------------------------------------------- */

static bool is_complete(const struct drill *d)
{
    struct stat st;
    for (unsigned i = 0; i < d->plan->stage_cnt; i++) {
        if (d->want[i] == NULL || stat(d->member[1 + i].output, &st) != 0
            || (size_t)st.st_size < strlen(d->want[i]))
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

static void note_end(struct member *m, int status)
{
    bool at_once = m->dismissed && WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM; /* not yet in main */
    m->pid = 0;
    m->finished = true;
    if (!at_once && (!WIFEXITED(status) || WEXITSTATUS(status) != 0)) {
        show(m, "ended badly");
        fail_msg("wait status 0x%x", (unsigned)status);
    }
}

/* Who was killed when all was done comes back to a ring that is gone, and waits for the next. */
static bool all_ended(struct drill *d)
{
    bool ended = true;
    bool done = is_complete(d);
    for (unsigned i = 0; i <= d->plan->stage_cnt; i++) {
        struct member *m = &d->member[i];
        int status;
        if (!m->finished && proc_ended(m->pid, &status))
            note_end(m, status);
        if (!m->finished && done && !m->dismissed) {
            m->dismissed = true;
            proc_kill(m->pid, SIGTERM);
        }
        ended = ended && m->finished;
    }
    return ended;
}

/* Of rings, their semaphores and checkpoints. */
static void expect_nothing_left(struct drill *d)
{
    const struct dirent *entry;
    DIR *dir = opendir(TR_SHM_DIR);
    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        for (unsigned i = 0; i < STAGE_MAX; i++) {
            if (strstr(entry->d_name, d->ring[i]) != NULL)
                fail_msg("%s is left", entry->d_name);
        }
    }
    closedir(dir);
}

static void end_run(struct drill *d)
{
    int64_t begin_ns = tr_now_ns();
    while (!all_ended(d)) {
        proc_nap_us(500);
        if (tr_now_ns() - begin_ns < PROC_BOUND_NS)
            continue;
        for (unsigned i = 0; i <= d->plan->stage_cnt; i++)
            show(&d->member[i], d->member[i].finished ? "has ended" : "does not end");
        fail_msg("the pipeline does not end");
    }
    for (unsigned i = 0; i < d->plan->stage_cnt; i++) {
        const char *argv[] = {proc_program("shmmon"), "-q", "clean", d->ring[i], NULL};
        proc_expect(proc_start(argv, NULL, NULL), 0);
    }
    expect_nothing_left(d);
}

static void expect_same(const struct drill *d, unsigned i)
{
    const struct member *m = &d->member[1 + i];
    char *text = textfile_read(m->output);
    if (strcmp(text, d->want[i]) != 0) {
        show(m, d->plan->stage[i][0]);
        fail_msg("%s wrote something else", d->plan->stage[i][0]);
    }
    free(text);
}

/* --- One run ------------------------------------------------------------------------------------ */

/* The stage at this step of its life.  Returns false if it came to its end before. */
static bool kill_stage(struct drill *d, unsigned victim, uint64_t stop_cnt, uint64_t instruction_cnt)
{
    struct member *m = &d->member[1 + victim];
    start_stage(d, victim, proc_start_traced);
    bool killed = inject_kill(m->pid, stop_cnt, instruction_cnt);
    int status = proc_wait(m->pid);
    m->pid = 0;
    if (!WIFSIGNALED(status))
        note_end(m, status);
    d->kill_cnt += killed;
    return killed;
}

static void start_others(struct drill *d, unsigned victim)
{
    start_feed(d);
    for (unsigned i = 0; i < d->plan->stage_cnt; i++) {
        if (i != victim)
            start_stage(d, i, proc_start);
    }
}

static bool run_once(struct drill *d, unsigned victim, uint64_t stop_cnt, uint64_t again_cnt)
{
    begin_run(d);
    start_others(d, victim);
    bool killed = kill_stage(d, victim, stop_cnt, proc_random(&d->random, INSTRUCTION_CNT));
    if (killed && again_cnt > 0)
        kill_stage(d, victim, proc_random(&d->random, again_cnt), proc_random(&d->random, INSTRUCTION_CNT));
    if (!d->member[1 + victim].finished)
        start_stage(d, victim, proc_start);
    end_run(d);
    for (unsigned i = 0; i < d->plan->stage_cnt; i++)
        expect_same(d, i);
    return killed;
}

static void learn_want(struct drill *d, const struct plan *plan)
{
    d->plan = plan;
    begin_run(d);
    for (unsigned i = 0; i < STAGE_MAX; i++) {
        free(d->want[i]);
        d->want[i] = NULL;
    }
    start_others(d, UINT_MAX);
    end_run(d);
    for (unsigned i = 0; i < plan->stage_cnt; i++) {
        d->want[i] = textfile_read(d->member[1 + i].output);
        assert_non_null(strstr(d->want[i], "\"event\":\"summary\""));
    }
}

/* How many steps there are differs from run to run by a few: by waits. */
static uint64_t count_steps(struct drill *d, unsigned victim)
{
    uint64_t low = 0;
    uint64_t high = 64;
    while (run_once(d, victim, high, 0))
        high *= 2;
    while (high - low > 8) {
        uint64_t middle = low + (high - low) / 2;
        if (run_once(d, victim, middle, 0))
            low = middle;
        else
            high = middle;
    }
    return high;
}

static void kill_everywhere(struct drill *d, const struct plan *plan, unsigned victim)
{
    if (!inject_is_possible())
        skip();
    learn_want(d, plan);
    uint64_t step_cnt = count_steps(d, victim);
    uint64_t kill_cnt = proc_runs(KILL_CNT);
    uint64_t stride = step_cnt > kill_cnt ? step_cnt / kill_cnt : 1;
    uint64_t before = d->kill_cnt;
    for (uint64_t at = proc_random(&d->random, stride); at < step_cnt; at += stride)
        run_once(d, victim, at, proc_random(&d->random, AGAIN_SHARE) == 0 ? step_cnt : 0);
    printf("%s: killed at %" PRIu64 " of %" PRIu64 " steps\n", plan->stage[victim][0], d->kill_cnt - before,
           step_cnt);
    assert_true(d->kill_cnt - before > tr_min_u64(kill_cnt, step_cnt) / 2);
}

/* --- Errors instead of kills -------------------------------------------------------------------- */

static const struct inject_fault faults[] = {
    {.kind = INJECT_PWRITE, .error = ENOSPC}, {.kind = INJECT_PWRITE, .error = ENOSPC, .lasting = true},
    {.kind = INJECT_WRITE, .error = ENOSPC},  {.kind = INJECT_WRITE, .error = ENOSPC, .lasting = true},
    {.kind = INJECT_OPEN, .error = EMFILE},   {.kind = INJECT_STAT, .error = EIO},
    {.kind = INJECT_LOCK, .error = ENOLCK},
};

#define FAULT_KIND_CNT (sizeof faults / sizeof faults[0])

/* Returns whether the stage had so many of those calls. */
static bool fail_once(struct drill *d, const struct inject_fault *fault)
{
    uint64_t cnt[INJECT_KIND_CNT];
    struct member *m = &d->member[1];
    begin_run(d);
    start_others(d, 0);
    start_stage(d, 0, proc_start_traced);
    bool failed = inject_follow(m->pid, fault, cnt, NULL, NULL);
    int status = proc_wait(m->pid);
    m->pid = 0;
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 0)
        m->finished = true;
    else
        start_stage(d, 0, proc_start);
    end_run(d);
    for (unsigned i = 0; i < d->plan->stage_cnt; i++)
        expect_same(d, i);
    return failed;
}

/* Who ends with an error, and is started again when that is mended, goes on as after a kill. */
static void test_errors(void **state)
{
    struct drill *d = *state;
    if (!inject_is_possible())
        skip();
    learn_want(d, &two_stages);
    for (unsigned i = 0; i < FAULT_KIND_CNT; i++) {
        struct inject_fault fault = faults[i];
        fault.nth = 1;
        while (fail_once(d, &fault))
            fault.nth++;
        printf("%s: at each of %" PRIu64 "\n", inject_kind_name(fault.kind), fault.nth - 1);
    }
}

/* --- The drill ---------------------------------------------------------------------------------- */

static void test_writes_into_a_ring(void **state)
{
    kill_everywhere(*state, &two_stages, 0);
}

static void test_reads_records(void **state)
{
    kill_everywhere(*state, &two_stages, 1);
}

static void test_one_process(void **state)
{
    kill_everywhere(*state, &one_process, 0);
}

static void write_input(struct drill *d)
{
    uint64_t random = 42;
    int64_t price_cent = 10000;
    FILE *file = fopen(d->input, "w");
    assert_non_null(file);
    fprintf(file, "timestamp,symbol,price,amount\n");
    for (unsigned i = 0; i < ROW_CNT; i++) {
        price_cent += (int64_t)proc_random(&random, 100) - 45;
        fprintf(file, "%" PRId64 ",S%u,%" PRId64 ".%02" PRId64 ",%u.5\n",
                INT64_C(1700000000000) + i * INT64_C(7), i % 2, price_cent / 100, price_cent % 100, i + 1);
    }
    assert_int_equal(fclose(file), 0);
}

static int make_drill(void **state)
{
    static char dir[] = "/tmp/tickring-pipestep-XXXXXX";
    struct drill *d = &drill;
    *state = d;
    d->dir = mkdtemp(dir);
    if (d->dir == NULL)
        return -1;
    setenv("ASAN_OPTIONS", "detect_leaks=0", 0); /* it looks for leaks by tracing, which is done already */
    snprintf(d->input, sizeof d->input, "%s/in.csv", d->dir);
    write_input(d);
    d->random = proc_seed();
    return 0;
}

static int remove_drill(void **state)
{
    struct drill *d = *state;
    char command[256];
    proc_end_all();
    for (unsigned i = 0; i < STAGE_MAX; i++)
        free(d->want[i]);
    snprintf(command, sizeof command,
             "rm -rf %s; for ring in %s %s; do %s -q clean $ring; done >/dev/null 2>&1", d->dir, d->ring[0],
             d->ring[1], proc_program("shmmon"));
    return system(command) < 0 ? -1 : 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_writes_into_a_ring),
        cmocka_unit_test(test_reads_records),
        cmocka_unit_test(test_one_process),
        cmocka_unit_test(test_errors),
    };
    return cmocka_run_group_tests(tests, make_drill, remove_drill);
}
