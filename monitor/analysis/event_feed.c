/* event_feed.c - what happened to a feed: it came and went, stood at the full ring, dropped ticks.
 * (Declared in event_find.h.) */
#include "monitor/analysis/event_find.h"
#include "units.h"

#define STALL_PERCENT 1 /* of the time between two samples: less is not told */

static void end_stall(const struct event_subject *sub, struct event_spell *spell, int64_t end_ns)
{
    char stood[UNITS_MAX];
    char all[UNITS_MAX];
    const char *holder = "somebody who has left";
    if (!spell->is_on)
        return;
    if (spell->key >= 1 && spell->key <= TR_CONSUMER_MAX && sub->snap->view.member[spell->key - 1].used)
        holder = sub->snap->view.member[spell->key - 1].name;
    units_duration(stood, (int64_t)tr_min_u64(spell->amount, INT64_MAX));
    units_duration(all, event_time_between(end_ns, spell->begin_ns));
    event_tell(sub, spell->begin_ns, EVENT_STALLED, LEVEL_OK,
               "stood at the full ring for %s of %s, held by %s", stood, all, holder);
    spell->is_on = false;
}

static void add_stall(const struct event_subject *sub, struct event_spell *spell,
                      const struct tr_sample *before, const struct tr_sample *s)
{
    uint64_t blocked_ns = event_grown(s->blocked_ns, before->blocked_ns);
    bool is_stalled =
        blocked_ns > (uint64_t)event_time_between(s->at_ns, before->at_ns) / 100 * STALL_PERCENT;
    if (!is_stalled || s->kind == TR_SAMPLE_JOIN || (spell->is_on && spell->key != s->holder))
        end_stall(sub, spell, before->at_ns);
    if (!is_stalled || s->kind == TR_SAMPLE_JOIN)
        return;
    if (!spell->is_on)
        *spell = (struct event_spell){.is_on = true, .begin_ns = before->at_ns, .key = s->holder};
    spell->amount = event_sum(spell->amount, blocked_ns);
}

static void end_drop(const struct event_subject *sub, struct event_spell *spell)
{
    if (spell->is_on)
        event_tell(sub, spell->begin_ns, EVENT_LOST, LEVEL_CRIT, "dropped %llu tick%s: the ring was full",
                   (unsigned long long)spell->amount, spell->amount == 1 ? "" : "s");
    spell->is_on = false;
}

static void add_drop(const struct event_subject *sub, struct event_spell *spell,
                     const struct tr_sample *before, const struct tr_sample *s)
{
    uint64_t dropped = event_grown(s->lost_cnt, before->lost_cnt);
    if (dropped == 0) {
        end_drop(sub, spell);
        return;
    }
    if (!spell->is_on)
        *spell = (struct event_spell){.is_on = true, .begin_ns = before->at_ns};
    spell->amount = event_sum(spell->amount, dropped);
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

static void find_stalls(const struct event_subject *sub, const struct tr_lane_view *lane)
{
    struct event_spell stall = {0};
    struct event_spell drop = {0};
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

void event_find_of_lane(struct event_heap *heap, const struct snapshot *snap, unsigned lane_idx)
{
    const struct tr_lane_view *lane = &snap->view.lane[lane_idx];
    static const struct past_track nothing;
    struct event_subject sub = {.heap = heap,
                                .snap = snap,
                                .track = snap->past != NULL ? &snap->past->lane[lane_idx] : &nothing,
                                .is_feed = true,
                                .idx = lane_idx,
                                .name = lane->name};
    if (!lane->used)
        return;
    snapshot_feed_name(sub.who, lane->name);
    event_find_comings(&sub, snapshot_lane_state(snap, lane_idx) == LANE_DEAD, lane->beat_ns, lane->pid);
    find_stalls(&sub, lane);
}
