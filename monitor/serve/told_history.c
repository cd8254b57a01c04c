/* The last ten minutes, as numbers for graphs. */
#include <string.h>

#include "monitor/analysis/trend.h"
#include "monitor/serve/told.h"

#define PART_CNT 300
#define PART_NS (2 * TR_NS_PER_S)

struct history {
    const struct snapshot *snap;
    int member_idx; /* -1: all */
    int64_t from_ns; /* CLOCK_MONOTONIC, of part 0 */
    uint64_t depth[PART_CNT];
    double rate[PART_CNT]; /* below 0: not known */
    uint64_t p99_ns[PART_CNT]; /* 0: nothing was read */
};

/* The part that a time is in; -1: none. */
static int part_of(const struct history *h, int64_t at_ns)
{
    int64_t since_ns;
    if (__builtin_sub_overflow(at_ns, h->from_ns, &since_ns) || since_ns < 0)
        return -1;
    return since_ns / PART_NS < PART_CNT ? (int)(since_ns / PART_NS) : -1;
}

/* cnt ticks, evenly from begin_ns to end_ns: each part gets what is in it. */
static void spread(struct history *h, int64_t begin_ns, int64_t end_ns, uint64_t cnt)
{
    double rate = (double)cnt * 1e9 / (double)(end_ns - begin_ns);
    if (begin_ns >= h->from_ns + PART_CNT * PART_NS)
        return;
    int64_t first = begin_ns > h->from_ns ? (begin_ns - h->from_ns) / PART_NS : 0;
    for (int64_t part = first; part < PART_CNT; part++) {
        int64_t part_begin_ns = h->from_ns + part * PART_NS;
        int64_t from_ns = begin_ns > part_begin_ns ? begin_ns : part_begin_ns;
        int64_t to_ns = end_ns < part_begin_ns + PART_NS ? end_ns : part_begin_ns + PART_NS;
        if (from_ns >= to_ns)
            break;
        h->rate[part] = h->rate[part] < 0 ? 0 : h->rate[part];
        h->rate[part] += rate * (double)(to_ns - from_ns) / PART_NS;
    }
}

/* What was passed from sample to sample; one of nobody's clock is left out. */
static void add_rate(struct history *h, const struct past_track *track)
{
    for (unsigned i = 1; i < track->cnt; i++) {
        const struct tr_sample *before = past_sample(track, i - 1);
        const struct tr_sample *s = past_sample(track, i);
        int64_t span_ns;
        if (s->kind != TR_SAMPLE_JOIN && s->passed_cnt >= before->passed_cnt
            && !__builtin_sub_overflow(s->at_ns, before->at_ns, &span_ns) && span_ns > 0)
            spread(h, before->at_ns, s->at_ns, s->passed_cnt - before->passed_cnt);
    }
}

static void add_latency(struct history *h, const struct past_track *track)
{
    for (unsigned i = 0; i < track->cnt; i++) {
        const struct tr_sample *s = past_sample(track, i);
        int part = part_of(h, s->at_ns);
        if (part >= 0 && s->p99_ns > 0 && (uint64_t)s->p99_ns > h->p99_ns[part])
            h->p99_ns[part] = (uint64_t)s->p99_ns;
    }
}

static void fill(struct history *h)
{
    const struct past *past = h->snap->past;
    const struct tr_view *view = &h->snap->view;
    for (unsigned i = 0; i < PART_CNT; i++)
        h->rate[i] = -1;
    trend_depth(h->snap, h->member_idx, h->from_ns, h->from_ns + PART_CNT * PART_NS, h->depth, PART_CNT);
    if (past == NULL)
        return;
    if (h->member_idx >= 0) {
        add_rate(h, &past->member[h->member_idx]);
        add_latency(h, &past->member[h->member_idx]);
        return;
    }
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        if (view->lane[p].used)
            add_rate(h, &past->lane[p]);
    }
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
        if (view->member[c].used)
            add_latency(h, &past->member[c]);
    }
}

static void numbers(struct json *j, const char *key, const uint64_t *value, uint64_t unknown)
{
    json_open_array(j, key);
    for (unsigned i = 0; i < PART_CNT; i++) {
        if (value[i] == unknown)
            json_null(j, NULL);
        else
            json_u64(j, NULL, value[i]);
    }
    json_close_array(j);
}

static void rates(struct json *j, const struct history *h)
{
    json_open_array(j, "rate");
    for (unsigned i = 0; i < PART_CNT; i++) {
        if (h->rate[i] < 0)
            json_null(j, NULL);
        else
            json_fixed1(j, NULL, h->rate[i]);
    }
    json_close_array(j);
}

/* The last part is the one that is whole: it ends where the snapshot was taken, to within a part. */
static int64_t first_ns(const struct snapshot *snap)
{
    int64_t end_ns = snap->view.taken_ns - snap->view.taken_ns % PART_NS;
    return end_ns - PART_CNT * PART_NS;
}

bool told_history(struct json *j, const struct snapshot *snap, const char *consumer)
{
    struct history h = {.snap = snap, .member_idx = -1, .from_ns = first_ns(snap)};
    if (consumer != NULL && (h.member_idx = told_member(snap, consumer)) < 0)
        return false;
    fill(&h);
    json_open_object(j, NULL);
    json_text_or_null(j, "id", consumer, consumer != NULL ? strlen(consumer) : 0);
    json_i64(j, "from_ns", snapshot_wall_ns(snap, h.from_ns));
    json_i64(j, "step_ns", PART_NS);
    numbers(j, "depth", h.depth, TREND_UNKNOWN);
    rates(j, &h);
    numbers(j, "p99_ns", h.p99_ns, 0);
    json_close_object(j);
    return true;
}
