/* event_find.h - what the two halves of finding events share: who is looked at, and how an event is told. */
#ifndef MONITOR_ANALYSIS_EVENT_FIND_H
#define MONITOR_ANALYSIS_EVENT_FIND_H

#include "monitor/analysis/event.h"

/* The newest events so far, as a heap: the oldest of them is the first, and goes when there is a newer one. */
struct event_heap {
    struct event *event;
    unsigned cnt;
    unsigned max;
};

/* A producer or consumer that is looked at. */
struct event_subject {
    struct event_heap *heap;
    const struct snapshot *snap;
    const struct past_track *track;
    bool is_feed;
    unsigned idx;
    const char *name;
    char who[WHO_LEN]; /* "feed binance" */
};

/* Something that goes on over several samples, told as one. */
struct event_spell {
    bool is_on;
    int64_t begin_ns;
    uint64_t key; /* another one is another spell */
    enum level level;
    uint64_t amount;
};

/* event_tell - adds one; its text is who it is about, and what format says. */
void event_tell(const struct event_subject *sub, int64_t at_ns, enum event_kind kind, enum level level,
                const char *format, ...) __attribute__((format(printf, 5, 6)));

/* event_find_comings - who joined, left, died and came back; beat_ns and pid are those of the view. */
void event_find_comings(const struct event_subject *sub, bool is_dead, int64_t beat_ns, uint64_t pid);

/* All events of a place. */
void event_find_of_lane(struct event_heap *heap, const struct snapshot *snap, unsigned lane_idx);
void event_find_of_member(struct event_heap *heap, const struct snapshot *snap, unsigned member_idx);

/* event_time_between - a - b; 0 if that is negative or no time. */
static inline int64_t event_time_between(int64_t a, int64_t b)
{
    int64_t between;
    return __builtin_sub_overflow(a, b, &between) || between < 0 ? 0 : between;
}

/* event_grown - a - b of sums that only grow; 0 if they did not. */
static inline uint64_t event_grown(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

/* event_sum - a + b; the largest number if that is none. */
static inline uint64_t event_sum(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

#endif
