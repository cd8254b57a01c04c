/* Recorded WebSocket messages: lines of a receive time and JSON, lines of JSON alone, or one document over
 * several lines.
 *
 *     1723161255088169167 {"stream":...}     the time as an epoch or as RFC 3339
 *     1633998512.0633569: {"stream":...}     cryptofeed's, whose other lines begin with an address
 *     {"type":"match",...}
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "exitcode.h"
#include "json_message.h"
#include "feed/source/sources.h"
#include "timetext.h"

#define TIME_LEN_MAX 40

/* Whether documents may go on in the next line; the first one that has no time before it tells. */
enum layout { LAYOUT_UNKNOWN, LAYOUT_LINES, LAYOUT_DOCUMENTS };

struct json_state {
    struct json_tree tree;
    struct json_message msg;
    size_t venue; /* of the last message: most files have one */
    enum layout layout;
    char *doc; /* INPUT_LINE_MAX bytes for a document over several lines; NULL until there is one */
    size_t doc_len;
    uint64_t doc_line; /* the number of its first line */
    bool in_doc; /* it goes on in the next line */
    bool is_lost; /* after a broken one: until a line begins with a bracket or with a time */
};

static const struct json_venue *const venues[] = {&json_binance,  &json_coinbase, &json_kraken,
                                                  &json_bitstamp, &json_gemini,   &json_bitmex};

#define VENUE_CNT (sizeof(venues) / sizeof(venues[0]))

static size_t skip_blanks(const char *text, size_t len, size_t at)
{
    while (at < len && (text[at] == ' ' || text[at] == '\t' || text[at] == '\r'))
        at++;
    return at;
}

static bool is_bracket(char c)
{
    return c == '{' || c == '[';
}

/* What cryptofeed writes of its own: where it connected to, what it sent. */
static bool is_control(const char *text, size_t len)
{
    static const char *const begin[] = {"wss:", "https:", "configuration:"};
    for (size_t i = 0; i < sizeof(begin) / sizeof(begin[0]); i++)
        if (len >= strlen(begin[i]) && memcmp(text, begin[i], strlen(begin[i])) == 0)
            return true;
    return false;
}

/* Of epochs and of RFC 3339; behind cryptofeed's stands a colon. */
static bool is_time_byte(char c)
{
    return (c >= '0' && c <= '9') || c == '.' || c == ':' || c == '-' || c == '+' || c == 'T' || c == 'Z';
}

/* Where the message behind a time begins, and how long that time is; 0: no time and bracket stand there. */
static size_t message_at(const char *text, size_t len, size_t *time_len)
{
    size_t at = 0;
    while (at < len && at < TIME_LEN_MAX && is_time_byte(text[at]))
        at++;
    size_t bracket = skip_blanks(text, len, at);
    if (at == 0 || text[0] < '0' || text[0] > '9' || bracket == at || bracket == len
        || !is_bracket(text[bracket]))
        return 0;
    *time_len = text[at - 1] == ':' ? at - 1 : at;
    return bracket;
}

/* Whether JSON can go on so behind a bracket. */
static bool is_json(const char *text, size_t len)
{
    size_t at = 1;
    while (at < len && text[at] != '\0' && strchr(" \t\r\n", text[at]) != NULL)
        at++;
    if (at >= len)
        return true;
    return text[at] != '\0' && strchr(text[0] == '{' ? "\"}" : "{[]\"-0123456789tfn", text[at]) != NULL;
}

static bool json_detect(const char *bytes, size_t len)
{
    size_t at = skip_blanks(bytes, len, 0);
    bytes += at;
    len -= at;
    if (is_control(bytes, len))
        return true;
    size_t time_len;
    at = message_at(bytes, len, &time_len);
    return at < len && is_bracket(bytes[at]) && is_json(bytes + at, len - at);
}

static void json_close(struct source *src)
{
    struct json_state *st = src->state;
    if (st != NULL) {
        json_tree_close(&st->tree);
        outbox_free(&st->msg.box);
        free(st->doc);
    }
    free(st);
    src->state = NULL;
}

