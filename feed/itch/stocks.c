#include "stocks.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct stock *stocks_add_page(struct stocks *stocks, uint16_t locate)
{
    struct stock *page = calloc(STOCK_PAGE_LEN, sizeof(*page));
    for (size_t i = 0; page != NULL && i < STOCK_PAGE_LEN; i++)
        page[i].side[STOCK_BID].is_bid = true;
    stocks->page[locate / STOCK_PAGE_LEN] = page;
    return page;
}

static void clear_book(struct stock *stock)
{
    for (int side = STOCK_BID; side <= STOCK_ASK; side++) {
        levels_clear(&stock->side[side]);
        stock->best[side] = (struct level){0, 0};
    }
}

void stocks_clear_books(struct stocks *stocks)
{
    for (size_t i = 0; i < STOCK_PAGE_CNT; i++)
        for (size_t k = 0; stocks->page[i] != NULL && k < STOCK_PAGE_LEN; k++)
            clear_book(&stocks->page[i][k]);
}

static void free_stock(struct stock *stock)
{
    levels_free(&stock->side[STOCK_BID]);
    levels_free(&stock->side[STOCK_ASK]);
    while (stock->names != NULL) {
        struct stock_name *next = stock->names->next;
        free(stock->names);
        stock->names = next;
    }
}

void stocks_free(struct stocks *stocks)
{
    for (size_t i = 0; i < STOCK_PAGE_CNT; i++) {
        for (size_t k = 0; stocks->page[i] != NULL && k < STOCK_PAGE_LEN; k++)
            free_stock(&stocks->page[i][k]);
        free(stocks->page[i]);
        stocks->page[i] = NULL;
    }
}

size_t stock_symbol_len(const unsigned char symbol[STOCK_SYMBOL_LEN])
{
    size_t len = STOCK_SYMBOL_LEN;
    while (len > 0 && symbol[len - 1] == ' ')
        len--;
    for (size_t i = 0; i < len; i++)
        if (symbol[i] < ' ' || symbol[i] > '~')
            return 0;
    return len;
}

/* The one of that text among those it has had, NULL: it is new.  *cnt: how many there are. */
static struct stock_name *find_name(const struct stock *stock, const unsigned char *symbol, size_t *cnt)
{
    struct stock_name *name = stock->names;
    for (*cnt = 0; name != NULL && memcmp(name->text, symbol, STOCK_SYMBOL_LEN) != 0; (*cnt)++)
        name = name->next;
    return name;
}

int stock_rename(struct stock *stock, const unsigned char symbol[STOCK_SYMBOL_LEN])
{
    size_t cnt;
    struct stock_name *name = find_name(stock, symbol, &cnt);
    if (name == NULL && cnt == STOCK_NAME_MAX)
        return -ENOSPC;
    if (name == NULL) {
        name = malloc(sizeof(*name));
        if (name == NULL)
            return -ENOMEM;
        memcpy(name->text, symbol, STOCK_SYMBOL_LEN);
        name->len = (uint8_t)stock_symbol_len(symbol);
        name->next = stock->names;
        stock->names = name;
    }
    stock->name = name;
    stock->key = stock_key(symbol);
    return 0;
}

int stock_name_by_locate(struct stock *stock, uint16_t locate)
{
    char text[STOCK_SYMBOL_LEN + 1];
    unsigned char symbol[STOCK_SYMBOL_LEN];
    snprintf(text, sizeof(text), "#%-7u", locate);
    memcpy(symbol, text, sizeof(symbol));
    int rc = stock_rename(stock, symbol);
    stock->key = 0;
    return rc;
}
