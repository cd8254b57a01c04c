#include "consumer/symbols.h"

#include <stdlib.h>
#include <string.h>

#include "digest.h"

static size_t first_bucket(const struct symbols *s, uint64_t hash)
{
    return (size_t)(hash >> 7) & (s->bucket_cnt - 1);
}

static size_t find_bucket(const struct symbols *s, const char *name, size_t len, uint64_t hash)
{
    size_t i = first_bucket(s, hash);
    while (s->bucket[i] != 0) {
        const struct symbol *there = s->all[s->bucket[i] - 1];
        if (there->name_len == len && memcmp(there->name, name, len) == 0)
            break;
        i = (i + 1) & (s->bucket_cnt - 1);
    }
    return i;
}

/* Room for one more: the buckets are at most half full. */
static bool grow(struct symbols *s)
{
    if (s->cnt < s->cap)
        return true;
    size_t cap = s->cap == 0 ? 64 : 2 * s->cap;
    struct symbol **all = realloc(s->all, cap * sizeof(*all));
    if (all == NULL)
        return false;
    s->all = all;
    uint32_t *bucket = calloc(2 * cap, sizeof *bucket);
    if (bucket == NULL)
        return false;
    free(s->bucket);
    s->bucket = bucket;
    s->bucket_cnt = 2 * cap;
    s->cap = cap;
    for (size_t i = 0; i < s->cnt; i++)
        s->bucket[find_bucket(s, all[i]->name, all[i]->name_len, all[i]->hash)] = (uint32_t)i + 1;
    return true;
}

static size_t indicators_size(const struct symbols *s)
{
    return s->indicators != NULL ? s->indicators->state_size : 0;
}

static struct symbol *make(const struct symbols *s, const char *name, size_t len, uint64_t hash,
                           const struct filter *filter)
{
    size_t size = sizeof(struct symbol) + indicators_size(s) + s->strategy_size;
    size = (size + SYMBOL_ALIGN - 1) / SYMBOL_ALIGN * SYMBOL_ALIGN;
    struct symbol *symbol = aligned_alloc(SYMBOL_ALIGN, size);
    if (symbol == NULL)
        return NULL;
    memset(symbol, 0, size);
    memcpy(symbol->name, name, len);
    symbol->name_len = len;
    symbol->hash = hash;
    symbol->wanted = filter_wants(filter, symbol->name, hash);
    return symbol;
}

struct symbol *symbols_get(struct symbols *s, const char *name, size_t len, const struct filter *filter)
{
    len = len > SYMBOL_NAME_MAX ? SYMBOL_NAME_MAX : len;
    if (!grow(s))
        return NULL;
    uint64_t hash = tr_digest_name(name, len);
    size_t i = find_bucket(s, name, len, hash);
    if (s->bucket[i] == 0) {
        struct symbol *symbol = make(s, name, len, hash, filter);
        if (symbol == NULL)
            return NULL;
        symbol->idx = (uint32_t)s->cnt;
        s->all[s->cnt++] = symbol;
        s->bucket[i] = (uint32_t)s->cnt;
    }
    return s->all[s->bucket[i] - 1];
}

static exact_int size_of(const struct tr_tick *tick)
{
    return tick->kind == TR_TICK_TRADE ? (exact_int)tick->size_qty * tr_tick_size_unit(tick) : 0;
}

int symbols_push_slow(struct symbols *s, struct symbol *symbol, const struct tr_tick *tick)
{
    const struct indicator_value value = {symbol->stats.last, size_of(tick), tick->ts_event_ns};
    return indicators_push(s->indicators, symbol->state, &value);
}

int symbols_update_slow(struct symbols *s, struct symbol *symbol, const struct tr_tick *tick,
                        enum symbol_value *made)
{
    *made = symbol_stats_tick(&symbol->stats, tick);
    if (*made == SYMBOL_VALUE_NONE)
        return 0;
    if (*made == SYMBOL_VALUE_RESTART && s->indicators != NULL)
        indicators_reset(s->indicators, symbol->state);
    return symbols_push(s, symbol, tick);
}

static void keep_symbol(const struct symbols *s, struct symbol *symbol, struct state *state)
{
    state_bytes(state, &symbol->stats, sizeof symbol->stats);
    if (s->indicators != NULL)
        indicators_keep(s->indicators, symbol->state, state);
    state_bytes(state, symbol->state + indicators_size(s), s->strategy_size);
}

static void save(struct symbols *s, struct state *state)
{
    for (size_t i = 0; i < s->cnt; i++) {
        struct symbol *symbol = s->all[i];
        state_cnt(state, symbol->name_len, SYMBOL_NAME_MAX);
        state_bytes(state, symbol->name, symbol->name_len);
        keep_symbol(s, symbol, state);
    }
}

static void load(struct symbols *s, size_t cnt, const struct filter *filter, struct state *state)
{
    for (size_t i = 0; i < cnt && !state->failed; i++) {
        char name[SYMBOL_NAME_MAX];
        size_t len = state_cnt(state, 0, sizeof name);
        state_bytes(state, name, len);
        struct symbol *symbol = state->failed ? NULL : symbols_get(s, name, len, filter);
        if (symbol == NULL || s->cnt != i + 1) { /* no memory, or the name was there */
            state->failed = true;
            return;
        }
        keep_symbol(s, symbol, state);
    }
}

void symbols_keep(struct symbols *s, const struct filter *filter, struct state *state)
{
    size_t cnt = state_cnt(state, s->cnt, UINT32_MAX);
    if (state->loading)
        load(s, cnt, filter, state);
    else
        save(s, state);
}

void symbols_free(struct symbols *s)
{
    for (size_t i = 0; i < s->cnt; i++) {
        if (s->indicators != NULL)
            indicators_free(s->indicators, s->all[i]->state);
        free(s->all[i]);
    }
    free(s->all);
    free(s->bucket);
    *s = (struct symbols){.indicators = s->indicators, .strategy_size = s->strategy_size};
}
