#include "consumer/strategy/strategy.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct strategy_ops *const strategy_table[] = {
    &strategy_momentum,
    &strategy_cross,
    &strategy_meanrev,
};

const struct strategy_ops *strategy_list(unsigned i)
{
    return i < sizeof strategy_table / sizeof strategy_table[0] ? strategy_table[i] : NULL;
}

const struct strategy_ops *strategy_find(const char *name)
{
    for (unsigned i = 0; strategy_list(i) != NULL; i++) {
        if (strcmp(strategy_list(i)->name, name) == 0)
            return strategy_list(i);
    }
    return NULL;
}

static int ask_unless_there(struct indicators *indicators, const struct strategy_need *need, char *why,
                            size_t why_len)
{
    if (need->ops == NULL || indicators_find(indicators, need->ops) != NULL)
        return 0;
    return indicators_ask(indicators, need->ops, need->windows, why, why_len);
}

int strategy_complete(const struct strategy_ops *ops, struct indicators *indicators, char *why,
                      size_t why_len)
{
    const struct strategy_need sma = {&indicator_sma, ops->sma};
    int rc = ask_unless_there(indicators, &sma, why, why_len);
    if (rc == 0)
        rc = ask_unless_there(indicators, &ops->need, why, why_len);
    if (rc != 0 || indicators_find(indicators, &indicator_sma)->window_cnt >= ops->sma_cnt_min)
        return rc;
    snprintf(why, why_len, "%s looks at %u averages, give as many windows: --sma=%s", ops->name,
             ops->sma_cnt_min, ops->sma);
    return -EINVAL;
}

struct strategy strategy_of(const struct strategy_ops *ops, const struct indicators *indicators,
                            int64_t threshold_pct)
{
    return (struct strategy){
        .ops = ops,
        .indicators = indicators,
        .sma = indicators_find(indicators, &indicator_sma),
        .bollinger = indicators_find(indicators, &indicator_bollinger),
        .threshold = exact_limit_of(threshold_pct),
        .only_moves = ops->only_moves,
    };
}
