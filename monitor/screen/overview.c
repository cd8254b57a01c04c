/* The overview: is all well, who is behind and by how much, who holds the feed up, was anything lost. */
#include <stdio.h>
#include <string.h>

#include "monitor/analysis/trend.h"
#include "monitor/screen/draw.h"
#include "monitor/view/cell.h"
#include "monitor/view/grid.h"

#define BAR_COLUMNS_MIN 10
#define EVENT_MAX 64

/* The heads and cnt rows from `first` on, each after a margin; returns the row after them. */
static unsigned grid_draw(struct canvas *canvas, unsigned row, struct grid *grid, unsigned margin,
                          unsigned first, unsigned cnt)
{
    unsigned width[TABLE_COLUMN_MAX];
    char line[TABLE_LINE_LEN];
    unsigned columns = canvas->columns > margin ? canvas->columns - margin : 1;
    table_fit(&grid->table, columns, width);
    table_line(&grid->table, width, TABLE_HEADS, columns, line);
    canvas_text(canvas, row++, margin, STYLE_HEAD, line);
    for (unsigned i = 0; i < cnt; i++) {
        table_line(&grid->table, width, (int)(first + i), columns, line);
        canvas_text(canvas, row++, margin, STYLE_PLAIN, line);
    }
    return row;
}

/* --- Producers ------------------------------------------------------------------------------------ */

enum { P_NAME, P_PID, P_STATE, P_RATE, P_PUBLISHED, P_BLOCKED, P_BY, P_STALLS, P_DROPPED, P_CNT };

static const struct grid_column producer_column[P_CNT] = {[P_NAME] = {"name", "", "", 12, 0, true},
                                                          [P_PID] = {"pid", "", "", 7, 3, false},
                                                          [P_STATE] = {"state", "", "", 7, 0, true},
                                                          [P_RATE] = {"rate", "", "", 6, 0, false},
                                                          [P_PUBLISHED] = {"published", "", "", 9, 0, false},
                                                          [P_BLOCKED] = {"", "", "BLOCKED", 7, 0, false},
                                                          [P_BY] = {"", "", "BY", 12, 0, true},
                                                          [P_STALLS] = {"stalls", "", "", 6, 2, false},
                                                          [P_DROPPED] = {"dropped", "", "", 7, 1, false}};

static unsigned lane_cnt(const struct snapshot *snap)
{
    unsigned cnt = 0;
    for (unsigned p = 0; p < TR_LANE_MAX; p++)
        cnt += snap->view.lane[p].used;
    return cnt;
}

/* Lately, as a share of the time: who is blocked now matters, not who ever was. */
static void set_blocked(struct grid *grid, const struct snapshot *snap, unsigned lane_idx)
{
    struct trend_lane trend;
    char text[CELL_MAX];
    trend_of_lane(snap, lane_idx, TREND_WINDOW_NS, &trend);
    snprintf(text, sizeof text, "%u%%", (trend.blocked_permille + 5) / 10);
    bool known = trend.span_ns > 0 && snapshot_lane_state(snap, lane_idx) < LANE_CLOSED;
    table_set(&grid->table, P_BLOCKED, known ? text : "-");
    bool held = known && trend.holder >= 0 && trend.blocked_permille > 0;
    table_set(&grid->table, P_BY, held ? snap->view.member[trend.holder].name : "-");
}

/* Whether there is something to be told of it: it is the first to be seen. */
static bool is_troubled(const struct snapshot *snap, unsigned lane_idx)
{
    struct trend_lane trend;
    enum lane_state state = snapshot_lane_state(snap, lane_idx);
    trend_of_lane(snap, lane_idx, TREND_WINDOW_NS, &trend);
    return state == LANE_DEAD || state == LANE_SILENT || trend.blocked_permille > 0;
}

