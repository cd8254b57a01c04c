/* A table for a terminal or a log: who is behind, by how much, and who holds the feed. */
#include <stdio.h>
#include <string.h>

#include "monitor/metric.h"
#include "monitor/sort.h"
#include "monitor/view.h"
#include "table.h"
#include "timetext.h"
#include "units.h"

#define LINE_LEN 320
#define HEAD_LEN 16

enum producer_column {
    P_NAME,
    P_PID,
    P_STATE,
    P_PUBLISHED,
    P_RATE,
    P_DROPPED,
    P_BLOCKED,
    P_STALLS,
    P_HELD_BY,
    P_CNT
};

/* A column of a metric, by its JSON key, or with a head of its own. */
struct plain_column {
    const char *head; /* "": the metric's */
    const char *key; /* "": no metric */
    const char *stat; /* of a histogram, follows its head; "": no histogram */
    unsigned width_min;
    unsigned rank;
    bool left;
};

static const struct plain_column producer_column[P_CNT] = {
    [P_NAME] = {"", "name", "", 12, 0, true},          [P_PID] = {"", "pid", "", 7, 2, false},
    [P_STATE] = {"", "state", "", 7, 0, true},         [P_PUBLISHED] = {"", "published", "", 9, 0, false},
    [P_RATE] = {"", "rate", "", 6, 0, false},          [P_DROPPED] = {"", "dropped", "", 7, 1, false},
    [P_BLOCKED] = {"", "blocked_ns", "", 7, 0, false}, [P_STALLS] = {"", "stalls", "", 6, 3, false},
    [P_HELD_BY] = {"HELD BY", "", "", 0, 0, true},
};

enum consumer_column {
    C_NAME,
    C_PID,
    C_STATE,
    C_POLICY,
    C_QUEUE,
    C_FULL,
    C_OLDEST,
    C_MARKET,
    C_HIGHEST,
    C_RATE,
    C_DELIVERED,
    C_LOST,
    C_P50,
    C_P99,
    C_MAX,
    C_SERVICE,
    C_SERVICE_P50,
    C_SERVICE_P99,
    C_CNT
};

static const struct plain_column consumer_column[C_CNT] = {
    [C_NAME] = {"", "id", "", 12, 0, true},
    [C_PID] = {"", "pid", "", 7, 10, false},
    [C_STATE] = {"", "state", "", 7, 0, true},
    [C_POLICY] = {"", "policy", "", 8, 11, true},
    [C_QUEUE] = {"", "lag", "", 6, 0, false},
    [C_FULL] = {"FULL", "", "", 4, 2, false},
    [C_OLDEST] = {"", "lag_ns", "", 6, 0, false},
    [C_MARKET] = {"", "lag_market_ns", "", 6, 4, false},
    [C_HIGHEST] = {"", "high_water", "", 7, 8, false},
    [C_RATE] = {"", "rate", "", 6, 0, false},
    [C_DELIVERED] = {"", "delivered", "", 9, 5, false},
    [C_LOST] = {"", "lost", "", 6, 0, false},
    [C_P50] = {"", "latency_ns", "p50", 7, 1, false},
    [C_P99] = {"", "latency_ns", "p99", 7, 0, false},
    [C_MAX] = {"", "latency_ns", "max", 7, 7, false},
    [C_SERVICE] = {"SERVICE", "service_ns", "mean", 7, 3, false},
    [C_SERVICE_P50] = {"", "service_ns", "p50", 7, 9, false},
    [C_SERVICE_P99] = {"", "service_ns", "p99", 7, 6, false},
};

/* A table, and where what is in it comes from. */
struct plain {
    struct table table;
    enum metric_scope scope;
    const struct plain_column *column;
    unsigned column_cnt;
    struct table_column shown[TABLE_COLUMN_MAX];
    char head[TABLE_COLUMN_MAX][HEAD_LEN];
};

