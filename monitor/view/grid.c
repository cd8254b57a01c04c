#include "monitor/view/grid.h"

#include <stdio.h>

#include "monitor/view/cell.h"

static void set_head(struct grid *grid, unsigned i)
{
    const struct grid_column *column = &grid->column[i];
    const struct metric *metric = metric_find(grid->scope, column->key);
    if (column->head[0] != '\0')
        snprintf(grid->head[i], GRID_HEAD_MAX, "%s", column->head);
    else
        snprintf(grid->head[i], GRID_HEAD_MAX, "%s%s%s", metric->head, column->stat[0] != '\0' ? " " : "",
                 column->stat);
    grid->shown[i] = (struct table_column){grid->head[i], column->width_min, column->rank, column->left};
}

void grid_init(struct grid *grid, enum metric_scope scope, const struct grid_column *column,
               unsigned column_cnt)
{
    grid->scope = scope;
    grid->column = column;
    for (unsigned i = 0; i < column_cnt; i++)
        set_head(grid, i);
    table_init(&grid->table, grid->shown, column_cnt);
}

bool grid_row(struct grid *grid, const struct metric_at *at, bool exact)
{
    char text[CELL_MAX];
    if (table_row(&grid->table) != 0)
        return false;
    for (unsigned i = 0; i < grid->table.column_cnt; i++) {
        const struct metric *metric = metric_find(grid->scope, grid->column[i].key);
        if (grid->column[i].key[0] != '\0')
            table_set(&grid->table, i, cell_of(text, metric, at, grid->column[i].stat, exact));
    }
    return true;
}
