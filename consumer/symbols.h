/* symbols.h - the symbols seen so far, by name: ticks of several lanes meet here. */
#ifndef CONSUMER_SYMBOLS_H
#define CONSUMER_SYMBOLS_H

#include "consumer/filter.h"
#include "consumer/indicator/sma.h"
#include "consumer/symbol_stats.h"

#define SYMBOL_NAME_MAX 71

struct symbol {
    char name[SYMBOL_NAME_MAX + 1]; /* NUL terminated; a name has no NUL inside */
    size_t name_len;
    uint32_t idx; /* its place in `all` */
    uint64_t hash; /* for the digest */
    bool wanted; /* the filter lets it through */
    struct symbol_stats stats;
    struct sma_set sma;
};

/* All zero is empty.  Symbols stay where they are until symbols_free. */
struct symbols {
    struct symbol **all; /* in order of appearance */
    size_t cnt;
    size_t cap;
    uint32_t *bucket; /* index + 1 into all; 0: empty */
    size_t bucket_cnt;
};

/* symbols_get - the symbol of that name, made if it is new.  NULL: out of memory.  len at most
 * SYMBOL_NAME_MAX (what is longer is cut). */
struct symbol *symbols_get(struct symbols *s, const char *name, size_t len, const struct filter *filter);

/* symbols_keep - all symbols and what is known of them into a checkpoint, or out of one into an empty set:
 * the same order, the same filter. */
void symbols_keep(struct symbols *s, struct state *state, const struct filter *filter);

/* symbols_free - gives all memory back. */
void symbols_free(struct symbols *s);

#endif
