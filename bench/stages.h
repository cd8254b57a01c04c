/* stages.h - what a tick costs in each stage of the consumer: statistics, averages and the stage's own work,
 * by the code of the consumer's loop, without a ring. */
#ifndef BENCH_STAGES_H
#define BENCH_STAGES_H

#include <stdbool.h>
#include <stdint.h>

struct stages_options {
    unsigned cpu;
    unsigned round_cnt;
    uint64_t symbol_cnt;
    uint64_t tick_cnt; /* a round */
    const char *only; /* those that begin so: signals, signals/trades; NULL: all */
    bool json;
};

/* bench_stages - measures them in rounds in which they take turns, and prints a table or JSON, an object a
 * stage and line.  Returns an exit code. */
int bench_stages(const struct stages_options *opt);

#endif
