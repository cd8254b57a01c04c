/* pace.h - when a tick is due: at once, as recorded (faster, slower), or at a fixed rate. */
#ifndef FEED_PACE_H
#define FEED_PACE_H

#include <stdbool.h>
#include <stdint.h>

enum pace_kind { PACE_MAX, PACE_RECORDED, PACE_RATE };

struct pace {
    enum pace_kind kind;
    double speed; /* PACE_RECORDED: 2 is twice as fast; > 0 */
    uint64_t rate_hz; /* PACE_RATE: ticks a second; > 0 */
    int64_t spin_ns; /* sleep until so long before a tick is due, then spin: a sleeper wakes late */
    int64_t max_gap_ns; /* PACE_RECORDED: longer silences are cut to this; 0: never */
    bool begun;
    int64_t begin_ns; /* CLOCK_MONOTONIC of the first tick */
    uint64_t tick_cnt;
    bool has_event; /* last_event_ns is that of a tick of this pass over the input */
    int64_t last_event_ns;
    double offset_ns; /* of the tick seen last, from begin_ns */
};

/* pace_due_ns - when the next tick, of event time ts_event_ns, is due (CLOCK_MONOTONIC); 0: now.
 * now_ns is looked at for the first tick only; a late tick does not shift those after it.  Event times
 * that go back are due at once. */
int64_t pace_due_ns(struct pace *pace, int64_t ts_event_ns, int64_t now_ns);

/* pace_rewind - the input begins again: its first tick follows the last without a silence, and neither
 * what was late nor the count of ticks is forgotten. */
void pace_rewind(struct pace *pace);

#endif
