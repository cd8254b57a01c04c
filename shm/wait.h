/* wait.h - how a process waits, and how it is woken.
 *
 * Truth is in the sequences; a semaphore is a hint to look again.  The sleeper makes its own word odd,
 * puts a barrier, looks at everything again, and only then sleeps, for TR_WAIT_MAX_NS at most.  The waker
 * publishes, puts a barrier, and posts to a sleeper whose odd word it has not posted for: post first,
 * record it after, so that a kill in between costs one spurious wake and never a lost one.
 * A semaphore that was removed, drained, truncated or forbidden costs latency, never a tick. */
#ifndef TR_WAIT_H
#define TR_WAIT_H

#include <semaphore.h>
#include <sys/types.h>

#include "base.h"

#define TR_WAIT_MAX_NS (50 * INT64_C(1000000)) /* no sleep is longer */
#define TR_WAIT_BLIND_NS INT64_C(1000000) /* ... or than this where nobody can wake us */

enum tr_wait_kind {
    TR_WAIT_AUTO, /* spin a little, then block: the default */
    TR_WAIT_BLOCK,
    TR_WAIT_YIELD, /* sched_yield between looks */
    TR_WAIT_SPIN, /* look again at once: the fastest, costs a core */
};

struct tr_sem_name {
    char text[64];
};

/* The semaphore of a place: of lane idx, or of consumer idx. */
struct tr_sem_name tr_sem_name_lane(const char *ring, uint64_t instance, unsigned idx);
struct tr_sem_name tr_sem_name_member(const char *ring, uint64_t instance, unsigned idx);

/* tr_sem_open_own - the semaphore that wakes the caller, made if it is not there, with the ring's
 * permission bits.  NULL: it cannot be had; every call below takes NULL and then waits blind. */
sem_t *tr_sem_open_own(const struct tr_sem_name *name, mode_t mode, gid_t gid);

/* tr_sem_open_peer - an existing one, to post to.  NULL: it cannot be had. */
sem_t *tr_sem_open_peer(const struct tr_sem_name *name);

/* tr_sleep_begin - makes the own word odd and puts the sleeper's barrier: after it the caller must look
 * at all it waits for once more.  asymmetric: the waker puts no fence of its own, so ours must reach
 * into its core (membarrier).  Returns false if it could not: then sleep blind. */
bool tr_sleep_begin(tr_word *word, bool asymmetric);

/* tr_sleep - waits for a post, for max_ns at most (cut to TR_WAIT_MAX_NS).  Returns at a signal too. */
void tr_sleep(sem_t *sem, int64_t max_ns);

/* tr_sleep_end - makes the own word even again and takes back posts that came late. */
void tr_sleep_end(tr_word *word, sem_t *sem);

/* tr_wait_register - asks the kernel that sleepers' membarriers reach this process, so that its publish
 * path needs no fence.  Returns whether it was granted. */
bool tr_wait_register(void);

/* One sleeper as its waker sees it. */
struct tr_peer {
    uint64_t epoch; /* of its place: another owner's semaphore may be another file */
    sem_t *sem; /* NULL: not opened yet, or not to be had */
    uint64_t posted; /* the odd word that was posted for last; forgotten at a restart: one post too many */
    bool tried;
};

/* tr_peer_wake - posts to the sleeper if `word` is odd and was not posted for yet.  epoch: of the place it
 * has; with another than before the semaphore is opened anew. */
void tr_peer_wake(struct tr_peer *peer, uint64_t epoch, uint64_t word, const struct tr_sem_name *name);

/* tr_peer_forget - closes the semaphore. */
void tr_peer_forget(struct tr_peer *peer);

/* tr_wait_pause - one step of waiting short of sleeping: attempt counts the looks so far.
 * Returns false when it is time to block. */
bool tr_wait_pause(enum tr_wait_kind kind, uint32_t attempt);

#endif
