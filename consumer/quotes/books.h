/* books.h - the books of all symbols, by the name that aliases lead to. */
#ifndef CONSUMER_QUOTES_BOOKS_H
#define CONSUMER_QUOTES_BOOKS_H

#include "consumer/quotes/book.h"
#include "consumer/symbols.h"

struct named_book {
    const struct symbol *name; /* of all symbols with that alias */
    struct book book;
};

struct books {
    struct symbols names;
    struct named_book **all; /* in order of appearance; as many as names */
    size_t cap;
    struct named_book **of_symbol; /* by the idx of a tick's symbol; NULL: not looked up yet */
    size_t symbol_cap;
    const char *aliases; /* a checked list (alias.h), the caller's; NULL: none */
    struct book_rules rules;
};

/* books_get - the book of a tick's symbol, made if it is new.  Books stay where they are until books_free.
 * NULL: out of memory. */
struct named_book *books_get(struct books *b, const struct symbol *symbol);

static inline size_t books_cnt(const struct books *b)
{
    return b->names.cnt;
}

/* books_keep - saves or loads all of them (state.h); to be loaded into one that has aliases and rules only. */
void books_keep(struct books *b, struct state *state);

void books_free(struct books *b);

#endif
