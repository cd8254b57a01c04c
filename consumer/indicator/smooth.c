#include "consumer/indicator/smooth.h"

#include <stdlib.h>

/* Over ticks, what is new has the weight num / (n + more). */
static void init(struct smooth_plan *plan, const struct sma_window *window, unsigned num, unsigned more)
{
    *plan = (struct smooth_plan){.window = *window};
    if (window->span_ns != 0)
        decay_init(&plan->decay, window->span_ns);
    else
        plan->weight = DECAY_ONE - DECAY_ONE / (window->tick_cnt + more) * num;
}

void smooth_init_ema(struct smooth_plan *plan, const struct sma_window *window)
{
    init(plan, window, 2, 1);
}

void smooth_init_wilder(struct smooth_plan *plan, const struct sma_window *window)
{
    init(plan, window, 1, 0);
}

struct smooth_plans *smooth_open(const struct indicator_window *window, unsigned window_cnt,
                                 void (*init_one)(struct smooth_plan *plan, const struct sma_window *window))
{
    struct smooth_plans *plans;
    size_t size = sizeof *plans + window_cnt * sizeof plans->window[0];
    plans = malloc(size);
    if (plans == NULL)
        return NULL;
    plans->cnt = window_cnt;
    for (unsigned w = 0; w < window_cnt; w++)
        init_one(&plans->window[w], &window[w].part[0]);
    return plans;
}

exact_uint smooth_tick(const struct smooth_plan *plan, struct smooth_clock *clock, int64_t ts_event_ns)
{
    if (clock->cnt++ == 0) {
        clock->first_ns = clock->now_ns = ts_event_ns;
        return 0; /* there was nothing */
    }
    int64_t before_ns = clock->now_ns;
    clock->now_ns = ts_event_ns > before_ns ? ts_event_ns : before_ns;
    if (plan->window.span_ns == 0)
        return plan->weight;
    return decay_weight(&plan->decay, (uint64_t)clock->now_ns - (uint64_t)before_ns);
}

bool smooth_is_full(const struct smooth_plan *plan, const struct smooth_clock *clock, uint64_t more_cnt)
{
    if (plan->window.span_ns == 0)
        return clock->cnt >= plan->window.tick_cnt + more_cnt;
    return clock->cnt > 0
           && (uint64_t)clock->now_ns - (uint64_t)clock->first_ns >= (uint64_t)plan->window.span_ns;
}

void smooth_push(const struct smooth_plan *plan, struct smooth_ema *ema, exact_int target,
                 int64_t ts_event_ns)
{
    exact_uint weight = smooth_tick(plan, &ema->clock, ts_event_ns);
    if (ema->clock.cnt == 1)
        ema->level = target;
    bool above = ema->level > target;
    exact_uint distance = (exact_uint)(above ? ema->level - target : target - ema->level);
    exact_int left = (exact_int)decay_scale(distance, weight);
    ema->level = above ? target + left : target - left;
}

size_t smooth_text(char *out, exact_int level)
{
    return exact_half_ratio_text(out, exact_wide_of(level), SMOOTH_ONE);
}
