/* poll.c - a consumer's loop where it is not hot: other lanes, in turn or merged, gaps, the end, sleep.
 * (Declared in consumer.h.) */
#include <errno.h>
#include <sys/mman.h>

#include "consumer.h"

#define KEEP_NS (100 * TR_NS_PER_MS)
#define LOOK_NS TR_NS_PER_S
#define NOTE_NS TR_NS_PER_S

static void fill_batch(struct tr_consumer *c, struct tr_batch *b, unsigned p, uint32_t cnt)
{
    b->seq = c->lane[p].pos;
    b->cnt = cnt;
    b->lane_idx = p;
    b->reader = &c->lane[p];
}

static enum tr_status tell_gap(struct tr_consumer *c, struct tr_batch *b, unsigned p,
                               const struct tr_gap *gap)
{
    fill_batch(c, b, p, 0);
    b->gap = *gap;
    tr_consumer_tell(c, p, true); /* a new registration, or a position further on */
    return TR_OVERRUN;
}

void tr_consumer_tell(struct tr_consumer *c, unsigned lane_idx, bool always)
{
    const struct tr_reader *r = &c->lane[lane_idx];
    /* Either the producer sees our cursor when it looks at the gate again, or we see that it sleeps. */
    atomic_thread_fence(memory_order_seq_cst); /* C2 before L4 */
    uint64_t word = tr_load_acq(&r->lane->wait); /* L4 */
    if ((word & 1) == 0 || word == c->peer[lane_idx].posted)
        return;
    if (!always && r->told < tr_load_rlx(&r->lane->need))
        return;
    const struct tr_sem_name name = tr_sem_name_lane(c->seg.name, c->seg.header.instance, lane_idx);
    tr_peer_wake(&c->peer[lane_idx], tr_state_epoch(tr_load_acq(&r->lane->state)), word, &name); /* L3 */
}

void tr_consumer_flush(struct tr_consumer *c)
{
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        struct tr_reader *r = &c->lane[p];
        if (r->told == r->pos)
            continue;
        tr_reader_tell(r);
        tr_consumer_tell(c, p, false);
    }
}

bool tr_consumer_is_awaited(const struct tr_consumer *c)
{
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        if (c->lane[p].pos != c->lane[p].told && (tr_load_acq(&c->lane[p].lane->wait) & 1) != 0) /* L4 */
            return true;
    }
    return false;
}

/* Opens lane p, in this state, if its producer has come: only now may its slots be touched (they have
 * memory). */
static void open_lane(struct tr_consumer *c, unsigned p, uint64_t state)
{
    if ((c->open_mask >> p & 1) != 0 || tr_state_of(state) == TR_LANE_FREE)
        return;
    const struct tr_slot *slot = tr_segment_slots(&c->seg, p);
    /* Page faults now, not at the first ticks.  Older kernels refuse: then they come later. */
    (void)madvise((void *)(uintptr_t)slot, c->seg.map.slot_cnt * sizeof *slot, MADV_POPULATE_READ);
    c->lane[p].slot = slot;
    c->open_mask |= 1U << p;
}

static void find_new_lanes(struct tr_consumer *c)
{
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        c->lane_state[p] = tr_load_acq(&c->lane[p].lane->state); /* L3 */
        open_lane(c, p, c->lane_state[p]);
    }
}

/* Nothing there may be an overwritten slot: asks before it is believed. */
static bool lost_lane(struct tr_consumer *c, unsigned p, struct tr_gap *gap)
{
    struct tr_reader *r = &c->lane[p];
    if (r->reg == 0)
        return tr_reader_overrun(r, gap);
    if (!tr_reader_is_evicted(r))
        return false;
    tr_own_add(&c->stats->evicted_cnt, 1);
    bool gap_found = tr_reader_rejoin(r, gap);
    tr_consumer_tell(c, p, true);
    return gap_found;
}

