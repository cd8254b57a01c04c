#include "consumer/strategy/rule_momentum.h"

#include <stdio.h>
#include <string.h>

static exact_uint size_of(exact_int value)
{
    return value < 0 ? -(exact_uint)value : (exact_uint)value;
}

/* The sign of (last - before) / before. */
static int change_sign(const struct symbol_stats *stats)
{
    int moved = (stats->last > stats->before) - (stats->last < stats->before);
    return stats->before < 0 ? -moved : moved;
}

enum rule_action rule_momentum_action(const struct rule_momentum *rule, const struct symbol_stats *stats,
                                      const struct sma_set *sma)
{
    int sign;
    if (exact_cmp_change(stats->last, stats->before, rule->threshold_pct) <= 0)
        return RULE_NONE;
    sign = change_sign(stats);
    if (sma_cmp(sma, rule->window, stats->last) != sign)
        return RULE_NONE;
    return sign > 0 ? RULE_BUY : RULE_SELL;
}

size_t rule_momentum_confidence_text(char *out, const struct symbol_stats *stats)
{
    size_t len = symbol_stats_change_text(out, stats);
    if (len == 0)
        return 0;
    if (exact_cmp_change(stats->last, stats->before, EXACT_PCT_SCALE) >= 0)
        return exact_text(out, 1, 0);
    if (out[0] != '-')
        return len;
    memmove(out, out + 1, len); /* with the NUL */
    return len - 1;
}

/* The size of the change in hundredths of a per cent, rounded half-even. */
static exact_uint change_hundredths(const struct symbol_stats *stats)
{
    exact_uint den = size_of(stats->before);
    exact_uint num = size_of(stats->last - stats->before) * 10000;
    exact_uint quotient = num / den;
    exact_uint rest = num % den;
    bool up = rest > den - rest || (rest == den - rest && (quotient & 1));
    return quotient + up;
}

size_t rule_momentum_reason_text(char *out, enum rule_action action, const struct symbol_stats *stats)
{
    char whole[EXACT_TEXT_MAX];
    exact_uint hundredths;
    out[0] = '\0';
    if (action == RULE_NONE || !symbol_stats_has_change(stats))
        return 0;
    hundredths = change_hundredths(stats);
    exact_text(whole, (exact_int)(hundredths / 100), 0);
    return (size_t)snprintf(out, EXACT_TEXT_MAX, "%s SMA, %s %.32s.%02u%%",
                            action == RULE_BUY ? "above" : "below", action == RULE_BUY ? "up" : "down", whole,
                            (unsigned)(hundredths % 100));
}
