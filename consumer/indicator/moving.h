/* moving.h - sums over the windows of sma.h of numbers too wide for it: a price times a size, a square.
 *
 * A number is cut in two, its low 64 bits and the rest, and each part is a series of its own with the same
 * windows: the sum of the numbers is that of the parts, put together again. */
#ifndef CONSUMER_MOVING_H
#define CONSUMER_MOVING_H

#include "consumer/indicator/indicator.h"

/* All zero is empty. */
struct moving {
    struct sma_set low;
    struct sma_set high;
};

/* moving_init - the plan of windows of one tick count or time each, which were checked (the first part). */
void moving_init(struct sma_plan *plan, const struct indicator_window *window, unsigned window_cnt);

/* moving_push - the next number is a * b: |a| <= 2^65, |b| <= 2^84.  0, or -ENOMEM. */
int moving_push(struct moving *m, const struct sma_plan *plan, exact_int a, exact_int b, int64_t ts_event_ns);

/* moving_sum - of what is in window w. */
struct exact_wide moving_sum(const struct moving *m, unsigned w);

void moving_reset(struct moving *m);
void moving_keep(struct moving *m, const struct sma_plan *plan, struct state *s);
void moving_free(struct moving *m);

#endif
