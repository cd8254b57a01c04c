/* limit.h - a limit for a queue: its depth in ticks or in per cent of a lane's slots, or the age of its oldest
 * tick. */
#ifndef COMMON_LIMIT_H
#define COMMON_LIMIT_H

#include <stdint.h>

enum limit_kind { LIMIT_TICKS, LIMIT_PERCENT, LIMIT_AGE };

struct limit {
    enum limit_kind kind;
    int64_t value; /* ticks, per cent, or ns */
};

/* limit_parse - "1000", "75%", "10ms".  0, or -EINVAL and *limit as it was. */
int limit_parse(const char *text, struct limit *limit);

/* limit_ticks - the depth at which the limit is reached (per cent: of the fullest lane); 0 for an age. */
uint64_t limit_ticks(const struct limit *limit, uint64_t slot_cnt);

#endif
