/* stream.h - ticks in memory to measure a stage with: those of the made market, seeded, the same in every run. */
#ifndef BENCH_STREAM_H
#define BENCH_STREAM_H

#include "tickring.h"

struct stream {
    struct tr_tick *tick; /* their symbols and venues are numbers in the two tables */
    uint64_t cnt;
    struct tr_name_table *symbol;
    struct tr_name_table *venue;
};

/* stream_make - cnt ticks of that kind over at most symbol_cnt symbols, in random order: quotes on three
 * venues, trades on one.  Records (signals, orders) are made from trades, one from each.
 * Returns 0, -ENOMEM, or -EINVAL: no such market. */
int stream_make(struct stream *s, enum tr_tick_kind kind, uint64_t cnt, uint64_t symbol_cnt);

void stream_free(struct stream *s);

#endif
