/* step.h - death at a chosen instruction: a child is traced through a window of its code, one instruction at
 * a time, and killed after the k-th.  A system call is one step. */
#ifndef TESTS_STEP_H
#define TESTS_STEP_H

#include <stdbool.h>
#include <stdint.h>

/* What the child does: everything between step_window_begin and step_window_end is the window. */
typedef void step_body(void *arg);

void step_window_begin(void);
void step_window_end(void);

/* step_pause - outside of the window: lets the parent do something first (step_meanwhile). */
void step_pause(void);

/* Where the child dies: after so many entries into and exits from system calls within its window, and then
 * so many instructions.  With `from` the window begins later, where that function is entered first. */
struct step_point {
    void (*from)(void); /* NULL: at step_window_begin */
    uint64_t call_cnt;
    uint64_t instruction_cnt;
};

/* step_can_enter - whether `from` works on this processor. */
bool step_can_enter(void);

/* step_kill - forks a child that runs body(arg), and kills it at this point of its window.
 * meanwhile(arg), if not NULL, runs here when the child pauses.
 * Returns false if the window was shorter: the child has gone through it and was killed behind it. */
bool step_kill(step_body *body, void (*meanwhile)(void *arg), void *arg, const struct step_point *at);

/* A round of a test; returns what step_kill did. */
typedef bool step_round(void *arg, const struct step_point *at);

/* step_each_instruction - rounds for 0, 1, 2 ... instructions from there to the end of the window; after
 * `dense` rounds the steps grow with the distance, so that long windows end.  Returns the number of rounds.
 */
uint64_t step_each_instruction(step_round *round, void *arg, void (*from)(void), uint64_t dense,
                               uint64_t *random);

/* step_each_call - `tries` rounds at every entry and exit of a system call, each with a random number of
 * instructions after it: for windows that are long, and of which only the system calls and the stores
 * around them are seen by others. */
uint64_t step_each_call(step_round *round, void *arg, unsigned tries, uint64_t *random);

#endif