/* The next lane after the one read last that has something: ticks, or a gap.  A lane that was overrun has
 * its turn like any other, however much the others have. */
static bool find_next(struct tr_consumer *c, struct tr_batch *b, uint32_t max, enum tr_status *status)
{
    for (unsigned i = 1; i <= TR_LANE_MAX; i++) {
        unsigned p = (c->turn + i) % TR_LANE_MAX;
        struct tr_gap gap;
        if ((c->open_mask >> p & 1) == 0)
            continue;
        uint32_t n = tr_reader_look(&c->lane[p], max);
        if (n == 0 && !lost_lane(c, p, &gap))
            continue;
        c->hot = &c->lane[p]; /* after a gap as well: it is read at once, before it is overrun again */
        c->turn = p;
        fill_batch(c, b, p, n);
        *status = n > 0 ? TR_OK : tell_gap(c, b, p, &gap);
        return true;
    }
    return false;
}

/* --- Merged by event time ------------------------------------------------------------------------- */

void tr_consumer_note_end(struct tr_consumer *c)
{
    for (unsigned p = 0; p < TR_LANE_MAX; p++)
        c->end_seq[p] = tr_load_acq(&c->lane[p].lane->hint);
    c->has_end = true;
}

static unsigned missing_cnt(const struct tr_consumer *c)
{
    unsigned come_cnt = (unsigned)__builtin_popcount(c->open_mask);
    return c->has_end || come_cnt >= c->lane_cnt_min ? 0 : c->lane_cnt_min - come_cnt;
}

uint32_t tr_consumer_awaited_lanes(const struct tr_consumer *c)
{
    return c->held_mask != 0 ? c->awaited_mask : 0;
}

unsigned tr_consumer_missing_lanes(const struct tr_consumer *c)
{
    return c->held_mask != 0 ? missing_cnt(c) : 0;
}

/* Ticks that are wanted of lane p. */
static uint64_t wanted_cnt(const struct tr_consumer *c, unsigned p)
{
    uint64_t pos = c->lane[p].pos;
    if (!c->has_end)
        return UINT64_MAX;
    return c->end_seq[p] > pos ? c->end_seq[p] - pos : 0;
}

/* Whether a lane that has nothing may still get a tick.  Its state was seen before its slots were, so that a
 * closed one is read to its end; unless it was opened again since. */
static bool may_get_more(const struct tr_consumer *c, unsigned p)
{
    uint64_t seen = c->lane_state[p];
    return tr_state_of(seen) != TR_LANE_CLOSED || tr_load_acq(&c->lane[p].lane->state) != seen; /* L3 */
}

enum head { HEAD_NONE, HEAD_TICK, HEAD_GAP };

static enum head add_head(struct tr_consumer *c, struct tr_heads *heads, unsigned p, struct tr_gap *gap)
{
    if (tr_heads_add(heads, &c->lane[p]))
        return HEAD_TICK;
    if (lost_lane(c, p, gap))
        return HEAD_GAP;
    /* Evicted, but nothing was lost by it: what is there comes in its order all the same. */
    return tr_heads_add(heads, &c->lane[p]) ? HEAD_TICK : HEAD_NONE;
}

/* The ticks that come before those of all other lanes; none as long as a lane may get an earlier one.  A gap
 * has no time: it is told when it is seen. */
static bool find_earliest(struct tr_consumer *c, struct tr_batch *b, uint32_t max, enum tr_status *status)
{
    struct tr_heads heads = {0};
    struct tr_gap gap;
    uint32_t ready_mask = 0;
    c->awaited_mask = c->held_mask = 0;
    for (uint32_t left = c->open_mask; left != 0; left &= left - 1) {
        unsigned p = (unsigned)__builtin_ctz(left);
        if (wanted_cnt(c, p) == 0)
            continue;
        enum head head = add_head(c, &heads, p, &gap);
        if (head == HEAD_GAP) {
            *status = tell_gap(c, b, p, &gap);
            return true;
        }
        if (head == HEAD_TICK)
            ready_mask |= 1U << p;
        else if (may_get_more(c, p))
            c->awaited_mask |= 1U << p;
    }
    if (c->awaited_mask != 0 || missing_cnt(c) != 0) {
        c->held_mask = ready_mask;
        return false;
    }
    if (heads.first == NULL)
        return false;
    unsigned p = (unsigned)(heads.first - c->lane);
    max = (uint32_t)tr_min_u64(max, wanted_cnt(c, p));
    fill_batch(c, b, p, tr_heads_count(&heads, max));
    *status = TR_OK;
    return b->cnt > 0;
}

