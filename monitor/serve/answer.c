/* What is served under which path. */
#ifdef HAVE_MICROHTTPD
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "log.h"
#include "monitor/serve/page.h"
#include "monitor/serve/serving.h"
#include "monitor/view/view.h"

#define TYPE_TEXT "text/plain; charset=utf-8"
#define TYPE_JSON "application/json"

/* All that the page needs is in it, or comes from here. */
#define PAGE_POLICY                                                                                          \
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; "        \
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

struct reply {
    unsigned status;
    const char *type;
    struct MHD_Response *response; /* NULL: no memory, or too many streams */
};

typedef struct reply answerer(struct serving *s, struct MHD_Connection *conn);

static struct reply reply_text(unsigned status, const char *text)
{
    return (struct reply){
        status, TYPE_TEXT,
        MHD_create_response_from_buffer(strlen(text), (void *)(uintptr_t)text, MHD_RESPMEM_MUST_COPY)};
}

/* Takes over the memory of the text. */
static struct reply reply_json(unsigned status, struct json *j)
{
    struct reply reply = {status, TYPE_JSON, NULL};
    if (!j->failed)
        reply.response = MHD_create_response_from_buffer(j->len, j->buf, MHD_RESPMEM_MUST_FREE);
    if (reply.response == NULL)
        json_free(j);
    return reply;
}

static struct reply reply_down(const struct serving *s)
{
    struct json j = {0};
    struct told_state state = serving_state(s);
    told_more(&j, &state, &s->snap);
    return reply_json(MHD_HTTP_SERVICE_UNAVAILABLE, &j);
}

static bool has_snapshot(const struct serving *s)
{
    struct told_state state = serving_state(s);
    return state.up || state.gone;
}

/* The text may be a megabyte: it is written to a file in memory, which the client reads at its own pace. */
static struct reply answer_metrics(struct serving *s, struct MHD_Connection *conn)
{
    struct reply reply = {MHD_HTTP_OK, "text/plain; version=0.0.4; charset=utf-8", NULL};
    struct out *out = malloc(sizeof *out);
    int fd = memfd_create("metrics", MFD_CLOEXEC);
    (void)conn;
    if (out != NULL && fd >= 0) {
        out_init(out, fd);
        if (serving_state(s).up)
            prometheus_show(out, &s->snap);
        else
            prometheus_down(out, s->ring);
        if (out_flush(out) == 0)
            reply.response = MHD_create_response_from_fd64(out->written, fd);
    }
    if (reply.response == NULL && fd >= 0)
        close(fd);
    free(out);
    return reply;
}

static struct reply answer_health(struct serving *s, struct MHD_Connection *conn)
{
    char text[4 * WARNING_LEN + 16];
    char why[4 * WARNING_LEN];
    struct told_state state = serving_state(s);
    (void)conn;
    if (!state.up) {
        snprintf(text, sizeof text, "%s\n", state.why);
        return reply_text(MHD_HTTP_SERVICE_UNAVAILABLE, text);
    }
    if (s->snap.level != LEVEL_CRIT)
        return reply_text(MHD_HTTP_OK, "ok\n");
    const struct warning *worst = snapshot_worst(&s->snap);
    if (worst != NULL)
        log_visible(why, sizeof why, worst->text, strlen(worst->text));
    snprintf(text, sizeof text, "CRIT: %s\n", worst != NULL ? why : "");
    return reply_text(MHD_HTTP_SERVICE_UNAVAILABLE, text);
}

static struct reply answer_snapshot(struct serving *s, struct MHD_Connection *conn)
{
    struct json j = {0};
    (void)conn;
    if (!has_snapshot(s))
        return reply_down(s);
    view_json_write(&j, &s->snap);
    return reply_json(MHD_HTTP_OK, &j);
}

/* What is told of the consumer that was asked for. */
static struct reply reply_consumer(struct json *j, bool found)
{
    if (found)
        return reply_json(MHD_HTTP_OK, j);
    json_free(j);
    return reply_text(MHD_HTTP_NOT_FOUND,
                      "no such consumer, use /...?consumer=ID; /snapshot.json has them\n");
}

static struct reply answer_history(struct serving *s, struct MHD_Connection *conn)
{
    struct json j = {0};
    const char *consumer = MHD_lookup_connection_value(conn, MHD_GET_ARGUMENT_KIND, "consumer");
    if (!has_snapshot(s))
        return reply_down(s);
    return reply_consumer(&j, told_history(&j, &s->snap, consumer));
}

