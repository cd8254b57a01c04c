/* run.h - the consumer's loop: a batch from the ring, the stage, the output, the cursor. */
#ifndef CONSUMER_RUN_H
#define CONSUMER_RUN_H

#include "consumer/stage/stage.h"
#include "consumer/summary.h"
#include "tickring.h"

#define RUN_BATCH 64

struct run_lane { /* names of a lane by number, looked up once */
    struct symbol **symbol;
    struct {
        uint64_t hash;
        bool known;
    } venue[TR_VENUE_CNT_MAX];
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
    uint32_t told_dead; /* lanes whose feed's death was said */
    uint32_t told_awaited; /* lanes that all others wait for, once it was said */
    bool told_missing; /* ... and that it is one that has not come */
};

/* run_init - the rest of *run was set by the caller, or is 0. */
void run_init(struct run *run);

/* run_loop - to the end of the stream, to count_max, to a signal, or to an error it has logged.
 * Returns an exit code; 0 for an orderly end. */
int run_loop(struct run *run);

/* run_digest - the digest of the ticks the stage has seen. */
uint64_t run_digest(const struct run *run);

void run_free(struct run *run);

#endif
