/* sources.h - how fast tick files are read: each format alone, and through the ring into another process. */
#ifndef BENCH_SOURCES_H
#define BENCH_SOURCES_H

#include <stdbool.h>

/* bench_sources - makes the files, measures them in rounds on processor cpu[0], with the consumer on cpu[1],
 * and prints a table or one line of JSON.  quick: small files, whether it runs.  Returns an exit code. */
int bench_sources(const unsigned cpu[2], unsigned round_cnt, bool quick, bool json);

#endif
