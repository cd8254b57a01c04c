/* level.h - how bad it is: limits for the depth of a queue in ticks, in per cent of the ring, or as the
 * age of its oldest tick. */
#ifndef MONITOR_LEVEL_H
#define MONITOR_LEVEL_H

#include <stddef.h>
#include <stdint.h>

enum level { LEVEL_OK, LEVEL_WARN, LEVEL_CRIT };

enum limit_kind { LIMIT_TICKS, LIMIT_PERCENT, LIMIT_AGE };

struct limit {
    enum limit_kind kind;
    int64_t value; /* ticks, per cent, or ns */
};

struct level_limits {
    struct limit warn;
    struct limit crit;
};

/* level_defaults - 75 and 90 % of the ring. */
struct level_limits level_defaults(void);

/* limit_parse - "1000", "75%", "10ms".  0 or -EINVAL. */
int limit_parse(const char *text, struct limit *limit);

/* limit_ticks - the depth at which the limit is reached; 0 for an age. */
uint64_t limit_ticks(const struct limit *limit, uint64_t slot_cnt);

/* level_of - of a queue that is `lag` deep and whose oldest tick has waited lag_ns. */
enum level level_of(const struct level_limits *limits, uint64_t lag, int64_t lag_ns, uint64_t slot_cnt);

/* level_name - OK, WARN, CRIT. */
const char *level_name(enum level level);

#endif
