/* program.h - the programs of this build, as a user starts them, for the measurements that need them. */
#ifndef BENCH_PROGRAM_H
#define BENCH_PROGRAM_H

#include <limits.h>
#include <stdint.h>
#include <sys/types.h>

/* program_path - of the program that lies beside this one. */
void program_path(char path[PATH_MAX], const char *name);

/* program_start - starts argv[0] with standard output to out_fd (-1: nowhere).  Returns 0 and its pid, or -errno. */
int program_start(char *const argv[], int out_fd, pid_t *pid);

/* program_await - waits for its end; cpu_ns (NULL: not asked for): the processor time that it took.
 * Returns 0; -ECHILD: it failed; another -errno. */
int program_await(pid_t pid, int64_t *cpu_ns);

#endif
