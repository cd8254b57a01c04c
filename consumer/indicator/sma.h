/* sma.h - simple moving averages of one symbol over several windows, exact.
 *
 * A window is a number of ticks, or a span of event time.  All windows of a symbol share one history, a
 * ring that grows as needed to a power of two.  It holds no values but their running sum, as it was before
 * each: the sum of a window is the difference of two of those.  So a tick costs O(1) whatever the number of
 * windows (amortised where a window is a time), and one that nobody asks for costs nothing.  Values are in
 * halves (exact.h).  The running sum is taken modulo 2^128 and may wrap; the sum of a window stays below
 * 2^127 (values in halves are below 2^65, any below 2^104 will do), so the difference is exact.
 *
 * A window of time holds the values with now - span < time <= now, where now is the latest event time so
 * far: time does not go back here, a tick that is older than the one before counts as of the same moment.
 * A history keeps at most SMA_HISTORY_MAX values; where that is too few for a span, the oldest values
 * leave early, and capped_cnt counts them. */
#ifndef CONSUMER_SMA_H
#define CONSUMER_SMA_H

#include <stdbool.h>

#include "consumer/exact.h"

#define SMA_WINDOW_MAX 16 /* windows a symbol */
#define SMA_HISTORY_MAX (UINT64_C(1) << 22) /* values a symbol: 64 MiB, with windows of time 96 */

/* Exactly one of the two is not 0. */
struct sma_window {
    uint64_t tick_cnt; /* 1 to SMA_HISTORY_MAX */
    int64_t span_ns; /* > 0 */
};

/* What all symbols have in common. */
struct sma_plan {
    struct sma_window window[SMA_WINDOW_MAX];
    unsigned window_cnt;
    bool timed; /* a window is a span of time */
    uint64_t cap_max; /* values a history may grow to: a power of two */
};

struct sma_run { /* one window */
    uint64_t tick_cnt; /* as in the plan */
    uint64_t tail; /* window of time: number of its oldest value */
};

/* One symbol.  Owns the two arrays; all zero is an empty set. */
struct sma_set {
    exact_uint total; /* sum of all values pushed, modulo 2^128 */
    exact_uint *sum_before; /* the same before number i was, at i & (cap - 1) */
    uint64_t cap;
    uint64_t head; /* values pushed so far */
    uint64_t room_end; /* while head is below, there is nothing to look after; 0 with windows of time */
    int64_t *time_ns; /* of number i, likewise; NULL unless the plan is timed */
    int64_t first_ns; /* the next two are kept if the plan is timed */
    int64_t now_ns;
    uint64_t capped_cnt;
    struct sma_run run[SMA_WINDOW_MAX];
};

/* sma_plan_init - makes a plan of these windows.
 * Returns 0, or -EINVAL: no window, more than SMA_WINDOW_MAX, or one out of range. */
int sma_plan_init(struct sma_plan *plan, const struct sma_window *window, unsigned window_cnt);

/* sma_add - adds the next value where there is nothing to look after: head < room_end. */
static inline void sma_add(struct sma_set *set, exact_int value)
{
    set->sum_before[set->head & (set->cap - 1)] = set->total;
    set->total += (exact_uint)value;
    set->head++;
}

/* sma_push - adds the next value (halves) of a symbol.  Returns 0, or -ENOMEM: nothing was added. */
int sma_push(struct sma_set *set, const struct sma_plan *plan, exact_int value, int64_t ts_event_ns);

/* sma_reset - forgets all values, keeps the memory. */
void sma_reset(struct sma_set *set);

/* sma_free - gives the memory back; the set is empty then. */
void sma_free(struct sma_set *set);

/* The number of values in window w, and their sum: the average is sum / cnt. */
static inline uint64_t sma_cnt(const struct sma_set *set, unsigned w)
{
    const struct sma_run *run = &set->run[w];
    if (run->tick_cnt == 0)
        return set->head - run->tail;
    return set->head < run->tick_cnt ? set->head : run->tick_cnt;
}

static inline exact_int sma_sum(const struct sma_set *set, unsigned w)
{
    uint64_t cnt = sma_cnt(set, w);
    return cnt == 0 ? 0 : (exact_int)(set->total - set->sum_before[(set->head - cnt) & (set->cap - 1)]);
}

/* sma_cmp - compares a value (halves) with the average of window w: -1 below, 0 equal, 1 above.  No
 * division.  The window must not be empty. */
static inline int sma_cmp(const struct sma_set *set, unsigned w, exact_int value)
{
    return exact_cmp_mean(value, sma_sum(set, w), sma_cnt(set, w));
}

/* sma_ready - whether window w is full: has its number of ticks, or began at least its span ago. */
bool sma_ready(const struct sma_set *set, const struct sma_plan *plan, unsigned w);

/* sma_text - the average of window w, as exact_mean_text; "" while there is no value. */
size_t sma_text(char *out, const struct sma_set *set, unsigned w);

#endif
