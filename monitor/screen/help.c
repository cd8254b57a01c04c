/* Keys, and what the columns mean: as the metrics' own table says. */
#include "monitor/screen/page.h"

#include <string.h>

static const char *const key_text[] = {
    "q  ^C         quit",
    "h  ?  F1      this page, and back",
    "arrows  j k   the next row; on other pages scroll (PgUp PgDn Home End too)",
    "Enter         the consumer in the row: histogram, time, ledger, events",
    "Esc           back",
    "Tab           next page: overview, events, consumer",
    "space         pause, and go on",
    "+  -          look less often, more often",
    "<  >          sort by the column before, after (*)",
    "/             only consumers with this in their name",
    "0             counts and percentiles since now, and since the beginning",
    "e             exact numbers (times in ns), and short ones",
    "p  P  < > arrows   the graph 30 s further back, forward: up to 10 minutes",
};

#define KEY_CNT (sizeof key_text / sizeof key_text[0])
#define MEANING_COLUMN 14

static void draw_line(struct canvas *canvas, unsigned line, unsigned top, unsigned column, unsigned style,
                      const char *text)
{
    if (line >= top)
        canvas_text(canvas, line - top, column, style, text);
}

static unsigned draw_meanings(struct canvas *canvas, unsigned line, unsigned top)
{
    for (unsigned i = 0; i < metric_cnt; i++) {
        const struct metric *metric = &metric_table[i];
        if (metric->head[0] == '\0' || metric->scope == METRIC_RING)
            continue;
        draw_line(canvas, line, top, 2, STYLE_HEAD, metric->head);
        draw_line(canvas, line, top, MEANING_COLUMN, STYLE_PLAIN, metric->help);
        line++;
    }
    return line;
}

unsigned page_help(struct canvas *canvas, const struct scene *scene)
{
    unsigned top = scene->ui->top;
    unsigned line = 0;
    unsigned line_cnt = KEY_CNT + 3;
    for (unsigned i = 0; i < metric_cnt; i++)
        line_cnt += metric_table[i].head[0] != '\0' && metric_table[i].scope != METRIC_RING;
    unsigned top_max = line_cnt > canvas->rows ? line_cnt - canvas->rows : 0;
    top = top < top_max ? top : top_max;
    draw_line(canvas, line++, top, 0, STYLE_HEAD, "shmmon: keys (down: what the columns mean)");
    for (unsigned i = 0; i < KEY_CNT; i++)
        draw_line(canvas, line++, top, 2, STYLE_PLAIN, key_text[i]);
    line++;
    draw_line(canvas, line++, top, 0, STYLE_HEAD, "columns");
    draw_meanings(canvas, line, top);
    return top_max;
}
