#include "monitor/analysis/trend.h"

#define FORECAST_MAX_NS (3600 * TR_NS_PER_S)
#define DEPTH_MIN_PERCENT 1

/* a - b of sums that only grow; 0 if they did not (the name began anew, somebody else's memory). */
static uint64_t grown(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

/* The number of the sample at which the window begins: the newest that is old enough, not before the newest JOIN.
 * The track has one. */
static unsigned window_begin(const struct past_track *track, int64_t from_ns)
{
    unsigned i = track->cnt - 1;
    while (i > 0 && past_sample(track, i)->at_ns > from_ns && past_sample(track, i)->kind != TR_SAMPLE_JOIN)
        i--;
    return i;
}

/* The window that ends now: where it begins, and how long it is; false: nothing is known of it. */
static bool window_of(const struct snapshot *snap, const struct past_track *track, int64_t window_ns,
                      unsigned *begin, int64_t *span_ns)
{
    int64_t now_ns = snap->view.taken_ns;
    int64_t from_ns;
    if (track->cnt == 0 || __builtin_sub_overflow(now_ns, window_ns, &from_ns))
        return false;
    *begin = window_begin(track, from_ns);
    return !__builtin_sub_overflow(now_ns, past_sample(track, *begin)->at_ns, span_ns) && *span_ns > 0;
}

static double per_second(double cnt, int64_t span_ns)
{
    return cnt * 1e9 / (double)span_ns;
}

static unsigned permille(uint64_t part_ns, int64_t span_ns)
{
    double share = 1000.0 * (double)part_ns / (double)span_ns;
    return share >= 1000 ? 1000 : (unsigned)share;
}

/* --- Lanes -------------------------------------------------------------------------------------- */

/* The place with the largest time; -1: all are 0, or nobody is there. */
static int longest(const struct snapshot *snap, const uint64_t held_ns[TR_CONSUMER_MAX])
{
    int found = -1;
    for (int c = 0; c < TR_CONSUMER_MAX; c++) {
        if (snap->view.member[c].used && held_ns[c] > (found < 0 ? 0 : held_ns[found]))
            found = c;
    }
    return found;
}

/* Who held it longest: by its samples.  If those of the window know of none, by the sums since the beginning: it was held
 * within the last second, or for less than was noted. */
static int holder_of(const struct snapshot *snap, const struct past_track *track, unsigned begin,
                     const struct tr_lane_view *lane)
{
    uint64_t held_ns[TR_CONSUMER_MAX] = {0};
    for (unsigned i = begin + 1; i < track->cnt; i++) {
        const struct tr_sample *s = past_sample(track, i);
        if (s->holder >= 1 && s->holder <= TR_CONSUMER_MAX)
            held_ns[s->holder - 1] += s->holder_ns;
    }
    int found = longest(snap, held_ns);
    return found >= 0 ? found : longest(snap, lane->blocked_by_ns);
}

void trend_of_lane(const struct snapshot *snap, unsigned lane_idx, int64_t window_ns,
                   struct trend_lane *trend)
{
    const struct tr_lane_view *lane = &snap->view.lane[lane_idx];
    unsigned begin;
    int64_t span_ns;
    *trend = (struct trend_lane){.holder = -1};
    if (snap->past == NULL || !lane->used
        || !window_of(snap, &snap->past->lane[lane_idx], window_ns, &begin, &span_ns))
        return;
    const struct past_track *track = &snap->past->lane[lane_idx];
    const struct tr_sample *s = past_sample(track, begin);
    trend->span_ns = span_ns;
    trend->rate = per_second((double)grown(lane->published, s->passed_cnt), span_ns);
    trend->blocked_permille = permille(grown(lane->blocked_ns, s->blocked_ns), span_ns);
    if (lane->blocked_ns > s->blocked_ns)
        trend->holder = holder_of(snap, track, begin, lane);
}

/* --- Consumers ---------------------------------------------------------------------------------- */

/* Busy has the blocked time in it.  A batch or a wait that is not over yet is on no account: it is the one that its queue
 * tells of.  One that is stopped or dead does neither. */
static void share_out(const struct snapshot *snap, unsigned member_idx, const struct tr_sample *s,
                      struct trend_member *trend)
{
    const struct tr_member_view *m = &snap->view.member[member_idx];
    uint64_t span_ns = (uint64_t)trend->span_ns;
    uint64_t blocked_ns = tr_min_u64(grown(m->blocked_ns, s->blocked_ns), span_ns);
    uint64_t busy_ns = tr_min_u64(tr_max_u64(grown(m->busy_ns, s->busy_ns), blocked_ns), span_ns);
    uint64_t idle_ns = tr_min_u64(grown(m->idle_ns, s->idle_ns), span_ns - busy_ns);
    uint64_t rest_ns = span_ns - busy_ns - idle_ns;
    if (snapshot_member_state(snap, member_idx) == MEMBER_READING)
        *(m->lag == 0 ? &idle_ns : &busy_ns) += rest_ns;
    int64_t all_ns = (int64_t)(busy_ns + idle_ns);
    if (all_ns == 0)
        return;
    trend->blocked_permille = permille(blocked_ns, all_ns);
    trend->busy_permille = permille(busy_ns, all_ns) - trend->blocked_permille;
    trend->idle_permille = 1000 - trend->busy_permille - trend->blocked_permille;
}

static int64_t until_full_ns(const struct snapshot *snap, unsigned member_idx, double growth)
{
    const struct tr_member_view *m = &snap->view.member[member_idx];
    struct queue queue = snapshot_queue(&snap->view, m);
    if (!m->alive || m->done || m->lossy || !(growth > 0) || queue.lane_lag > queue.slot_cnt
        || (double)queue.lane_lag * 100 < (double)queue.slot_cnt * DEPTH_MIN_PERCENT)
        return -1;
    double room = (double)(queue.slot_cnt - queue.lane_lag);
    double lane_growth = growth * (double)queue.lane_lag / (double)tr_max_u64(queue.lag, 1);
    double ns = room * 1e9 / lane_growth;
    return ns <= (double)FORECAST_MAX_NS ? (int64_t)ns : -1;
}

static int64_t service_of(const struct tr_member_view *m, const struct tr_sample *s)
{
    uint64_t cnt = grown(m->delivered, s->passed_cnt);
    uint64_t busy_ns = grown(m->busy_ns, s->busy_ns);
    return cnt == 0 ? 0 : (int64_t)(grown(busy_ns, grown(m->blocked_ns, s->blocked_ns)) / cnt & INT64_MAX);
}

void trend_of_member(const struct snapshot *snap, unsigned member_idx, int64_t window_ns,
                     struct trend_member *trend)
{
    const struct tr_member_view *m = &snap->view.member[member_idx];
    unsigned begin;
    int64_t span_ns;
    *trend = (struct trend_member){.full_ns = -1};
    if (snap->past == NULL || !m->used
        || !window_of(snap, &snap->past->member[member_idx], window_ns, &begin, &span_ns))
        return;
    const struct tr_sample *s = past_sample(&snap->past->member[member_idx], begin);
    trend->span_ns = span_ns;
    trend->rate = per_second((double)grown(m->delivered, s->passed_cnt), span_ns);
    trend->growth = per_second((double)m->lag - (double)s->lag, span_ns);
    trend->full_ns = until_full_ns(snap, member_idx, trend->growth);
    trend->service_ns = service_of(m, s);
    trend->lost_cnt = grown(m->lost, s->lost_cnt);
    share_out(snap, member_idx, s, trend);
}

/* Who holds a feed up lately, of several the one that does most; -1: nobody.  How deep his queue is at this moment says
 * less: it goes down by a batch, and the feed fills it again. */
static int holder_of_feeds(const struct snapshot *snap)
{
    unsigned most_permille = TREND_HELD_PERMILLE - 1;
    int found = -1;
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        struct trend_lane trend;
        trend_of_lane(snap, p, TREND_WINDOW_NS, &trend);
        if (!snap->view.lane[p].alive || trend.holder < 0 || trend.blocked_permille <= most_permille)
            continue;
        most_permille = trend.blocked_permille;
        found = trend.holder;
    }
    return found;
}

int64_t trend_full_ns(const struct snapshot *snap, unsigned *member_idx)
{
    int64_t soonest_ns = -1;
    int holder = holder_of_feeds(snap);
    if (holder >= 0) {
        *member_idx = (unsigned)holder;
        return 0;
    }
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
        struct trend_member trend;
        trend_of_member(snap, c, TREND_WINDOW_NS, &trend);
        if (trend.full_ns < 0 || (soonest_ns >= 0 && trend.full_ns >= soonest_ns))
            continue;
        soonest_ns = trend.full_ns;
        *member_idx = c;
    }
    return soonest_ns;
}
