#include "consumer/indicator/moving.h"

#include "consumer/indicator/sma_keep.h"

#define CUT 32 /* bits of b that go through 128 bits at a time */

void moving_init(struct sma_plan *plan, const struct indicator_window *window, unsigned window_cnt)
{
    struct sma_window part[INDICATOR_WINDOW_MAX];
    for (unsigned w = 0; w < window_cnt; w++)
        part[w] = window[w].part[0];
    sma_plan_init(plan, part, window_cnt);
}

static struct exact_wide product(exact_int a, exact_int b)
{
    struct exact_wide wide = exact_wide_of(a * (uint32_t)b);
    exact_wide_add_scaled(&wide, a * (b >> CUT), UINT64_C(1) << CUT);
    return wide;
}

int moving_push(struct moving *m, const struct sma_plan *plan, exact_int a, exact_int b, int64_t ts_event_ns)
{
    struct exact_wide wide = product(a, b);
    exact_int rest = (exact_int)((exact_uint)wide.high << 64) + (wide.low >> 64);
    int rc = sma_push(&m->low, plan, (uint64_t)wide.low, ts_event_ns);
    return rc != 0 ? rc : sma_push(&m->high, plan, rest, ts_event_ns);
}

struct exact_wide moving_sum(const struct moving *m, unsigned w)
{
    struct exact_wide sum = exact_wide_of(sma_sum(&m->low, w));
    exact_int high = sma_sum(&m->high, w);
    exact_wide_add_scaled(&sum, high * 2, UINT64_C(1) << 63);
    return sum;
}

void moving_reset(struct moving *m)
{
    sma_reset(&m->low);
    sma_reset(&m->high);
}

void moving_keep(struct moving *m, const struct sma_plan *plan, struct state *s)
{
    sma_keep(&m->low, plan, s);
    sma_keep(&m->high, plan, s);
}

void moving_free(struct moving *m)
{
    sma_free(&m->low);
    sma_free(&m->high);
}
