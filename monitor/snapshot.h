/* snapshot.h - a ring as the views show it: the library's view, and what follows from it.  Views see this, never the
 * segment. */
#ifndef MONITOR_SNAPSHOT_H
#define MONITOR_SNAPSHOT_H

#include "monitor/level.h"
#include "monitor/past.h"
#include "tickring.h"

enum ring_state { RING_OPEN, RING_CLOSED, RING_STALE };

enum lane_state {
    LANE_OPEN,
    LANE_SILENT, /* lives, and keeps no house: stopped or stuck */
    LANE_CLOSED,
    LANE_DEAD, /* killed before its end */
};

enum member_state {
    MEMBER_READING,
    MEMBER_SILENT, /* lives, and keeps no house */
    MEMBER_LEFT,
    MEMBER_DEAD, /* killed; if reliable, the feed waits for it as long as its hold lasts */
    MEMBER_DROPPED, /* killed, and the feed goes on without it */
};

#define WARNING_MAX (TR_LANE_MAX + 2 * TR_CONSUMER_MAX + 1) /* all there can be */
#define WARNING_LEN 240

struct warning {
    enum level level;
    uint64_t lag; /* of the queue that it is about; 0: about something else */
    char text[WARNING_LEN];
};

struct metric;

struct snapshot {
    struct tr_view view;
    const struct past *past; /* up to now; of the caller */
    const struct metric *sort; /* what views sort consumers by (sort.h); NULL: as they came; of the caller */
    struct level_limits limits;
    enum ring_state state; /* stale: no process is in it, and something is left in it */
    int64_t wall_minus_mono_ns; /* turns a monotonic time into a date */
    uint64_t published; /* over all lanes */
    bool balanced; /* for every consumer: delivered + lost + lag = published - start */
    enum level level; /* the worst of the warnings */
    struct warning warning[WARNING_MAX];
    unsigned warning_cnt;
};

/* snapshot_feed_name, snapshot_consumer_name - "feed binance", "consumer slow"; one called feed is just "feed". */
#define WHO_LEN (TR_NAME_MAX + 11)
char *snapshot_feed_name(char text[WHO_LEN], const char *name);
char *snapshot_consumer_name(char text[WHO_LEN], const char *name);

/* snapshot_wall_ns - a time of CLOCK_MONOTONIC as ns since 1970; 0: there is none, or it has no date. */
int64_t snapshot_wall_ns(const struct snapshot *snap, int64_t mono_ns);

/* snapshot_queue - what this consumer of the view has before it. */
struct queue snapshot_queue(const struct tr_view *view, const struct tr_member_view *m);

/* snapshot_worst - the first of the worst warnings; if that is about a queue, the one about the deepest.  NULL: there
 * is none. */
const struct warning *snapshot_worst(const struct snapshot *snap);

/* Of a used place of the snapshot. */
enum lane_state snapshot_lane_state(const struct snapshot *snap, unsigned lane_idx);
enum member_state snapshot_member_state(const struct snapshot *snap, unsigned member_idx);

/* snapshot_member_level - how bad it is about a consumer: its queue against the limits while it lives, WARN if it was killed
 * or is silent, OK if it left. */
enum level snapshot_member_level(const struct snapshot *snap, unsigned member_idx);

/* snapshot_is_replayed - of the times from event to publish: the events were long ago, as in a file; the times say nothing. */
bool snapshot_is_replayed(const struct tr_hist_snap *event);

/* snapshot_is_evicted - whether a lane does not wait for this consumer any more, and it does not know yet. */
bool snapshot_is_evicted(const struct tr_member_view *m);

/* ring_state_name - open, closed, stale.  lane_state_name - open, silent, closed, DEAD.  member_state_name - reading,
 * silent, left, DEAD (dropped too). */
const char *ring_state_name(enum ring_state state);
const char *lane_state_name(enum lane_state state);
const char *member_state_name(enum member_state state);

/* ring_state_of - what state the ring of a view is in. */
enum ring_state ring_state_of(const struct tr_view *view);

#endif
