/* rings.h - the ring that a feed writes, or with --split the rings, from opening to the end. */
#ifndef FEED_RINGS_H
#define FEED_RINGS_H

#include "feed/options.h"
#include "feed/publish.h"
#include "feed/report.h"

struct rings {
    const struct feed_options *opt;
    struct publisher *pub; /* as many as rings; NULL: not open */
    struct report_ring *report; /* of each ring */
    unsigned cnt;
    unsigned open_cnt; /* of those, open */
};

/* rings_open - finds or makes them and takes the lane in each; where an earlier run of the same command was
 * killed, they go on.  Returns 0, or an exit code after it has logged why; then rings_give_up is due. */
int rings_open(struct rings *rings, const struct feed_options *opt, bool (*stopped)(void));

/* rings_wait - until each has the consumers it is to wait for.  Returns an exit code; 0 also if a signal
 * came. */
int rings_wait(struct rings *rings, bool (*stopped)(void));

/* rings_report - fills in what was published and who held the feed; says what the last wait was.  The rings are
 * still open. */
void rings_report(struct rings *rings);

/* rings_give_up - leaves those that were opened as they were found: a lane that was taken over waits for the next
 * feed, a new one is gone. */
void rings_give_up(struct rings *rings);

/* rings_close - ends the lanes, or abandons what was taken away meanwhile.  Returns an exit code. */
int rings_close(struct rings *rings);

#endif
