/* ledger.h - what became of every tick: published = delivered + lost + in flight, for each consumer and lane, and what is
 * lost is a list of ranges. */
#ifndef MONITOR_LEDGER_H
#define MONITOR_LEDGER_H

#include "tickring.h"

struct ledger_line { /* of a consumer in a lane */
    uint64_t published; /* since it was told its start */
    uint64_t delivered;
    uint64_t lost;
    uint64_t in_flight; /* its lag */
    uint64_t lost_in_ranges; /* of lost: the newest TR_GAP_CNT ranges of a consumer are kept */
    unsigned range_cnt;
    /* The sums are right, and the ranges that are kept are in order, apart, and fit what is lost: if all that there ever
     * were are kept, they are all that is lost. */
    bool balanced;
};

/* ledger_of - false: the consumer was not told a start in this lane, there is no line. */
bool ledger_of(const struct tr_view *view, unsigned member_idx, unsigned lane_idx, struct ledger_line *line);

/* ledger_is_balanced - whether all lines are; if not, the first that is not: *member_idx, *lane_idx. */
bool ledger_is_balanced(const struct tr_view *view, unsigned *member_idx, unsigned *lane_idx);

#endif
