/* screen_help.h - what a terminal shows after the bytes that a program wrote to it: the few commands that our
 * programs use, and no others. */
#ifndef TESTS_SCREEN_HELP_H
#define TESTS_SCREEN_HELP_H

#include "terminal_help.h"

#define SCREEN_ROWS_MAX 60
#define SCREEN_COLUMNS_MAX 220

struct screen {
    unsigned rows;
    unsigned columns;
    unsigned row; /* of the cursor */
    unsigned column;
    bool reverse;
    char text[SCREEN_ROWS_MAX][SCREEN_COLUMNS_MAX + 1];
    bool strong[SCREEN_ROWS_MAX]; /* something in it is in reverse video */
};

static inline void screen_clear_below(struct screen *s)
{
    memset(s->text[s->row] + s->column, ' ', s->columns - s->column);
    for (unsigned row = s->row + 1; row < s->rows; row++) {
        memset(s->text[row], ' ', s->columns);
        s->strong[row] = false;
    }
    if (s->column == 0)
        s->strong[s->row] = false;
}

static inline void screen_init(struct screen *s, unsigned rows, unsigned columns)
{
    *s = (struct screen){.rows = rows, .columns = columns};
    screen_clear_below(s);
}

static inline void screen_down(struct screen *s)
{
    if (++s->row < s->rows)
        return;
    s->row--;
    for (unsigned row = 0; row + 1 < s->rows; row++) {
        memcpy(s->text[row], s->text[row + 1], sizeof s->text[row]);
        s->strong[row] = s->strong[row + 1];
    }
    memset(s->text[s->row], ' ', s->columns);
    s->strong[s->row] = false;
}

/* What follows ESC; returns how many bytes it took. */
static inline size_t screen_command(struct screen *s, const char *bytes)
{
    unsigned number = 0;
    size_t at = 1;
    assert_int_equal(bytes[0], '[');
    for (; bytes[at] >= '0' && bytes[at] <= '9'; at++)
        number = 10 * number + (unsigned)(bytes[at] - '0');
    if (bytes[at] == 'A')
        s->row -= number < s->row ? number : s->row;
    else if (bytes[at] == 'H')
        s->row = s->column = 0;
    else if (bytes[at] == 'J')
        screen_clear_below(s);
    else if (bytes[at] == 'm')
        s->reverse = number == 7;
    else
        fail_msg("a command that nobody expects: ESC %.*s", (int)at + 1, bytes);
    return at + 1;
}

static inline void screen_char(struct screen *s, char c)
{
    if (s->column == s->columns) { /* as a terminal that wraps */
        s->column = 0;
        screen_down(s);
    }
    s->text[s->row][s->column++] = c;
    s->strong[s->row] |= s->reverse;
}

static inline void screen_write(struct screen *s, const char *bytes)
{
    while (*bytes != '\0') {
        char c = *bytes++;
        if (c == '\033')
            bytes += screen_command(s, bytes);
        else if (c == '\r')
            s->column = 0;
        else if (c == '\n')
            screen_down(s);
        else
            screen_char(s, c);
    }
}

/* Shows what was written to the slave's end so far.  Returns how many bytes that was. */
static inline size_t screen_read(struct screen *s, int master, int slave)
{
    static const char end = '\005'; /* bytes reach the other end a moment later: up to this one */
    static char bytes[CAPTURE_MAX];
    size_t len = 0;
    assert_int_equal(write(slave, &end, 1), 1);
    while (len == 0 || bytes[len - 1] != end) {
        assert_true(len < sizeof bytes);
        ssize_t n = read(master, bytes + len, sizeof bytes - len);
        assert_true(n > 0);
        len += (size_t)n;
    }
    bytes[--len] = '\0';
    screen_write(s, bytes);
    return len;
}

/* A row without the blanks at its end. */
static inline const char *screen_row(const struct screen *s, unsigned row)
{
    static char text[SCREEN_COLUMNS_MAX + 1];
    size_t len = s->columns;
    memcpy(text, s->text[row], len);
    while (len > 0 && text[len - 1] == ' ')
        len--;
    text[len] = '\0';
    return text;
}

#endif
