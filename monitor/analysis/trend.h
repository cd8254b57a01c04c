/* trend.h - how things go: rates, shares of time and forecasts, from the past and the snapshot of now.
 *
 * All over a window that ends now: from the newest sample that is at least window_ns old to the snapshot; from the oldest
 * there is if none is that old; and never from before the process that has the place now came. */
#ifndef MONITOR_ANALYSIS_TREND_H
#define MONITOR_ANALYSIS_TREND_H

#include "monitor/snapshot.h"

#define TREND_WINDOW_NS (10 * TR_NS_PER_S)

struct trend_lane {
    int64_t span_ns; /* really looked at; 0: nothing known, all else is 0 */
    double rate; /* ticks a second */
    unsigned blocked_permille; /* of the time */
    int holder; /* place of the consumer that held it longest; -1: none did */
};

struct trend_member {
    int64_t span_ns;
    double rate; /* ticks delivered a second */
    double growth; /* of its queue, ticks a second; negative: it catches up */
    int64_t full_ns; /* until its fullest lane is full if it goes on so; -1: not expected (trend_full_ns) */
    int64_t service_ns; /* busy, a tick delivered; 0: none was, or not known */
    uint64_t lost_cnt; /* ticks lost */
    unsigned busy_permille; /* processing; not blocked */
    unsigned blocked_permille; /* waiting for room in the ring of the next stage */
    unsigned idle_permille; /* nothing to read; the three are 1000, or all 0 */
};

#define TREND_BLOCKED_PERMILLE 300 /* who waits for the next ring so long is slow because of that */

void trend_of_lane(const struct snapshot *snap, unsigned lane_idx, int64_t window_ns,
                   struct trend_lane *trend);
void trend_of_member(const struct snapshot *snap, unsigned member_idx, int64_t window_ns,
                     struct trend_member *trend);

#define TREND_HELD_PERMILLE 50 /* a feed that is held for so much of the time has a full ring */

/* trend_full_ns - the soonest of all; 0: it is full, a feed waits for who holds it most; -1: none fills the ring.
 * *member_idx: whose.
 *
 * Of others, only who lives, is reliable, has 1 % of a lane before it, and would fill it within an hour is expected to: a
 * queue of a handful goes up and down. */
int64_t trend_full_ns(const struct snapshot *snap, unsigned *member_idx);

/* trend_published - how much a lane had published at a time, by its samples; what lies between two grows evenly. */
uint64_t trend_published(const struct snapshot *snap, unsigned lane_idx, int64_t at_ns);

/* trend_depth - how deep the queue of a consumer (-1: the deepest of all) was at most, in each of cnt equal parts of the
 * time from from_ns to to_ns (CLOCK_MONOTONIC).  It goes on growing in the account of a consumer that is stopped or dead:
 * what the lanes published since its last sample counts.  TREND_UNKNOWN where nothing is known, nobody was there, or the
 * time is yet to come.
 *
 * All: reliable ones, as long as a feed waits for them; lossy ones are looked at by their number only. */
#define TREND_UNKNOWN UINT64_MAX
void trend_depth(const struct snapshot *snap, int member_idx, int64_t from_ns, int64_t to_ns, uint64_t *depth,
                 unsigned cnt);

/* trend_deepest - the deepest queue of all in one part, as above, and whose it is (-1: nobody's). */
uint64_t trend_deepest(const struct snapshot *snap, int64_t from_ns, int64_t to_ns, int *member_idx);

#endif
