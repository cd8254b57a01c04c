#include "monitor/screen/canvas.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

#define FORMAT_MAX 512
#define EIGHTHS 8

int canvas_resize(struct canvas *canvas, unsigned rows, unsigned columns)
{
    struct cell *cell = calloc((size_t)rows * columns + 1, sizeof *cell);
    if (cell == NULL)
        return -ENOMEM;
    free(canvas->cell);
    canvas->cell = cell;
    canvas->rows = rows;
    canvas->columns = columns;
    canvas_clear(canvas);
    return 0;
}

void canvas_clear(struct canvas *canvas)
{
    for (size_t i = 0; i < (size_t)canvas->rows * canvas->columns; i++)
        canvas->cell[i] = (struct cell){.text = " ", .style = STYLE_PLAIN};
}

void canvas_free(struct canvas *canvas)
{
    free(canvas->cell);
    *canvas = (struct canvas){0};
}

static struct cell *cell_at(struct canvas *canvas, unsigned row, unsigned column)
{
    return row < canvas->rows && column < canvas->columns
               ? &canvas->cell[(size_t)row * canvas->columns + column]
               : NULL;
}

static void put(struct canvas *canvas, unsigned row, unsigned column, unsigned style, const char *text,
                size_t len)
{
    struct cell *cell = cell_at(canvas, row, column);
    if (cell == NULL)
        return;
    memcpy(cell->text, text, len);
    cell->text[len] = '\0';
    cell->style = (uint8_t)style;
}

/* Whether a character takes one column everywhere.  Our own are ASCII, Latin, arrows, lines and blocks; what else names
 * may hold (wide, combining, right to left) is not worth a garbled table. */
static bool is_narrow(const char *text, size_t len)
{
    const unsigned char *s = (const unsigned char *)text;
    if (len == 1)
        return s[0] >= 0x20 && s[0] < 0x7f;
    unsigned code = len == 2 ? (s[0] & 0x1fU) << 6 | (s[1] & 0x3fU)
                             : (s[0] & 0x0fU) << 12 | (s[1] & 0x3fU) << 6 | (s[2] & 0x3fU);
    if (len == 2)
        return code >= 0xa1 && code < 0x300 && code != 0xad;
    return len == 3
           && ((code >= 0x2010 && code <= 0x2027) || (code >= 0x2190 && code <= 0x21ff)
               || (code >= 0x2500 && code <= 0x25ff));
}

unsigned canvas_text(struct canvas *canvas, unsigned row, unsigned column, unsigned style, const char *text)
{
    for (size_t left = strlen(text); left > 0; column++) {
        size_t len = utf8_len(text, left);
        bool shown = len > 0 && is_narrow(text, len) && (len == 1 || !canvas->ascii);
        put(canvas, row, column, style, shown ? text : "?", shown ? len : 1);
        text += len > 0 ? len : 1;
        left -= len > 0 ? len : 1;
    }
    return column;
}

unsigned canvas_format(struct canvas *canvas, unsigned row, unsigned column, unsigned style,
                       const char *format, ...)
{
    char text[FORMAT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return canvas_text(canvas, row, column, style, text);
}

/* Bytes of a text that fit into a row, up to the last blank if not all of it does. */
static size_t line_len(const char *text, unsigned room)
{
    size_t left = strlen(text);
    size_t at = 0;
    size_t blank = 0;
    for (unsigned column = 0; at < left && column < room && at < FORMAT_MAX - CELL_LEN; column++) {
        size_t len = utf8_len(text + at, left - at);
        blank = text[at] == ' ' ? at : blank;
        at += len > 0 ? len : 1;
    }
    return at == left || text[at] == ' ' || blank == 0 ? at : blank;
}

unsigned canvas_wrap(struct canvas *canvas, unsigned row, unsigned column, unsigned style, const char *text)
{
    unsigned room = canvas->columns > column ? canvas->columns - column : 1;
    unsigned row_cnt = 0;
    do {
        size_t len = line_len(text, room);
        canvas_format(canvas, row + row_cnt++, column, style, "%.*s", (int)len, text);
        text += len;
        text += strspn(text, " ");
    } while (*text != '\0');
    return row_cnt;
}

/* Columns of a text: characters, or bytes that are none. */
static unsigned width_of(const char *text)
{
    unsigned width = 0;
    for (size_t left = strlen(text); left > 0; width++) {
        size_t len = utf8_len(text, left);
        text += len > 0 ? len : 1;
        left -= len > 0 ? len : 1;
    }
    return width;
}

void canvas_right(struct canvas *canvas, unsigned row, unsigned column, unsigned style, const char *text)
{
    unsigned width = width_of(text);
    if (width <= column)
        canvas_text(canvas, row, column - width, style, text);
}

void canvas_style(struct canvas *canvas, unsigned row, unsigned column, unsigned cnt, unsigned style)
{
    for (unsigned i = 0; i < cnt; i++) {
        struct cell *cell = cell_at(canvas, row, column + i);
        if (cell != NULL)
            cell->style = (uint8_t)style;
    }
}

/* Eighths of a cell that a bar of so many cells fills; anything at all is seen. */
static unsigned filled(unsigned cells, unsigned permille)
{
    permille = permille < 1000 ? permille : 1000;
    unsigned eighths = (unsigned)((uint64_t)cells * EIGHTHS * permille / 1000);
    return eighths == 0 && permille > 0 ? 1 : eighths;
}

static void put_block(struct canvas *canvas, unsigned row, unsigned column, unsigned style, unsigned eighths,
                      const char *const block[EIGHTHS])
{
    const char *text = canvas->ascii ? "#" : block[eighths - 1];
    put(canvas, row, column, style, text, strlen(text));
}

void canvas_bar(struct canvas *canvas, unsigned row, unsigned column, unsigned width, unsigned permille,
                unsigned style)
{
    static const char *const block[EIGHTHS] = {"▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
    unsigned eighths = filled(width, permille);
    for (unsigned i = 0; i < width; i++) {
        unsigned left = eighths > i * EIGHTHS ? eighths - i * EIGHTHS : 0;
        if (left > 0)
            put_block(canvas, row, column + i, style, left < EIGHTHS ? left : EIGHTHS, block);
        else
            put(canvas, row, column + i, STYLE_DIM, ".", 1);
    }
}

void canvas_column(struct canvas *canvas, unsigned bottom, unsigned column, unsigned height,
                   unsigned permille, unsigned style)
{
    static const char *const block[EIGHTHS] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    unsigned eighths = filled(height, permille);
    for (unsigned i = 0; i < height && i <= bottom && eighths > i * EIGHTHS; i++) {
        unsigned left = eighths - i * EIGHTHS;
        put_block(canvas, bottom - i, column, style, left < EIGHTHS ? left : EIGHTHS, block);
    }
}

void canvas_print(const struct canvas *canvas, struct out *out)
{
    for (unsigned row = 0; row < canvas->rows; row++) {
        const struct cell *cell = &canvas->cell[(size_t)row * canvas->columns];
        unsigned columns = canvas->columns;
        while (columns > 0 && strcmp(cell[columns - 1].text, " ") == 0)
            columns--;
        for (unsigned i = 0; i < columns; i++)
            out_text(out, cell[i].text);
        out_text(out, "\n");
    }
}
