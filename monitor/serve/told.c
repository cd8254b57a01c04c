#include "monitor/serve/told.h"

#include <string.h>

#include "monitor/analysis/event.h"
#include "monitor/analysis/reason.h"
#include "monitor/analysis/trend.h"
#include "monitor/metric.h"
#include "monitor/view/cell.h"
#include "monitor/view/sort.h"

#define EVENT_CNT 30

static void text(struct json *j, const char *key, const char *value)
{
    json_text(j, key, value, strlen(value));
}

static void limit(struct json *j, const char *key, const struct limit *limit, uint64_t slot_cnt)
{
    uint64_t ticks = limit_ticks(limit, slot_cnt);
    if (limit->kind == LIMIT_AGE)
        json_null(j, key);
    else
        json_u64(j, key, ticks);
}

static void forecast(struct json *j, const struct snapshot *snap)
{
    unsigned c;
    int64_t full_ns = trend_full_ns(snap, &c);
    if (full_ns < 0) {
        json_null(j, "full_ns");
        return;
    }
    json_i64(j, "full_ns", full_ns);
    text(j, "full_by", snap->view.member[c].name);
}

static void warnings(struct json *j, const struct snapshot *snap)
{
    json_open_array(j, "warnings");
    for (unsigned i = 0; i < snap->warning_cnt; i++) {
        json_open_object(j, NULL);
        text(j, "level", level_name(snap->warning[i].level));
        text(j, "text", snap->warning[i].text);
        json_close_object(j);
    }
    json_close_array(j);
}

static void producer(struct json *j, const struct snapshot *snap, unsigned p)
{
    struct trend_lane trend;
    trend_of_lane(snap, p, TREND_WINDOW_NS, &trend);
    bool known = trend.span_ns > 0 && snapshot_lane_state(snap, p) < LANE_CLOSED;
    bool held = known && trend.holder >= 0 && trend.blocked_permille > 0;
    const char *holder = held ? snap->view.member[trend.holder].name : "";
    json_open_object(j, NULL);
    text(j, "name", snap->view.lane[p].name);
    if (known)
        json_u64(j, "blocked_permille", trend.blocked_permille);
    else
        json_null(j, "blocked_permille");
    json_text_or_null(j, "held_by", holder, strlen(holder));
    json_close_object(j);
}

static void producers(struct json *j, const struct snapshot *snap)
{
    json_open_array(j, "producers");
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        if (snap->view.lane[p].used)
            producer(j, snap, p);
    }
    json_close_array(j);
}

static void consumer(struct json *j, const struct snapshot *snap, unsigned c)
{
    char reason[REASON_LEN];
    char full[CELL_MAX];
    struct trend_member trend;
    struct queue queue = snapshot_queue(&snap->view, &snap->view.member[c]);
    trend_of_member(snap, c, TREND_WINDOW_NS, &trend);
    json_open_object(j, NULL);
    text(j, "id", snap->view.member[c].name);
    text(j, "reason", reason_of_member(snap, c, reason));
    text(j, "level", level_name(snapshot_member_level(snap, c)));
    json_u64(j, "full_percent", queue_percent(&queue));
    text(j, "full", cell_full(full, &snap->view, &snap->view.member[c]));
    json_bool(j, "replayed", snapshot_is_replayed(&snap->view.member[c].event));
    json_u64(j, "busy_permille", trend.busy_permille);
    json_u64(j, "blocked_permille", trend.blocked_permille);
    json_u64(j, "idle_permille", trend.idle_permille);
    json_close_object(j);
}

static void consumers(struct json *j, const struct snapshot *snap)
{
    unsigned idx[TR_CONSUMER_MAX];
    unsigned cnt = sort_members(snap, snap->sort, idx);
    json_open_array(j, "consumers");
    for (unsigned i = 0; i < cnt; i++)
        consumer(j, snap, idx[i]);
    json_close_array(j);
}

static void events(struct json *j, const struct snapshot *snap)
{
    struct event event[EVENT_CNT];
    unsigned cnt = event_list(snap, event, EVENT_CNT);
    json_open_array(j, "events");
    for (unsigned i = 0; i < cnt; i++) {
        json_open_object(j, NULL);
        json_i64(j, "at_ns", snapshot_wall_ns(snap, event[i].at_ns));
        text(j, "kind", event_kind_name(event[i].kind));
        text(j, "level", level_name(event[i].level));
        text(j, "text", event[i].text);
        json_close_object(j);
    }
    json_close_array(j);
}

