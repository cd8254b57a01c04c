/* join.h - a consumer's way into its ring. */
#ifndef CONSUMER_JOIN_H
#define CONSUMER_JOIN_H

#include "consumer/options.h"

/* join_ring - waits for the ring to be there, as long as the options say, and takes a place: under the name asked
 * for, else under the stage's (with .2, .3 ... where a live process has it).  keeps_all: see tr_consumer_options.
 * Returns an exit code after it has logged why, or 0 if a signal came; *joined only if it is in, as `id`. */
int join_ring(struct tr_consumer *ring, const struct consumer_options *opt, bool keeps_all,
              char id[TR_NAME_MAX + 1], bool *joined);

#endif
