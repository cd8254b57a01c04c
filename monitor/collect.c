#include "monitor/collect.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "monitor/trend.h"
#include "monitor/ledger.h"
#include "units.h"

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

char *collect_feed_name(char text[WHO_LEN], const char *name)
{
    return who(text, "feed", name);
}

char *collect_consumer_name(char text[WHO_LEN], const char *name)
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

static enum ring_state state_of(const struct tr_view *view)
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

__attribute__((format(printf, 3, 4))) static void warn(struct snapshot *snap, enum level level,
                                                       const char *format, ...)
{
    if (level > snap->level)
        snap->level = level;
    if (snap->warning_cnt == WARNING_MAX)
        return;
    struct warning *w = &snap->warning[snap->warning_cnt++];
    *w = (struct warning){.level = level};
    va_list args;
    va_start(args, format);
    vsnprintf(w->text, sizeof w->text, format, args);
    va_end(args);
}

/* A beat may be any number (somebody else's memory), and one that came after the view was begun. */
static bool is_silent(const struct snapshot *snap, int64_t beat_ns)
{
    int64_t ago_ns;
    return !__builtin_sub_overflow(snap->view.taken_ns, SILENT_NS, &ago_ns) && beat_ns < ago_ns;
}

int64_t collect_wall_ns(const struct snapshot *snap, int64_t mono_ns)
{
    int64_t wall_ns;
    bool is_date = mono_ns != 0 && !__builtin_add_overflow(mono_ns, snap->wall_minus_mono_ns, &wall_ns);
    return is_date ? wall_ns : 0;
}

enum lane_state collect_lane_state(const struct snapshot *snap, unsigned lane_idx)
{
    const struct tr_lane_view *lane = &snap->view.lane[lane_idx];
    if (lane->closed)
        return LANE_CLOSED;
    if (!lane->alive)
        return LANE_DEAD;
    return is_silent(snap, lane->beat_ns) ? LANE_SILENT : LANE_OPEN;
}

bool collect_is_replayed(const struct tr_hist_snap *event)
{
    return event->cnt > 0 && event->clamped_cnt >= event->cnt - event->cnt / 100;
}

bool collect_is_evicted(const struct tr_member_view *m)
{
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        if (m->lane[p].joined && m->lane[p].evicted)
            return true;
    }
    return false;
}

enum member_state collect_member_state(const struct snapshot *snap, unsigned member_idx)
{
    const struct tr_member_view *m = &snap->view.member[member_idx];
    if (m->done)
        return MEMBER_LEFT;
    if (!m->alive)
        return m->lossy || collect_is_evicted(m) ? MEMBER_DROPPED : MEMBER_DEAD;
    return is_silent(snap, m->beat_ns) ? MEMBER_SILENT : MEMBER_READING;
}

static void look_at_lane(struct snapshot *snap, unsigned p)
{
    const struct tr_lane_view *lane = &snap->view.lane[p];
    char name[WHO_LEN];
    if (!lane->used)
        return;
    collect_feed_name(name, lane->name);
    switch (collect_lane_state(snap, p)) {
    case LANE_DEAD:
        warn(snap, LEVEL_CRIT, "%s died before its end: start it again", name);
        break;
    case LANE_SILENT:
        warn(snap, LEVEL_WARN, "%s (pid %llu) does not move: stopped?", name, (unsigned long long)lane->pid);
        break;
    case LANE_OPEN:
    case LANE_CLOSED:
        break;
    }
}

struct queue collect_queue(const struct tr_view *view, const struct tr_member_view *m)
{
    struct queue queue = {.lag = m->lag, .lag_ns = m->lag_ns, .slot_cnt = view->slot_cnt};
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        if (m->lane[p].lag > queue.lane_lag)
            queue.lane_lag = m->lane[p].lag;
    }
    return queue;
}

/* Why it is behind, if that is not of its own making; "" else. */
static void blocked_text(char text[64], const struct snapshot *snap, unsigned c)
{
    struct trend_member trend;
    trend_of_member(snap, c, TREND_WINDOW_NS, &trend);
    text[0] = '\0';
    if (trend.blocked_permille >= TREND_BLOCKED_PERMILLE)
        snprintf(text, 64, ": its next ring has no room, %u %% of the time", trend.blocked_permille / 10);
}

