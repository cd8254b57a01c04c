/* trend_depth.c - how deep the queues were, from samples that are a second apart or end with a death.
 * (Declared in trend.h.) */
#include "monitor/analysis/trend.h"

#define LATE_NS (2 * TR_NS_PER_S) /* samples further apart: it was stopped, dead or elsewhere in between */

struct part {
    int64_t from_ns; /* not in it */
    int64_t to_ns;
};

uint64_t trend_published(const struct snapshot *snap, unsigned lane_idx, int64_t at_ns)
{
    const struct tr_lane_view *lane = &snap->view.lane[lane_idx];
    return past_sum(&snap->past->lane[lane_idx], offsetof(struct tr_sample, passed_cnt), lane->published,
                    lane->alive ? snap->view.taken_ns : lane->beat_ns, at_ns);
}

/* What came into the queue of a consumer from from_ns to to_ns, of a reliable one at most what each lane holds. */
static uint64_t came(const struct snapshot *snap, const struct tr_member_view *m, int64_t from_ns,
                     int64_t to_ns)
{
    uint64_t cnt = 0;
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        if (!m->lane[p].joined)
            continue;
        uint64_t before = trend_published(snap, p, from_ns);
        uint64_t after = trend_published(snap, p, to_ns);
        uint64_t lane_cnt = after > before ? after - before : 0;
        cnt += m->lossy ? lane_cnt : tr_min_u64(lane_cnt, snap->view.slot_cnt);
    }
    return cnt;
}

/* a + b, at most what the lanes of a reliable one can hold. */
static uint64_t bounded_sum(const struct snapshot *snap, const struct tr_member_view *m, uint64_t a,
                            uint64_t b)
{
    uint64_t cap = 0;
    uint64_t sum;
    if (__builtin_add_overflow(a, b, &sum) || sum == TREND_UNKNOWN)
        sum = TREND_UNKNOWN - 1;
    for (unsigned p = 0; p < TR_LANE_MAX; p++)
        cap += m->lane[p].joined ? snap->view.slot_cnt : 0;
    return m->lossy ? sum : tr_min_u64(sum, cap);
}

/* After its last sample.  The view knows where that led to; who stopped after it did all its reading at once. */
static uint64_t after_last(const struct snapshot *snap, unsigned c, const struct tr_sample *s, int64_t at_ns)
{
    const struct tr_member_view *m = &snap->view.member[c];
    uint64_t grown_to = bounded_sum(snap, m, s->lag, came(snap, m, s->at_ns, at_ns));
    if (snapshot_member_state(snap, c) == MEMBER_READING)
        return tr_min_u64(grown_to, tr_max_u64(s->lag, m->lag));
    uint64_t all = bounded_sum(snap, m, s->lag, came(snap, m, s->at_ns, snap->view.taken_ns));
    uint64_t read_cnt = all > m->lag ? all - m->lag : 0;
    return grown_to > read_cnt ? grown_to - read_cnt : 0;
}

/* Between two samples, of which the later one knows the deepest that it saw since; a new process does not, nor does one that
 * found itself passed over. */
static uint64_t between_samples(const struct snapshot *snap, unsigned c, const struct tr_sample *s,
                                const struct tr_sample *next, int64_t at_ns)
{
    const struct tr_member_view *m = &snap->view.member[c];
    uint64_t grown_to = bounded_sum(snap, m, s->lag, came(snap, m, s->at_ns, at_ns));
    if (next->kind == TR_SAMPLE_JOIN || next->event_cnt != s->event_cnt)
        return grown_to;
    return tr_min_u64(grown_to, tr_max_u64(next->lag_max, next->lag));
}

/* Whether a feed waited for who was dead at at_ns, his last sample being s, the next one (NULL: none yet) of a new life. */
static bool was_waited_for(const struct snapshot *snap, unsigned c, const struct tr_sample *s,
                           const struct tr_sample *next, int64_t at_ns)
{
    const struct tr_member_view *m = &snap->view.member[c];
    bool is_dead = next != NULL ? next->kind == TR_SAMPLE_JOIN : !m->alive;
    if (!is_dead || (next == NULL && snapshot_member_state(snap, c) == MEMBER_DEAD))
        return true;
    int64_t since_ns;
    return !__builtin_sub_overflow(at_ns, s->at_ns, &since_ns) && since_ns <= m->hold_ns;
}

/* At a time at or after sample i. */
static uint64_t depth_at(const struct snapshot *snap, unsigned c, unsigned i, int64_t at_ns, bool held_only)
{
    const struct past_track *track = &snap->past->member[c];
    const struct tr_sample *s = past_sample(track, i);
    const struct tr_sample *next = i + 1 < track->cnt ? past_sample(track, i + 1) : NULL;
    if (s->kind == TR_SAMPLE_LEAVE || (held_only && !was_waited_for(snap, c, s, next, at_ns)))
        return TREND_UNKNOWN;
    return next != NULL ? between_samples(snap, c, s, next, at_ns) : after_last(snap, c, s, at_ns);
}

