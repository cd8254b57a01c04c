/* reader.h - the consumer's end of one lane, on any memory: join, look, check, advance.
 *
 * One thread.  The hot calls are inline and wait-free.
 *
 * What a look finds is tentative until tr_reader_check has said that it stands: a lossy reader can be
 * lapped while it copies, and so can a reliable one that was stopped and evicted meanwhile.  Effects
 * (output, the cursor) come after the check. */
#ifndef TR_READER_H
#define TR_READER_H

#include "layout.h"
#include "seq.h"

#define TR_LOOK_AHEAD 16 /* one check for sixteen ticks: a producer publishes its lane in order */

struct tr_reader {
    const struct tr_slot *slot; /* NULL: the lane has no slots yet */
    uint64_t mask;
    uint64_t pos; /* next sequence to read */
    uint64_t told; /* what own->cur holds */
    uint64_t step; /* most ticks between two stores of the cursor */
    uint64_t reg; /* our registration; 0: lossy, does not gate */
    const tr_word *evicted; /* the producer's word for us */
    const struct tr_lane *lane;
    struct tr_member_lane *own; /* writable */
    struct tr_member *member; /* writable: epochs */
    uint64_t slot_cnt;
    struct tr_gap_trail *gaps; /* writable: where gaps are noted; NULL: nowhere */
    unsigned lane_idx; /* ... as those of this lane */
};

/* A gap: sequences from .. to - 1 will not be delivered. */
struct tr_gap {
    uint64_t from;
    uint64_t to;
};

enum tr_from { TR_FROM_RESUME, TR_FROM_OLDEST, TR_FROM_NEWEST, TR_FROM_SEQ };

/* tr_reader_reset - forgets who had the place before; not registered, nothing told.  The caller has the
 * place to itself, and joins afterwards. */
void tr_reader_reset(struct tr_member_lane *own);

/* tr_reader_join - comes to a position and, if reliable, holds the producer to it.
 *
 * from RESUME: where this place's cursor is: the registration of a killed predecessor stands if its
 * handshake was completed; else oldest.  OLDEST: the oldest tick that can still be promised.  NEWEST:
 * after the newest.  SEQ: at `seq`, which is not above what is published; what is gone of it is a gap.
 * r->lane, own, member, evicted, slot_cnt, gaps, lane_idx are set.  The stream is contiguous from r->pos on, but for the
 * gaps told.  Returns true if *gap was filled: ticks between the old position and r->pos are lost.
 * Ordering: low cursor, registration, seq_cst fence, limit: pairs with the gate's two passes.
 * The caller then wakes the producer if it sleeps: our low cursor may have shut its gate. */
bool tr_reader_join(struct tr_reader *r, enum tr_from from, uint64_t seq, bool lossy, struct tr_gap *gap);

/* tr_reader_rejoin - after an eviction: a new registration, and the exact gap (may be empty).
 * Returns as tr_reader_join. */
bool tr_reader_rejoin(struct tr_reader *r, struct tr_gap *gap);

/* tr_reader_leave - does not count any more; the position stays for who comes again by the same name. */
void tr_reader_leave(struct tr_reader *r);

/* tr_reader_overrun - a lossy reader's slot has been overwritten: goes to a new position half a lap
 * behind the producer.  Returns false: it has not. */
bool tr_reader_overrun(struct tr_reader *r, struct tr_gap *gap);

/* tr_reader_skip_to - moves the position forward without delivering: seq in [pos, hint], told as a gap
 * in nothing: for a consumer whose own output says that it has those ticks. */
void tr_reader_skip_to(struct tr_reader *r, uint64_t seq);

/* Evicted?  Looked at before "nothing there" is believed: an overwritten slot looks empty for ever. */
static inline bool tr_reader_is_evicted(const struct tr_reader *r)
{
    return r->reg != 0 && tr_load_rlx(r->evicted) == r->reg; /* L5 */
}

/* Counts ticks ready from r->pos on that lie side by side in memory, at most max. */
static inline uint32_t tr_reader_look(const struct tr_reader *r, uint32_t max)
{
    uint64_t idx = r->pos & r->mask;
    const struct tr_slot *s = &r->slot[idx];
    uint64_t room = tr_min_u64(max, r->mask + 1 - idx);
    uint32_t n = 0;
    /* S2: acquire; a slot further on is ready only after all before it. */
    while (n + TR_LOOK_AHEAD <= room
           && tr_load_acq(&s[n + TR_LOOK_AHEAD - 1].seq) == r->pos + n + TR_LOOK_AHEAD)
        n += TR_LOOK_AHEAD;
    if (n > 0)
        return n;
    while (n < room && n < TR_LOOK_AHEAD && tr_load_acq(&s[n].seq) == r->pos + n + 1)
        n++;
    return n;
}

/* Copies tick i of those that a look has counted. */
static inline void tr_reader_copy(const struct tr_reader *r, uint32_t i, struct tr_tick *tick)
{
    const struct tr_slot *s = &r->slot[(r->pos + i) & r->mask];
    /* Word by word to where it belongs: an array in between goes through the stack, and narrow stores read
     * back wide stall every tick. */
#pragma GCC unroll 8
    for (int k = 0; k < TR_TICK_WORDS; k++) {
        uint64_t word = tr_load_rlx(&s->word[k]);
        __builtin_memcpy((char *)tick + 8 * k, &word, sizeof word);
    }
}

/* Does what was read since the look stand?  If the oldest slot was not touched, none was: laps go in
 * order.  S3: the acquire fence pairs with the release fence between S1 and the payload. */
static inline bool tr_reader_check(const struct tr_reader *r)
{
    atomic_thread_fence(memory_order_acquire);
    if (r->reg != 0)
        return tr_load_rlx(r->evicted) != r->reg;
    return tr_load_rlx(&r->slot[r->pos & r->mask].seq) == r->pos + 1;
}

/* Stores the cursor: the slots before it may be overwritten.  C2: release, after our reads of them. */
static inline void tr_reader_tell(struct tr_reader *r)
{
    tr_store_rel(&r->own->cur, r->pos);
    r->told = r->pos;
}

/* Moves on by cnt ticks.  Returns whether the cursor was stored (the owner then looks whether the
 * producer sleeps). */
static inline bool tr_reader_advance(struct tr_reader *r, uint32_t cnt)
{
    r->pos += cnt;
    if (r->pos - r->told < r->step)
        return false;
    tr_reader_tell(r);
    return true;
}

#endif
