/* The metrics in the text format 0.0.4 of Prometheus (docs/metrics.md). */
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "monitor/metric.h"
#include "monitor/view/view.h"

/* A name as a label: what is no text as \xNN, and then escaped; at most 5 bytes for one. */
#define LABEL_MAX (TR_NAME_MAX * 5 + 1)

/* Upper edges of the buckets: powers of two, as the histograms' own (hist.h), so that no value is guessed. */
#define LE_FIRST_BITS 6 /* 64 ns */
#define LE_LAST_BITS 36 /* 69 s */

struct labels {
    char ring[LABEL_MAX];
    char lane[TR_LANE_MAX][LABEL_MAX];
    char member[TR_CONSUMER_MAX][LABEL_MAX];
    bool lane_told[TR_LANE_MAX];
    bool member_told[TR_CONSUMER_MAX];
};

static void escape(char label[LABEL_MAX], const char *name)
{
    char text[TR_NAME_MAX * 4 + 1];
    size_t len = log_visible(text, sizeof text, name, strlen(name));
    char *to = label;
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\\' || text[i] == '"')
            *to++ = '\\';
        *to++ = text[i];
    }
    *to = '\0';
}

/* Two of one name would be one series with two values: the first is told.  The library lets no two in. */
static bool is_first(const char label[][LABEL_MAX], const bool told[], unsigned i)
{
    for (unsigned before = 0; before < i; before++) {
        if (told[before] && strcmp(label[before], label[i]) == 0)
            return false;
    }
    return true;
}

static void labels_of(struct labels *l, const struct tr_view *view)
{
    escape(l->ring, view->ring);
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        escape(l->lane[p], view->lane[p].name);
        l->lane_told[p] = view->lane[p].used && is_first(l->lane, l->lane_told, p);
    }
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
        escape(l->member[c], view->member[c].name);
        l->member_told[c] = view->member[c].used && is_first(l->member, l->member_told, c);
    }
}

static bool is_of_lane(const struct metric *metric)
{
    return metric->scope == METRIC_PRODUCER || metric->scope == METRIC_CURSOR || metric->scope == METRIC_HELD;
}

static bool is_of_member(const struct metric *metric)
{
    return metric->scope == METRIC_CONSUMER || metric->scope == METRIC_CURSOR || metric->scope == METRIC_HELD;
}

/* The name of a series and its first labels; more may follow, then "} ". */
static void series(struct out *out, const char *name, const char *part, const struct labels *l,
                   const struct metric *metric, const struct metric_at *at)
{
    out_format(out, "%s%s{ring=\"%s\"", name, part, l->ring);
    if (is_of_lane(metric))
        out_format(out, ",producer=\"%s\"", l->lane[at->lane_idx]);
    if (is_of_member(metric))
        out_format(out, ",consumer=\"%s\"", l->member[at->member_idx]);
}

/* value / 10^decimals, exactly. */
static void fixed(struct out *out, uint64_t value, int decimals)
{
    char text[32];
    uint64_t one = decimals == 9 ? TR_NS_PER_S : 1000;
    int len = snprintf(text, sizeof text, "%llu.%0*llu", (unsigned long long)(value / one), decimals,
                       (unsigned long long)(value % one));
    while (text[len - 1] == '0')
        len--;
    if (text[len - 1] == '.')
        len--;
    out_write(out, text, (size_t)len);
}

static void number(struct out *out, const struct metric *metric, uint64_t value)
{
    if (metric_is_signed(metric) && (int64_t)value < 0) {
        out_text(out, "-");
        value = -value;
    }
    if (metric->unit == METRIC_NS || metric->unit == METRIC_DATE)
        fixed(out, value, 9);
    else if (metric->unit == METRIC_MHZ)
        fixed(out, value, 3);
    else
        out_u64(out, value);
}

/* Somebody else's numbers may have any sum; the counts never fall from edge to edge. */
static uint64_t count_to(const struct tr_hist_snap *hist, uint64_t cnt, unsigned from, unsigned to)
{
    for (unsigned i = from; i < to; i++)
        cnt = hist->bucket[i] < UINT64_MAX - cnt ? cnt + hist->bucket[i] : UINT64_MAX;
    return cnt;
}

