#include "observe.h"

#include <errno.h>
#include <string.h>

#include "clock.h"
#include "registry.h"

#define TRY_MAX 100 /* against one who changes all the time, which nobody does who means well */

int tr_observe_open(struct tr_segment *seg, const char *name)
{
    int rc = tr_segment_open(seg, name, false);
    if (rc != 0)
        return rc;
    rc = tr_segment_map(seg);
    if (rc != 0)
        tr_segment_close(seg);
    return rc;
}

void tr_observe_close(struct tr_segment *seg)
{
    tr_segment_close(seg);
}

/* Whether a place has a living owner; *rc: why nobody can tell. */
static bool is_alive(const struct tr_segment *seg, enum tr_place_kind kind, unsigned idx, int *rc)
{
    int held = tr_registry_is_held(seg, kind, idx);
    if (held < 0)
        *rc = held;
    return held == 1;
}

static void view_lane(const struct tr_segment *seg, unsigned p, struct tr_lane_view *v, int *rc)
{
    const struct tr_lane *lane = tr_segment_lane(seg, p);
    uint64_t state = tr_load_acq(&lane->state);
    v->used = tr_state_of(state) != TR_LANE_FREE;
    if (!v->used)
        return;
    v->closed = tr_state_of(state) == TR_LANE_CLOSED;
    v->epoch = tr_state_epoch(state);
    v->alive = is_alive(seg, TR_PLACE_LANE, p, rc);
    tr_registry_name(seg, TR_PLACE_LANE, p, v->name);
    v->pid = tr_load_rlx(&lane->who.pid);
    v->started_wall_ns = (int64_t)tr_load_rlx(&lane->who.started_wall_ns);
    v->beat_ns = (int64_t)tr_load_rlx(&lane->beat_ns);
    v->rate_mhz = tr_load_rlx(&lane->rate_mhz);
    v->dropped_cnt = tr_load_rlx(&lane->dropped_cnt);
    v->stall_cnt = tr_load_rlx(&lane->stall_cnt);
    v->blocked_ns = tr_load_rlx(&lane->blocked_ns);
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++)
        v->blocked_by_ns[c] = tr_registry_blocked_by_ns(seg, p, c);
}

struct times {
    int64_t event_ns;
    int64_t pub_ns;
};

/* The times of tick seq of lane p.  false: it is not there (any more). */
static bool look_up(const struct tr_segment *seg, unsigned p, uint64_t seq, struct times *t)
{
    const struct tr_slot *slot = &tr_segment_slots(seg, p)[seq & (seg->header.slot_cnt - 1)];
    uint64_t word = tr_load_acq(&slot->seq); /* S2 */
    t->event_ns = (int64_t)tr_load_rlx(&slot->word[offsetof(struct tr_tick, ts_event_ns) / 8]);
    t->pub_ns = (int64_t)tr_load_rlx(&slot->word[offsetof(struct tr_tick, ts_pub_ns) / 8]);
    atomic_thread_fence(memory_order_acquire);
    return word == seq + 1 && tr_load_rlx(&slot->seq) == word; /* S3 */
}

/* a - b of times that may be any numbers (somebody else's memory); 0 if that is negative or no time. */
static int64_t time_between(int64_t a, int64_t b)
{
    int64_t between;
    return __builtin_sub_overflow(a, b, &between) || between < 0 ? 0 : between;
}

/* How long the tick at the cursor has been waiting, and how far the newest is ahead of it. */
static void view_waiting(const struct tr_segment *seg, unsigned p, uint64_t published, int64_t now_ns,
                         struct tr_cursor_view *v)
{
    struct times oldest;
    struct times newest;
    if (!look_up(seg, p, v->cursor, &oldest))
        return;
    if (oldest.pub_ns > 0)
        v->lag_ns = time_between(now_ns, oldest.pub_ns);
    if (look_up(seg, p, published - 1, &newest))
        v->lag_event_ns = time_between(newest.event_ns, oldest.event_ns);
}

