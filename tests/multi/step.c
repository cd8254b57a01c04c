#include "tests/multi/step.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/multi/proc.h"

#define MARK_PAUSE SIGUSR2
#define MARK SIGUSR1

void step_window_begin(void)
{
    raise(MARK);
}

void step_window_end(void)
{
    raise(MARK);
}

void step_pause(void)
{
    raise(MARK_PAUSE);
}

static void be_child(step_body *body, void *arg)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
        _exit(126);
    body(arg);
    _exit(0);
}

/* The signal with which the child stops next. */
static int await_stop(pid_t pid)
{
    int status;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    if (!WIFSTOPPED(status))
        fail_msg("the child ended before its window did: wait status 0x%x", (unsigned)status);
    return WSTOPSIG(status);
}

/* how: PTRACE_CONT to its next stop, PTRACE_SINGLESTEP by an instruction, PTRACE_SYSCALL to the next entry
 * into or exit from the kernel. */
static int go_on(pid_t pid, enum __ptrace_request how)
{
    if (ptrace(how, pid, NULL, NULL) != 0)
        fail_msg("ptrace: %s", strerror(errno));
    return await_stop(pid);
}

static void run_to_window(pid_t pid, void (*meanwhile)(void *arg), void *arg)
{
    int signal = await_stop(pid);
    while (signal != MARK) {
        if (signal != MARK_PAUSE)
            fail_msg("the child stopped with signal %d", signal);
        if (meanwhile != NULL)
            meanwhile(arg);
        signal = go_on(pid, PTRACE_CONT);
    }
}

static pid_t start_child(step_body *body, void *arg)
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid < 0)
        fail_msg("fork: %s", strerror(errno));
    if (pid == 0)
        be_child(body, arg);
    return pid;
}

#ifdef __x86_64__

bool step_can_enter(void)
{
    return true;
}

/* Runs to the first instruction of a function, by a breakpoint there (0xcc is int3). */
static void run_to_function(pid_t pid, void (*function)(void))
{
    struct user_regs_struct regs;
    void *at = (void *)(uintptr_t)function;
    errno = 0;
    long word = ptrace(PTRACE_PEEKTEXT, pid, at, NULL);
    if (errno != 0 || ptrace(PTRACE_POKETEXT, pid, at, (void *)((word & ~0xffL) | 0xcc)) != 0)
        fail_msg("no breakpoint: %s", strerror(errno));
    if (go_on(pid, PTRACE_CONT) != SIGTRAP)
        fail_msg("the child does not come to that function");
    ptrace(PTRACE_POKETEXT, pid, at, (void *)word);
    ptrace(PTRACE_GETREGS, pid, NULL, &regs);
    regs.rip = (unsigned long long)(uintptr_t)at;
    ptrace(PTRACE_SETREGS, pid, NULL, &regs);
}

#else

bool step_can_enter(void)
{
    return false;
}

static void run_to_function(pid_t pid, void (*function)(void))
{
    (void)function;
    fail_msg("process %d: no breakpoints on this processor", (int)pid);
}

#endif

bool step_kill(step_body *body, void (*meanwhile)(void *arg), void *arg, const struct step_point *at)
{
    pid_t pid = start_child(body, arg);
    bool inside = true;
    run_to_window(pid, meanwhile, arg);
    if (at->from != NULL)
        run_to_function(pid, at->from);
    for (uint64_t i = 0; i < at->call_cnt && inside; i++)
        inside = go_on(pid, PTRACE_SYSCALL) != MARK;
    for (uint64_t i = 0; i < at->instruction_cnt && inside; i++)
        inside = go_on(pid, PTRACE_SINGLESTEP) != MARK;
    kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    return inside;
}

#define JUMP_SHARE 10 /* of the distance, on average */

uint64_t step_each_instruction(step_round *round, void *arg, void (*from)(void), uint64_t dense,
                               uint64_t *random)
{
    struct step_point at = {.from = from};
    uint64_t tried = 0;
    while (round(arg, &at)) {
        tried++;
        at.instruction_cnt +=
            tried <= dense ? 1 : 1 + proc_random(random, 1 + at.instruction_cnt * 2 / JUMP_SHARE);
    }
    return tried;
}

#define CALL_INSTRUCTIONS 400

uint64_t step_each_call(step_round *round, void *arg, unsigned tries, uint64_t *random)
{
    struct step_point at = {0};
    uint64_t tried = 0;
    for (;; at.call_cnt++) {
        at.instruction_cnt = 0;
        if (!round(arg, &at))
            return tried;
        for (unsigned i = 0; i < tries; i++, tried++) {
            at.instruction_cnt = proc_random(random, CALL_INSTRUCTIONS);
            round(arg, &at);
        }
    }
}
