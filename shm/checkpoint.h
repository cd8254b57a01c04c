/* checkpoint.h - what a consumer knows, kept beside its ring so that its successor can go on after a kill.
 *
 * Two objects in /dev/shm, written in turn: a kill while one is written leaves the other whole.  They belong
 * to one consumer (ring and name) and to one run of the ring; what another run left is not found.  The
 * names begin with a dot: no ring can have them.
 *
 *     store what you know -> tr_consumer_flush        so the cursor is never ahead of the checkpoint
 *
 * One process at a time has a checkpoint: whoever has the consumer's place.  Calls may block in the kernel. */
#ifndef TR_CHECKPOINT_H
#define TR_CHECKPOINT_H

#include <stddef.h>

#include "base.h"

#define TR_CHECKPOINT_PREFIX ".tickring."

struct tr_checkpoint {
    int fd[2];
    char path[2][128];
    uint64_t instance;
    uint64_t tag;
    uint64_t gen; /* of the newest copy; 0: none */
};

/* tr_checkpoint_open - finds or makes the objects of a consumer.
 * ring, id: the consumer's; instance: the ring's (tr_consumer: seg.header.instance); tag: whatever must be
 * the same for the bytes to make sense (the build, the options), hashed.
 * Returns 0; -EINVAL: a bad name; or another -errno; then there is nothing to close. */
int tr_checkpoint_open(struct tr_checkpoint *cp, const char *ring, const char *id, uint64_t instance,
                       uint64_t tag);

/* tr_checkpoint_load - the newest whole copy of this instance and tag.
 * 0: *bytes (the caller frees it) and *len; -ENOENT: there is none; -ENOTUNIQ: only one of another tag; -ENOMEM;
 * -errno of reading. */
int tr_checkpoint_load(struct tr_checkpoint *cp, uint8_t **bytes, size_t *len);

/* tr_checkpoint_store - writes the older copy anew.  0: it is the newest now, whole whoever is killed;
 * -ENOSPC: /dev/shm is full, the newest stands; or another -errno. */
int tr_checkpoint_store(struct tr_checkpoint *cp, const void *bytes, size_t len);

/* tr_checkpoint_close - keeps the objects; tr_checkpoint_remove removes them as well. */
void tr_checkpoint_close(struct tr_checkpoint *cp);
void tr_checkpoint_remove(struct tr_checkpoint *cp);

#endif
