#include "tests/multi/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "clock.h"

#define RUNNING_MAX 128

static pid_t running[RUNNING_MAX]; /* 0: free */

static void replace_running(pid_t from, pid_t to)
{
    unsigned i = 0;
    while (i < RUNNING_MAX && running[i] != from)
        i++;
    assert_true(i < RUNNING_MAX);
    running[i] = to;
}

void proc_end_all(void)
{
    for (unsigned i = 0; i < RUNNING_MAX; i++) {
        if (running[i] == 0)
            continue;
        kill(running[i], SIGKILL);
        while (waitpid(running[i], NULL, 0) < 0 && errno == EINTR)
            continue;
        running[i] = 0;
    }
}

const char *proc_program(const char *name)
{
    static char path[8][256];
    static unsigned turn;
    const char *build = getenv("BUILD");
    char *to = path[turn++ % 8];
    snprintf(to, sizeof path[0], "%s/%s", build != NULL ? build : "build", name);
    return to;
}

static void redirect(int fd, const char *path)
{
    int to = open(path != NULL ? path : "/dev/null", O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (to < 0 || dup2(to, fd) < 0)
        _exit(127);
    close(to);
}

static pid_t start(const char *const argv[], const char *out_path, const char *err_path, bool is_traced)
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid < 0)
        fail_msg("fork: %s", strerror(errno));
    if (pid > 0) {
        replace_running(0, pid);
        return pid;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    redirect(STDOUT_FILENO, out_path);
    redirect(STDERR_FILENO, err_path);
    if (is_traced && ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
        _exit(126);
    execv(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
}

pid_t proc_start(const char *const argv[], const char *out_path, const char *err_path)
{
    return start(argv, out_path, err_path, false);
}

pid_t proc_start_traced(const char *const argv[], const char *out_path, const char *err_path)
{
    return start(argv, out_path, err_path, true);
}

/* Waits at most max_ns for the end of the child, through a pidfd. */
static bool wait_bounded(pid_t pid, int64_t max_ns)
{
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (fd < 0)
        return false;
    struct pollfd p = {.fd = fd, .events = POLLIN};
    struct timespec t = {.tv_sec = max_ns / TR_NS_PER_S, .tv_nsec = max_ns % TR_NS_PER_S};
    int n;
    while ((n = ppoll(&p, 1, &t, NULL)) < 0 && errno == EINTR)
        continue;
    close(fd);
    return n == 1;
}

int proc_wait(pid_t pid)
{
    int status = 0;
    bool ended = wait_bounded(pid, PROC_BOUND_NS);
    if (!ended)
        kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    replace_running(pid, 0);
    if (!ended)
        fail_msg("process %d did not end in time", (int)pid);
    return status;
}

bool proc_ended(pid_t pid, int *status)
{
    if (waitpid(pid, status, WNOHANG) != pid)
        return false;
    replace_running(pid, 0);
    return true;
}

void proc_expect(pid_t pid, int code)
{
    int status = proc_wait(pid);
    if (WIFSIGNALED(status))
        fail_msg("process %d: signal %d, not exit %d", (int)pid, WTERMSIG(status), code);
    if (WEXITSTATUS(status) != code)
        fail_msg("process %d: exit %d, not %d", (int)pid, WEXITSTATUS(status), code);
}

void proc_kill(pid_t pid, int signal)
{
    assert_int_equal(kill(pid, signal), 0);
}

void proc_nap_us(unsigned us)
{
    struct timespec t = {.tv_sec = us / 1000000, .tv_nsec = (long)(us % 1000000) * 1000};
    nanosleep(&t, NULL);
}

void proc_until(bool (*holds)(void *arg), void *arg, const char *what)
{
    int64_t begin_ns = tr_now_ns();
    while (!holds(arg)) {
        if (tr_now_ns() - begin_ns > PROC_BOUND_NS)
            fail_msg("waited in vain: %s", what);
        proc_nap_us(500);
    }
}

uint64_t proc_seed(void)
{
    uint64_t seed;
    const char *given = getenv("TICKRING_SEED");
    if (given != NULL)
        seed = strtoull(given, NULL, 0);
    else if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
        fail_msg("no random numbers");
    printf("seed: TICKRING_SEED=0x%llx\n", (unsigned long long)seed);
    return seed;
}

static uint64_t given_or(const char *name, uint64_t usual)
{
    const char *given = getenv(name);
    return given != NULL ? strtoull(given, NULL, 10) : usual;
}

uint64_t proc_rounds(uint64_t usual)
{
    return given_or("TICKRING_ROUNDS", usual);
}

uint64_t proc_runs(uint64_t usual)
{
    return given_or("TICKRING_RUNS", usual);
}

uint64_t proc_random(uint64_t *state, uint64_t below)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (z ^ z >> 31) % below;
}
