/* watch.h - a ring, looked at again and again. */
#ifndef MONITOR_WATCH_H
#define MONITOR_WATCH_H

#include "monitor/options.h"
#include "monitor/view/view.h"

/* watch - waits for the ring, then shows it every delay until count, a signal, or the ring's end.
 * Returns an exit code. */
int watch(const struct monitor_options *opt, const struct view_ops *view, struct out *out);

#endif
