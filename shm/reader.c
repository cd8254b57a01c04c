#include "reader.h"

#include "clock.h"

#define CURSOR_STEP 64

void tr_reader_reset(struct tr_member_lane *own)
{
    tr_store_rel(&own->reg, 0);
    tr_store_rel(&own->start, TR_NOT_TOLD); /* a kill after it: the next join does the rest */
    tr_store_rel(&own->act, 0);
    tr_store_rlx(&own->from, 0);
    tr_store_rlx(&own->lost_cnt, 0);
    tr_store_rlx(&own->lost_next_cnt, 0);
    tr_store_rlx(&own->cur, 0); /* low: a cursor left standing high would open the gate for the next join */
}

/* Takes the position that a handshake or an overrun gave (own->from): the count of lost ticks first, so
 * that a kill at any point of this leaves words from which the same is done again. */
static void take_position(struct tr_reader *r)
{
    struct tr_member_lane *own = r->own;
    uint64_t from = tr_load_rlx(&own->from);
    bool first = tr_load_rlx(&own->start) == TR_NOT_TOLD;
    if (!first && tr_load_rlx(&own->cur) < from)
        tr_store_rel(&own->lost_cnt, tr_load_rlx(&own->lost_next_cnt));
    r->pos = tr_max_u64(tr_load_rlx(&own->cur), from);
    tr_reader_tell(r);
    if (first) /* after the cursor: a kill in between must not make a gap of what lies below it */
        tr_store_rel(&own->start, from);
}

/* For people: from where to where, and when.  It counts from when the position is taken. */
static void note_gap(struct tr_reader *r, uint64_t from, uint64_t to)
{
    if (r->gaps == NULL || from >= to)
        return;
    tr_gaps_add(r->gaps, &(struct tr_gap_record){.at_ns = tr_now_ns(),
                                                 .lane_idx = r->lane_idx,
                                                 .from = from,
                                                 .to = to,
                                                 .lost_before = tr_load_rlx(&r->own->lost_cnt)});
}

/* Plans a move of the position to `to`; take_position makes it. */
static void plan_position(struct tr_reader *r, uint64_t to)
{
    struct tr_member_lane *own = r->own;
    if (tr_load_rlx(&own->start) != TR_NOT_TOLD) {
        uint64_t cur = tr_load_rlx(&own->cur);
        note_gap(r, cur, to);
        tr_store_rlx(&own->lost_next_cnt, tr_load_rlx(&own->lost_cnt) + (to - cur));
    }
    tr_store_rel(&own->from, to);
}

/* As if a predecessor had been told seq and read nothing yet: what is gone of it is a gap like any other. */
static void begin_at(struct tr_member_lane *own, uint64_t seq)
{
    tr_store_rel(&own->cur, seq);
    tr_store_rel(&own->start, seq);
}

/* The handshake with the gate: registered with a low cursor, only then the limit is read; whatever lies
 * below limit - slots may be overwritten, everything else waits for us. */
static void handshake(struct tr_reader *r, enum tr_from from)
{
    struct tr_member_lane *own = r->own;
    r->reg = tr_load_rlx(&r->member->reg_epoch) + 1;
    tr_store_rlx(&r->member->reg_epoch, r->reg);
    tr_store_rel(&own->reg, r->reg); /* C1, after the low cursor */
    atomic_thread_fence(memory_order_seq_cst); /* pairs with the fence between the gate's two passes */
    uint64_t limit = tr_load_acq(&r->lane->limit); /* L1 */
    uint64_t hint = tr_load_acq(&r->lane->hint); /* L2 */
    uint64_t oldest = limit > r->slot_cnt ? limit - r->slot_cnt : 0;
    uint64_t to;
    if (tr_load_rlx(&own->start) == TR_NOT_TOLD)
        to = from == TR_FROM_NEWEST ? tr_max_u64(hint, oldest) : oldest;
    else
        to = tr_max_u64(tr_load_rlx(&own->cur), oldest); /* here before: on from there */
    plan_position(r, to);
    tr_store_rel(&own->act, r->reg); /* complete; only now may the position be told */
    take_position(r);
}

static void lossy_position(struct tr_reader *r, enum tr_from from)
{
    uint64_t hint = tr_load_acq(&r->lane->hint);
    uint64_t oldest = hint > r->slot_cnt ? hint - r->slot_cnt : 0;
    if (tr_load_rlx(&r->own->start) == TR_NOT_TOLD)
        plan_position(r, from == TR_FROM_NEWEST ? hint : oldest);
    take_position(r); /* one who was here before goes on; an overrun is found by looking */
}

static void fill_gap(struct tr_gap *gap, uint64_t from, uint64_t to)
{
    gap->from = from;
    gap->to = to;
}

bool tr_reader_join(struct tr_reader *r, enum tr_from from, uint64_t seq, bool lossy, struct tr_gap *gap)
{
    struct tr_member_lane *own = r->own;
    r->step = tr_max_u64(tr_min_u64(CURSOR_STEP, r->slot_cnt / 4), 1);
    r->reg = lossy ? 0 : tr_load_rlx(&own->reg);
    bool stands = r->reg != 0 && tr_load_rlx(&own->act) == r->reg;
    bool told = tr_load_rlx(&own->start) != TR_NOT_TOLD;
    if (!told && !stands)
        tr_reader_reset(own); /* a predecessor may have been killed within it */
    if (!told && !stands && from == TR_FROM_SEQ) {
        begin_at(own, seq);
        told = true;
    }
    uint64_t old = tr_load_rlx(&own->cur);
    if (lossy) {
        tr_store_rel(&own->reg, 0);
        lossy_position(r, from);
    } else if (stands) {
        take_position(r); /* the registration stands: no handshake; an eviction is found by looking */
    } else {
        if (told)
            take_position(r); /* a predecessor may have been killed while it moved over a gap */
        handshake(r, from);
    }
    fill_gap(gap, old, r->pos);
    return told && r->pos > old;
}

bool tr_reader_rejoin(struct tr_reader *r, struct tr_gap *gap)
{
    uint64_t old = r->pos;
    tr_reader_tell(r); /* what was delivered counts; the cursor is low all the same: the gate left us out */
    handshake(r, TR_FROM_RESUME);
    fill_gap(gap, old, r->pos);
    return r->pos > old;
}

void tr_reader_leave(struct tr_reader *r)
{
    tr_reader_tell(r);
    tr_store_rel(&r->own->reg, 0);
}

bool tr_reader_overrun(struct tr_reader *r, struct tr_gap *gap)
{
    uint64_t seq = tr_load_acq(&r->slot[r->pos & r->mask].seq);
    uint64_t published = tr_seq_published(seq);
    uint64_t hint = tr_load_acq(&r->lane->hint);
    bool overwritten = seq != r->pos + 1 && published > r->pos;
    /* A slot left busy by a writer that never comes back tells nothing; the hint does. */
    if (!overwritten && hint <= r->pos + r->slot_cnt)
        return false;
    uint64_t to = tr_max_u64(published, hint) - r->slot_cnt / 2;
    tr_reader_tell(r);
    plan_position(r, to);
    fill_gap(gap, r->pos, to);
    take_position(r);
    return true;
}

void tr_reader_skip_to(struct tr_reader *r, uint64_t seq)
{
    r->pos = tr_max_u64(r->pos, seq);
    tr_reader_tell(r);
}
