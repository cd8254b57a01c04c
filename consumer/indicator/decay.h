/* decay.h - exp(-age / span) in integers, the same on every machine.
 *
 * An age is a sum of powers of two of a nanosecond, and so its weight a product of theirs, which are made once:
 * those up to the span by the series of exp, the others by squaring.  What is returned differs from the true
 * value by less than 2^-115. */
#ifndef CONSUMER_DECAY_H
#define CONSUMER_DECAY_H

#include "consumer/exact.h"

#define DECAY_BITS 127
#define DECAY_ONE ((exact_uint)1 << DECAY_BITS) /* the weight 1 */

struct decay {
    exact_uint weight[64]; /* of an age of 2^i ns */
};

/* decay_init - span_ns > 0. */
void decay_init(struct decay *decay, int64_t span_ns);

/* decay_weight - exp(-age / span) in units of 2^-127: DECAY_ONE for age 0. */
exact_uint decay_weight(const struct decay *decay, uint64_t age_ns);

/* decay_scale - size * weight, rounded to the nearest; size < 2^127. */
exact_uint decay_scale(exact_uint size, exact_uint weight);

#endif
