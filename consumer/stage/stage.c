#include "consumer/stage/stage.h"

#include <string.h>

static const struct stage_ops *const stage_table[] = {
    &stage_signals,
    &stage_print,
    &stage_volume,
};

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
