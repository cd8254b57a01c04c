/* outring.h - the records of a stage into the ring of the next: a lane of it, named as the consumer. */
#ifndef CONSUMER_OUTRING_H
#define CONSUMER_OUTRING_H

#include "consumer/stage/stage.h"
#include "audience.h"
#include "tickring.h"
#include "waits.h"

#define OUTRING_BATCH 16

struct outring_options {
    const char *ring;
    const char *lane;
    enum tr_wait_kind wait;
    int64_t patience_ns; /* longest wait for a consumer to come, or for room; -1: for ever */
    bool wants_digest;
    bool only_there; /* not to be made: what an earlier run had still to end */
    struct tr_input_id input; /* what the records are made from; all 0: cannot be made again */
    bool anew; /* what an earlier run published of it is not gone on with */
    struct tr_consumer *source; /* the ring that is read: kept alive while we wait */
    bool (*stopped)(void);
};

struct outring {
    struct stage_sink sink; /* first: what a stage is given */
    struct outring_options opt;
    struct tr_producer ring;
    bool is_open;
    uint64_t done_cnt; /* records of this input that an earlier run published */
    uint64_t put_cnt; /* records of this input so far: the first done_cnt are only counted */
    struct tr_tick batch[OUTRING_BATCH];
    uint32_t batch_cnt;
    uint32_t *symbol_id; /* of symbol idx: its number in the lane + 1; 0: not asked yet */
    size_t symbol_cap;
    const char *venue; /* of the record before, in memory that stays */
    size_t venue_len;
    uint16_t venue_id;
    uint64_t venue_hash;
    struct tr_digest digest;
    struct waits waits;
    struct audience audience;
};

/* outring_open - finds or makes the ring and takes the lane; where an earlier run of the same command was
 * killed, done_cnt says how many records it has.  Returns 0, or an exit code after it has logged why; with
 * only_there 0 as well if there is no such ring: is_open says so. */
int outring_open(struct outring *o, const struct outring_options *opt);

/* outring_await - waits until a consumer is there, the first time.  0, or an exit code. */
int outring_await(struct outring *o);

/* outring_flush - publishes what was put; waits where the ring is full, and keeps house meanwhile.  0; or an exit code. */
int outring_flush(struct outring *o);

/* outring_housekeep - as tr_producer_housekeep, whether or not something is put.  0; or an exit code. */
int outring_housekeep(struct outring *o, int64_t now_ns);

/* outring_restart - goes on after put_cnt records with this digest: a checkpoint's. */
void outring_restart(struct outring *o, uint64_t put_cnt, const struct tr_digest *digest);

/* outring_diverge - what is put from now on is not what an earlier run made: nothing of it is dropped any more. */
void outring_diverge(struct outring *o);

/* outring_close - ends the lane; outring_abandon leaves it as a crash would: whoever comes next goes on. */
void outring_close(struct outring *o);
void outring_abandon(struct outring *o);

#endif