/* --- What is next --------------------------------------------------------------------------------- */

static bool find_batch(struct tr_consumer *c, struct tr_batch *b, uint32_t max, enum tr_status *status)
{
    return c->order == TR_ORDER_EVENT ? find_earliest(c, b, max, status) : find_next(c, b, max, status);
}

static bool find_told_gap(struct tr_consumer *c, struct tr_batch *b, enum tr_status *status)
{
    if (c->gap_mask == 0)
        return false;
    unsigned p = (unsigned)__builtin_ctz(c->gap_mask);
    c->gap_mask &= c->gap_mask - 1;
    *status = tell_gap(c, b, p, &c->gap[p]);
    return true;
}

/* All lanes that were ever opened are closed, and they are enough. */
static bool all_closed(const struct tr_consumer *c)
{
    unsigned closed_cnt = 0;
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        unsigned state = tr_state_of(c->lane_state[p]);
        if (state == TR_LANE_OPEN)
            return false;
        closed_cnt += state == TR_LANE_CLOSED;
    }
    return closed_cnt >= c->lane_cnt_min;
}

enum tr_status tr_poll_slow(struct tr_consumer *c, struct tr_batch *b, uint32_t max)
{
    enum tr_status status = TR_OK;
    if (find_told_gap(c, b, &status) || find_batch(c, b, max, &status))
        return status;
    if (!c->keeps_all)
        tr_consumer_flush(c);
    /* The states first, then the slots once more: what was published before the close is seen. */
    find_new_lanes(c);
    if (find_batch(c, b, max, &status))
        return status;
    return all_closed(c) ? TR_CLOSED : TR_EMPTY;
}

enum tr_status tr_recover(struct tr_consumer *c, struct tr_batch *b)
{
    struct tr_gap gap;
    if (!lost_lane(c, b->lane_idx, &gap))
        return TR_OK;
    return tell_gap(c, b, b->lane_idx, &gap);
}

enum tr_status tr_read(struct tr_consumer *c, struct tr_tick *tick, uint32_t max, struct tr_batch *b)
{
    enum tr_status status;
    while ((status = tr_poll(c, b, max)) == TR_OK) {
        for (uint32_t i = 0; i < b->cnt; i++)
            tr_batch_copy(b, i, &tick[i]);
        if (tr_batch_check(b))
            break;
        status = tr_recover(c, b);
        if (status != TR_OK)
            return status;
    }
    if (status != TR_OK) {
        tr_meter_empty(&c->meter);
        return status;
    }
    int64_t now_ns = tr_now_ns();
    tr_meter_batch(&c->meter, tick, b->cnt, now_ns);
    if (tr_meter_wants_lag(&c->meter, now_ns))
        tr_meter_lag(&c->meter, tr_consumer_lag(c), now_ns);
    return TR_OK;
}

/* Anything to look at?  Used before sleep, so it covers all that a sleeper is woken for.  What is held by a
 * lane that has nothing is not new. */
static bool anything_new(const struct tr_consumer *c)
{
    uint32_t mask = c->open_mask & ~c->held_mask;
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        const struct tr_reader *r = &c->lane[p];
        if (tr_load_acq(&r->lane->state) != c->lane_state[p] || tr_reader_is_evicted(r))
            return true;
        if ((mask >> p & 1) != 0 && tr_reader_look(r, 1) != 0)
            return true;
    }
    return c->gap_mask != 0;
}

