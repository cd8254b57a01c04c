/* json_message.h - what the venues' messages have in common: from values to records, and what is wrong
 * with them.  A venue is one file and one line in venues (source_json.c). */
#ifndef FEED_JSON_MESSAGE_H
#define FEED_JSON_MESSAGE_H

#include "jsontree.h"
#include "feed/source/outbox.h"
#include "feed/source/source.h"

enum json_result {
    JSON_FOREIGN, /* no message of this venue */
    JSON_NO_TICK, /* one of a kind that holds neither trades nor quotes */
    JSON_TICKS, /* read; its ticks, if any of them is wanted, are in the box */
    JSON_BAD, /* malformed, source_bad has been told */
    JSON_FATAL, /* source_fail has been told */
};

struct json_message {
    struct source *src;
    const struct json_node *root;
    const char *text; /* where its first line begins */
    uint64_t line; /* the number of that line */
    int64_t recv_ns; /* the time in front of the message, 0: none */
    int64_t last_ns; /* the last time that the input told, 0: none yet */
    const char *venue; /* for its records */
    size_t venue_len;
    struct source_identity id; /* symbol for messages that do not say it */
    struct outbox box;
};

struct json_venue {
    const char *name;
    enum json_result (*read)(struct json_message *msg);
};

extern const struct json_venue json_binance;
extern const struct json_venue json_bitmex;
extern const struct json_venue json_bitstamp;
extern const struct json_venue json_coinbase;
extern const struct json_venue json_gemini;
extern const struct json_venue json_kraken;

/* The units that venues give an epoch in. */
#define JSON_S INT64_C(1000000000)
#define JSON_MS INT64_C(1000000)
#define JSON_US INT64_C(1000)

struct json_trade {
    const struct json_node *in; /* the object or array that the values are of: the place of what is missing */
    const struct json_field *symbol; /* NULL: the message does not say it */
    const struct json_field *price;
    const struct json_field *size;
    const struct json_field *time; /* see json_time */
    int64_t unit_ns;
    const struct json_node *id; /* NULL: none */
    uint8_t side; /* enum tr_tick_side */
};

/* A price NULL: this side is absent; a size NULL: it is not known.  So is a side that is null, empty or 0. */
struct json_quote {
    const struct json_node *in;
    const struct json_field *symbol;
    const struct json_field *bid;
    const struct json_field *bid_size;
    const struct json_field *ask;
    const struct json_field *ask_size;
    const struct json_field *time;
    int64_t unit_ns;
};

static inline bool json_wants_trades(const struct json_message *msg)
{
    return !msg->src->opt.only_quotes;
}

static inline bool json_wants_quotes(const struct json_message *msg)
{
    return !msg->src->opt.only_trades;
}

/* json_item - the i-th member of an array, NULL: there are not so many, or it is no array. */
const struct json_node *json_item(const struct json_node *array, size_t i);

/* json_bad - source_bad with the line and column of the byte `at` of the message.  Returns JSON_BAD. */
enum json_result json_bad(const struct json_message *msg, const char *kind, const char *at,
                          const char *format, ...) __attribute__((format(printf, 4, 5)));

/* json_time - the time in field, an epoch in unit_ns or RFC 3339; where there is none the time in front of
 * the message, else the last that the input told, else 1970-01-01 and a note.  False: BAD. */
bool json_time(const struct json_message *msg, const struct json_field *field, int64_t unit_ns, int64_t *ns);

/* json_side - buy or sell, bid or ask, in any case; TR_SIDE_NONE where there is none.  False: BAD. */
bool json_side(const struct json_message *msg, const struct json_field *field, uint8_t *side);

/* json_other_side - the taker's of a maker's. */
uint8_t json_other_side(uint8_t side);

/* json_trade, json_quote - put one record into the box; a trade without price or size is counted as skipped.
 * JSON_TICKS, JSON_BAD or JSON_FATAL. */
enum json_result json_trade(struct json_message *msg, const struct json_trade *trade);
enum json_result json_quote(struct json_message *msg, const struct json_quote *quote);

/* json_each - reads every member of an array; no array, or none with ticks, is JSON_NO_TICK.  A malformed one
 * ends it. */
enum json_result json_each(struct json_message *msg, const struct json_node *array,
                           enum json_result (*read)(struct json_message *msg, const struct json_node *row));

#endif
