#include "json_message.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "decimal.h"
#include "exitcode.h"
#include "feed/csv/row.h"
#include "timetext.h"

#define SCALE 9 /* decimals of a price and a size */
#define SCALE_MILLI 3

const struct json_node *json_item(const struct json_node *array, size_t i)
{
    if (!json_is_type(array, JSON_ARRAY))
        return NULL;
    for (const struct json_node *n = json_first(array); n < json_end(array); n = json_next(n))
        if (i-- == 0)
            return n;
    return NULL;
}

enum json_result json_bad(const struct json_message *msg, const char *kind, const char *at,
                          const char *format, ...)
{
    char what[SOURCE_ERROR_MAX - 200]; /* leaves room for the place */
    const char *begin = msg->text;
    uint64_t *line = &msg->src->input.line; /* of the last line of the message, where source_bad looks */
    uint64_t last_line = *line;
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    *line = msg->line;
    for (const char *lf; (lf = memchr(begin, '\n', (size_t)(at - begin))) != NULL; ++*line)
        begin = lf + 1;
    source_bad(msg->src, kind, (size_t)(at - begin) + 1, "%s", what);
    *line = last_line;
    return JSON_BAD;
}

static bool is_empty(const struct json_node *node)
{
    return node == NULL || node->type == JSON_NULL || (node->type == JSON_STRING && node->len == 0);
}

static bool has_text(const struct json_node *node)
{
    return node->type == JSON_STRING || node->type == JSON_NUMBER;
}

/* Stores that a value is not what it has to be. */
static bool bad_value(const struct json_message *msg, const char *kind, const struct json_field *field,
                      const char *why)
{
    char quoted[SOURCE_QUOTE_MAX];
    const struct json_node *node = field->node;
    if (has_text(node))
        json_bad(msg, kind, node->text, "%s %s %s", field->name, source_quote(quoted, node->text, node->len),
                 why);
    else
        json_bad(msg, BAD_MESSAGE, node->text, "\"%s\" is neither a string nor a number", field->name);
    return false;
}

/* What a message cannot do without: a string or a number. */
static bool require(const struct json_message *msg, const struct json_node *in,
                    const struct json_field *field)
{
    if (!is_empty(field->node))
        return has_text(field->node) || bad_value(msg, BAD_MESSAGE, field, "");
    if (field->node == NULL)
        json_bad(msg, BAD_MESSAGE, in->text, "the message has no \"%s\"", field->name);
    else
        json_bad(msg, BAD_MESSAGE, field->node->text, "\"%s\" is empty", field->name);
    return false;
}

bool json_time(const struct json_message *msg, const struct json_field *field, int64_t unit_ns, int64_t *ns)
{
    const struct json_node *node = field->node;
    if (is_empty(node)) {
        *ns = msg->recv_ns != 0 ? msg->recv_ns : msg->last_ns;
        if (*ns == 0)
            source_note(msg->src, "no time in the message nor before it: 1970-01-01", msg->line);
        return true;
    }
    int rc = has_text(node) ? time_parse(node->text, node->len, unit_ns, ns) : -EINVAL;
    if (rc != 0)
        return bad_value(msg, BAD_TIME, field, rc == -ERANGE ? "is out of range" : "is not a time");
    return *ns >= 0 || bad_value(msg, BAD_TIME, field, "is before 1970");
}

static bool is_word(const struct json_node *node, const char *word)
{
    size_t i = 0;
    while (i < node->len && (node->text[i] | 0x20) == word[i] && word[i] != '\0')
        i++;
    return i == node->len && word[i] == '\0';
}

bool json_side(const struct json_message *msg, const struct json_field *field, uint8_t *side)
{
    static const char *const word[] = {"buy", "sell", "bid", "ask", "b", "s"};
    *side = TR_SIDE_NONE;
    if (is_empty(field->node))
        return true;
    if (!has_text(field->node))
        return bad_value(msg, BAD_SIDE, field, "");
    for (size_t i = 0; i < sizeof(word) / sizeof(word[0]) && *side == TR_SIDE_NONE; i++)
        if (is_word(field->node, word[i]))
            *side = i % 2 == 0 ? TR_SIDE_BUY : TR_SIDE_SELL;
    return *side != TR_SIDE_NONE || bad_value(msg, BAD_SIDE, field, "is neither buy nor sell");
}

