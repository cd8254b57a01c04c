/* inject.h - system calls that fail when they are told to: a traced program runs as it is, but its n-th call
 * of a kind does nothing and returns an error.  Counting begins where its main does (where it installs its
 * signal handlers): what the loader and the C library do before that is not the program's. */
#ifndef TESTS_INJECT_H
#define TESTS_INJECT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum inject_kind {
    INJECT_OPEN,
    INJECT_STAT,
    INJECT_SEEK,
    INJECT_CHMOD,
    INJECT_TRUNCATE,
    INJECT_ALLOCATE,
    INJECT_MAP, /* of a file */
    INJECT_MEMORY, /* from the kernel, for malloc */
    INJECT_LINK,
    INJECT_UNLINK,
    INJECT_LIST, /* a directory */
    INJECT_LOCK,
    INJECT_PREAD,
    INJECT_PWRITE,
    INJECT_READ,
    INJECT_WRITE,
    INJECT_SLEEP, /* on a semaphore */
    INJECT_WAKE,
    INJECT_BARRIER,
    INJECT_RANDOM,
    INJECT_ADVISE,
    INJECT_WATCH,
    INJECT_POLL,
    INJECT_AFFINITY,
    INJECT_KIND_CNT /* as a kind: none */
};

struct inject_fault {
    enum inject_kind kind;
    int error;
    uint64_t nth; /* from 1 */
    bool lasting; /* that call and all of its kind after it */
    bool no_nameless; /* besides: no file without a name can be made (O_TMPFILE) */
};

/* inject_is_possible - whether programs can be traced here; if not, says why ("skipped: why"). */
bool inject_is_possible(void);

const char *inject_kind_name(enum inject_kind kind);

/* Called for every call of the child that is counted, before it is made. */
typedef void inject_watcher(void *arg, enum inject_kind kind);

/* inject_follow - runs a program that proc_start_traced has started to the call that is to fail, or to its
 * end, and lets go of it: proc_wait gets its status.  cnt: the calls seen, by kind.  watcher may be NULL.
 * Returns whether a call was made to fail.  After PROC_BOUND_NS the child is killed. */
bool inject_follow(pid_t pid, const struct inject_fault *fault, uint64_t cnt[INJECT_KIND_CNT],
                   inject_watcher *watcher, void *arg);

/* inject_kill - runs such a program from the beginning of its main over so many entries into and exits from the
 * kernel, of any system call, and so many instructions more, and kills it: proc_wait gets its status.
 * Returns false if it had not so many and came to its end.  Bounded as above. */
bool inject_kill(pid_t pid, uint64_t stop_cnt, uint64_t instruction_cnt);

#endif