static void plain_init(struct plain *p, enum metric_scope scope, const struct plain_column *column,
                       unsigned column_cnt)
{
    p->scope = scope;
    p->column = column;
    p->column_cnt = column_cnt;
    for (unsigned i = 0; i < column_cnt; i++) {
        const struct plain_column *c = &column[i];
        const struct metric *metric = metric_find(scope, c->key);
        const char *blank = c->head[0] == '\0' && c->stat[0] != '\0' ? " " : "";
        snprintf(p->head[i], HEAD_LEN, "%s%s%s", c->head[0] != '\0' ? c->head : metric->head, blank,
                 blank[0] != '\0' ? c->stat : "");
        p->shown[i] = (struct table_column){p->head[i], c->width_min, c->rank, c->left};
    }
    table_init(&p->table, p->shown, column_cnt);
}

static void line(struct out *out, const char *text)
{
    out_visible(out, text, strlen(text));
    out_text(out, "\n");
}

static void set_count(struct table *t, unsigned column, uint64_t cnt)
{
    char text[UNITS_MAX];
    table_set(t, column, units_count(text, cnt));
}

static void set_time(struct table *t, unsigned column, uint64_t ns)
{
    char text[UNITS_MAX];
    table_set(t, column, units_duration(text, ns > INT64_MAX ? INT64_MAX : (int64_t)ns));
}

/* A pid that no program was given (somebody else's memory) is no number to kill. */
static void set_pid(struct table *t, unsigned column, uint64_t pid)
{
    char text[UNITS_MAX];
    snprintf(text, sizeof text, "%llu", (unsigned long long)pid);
    table_set(t, column, pid > INT32_MAX ? "?" : text);
}

/* Nothing measured is no time, rather than a good one. */
static void set_stat(struct table *t, unsigned column, const struct tr_hist_snap *hist, const char *stat)
{
    if (hist->cnt == 0)
        table_set(t, column, "-");
    else
        set_time(t, column, metric_stat(hist, stat));
}

static void set_number(struct table *t, unsigned column, const struct metric *metric, uint64_t value)
{
    bool is_age = metric_is_signed(metric);
    if (strcmp(metric->key, "pid") == 0)
        set_pid(t, column, value);
    else if (is_age && (int64_t)value <= 0) /* nothing waits, or it was read while we looked */
        table_set(t, column, "-");
    else if (metric->unit == METRIC_NS)
        set_time(t, column, value);
    else
        set_count(t, column, metric->unit == METRIC_MHZ ? value / 1000 : value);
}

/* A row, but for what is no metric. */
static void set_metrics(struct plain *p, const struct metric_at *at)
{
    for (unsigned i = 0; i < p->column_cnt; i++) {
        const struct metric *metric = metric_find(p->scope, p->column[i].key);
        if (p->column[i].key[0] == '\0')
            continue;
        if (metric->type == METRIC_TEXT)
            table_set(&p->table, i, metric->text(at));
        else if (metric->type == METRIC_HISTOGRAM)
            set_stat(&p->table, i, metric->hist(at), p->column[i].stat);
        else
            set_number(&p->table, i, metric, metric->value(at));
    }
}

/* The consumer that held the lane longest, of those after place `after` with the time `most_ns` and all with
 * less; -1: there is none. */
static int next_holder(const struct snapshot *snap, const struct tr_lane_view *lane, uint64_t most_ns,
                       int after)
{
    int found = -1;
    for (int c = 0; c < TR_CONSUMER_MAX; c++) {
        uint64_t ns = lane->blocked_by_ns[c];
        bool is_left = ns < most_ns || (ns == most_ns && c > after);
        if (snap->view.member[c].used && is_left && ns > (found < 0 ? 0 : lane->blocked_by_ns[found]))
            found = c;
    }
    return found;
}

/* "slow 1.35s, signals 3.00ms": who held the feed and for how long, the longest first; what does not fit is
 * left out. */
static void held_by_text(char *text, size_t size, const struct snapshot *snap,
                         const struct tr_lane_view *lane)
{
    size_t len = 0;
    int c = -1;
    uint64_t ns = UINT64_MAX;
    text[0] = '\0';
    while ((c = next_holder(snap, lane, ns, c)) >= 0 && len < size) {
        char time[UNITS_MAX];
        ns = lane->blocked_by_ns[c];
        units_duration(time, ns > INT64_MAX ? INT64_MAX : (int64_t)ns);
        int n =
            snprintf(text + len, size - len, "%s%s %s", len > 0 ? ", " : "", snap->view.member[c].name, time);
        len += n > 0 ? (size_t)n : 0;
    }
}

