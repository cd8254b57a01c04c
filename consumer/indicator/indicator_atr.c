/* atr: average true range (Wilder, New Concepts in Technical Trading Systems, 1978).  The true range of a tick,
 * which has no high and low of its own, is |value - value before|.
 *
 * Over n ticks: the mean of the first n ranges, then with each one ((n - 1) * ATR + range) / n.  Kept as a sum:
 *
 *     sum' = sum * (n - 1) / n + range                       ATR = sum / n
 *
 * Over a time: the mean of all ranges, each with the weight exp(-age / time):
 *
 *     sum' = sum * exp(-dt / time) + range      count' = count * exp(-dt / time) + 1      ATR = sum / count
 *
 * A sum is in units of 2^-24 halves.  A step rounds by half a unit, which shrinks with the sum: an ATR is wrong
 * by less than 2^-24 halves, 3e-17.  There is room for 2^36 ticks of the greatest range in a time. */
#include "consumer/indicator/indicator.h"
#include "consumer/indicator/smooth.h"

#define SUM_BITS 24
#define COUNT_BITS 80

struct atr {
    exact_uint sum; /* units of 2^-24 halves */
    exact_uint count; /* units of 2^-80; over a time only */
    exact_int before; /* the last value */
    struct smooth_clock clock;
};

static void *atr_open(const struct indicator_window *window, unsigned window_cnt)
{
    return smooth_open(window, window_cnt, smooth_init_wilder);
}

static size_t atr_state_size(const void *plan)
{
    return ((const struct smooth_plans *)plan)->cnt * sizeof(struct atr);
}

static void push_one(const struct smooth_plan *plan, struct atr *atr, const struct indicator_value *value)
{
    exact_uint weight = smooth_tick(plan, &atr->clock, value->ts_event_ns);
    if (plan->window.span_ns != 0) {
        atr->sum = decay_scale(atr->sum, weight);
        atr->count = decay_scale(atr->count, weight);
    } else if (smooth_is_full(plan, &atr->clock, 2)) { /* the first n ranges keep their weight */
        atr->sum = decay_scale(atr->sum, weight);
    }
    if (atr->clock.cnt > 1) {
        exact_int range = value->half - atr->before;
        atr->sum += (exact_uint)(range < 0 ? -range : range) << SUM_BITS;
        atr->count += (exact_uint)1 << COUNT_BITS;
    }
    atr->before = value->half;
}

static int atr_push(const void *plan, void *state, const struct indicator_value *value)
{
    const struct smooth_plans *plans = plan;
    struct atr *atr = state;
    for (unsigned w = 0; w < plans->cnt; w++)
        push_one(&plans->window[w], &atr[w], value);
    return 0;
}

/* n ranges are of n + 1 values. */
static bool atr_ready(const void *plan, const void *state, unsigned w)
{
    const struct atr *atr = state;
    return smooth_is_full(&((const struct smooth_plans *)plan)->window[w], &atr[w].clock, 1);
}

/* Over ticks there is none before n ranges; over a time there is one with the first. */
static size_t atr_text(const void *plan, const void *state, unsigned w, unsigned output, char *text)
{
    const struct smooth_plan *smooth = &((const struct smooth_plans *)plan)->window[w];
    const struct atr *atr = &((const struct atr *)state)[w];
    bool timed = smooth->window.span_ns != 0;
    (void)output; /* there is one */
    text[0] = '\0';
    if (timed ? atr->clock.cnt < 2 : !smooth_is_full(smooth, &atr->clock, 1))
        return 0;
    struct exact_wide num = {0, 0};
    exact_wide_add_scaled(&num, (exact_int)atr->sum, UINT64_C(1) << (timed ? COUNT_BITS - SUM_BITS : 0));
    exact_int den = timed ? (exact_int)atr->count : (exact_int)smooth->window.tick_cnt << SUM_BITS;
    return exact_half_ratio_text(text, num, den);
}

const struct indicator_ops indicator_atr = {
    .name = "atr",
    .title = "ATR",
    .arg_name = "N[,N...]",
    .help = "average true range: how far a tick moves the price",
    .parts = "n",
    .open = atr_open,
    .state_size = atr_state_size,
    .push = atr_push,
    .ready = atr_ready,
    .text = atr_text,
};