/* Every bucket holds what is below its edge: a value at the edge itself is in the next. */
static void buckets(struct out *out, const struct labels *l, const struct metric *metric,
                    const struct metric_at *at)
{
    const struct tr_hist_snap *hist = metric->hist(at);
    uint64_t cnt = 0;
    unsigned i = 0;
    for (unsigned bits = LE_FIRST_BITS; bits <= LE_LAST_BITS; bits++) {
        uint64_t edge_ns = UINT64_C(1) << bits;
        unsigned end = tr_hist_index(edge_ns);
        cnt = count_to(hist, cnt, i, end);
        i = end;
        series(out, metric->name, "_bucket", l, metric, at);
        out_format(out, ",le=\"%.15g\"} %llu\n", (double)edge_ns / 1e9, (unsigned long long)cnt);
    }
    cnt = count_to(hist, cnt, i, TR_HIST_BUCKET_CNT);
    series(out, metric->name, "_bucket", l, metric, at);
    out_format(out, ",le=\"+Inf\"} %llu\n", (unsigned long long)cnt);
    series(out, metric->name, "_sum", l, metric, at);
    out_text(out, "} ");
    fixed(out, hist->sum_ns, 9);
    out_text(out, "\n");
    series(out, metric->name, "_count", l, metric, at);
    out_format(out, "} %llu\n", (unsigned long long)cnt);
}

static void sample(struct out *out, const struct labels *l, const struct metric *metric,
                   const struct metric_at *at)
{
    if (metric->type == METRIC_HISTOGRAM) {
        buckets(out, l, metric, at);
        return;
    }
    series(out, metric->name, "", l, metric, at);
    if (metric->type == METRIC_TEXT) {
        out_format(out, ",%s=\"%s\"} 1\n", metric->key, metric->text(at));
        return;
    }
    out_text(out, "} ");
    number(out, metric, metric->value(at));
    out_text(out, "\n");
}

static void head(struct out *out, const char *name, const char *help, const char *type)
{
    out_format(out, "# HELP %s %s\n", name, help);
    out_format(out, "# TYPE %s %s\n", name, type);
}

static const char *type_name(enum metric_type type)
{
    if (type == METRIC_COUNTER)
        return "counter";
    return type == METRIC_HISTOGRAM ? "histogram" : "gauge";
}

/* A metric at all places that it is told of. */
static void family(struct out *out, const struct snapshot *snap, const struct labels *l,
                   const struct metric *metric)
{
    unsigned lane_cnt = is_of_lane(metric) ? TR_LANE_MAX : 1;
    unsigned member_cnt = is_of_member(metric) ? TR_CONSUMER_MAX : 1;
    head(out, metric->name, metric->help, type_name(metric->type));
    for (unsigned p = 0; p < lane_cnt; p++) {
        for (unsigned c = 0; c < member_cnt; c++) {
            const struct metric_at at = {snap, p, c};
            bool is_told =
                (!is_of_lane(metric) || l->lane_told[p]) && (!is_of_member(metric) || l->member_told[c]);
            if (is_told && metric_is_there(metric, &at))
                sample(out, l, metric, &at);
        }
    }
}

static void build_and_up(struct out *out, const char *label, unsigned up)
{
    head(out, "tickring_build_info", "Version of shmmon, as a label; 1", "gauge");
    out_format(out, "tickring_build_info{version=\"%s\"} 1\n", TICKRING_VERSION);
    head(out, "tickring_up", "Whether the ring is there and can be read", "gauge");
    out_format(out, "tickring_up{ring=\"%s\"} %u\n", label, up);
}

void prometheus_show(struct out *out, const struct snapshot *snap)
{
    struct labels l;
    labels_of(&l, &snap->view);
    build_and_up(out, l.ring, 1);
    for (unsigned i = 0; i < metric_cnt; i++) {
        if (metric_table[i].name[0] != '\0')
            family(out, snap, &l, &metric_table[i]);
    }
}

void prometheus_down(struct out *out, const char *ring)
{
    char label[LABEL_MAX];
    escape(label, ring);
    build_and_up(out, label, 0);
}

const struct view_ops view_prometheus = {
    .name = "prometheus", .show = prometheus_show, .down = prometheus_down};
