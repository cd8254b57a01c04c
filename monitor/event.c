#include "monitor/event.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "units.h"

#define STALL_PERCENT 1 /* of the time between two samples: less is not told */

/* The newest so far, as a heap: the oldest of them is the first, and goes when there is a newer one. */
struct list {
    struct event *event;
    unsigned cnt;
    unsigned max;
};

const char *event_kind_name(enum event_kind kind)
{
    static const char *const name[] = {"joined", "left", "died", "evicted", "lost", "over limit", "stalled"};
    return name[kind];
}

/* --- The list ----------------------------------------------------------------------------------- */

/* Below 0: a is the older.  Those of one time have an order as well, so that the list does not dance. */
static int compare(const struct event *a, const struct event *b)
{
    if (a->at_ns != b->at_ns)
        return a->at_ns < b->at_ns ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    int by_name = strcmp(b->name, a->name);
    return by_name != 0 ? by_name : strcmp(b->text, a->text);
}

static int newest_first(const void *a, const void *b)
{
    return compare(b, a);
}

static void swap(struct event *a, struct event *b)
{
    struct event kept = *a;
    *a = *b;
    *b = kept;
}

static void sink(struct list *list)
{
    unsigned i = 0;
    for (unsigned child; (child = 2 * i + 1) < list->cnt; i = child) {
        if (child + 1 < list->cnt && compare(&list->event[child + 1], &list->event[child]) < 0)
            child++;
        if (compare(&list->event[i], &list->event[child]) <= 0)
            return;
        swap(&list->event[i], &list->event[child]);
    }
}

