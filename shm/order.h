/* order.h - which lane is read next where several are merged by event time.
 *
 * Next is the earliest of the lanes' heads by ts_event_ns; of equal ones that of the lane whose name sorts
 * first, byte by byte; within a lane its own order stands.  So the merged stream depends on what is in the
 * lanes alone, and one that is in order of time in every lane is so as a whole.  Where a lane's times go back,
 * its head is then the earliest of all, and comes at once.
 *
 * One thread, on any memory, and tentative as all that is read (reader.h). */
#ifndef TR_ORDER_H
#define TR_ORDER_H

#include "reader.h"

/* The two earliest of the heads that were looked at; begins zeroed. */
struct tr_heads {
    struct tr_reader *first; /* NULL: none has anything */
    struct tr_reader *second; /* NULL: no other has */
    int64_t first_ns; /* event times */
    int64_t second_ns;
};

/* tr_heads_add - looks at the next tick of a lane.  false: nothing is there, or what was does not stand
 * (overrun, evicted: the caller finds out, and adds the lane again). */
bool tr_heads_add(struct tr_heads *heads, struct tr_reader *r);

/* tr_heads_count - how many ticks of heads->first come before the head of any other lane, at most max. */
uint32_t tr_heads_count(const struct tr_heads *heads, uint32_t max);

#endif
