/* indicator.h - what an indicator is: the values of a symbol in, one by one; numbers in decimal text out.
 *
 * One indicator is one file and one line in the table of indicator.c; options, help, lines and summary take
 * it from there.  What was asked for (--ema=20,30s) becomes a `struct indicator`: its windows, which all
 * symbols share, and a plan made of them.  Each symbol has a state for it; the states of a symbol lie side by
 * side in one piece of memory.
 *
 * An indicator works in integers, and what it says depends on the values and on their event times only.  A
 * value costs O(1) (amortised where a window is a time), memory is bounded by the windows. */
#ifndef CONSUMER_INDICATOR_H
#define CONSUMER_INDICATOR_H

#include <stdbool.h>

#include "consumer/exact.h"
#include "consumer/indicator/sma.h"
#include "consumer/indicator/window.h"
#include "consumer/state.h"

#define INDICATOR_PART_MAX 3 /* numbers that make one window: 12,26,9 */
#define INDICATOR_WINDOW_MAX SMA_WINDOW_MAX /* windows of an indicator */
#define INDICATOR_MAX 8 /* lines of the table */
#define INDICATOR_NAME_MAX (INDICATOR_PART_MAX * WINDOW_TEXT_MAX)

/* One window as it was asked for: up to three numbers or times, and perhaps a factor. */
struct indicator_window {
    char name[INDICATOR_NAME_MAX]; /* its key: 20, 30s, "12,26,9", "20,2" */
    struct sma_window part[INDICATOR_PART_MAX];
    int64_t factor_e9; /* units of 1e-9, > 0 */
};

/* One value of a symbol's series (symbol_stats.h). */
struct indicator_value {
    exact_int half; /* in halves (exact.h) */
    exact_int size_qty; /* of the trade, in units of 1e-9; 0: it is a mid */
    int64_t ts_event_ns;
};

struct indicator_ops {
    const char *name; /* the option, and the key in JSON */
    const char *title; /* in a line of text: SMA */
    const char *summary_key; /* the key in the summary, where the name is taken there; NULL: the name */
    const char *arg_name; /* of the option, and its help */
    const char *help;
    const char
        *parts; /* what makes one window: n a number of ticks or a time, k a factor; "n", "nnn", "nk" */
    const char *const *output; /* names of a window's outputs, ended by NULL; NULL: there is one, without */

    /* Refuses windows that are well formed and make no sense, with the reason in why: -EINVAL; else 0.  NULL:
     * there are none. */
    int (*check)(const struct indicator_window *window, char *why, size_t why_len);

    /* The plan, made of checked windows.  One piece of memory for free(), or NULL: out of memory. */
    void *(*open)(const struct indicator_window *window, unsigned window_cnt);

    /* Bytes of a symbol's state, which is aligned to 16.  All zero is a state without values. */
    size_t (*state_size)(const void *plan);

    /* Takes the next value.  0, or -ENOMEM. */
    int (*push)(const void *plan, void *state, const struct indicator_value *value);

    /* Forgets all values: a series begins anew.  NULL: the state becomes all zero. */
    void (*reset)(const void *plan, void *state);

    /* Whether window w is full, so that its outputs are what their definition means. */
    bool (*ready)(const void *plan, const void *state, unsigned w);

    /* The text of an output of window w (EXACT_TEXT_MAX bytes); "" and 0 while it has no value. */
    size_t (*text)(const void *plan, const void *state, unsigned w, unsigned output, char *text);

    /* Saves or loads the state; loading, it is all zero before.  NULL: its bytes, as they are. */
    void (*keep)(const void *plan, void *state, struct state *s);

    /* Gives back what the state owns; NULL: nothing. */
    void (*free)(const void *plan, void *state);

    /* How often a value left a window of time early, for lack of room; NULL: that does not happen. */
    uint64_t (*capped_cnt)(const void *state);
};

/* One indicator that was asked for. */
struct indicator {
    const struct indicator_ops *ops;
    struct indicator_window window[INDICATOR_WINDOW_MAX];
    unsigned window_cnt;
    void *plan;
    size_t offset; /* of its state in a symbol's */
    size_t state_size;
};

/* All that were asked for, in the order of the table.  All zero is none. */
struct indicators {
    struct indicator all[INDICATOR_MAX];
    unsigned cnt;
    size_t state_size; /* of a symbol's states together */
    bool only_sma; /* averages are all that was asked for: a symbol's state begins with their sma_set */
};

extern const struct indicator_ops indicator_sma;
extern const struct indicator_ops indicator_ema;
extern const struct indicator_ops indicator_vwap;
extern const struct indicator_ops indicator_rsi;
extern const struct indicator_ops indicator_macd;
extern const struct indicator_ops indicator_bollinger;
extern const struct indicator_ops indicator_atr;

/* indicator_list - the i-th of the table, NULL after the last. */
const struct indicator_ops *indicator_list(unsigned i);

/* indicators_ask - asks for an indicator with these windows, in the form of its arg_name; what was asked of it
 * before is forgotten.  0; -EINVAL: the text is refused, why says what there is instead. */
int indicators_ask(struct indicators *all, const struct indicator_ops *ops, const char *text, char *why,
                   size_t why_len);

/* indicators_find - the one that was asked for by these ops, or NULL. */
const struct indicator *indicators_find(const struct indicators *all, const struct indicator_ops *ops);

/* indicators_open - makes the plans: after it nothing more can be asked for.  0, or -ENOMEM.
 * indicators_close gives them back; the windows stay. */
int indicators_open(struct indicators *all);
void indicators_close(struct indicators *all);

/* What they do with the states of one symbol: state has state_size bytes, all zero at first, aligned to 16.
 * As in indicator_ops, of each in turn. */
int indicators_push(const struct indicators *all, void *state, const struct indicator_value *value);
void indicators_reset(const struct indicators *all, void *state);
bool indicators_ready(const struct indicators *all, const void *state);
void indicators_keep(const struct indicators *all, void *state, struct state *s);
void indicators_free(const struct indicators *all, void *state);
uint64_t indicators_capped_cnt(const struct indicators *all, const void *state);

/* indicator_state - the state of one, within those of a symbol. */
static inline const void *indicator_state(const struct indicator *indicator, const void *state)
{
    return (const char *)state + indicator->offset;
}

#endif
