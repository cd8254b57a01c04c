/* stocks.h - the stocks of an ITCH session by their stock locate: the symbol and both sides of the book.
 *
 * A locate is a small number that stands for a stock for one day; the directory messages tell which, or, in an
 * excerpt without them, those that carry a symbol. */
#ifndef FEED_STOCKS_H
#define FEED_STOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "feed/source/levels.h"

#define STOCK_SYMBOL_LEN 8 /* padded with blanks on the right */
#define STOCK_NAME_MAX 64 /* symbols that one locate can have had */
#define STOCK_PAGE_CNT 1024
#define STOCK_PAGE_LEN 64 /* locates have 16 bits */

struct stock_name {
    struct stock_name *next; /* an older one: records may still point to it */
    char text[STOCK_SYMBOL_LEN];
    uint8_t len;
};

enum stock_side { STOCK_BID, STOCK_ASK };

struct stock {
    uint64_t key; /* the bytes of the symbol, 0: none yet */
    const struct stock_name *name; /* what records call it, NULL: nothing yet */
    bool is_listed; /* by a directory message */
    struct levels side[2]; /* by enum stock_side */
    struct level best[2]; /* as the last quote told them; quantity 0: none */
    struct stock_name *names; /* all it has had */
};

/* All zero: no stocks. */
struct stocks {
    struct stock *page[STOCK_PAGE_CNT];
};

/* stocks_add_page - room for the stocks around that locate, without symbols; NULL: out of memory. */
struct stock *stocks_add_page(struct stocks *stocks, uint16_t locate);

/* stocks_get - the stock of that locate, a new one without a symbol if need be; NULL: out of memory.  It stays
 * where it is. */
static inline struct stock *stocks_get(struct stocks *stocks, uint16_t locate)
{
    struct stock *page = stocks->page[locate / STOCK_PAGE_LEN];
    if (page == NULL)
        page = stocks_add_page(stocks, locate);
    return page == NULL ? NULL : &page[locate % STOCK_PAGE_LEN];
}

/* stocks_clear_books - no order is in any book, and no quote was told. */
void stocks_clear_books(struct stocks *stocks);

/* stocks_free - gives the memory back, also that of the symbols. */
void stocks_free(struct stocks *stocks);

/* stock_key - the bytes of a symbol as one number to compare. */
static inline uint64_t stock_key(const unsigned char symbol[STOCK_SYMBOL_LEN])
{
    uint64_t key;
    memcpy(&key, symbol, sizeof(key));
    return key;
}

/* stock_is_called - whether that is its symbol. */
static inline bool stock_is_called(const struct stock *stock, const unsigned char symbol[STOCK_SYMBOL_LEN])
{
    return stock->key == stock_key(symbol) && stock->key != 0; /* no symbol is all NUL bytes */
}

/* stock_symbol_len - how long a symbol is without its padding; 0: it is none, nothing but blanks or not
 * printable. */
size_t stock_symbol_len(const unsigned char symbol[STOCK_SYMBOL_LEN]);

/* stock_rename - the stock has this symbol (one that stock_symbol_len takes) from now on.  Texts of earlier ones
 * stay where they are.  0, -ENOMEM, or -ENOSPC: it has had STOCK_NAME_MAX others. */
int stock_rename(struct stock *stock, const unsigned char symbol[STOCK_SYMBOL_LEN]);

/* stock_name_by_locate - a stock without a symbol is called "#LOCATE" until there is one.  0 or -ENOMEM. */
int stock_name_by_locate(struct stock *stock, uint16_t locate);

#endif
