/* collect.h - from a ring to a snapshot of it, with its warnings. */
#ifndef MONITOR_COLLECT_H
#define MONITOR_COLLECT_H

#include "monitor/snapshot.h"

/* collect - takes a snapshot of an observed ring, and adds to the past (NULL: none is kept) what is new.
 * What is of the caller (sort) stays.  0 or the error of tr_observe. */
int collect(const struct tr_segment *seg, const struct level_limits *limits, struct past *past,
            struct snapshot *snap);

#endif
