#include "idmap.h"

#include <errno.h>
#include <stdlib.h>

#define SLOT_CNT_FIRST 64

/* Where key is, or where it belongs. */
static struct idmap_slot *place_of(const struct idmap *map, uint64_t key)
{
    size_t i = idmap_hash(key) & map->mask;
    while (map->slot[i].value_plus_1 != 0 && map->slot[i].key != key)
        i = (i + 1) & map->mask;
    return &map->slot[i];
}

static int grow(struct idmap *map)
{
    size_t old_cnt = map->slot == NULL ? 0 : map->mask + 1;
    size_t cnt = old_cnt == 0 ? SLOT_CNT_FIRST : old_cnt * 2;
    struct idmap larger = {.slot = calloc(cnt, sizeof(struct idmap_slot)), .mask = cnt - 1, .cnt = map->cnt};
    if (larger.slot == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < old_cnt; i++)
        if (map->slot[i].value_plus_1 != 0)
            *place_of(&larger, map->slot[i].key) = map->slot[i];
    free(map->slot);
    *map = larger;
    return 0;
}

int idmap_set(struct idmap *map, uint64_t key, uint32_t value)
{
    if (map->slot == NULL || map->cnt > map->mask / 2) {
        int rc = grow(map);
        if (rc != 0)
            return rc;
    }
    struct idmap_slot *place = place_of(map, key);
    map->cnt += place->value_plus_1 == 0;
    *place = (struct idmap_slot){key, value + 1};
    return 0;
}

void idmap_free(struct idmap *map)
{
    free(map->slot);
    *map = (struct idmap){.cnt = 0};
}
