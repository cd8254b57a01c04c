#include "feed/progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "out.h"
#include "timetext.h"

#define CLEAR "\r\033[K" /* the line of the cursor */
#define CLEAR_LEN (sizeof(CLEAR) - 1)

/* Share of the work that is done, from 0 to 1; below 0 if it cannot be known. */
static double share(const struct replay *r)
{
    if (r->count_max > 0)
        return (double)r->tick_cnt / (double)r->count_max;
    uint64_t read = 0;
    uint64_t all = 0;
    for (unsigned i = 0; i < r->merge.input_cnt; i++) {
        const struct source_counts *counts = &r->merge.input[i].source->counts;
        if (counts->bytes_all == 0)
            return -1;
        read += counts->bytes_read;
        all += counts->bytes_all;
    }
    return r->pass_cnt == 1 && all > 0 ? (double)read / (double)all : -1;
}

static void write_line(const char *text, size_t len)
{
    if (write(STDERR_FILENO, text, len) < 0)
        return; /* only a display */
}

/* Whether the ticks at hand are those that an earlier run published: they take no time to speak of. */
static bool passes_over(const struct replay *r)
{
    return r->pub_cnt > 0 && publisher_is_seen(&r->pub[0]);
}

static void begin(struct progress *p, int64_t now_ns, double part)
{
    p->begin_ns = now_ns;
    p->begin_share = part > 0 ? part : 0;
}

static bool in_background(void)
{
    pid_t front = tcgetpgrp(STDERR_FILENO);
    return front > 0 && front != getpgrp();
}

void progress_show(void *arg, int64_t now_ns, int64_t ts_event_ns)
{
    struct progress *p = arg;
    const struct replay *r = p->replay;
    char line[200];
    char when[TIME_TEXT_MAX];
    char done[64] = "";
    double part = share(r);
    bool first = p->begin_ns == 0;
    if (first || p->passing)
        begin(p, now_ns, part);
    p->passing = passes_over(r);
    if (!first && now_ns > p->shown_ns)
        p->rate = (double)(r->tick_cnt - p->shown_cnt) * 1e9 / (double)(now_ns - p->shown_ns);
    p->shown_cnt = r->tick_cnt;
    p->shown_ns = now_ns;
    if (first || in_background())
        return;
    if (part > p->begin_share && part <= 1)
        snprintf(done, sizeof done, "%3.0f %%  %.0f s left  ", part * 100,
                 (double)(now_ns - p->begin_ns) / 1e9 * (1 - part) / (part - p->begin_share));
    time_text(when, ts_event_ns / TIME_NS_PER_S * TIME_NS_PER_S);
    int len = snprintf(line, sizeof line, CLEAR "%s%.0f ticks/s  %s", done, p->rate, when);
    size_t room = out_columns(STDERR_FILENO); /* a line that wraps cannot be drawn over */
    room = room > 0 ? room - 1 + CLEAR_LEN : sizeof line - 1;
    write_line(line, (size_t)len < room ? (size_t)len : room);
    p->visible = true;
}

void progress_clear(void *arg)
{
    struct progress *p = arg;
    if (p->visible)
        write_line(CLEAR, CLEAR_LEN);
    p->visible = false;
}
