#include "monitor/level.h"

#include <stdbool.h>

struct level_limits level_defaults(void)
{
    return (struct level_limits){.warn = {LIMIT_PERCENT, 75}, .crit = {LIMIT_PERCENT, 90}};
}

uint64_t queue_percent(const struct queue *queue)
{
    return queue->slot_cnt == 0 ? 0 : queue->lane_lag * 100 / queue->slot_cnt;
}

static bool is_reached(const struct limit *limit, const struct queue *queue)
{
    if (queue->lag == 0)
        return false;
    switch (limit->kind) {
    case LIMIT_TICKS:
        return queue->lag >= (uint64_t)limit->value;
    case LIMIT_PERCENT:
        return queue->lane_lag >= limit_ticks(limit, queue->slot_cnt);
    case LIMIT_AGE:
        return queue->lag_ns >= limit->value;
    }
    return false;
}

enum level level_of(const struct level_limits *limits, const struct queue *queue)
{
    if (is_reached(&limits->crit, queue))
        return LEVEL_CRIT;
    return is_reached(&limits->warn, queue) ? LEVEL_WARN : LEVEL_OK;
}

const char *level_name(enum level level)
{
    static const char *const name[] = {"OK", "WARN", "CRIT"};
    return name[level];
}
