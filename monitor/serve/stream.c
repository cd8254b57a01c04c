/* Server-sent events: each look is made into a frame once, and all streams send that one. */
#ifdef HAVE_MICROHTTPD
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/serve/serving.h"
#include "monitor/view/view.h"

#define BLOCK_LEN 16384 /* asked for at once */

static void frame_drop(struct frame *frame)
{
    if (frame == NULL || --frame->ref_cnt > 0)
        return;
    free(frame->text);
    free(frame);
}

static void frame_put(struct frame *frame, const char *bytes, size_t len)
{
    memcpy(frame->text + frame->len, bytes, len);
    frame->len += len;
}

static void frame_event(struct frame *frame, const char *head, const struct json *j)
{
    frame_put(frame, head, strlen(head));
    frame_put(frame, j->buf, j->len);
    frame_put(frame, "\n\n", 2);
}

/* The snapshot as -j has it, and what goes with it.  JSON has no line end in it, of which an event's data would be cut.
 * NULL: no memory. */
static struct frame *frame_of(const struct json *snapshot, const struct json *more)
{
    static const char head[] = "data: ";
    static const char more_head[] = "event: more\ndata: ";
    struct frame *frame = calloc(1, sizeof *frame);
    if (frame == NULL || snapshot->failed || more->failed) {
        free(frame);
        return NULL;
    }
    frame->ref_cnt = 1;
    frame->text = malloc(sizeof head + sizeof more_head + snapshot->len + more->len + 4);
    if (frame->text == NULL) {
        free(frame);
        return NULL;
    }
    frame_event(frame, more_head, more);
    if (snapshot->len > 0)
        frame_event(frame, head, snapshot);
    return frame;
}

static void frame_make(struct serving *s)
{
    struct json snapshot = {0};
    struct json more = {0};
    struct told_state state = serving_state(s);
    if (state.up || state.gone)
        view_json_write(&snapshot, &s->snap);
    told_more(&more, &state, &s->snap);
    struct frame *frame = frame_of(&snapshot, &more);
    json_free(&snapshot);
    json_free(&more);
    if (frame == NULL) /* the next look may find memory */
        return;
    frame_drop(s->frame);
    s->frame = frame;
    s->look_cnt++;
}

void stream_send(struct serving *s)
{
    frame_make(s);
    for (unsigned i = 0; i < SERVE_STREAM_MAX; i++) {
        struct stream *stream = &s->stream[i];
        if (stream->serving != NULL && stream->suspended) {
            stream->suspended = false;
            MHD_resume_connection(stream->conn);
        }
    }
}

void stream_let_go(struct serving *s)
{
    struct pollfd at[SERVE_STREAM_MAX];
    struct stream *of[SERVE_STREAM_MAX];
    nfds_t cnt = 0;
    for (unsigned i = 0; i < SERVE_STREAM_MAX; i++) {
        struct stream *stream = &s->stream[i];
        if (stream->serving == NULL || !stream->suspended)
            continue;
        int fd = MHD_get_connection_info(stream->conn, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        at[cnt] = (struct pollfd){.fd = fd, .events = POLLRDHUP};
        of[cnt++] = stream;
    }
    if (cnt == 0 || poll(at, cnt, 0) <= 0)
        return;
    for (nfds_t i = 0; i < cnt; i++) {
        if (at[i].revents == 0)
            continue;
        of[i]->is_gone = true;
        of[i]->suspended = false;
        MHD_resume_connection(of[i]->conn);
    }
}

bool stream_is_any(const struct serving *s)
{
    for (unsigned i = 0; i < SERVE_STREAM_MAX; i++) {
        if (s->stream[i].serving != NULL)
            return true;
    }
    return false;
}

void stream_end(struct serving *s)
{
    s->ended = true;
    for (unsigned i = 0; i < SERVE_STREAM_MAX; i++) {
        if (s->stream[i].serving != NULL && s->stream[i].suspended)
            MHD_resume_connection(s->stream[i].conn);
        s->stream[i].suspended = false;
    }
    frame_drop(s->frame);
    s->frame = NULL;
}

/* MHD asks for more when the client has taken what it had; without something to send it is not asked until the next
 * look. */
static ssize_t read_frame(void *cls, uint64_t pos, char *buf, size_t max)
{
    struct stream *stream = cls;
    struct serving *s = stream->serving;
    (void)pos;
    if (s->ended || stream->is_gone)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (stream->frame != NULL && stream->sent_len == stream->frame->len) {
        frame_drop(stream->frame);
        stream->frame = NULL;
    }
    if (stream->frame == NULL && s->frame != NULL && stream->look_cnt != s->look_cnt) {
        stream->frame = s->frame;
        stream->frame->ref_cnt++;
        stream->sent_len = 0;
        stream->look_cnt = s->look_cnt;
    }
    if (stream->frame == NULL) {
        stream->suspended = true;
        MHD_suspend_connection(stream->conn);
        return 0;
    }
    size_t left = stream->frame->len - stream->sent_len;
    size_t len = left < max ? left : max;
    memcpy(buf, stream->frame->text + stream->sent_len, len);
    stream->sent_len += len;
    return (ssize_t)len;
}

static void stream_free(void *cls)
{
    struct stream *stream = cls;
    frame_drop(stream->frame);
    *stream = (struct stream){0};
}

struct MHD_Response *stream_response(struct serving *s, struct MHD_Connection *conn)
{
    struct stream *stream = NULL;
    bool is_first = !stream_is_any(s);
    for (unsigned i = 0; i < SERVE_STREAM_MAX && stream == NULL; i++) {
        if (s->stream[i].serving == NULL)
            stream = &s->stream[i];
    }
    if (stream == NULL)
        return NULL;
    if (is_first) { /* nobody was sent anything lately */
        serving_look(s);
        frame_make(s);
    }
    *stream = (struct stream){.serving = s, .conn = conn};
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_LEN, read_frame, stream, stream_free);
    if (response == NULL)
        *stream = (struct stream){0};
    return response;
}
#endif
