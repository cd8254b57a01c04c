#include "monitor/screen/terminal.h"

#ifdef HAVE_NCURSESW

/* A file of its own: term.h has macros of everyday names (lines, columns). */
#include <ncursesw/ncurses.h>
#include <ncursesw/term.h>
#include <unistd.h>

/* Of terminfo alone: newterm changes the terminal before it tells, and keeps memory when it fails. */
bool terminal_can_place(void)
{
    int why;
    if (setupterm(NULL, STDOUT_FILENO, &why) != OK)
        return false;
    const char *place = tigetstr("cup");
    const char *clear = tigetstr("clear");
    bool can = place != NULL && place != (const char *)-1 && clear != NULL && clear != (const char *)-1;
    del_curterm(cur_term);
    return can;
}

#endif
