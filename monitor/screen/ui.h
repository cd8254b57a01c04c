/* ui.h - what the person in front of the screen has chosen: which page, which row, how sorted ...  Changed by keys alone;
 * pages read it. */
#ifndef MONITOR_SCREEN_UI_H
#define MONITOR_SCREEN_UI_H

#include "monitor/metric.h"
#include "monitor/snapshot.h"

enum ui_page { UI_OVERVIEW, UI_EVENTS, UI_DETAIL, UI_HELP };

#define UI_FILTER_MAX 31
#define UI_TOP_MAX 10000 /* rows that can be scrolled away; a page draws its end rather than nothing */

struct ui {
    enum ui_page page;
    enum ui_page before_help;
    bool quit;
    bool paused; /* the snapshot stays as it is */
    int64_t delay_ns; /* between two looks */
    unsigned sort; /* by which number the consumers are sorted (ui_sort) */
    bool filtering; /* the filter is being typed */
    char filter[UI_FILTER_MAX + 1]; /* part of a consumer's name; empty: all */
    char selected[TR_NAME_MAX + 1]; /* the consumer in the row of the cursor; empty: the first */
    unsigned top; /* rows scrolled away: events, help, detail */
    bool exact; /* units: exact numbers instead of short ones */
    int64_t back_ns; /* how far before now the graph ends; 0: now */
    bool since; /* counts and histograms are shown since 0 was pressed */
};

/* Keys that are no characters. */
enum ui_key {
    UI_UP = 256,
    UI_DOWN,
    UI_LEFT,
    UI_RIGHT,
    UI_PAGE_UP,
    UI_PAGE_DOWN,
    UI_HOME,
    UI_END,
    UI_ENTER,
    UI_ESCAPE,
    UI_BACKSPACE,
    UI_TAB,
    UI_HELP_KEY /* F1 */
};

/* ui_init - the overview, everything from the beginning. */
void ui_init(struct ui *ui, int64_t delay_ns);

/* ui_press - a key: a character (ASCII) or one of enum ui_key.  Returns whether anything changed. */
bool ui_press(struct ui *ui, int key, const struct snapshot *snap);

/* ui_sort - by what the consumers are sorted; NULL: as they came. */
const struct metric *ui_sort(const struct ui *ui);

/* ui_sort_by - as --sort says: one of sort_find, or NULL. */
void ui_sort_by(struct ui *ui, const struct metric *key);

/* ui_rows - places of the consumers that the table shows, in its order, at most TR_CONSUMER_MAX: those whose name has the
 * filter in it, sorted.  Returns how many. */
unsigned ui_rows(const struct ui *ui, const struct snapshot *snap, unsigned member_idx[TR_CONSUMER_MAX]);

/* ui_selected - place of the consumer in the row of the cursor; -1: there is none. */
int ui_selected(const struct ui *ui, const struct snapshot *snap);

#endif
