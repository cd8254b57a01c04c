/* run.h - the consumer's loop: a batch from the ring, the stage, the output, the cursor. */
#ifndef CONSUMER_RUN_H
#define CONSUMER_RUN_H

#include "consumer/stage/stage.h"
#include "consumer/summary.h"
#include "tickring.h"

#define RUN_BATCH 64

struct run_venue {
    const char *text; /* not NUL terminated; NULL: not looked up yet */
    size_t len;
    uint64_t hash; /* for the digest */
};

struct run_lane { /* names of a lane by number, looked up once */
    struct symbol **symbol;
    struct run_venue venue[TR_VENUE_CNT_MAX + 1]; /* the last: of ticks without one */
};

struct keeper;
struct outring;

struct run {
    struct tr_consumer *ring;
    struct stage *stage;
    struct outring *outring; /* where the stage's records go; NULL: nowhere */
    struct keeper *keeper; /* NULL: no checkpoints */
    struct symbols symbols;
    struct filter filter;
    struct run_lane lane[TR_LANE_MAX];
    struct tr_digest digest[TR_LANE_MAX];
    bool wants_digest;
    bool exit_at_end;
    uint64_t count_max; /* stop after so many delivered ticks; 0: never */
    int64_t work_ns; /* pretend that a tick takes so long */
    int64_t patience_ns; /* longest wait for the next tick, or for a dead feed's return; -1: for ever */
    bool (*stopped)(void);
    struct totals totals;
    int64_t begin_ns; /* of the first tick */
    int64_t end_ns;
    bool is_torn; /* it ended within a batch: what it knows is of no position */
    uint32_t told_dead; /* lanes whose feed's death was said */
    uint32_t told_awaited; /* lanes that all others wait for, once it was said */
    bool told_missing; /* ... and that it is one that has not come */
};

/* run_init - the rest of *run was set by the caller, or is 0. */
void run_init(struct run *run);

/* run_loop - to the end of the stream, to count_max, to a signal, or to an error it has logged.
 * Returns an exit code; 0 for an orderly end. */
int run_loop(struct run *run);

/* run_ticks - what the loop does with the ticks it has read: cnt of lane p, whose name is producer, from
 * sequence seq on.  The ring is asked for names that were not told to run_name_*, and for nothing else.
 * Returns 0, or an exit code after it has logged why. */
int run_ticks(struct run *run, unsigned p, const char *producer, uint64_t seq, const struct tr_tick *tick,
              uint32_t cnt);

/* run_name_symbol, run_name_venue - what number id of lane p is called; the text of a venue's name has to
 * stay.  NULL: out of memory. */
struct symbol *run_name_symbol(struct run *run, unsigned p, uint32_t id, const struct tr_name *name);
const struct run_venue *run_name_venue(struct run *run, unsigned p, uint32_t id, const struct tr_name *name);

/* run_digest - the digest of the ticks the stage has seen. */
uint64_t run_digest(const struct run *run);

void run_free(struct run *run);

#endif
