#include "tests/multi/inject.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "clock.h"
#include "tests/multi/proc.h"

#ifdef __x86_64__

#define NO_CALL (-1)
#define CALL_STOP (SIGTRAP | 0x80) /* PTRACE_O_TRACESYSGOOD */

struct call {
    enum inject_kind kind;
    long long number[3]; /* NO_CALL behind the last */
};

static const char *const kind_name[INJECT_KIND_CNT] = {
    [INJECT_OPEN] = "open",          [INJECT_STAT] = "stat",          [INJECT_SEEK] = "lseek",
    [INJECT_CHMOD] = "fchmod",       [INJECT_TRUNCATE] = "ftruncate", [INJECT_ALLOCATE] = "fallocate",
    [INJECT_MAP] = "mmap",           [INJECT_MEMORY] = "memory",      [INJECT_LINK] = "link",
    [INJECT_UNLINK] = "unlink",      [INJECT_LIST] = "getdents",      [INJECT_LOCK] = "lock",
    [INJECT_PREAD] = "pread",        [INJECT_PWRITE] = "pwrite",      [INJECT_READ] = "read",
    [INJECT_WRITE] = "write",        [INJECT_SLEEP] = "futex wait",   [INJECT_WAKE] = "futex wake",
    [INJECT_BARRIER] = "membarrier", [INJECT_RANDOM] = "getrandom",   [INJECT_ADVISE] = "madvise",
    [INJECT_WATCH] = "inotify",      [INJECT_POLL] = "poll",          [INJECT_AFFINITY] = "sched_setaffinity",
};

/* Those that one number tells. */
static const struct call plain_call[] = {
    {INJECT_OPEN, {SYS_open, SYS_openat, NO_CALL}},
    {INJECT_STAT, {SYS_newfstatat, SYS_fstat, SYS_lstat}},
    {INJECT_STAT, {SYS_stat, SYS_statx, NO_CALL}},
    {INJECT_SEEK, {SYS_lseek, NO_CALL}},
    {INJECT_CHMOD, {SYS_fchmod, NO_CALL}},
    {INJECT_TRUNCATE, {SYS_ftruncate, NO_CALL}},
    {INJECT_ALLOCATE, {SYS_fallocate, NO_CALL}},
    {INJECT_LINK, {SYS_link, SYS_linkat, NO_CALL}},
    {INJECT_UNLINK, {SYS_unlink, SYS_unlinkat, NO_CALL}},
    {INJECT_LIST, {SYS_getdents64, NO_CALL}},
    {INJECT_PREAD, {SYS_pread64, NO_CALL}},
    {INJECT_PWRITE, {SYS_pwrite64, NO_CALL}},
    {INJECT_READ, {SYS_read, NO_CALL}},
    {INJECT_WRITE, {SYS_write, SYS_writev, NO_CALL}},
    {INJECT_BARRIER, {SYS_membarrier, NO_CALL}},
    {INJECT_RANDOM, {SYS_getrandom, NO_CALL}},
    {INJECT_ADVISE, {SYS_madvise, NO_CALL}},
    {INJECT_WATCH, {SYS_inotify_init1, SYS_inotify_add_watch, NO_CALL}},
    {INJECT_POLL, {SYS_poll, SYS_ppoll, NO_CALL}},
    {INJECT_AFFINITY, {SYS_sched_setaffinity, NO_CALL}},
};

#define PLAIN_CNT (sizeof plain_call / sizeof plain_call[0])

static long long number_of(const struct user_regs_struct *regs)
{
    return (long long)regs->orig_rax;
}

static bool is_lock(const struct user_regs_struct *regs)
{
    return number_of(regs) == SYS_fcntl && regs->rsi >= F_OFD_GETLK && regs->rsi <= F_OFD_SETLKW;
}

static enum inject_kind kind_of(const struct user_regs_struct *regs)
{
    long long number = number_of(regs);
    if (is_lock(regs))
        return INJECT_LOCK;
    if (number == SYS_futex)
        return ((int)regs->rsi & FUTEX_CMD_MASK) == FUTEX_WAKE ? INJECT_WAKE : INJECT_SLEEP;
    if (number == SYS_mmap)
        return (int)regs->r8 >= 0 ? INJECT_MAP : INJECT_MEMORY;
    if (number == SYS_brk)
        return regs->rdi == 0 ? INJECT_KIND_CNT : INJECT_MEMORY;
    for (unsigned i = 0; i < PLAIN_CNT; i++) {
        for (unsigned k = 0; k < 3 && plain_call[i].number[k] != NO_CALL; k++) {
            if (plain_call[i].number[k] == number)
                return plain_call[i].kind;
        }
    }
    return INJECT_KIND_CNT;
}

static bool makes_nameless(const struct user_regs_struct *regs)
{
    return number_of(regs) == SYS_openat && (regs->rdx & O_TMPFILE) == O_TMPFILE;
}

/* sig_install begins with it, and nothing before does that. */
static bool begins_main(const struct user_regs_struct *regs)
{
    return number_of(regs) == SYS_rt_sigaction && regs->rdi == SIGINT;
}

/* --- A child, from stop to stop ----------------------------------------------------------------- */

static volatile sig_atomic_t traced;

static void on_alarm(int signal)
{
    (void)signal;
    kill(traced, SIGKILL);
}

static void set_alarm(pid_t pid)
{
    struct sigaction action = {.sa_handler = on_alarm};
    traced = pid;
    sigaction(SIGALRM, &action, NULL);
    alarm((unsigned)(PROC_BOUND_NS / TR_NS_PER_S));
}

