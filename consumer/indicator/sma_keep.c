#include "consumer/indicator/sma_keep.h"

#include <stdlib.h>

static uint64_t oldest_of(const struct sma_set *set, const struct sma_plan *plan)
{
    uint64_t oldest = set->head;
    for (unsigned w = 0; w < plan->window_cnt; w++)
        oldest = set->run[w].tail < oldest ? set->run[w].tail : oldest;
    return oldest;
}

static bool cap_fits(uint64_t cap, const struct sma_plan *plan)
{
    return (cap & (cap - 1)) == 0 && cap <= plan->cap_max;
}

/* Tails may not be ahead of the head, nor further behind than there is room. */
static bool runs_fit(const struct sma_set *set, const struct sma_plan *plan)
{
    for (unsigned w = 0; w < plan->window_cnt; w++) {
        if (set->head - set->run[w].tail > set->cap)
            return false;
    }
    return true;
}

static bool allocate(struct sma_set *set, const struct sma_plan *plan)
{
    if (set->cap == 0)
        return true;
    set->value = malloc(set->cap * sizeof *set->value);
    set->time_ns = plan->timed ? malloc(set->cap * sizeof *set->time_ns) : NULL;
    return set->value != NULL && (!plan->timed || set->time_ns != NULL);
}

/* All but the values. */
static void keep_numbers(struct sma_set *set, const struct sma_plan *plan, struct state *s)
{
    set->cap = state_cnt(s, set->cap, plan->cap_max);
    state_bytes(s, &set->head, sizeof set->head);
    state_bytes(s, &set->room_end, sizeof set->room_end);
    state_bytes(s, &set->first_ns, sizeof set->first_ns);
    state_bytes(s, &set->now_ns, sizeof set->now_ns);
    state_bytes(s, &set->capped_cnt, sizeof set->capped_cnt);
    for (unsigned w = 0; w < plan->window_cnt; w++) {
        state_bytes(s, &set->run[w].sum, sizeof set->run[w].sum);
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
        state_bytes(s, &set->value[i & (set->cap - 1)], sizeof set->value[0]);
        if (plan->timed)
            state_bytes(s, &set->time_ns[i & (set->cap - 1)], sizeof set->time_ns[0]);
    }
}
