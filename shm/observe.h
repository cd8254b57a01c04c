/* observe.h - a ring seen from outside: read permission is enough, nothing is written, nobody is slowed
 * but by the cache lines read.
 *
 * A view is a copy.  Its numbers were each true at some moment while it was taken; a consumer's own add up:
 * its cursor is read before the published sequence, so delivered + lost + lag = published - start. */
#ifndef TR_OBSERVE_H
#define TR_OBSERVE_H

#include "hist.h"
#include "registry.h"
#include "segment.h"

struct tr_lane_view {
    bool used; /* was ever opened; the rest holds only then */
    bool alive; /* a process has it */
    bool closed;
    char name[TR_NAME_MAX + 1];
    uint64_t epoch;
    uint64_t pid;
    int64_t started_wall_ns;
    int64_t beat_ns;
    uint64_t published; /* ticks, since sequence 0 */
    uint64_t rate_mhz;
    uint64_t dropped_cnt;
    uint64_t stall_cnt;
    uint64_t blocked_ns;
    uint64_t blocked_by_ns[TR_CONSUMER_MAX]; /* by place */
};

struct tr_cursor_view { /* of a consumer in one lane */
    bool joined; /* it was told a start */
    bool evicted; /* it does not gate, and does not know yet */
    uint64_t start;
    uint64_t cursor;
    uint64_t lost;
    uint64_t lag;
    int64_t lag_ns; /* how long the oldest unread tick has waited; 0 if not known */
    int64_t lag_event_ns; /* event time from it to the newest; 0 if not known, or times go back */
};

struct tr_member_view {
    bool used;
    bool alive;
    bool done; /* left in good order */
    bool lossy;
    char name[TR_NAME_MAX + 1];
    uint64_t pid;
    int64_t started_wall_ns;
    int64_t beat_ns;
    int64_t hold_ns;
    struct tr_cursor_view lane[TR_LANE_MAX];
    uint64_t lag; /* over all lanes */
    int64_t lag_ns; /* the longest */
    int64_t lag_event_ns; /* the longest */
    uint64_t delivered;
    uint64_t lost;
    uint64_t evicted_cnt;
    uint64_t high_water;
    int64_t high_water_ns; /* CLOCK_MONOTONIC; 0: never */
    uint64_t rate_mhz;
    uint64_t busy_ns;
    uint64_t idle_ns;
    uint64_t blocked_ns;
    struct tr_hist_snap
        event; /* the venue's event to publish, by the wall clock: replayed ticks are clamped */
    struct tr_hist_snap latency; /* publish to read */
    struct tr_hist_snap service; /* read to done */
    unsigned gap_cnt;
    bool gaps_whole; /* gap has all that there ever were: older ones make room for newer ones */
    struct tr_gap_record gap[TR_GAP_CNT]; /* oldest first; only those that count */
};

struct tr_view {
    char ring[TR_RING_NAME_MAX + 1];
    uint64_t slot_cnt;
    uint64_t record_len;
    int64_t created_wall_ns;
    int64_t taken_ns; /* CLOCK_MONOTONIC */
    bool named; /* false: the ring was removed */
    struct tr_lane_view lane[TR_LANE_MAX];
    struct tr_member_view member[TR_CONSUMER_MAX];
};

/* tr_observe_open - finds a ring and maps it read-only.  Errors as tr_segment_open. */
int tr_observe_open(struct tr_segment *seg, const char *name);

/* tr_observe - takes a view; it is large (about 1 MiB): keep it on the heap.
 * Returns 0; -EIO: the segment was truncated; other -errno: nobody can tell who is alive. */
int tr_observe(const struct tr_segment *seg, struct tr_view *view);

/* tr_observe_past - samples of a producer's or consumer's past, oldest first, from record *nr on (0: all that there
 * are), at most max; *nr goes behind them.  A number that another owner of the place had begins anew by itself.
 * Returns how many; 0: no more now.  The place is used (tr_observe). */
unsigned tr_observe_past(const struct tr_segment *seg, enum tr_place_kind kind, unsigned idx, uint64_t *nr,
                         struct tr_sample *sample, unsigned max);

/* tr_observe_close - forgets the ring. */
void tr_observe_close(struct tr_segment *seg);

#endif