static void rise(struct list *list)
{
    unsigned i = list->cnt - 1;
    while (i > 0 && compare(&list->event[i], &list->event[(i - 1) / 2]) < 0) {
        swap(&list->event[i], &list->event[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
}

static void put(struct list *list, const struct event *event)
{
    if (list->cnt < list->max) {
        list->event[list->cnt++] = *event;
        rise(list);
    } else if (list->max > 0 && compare(event, &list->event[0]) > 0) {
        list->event[0] = *event;
        sink(list);
    }
}

/* --- What happened to whom ------------------------------------------------------------------------ */

/* A producer or consumer that is looked at. */
struct subject {
    struct list *list;
    const struct snapshot *snap;
    const struct past_track *track;
    bool is_feed;
    unsigned idx;
    const char *name;
    char who[WHO_LEN]; /* "feed binance" */
};

__attribute__((format(printf, 5, 6))) static void tell(const struct subject *sub, int64_t at_ns,
                                                       enum event_kind kind, enum level level,
                                                       const char *format, ...)
{
    struct event event = {.at_ns = at_ns, .kind = kind, .level = level};
    va_list args;
    int len = snprintf(event.text, sizeof event.text, "%s ", sub->who);
    snprintf(event.name, sizeof event.name, "%s", sub->name);
    va_start(args, format);
    vsnprintf(event.text + len, sizeof event.text - (size_t)len, format, args);
    va_end(args);
    put(sub->list, &event);
}

/* a - b, 0 if that is negative or no time. */
static int64_t time_between(int64_t a, int64_t b)
{
    int64_t between;
    return __builtin_sub_overflow(a, b, &between) || between < 0 ? 0 : between;
}

static void tell_death(const struct subject *sub, int64_t at_ns, uint32_t pid)
{
    tell(sub, at_ns, EVENT_DIED, sub->is_feed ? LEVEL_CRIT : LEVEL_WARN, "died (pid %u)", pid);
}

static void tell_join(const struct subject *sub, const struct tr_sample *before, const struct tr_sample *s)
{
    char away[UNITS_MAX];
    if (before == NULL) {
        tell(sub, s->at_ns, EVENT_JOINED, LEVEL_OK, "joined (pid %u)", s->pid);
        return;
    }
    units_duration(away, time_between(s->at_ns, before->at_ns));
    tell(sub, s->at_ns, EVENT_JOINED, LEVEL_OK, "came back (pid %u) after %s", s->pid, away);
}

/* Who comes and goes.  A process that is killed notes nothing: that is seen by what comes after. */
static void find_comings(const struct subject *sub, bool is_dead, int64_t beat_ns, uint64_t pid)
{
    const struct tr_sample *before = NULL;
    for (unsigned i = 0; i < sub->track->cnt; i++) {
        const struct tr_sample *s = past_sample(sub->track, i);
        if (s->kind == TR_SAMPLE_JOIN) {
            if (before != NULL && before->kind != TR_SAMPLE_LEAVE)
                tell_death(sub, before->at_ns, before->pid);
            tell_join(sub, before, s);
        } else if (s->kind == TR_SAMPLE_LEAVE) {
            tell(sub, s->at_ns, EVENT_LEFT, LEVEL_OK, "left (pid %u)", s->pid);
        }
        before = s;
    }
    if (!is_dead)
        return;
    bool is_seen = beat_ns > 0 && beat_ns <= sub->snap->view.taken_ns;
    int64_t at_ns = is_seen ? beat_ns : 0;
    if (before != NULL && before->at_ns > at_ns)
        at_ns = before->at_ns;
    tell_death(sub, at_ns, pid > UINT32_MAX ? 0 : (uint32_t)pid);
}

/* Something that goes on over several samples, told as one. */
struct spell {
    bool is_on;
    int64_t begin_ns;
    uint64_t key; /* another one is another spell */
    enum level level;
    uint64_t amount;
};

static uint64_t saturated_sum(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static uint64_t grown(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

/* --- Feeds -------------------------------------------------------------------------------------- */

static void end_stall(const struct subject *sub, struct spell *spell, int64_t end_ns)
{
    char stood[UNITS_MAX];
    char all[UNITS_MAX];
    const char *holder = "somebody who has left";
    if (!spell->is_on)
        return;
    if (spell->key >= 1 && spell->key <= TR_CONSUMER_MAX && sub->snap->view.member[spell->key - 1].used)
        holder = sub->snap->view.member[spell->key - 1].name;
    units_duration(stood, (int64_t)tr_min_u64(spell->amount, INT64_MAX));
    units_duration(all, time_between(end_ns, spell->begin_ns));
    tell(sub, spell->begin_ns, EVENT_STALLED, LEVEL_OK, "stood at the full ring for %s of %s, held by %s",
         stood, all, holder);
    spell->is_on = false;
}

static void add_stall(const struct subject *sub, struct spell *spell, const struct tr_sample *before,
                      const struct tr_sample *s)
{
    uint64_t blocked_ns = grown(s->blocked_ns, before->blocked_ns);
    bool is_stalled = blocked_ns > (uint64_t)time_between(s->at_ns, before->at_ns) / 100 * STALL_PERCENT;
    if (!is_stalled || s->kind == TR_SAMPLE_JOIN || (spell->is_on && spell->key != s->holder))
        end_stall(sub, spell, before->at_ns);
    if (!is_stalled || s->kind == TR_SAMPLE_JOIN)
        return;
    if (!spell->is_on)
        *spell = (struct spell){.is_on = true, .begin_ns = before->at_ns, .key = s->holder};
    spell->amount = saturated_sum(spell->amount, blocked_ns);
}

static void end_drop(const struct subject *sub, struct spell *spell)
{
    if (spell->is_on)
        tell(sub, spell->begin_ns, EVENT_LOST, LEVEL_CRIT, "dropped %llu tick%s: the ring was full",
             (unsigned long long)spell->amount, spell->amount == 1 ? "" : "s");
    spell->is_on = false;
}

static void add_drop(const struct subject *sub, struct spell *spell, const struct tr_sample *before,
                     const struct tr_sample *s)
{
    uint64_t dropped = grown(s->lost_cnt, before->lost_cnt);
    if (dropped == 0) {
        end_drop(sub, spell);
        return;
    }
    if (!spell->is_on)
        *spell = (struct spell){.is_on = true, .begin_ns = before->at_ns};
    spell->amount = saturated_sum(spell->amount, dropped);
}

/* What a lane is like now, as one sample more. */
static struct tr_sample lane_now(const struct snapshot *snap, const struct tr_lane_view *lane,
                                 const struct tr_sample *last)
{
    return (struct tr_sample){.at_ns = snap->view.taken_ns,
                              .kind = TR_SAMPLE_SECOND,
                              .lost_cnt = lane->dropped_cnt,
                              .blocked_ns = lane->blocked_ns,
                              .holder = last->holder};
}

static void find_stalls(const struct subject *sub, const struct tr_lane_view *lane)
{
    struct spell stall = {0};
    struct spell drop = {0};
    const struct tr_sample *before = NULL;
    for (unsigned i = 0; i < sub->track->cnt; i++) {
        const struct tr_sample *s = past_sample(sub->track, i);
        if (before != NULL) {
            add_stall(sub, &stall, before, s);
            add_drop(sub, &drop, before, s);
        }
        before = s;
    }
    if (before == NULL)
        return;
    struct tr_sample now = lane_now(sub->snap, lane, before);
    if (lane->alive && !lane->closed) {
        add_stall(sub, &stall, before, &now);
        add_drop(sub, &drop, before, &now);
    }
    end_stall(sub, &stall, lane->alive ? now.at_ns : before->at_ns);
    end_drop(sub, &drop);
}

static void look_at_lane(struct list *list, const struct snapshot *snap, unsigned p)
{
    const struct tr_lane_view *lane = &snap->view.lane[p];
    static const struct past_track nothing;
    struct subject sub = {.list = list,
                          .snap = snap,
                          .track = snap->past != NULL ? &snap->past->lane[p] : &nothing,
                          .is_feed = true,
                          .idx = p,
                          .name = lane->name};
    if (!lane->used)
        return;
    collect_feed_name(sub.who, lane->name);
    find_comings(&sub, collect_lane_state(snap, p) == LANE_DEAD, lane->beat_ns, lane->pid);
    find_stalls(&sub, lane);
}

/* --- Consumers ---------------------------------------------------------------------------------- */

static void find_gaps(const struct subject *sub, const struct tr_member_view *m)
{
    for (unsigned i = 0; i < m->gap_cnt && i < TR_GAP_CNT; i++) {
        const struct tr_gap_record *gap = &m->gap[i];
        if (gap->lane_idx >= TR_LANE_MAX || gap->to <= gap->from)
            continue;
        uint64_t cnt = gap->to - gap->from;
        tell(sub, gap->at_ns, EVENT_LOST, m->lossy ? LEVEL_OK : LEVEL_CRIT,
             "lost %llu tick%s of %s, %llu to %llu", (unsigned long long)cnt, cnt == 1 ? "" : "s",
             sub->snap->view.lane[gap->lane_idx].name, (unsigned long long)gap->from,
             (unsigned long long)gap->to - 1);
    }
}

static void find_evictions(const struct subject *sub, const struct tr_member_view *m)
{
    for (unsigned i = 1; i < sub->track->cnt; i++) {
        const struct tr_sample *s = past_sample(sub->track, i);
        if (s->event_cnt > past_sample(sub->track, i - 1)->event_cnt)
            tell(sub, s->at_ns, EVENT_EVICTED, LEVEL_WARN, "found that the feed had gone on without it");
    }
    if (collect_is_evicted(m) && !m->done)
        tell(sub, m->beat_ns, EVENT_EVICTED, LEVEL_WARN, "%s since then, and the feed goes on without it",
             m->alive ? "did not move" : "is dead");
}

static unsigned lane_cnt(const struct tr_member_view *m)
{
    unsigned cnt = 0;
    for (unsigned p = 0; p < TR_LANE_MAX; p++)
        cnt += m->lane[p].joined;
    return cnt;
}

/* A sample tells of all lanes: the fullest has at least its share.  The oldest tick of its queue had the largest latency
 * when it was read. */
static enum level sample_level(const struct subject *sub, const struct tr_sample *s)
{
    unsigned cnt = lane_cnt(&sub->snap->view.member[sub->idx]);
    uint64_t lag = tr_max_u64(s->lag, s->lag_max);
    struct queue queue = {.lag = lag,
                          .lane_lag = lag / (cnt > 1 ? cnt : 1),
                          .lag_ns = s->max_ns,
                          .slot_cnt = sub->snap->view.slot_cnt};
    return level_of(&sub->snap->limits, &queue);
}

static void end_excess(const struct subject *sub, struct spell *spell, int64_t end_ns, bool goes_on)
{
    char lasted[UNITS_MAX];
    if (!spell->is_on)
        return;
    units_duration(lasted, time_between(end_ns, spell->begin_ns));
    tell(sub, spell->begin_ns, EVENT_OVER_LIMIT, spell->level,
         "was over the limit, %s %s, %llu tick%s at most", goes_on ? "until now for" : "for", lasted,
         (unsigned long long)spell->amount, spell->amount == 1 ? "" : "s");
    spell->is_on = false;
}

static void add_excess(const struct subject *sub, struct spell *spell, int64_t at_ns, enum level level,
                       uint64_t lag)
{
    if (level == LEVEL_OK) {
        end_excess(sub, spell, at_ns, false);
        return;
    }
    if (!spell->is_on)
        *spell = (struct spell){.is_on = true, .begin_ns = at_ns};
    spell->level = level > spell->level ? level : spell->level;
    spell->amount = tr_max_u64(spell->amount, lag);
}

static void find_excess(const struct subject *sub, const struct tr_member_view *m)
{
    struct spell spell = {0};
    for (unsigned i = 0; i < sub->track->cnt; i++) {
        const struct tr_sample *s = past_sample(sub->track, i);
        enum level level = s->kind == TR_SAMPLE_LEAVE ? LEVEL_OK : sample_level(sub, s);
        add_excess(sub, &spell, s->at_ns, level, tr_max_u64(s->lag, s->lag_max));
    }
    struct queue queue = collect_queue(&sub->snap->view, m);
    if (m->alive && !m->done)
        add_excess(sub, &spell, sub->snap->view.taken_ns, level_of(&sub->snap->limits, &queue), queue.lag);
    end_excess(sub, &spell, sub->snap->view.taken_ns, m->alive);
}

static void look_at_member(struct list *list, const struct snapshot *snap, unsigned c)
{
    const struct tr_member_view *m = &snap->view.member[c];
    static const struct past_track nothing;
    struct subject sub = {.list = list,
                          .snap = snap,
                          .track = snap->past != NULL ? &snap->past->member[c] : &nothing,
                          .idx = c,
                          .name = m->name};
    if (!m->used)
        return;
    collect_consumer_name(sub.who, m->name);
    find_comings(&sub, !m->alive && !m->done, m->beat_ns, m->pid);
    find_gaps(&sub, m);
    find_evictions(&sub, m);
    find_excess(&sub, m);
}

unsigned event_list(const struct snapshot *snap, struct event *event, unsigned max)
{
    struct list list = {.event = event, .max = max};
    for (unsigned p = 0; p < TR_LANE_MAX; p++)
        look_at_lane(&list, snap, p);
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++)
        look_at_member(&list, snap, c);
    qsort(event, list.cnt, sizeof *event, newest_first);
    return list.cnt;
}
