/* table.h - rows of short texts under column heads, as wide as what is in them, for a terminal or a log.
 * On a terminal that is too narrow the columns that matter least are left out, rather than wrapped. */
#ifndef COMMON_TABLE_H
#define COMMON_TABLE_H

#include "out.h"

#define TABLE_COLUMN_MAX 20
#define TABLE_CELL_LEN 96 /* bytes of a cell, with the NUL; longer texts are cut */

struct table_column {
    const char *head;
    unsigned width_min; /* the head counts as well; keeps columns in place while numbers grow */
    unsigned rank; /* 0: always shown; else the highest is left out first */
    bool left; /* texts; numbers stand right */
};

struct table_row {
    bool strong;
    char cell[TABLE_COLUMN_MAX][TABLE_CELL_LEN];
};

struct table {
    const struct table_column *column; /* not copied */
    unsigned column_cnt;
    struct table_row *row; /* owned */
    unsigned row_cnt;
};

/* table_init - no rows yet; column_cnt in [1, TABLE_COLUMN_MAX]. */
void table_init(struct table *t, const struct table_column *column, unsigned column_cnt);

/* table_row - adds a row of empty cells.  0 or -ENOMEM. */
int table_row(struct table *t);

/* table_set - a cell of the last row; control characters are shown (log_visible). */
void table_set(struct table *t, unsigned column, const char *text);

/* table_strong - the last row is shown in reverse video: for a terminal that wants it (out_is_terminal). */
void table_strong(struct table *t);

/* table_print - heads and rows, none wider than `width` columns (0: no limit); blanks at the end of a line
 * are left out. */
void table_print(struct out *out, const struct table *t, unsigned width);

/* table_fit - the width of each column so that a line has at most `width` columns; 0: left out. */
void table_fit(const struct table *t, unsigned width, unsigned column_width[TABLE_COLUMN_MAX]);

#define TABLE_LINE_LEN ((TABLE_CELL_LEN + 1) * TABLE_COLUMN_MAX)
#define TABLE_HEADS (-1)

/* table_line - a row, or TABLE_HEADS, as text, without blanks at its end; at most `width` columns of it (0: no limit).
 * Returns its length; a NUL follows. */
size_t table_line(const struct table *t, const unsigned column_width[TABLE_COLUMN_MAX], int row,
                  unsigned width, char line[TABLE_LINE_LEN]);

void table_free(struct table *t);

#endif