static struct reply answer_histogram(struct serving *s, struct MHD_Connection *conn)
{
    struct json j = {0};
    const char *consumer = MHD_lookup_connection_value(conn, MHD_GET_ARGUMENT_KIND, "consumer");
    if (!has_snapshot(s))
        return reply_down(s);
    return reply_consumer(&j, consumer != NULL && told_histogram(&j, &s->snap, consumer));
}

static struct reply answer_about(struct serving *s, struct MHD_Connection *conn)
{
    struct json j = {0};
    (void)conn;
    told_about(&j, s->ring, s->opt->delay_ns);
    return reply_json(MHD_HTTP_OK, &j);
}

static struct reply answer_events(struct serving *s, struct MHD_Connection *conn)
{
    return (struct reply){MHD_HTTP_OK, "text/event-stream", stream_response(s, conn)};
}

static struct reply answer_page(struct serving *s, struct MHD_Connection *conn)
{
    (void)s;
    (void)conn;
    struct MHD_Response *response = MHD_create_response_from_buffer(
        (size_t)(page_end - page_begin), (void *)(uintptr_t)page_begin, MHD_RESPMEM_PERSISTENT);
    if (response != NULL)
        MHD_add_response_header(response, "Content-Security-Policy", PAGE_POLICY);
    return (struct reply){MHD_HTTP_OK, "text/html; charset=utf-8", response};
}

static const struct {
    const char *path;
    answerer *answer;
    bool looks; /* at the ring as it is now */
} route[] = {
    {"/", answer_page, false},
    {"/metrics", answer_metrics, true},
    {"/healthz", answer_health, true},
    {"/snapshot.json", answer_snapshot, true},
    {"/history.json", answer_history, true},
    {"/histogram.json", answer_histogram, true},
    {"/about.json", answer_about, false},
    {"/events", answer_events, false},
};

static struct reply reply_of(struct serving *s, struct MHD_Connection *conn, const char *url,
                             const char *method)
{
    const char *host = MHD_lookup_connection_value(conn, MHD_HEADER_KIND, "Host");
    /* Who sends none (HTTP/1.0) is no browser. */
    if (host != NULL && !address_is_host(&s->address, host))
        return reply_text(MHD_HTTP_FORBIDDEN, "not served under this name, use localhost\n");
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
        return reply_text(MHD_HTTP_METHOD_NOT_ALLOWED, "only GET and HEAD\n");
    for (size_t i = 0; i < sizeof route / sizeof route[0]; i++) {
        if (strcmp(route[i].path, url) != 0)
            continue;
        if (route[i].looks)
            serving_look(s);
        return route[i].answer(s, conn);
    }
    return reply_text(MHD_HTTP_NOT_FOUND, "nothing here, try / or /metrics or /healthz\n");
}

static enum MHD_Result send_reply(struct MHD_Connection *conn, const struct reply *reply)
{
    MHD_add_response_header(reply->response, "Content-Type", reply->type);
    MHD_add_response_header(reply->response, "Cache-Control", "no-store");
    MHD_add_response_header(reply->response, "X-Content-Type-Options", "nosniff");
    MHD_add_response_header(reply->response, "Referrer-Policy", "no-referrer");
    if (reply->status == MHD_HTTP_METHOD_NOT_ALLOWED)
        MHD_add_response_header(reply->response, "Allow", "GET, HEAD");
    if (reply->status == MHD_HTTP_SERVICE_UNAVAILABLE)
        MHD_add_response_header(reply->response, "Retry-After", "1");
    enum MHD_Result queued = MHD_queue_response(conn, reply->status, reply->response);
    MHD_destroy_response(reply->response);
    return queued;
}

enum MHD_Result answer(void *cls, struct MHD_Connection *conn, const char *url, const char *method,
                       const char *version, const char *upload, size_t *upload_len, void **request)
{
    static int begun;
    (void)version;
    (void)upload;
    if (*request == NULL && (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0)) {
        *request = &begun; /* the body, if somebody sends one, is read before the answer, and ignored */
        return MHD_YES;
    }
    if (*upload_len > 0) {
        *upload_len = 0;
        return MHD_YES;
    }
    struct reply reply = reply_of(cls, conn, url, method);
    if (reply.response == NULL)
        reply = reply_text(MHD_HTTP_SERVICE_UNAVAILABLE, "too many connections, try again\n");
    return reply.response != NULL ? send_reply(conn, &reply) : MHD_NO;
}
#endif
