/* orders.h - the live orders of a book by their reference: what an execution, a cancel or a delete, which name
 * only the reference, is about.
 *
 * Open addressing in buckets of a cache line, which are searched without branching on what is in them.  A bucket
 * counts the orders that passed it because it was full, so that what is removed leaves nothing behind: memory
 * and time depend on the orders alive at once, never on how many there have been.  Prices and quantities are in
 * the caller's units. */
#ifndef FEED_ORDERS_H
#define FEED_ORDERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ORDERS_MAX (1 << 25) /* alive at once; the table then takes 2 GiB */

#define ORDERS_BUCKET 2 /* orders of a bucket */

struct order {
    uint64_t ref; /* any number; not to be changed in the table */
    int64_t px;
    int64_t qty;
    uint32_t instrument;
    uint8_t side; /* the caller's */
    bool is_live; /* the table's own: set in it, false in a free slot */
    uint16_t passed; /* the table's own, in the first of a bucket: orders that found it full */
};

/* All zero: empty. */
struct orders {
    struct order *slot; /* bucket by bucket, at most half of them live; NULL: none yet */
    size_t bucket_mask; /* number of buckets - 1 */
    size_t cnt;
    size_t cnt_max; /* then it grows */
};

/* orders_bucket - where the search for a reference begins.  Its bits are mixed: venues count references up, in
 * steps, or put a session in front. */
static inline size_t orders_bucket(const struct orders *orders, uint64_t ref)
{
    unsigned __int128 product = (unsigned __int128)ref * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)((uint64_t)(product >> 64) ^ (uint64_t)product) & orders->bucket_mask;
}

/* orders_slots - how many slots there are, to look at slot[0], slot[1] ... one by one: live ones and free ones. */
static inline size_t orders_slots(const struct orders *orders)
{
    return orders->slot == NULL ? 0 : (orders->bucket_mask + 1) * ORDERS_BUCKET;
}

/* orders_hits - a bit for each order of a bucket: is it live and of that reference? */
static inline unsigned orders_hits(const struct order *bucket, uint64_t ref)
{
    unsigned hits = 0;
    for (unsigned k = 0; k < ORDERS_BUCKET; k++)
        hits |= (unsigned)((bucket[k].ref == ref) & bucket[k].is_live) << k;
    return hits;
}

/* orders_live - the same: is it live? */
static inline unsigned orders_live(const struct order *bucket)
{
    unsigned live = 0;
    for (unsigned k = 0; k < ORDERS_BUCKET; k++)
        live |= (unsigned)bucket[k].is_live << k;
    return live;
}

/* orders_fill - an order in a free slot.  (Field by field: what was just stored so is not loaded faster
 * otherwise.) */
static inline void orders_fill(struct order *slot, const struct order *order)
{
    slot->ref = order->ref;
    slot->px = order->px;
    slot->qty = order->qty;
    slot->instrument = order->instrument;
    slot->side = order->side;
    slot->is_live = true;
}

/* orders_find - the live order of that reference, NULL: none.  It may be changed there, except its reference,
 * and is valid until the next orders_add or orders_remove. */
static inline struct order *orders_find(const struct orders *orders, uint64_t ref)
{
    if (orders->cnt == 0)
        return NULL;
    size_t first = orders_bucket(orders, ref);
    size_t i = first;
    do {
        struct order *bucket = &orders->slot[i * ORDERS_BUCKET];
        unsigned hits = orders_hits(bucket, ref);
        if (hits != 0)
            return &bucket[__builtin_ctz(hits)];
        if (bucket->passed == 0)
            return NULL;
        i = (i + 1) & orders->bucket_mask;
    } while (i != first);
    return NULL;
}

/* orders_prefetch - the reference will be asked for soon: a large table is not in the cache.  (Always inline:
 * gcc drops calls of a function that does nothing else.) */
__attribute__((always_inline)) static inline void orders_prefetch(const struct orders *orders, uint64_t ref)
{
    if (orders->slot == NULL)
        return;
    size_t i = orders_bucket(orders, ref);
    __builtin_prefetch(&orders->slot[i * ORDERS_BUCKET], 1);
    __builtin_prefetch(&orders->slot[((i + 1) & orders->bucket_mask) * ORDERS_BUCKET], 1);
}

/* orders_add_anywhere - what orders_add does where the first bucket has no room or is not the last to look at. */
int orders_add_anywhere(struct orders *orders, const struct order *order);

/* orders_add - a copy of order becomes live.
 * 0; -EEXIST: its reference is live already; -ENOSPC: ORDERS_MAX are; -ENOMEM.  After an error nothing has
 * changed. */
static inline int orders_add(struct orders *orders, const struct order *order)
{
    if (orders->cnt == orders->cnt_max)
        return orders_add_anywhere(orders, order);
    struct order *slot = &orders->slot[orders_bucket(orders, order->ref) * ORDERS_BUCKET];
    unsigned live = orders_live(slot);
    if (orders_hits(slot, order->ref) != 0 || live == (1u << ORDERS_BUCKET) - 1 || slot->passed > 0)
        return orders_add_anywhere(orders, order);
    orders_fill(&slot[__builtin_ctz(~live)], order);
    orders->cnt++;
    return 0;
}

/* orders_remove - an order in the table is live no more.  None of the others is moved. */
void orders_remove(struct orders *orders, struct order *order);

/* orders_free - none is live, and the memory is given back. */
void orders_free(struct orders *orders);

#endif
