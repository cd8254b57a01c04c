/* report.h - what a feed says last. */
#ifndef FEED_REPORT_H
#define FEED_REPORT_H

#include "feed/audit.h"
#include "feed/replay.h"
#include "out.h"

/* What happened to one ring, or to all of them. */
struct report_ring {
    char name[TR_RING_NAME_MAX + 1]; /* "": all */
    uint64_t published; /* by this run */
    uint64_t resumed; /* by an earlier run of the same input */
    uint64_t dropped;
    uint64_t blocked_ns;
    uint64_t stall_cnt;
    struct wait_account blocked_by[TR_CONSUMER_MAX];
    unsigned blocked_by_cnt;
    int64_t first_ts_ns; /* event times; if published > 0 */
    int64_t last_ts_ns;
    uint64_t digest;
};

struct report {
    struct replay_counts counts;
    struct report_ring all;
    const struct report_ring *ring; /* of each, if there are several */
    unsigned ring_cnt;
    int64_t elapsed_ns;
    bool has_digest; /* it was asked for */
    const struct tr_hist *late; /* how late ticks were; NULL: there was no pace */
    const struct audit *audit; /* --validate; else NULL */
    const struct merge *merge; /* whose sources tell what was malformed and odd */
};

/* report_baseline - notes the name and the counters of the lane, which go on from earlier runs. */
void report_baseline(struct report_ring *rep, const struct tr_producer *ring);

/* report_ring - what this run added to them; the ring is still open. */
void report_ring(struct report_ring *rep, const struct tr_producer *ring);

/* report_sum - adds up the rings in rep->all. */
void report_sum(struct report *rep);

void report_json(struct out *out, const struct report *rep);
void report_text(struct out *out, const struct report *rep);

#endif