static unsigned list_lanes(const struct snapshot *snap, bool all_fit, unsigned lane_idx[TR_LANE_MAX])
{
    unsigned cnt = 0;
    for (int turn = 0; turn < 2; turn++) {
        for (unsigned p = 0; p < TR_LANE_MAX; p++) {
            bool first = all_fit || (snap->view.lane[p].used && is_troubled(snap, p));
            if (snap->view.lane[p].used && first == (turn == 0))
                lane_idx[cnt++] = p;
        }
    }
    return cnt;
}

static unsigned draw_producers(struct canvas *canvas, unsigned row, const struct scene *scene,
                               unsigned row_cnt)
{
    struct grid grid;
    unsigned lane_idx[TR_LANE_MAX];
    unsigned cnt = list_lanes(scene->snap, lane_cnt(scene->snap) <= row_cnt, lane_idx);
    unsigned shown_cnt = cnt <= row_cnt || row_cnt < 2 ? row_cnt : row_cnt - 1;
    if (cnt == 0) {
        canvas_text(canvas, row, 0, STYLE_DIM, "no producer yet");
        return row + 1;
    }
    grid_init(&grid, METRIC_PRODUCER, producer_column, P_CNT);
    for (unsigned i = 0; i < cnt && grid.table.row_cnt < shown_cnt; i++) {
        const struct metric_at at = {.snap = scene->shown, .lane_idx = lane_idx[i]};
        if (!grid_row(&grid, &at, scene->ui->exact))
            continue;
        if (snapshot_lane_state(scene->snap, lane_idx[i])
            != LANE_OPEN) /* the last it told is not that of now */
            table_set(&grid.table, P_RATE, "-");
        set_blocked(&grid, scene->snap, lane_idx[i]);
    }
    row = grid_draw(canvas, row, &grid, 1, 0, grid.table.row_cnt);
    table_free(&grid.table);
    if (shown_cnt < row_cnt)
        canvas_format(canvas, row++, 1, STYLE_DIM, "%u more producers", cnt - shown_cnt);
    return row;
}

/* --- Consumers ------------------------------------------------------------------------------------ */

enum {
    C_NAME,
    C_PID,
    C_STATE,
    C_POLICY,
    C_QUEUE,
    C_FULL,
    C_OLDEST,
    C_MARKET,
    C_RATE,
    C_DELIVERED,
    C_LOST,
    C_P50,
    C_P99,
    C_P999,
    C_SERVICE,
    C_HIGHEST,
    C_CNT
};

static const struct grid_column consumer_column[C_CNT] = {
    [C_NAME] = {"id", "", "", 10, 0, true},
    [C_PID] = {"pid", "", "", 7, 9, false},
    [C_STATE] = {"state", "", "", 7, 0, true},
    [C_POLICY] = {"policy", "", "", 8, 8, true},
    [C_QUEUE] = {"lag", "", "", 5, 0, false},
    [C_FULL] = {"", "", "FULL", 4, 3, false},
    [C_OLDEST] = {"lag_ns", "", "", 6, 0, false},
    [C_MARKET] = {"lag_market_ns", "", "", 6, 2, false},
    [C_RATE] = {"rate", "", "", 6, 0, false},
    [C_DELIVERED] = {"delivered", "", "", 9, 5, false},
    [C_LOST] = {"lost", "", "", 5, 0, false},
    [C_P50] = {"latency_ns", "p50", "p50", 6, 4, false},
    [C_P99] = {"latency_ns", "p99", "p99", 6, 0, false},
    [C_P999] = {"latency_ns", "p999", "p99.9", 6, 1, false},
    [C_SERVICE] = {"service_ns", "mean", "SERVICE", 7, 6, false},
    [C_HIGHEST] = {"high_water", "", "", 7, 7, false}};

static unsigned member_style(const struct snapshot *snap, unsigned member_idx)
{
    enum level level = snapshot_member_level(snap, member_idx);
    if (snapshot_member_state(snap, member_idx) == MEMBER_LEFT)
        return STYLE_DIM;
    return level == LEVEL_OK ? STYLE_PLAIN : draw_level(level);
}

