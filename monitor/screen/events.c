/* What happened, the newest first. */
#include "monitor/screen/draw.h"

#define EVENT_MAX 1024

/* The first of the last events that fill so many rows. */
static unsigned last_top(struct canvas *canvas, const struct snapshot *snap, const struct event *event,
                         unsigned cnt, unsigned room)
{
    unsigned top = cnt;
    for (unsigned row_cnt = 0; top > 0; top--) {
        row_cnt += draw_event(canvas, canvas->rows, snap, &event[top - 1]);
        if (row_cnt > room)
            break;
    }
    return top < cnt || cnt == 0 ? top : cnt - 1;
}

unsigned page_events(struct canvas *canvas, const struct scene *scene)
{
    static struct event event[EVENT_MAX]; /* one screen a process */
    const struct snapshot *snap = scene->snap;
    unsigned cnt = event_list(snap, event, EVENT_MAX);
    unsigned top_max = last_top(canvas, snap, event, cnt, canvas->rows - 2);
    unsigned top = scene->ui->top < top_max ? scene->ui->top : top_max;
    draw_head(canvas, 0, scene);
    canvas_format(canvas, 1, 0, STYLE_HEAD,
                  top > 0 ? "%u events, newest first, %u above" : "%u events, newest first", cnt, top);
    for (unsigned row = 2; row < canvas->rows && top < cnt; top++)
        row += draw_event(canvas, row, snap, &event[top]);
    return top_max;
}
