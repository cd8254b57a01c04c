#include "monitor/screen/draw.h"

#include <stdio.h>
#include <string.h>

#include "monitor/trend.h"
#include "timetext.h"
#include "units.h"

char *draw_clock(char text[CLOCK_LEN], const struct snapshot *snap, int64_t at_ns)
{
    char date[TIME_TEXT_MAX];
    int64_t wall_ns = collect_wall_ns(snap, at_ns);
    strcpy(text, "-");
    if (wall_ns == 0)
        return text;
    size_t len = time_text(date, wall_ns);
    if (len >= sizeof "1970-01-01T00:00:00")
        snprintf(text, CLOCK_LEN, "%.8s", date + sizeof "1970-01-01T" - 1);
    return text;
}

unsigned draw_level(enum level level)
{
    static const unsigned style[] = {STYLE_GOOD, STYLE_WARN, STYLE_CRIT};
    return style[level];
}

char *draw_age(char text[AGE_LEN], int64_t ns)
{
    long long s = ns > 0 ? ns / TR_NS_PER_S : 0;
    if (s < 60)
        snprintf(text, AGE_LEN, "%llds", s);
    else if (s < 3600)
        snprintf(text, AGE_LEN, "%lldm%02llds", s / 60, s % 60);
    else if (s < 86400)
        snprintf(text, AGE_LEN, "%lldh%02lldm", s / 3600, s / 60 % 60);
    else
        snprintf(text, AGE_LEN, "%lldd%02lldh", s / 86400, s / 3600 % 24);
    return text;
}

static int64_t up_ns(const struct snapshot *snap)
{
    int64_t now_ns;
    int64_t up_ns;
    if (__builtin_add_overflow(snap->view.taken_ns, snap->wall_minus_mono_ns, &now_ns)
        || __builtin_sub_overflow(now_ns, snap->view.created_wall_ns, &up_ns))
        return 0;
    return up_ns;
}

void draw_head(struct canvas *canvas, unsigned row, const struct scene *scene)
{
    const struct snapshot *snap = scene->snap;
    char age[AGE_LEN];
    char clock[CLOCK_LEN];
    char text[120];
    unsigned column = canvas_format(canvas, row, 0, STYLE_HEAD, "ring %s", snap->view.ring);
    column = canvas_format(canvas, row, column, STYLE_PLAIN, "  %s  ", ring_state_name(snap->state));
    column = canvas_text(canvas, row, column, draw_level(snap->level), level_name(snap->level));
    column = canvas_text(canvas, row, column, STYLE_HEAD, scene->ui->paused ? "  PAUSED" : "");
    unsigned room = canvas->columns > column + 2 ? canvas->columns - column - 2 : 0;
    int len = snprintf(text, sizeof text, "up %s  %llu slots  %s UTC", draw_age(age, up_ns(snap)),
                       (unsigned long long)snap->view.slot_cnt, draw_clock(clock, snap, snap->view.taken_ns));
    if ((unsigned)len > room) /* what matters most on little room */
        len = snprintf(text, sizeof text, "%s UTC", clock);
    canvas_right(canvas, row, canvas->columns, STYLE_PLAIN, (unsigned)len <= room ? text : "");
}

#define EVENT_COLUMN 14

unsigned draw_event(struct canvas *canvas, unsigned row, const struct snapshot *snap,
                    const struct event *event)
{
    char clock[CLOCK_LEN];
    unsigned style = event->level == LEVEL_OK ? STYLE_PLAIN : draw_level(event->level);
    canvas_format(canvas, row, 0, STYLE_DIM, "%8s", draw_clock(clock, snap, event->at_ns));
    canvas_text(canvas, row, 9, style, event->level == LEVEL_OK ? "" : level_name(event->level));
    return canvas_wrap(canvas, row, EVENT_COLUMN, style, event->text);
}

/* --- A queue over time ---------------------------------------------------------------------------- */

#define LABEL_COLUMNS 7
#define COLUMN_MAX 512

struct graph {
    unsigned columns;
    unsigned rows;
    int64_t from_ns;
    int64_t to_ns;
    uint64_t top; /* at the upper edge */
    uint64_t depth[COLUMN_MAX];
};

/* The oldest that anybody remembers. */
static int64_t oldest_ns(const struct past *past, int64_t now_ns)
{
    int64_t oldest = now_ns;
    for (unsigned p = 0; past != NULL && p < TR_LANE_MAX; p++) {
        if (past->lane[p].cnt > 0 && past_sample(&past->lane[p], 0)->at_ns < oldest)
            oldest = past_sample(&past->lane[p], 0)->at_ns;
    }
    return oldest;
}

/* As long as there is something to see, in round numbers. */
static int64_t span_of(const struct snapshot *snap, int64_t to_ns)
{
    static const int64_t round_s[] = {60, 120, 300, 600};
    int64_t age_ns;
    unsigned i = 0;
    if (__builtin_sub_overflow(to_ns, oldest_ns(snap->past, to_ns), &age_ns))
        age_ns = INT64_MAX;
    while (i < 3 && age_ns > round_s[i] * TR_NS_PER_S)
        i++;
    return round_s[i] * TR_NS_PER_S;
}

