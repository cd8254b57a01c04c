/* identity.h - which input a feed replays, in six words: a feed that was killed and is started again with
 * the same command finds its ticks by it. */
#ifndef FEED_IDENTITY_H
#define FEED_IDENTITY_H

#include "feed/options.h"

/* identity_of - the files (device, inode, size, time of change) and every option that decides which ticks
 * there are and in which order.  All 0: the input cannot be repeated (a pipe, dropped ticks). */
struct tr_input_id identity_of(const struct feed_options *opt, unsigned ring_idx);

#endif
