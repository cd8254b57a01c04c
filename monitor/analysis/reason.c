#include "monitor/analysis/reason.h"

#include <stdarg.h>
#include <stdio.h>

#include "monitor/analysis/trend.h"
#include "units.h"

#define HOLDS_PERMILLE 20 /* of the feed's time */
#define SPARE_PERMILLE 900 /* busy beyond this: little to spare */
#define DEEP_PERCENT 1 /* of a lane: a queue worth words */

struct subject {
    const struct snapshot *snap;
    const struct tr_member_view *m;
    unsigned idx;
    enum member_state state;
    struct queue queue;
    struct trend_member trend;
    char *text;
};

__attribute__((format(printf, 2, 3))) static bool say(const struct subject *sub, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(sub->text, REASON_LEN, format, args);
    va_end(args);
    return true;
}

/* Ticks a second that a tick of so many ns lets through. */
static char *rate_text(char text[UNITS_MAX], double a_second)
{
    return units_count(text, a_second < 1e18 ? (uint64_t)(a_second > 0 ? a_second : 0) : UINT64_MAX);
}

/* "a tick takes it 103us, 9.7k/s at most", lately or, if nothing was read lately, ever; "": it never read one. */
static char *pace_text(char text[80], const struct subject *sub)
{
    char service[UNITS_MAX];
    char rate[UNITS_MAX];
    int64_t ns = sub->trend.service_ns > 0 ? sub->trend.service_ns : tr_hist_mean(&sub->m->service);
    text[0] = '\0';
    if (ns > 0)
        snprintf(text, 80, ": a tick takes it %s, %s/s at most", units_duration(service, ns),
                 rate_text(rate, 1e9 / (double)ns));
    return text;
}

/* --- Those that do not read ----------------------------------------------------------------------- */

static bool is_any_feed_alive(const struct tr_view *view)
{
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        if (view->lane[p].used && view->lane[p].alive)
            return true;
    }
    return false;
}

static bool is_gone(const struct subject *sub)
{
    char hold[UNITS_MAX];
    switch (sub->state) {
    case MEMBER_LEFT:
        return say(sub, "left in good order");
    case MEMBER_DEAD:
        if (!is_any_feed_alive(&sub->snap->view))
            return say(sub, "was killed: start it again and it goes on");
        units_duration(hold, sub->m->hold_ns < 0 ? 0 : sub->m->hold_ns);
        return say(sub, "was killed, and the feed waits for it up to %s: start it again and it goes on",
                   hold);
    case MEMBER_DROPPED:
        return sub->m->lossy
                   ? say(sub, "was killed: it is lossy, nobody waits for it")
                   : say(sub, "was killed, and the feed goes on without it: what it misses is lost to it");
    case MEMBER_READING:
    case MEMBER_SILENT:
        break;
    }
    return false;
}

/* The share of time for which it lately held the feed that it holds most; 0: none. */
static unsigned holds_permille(const struct subject *sub)
{
    unsigned most = 0;
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        struct trend_lane lane;
        trend_of_lane(sub->snap, p, TREND_WINDOW_NS, &lane);
        if (lane.holder == (int)sub->idx && lane.blocked_permille > most)
            most = lane.blocked_permille;
    }
    return most;
}

static bool is_stopped(const struct subject *sub)
{
    char time[UNITS_MAX] = "long";
    int64_t silent_ns;
    if (sub->state != MEMBER_SILENT)
        return false;
    if (sub->m->beat_ns > 0 && !__builtin_sub_overflow(sub->snap->view.taken_ns, sub->m->beat_ns, &silent_ns))
        units_duration(time, silent_ns);
    const char *then = "";
    if (snapshot_is_evicted(sub->m))
        then = ": the feed goes on without it";
    else if (holds_permille(sub) >= HOLDS_PERMILLE)
        then = ", and holds the feed";
    return say(sub, "stopped or stuck (pid %llu keeps no house for %s)%s", (unsigned long long)sub->m->pid,
               time, then);
}

static bool is_passed_over(const struct subject *sub)
{
    return snapshot_is_evicted(sub->m)
           && say(sub, "the feed has gone on without it: what it missed is lost to it");
}

/* --- Those that are slow -------------------------------------------------------------------------- */

