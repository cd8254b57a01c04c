/* verbs.h - what shmmon does besides watching.  Each returns an exit code. */
#ifndef MONITOR_VERBS_H
#define MONITOR_VERBS_H

#include "monitor/options.h"
#include "out.h"

/* verb_list - a line for every ring under /dev/shm that we may look at. */
int verb_list(const struct monitor_options *opt, struct out *out);

/* verb_check - one line for a monitoring system: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN. */
enum { CHECK_OK, CHECK_WARNING, CHECK_CRITICAL, CHECK_UNKNOWN };
int verb_check(const struct monitor_options *opt, struct out *out);

/* verb_history - the past of a ring, as text, JSON or CSV (--history). */
int verb_history(const struct monitor_options *opt, struct out *out);

/* verb_clean - removes rings that no live process is in, semaphores whose ring is gone, and what a killed
 * creation left behind. */
int verb_clean(const struct monitor_options *opt, struct out *out);

#endif
