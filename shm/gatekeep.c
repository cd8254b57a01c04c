/* gatekeep.c - the slow half of a producer: waiting at a shut gate, and going on without the dead.
 * (Declared in producer.h.) */
#include <errno.h>
#include <string.h>

#include "clock.h"
#include "producer.h"

#define PROBE_NS (10 * TR_NS_PER_MS) /* the blocker's lock is looked at this often */
#define KEEP_NS (100 * TR_NS_PER_MS)
#define LOOK_NS TR_NS_PER_S
#define NOTE_NS TR_NS_PER_S

/* Whether consumer c's process is gone, and its hold over. */
static bool is_past_hold(struct tr_producer *p, unsigned c, int64_t now_ns)
{
    const struct tr_member *m = tr_segment_member(&p->seg, c);
    uint64_t state = tr_load_acq(&m->state);
    if (tr_registry_is_held(&p->seg, TR_PLACE_MEMBER, c) != 0) {
        p->dead[c].since_ns = 0;
        return false;
    }
    if (p->dead[c].since_ns == 0 || p->dead[c].state != state) { /* a new death: its hold begins now */
        p->dead[c].since_ns = now_ns;
        p->dead[c].state = state;
    }
    return now_ns - p->dead[c].since_ns >= (int64_t)tr_load_rlx(&m->hold_ns);
}

/* A dead sleeper's bell would ring for ever; a living one's is left alone.  If a new owner took the place meanwhile his bell is put
 * back: he had the lock before he rang it. */
static void silence(struct tr_producer *p, unsigned c)
{
    uint64_t bit = UINT64_C(1) << c;
    if ((tr_load_rlx(&p->bell->asleep) & bit) == 0 || tr_registry_is_held(&p->seg, TR_PLACE_MEMBER, c) != 0)
        return;
    atomic_fetch_and(&p->bell->asleep, ~bit);
    if (tr_registry_is_held(&p->seg, TR_PLACE_MEMBER, c) != 0)
        atomic_fetch_or(&p->bell->asleep, bit);
}

static void drop_if_dead(struct tr_producer *p, unsigned c, int64_t now_ns)
{
    uint64_t reg = tr_writer_registration(&p->w, c); /* before the lock is probed: a successor's is another */
    if (reg == 0 || !is_past_hold(p, c, now_ns))
        return;
    tr_writer_evict(&p->w, c, reg);
    p->dropped_dead_cnt++;
    p->gone_idx = c;
}

static void evict_if_stalled(struct tr_producer *p, unsigned c, int64_t now_ns)
{
    if (p->stall_timeout_ns == 0 || now_ns - p->stalled_since_ns < p->stall_timeout_ns)
        return;
    tr_writer_evict(&p->w, c, p->stalled_reg);
    p->evicted_cnt++;
    p->gone_idx = c;
}

static void probe_blocker(struct tr_producer *p, int64_t now_ns)
{
    unsigned c = p->w.blocker;
    if (c == TR_NOBODY)
        return;
    uint64_t reg = tr_writer_registration(&p->w, c);
    if (c != p->stalled_by || reg != p->stalled_reg) { /* another one holds us now: his time begins */
        p->stalled_by = c;
        p->stalled_reg = reg;
        p->stalled_since_ns = now_ns;
    }
    drop_if_dead(p, c, now_ns);
    if (p->dead[c].since_ns == 0) /* the dead have their hold */
        evict_if_stalled(p, c, now_ns);
}

/* A place that has another name now begins with nothing. */
static void add_blocked_by(struct tr_producer *p, uint32_t c, uint64_t spent_ns)
{
    char name[TR_NAME_MAX + 1];
    tr_registry_name(&p->seg, TR_PLACE_MEMBER, c, name);
    uint64_t id = tr_registry_name_id(name);
    if (tr_load_rlx(&p->lane->blocked_by_name[c]) != id) {
        tr_store_rlx(&p->lane->blocked_by_ns[c], 0);
        tr_store_rlx(&p->lane->blocked_by_name[c], id);
    }
    tr_own_add(&p->lane->blocked_by_ns[c], spent_ns);
}

/* Puts the time since *from_ns on the account of whoever was in the way. */
static void account_blocked(struct tr_producer *p, uint32_t blocker, int64_t *from_ns)
{
    int64_t now_ns = tr_now_ns();
    uint64_t spent_ns = (uint64_t)(now_ns - *from_ns);
    tr_own_add(&p->lane->blocked_ns, spent_ns);
    if (blocker != TR_NOBODY)
        add_blocked_by(p, blocker, spent_ns);
    *from_ns = now_ns;
}

/* Asks to be woken when the slowest has made an eighth of the ring free: waking for one slot would cost
 * two context switches a tick. */