static void show_head(struct out *out, const struct snapshot *snap)
{
    char text[LINE_LEN];
    char created[TIME_TEXT_MAX];
    int64_t created_s = snap->view.created_wall_ns / TIME_NS_PER_S;
    time_text(created, created_s * TIME_NS_PER_S);
    snprintf(text, sizeof text, "ring %s  %llu slots  %s  since %s", snap->view.ring,
             (unsigned long long)snap->view.slot_cnt, ring_state_name(snap->state), created);
    line(out, text);
}

static void set_producer(struct plain *p, const struct metric_at *at)
{
    const struct tr_lane_view *lane = &at->snap->view.lane[at->lane_idx];
    char held_by[TABLE_CELL_LEN];
    held_by_text(held_by, sizeof held_by, at->snap, lane);
    set_metrics(p, at);
    table_set(&p->table, P_HELD_BY, held_by);
}

static void show_producers(struct out *out, const struct snapshot *snap, unsigned width)
{
    struct plain p;
    struct metric_at at = {.snap = snap};
    plain_init(&p, METRIC_PRODUCER, producer_column, P_CNT);
    for (at.lane_idx = 0; at.lane_idx < TR_LANE_MAX; at.lane_idx++) {
        if (snap->view.lane[at.lane_idx].used && table_row(&p.table) == 0)
            set_producer(&p, &at);
    }
    if (p.table.row_cnt > 0)
        table_print(out, &p.table, width);
    else
        line(out, "no producer yet");
    table_free(&p.table);
}

static void set_full(struct table *t, const struct snapshot *snap, const struct tr_member_view *m)
{
    struct queue queue = collect_queue(&snap->view, m);
    char full[UNITS_MAX];
    snprintf(full, sizeof full, "%llu%%", (unsigned long long)queue_percent(&queue));
    if (m->done) /* nobody reads it */
        strcpy(full, "-");
    else if (queue.lane_lag > queue.slot_cnt)
        strcpy(full, ">100%");
    table_set(t, C_FULL, full);
}

static void set_consumer(struct plain *p, const struct metric_at *at)
{
    const struct tr_member_view *m = &at->snap->view.member[at->member_idx];
    set_metrics(p, at);
    set_full(&p->table, at->snap, m);
}

static void show_consumers(struct out *out, const struct snapshot *snap, unsigned width)
{
    struct plain p;
    struct metric_at at = {.snap = snap};
    unsigned idx[TR_CONSUMER_MAX];
    unsigned cnt = sort_members(snap, snap->sort, idx);
    plain_init(&p, METRIC_CONSUMER, consumer_column, C_CNT);
    for (unsigned i = 0; i < cnt; i++) {
        at.member_idx = idx[i];
        if (table_row(&p.table) == 0)
            set_consumer(&p, &at);
    }
    if (p.table.row_cnt > 0)
        table_print(out, &p.table, width);
    else
        line(out, "no consumer yet");
    table_free(&p.table);
}

void view_plain_show(struct out *out, const struct snapshot *snap, unsigned width)
{
    char text[LINE_LEN];
    show_head(out, snap);
    show_producers(out, snap, width);
    show_consumers(out, snap, width);
    snprintf(text, sizeof text, "published %llu, ledger %s, level %s", (unsigned long long)snap->published,
             snap->balanced ? "balanced" : "NOT BALANCED", level_name(snap->level));
    line(out, text);
    for (unsigned i = 0; i < snap->warning_cnt; i++) {
        snprintf(text, sizeof text, "  ! %s", snap->warning[i].text);
        line(out, text);
    }
}

static void plain_show(struct out *out, const struct snapshot *snap)
{
    view_plain_show(out, snap, out_columns(out->fd));
}

const struct view_ops view_plain = {.name = "plain", .show = plain_show};
