/* grid.h - a table of metrics: one row a producer or consumer. */
#ifndef MONITOR_VIEW_GRID_H
#define MONITOR_VIEW_GRID_H

#include "monitor/metric.h"
#include "table.h"

#define GRID_HEAD_MAX 16

/* A column of a metric, by its JSON key, or one that is set by hand. */
struct grid_column {
    const char *key; /* "": no metric */
    const char *stat; /* of a histogram (metric_stat), follows its head; "": none */
    const char *head; /* "": the metric's */
    unsigned width_min;
    unsigned rank; /* table.h */
    bool left;
};

struct grid {
    struct table table; /* table_free ends it */
    enum metric_scope scope;
    const struct grid_column *column; /* not copied */
    struct table_column shown[TABLE_COLUMN_MAX];
    char head[TABLE_COLUMN_MAX][GRID_HEAD_MAX];
};

/* grid_init - no rows yet; column_cnt at most TABLE_COLUMN_MAX.  The grid stays where it is. */
void grid_init(struct grid *grid, enum metric_scope scope, const struct grid_column *column,
               unsigned column_cnt);

/* grid_row - adds a row with all that is a metric; exact as cell_of.  false: memory was out. */
bool grid_row(struct grid *grid, const struct metric_at *at, bool exact);

#endif
