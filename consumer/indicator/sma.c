#include "consumer/indicator/sma.h"

#include <errno.h>
#include <stdlib.h>

#define CAP_FIRST UINT64_C(16)

static bool window_valid(const struct sma_window *window)
{
    if (window->span_ns != 0)
        return window->span_ns > 0 && window->tick_cnt == 0;
    return window->tick_cnt > 0 && window->tick_cnt <= SMA_HISTORY_MAX;
}

int sma_plan_init(struct sma_plan *plan, const struct sma_window *window, unsigned window_cnt)
{
    struct sma_plan made = {.window_cnt = window_cnt, .cap_max = 1};
    if (window_cnt == 0 || window_cnt > SMA_WINDOW_MAX)
        return -EINVAL;
    for (unsigned w = 0; w < window_cnt; w++) {
        if (!window_valid(&window[w]))
            return -EINVAL;
        made.window[w] = window[w];
        made.timed = made.timed || window[w].span_ns != 0;
        while (made.cap_max < window[w].tick_cnt)
            made.cap_max *= 2;
    }
    if (made.timed)
        made.cap_max = SMA_HISTORY_MAX;
    *plan = made;
    return 0;
}

/* Time between two moments; unsigned, because the whole range of a clock does not fit a signed one. */
static uint64_t elapsed_ns(int64_t now_ns, int64_t then_ns)
{
    return (uint64_t)now_ns - (uint64_t)then_ns;
}

/* The values that are too old leave the windows of time. */
static void expire(struct sma_set *set, const struct sma_plan *plan, int64_t now_ns)
{
    for (unsigned w = 0; w < plan->window_cnt; w++) {
        uint64_t span_ns = (uint64_t)plan->window[w].span_ns;
        struct sma_run *run = &set->run[w];
        if (span_ns == 0)
            continue;
        while (run->tail < set->head
               && elapsed_ns(now_ns, set->time_ns[run->tail & (set->cap - 1)]) >= span_ns)
            run->tail++;
    }
}

/* The number of the oldest value that a window still needs once the next one is in. */
static uint64_t oldest_needed(const struct sma_set *set, const struct sma_plan *plan)
{
    uint64_t oldest = set->head;
    for (unsigned w = 0; w < plan->window_cnt; w++) {
        uint64_t tail = set->head - sma_cnt(set, w);
        if (set->head - tail == plan->window[w].tick_cnt)
            tail++;
        if (tail < oldest)
            oldest = tail;
    }
    return oldest;
}

static int grow(struct sma_set *set, const struct sma_plan *plan, uint64_t oldest)
{
    uint64_t first = plan->cap_max < CAP_FIRST ? plan->cap_max : CAP_FIRST;
    uint64_t cap = set->cap == 0 ? first : set->cap * 2;
    exact_uint *sum_before = malloc(cap * sizeof *sum_before);
    int64_t *time_ns = plan->timed ? malloc(cap * sizeof *time_ns) : NULL;
    if (sum_before == NULL || (plan->timed && time_ns == NULL)) {
        free(sum_before);
        free(time_ns);
        return -ENOMEM;
    }
    for (uint64_t i = oldest; i < set->head; i++) {
        sum_before[i & (cap - 1)] = set->sum_before[i & (set->cap - 1)];
        if (plan->timed)
            time_ns[i & (cap - 1)] = set->time_ns[i & (set->cap - 1)];
    }
    free(set->sum_before);
    free(set->time_ns);
    set->sum_before = sum_before;
    set->time_ns = time_ns;
    set->cap = cap;
    return 0;
}

/* The history is full for good: the windows of time that still hold its oldest value lose it. */
static void drop_oldest(struct sma_set *set, const struct sma_plan *plan)
{
    uint64_t oldest = set->head - set->cap;
    for (unsigned w = 0; w < plan->window_cnt; w++)
        if (plan->window[w].span_ns != 0 && set->run[w].tail == oldest)
            set->run[w].tail++;
    set->capped_cnt++;
}

/* Makes a place for one more value, and notes when to look again where no time has to be looked at. */
static int make_room(struct sma_set *set, const struct sma_plan *plan)
{
    for (unsigned w = 0; set->cap == 0 && w < plan->window_cnt; w++)
        set->run[w].tick_cnt = plan->window[w].tick_cnt;
    uint64_t oldest = oldest_needed(set, plan);
    if (set->cap == 0 || set->head - oldest == set->cap) {
        if (set->cap < plan->cap_max) {
            int err = grow(set, plan, oldest);
            if (err != 0)
                return err;
        } else {
            drop_oldest(set, plan);
            oldest++;
        }
    }
    if (plan->timed)
        return 0;
    /* Windows of ticks never need more than the most. */
    set->room_end = set->cap == plan->cap_max ? UINT64_MAX : oldest + set->cap;
    return 0;
}

int sma_push(struct sma_set *set, const struct sma_plan *plan, exact_int value, int64_t ts_event_ns)
{
    bool older = set->head != 0 && ts_event_ns < set->now_ns;
    int64_t now_ns = older ? set->now_ns : ts_event_ns;
    if (plan->timed)
        expire(set, plan, now_ns);
    if (set->head >= set->room_end) {
        int err = make_room(set, plan);
        if (err != 0)
            return err;
    }
    if (plan->timed) {
        set->time_ns[set->head & (set->cap - 1)] = now_ns;
        set->first_ns = set->head == 0 ? now_ns : set->first_ns;
        set->now_ns = now_ns;
    }
    sma_add(set, value);
    return 0;
}

void sma_reset(struct sma_set *set)
{
    /* capped_cnt stays: averages that were told before were of less than their window. */
    struct sma_set empty = {.sum_before = set->sum_before,
                            .time_ns = set->time_ns,
                            .cap = set->cap,
                            .capped_cnt = set->capped_cnt};
    for (unsigned w = 0; w < SMA_WINDOW_MAX; w++)
        empty.run[w].tick_cnt = set->run[w].tick_cnt;
    *set = empty;
}

void sma_free(struct sma_set *set)
{
    free(set->sum_before);
    free(set->time_ns);
    *set = (struct sma_set){0};
}

bool sma_ready(const struct sma_set *set, const struct sma_plan *plan, unsigned w)
{
    const struct sma_window *window = &plan->window[w];
    if (set->head == 0)
        return false;
    if (window->span_ns == 0)
        return sma_cnt(set, w) == window->tick_cnt;
    return elapsed_ns(set->now_ns, set->first_ns) >= (uint64_t)window->span_ns;
}

size_t sma_text(char *out, const struct sma_set *set, unsigned w)
{
    return exact_mean_text(out, sma_sum(set, w), sma_cnt(set, w));
}
