/* channel.h - the loops of the peers that go through the kernel: an indirect call is nothing there. */
#ifndef BENCH_CHANNEL_H
#define BENCH_CHANNEL_H

#include "bench/bench.h"

struct bench_channel {
    int (*attach)(struct bench_run *run); /* in each process; 0 or -errno; NULL: nothing to do */
    bool (*put)(struct bench_run *run, unsigned way, const struct bench_record *r); /* way 0: near to far */
    bool (*take)(struct bench_run *run, unsigned way, struct bench_record *r);
};

/* near and far of rate and round-trip cases; run->channel says through what. */
void bench_channel_near(struct bench_run *run);
void bench_channel_far(struct bench_run *run);
void bench_channel_rtt_near(struct bench_run *run);
void bench_channel_rtt_far(struct bench_run *run);

#endif
