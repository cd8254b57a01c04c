/* monitor.h - what it costs to be watched: the ring with shmmon beside it, and without. */
#ifndef BENCH_MONITOR_H
#define BENCH_MONITOR_H

#include <stdbool.h>

/* bench_monitor - in rounds: the ring with `shmmon -d 0.1 -j` beside it, without, and without once more, for how much
 * the machine itself varies; then shmmon's share of a core at its usual interval.  Feed on cpu[0], consumer on cpu[1],
 * shmmon on any.  Prints a table or one line of JSON.  Returns an exit code. */
int bench_monitor(const unsigned cpu[2], unsigned round_cnt, bool quick, bool json);

#endif
