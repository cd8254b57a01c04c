/* strategy.h - what a strategy is: a symbol with its newest value in; BUY, SELL or nothing out, and with a signal
 * how sure it is and why.
 *
 * One strategy is one file and one line in the table of strategy.c.  It looks at the stats and the indicators of
 * the symbol, which hold the newest value already, and may keep a state of plain bytes for each symbol.
 * Comparisons are exact; only a confidence and texts are rounded. */
#ifndef CONSUMER_STRATEGY_H
#define CONSUMER_STRATEGY_H

#include <string.h>

#include "consumer/symbols.h"

enum strategy_action { STRATEGY_NONE = 0, STRATEGY_BUY = 1, STRATEGY_SELL = 2 };

/* An indicator that a strategy looks at, and the windows it gets unless others are asked for. */
struct strategy_need {
    const struct indicator_ops *ops;
    const char *windows;
};

struct strategy_ops;

/* A strategy that was chosen, with its settings. */
struct strategy {
    const struct strategy_ops *ops;
    const struct indicators *indicators;
    const struct indicator *sma;
    const struct indicator *bollinger; /* NULL: not asked for, nor needed */
    struct exact_limit threshold; /* of a change, in per cent */
    bool only_moves; /* as in ops */
};

struct strategy_ops {
    const char *name;
    const char *help;
    struct strategy_need need; /* beside averages, which are always there; all zero: nothing */
    const char *sma; /* the windows of averages unless others are asked for */
    unsigned sma_cnt_min; /* how many windows of averages it looks at */
    bool
        only_moves; /* has no state, and nothing to say where no change exceeds the threshold: is not asked then */
    size_t state_size; /* of a symbol; all zero when a series of values begins */

    /* What the newest value says.  To be asked once for each value. */
    enum strategy_action (*judge)(const struct strategy *strategy, const struct symbol *symbol, void *state);

    /* Of the value that was judged BUY or SELL: 0 to 1 in units of 1e-12, rounded half-even. */
    int64_t (*confidence_e12)(const struct strategy *strategy, const struct symbol *symbol);

    /* The same: why, in a few words (EXACT_TEXT_MAX bytes).  Returns their length. */
    size_t (*reason)(const struct strategy *strategy, const struct symbol *symbol,
                     enum strategy_action action, char *text);
};

extern const struct strategy_ops strategy_momentum;
extern const struct strategy_ops strategy_cross;
extern const struct strategy_ops strategy_meanrev;

/* strategy_list - the i-th of the table, NULL after the last.  The first is the default. */
const struct strategy_ops *strategy_list(unsigned i);

/* strategy_find - the one of that name, or NULL. */
const struct strategy_ops *strategy_find(const char *name);

/* strategy_complete - asks for the indicators that it needs and nobody has asked for.  0; -EINVAL: those that
 * were asked for do not suffice, why says what is missing. */
int strategy_complete(const struct strategy_ops *ops, struct indicators *indicators, char *why,
                      size_t why_len);

/* strategy_of - the strategy with complete indicators, which stay the caller's and where they are. */
struct strategy strategy_of(const struct strategy_ops *ops, const struct indicators *indicators,
                            int64_t threshold_pct);

/* strategy_judge - ops->judge, of a symbol that has made a value; made: as symbols_update said. */
static inline enum strategy_action strategy_judge(const struct strategy *strategy, struct symbol *symbol,
                                                  enum symbol_value made)
{
    unsigned char *state = symbol->state + strategy->indicators->state_size;
    if (made == SYMBOL_VALUE_RESTART)
        memset(state, 0, strategy->ops->state_size);
    return strategy->ops->judge(strategy, symbol, state);
}

#endif
