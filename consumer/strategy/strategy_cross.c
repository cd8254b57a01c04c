/* cross: an average over a short window that crosses one over a long window; the first two windows of averages.
 *
 *   BUY   fast was at or below slow and is above          SELL   fast was at or above slow and is below
 *
 * Nothing is said, nor remembered, before both are ready.  Confidence: |fast - slow| in per cent of slow, at most
 * 1. */
#include <stdio.h>

#include "consumer/strategy/strategy.h"

enum { FAST, SLOW };

/* Of a symbol: where fast was. */
struct cross {
    bool known;
    signed char side; /* -1 below, 0 at, 1 above slow */
};

/* fast - slow, and slow, times the numbers of values in both: sums of 2^109 at most. */
static exact_int apart(const struct sma_set *sma)
{
    return sma_sum(sma, FAST) * (exact_int)sma_cnt(sma, SLOW)
           - sma_sum(sma, SLOW) * (exact_int)sma_cnt(sma, FAST);
}

static enum strategy_action cross_judge(const struct strategy *strategy, const struct symbol *symbol,
                                        void *state)
{
    const struct sma_set *sma = indicator_state(strategy->sma, symbol->state);
    struct cross *before = state;
    if (!sma_ready(sma, strategy->sma->plan, FAST) || !sma_ready(sma, strategy->sma->plan, SLOW))
        return STRATEGY_NONE;
    exact_int now = apart(sma);
    struct cross after = {.known = true, .side = (signed char)((now > 0) - (now < 0))};
    bool buy = before->known && before->side <= 0 && after.side > 0;
    bool sell = before->known && before->side >= 0 && after.side < 0;
    *before = after;
    return buy ? STRATEGY_BUY : sell ? STRATEGY_SELL : STRATEGY_NONE;
}

static int64_t cross_confidence_e12(const struct strategy *strategy, const struct symbol *symbol)
{
    const struct sma_set *sma = indicator_state(strategy->sma, symbol->state);
    return exact_share_e12(exact_wide_of(apart(sma) * 100),
                           sma_sum(sma, SLOW) * (exact_int)sma_cnt(sma, FAST));
}

/* Such as "SMA(5) above SMA(20)". */
static size_t cross_reason(const struct strategy *strategy, const struct symbol *symbol,
                           enum strategy_action action, char *text)
{
    const struct indicator_window *window = strategy->sma->window;
    (void)symbol;
    return (size_t)snprintf(text, EXACT_TEXT_MAX, "SMA(%.31s) %s SMA(%.31s)", window[FAST].name,
                            action == STRATEGY_BUY ? "above" : "below", window[SLOW].name);
}

const struct strategy_ops strategy_cross = {
    .name = "cross",
    .help = "the first average of --sma crosses the second",
    .sma = "5,20",
    .sma_cnt_min = 2,
    .state_size = sizeof(struct cross),
    .judge = cross_judge,
    .confidence_e12 = cross_confidence_e12,
    .reason = cross_reason,
};
