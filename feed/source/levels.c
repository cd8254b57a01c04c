#include "levels.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CAP_FIRST 16
#define NEAR_CNT 8 /* levels at the best end that are looked at one by one */

static bool is_better(const struct levels *side, int64_t px, int64_t than_px)
{
    return side->is_bid ? px > than_px : px < than_px;
}

/* The index of the level at px, or where it belongs: all before are worse, none from there on is. */
static uint32_t find(const struct levels *side, int64_t px)
{
    uint32_t i = side->cnt;
    for (uint32_t near = 0; near < NEAR_CNT && i > 0; near++, i--)
        if (is_better(side, px, side->level[i - 1].px))
            return i;
    uint32_t low = 0;
    while (low < i) {
        uint32_t middle = low + (i - low) / 2;
        if (is_better(side, px, side->level[middle].px))
            low = middle + 1;
        else
            i = middle;
    }
    return low;
}

static bool is_at(const struct levels *side, uint32_t i, int64_t px)
{
    return i < side->cnt && side->level[i].px == px;
}

static int make_room(struct levels *side)
{
    if (side->cnt < side->cap)
        return 0;
    if (side->cap >= LEVELS_MAX)
        return -ENOSPC;
    uint32_t cap = side->cap == 0 ? CAP_FIRST : side->cap * 2;
    struct level *level = realloc(side->level, cap * sizeof(*level));
    if (level == NULL)
        return -ENOMEM;
    side->level = level;
    side->cap = cap;
    return 0;
}

static int insert(struct levels *side, uint32_t i, int64_t px, int64_t qty)
{
    int rc = make_room(side);
    if (rc != 0)
        return rc;
    memmove(&side->level[i + 1], &side->level[i], (side->cnt - i) * sizeof(side->level[0]));
    side->level[i] = (struct level){px, qty};
    side->cnt++;
    return 0;
}

static void remove_at(struct levels *side, uint32_t i)
{
    side->cnt--;
    memmove(&side->level[i], &side->level[i + 1], (side->cnt - i) * sizeof(side->level[0]));
}

static int put(struct levels *side, uint32_t i, int64_t px, int64_t qty)
{
    bool there = is_at(side, i, px);
    if (qty <= 0 && there)
        remove_at(side, i);
    else if (qty > 0 && there)
        side->level[i].qty = qty;
    else if (qty > 0)
        return insert(side, i, px, qty);
    return 0;
}

int levels_set(struct levels *side, int64_t px, int64_t qty)
{
    return put(side, find(side, px), px, qty);
}

int levels_add(struct levels *side, int64_t px, int64_t delta)
{
    uint32_t i = find(side, px);
    int64_t qty = is_at(side, i, px) ? side->level[i].qty : 0;
    if (__builtin_add_overflow(qty, delta, &qty))
        return -ERANGE;
    return put(side, i, px, qty);
}

void levels_free(struct levels *side)
{
    free(side->level);
    side->level = NULL;
    side->cnt = side->cap = 0;
}