/* The signal (or CALL_STOP) with which the child stops; 0: it has ended, and is left to be waited for. */
static int next_stop(pid_t pid)
{
    siginfo_t info;
    while (waitid(P_PID, (id_t)pid, &info, WEXITED | WSTOPPED | WNOWAIT) != 0) {
        if (errno != EINTR)
            return 0;
    }
    bool stopped = info.si_code == CLD_TRAPPED || info.si_code == CLD_STOPPED;
    return stopped ? info.si_status : 0;
}

/* Goes on to the next entry into or exit from the kernel.  Returns false at the end of the child. */
static bool to_call(pid_t pid, struct user_regs_struct *regs)
{
    int signal = 0;
    do {
        ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(intptr_t)signal);
        signal = next_stop(pid);
    } while (signal != CALL_STOP && signal != 0);
    return signal == CALL_STOP && ptrace(PTRACE_GETREGS, pid, NULL, regs) == 0;
}

/* Stands before a call: lets it do nothing and return the error. */
static bool fail_call(pid_t pid, struct user_regs_struct *regs, int error)
{
    unsigned long long argument = regs->rdi;
    bool is_break = number_of(regs) == SYS_brk;
    if (is_break)
        regs->rdi = 0; /* its way to refuse: the end of the heap stays, and is returned */
    else
        regs->orig_rax = (unsigned long long)-1;
    ptrace(PTRACE_SETREGS, pid, NULL, regs);
    if (!to_call(pid, regs))
        return false;
    regs->rdi = argument; /* calls leave it as it was */
    if (!is_break)
        regs->rax = (unsigned long long)-error;
    ptrace(PTRACE_SETREGS, pid, NULL, regs);
    return true;
}

struct follow {
    pid_t pid;
    const struct inject_fault *fault;
    uint64_t *cnt;
    inject_watcher *watcher;
    void *arg;
    bool hit;
};

/* Stands before a call of the program's own.  Returns false when there is nothing more to do. */
static bool pass_call(struct follow *f, struct user_regs_struct *regs)
{
    const struct inject_fault *fault = f->fault;
    if (fault->no_nameless && makes_nameless(regs))
        return fail_call(f->pid, regs, EOPNOTSUPP);
    enum inject_kind kind = kind_of(regs);
    if (kind == INJECT_KIND_CNT)
        return to_call(f->pid, regs);
    f->cnt[kind]++;
    if (f->watcher != NULL)
        f->watcher(f->arg, kind);
    bool fails = kind == fault->kind && (f->cnt[kind] == fault->nth || (f->hit && fault->lasting));
    if (!fails)
        return to_call(f->pid, regs);
    f->hit = true;
    return fail_call(f->pid, regs, fault->error) && (fault->lasting || fault->no_nameless);
}

bool inject_follow(pid_t pid, const struct inject_fault *fault, uint64_t cnt[INJECT_KIND_CNT],
                   inject_watcher *watcher, void *arg)
{
    struct user_regs_struct regs;
    struct follow f = {.pid = pid, .fault = fault, .cnt = cnt, .watcher = watcher, .arg = arg};
    memset(cnt, 0, INJECT_KIND_CNT * sizeof cnt[0]);
    set_alarm(pid);
    bool goes_on = next_stop(pid) == SIGTRAP; /* it has become the program */
    ptrace(PTRACE_SETOPTIONS, pid, NULL, (void *)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL));
    bool in_main = false;
    while (goes_on && to_call(pid, &regs)) {
        in_main = in_main || begins_main(&regs);
        goes_on = in_main ? pass_call(&f, &regs) : to_call(pid, &regs);
    }
    alarm(0);
    ptrace(PTRACE_DETACH, pid, NULL, NULL);
    return f.hit;
}

/* By single instructions; a call is one. */
static void step(pid_t pid, uint64_t cnt)
{
    for (uint64_t i = 0; i < cnt; i++) {
        if (ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL) != 0 || next_stop(pid) == 0)
            return;
    }
}

bool inject_kill(pid_t pid, uint64_t stop_cnt, uint64_t instruction_cnt)
{
    struct user_regs_struct regs = {0};
    set_alarm(pid);
    bool goes_on = next_stop(pid) == SIGTRAP; /* it has become the program */
    ptrace(PTRACE_SETOPTIONS, pid, NULL, (void *)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL));
    while (goes_on && !begins_main(&regs))
        goes_on = to_call(pid, &regs);
    for (uint64_t i = 0; i < stop_cnt && goes_on; i++)
        goes_on = to_call(pid, &regs);
    if (goes_on)
        step(pid, instruction_cnt);
    alarm(0);
    kill(pid, SIGKILL);
    return goes_on;
}

bool inject_is_possible(void)
{
    const char *const argv[] = {"/bin/true", NULL};
    pid_t pid = proc_start_traced(argv, NULL, NULL);
    bool possible = next_stop(pid) == SIGTRAP && ptrace(PTRACE_DETACH, pid, NULL, NULL) == 0;
    proc_wait(pid);
    if (!possible)
        printf("skipped: programs cannot be traced here\n");
    return possible;
}

#else

bool inject_follow(pid_t pid, const struct inject_fault *fault, uint64_t cnt[INJECT_KIND_CNT],
                   inject_watcher *watcher, void *arg)
{
    (void)pid, (void)fault, (void)cnt, (void)watcher, (void)arg;
    return false;
}

bool inject_kill(pid_t pid, uint64_t stop_cnt, uint64_t instruction_cnt)
{
    (void)pid, (void)stop_cnt, (void)instruction_cnt;
    return false;
}

bool inject_is_possible(void)
{
    printf("skipped: system calls are made to fail on x86-64 only\n");
    return false;
}

static const char *const kind_name[INJECT_KIND_CNT];

#endif

const char *inject_kind_name(enum inject_kind kind)
{
    return kind_name[kind];
}
