#include "consumer/quotes/books.h"

#include <stdlib.h>
#include <string.h>

#include "consumer/quotes/alias.h"

/* Room for one more than idx; what is new is NULL. */
static bool make_room(struct named_book ***list, size_t *cap, size_t idx)
{
    size_t more = *cap == 0 ? 64 : *cap;
    while (more <= idx)
        more *= 2;
    if (more == *cap)
        return true;
    struct named_book **grown = realloc(*list, more * sizeof(*grown));
    if (grown == NULL)
        return false;
    memset(grown + *cap, 0, (more - *cap) * sizeof(*grown));
    *list = grown;
    *cap = more;
    return true;
}

/* The book for a next name is made first: a name has one, also when memory is out. */
static struct named_book *get_named(struct books *b, const char *text, size_t len)
{
    static const struct filter all = {0};
    if (!make_room(&b->all, &b->cap, books_cnt(b)))
        return NULL;
    struct named_book **next = &b->all[books_cnt(b)];
    if (*next == NULL)
        *next = calloc(1, sizeof(**next));
    struct symbol *name = *next != NULL ? symbols_get(&b->names, text, len, &all) : NULL;
    if (name == NULL)
        return NULL;
    b->all[name->idx]->name = name;
    return b->all[name->idx];
}

struct named_book *books_get(struct books *b, const struct symbol *symbol)
{
    if (symbol->idx < b->symbol_cap && b->of_symbol[symbol->idx] != NULL)
        return b->of_symbol[symbol->idx];
    if (!make_room(&b->of_symbol, &b->symbol_cap, symbol->idx))
        return NULL;
    size_t len;
    const char *text = alias_find(b->aliases, symbol->name, symbol->name_len, &len);
    b->of_symbol[symbol->idx] = get_named(b, text, len);
    return b->of_symbol[symbol->idx];
}

static void keep_one(struct books *b, size_t i, struct state *state)
{
    char name[SYMBOL_NAME_MAX];
    size_t len = state->loading ? 0 : b->names.all[i]->name_len;
    if (!state->loading)
        memcpy(name, b->names.all[i]->name, len);
    len = state_cnt(state, len, sizeof name);
    state_bytes(state, name, len);
    struct named_book *named = state->loading ? get_named(b, name, len) : b->all[i];
    if (named == NULL || named->name->idx != i)
        state->failed = true;
    else
        book_keep(&named->book, &b->rules, state);
}

void books_keep(struct books *b, struct state *state)
{
    uint64_t cnt = state_cnt(state, books_cnt(b), UINT32_MAX);
    for (size_t i = 0; i < cnt && !state->failed; i++)
        keep_one(b, i, state);
}

void books_free(struct books *b)
{
    for (size_t i = 0; i < b->cap; i++) {
        if (b->all[i] != NULL)
            book_free(&b->all[i]->book);
        free(b->all[i]);
    }
    free(b->all);
    free(b->of_symbol);
    symbols_free(&b->names);
    *b = (struct books){.aliases = b->aliases, .rules = b->rules};
}
