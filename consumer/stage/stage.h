/* stage.h - what a stage is: ticks or records in; lines, records and a summary out.  A stage knows no ring
 * and no other stage; one stage is one file and one line in the table of stage.c.
 *
 * What it does may depend on its options and on what came in, in order, and on nothing else: no clock, no
 * random number.  So the same input gives the same bytes, after a kill and a replay as well. */
#ifndef CONSUMER_STAGE_STAGE_H
#define CONSUMER_STAGE_STAGE_H

#include "consumer/state.h"
#include "consumer/strategy/strategy.h"
#include "consumer/symbols.h"
#include "consumer/trade/risk.h"
#include "json.h"
#include "out.h"
#include "tick.h"

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_CSV };

struct stage_options {
    enum format format;
    bool all; /* signals: a line for every tick, not only for signals */
    const struct indicators *indicators; /* open; of the stages with has_sma */
    struct strategy strategy; /* of signals */
    struct trade_plan trade; /* risk, execute, pipeline; quotes: its fee */
    const char *aliases; /* quotes: a checked list (quotes/alias.h), the caller's; NULL: none */
    int64_t stale_ns; /* quotes: older ones do not count; -1: all do */
};

/* One tick or record on its way through a stage. */
struct stage_tick {
    const struct tr_tick *tick;
    uint64_t seq; /* in the lane it came from */
    const char *producer; /* the lane's name */
    struct symbol *symbol; /* its stats hold this tick already */
    const char *venue; /* not NUL terminated; "" if the input does not say */
    size_t venue_len;
    enum symbol_value value; /* what the tick did to the symbol's series */
};

/* Where the records go that a stage makes: a ring, or the next stage. */
struct stage_sink {
    /* rec: its kind, times, words; symbol and venue are those of t, whose ids in rec mean nothing.
     * Returns 0, or an exit code after it has logged why. */
    int (*put)(struct stage_sink *sink, const struct tr_tick *rec, const struct stage_tick *t);
};

struct stage {
    const struct stage_ops *ops;
    struct stage_options opt;
    struct out *out; /* where its lines go */
    bool silent; /* nobody wants its lines */
    struct stage_sink *sink; /* NULL: nobody wants its records */
    struct json json; /* of one line */
    void *state; /* the stage's own */
    uint64_t buy_cnt;
    uint64_t sell_cnt;
};

struct stage_ops {
    const char *name;
    const char *help;
    enum tr_tick_kind reads; /* 0: ticks; else records of this kind */
    enum tr_tick_kind writes; /* records of this kind; 0: none */
    bool has_sma; /* averages and other indicators are kept, and shown in the summary */
    /* Takes what it needs; NULL: nothing.  0, or an exit code after it has logged why.  ops, opt and out are set
     * by then, sink and silent need not be. */
    int (*open)(struct stage *stage);
    void (*header)(struct stage *stage); /* CSV: the names of the columns; NULL: the stage has no lines */
    /* One tick.  0, or an exit code after it has logged why. */
    int (*tick)(struct stage *stage, const struct stage_tick *t);
    /* Keys of its own in the summary object, and words of its own in the text's last line (each begins with
     * ", "); NULL: none. */
    void (*summary)(struct stage *stage, struct json *json);
    /* More keys, for behind those of the symbols; NULL: none. */
    void (*summary_end)(struct stage *stage, struct json *json);
    void (*summary_text)(const struct stage *stage, struct out *out);
    /* "symbols" of the summary, where that is not the totals of each symbol (which the text then leaves out,
     * too); NULL: they are. */
    void (*summary_symbols)(struct stage *stage, struct json *json);
    /* A table and lines of its own before the text's last line; NULL: none. */
    void (*summary_table)(const struct stage *stage, struct out *out);
    /* The input has ended, the summary comes next: writes the lines that are due for that.  Changes nothing,
     * for it may go on.  NULL: none. */
    void (*end)(struct stage *stage);
    /* For people at a terminal: called between batches and while nothing comes, at now_ns of the monotonic
     * clock.  Only looks.  NULL: nothing. */
    void (*show)(struct stage *stage, int64_t now_ns);
    /* What it knows beside the symbols, saved or loaded; NULL: nothing. */
    void (*keep)(struct stage *stage, struct state *state);
    /* Gives back what open took, also one that failed; NULL: nothing. */
    void (*close)(struct stage *stage);
};

extern const struct stage_ops stage_print;
extern const struct stage_ops stage_volume;
extern const struct stage_ops stage_signals;
extern const struct stage_ops stage_quotes;
extern const struct stage_ops stage_risk;
extern const struct stage_ops stage_execute;
extern const struct stage_ops stage_pipeline;

/* stage_refuse - tells that the stage was handed what it does not read, and returns the exit code. */
int stage_refuse(const struct stage *stage, const struct tr_tick *tick);

/* stage_check_tick, stage_check_record - whether it was handed what it reads: a tick or an update of an order, or a
 * record of its kind.  0, or an exit code after it has logged what the ring has instead.  A tick that has made a
 * value is no record: most are told by that alone. */
static inline int stage_check_tick(const struct stage *stage, const struct stage_tick *t)
{
    bool wrong = t->value != SYMBOL_VALUE_NEXT && t->tick->kind > TR_TICK_UPDATE;
    return tr_unlikely(wrong) ? stage_refuse(stage, t->tick) : 0;
}

static inline int stage_check_record(const struct stage *stage, const struct stage_tick *t)
{
    return t->tick->kind != stage->ops->reads ? stage_refuse(stage, t->tick) : 0;
}

/* stage_find - the stage of that name, or NULL. */
const struct stage_ops *stage_find(const char *name);

/* stage_list - the i-th stage, NULL after the last. */
const struct stage_ops *stage_list(unsigned i);

#endif
