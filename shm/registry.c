#include "registry.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "clock.h"
#include "lock.h"
#include "wait.h"

#define SILENCE_NS (10 * TR_NS_PER_S) /* a live consumer may be kept from housekeeping for so long */
#define AGAIN_NS (5 * TR_NS_PER_S) /* a ring that is being removed is gone long before */
#define AGAIN_AT_ONCE 20

static off_t place_byte(enum tr_place_kind kind, unsigned idx)
{
    return kind == TR_PLACE_LANE ? tr_lock_lane(idx) : tr_lock_member(idx);
}

static off_t name_byte(enum tr_place_kind kind, const char *name)
{
    return kind == TR_PLACE_LANE ? tr_lock_producer_name(name) : tr_lock_consumer_name(name);
}

static unsigned place_cnt(enum tr_place_kind kind)
{
    return kind == TR_PLACE_LANE ? TR_LANE_MAX : TR_CONSUMER_MAX;
}

static uint64_t place_state(const struct tr_segment *seg, enum tr_place_kind kind, unsigned idx)
{
    return kind == TR_PLACE_LANE ? tr_load_acq(&tr_segment_lane(seg, idx)->state)
                                 : tr_load_acq(&tr_segment_member(seg, idx)->state);
}

static bool is_free(const struct tr_segment *seg, enum tr_place_kind kind, unsigned idx)
{
    return tr_state_of(place_state(seg, kind, idx)) == TR_LANE_FREE;
}

static const char *stored_name(const struct tr_segment *seg, enum tr_place_kind kind, unsigned idx)
{
    return kind == TR_PLACE_LANE ? tr_segment_lane(seg, idx)->who.name
                                 : tr_segment_member(seg, idx)->who.name;
}

static bool has_name(const struct tr_segment *seg, enum tr_place_kind kind, unsigned idx, const char *name)
{
    return strncmp(stored_name(seg, kind, idx), name, TR_NAME_MAX + 1) == 0;
}

/* Whether a consumer's place holds ticks, or the end, for one who comes back by its name. */
static bool member_is_undrained(const struct tr_segment *seg, unsigned idx)
{
    const struct tr_member *m = tr_segment_member(seg, idx);
    if (tr_state_of(tr_load_acq(&m->state)) != TR_MEMBER_ACTIVE)
        return false;
    bool keeps_all = tr_load_rlx(&m->keeps_all) != 0;
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        const struct tr_lane *lane = tr_segment_lane(seg, p);
        uint64_t reg = tr_load_acq(&m->lane[p].reg);
        if (reg != 0 && reg != tr_load_rlx(&lane->evicted[idx])
            && (keeps_all || tr_load_acq(&m->lane[p].cur) < tr_load_acq(&lane->hint)))
            return true;
    }
    return false;
}

/* Nobody who leaves knows when a consumer died, only when it gave its last sign of life: before that.  One
 * that was busy or blocked had given none for a while; only a silence longer than that counts against it. */
static bool member_is_past_hold(const struct tr_segment *seg, unsigned idx)
{
    const struct tr_member *m = tr_segment_member(seg, idx);
    uint64_t silent_ns = (uint64_t)tr_now_ns() - tr_load_rlx(&m->beat_ns);
    int64_t hold_ns = (int64_t)tr_load_rlx(&m->hold_ns);
    return hold_ns == 0 || (int64_t)silent_ns - SILENCE_NS > hold_ns;
}

static bool member_is_reclaimable(const struct tr_segment *seg, unsigned idx)
{
    return !member_is_undrained(seg, idx) || member_is_past_hold(seg, idx);
}

/* Locks a place whose name is `name`, or (any) one that nobody needs. */
enum wanted { WANT_NAMED, WANT_FREE, WANT_RECLAIMABLE };

static bool is_wanted(const struct tr_segment *seg, enum tr_place_kind kind, unsigned idx, const char *name,
                      enum wanted want)
{
    switch (want) {
    case WANT_NAMED:
        return !is_free(seg, kind, idx) && has_name(seg, kind, idx, name);
    case WANT_FREE:
        return is_free(seg, kind, idx);
    case WANT_RECLAIMABLE: /* a lane is never reused for other ticks */
        return kind == TR_PLACE_MEMBER && member_is_reclaimable(seg, idx);
    }
    return false;
}

/* Returns 0 with place->idx locked, -EUSERS: none such. */
static int lock_one(const struct tr_segment *seg, struct tr_place *place, enum wanted want)
{
    for (unsigned i = 0; i < place_cnt(place->kind); i++) {
        if (!is_wanted(seg, place->kind, i, place->name, want))
            continue;
        int rc = tr_lock_take(seg->fd, place_byte(place->kind, i));
        if (rc == -EBUSY && want == WANT_NAMED)
            return -EAGAIN; /* the name is ours: somebody tries its place, and will let go */
        if (rc == -EBUSY)
            continue;
        if (rc != 0)
            return rc;
        if (is_wanted(seg, place->kind, i, place->name, want)) { /* still, now that it cannot change */
            place->idx = i;
            place->known = want == WANT_NAMED;
            return 0;
        }
        tr_lock_drop(seg->fd, place_byte(place->kind, i));
    }
    return -EUSERS;
}

static int lock_any(const struct tr_segment *seg, struct tr_place *place)
{
    int rc = lock_one(seg, place, WANT_NAMED);
    if (rc == -EUSERS)
        rc = lock_one(seg, place, WANT_FREE);
    if (rc == -EUSERS)
        rc = lock_one(seg, place, WANT_RECLAIMABLE);
    return rc;
}

