/* metric.h - every number that is told of a ring, declared once (metrics.def): its name, type, unit, and what it means.
 * The screen, the table, JSON, CSV, Prometheus, the page and the documentation are made from it. */
#ifndef MONITOR_METRIC_H
#define MONITOR_METRIC_H

#include "monitor/snapshot.h"

enum metric_scope {
    METRIC_RING,
    METRIC_PRODUCER,
    METRIC_CONSUMER,
    METRIC_CURSOR, /* of a consumer in a lane */
    METRIC_HELD, /* of a producer by a consumer */
};

enum metric_type {
    METRIC_COUNTER, /* never falls, but to 0 when the name begins anew */
    METRIC_GAUGE,
    METRIC_FLAG, /* 0 or 1 */
    METRIC_TEXT, /* words; in Prometheus the value of the label `key`, beside the number 1 */
    METRIC_HISTOGRAM,
};

enum metric_unit {
    METRIC_PLAIN, /* a count, a number */
    METRIC_BYTES,
    METRIC_NS, /* a duration; seconds in Prometheus */
    METRIC_DATE, /* ns since 1970; seconds in Prometheus; 0: never */
    METRIC_MHZ, /* thousandths a second; a second in Prometheus and JSON */
};

/* What a number is taken of. */
struct metric_at {
    const struct snapshot *snap;
    unsigned lane_idx; /* producer, cursor, held */
    unsigned member_idx; /* consumer, cursor, held */
};

struct metric {
    enum metric_scope scope;
    enum metric_type type;
    enum metric_unit unit;
    const char *name; /* in Prometheus, with unit and _total; "" : not told there */
    const char *key; /* in JSON; "": not told there */
    const char *head; /* over a column; "": none has it */
    const char *help; /* one sentence, no full stop */
    uint64_t (*value)(const struct metric_at *at); /* not of texts and histograms; see metric_is_signed */
    const char *(*text)(const struct metric_at *at); /* texts only */
    const struct tr_hist_snap *(*hist)(const struct metric_at *at); /* histograms only */
};

extern const struct metric metric_table[];
extern const unsigned metric_cnt;

/* metric_find - by scope and JSON key; NULL: there is none. */
const struct metric *metric_find(enum metric_scope scope, const char *key);

/* metric_is_there - whether what the scope is about is there: a used place, a told start. */
bool metric_is_there(const struct metric *metric, const struct metric_at *at);

/* metric_is_signed - the value is an int64_t as its bits: what is measured now and is a time. */
bool metric_is_signed(const struct metric *metric);

/* metric_stat_keys - what is told of a histogram: "count", "p50", "max"; NULL after the last.  All but the count in ns. */
const char *const *metric_stat_keys(const struct metric *metric);

/* metric_stat - one of them; 0 if nothing was counted. */
uint64_t metric_stat(const struct tr_hist_snap *hist, const char *key);

#endif
