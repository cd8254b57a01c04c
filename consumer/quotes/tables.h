/* tables.h - the books as tables for people. */
#ifndef CONSUMER_QUOTES_TABLES_H
#define CONSUMER_QUOTES_TABLES_H

#include "consumer/quotes/books.h"
#include "out.h"

/* tables_best, tables_venues - for a terminal so wide: the first cnt symbols' best bid and ask, those with an
 * arbitrage in reverse video; the first cnt venues' latest quotes, of all there are.  Where some are left out,
 * a line says how many, and how many of the symbols have an arbitrage.  Return how many lines they wrote. */
unsigned tables_best(struct out *out, const struct books *books, size_t cnt, unsigned columns);
unsigned tables_venues(struct out *out, const struct books *books, size_t cnt, size_t all, unsigned columns);

/* tables_summary - the best and the counts of all symbols; nothing where there are none. */
void tables_summary(struct out *out, const struct books *books);

#endif