void told_more(struct json *j, const struct told_state *state, const struct snapshot *snap)
{
    json_open_object(j, NULL);
    text(j, "ring", state->ring);
    json_bool(j, "up", state->up);
    json_bool(j, "gone", state->gone);
    if (state->up || state->gone) {
        json_i64(j, "time_ns", snapshot_wall_ns(snap, snap->view.taken_ns));
        limit(j, "warn", &snap->limits.warn, snap->view.slot_cnt);
        limit(j, "crit", &snap->limits.crit, snap->view.slot_cnt);
        forecast(j, snap);
        warnings(j, snap);
        producers(j, snap);
        consumers(j, snap);
        events(j, snap);
    } else {
        text(j, "why", state->why);
    }
    json_close_object(j);
}

/* Buckets of a quarter of an octave: fine enough for a picture. */
#define MERGED (1U << (TR_HIST_SUB_BITS - 2))

static uint64_t merged_cnt(const struct tr_hist_snap *hist, unsigned first)
{
    uint64_t cnt = 0;
    for (unsigned i = first; i < first + MERGED; i++)
        cnt = hist->bucket[i] < UINT64_MAX - cnt ? cnt + hist->bucket[i] : UINT64_MAX;
    return cnt;
}

static_assert(TR_HIST_BUCKET_CNT % MERGED == 0, "buckets are merged without rest");

int told_member(const struct snapshot *snap, const char *id)
{
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
        const struct tr_member_view *m = &snap->view.member[c];
        if (m->used && strcmp(m->name, id) == 0)
            return (int)c;
    }
    return -1;
}

bool told_histogram(struct json *j, const struct snapshot *snap, const char *id)
{
    int c = told_member(snap, id);
    if (c < 0)
        return false;
    const struct tr_hist_snap *hist = &snap->view.member[c].latency;
    unsigned end = TR_HIST_BUCKET_CNT;
    unsigned begin = 0;
    while (end > 0 && merged_cnt(hist, end - MERGED) == 0)
        end -= MERGED;
    while (begin < end && merged_cnt(hist, begin) == 0)
        begin += MERGED;
    json_open_object(j, NULL);
    text(j, "id", id);
    json_open_array(j, "buckets");
    for (unsigned i = begin; i < end; i += MERGED) {
        json_open_array(j, NULL);
        json_u64(j, NULL, tr_hist_low_ns(i));
        json_u64(j, NULL, tr_hist_low_ns(i + MERGED));
        json_u64(j, NULL, merged_cnt(hist, i));
        json_close_array(j);
    }
    json_close_array(j);
    json_close_object(j);
    return true;
}

static const char *unit_name(const struct metric *metric)
{
    static const char *const name[] = {"", "bytes", "ns", "date", "rate"};
    return metric->type == METRIC_TEXT ? "text" : name[metric->unit];
}

static void keys(struct json *j, const char *name, enum metric_scope scope, enum metric_scope part)
{
    json_open_object(j, name);
    for (unsigned i = 0; i < metric_cnt; i++) {
        const struct metric *metric = &metric_table[i];
        if ((metric->scope != scope && metric->scope != part) || metric->key[0] == '\0')
            continue;
        json_open_object(j, metric->key);
        text(j, "head", metric->head);
        text(j, "unit", unit_name(metric));
        text(j, "help", metric->help);
        json_close_object(j);
    }
    json_close_object(j);
}

void told_about(struct json *j, const char *ring, int64_t delay_ns)
{
    json_open_object(j, NULL);
    text(j, "version", TICKRING_VERSION);
    text(j, "ring", ring);
    json_i64(j, "delay_ns", delay_ns);
    keys(j, "ring_keys", METRIC_RING, METRIC_RING);
    keys(j, "producer_keys", METRIC_PRODUCER, METRIC_HELD);
    keys(j, "consumer_keys", METRIC_CONSUMER, METRIC_CURSOR);
    json_close_object(j);
}
