#include "monitor/serve/serve.h"

#include "exitcode.h"
#include "log.h"

#ifndef HAVE_MICROHTTPD

int serve(const struct monitor_options *opt)
{
    log_error("--listen", "cannot serve at %s: built without libmicrohttpd, install it and build again",
              opt->listen);
    return EXIT_CODE_USAGE;
}

#else
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

#include "monitor/serve/serving.h"
#include "monitor/view/sort.h"
#include "ringerror.h"
#include "sig.h"

#define SLICE_NS (200 * TR_NS_PER_MS) /* a signal that comes just before a wait is seen after one */

void serving_look(struct serving *s)
{
    s->rc = attach_look(&s->attach, &s->opt->limits, &s->snap);
}

struct told_state serving_state(const struct serving *s)
{
    struct told_state state = {.ring = s->ring, .up = s->rc == 0 && !s->attach.gone};
    state.gone = s->rc == 0 && s->attach.gone;
    if (s->rc == -ENOENT)
        state.why = "no such ring yet, waiting for a feed";
    else
        state.why = state.gone ? "the ring was removed" : state.up ? "" : ringerror_text(s->rc);
    return state;
}

static int refuse(const struct monitor_options *opt, int rc)
{
    switch (rc) {
    case -EINVAL:
        log_error(opt->listen, "no address to serve at, use ADDR:PORT, as 127.0.0.1:9464 or [::1]:9464");
        return EXIT_CODE_USAGE;
    case -EACCES:
    case -EPERM:
        log_error(opt->listen, "no permission for this port, use one from 1024 on");
        return EXIT_CODE_NOPERM;
    case -EADDRINUSE:
        log_error(opt->listen, "in use by another program, use another port");
        return EXIT_CODE_CANTCREATE;
    case -EADDRNOTAVAIL:
        log_error(opt->listen, "no address of this machine, use one of its own; ip addr shows them");
        return EXIT_CODE_CANTCREATE;
    default:
        log_error(opt->listen, "%s, use another address", strerror(-rc));
        return EXIT_CODE_CANTCREATE;
    }
}

static struct MHD_Daemon *daemon_start(struct serving *s, int fd)
{
    return MHD_start_daemon(MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, answer, s, MHD_OPTION_LISTEN_SOCKET, fd,
                            MHD_OPTION_CONNECTION_LIMIT, (unsigned)SERVE_CONNECTION_MAX,
                            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SERVE_IDLE_S, MHD_OPTION_END);
}

/* Answers whoever there is, for at most so long.  By select: with epoll, edge-triggered, the library misses the end of a
 * connection that comes together with its last bytes. */
static void answer_for(struct MHD_Daemon *daemon, int64_t left_ns)
{
    MHD_UNSIGNED_LONG_LONG timeout_ms;
    fd_set in, out, except;
    MHD_socket max = -1;
    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_ZERO(&except);
    MHD_get_fdset(daemon, &in, &out, &except, &max);
    int64_t wait_ns = left_ns < 0 ? 0 : left_ns < SLICE_NS ? left_ns : SLICE_NS;
    if (MHD_get_timeout(daemon, &timeout_ms) == MHD_YES && timeout_ms < SLICE_NS / TR_NS_PER_MS
        && (int64_t)timeout_ms * TR_NS_PER_MS < wait_ns)
        wait_ns = (int64_t)timeout_ms * TR_NS_PER_MS;
    struct timeval wait = {.tv_usec = wait_ns / 1000};
    if (select(max + 1, &in, &out, &except, &wait) >= 0)
        MHD_run_from_select(daemon, &in, &out, &except);
}

/* Something has changed that who reads the log wants to know. */
static void tell_change(const struct serving *s, int before_rc, bool was_gone)
{
    if (s->rc == before_rc && s->attach.gone == was_gone)
        return;
    struct told_state state = serving_state(s);
    if (state.up)
        log_info(s->ring, "attached");
    else if (s->rc == 0 || s->rc == -ENOENT)
        log_info(s->ring, "%s", state.why);
    else
        log_warn(s->ring, "%s", state.why);
}

static void look(struct serving *s)
{
    int before_rc = s->told_rc;
    bool was_gone = s->told_gone;
    serving_look(s);
    tell_change(s, before_rc, was_gone);
    s->told_rc = s->rc;
    s->told_gone = s->attach.gone;
    if (s->rc == 0)
        alert_look(&s->alert, &s->snap);
    if (stream_is_any(s))
        stream_send(s);
}

static void run(struct serving *s, struct MHD_Daemon *daemon)
{
    int64_t due_ns = tr_now_ns();
    while (!sig_stopped()) {
        int64_t now_ns = tr_now_ns();
        if (now_ns >= due_ns) {
            look(s);
            due_ns = due_ns + s->opt->delay_ns > now_ns ? due_ns + s->opt->delay_ns : now_ns;
        } else if (s->rc == 0) {
            alert_look(&s->alert, &s->snap);
        }
        stream_let_go(s);
        answer_for(daemon, due_ns - tr_now_ns());
    }
}

static int serve_at(struct serving *s, int fd)
{
    char url[ADDRESS_URL_MAX];
    struct MHD_Daemon *daemon = daemon_start(s, fd);
    if (daemon == NULL) {
        close(fd);
        log_error(s->opt->listen, "the server does not start: %s", strerror(errno));
        return EXIT_CODE_FAILED;
    }
    log_info(s->ring, "serving %s", address_url(&s->address, url));
    run(s, daemon);
    stream_end(s);
    answer_for(daemon, 0);
    MHD_stop_daemon(daemon);
    alert_end(&s->alert);
    attach_end(&s->attach);
    return 0;
}

int serve(const struct monitor_options *opt)
{
    struct serving *s = calloc(1, sizeof *s); /* a snapshot is large */
    if (s == NULL) {
        log_error("memory", "none left");
        return EXIT_CODE_FAILED;
    }
    s->opt = opt;
    s->ring = opt->ring != NULL ? opt->ring : "ticks";
    s->attach.ring = s->ring;
    s->alert = (struct alert){.command = opt->alert};
    s->snap.sort = opt->sort != NULL ? sort_find(opt->sort) : NULL;
    int fd = address_parse(opt->listen, &s->address);
    if (fd == 0)
        fd = address_listen(&s->address);
    int code = fd >= 0 ? serve_at(s, fd) : refuse(opt, fd);
    free(s);
    return code;
}
#endif
