/* What happened, the newest first. */
#include "monitor/screen/draw.h"

#define EVENT_MAX 1024

unsigned page_events(struct canvas *canvas, const struct scene *scene)
{
    static struct event event[EVENT_MAX]; /* one screen a process */
    const struct snapshot *snap = scene->snap;
    unsigned cnt = event_list(snap, event, EVENT_MAX);
    unsigned room = canvas->rows - 2;
    unsigned top_max = cnt > room ? cnt - room : 0;
    unsigned top = scene->ui->top < top_max ? scene->ui->top : top_max;
    draw_head(canvas, 0, scene);
    canvas_format(canvas, 1, 0, STYLE_HEAD, cnt > room ? "%u events, %u scrolled away" : "%u events", cnt,
                  top);
    for (unsigned i = 0; i < room && top + i < cnt; i++)
        draw_event(canvas, 2 + i, snap, &event[top + i]);
    return top_max;
}
