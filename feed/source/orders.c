#include "orders.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BUCKET_CNT_FIRST 64
#define BUCKET_CNT_MAX ((size_t)ORDERS_MAX * 2 / ORDERS_BUCKET)
#define PASSED_MAX UINT16_MAX /* counted no further, then never down: the search only goes on in vain */

static_assert(sizeof(struct order) == 32, "two orders fill a cache line");

static struct order *bucket_at(const struct orders *orders, size_t i)
{
    return &orders->slot[i * ORDERS_BUCKET];
}

/* An order that is not in the table, into the first free slot; full buckets before it count that it passed. */
static void put(struct orders *orders, const struct order *order)
{
    size_t i = orders_bucket(orders, order->ref);
    unsigned live;
    while ((live = orders_live(bucket_at(orders, i))) == (1u << ORDERS_BUCKET) - 1) {
        struct order *bucket = bucket_at(orders, i);
        if (bucket->passed < PASSED_MAX)
            bucket->passed++;
        i = (i + 1) & orders->bucket_mask;
    }
    orders_fill(bucket_at(orders, i) + __builtin_ctz(~live), order);
    orders->cnt++;
}

static int grow(struct orders *orders)
{
    size_t cnt = orders->slot == NULL ? BUCKET_CNT_FIRST : (orders->bucket_mask + 1) * 2;
    if (cnt > BUCKET_CNT_MAX)
        return -ENOSPC;
    size_t size = cnt * ORDERS_BUCKET * sizeof(struct order);
    struct orders larger = {
        .slot = aligned_alloc(64, size), .bucket_mask = cnt - 1, .cnt_max = cnt * ORDERS_BUCKET / 2};
    if (larger.slot == NULL)
        return -ENOMEM;
    memset(larger.slot, 0, size);
    for (size_t i = 0; i < orders_slots(orders); i++)
        if (orders->slot[i].is_live)
            put(&larger, &orders->slot[i]);
    free(orders->slot);
    *orders = larger;
    return 0;
}

int orders_add_anywhere(struct orders *orders, const struct order *order)
{
    if (orders_find(orders, order->ref) != NULL)
        return -EEXIST;
    if (orders->cnt == orders->cnt_max) {
        int rc = grow(orders);
        if (rc != 0)
            return rc;
    }
    put(orders, order);
    return 0;
}

void orders_remove(struct orders *orders, struct order *order)
{
    size_t end = (size_t)(order - orders->slot) / ORDERS_BUCKET;
    for (size_t i = orders_bucket(orders, order->ref); i != end; i = (i + 1) & orders->bucket_mask)
        if (bucket_at(orders, i)->passed < PASSED_MAX)
            bucket_at(orders, i)->passed--;
    order->is_live = false;
    orders->cnt--;
}

void orders_free(struct orders *orders)
{
    free(orders->slot);
    *orders = (struct orders){.cnt = 0};
}
