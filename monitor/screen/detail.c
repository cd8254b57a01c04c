/* One consumer: why it is slow if it is, where its time goes, how long ticks take, what it lost. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "monitor/analysis/reason.h"
#include "monitor/analysis/trend.h"
#include "monitor/ledger.h"
#include "monitor/screen/draw.h"
#include "monitor/screen/picture.h"
#include "monitor/view/cell.h"

#define EVENT_MAX 256
#define PICTURE_ROWS 7
#define GRAPH_ROWS 7

/* The page is drawn on a canvas as high as it needs, and then a part of that is shown. */
#define ROW_MAX 400

struct cursor { /* where is drawn */
    struct canvas *canvas;
    unsigned row;
};

static void draw_who(struct cursor *at, const struct scene *scene, unsigned c)
{
    const struct tr_member_view *m = &scene->snap->view.member[c];
    char reason[REASON_LEN];
    char lag[CELL_MAX];
    char waits[CELL_MAX];
    char market[CELL_MAX];
    char text[4 * CELL_MAX + 80];
    struct queue queue = snapshot_queue(&scene->snap->view, m);
    unsigned column = canvas_format(at->canvas, at->row, 0, STYLE_HEAD, "consumer %s", m->name);
    canvas_format(
        at->canvas, at->row++, column, STYLE_PLAIN, "  pid %s  %s  %s",
        cell_of(lag, metric_find(METRIC_CONSUMER, "pid"), &(struct metric_at){scene->snap, 0, c}, "", true),
        member_state_name(snapshot_member_state(scene->snap, c)), m->lossy ? "lossy" : "reliable");
    at->row += canvas_wrap(at->canvas, at->row, 0, draw_level(snapshot_member_level(scene->snap, c)),
                           reason_of_member(scene->snap, c, reason));
    snprintf(text, sizeof text,
             "queue %s ticks, %" PRIu64 "%% of a lane; the oldest waits %s; %s behind the market",
             cell_count(lag, m->lag, scene->ui->exact), queue_percent(&queue),
             m->lag_ns > 0 ? cell_time(waits, (uint64_t)m->lag_ns, scene->ui->exact) : "-",
             m->lag_event_ns > 0 ? cell_time(market, (uint64_t)m->lag_event_ns, scene->ui->exact) : "-");
    at->row += canvas_wrap(at->canvas, at->row, 0, STYLE_PLAIN, m->lag > 0 ? text : "queue empty");
}

/* --- Where its time goes ---------------------------------------------------------------------------- */

static void draw_share(struct cursor *at, const char *name, unsigned permille, unsigned style)
{
    unsigned width = at->canvas->columns > 60 ? 40 : 20;
    canvas_format(at->canvas, at->row, 2, STYLE_PLAIN, "%-8s %3u.%u%%", name, permille / 10, permille % 10);
    canvas_bar(at->canvas, at->row++, 19, width, permille, style);
}

static void draw_shares(struct cursor *at, const struct scene *scene, unsigned c)
{
    struct trend_member trend;
    char span[CELL_MAX];
    trend_of_member(scene->snap, c, TREND_WINDOW_NS, &trend);
    if (trend.span_ns == 0 || trend.busy_permille + trend.idle_permille + trend.blocked_permille == 0) {
        canvas_text(at->canvas, at->row++, 0, STYLE_HEAD,
                    scene->snap->view.member[c].alive ? "time: nothing is known of it yet"
                                                      : "time: no process has it now");
        return;
    }
    canvas_format(at->canvas, at->row++, 0, STYLE_HEAD, "time, of the last %s",
                  cell_time(span, (uint64_t)trend.span_ns, false));
    draw_share(at, "busy", trend.busy_permille, STYLE_GOOD);
    draw_share(at, "idle", trend.idle_permille, STYLE_DIM);
    draw_share(at, "blocked", trend.blocked_permille, STYLE_WARN);
}

/* --- How long ticks take ---------------------------------------------------------------------------- */

#define STAT_CNT 5U

static void draw_stage(struct cursor *at, const struct scene *scene, const char *name,
                       const struct tr_hist_snap *hist)
{
    const uint64_t share[STAT_CNT][2] = {{50, 100}, {90, 100}, {99, 100}, {999, 1000}, {1, 1}};
    char text[CELL_MAX];
    canvas_text(at->canvas, at->row, 2, STYLE_PLAIN, name);
    canvas_right(at->canvas, at->row, 32, STYLE_PLAIN, cell_count(text, hist->cnt, scene->ui->exact));
    for (unsigned i = 0; i < STAT_CNT; i++) {
        uint64_t ns =
            i + 1 == STAT_CNT ? hist->max_ns : (uint64_t)tr_hist_percentile(hist, share[i][0], share[i][1]);
        canvas_right(at->canvas, at->row, 42 + 9 * i, STYLE_PLAIN,
                     hist->cnt == 0 ? "-" : cell_time(text, ns, scene->ui->exact));
    }
    at->row++;
}

