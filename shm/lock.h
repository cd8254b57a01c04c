/* lock.h - liveness: open file description locks on single bytes of the ring's file.
 *
 * The kernel drops such a lock when its process dies, after its last user instruction, and keeps it while
 * the process is stopped; unlike pids and heartbeats it can be neither reused nor forgotten, and it can
 * be probed through a read-only descriptor.  A descriptor must not be inherited: the lock would live on
 * in the child.  Never F_SETLK or lockf: those are dropped when any descriptor of the file is closed.
 *
 * The bytes lie far beyond the end of any usual file (locks do not touch what is there): one a lane, one a
 * consumer's place, and one a name (by hash), so that two processes cannot hold one name in two places. */
#ifndef TR_LOCK_H
#define TR_LOCK_H

#include <sys/types.h>

#include "base.h"

off_t tr_lock_lane(unsigned lane_idx);
off_t tr_lock_member(unsigned member_idx);
off_t tr_lock_producer_name(const char *name);
off_t tr_lock_consumer_name(const char *name);

/* tr_lock_take - takes one byte, without waiting.
 * Returns 0; -EBUSY: another process has it; -EAGAIN: the ring is being removed right now, open the name
 * again; other -errno.  fd must be open for writing. */
int tr_lock_take(int fd, off_t byte);

/* tr_lock_take_all - takes all bytes at once, for removal: 0; -EBUSY: somebody holds one; -EAGAIN: another
 * process holds them all, it removes the ring. */
int tr_lock_take_all(int fd);

void tr_lock_drop(int fd, off_t byte);
void tr_lock_drop_all(int fd);

/* tr_lock_is_held - whether a process other than the caller's descriptor holds the byte.
 * Works on a read-only fd.  Returns 1, 0, or -errno. */
int tr_lock_is_held(int fd, off_t byte);

#endif
