/* screen.h - a ring, watched full screen. */
#ifndef MONITOR_SCREEN_SCREEN_H
#define MONITOR_SCREEN_SCREEN_H

#include "monitor/options.h"

/* screen_watch - shows the ring until q, a signal, or so many looks as were asked for: before there is one, and after it
 * has gone, until the next.  Returns an exit code; -ENOTTY, -ENOSYS: the terminal cannot (curses.h), nothing was shown. */
int screen_watch(const struct monitor_options *opt);

#endif
