/* level.h - how bad it is: queues against limits (limit.h). */
#ifndef MONITOR_LEVEL_H
#define MONITOR_LEVEL_H

#include "limit.h"

enum level { LEVEL_OK, LEVEL_WARN, LEVEL_CRIT };

struct level_limits {
    struct limit warn;
    struct limit crit;
};

/* level_defaults - 75 and 90 % of the ring. */
struct level_limits level_defaults(void);

/* What a consumer has before it. */
struct queue {
    uint64_t lag; /* ticks, over all lanes */
    uint64_t lane_lag; /* in its fullest lane: every lane has the slots of a ring of its own */
    int64_t lag_ns; /* how long the oldest has waited; 0: not known */
    uint64_t slot_cnt; /* of a lane */
};

/* queue_percent - how full the fullest lane is, rounded down. */
uint64_t queue_percent(const struct queue *queue);

/* level_of - a limit is reached by a queue as deep or as old as it says; an empty queue reaches none. */
enum level level_of(const struct level_limits *limits, const struct queue *queue);

/* level_name - OK, WARN, CRIT. */
const char *level_name(enum level level);

#endif
