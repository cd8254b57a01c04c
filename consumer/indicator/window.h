/* window.h - windows as people write them: a number of ticks, or with a unit a time. */
#ifndef CONSUMER_WINDOW_H
#define CONSUMER_WINDOW_H

#include "consumer/indicator/sma.h"

#define WINDOW_TEXT_MAX 32 /* bytes of a window's name, with the NUL */

/* window_parse - reads text[0..len): 5, 10k, 30s, 1.5m.  0; -EINVAL: it is no window, or out of range. */
int window_parse(const char *text, size_t len, struct sma_window *window);

/* window_name - the window's name, as short as can be: 5, 10000, 30s, 90s.  Returns its length. */
size_t window_name(char text[WINDOW_TEXT_MAX], const struct sma_window *window);

#endif