static void look_at_queue(struct snapshot *snap, unsigned c, const char *name)
{
    const struct tr_member_view *m = &snap->view.member[c];
    struct queue queue = collect_queue(&snap->view, m);
    enum level level = level_of(&snap->limits, &queue);
    char age[UNITS_MAX];
    char blocked[64];
    if (level == LEVEL_OK)
        return;
    if (m->lag_ns > 0)
        units_duration(age, m->lag_ns);
    else
        snprintf(age, sizeof age, "an unknown time");
    blocked_text(blocked, snap, c);
    unsigned i = snap->warning_cnt;
    warn(snap, level, "%s is behind: %llu tick%s (%llu %% of the ring), the oldest waits %s%s", name,
         (unsigned long long)m->lag, m->lag == 1 ? "" : "s", (unsigned long long)queue_percent(&queue), age,
         blocked);
    if (i < snap->warning_cnt)
        snap->warning[i].lag = m->lag;
}

static void look_at_member(struct snapshot *snap, unsigned c)
{
    const struct tr_member_view *m = &snap->view.member[c];
    enum member_state state = collect_member_state(snap, c);
    char name[WHO_LEN];
    if (!m->used)
        return;
    collect_consumer_name(name, m->name);
    if (state == MEMBER_READING || state == MEMBER_SILENT)
        look_at_queue(snap, c, name);
    if (state == MEMBER_SILENT)
        warn(snap, LEVEL_WARN, "%s (pid %llu) does not move: stopped?%s", name, (unsigned long long)m->pid,
             collect_is_evicted(m) ? " The feed goes on without it" : "");
    else if (state == MEMBER_DEAD)
        warn(snap, LEVEL_WARN, "%s died: start it again and it goes on", name);
    else if (state == MEMBER_DROPPED)
        warn(snap, LEVEL_WARN, "%s died, and the feed goes on without it: what it misses is lost to it",
             name);
}

/* The first line that does not balance is told, with its numbers; which of them is wrong nobody knows. */
static void look_at_ledger(struct snapshot *snap)
{
    unsigned c;
    unsigned p;
    struct ledger_line line;
    snap->balanced = ledger_is_balanced(&snap->view, &c, &p);
    if (snap->balanced || !ledger_of(&snap->view, c, p, &line))
        return;
    warn(snap, LEVEL_CRIT,
         "the ledger of %.*s in %.*s does not balance: %llu published, %llu delivered, %llu lost (%llu in "
         "ranges), %llu in flight",
         TR_NAME_MAX, snap->view.member[c].name, TR_NAME_MAX, snap->view.lane[p].name,
         (unsigned long long)line.published, (unsigned long long)line.delivered,
         (unsigned long long)line.lost, (unsigned long long)line.lost_in_ranges,
         (unsigned long long)line.in_flight);
}

int collect(const struct tr_segment *seg, const struct level_limits *limits, struct past *past,
            struct snapshot *snap)
{
    int rc = tr_observe(seg, &snap->view);
    if (rc != 0)
        return rc;
    if (past != NULL)
        past_read(past, seg, &snap->view);
    snap->past = past;
    snap->limits = *limits;
    snap->level = LEVEL_OK;
    snap->warning_cnt = 0;
    snap->published = 0;
    snap->wall_minus_mono_ns = tr_wall_ns() - tr_now_ns();
    snap->state = state_of(&snap->view);
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        snap->published += snap->view.lane[p].published;
        look_at_lane(snap, p);
    }
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++)
        look_at_member(snap, c);
    look_at_ledger(snap);
    return 0;
}

const struct warning *collect_worst(const struct snapshot *snap)
{
    const struct warning *found = NULL;
    for (unsigned i = 0; i < snap->warning_cnt; i++) {
        const struct warning *w = &snap->warning[i];
        if (w->level == snap->level && (found == NULL || (found->lag > 0 && w->lag > found->lag)))
            found = w;
    }
    return found;
}
