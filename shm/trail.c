#include "trail.h"

#include <string.h>

#define READ_MAX 100 /* against a writer that never stops, which no reader of a ring is */

/* A slot: its sequence (number of the record + 1; 0 while it is written), and the words. */
static void write_slot(tr_word *slot, uint64_t nr, const void *record, unsigned word_cnt)
{
    uint64_t word;
    tr_store_rlx(slot, 0);
    atomic_thread_fence(memory_order_release); /* pairs with the fence in read_slot */
    for (unsigned i = 0; i < word_cnt; i++) {
        memcpy(&word, (const char *)record + 8 * i, sizeof word);
        tr_store_rlx(&slot[1 + i], word);
    }
    tr_store_rel(slot, nr + 1); /* pairs with the acquire load in read_slot */
}

static bool read_slot(const tr_word *slot, uint64_t nr, void *record, unsigned word_cnt)
{
    if (tr_load_acq(slot) != nr + 1)
        return false;
    for (unsigned i = 0; i < word_cnt; i++) {
        uint64_t word = tr_load_rlx(&slot[1 + i]);
        memcpy((char *)record + 8 * i, &word, sizeof word);
    }
    atomic_thread_fence(memory_order_acquire);
    return tr_load_rlx(slot) == nr + 1;
}

void tr_trail_begin(struct tr_trail *head)
{
    tr_store_rel(&head->first, tr_load_rlx(&head->cnt));
}

/* Whose records these are, of the newest cap: the number of the first. */
static uint64_t oldest(const struct tr_trail *head, uint64_t cnt, uint64_t cap)
{
    uint64_t first = tr_load_acq(&head->first);
    uint64_t kept = cnt > cap ? cnt - cap : 0;
    return first > kept ? first : kept;
}

void tr_samples_add(struct tr_sample_trail *trail, const struct tr_sample *sample)
{
    uint64_t nr = tr_load_rlx(&trail->head.cnt);
    write_slot(trail->slot[nr % TR_SAMPLE_CNT], nr, sample, TR_SAMPLE_WORDS);
    tr_store_rel(&trail->head.cnt, nr + 1);
}

/* The record that the gap is to replace: the lane's newest, if it did not come to count, or one that a kill left
 * half written; else the next, whose slot still has the oldest: that is no record to replace. */
static uint64_t place_of(const struct tr_gap_trail *trail, const struct tr_gap_record *gap)
{
    uint64_t cnt = tr_load_rlx(&trail->head.cnt);
    for (uint64_t nr = cnt; nr-- > oldest(&trail->head, cnt, TR_GAP_CNT - 1);) {
        struct tr_gap_record old;
        if (!read_slot(trail->slot[nr % TR_GAP_CNT], nr, &old, TR_GAP_WORDS))
            return nr;
        if (old.lane_idx == gap->lane_idx)
            return old.lost_before == gap->lost_before ? nr : cnt;
    }
    return cnt;
}

void tr_gaps_add(struct tr_gap_trail *trail, const struct tr_gap_record *gap)
{
    uint64_t nr = place_of(trail, gap);
    write_slot(trail->slot[nr % TR_GAP_CNT], nr, gap, TR_GAP_WORDS);
    if (nr == tr_load_rlx(&trail->head.cnt))
        tr_store_rel(&trail->head.cnt, nr + 1);
}

unsigned tr_samples_read(const struct tr_sample_trail *trail, uint64_t *nr, struct tr_sample *sample,
                         unsigned max)
{
    uint64_t cnt = tr_load_acq(&trail->head.cnt);
    uint64_t from = oldest(&trail->head, cnt, TR_SAMPLE_CNT);
    unsigned n = 0;
    if (*nr < from || *nr > cnt)
        *nr = from;
    for (; *nr < cnt && n < max; ++*nr)
        n += read_slot(trail->slot[*nr % TR_SAMPLE_CNT], *nr, &sample[n], TR_SAMPLE_WORDS);
    return n;
}

/* Records up to cnt - 1.  Returns how many; *complete: none was being written, or has been overwritten. */
static unsigned copy_gaps(const struct tr_gap_trail *trail, uint64_t cnt,
                          struct tr_gap_record gap[TR_GAP_CNT], bool *complete)
{
    unsigned n = 0;
    uint64_t from = oldest(&trail->head, cnt, TR_GAP_CNT);
    for (uint64_t nr = from; nr < cnt; nr++)
        n += read_slot(trail->slot[nr % TR_GAP_CNT], nr, &gap[n], TR_GAP_WORDS);
    *complete = from > cnt || n == cnt - from;
    return n;
}

unsigned tr_gaps_read(const struct tr_gap_trail *trail, struct tr_gap_record gap[TR_GAP_CNT], bool *whole)
{
    uint64_t first = tr_load_acq(&trail->head.first);
    for (unsigned i = 0; i < READ_MAX; i++) {
        bool complete;
        uint64_t cnt = tr_load_acq(&trail->head.cnt);
        unsigned n = copy_gaps(trail, cnt, gap, &complete);
        *whole = first <= cnt && n == cnt - first;
        /* What is missing was overwritten by one that counts by now, and then older ones must not be told; or it is
         * the very oldest, or one that is replaced, or was when a kill came. */
        if (complete || tr_load_rlx(&trail->head.cnt) == cnt)
            return n;
    }
    *whole = false;
    return 0;
}
