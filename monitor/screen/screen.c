#include "monitor/screen/screen.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exitcode.h"
#include "log.h"
#include "monitor/alert.h"
#include "monitor/attach.h"
#include "monitor/screen/curses.h"
#include "monitor/screen/page.h"
#include "monitor/screen/since.h"
#include "monitor/view/sort.h"
#include "ringerror.h"
#include "sig.h"

#define GOES_ON INT_MIN
#define SLICE_MS 200 /* a signal that comes just before a wait is seen after it */
#define MESSAGE_LEN 200
#define TALK_NS (5 * TR_NS_PER_S) /* what was said stays so long */

struct screen {
    const struct monitor_options *opt;
    struct attach attach;
    struct snapshot *live; /* the newest */
    struct snapshot *snap; /* that is looked at: the newest, but for a pause */
    struct snapshot *before; /* when 0 was pressed */
    struct snapshot *shown;
    struct canvas canvas;
    struct ui ui;
    struct alert alert;
    int64_t begin_ns;
    int64_t due_ns;
    uint64_t look_cnt;
    bool was_there; /* there was a ring */
    int code; /* GOES_ON; or once it is to end by itself: an exit code, or why the ring cannot be had (-errno) */
    char message[MESSAGE_LEN]; /* what became of the ring */
    char talk[MESSAGE_LEN]; /* what the program had to say */
    int64_t talk_ns;
};

/* --- Looking ---------------------------------------------------------------------------------------- */

static void say_waiting(struct screen *s)
{
    snprintf(s->message, sizeof s->message, "no ring %s yet: waiting for a feed to start", s->attach.ring);
    if (s->opt->timeout_ns >= 0 && tr_now_ns() - s->begin_ns >= s->opt->timeout_ns)
        s->code = EXIT_CODE_TEMPFAIL;
}

static void say_state(struct screen *s)
{
    s->message[0] = '\0';
    if (s->attach.gone)
        snprintf(s->message, sizeof s->message,
                 "ring %s was removed, this is its last state: waiting for the next", s->attach.ring);
}

/* The pause is for who looks; what is to be told at once is looked for all the same. */
static void look(struct screen *s)
{
    s->live->sort = ui_sort(&s->ui);
    int rc = attach_look(&s->attach, &s->opt->limits, s->live);
    s->look_cnt++;
    if (rc == -ENOENT && !s->was_there) {
        say_waiting(s);
        return;
    }
    if (rc != 0 && !s->was_there) {
        s->code = rc;
        return;
    }
    if (rc != 0) {
        snprintf(s->message, sizeof s->message, "%s: %s", s->attach.ring, ringerror_text(rc));
        return;
    }
    s->was_there = true;
    say_state(s);
    alert_look(&s->alert, s->live);
    if (!s->ui.paused)
        memcpy(s->snap, s->live, sizeof *s->snap);
}

/* --- Showing ---------------------------------------------------------------------------------------- */

static const char *message_of(const struct screen *s)
{
    if (s->talk[0] != '\0' && tr_now_ns() - s->talk_ns < TALK_NS)
        return s->talk;
    return s->message[0] != '\0' ? s->message : NULL;
}

static void resize(struct screen *s)
{
    unsigned rows;
    unsigned columns;
    curses_size(&rows, &columns);
    if (rows != s->canvas.rows || columns != s->canvas.columns) {
        if (canvas_resize(&s->canvas, rows, columns) != 0)
            s->code = EXIT_CODE_FAILED;
    } else {
        canvas_clear(&s->canvas);
    }
}

static void show(struct screen *s)
{
    struct scene scene = {.snap = s->snap, .shown = s->snap, .ui = &s->ui};
    resize(s);
    if (s->ui.since) {
        since_make(s->shown, s->snap, s->before);
        scene.shown = s->shown;
    }
    unsigned top_max = page_draw(&s->canvas, &scene, message_of(s));
    s->ui.top = s->ui.top < top_max ? s->ui.top : top_max;
    curses_show(&s->canvas);
}

/* --- The loop --------------------------------------------------------------------------------------- */

