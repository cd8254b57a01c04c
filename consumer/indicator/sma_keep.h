/* sma_keep.h - a set of moving averages, saved and loaded (state.h). */
#ifndef CONSUMER_SMA_KEEP_H
#define CONSUMER_SMA_KEEP_H

#include "consumer/indicator/sma.h"
#include "consumer/state.h"

/* sma_keep - saves the set, or loads it into one that is all zero.  A loaded set goes on as the saved one
 * would have.  Loading fails the state if memory is short or the bytes make no set of this plan. */
void sma_keep(struct sma_set *set, const struct sma_plan *plan, struct state *s);

#endif
