#include "monitor/view/history.h"

#include "monitor/analysis/trend.h"

#define EVENT_CNT 1000
#define LATE_NS 2e9 /* between samples */

/* --- How far back ------------------------------------------------------------------------------- */

static void widen(const struct past_track *track, int64_t beat_ns, int64_t *first_ns, int64_t *last_ns)
{
    if (beat_ns > *last_ns)
        *last_ns = beat_ns;
    if (track->cnt == 0)
        return;
    int64_t oldest_ns = past_sample(track, 0)->at_ns;
    int64_t newest_ns = past_sample(track, track->cnt - 1)->at_ns;
    *first_ns = oldest_ns < *first_ns ? oldest_ns : *first_ns;
    *last_ns = newest_ns > *last_ns ? newest_ns : *last_ns;
}

static bool is_anybody_in(const struct tr_view *view)
{
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        if (view->lane[p].alive)
            return true;
    }
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
        if (view->member[c].alive)
            return true;
    }
    return false;
}

bool history_span(const struct snapshot *snap, int64_t back_ns, int64_t *from_ns, int64_t *to_ns)
{
    int64_t first_ns = INT64_MAX;
    int64_t last_ns = 0;
    for (unsigned p = 0; p < TR_LANE_MAX && snap->past != NULL; p++) {
        if (snap->view.lane[p].used)
            widen(&snap->past->lane[p], snap->view.lane[p].beat_ns, &first_ns, &last_ns);
    }
    for (unsigned c = 0; c < TR_CONSUMER_MAX && snap->past != NULL; c++) {
        if (snap->view.member[c].used)
            widen(&snap->past->member[c], snap->view.member[c].beat_ns, &first_ns, &last_ns);
    }
    *to_ns = snap->view.taken_ns;
    if (last_ns < *to_ns && !is_anybody_in(&snap->view))
        *to_ns = last_ns;
    *from_ns = first_ns > *to_ns - back_ns ? first_ns : *to_ns - back_ns;
    if (*from_ns > *to_ns)
        *from_ns = *to_ns;
    return *from_ns < *to_ns;
}

unsigned history_events(const struct snapshot *snap, int64_t from_ns, const struct event **event)
{
    static struct event list[EVENT_CNT];
    unsigned cnt = event_list(snap, list, EVENT_CNT);
    while (cnt > 0 && list[cnt - 1].at_ns < from_ns)
        cnt--;
    *event = list;
    return cnt;
}

/* --- One second ----------------------------------------------------------------------------------- */

struct second {
    const struct snapshot *snap;
    int64_t from_ns;
    int64_t to_ns;
};

