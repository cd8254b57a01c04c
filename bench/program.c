#include "bench/program.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"

extern char **environ;

void program_path(char path[PATH_MAX], const char *name)
{
    ssize_t len = readlink("/proc/self/exe", path, PATH_MAX - 16);
    path[len > 0 ? len : 0] = '\0';
    char *slash = strrchr(path, '/');
    strcpy(slash != NULL ? slash + 1 : path, name);
}

int program_start(char *const argv[], int out_fd, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    if (out_fd >= 0)
        posix_spawn_file_actions_adddup2(&actions, out_fd, STDOUT_FILENO);
    else
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    int rc = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return -rc;
}

static int64_t time_ns(struct timeval t)
{
    return t.tv_sec * TR_NS_PER_S + t.tv_usec * 1000;
}

int program_await(pid_t pid, int64_t *cpu_ns)
{
    int status;
    struct rusage usage;
    while (wait4(pid, &status, 0, &usage) < 0)
        if (errno != EINTR)
            return -errno;
    if (cpu_ns != NULL)
        *cpu_ns = time_ns(usage.ru_utime) + time_ns(usage.ru_stime);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -ECHILD;
}
