/* producer.h - a process that writes one lane of a ring.
 *
 * One thread a handle.  tr_publish and tr_publish_batch are wait-free and make no system call while
 * nobody sleeps; everything else may block in the kernel, and only tr_producer_wait and
 * tr_producer_nap wait, for as long as they are told.
 *
 *     open -> [input] -> { symbol, venue, publish, wait when FULL, housekeep } -> close
 */
#ifndef TR_PRODUCER_H
#define TR_PRODUCER_H

#include "registry.h"
#include "symtab.h"
#include "wait.h"
#include "writer.h"

#define TR_SLOT_CNT_DEFAULT UINT64_C(65536)

struct tr_producer_options {
    const char *ring; /* name of the ring; made if it is not there */
    const char *name; /* of the lane */
    uint64_t slot_cnt; /* of a new ring, and what an existing one must have; 0: TR_SLOT_CNT_DEFAULT, or any */
    mode_t mode; /* permission bits of a new ring; 0: 0600 */
    const gid_t *gid; /* group of a new ring; NULL: the creator's */
    enum tr_wait_kind wait;
    int64_t stall_timeout_ns; /* evict a living consumer that held us this long; 0: never */
    bool only_there; /* does not make a ring: -ENOENT if it is not there */
};

struct tr_producer {
    struct tr_writer w; /* hot */
    struct tr_segment seg;
    struct tr_place place;
    struct tr_bell *bell; /* writable */
    struct tr_lane *lane; /* writable */
    uint8_t *data; /* writable: symbols, venues, slots */
    struct tr_sample_trail *past; /* in data */
    struct tr_symtab symbols;
    struct tr_symtab venues;
    enum tr_wait_kind wait;
    sem_t *sem;
    struct tr_peer peer[TR_CONSUMER_MAX];
    struct {
        int64_t since_ns; /* found without its lock; 0: alive */
        uint64_t state; /* ... in this state and epoch */
    } dead[TR_CONSUMER_MAX];
    int64_t stall_timeout_ns;
    int64_t stalled_since_ns; /* the gate is shut; 0: open */
    uint32_t stalled_by;
    uint64_t stalled_reg; /* ... under this registration */
    uint64_t stalled_next; /* ... with this tick waiting */
    int64_t noted_ns; /* the newest sample of its past */
    uint64_t noted_blocked_by_ns[TR_CONSUMER_MAX]; /* at that time */
    int64_t kept_ns; /* CLOCK_MONOTONIC of the last housekeeping */
    int64_t looked_ns; /* ... and of the last look at the file itself */
    int file_rc; /* ... and what that found */
    uint64_t kept_next; /* w.next at that time, for the rate */
    bool created; /* the ring was made by this call of open */
    bool took_over; /* the lane's last producer died without closing it */
    unsigned consumer_cnt; /* live ones, at the last housekeeping */
    uint64_t dropped_dead_cnt; /* consumers whose hold ran out */
    uint64_t evicted_cnt; /* living consumers evicted by the stall timeout */
    uint32_t gone_idx; /* the place of the last of either */
};

/* tr_producer_open - finds or makes the ring and takes the lane of that name; its sequence goes on where
 * it ends.  Returns 0, or
 *   -EINVAL a name or number is out of range         -EBUSY  a live process has this lane's name
 *   -EUSERS 16 lanes are taken                       -ENOSPC /dev/shm is full
 *   -EDOM   the ring has another number of slots and is in use
 *   -EACCES, -EPERM no permission                    -EPROTONOSUPPORT, -EBADMSG other version, corrupt
 * or another -errno.  On failure nothing is left behind. */
int tr_producer_open(struct tr_producer *p, const struct tr_producer_options *opt);

/* tr_producer_input - says which input the ticks come from.
 * If the last producer of this lane was killed while it replayed the same input: returns true,
 * *done_cnt is how many ticks of it are published.  Else returns false, the input begins now. */
bool tr_producer_input(struct tr_producer *p, const struct tr_input_id *id, uint64_t *done_cnt);

/* The number of a name in this lane: 0, -ENOSPC (table full), -EINVAL (0 or more than 71 bytes). */
int tr_producer_symbol(struct tr_producer *p, const char *text, size_t len, uint16_t *id);
int tr_producer_venue(struct tr_producer *p, const char *text, size_t len, uint16_t *id);

/* tr_producer_wake - wakes those the bell names; tr_publish calls it. */
void tr_producer_wake(struct tr_producer *p);