static void draw_stages(struct cursor *at, const struct scene *scene, unsigned c)
{
    static const char *const head[STAT_CNT] = {"p50", "p90", "p99", "p99.9", "max"};
    const struct tr_member_view *m = &scene->shown->view.member[c];
    canvas_text(at->canvas, at->row, 0, STYLE_HEAD, "latency");
    canvas_right(at->canvas, at->row, 32, STYLE_HEAD, "ticks");
    for (unsigned i = 0; i < STAT_CNT; i++)
        canvas_right(at->canvas, at->row, 42 + 9 * i, STYLE_HEAD, head[i]);
    at->row++;
    if (snapshot_is_replayed(&m->event))
        canvas_text(at->canvas, at->row++, 2, STYLE_DIM, "event to publish   replayed: events were long ago");
    else
        draw_stage(at, scene, "event to publish", &m->event);
    draw_stage(at, scene, "publish to read", &m->latency);
    draw_stage(at, scene, "read to done", &m->service);
}

/* --- What became of the ticks ----------------------------------------------------------------------- */

static void draw_gaps(struct cursor *at, const struct scene *scene, unsigned c, unsigned p)
{
    const struct tr_member_view *m = &scene->snap->view.member[c];
    char clock[CLOCK_LEN];
    for (unsigned i = m->gap_cnt; i-- > 0 && at->row < ROW_MAX;) {
        const struct tr_gap_record *gap = &m->gap[i];
        if (gap->lane_idx == p)
            canvas_format(
                at->canvas, at->row++, 4, STYLE_WARN, "%s lost %" PRIu64 ": %" PRIu64 " to %" PRIu64,
                draw_clock(clock, scene->snap, gap->at_ns), gap->to - gap->from, gap->from, gap->to - 1);
    }
}

static void draw_ledger(struct cursor *at, const struct scene *scene, unsigned c)
{
    const struct tr_view *view = &scene->snap->view;
    struct ledger_line line;
    canvas_text(at->canvas, at->row++, 0, STYLE_HEAD, "ledger: published = delivered + lost + in flight");
    for (unsigned p = 0; p < TR_LANE_MAX && at->row < ROW_MAX; p++) {
        if (!ledger_of(view, c, p, &line))
            continue;
        canvas_format(at->canvas, at->row++, 2, line.balanced ? STYLE_PLAIN : STYLE_CRIT,
                      "%s  %" PRIu64 " = %" PRIu64 " + %" PRIu64 " + %" PRIu64 "%s, from %" PRIu64 " on",
                      view->lane[p].name, line.published, line.delivered, line.lost, line.in_flight,
                      line.balanced ? "" : " DOES NOT BALANCE", view->member[c].lane[p].start);
        draw_gaps(at, scene, c, p);
    }
}

static void draw_events(struct cursor *at, const struct scene *scene, unsigned c)
{
    static struct event event[EVENT_MAX]; /* one screen a process */
    unsigned cnt = event_list(scene->snap, event, EVENT_MAX);
    canvas_text(at->canvas, at->row++, 0, STYLE_HEAD, "events");
    for (unsigned i = 0; i < cnt && at->row < ROW_MAX; i++) {
        if (strcmp(event[i].name, scene->snap->view.member[c].name) == 0)
            at->row += draw_event(at->canvas, at->row, scene->snap, &event[i]);
    }
}

static unsigned draw_all(struct canvas *canvas, const struct scene *scene, unsigned c)
{
    struct cursor at = {.canvas = canvas};
    draw_who(&at, scene, c);
    draw_stages(&at, scene, c);
    canvas_text(canvas, at.row++, 0, STYLE_HEAD, "publish to read: how many ticks took how long");
    picture_hist(canvas, at.row, PICTURE_ROWS, &scene->shown->view.member[c].latency);
    at.row += PICTURE_ROWS;
    draw_shares(&at, scene, c);
    draw_ledger(&at, scene, c);
    draw_depth(canvas, at.row, GRAPH_ROWS, scene, (int)c);
    at.row += GRAPH_ROWS;
    draw_events(&at, scene, c);
    return at.row;
}

/* Rows from `top` of the tall canvas. */
static void copy_rows(struct canvas *canvas, unsigned row, const struct canvas *tall, unsigned top)
{
    for (; row < canvas->rows && top < tall->rows; row++, top++)
        memcpy(&canvas->cell[(size_t)row * canvas->columns], &tall->cell[(size_t)top * tall->columns],
               canvas->columns * sizeof *canvas->cell);
}

unsigned page_detail(struct canvas *canvas, const struct scene *scene)
{
    int c = ui_selected(scene->ui, scene->snap);
    struct canvas tall = {.ascii = canvas->ascii};
    draw_head(canvas, 0, scene);
    if (c >= 0 && scene->ui->selected[0] != '\0'
        && strcmp(scene->ui->selected, scene->snap->view.member[c].name) != 0)
        c = -1; /* its place is somebody else's now */
    if (c < 0 || canvas_resize(&tall, ROW_MAX, canvas->columns) != 0) {
        canvas_text(canvas, 1, 0, STYLE_DIM,
                    scene->ui->selected[0] == '\0' ? "no consumer yet"
                                                   : "this consumer is not there any more");
        return 0;
    }
    unsigned row_cnt = draw_all(&tall, scene, (unsigned)c);
    unsigned room = canvas->rows - 1;
    unsigned top_max = row_cnt > room ? row_cnt - room : 0;
    unsigned top = scene->ui->top < top_max ? scene->ui->top : top_max;
    copy_rows(canvas, 1, &tall, top);
    canvas_free(&tall);
    return top_max;
}
