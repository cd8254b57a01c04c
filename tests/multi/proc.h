/* proc.h - real processes in tests: started, bounded in time, and dead when the test is. */
#ifndef TESTS_PROC_H
#define TESTS_PROC_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define PROC_BOUND_NS INT64_C(60000000000) /* against hanging; not a measure of anything */

/* proc_program - the path of a program of this build: "feed", "consumer", "shmmon". */
const char *proc_program(const char *name);

/* proc_start - starts argv[0] (ended by NULL) with standard output appended to out_path and standard error
 * to err_path; NULL: /dev/null.  Returns its pid; fails the test if it cannot. */
pid_t proc_start(const char *const argv[], const char *out_path, const char *err_path);

/* proc_start_traced - the same, traced by the caller: it stops with SIGTRAP when it has become the program.
 */
pid_t proc_start_traced(const char *const argv[], const char *out_path, const char *err_path);

/* proc_wait - waits for the end of a child.  Returns its wait status; after PROC_BOUND_NS kills it and
 * fails the test. */
int proc_wait(pid_t pid);

/* proc_ended - whether the child has ended; *status is filled if so. */
bool proc_ended(pid_t pid, int *status);

/* proc_expect - waits, and fails the test unless the child exited with this code. */
void proc_expect(pid_t pid, int code);

/* proc_end_all - kills and reaps whatever a failed test left running. */
void proc_end_all(void);

/* proc_kill - a signal to a child. */
void proc_kill(pid_t pid, int signal);

/* proc_until - polls a condition until it holds; fails the test after PROC_BOUND_NS. */
void proc_until(bool (*holds)(void *arg), void *arg, const char *what);

/* proc_nap - lets the others run for a random or given while. */
void proc_nap_us(unsigned us);

/* proc_seed - the seed of this run: TICKRING_SEED, or a new one; printed. */
uint64_t proc_seed(void);

/* proc_rounds - TICKRING_ROUNDS, or the number given. */
uint64_t proc_rounds(uint64_t usual);

/* proc_runs - TICKRING_RUNS, or the number given: of whole runs of a pipeline. */
uint64_t proc_runs(uint64_t usual);

/* proc_random - the next of a stream of random numbers below `below` (splitmix64). */
uint64_t proc_random(uint64_t *state, uint64_t below);

#endif
