/* curses.h - the terminal, by ncurses where the program was built with it: shows a canvas, reads keys. */
#ifndef MONITOR_SCREEN_CURSES_H
#define MONITOR_SCREEN_CURSES_H

#include "monitor/screen/canvas.h"

/* curses_begin - takes standard input and output over, full screen.  0; -ENOTTY: one of them is no terminal, or it cannot
 * place a cursor; -ENOSYS: built without ncurses.  The terminal is put right by curses_end, and when a signal ends the
 * program (sig.h). */
int curses_begin(bool color);
void curses_end(void);

/* curses_is_utf8 - whether characters beyond ASCII can be shown. */
bool curses_is_utf8(void);

/* curses_size - of the terminal now. */
void curses_size(unsigned *rows, unsigned *columns);

/* curses_show - the canvas, from the upper left corner. */
void curses_show(const struct canvas *canvas);

#define CURSES_NOTHING (-1) /* no key, or only another size */
#define CURSES_GONE (-2) /* the terminal was closed */

/* curses_key - waits for a key for wait_ms at most: a character, one of enum ui_key, or one of those above. */
int curses_key(int wait_ms);

#endif
