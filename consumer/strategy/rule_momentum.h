/* rule_momentum.h - the signal rule `momentum`: a price that moved enough, on the side of its average to
 * which it moved.
 *
 *   BUY   price > SMA and change > threshold          SELL   price < SMA and change < -threshold
 *
 * Price is the symbol's last value, SMA the average that holds it already, change the per cent from the
 * value before it (of that value: where prices are below zero, up is a negative change).  Comparisons are
 * exact; only texts are rounded. */
#ifndef CONSUMER_RULE_MOMENTUM_H
#define CONSUMER_RULE_MOMENTUM_H

#include "consumer/indicator/sma.h"
#include "consumer/symbol_stats.h"

enum rule_action { RULE_NONE = 0, RULE_BUY = 1, RULE_SELL = 2 };

struct rule_momentum {
    unsigned window; /* of the symbol's set: 0 is the first */
    int64_t threshold_pct; /* units of 1e-9 per cent, >= 0 */
};

/* rule_momentum_action - what the last value of a symbol says.  To be asked once for each value, after it
 * was pushed to `sma`; the first value of a series says nothing. */
enum rule_action rule_momentum_action(const struct rule_momentum *rule, const struct symbol_stats *stats,
                                      const struct sma_set *sma);

/* Texts to go with BUY or SELL, of EXACT_TEXT_MAX bytes; they return the length, or write "" and return 0
 * where there is no change. */

/* rule_momentum_confidence_text - the size of the change in per cent, at most 1, rounded half-even to
 * EXACT_DECIMALS. */
size_t rule_momentum_confidence_text(char *out, const struct symbol_stats *stats);

/* rule_momentum_reason_text - such as "above SMA, up 0.12%" for BUY, "below SMA, down 0.31%" for SELL; two
 * decimals, half-even.  "" for RULE_NONE too. */
size_t rule_momentum_reason_text(char *out, enum rule_action action, const struct symbol_stats *stats);

#endif
