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

static struct symbol *make(const char *name, size_t len, uint64_t hash, const struct filter *filter)
{
    struct symbol *symbol = calloc(1, sizeof *symbol);
    if (symbol == NULL)
        return NULL;
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
        struct symbol *symbol = make(name, len, hash, filter);
        if (symbol == NULL)
            return NULL;
        symbol->idx = (uint32_t)s->cnt;
        s->all[s->cnt++] = symbol;
        s->bucket[i] = (uint32_t)s->cnt;
    }
    return s->all[s->bucket[i] - 1];
}

static struct symbol *keep_name(struct symbols *s, uint64_t i, struct state *state,
                                const struct filter *filter)
{
    char name[SYMBOL_NAME_MAX];
    uint64_t len = state_cnt(state, state->loading ? 0 : s->all[i]->name_len, SYMBOL_NAME_MAX);
    if (!state->loading)
        memcpy(name, s->all[i]->name, len);
    state_bytes(state, name, len);
    if (!state->loading)
        return s->all[i];
    struct symbol *symbol = state->failed ? NULL : symbols_get(s, name, len, filter);
    state->failed = symbol == NULL;
    return symbol;
}

void symbols_keep(struct symbols *s, struct state *state, const struct filter *filter)
{
    uint64_t cnt = state_cnt(state, s->cnt, UINT32_MAX);
    for (uint64_t i = 0; i < cnt && !state->failed; i++) {
        struct symbol *symbol = keep_name(s, i, state, filter);
        if (symbol == NULL)
            return;
        state_bytes(state, &symbol->stats, sizeof symbol->stats);
        sma_keep(&symbol->sma, state);
    }
}

void symbols_free(struct symbols *s)
{
    for (size_t i = 0; i < s->cnt; i++) {
        sma_free(&s->all[i]->sma);
        free(s->all[i]);
    }
    free(s->all);
    free(s->bucket);
    *s = (struct symbols){0};
}
