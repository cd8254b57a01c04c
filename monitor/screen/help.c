/* Keys, and what the columns mean: as the metrics' own table says. */
#include "monitor/screen/page.h"

#include <string.h>

/* A key, and what it does; a column, and what it means.  Without the second: a head. */
struct line {
    const char *name;
    const char *text;
};

static const struct line key_line[] = {
    {"keys", NULL},
    {"q  ^C", "quit"},
    {"h  ?  F1", "this page, and back"},
    {"arrows  j k", "the next row; on other pages scroll (PgUp PgDn Home End too)"},
    {"Enter", "the consumer in the row: why it is slow, latency, time, ledger, events"},
    {"Esc", "back"},
    {"Tab", "next page: overview, events, consumer"},
    {"space", "pause, and go on"},
    {"+  -", "look less often, more often"},
    {"<  >", "sort by the column before, after: that with the *"},
    {"/", "only consumers with this in their name"},
    {"0", "counts and percentiles since now, and since the beginning"},
    {"e", "exact numbers (times in ns), and short ones"},
    {"p  P  left right", "the graph 30 s further back, forward: up to 10 minutes"},
    {"", NULL},
    {"words", NULL},
    {"lane", "the part of a ring that one feed writes, with as many slots as the first line says"},
    {"market time", "what the ticks' own stamps say, by the venue's clock; in a replay it runs as fast as that"},
    {"behind", "whom a feed waits for, or will first; else who has the fullest lane: its queue in ticks, that "
               "lane in per cent; most: its deepest queue, and when"},
    {"full in", "when that lane is full if it goes on like the last 10 s, then the feed has to wait"},
    {"ledger", "published = delivered + lost + in flight, for each consumer and lane"},
    {"graph", "the deepest queue at each time; ---: the limits (--warn, --crit)"},
};

static const struct line own_line[] = {
    {"FULL", "Queue in the fullest lane, of its slots; >100%: it is overrun, or was left behind"},
    {"p50 p99 p99.9", "Time from publish to read: as long or less for 50, 99, 99.9 % of the ticks"},
    {"BLOCKED  BY", "Part of the last 10 s that the feed had no room; the consumer that held it longest"},
};

#define TEXT_COLUMN 19
#define LINE_CNT(lines) (sizeof(lines) / sizeof(lines)[0])

struct page { /* drawn from `top` on */
    struct canvas *canvas;
    unsigned row;
    unsigned top;
};

/* Rows above `top` are drawn beyond the canvas: nowhere. */
static void draw_line(struct page *page, const struct line *line)
{
    unsigned row = page->row >= page->top ? page->row - page->top : page->canvas->rows;
    unsigned row_cnt = 1;
    if (line->text == NULL)
        canvas_text(page->canvas, row, 0, STYLE_HEAD, line->name);
    else
        row_cnt = canvas_wrap(page->canvas, row, TEXT_COLUMN, STYLE_PLAIN, line->text);
    if (line->text != NULL)
        canvas_text(page->canvas, row, 2, STYLE_HEAD, line->name);
    page->row += row_cnt;
}

static void draw_columns(struct page *page, enum metric_scope scope, const char *head)
{
    draw_line(page, &(struct line){"", NULL});
    draw_line(page, &(struct line){head, NULL});
    for (unsigned i = 0; i < metric_cnt; i++) {
        const struct metric *metric = &metric_table[i];
        if (metric->head[0] != '\0' && metric->scope == scope && metric->type != METRIC_HISTOGRAM)
            draw_line(page, &(struct line){metric->head, metric->help});
    }
}

/* All of it; returns how many rows that takes. */
static unsigned draw_all(struct canvas *canvas, unsigned top)
{
    struct page page = {.canvas = canvas, .top = top};
    for (unsigned i = 0; i < LINE_CNT(key_line); i++)
        draw_line(&page, &key_line[i]);
    draw_columns(&page, METRIC_PRODUCER, "columns of producers");
    draw_line(&page, &own_line[2]);
    draw_columns(&page, METRIC_CONSUMER, "columns of consumers");
    for (unsigned i = 0; i < 2; i++)
        draw_line(&page, &own_line[i]);
    return page.row;
}

unsigned page_help(struct canvas *canvas, const struct scene *scene)
{
    unsigned row_cnt = draw_all(canvas, UI_TOP_MAX); /* beyond the canvas: to count */
    unsigned top_max = row_cnt > canvas->rows ? row_cnt - canvas->rows : 0;
    draw_all(canvas, scene->ui->top < top_max ? scene->ui->top : top_max);
    return top_max;
}