/* The row that the cursor is on; the rows before `first` are scrolled away so that it is seen. */
static unsigned cursor_row(const struct scene *scene, const unsigned *member_idx, unsigned cnt)
{
    int selected = ui_selected(scene->ui, scene->snap);
    for (unsigned i = 0; i < cnt; i++) {
        if ((int)member_idx[i] == selected)
            return i;
    }
    return 0;
}

static void mark_sort(struct grid *grid, const struct ui *ui)
{
    const struct metric *sort = ui_sort(ui);
    for (unsigned i = 0; sort != NULL && i < C_CNT; i++) {
        bool is_it = strcmp(consumer_column[i].key, sort->key) == 0
                     && (sort->type != METRIC_HISTOGRAM || strcmp(consumer_column[i].stat, "p99") == 0
                         || i == C_SERVICE);
        size_t len = strlen(grid->head[i]);
        if (is_it && len + 1 < GRID_HEAD_MAX)
            strcpy(grid->head[i] + len, "*");
    }
}

/* Styles, and the mark of the cursor. */
static void mark_rows(struct canvas *canvas, unsigned row, const struct scene *scene,
                      const unsigned *member_idx, unsigned first, unsigned shown_cnt, unsigned cursor)
{
    for (unsigned i = 0; i < shown_cnt; i++) {
        unsigned style = member_style(scene->snap, member_idx[first + i]);
        bool is_cursor = first + i == cursor;
        canvas_style(canvas, row + i, 0, canvas->columns, is_cursor ? style | STYLE_SELECTED : style);
        if (is_cursor)
            canvas_text(canvas, row + i, 0, style | STYLE_SELECTED, ">");
    }
}

static unsigned draw_consumers(struct canvas *canvas, unsigned row, const struct scene *scene,
                               const unsigned *member_idx, unsigned cnt, unsigned row_cnt)
{
    struct grid grid;
    char full[CELL_MAX];
    if (cnt == 0) {
        canvas_text(canvas, row, 0, STYLE_DIM,
                    scene->ui->filter[0] != '\0' ? "no consumer with that in its name" : "no consumer yet");
        return row + 1;
    }
    grid_init(&grid, METRIC_CONSUMER, consumer_column, C_CNT);
    mark_sort(&grid, scene->ui);
    for (unsigned i = 0; i < cnt; i++) {
        const struct tr_member_view *m = &scene->snap->view.member[member_idx[i]];
        const struct metric_at at = {.snap = scene->shown, .member_idx = member_idx[i]};
        if (!grid_row(&grid, &at, scene->ui->exact))
            continue;
        table_set(&grid.table, C_FULL, cell_full(full, &scene->snap->view, m));
        if (snapshot_member_state(scene->snap, member_idx[i]) != MEMBER_READING)
            table_set(&grid.table, C_RATE, "-");
    }
    bool all_fit = grid.table.row_cnt <= row_cnt || row_cnt < 2;
    unsigned shown_cnt = (unsigned)tr_min_u64(grid.table.row_cnt, all_fit ? row_cnt : row_cnt - 1);
    unsigned cursor = cursor_row(scene, member_idx, cnt);
    unsigned first = cursor >= shown_cnt ? cursor - shown_cnt + 1 : 0;
    grid_draw(canvas, row, &grid, 1, first, shown_cnt);
    mark_rows(canvas, row + 1, scene, member_idx, first, shown_cnt, cursor);
    row += 1 + shown_cnt;
    if (!all_fit)
        canvas_format(canvas, row++, 1, STYLE_DIM, "%u more consumers: %u above, %u below",
                      grid.table.row_cnt - shown_cnt, first, grid.table.row_cnt - shown_cnt - first);
    table_free(&grid.table);
    return row;
}

/* --- All ------------------------------------------------------------------------------------------ */

/* The consumer whose fullest lane is fullest, of those that have left no one waiting in vain: they read, or the feed waits
 * for them; a lossy one, for whom nobody waits, only if there is no other.  -1: there is none. */
