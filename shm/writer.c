#include "writer.h"

/* The lowest cursor of all who are counted, but not above w->next. */
static uint64_t lowest_cursor(struct tr_writer *w)
{
    uint64_t lowest = w->next;
    w->blocker = TR_NOBODY;
    for (uint32_t c = 0; c < TR_CONSUMER_MAX; c++) {
        uint64_t cur;
        if (tr_writer_counts(w, c, &cur) && cur < lowest) {
            lowest = cur;
            w->blocker = c;
        }
    }
    return lowest;
}

bool tr_writer_counts(const struct tr_writer *w, uint32_t member_idx, uint64_t *cur_out)
{
    const struct tr_member_lane *ml = &tr_writer_member(w, member_idx)->lane[w->lane_idx];
    uint64_t reg = tr_load_acq(&ml->reg); /* C1: its low cursor was stored before it */
    if (reg == 0 || reg == tr_load_rlx(&w->lane->evicted[member_idx]))
        return false;
    if (cur_out != NULL)
        *cur_out = tr_load_acq(&ml->cur); /* C2: its reads of the slots come before it */
    return true;
}

void tr_writer_init(struct tr_writer *w, const struct tr_writer_memory *mem)
{
    *w = (struct tr_writer){
        .slot = mem->slot,
        .mask = mem->slot_cnt - 1,
        .lane = mem->lane,
        .asleep = &mem->bell->asleep,
        .fenced = true,
        .lane_idx = mem->lane_idx,
        .slot_cnt = mem->slot_cnt,
        .free_run = tr_max_u64(mem->slot_cnt / 8, 1),
        .member = mem->member,
        .member_stride = mem->member_stride,
        .blocker = TR_NOBODY,
    };
    /* The hint is behind by less than a batch, and a batch is less than a lap. */
    uint64_t n = tr_load_rlx(&w->lane->hint);
    while (tr_load_acq(&w->slot[n & w->mask].seq) == n + 1)
        n++;
    w->next = n;
    w->limit = n; /* no limit survives: the dead writer may not have finished its second pass */
    w->told_limit = tr_load_rlx(&w->lane->limit); /* only so that it is never lowered */
    uint64_t wait = tr_load_rlx(&w->lane->wait);
    tr_store_rlx(&w->lane->wait, wait + (wait & 1));
    tr_writer_tell(w);
}

/* Two passes.  A joiner registers with a low cursor, then reads the limit.  So a writer that has
 * published a limit and then finds nobody new was seen by all who join later; whoever joined before is
 * found in the second pass, and the writer keeps to what he may still expect.  The published limit stays
 * (lowering it can strand a joiner in front of a slot that a dead writer had begun). */
bool tr_writer_gate(struct tr_writer *w)
{
    uint64_t n = w->next;
    uint64_t lowest = lowest_cursor(w);
    if (lowest + w->slot_cnt <= n)
        return false;
    /* Never far ahead, even if the gate is wide: one who asks for the oldest tick is to get nearly a lap. */
    uint64_t limit = tr_min_u64(lowest + w->slot_cnt, n + w->free_run);
    if (limit > w->told_limit) {
        w->told_limit = limit;
        tr_store_rlx(&w->lane->limit, limit); /* L1 */
    }
    atomic_thread_fence(
        memory_order_seq_cst); /* pairs with the joiner's fence between C1 and its load of L1 */
    uint64_t second = lowest_cursor(w) + w->slot_cnt;
    w->limit = tr_max_u64(tr_min_u64(limit, second), n);
    return w->limit > n;
}

uint64_t tr_writer_registration(const struct tr_writer *w, uint32_t member_idx)
{
    return tr_load_acq(&tr_writer_member(w, member_idx)->lane[w->lane_idx].reg);
}

void tr_writer_evict(struct tr_writer *w, uint32_t member_idx, uint64_t reg)
{
    /* L5: the next overwrite's BUSY and release fence order it before the first word that it permits. */
    tr_store_rlx(&w->lane->evicted[member_idx], reg);
}
