/* cell.h - a metric as a text short enough for a table. */
#ifndef MONITOR_VIEW_CELL_H
#define MONITOR_VIEW_CELL_H

#include "monitor/metric.h"
#include "units.h"

#define CELL_MAX 48

/* cell_of - 12.3k, 1.2us, "reliable"; "-" where there is nothing to tell.  stat: of a histogram (metric_stat).  exact: all
 * digits, times in ns.  Returns text. */
char *cell_of(char text[CELL_MAX], const struct metric *metric, const struct metric_at *at, const char *stat,
              bool exact);

/* cell_count, cell_time - the same of a number. */
char *cell_count(char text[CELL_MAX], uint64_t cnt, bool exact);
char *cell_time(char text[CELL_MAX], uint64_t ns, bool exact);

/* cell_full - the queue in per cent of the fullest lane: "99%", ">100%"; "-" where nobody reads it. */
char *cell_full(char text[CELL_MAX], const struct tr_view *view, const struct tr_member_view *m);

#endif
