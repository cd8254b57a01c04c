/* hist.h - a histogram of times, log-linear: every octave is cut into 32 buckets of equal width.
 *
 * It lives on any zeroed memory, shared or not.  One writer adds, any
 * number of readers take snapshots meanwhile.  Every word is read and written relaxed: a snapshot taken
 * while the writer is at work is the sum of bucket values that each were true at some moment, so it can
 * miss a few of the latest values, and never has one that was not added.
 *
 * Values below 64 ns have a bucket each; above that a bucket is 1/32 of its octave wide and is reported
 * by its middle, so a percentile is off by at most 1/64 (1.6 %) of its value. */
#ifndef TR_HIST_H
#define TR_HIST_H

#include "base.h"

#define TR_HIST_SUB_BITS 5 /* 2^5 buckets an octave */
#define TR_HIST_BUCKET_CNT 1056 /* up to 2^37 ns, which holds the largest value */
#define TR_HIST_VALUE_MAX INT64_C(100000000000) /* 100 s, in ns */

struct tr_hist {
    tr_word bucket[TR_HIST_BUCKET_CNT];
    tr_word sum_ns; /* of the clamped values, modulo 2^64 */
    tr_word max_ns; /* the largest value added, not clamped */
    tr_word clamped_cnt; /* values that were negative or above TR_HIST_VALUE_MAX */
};

/* A private copy: plain words, for arithmetic.  cnt is the sum of the buckets, so that the two agree. */
struct tr_hist_snap {
    uint64_t bucket[TR_HIST_BUCKET_CNT];
    uint64_t cnt;
    uint64_t sum_ns;
    uint64_t max_ns;
    uint64_t clamped_cnt;
};

/* The bucket of a value in [0, TR_HIST_VALUE_MAX]. */
static inline unsigned tr_hist_index(uint64_t value_ns)
{
    unsigned msb = 63U - (unsigned)__builtin_clzll(value_ns | UINT64_C(1) << TR_HIST_SUB_BITS);
    unsigned shift = msb - TR_HIST_SUB_BITS;
    return (shift << TR_HIST_SUB_BITS) + (unsigned)(value_ns >> shift);
}

/* The smallest value of bucket `index`; index TR_HIST_BUCKET_CNT gives the end of the last bucket. */
static inline uint64_t tr_hist_low_ns(unsigned index)
{
    unsigned octave = index >> TR_HIST_SUB_BITS;
    unsigned shift = octave > 1 ? octave - 1 : 0;
    return (uint64_t)(index - (shift << TR_HIST_SUB_BITS)) << shift;
}

/* tr_hist_add - counts a value cnt times (a batch that shares one time).  Only the one writer calls it.
 * A value below 0 counts as 0, one above TR_HIST_VALUE_MAX as that; both are counted in clamped_cnt. */
static inline void tr_hist_add(struct tr_hist *hist, int64_t value_ns, uint64_t cnt)
{
    uint64_t value = (uint64_t)value_ns;
    if (tr_unlikely(value > (uint64_t)TR_HIST_VALUE_MAX)) { /* negative ones are huge here */
        tr_own_add(&hist->clamped_cnt, cnt);
        if (value_ns > (int64_t)tr_load_rlx(&hist->max_ns))
            tr_store_rlx(&hist->max_ns, value);
        value = value_ns < 0 ? 0 : (uint64_t)TR_HIST_VALUE_MAX;
    }
    tr_own_add(&hist->bucket[tr_hist_index(value)], cnt);
    tr_own_add(&hist->sum_ns, value * cnt);
    if (tr_unlikely(value > tr_load_rlx(&hist->max_ns)))
        tr_store_rlx(&hist->max_ns, value);
}

/* tr_hist_snapshot - copies what is there now into *snap.  Reads only; may run beside the writer. */
void tr_hist_snapshot(const struct tr_hist *hist, struct tr_hist_snap *snap);

/* tr_hist_percentile - the value at share num/den (999/1000) of the snapshot, in ns: the middle of the
 * bucket that holds the value of rank ceil(cnt * num / den), at least rank 1, and never more than the
 * largest value.  num <= den, den > 0.  Returns 0 if nothing was counted. */
int64_t tr_hist_percentile(const struct tr_hist_snap *snap, uint64_t num, uint64_t den);

/* tr_hist_mark - the writer alone: from here on tr_hist_since counts; before is all 0. */
void tr_hist_mark(const struct tr_hist *hist, uint64_t before[TR_HIST_BUCKET_CNT]);

/* tr_hist_since - the writer alone: what was added since the snapshot `before` of the same histogram, and makes that the snapshot of now.
 * Its largest value is the middle of the last bucket that grew, or max_ns if that is less; its sum is left 0. */
void tr_hist_since(const struct tr_hist *hist, uint64_t before[TR_HIST_BUCKET_CNT],
                   struct tr_hist_snap *added);

/* tr_hist_mean - sum / cnt in ns, rounded down; 0 if nothing was counted.  The sum is modulo 2^64, which
 * processing times cannot reach, but latencies can (1000 ticks waiting at any time fill it in 213 days,
 * a million in 5 hours): take the difference of two snapshots where that matters. */
int64_t tr_hist_mean(const struct tr_hist_snap *snap);

#endif
