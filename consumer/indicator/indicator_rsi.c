/* rsi: relative strength index (Wilder, New Concepts in Technical Trading Systems, 1978).
 *
 *     RSI = 100 * G / (G + L)      of the gains G and the losses L of late; 50 if there were neither
 *
 * Over n ticks G and L are Wilder's averages: the mean of the first n changes, then with each one
 * ((n - 1) * average + change) / n.  A factor that both have cancels, so they are kept as sums here: of the
 * first n changes, then sum' = sum * (n - 1) / n + change.  Over a time a change has the weight
 * exp(-age / time): sum' = sum * exp(-dt / time) + change.
 *
 * While a price stands still both sums shrink and their ratio stays.  Therefore they are in floating point with
 * one exponent for both, scaled such that the greater has 120 bits: a step changes the ratio by less than 2^-118,
 * so that an RSI is wrong by less than 1e-20 after 2^40 ticks. */
#include "consumer/indicator/indicator.h"
#include "consumer/indicator/smooth.h"
#include "consumer/wide.h"

#define SUM_BITS 120 /* of the greater of the two */

struct rsi {
    exact_uint gain; /* units of 2^-scale halves, as is loss */
    exact_uint loss;
    exact_int before; /* the last value */
    int64_t scale; /* >= 0 */
    struct smooth_clock clock;
};

static void *rsi_open(const struct indicator_window *window, unsigned window_cnt)
{
    return smooth_open(window, window_cnt, smooth_init_wilder);
}

static size_t rsi_state_size(const void *plan)
{
    return ((const struct smooth_plans *)plan)->cnt * sizeof(struct rsi);
}

/* size / 2^bits, rounded to the nearest. */
static exact_uint halve(exact_uint size, int64_t bits)
{
    return bits > 127 ? 0 : (size >> bits) + (size >> (bits - 1) & 1);
}

/* bits > 0 */
static void scale_down(struct rsi *rsi, int64_t bits)
{
    rsi->gain = halve(rsi->gain, bits);
    rsi->loss = halve(rsi->loss, bits);
    rsi->scale -= bits;
}

static int64_t bits_of(exact_uint size)
{
    return wide_bits((struct wide){size, 0});
}

/* The scale at which the greater sum has SUM_BITS; sums of nothing have none. */
static void normalize(struct rsi *rsi)
{
    int64_t bits = bits_of(rsi->gain > rsi->loss ? rsi->gain : rsi->loss);
    if (bits > SUM_BITS) {
        scale_down(rsi, bits - SUM_BITS);
    } else if (bits == 0) {
        rsi->scale = 0;
    } else {
        rsi->gain <<= SUM_BITS - bits;
        rsi->loss <<= SUM_BITS - bits;
        rsi->scale += SUM_BITS - bits;
    }
}

static void add_change(struct rsi *rsi, exact_int change)
{
    exact_uint size = (exact_uint)(change < 0 ? -change : change);
    int64_t scale_max = SUM_BITS - bits_of(size);
    if (size == 0)
        return;
    if (rsi->scale > scale_max)
        scale_down(rsi, rsi->scale - scale_max);
    *(change > 0 ? &rsi->gain : &rsi->loss) += size << rsi->scale;
}

static void push_one(const struct smooth_plan *plan, struct rsi *rsi, const struct indicator_value *value)
{
    exact_uint weight = smooth_tick(plan, &rsi->clock, value->ts_event_ns);
    if (smooth_is_full(plan, &rsi->clock, 2) || plan->window.span_ns != 0) { /* the first n keep theirs */
        rsi->gain = decay_scale(rsi->gain, weight);
        rsi->loss = decay_scale(rsi->loss, weight);
    }
    if (rsi->clock.cnt > 1)
        add_change(rsi, value->half - rsi->before);
    normalize(rsi);
    rsi->before = value->half;
}

static int rsi_push(const void *plan, void *state, const struct indicator_value *value)
{
    const struct smooth_plans *plans = plan;
    struct rsi *rsi = state;
    for (unsigned w = 0; w < plans->cnt; w++)
        push_one(&plans->window[w], &rsi[w], value);
    return 0;
}

/* n changes are of n + 1 values. */
static bool rsi_ready(const void *plan, const void *state, unsigned w)
{
    const struct rsi *rsi = state;
    return smooth_is_full(&((const struct smooth_plans *)plan)->window[w], &rsi[w].clock, 1);
}

/* Over ticks there is none before n changes; over a time there is one with the first. */
static bool has_value(const struct smooth_plan *plan, const struct rsi *rsi)
{
    return plan->window.span_ns != 0 ? rsi->clock.cnt > 1 : smooth_is_full(plan, &rsi->clock, 1);
}

static size_t rsi_text(const void *plan, const void *state, unsigned w, unsigned output, char *text)
{
    const struct rsi *rsi = &((const struct rsi *)state)[w];
    (void)output; /* there is one */
    text[0] = '\0';
    if (!has_value(&((const struct smooth_plans *)plan)->window[w], rsi))
        return 0;
    if (rsi->gain == 0 && rsi->loss == 0)
        return exact_text(text, 50, 0);
    struct exact_wide num = {0, 0};
    exact_wide_add_scaled(&num, (exact_int)rsi->gain, 100);
    return exact_ratio_text(text, num, (exact_int)(rsi->gain + rsi->loss), 0);
}

const struct indicator_ops indicator_rsi = {
    .name = "rsi",
    .title = "RSI",
    .arg_name = "N[,N...]",
    .help = "relative strength: gains in per cent of gains and losses",
    .parts = "n",
    .open = rsi_open,
    .state_size = rsi_state_size,
    .push = rsi_push,
    .ready = rsi_ready,
    .text = rsi_text,
};
