/* momentum: a price that moved enough, on the side of its average to which it moved.
 *
 *   BUY   price > SMA and change > threshold          SELL   price < SMA and change < -threshold
 *
 * Price is the symbol's last value, SMA the first window of averages, change the per cent from the value before
 * (of that value: where prices are below zero, up is a negative change).  The first value of a series says
 * nothing.  Confidence: the change in per cent without its sign, at most 1. */
#include <stdio.h>

#include "consumer/strategy/strategy.h"

/* The sign of (last - before) / before. */
static int change_sign(const struct symbol_stats *stats)
{
    int moved = (stats->last > stats->before) - (stats->last < stats->before);
    return stats->before < 0 ? -moved : moved;
}

static enum strategy_action momentum_judge(const struct strategy *strategy, const struct symbol *symbol,
                                           void *state)
{
    const struct symbol_stats *stats = &symbol->stats;
    const struct sma_set *sma = indicator_state(strategy->sma, symbol->state);
    (void)state; /* it has none */
    if (exact_cmp_change(stats->last, stats->before, strategy->threshold.pct) <= 0)
        return STRATEGY_NONE;
    int sign = change_sign(stats);
    if (sma_cmp(sma, 0, stats->last) != sign)
        return STRATEGY_NONE;
    return sign > 0 ? STRATEGY_BUY : STRATEGY_SELL;
}

static int64_t momentum_confidence_e12(const struct strategy *strategy, const struct symbol *symbol)
{
    const struct symbol_stats *stats = &symbol->stats;
    (void)strategy;
    return exact_share_e12(exact_wide_of((stats->last - stats->before) * 100), stats->before);
}

/* The size of the change in hundredths of a per cent, rounded half-even. */
static exact_uint change_hundredths(const struct symbol_stats *stats)
{
    exact_uint den = exact_size(stats->before);
    exact_uint num = exact_size(stats->last - stats->before) * 10000;
    exact_uint quotient = num / den;
    exact_uint rest = num % den;
    bool up = rest > den - rest || (rest == den - rest && (quotient & 1));
    return quotient + up;
}

/* Such as "above SMA, up 0.12%" for BUY, "below SMA, down 0.31%" for SELL. */
static size_t momentum_reason(const struct strategy *strategy, const struct symbol *symbol,
                              enum strategy_action action, char *text)
{
    char whole[EXACT_TEXT_MAX];
    exact_uint hundredths = change_hundredths(&symbol->stats);
    bool buy = action == STRATEGY_BUY;
    (void)strategy;
    exact_text(whole, (exact_int)(hundredths / 100), 0);
    return (size_t)snprintf(text, EXACT_TEXT_MAX, "%s SMA, %s %.32s.%02u%%", buy ? "above" : "below",
                            buy ? "up" : "down", whole, (unsigned)(hundredths % 100));
}

const struct strategy_ops strategy_momentum = {
    .name = "momentum",
    .help = "a change above the threshold, on its side of the average (default)",
    .sma = "5",
    .sma_cnt_min = 1,
    .only_moves = true,
    .judge = momentum_judge,
    .confidence_e12 = momentum_confidence_e12,
    .reason = momentum_reason,
};
