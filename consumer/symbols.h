/* symbols.h - the symbols seen so far, by name: ticks of several lanes meet here.
 *
 * A symbol has its stats, and where they are asked for the states of its indicators and of the strategy, all
 * in one piece of memory. */
#ifndef CONSUMER_SYMBOLS_H
#define CONSUMER_SYMBOLS_H

#include "consumer/filter.h"
#include "consumer/indicator/indicator.h"
#include "consumer/symbol_stats.h"

#define SYMBOL_NAME_MAX 71
#define SYMBOL_ALIGN 64 /* a cache line */

/* What a tick needs lies at the two ends: two lines of stats, and one with `wanted` and the first words of the
 * state. */
struct symbol {
    struct symbol_stats stats;
    char name[SYMBOL_NAME_MAX + 1]; /* NUL terminated; a name has no NUL inside */
    size_t name_len;
    uint64_t hash; /* for the digest */
    uint32_t idx; /* its place in `all` */
    bool wanted; /* the filter lets it through */
    _Alignas(16) unsigned char state[]; /* of the indicators, then of the strategy */
};

static_assert(offsetof(struct symbol, state) % SYMBOL_ALIGN == 16, "what a tick needs fills three lines");

/* All zero is empty.  Symbols stay where they are until symbols_free. */
struct symbols {
    const struct indicators *indicators; /* the caller's, open; NULL: symbols have none */
    size_t strategy_size; /* bytes of a symbol's strategy state */
    struct symbol **all; /* in order of appearance */
    size_t cnt;
    size_t cap;
    uint32_t *bucket; /* index + 1 into all; 0: empty */
    size_t bucket_cnt;
};

/* symbols_get - the symbol of that name, made if it is new.  NULL: out of memory.  len at most
 * SYMBOL_NAME_MAX (what is longer is cut). */
struct symbol *symbols_get(struct symbols *s, const char *name, size_t len, const struct filter *filter);

/* What the next two leave to others. */
int symbols_push_slow(struct symbols *s, struct symbol *symbol, const struct tr_tick *tick);
int symbols_update_slow(struct symbols *s, struct symbol *symbol, const struct tr_tick *tick,
                        enum symbol_value *made);

/* symbols_push - the indicators of a symbol, for the value that this tick has made.  0, or -ENOMEM. */
static inline int symbols_push(struct symbols *s, struct symbol *symbol, const struct tr_tick *tick)
{
    struct sma_set *sma = (struct sma_set *)symbol->state;
    if (s->indicators == NULL)
        return 0;
    if (tr_unlikely(!s->indicators->only_sma || sma->head >= sma->room_end))
        return symbols_push_slow(s, symbol, tick);
    sma_add(sma, symbol->stats.last);
    return 0;
}

/* symbols_update - the stats and indicators of a symbol, for one tick of it; *made says what the tick did to
 * its series.  0, or -ENOMEM. */
static inline int symbols_update(struct symbols *s, struct symbol *symbol, const struct tr_tick *tick,
                                 enum symbol_value *made)
{
    if (tr_unlikely(!symbol_stats_is_usual(&symbol->stats, tick)))
        return symbols_update_slow(s, symbol, tick, made);
    symbol_stats_usual(&symbol->stats, tick);
    *made = SYMBOL_VALUE_NEXT;
    return symbols_push(s, symbol, tick);
}

/* symbols_keep - saves all symbols, or loads them, in their order, into an empty set with the same indicators
 * and strategy.  Loading fails the state if the bytes do not fit or memory is short; the symbols are to be
 * freed then as well. */
void symbols_keep(struct symbols *s, const struct filter *filter, struct state *state);

/* symbols_free - gives all memory back; what symbols are made with stays. */
void symbols_free(struct symbols *s);

#endif