static int json_open(struct source *src)
{
    struct json_state *st = calloc(1, sizeof(*st));
    if (st == NULL)
        return source_fail(src, EXIT_CODE_FAILED, "out of memory");
    src->state = st;
    st->msg.src = src;
    int rc = source_identity(src, "", &st->msg.id);
    int tree_rc = rc == 0 ? json_tree_open(&st->tree) : 0;
    if (tree_rc == -ENOSYS)
        rc = source_fail(src, EXIT_CODE_FAILED,
                         "this build reads no JSON: install libyajl-dev and build it again");
    else if (tree_rc != 0)
        rc = source_fail(src, EXIT_CODE_FAILED, "out of memory");
    if (rc != 0)
        json_close(src);
    return rc;
}

static enum json_result ask_venues(struct json_state *st)
{
    struct json_message *msg = &st->msg;
    for (size_t i = 0; i < VENUE_CNT; i++) {
        size_t at = (st->venue + i) % VENUE_CNT;
        bool has_option = msg->id.venue_len > 0;
        msg->venue = has_option ? msg->id.venue : venues[at]->name;
        msg->venue_len = has_option ? msg->id.venue_len : strlen(venues[at]->name);
        enum json_result result = venues[at]->read(msg);
        if (result != JSON_FOREIGN) {
            st->venue = at;
            return result;
        }
    }
    return JSON_FOREIGN;
}

/* A whole document.  SOURCE_OK: its records are in the box. */
static enum source_result read_message(struct source *src, struct json_state *st)
{
    st->msg.root = &st->tree.node[0];
    switch (ask_venues(st)) {
    case JSON_TICKS:
        return SOURCE_OK;
    case JSON_FOREIGN:
        source_note(src, "message of no known venue", st->msg.line);
        src->counts.skipped_cnt++;
        return SOURCE_OK;
    case JSON_NO_TICK:
        src->counts.skipped_cnt++;
        return SOURCE_OK;
    case JSON_BAD:
        outbox_clear(&st->msg.box);
        return SOURCE_BAD;
    case JSON_FATAL:
        break;
    }
    return SOURCE_FATAL;
}

static enum source_result no_memory(struct source *src)
{
    source_fail(src, EXIT_CODE_FAILED, "out of memory");
    return SOURCE_FATAL;
}

static enum source_result bad_json(struct json_state *st, const char *at, const char *why)
{
    json_bad(&st->msg, BAD_JSON, at, "%s", why);
    return SOURCE_BAD;
}

/* A document that has to end with its line; text[at] is its bracket. */
static enum source_result take_line(struct source *src, struct json_state *st, char *text, size_t len,
                                    size_t at)
{
    st->msg.text = text;
    st->msg.line = src->input.line;
    json_tree_begin(&st->tree);
    switch (json_tree_feed(&st->tree, text + at, len - at)) {
    case JSON_WHOLE:
        return read_message(src, st);
    case JSON_MORE:
        return bad_json(st, text + len, "the line ends inside a document");
    case JSON_BROKEN:
        return bad_json(st, text + at + st->tree.error_at, st->tree.why);
    case JSON_NO_MEMORY:
        break;
    }
    return no_memory(src);
}

/* The document that lines were gathered for is not to be read any further. */
static void lose_document(struct json_state *st)
{
    st->in_doc = false;
    st->is_lost = st->layout == LAYOUT_DOCUMENTS;
}

