#include "tests/multi/filerun.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/multi/proc.h"
#include "tests/multi/textfile.h"

enum program { FEED, PRINT, SIGNALS, PROGRAM_CNT };

static const char *const program_name[] = {"feed", "print", "signals"};

static struct place {
    char dir[64];
    char ring[32];
    char out[PROGRAM_CNT][96];
    char err[PROGRAM_CNT][96];
} place;

const char *filerun_data(void)
{
    const char *data = getenv("TICKRING_DATA");
    struct stat st;
    if (data == NULL)
        data = "../shared/data";
    if (!jsondoc_is_there())
        puts("this build cannot read facts.json: it has no yajl (libyajl-dev)");
    else if (stat(data, &st) != 0 || !S_ISDIR(st.st_mode))
        printf("no recorded files in %s: TICKRING_DATA names their folder\n", data);
    else
        return data;
    return NULL;
}

/* Which library the file needs that this build may be without; NULL: none. */
static const char *missing_for(const char *file)
{
    static const struct {
        const char *ending;
        const char *library;
    } unread[] = {
#ifndef HAVE_ZLIB
        {".gz", "zlib"},     {".zip", "zlib"},
#endif
#ifndef HAVE_ZSTD
        {".zst", "libzstd"},
#endif
#ifndef HAVE_LZMA
        {".bi5", "liblzma"},
#endif
        {NULL, NULL},
    };
    const char *ending = strrchr(file, '.');
    for (size_t i = 0; ending != NULL && unread[i].ending != NULL; i++) {
        if (strcmp(ending, unread[i].ending) == 0)
            return unread[i].library;
    }
    return NULL;
}

void filerun_skip_unreadable(const char *file)
{
    const char *library = missing_for(file);
    if (library == NULL)
        return;
    print_message("skipped: %s: this build has no %s\n", file, library);
    skip();
}

int filerun_setup(void **state)
{
    (void)state;
    snprintf(place.dir, sizeof place.dir, "/tmp/tickring-files-XXXXXX");
    if (mkdtemp(place.dir) == NULL)
        return -1;
    for (unsigned i = 0; i < PROGRAM_CNT; i++) {
        snprintf(place.out[i], sizeof place.out[i], "%s/%s.out", place.dir, program_name[i]);
        snprintf(place.err[i], sizeof place.err[i], "%s/%s.err", place.dir, program_name[i]);
    }
    return 0;
}

int filerun_teardown(void **state)
{
    (void)state;
    char command[96];
    snprintf(command, sizeof command, "rm -rf %s", place.dir);
    return system(command);
}

/* A ring of its own for each run: what a failed one left is not joined by the next. */
static void begin_run(void)
{
    static unsigned run_cnt;
    snprintf(place.ring, sizeof place.ring, "files.%d.%u", (int)getpid(), run_cnt++);
    for (unsigned i = 0; i < PROGRAM_CNT; i++) {
        unlink(place.out[i]);
        unlink(place.err[i]);
    }
}

static pid_t start(enum program program, const char *const argv[])
{
    return proc_start(argv, place.out[program], place.err[program]);
}

static pid_t start_feed(const char *const args[])
{
    const char *argv[6 + FILERUN_ARG_MAX + 1] = {proc_program("feed"), "-q",     "-j",
                                                 "--wait-consumers=2", "--name", place.ring};
    size_t cnt = 6;
    for (size_t i = 0; args[i] != NULL; i++) {
        assert_true(i < FILERUN_ARG_MAX);
        argv[cnt++] = args[i];
    }
    return start(FEED, argv);
}

static pid_t start_print(void)
{
    const char *argv[] = {proc_program("consumer"), "-q", "-C", "--name", place.ring, "print", NULL};
    return start(PRINT, argv);
}

static pid_t start_signals(void)
{
    const char *argv[] = {
        proc_program("consumer"), "-q", "-j", "--sma=5,20", "--name", place.ring, "signals", NULL};
    return start(SIGNALS, argv);
}

static void clean_ring(void)
{
    const char *argv[] = {proc_program("shmmon"), "clean", place.ring, NULL};
    proc_wait(proc_start(argv, NULL, NULL));
}

/* A feed that fails may not have made a ring: its consumers then wait for one. */
static void expect_end(enum program program, pid_t pid)
{
    int status = proc_wait(pid);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return;
    proc_end_all();
    clean_ring();
    char *words = textfile_read(place.err[program]);
    print_error("%s", words);
    free(words);
    fail_msg("%s: %s %d", program_name[program], WIFEXITED(status) ? "exit" : "signal",
             WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
}

/* The last line of a program's output: before it may be signals. */
static struct jsondoc *read_last_line(enum program program)
{
    char *text = textfile_read(place.out[program]);
    size_t len = strlen(text);
    while (len > 0 && text[len - 1] == '\n')
        text[--len] = '\0';
    char *line = strrchr(text, '\n');
    struct jsondoc *doc = jsondoc_parse(line == NULL ? text : line + 1);
    free(text);
    if (doc == NULL)
        fail_msg("%s: its last line is no JSON", program_name[program]);
    return doc;
}

void filerun_play(struct filerun *run, const char *const args[])
{
    begin_run();
    pid_t print = start_print();
    pid_t signals = start_signals();
    expect_end(FEED, start_feed(args));
    expect_end(PRINT, print);
    expect_end(SIGNALS, signals);
    run->report = read_last_line(FEED);
    run->summary = read_last_line(SIGNALS);
    ticklist_read(&run->ticks, place.out[PRINT]);
    char path[64];
    struct stat st;
    snprintf(path, sizeof path, "/dev/shm/%s", place.ring);
    assert_int_not_equal(stat(path, &st), 0); /* nothing is left */
}

void filerun_free(struct filerun *run)
{
    ticklist_free(&run->ticks);
    jsondoc_free(run->report);
    jsondoc_free(run->summary);
    *run = (struct filerun){0};
}
