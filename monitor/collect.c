#include "monitor/collect.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "monitor/analysis/trend.h"
#include "monitor/ledger.h"
#include "units.h"

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

static void look_at_lane(struct snapshot *snap, unsigned p)
{
    const struct tr_lane_view *lane = &snap->view.lane[p];
    char name[WHO_LEN];
    if (!lane->used)
        return;
    snapshot_feed_name(name, lane->name);
    switch (snapshot_lane_state(snap, p)) {
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
    struct queue queue = snapshot_queue(&snap->view, m);
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
    enum member_state state = snapshot_member_state(snap, c);
    char name[WHO_LEN];
    if (!m->used)
        return;
    snapshot_consumer_name(name, m->name);
    if (state == MEMBER_READING || state == MEMBER_SILENT)
        look_at_queue(snap, c, name);
    if (state == MEMBER_SILENT)
        warn(snap, LEVEL_WARN, "%s (pid %llu) does not move: stopped?%s", name, (unsigned long long)m->pid,
             snapshot_is_evicted(m) ? " The feed goes on without it" : "");
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
    snap->state = ring_state_of(&snap->view);
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        snap->published += snap->view.lane[p].published;
        look_at_lane(snap, p);
    }
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++)
        look_at_member(snap, c);
    look_at_ledger(snap);
    return 0;
}