static bool waits_for_next(const struct subject *sub)
{
    return sub->trend.blocked_permille >= TREND_BLOCKED_PERMILLE
           && say(sub, "waits for room in the next ring %u %% of the time: see the next stage",
                  sub->trend.blocked_permille / 10);
}

/* One that is idle in between is not slow: it comes too late. */
static bool sets_the_pace(const struct subject *sub)
{
    char pace[80];
    unsigned permille = sub->m->lossy ? 0 : holds_permille(sub);
    if (permille < HOLDS_PERMILLE)
        return false;
    if (sub->trend.idle_permille > 500)
        return say(sub,
                   "holds the feed %u %% of the time, but is idle %u %%: is woken late, or gets no processor",
                   permille / 10, sub->trend.idle_permille / 10);
    return say(sub, "sets the pace for all reliable readers%s", pace_text(pace, sub));
}

static bool is_overrun(const struct subject *sub)
{
    char pace[80];
    char lost[UNITS_MAX];
    char span[UNITS_MAX];
    if (!sub->m->lossy || sub->trend.lost_cnt == 0)
        return false;
    return say(sub, "is overrun: lossy, it lost %s ticks in %s%s", units_count(lost, sub->trend.lost_cnt),
               units_duration(span, sub->trend.span_ns), pace_text(pace, sub));
}

static bool is_deep(const struct subject *sub)
{
    return (double)sub->queue.lane_lag * 100 >= (double)sub->queue.slot_cnt * DEEP_PERCENT
           && sub->queue.lag > 0;
}

static bool falls_behind(const struct subject *sub)
{
    char pace[80];
    char growth[UNITS_MAX];
    char full[UNITS_MAX];
    if (!is_deep(sub) || sub->trend.full_ns < 0)
        return false;
    return say(sub, "falls behind by %s ticks a second, full in %s%s", rate_text(growth, sub->trend.growth),
               units_duration(full, sub->trend.full_ns), pace_text(pace, sub));
}

static bool catches_up(const struct subject *sub)
{
    char growth[UNITS_MAX];
    char empty[UNITS_MAX];
    char lag[UNITS_MAX];
    double ns = (double)sub->queue.lag * 1e9 / -sub->trend.growth;
    if (!is_deep(sub) || !(sub->trend.growth < 0) || !(ns < 3600e9))
        return false;
    return say(sub, "catches up: %s ticks before it, %s a second fewer, done in %s",
               units_count(lag, sub->queue.lag), rate_text(growth, -sub->trend.growth),
               units_duration(empty, (int64_t)ns));
}

static bool stays_behind(const struct subject *sub)
{
    char pace[80];
    char lag[UNITS_MAX];
    return is_deep(sub)
           && say(sub, "is %s ticks behind%s", units_count(lag, sub->queue.lag), pace_text(pace, sub));
}

static bool keeps_up(const struct subject *sub)
{
    if (sub->queue.lag == 0 && sub->trend.span_ns > 0 && !(sub->trend.rate > 0))
        return say(sub, "has nothing to read");
    if (sub->trend.busy_permille >= SPARE_PERMILLE)
        return say(sub, "keeps up, but is busy %u %% of the time: little to spare",
                   sub->trend.busy_permille / 10);
    if (sub->trend.busy_permille + sub->trend.idle_permille > 0)
        return say(sub, "keeps up: idle %u %% of the time", sub->trend.idle_permille / 10);
    return say(sub, "keeps up");
}

char *reason_of_member(const struct snapshot *snap, unsigned member_idx, char text[REASON_LEN])
{
    static bool (*const reason[])(const struct subject *) = {
        is_gone,    is_stopped,   is_passed_over, waits_for_next, sets_the_pace,
        is_overrun, falls_behind, catches_up,     stays_behind,   keeps_up}; /* the most telling first */
    const struct tr_member_view *m = &snap->view.member[member_idx];
    struct subject sub = {.snap = snap,
                          .m = m,
                          .idx = member_idx,
                          .state = snapshot_member_state(snap, member_idx),
                          .queue = snapshot_queue(&snap->view, m),
                          .text = text};
    trend_of_member(snap, member_idx, TREND_WINDOW_NS, &sub.trend);
    for (size_t i = 0; !reason[i](&sub); i++)
        continue;
    return text;
}
