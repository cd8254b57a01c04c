/* terminal_help.h - a pseudo terminal. */
#ifndef TESTS_TERMINAL_HELP_H
#define TESTS_TERMINAL_HELP_H

#include <sys/ioctl.h>

#include "capture_help.h"

/* Opens both ends; skips the test where there is none to be had. */
static inline void terminal_open(int *master, int *slave, unsigned short columns)
{
    struct winsize size = {.ws_row = 24, .ws_col = columns};
    char name[64];
    *slave = -1;
    *master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (*master >= 0 && grantpt(*master) == 0 && unlockpt(*master) == 0
        && ptsname_r(*master, name, sizeof name) == 0)
        *slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (*slave < 0) {
        print_message("skipped: no pseudo terminal: %s\n", strerror(errno));
        skip();
    }
    assert_int_equal(ioctl(*slave, TIOCSWINSZ, &size), 0);
}

#endif