/* The cursor and what was lost before it, of one moment.  false: the consumer moved over a gap meanwhile. */
static bool copy_cursor(const struct tr_member_lane *ml, struct tr_cursor_view *v)
{
    uint64_t from = tr_load_acq(&ml->from);
    uint64_t lost = tr_load_acq(&ml->lost_cnt);
    v->cursor = tr_load_acq(&ml->cur);
    bool moves = v->cursor < from; /* or was killed there: the gap is planned and not yet passed */
    v->lost = moves ? tr_load_acq(&ml->lost_next_cnt) - (from - v->cursor) : lost;
    atomic_thread_fence(memory_order_acquire);
    return from == tr_load_rlx(&ml->from) && lost == tr_load_rlx(&ml->lost_cnt)
           && (!moves || v->cursor == tr_load_rlx(&ml->cur));
}

static void view_cursor(const struct tr_segment *seg, unsigned p, unsigned c, int64_t now_ns,
                        struct tr_cursor_view *v)
{
    const struct tr_member_lane *ml = &tr_segment_member(seg, c)->lane[p];
    const struct tr_lane *lane = tr_segment_lane(seg, p);
    uint64_t reg = tr_load_acq(&ml->reg);
    v->joined =
        tr_load_acq(&ml->start) != TR_NOT_TOLD && tr_state_of(tr_load_acq(&lane->state)) != TR_LANE_FREE;
    if (!v->joined)
        return;
    v->evicted = reg != 0 && tr_load_rlx(&lane->evicted[c]) == reg;
    v->start = tr_load_rlx(&ml->start);
    for (unsigned i = 0; i < TRY_MAX && !copy_cursor(ml, v); i++)
        continue;
    uint64_t published = tr_load_acq(&lane->hint); /* after the cursor, so not before it by much */
    v->lag = published > v->cursor ? published - v->cursor : 0;
    if (v->lag > 0)
        view_waiting(seg, p, published, now_ns, v);
}

static void add_up(struct tr_member_view *v)
{
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        const struct tr_cursor_view *cur = &v->lane[p];
        v->lag += cur->lag;
        v->lag_ns = cur->lag_ns > v->lag_ns ? cur->lag_ns : v->lag_ns;
        v->lag_event_ns = cur->lag_event_ns > v->lag_event_ns ? cur->lag_event_ns : v->lag_event_ns;
        v->lost += cur->lost;
        uint64_t passed = cur->cursor - cur->start;
        v->delivered += passed > cur->lost ? passed - cur->lost : 0;
        v->evicted_cnt += cur->evicted;
    }
}

static void view_stats(const struct tr_segment *seg, unsigned c, struct tr_member_view *v)
{
    const struct tr_member_stats *s = tr_segment_stats(seg, c);
    v->high_water = tr_load_rlx(&s->high_water);
    v->high_water_ns = (int64_t)tr_load_rlx(&s->high_water_ns);
    v->rate_mhz = tr_load_rlx(&s->rate_mhz);
    v->busy_ns = tr_load_rlx(&s->busy_ns);
    v->idle_ns = tr_load_rlx(&s->idle_ns);
    v->blocked_ns = tr_load_rlx(&s->blocked_ns);
    v->evicted_cnt = tr_load_rlx(&s->evicted_cnt);
    tr_hist_snapshot(&s->event, &v->event);
    tr_hist_snapshot(&s->latency, &v->latency);
    tr_hist_snapshot(&s->service, &v->service);
}

/* Those that count: after the cursors were read, so that none is missing of what they have lost. */
static void view_gaps(const struct tr_segment *seg, unsigned c, struct tr_member_view *v)
{
    struct tr_gap_record gap[TR_GAP_CNT];
    unsigned cnt = tr_gaps_read(&tr_segment_stats(seg, c)->gaps, gap, &v->gaps_whole);
    for (unsigned i = 0; i < cnt; i++) {
        unsigned p = (unsigned)gap[i].lane_idx;
        if (gap[i].lane_idx < TR_LANE_MAX && gap[i].lost_before < v->lane[p].lost)
            v->gap[v->gap_cnt++] = gap[i];
    }
}