/* tr_producer_wait - waits until there is room for a tick, for max_ns at most.
 * Finds the consumer that is in the way dead (its hold over) or too slow (stall timeout) and goes on
 * without it.  Returns TR_OK, or TR_FULL: the time is over.  A signal does not end it earlier. */
enum tr_status tr_producer_wait(struct tr_producer *p, int64_t max_ns);

/* tr_producer_nap - sleeps until a consumer joins or leaves, for max_ns (50 ms) at most; not at all if
 * tr_producer_consumer_cnt is not seen_cnt any more. */
void tr_producer_nap(struct tr_producer *p, unsigned seen_cnt, int64_t max_ns);

/* tr_producer_note - writes a sample of what it is like now into its past (trail.h), for those who look later;
 * housekeeping does so once a second, open and close too. */
void tr_producer_note(struct tr_producer *p, enum tr_sample_kind kind, int64_t now_ns);

/* tr_producer_housekeep - to be called at least every 100 ms or so; does nothing if called more often.
 * Looks for dead consumers, keeps rate and beat.  now_ns: tr_now_ns().
 * Returns 0; -ESTALE: the ring's name is gone or leads elsewhere; -EIO: the segment was truncated. */
int tr_producer_housekeep(struct tr_producer *p, int64_t now_ns);

/* A consumer that holds the gate shut. */
struct tr_holder {
    char name[TR_NAME_MAX + 1];
    bool alive; /* false: it died, its place is held for who comes back by its name */
    int64_t since_ns; /* CLOCK_MONOTONIC */
};

/* tr_producer_holder - who has held this producer since when, as tr_producer_wait saw it last.
 * Returns false if the gate was open then, or nobody is known to be in the way. */
bool tr_producer_holder(const struct tr_producer *p, struct tr_holder *holder);

/* tr_producer_lag - how many ticks of this lane the consumer in place c (below TR_CONSUMER_MAX) has not read.
 * Returns false if none there holds this lane: it is lossy, evicted, or nobody. */
bool tr_producer_lag(const struct tr_producer *p, unsigned c, uint64_t *lag);

/* tr_producer_consumer_cnt - how many live consumers have joined this lane: they get all from now on. */
unsigned tr_producer_consumer_cnt(const struct tr_producer *p);

/* tr_producer_is_drained - whether every counted consumer has read everything. */
bool tr_producer_is_drained(const struct tr_producer *p);

/* tr_producer_drop - counts ticks that the caller did not publish because the ring was full. */
void tr_producer_drop(struct tr_producer *p, uint64_t cnt);

/* tr_producer_close - ends the lane: consumers read what is there and see the end.  If nobody else is in
 * and nothing is left to resume, removes the ring.  keep: neither we nor the last consumer removes it, until
 * the lane was opened again and closed without. */
void tr_producer_close(struct tr_producer *p, bool keep);

/* tr_producer_abandon - gives the lane back without ending it, as a crash would: whoever opens it next
 * goes on.  For a producer whose ring was taken away: that is no end for those who read. */
void tr_producer_abandon(struct tr_producer *p);

/* tr_publish - publishes one tick.  TR_OK, or TR_FULL: nothing happened.
 * Ordering: release; whoever sees the sequence sees the tick and the names it uses. */
static inline enum tr_status tr_publish(struct tr_producer *p, const struct tr_tick *tick)
{
    if (!tr_writer_has_room(&p->w))
        return TR_FULL;
    tr_writer_put(&p->w, tick);
    tr_writer_tell(&p->w);
    if (tr_writer_anyone_asleep(&p->w))
        tr_producer_wake(p);
    return TR_OK;
}

/* tr_publish_batch - publishes the first of cnt ticks, as many as there is room for now; returns how many.
 * Each is visible as soon as it is written; sleepers are looked for once, after the last. */
static inline uint32_t tr_publish_batch(struct tr_producer *p, const struct tr_tick *tick, uint32_t cnt)
{
    if (cnt == 0 || !tr_writer_has_room(&p->w))
        return 0;
    uint32_t n = (uint32_t)tr_min_u64(cnt, tr_writer_room(&p->w));
    /* A copy that no store to a slot can alias: its words stay in registers. */
    struct tr_writer w = {.slot = p->w.slot, .mask = p->w.mask, .next = p->w.next};
    for (uint32_t i = 0; i < n; i++)
        tr_writer_put(&w, &tick[i]);
    p->w.next = w.next;
    tr_writer_tell(&p->w);
    if (tr_writer_anyone_asleep(&p->w))
        tr_producer_wake(p);
    return n;
}

#endif
