/* vwap: the volume-weighted mean price of the trades in a window: sum of price * size / sum of size.  Mids have
 * no size; a window without volume has no value. */
#include <stdlib.h>

#include "consumer/indicator/indicator.h"
#include "consumer/indicator/moving.h"
#include "consumer/indicator/sma_keep.h"

struct vwap {
    struct sma_set volume; /* units of 1e-9 */
    struct moving notional; /* halves * 1e-9 */
};

static void *vwap_open(const struct indicator_window *window, unsigned window_cnt)
{
    struct sma_plan *plan = malloc(sizeof *plan);
    if (plan != NULL)
        moving_init(plan, window, window_cnt);
    return plan;
}

static size_t vwap_state_size(const void *plan)
{
    (void)plan;
    return sizeof(struct vwap);
}

static int vwap_push(const void *plan, void *state, const struct indicator_value *value)
{
    struct vwap *vwap = state;
    int rc = sma_push(&vwap->volume, plan, value->size_qty, value->ts_event_ns);
    if (rc != 0)
        return rc;
    return moving_push(&vwap->notional, plan, value->half, value->size_qty, value->ts_event_ns);
}

static void vwap_reset(const void *plan, void *state)
{
    struct vwap *vwap = state;
    (void)plan;
    sma_reset(&vwap->volume);
    moving_reset(&vwap->notional);
}

static bool vwap_ready(const void *plan, const void *state, unsigned w)
{
    const struct vwap *vwap = state;
    return sma_ready(&vwap->volume, plan, w) && sma_sum(&vwap->volume, w) != 0;
}

static size_t vwap_text(const void *plan, const void *state, unsigned w, unsigned output, char *text)
{
    const struct vwap *vwap = state;
    (void)plan;
    (void)output; /* there is one */
    return exact_half_ratio_text(text, moving_sum(&vwap->notional, w), sma_sum(&vwap->volume, w));
}

static void vwap_keep(const void *plan, void *state, struct state *s)
{
    struct vwap *vwap = state;
    sma_keep(&vwap->volume, plan, s);
    moving_keep(&vwap->notional, plan, s);
}

static void vwap_free(const void *plan, void *state)
{
    struct vwap *vwap = state;
    (void)plan;
    sma_free(&vwap->volume);
    moving_free(&vwap->notional);
}

static uint64_t vwap_capped_cnt(const void *state)
{
    return ((const struct vwap *)state)->volume.capped_cnt;
}

const struct indicator_ops indicator_vwap = {
    .name = "vwap",
    .title = "VWAP",
    .summary_key = "window_vwap",
    .arg_name = "N[,N...]",
    .help = "volume-weighted average prices",
    .parts = "n",
    .open = vwap_open,
    .state_size = vwap_state_size,
    .push = vwap_push,
    .reset = vwap_reset,
    .ready = vwap_ready,
    .text = vwap_text,
    .keep = vwap_keep,
    .free = vwap_free,
    .capped_cnt = vwap_capped_cnt,
};
