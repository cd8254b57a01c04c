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
unsigned metric_stats(const struct metric *metric, const struct tr_hist_snap *hist,
                      struct metric_stat stat[METRIC_STAT_MAX])
{
    static const struct tr_hist_snap none;
    static const struct {
        const char *key;
        uint64_t num;
        uint64_t den;
        bool of_tail; /* of what is told without a mean */
    } share[] = {{"p50", 50, 100, false},
                 {"p90", 90, 100, true},
                 {"p99", 99, 100, false},
                 {"p999", 999, 1000, true},
                 {"p9999", 9999, 10000, true}};
    bool has_mean = strcmp(metric->key, "service_ns") == 0;
    unsigned cnt = 0;
    if (hist == NULL)
        hist = &none;
    stat[cnt++] = (struct metric_stat){"count", hist->cnt};
    if (has_mean)
        stat[cnt++] = (struct metric_stat){"mean", (uint64_t)tr_hist_mean(hist)};
    for (unsigned i = 0; i < sizeof share / sizeof share[0]; i++) {
        if (!has_mean || !share[i].of_tail)
            stat[cnt++] = (struct metric_stat){
                share[i].key, (uint64_t)tr_hist_percentile(hist, share[i].num, share[i].den)};
    }
    stat[cnt++] = (struct metric_stat){"max", hist->max_ns};
    return cnt;
}
