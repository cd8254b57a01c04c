#include "table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"

void table_init(struct table *t, const struct table_column *column, unsigned column_cnt)
{
    *t = (struct table){.column = column, .column_cnt = column_cnt};
}

int table_row(struct table *t)
{
    struct table_row *row = realloc(t->row, (t->row_cnt + 1) * sizeof *row);
    if (row == NULL)
        return -ENOMEM;
    t->row = row;
    memset(&row[t->row_cnt++], 0, sizeof *row);
    return 0;
}

void table_set(struct table *t, unsigned column, const char *text)
{
    log_visible(t->row[t->row_cnt - 1].cell[column], TABLE_CELL_LEN, text, strlen(text));
}

void table_strong(struct table *t)
{
    t->row[t->row_cnt - 1].strong = true;
}

static void measure(const struct table *t, unsigned width[TABLE_COLUMN_MAX])
{
    for (unsigned c = 0; c < t->column_cnt; c++) {
        size_t len = strlen(t->column[c].head);
        len = len > t->column[c].width_min ? len : t->column[c].width_min;
        for (unsigned r = 0; r < t->row_cnt; r++) {
            size_t cell_len = strlen(t->row[r].cell[c]);
            len = cell_len > len ? cell_len : len;
        }
        width[c] = (unsigned)len;
    }
}

/* The column to be left out next; column_cnt: all that are left are always shown. */
static unsigned least_needed(const struct table *t, const unsigned width[TABLE_COLUMN_MAX])
{
    unsigned found = t->column_cnt;
    unsigned rank = 0;
    for (unsigned c = 0; c < t->column_cnt; c++) {
        if (width[c] > 0 && t->column[c].rank > rank) {
            found = c;
            rank = t->column[c].rank;
        }
    }
    return found;
}

/* Sets the width of columns that find no room to 0. */
static void fit(const struct table *t, unsigned width[TABLE_COLUMN_MAX], unsigned max)
{
    for (;;) {
        unsigned sum = 0;
        for (unsigned c = 0; c < t->column_cnt; c++)
            sum += width[c] > 0 ? width[c] + 1 : 0;
        unsigned out = sum <= max + 1 ? t->column_cnt : least_needed(t, width);
        if (out == t->column_cnt)
            return;
        width[out] = 0;
    }
}

static size_t put_cell(char *line, size_t at, const char *text, unsigned width, bool left)
{
    size_t len = strlen(text);
    size_t blanks = width - len;
    if (at > 0)
        line[at++] = ' ';
    memset(line + at, ' ', width);
    memcpy(line + at + (left ? 0 : blanks), text, len);
    return at + width;
}

void table_fit(const struct table *t, unsigned width, unsigned column_width[TABLE_COLUMN_MAX])
{
    measure(t, column_width);
    if (width > 0)
        fit(t, column_width, width);
}

size_t table_line(const struct table *t, const unsigned column_width[TABLE_COLUMN_MAX], int row,
                  unsigned width, char line[TABLE_LINE_LEN])
{
    size_t len = 0;
    for (unsigned c = 0; c < t->column_cnt; c++) {
        const char *text = row == TABLE_HEADS ? t->column[c].head : t->row[row].cell[c];
        if (column_width[c] > 0)
            len = put_cell(line, len, text, column_width[c], t->column[c].left);
    }
    if (width > 0 && len > width)
        len = width;
    while (len > 0 && line[len - 1] == ' ')
        len--;
    line[len] = '\0';
    return len;
}

void table_print(struct out *out, const struct table *t, unsigned width)
{
    unsigned column_width[TABLE_COLUMN_MAX];
    char line[TABLE_LINE_LEN];
    table_fit(t, width, column_width);
    for (int row = TABLE_HEADS; row < (int)t->row_cnt; row++) {
        bool strong = row != TABLE_HEADS && t->row[row].strong;
        size_t len = table_line(t, column_width, row, width, line);
        out_text(out, strong ? "\033[7m" : "");
        out_write(out, line, len);
        out_text(out, strong ? "\033[0m\n" : "\n");
    }
}

void table_free(struct table *t)
{
    free(t->row);
    *t = (struct table){0};
}
