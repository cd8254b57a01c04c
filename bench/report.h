/* report.h - the figures of a run: medians, spreads and ratios. */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "bench/bench.h"

#define BENCH_ROUND_MAX 101

struct bench_result {
    const struct bench_case *c;
    double value[BENCH_ROUND_MAX]; /* one a round; sorted by bench_report_sort */
};

struct bench_report {
    struct bench_result result[BENCH_CASE_MAX];
    unsigned case_cnt;
    unsigned round_cnt;
};

/* bench_by_value - for qsort: doubles, ascending. */
int bench_by_value(const void *a, const void *b);

/* bench_report_sort - after the last round, before anything is printed. */
void bench_report_sort(struct bench_report *rep);

/* bench_report_table - for people; bench_report_json - one line.  Both to standard output. */
void bench_report_table(const struct bench_report *rep);
void bench_report_json(const struct bench_report *rep);

#endif
