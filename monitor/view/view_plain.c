/* A table for a terminal or a log: who is behind, by how much, and who holds the feed. */
#include <stdio.h>
#include <string.h>

#include "monitor/view/cell.h"
#include "monitor/view/grid.h"
#include "monitor/view/sort.h"
#include "monitor/view/view.h"
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

static const struct grid_column producer_column[P_CNT] = {
    [P_NAME] = {"name", "", "", 12, 0, true},          [P_PID] = {"pid", "", "", 7, 2, false},
    [P_STATE] = {"state", "", "", 7, 0, true},         [P_PUBLISHED] = {"published", "", "", 9, 0, false},
    [P_RATE] = {"rate", "", "", 6, 0, false},          [P_DROPPED] = {"dropped", "", "", 7, 1, false},
    [P_BLOCKED] = {"blocked_ns", "", "", 7, 0, false}, [P_STALLS] = {"stalls", "", "", 6, 3, false},
    [P_HELD_BY] = {"", "", "HELD BY", 0, 0, true},
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

static const struct grid_column consumer_column[C_CNT] = {
    [C_NAME] = {"id", "", "", 12, 0, true},
    [C_PID] = {"pid", "", "", 7, 10, false},
    [C_STATE] = {"state", "", "", 7, 0, true},
    [C_POLICY] = {"policy", "", "", 8, 11, true},
    [C_QUEUE] = {"lag", "", "", 6, 0, false},
    [C_FULL] = {"", "", "FULL", 4, 2, false},
    [C_OLDEST] = {"lag_ns", "", "", 6, 0, false},
    [C_MARKET] = {"lag_market_ns", "", "", 6, 4, false},
    [C_HIGHEST] = {"high_water", "", "", 7, 8, false},
    [C_RATE] = {"rate", "", "", 6, 0, false},
    [C_DELIVERED] = {"delivered", "", "", 9, 5, false},
    [C_LOST] = {"lost", "", "", 6, 0, false},
    [C_P50] = {"latency_ns", "p50", "", 7, 1, false},
    [C_P99] = {"latency_ns", "p99", "", 7, 0, false},
    [C_MAX] = {"latency_ns", "max", "", 7, 7, false},
    [C_SERVICE] = {"service_ns", "mean", "SERVICE", 7, 3, false},
    [C_SERVICE_P50] = {"service_ns", "p50", "", 7, 9, false},
    [C_SERVICE_P99] = {"service_ns", "p99", "", 7, 6, false},
};

static void line(struct out *out, const char *text)
{
    out_visible(out, text, strlen(text));
    out_text(out, "\n");
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

static void set_producer(struct grid *grid, const struct metric_at *at)
{
    char held_by[TABLE_CELL_LEN];
    held_by_text(held_by, sizeof held_by, at->snap, &at->snap->view.lane[at->lane_idx]);
    if (grid_row(grid, at, false))
        table_set(&grid->table, P_HELD_BY, held_by);
}

static void set_consumer(struct grid *grid, const struct metric_at *at)
{
    char full[CELL_MAX];
    if (grid_row(grid, at, false))
        table_set(&grid->table, C_FULL,
                  cell_full(full, &at->snap->view, &at->snap->view.member[at->member_idx]));
}

static void show_grid(struct out *out, struct grid *grid, unsigned width, const char *none)
{
    if (grid->table.row_cnt > 0)
        table_print(out, &grid->table, width);
    else
        line(out, none);
    table_free(&grid->table);
}

static void show_producers(struct out *out, const struct snapshot *snap, unsigned width)
{
    struct grid grid;
    struct metric_at at = {.snap = snap};
    grid_init(&grid, METRIC_PRODUCER, producer_column, P_CNT);
    for (at.lane_idx = 0; at.lane_idx < TR_LANE_MAX; at.lane_idx++) {
        if (snap->view.lane[at.lane_idx].used)
            set_producer(&grid, &at);
    }
    show_grid(out, &grid, width, "no producer yet");
}

static void show_consumers(struct out *out, const struct snapshot *snap, unsigned width)
{
    struct grid grid;
    struct metric_at at = {.snap = snap};
    unsigned idx[TR_CONSUMER_MAX];
    unsigned cnt = sort_members(snap, snap->sort, idx);
    grid_init(&grid, METRIC_CONSUMER, consumer_column, C_CNT);
    for (unsigned i = 0; i < cnt; i++) {
        at.member_idx = idx[i];
        set_consumer(&grid, &at);
    }
    show_grid(out, &grid, width, "no consumer yet");
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
