/* consumer.h - a process that reads a ring: every lane of it, each in order.
 *
 * One thread a handle.  A batch that was polled lies in the ring itself; what was copied out of it is
 * tentative until tr_batch_check has said that it stands (a lossy consumer can be lapped while it
 * copies, a reliable one that was stopped can have been evicted).  So:
 *
 *     poll -> copy -> check -> use -> advance        in place
 *     read -> use -> advance                         copied and checked, and latency is measured
 *
 * tr_advance gives the slots back to the producer: what is not yet used may then be overwritten, and
 * after a kill the next one of this name begins behind it.  Every tick is delivered at least once. */
#ifndef TR_CONSUMER_H
#define TR_CONSUMER_H

#include "order.h"
#include "reader.h"
#include "registry.h"
#include "stats.h"
#include "symtab.h"
#include "wait.h"

#define TR_HOLD_DEFAULT_NS TR_NS_PER_S

/* How the lanes of a ring become one stream.
 *
 * TR_ORDER_LANE: in turn, a batch of each that has something.
 * TR_ORDER_EVENT: merged by event time (order.h).  A lane that is open and has nothing holds the others up,
 * for its next tick may be the earliest: until it publishes or is closed.  So do lanes that are missing, as
 * long as fewer than lane_cnt_min have come.  One that is opened later is merged from then on. */
enum tr_order { TR_ORDER_LANE, TR_ORDER_EVENT };

struct tr_consumer_options {
    const char *ring;
    const char *id; /* the name of its cursor */
    enum tr_from from; /* RESUME: where this name was, else the oldest */
    uint64_t seq; /* with TR_FROM_SEQ, on a ring of one lane: what is gone from there on is told as a gap */
    bool lossy; /* does not gate the producers: may be overrun, and counts it */
    int64_t hold_ns; /* reliable: its place is kept this long after a crash */
    uint64_t filter; /* what the caller wants to see, hashed; the same name must have the same */
    enum tr_wait_kind wait;
    unsigned lane_cnt_min; /* the stream ends when so many lanes were closed; 0: 1 */
    bool keeps_all; /* the cursor stays where tr_consumer_flush put it: a kill brings all since then again */
    enum tr_order order;
};

struct tr_batch {
    uint64_t seq; /* of its first tick */
    uint32_t cnt;
    uint32_t lane_idx;
    struct tr_reader *reader;
    struct tr_gap gap; /* instead of ticks, with TR_OVERRUN */
};

struct tr_consumer {
    struct tr_reader *hot; /* the lane whose turn it is; `none`: to be looked for, as ever when merged */
    struct tr_reader lane[TR_LANE_MAX];
    uint32_t turn; /* the lane read last */
    struct tr_reader none; /* never has anything */
    uint32_t open_mask; /* lanes that have slots */
    uint32_t gap_mask; /* lanes with a gap that was not told yet */
    struct tr_gap gap[TR_LANE_MAX];
    uint64_t lane_state[TR_LANE_MAX]; /* as seen last */
    struct tr_segment seg;
    struct tr_place place;
    bool anonymous; /* no permission to write: takes no place, is lossy, is not seen */
    struct tr_bell *bell; /* writable (private if anonymous, as the next two) */
    struct tr_member *member; /* writable */
    struct tr_member_stats *stats; /* writable */
    struct tr_meter meter;
    sem_t *sem;
    struct tr_peer peer[TR_LANE_MAX];
    enum tr_wait_kind wait;
    unsigned lane_cnt_min;
    bool keeps_all;
    int64_t kept_ns;
    int64_t looked_ns;
    int64_t noted_ns; /* the newest sample of its past */
    uint64_t noted_bucket[TR_HIST_BUCKET_CNT]; /* of the latencies, at that time */
    uint64_t read_cnt; /* ticks advanced over by this handle */
    uint64_t kept_cnt;
    enum tr_order order;
    uint32_t awaited_mask; /* merged: lanes that hold the others up, at the last look */
    uint32_t held_mask; /* merged: lanes with a tick that waits for them; 0: none has to wait */
    bool has_end; /* end_seq was noted */
    uint64_t end_seq[TR_LANE_MAX];
};

