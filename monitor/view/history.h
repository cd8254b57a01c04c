/* history.h - the past of a ring second by second, oldest first. */
#ifndef MONITOR_VIEW_HISTORY_H
#define MONITOR_VIEW_HISTORY_H

#include "json.h"
#include "monitor/analysis/event.h"
#include "out.h"

/* What a ring was like from the end of the row before to at_ns. */
struct history_row {
    int64_t at_ns; /* CLOCK_MONOTONIC */
    double published; /* ticks a second, over all lanes */
    double delivered; /* ticks a second, of the slowest reliable consumer; -1: there was none */
    uint64_t lost; /* ticks, by all consumers */
    int64_t p99_ns; /* the worst of those noted; 0: nothing was read */
    uint64_t depth; /* of the deepest queue; TREND_UNKNOWN: there was none */
    int deepest; /* place of its consumer; -1: none */
    unsigned blocked_permille; /* of the time, the most of any feed */
    int holder; /* place of the consumer that held it longest; -1: none */
};

/* history_span - the last back_ns of a ring's life: up to now, or, if no process is in it, to when the last one was seen;
 * not before the oldest sample.  false: nothing is known, and they are the same. */
bool history_span(const struct snapshot *snap, int64_t back_ns, int64_t *from_ns, int64_t *to_ns);

/* history_row - what it was like from from_ns to to_ns. */
void history_row(const struct snapshot *snap, int64_t from_ns, int64_t to_ns, struct history_row *row);

/* history_events - those from from_ns on, newest first; they stay until the next call.  Returns how many: the newest
 * thousand at most. */
unsigned history_events(const struct snapshot *snap, int64_t from_ns, const struct event **event);

/* Each writes the last back_ns: a line a second with the events in between; one JSON object; a row of CSV for each
 * sample. */
void history_plain(struct out *out, const struct snapshot *snap, int64_t back_ns);
void history_json(struct out *out, const struct snapshot *snap, int64_t back_ns);
void history_csv(struct out *out, const struct snapshot *snap, int64_t back_ns);

#endif
