/* volume: totals for each symbol, which the summary shows; nothing for a single tick. */
#include "consumer/stage/stage.h"

static int volume_tick(struct stage *stage, const struct stage_tick *t)
{
    (void)stage;
    (void)t; /* the symbol's stats hold it already */
    return 0;
}

const struct stage_ops stage_volume = {
    .name = "volume",
    .help = "totals for each symbol",
    .tick = volume_tick,
};
