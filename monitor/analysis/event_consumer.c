/* event_consumer.c - what happened to a consumer: it came and went, was passed over, lost ticks, was behind.
 * (Declared in event_find.h.) */
#include <stdio.h>

#include "monitor/analysis/event_find.h"
#include "monitor/analysis/trend.h"
#include "units.h"

#define LOSS_PAUSE_NS (2 * TR_NS_PER_S)
#define SILENT_CNT 2 /* seconds without a sample: stopped, or elsewhere */

/* Gaps of one lane, told as one. */
struct loss {
    unsigned gap_cnt; /* 0: none */
    int64_t begin_ns;
    int64_t last_ns;
    uint64_t tick_cnt;
    uint64_t from;
    uint64_t to;
};

static void tell_loss(const struct event_subject *sub, unsigned p, struct loss *loss)
{
    char gaps[32] = "";
    if (loss->gap_cnt == 0)
        return;
    if (loss->gap_cnt > 1)
        snprintf(gaps, sizeof gaps, " in %u gaps", loss->gap_cnt);
    event_tell(sub, loss->begin_ns, EVENT_LOST,
               sub->snap->view.member[sub->idx].lossy ? LEVEL_OK : LEVEL_CRIT,
               "lost %llu tick%s of %s%s, %llu to %llu", (unsigned long long)loss->tick_cnt,
               loss->tick_cnt == 1 ? "" : "s", sub->snap->view.lane[p].name, gaps,
               (unsigned long long)loss->from, (unsigned long long)loss->to - 1);
    loss->gap_cnt = 0;
}

/* Each gap of a reliable one is an event; a lossy one may have several a second: those that follow closely are one. */
static void add_gap(const struct event_subject *sub, struct loss *loss, const struct tr_gap_record *gap)
{
    bool is_lossy = sub->snap->view.member[sub->idx].lossy;
    if (!is_lossy || event_time_between(gap->at_ns, loss->last_ns) > LOSS_PAUSE_NS || gap->from < loss->to)
        tell_loss(sub, (unsigned)gap->lane_idx, loss);
    if (loss->gap_cnt == 0)
        *loss = (struct loss){.begin_ns = gap->at_ns, .from = gap->from};
    loss->gap_cnt++;
    loss->last_ns = gap->at_ns;
    loss->tick_cnt = event_sum(loss->tick_cnt, gap->to - gap->from);
    loss->to = gap->to;
}

static void find_gaps(const struct event_subject *sub, const struct tr_member_view *m)
{
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        struct loss loss = {0};
        for (unsigned i = 0; i < m->gap_cnt && i < TR_GAP_CNT; i++) {
            if (m->gap[i].lane_idx == p && m->gap[i].to > m->gap[i].from)
                add_gap(sub, &loss, &m->gap[i]);
        }
        tell_loss(sub, p, &loss);
    }
}

/* When the hold of a dead one was over: counted from when it was last seen, and not in times to come. */
static int64_t hold_end_ns(const struct event_subject *sub, const struct tr_member_view *m)
{
    int64_t now_ns = sub->snap->view.taken_ns;
    int64_t end_ns;
    if (m->hold_ns < 0 || __builtin_add_overflow(m->beat_ns, m->hold_ns, &end_ns) || end_ns > now_ns)
        return now_ns;
    return end_ns;
}

static void find_evictions(const struct event_subject *sub, const struct tr_member_view *m)
{
    for (unsigned i = 1; i < sub->track->cnt; i++) {
        const struct tr_sample *s = past_sample(sub->track, i);
        if (s->event_cnt > past_sample(sub->track, i - 1)->event_cnt)
            event_tell(sub, s->at_ns, EVENT_EVICTED, LEVEL_WARN,
                       "found that the feed had gone on without it");
    }
    if (!snapshot_is_evicted(m) || m->done)
        return;
    if (m->alive)
        event_tell(sub, m->beat_ns, EVENT_EVICTED, LEVEL_WARN,
                   "has not moved since, and the feed goes on without it");
    else
        event_tell(sub, hold_end_ns(sub, m), EVENT_EVICTED, LEVEL_WARN,
                   "did not come back, the feed goes on without it");
}

/* A sample tells of all lanes together.  What the fullest has of it: as much as came from there lately. */
static uint64_t fullest(const struct event_subject *sub, int64_t at_ns, uint64_t lag)
{
    const struct tr_member_view *m = &sub->snap->view.member[sub->idx];
    int64_t from_ns;
    uint64_t most = 0;
    uint64_t all = 0;
    if (__builtin_sub_overflow(at_ns, TREND_WINDOW_NS, &from_ns))
        return lag;
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        if (!m->lane[p].joined)
            continue;
        uint64_t came =
            event_grown(trend_published(sub->snap, p, at_ns), trend_published(sub->snap, p, from_ns));
        most = tr_max_u64(most, came);
        all = event_sum(all, came);
    }
    return all == 0 ? lag : (uint64_t)((unsigned __int128)lag * most / all);
}

