/* replay.h - the feed's loop: the merged sources, what is kept of them, their pace, the ring. */
#ifndef FEED_REPLAY_H
#define FEED_REPLAY_H

#include "feed/ahead.h"
#include "feed/audit.h"
#include "feed/merge.h"
#include "feed/pace.h"
#include "feed/publish.h"
#include "feed/select.h"

struct replay_counts {
    uint64_t bad; /* malformed records passed over */
    uint64_t skipped; /* whole records that were not wanted, or no tick */
    uint64_t zero; /* of those, trades with a price or size of zero */
    uint64_t rounded; /* numbers with more than nine decimals */
};

struct replay {
    struct merge merge;
    struct ahead ahead; /* with a pace: opened by the caller */
    struct select select;
    struct pace pace;
    struct publisher *pub; /* one, or as many as symbols are spread over; NULL: only read and check */
    unsigned pub_cnt;
    uint64_t count_max; /* end after so many ticks; 0: at the end of the input */
    uint64_t pass_cnt; /* how often the input is read; 0: for ever */
    bool skip_bad; /* a malformed record is told, counted and passed over; else it ends the run */
    bool (*stopped)(void);
    void (*progress)(void *arg, int64_t now_ns, int64_t ts_event_ns); /* now and then; NULL: not */
    void *progress_arg;
    struct replay_counts counts;
    uint64_t tick_cnt; /* of the input, so far */
    struct audit audit; /* of what was read, without a ring; initialised by the caller */
    struct tr_digest digest; /* the same */
    struct tr_hist late; /* how long after it was due each tick was published; only with a pace */
    bool wants_digest;
    int64_t progress_ns;
    int flush_code; /* exit code of publishing what was read before input that has to be waited for */
};

/* replay_run - to the end of the input, count_max, a signal, or an error that it has logged.
 * Returns an exit code; what was whole before an error is published. */
int replay_run(struct replay *r);

#endif
