/* meanrev: a price that left its Bollinger bands is expected back; the first window of bands.
 *
 *   BUY   value below the lower band          SELL   value above the upper band
 *
 * Once for each excursion: not again on that side before a value was within the bands, or on the other side.
 * Nothing is said before the window is full.  Confidence: how far beyond the band it is, in units of the bands'
 * half width k * sigma, at most 1. */
#include <stdio.h>

#include "consumer/indicator/bollinger.h"
#include "consumer/strategy/strategy.h"

static enum strategy_action meanrev_judge(const struct strategy *strategy, const struct symbol *symbol,
                                          void *state)
{
    const struct bollinger_plan *plan = strategy->bollinger->plan;
    const struct bollinger *bands = indicator_state(strategy->bollinger, symbol->state);
    signed char *before = state; /* the side on which the last value was: -1 below, 0 within, 1 above */
    if (!sma_ready(&bands->value, &plan->sma, 0))
        return STRATEGY_NONE;
    int side = bollinger_side(plan, bands, 0, symbol->stats.last);
    bool left = side != 0 && side != *before;
    *before = (signed char)side;
    if (!left)
        return STRATEGY_NONE;
    return side < 0 ? STRATEGY_BUY : STRATEGY_SELL;
}

static int64_t meanrev_confidence_e12(const struct strategy *strategy, const struct symbol *symbol)
{
    const struct bollinger *bands = indicator_state(strategy->bollinger, symbol->state);
    return bollinger_beyond_e12(strategy->bollinger->plan, bands, 0, symbol->stats.last);
}

/* Such as "below Bollinger(20,2)". */
static size_t meanrev_reason(const struct strategy *strategy, const struct symbol *symbol,
                             enum strategy_action action, char *text)
{
    (void)symbol;
    return (size_t)snprintf(text, EXACT_TEXT_MAX, "%s Bollinger(%.63s)",
                            action == STRATEGY_BUY ? "below" : "above", strategy->bollinger->window[0].name);
}

const struct strategy_ops strategy_meanrev = {
    .name = "meanrev",
    .help = "a price outside its Bollinger bands is expected back",
    .need = {&indicator_bollinger, "20,2"},
    .sma = "5",
    .sma_cnt_min = 1,
    .state_size = sizeof(signed char),
    .judge = meanrev_judge,
    .confidence_e12 = meanrev_confidence_e12,
    .reason = meanrev_reason,
};
