/* page.h - what is drawn for each page: a function of the snapshot and of what was chosen.  A page is one file and one line
 * here. */
#ifndef MONITOR_SCREEN_PAGE_H
#define MONITOR_SCREEN_PAGE_H

#include "monitor/screen/canvas.h"
#include "monitor/screen/ui.h"

#define PAGE_ROWS_MIN 10 /* on less, one line says that the terminal is too small */
#define PAGE_COLUMNS_MIN 40

struct scene {
    const struct snapshot *snap;
    const struct snapshot
        *shown; /* the same, or what is new in it since 0 was pressed: for counts and percentiles */
    const struct ui *ui;
};

/* page_draw - the page that was chosen, and the line below it, on a blank canvas.  message: a line that is shown instead;
 * NULL: none.  snap->view.ring is empty while there is no ring yet.  Returns how many rows can be scrolled away. */
unsigned page_draw(struct canvas *canvas, const struct scene *scene, const char *message);

/* The pages, on a canvas without that line.  Each returns how many of its rows can be scrolled away (ui->top). */
unsigned page_overview(struct canvas *canvas, const struct scene *scene);
unsigned page_events(struct canvas *canvas, const struct scene *scene);
unsigned page_detail(struct canvas *canvas, const struct scene *scene);
unsigned page_help(struct canvas *canvas, const struct scene *scene);

#endif
