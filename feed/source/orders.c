#include "orders.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#define SLOT_CNT_FIRST 1024

static_assert(sizeof(struct order) == 32, "two orders fill a cache line");

/* Where ref is, or where it belongs. */
static struct order *place_of(const struct orders *orders, uint64_t ref)
{
    size_t i = orders_hash(ref) & orders->slot_mask;
    while (orders->slot[i].is_live && orders->slot[i].ref != ref)
        i = (i + 1) & orders->slot_mask;
    return &orders->slot[i];
}

static int grow(struct orders *orders)
{
    size_t old_cnt = orders->slot == NULL ? 0 : orders->slot_mask + 1;
    size_t cnt = old_cnt == 0 ? SLOT_CNT_FIRST : old_cnt * 2;
    if (cnt > (size_t)ORDERS_MAX * 2)
        return -ENOSPC;
    struct orders larger = {
        .slot = calloc(cnt, sizeof(struct order)), .slot_mask = cnt - 1, .cnt = orders->cnt};
    if (larger.slot == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < old_cnt; i++)
        if (orders->slot[i].is_live)
            *place_of(&larger, orders->slot[i].ref) = orders->slot[i];
    free(orders->slot);
    *orders = larger;
    return 0;
}

/* One slot in two is free: chains stay short. */
static bool is_full(const struct orders *orders)
{
    return orders->slot == NULL || orders->cnt > orders->slot_mask / 2;
}

int orders_add(struct orders *orders, const struct order *order)
{
    if (orders_find(orders, order->ref) != NULL)
        return -EEXIST;
    int rc = is_full(orders) ? grow(orders) : 0;
    if (rc != 0)
        return rc;
    struct order *place = place_of(orders, order->ref);
    *place = *order;
    place->is_live = true;
    orders->cnt++;
    return 0;
}

/* Those behind the gap move into it, unless that would put one before the slot where its search begins. */
void orders_remove(struct orders *orders, struct order *order)
{
    struct order *slot = orders->slot;
    size_t mask = orders->slot_mask;
    size_t gap = (size_t)(order - slot);
    for (size_t i = (gap + 1) & mask; slot[i].is_live; i = (i + 1) & mask) {
        size_t first = orders_hash(slot[i].ref) & mask;
        if (((i - first) & mask) >= ((i - gap) & mask)) {
            slot[gap] = slot[i];
            gap = i;
        }
    }
    slot[gap].is_live = false;
    orders->cnt--;
}

/* What a removal moves into slot i is looked at again; what it moves from the front of the table to its end
 * was looked at before. */
void orders_remove_instrument(struct orders *orders, uint32_t instrument)
{
    for (size_t i = 0; orders->cnt > 0 && i <= orders->slot_mask;) {
        if (orders->slot[i].is_live && orders->slot[i].instrument == instrument)
            orders_remove(orders, &orders->slot[i]);
        else
            i++;
    }
}

void orders_free(struct orders *orders)
{
    free(orders->slot);
    *orders = (struct orders){.cnt = 0};
}
