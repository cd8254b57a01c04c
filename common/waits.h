/* waits.h - how long a producer stood at a full ring, and for whom: the accounts that the ring keeps, as shmmon shows
 * them, and what its program says of them meanwhile.
 *
 * Behind a slow consumer a producer waits again for every tick or two.  Waits with less than a second between them are
 * one here: it is told while it lasts, after 1 s, 2 s, 4 s ... for one consumer, and once when it is over. */
#ifndef COMMON_WAITS_H
#define COMMON_WAITS_H

#include "tickring.h"

/* How long the consumer in a place has held the lane, ever. */
struct wait_account {
    char name[TR_NAME_MAX + 1];
    uint64_t ns;
};

/* wait_account_of - of the consumer in place c now. */
struct wait_account wait_account_of(const struct tr_producer *ring, unsigned c);

/* wait_account_since - what came to the account of place c since `before`: all that is in it, if the place has
 * changed hands. */
struct wait_account wait_account_since(const struct tr_producer *ring, unsigned c,
                                       const struct wait_account *before);

/* All zero: nothing was waited for yet. */
struct waits {
    bool is_on; /* a wait, or less than a second after one */
    bool is_waiting;
    int64_t end_ns; /* CLOCK_MONOTONIC, of the last one */
    struct wait_account before[TR_CONSUMER_MAX];
    int64_t next_ns[TR_CONSUMER_MAX]; /* the length at which a wait for this place is told */
};

/* waits_begin, waits_end - there is no room; there is, or nobody waits for it any more. */
void waits_begin(struct waits *w, const struct tr_producer *ring, int64_t now_ns);
void waits_end(struct waits *w, int64_t now_ns);

/* waits_look - says for whom and how long, if that is due.  Between begin and end. */
void waits_look(struct waits *w, const struct tr_producer *ring);

/* waits_tell - if the last wait was over a second ago, or is_last: says how long it was in all and for whom; nothing
 * below half a second. */
void waits_tell(struct waits *w, const struct tr_producer *ring, int64_t now_ns, bool is_last);

#endif
