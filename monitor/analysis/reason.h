/* reason.h - why a consumer is slow, in a sentence. */
#ifndef MONITOR_ANALYSIS_REASON_H
#define MONITOR_ANALYSIS_REASON_H

#include "monitor/snapshot.h"

#define REASON_LEN 200

/* reason_of_member - the most telling of what there is to say: "was killed, ...", "stopped or stuck (pid 42 keeps no house for
 * 5.00s)", "waits for room in the next ring 87 % of the time: see the next stage", "sets the pace for all reliable readers:
 * a tick takes it 103us, 9700/s at most", "is overrun: ...", "falls behind by 100 ticks a second, full in 21.0s: ...",
 * "catches up: ...", "is 300 ticks behind", "keeps up: idle 75 % of the time".  By the last ten seconds, of a used place;
 * without a past by what the view says.  Never empty.  Returns text. */
char *reason_of_member(const struct snapshot *snap, unsigned member_idx, char text[REASON_LEN]);

#endif
