/* audience.h - what a producer's program says of consumers that it goes on without: one that died, one that was
 * evicted, and when the last has gone, so that not even the place of one that died is held. */
#ifndef COMMON_AUDIENCE_H
#define COMMON_AUDIENCE_H

#include "tickring.h"

/* All zero: there was nobody yet. */
struct audience {
    int64_t seen_ns; /* CLOCK_MONOTONIC: the last time at which there were consumers; 0: never */
    bool told_alone;
    uint64_t dropped_told; /* how many of the ring's dropped_dead_cnt and evicted_cnt were told */
    uint64_t evicted_told;
};

/* audience_look - after tr_producer_housekeep: says what is new, each thing once. */
void audience_look(struct audience *a, const struct tr_producer *ring);

#endif
