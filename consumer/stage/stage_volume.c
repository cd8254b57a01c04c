/* volume: totals for each symbol, which the summary shows and the symbols' stats hold. */
#include "consumer/stage/stage.h"

static int volume_tick(struct stage *stage, const struct stage_tick *t)
{
    return stage_check_tick(stage, t);
}

const struct stage_ops stage_volume = {
    .name = "volume",
    .help = "totals for each symbol",
    .tick = volume_tick,
};