static uint64_t deepest(const struct graph *g)
{
    uint64_t most = 0;
    for (unsigned i = 0; i < g->columns; i++) {
        if (g->depth[i] != TREND_UNKNOWN && g->depth[i] > most)
            most = g->depth[i];
    }
    return most;
}

static unsigned permille_of(uint64_t depth, uint64_t top)
{
    double share = top == 0 ? 0 : 1000.0 * (double)depth / (double)top;
    return share >= 1000 ? 1000 : (unsigned)share;
}

/* The style of a column, and the line of a limit where it is within the graph. */
static unsigned style_of(const struct snapshot *snap, uint64_t depth)
{
    struct queue queue = {.lag = depth, .lane_lag = depth, .slot_cnt = snap->view.slot_cnt};
    enum level level = level_of(&snap->limits, &queue);
    return level == LEVEL_OK ? STYLE_GOOD : draw_level(level);
}

static void draw_limit(struct canvas *canvas, unsigned bottom, const struct graph *g,
                       const struct limit *limit, uint64_t slot_cnt, unsigned style)
{
    uint64_t ticks = limit_ticks(limit, slot_cnt);
    if (limit->kind == LIMIT_AGE || ticks == 0 || ticks > g->top)
        return;
    unsigned up = permille_of(ticks, g->top) * g->rows / 1001;
    for (unsigned i = 0; i < g->columns; i++)
        canvas_text(canvas, bottom - up, LABEL_COLUMNS + 1 + i, style, "-");
}

static void draw_axis(struct canvas *canvas, unsigned row, const struct graph *g, const struct snapshot *snap)
{
    char text[UNITS_MAX];
    char clock[CLOCK_LEN];
    unsigned bottom = row + g->rows - 1;
    canvas_right(canvas, row, LABEL_COLUMNS, STYLE_DIM, units_count(text, g->top));
    canvas_right(canvas, bottom, LABEL_COLUMNS, STYLE_DIM, g->rows > 1 ? "0" : "");
    for (unsigned i = 0; i < g->rows; i++)
        canvas_text(canvas, row + i, LABEL_COLUMNS, STYLE_DIM, canvas->ascii ? "|" : "│");
    canvas_text(canvas, bottom + 1, LABEL_COLUMNS + 1, STYLE_DIM, draw_clock(clock, snap, g->from_ns));
    canvas_right(canvas, bottom + 1, LABEL_COLUMNS + 1 + g->columns, STYLE_DIM,
                 draw_clock(clock, snap, g->to_ns));
}

static void draw_title(struct canvas *canvas, unsigned row, const struct graph *g, const struct scene *scene,
                       int member_idx)
{
    char most[UNITS_MAX];
    char back[AGE_LEN];
    char text[200];
    int64_t minutes = (g->to_ns - g->from_ns) / (60 * TR_NS_PER_S);
    if (scene->ui->back_ns > 0)
        snprintf(text, sizeof text, ", %lld min until %s ago: at most %s ticks (P: forward)",
                 (long long)minutes, draw_age(back, scene->ui->back_ns), units_count(most, deepest(g)));
    else
        snprintf(text, sizeof text, ", last %lld min: at most %s ticks", (long long)minutes,
                 units_count(most, deepest(g)));
    unsigned column =
        canvas_format(canvas, row, 0, STYLE_HEAD, "%s", member_idx < 0 ? "deepest queue" : "queue of ");
    if (member_idx >= 0)
        column = canvas_text(canvas, row, column, STYLE_HEAD, scene->snap->view.member[member_idx].name);
    canvas_text(canvas, row, column, scene->ui->back_ns > 0 ? STYLE_WARN : STYLE_PLAIN, text);
}

void draw_depth(struct canvas *canvas, unsigned row, unsigned row_cnt, const struct scene *scene,
                int member_idx)
{
    const struct snapshot *snap = scene->snap;
    struct graph g = {.rows = row_cnt - 2};
    if (row_cnt < DRAW_DEPTH_ROWS_MIN || canvas->columns < LABEL_COLUMNS + 10
        || __builtin_sub_overflow(snap->view.taken_ns, scene->ui->back_ns, &g.to_ns))
        return;
    g.columns =
        canvas->columns - LABEL_COLUMNS - 1 < COLUMN_MAX ? canvas->columns - LABEL_COLUMNS - 1 : COLUMN_MAX;
    if (__builtin_sub_overflow(g.to_ns, span_of(snap, g.to_ns), &g.from_ns))
        return;
    trend_depth(snap, member_idx, g.from_ns, g.to_ns, g.depth, g.columns);
    g.top = tr_max_u64(deepest(&g), 10);
    draw_title(canvas, row, &g, scene, member_idx);
    draw_axis(canvas, row + 1, &g, snap);
    unsigned bottom = row + g.rows;
    draw_limit(canvas, bottom, &g, &snap->limits.warn, snap->view.slot_cnt, STYLE_WARN);
    draw_limit(canvas, bottom, &g, &snap->limits.crit, snap->view.slot_cnt, STYLE_CRIT);
    for (unsigned i = 0; i < g.columns; i++) {
        if (g.depth[i] != TREND_UNKNOWN)
            canvas_column(canvas, bottom, LABEL_COLUMNS + 1 + i, g.rows, permille_of(g.depth[i], g.top),
                          style_of(snap, g.depth[i]));
    }
}
