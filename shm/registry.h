/* registry.h - who is in: places taken by name, found again after a crash, left in good order.
 *
 * A place (a lane, a consumer's) belongs to whoever holds its lock byte; its name is locked too, so that
 * one name is in one place.  Nobody asks anybody: all is told by locks and by each place's own page.
 *
 * The last to leave in good order takes the ring's name away (see tr_registry_leave). */
#ifndef TR_REGISTRY_H
#define TR_REGISTRY_H

#include <semaphore.h>

#include "segment.h"

enum tr_place_kind { TR_PLACE_LANE, TR_PLACE_MEMBER };

struct tr_place {
    enum tr_place_kind kind;
    unsigned idx;
    bool known; /* the name was here before: its words are worth resuming */
    char name[TR_NAME_MAX + 1];
};

/* tr_registry_take - takes the place that the name had before, else a free one, else one whose owner is
 * dead and has nothing left that is worth keeping.
 * Returns 0: *place is ours until tr_registry_leave or the end of the process; -EBUSY: a live process
 * has the name; -EUSERS: no free place; -ESTALE: the ring has been removed meanwhile, open the name
 * again; -EAGAIN: it is being removed, the same.  seg is open for writing and mapped. */
int tr_registry_take(const struct tr_segment *seg, enum tr_place_kind kind, const char *name,
                     struct tr_place *place);

/* tr_registry_begin_again - whether opening is to be tried once more after rc: the ring is being removed, or
 * was.  Counts in *attempt (0 to begin), naps in between, and gives up after a few seconds. */
bool tr_registry_begin_again(int rc, int64_t begin_ns, unsigned *attempt);

/* tr_registry_semaphore - the semaphore that wakes the owner of this place, with the ring's permissions.
 * NULL: it cannot be had, the owner waits blind. */
sem_t *tr_registry_semaphore(const struct tr_segment *seg, const struct tr_place *place);

/* tr_registry_is_held - whether a live process has the place: 1, 0, -errno.  Works read-only. */
int tr_registry_is_held(const struct tr_segment *seg, enum tr_place_kind kind, unsigned idx);

/* tr_registry_name - the name of a place, bounded and ended, whatever its page holds. */
void tr_registry_name(const struct tr_segment *seg, enum tr_place_kind kind, unsigned idx,
                      char name[TR_NAME_MAX + 1]);

/* tr_registry_name_id - a number for a consumer's name: two of one ring will not have the same. */
uint64_t tr_registry_name_id(const char *name);

/* tr_registry_blocked_by_ns - how long the consumer that has place idx now held this lane up: not the one
 * who had it before. */
uint64_t tr_registry_blocked_by_ns(const struct tr_segment *seg, unsigned lane_idx, unsigned idx);

/* tr_registry_leave - gives the place back; if nobody is in any more and nothing is left to resume (no
 * lane open or kept, no dead consumer with ticks left to read within its hold), removes the ring and its
 * semaphores.  keep: does not remove.  place may be NULL: only look whether to remove.
 * Returns true if the ring was removed. */
bool tr_registry_leave(const struct tr_segment *seg, const struct tr_place *place, bool keep);

/* tr_registry_remove_spent - removes the ring if no process is in and nothing is left to resume, both seen
 * while nobody can come in.  Returns 0, -EBUSY: it is in use; -ESTALE: its name is gone or leads elsewhere;
 * -EAGAIN: another process removes it. */
int tr_registry_remove_spent(const struct tr_segment *seg);

/* tr_registry_remove_idle - removes the ring if no process is in, whatever is left in it.
 * Returns 0, -EBUSY: somebody is in; -ESTALE: its name is gone or leads elsewhere; -EAGAIN: another process
 * removes it. */
int tr_registry_remove_idle(const struct tr_segment *seg);

/* tr_registry_is_spent - whether nothing is left in the ring that a successor could resume. */
bool tr_registry_is_spent(const struct tr_segment *seg);

#endif