uint8_t json_other_side(uint8_t side)
{
    return side == TR_SIDE_BUY ? TR_SIDE_SELL : side == TR_SIDE_SELL ? TR_SIDE_BUY : TR_SIDE_NONE;
}

static bool bad_number(const struct json_message *msg, const struct json_field *field, int rc)
{
    return bad_value(msg, BAD_NUMBER, field, rc == -ERANGE ? "is out of range" : "is not a number");
}

static bool take_price(const struct json_message *msg, const struct json_field *field, int64_t *px)
{
    bool rounded = false;
    int rc = decimal_parse(field->node->text, field->node->len, SCALE, px, &rounded);
    if (rc != 0)
        return bad_number(msg, field, rc);
    if (rounded && *px == 0)
        return bad_value(msg, BAD_NUMBER, field, "is smaller than 1e-9");
    msg->src->counts.rounded_cnt += rounded;
    return true;
}

/* All sizes in one unit; those that are NULL are 0.  0, or the error of the one at *at. */
static int parse_sizes(const struct json_field *const *size, size_t cnt, unsigned scale, int64_t *qty,
                       unsigned *rounded_cnt, size_t *at)
{
    *rounded_cnt = 0;
    for (*at = 0; *at < cnt; ++*at) {
        bool rounded = false;
        qty[*at] = 0;
        if (size[*at] == NULL)
            continue;
        const struct json_node *node = size[*at]->node;
        int rc = decimal_parse(node->text, node->len, scale, &qty[*at], &rounded);
        if (rc != 0)
            return rc;
        *rounded_cnt += rounded;
    }
    return 0;
}

static bool take_sizes(const struct json_message *msg, const struct json_field *const *size, size_t cnt,
                       int64_t *qty, uint16_t *flags)
{
    unsigned rounded_cnt;
    size_t at;
    int rc = parse_sizes(size, cnt, SCALE, qty, &rounded_cnt, &at);
    if (rc == -ERANGE) {
        *flags |= TR_TICK_SIZE_MILLI;
        rc = parse_sizes(size, cnt, SCALE_MILLI, qty, &rounded_cnt, &at);
    }
    if (rc != 0)
        return bad_number(msg, size[at], rc);
    for (size_t i = 0; i < cnt; i++)
        if (qty[i] < 0)
            return bad_value(msg, BAD_NUMBER, size[i], "is negative");
    msg->src->counts.rounded_cnt += rounded_cnt;
    return true;
}

/* The symbol of the message, or else that of the file. */
static bool take_symbol(const struct json_message *msg, const struct json_node *in,
                        const struct json_field *field, struct source_record *rec)
{
    if (field == NULL) {
        rec->symbol = msg->id.symbol;
        rec->symbol_len = msg->id.symbol_len;
        return true;
    }
    if (!require(msg, in, field))
        return false;
    if (!source_name_ok(field->node->text, field->node->len))
        return bad_value(msg, BAD_NAME, field, "is not 1 to 71 printable ASCII bytes");
    rec->symbol = field->node->text;
    rec->symbol_len = (uint8_t)field->node->len;
    return true;
}

static enum json_result put(struct json_message *msg, const struct source_record *rec)
{
    struct source_record *slot;
    if (rec->symbol_len == 0) {
        source_fail(msg->src, EXIT_CODE_USAGE, "nothing tells the symbol, give --symbol=S");
        return JSON_FATAL;
    }
    slot = outbox_add(&msg->box);
    if (slot == NULL) {
        source_fail(msg->src, EXIT_CODE_FAILED, "out of memory");
        return JSON_FATAL;
    }
    *slot = *rec;
    slot->venue = msg->venue;
    slot->venue_len = (uint8_t)msg->venue_len;
    slot->ts_recv_ns = msg->recv_ns;
    msg->last_ns = rec->tick.ts_event_ns;
    return JSON_TICKS;
}

