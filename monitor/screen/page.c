#include "monitor/screen/page.h"

#include <stdio.h>
#include <string.h>

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

/* Keys, with what they are set to; those that matter most come first, what has no room is left out. */
static void draw_keys(struct canvas *canvas, const struct ui *ui, unsigned top_max)
{
    char delay[UNITS_MAX];
    char text[8][64] = {"q quit",   "h help",   "Tab page", "Enter detail",
                        "/ filter", "< > sort", "",         "space pause"};
    if (ui->page != UI_OVERVIEW) {
        snprintf(text[3], sizeof text[3], "Esc back");
        text[4][0] = text[5][0] = '\0';
        if (top_max > 0)
            snprintf(text[4], sizeof text[4], "j k scroll, %u below",
                     top_max - (ui->top < top_max ? ui->top : top_max));
    }
    snprintf(text[6], sizeof text[6], "+ - every %s", units_duration(delay, ui->delay_ns));
    unsigned column = 0;
    for (unsigned i = 0; i < sizeof text / sizeof text[0]; i++) {
        if (text[i][0] != '\0' && column + strlen(text[i]) <= canvas->columns)
            column = 2 + canvas_text(canvas, canvas->rows - 1, column, STYLE_DIM, text[i]);
    }
}

static void draw_bottom(struct canvas *canvas, const struct ui *ui, const char *message, unsigned top_max)
{
    unsigned row = canvas->rows - 1;
    if (ui->filtering)
        canvas_format(canvas, row, 0, STYLE_HEAD, "filter: %s_  (Enter: take it, Esc: all)", ui->filter);
    else if (message != NULL)
        canvas_text(canvas, row, 0, STYLE_WARN, message);
    else
        draw_keys(canvas, ui, top_max);
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
    draw_bottom(canvas, scene->ui, message, top_max);
    return top_max;
}
