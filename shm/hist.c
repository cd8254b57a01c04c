#include "hist.h"

static_assert(TR_HIST_VALUE_MAX < INT64_C(1) << 37, "the last bucket ends above the largest value");

void tr_hist_snapshot(const struct tr_hist *hist, struct tr_hist_snap *snap)
{
    snap->cnt = 0;
    for (unsigned i = 0; i < TR_HIST_BUCKET_CNT; i++) {
        snap->bucket[i] = tr_load_rlx(&hist->bucket[i]);
        snap->cnt += snap->bucket[i];
    }
    snap->sum_ns = tr_load_rlx(&hist->sum_ns);
    snap->max_ns = tr_load_rlx(&hist->max_ns);
    snap->clamped_cnt = tr_load_rlx(&hist->clamped_cnt);
}

/* The rank of a share, without overflow: ceil(cnt * num / den), at least 1. */
static uint64_t rank_of(uint64_t cnt, uint64_t num, uint64_t den)
{
    unsigned __int128 product = (unsigned __int128)cnt * num + (den - 1);
    uint64_t rank = (uint64_t)(product / den);
    return rank > 0 ? rank : 1;
}

static uint64_t middle_ns(unsigned index)
{
    uint64_t low_ns = tr_hist_low_ns(index);
    return low_ns + (tr_hist_low_ns(index + 1) - low_ns) / 2;
}

int64_t tr_hist_percentile(const struct tr_hist_snap *snap, uint64_t num, uint64_t den)
{
    if (snap->cnt == 0)
        return 0;
    uint64_t rank = rank_of(snap->cnt, num, den);
    uint64_t seen = 0;
    for (unsigned i = 0; i < TR_HIST_BUCKET_CNT; i++) {
        seen += snap->bucket[i];
        if (seen < rank)
            continue;
        uint64_t value_ns = middle_ns(i);
        return (int64_t)(value_ns < snap->max_ns ? value_ns : snap->max_ns);
    }
    return (int64_t)snap->max_ns;
}

/* Beyond it there is nothing. */
static unsigned end_of(const struct tr_hist *hist)
{
    return tr_hist_index(tr_min_u64(tr_load_rlx(&hist->max_ns), TR_HIST_VALUE_MAX)) + 1;
}

void tr_hist_mark(const struct tr_hist *hist, uint64_t before[TR_HIST_BUCKET_CNT])
{
    unsigned end = end_of(hist);
    for (unsigned i = 0; i < end; i++)
        before[i] = tr_load_rlx(&hist->bucket[i]);
}

void tr_hist_since(const struct tr_hist *hist, uint64_t before[TR_HIST_BUCKET_CNT],
                   struct tr_hist_snap *added)
{
    unsigned end = end_of(hist);
    unsigned top = 0;
    *added = (struct tr_hist_snap){0};
    for (unsigned i = 0; i < end; i++) {
        uint64_t now = tr_load_rlx(&hist->bucket[i]);
        added->bucket[i] = now - before[i];
        added->cnt += added->bucket[i];
        before[i] = now;
        top = added->bucket[i] > 0 ? i : top;
    }
    if (added->cnt > 0)
        added->max_ns = tr_min_u64(middle_ns(top), tr_load_rlx(&hist->max_ns));
}

int64_t tr_hist_mean(const struct tr_hist_snap *snap)
{
    return snap->cnt == 0 ? 0 : (int64_t)(snap->sum_ns / snap->cnt);
}
