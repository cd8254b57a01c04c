#include "monitor/metric.h"

#include <string.h>

/* What the expressions of metrics.def see. */
#define SEE                                                                                                  \
    const struct snapshot *snap = at->snap;                                                                  \
    const struct tr_lane_view *lane = &snap->view.lane[at->lane_idx];                                        \
    const struct tr_member_view *m = &snap->view.member[at->member_idx];                                     \
    const struct tr_cursor_view *cur = &m->lane[at->lane_idx];                                               \
    (void)snap, (void)lane, (void)m, (void)cur

#define GETTER_COUNTER(name, expr) GETTER_NUMBER(name, expr)
#define GETTER_GAUGE(name, expr) GETTER_NUMBER(name, expr)
#define GETTER_FLAG(name, expr) GETTER_NUMBER(name, expr)
#define GETTER_NUMBER(name, expr)                                                                            \
    static uint64_t name(const struct metric_at *at)                                                         \
    {                                                                                                        \
        SEE;                                                                                                 \
        return (uint64_t)(expr);                                                                             \
    }
#define GETTER_TEXT(name, expr)                                                                              \
    static const char *name(const struct metric_at *at)                                                      \
    {                                                                                                        \
        SEE;                                                                                                 \
        return expr;                                                                                         \
    }
#define GETTER_HISTOGRAM(name, expr)                                                                         \
    static const struct tr_hist_snap *name(const struct metric_at *at)                                       \
    {                                                                                                        \
        SEE;                                                                                                 \
        return expr;                                                                                         \
    }

#define METRIC(scope, type, unit, id, name, key, head, expr, help) GETTER_##type(scope##_##id, expr)
#include "monitor/metrics.def"
#undef METRIC

#define FIELD_COUNTER value
#define FIELD_GAUGE value
#define FIELD_FLAG value
#define FIELD_TEXT text
#define FIELD_HISTOGRAM hist

const struct metric metric_table[] = {
#define METRIC(scope, type, unit, id, name, key, head, expr, help)                                           \
    {METRIC_##scope, METRIC_##type, METRIC_##unit, name, key, head, help, .FIELD_##type = scope##_##id},
#include "monitor/metrics.def"
#undef METRIC
};

const unsigned metric_cnt = sizeof metric_table / sizeof metric_table[0];

const struct metric *metric_find(enum metric_scope scope, const char *key)
{
    for (unsigned i = 0; i < metric_cnt; i++) {
        if (metric_table[i].scope == scope && strcmp(metric_table[i].key, key) == 0)
            return &metric_table[i];
    }
    return NULL;
}

bool metric_is_there(const struct metric *metric, const struct metric_at *at)
{
    const struct tr_view *view = &at->snap->view;
    const struct tr_lane_view *lane = &view->lane[at->lane_idx];
    const struct tr_member_view *m = &view->member[at->member_idx];
    switch (metric->scope) {
    case METRIC_RING:
        return true;
    case METRIC_PRODUCER:
        return lane->used;
    case METRIC_CONSUMER:
        return m->used;
    case METRIC_CURSOR:
        return m->used && m->lane[at->lane_idx].joined;
    case METRIC_HELD:
        return lane->used && m->used;
    }
    return false;
}

bool metric_is_signed(const struct metric *metric)
{
    return metric->type == METRIC_GAUGE && (metric->unit == METRIC_NS || metric->unit == METRIC_DATE);
}

/* A mean is told of service times only: the sum of waiting times can pass 2^64 (hist.h), and what matters of those are
 * the longest. */
const char *const *metric_stat_keys(const struct metric *metric)
{
    static const char *const waiting[] = {"count", "p50", "p90", "p99", "p999", "p9999", "max", NULL};
    static const char *const service[] = {"count", "mean", "p50", "p99", "max", NULL};
    return strcmp(metric->key, "service_ns") == 0 ? service : waiting;
}

uint64_t metric_stat(const struct tr_hist_snap *hist, const char *key)
{
    static const struct {
        const char *key;
        uint64_t num;
        uint64_t den;
    } share[] = {
        {"p50", 50, 100}, {"p90", 90, 100}, {"p99", 99, 100}, {"p999", 999, 1000}, {"p9999", 9999, 10000}};
    for (size_t i = 0; i < sizeof share / sizeof share[0]; i++) {
        if (strcmp(share[i].key, key) == 0)
            return (uint64_t)tr_hist_percentile(hist, share[i].num, share[i].den);
    }
    if (strcmp(key, "mean") == 0)
        return (uint64_t)tr_hist_mean(hist);
    return strcmp(key, "max") == 0 ? hist->max_ns : hist->cnt;
}
