#include "monitor/alert.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log.h"

#define OPTION "--alert"
#define VARIABLE_CNT 4

struct variables {
    char text[VARIABLE_CNT][64 + 4 * WARNING_LEN]; /* control characters take four bytes */
};

static void set_variable(struct variables *v, unsigned i, const char *name, const char *value)
{
    int len = snprintf(v->text[i], sizeof v->text[i], "TICKRING_%s=", name);
    log_visible(v->text[i] + len, sizeof v->text[i] - (size_t)len, value, strlen(value));
}

static void set_variables(struct variables *v, const struct alert *alert, const struct snapshot *snap)
{
    const struct warning *worst = snapshot_worst(snap);
    set_variable(v, 0, "RING", snap->view.ring);
    set_variable(v, 1, "LEVEL", level_name(snap->level));
    set_variable(v, 2, "BEFORE", level_name(alert->told));
    set_variable(v, 3, "WHY", worst != NULL ? worst->text : "");
}

static size_t environment_cnt(void)
{
    size_t cnt = 0;
    while (environ[cnt] != NULL)
        cnt++;
    return cnt;
}

/* Whether a variable of our environment is one of those. */
static bool is_set(const struct variables *v, const char *variable)
{
    for (unsigned i = 0; i < VARIABLE_CNT; i++) {
        if (strncmp(variable, v->text[i], strcspn(v->text[i], "=") + 1) == 0)
            return true;
    }
    return false;
}

/* Our environment with those variables in it; to be freed.  NULL: out of memory. */
static char **make_environment(struct variables *v)
{
    char **env = calloc(environment_cnt() + VARIABLE_CNT + 1, sizeof *env);
    size_t cnt = 0;
    if (env == NULL)
        return NULL;
    for (char **at = environ; *at != NULL; at++) {
        if (!is_set(v, *at))
            env[cnt++] = *at;
    }
    for (unsigned i = 0; i < VARIABLE_CNT; i++)
        env[cnt++] = v->text[i];
    return env;
}

/* A group of its own, so that ^C ends us and not it; and SIGPIPE as programs expect it. */
static int spawn(pid_t *pid, const char *command, bool silent, char **env)
{
    char sh[] = "sh";
    char option[] = "-c";
    char *argv[] = {sh, option, (char *)command, NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (silent)
        posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigdefault(&attr, &set);
    int error = posix_spawn(pid, "/bin/sh", &files, &attr, argv, env);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&files);
    return -error;
}

static void tell_failure(struct alert *alert, const char *what, int number)
{
    if (!alert->told_failure)
        log_warn(OPTION, "the command %s %d: it is run again at the next change", what, number);
    alert->told_failure = true;
}

/* Whether no command runs (any more). */
static bool is_idle(struct alert *alert)
{
    int status;
    if (alert->pid == 0)
        return true;
    pid_t rc = waitpid(alert->pid, &status, WNOHANG);
    if (rc == 0 || (rc < 0 && errno == EINTR))
        return false;
    alert->pid = 0;
    if (rc < 0) /* whoever started us has seen to it that nobody is waited for */
        return true;
    if (WIFSIGNALED(status))
        tell_failure(alert, "was killed by signal", WTERMSIG(status));
    else if (WEXITSTATUS(status) != 0)
        tell_failure(alert, "failed with exit code", WEXITSTATUS(status));
    else
        alert->told_failure = false;
    return true;
}

static void run(struct alert *alert, const struct snapshot *snap)
{
    struct variables variables;
    set_variables(&variables, alert, snap);
    char **env = make_environment(&variables);
    int rc = env == NULL ? -ENOMEM : spawn(&alert->pid, alert->command, alert->silent, env);
    free(env);
    if (rc != 0) {
        alert->pid = 0;
        tell_failure(alert, "cannot be started, error", -rc);
    }
    alert->told = snap->level;
}

void alert_look(struct alert *alert, const struct snapshot *snap)
{
    if (alert->command == NULL)
        return;
    alert->level = snap->level;
    if (is_idle(alert) && alert->level != alert->told)
        run(alert, snap);
}

void alert_end(const struct alert *alert)
{
    if (alert->level != alert->told)
        log_warn(OPTION, "the change to %s was not told: the command for the one before still runs",
                 level_name(alert->level));
}
