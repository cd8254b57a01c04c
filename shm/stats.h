/* stats.h - what a consumer tells about itself: latency, service time, depth of its queue, and where its
 * time goes.  All of its time is on one of two accounts: busy (from reading a batch to asking for the
 * next) or idle (from finding nothing to reading again).
 *
 * One thread; the words go to the consumer's own page, relaxed: nobody decides anything by them. */
#ifndef TR_STATS_H
#define TR_STATS_H

#include "clock.h"
#include "layout.h"

#define TR_METER_LAG_NS (20 * INT64_C(1000)) /* the depth is looked at this often: it costs a cache miss */

struct tr_meter {
    struct tr_member_stats *stats;
    int64_t mark_ns; /* the running account began here; 0: none runs */
    uint32_t batch_cnt; /* ticks of the batch that is being processed; 0: idle */
    int64_t lag_ns; /* last look at the depth */
    uint64_t lag_max; /* deepest since the last sample of the past */
    int64_t wall_minus_mono_ns; /* turns a publish time into a date */
};

/* tr_meter_batch - a batch was read at now_ns: closes the running account, counts the latencies. */
void tr_meter_batch(struct tr_meter *m, const struct tr_tick *tick, uint32_t cnt, int64_t now_ns);

/* tr_meter_empty - nothing was there: the batch before it, if any, is done. */
void tr_meter_empty(struct tr_meter *m);

/* tr_meter_lag - the depth of the queue seen at now_ns. */
void tr_meter_lag(struct tr_meter *m, uint64_t lag, int64_t now_ns);

static inline bool tr_meter_wants_lag(const struct tr_meter *m, int64_t now_ns)
{
    return now_ns - m->lag_ns >= TR_METER_LAG_NS;
}

#endif
