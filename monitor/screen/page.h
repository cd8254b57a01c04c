/* page.h - what is drawn for each page: a function of the snapshot and of what was chosen.  A page is one file and one line
 * here. */
#ifndef MONITOR_SCREEN_PAGE_H
#define MONITOR_SCREEN_PAGE_H

#include "monitor/screen/canvas.h"
#include "monitor/screen/ui.h"

#define PAGE_ROWS_MIN 10 /* on less, one line says that the terminal is too small */
#define PAGE_COLUMNS_MIN 40

/* page_draw - the page that was chosen, on a blank canvas.  message: a line that is shown instead of the help line; NULL:
 * none.  snap->view.ring is empty while there is no ring yet. */
void page_draw(struct canvas *canvas, const struct snapshot *snap, const struct ui *ui, const char *message);

void page_overview(struct canvas *canvas, const struct snapshot *snap, const struct ui *ui);
void page_events(struct canvas *canvas, const struct snapshot *snap, const struct ui *ui);
void page_detail(struct canvas *canvas, const struct snapshot *snap, const struct ui *ui);
void page_help(struct canvas *canvas, const struct snapshot *snap, const struct ui *ui);

#endif