static void press(struct screen *s, int key)
{
    bool since = s->ui.since;
    int64_t delay_ns = s->ui.delay_ns;
    if (!ui_press(&s->ui, key, s->snap))
        return;
    if (s->ui.since && !since)
        memcpy(s->before, s->snap, sizeof *s->before);
    if (s->ui.delay_ns < delay_ns)
        s->due_ns = tr_now_ns();
    show(s);
}

static int wait_ms(const struct screen *s)
{
    int64_t left_ns = s->due_ns - tr_now_ns();
    int64_t left_ms = (left_ns + TR_NS_PER_MS - 1) / TR_NS_PER_MS;
    return left_ms < 0 ? 0 : left_ms < SLICE_MS ? (int)left_ms : SLICE_MS;
}

static bool ends(const struct screen *s)
{
    return sig_stopped() || s->ui.quit || s->code != GOES_ON;
}

static void look_and_show(struct screen *s)
{
    look(s);
    show(s);
    s->due_ns = tr_now_ns() + s->ui.delay_ns;
    if (s->code == GOES_ON && s->look_cnt == s->opt->count)
        s->code = 0;
}

static void run(struct screen *s)
{
    while (!ends(s)) {
        if (tr_now_ns() >= s->due_ns)
            look_and_show(s);
        int key = ends(s) ? CURSES_NOTHING : curses_key(wait_ms(s));
        unsigned rows;
        unsigned columns;
        curses_size(&rows, &columns);
        if (key == CURSES_GONE)
            s->code = 0;
        else if (key != CURSES_NOTHING)
            press(s, key);
        else if (rows != s->canvas.rows || columns != s->canvas.columns)
            show(s);
        alert_look(&s->alert, s->live);
    }
}

/* --- From begin to end ------------------------------------------------------------------------------- */

static void hear(void *arg, const char *line)
{
    struct screen *s = arg;
    snprintf(s->talk, sizeof s->talk, "%.*s", MESSAGE_LEN - 1, line);
    s->talk_ns = tr_now_ns();
}

/* What is to be said when the terminal is as it was. */
static int tell_end(const struct screen *s)
{
    if (s->code == EXIT_CODE_TEMPFAIL && !s->was_there)
        log_error(s->attach.ring, "no such ring, start a feed; shmmon list shows what there is");
    else if (s->code == EXIT_CODE_FAILED)
        log_error("memory", "none left");
    else if (s->code != GOES_ON && s->code < 0)
        return ringerror_tell(s->attach.ring, "", s->code);
    return s->code < 0 ? 0 : s->code;
}

static int begin(struct screen *s)
{
    s->live = calloc(1, sizeof *s->live);
    s->snap = calloc(1, sizeof *s->snap);
    s->before = calloc(1, sizeof *s->before);
    s->shown = calloc(1, sizeof *s->shown);
    if (s->live == NULL || s->snap == NULL || s->before == NULL || s->shown == NULL) {
        log_error("memory", "none left");
        return EXIT_CODE_FAILED;
    }
    int rc = curses_begin(!s->opt->no_color && out_is_terminal(STDOUT_FILENO));
    if (rc != 0)
        return rc;
    s->canvas.ascii = s->opt->ascii || !curses_is_utf8();
    return 0;
}

int screen_watch(const struct monitor_options *opt)
{
    struct screen s = {.opt = opt, .code = GOES_ON, .begin_ns = tr_now_ns()};
    s.attach.ring = opt->ring != NULL ? opt->ring : "ticks";
    s.alert = (struct alert){.command = opt->alert, .silent = isatty(STDERR_FILENO) == 1};
    ui_init(&s.ui, opt->delay_ns);
    if (opt->sort != NULL)
        ui_sort_by(&s.ui, sort_find(opt->sort));
    int code = begin(&s);
    if (code == 0) {
        if (isatty(STDERR_FILENO))
            log_tell(hear, &s);
        run(&s);
        log_tell(NULL, NULL);
        curses_end();
        alert_end(&s.alert);
        code = tell_end(&s);
    }
    attach_end(&s.attach);
    canvas_free(&s.canvas);
    free(s.live);
    free(s.snap);
    free(s.before);
    free(s.shown);
    return code;
}