/* ... and what a lossy reader was lapped by, which an empty slot does not show.  Not while spinning: it
 * costs the producer a line. */
static bool anything_missed(const struct tr_consumer *c)
{
    uint32_t mask = c->open_mask & ~c->held_mask;
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        const struct tr_reader *r = &c->lane[p];
        if (r->reg == 0 && (mask >> p & 1) != 0 && tr_load_acq(&r->lane->hint) > r->pos)
            return true;
    }
    return anything_new(c);
}

static bool sleep_for_ticks(struct tr_consumer *c, int64_t max_ns)
{
    uint64_t bit = UINT64_C(1) << c->place.idx;
    if (c->anonymous) {
        tr_sleep(NULL, max_ns);
        return anything_missed(c);
    }
    tr_store_rlx(&c->member->wait,
                 tr_load_rlx(&c->member->wait) | 1); /* C3 before B1: the bell leads to it */
    atomic_fetch_or(&c->bell->asleep, bit); /* B1 */
    bool heard = tr_sleep_begin(&c->member->wait, true);
    bool found = anything_missed(c);
    if (!found)
        tr_sleep(heard ? c->sem : NULL, max_ns);
    tr_sleep_end(&c->member->wait, c->sem);
    atomic_fetch_and(&c->bell->asleep, ~bit);
    return found || anything_missed(c);
}

enum tr_status tr_consumer_wait(struct tr_consumer *c, int64_t max_ns)
{
    int64_t begin_ns = 0;
    for (uint32_t attempt = 0;; attempt++) {
        if (anything_new(c))
            return TR_OK;
        bool awake = tr_wait_pause(c->wait, attempt);
        if (awake && attempt % 256 != 255)
            continue;
        int64_t now_ns = tr_now_ns();
        begin_ns = begin_ns != 0 ? begin_ns : now_ns;
        int64_t left_ns = max_ns - (now_ns - begin_ns);
        if (left_ns <= 0)
            return TR_EMPTY;
        if (!awake)
            return sleep_for_ticks(c, left_ns) ? TR_OK : TR_EMPTY;
    }
}

int tr_consumer_housekeep(struct tr_consumer *c, int64_t now_ns)
{
    int64_t spent_ns = now_ns - c->kept_ns;
    if (spent_ns < KEEP_NS)
        return 0;
    uint64_t cnt = c->read_cnt - c->kept_cnt;
    c->kept_ns = now_ns;
    c->kept_cnt = c->read_cnt;
    tr_store_rlx(&c->member->beat_ns, (uint64_t)now_ns);
    tr_store_rlx(&c->stats->rate_mhz, (uint64_t)((double)cnt * 1e12 / (double)spent_ns));
    /* A poll looks for new lanes when there is nothing to read, which may be never.  lane_state stays: a
     * change of it is what wakes. */
    for (unsigned p = 0; p < TR_LANE_MAX; p++)
        open_lane(c, p, tr_load_acq(&c->lane[p].lane->state)); /* L3 */
    if (now_ns - c->noted_ns >= NOTE_NS)
        tr_consumer_note(c, TR_SAMPLE_SECOND, now_ns);
    if (now_ns - c->looked_ns < LOOK_NS)
        return 0;
    c->looked_ns = now_ns;
    c->meter.wall_minus_mono_ns = tr_wall_ns() - tr_now_ns();
    return tr_segment_check(&c->seg);
}

uint32_t tr_consumer_dead_lanes(const struct tr_consumer *c)
{
    uint32_t dead = 0;
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        bool open = tr_state_of(tr_load_acq(&c->lane[p].lane->state)) == TR_LANE_OPEN;
        if (open && tr_registry_is_held(&c->seg, TR_PLACE_LANE, p) == 0)
            dead |= 1U << p;
    }
    return dead;
}
