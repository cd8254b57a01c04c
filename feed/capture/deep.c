#include "deep.h"

#include <errno.h>
#include <stdlib.h>

#define CAP_FIRST 1024
#define ASK 0
#define BID 1

/* Fibonacci hashing: names differ in few bits. */
static uint32_t place_of(const struct deep *deep, uint64_t name)
{
    uint32_t i = (uint32_t)(name * UINT64_C(0x9E3779B97F4A7C15) >> 32) & (deep->cap - 1);
    while (deep->book[i].name != 0 && deep->book[i].name != name)
        i = (i + 1) & (deep->cap - 1);
    return i;
}

static int grow(struct deep *deep)
{
    struct deep bigger = *deep;
    bigger.cap = deep->cap == 0 ? CAP_FIRST : deep->cap * 2;
    bigger.book = calloc(bigger.cap, sizeof(*bigger.book));
    if (bigger.book == NULL)
        return -ENOMEM;
    for (uint32_t i = 0; i < deep->cap; i++)
        if (deep->book[i].name != 0)
            bigger.book[place_of(&bigger, deep->book[i].name)] = deep->book[i];
    free(deep->book);
    *deep = bigger;
    return 0;
}

/* At most half of the places are taken. */
static int find(struct deep *deep, uint64_t name, struct deep_book **book)
{
    if (deep->cap > 0) {
        *book = &deep->book[place_of(deep, name)];
        if ((*book)->name == name)
            return 0;
    }
    if (deep->cnt == DEEP_BOOK_MAX)
        return -ENOSPC;
    int rc = deep->cnt * 2 >= deep->cap ? grow(deep) : 0;
    if (rc != 0)
        return rc;
    *book = &deep->book[place_of(deep, name)];
    (*book)->name = name;
    (*book)->side[BID].is_bid = true;
    deep->cnt++;
    return 0;
}

static int set_level(struct deep *deep, struct levels *side, int64_t px, int64_t qty)
{
    if (qty > 0 && deep->level_cnt == DEEP_LEVEL_MAX)
        return -ENOSPC;
    uint32_t cnt = side->cnt;
    int rc = levels_set(side, px, qty);
    deep->level_cnt += side->cnt - cnt;
    return rc;
}

/* Whether the best level is another one than the last quote told, which is told now.  A price of 0 is none. */
static bool take_best(struct deep_book *book, int side)
{
    const struct level *level = levels_best(&book->side[side]);
    struct level best = {0};
    if (level != NULL && level->px != 0)
        best = *level;
    bool changed = best.px != book->best[side].px || best.qty != book->best[side].qty;
    book->best[side] = best;
    return changed;
}

static void set_quote(const struct deep_book *book, struct tr_tick *quote)
{
    quote->bid_px = book->best[BID].px;
    quote->bid_qty = book->best[BID].qty;
    quote->ask_px = book->best[ASK].px;
    quote->ask_qty = book->best[ASK].qty;
    quote->flags = 0;
    if (quote->bid_qty == 0)
        quote->flags |= TR_TICK_NO_BID;
    if (quote->ask_qty == 0)
        quote->flags |= TR_TICK_NO_ASK;
}

int deep_update(struct deep *deep, uint64_t name, bool is_bid, int64_t px, int64_t qty, bool is_end,
                struct tr_tick *quote)
{
    struct deep_book *book;
    int rc = find(deep, name, &book);
    if (rc == 0)
        rc = set_level(deep, &book->side[is_bid ? BID : ASK], px, qty);
    if (rc != 0 || !is_end)
        return rc;
    bool bid_changed = take_best(book, BID);
    bool ask_changed = take_best(book, ASK);
    if (!bid_changed && !ask_changed)
        return 0;
    set_quote(book, quote);
    return 1;
}

void deep_clear(struct deep *deep)
{
    for (uint32_t i = 0; i < deep->cap; i++) {
        for (int side = ASK; side <= BID; side++) {
            levels_clear(&deep->book[i].side[side]);
            deep->book[i].best[side] = (struct level){0};
        }
    }
    deep->level_cnt = 0;
}

void deep_free(struct deep *deep)
{
    for (uint32_t i = 0; i < deep->cap; i++)
        for (int side = ASK; side <= BID; side++)
            levels_free(&deep->book[i].side[side]);
    free(deep->book);
    *deep = (struct deep){.cap = 0};
}
