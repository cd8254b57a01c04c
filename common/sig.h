/* sig.h - signals of a program: the first SIGINT, SIGTERM or SIGHUP asks it to stop in good order, the
 * second ends it at once. */
#ifndef COMMON_SIG_H
#define COMMON_SIG_H

#include <stdbool.h>

/* sig_install - handlers for stopping (system calls return with EINTR; a SIGHUP that nohup has ignored stays
 * so), SIGPIPE ignored (writes fail with EPIPE), SIGBUS told in one line with exit code 74: the segment or
 * input file shrank under us. */
void sig_install(const char *prog);

/* sig_before_exit - restore() is called before a handler ends the program (a second stop, SIGBUS): to put a terminal
 * right.  It may do only what a signal handler may.  NULL: nothing any more. */
void sig_before_exit(void (*restore)(void));

/* sig_stopped - whether a stop was asked for. */
bool sig_stopped(void);

#endif
