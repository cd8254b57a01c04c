/* stage.h - what a stage is: ticks in, lines out.  A stage knows no ring; one stage is one file and one
 * line in the table of stage.c. */
#ifndef CONSUMER_STAGE_H
#define CONSUMER_STAGE_H

#include "consumer/symbols.h"
#include "json.h"
#include "out.h"
#include "tick.h"

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_CSV };

struct stage_options {
    enum format format;
    bool all; /* signals: a line for every tick, not only for signals */
    struct sma_plan plan;
    int64_t threshold_pct; /* units of 1e-9 per cent */
};

struct stage_tick {
    const struct tr_tick *tick;
    uint64_t seq;
    const char *producer;
    struct symbol *symbol; /* its stats hold this tick already */
    const char *venue; /* not NUL terminated; "" if the input does not say */
    size_t venue_len;
    enum symbol_value value; /* what the tick did to the symbol's series */
};

struct stage {
    const struct stage_ops *ops;
    struct stage_options opt;
    struct out *out;
    struct json json; /* of one line */
    uint64_t buy_cnt;
    uint64_t sell_cnt;
};

struct stage_ops {
    const char *name;
    const char *help;
    bool has_sma; /* averages are kept, and shown in the summary */
    void (*header)(struct stage *stage); /* CSV: the names of the columns; NULL: the stage has no lines */
    /* One tick; returns whether a line was written. */
    bool (*tick)(struct stage *stage, const struct stage_tick *t);
    /* Keys of its own in the summary object; NULL: none. */
    void (*summary)(struct stage *stage, struct json *json);
};

extern const struct stage_ops stage_print;
extern const struct stage_ops stage_volume;
extern const struct stage_ops stage_signals;

/* stage_find - the stage of that name, or NULL. */
const struct stage_ops *stage_find(const char *name);

/* stage_list - the i-th stage, NULL after the last. */
const struct stage_ops *stage_list(unsigned i);

#endif
