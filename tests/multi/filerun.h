/* filerun.h - the programs on one input: a feed, and consumers that print every tick and sum up signals. */
#ifndef TESTS_FILERUN_H
#define TESTS_FILERUN_H

#include "tests/multi/jsondoc.h"
#include "tests/multi/ticklist.h"

#define FILERUN_ARG_MAX 12

struct filerun {
    struct ticklist ticks;
    struct jsondoc *report; /* of the feed */
    struct jsondoc *summary; /* of signals with --sma=5,20 */
};

/* filerun_data - the folder of the recorded files: TICKRING_DATA, else ../shared/data.  NULL: they cannot be
 * checked, and a line on standard output says why. */
const char *filerun_data(void);

/* filerun_skip_unreadable - skips the test, and says so, if this build has no library to unpack the file. */
void filerun_skip_unreadable(const char *file);

/* filerun_play - runs feed with these arguments (up to FILERUN_ARG_MAX, ended by NULL) and both consumers to
 * their ends; fails the test, with the last words of the program, unless all exit with 0. */
void filerun_play(struct filerun *run, const char *const args[]);

void filerun_free(struct filerun *run);

/* filerun_setup, filerun_teardown - of the group of tests; the second kills what a failed one left. */
int filerun_setup(void **state);
int filerun_teardown(void **state);

#endif
