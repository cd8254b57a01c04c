/* dbn_symbols.h - which symbol an instrument id stands for, and when: venues use ids again. */
#ifndef FEED_DBN_SYMBOLS_H
#define FEED_DBN_SYMBOLS_H

#include "feed/source/idmap.h"
#include "feed/source/source.h"

#define DBN_SYMBOLS_MAX (1 << 21) /* intervals */

struct dbn_interval {
    int64_t start_ns;
    int64_t end_ns; /* not part of it */
    uint32_t next; /* of the same instrument, added before this one; IDMAP_NONE: none */
    uint8_t len;
    char symbol[SOURCE_SYMBOL_MAX];
};

struct dbn_instrument {
    uint32_t id;
    uint32_t first; /* the interval that was added last */
    uint32_t found; /* the interval that counts from from_ns until before until_ns */
    int64_t from_ns;
    int64_t until_ns;
};

/* All zero: no instrument has a symbol. */
struct dbn_symbols {
    struct dbn_interval *interval;
    uint32_t cnt;
    uint32_t cap;
    struct dbn_instrument *instrument;
    uint32_t instrument_cnt;
    uint32_t instrument_cap;
    struct idmap index; /* of id in instrument */
    const struct dbn_instrument *last; /* that was found; NULL: none */
};

/* dbn_symbols_add - from start_ns until before end_ns id stands for symbol (source_name_ok); where intervals
 * overlap, the one added last counts.
 * 0; -ENOMEM; -ENOSPC: more than DBN_SYMBOLS_MAX. */
int dbn_symbols_add(struct dbn_symbols *symbols, uint32_t id, int64_t start_ns, int64_t end_ns,
                    const char *symbol, size_t len);

/* dbn_symbols_set - id stands for symbol from now on, whatever the time.  Returns as dbn_symbols_add. */
int dbn_symbols_set(struct dbn_symbols *symbols, uint32_t id, const char *symbol, size_t len);

/* dbn_symbols_search - dbn_symbols_find where it is not what was found last. */
const struct dbn_interval *dbn_symbols_search(struct dbn_symbols *symbols, uint32_t id, int64_t ts_ns);

/* dbn_symbols_find - what id stands for at that time, NULL: nothing tells.  Valid until something is added. */
static inline const struct dbn_interval *dbn_symbols_find(struct dbn_symbols *symbols, uint32_t id,
                                                          int64_t ts_ns)
{
    const struct dbn_instrument *last = symbols->last;
    if (last != NULL && last->id == id && ts_ns >= last->from_ns && ts_ns < last->until_ns)
        return &symbols->interval[last->found];
    return dbn_symbols_search(symbols, id, ts_ns);
}

/* dbn_symbols_free - no instrument has a symbol, and the memory is given back. */
void dbn_symbols_free(struct dbn_symbols *symbols);

#endif
