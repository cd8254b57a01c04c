/* smooth.h - exponential smoothing: what is old counts for less, with every tick or with the time that passes.
 *
 * With each step what was gathered so far keeps a weight w of what it had, in units of 2^-127 (decay.h):
 *
 *     over n ticks    w = (n - 1) / (n + 1) for an EMA, (n - 1) / n for an average of Wilder's
 *     over a time     w = exp(-dt / time), with dt the event time since the step before
 *
 * Time does not go back: a tick that is older than the one before counts as of the same moment.
 *
 * An EMA goes a share 1 - w of the way to its target: level' = target + w * (level - target), the first level
 * being the first target.  Over n ticks 1 - w is the usual alpha = 2 / (n + 1).  Over a time a value is taken to
 * have stood since the one before it (EMA_next of Eckner, Algorithms for Unevenly Spaced Time Series, 2019;
 * "next point" of Mueller, 1991), so that of the values of one moment the first counts.
 *
 * Levels are in units of 2^-56 halves.  A step rounds by half a unit, and what was rounded before shrinks with
 * every step, so there is no drift: the error is at most a unit / (1 - w).  In prices (a half is 5e-10) that is
 * below 1e-19 for any n; over a time, below 1e-14 as long as it has fewer than 2^40 ticks. */
#ifndef CONSUMER_SMOOTH_H
#define CONSUMER_SMOOTH_H

#include "consumer/indicator/decay.h"
#include "consumer/indicator/indicator.h"

#define SMOOTH_BITS 56
#define SMOOTH_ONE ((exact_int)1 << SMOOTH_BITS) /* one half */

/* One window, of all symbols. */
struct smooth_plan {
    struct sma_window window;
    exact_uint weight; /* over ticks: of what was before */
    struct decay decay; /* over a time */
};

struct smooth_plans {
    unsigned cnt;
    struct smooth_plan window[];
};

/* Ticks and time of one symbol, for one window.  All zero is without ticks. */
struct smooth_clock {
    uint64_t cnt;
    int64_t first_ns;
    int64_t now_ns;
};

struct smooth_ema {
    exact_int level;
    struct smooth_clock clock;
};

void smooth_init_ema(struct smooth_plan *plan, const struct sma_window *window);
void smooth_init_wilder(struct smooth_plan *plan, const struct sma_window *window);

/* smooth_open - plans for windows of one part each (indicator_ops.open), by one of the two above. */
struct smooth_plans *smooth_open(const struct indicator_window *window, unsigned window_cnt,
                                 void (*init)(struct smooth_plan *plan, const struct sma_window *window));

/* smooth_tick - counts a tick.  Returns the weight of what was before it. */
exact_uint smooth_tick(const struct smooth_plan *plan, struct smooth_clock *clock, int64_t ts_event_ns);

/* smooth_is_full - whether there were as many ticks as the window has, and some more, or the first was at least
 * the time ago. */
bool smooth_is_full(const struct smooth_plan *plan, const struct smooth_clock *clock, uint64_t more_cnt);

/* smooth_push - the next target, a level: |target| < 2^123, as are differences of prices. */
void smooth_push(const struct smooth_plan *plan, struct smooth_ema *ema, exact_int target,
                 int64_t ts_event_ns);

/* smooth_text - a level as decimal text (exact.h), rounded half-even to 12 decimals. */
size_t smooth_text(char *out, exact_int level);

#endif
