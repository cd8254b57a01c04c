/* progress.h - one line on a terminal that says how far the feed is. */
#ifndef FEED_PROGRESS_H
#define FEED_PROGRESS_H

#include "feed/replay.h"

struct progress {
    const struct replay *replay;
    int64_t begin_ns; /* since then the share grows by this run's own work; 0: nothing was shown yet */
    bool passing; /* was at what an earlier run had published */
    double begin_share; /* of the work that was done then; 0 if it cannot be known */
    uint64_t shown_cnt; /* ticks at the time of the last line */
    int64_t shown_ns;
    double rate; /* ticks a second since then */
    bool visible; /* a line stands on the terminal */
};

/* progress_show - draws the line; for struct replay's progress, with a struct progress as arg.  The first call only
 * notes where it began: there is no speed yet.  Nothing is drawn for who is in the background of its terminal, where
 * others write and type. */
void progress_show(void *arg, int64_t now_ns, int64_t ts_event_ns);

/* progress_clear - takes the line away, before anything else is printed; arg is a struct progress. */
void progress_clear(void *arg);

#endif