/* Of a queue of so many ticks, the oldest of which had waited so long. */
static enum level level_at(const struct event_subject *sub, int64_t at_ns, uint64_t lag, int64_t lag_ns)
{
    struct queue queue = {
        .lag = lag, .lane_lag = lag, .lag_ns = lag_ns, .slot_cnt = sub->snap->view.slot_cnt};
    if (level_of(&sub->snap->limits, &queue) == LEVEL_OK) /* even if all of it were in one lane */
        return LEVEL_OK;
    queue.lane_lag = fullest(sub, at_ns, lag);
    return level_of(&sub->snap->limits, &queue);
}

static void end_excess(const struct event_subject *sub, struct event_spell *spell, int64_t end_ns,
                       bool goes_on)
{
    char lasted[UNITS_MAX];
    char for_how_long[UNITS_MAX + 8] = ""; /* not if it has just begun */
    if (!spell->is_on)
        return;
    int64_t lasted_ns = event_time_between(end_ns, spell->begin_ns);
    bool is_new = goes_on && lasted_ns < TR_NS_PER_S;
    if (!is_new)
        snprintf(for_how_long, sizeof for_how_long, " for %s", units_duration(lasted, lasted_ns));
    event_tell(sub, spell->begin_ns, EVENT_OVER_LIMIT, spell->level,
               "%s over the limit%s, %llu tick%s at most",
               is_new    ? "is"
               : goes_on ? "has been"
                         : "was",
               for_how_long, (unsigned long long)spell->amount, spell->amount == 1 ? "" : "s");
    spell->is_on = false;
}

static void add_excess(const struct event_subject *sub, struct event_spell *spell, int64_t at_ns,
                       enum level level, uint64_t lag)
{
    if (level == LEVEL_OK) {
        end_excess(sub, spell, at_ns, false);
        return;
    }
    if (!spell->is_on)
        *spell = (struct event_spell){.is_on = true, .begin_ns = at_ns};
    spell->level = level > spell->level ? level : spell->level;
    spell->amount = tr_max_u64(spell->amount, lag);
}

/* Who is stopped notes nothing, and its queue grows: that is looked at for each second. */
static void add_silence(const struct event_subject *sub, struct event_spell *spell, int64_t from_ns,
                        int64_t to_ns)
{
    uint64_t depth[TR_SAMPLE_CNT];
    int64_t silent_ns = event_time_between(to_ns, from_ns);
    unsigned cnt = (unsigned)tr_min_u64((uint64_t)(silent_ns / TR_NS_PER_S), TR_SAMPLE_CNT);
    if (cnt < SILENT_CNT)
        return;
    int64_t step_ns = silent_ns / cnt;
    trend_depth(sub->snap, (int)sub->idx, from_ns, from_ns + step_ns * cnt, depth, cnt);
    for (unsigned i = 0; i < cnt; i++) {
        int64_t age_ns = step_ns * (i + 1);
        if (depth[i] != TREND_UNKNOWN)
            add_excess(sub, spell, from_ns + age_ns, level_at(sub, from_ns + age_ns, depth[i], age_ns),
                       depth[i]);
    }
}

/* The oldest tick of its queue had the largest latency when it was read. */
static void add_sample(const struct event_subject *sub, struct event_spell *spell,
                       const struct tr_sample *before, const struct tr_sample *s)
{
    uint64_t lag = tr_max_u64(s->lag, s->lag_max);
    if (before != NULL && before->kind != TR_SAMPLE_LEAVE && s->kind != TR_SAMPLE_JOIN)
        add_silence(sub, spell, before->at_ns, s->at_ns);
    add_excess(sub, spell, s->at_ns,
               s->kind == TR_SAMPLE_LEAVE ? LEVEL_OK : level_at(sub, s->at_ns, lag, s->max_ns), lag);
}

static void find_excess(const struct event_subject *sub, const struct tr_member_view *m)
{
    struct event_spell spell = {0};
    const struct tr_sample *before = NULL;
    int64_t now_ns = sub->snap->view.taken_ns;
    for (unsigned i = 0; i < sub->track->cnt; i++) {
        const struct tr_sample *s = past_sample(sub->track, i);
        add_sample(sub, &spell, before, s);
        before = s;
    }
    bool is_there = m->alive && !m->done;
    if (is_there && before != NULL) {
        struct queue queue = snapshot_queue(&sub->snap->view, m);
        add_silence(sub, &spell, before->at_ns, now_ns);
        add_excess(sub, &spell, now_ns, level_of(&sub->snap->limits, &queue), queue.lag);
    }
    end_excess(sub, &spell, is_there || before == NULL ? now_ns : before->at_ns, is_there);
}

void event_find_of_member(struct event_heap *heap, const struct snapshot *snap, unsigned member_idx)
{
    const struct tr_member_view *m = &snap->view.member[member_idx];
    static const struct past_track nothing;
    struct event_subject sub = {.heap = heap,
                                .snap = snap,
                                .track = snap->past != NULL ? &snap->past->member[member_idx] : &nothing,
                                .idx = member_idx,
                                .name = m->name};
    if (!m->used)
        return;
    snapshot_consumer_name(sub.who, m->name);
    event_find_comings(&sub, !m->alive && !m->done, m->beat_ns, m->pid);
    find_gaps(&sub, m);
    find_evictions(&sub, m);
    find_excess(&sub, m);
}
