/* queues.h - a warning when a consumer's queue in this lane has grown to a limit, and word when that is over. */
#ifndef FEED_QUEUES_H
#define FEED_QUEUES_H

#include "tickring.h"

/* All zero but the limit: all queues are short. */
struct queues {
    uint64_t limit_cnt; /* ticks; 0: nothing is told */
    int64_t looked_ns; /* CLOCK_MONOTONIC */
    uint64_t deepest_cnt[TR_CONSUMER_MAX]; /* by place, since it was told; 0: it is not over the limit */
};

/* queues_look - to be called often: looks at the reliable consumers' queues every 10 ms, or now if is_full (the ring
 * is).  One that has reached the limit is told once, until it is below half of it; that is told with the deepest
 * seen.  The queue of one that leaves is forgotten. */
void queues_look(struct queues *q, const struct tr_producer *ring, int64_t now_ns, bool is_full);

#endif
