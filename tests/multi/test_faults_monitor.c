/* shmmon, each of whose system calls fails (see test_faults.c): it says so, or shows what is true; and what
 * is in use it never removes.  And programs that cannot have the processor they were told to run on. */
#include <errno.h>
#include <sched.h>
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

#define CHECK_UNKNOWN 3

struct look {
    struct scene *scene;
    const char *job;
    const char *argument[2]; /* before the ring's name */
    bool names_ring;
    void (*check)(const struct scene *s, const char *text); /* of what it writes when it succeeds */
};

/* --- What is to be seen ------------------------------------------------------------------------- */

static void expect_part(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("no %s in: %s", part, text);
}

static void check_watch(const struct scene *s, const char *text)
{
    (void)s;
    expect_part(text, "\"state\":\"open\"");
    expect_part(text, "\"name\":\"feed-a\"");
    expect_part(text, "\"id\":\"taker\"");
    expect_part(text, "\"balanced\":true},\"level\":\"OK\",\"warnings\":[]}\n");
    if (strstr(text, "\"alive\":false") != NULL)
        fail_msg("somebody is dead in: %s", text);
}

/* A ring that cannot be read is told of, and is no failure of a list. */
static bool is_told(const struct scene *s)
{
    char line[512];
    bool told = false;
    FILE *file = fopen(s->errors, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL)
        told = told || strstr(line, s->ring) != NULL;
    fclose(file);
    return told;
}

static void check_list(const struct scene *s, const char *text)
{
    char line[160];
    snprintf(line, sizeof line,
             "{\"ring\":\"%s\",\"state\":\"open\",\"slots\":65536,\"producers\":1,\"consumers\":1,", s->ring);
    if (!is_told(s))
        expect_part(text, line);
}

static void check_check(const struct scene *s, const char *text)
{
    (void)s;
    expect_part(text, "TICKRING OK - ");
}

static void check_nothing(const struct scene *s, const char *text)
{
    (void)s;
    assert_string_equal(text, "");
}

/* --- shmmon on a ring that is in use ------------------------------------------------------------ */

static void read_text(const struct scene *s, char *text, size_t size)
{
    FILE *file = fopen(s->text, "r");
    assert_non_null(file);
    text[fread(text, 1, size - 1, file)] = '\0';
    fclose(file);
}

static pid_t start_look(const struct look *look)
{
    const struct scene *s = look->scene;
    const char *argv[5] = {proc_program("shmmon")};
    unsigned argc = 1;
    for (unsigned i = 0; i < 2 && look->argument[i] != NULL; i++)
        argv[argc++] = look->argument[i];
    argv[argc] = look->names_ring ? s->ring : NULL;
    unlink(s->text);
    unlink(s->errors);
    return proc_start_traced(argv, s->text, s->errors);
}

/* check has codes of its own, and its word on standard output. */
static int judge_check(const struct inject_fault *fault, pid_t pid)
{
    int status = proc_wait(pid);
    assert_true(WIFEXITED(status));
    int code = WEXITSTATUS(status);
    assert_true(code == 0 || (code == CHECK_UNKNOWN && fault->nth > 0));
    return code;
}

/* Whether this fault takes away what is looked for, and that is all right: nobody reads, or it is a list of
 * what we may see. */
static bool may_be_missing(const struct look *look, const struct inject_fault *fault)
{
    if (fault->kind == INJECT_WRITE)
        return fault->error == EPIPE;
    return fault->kind == INJECT_OPEN && fault->error == EACCES && look->check == check_list;
}

static void try_look(void *arg, const struct inject_fault *fault, uint64_t cnt[INJECT_KIND_CNT])
{
    static char text[1 << 20];
    const struct look *look = arg;
    const struct scene *s = look->scene;
    bool is_check = look->check == check_check;
    pid_t pid = start_look(look);
    inject_follow(pid, fault, cnt, NULL, NULL);
    int code = is_check ? judge_check(fault, pid) : scene_judge_end(s, fault, pid, "shmmon", 0);
    read_text(s, text, sizeof text);
    if (code == 0 && !may_be_missing(look, fault))
        look->check(s, text);
    if (is_check && code != 0 && fault->kind != INJECT_WRITE)
        expect_part(text, "TICKRING UNKNOWN - ");
}

static bool both_are_in(void *arg)
{
    struct tr_segment seg;
    if (tr_observe_open(&seg, arg) != 0)
        return false;
    bool in = tr_load_acq(&tr_segment_member(&seg, 0)->lane[0].act) != 0
              && tr_state_of(tr_load_acq(&tr_segment_lane(&seg, 0)->state)) == TR_LANE_OPEN;
    tr_observe_close(&seg);
    return in;
}

