/* canvas.h - a page of character cells.  The pages draw on it, what shows it (curses.c, a test) reads it: no page knows
 * a terminal. */
#ifndef MONITOR_SCREEN_CANVAS_H
#define MONITOR_SCREEN_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "out.h"

/* How a cell is shown.  Colour only adds to what the text says. */
enum style { STYLE_PLAIN, STYLE_HEAD, STYLE_DIM, STYLE_GOOD, STYLE_WARN, STYLE_CRIT, STYLE_CNT };
#define STYLE_SELECTED 0x80 /* added to one of them: the row of the cursor */

#define CELL_LEN 5 /* a character of one column in UTF-8, and the NUL */

struct cell {
    char text[CELL_LEN];
    uint8_t style;
};

struct canvas {
    unsigned rows;
    unsigned columns;
    bool ascii; /* no character beyond ASCII is to be drawn */
    struct cell *cell; /* owned; rows * columns */
};

/* canvas_resize - blank, of this size.  0 or -ENOMEM (then it is as it was). */
int canvas_resize(struct canvas *canvas, unsigned rows, unsigned columns);
void canvas_clear(struct canvas *canvas);
void canvas_free(struct canvas *canvas);

/* canvas_text - draws a text from (row, column) on; what is beyond the canvas is cut.  Bytes that are no printable
 * character of one column are shown as '?'; with ascii all beyond ASCII too.  Returns the column after it. */
unsigned canvas_text(struct canvas *canvas, unsigned row, unsigned column, unsigned style, const char *text);

/* canvas_format - the same, as printf; at most 511 bytes. */
unsigned canvas_format(struct canvas *canvas, unsigned row, unsigned column, unsigned style,
                       const char *format, ...) __attribute__((format(printf, 5, 6)));

/* canvas_wrap - the same over as many rows as it takes, broken between words.  Returns how many; from a row beyond the
 * canvas nothing is drawn. */
unsigned canvas_wrap(struct canvas *canvas, unsigned row, unsigned column, unsigned style, const char *text);

/* canvas_right - a text that ends before `column`. */
void canvas_right(struct canvas *canvas, unsigned row, unsigned column, unsigned style, const char *text);

/* canvas_style - gives cells of a row another style, the text stays. */
void canvas_style(struct canvas *canvas, unsigned row, unsigned column, unsigned cnt, unsigned style);

/* canvas_bar - a horizontal bar of so many columns, filled to permille of it, to an eighth of a column (ASCII: '#' to a
 * whole one); what is empty is '.' in STYLE_DIM. */
void canvas_bar(struct canvas *canvas, unsigned row, unsigned column, unsigned width, unsigned permille,
                unsigned style);

/* canvas_column - a vertical bar in one column, from row `bottom` up, at most `height` rows, filled to permille. */
void canvas_column(struct canvas *canvas, unsigned bottom, unsigned column, unsigned height,
                   unsigned permille, unsigned style);

/* canvas_print - the rows as lines of text, blanks at their ends left out, styles not shown: for tests. */
void canvas_print(const struct canvas *canvas, struct out *out);

#endif
