#include "monitor/snapshot.h"

#include <stdio.h>
#include <string.h>

#define SILENT_NS (2 * TR_NS_PER_S) /* a live process that kept no house for so long is stopped or stuck */

const char *ring_state_name(enum ring_state state)
{
    static const char *const name[] = {"open", "closed", "stale"};
    return name[state];
}

const char *lane_state_name(enum lane_state state)
{
    static const char *const name[] = {"open", "silent", "closed", "DEAD"};
    return name[state];
}

const char *member_state_name(enum member_state state)
{
    static const char *const name[] = {"reading", "silent", "left", "DEAD", "DEAD"};
    return name[state];
}

static char *who(char text[WHO_LEN], const char *what, const char *name)
{
    bool doubled = strcmp(what, name) == 0;
    snprintf(text, WHO_LEN, "%s%s%.*s", what, doubled ? "" : " ", TR_NAME_MAX, doubled ? "" : name);
    return text;
}

char *snapshot_feed_name(char text[WHO_LEN], const char *name)
{
    return who(text, "feed", name);
}

char *snapshot_consumer_name(char text[WHO_LEN], const char *name)
{
    return who(text, "consumer", name);
}

/* Whether all that were ever in it have left in good order, and somebody has read it: nothing is left to be done. */
static bool is_spent(const struct tr_view *view)
{
    unsigned member_cnt = 0;
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        if (view->lane[p].used && !view->lane[p].closed)
            return false;
    }
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
        if (view->member[c].used && !view->member[c].done)
            return false;
        member_cnt += view->member[c].used;
    }
    return member_cnt > 0;
}

enum ring_state ring_state_of(const struct tr_view *view)
{
    unsigned open_cnt = 0;
    unsigned used_cnt = 0;
    unsigned alive_cnt = 0;
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        used_cnt += view->lane[p].used;
        open_cnt += view->lane[p].used && !view->lane[p].closed;
        alive_cnt += view->lane[p].alive;
    }
    unsigned member_cnt = 0;
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
        member_cnt += view->member[c].used;
        alive_cnt += view->member[c].alive;
    }
    bool was_used = used_cnt + member_cnt > 0; /* else it is being made right now */
    if (alive_cnt == 0 && was_used && !is_spent(view))
        return RING_STALE;
    return used_cnt > 0 && open_cnt == 0 ? RING_CLOSED : RING_OPEN;
}

/* A beat may be any number (somebody else's memory), and one that came after the view was begun. */
static bool is_silent(const struct snapshot *snap, int64_t beat_ns)
{
    int64_t ago_ns;
    return !__builtin_sub_overflow(snap->view.taken_ns, SILENT_NS, &ago_ns) && beat_ns < ago_ns;
}

int64_t snapshot_wall_ns(const struct snapshot *snap, int64_t mono_ns)
{
    int64_t wall_ns;
    bool is_date = mono_ns != 0 && !__builtin_add_overflow(mono_ns, snap->wall_minus_mono_ns, &wall_ns);
    return is_date ? wall_ns : 0;
}

enum lane_state snapshot_lane_state(const struct snapshot *snap, unsigned lane_idx)
{
    const struct tr_lane_view *lane = &snap->view.lane[lane_idx];
    if (lane->closed)
        return LANE_CLOSED;
    if (!lane->alive)
        return LANE_DEAD;
    return is_silent(snap, lane->beat_ns) ? LANE_SILENT : LANE_OPEN;
}

bool snapshot_is_replayed(const struct tr_hist_snap *event)
{
    return event->cnt > 0 && event->clamped_cnt >= event->cnt - event->cnt / 100;
}

bool snapshot_is_evicted(const struct tr_member_view *m)
{
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        if (m->lane[p].joined && m->lane[p].evicted)
            return true;
    }
    return false;
}

enum member_state snapshot_member_state(const struct snapshot *snap, unsigned member_idx)
{
    const struct tr_member_view *m = &snap->view.member[member_idx];
    if (m->done)
        return MEMBER_LEFT;
    if (!m->alive)
        return m->lossy || snapshot_is_evicted(m) ? MEMBER_DROPPED : MEMBER_DEAD;
    return is_silent(snap, m->beat_ns) ? MEMBER_SILENT : MEMBER_READING;
}

struct queue snapshot_queue(const struct tr_view *view, const struct tr_member_view *m)
{
    struct queue queue = {.lag = m->lag, .lag_ns = m->lag_ns, .slot_cnt = view->slot_cnt};
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        if (m->lane[p].lag > queue.lane_lag)
            queue.lane_lag = m->lane[p].lag;
    }
    return queue;
}

const struct warning *snapshot_worst(const struct snapshot *snap)
{
    const struct warning *found = NULL;
    for (unsigned i = 0; i < snap->warning_cnt; i++) {
        const struct warning *w = &snap->warning[i];
        if (w->level == snap->level && (found == NULL || (found->lag > 0 && w->lag > found->lag)))
            found = w;
    }
    return found;
}

enum level snapshot_member_level(const struct snapshot *snap, unsigned member_idx)
{
    struct queue queue = snapshot_queue(&snap->view, &snap->view.member[member_idx]);
    switch (snapshot_member_state(snap, member_idx)) {
    case MEMBER_LEFT:
        return LEVEL_OK;
    case MEMBER_DEAD:
    case MEMBER_DROPPED:
        return LEVEL_WARN;
    case MEMBER_SILENT:
        return level_of(&snap->limits, &queue) == LEVEL_CRIT ? LEVEL_CRIT : LEVEL_WARN;
    case MEMBER_READING:
        break;
    }
    return level_of(&snap->limits, &queue);
}