/* Whether the time after sample i is to be looked at though the part has samples: those do not tell of it. */
static bool is_late(const struct past_track *track, unsigned i, int64_t to_ns)
{
    int64_t next_ns = i + 1 < track->cnt ? past_sample(track, i + 1)->at_ns : INT64_MAX;
    int64_t at_ns = past_sample(track, i)->at_ns;
    int64_t end_ns = i + 1 < track->cnt ? next_ns : to_ns;
    int64_t pause_ns;
    return __builtin_sub_overflow(end_ns, at_ns, &pause_ns) || pause_ns > LATE_NS;
}

static uint64_t deeper(uint64_t a, uint64_t b)
{
    if (a == TREND_UNKNOWN || b == TREND_UNKNOWN)
        return a == TREND_UNKNOWN ? b : a;
    return tr_max_u64(a, b);
}

/* Where the queue was on its way from sample i to the next one, or to now. */
static uint64_t on_the_way(const struct snapshot *snap, unsigned c, unsigned i, int64_t at_ns)
{
    const struct past_track *track = &snap->past->member[c];
    const struct tr_sample *s = past_sample(track, i);
    bool is_last = i + 1 == track->cnt;
    double from = (double)s->lag;
    double to = (double)(is_last ? snap->view.member[c].lag : past_sample(track, i + 1)->lag);
    double all_ns =
        (double)(is_last ? snap->view.taken_ns : past_sample(track, i + 1)->at_ns) - (double)s->at_ns;
    double depth = all_ns > 0 ? from + (to - from) * ((double)at_ns - (double)s->at_ns) / all_ns : from;
    return bounded_sum(snap, &snap->view.member[c],
                       depth < 9e18 ? (uint64_t)(depth > 0 ? depth : 0) : INT64_MAX, 0);
}

/* The end of a part, or when the hold of who died in it ran out: until then its queue grew, and a feed waited. */
static int64_t last_of(const struct snapshot *snap, unsigned c, unsigned i, const struct part *part,
                       bool held_only)
{
    int64_t until_ns;
    bool is_last = i + 1 == snap->past->member[c].cnt;
    if (!held_only || !is_last || snapshot_member_state(snap, c) != MEMBER_DROPPED
        || __builtin_add_overflow(past_sample(&snap->past->member[c], i)->at_ns, snap->view.member[c].hold_ns,
                                  &until_ns))
        return part->to_ns;
    return until_ns >= part->from_ns && until_ns < part->to_ns ? until_ns : part->to_ns;
}

static uint64_t depth_in(const struct snapshot *snap, unsigned c, struct part part, bool held_only)
{
    const struct past_track *track = &snap->past->member[c];
    const struct tr_member_view *m = &snap->view.member[c];
    uint64_t found = TREND_UNKNOWN;
    int last = past_index(track, part.to_ns);
    if (last < 0)
        return TREND_UNKNOWN;
    unsigned i = (unsigned)last;
    for (; past_sample(track, i)->at_ns > part.from_ns; i--) {
        const struct tr_sample *s = past_sample(track, i);
        found = deeper(found, bounded_sum(snap, m, tr_max_u64(s->lag, s->lag_max), 0));
        if (i == 0)
            break;
    }
    if (found == TREND_UNKNOWN || is_late(track, (unsigned)last, part.to_ns))
        return deeper(found, depth_at(snap, c, (unsigned)last,
                                      last_of(snap, c, (unsigned)last, &part, held_only), held_only));
    if (past_sample(track, (unsigned)last)->kind != TR_SAMPLE_LEAVE)
        found = deeper(found, on_the_way(snap, c, (unsigned)last, part.to_ns));
    return found;
}

/* What is known of a part: nothing of what is to come. */
static bool cut_part(const struct snapshot *snap, struct part *part)
{
    if (snap->past == NULL || part->from_ns >= snap->view.taken_ns)
        return false;
    if (part->to_ns > snap->view.taken_ns)
        part->to_ns = snap->view.taken_ns;
    return true;
}

uint64_t trend_deepest(const struct snapshot *snap, int64_t from_ns, int64_t to_ns, int *member_idx)
{
    struct part part = {from_ns, to_ns};
    uint64_t found = TREND_UNKNOWN;
    *member_idx = -1;
    if (!cut_part(snap, &part))
        return TREND_UNKNOWN;
    for (int c = 0; c < TR_CONSUMER_MAX; c++) {
        if (!snap->view.member[c].used || snap->view.member[c].lossy)
            continue;
        uint64_t depth = depth_in(snap, (unsigned)c, part, true);
        if (depth == TREND_UNKNOWN || (found != TREND_UNKNOWN && depth <= found))
            continue;
        found = depth;
        *member_idx = c;
    }
    return found;
}

void trend_depth(const struct snapshot *snap, int member_idx, int64_t from_ns, int64_t to_ns, uint64_t *depth,
                 unsigned cnt)
{
    __int128 all_ns = (__int128)to_ns - from_ns;
    int whose;
    for (unsigned i = 0; i < cnt; i++) {
        struct part part = {.from_ns = (int64_t)(from_ns + all_ns * i / cnt),
                            .to_ns = (int64_t)(from_ns + all_ns * (i + 1) / cnt)};
        if (member_idx < 0)
            depth[i] = trend_deepest(snap, part.from_ns, part.to_ns, &whose);
        else
            depth[i] =
                cut_part(snap, &part) ? depth_in(snap, (unsigned)member_idx, part, false) : TREND_UNKNOWN;
    }
}
