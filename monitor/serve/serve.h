/* serve.h - a ring for those who look from elsewhere: Prometheus, and people with a browser. */
#ifndef MONITOR_SERVE_SERVE_H
#define MONITOR_SERVE_SERVE_H

#include "monitor/options.h"

/* serve - listens at opt->listen and answers until a signal, whether there is a ring or not.  Nothing is written to the
 * ring, and no client holds up another.  Returns an exit code after it has logged why. */
int serve(const struct monitor_options *opt);

#endif
