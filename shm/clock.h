/* clock.h - the two clocks.  Every duration and every publish time is CLOCK_MONOTONIC, which no one sets;
 * wall time is for people only and decides nothing. */
#ifndef TR_CLOCK_H
#define TR_CLOCK_H

#include <stdint.h>
#include <time.h>

#define TR_NS_PER_S INT64_C(1000000000)
#define TR_NS_PER_MS INT64_C(1000000)

static inline int64_t tr_clock_read_ns(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * TR_NS_PER_S + t.tv_nsec;
}

static inline int64_t tr_now_ns(void)
{
    return tr_clock_read_ns(CLOCK_MONOTONIC);
}

static inline int64_t tr_wall_ns(void)
{
    return tr_clock_read_ns(CLOCK_REALTIME);
}

#endif
