/* report.h - what a feed says last. */
#ifndef FEED_REPORT_H
#define FEED_REPORT_H

#include "feed/replay.h"
#include "out.h"

struct report_blocked {
    char name[TR_NAME_MAX + 1];
    uint64_t ns;
};

struct report {
    struct replay_counts counts;
    uint64_t published; /* by this run */
    uint64_t resumed; /* by an earlier run of the same input */
    uint64_t dropped;
    uint64_t blocked_ns;
    uint64_t stall_cnt;
    struct report_blocked blocked_by[TR_CONSUMER_MAX];
    unsigned blocked_by_cnt;
    int64_t elapsed_ns;
    int64_t first_ts_ns; /* event times; if published > 0 */
    int64_t last_ts_ns;
    const char *digest; /* NULL: not asked for */
};

/* report_baseline - notes the counters of the lane, which go on from earlier runs. */
void report_baseline(struct report *rep, const struct tr_producer *ring);

/* report_ring - what this run added to them; the ring is still open. */
void report_ring(struct report *rep, const struct tr_producer *ring);

void report_json(struct out *out, const struct report *rep);
void report_text(struct out *out, const struct report *rep);

#endif
