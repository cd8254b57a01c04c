/* terminal.h - what terminfo knows of the terminal that TERM names. */
#ifndef MONITOR_SCREEN_TERMINAL_H
#define MONITOR_SCREEN_TERMINAL_H

#include <stdbool.h>

/* terminal_can_place - whether it is known, can place a cursor and clear itself.  Changes nothing of the terminal, and
 * keeps no memory. */
bool terminal_can_place(void);

#endif
