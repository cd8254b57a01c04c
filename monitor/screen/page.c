#include "monitor/screen/page.h"

#include <stdio.h>

#include "units.h"

static unsigned draw_chosen(struct canvas *canvas, const struct scene *scene)
{
    if (scene->ui->page == UI_HELP)
        return page_help(canvas, scene);
    if (scene->snap->view.ring[0] == '\0')
        return 0;
    switch (scene->ui->page) {
    case UI_EVENTS:
        return page_events(canvas, scene);
    case UI_DETAIL:
        return page_detail(canvas, scene);
    default:
        return page_overview(canvas, scene);
    }
}

/* Keys, with what they are set to; those that matter most come first. */
static void draw_keys(struct canvas *canvas, const struct ui *ui)
{
    const struct metric *sort = ui_sort(ui);
    unsigned row = canvas->rows - 1;
    char delay[UNITS_MAX];
    canvas_format(
        canvas, row, 0, STYLE_DIM,
        "q quit  h help  Enter detail  Tab page  / filter  <> sort: %s  +- %s  space pause  0 %s  p back",
        sort != NULL ? sort->key : "as they came", units_duration(delay, ui->delay_ns),
        ui->since ? "all" : "reset");
}

static void draw_bottom(struct canvas *canvas, const struct ui *ui, const char *message)
{
    unsigned row = canvas->rows - 1;
    if (ui->filtering)
        canvas_format(canvas, row, 0, STYLE_HEAD, "filter: %s_  (Enter: take it, Esc: all)", ui->filter);
    else if (message != NULL)
        canvas_text(canvas, row, 0, STYLE_WARN, message);
    else
        draw_keys(canvas, ui);
}

unsigned page_draw(struct canvas *canvas, const struct scene *scene, const char *message)
{
    if (canvas->rows == 0 || canvas->columns == 0)
        return 0;
    if (canvas->rows < PAGE_ROWS_MIN || canvas->columns < PAGE_COLUMNS_MIN) {
        canvas_format(canvas, 0, 0, STYLE_PLAIN, "needs %d x %d", PAGE_COLUMNS_MIN, PAGE_ROWS_MIN);
        return 0;
    }
    struct canvas body = *canvas;
    body.rows--;
    unsigned top_max = draw_chosen(&body, scene);
    draw_bottom(canvas, scene->ui, message);
    return top_max;
}
