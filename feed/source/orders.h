/* orders.h - the live orders of a book by their reference: what an execution, a cancel or a delete, which name
 * only the reference, is about.
 *
 * Open addressing with linear probing; what is removed closes its gap, so that memory and time depend on the
 * orders alive at once, never on how many there have been.  Prices and quantities are in the caller's units. */
#ifndef FEED_ORDERS_H
#define FEED_ORDERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ORDERS_MAX (1 << 25) /* alive at once; the table then takes 2 GiB */

struct order {
    uint64_t ref; /* any number; not to be changed in the table */
    int64_t px;
    int64_t qty;
    uint32_t instrument;
    uint8_t side; /* the caller's */
    bool is_live; /* the table's own: set in it, false in a free slot */
};

/* All zero: empty. */
struct orders {
    struct order *slot; /* slot_mask + 1 of them, at most half of them live; NULL: none yet */
    size_t slot_mask;
    size_t cnt;
};

/* orders_hash - the bits of a reference mixed: venues count them up, in steps, or put a session in front. */
static inline size_t orders_hash(uint64_t ref)
{
    unsigned __int128 product = (unsigned __int128)ref * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)((uint64_t)(product >> 64) ^ (uint64_t)product);
}

/* orders_find - the live order of that reference, NULL: none.  It may be changed there, except its reference,
 * and is valid until the next orders_add or orders_remove. */
static inline struct order *orders_find(const struct orders *orders, uint64_t ref)
{
    if (orders->cnt == 0)
        return NULL;
    size_t i = orders_hash(ref) & orders->slot_mask;
    for (; orders->slot[i].is_live; i = (i + 1) & orders->slot_mask)
        if (orders->slot[i].ref == ref)
            return &orders->slot[i];
    return NULL;
}

/* orders_prefetch - the reference will be asked for soon: a large table is not in the cache. */
static inline void orders_prefetch(const struct orders *orders, uint64_t ref)
{
    __builtin_prefetch(&orders->slot[orders_hash(ref) & orders->slot_mask], 1);
}

/* orders_add - a copy of order becomes live.
 * 0; -EEXIST: its reference is live already; -ENOSPC: ORDERS_MAX are; -ENOMEM.  After an error nothing has
 * changed. */
int orders_add(struct orders *orders, const struct order *order);

/* orders_remove - an order that orders_find handed out is live no more. */
void orders_remove(struct orders *orders, struct order *order);

/* orders_remove_instrument - no order of that instrument is live any more; takes time for the whole table. */
void orders_remove_instrument(struct orders *orders, uint32_t instrument);

/* orders_free - none is live, and the memory is given back. */
void orders_free(struct orders *orders);

#endif