/* tr_ring_await - waits until a ring of that name is there, for max_ns at most.
 * 0: look now; -ETIMEDOUT; -EINTR: a signal came. */
int tr_ring_await(const char *ring, int64_t max_ns);

/* tr_consumer_open - joins a ring: from the position told (lane[p].own->start), the stream of each lane
 * is contiguous, but for gaps that are told.  Returns 0, or
 *   -ENOENT  there is no such ring (tr_ring_await)    -EINVAL  a name is out of range
 *   -EBUSY   a live process has this id               -EUSERS  64 consumers are in
 *   -ENOTUNIQ the id was here with another filter     -ESPIPE  TR_FROM_SEQ on a ring of several lanes
 *   -ENOSPC  /dev/shm is full                         -EACCES, -EPERM  no permission, not even to read
 *   -EPROTONOSUPPORT, -EBADMSG  another version, corrupt
 * or another -errno.  Who may read but not write gets an anonymous handle if lossy, else -EACCES. */
int tr_consumer_open(struct tr_consumer *c, const struct tr_consumer_options *opt);

/* tr_poll_slow - the rest of tr_poll, where the lane in turn has nothing. */
enum tr_status tr_poll_slow(struct tr_consumer *c, struct tr_batch *b, uint32_t max);

/* tr_poll - looks for ticks, at most max of one lane; wait-free while they are there.
 * TR_OK: b->cnt ticks from b->seq of lane b->lane_idx.  TR_EMPTY.  TR_OVERRUN: b->gap of lane b->lane_idx
 * is lost.  TR_CLOSED: all producers have ended, and everything of theirs was read. */
static inline enum tr_status tr_poll(struct tr_consumer *c, struct tr_batch *b, uint32_t max)
{
    struct tr_reader *r = c->hot;
    uint32_t n = tr_reader_look(r, max);
    if (tr_unlikely(n == 0))
        return tr_poll_slow(c, b, max);
    b->seq = r->pos;
    b->cnt = n;
    b->lane_idx = (uint32_t)(r - c->lane);
    b->reader = r;
    return TR_OK;
}

/* tr_batch_copy - copies tick i of the batch; tentative until the check. */
static inline void tr_batch_copy(const struct tr_batch *b, uint32_t i, struct tr_tick *tick)
{
    tr_reader_copy(b->reader, i, tick);
}

/* tr_batch_check - whether all that was copied since the poll stands.  false: drop it, tr_recover. */
static inline bool tr_batch_check(const struct tr_batch *b)
{
    return tr_reader_check(b->reader);
}

/* tr_recover - after a check that failed: a new position.  TR_OVERRUN: b->gap is lost; TR_OK: nothing is,
 * poll again. */
enum tr_status tr_recover(struct tr_consumer *c, struct tr_batch *b);

/* Gives room: the cursor was stored; wakes the producer if that is what it sleeps for. */
void tr_consumer_tell(struct tr_consumer *c, unsigned lane_idx, bool always);

/* tr_advance - moves over the batch.  The cursor is stored at least every min(64, slots / 4) ticks, but for
 * who keeps all. */
static inline void tr_advance(struct tr_consumer *c, const struct tr_batch *b)
{
    struct tr_reader *r = b->reader;
    c->read_cnt += b->cnt;
    if (tr_reader_advance(r, b->cnt))
        tr_consumer_tell(c, b->lane_idx, false);
    if (tr_unlikely((c->open_mask & (c->open_mask - 1)) != 0)) /* several lanes: in turn */
        c->hot = &c->none;
}

/* tr_read - polls, copies at most max ticks to `tick`, checks, and measures.  As tr_poll. */
enum tr_status tr_read(struct tr_consumer *c, struct tr_tick *tick, uint32_t max, struct tr_batch *b);

/* tr_consumer_flush - stores all cursors now; the output up to here is safe. */
void tr_consumer_flush(struct tr_consumer *c);

/* tr_consumer_skip_to - moves the position in a lane forward to seq, at most what is published, without
 * delivering: the caller has those ticks.  The cursor is not stored.  Returns false, nothing done, if the
 * position is beyond it. */
