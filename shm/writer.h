/* writer.h - the producer's end of one lane, on any memory: gate, publish, restart.
 *
 * One thread.  The hot calls are inline and wait-free; they store one line a tick, and the line of
 * `hint`, which nobody reads in passing.  No locked instruction, no fence, no system call.
 *
 * The gate: a tick may be written over an old one only if every counted consumer is past that.  The
 * writer keeps a limit and looks at the cursors only when it is reached.  A consumer is counted if it is
 * registered and that registration was not evicted. */
#ifndef TR_WRITER_H
#define TR_WRITER_H

#include "layout.h"
#include "seq.h"

#define TR_NOBODY UINT32_MAX

struct tr_writer {
    struct tr_slot *slot; /* own, writable */
    uint64_t mask;
    uint64_t next; /* sequence of the next tick */
    uint64_t limit; /* sequences below it may be written */
    struct tr_lane *lane; /* own, writable */
    const tr_word *asleep; /* the bell */
    bool fenced; /* sleepers cannot reach us with membarrier: a fence a publish */
    uint32_t lane_idx;
    uint64_t slot_cnt;
    uint64_t free_run; /* most ticks between two looks at the gate */
    uint64_t told_limit; /* what lane->limit holds */
    const uint8_t *member; /* the consumers' control parts, read-only */
    uint64_t member_stride;
    uint32_t blocker; /* the consumer that holds the gate shut, or TR_NOBODY */
};

struct tr_writer_memory {
    struct tr_slot *slot; /* slot_cnt of them */
    uint64_t slot_cnt; /* a power of two, at least TR_SLOT_CNT_MIN */
    struct tr_lane *lane;
    uint32_t lane_idx;
    const struct tr_bell *bell;
    const uint8_t *member; /* TR_CONSUMER_MAX parts, member_stride bytes apart */
    uint64_t member_stride;
};

/* tr_writer_init - takes a lane over: fresh (all zero) or as a dead writer left it.
 * Afterwards w->next is the first sequence not yet published; nothing published is written again.
 * The owner runs one wake check before anything else (a kill may have come between store and post). */
void tr_writer_init(struct tr_writer *w, const struct tr_writer_memory *mem);

/* tr_writer_gate - looks at the cursors and moves the limit.
 * Returns true if there is room for at least one tick; false: w->blocker says who is in the way. */
bool tr_writer_gate(struct tr_writer *w);

/* tr_writer_counts - whether consumer c holds this lane's gate; *cur_out (may be NULL): its cursor. */
bool tr_writer_counts(const struct tr_writer *w, uint32_t member_idx, uint64_t *cur_out);

/* tr_writer_registration - what consumer c is registered as now; 0: it is not. */
uint64_t tr_writer_registration(const struct tr_writer *w, uint32_t member_idx);

/* tr_writer_evict - this registration of consumer c, not 0, does not count any more.  It is the one that
 * was judged: whoever has registered in that place since then is not hit.
 * It finds out by itself, before it believes in anything it read or in "nothing there". */
void tr_writer_evict(struct tr_writer *w, uint32_t member_idx, uint64_t reg);

static inline const struct tr_member *tr_writer_member(const struct tr_writer *w, uint32_t member_idx)
{
    return (const struct tr_member *)(const void *)(w->member + member_idx * w->member_stride);
}

/* Room for one tick at least?  Looks at the gate only when the limit is reached. */
static inline bool tr_writer_has_room(struct tr_writer *w)
{
    return tr_likely(w->next != w->limit) || tr_writer_gate(w);
}

/* Ticks that can be put before the gate must be looked at again. */
static inline uint64_t tr_writer_room(const struct tr_writer *w)
{
    return w->limit - w->next;
}

/* Writes and publishes one tick; there is room.  The payload is stored as relaxed words because a lossy
 * reader may copy it at the same time: it finds out afterwards, but a plain store would be a data race. */
static inline void tr_writer_put(struct tr_writer *w, const struct tr_tick *tick)
{
    struct tr_slot *s = &w->slot[w->next & w->mask];
    uint64_t seq = ++w->next;

    tr_store_rlx(&s->seq, seq | TR_SEQ_BUSY); /* S1: before the first word of payload is seen ... */
    atomic_thread_fence(memory_order_release); /* ... pairs with the reader's acquire fence before S3 */
    /* Word by word: an array in between goes through the stack, and stalls. */
#pragma GCC unroll 8
    for (int i = 0; i < TR_TICK_WORDS; i++) {
        uint64_t word;
        __builtin_memcpy(&word, (const char *)tick + 8 * i, sizeof word);
        tr_store_rlx(&s->word[i], word);
    }
    tr_store_rel(&s->seq, seq); /* S2: pairs with tr_reader_look */
}

/* Tells joiners, monitors and a successor how far the lane is; after the ticks themselves. */
static inline void tr_writer_tell(struct tr_writer *w)
{
    tr_store_rel(&w->lane->hint, w->next); /* L2 */
}

/* After a publish: does anybody sleep?  Then the owner wakes whom the bell names.
 * Either we see the sleeper's bell, or it sees our tick when it looks again: a store and then a load on
 * both sides, ordered by a fence here, or by the sleeper's membarrier, which reaches into this core. */
static inline bool tr_writer_anyone_asleep(const struct tr_writer *w)
{
    if (w->fenced)
        atomic_thread_fence(memory_order_seq_cst);
    else
        atomic_signal_fence(memory_order_seq_cst); /* membarrier orders the core, this the compiler */
    return tr_unlikely(tr_load_rlx(w->asleep) != 0); /* B1 */
}

#endif
