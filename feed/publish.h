/* publish.h - ticks into the lane: batches, what to do when a consumer is in the way, what is counted. */
#ifndef FEED_PUBLISH_H
#define FEED_PUBLISH_H

#include "feed/queues.h"
#include "feed/source/source.h"
#include "waits.h"
#include "tickring.h"
#include "audience.h"

#define PUBLISH_BATCH 16 /* few enough that a consumer spins from one to the next: waking it costs 10 us */

enum publish_policy { PUBLISH_BLOCK, PUBLISH_DROP_NEW };

/* Names and their numbers and hashes, direct-mapped: a file has few. */
#define PUBLISH_NAME_CACHE 1024
struct publish_name {
    uint64_t hash; /* for the digest */
    uint64_t ends[2]; /* the first eight bytes and the last eight, see name_ends */
    uint16_t id;
    uint8_t len; /* 0: empty */
    char text[SOURCE_SYMBOL_MAX];
};

struct publisher {
    struct tr_producer ring;
    enum publish_policy policy;
    uint64_t done_cnt; /* ticks of this input that an earlier run published: these are only counted */
    uint64_t taken_cnt; /* of this input, with them */
    bool wants_digest;
    struct tr_digest digest; /* of what the policy let through, and of what an earlier run published */
    struct tr_tick batch[PUBLISH_BATCH];
    uint64_t symbol_hash[PUBLISH_BATCH];
    uint64_t venue_hash[PUBLISH_BATCH];
    uint32_t batch_cnt;
    uint64_t published;
    uint64_t dropped;
    int64_t first_ts_ns; /* event times of the first and last tick published; if published > 0 */
    int64_t last_ts_ns;
    const struct publish_name *last_symbol; /* of the tick before, which most ticks repeat */
    const struct publish_name *last_venue;
    struct publish_name symbol[PUBLISH_NAME_CACHE];
    struct publish_name venue[PUBLISH_NAME_CACHE];
    struct publish_name no_venue; /* of ticks that do not say where they come from */
    bool (*stopped)(void); /* asked while the gate is shut */
    int64_t patience_ns; /* longest wait for room; negative: for ever */
    /* Called now and then while the gate is shut; NULL: not.  It must leave *pub, which waits, alone. */
    void (*waiting)(void *arg, const struct publisher *pub);
    void *waiting_arg;
    struct waits waits;
    struct queues queues; /* its limit is the caller's to set */
    struct audience audience;
    int told_rc; /* by publisher_tell */
};

/* publisher_init - before the first tick; ring is opened by the caller, the rest of *pub is his to set. */
void publisher_init(struct publisher *pub);

/* publisher_add - takes a record; published with its batch at the latest at publisher_flush.
 * Returns 0; -ENOSPC: a symbol too many; -ETIMEDOUT: no room for patience_ns; -ECANCELED: stopped while
 * waiting, the batch is not wholly published; or what tr_producer_housekeep returned. */
int publisher_add(struct publisher *pub, const struct source_record *rec);

/* publisher_is_seen - whether the next record is one that an earlier run published: publisher_add then only
 * adds it to the digest. */
static inline bool publisher_is_seen(const struct publisher *pub)
{
    return pub->taken_cnt < pub->done_cnt;
}

/* publisher_housekeep - as tr_producer_housekeep; says which consumer the feed goes on without, once that the last
 * has gone, what a wait that is over was, and which queue is long. */
int publisher_housekeep(struct publisher *pub, int64_t now_ns);

/* publisher_offer - publishes what there is room for now and keeps the rest, without waiting.  Returns as
 * publisher_housekeep. */
int publisher_offer(struct publisher *pub);

/* publisher_flush - publishes what was added.  Returns as publisher_add. */
int publisher_flush(struct publisher *pub);

/* publisher_tell - logs what an error of those above means, once where it comes again; returns the exit code. */
int publisher_tell(struct publisher *pub, int rc);

#endif
