/* faultplan.h - which calls are made to fail, with what, and how a program may end then. */
#ifndef TESTS_FAULTPLAN_H
#define TESTS_FAULTPLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/multi/inject.h"

/* One run of a job with this fault, judged; cnt is filled with the calls it made. */
typedef void faultplan_trial(void *arg, const struct inject_fault *fault, uint64_t cnt[INJECT_KIND_CNT]);

struct faultplan {
    const char *job; /* for people */
    faultplan_trial *trial;
    void *arg;
    uint64_t kind_mask; /* 0: all kinds */
    bool no_nameless;
    bool fails_plainly; /* with 1, whatever it was */
    uint64_t trial_max;
    uint64_t *random;
};

/* faultplan_run - a run without a fault, which tells how many calls of each kind there are, and then every
 * kind and errno in turn, each time at another of its calls (in random order), until all were tried or
 * trial_max runs were made. */
void faultplan_run(const struct faultplan *plan);

/* faultplan_unfinished - what failed in the run that did not come to its end, once; else "".  For messages.
 */
const char *faultplan_unfinished(void);

/* faultplan_allows - whether a program may end with this code (not 0) when that fails. */
bool faultplan_allows(const struct inject_fault *fault, int code);

#endif