static uint64_t grown(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

static double per_second(const struct second *sec, uint64_t cnt)
{
    return (double)cnt * 1e9 / ((double)sec->to_ns - (double)sec->from_ns);
}

/* The sample that tells of this second: the first that ends in it, or behind it; NULL: not noted yet, or of somebody who
 * was not there. */
static const struct tr_sample *noted(const struct second *sec, const struct past_track *track)
{
    unsigned i = (unsigned)(past_index(track, sec->from_ns) + 1);
    return i == 0 || i == track->cnt ? NULL : past_sample(track, i);
}

static void look_at_lane(const struct second *sec, unsigned p, struct history_row *row)
{
    const struct tr_lane_view *lane = &sec->snap->view.lane[p];
    const struct past_track *track = &sec->snap->past->lane[p];
    int64_t now_ns = lane->alive ? sec->snap->view.taken_ns : lane->beat_ns;
    size_t blocked = offsetof(struct tr_sample, blocked_ns);
    if (!lane->used)
        return;
    row->published += per_second(
        sec, grown(trend_published(sec->snap, p, sec->to_ns), trend_published(sec->snap, p, sec->from_ns)));
    uint64_t blocked_ns = grown(past_sum(track, blocked, lane->blocked_ns, now_ns, sec->to_ns),
                                past_sum(track, blocked, lane->blocked_ns, now_ns, sec->from_ns));
    double permille = per_second(sec, blocked_ns) / 1e6;
    const struct tr_sample *s = noted(sec, track);
    if (!(permille >= row->blocked_permille + 1))
        return;
    row->blocked_permille = permille >= 1000 ? 1000 : (unsigned)permille;
    row->holder = -1;
    if (s != NULL && s->holder >= 1 && s->holder <= TR_CONSUMER_MAX
        && sec->snap->view.member[s->holder - 1].used)
        row->holder = (int)s->holder - 1;
}

/* Whether the consumer was there, and alive, all the time. */
static bool was_there(const struct second *sec, unsigned c)
{
    const struct past_track *track = &sec->snap->past->member[c];
    const struct tr_member_view *m = &sec->snap->view.member[c];
    int i = past_index(track, sec->from_ns);
    if (i < 0 || past_sample(track, (unsigned)i)->kind == TR_SAMPLE_LEAVE)
        return false;
    if ((unsigned)i + 1 < track->cnt)
        return past_sample(track, (unsigned)i + 1)->kind != TR_SAMPLE_JOIN;
    return m->alive || sec->to_ns <= m->beat_ns;
}

/* Ticks a second, if it was there.  Who noted nothing for long did nothing either, but at the end of that. */
static double delivered(const struct second *sec, unsigned c)
{
    const struct tr_member_view *m = &sec->snap->view.member[c];
    const struct past_track *track = &sec->snap->past->member[c];
    size_t passed = offsetof(struct tr_sample, passed_cnt);
    int i = past_index(track, sec->from_ns);
    int64_t now_ns = m->alive ? sec->snap->view.taken_ns : m->beat_ns;
    int64_t next_ns = (unsigned)i + 1 < track->cnt ? past_sample(track, (unsigned)i + 1)->at_ns : now_ns;
    if (next_ns > sec->to_ns && (double)next_ns - (double)past_sample(track, (unsigned)i)->at_ns > LATE_NS)
        return 0;
    return per_second(sec, grown(past_sum(track, passed, m->delivered, now_ns, sec->to_ns),
                                 past_sum(track, passed, m->delivered, now_ns, sec->from_ns)));
}

static uint64_t lost_at(const struct second *sec, unsigned c, int64_t at_ns)
{
    const struct past_track *track = &sec->snap->past->member[c];
    int i = past_index(track, at_ns);
    if (at_ns >= sec->snap->view.taken_ns || track->cnt == 0)
        return sec->snap->view.member[c].lost;
    return past_sample(track, i < 0 ? 0 : (unsigned)i)->lost_cnt;
}

static void look_at_member(const struct second *sec, unsigned c, struct history_row *row)
{
    const struct tr_member_view *m = &sec->snap->view.member[c];
    const struct past_track *track = &sec->snap->past->member[c];
    if (!m->used)
        return;
    uint64_t lost = grown(lost_at(sec, c, sec->to_ns), lost_at(sec, c, sec->from_ns));
    row->lost = row->lost > UINT64_MAX - lost ? UINT64_MAX : row->lost + lost;
    const struct tr_sample *s = noted(sec, track);
    if (s != NULL && s->p99_ns > row->p99_ns)
        row->p99_ns = s->p99_ns;
    if (m->lossy || !was_there(sec, c))
        return;
    double rate = delivered(sec, c);
    if (row->delivered < 0 || rate < row->delivered)
        row->delivered = rate;
}

void history_row(const struct snapshot *snap, int64_t from_ns, int64_t to_ns, struct history_row *row)
{
    struct second sec = {snap, from_ns, to_ns};
    *row = (struct history_row){.at_ns = to_ns, .delivered = -1, .holder = -1};
    for (unsigned p = 0; p < TR_LANE_MAX; p++)
        look_at_lane(&sec, p, row);
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++)
        look_at_member(&sec, c, row);
    row->depth = trend_deepest(snap, from_ns, to_ns, &row->deepest);
}