static void run_look(struct look *look, uint64_t share)
{
    struct scene *s = look->scene;
    const struct faultplan plan = {
        .job = look->job,
        .trial = try_look,
        .arg = look,
        .fails_plainly = look->check == check_list,
        .trial_max = s->rounds * share / 100,
        .random = &s->random,
    };
    faultplan_run(&plan);
}

/* A feed that waits for one more consumer, and one that waits for ticks. */
static void test_ring_in_use(void **state)
{
    struct scene *s = *state;
    struct look look[] = {
        {.job = "shmmon -1", .argument = {"-1", "-j"}, .names_ring = true, .check = check_watch},
        {.job = "shmmon list", .argument = {"list", "-j"}, .check = check_list},
        {.job = "shmmon check", .argument = {"check"}, .names_ring = true, .check = check_check},
        {.job = "shmmon clean, in use",
         .argument = {"-q", "clean"},
         .names_ring = true,
         .check = check_nothing},
    };
    pid_t feed = scene_feed(s, 0, "--wait-consumers=2", proc_start);
    pid_t consumer = scene_consumer(s, 0, 1, "--hold=1s", proc_start);
    proc_until(both_are_in, s->ring, "feed and consumer");
    for (unsigned i = 0; i < sizeof look / sizeof look[0]; i++) {
        look[i].scene = s;
        run_look(&look[i], 5);
        assert_true(scene_ring_is_there(s->ring));
    }
    proc_kill(feed, SIGTERM);
    proc_expect(feed, 0);
    proc_expect(consumer, 0);
}

/* --- shmmon clean ------------------------------------------------------------------------------- */

static void keep_a_ring(const struct scene *s)
{
    const char *argv[] = {proc_program("feed"), "-q",     "-n",        s->ring, "--slots=64",
                          "--wait-consumers=0", "--keep", s->input[0], NULL};
    proc_expect(proc_start(argv, NULL, NULL), 0);
}

static void try_clean(void *arg, const struct inject_fault *fault, uint64_t cnt[INJECT_KIND_CNT])
{
    const struct look *look = arg;
    const struct scene *s = look->scene;
    keep_a_ring(s);
    pid_t pid = start_look(look);
    inject_follow(pid, fault, cnt, NULL, NULL);
    if (scene_judge_end(s, fault, pid, "shmmon", 0) != 0)
        scene_clean(s);
    scene_expect_nothing_left(s, fault);
}

static void test_clean(void **state)
{
    struct scene *s = *state;
    struct look look = {.scene = s, .argument = {"-q", "clean"}, .names_ring = true};
    const struct faultplan plan = {
        .job = "shmmon clean",
        .trial = try_clean,
        .arg = &look,
        .trial_max = s->rounds * 15 / 100,
        .random = &s->random,
    };
    faultplan_run(&plan);
}

/* --- A processor of one's own ------------------------------------------------------------------- */

/* Never without a fault: there is no ring, and it would wait for one. */
static void try_pinned(void *arg, const struct inject_fault *fault, uint64_t cnt[INJECT_KIND_CNT])
{
    const struct scene *s = arg;
    char cpu[32];
    snprintf(cpu, sizeof cpu, "--cpu=%d", sched_getcpu());
    pid_t feed = scene_feed(s, 0, cpu, proc_start_traced);
    inject_follow(feed, fault, cnt, NULL, NULL);
    assert_int_equal(scene_judge_end(s, fault, feed, "feed", EXIT_CODE_USAGE), EXIT_CODE_USAGE);
    pid_t consumer = scene_consumer(s, 0, 1, cpu, proc_start_traced);
    inject_follow(consumer, fault, cnt, NULL, NULL);
    assert_int_equal(scene_judge_end(s, fault, consumer, "consumer", EXIT_CODE_USAGE), EXIT_CODE_USAGE);
}

static void test_pinned(void **state)
{
    static const int error[] = {EINVAL, EPERM};
    uint64_t cnt[INJECT_KIND_CNT];
    for (unsigned i = 0; i < 2; i++) {
        const struct inject_fault fault = {.kind = INJECT_AFFINITY, .error = error[i], .nth = 1};
        try_pinned(*state, &fault, cnt);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_ring_in_use, scene_tell_fault),
        cmocka_unit_test_teardown(test_clean, scene_tell_fault),
        cmocka_unit_test_teardown(test_pinned, scene_tell_fault),
    };
    if (!inject_is_possible())
        return 77;
    return cmocka_run_group_tests(tests, scene_make, scene_remove);
}
