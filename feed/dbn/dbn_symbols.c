#include "dbn_symbols.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CAP_FIRST 64

/* Room for one more behind cnt elements of that size. */
static int make_room(void **array, uint32_t cnt, uint32_t *cap, size_t size)
{
    if (cnt < *cap)
        return 0;
    if (*cap >= DBN_SYMBOLS_MAX)
        return -ENOSPC;
    uint32_t larger_cap = *cap == 0 ? CAP_FIRST : *cap * 2;
    void *larger = realloc(*array, larger_cap * size);
    if (larger == NULL)
        return -ENOMEM;
    *array = larger;
    *cap = larger_cap;
    return 0;
}

/* The index of an instrument, a new one if it has to be. */
static int take_instrument(struct dbn_symbols *symbols, uint32_t id, uint32_t *index)
{
    *index = idmap_find(&symbols->index, id);
    if (*index != IDMAP_NONE)
        return 0;
    void *array = symbols->instrument;
    int rc =
        make_room(&array, symbols->instrument_cnt, &symbols->instrument_cap, sizeof(*symbols->instrument));
    symbols->instrument = array;
    if (rc == 0)
        rc = idmap_set(&symbols->index, id, symbols->instrument_cnt);
    if (rc != 0)
        return rc;
    *index = symbols->instrument_cnt++;
    symbols->instrument[*index] = (struct dbn_instrument){.id = id, .first = IDMAP_NONE};
    return 0;
}

static void store_name(struct dbn_interval *interval, const char *symbol, size_t len)
{
    interval->len = (uint8_t)len;
    memcpy(interval->symbol, symbol, len);
}

int dbn_symbols_add(struct dbn_symbols *symbols, uint32_t id, int64_t start_ns, int64_t end_ns,
                    const char *symbol, size_t len)
{
    uint32_t index;
    void *array = symbols->interval;
    symbols->last = NULL;
    int rc = make_room(&array, symbols->cnt, &symbols->cap, sizeof(*symbols->interval));
    symbols->interval = array;
    if (rc == 0)
        rc = take_instrument(symbols, id, &index);
    if (rc != 0)
        return rc;
    struct dbn_instrument *instrument = &symbols->instrument[index];
    struct dbn_interval *interval = &symbols->interval[symbols->cnt];
    *interval = (struct dbn_interval){.start_ns = start_ns, .end_ns = end_ns, .next = instrument->first};
    store_name(interval, symbol, len);
    instrument->first = symbols->cnt++;
    instrument->from_ns = instrument->until_ns = 0; /* to be searched for again */
    return 0;
}

static bool is_endless(const struct dbn_interval *interval)
{
    return interval->start_ns == INT64_MIN && interval->end_ns == INT64_MAX;
}

/* Captures repeat their mappings: they must not fill the table. */
int dbn_symbols_set(struct dbn_symbols *symbols, uint32_t id, const char *symbol, size_t len)
{
    uint32_t index = idmap_find(&symbols->index, id);
    uint32_t first = index == IDMAP_NONE ? IDMAP_NONE : symbols->instrument[index].first;
    if (first == IDMAP_NONE || !is_endless(&symbols->interval[first]))
        return dbn_symbols_add(symbols, id, INT64_MIN, INT64_MAX, symbol, len);
    store_name(&symbols->interval[first], symbol, len);
    return 0;
}

/* Also finds how long that stays so: until one that was added later begins, for one. */
const struct dbn_interval *dbn_symbols_search(struct dbn_symbols *symbols, uint32_t id, int64_t ts_ns)
{
    uint32_t index = idmap_find(&symbols->index, id);
    if (index == IDMAP_NONE)
        return NULL;
    struct dbn_instrument *instrument = &symbols->instrument[index];
    symbols->last = instrument;
    if (ts_ns >= instrument->from_ns && ts_ns < instrument->until_ns)
        return &symbols->interval[instrument->found];
    int64_t from_ns = INT64_MIN;
    int64_t until_ns = INT64_MAX;
    for (uint32_t i = instrument->first; i != IDMAP_NONE; i = symbols->interval[i].next) {
        const struct dbn_interval *interval = &symbols->interval[i];
        if (interval->end_ns <= ts_ns) {
            from_ns = interval->end_ns > from_ns ? interval->end_ns : from_ns;
        } else if (interval->start_ns > ts_ns) {
            until_ns = interval->start_ns < until_ns ? interval->start_ns : until_ns;
        } else {
            instrument->found = i;
            instrument->from_ns = interval->start_ns > from_ns ? interval->start_ns : from_ns;
            instrument->until_ns = interval->end_ns < until_ns ? interval->end_ns : until_ns;
            return interval;
        }
    }
    return NULL;
}

void dbn_symbols_free(struct dbn_symbols *symbols)
{
    free(symbols->interval);
    free(symbols->instrument);
    idmap_free(&symbols->index);
    *symbols = (struct dbn_symbols){.cnt = 0};
}