bool tr_consumer_skip_to(struct tr_consumer *c, unsigned lane_idx, uint64_t seq);

/* tr_consumer_unflushed - ticks read since the cursors were stored: of the lane that has most of them. */
static inline uint64_t tr_consumer_unflushed(const struct tr_consumer *c)
{
    uint64_t most = 0;
    for (uint32_t mask = c->open_mask; mask != 0; mask &= mask - 1) {
        const struct tr_reader *r = &c->lane[__builtin_ctz(mask)];
        most = tr_max_u64(most, r->pos - r->told);
    }
    return most;
}

/* tr_consumer_lane_cnt - lanes seen so far, ended ones too. */
static inline unsigned tr_consumer_lane_cnt(const struct tr_consumer *c)
{
    return (unsigned)__builtin_popcount(c->open_mask);
}

/* tr_consumer_is_awaited - whether a producer sleeps until cursors move: who keeps all should flush now. */
bool tr_consumer_is_awaited(const struct tr_consumer *c);

/* tr_consumer_wait - after TR_EMPTY: returns TR_OK when there may be something to poll, TR_EMPTY when
 * max_ns are over, or earlier: it sleeps once, 50 ms at most and until a signal comes. */
enum tr_status tr_consumer_wait(struct tr_consumer *c, int64_t max_ns);

/* tr_consumer_housekeep - to be called at least every 100 ms or so; does nothing if called more often.
 * 0; -ESTALE: the ring's name is gone or leads elsewhere; -EIO: the segment was truncated. */
int tr_consumer_housekeep(struct tr_consumer *c, int64_t now_ns);

/* tr_consumer_note - writes a sample of what it is like now into its past (trail.h), for those who look later;
 * housekeeping does so once a second, open and close too. */
void tr_consumer_note(struct tr_consumer *c, enum tr_sample_kind kind, int64_t now_ns);

/* tr_consumer_note_end - what is published now is all that is wanted; c->end_seq says how far that is.  Merged
 * by event time, lanes end there, and no missing one is waited for; in turn they do not: the caller looks. */
void tr_consumer_note_end(struct tr_consumer *c);

/* tr_consumer_awaited_lanes - bit p: what others have waits for lane p, which was open and had nothing at the
 * last poll (TR_ORDER_EVENT). */
uint32_t tr_consumer_awaited_lanes(const struct tr_consumer *c);

/* tr_consumer_missing_lanes - what others have waits for so many lanes more, which were never opened. */
unsigned tr_consumer_missing_lanes(const struct tr_consumer *c);

/* tr_consumer_dead_lanes - bit p: the producer of lane p died without closing it. */
uint32_t tr_consumer_dead_lanes(const struct tr_consumer *c);

/* tr_consumer_lag - ticks published and not yet read, over all lanes. */
uint64_t tr_consumer_lag(const struct tr_consumer *c);

/* Names that a tick of lane lane_idx uses: NULL if the segment is corrupt.  Not NUL terminated; they stay
 * while the handle is open. */
const struct tr_name *tr_consumer_symbol(const struct tr_consumer *c, unsigned lane_idx, uint32_t id);
const struct tr_name *tr_consumer_venue(const struct tr_consumer *c, unsigned lane_idx, uint32_t id);

/* tr_consumer_lane_name - NUL terminated; "" while the lane was never opened. */
const char *tr_consumer_lane_name(const struct tr_consumer *c, unsigned lane_idx);

/* tr_consumer_lost - ticks lost so far, over all lanes, by this name. */
uint64_t tr_consumer_lost(const struct tr_consumer *c);

/* tr_consumer_close - leaves in good order: does not gate any more; the position stays for the next one of
 * this name while the ring lives.  The last to leave a finished ring removes it. */
void tr_consumer_close(struct tr_consumer *c);

/* tr_consumer_abandon - gives the place back as a crash would: it is held for whoever comes next by that name, who
 * reads from where the cursors are stored. */
void tr_consumer_abandon(struct tr_consumer *c);

#endif
