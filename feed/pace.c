#include "pace.h"

#include "clock.h"

#define OFFSET_MAX_NS 4e18 /* 126 years: what is due later is never due, and the sum with now fits */

static int64_t due_at_rate(struct pace *pace)
{
    unsigned __int128 ns = (unsigned __int128)pace->tick_cnt * (uint64_t)TR_NS_PER_S / pace->rate_hz;
    pace->tick_cnt++;
    return pace->begin_ns + (int64_t)ns;
}

/* Sums up the silences one by one, so that each can be cut; a double keeps nanoseconds for a month. */
static int64_t due_as_recorded(struct pace *pace, int64_t ts_event_ns)
{
    if (!pace->has_event) {
        pace->has_event = true;
        pace->last_event_ns = ts_event_ns;
    }
    int64_t gap_ns = ts_event_ns - pace->last_event_ns;
    if (gap_ns > 0) {
        pace->last_event_ns = ts_event_ns;
        double wait_ns = (double)gap_ns / pace->speed;
        if (pace->max_gap_ns > 0 && wait_ns > (double)pace->max_gap_ns)
            wait_ns = (double)pace->max_gap_ns;
        pace->offset_ns += wait_ns;
        if (pace->offset_ns > OFFSET_MAX_NS)
            pace->offset_ns = OFFSET_MAX_NS;
    }
    return pace->begin_ns + (int64_t)pace->offset_ns;
}

int64_t pace_due_ns(struct pace *pace, int64_t ts_event_ns, int64_t now_ns)
{
    if (pace->kind == PACE_MAX)
        return 0;
    if (!pace->begun) {
        pace->begun = true;
        pace->begin_ns = now_ns;
    }
    return pace->kind == PACE_RATE ? due_at_rate(pace) : due_as_recorded(pace, ts_event_ns);
}

void pace_rewind(struct pace *pace)
{
    pace->has_event = false;
}
