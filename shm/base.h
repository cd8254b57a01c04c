/* base.h - the few words that every other header of the library needs.
 *
 * Layer: lowest.  Includes nothing of the project. */
#ifndef TR_BASE_H
#define TR_BASE_H

#include <assert.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Words with different writers stand this far apart: two lines, because x86 prefetches lines in pairs
 * and some arm64 cores have lines of 128 bytes. */
#define TR_APART 128

#define TR_LANE_MAX 16 /* producers on one ring */
#define TR_CONSUMER_MAX 64 /* consumers on one ring: they fit the 64 bits of the bell */
#define TR_NAME_MAX 31 /* bytes of a producer's or consumer's name, without the NUL */
#define TR_RING_NAME_MAX 27 /* bytes of a ring's name, without slash and NUL */

#define tr_likely(x) __builtin_expect(!!(x), 1)
#define tr_unlikely(x) __builtin_expect(!!(x), 0)

/* What a hot call found.  None of these is an error. */
enum tr_status {
    TR_OK,
    TR_EMPTY, /* nothing there now */
    TR_FULL, /* a consumer holds the gate shut */
    TR_OVERRUN, /* ticks were lost; the gap says which */
    TR_CLOSED, /* the producers have ended and everything was read */
};

typedef _Atomic uint64_t tr_word; /* every shared counter, cursor and state is one of these */

static_assert(sizeof(tr_word) == 8, "a shared word is eight bytes");
static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "shared words must be lock-free: they cross processes");

static inline uint64_t tr_load_rlx(const tr_word *w)
{
    return atomic_load_explicit(w, memory_order_relaxed);
}

static inline uint64_t tr_load_acq(const tr_word *w)
{
    return atomic_load_explicit(w, memory_order_acquire);
}

static inline void tr_store_rlx(tr_word *w, uint64_t v)
{
    atomic_store_explicit(w, v, memory_order_relaxed);
}

static inline void tr_store_rel(tr_word *w, uint64_t v)
{
    atomic_store_explicit(w, v, memory_order_release);
}

/* Adds to a word that only the caller writes: a load and a store, no locked instruction. */
static inline void tr_own_add(tr_word *w, uint64_t v)
{
    tr_store_rlx(w, tr_load_rlx(w) + v);
}

static inline uint64_t tr_max_u64(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static inline uint64_t tr_min_u64(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

#endif
