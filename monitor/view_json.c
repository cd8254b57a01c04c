/* One JSON object a snapshot; the keys are a contract (man shmmon, docs/shmmon.schema.json). */
#include <string.h>

#include "json.h"
#include "monitor/ledger.h"
#include "monitor/metric.h"
#include "monitor/sort.h"
#include "monitor/view.h"

static void name_text(struct json *j, const char *key, const char *text)
{
    json_text(j, key, text, strlen(text));
}

static void number(struct json *j, const char *key, const struct metric *metric, const struct metric_at *at)
{
    uint64_t value = metric->value(at);
    if (metric->type == METRIC_FLAG)
        json_bool(j, key, value != 0);
    else if (metric->unit == METRIC_MHZ)
        json_fixed1(j, key, (double)value / 1000);
    else if (metric_is_signed(metric))
        json_i64(j, key, (int64_t)value);
    else
        json_u64(j, key, value);
}

static void histogram(struct json *j, const struct metric *metric, const struct metric_at *at)
{
    json_open_object(j, metric->key);
    for (const char *const *key = metric_stat_keys(metric); *key != NULL; key++)
        json_u64(j, *key, metric_stat(metric->hist(at), *key));
    json_close_object(j);
}

/* An object with a number for each consumer. */
static void by_consumer(struct json *j, const struct metric *metric, struct metric_at at)
{
    json_open_object(j, metric->key);
    for (at.member_idx = 0; at.member_idx < TR_CONSUMER_MAX; at.member_idx++) {
        if (metric_is_there(metric, &at))
            number(j, at.snap->view.member[at.member_idx].name, metric, &at);
    }
    json_close_object(j);
}

/* An object with a number for each producer. */
static void by_producer(struct json *j, const struct metric *metric, struct metric_at at)
{
    json_open_object(j, metric->key);
    for (at.lane_idx = 0; at.lane_idx < TR_LANE_MAX; at.lane_idx++) {
        if (metric_is_there(metric, &at))
            number(j, at.snap->view.lane[at.lane_idx].name, metric, &at);
    }
    json_close_object(j);
}

static void value(struct json *j, const struct metric *metric, const struct metric_at *at)
{
    if (metric->scope == METRIC_HELD)
        by_consumer(j, metric, *at);
    else if (metric->scope == METRIC_CURSOR)
        by_producer(j, metric, *at);
    else if (metric->type == METRIC_TEXT)
        name_text(j, metric->key, metric->text(at));
    else if (metric->type == METRIC_HISTOGRAM)
        histogram(j, metric, at);
    else
        number(j, metric->key, metric, at);
}

/* All that has a key, of one scope and the one that is told per place of it. */
static void values(struct json *j, enum metric_scope scope, enum metric_scope part,
                   const struct metric_at *at)
{
    for (unsigned i = 0; i < metric_cnt; i++) {
        const struct metric *metric = &metric_table[i];
        if ((metric->scope == scope || metric->scope == part) && metric->key[0] != '\0')
            value(j, metric, at);
    }
}

static void producers(struct json *j, struct metric_at at)
{
    json_open_array(j, "producers");
    for (at.lane_idx = 0; at.lane_idx < TR_LANE_MAX; at.lane_idx++) {
        if (!at.snap->view.lane[at.lane_idx].used)
            continue;
        json_open_object(j, NULL);
        values(j, METRIC_PRODUCER, METRIC_HELD, &at);
        json_close_object(j);
    }
    json_close_array(j);
}

static void gaps(struct json *j, const struct snapshot *snap, unsigned member_idx, unsigned lane_idx)
{
    const struct tr_member_view *m = &snap->view.member[member_idx];
    json_open_array(j, "gaps");
    for (unsigned i = 0; i < m->gap_cnt; i++) {
        const struct tr_gap_record *gap = &m->gap[i];
        if (gap->lane_idx != lane_idx)
            continue;
        json_open_object(j, NULL);
        json_u64(j, "from", gap->from);
        json_u64(j, "to", gap->to - 1);
        json_i64(j, "at_ns", collect_wall_ns(snap, gap->at_ns));
        json_close_object(j);
    }
    json_close_array(j);
}

/* A line for each lane that the consumer was told a start of. */
static void ledger_lines(struct json *j, const struct metric_at *at)
{
    const struct tr_view *view = &at->snap->view;
    struct ledger_line line;
    json_open_array(j, "lanes");
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        if (!ledger_of(view, at->member_idx, p, &line))
            continue;
        json_open_object(j, NULL);
        name_text(j, "producer", view->lane[p].name);
        json_u64(j, "published", line.published);
        json_u64(j, "delivered", line.delivered);
        json_u64(j, "lost", line.lost);
        json_u64(j, "in_flight", line.in_flight);
        json_bool(j, "balanced", line.balanced);
        gaps(j, at->snap, at->member_idx, p);
        json_close_object(j);
    }
    json_close_array(j);
}

static void consumers(struct json *j, struct metric_at at)
{
    unsigned idx[TR_CONSUMER_MAX];
    unsigned cnt = sort_members(at.snap, at.snap->sort, idx);
    json_open_array(j, "consumers");
    for (unsigned i = 0; i < cnt; i++) {
        at.member_idx = idx[i];
        json_open_object(j, NULL);
        values(j, METRIC_CONSUMER, METRIC_CURSOR, &at);
        ledger_lines(j, &at);
        json_close_object(j);
    }
    json_close_array(j);
}

static void ledger(struct json *j, const struct snapshot *snap)
{
    json_open_object(j, "ledger");
    json_u64(j, "published", snap->published);
    json_bool(j, "balanced", snap->balanced);
    json_close_object(j);
}

static void warnings(struct json *j, const struct snapshot *snap)
{
    json_open_array(j, "warnings");
    for (unsigned i = 0; i < snap->warning_cnt; i++)
        name_text(j, NULL, snap->warning[i].text);
    json_close_array(j);
}

void view_json_write(struct json *j, const struct snapshot *snap)
{
    const struct metric_at at = {.snap = snap};
    json_open_object(j, NULL);
    values(j, METRIC_RING, METRIC_RING, &at);
    producers(j, at);
    consumers(j, at);
    ledger(j, snap);
    name_text(j, "level", level_name(snap->level));
    warnings(j, snap);
    json_close_object(j);
}

static void json_show(struct out *out, const struct snapshot *snap)
{
    struct json j = {0};
    view_json_write(&j, snap);
    out_json_line(out, &j);
    json_free(&j);
}

const struct view_ops view_json = {.name = "json", .show = json_show};