static bool sleep_at_gate(struct tr_producer *p, int64_t max_ns)
{
    uint64_t need = p->w.next - p->w.slot_cnt + 1 + p->w.slot_cnt / 8;
    tr_store_rlx(&p->lane->need, need); /* L4, before wait turns odd */
    tr_sleep_begin(&p->lane->wait, false);
    bool room = tr_writer_gate(&p->w);
    if (!room)
        tr_sleep(p->sem, max_ns);
    tr_sleep_end(&p->lane->wait, p->sem);
    return room;
}

static void begin_stall(struct tr_producer *p, int64_t now_ns)
{
    p->stalled_since_ns = now_ns;
    p->stalled_next = p->w.next;
    p->stalled_by = p->w.blocker;
    p->stalled_reg = p->w.blocker == TR_NOBODY ? 0 : tr_writer_registration(&p->w, p->w.blocker);
    tr_own_add(&p->lane->stall_cnt, 1);
}

enum tr_status tr_producer_wait(struct tr_producer *p, int64_t max_ns)
{
    if (tr_writer_has_room(&p->w)) {
        p->stalled_since_ns = 0;
        return TR_OK;
    }
    tr_writer_tell(&p->w);
    tr_producer_wake(p); /* nobody may sleep through what he holds us up with */
    int64_t begin_ns = tr_now_ns();
    int64_t accounted_ns = begin_ns;
    if (p->stalled_since_ns == 0 || p->stalled_next != p->w.next) /* ticks got through since the last wait */
        begin_stall(p, begin_ns);
    bool room = false;
    uint32_t blocker = p->w.blocker;
    for (uint32_t attempt = 0; !room; attempt++) {
        blocker = p->w.blocker; /* once the gate opens, the slowest is another */
        if (tr_wait_pause(p->wait, attempt) && attempt % 1024 != 1023) {
            room = tr_writer_gate(&p->w);
            continue;
        }
        int64_t now_ns = tr_now_ns();
        int64_t left_ns = max_ns - (now_ns - begin_ns);
        if (left_ns <= 0)
            break;
        probe_blocker(p, now_ns);
        tr_producer_housekeep(p, now_ns);
        room = tr_wait_pause(p->wait, attempt) ? tr_writer_gate(&p->w)
                                               : sleep_at_gate(p, left_ns < PROBE_NS ? left_ns : PROBE_NS);
        account_blocked(p, blocker, &accounted_ns);
    }
    account_blocked(p, blocker, &accounted_ns);
    if (!room)
        return TR_FULL;
    p->stalled_since_ns = 0;
    return TR_OK;
}

bool tr_producer_holder(const struct tr_producer *p, struct tr_holder *holder)
{
    if (p->stalled_since_ns == 0 || p->stalled_by == TR_NOBODY)
        return false;
    tr_registry_name(&p->seg, TR_PLACE_MEMBER, p->stalled_by, holder->name);
    holder->alive = tr_registry_is_held(&p->seg, TR_PLACE_MEMBER, p->stalled_by) == 1;
    holder->since_ns = p->stalled_since_ns;
    return true;
}

void tr_producer_nap(struct tr_producer *p, unsigned seen_cnt, int64_t max_ns)
{
    tr_store_rlx(&p->lane->need, UINT64_MAX); /* only joins and leaves */
    tr_sleep_begin(&p->lane->wait, false);
    if (tr_producer_consumer_cnt(p)
        == seen_cnt) /* looked at again after the barrier: none slips in between */
        tr_sleep(p->sem, max_ns);
    tr_sleep_end(&p->lane->wait, p->sem);
}

static void keep_rate(struct tr_producer *p, int64_t spent_ns)
{
    uint64_t cnt = p->w.next - p->kept_next;
    tr_store_rlx(&p->lane->rate_mhz, (uint64_t)((double)cnt * 1e12 / (double)spent_ns));
    p->kept_next = p->w.next;
}

/* What was found is kept: tr_producer_wait keeps house as well, and has nobody to tell. */
static int look_at_file(struct tr_producer *p, int64_t now_ns)
{
    if (now_ns - p->looked_ns < LOOK_NS)
        return p->file_rc;
    p->looked_ns = now_ns;
    p->file_rc = tr_segment_check(&p->seg);
    return p->file_rc;
}

int tr_producer_housekeep(struct tr_producer *p, int64_t now_ns)
{
    int64_t spent_ns = now_ns - p->kept_ns;
    if (spent_ns < KEEP_NS)
        return p->file_rc;
    p->kept_ns = now_ns;
    tr_store_rlx(&p->lane->beat_ns, (uint64_t)now_ns);
    keep_rate(p, spent_ns);
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
        if (tr_writer_counts(&p->w, c, NULL))
            drop_if_dead(p, c, now_ns);
        silence(p, c);
    }
    p->consumer_cnt = tr_producer_consumer_cnt(p);
    if (now_ns - p->noted_ns >= NOTE_NS)
        tr_producer_note(p, TR_SAMPLE_SECOND, now_ns);
    return look_at_file(p, now_ns);
}
