#include "sig.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "exitcode.h"

static volatile sig_atomic_t stop_cnt;
static const char *prog_name;
static void (*volatile restore_terminal)(void);

static void end_with(int code)
{
    if (restore_terminal != NULL)
        restore_terminal();
    _exit(code);
}

static void on_stop(int signal)
{
    if (stop_cnt++ > 0)
        end_with(128 + signal);
}

static void on_bus(int signal)
{
    static const char text[] =
        ": shared memory is gone: the segment was truncated, remove it and start again\n";
    (void)signal;
    if (restore_terminal != NULL)
        restore_terminal();
    if (write(STDERR_FILENO, prog_name, strlen(prog_name)) < 0
        || write(STDERR_FILENO, text, sizeof text - 1) < 0)
        _exit(EXIT_CODE_IO);
    _exit(EXIT_CODE_IO);
}

static void handle(int signal, void (*handler)(int))
{
    struct sigaction action;
    memset(&action, 0, sizeof action); /* no SA_RESTART: sleeps and reads end */
    action.sa_handler = handler;
    sigaction(signal, &action, NULL);
}

/* Started by nohup: a hangup is no reason to stop. */
static bool is_ignored(int signal)
{
    struct sigaction action;
    return sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

void sig_install(const char *prog)
{
    prog_name = prog;
    handle(SIGINT, on_stop);
    handle(SIGTERM, on_stop);
    if (!is_ignored(SIGHUP))
        handle(SIGHUP, on_stop);
    handle(SIGBUS, on_bus);
    handle(SIGPIPE, SIG_IGN);
}

void sig_before_exit(void (*restore)(void))
{
    restore_terminal = restore;
}

bool sig_stopped(void)
{
    return stop_cnt > 0;
}
