#include "dbn_book.h"

#include <errno.h>
#include <stdlib.h>

#include "dbn.h"

#define CAP_FIRST 16
#define STALE_MIN 4096 /* stale orders that may stay whatever there is */
#define GENERATION_CNT 128

enum { ASK, BID }; /* of dbn_book.side; an order's side has its book's generation above that bit */

static int add_book(struct dbn_books *books, uint64_t key)
{
    if (books->cnt == books->cap) {
        if (books->cap >= DBN_BOOKS_MAX)
            return -ENOSPC;
        uint32_t cap = books->cap == 0 ? CAP_FIRST : books->cap * 2;
        struct dbn_book *book = realloc(books->book, cap * sizeof(*book));
        if (book == NULL)
            return -ENOMEM;
        books->book = book;
        books->cap = cap;
    }
    int rc = idmap_set(&books->index, key, books->cnt);
    if (rc != 0)
        return rc;
    books->book[books->cnt] = (struct dbn_book){
        .side[BID].is_bid = true,
        .ref_mask = books->cnt * UINT64_C(0xD6E8FEB86659FD93),
        .index = books->cnt,
    };
    books->cnt++;
    return 0;
}

int dbn_books_find(struct dbn_books *books, uint16_t publisher, uint32_t instrument, struct dbn_book **book)
{
    uint64_t key = (uint64_t)publisher << 32 | instrument;
    uint32_t index = idmap_find(&books->index, key);
    if (index == IDMAP_NONE) {
        int rc = add_book(books, key);
        if (rc != 0)
            return rc;
        index = books->cnt - 1;
    }
    *book = &books->book[index];
    return 0;
}

static uint8_t side_of(const struct dbn_book *book, char side)
{
    return (uint8_t)(book->generation << 1 | (side == 'B' ? BID : ASK));
}

static bool is_stale(const struct dbn_books *books, const struct order *order)
{
    return order->side >> 1 != books->book[order->instrument].generation;
}

static void remove_stale(struct dbn_books *books)
{
    struct orders *orders = &books->orders;
    for (size_t i = 0; books->stale_cnt > 0 && i < orders_slots(orders); i++) {
        struct order *order = &orders->slot[i];
        if (order->is_live && is_stale(books, order)) {
            orders_remove(orders, order);
            books->stale_cnt--;
        }
    }
}

/* Orders of a cleared book stay in the table, known by its generation, until they are many: a day's snapshot
 * clears one book after the other, and the table has the orders of all. */
static void clear(struct dbn_books *books, struct dbn_book *book)
{
    levels_clear(&book->side[ASK]);
    levels_clear(&book->side[BID]);
    if (book->order_cnt == 0)
        return;
    books->stale_cnt += book->order_cnt;
    book->order_cnt = 0;
    book->generation++;
    bool is_last = book->generation == GENERATION_CNT;
    if (is_last || books->stale_cnt > STALE_MIN + books->orders.cnt / 2)
        remove_stale(books);
    if (is_last)
        book->generation = 0;
}

/* The live order of that reference, NULL: the book has none.  *taken: the reference is another book's. */
static struct order *find(struct dbn_books *books, const struct dbn_book *book, uint64_t ref, bool *taken)
{
    struct order *order = orders_find(&books->orders, ref ^ book->ref_mask);
    *taken = false;
    if (order == NULL)
        return NULL;
    if (is_stale(books, order)) {
        orders_remove(&books->orders, order);
        books->stale_cnt--;
        return NULL;
    }
    *taken = order->instrument != book->index;
    return *taken ? NULL : order;
}

static struct levels *levels_of(struct dbn_book *book, const struct order *order)
{
    return &book->side[order->side & 1];
}

static void remove_order(struct dbn_books *books, struct dbn_book *book, struct order *order)
{
    levels_add(levels_of(book, order), order->px, -order->qty);
    orders_remove(&books->orders, order);
    book->order_cnt--;
}

