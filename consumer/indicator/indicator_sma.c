/* sma: simple moving averages, all windows of a symbol in one sma_set. */
#include <stdlib.h>

#include "consumer/indicator/indicator.h"
#include "consumer/indicator/moving.h"
#include "consumer/indicator/sma_keep.h"

static void *sma_open(const struct indicator_window *window, unsigned window_cnt)
{
    struct sma_plan *plan = malloc(sizeof *plan);
    if (plan != NULL)
        moving_init(plan, window, window_cnt);
    return plan;
}

static size_t sma_state_size(const void *plan)
{
    (void)plan;
    return sizeof(struct sma_set);
}

static int sma_take(const void *plan, void *state, const struct indicator_value *value)
{
    return sma_push(state, plan, value->half, value->ts_event_ns);
}

static void sma_forget(const void *plan, void *state)
{
    (void)plan;
    sma_reset(state);
}

static bool sma_full(const void *plan, const void *state, unsigned w)
{
    return sma_ready(state, plan, w);
}

static size_t sma_mean(const void *plan, const void *state, unsigned w, unsigned output, char *text)
{
    (void)plan;
    (void)output; /* there is one */
    return sma_text(text, state, w);
}

static void sma_save_or_load(const void *plan, void *state, struct state *s)
{
    sma_keep(state, plan, s);
}

static void sma_give_back(const void *plan, void *state)
{
    (void)plan;
    sma_free(state);
}

static uint64_t sma_capped_cnt(const void *state)
{
    return ((const struct sma_set *)state)->capped_cnt;
}

const struct indicator_ops indicator_sma = {
    .name = "sma",
    .title = "SMA",
    .arg_name = "N[,N...]",
    .help = "simple moving averages (default 5)",
    .parts = "n",
    .open = sma_open,
    .state_size = sma_state_size,
    .push = sma_take,
    .reset = sma_forget,
    .ready = sma_full,
    .text = sma_mean,
    .keep = sma_save_or_load,
    .free = sma_give_back,
    .capped_cnt = sma_capped_cnt,
};
