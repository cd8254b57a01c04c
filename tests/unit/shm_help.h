/* shm_help.h - what the tests of the library share: rings under names of their own, and processes that
 * cannot outlive their test.
 *
 * Whatever a test leaves in /dev/shm under a name of help_ring_name is removed by help_teardown, also
 * after a failed assertion: cmocka_unit_test_teardown(test, help_teardown).
 *
 * A child must not use cmocka's assertions (they would jump into its copy of the runner): help_check. */
#ifndef TESTS_SHM_HELP_H
#define TESTS_SHM_HELP_H

#include "feed_help.h" /* cmocka, seeds, random numbers */

#include <dirent.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "segment.h"

#define HELP_CHILD_BOUND_S 100 /* no child lives longer, not even in an emulator that shares its processor */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HELP_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HELP_SANITIZED 1
#endif
#endif
#ifndef HELP_SANITIZED
#define HELP_SANITIZED 0
#endif

#define help_skip(why)                                                                                       \
    do {                                                                                                     \
        print_message("skipped: %s\n", why);                                                                 \
        skip();                                                                                              \
    } while (0)

/* A ring name of this process; what: a few letters. */
static inline char *help_ring_name(char name[TR_RING_NAME_MAX + 1], const char *what)
{
    snprintf(name, TR_RING_NAME_MAX + 1, "test-%d-%s", (int)getpid(), what);
    return name;
}

static inline void help_shm_path(char path[HELP_PATH_MAX], const char *name)
{
    snprintf(path, HELP_PATH_MAX, "%s/%s", TR_SHM_DIR, name);
}

/* How many files of this process's rings (semaphores with them) are in /dev/shm; removes them if told. */
static inline int help_leftovers(bool remove_them)
{
    char ours[32];
    char path[HELP_PATH_MAX];
    int cnt = 0;
    snprintf(ours, sizeof ours, "test-%d-", (int)getpid());
    DIR *dir = opendir(TR_SHM_DIR);
    for (struct dirent *e; dir != NULL && (e = readdir(dir)) != NULL;) {
        if (strstr(e->d_name, ours) == NULL)
            continue;
        cnt++;
        help_shm_path(path, e->d_name);
        if (remove_them && unlink(path) != 0)
            rmdir(path);
    }
    if (dir != NULL)
        closedir(dir);
    return cnt;
}

static inline int help_teardown(void **state)
{
    (void)state;
    help_leftovers(true);
    return 0;
}

/* A new ring, mapped. */
static inline void help_make_ring(struct tr_segment *seg, const char *name, uint64_t slot_cnt)
{
    const struct tr_segment_options opt = {.slot_cnt = slot_cnt, .mode = 0600, .gid = (gid_t)-1};
    assert_int_equal(tr_segment_create(seg, name, &opt), 0);
    assert_int_equal(tr_segment_map(seg), 0);
}

/* One more handle of a ring, as another process would have it. */
static inline void help_open_ring(struct tr_segment *seg, const char *name)
{
    assert_int_equal(tr_segment_open(seg, name, true), 0);
    assert_int_equal(tr_segment_map(seg), 0);
}

static inline void help_remove_ring(struct tr_segment *seg)
{
    tr_segment_unlink(seg);
    tr_segment_close(seg);
}

/* The page of a lane or a consumer, writable; help_unmap ends it. */
static inline struct tr_lane *help_own_lane(const struct tr_segment *seg, unsigned p)
{
    void *lane = tr_segment_map_own(seg, seg->map.lane_off + p * seg->map.page_len, seg->map.page_len);
    assert_non_null(lane);
    return lane;
}

static inline struct tr_member *help_own_member(const struct tr_segment *seg, unsigned c)
{
    void *member = tr_segment_map_own(seg, seg->map.member_off + c * seg->map.page_len, seg->map.page_len);
    assert_non_null(member);
    return member;
}

static inline void help_unmap(const struct tr_segment *seg, void *page)
{
    munmap(page, seg->map.page_len);
}

/* Memory that parent and children share, all zero. */
static inline void *help_shared(size_t len)
{
    void *p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(p != MAP_FAILED);
    return p;
}

/* fork: the child (0) dies with its parent, and after HELP_CHILD_BOUND_S. */
static inline pid_t help_fork(void)
{
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        alarm(HELP_CHILD_BOUND_S);
        return 0;
    }
    assert_true(pid > 0);
    return pid;
}

/* Its exit status, or 128 + the signal that ended it. */
static inline int help_wait(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) != pid)
        assert_int_equal(errno, EINTR);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* In a child: ends it with 1, and says where, unless cond holds. */
#define help_check(cond)                                                                                     \
    do {                                                                                                     \
        if (!(cond)) {                                                                                       \
            fprintf(stderr, "%s:%d: child: %s (errno %d)\n", __FILE__, __LINE__, #cond, errno);              \
            _exit(1);                                                                                        \
        }                                                                                                    \
    } while (0)

/* Runs fn(arg) in a child; returns as help_wait, 0 if fn came back. */
static inline int help_in_child(void (*fn)(void *arg), void *arg)
{
    pid_t pid = help_fork();
    if (pid == 0) {
        fn(arg);
        _exit(0);
    }
    return help_wait(pid);
}

/* Gives a child that it is called in the rights of nobody in particular. */
static inline void help_become_nobody(void)
{
    help_check(setgid(65534) == 0 && setuid(65534) == 0);
}

/* Gives a child that it is called in a /dev/shm of its own, with these options of tmpfs ("size=64k").
 * Returns false where that is not permitted. */
static inline bool help_private_shm(const char *options)
{
    if (unshare(CLONE_NEWNS) != 0 || mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        return false;
    return mount("tmpfs", TR_SHM_DIR, "tmpfs", 0, options) == 0;
}

/* A line where processes wait for each other: help_gate_wait returns when all have come. */
struct help_gate {
    _Atomic unsigned arrived;
};

static inline void help_gate_wait(struct help_gate *gate, unsigned cnt)
{
    atomic_fetch_add(&gate->arrived, 1);
    while (atomic_load(&gate->arrived) < cnt)
        usleep(50);
}

#endif