static int add_order(struct dbn_books *books, struct dbn_book *book, const struct dbn_order *from)
{
    struct order order = {.ref = from->ref ^ book->ref_mask,
                          .px = from->px,
                          .qty = from->size,
                          .instrument = book->index,
                          .side = side_of(book, from->side)};
    int rc = orders_add(&books->orders, &order);
    if (rc != 0)
        return rc;
    book->order_cnt++;
    rc = levels_add(levels_of(book, &order), order.px, order.qty);
    if (rc != 0) {
        orders_remove(&books->orders, orders_find(&books->orders, order.ref));
        book->order_cnt--;
    }
    return rc;
}

/* Adding an order and changing all of it are the same, but for what is expected. */
static int put(struct dbn_books *books, struct dbn_book *book, const struct dbn_order *from, const char **odd)
{
    bool taken;
    struct order *order = find(books, book, from->ref, &taken);
    if (taken)
        *odd = "orders with the number of another";
    else if (order != NULL && from->action == 'A')
        *odd = "orders added twice";
    else if (order == NULL && from->action == 'M')
        *odd = "changes of unknown orders";
    if (order != NULL)
        remove_order(books, book, order);
    return taken || from->size == 0 ? 0 : add_order(books, book, from);
}

static void cancel(struct dbn_books *books, struct dbn_book *book, const struct dbn_order *from,
                   const char **odd)
{
    bool taken;
    struct order *order = find(books, book, from->ref, &taken);
    if (order == NULL) {
        *odd = "cancels of unknown orders";
    } else if (from->size < order->qty) {
        order->qty -= from->size;
        levels_add(levels_of(book, order), order->px, -(int64_t)from->size);
    } else {
        if (from->size > order->qty)
            *odd = "cancels of more than there is";
        remove_order(books, book, order);
    }
}

/* Venues that tell only the best prices replace a side by one; no price: the side is empty. */
static int put_top(struct dbn_book *book, const struct dbn_order *from)
{
    struct levels *side = &book->side[from->side == 'B' ? BID : ASK];
    levels_clear(side);
    return from->px == DBN_UNDEF_PX ? 0 : levels_set(side, from->px, from->size);
}

static int change(struct dbn_books *books, struct dbn_book *book, const struct dbn_order *order,
                  const char **odd)
{
    if (order->size == DBN_UNDEF_SIZE || (order->side != 'A' && order->side != 'B'))
        return -EINVAL;
    if (order->flags & DBN_F_TOB)
        return put_top(book, order);
    return order->px == DBN_UNDEF_PX ? -EINVAL : put(books, book, order, odd);
}

int dbn_book_apply(struct dbn_books *books, struct dbn_book *book, const struct dbn_order *order,
                   const char **odd)
{
    bool is_level = (order->flags & DBN_F_MBP) != 0;
    *odd = NULL;
    switch (order->action) {
    case 'A':
    case 'M':
        if (!is_level)
            return change(books, book, order, odd);
        break;
    case 'C':
        if (!is_level)
            cancel(books, book, order, odd);
        break;
    case 'R':
        clear(books, book);
        return 0;
    default:
        return 0;
    }
    if (is_level)
        *odd = "price levels among orders";
    return 0;
}

static struct level best_of(const struct levels *side)
{
    const struct level *best = levels_best(side);
    return best != NULL ? *best : (struct level){.qty = 0};
}

static bool is_same(struct level a, struct level b)
{
    return a.px == b.px && a.qty == b.qty;
}

bool dbn_book_changed(struct dbn_book *book, struct dbn_best *best)
{
    *best = (struct dbn_best){.bid = best_of(&book->side[BID]), .ask = best_of(&book->side[ASK])};
    if (is_same(best->bid, book->told.bid) && is_same(best->ask, book->told.ask))
        return false;
    book->told = *best;
    return true;
}

void dbn_books_free(struct dbn_books *books)
{
    for (uint32_t i = 0; i < books->cnt; i++) {
        levels_free(&books->book[i].side[ASK]);
        levels_free(&books->book[i].side[BID]);
    }
    free(books->book);
    idmap_free(&books->index);
    orders_free(&books->orders);
    *books = (struct dbn_books){.cnt = 0};
}
