#include "monitor/watch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "exitcode.h"
#include "log.h"
#include "monitor/alert.h"
#include "monitor/collect.h"
#include "monitor/view/sort.h"
#include "outerror.h"
#include "ringerror.h"
#include "sig.h"

#define SLICE_NS (200 * TR_NS_PER_MS)

/* Waits for the ring to be there.  0 and *seg open; an exit code; or -1: stopped by a signal. */
static int find_ring(const struct monitor_options *opt, const char *ring, struct tr_segment *seg)
{
    int64_t begin_ns = tr_now_ns();
    bool told = false;
    while (!sig_stopped()) {
        int rc = tr_observe_open(seg, ring);
        if (rc == 0)
            return 0;
        if (rc != -ENOENT)
            return ringerror_tell(ring, "", rc);
        int64_t left_ns = opt->timeout_ns < 0 ? TR_NS_PER_S : opt->timeout_ns - (tr_now_ns() - begin_ns);
        if (left_ns <= 0) {
            log_error(ring, "no such ring, start a feed; shmmon list shows what there is");
            return EXIT_CODE_TEMPFAIL;
        }
        if (!told && opt->timeout_ns < 0)
            log_info(ring, "waiting for a feed to start");
        told = true;
        tr_ring_await(ring, left_ns < TR_NS_PER_S ? left_ns : TR_NS_PER_S);
    }
    return -1;
}

/* What watching a ring needs. */
struct watching {
    const struct monitor_options *opt;
    const struct view_ops *view;
    struct out *out;
    struct tr_segment seg;
    struct past *past; /* owned */
    struct snapshot snap;
    struct alert alert;
};

/* In slices: a signal that comes just before one is seen after it, and so is the end of an alert's command. */
static void sleep_until(struct watching *w, int64_t until_ns)
{
    int64_t now_ns;
    while (!sig_stopped() && (now_ns = tr_now_ns()) < until_ns) {
        int64_t left_ns = until_ns - now_ns < SLICE_NS ? until_ns - now_ns : SLICE_NS;
        struct timespec t = {.tv_sec = 0, .tv_nsec = left_ns};
        nanosleep(&t, NULL);
        alert_look(&w->alert, &w->snap);
    }
}

/* The next look; those missed (the machine or we were stopped) are not made up for. */
static int64_t next_due(int64_t due_ns, int64_t delay_ns)
{
    int64_t now_ns = tr_now_ns();
    return due_ns + delay_ns > now_ns ? due_ns + delay_ns : now_ns;
}

static int show_once(struct watching *w)
{
    int rc = collect(&w->seg, &w->opt->limits, w->past, &w->snap);
    if (rc != 0)
        return ringerror_tell(w->seg.name, "", rc);
    alert_look(&w->alert, &w->snap);
    w->view->show(w->out, &w->snap);
    return outerror_tell(out_flush(w->out));
}

/* The last state of a ring that was removed has been shown: an end in good order if it was closed. */
static int tell_end(const struct snapshot *snap)
{
    if (snap->state == RING_CLOSED || snap->state == RING_STALE) {
        log_info(snap->view.ring, "the ring has ended and was removed");
        return 0;
    }
    log_error(snap->view.ring, "the ring was removed while in use");
    return EXIT_CODE_UNAVAILABLE;
}

static int watch_ring(struct watching *w)
{
    int64_t due_ns = tr_now_ns();
    if (w->view->begin != NULL)
        w->view->begin(w->out);
    for (uint64_t i = 1; !sig_stopped(); i++) {
        if (w->view == &view_plain && i > 1)
            out_text(w->out, "\n");
        int code = show_once(w);
        if (code != 0 || i == w->opt->count || w->out->error != 0)
            return code;
        if (!w->snap.view.named)
            return tell_end(&w->snap);
        due_ns = next_due(due_ns, w->opt->delay_ns);
        sleep_until(w, due_ns);
    }
    return 0;
}

int watch(const struct monitor_options *opt, const struct view_ops *view, struct out *out)
{
    struct watching *w = calloc(1, sizeof *w); /* a snapshot is large */
    struct past *past = past_new();
    if (w == NULL || past == NULL) {
        free(w);
        free(past);
        log_error("memory", "none left");
        return EXIT_CODE_FAILED;
    }
    w->opt = opt;
    w->past = past;
    w->view = view;
    w->out = out;
    w->alert = (struct alert){.command = opt->alert};
    w->snap.sort = opt->sort != NULL ? sort_find(opt->sort) : NULL;
    const char *ring = opt->ring != NULL ? opt->ring : "ticks";
    int code = find_ring(opt, ring, &w->seg);
    if (code == 0) {
        code = watch_ring(w);
        alert_end(&w->alert);
        tr_observe_close(&w->seg);
    }
    if (code > 0 && view->down != NULL)
        view->down(out, ring);
    free(past);
    free(w);
    return code < 0 ? 0 : code;
}
