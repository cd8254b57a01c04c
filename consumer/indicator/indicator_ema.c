/* ema: exponential moving averages (smooth.h), begun with the first value. */
#include "consumer/indicator/indicator.h"
#include "consumer/indicator/smooth.h"

static void *ema_open(const struct indicator_window *window, unsigned window_cnt)
{
    return smooth_open(window, window_cnt, smooth_init_ema);
}

static size_t ema_state_size(const void *plan)
{
    return ((const struct smooth_plans *)plan)->cnt * sizeof(struct smooth_ema);
}

static int ema_push(const void *plan, void *state, const struct indicator_value *value)
{
    const struct smooth_plans *plans = plan;
    struct smooth_ema *ema = state;
    for (unsigned w = 0; w < plans->cnt; w++)
        smooth_push(&plans->window[w], &ema[w], value->half * SMOOTH_ONE, value->ts_event_ns);
    return 0;
}

static bool ema_ready(const void *plan, const void *state, unsigned w)
{
    const struct smooth_ema *ema = state;
    return smooth_is_full(&((const struct smooth_plans *)plan)->window[w], &ema[w].clock, 0);
}

static size_t ema_text(const void *plan, const void *state, unsigned w, unsigned output, char *text)
{
    const struct smooth_ema *ema = state;
    (void)plan;
    (void)output; /* there is one */
    text[0] = '\0';
    return ema[w].clock.cnt > 0 ? smooth_text(text, ema[w].level) : 0;
}

const struct indicator_ops indicator_ema = {
    .name = "ema",
    .title = "EMA",
    .arg_name = "N[,N...]",
    .help = "exponential moving averages",
    .parts = "n",
    .open = ema_open,
    .state_size = ema_state_size,
    .push = ema_push,
    .ready = ema_ready,
    .text = ema_text,
};
