#include "consumer/indicator/sma_keep.h"

#include <stdlib.h>

static uint64_t oldest_of(const struct sma_set *set, const struct sma_plan *plan)
{
    uint64_t cnt = 0;
    for (unsigned w = 0; w < plan->window_cnt; w++)
        cnt = sma_cnt(set, w) > cnt ? sma_cnt(set, w) : cnt;
    return set->head - cnt;
}

static bool cap_fits(uint64_t cap, const struct sma_plan *plan)
{
    return (cap & (cap - 1)) == 0 && cap <= plan->cap_max;
}

/* No window may have more values than there is room for (nor less than none). */
static bool runs_fit(const struct sma_set *set, const struct sma_plan *plan)
{
    for (unsigned w = 0; w < plan->window_cnt; w++) {
        if (sma_cnt(set, w) > set->cap)
            return false;
    }
    return true;
}

static bool allocate(struct sma_set *set, const struct sma_plan *plan)
{
    if (set->cap == 0)
        return true;
    set->sum_before = malloc(set->cap * sizeof *set->sum_before);
    set->time_ns = plan->timed ? malloc(set->cap * sizeof *set->time_ns) : NULL;
    return set->sum_before != NULL && (!plan->timed || set->time_ns != NULL);
}

/* All but the history. */
static void keep_numbers(struct sma_set *set, const struct sma_plan *plan, struct state *s)
{
    set->cap = state_cnt(s, set->cap, plan->cap_max);
    state_bytes(s, &set->total, sizeof set->total);
    state_bytes(s, &set->head, sizeof set->head);
    state_bytes(s, &set->room_end, sizeof set->room_end);
    state_bytes(s, &set->first_ns, sizeof set->first_ns);
    state_bytes(s, &set->now_ns, sizeof set->now_ns);
    state_bytes(s, &set->capped_cnt, sizeof set->capped_cnt);
    for (unsigned w = 0; w < plan->window_cnt; w++) {
        set->run[w].tick_cnt = set->cap != 0 ? plan->window[w].tick_cnt : 0;
        state_bytes(s, &set->run[w].tail, sizeof set->run[w].tail);
    }
}

void sma_keep(struct sma_set *set, const struct sma_plan *plan, struct state *s)
{
    keep_numbers(set, plan, s);
    if (s->loading && (!cap_fits(set->cap, plan) || !runs_fit(set, plan) || !allocate(set, plan)))
        s->failed = true;
    if (s->failed) {
        if (s->loading)
            sma_free(set);
        return;
    }
    for (uint64_t i = oldest_of(set, plan); i != set->head; i++) {
        state_bytes(s, &set->sum_before[i & (set->cap - 1)], sizeof set->sum_before[0]);
        if (plan->timed)
            state_bytes(s, &set->time_ns[i & (set->cap - 1)], sizeof set->time_ns[0]);
    }
}
