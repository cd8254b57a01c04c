/* A row of CSV for each producer and consumer; the columns are the keys of the JSON, but that both have a name. */
#include <stdio.h>
#include <string.h>

#include "monitor/metric.h"
#include "monitor/sort.h"
#include "monitor/view.h"

#define COLUMN_MAX 64
#define PAIR_MAX (TR_NAME_MAX + 23) /* " name=18446744073709551615" */

/* Of one key: a producer and a consumer may both have it. */
struct column {
    const struct metric *of_producer; /* NULL: it has none */
    const struct metric *of_consumer;
};

static const struct metric *any(const struct column *column)
{
    return column->of_producer != NULL ? column->of_producer : column->of_consumer;
}

/* Of a producer or consumer: what is in the column "name". */
static bool is_name(const struct metric *metric)
{
    return metric == metric_find(METRIC_PRODUCER, "name") || metric == metric_find(METRIC_CONSUMER, "id");
}

static unsigned columns(struct column column[COLUMN_MAX])
{
    unsigned cnt = 0;
    for (unsigned i = 0; i < metric_cnt; i++) {
        const struct metric *metric = &metric_table[i];
        bool is_producer = metric->scope == METRIC_PRODUCER || metric->scope == METRIC_HELD;
        unsigned c = 0;
        if (metric->scope == METRIC_RING || metric->key[0] == '\0' || is_name(metric))
            continue;
        while (c < cnt && strcmp(any(&column[c])->key, metric->key) != 0)
            c++;
        if (c == COLUMN_MAX)
            continue;
        if (c == cnt)
            column[cnt++] = (struct column){0};
        *(is_producer ? &column[c].of_producer : &column[c].of_consumer) = metric;
    }
    return cnt;
}

static void field(struct out *out, const char *text)
{
    out_text(out, ",");
    out_csv(out, text, strlen(text));
}

static void number(struct out *out, const struct metric *metric, uint64_t value)
{
    out_text(out, ",");
    if (metric->unit == METRIC_MHZ)
        out_format(out, "%.1f", (double)value / 1000);
    else if (metric_is_signed(metric))
        out_format(out, "%lld", (long long)value);
    else
        out_u64(out, value);
}

static void histogram(struct out *out, const struct metric *metric, const struct tr_hist_snap *hist)
{
    for (const char *const *key = metric_stat_keys(metric); *key != NULL; key++) {
        out_text(out, ",");
        out_u64(out, metric_stat(hist, *key));
    }
}

/* What there is for each of the other kind, in one cell: "binance=4 kraken=2". */
static void pairs(struct out *out, const struct metric *metric, struct metric_at at)
{
    static char text[TR_CONSUMER_MAX * PAIR_MAX + 1];
    bool is_held = metric->scope == METRIC_HELD;
    unsigned *other = is_held ? &at.member_idx : &at.lane_idx;
    size_t len = 0;
    text[0] = '\0';
    for (*other = 0; *other < (is_held ? TR_CONSUMER_MAX : TR_LANE_MAX); ++*other) {
        const char *name =
            is_held ? at.snap->view.member[at.member_idx].name : at.snap->view.lane[at.lane_idx].name;
        if (metric_is_there(metric, &at))
            len += (size_t)snprintf(text + len, sizeof text - len, "%s%s=%llu", len > 0 ? " " : "", name,
                                    (unsigned long long)metric->value(&at));
    }
    field(out, text);
}

static void cell(struct out *out, const struct metric *metric, const struct metric_at *at)
{
    if (metric->scope == METRIC_HELD || metric->scope == METRIC_CURSOR)
        pairs(out, metric, *at);
    else if (metric->type == METRIC_TEXT)
        field(out, metric->text(at));
    else if (metric->type == METRIC_HISTOGRAM)
        histogram(out, metric, metric->hist(at));
    else
        number(out, metric, metric->value(at));
}

/* Heads of the metric's cells: a histogram has several. */
static void heads(struct out *out, const struct metric *metric)
{
    if (metric->type != METRIC_HISTOGRAM) {
        field(out, metric->key);
        return;
    }
    for (const char *const *key = metric_stat_keys(metric); *key != NULL; key++)
        out_format(out, ",%s_%s", metric->key, *key);
}

static void no_cells(struct out *out, const struct metric *metric)
{
    out_text(out, ",");
    for (unsigned i = 1; metric->type == METRIC_HISTOGRAM && metric_stat_keys(metric)[i] != NULL; i++)
        out_text(out, ",");
}

static void row(struct out *out, const struct metric_at *at, bool is_producer)
{
    struct column column[COLUMN_MAX];
    unsigned cnt = columns(column);
    out_format(out, "%lld", (long long)collect_wall_ns(at->snap, at->snap->view.taken_ns));
    field(out, is_producer ? "producer" : "consumer");
    field(out, at->snap->view.ring);
    field(out,
          is_producer ? at->snap->view.lane[at->lane_idx].name : at->snap->view.member[at->member_idx].name);
    for (unsigned i = 0; i < cnt; i++) {
        const struct metric *metric = is_producer ? column[i].of_producer : column[i].of_consumer;
        if (metric != NULL)
            cell(out, metric, at);
        else
            no_cells(out, any(&column[i]));
    }
    out_text(out, "\n");
}

static void csv_begin(struct out *out)
{
    struct column column[COLUMN_MAX];
    unsigned cnt = columns(column);
    out_text(out, "time_ns,kind,ring,name");
    for (unsigned i = 0; i < cnt; i++)
        heads(out, any(&column[i]));
    out_text(out, "\n");
}

static void csv_show(struct out *out, const struct snapshot *snap)
{
    struct metric_at at = {.snap = snap};
    unsigned idx[TR_CONSUMER_MAX];
    unsigned cnt = sort_members(snap, snap->sort, idx);
    for (at.lane_idx = 0; at.lane_idx < TR_LANE_MAX; at.lane_idx++) {
        if (snap->view.lane[at.lane_idx].used)
            row(out, &at, true);
    }
    at.lane_idx = 0;
    for (unsigned i = 0; i < cnt; i++) {
        at.member_idx = idx[i];
        row(out, &at, false);
    }
}

const struct view_ops view_csv = {.name = "csv", .begin = csv_begin, .show = csv_show};
