/* told.h - what the page is told in JSON beside the snapshot of -j. */
#ifndef MONITOR_SERVE_TOLD_H
#define MONITOR_SERVE_TOLD_H

#include "json.h"
#include "monitor/snapshot.h"

/* Whether there is a ring, and why not. */
struct told_state {
    const char *ring;
    bool up; /* snap is of now */
    bool gone; /* snap is the last one of a ring that was removed */
    const char *why; /* neither: in a few words */
};

/* told_more - an object: up, gone, why; and unless there never was a ring: the time, the forecast, the limits, the level
 * of each warning, for each producer how much it is blocked lately and by whom, for each consumer why it is slow and
 * where its time goes, and the newest events. */
void told_more(struct json *j, const struct told_state *state, const struct snapshot *snap);

/* told_history - the last ten minutes in equal parts: depth, rate and p99 latency, each null where nothing is known.
 * consumer: the id of one; NULL: the deepest queue, what was published, and the worst latency.
 * false: there is no such consumer, nothing is written. */
bool told_history(struct json *j, const struct snapshot *snap, const char *consumer);

/* told_member - the place of the consumer of that id; -1: there is none. */
int told_member(const struct snapshot *snap, const char *id);

/* told_histogram - the latencies of a consumer: [[from_ns, to_ns, ticks] ...], ascending, empty ones between others
 * included.  false as above. */
bool told_histogram(struct json *j, const struct snapshot *snap, const char *consumer);

/* told_about - the version, the delay, and for each key of -j its head, unit and help (metrics.def). */
void told_about(struct json *j, const char *ring, int64_t delay_ns);

#endif
