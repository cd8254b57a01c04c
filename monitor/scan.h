/* scan.h - what lies under /dev/shm. */
#ifndef MONITOR_SCAN_H
#define MONITOR_SCAN_H

#include "tickring.h"

struct scan_names {
    char (*name)[TR_RING_NAME_MAX + 1]; /* owned */
    size_t cnt;
};

/* scan_is_told - whether an error of opening or viewing says something of what lies under the name: gone, no
 * ring, not ours to look at, broken.  All others are failures of ours. */
bool scan_is_told(int rc);

/* scan_rings - the names that may be rings, sorted.  0 or -errno. */
int scan_rings(struct scan_names *names);
void scan_free(struct scan_names *names);

/* scan_semaphores - calls each for every semaphore file that is named as ours are: the ring it belongs to,
 * that ring's instance, and the semaphore's name for sem_unlink.  0 or -errno. */
int scan_semaphores(void (*each)(void *arg, const char *ring, uint64_t instance, const char *sem), void *arg);

#define SCAN_TEMP_AGE_S 60 /* a ring is made in milliseconds; a younger file may still become one */

/* scan_temporaries - calls each for every temporary file that a killed creation of a ring left behind: of
 * our form, and not changed for SCAN_TEMP_AGE_S.  0 or -errno. */
int scan_temporaries(void (*each)(void *arg, const char *path), void *arg);

/* scan_checkpoints - calls each for every file that is named as a consumer's checkpoint (checkpoint.h): its
 * name in the directory, and the part of it that is the ring's name, a full stop, and the consumer's.  0 or
 * -errno. */
int scan_checkpoints(void (*each)(void *arg, const char *file, const char *ring_and_id), void *arg);

#endif
