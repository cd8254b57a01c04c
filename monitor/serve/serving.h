/* serving.h - what the parts of the server share: one thread, one ring, one snapshot. */
#ifndef MONITOR_SERVE_SERVING_H
#define MONITOR_SERVE_SERVING_H

#include <microhttpd.h>

#include "monitor/alert.h"
#include "monitor/attach.h"
#include "monitor/options.h"
#include "monitor/serve/address.h"
#include "monitor/serve/told.h"

/* A client of /events costs a connection for as long as it likes: some are left for the others. */
#define SERVE_CONNECTION_MAX 64
#define SERVE_STREAM_MAX 32
#define SERVE_IDLE_S 30 /* a connection on which nothing moves for so long is closed */

/* What all streams are sent at one look. */
struct frame {
    unsigned ref_cnt;
    size_t len;
    char *text; /* owned */
};

/* A client of /events. */
struct stream {
    struct serving *serving; /* NULL: the place is free */
    struct MHD_Connection *conn;
    struct frame *frame; /* being sent; it has a reference */
    size_t sent_len; /* of the frame */
    uint64_t look_cnt; /* of the newest frame that it was given */
    bool suspended;
    bool is_gone; /* the client has hung up */
};

struct serving {
    const struct monitor_options *opt;
    const char *ring;
    struct address address;
    struct attach attach;
    struct snapshot snap;
    int rc; /* of the last look (attach_look) */
    int told_rc; /* of the last look that the log knows of */
    bool told_gone;
    bool ended;
    struct alert alert;
    struct frame *frame; /* the newest; NULL: none yet */
    uint64_t look_cnt; /* frames so far */
    struct stream stream[SERVE_STREAM_MAX];
};

/* serving_look - a snapshot of now.  serving_state - what came of the last one. */
void serving_look(struct serving *s);
struct told_state serving_state(const struct serving *s);

/* answer - handles a request (MHD_AccessHandlerCallback; cls: the struct serving). */
enum MHD_Result answer(void *cls, struct MHD_Connection *conn, const char *url, const char *method,
                       const char *version, const char *upload, size_t *upload_len, void **request);

/* stream_response - to a client of /events.  NULL: there are as many as there may be, or no memory. */
struct MHD_Response *stream_response(struct serving *s, struct MHD_Connection *conn);

/* stream_send - the last look to all streams; one that is still being sent an earlier one gets the newest after it. */
void stream_send(struct serving *s);

/* stream_let_go - ends the streams whose client has hung up while there was nothing to send: with a long delay their places
 * would be missed. */
void stream_let_go(struct serving *s);

/* stream_is_any - whether there is somebody to send to. */
bool stream_is_any(const struct serving *s);

/* stream_end - all streams end. */
void stream_end(struct serving *s);

#endif
