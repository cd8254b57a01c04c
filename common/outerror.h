/* outerror.h - what it means to the user of a program that output could not be written. */
#ifndef COMMON_OUTERROR_H
#define COMMON_OUTERROR_H

/* outerror_tell - the exit code for what out_flush has returned: 0 if all was written, or the reader had enough (-EPIPE);
 * else it logs why and what to try. */
int outerror_tell(int rc);

#endif
