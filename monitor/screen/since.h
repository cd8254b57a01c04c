/* since.h - what is new in a snapshot since another one of the same ring. */
#ifndef MONITOR_SCREEN_SINCE_H
#define MONITOR_SCREEN_SINCE_H

#include "monitor/snapshot.h"

/* since_make - *shown is *snap, but counts (delivered, lost, evicted, dropped, stalls, times blocked) and histograms of it
 * begin at *before, for names that were there then and have not begun anew.  Cursors, queues and the ledger's lines are as
 * they are. */
void since_make(struct snapshot *shown, const struct snapshot *snap, const struct snapshot *before);

#endif
