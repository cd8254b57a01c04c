/* alert.h - a command that is run when the level of a ring changes.  The ring is watched on meanwhile: nothing here
 * waits, and one command runs at a time. */
#ifndef MONITOR_ALERT_H
#define MONITOR_ALERT_H

#include <sys/types.h>

#include "monitor/snapshot.h"

/* All zero but the command: no change was seen yet, and the level was OK. */
struct alert {
    const char *command; /* for sh -c; NULL: none */
    bool silent; /* what it writes goes nowhere: the terminal shows something else */
    enum level level; /* as last looked at */
    enum level told; /* that the command was last run for */
    pid_t pid; /* of the command that runs; 0: none */
    bool told_failure; /* of the latest commands, which all failed */
};

/* alert_look - runs the command if the level is another than the one it was last run for; if it still runs, a later
 * call does.  To be called for each new snapshot and every now and then between: it also looks whether the command
 * has ended, and says once if it failed.
 *
 * The command has the environment of this process, and in it TICKRING_RING, TICKRING_LEVEL and TICKRING_BEFORE (OK,
 * WARN, CRIT) and TICKRING_WHY (the worst warning; empty if OK).  Its input is empty, its output goes to standard
 * error, signals from the terminal do not reach it. */
void alert_look(struct alert *alert, const struct snapshot *snap);

/* alert_end - nothing is looked at any more: says if the latest change was not told because the command for the one
 * before still runs, which it goes on doing. */
void alert_end(const struct alert *alert);

#endif
