/* A table for a terminal or a log: who is behind, by how much, and who holds the feed. */
#include <stdio.h>
#include <string.h>

#include "monitor/view.h"
#include "table.h"
#include "timetext.h"
#include "units.h"

#define LINE_LEN 320

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

static const struct table_column producer_column[P_CNT] = {
    [P_NAME] = {"PRODUCER", 12, 0, true},   [P_PID] = {"PID", 7, 2, false},
    [P_STATE] = {"STATE", 7, 0, true},      [P_PUBLISHED] = {"PUBLISHED", 9, 0, false},
    [P_RATE] = {"RATE/s", 6, 0, false},     [P_DROPPED] = {"DROPPED", 7, 1, false},
    [P_BLOCKED] = {"BLOCKED", 7, 0, false}, [P_STALLS] = {"STALLS", 6, 3, false},
    [P_HELD_BY] = {"HELD BY", 0, 0, true},
};

enum consumer_column {
    C_NAME,
    C_PID,
    C_STATE,
    C_POLICY,
    C_QUEUE,
    C_FULL,
    C_OLDEST,
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

static const struct table_column consumer_column[C_CNT] = {
    [C_NAME] = {"CONSUMER", 12, 0, true},       [C_PID] = {"PID", 7, 9, false},
    [C_STATE] = {"STATE", 7, 0, true},          [C_POLICY] = {"POLICY", 8, 10, true},
    [C_QUEUE] = {"QUEUE", 6, 0, false},         [C_FULL] = {"FULL", 4, 2, false},
    [C_OLDEST] = {"OLDEST", 6, 0, false},       [C_HIGHEST] = {"HIGHEST", 7, 7, false},
    [C_RATE] = {"RATE/s", 6, 0, false},         [C_DELIVERED] = {"DELIVERED", 9, 4, false},
    [C_LOST] = {"LOST", 6, 0, false},           [C_P50] = {"LAT p50", 7, 1, false},
    [C_P99] = {"LAT p99", 7, 0, false},         [C_MAX] = {"LAT max", 7, 6, false},
    [C_SERVICE] = {"SERVICE", 7, 3, false},     [C_SERVICE_P50] = {"SVC p50", 7, 8, false},
    [C_SERVICE_P99] = {"SVC p99", 7, 5, false},
};

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

static const char *lane_state(const struct snapshot *snap, const struct tr_lane_view *lane)
{
    return lane_state_name(collect_lane_state(snap, (unsigned)(lane - snap->view.lane)));
}

static const char *member_state(const struct snapshot *snap, const struct tr_member_view *m)
{
    return member_state_name(collect_member_state(snap, (unsigned)(m - snap->view.member)));
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

static void set_producer(struct table *t, const struct snapshot *snap, const struct tr_lane_view *lane)
{
    char held_by[TABLE_CELL_LEN];
    held_by_text(held_by, sizeof held_by, snap, lane);
    table_set(t, P_NAME, lane->name);
    set_pid(t, P_PID, lane->pid);
    table_set(t, P_STATE, lane_state(snap, lane));
    set_count(t, P_PUBLISHED, lane->published);
    set_count(t, P_RATE, lane->rate_mhz / 1000);
    set_count(t, P_DROPPED, lane->dropped_cnt);
    set_time(t, P_BLOCKED, lane->blocked_ns);
    set_count(t, P_STALLS, lane->stall_cnt);
    table_set(t, P_HELD_BY, held_by);
}

static void show_producers(struct out *out, const struct snapshot *snap, unsigned width)
{
    struct table t;
    table_init(&t, producer_column, P_CNT);
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        if (snap->view.lane[p].used && table_row(&t) == 0)
            set_producer(&t, snap, &snap->view.lane[p]);
    }
    if (t.row_cnt > 0)
        table_print(out, &t, width);
    else
        line(out, "no producer yet");
    table_free(&t);
}

static void set_queue(struct table *t, const struct snapshot *snap, const struct tr_member_view *m)
{
    struct queue queue = collect_queue(&snap->view, m);
    char full[UNITS_MAX];
    snprintf(full, sizeof full, "%llu%%", (unsigned long long)queue_percent(&queue));
    if (m->done) /* nobody reads it */
        strcpy(full, "-");
    else if (queue.lane_lag > queue.slot_cnt)
        strcpy(full, ">100%");
    set_count(t, C_QUEUE, m->lag);
    table_set(t, C_FULL, full);
    if (m->lag_ns > 0) /* 0: nothing waits, or it was read while we looked */
        set_time(t, C_OLDEST, (uint64_t)m->lag_ns);
    else
        table_set(t, C_OLDEST, "-");
    set_count(t, C_HIGHEST, m->high_water);
}

/* Nothing measured is no time, rather than a good one. */
static void set_measured(struct table *t, unsigned column, const struct tr_hist_snap *hist, uint64_t ns)
{
    if (hist->cnt == 0)
        table_set(t, column, "-");
    else
        set_time(t, column, ns);
}

static void set_percentile(struct table *t, unsigned column, const struct tr_hist_snap *hist,
                           uint64_t percent)
{
    set_measured(t, column, hist, (uint64_t)tr_hist_percentile(hist, percent, 100));
}

static void set_times(struct table *t, const struct tr_member_view *m)
{
    set_percentile(t, C_P50, &m->latency, 50);
    set_percentile(t, C_P99, &m->latency, 99);
    set_measured(t, C_MAX, &m->latency, m->latency.max_ns);
    set_measured(t, C_SERVICE, &m->service, (uint64_t)tr_hist_mean(&m->service));
    set_percentile(t, C_SERVICE_P50, &m->service, 50);
    set_percentile(t, C_SERVICE_P99, &m->service, 99);
}

static void set_consumer(struct table *t, const struct snapshot *snap, const struct tr_member_view *m)
{
    table_set(t, C_NAME, m->name);
    set_pid(t, C_PID, m->pid);
    table_set(t, C_STATE, member_state(snap, m));
    table_set(t, C_POLICY, m->lossy ? "lossy" : "reliable");
    set_queue(t, snap, m);
    set_count(t, C_RATE, m->rate_mhz / 1000);
    set_count(t, C_DELIVERED, m->delivered);
    set_count(t, C_LOST, m->lost);
    set_times(t, m);
}

static void show_consumers(struct out *out, const struct snapshot *snap, unsigned width)
{
    struct table t;
    table_init(&t, consumer_column, C_CNT);
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
        if (snap->view.member[c].used && table_row(&t) == 0)
            set_consumer(&t, snap, &snap->view.member[c]);
    }
    if (t.row_cnt > 0)
        table_print(out, &t, width);
    else
        line(out, "no consumer yet");
    table_free(&t);
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
