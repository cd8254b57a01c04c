/* ring_help.h - what the tests of writer and reader share: a lane with all its consumers on static memory,
 * ticks that say which sequence they belong to, and (RING_HELP_STEPS) a way to stop at every access.
 *
 * RING_HELP_STEPS, defined before the include: the code under test is then included as source
 * ("shm/writer.c"), and each of its loads and stores of a shared word is a step.  At a step a test can
 * kill the code (longjmp: nothing after it happens) or run the other side to its end. */
#ifndef TESTS_RING_HELP_H
#define TESTS_RING_HELP_H

#include "feed_help.h" /* cmocka, seeds, random numbers */

#include "base.h"

#ifdef RING_HELP_STEPS

#if defined(__SANITIZE_THREAD__)
#define STEPS_STRIDE 13 /* slow there, and one thread has no races: every 13th step */
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define STEPS_STRIDE 13
#endif
#endif
#ifndef STEPS_STRIDE
#define STEPS_STRIDE 1
#endif

static jmp_buf steps_killed;
static void (*steps_other)(void); /* run at the chosen step; NULL: killed there */
static long steps_left = -1; /* steps before the chosen one; -1: nothing is chosen */
static bool steps_reached;

static inline void step(void)
{
    if (steps_left < 0 || steps_left-- > 0)
        return;
    steps_reached = true;
    if (steps_other == NULL)
        longjmp(steps_killed, 1);
    steps_other();
}

/* Runs op, and at its k-th step `other` (NULL: op ends there).  Returns whether op has a k-th step. */
static inline bool steps_run(void (*op)(void), long k, void (*other)(void))
{
    steps_left = k;
    steps_other = other;
    steps_reached = false;
    if (setjmp(steps_killed) == 0)
        op();
    steps_left = -1;
    return steps_reached;
}

static inline uint64_t step_load_rlx(const tr_word *w)
{
    step();
    return tr_load_rlx(w);
}

static inline uint64_t step_load_acq(const tr_word *w)
{
    step();
    return tr_load_acq(w);
}

static inline void step_store_rlx(tr_word *w, uint64_t v)
{
    step();
    tr_store_rlx(w, v);
}

static inline void step_store_rel(tr_word *w, uint64_t v)
{
    step();
    tr_store_rel(w, v);
}

#define tr_load_rlx step_load_rlx
#define tr_load_acq step_load_acq
#define tr_store_rlx step_store_rlx
#define tr_store_rel step_store_rel
#endif

#include "reader.h"
#include "writer.h"

#define RING_SLOT_MAX 1024

/* Where sequences begin: at 0, over the edge of 32 bits, and far beyond what a lane will ever reach. */
static const uint64_t ring_begin[] = {0, (UINT64_C(1) << 32) - 5, (UINT64_C(1) << 62) - 5};
#define RING_BEGIN_CNT (sizeof ring_begin / sizeof ring_begin[0])

struct ring_memory {
    struct tr_slot slot[RING_SLOT_MAX];
    struct tr_lane lane;
    struct tr_bell bell;
    struct tr_member member[TR_CONSUMER_MAX];
    uint64_t slot_cnt;
};

static inline struct tr_tick ring_tick(uint64_t seq)
{
    uint64_t word[TR_TICK_WORDS];
    struct tr_tick tick;
    for (unsigned i = 0; i < TR_TICK_WORDS; i++)
        word[i] = (seq * TR_TICK_WORDS + i + 1) * UINT64_C(0x9e3779b97f4a7c15);
    memcpy(&tick, word, sizeof tick);
    return tick;
}

static inline bool ring_tick_is(const struct tr_tick *tick, uint64_t seq)
{
    const struct tr_tick wanted = ring_tick(seq);
    return memcmp(tick, &wanted, sizeof wanted) == 0;
}

/* A lane after `begin` ticks, all from before anyone came; its producer has closed it. */
static inline void ring_clear(struct ring_memory *m, uint64_t slot_cnt, uint64_t begin)
{
    memset(m, 0, sizeof *m);
    m->slot_cnt = slot_cnt;
    for (uint64_t seq = begin > slot_cnt ? begin - slot_cnt : 0; seq < begin; seq++) {
        const struct tr_tick tick = ring_tick(seq);
        struct tr_slot *slot = &m->slot[seq & (slot_cnt - 1)];
        memcpy(slot->word, &tick, sizeof tick);
        atomic_init(&slot->seq, seq + 1);
    }
    atomic_init(&m->lane.hint, begin);
    atomic_init(&m->lane.limit, begin);
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++)
        atomic_init(&m->member[c].lane[0].start, TR_NOT_TOLD);
}

static inline void ring_writer(struct tr_writer *w, struct ring_memory *m)
{
    const struct tr_writer_memory mem = {
        .slot = m->slot,
        .slot_cnt = m->slot_cnt,
        .lane = &m->lane,
        .bell = &m->bell,
        .member = (const uint8_t *)m->member,
        .member_stride = sizeof m->member[0],
    };
    tr_writer_init(w, &mem);
}

/* Consumer c, not joined. */
static inline void ring_reader(struct tr_reader *r, struct ring_memory *m, unsigned c)
{
    *r = (struct tr_reader){
        .slot = m->slot,
        .mask = m->slot_cnt - 1,
        .slot_cnt = m->slot_cnt,
        .lane = &m->lane,
        .own = &m->member[c].lane[0],
        .member = &m->member[c],
        .evicted = &m->lane.evicted[c],
    };
}

/* Puts at most cnt ticks; returns how many there was room for. */
static inline uint64_t ring_put(struct tr_writer *w, uint64_t cnt)
{
    uint64_t done = 0;
    for (; done < cnt && tr_writer_has_room(w); done++) {
        const struct tr_tick tick = ring_tick(w->next);
        tr_writer_put(w, &tick);
        tr_writer_tell(w);
    }
    return done;
}

/* Reads what is there, at most max, and expects it whole; returns how many.  Ends at a lap or an eviction. */
static inline uint64_t ring_read(struct tr_reader *r, uint64_t max)
{
    uint64_t done = 0;
    uint32_t n;
    while (done < max && (n = tr_reader_look(r, (uint32_t)(max - done))) > 0) {
        bool whole = true;
        for (uint32_t i = 0; i < n; i++) {
            struct tr_tick tick;
            tr_reader_copy(r, i, &tick);
            whole = whole && ring_tick_is(&tick, r->pos + i);
        }
        if (!tr_reader_check(r))
            break;
        assert_true(whole);
        tr_reader_advance(r, n);
        done += n;
    }
    return done;
}

/* Every tick of [from, to) is in its slot. */
static inline void ring_expect_whole(const struct ring_memory *m, uint64_t from, uint64_t to)
{
    for (uint64_t seq = from; seq != to; seq++) {
        const struct tr_slot *slot = &m->slot[seq & (m->slot_cnt - 1)];
        struct tr_tick tick;
        memcpy(&tick, slot->word, sizeof tick);
        assert_int_equal(atomic_load(&slot->seq), seq + 1);
        assert_true(ring_tick_is(&tick, seq));
    }
}

#endif