enum json_result json_trade(struct json_message *msg, const struct json_trade *trade)
{
    struct source_record rec = {.tick = {.kind = TR_TICK_TRADE, .side = trade->side}};
    struct tr_tick *tick = &rec.tick;
    if (!json_time(msg, trade->time, trade->unit_ns, &tick->ts_event_ns)
        || !take_symbol(msg, trade->in, trade->symbol, &rec) || !require(msg, trade->in, trade->price)
        || !require(msg, trade->in, trade->size) || !take_price(msg, trade->price, &tick->price_px)
        || !take_sizes(msg, &trade->size, 1, &tick->size_qty, &tick->flags))
        return JSON_BAD;
    if (tick->price_px == 0
        || (tick->size_qty == 0 && decimal_is_zero(trade->size->node->text, trade->size->node->len))) {
        msg->src->counts.skipped_cnt++;
        msg->src->counts.zero_cnt++;
        return JSON_TICKS;
    }
    if (trade->id != NULL)
        tick->id = row_id((struct csv_field){trade->id->text, trade->id->len});
    tick->ts_recv_ns = msg->recv_ns;
    if (msg->recv_ns != 0)
        tick->flags |= TR_TICK_HAS_RECV;
    return put(msg, &rec);
}

/* The price of one side, and whether the side is absent. */
static bool take_side(const struct json_message *msg, const struct json_node *in,
                      const struct json_field *price, const struct json_field *size, int64_t qty, int64_t *px,
                      bool *absent)
{
    *absent = true;
    if (price == NULL || (price->node != NULL && is_empty(price->node)))
        return true;
    if (!require(msg, in, price) || !take_price(msg, price, px))
        return false;
    *absent = *px == 0 || (size != NULL && qty == 0 && decimal_is_zero(size->node->text, size->node->len));
    return true;
}

/* A size that there is no number for is as good as none. */
static bool find_size(const struct json_message *msg, const struct json_node *in,
                      const struct json_field **size)
{
    if (*size != NULL && (*size)->node != NULL && is_empty((*size)->node))
        *size = NULL;
    return *size == NULL || require(msg, in, *size);
}

enum json_result json_quote(struct json_message *msg, const struct json_quote *quote)
{
    struct source_record rec = {.tick = {.kind = TR_TICK_QUOTE}};
    struct tr_tick *tick = &rec.tick;
    const struct json_field *size[2] = {quote->bid_size, quote->ask_size};
    int64_t qty[2];
    bool no_bid;
    bool no_ask;
    if (!json_time(msg, quote->time, quote->unit_ns, &tick->ts_event_ns)
        || !take_symbol(msg, quote->in, quote->symbol, &rec) || !find_size(msg, quote->in, &size[0])
        || !find_size(msg, quote->in, &size[1]) || !take_sizes(msg, size, 2, qty, &tick->flags)
        || !take_side(msg, quote->in, quote->bid, size[0], qty[0], &tick->bid_px, &no_bid)
        || !take_side(msg, quote->in, quote->ask, size[1], qty[1], &tick->ask_px, &no_ask))
        return JSON_BAD;
    tick->bid_qty = qty[0];
    tick->ask_qty = qty[1];
    if (no_bid) {
        tick->flags |= TR_TICK_NO_BID;
        tick->bid_px = tick->bid_qty = 0;
    }
    if (no_ask) {
        tick->flags |= TR_TICK_NO_ASK;
        tick->ask_px = tick->ask_qty = 0;
    }
    return put(msg, &rec);
}

enum json_result json_each(struct json_message *msg, const struct json_node *array,
                           enum json_result (*read)(struct json_message *msg, const struct json_node *row))
{
    enum json_result all = JSON_NO_TICK;
    if (!json_is_type(array, JSON_ARRAY))
        return JSON_NO_TICK;
    for (const struct json_node *n = json_first(array); n < json_end(array); n = json_next(n)) {
        enum json_result one = read(msg, n);
        if (one == JSON_BAD || one == JSON_FATAL)
            return one;
        if (one == JSON_TICKS)
            all = JSON_TICKS;
    }
    return all;
}
