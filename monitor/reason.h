/* reason.h - why a consumer is slow, in a sentence. */
#ifndef MONITOR_REASON_H
#define MONITOR_REASON_H

#include "monitor/collect.h"

#define REASON_LEN 200

/* reason_of_member - "sets the pace for all reliable readers: a tick takes it 103us, 9.7k/s at most", "waits for room in
 * the next ring 87 % of the time: see the next stage", "stopped (pid 42 keeps no house for 5 s)", "keeps up".  Never
 * empty.  Returns text. */
char *reason_of_member(const struct snapshot *snap, unsigned member_idx, char text[REASON_LEN]);

#endif
