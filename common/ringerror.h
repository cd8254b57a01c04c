/* ringerror.h - what an error of the library means to the user of a program. */
#ifndef COMMON_RINGERROR_H
#define COMMON_RINGERROR_H

/* ringerror_tell - logs why a ring could not be opened and what to try; returns the exit code.
 * rc: -errno as tr_producer_open, tr_consumer_open and tr_observe_open return; place: the name asked for. */
int ringerror_tell(const char *ring, const char *place, int rc);

/* ringerror_text - what that says, but for -EBUSY, of which the text depends on who asked. */
const char *ringerror_text(int rc);

/* ringerror_code - the exit code that goes with it. */
int ringerror_code(int rc);

#endif