static int fullest(const struct snapshot *snap)
{
    int found = -1;
    uint64_t most = 0;
    for (int c = 0; c < TR_CONSUMER_MAX; c++) {
        const struct tr_member_view *m = &snap->view.member[c];
        if (!m->used || m->done || snapshot_member_state(snap, (unsigned)c) == MEMBER_DROPPED)
            continue;
        uint64_t lag = snapshot_queue(&snap->view, m).lane_lag;
        bool is_better = found >= 0 && snap->view.member[found].lossy && !m->lossy;
        bool is_worse = found >= 0 && !snap->view.member[found].lossy && m->lossy;
        if (is_worse || (found >= 0 && !is_better && lag <= most))
            continue;
        found = c;
        most = lag;
    }
    return found;
}

/* Who is behind: whoever holds a feed or will do so first, else the fullest; and what comes of it. */
static int find_behind(char *text, size_t size, const struct snapshot *snap)
{
    unsigned member_idx = 0;
    char time[CELL_MAX];
    int64_t full_ns = trend_full_ns(snap, &member_idx);
    if (full_ns < 0)
        snprintf(text, size, "not filling up");
    else if (full_ns == 0)
        snprintf(text, size, "full, the feed waits");
    else
        snprintf(text, size, "full in %s", cell_time(time, (uint64_t)full_ns, false));
    return full_ns >= 0 ? (int)member_idx : fullest(snap);
}

static void draw_bar(struct canvas *canvas, unsigned row, const struct scene *scene)
{
    const struct snapshot *snap = scene->snap;
    char lag[CELL_MAX];
    char most[CELL_MAX];
    char clock[CLOCK_LEN];
    char when[40];
    char right[120];
    int c = find_behind(when, sizeof when, snap);
    if (c < 0) {
        canvas_text(canvas, row, 0, STYLE_DIM, "behind: nobody reads");
        return;
    }
    const struct tr_member_view *m = &snap->view.member[c];
    struct queue queue = snapshot_queue(&snap->view, m);
    unsigned style = draw_level(level_of(&snap->limits, &queue));
    unsigned permille = 0;
    if (queue.slot_cnt > 0)
        permille =
            (unsigned)tr_min_u64((uint64_t)(1000.0 * (double)queue.lane_lag / (double)queue.slot_cnt), 1000);
    bool is_deepest = m->lag > m->high_water; /* that is what it saw itself, when it read */
    snprintf(right, sizeof right, "  %s  most %s at %s", when,
             cell_count(most, is_deepest ? m->lag : m->high_water, scene->ui->exact),
             draw_clock(clock, snap, is_deepest ? snap->view.taken_ns : m->high_water_ns));
    unsigned column = queue.lag == 0 ? canvas_text(canvas, row, 0, STYLE_PLAIN, "behind: nobody ")
                                     : canvas_format(canvas, row, 0, STYLE_PLAIN, "behind: %s %s (%llu%%) ",
                                                     m->name, cell_count(lag, queue.lag, scene->ui->exact),
                                                     (unsigned long long)queue_percent(&queue));
    unsigned end = canvas->columns > strlen(right) ? canvas->columns - (unsigned)strlen(right) : 0;
    if (end > column + BAR_COLUMNS_MIN)
        canvas_bar(canvas, row, column, end - column, permille, style);
    canvas_text(canvas, row, end > column ? end : column, STYLE_PLAIN, right);
}

