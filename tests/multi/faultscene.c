#include "tests/multi/faultscene.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/multi/faultplan.h"
#include "tests/multi/proc.h"
#include "tickring.h"

#define ROUNDS 650 /* in all jobs together */

static struct scene scene;

int scene_make(void **state)
{
    static char dir[] = "/tmp/tickring-faults-XXXXXX";
    struct scene *s = &scene;
    *state = s;
    s->dir = mkdtemp(dir);
    if (s->dir == NULL)
        return -1;
    setenv("ASAN_OPTIONS", "detect_leaks=0", 0); /* it looks for leaks by tracing, which is done already */
    snprintf(s->ring, sizeof s->ring, "faults.%d", (int)getpid());
    for (unsigned f = 0; f < SCENE_FEED_MAX; f++) {
        snprintf(s->input[f], sizeof s->input[f], "%s/in%u", s->dir, f);
        history_write_input(s->input[f], f, SCENE_ROW_CNT);
    }
    for (unsigned i = 0; i < 2; i++)
        snprintf(s->output[i], sizeof s->output[i], "%s/out%u", s->dir, i);
    snprintf(s->text, sizeof s->text, "%s/text", s->dir);
    snprintf(s->errors, sizeof s->errors, "%s/errors", s->dir);
    s->random = proc_seed();
    s->rounds = proc_rounds(ROUNDS);
    return 0;
}

int scene_remove(void **state)
{
    struct scene *s = *state;
    char command[160];
    proc_end_all();
    snprintf(command, sizeof command, "rm -rf %s; %s -q clean %s >/dev/null 2>&1", s->dir,
             proc_program("shmmon"), s->ring);
    return system(command) < 0 ? -1 : 0;
}

int scene_tell_fault(void **state)
{
    struct scene *s = *state;
    char line[512];
    const char *fault = faultplan_unfinished();
    if (fault[0] == '\0')
        return 0;
    printf("the fault was: %s\n", fault);
    FILE *file = fopen(s->errors, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        printf("standard error: %s", line);
    if (file != NULL)
        fclose(file);
    proc_end_all();
    scene_clean(s);
    return 0;
}

/* --- Feeds and consumers ------------------------------------------------------------------------ */

static const char *errors_of(const struct scene *s, scene_start *start)
{
    if (start != proc_start_traced)
        return NULL;
    unlink(s->errors);
    return s->errors;
}

pid_t scene_feed(const struct scene *s, unsigned f, const char *option, scene_start *start)
{
    const char *errors = errors_of(s, start);
    const char *argv[] = {proc_program("feed"), "-q",           "-j",   "-n",        s->ring, "--producer",
                          history_producer(f),  "--wait=block", option, s->input[f], NULL};
    unlink(s->text);
    return start(argv, errors != NULL ? s->text : NULL, errors);
}

pid_t scene_consumer(const struct scene *s, unsigned i, unsigned feed_cnt, const char *option,
                     scene_start *start)
{
    const char *errors = errors_of(s, start);
    char producers[32];
    snprintf(producers, sizeof producers, "--producers=%u", feed_cnt);
    const char *argv[] = {proc_program("consumer"), "-q",      "-j",   "-n",    s->ring, "--id=taker",
                          "--wait=block",           producers, option, "print", NULL};
    unlink(s->output[i]);
    return start(argv, s->output[i], errors);
}

void scene_expect_complete(const struct scene *s, unsigned feed_cnt)
{
    struct history h = {0};
    history_read(&h, s->output[0], 0);
    history_expect_all(&h, feed_cnt, SCENE_ROW_CNT);
    assert_int_equal(h.lost, 0);
    assert_true(h.has_summary);
    assert_int_equal(h.summary_delivered, h.delivered);
}

void scene_run_normally(const struct scene *s, unsigned feed_cnt)
{
    pid_t feed[SCENE_FEED_MAX];
    pid_t consumer = scene_consumer(s, 0, feed_cnt, "--hold=1s", proc_start);
    for (unsigned f = 0; f < feed_cnt; f++)
        feed[f] = scene_feed(s, f, "--slots=64", proc_start);
    for (unsigned f = 0; f < feed_cnt; f++)
        proc_expect(feed[f], 0);
    proc_expect(consumer, 0);
    scene_expect_complete(s, feed_cnt);
}

bool scene_ring_is_there(void *arg)
{
    struct tr_segment seg;
    if (tr_observe_open(&seg, arg) != 0)
        return false;
    tr_observe_close(&seg);
    return true;
}

/* --- The end ------------------------------------------------------------------------------------ */

/* Each line is `prog: what: why`. */
static unsigned error_line_cnt(const struct scene *s, const char *prog)
{
    char line[2048];
    char begin[32];
    unsigned cnt = 0;
    FILE *file = fopen(s->errors, "r");
    assert_non_null(file);
    snprintf(begin, sizeof begin, "%s: ", prog);
    for (; fgets(line, sizeof line, file) != NULL; cnt++) {
        if (strncmp(line, begin, strlen(begin)) != 0 || strstr(line + strlen(begin), ": ") == NULL)
            fail_msg("not a message: %s", line);
    }
    fclose(file);
    return cnt;
}

int scene_judge_end(const struct scene *s, const struct inject_fault *fault, pid_t pid, const char *prog,
                    int usual)
{
    int status = proc_wait(pid);
    if (!WIFEXITED(status))
        fail_msg("%s died of signal %d", prog, WTERMSIG(status));
    int code = WEXITSTATUS(status);
    unsigned line_cnt = error_line_cnt(s, prog);
    bool is_mute = fault->kind == INJECT_WRITE && (fault->lasting || code == usual); /* of standard error */
    if (code != usual && !faultplan_allows(fault, code))
        fail_msg("%s: exit code %d", prog, code);
    if (code != 0 && line_cnt != 1 && !is_mute)
        fail_msg("%s: exit code %d with %u messages", prog, code, line_cnt);
    return code;
}

static bool is_of_ring(const struct scene *s, const char *file)
{
    char sem[48];
    snprintf(sem, sizeof sem, "sem.%s.", s->ring);
    return strcmp(file, s->ring) == 0 || strncmp(file, sem, strlen(sem)) == 0;
}

/* Files in /dev/shm that are of our ring; *name: one of them. */
static unsigned left_cnt(const struct scene *s, char name[NAME_MAX + 1])
{
    unsigned cnt = 0;
    const struct dirent *entry;
    DIR *dir = opendir(TR_SHM_DIR);
    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        if (!is_of_ring(s, entry->d_name))
            continue;
        snprintf(name, NAME_MAX + 1, "%s", entry->d_name);
        cnt++;
    }
    closedir(dir);
    return cnt;
}

void scene_clean(const struct scene *s)
{
    const char *argv[] = {proc_program("shmmon"), "-q", "clean", s->ring, NULL};
    proc_expect(proc_start(argv, NULL, NULL), 0);
}

/* Calls without which nobody removes a ring: it may be another's, somebody may be in. */
static bool is_needed_to_remove(enum inject_kind kind)
{
    return kind == INJECT_UNLINK || kind == INJECT_LOCK || kind == INJECT_STAT;
}

void scene_expect_nothing_left(const struct scene *s, const struct inject_fault *fault)
{
    char name[NAME_MAX + 1];
    if (is_needed_to_remove(fault->kind) && left_cnt(s, name) > 0)
        scene_clean(s);
    unsigned cnt = left_cnt(s, name);
    if (cnt > 0)
        fail_msg("%u files are left, among them %s", cnt, name);
}