/* One more line of the document in st->doc. */
static enum source_result go_on(struct source *src, struct json_state *st, const char *text, size_t len)
{
    char *line = st->doc + st->doc_len;
    st->msg.text = st->doc;
    st->msg.line = st->doc_line;
    if (len >= INPUT_LINE_MAX - st->doc_len) {
        lose_document(st);
        return source_bad(src, BAD_LINE, 1, "the document from line %llu on is longer than %d bytes",
                          (unsigned long long)st->doc_line, INPUT_LINE_MAX);
    }
    memcpy(line, text, len);
    line[len] = '\n';
    st->doc_len += len + 1;
    switch (json_tree_feed(&st->tree, line, len + 1)) {
    case JSON_WHOLE:
        if (st->layout == LAYOUT_UNKNOWN)
            st->layout = LAYOUT_LINES;
        st->in_doc = false;
        return read_message(src, st);
    case JSON_MORE:
        st->layout = LAYOUT_DOCUMENTS;
        st->in_doc = true;
        return SOURCE_OK;
    case JSON_BROKEN:
        lose_document(st);
        return bad_json(st, line + st->tree.error_at, st->tree.why);
    case JSON_NO_MEMORY:
        break;
    }
    return no_memory(src);
}

static enum source_result begin_document(struct source *src, struct json_state *st, const char *text,
                                         size_t len)
{
    if (st->doc == NULL)
        st->doc = malloc(INPUT_LINE_MAX);
    if (st->doc == NULL)
        return no_memory(src);
    st->is_lost = false;
    st->doc_len = 0;
    st->doc_line = src->input.line;
    json_tree_begin(&st->tree);
    return go_on(src, st, text, len);
}

static enum source_result take_recorded(struct source *src, struct json_state *st, char *text, size_t len,
                                        size_t at, size_t time_len)
{
    char quoted[SOURCE_QUOTE_MAX];
    int rc = time_parse(text, time_len, src->opt.time_unit_ns, &st->msg.recv_ns);
    if (rc != 0 || st->msg.recv_ns < 0)
        return source_bad(src, BAD_TIME, 1, "time %s is %s", source_quote(quoted, text, time_len),
                          rc == -EINVAL ? "not a time" : "out of range");
    st->msg.last_ns = st->msg.recv_ns;
    if (st->layout == LAYOUT_UNKNOWN)
        st->layout = LAYOUT_LINES;
    return take_line(src, st, text, len, at);
}

/* A line outside documents.  SOURCE_OK: taken, whatever it held. */
static enum source_result take_text(struct source *src, struct json_state *st, char *text, size_t len)
{
    size_t at = skip_blanks(text, len, 0);
    size_t time_len;
    st->msg.recv_ns = 0;
    if (at == len || (st->is_lost && at > 0))
        return SOURCE_OK;
    if (is_bracket(text[at]))
        return st->layout == LAYOUT_LINES ? take_line(src, st, text, len, at)
                                          : begin_document(src, st, text, len);
    at = message_at(text, len, &time_len);
    if (at > 0)
        return take_recorded(src, st, text, len, at, time_len);
    if (st->is_lost)
        return SOURCE_OK;
    if (!is_control(text, len))
        return source_bad(src, BAD_JSON, 1, "the line is neither JSON nor a time and JSON");
    src->counts.skipped_cnt++;
    return SOURCE_OK;
}

/* No line came: the end, an error, or a signal. */
static enum source_result take_end(struct source *src, struct json_state *st, enum source_result result)
{
    if (!st->in_doc || result == SOURCE_AGAIN || result == SOURCE_FATAL)
        return result;
    lose_document(st);
    if (result == SOURCE_END)
        return source_bad(src, BAD_JSON, 1, "the input ends inside the document from line %llu on",
                          (unsigned long long)st->doc_line);
    return result;
}

static enum source_result json_next_record(struct source *src, struct source_record *rec)
{
    struct json_state *st = src->state;
    while (outbox_is_empty(&st->msg.box)) {
        char *text;
        size_t len;
        enum source_result result = source_line(src, &text, &len);
        if (result != SOURCE_OK)
            return take_end(src, st, result);
        result = st->in_doc ? go_on(src, st, text, len) : take_text(src, st, text, len);
        if (result != SOURCE_OK)
            return result;
    }
    outbox_take(&st->msg.box, rec);
    return SOURCE_OK;
}

const struct source_ops source_json = {
    .name = "json",
    .help = "recorded WebSocket messages: Binance, Coinbase, Kraken ...",
    .detect = json_detect,
    .open = json_open,
    .next = json_next_record,
    .close = json_close,
};