static void draw_sums(struct canvas *canvas, unsigned row, const struct scene *scene)
{
    const struct snapshot *snap = scene->snap;
    char published[CELL_MAX];
    char lost_text[CELL_MAX];
    char rate_text[CELL_MAX];
    uint64_t lost = 0;
    uint64_t rate = 0;
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++)
        lost += scene->shown->view.member[c].lost;
    for (unsigned p = 0; p < TR_LANE_MAX; p++)
        rate += snap->view.lane[p].alive ? snap->view.lane[p].rate_mhz / 1000 : 0;
    unsigned column = canvas_format(canvas, row, 0, STYLE_PLAIN, "published %s, %s/s  lost ",
                                    cell_count(published, snap->published, scene->ui->exact),
                                    cell_count(rate_text, rate, scene->ui->exact));
    column = canvas_text(canvas, row, column, lost > 0 ? STYLE_WARN : STYLE_PLAIN,
                         cell_count(lost_text, lost, scene->ui->exact));
    column = canvas_text(canvas, row, column, STYLE_PLAIN, "  ledger ");
    column = canvas_text(canvas, row, column, snap->balanced ? STYLE_GOOD : STYLE_CRIT,
                         snap->balanced ? "balanced" : "NOT BALANCED");
    if (scene->ui->since)
        column = canvas_text(canvas, row, column, STYLE_HEAD, "  counts since 0 was pressed");
    if (scene->ui->filter[0] != '\0')
        canvas_format(canvas, row, column, STYLE_HEAD, "  filter: %s", scene->ui->filter);
}

/* Before a warning; returns the style of it. */
static unsigned draw_mark(struct canvas *canvas, unsigned row, enum level level)
{
    canvas_text(canvas, row, 0, draw_level(level), "!");
    return draw_level(level);
}

/* Warnings, and then what happened last, in what rows are left. */
static void draw_notes(struct canvas *canvas, unsigned row, const struct scene *scene)
{
    const struct snapshot *snap = scene->snap;
    struct event event[EVENT_MAX];
    for (unsigned i = 0; i < snap->warning_cnt && row < canvas->rows; i++)
        row += canvas_wrap(canvas, row, 2, draw_mark(canvas, row, snap->warning[i].level),
                           snap->warning[i].text);
    if (row >= canvas->rows)
        return;
    unsigned cnt = event_list(snap, event, EVENT_MAX);
    for (unsigned i = 0; i < cnt && row < canvas->rows; i++)
        row += draw_event(canvas, row, snap, &event[i]);
}

/* How many rows each part gets: consumers first, two for what is to be noted, then the graph. */
struct rows {
    unsigned producers;
    unsigned consumers;
    unsigned graph;
};

static struct rows share_rows(const struct canvas *canvas, const struct snapshot *snap, unsigned member_cnt)
{
    struct rows rows = {0};
    unsigned left = canvas->rows - 5; /* three lines above, two of heads */
    unsigned notes = canvas->rows < 16 ? 1 : snap->warning_cnt < 3 ? 2 : 3;
    rows.producers = (unsigned)tr_min_u64(lane_cnt(snap), left / 4 > 1 ? left / 4 : 1);
    left -= rows.producers;
    left = left > notes ? left - notes : 1;
    rows.consumers = member_cnt < left ? member_cnt : left;
    left -= rows.consumers;
    unsigned wanted = canvas->rows / 3 > 6 ? canvas->rows / 3 : 6;
    rows.graph = left < wanted ? left : wanted;
    if (rows.graph < DRAW_DEPTH_ROWS_MIN)
        rows.graph = 0;
    return rows;
}

unsigned page_overview(struct canvas *canvas, const struct scene *scene)
{
    unsigned member_idx[TR_CONSUMER_MAX];
    unsigned cnt = ui_rows(scene->ui, scene->snap, member_idx);
    struct rows rows = share_rows(canvas, scene->snap, cnt);
    draw_head(canvas, 0, scene);
    draw_bar(canvas, 1, scene);
    draw_sums(canvas, 2, scene);
    unsigned row = draw_producers(canvas, 3, scene, rows.producers);
    row = draw_consumers(canvas, row, scene, member_idx, cnt, rows.consumers);
    if (rows.graph > 0)
        draw_depth(canvas, row, rows.graph, scene, -1);
    draw_notes(canvas, row + rows.graph, scene);
    return 0;
}