int tr_registry_take(const struct tr_segment *seg, enum tr_place_kind kind, const char *name,
                     struct tr_place *place)
{
    *place = (struct tr_place){.kind = kind};
    strcpy(place->name, name);
    int rc = tr_lock_take(seg->fd, name_byte(kind, name));
    if (rc != 0)
        return rc;
    rc = lock_any(seg, place);
    if (rc != 0) {
        tr_lock_drop(seg->fd, name_byte(kind, name));
        /* While we held the name's byte, the last of the others may have left and left removal to us. */
        return tr_registry_leave(seg, NULL, false) ? -ESTALE : rc;
    }
    /* Only with the lock held: is this still the ring of that name?  Else two would live side by side. */
    if (!tr_segment_is_named(seg)) {
        tr_lock_drop_all(seg->fd);
        tr_registry_leave(seg, NULL, false); /* its semaphores may have been left to us */
        return -ESTALE;
    }
    return 0;
}

bool tr_registry_begin_again(int rc, int64_t begin_ns, unsigned *attempt)
{
    if ((rc != -EAGAIN && rc != -ESTALE) || tr_now_ns() - begin_ns > AGAIN_NS)
        return false;
    if (++*attempt > AGAIN_AT_ONCE)
        nanosleep(&(struct timespec){.tv_nsec = TR_NS_PER_MS}, NULL);
    return true;
}

sem_t *tr_registry_semaphore(const struct tr_segment *seg, const struct tr_place *place)
{
    mode_t mode;
    gid_t gid;
    tr_segment_access(seg, &mode, &gid);
    const struct tr_sem_name name = place->kind == TR_PLACE_LANE
                                        ? tr_sem_name_lane(seg->name, seg->header.instance, place->idx)
                                        : tr_sem_name_member(seg->name, seg->header.instance, place->idx);
    return tr_sem_open_own(&name, mode, gid);
}

int tr_registry_is_held(const struct tr_segment *seg, enum tr_place_kind kind, unsigned idx)
{
    return tr_lock_is_held(seg->fd, place_byte(kind, idx));
}

void tr_registry_name(const struct tr_segment *seg, enum tr_place_kind kind, unsigned idx,
                      char name[TR_NAME_MAX + 1])
{
    memcpy(name, stored_name(seg, kind, idx), TR_NAME_MAX);
    name[TR_NAME_MAX] = '\0';
}

uint64_t tr_registry_name_id(const char *name)
{
    return (uint64_t)tr_lock_consumer_name(name);
}

uint64_t tr_registry_blocked_by_ns(const struct tr_segment *seg, unsigned lane_idx, unsigned idx)
{
    char name[TR_NAME_MAX + 1];
    const struct tr_lane *lane = tr_segment_lane(seg, lane_idx);
    tr_registry_name(seg, TR_PLACE_MEMBER, idx, name);
    bool same = tr_load_rlx(&lane->blocked_by_name[idx]) == tr_registry_name_id(name);
    return same ? tr_load_rlx(&lane->blocked_by_ns[idx]) : 0;
}

bool tr_registry_is_spent(const struct tr_segment *seg)
{
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        const struct tr_lane *lane = tr_segment_lane(seg, p);
        if (tr_state_of(tr_load_acq(&lane->state)) == TR_LANE_OPEN)
            return false; /* its feed was killed, and goes on when it is started again */
        if (tr_load_rlx(&lane->kept) != 0)
            return false;
    }
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
        if (!member_is_reclaimable(seg, c))
            return false;
    }
    return true;
}

static void unlink_semaphores(const struct tr_segment *seg)
{
    for (unsigned i = 0; i < TR_LANE_MAX; i++)
        sem_unlink(tr_sem_name_lane(seg->name, seg->header.instance, i).text);
    for (unsigned i = 0; i < TR_CONSUMER_MAX; i++)
        sem_unlink(tr_sem_name_member(seg->name, seg->header.instance, i).text);
}

/* With all locks held.  Semaphores first: a kill in between leaves a ring, which the next one finds, and no
 * semaphores, which nobody would.  Their names carry the instance, so those of a ring whose name was taken
 * away can go as well. */
static int remove_locked(const struct tr_segment *seg)
{
    unlink_semaphores(seg);
    return tr_segment_is_named(seg) ? tr_segment_unlink(seg) : -ESTALE;
}

bool tr_registry_leave(const struct tr_segment *seg, const struct tr_place *place, bool keep)
{
    if (place != NULL) { /* ours first: two that leave at once must not refuse each other */
        tr_lock_drop(seg->fd, place_byte(place->kind, place->idx));
        tr_lock_drop(seg->fd, name_byte(place->kind, place->name));
    }
    bool taken_away = tr_segment_is_taken_away(seg);
    if ((keep && !taken_away) || tr_lock_take_all(seg->fd) != 0)
        return false; /* refused: somebody is in, and will do this when he leaves */
    bool ended = taken_away || tr_registry_is_spent(seg);
    bool removed = ended && remove_locked(seg) == 0;
    tr_lock_drop_all(seg->fd);
    return removed;
}

int tr_registry_remove_spent(const struct tr_segment *seg)
{
    int rc = tr_lock_take_all(seg->fd);
    if (rc != 0)
        return rc;
    rc = tr_registry_is_spent(seg) ? remove_locked(seg) : -EBUSY;
    tr_lock_drop_all(seg->fd);
    return rc;
}

int tr_registry_remove_idle(const struct tr_segment *seg)
{
    int rc = tr_lock_take_all(seg->fd);
    if (rc != 0)
        return rc;
    rc = remove_locked(seg);
    tr_lock_drop_all(seg->fd);
    return rc;
}