static void copy_member(const struct tr_segment *seg, unsigned c, unsigned state, int64_t now_ns,
                        struct tr_member_view *v, int *rc)
{
    const struct tr_member *m = tr_segment_member(seg, c);
    v->used = state != TR_MEMBER_FREE;
    if (!v->used)
        return;
    v->done = state == TR_MEMBER_DONE;
    v->alive = is_alive(seg, TR_PLACE_MEMBER, c, rc);
    v->lossy = tr_load_rlx(&m->lossy) != 0;
    tr_registry_name(seg, TR_PLACE_MEMBER, c, v->name);
    v->pid = tr_load_rlx(&m->who.pid);
    v->started_wall_ns = (int64_t)tr_load_rlx(&m->who.started_wall_ns);
    v->beat_ns = (int64_t)tr_load_rlx(&m->beat_ns);
    v->hold_ns = (int64_t)tr_load_rlx(&m->hold_ns);
    view_stats(seg, c, v);
    for (unsigned p = 0; p < TR_LANE_MAX; p++)
        view_cursor(seg, p, c, now_ns, &v->lane[p]);
    view_gaps(seg, c, v);
    add_up(v);
}

/* A place that changes its owner, or begins anew, is looked at again: half of each is nobody's ledger. */
static void view_member(const struct tr_segment *seg, unsigned c, int64_t now_ns, struct tr_member_view *v,
                        int *rc)
{
    const struct tr_member *m = tr_segment_member(seg, c);
    for (unsigned i = 0; i < TRY_MAX; i++) {
        uint64_t state = tr_load_acq(&m->state); /* C4 */
        copy_member(seg, c, tr_state_of(state), now_ns, v, rc);
        atomic_thread_fence(memory_order_acquire);
        if (tr_load_rlx(&m->state) == state)
            return;
        memset(v, 0, sizeof *v);
    }
}

/* What was published is at least what the furthest cursor has read: the hint may lag by a batch. */
static void view_published(const struct tr_segment *seg, struct tr_view *view)
{
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        view->lane[p].published = tr_load_acq(&tr_segment_lane(seg, p)->hint);
        for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
            if (view->member[c].lane[p].cursor > view->lane[p].published)
                view->lane[p].published = view->member[c].lane[p].cursor;
        }
    }
}

/* Lag against the one published sequence of the view, so that the ledger of every consumer adds up. */
static void settle_lag(struct tr_view *view)
{
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
        struct tr_member_view *v = &view->member[c];
        v->lag = 0;
        for (unsigned p = 0; p < TR_LANE_MAX; p++) {
            if (v->lane[p].joined)
                v->lane[p].lag = view->lane[p].published - v->lane[p].cursor;
            v->lag += v->lane[p].lag;
        }
    }
}

int tr_observe(const struct tr_segment *seg, struct tr_view *view)
{
    int rc = 0;
    if (!tr_segment_is_whole(seg))
        return -EIO;
    memset(view, 0, sizeof *view);
    strcpy(view->ring, seg->name);
    view->slot_cnt = seg->header.slot_cnt;
    view->record_len = seg->header.record_len;
    view->created_wall_ns = seg->header.created_wall_ns;
    view->taken_ns = tr_now_ns();
    view->named = !tr_segment_is_taken_away(seg);
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++)
        view_member(seg, c, view->taken_ns, &view->member[c], &rc);
    for (unsigned p = 0; p < TR_LANE_MAX; p++)
        view_lane(seg, p, &view->lane[p], &rc);
    view_published(seg, view);
    settle_lag(view);
    return rc;
}

unsigned tr_observe_past(const struct tr_segment *seg, enum tr_place_kind kind, unsigned idx, uint64_t *nr,
                         struct tr_sample *sample, unsigned max)
{
    const struct tr_sample_trail *past =
        kind == TR_PLACE_LANE ? tr_segment_lane_past(seg, idx) : &tr_segment_stats(seg, idx)->past;
    return tr_samples_read(past, nr, sample, max);
}
