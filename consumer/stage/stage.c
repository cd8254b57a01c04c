#include "consumer/stage/stage.h"

#include <string.h>

#include "exitcode.h"
#include "log.h"

static const struct stage_ops *const stage_table[] = {
    &stage_signals, &stage_print, &stage_volume, &stage_quotes, &stage_risk, &stage_execute, &stage_pipeline,
};

static const char *kind_name(unsigned kind)
{
    static const char *const name[] = {
        [TR_TICK_TRADE] = "trades",   [TR_TICK_QUOTE] = "quotes", [TR_TICK_UPDATE] = "updates of orders",
        [TR_TICK_SIGNAL] = "signals", [TR_TICK_ORDER] = "orders", [TR_TICK_FILL] = "fills",
    };
    return kind < sizeof name / sizeof name[0] && name[kind] != NULL ? name[kind] : "other records";
}

int stage_refuse(const struct stage *stage, const struct tr_tick *tick)
{
    const char *has = kind_name(tick->kind);
    if (stage->ops->reads == 0)
        log_error(stage->ops->name, "reads ticks, this ring has %s: name the ring of the feed with -n", has);
    else
        log_error(stage->ops->name, "reads %s, this ring has %s: name the ring of the stage before with -n",
                  kind_name(stage->ops->reads), has);
    return EXIT_CODE_DATA;
}

const struct stage_ops *stage_list(unsigned i)
{
    return i < sizeof stage_table / sizeof stage_table[0] ? stage_table[i] : NULL;
}

const struct stage_ops *stage_find(const char *name)
{
    for (unsigned i = 0; stage_list(i) != NULL; i++) {
        if (strcmp(stage_list(i)->name, name) == 0)
            return stage_list(i);
    }
    return NULL;
}
