/* event.h - what happened in a ring: found in the past of its processes and in their gaps, so that one who attaches later
 * sees it as well. */
#ifndef MONITOR_ANALYSIS_EVENT_H
#define MONITOR_ANALYSIS_EVENT_H

#include "monitor/snapshot.h"

#define EVENT_LEN 120

enum event_kind {
    EVENT_JOINED, /* "feed binance joined (pid 4001)", "came back" */
    EVENT_LEFT,
    EVENT_DIED, /* killed, or gone without leaving; the time is that of its last sample or beat */
    EVENT_EVICTED,
    EVENT_LOST, /* "consumer slow lost 100 ticks of binance, 4096 to 4195"; gaps of a lossy one that follow closely are one;
                   a feed: what it dropped at a full ring */
    EVENT_OVER_LIMIT, /* its queue reached a limit; one event from then until it is below again */
    EVENT_STALLED, /* a feed stood at the full ring, for whom and how long; one as long as it is for the same one */
};

struct event {
    int64_t at_ns; /* CLOCK_MONOTONIC: when it was, or began */
    enum event_kind kind;
    enum level level; /* as a warning of it would have: OK for what is in good order */
    char name[TR_NAME_MAX + 1]; /* whose event */
    char text[EVENT_LEN];
};

/* event_list - the newest, at most max of them, newest first.  Returns how many. */
unsigned event_list(const struct snapshot *snap, struct event *event, unsigned max);

/* event_kind_name - joined, left, died, evicted, lost, over limit, stalled. */
const char *event_kind_name(enum event_kind kind);

#endif
