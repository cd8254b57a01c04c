/* draw.h - what several pages draw. */
#ifndef MONITOR_SCREEN_DRAW_H
#define MONITOR_SCREEN_DRAW_H

#include "monitor/event.h"
#include "monitor/screen/page.h"

#define CLOCK_LEN 16

/* draw_clock - hh:mm:ss (UTC) of a time of CLOCK_MONOTONIC; "-" for 0.  Returns text. */
char *draw_clock(char text[CLOCK_LEN], const struct snapshot *snap, int64_t at_ns);

/* draw_age - 59s, 10m01s, 3h05m, 2d03h; seconds of less than 0 are 0.  Returns text. */
#define AGE_LEN 24
char *draw_age(char text[AGE_LEN], int64_t ns);

/* draw_level - how a level is shown. */
unsigned draw_level(enum level level);

/* draw_head - one line: ring, state, level, how long it is there, now. */
void draw_head(struct canvas *canvas, unsigned row, const struct scene *scene);

/* draw_event - as many rows as it takes, returned; from a row beyond the canvas nothing is drawn. */
unsigned draw_event(struct canvas *canvas, unsigned row, const struct snapshot *snap,
                    const struct event *event);

/* draw_depth - a queue over the last minutes, as a graph of at least 4 rows: of a consumer, or (-1) the deepest. */
#define DRAW_DEPTH_ROWS_MIN 4
void draw_depth(struct canvas *canvas, unsigned row, unsigned row_cnt, const struct scene *scene,
                int member_idx);

#endif
