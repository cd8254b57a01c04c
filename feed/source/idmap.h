/* idmap.h - numbers that a venue gives (instrument ids) to small ones that index an array.
 *
 * Open addressing with linear probing; nothing is ever removed. */
#ifndef FEED_IDMAP_H
#define FEED_IDMAP_H

#include <stddef.h>
#include <stdint.h>

#define IDMAP_NONE UINT32_MAX

struct idmap_slot {
    uint64_t key;
    uint32_t value_plus_1; /* 0: free */
};

/* All zero: empty. */
struct idmap {
    struct idmap_slot *slot; /* mask + 1 of them, at most half of them taken; NULL: none yet */
    size_t mask;
    size_t cnt;
};

static inline size_t idmap_hash(uint64_t key)
{
    uint64_t product = key * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(product ^ product >> 32);
}

/* idmap_find - the number of key, IDMAP_NONE: it has none. */
static inline uint32_t idmap_find(const struct idmap *map, uint64_t key)
{
    if (map->cnt == 0)
        return IDMAP_NONE;
    size_t i = idmap_hash(key) & map->mask;
    for (; map->slot[i].value_plus_1 != 0; i = (i + 1) & map->mask)
        if (map->slot[i].key == key)
            return map->slot[i].value_plus_1 - 1;
    return IDMAP_NONE;
}

/* idmap_set - the number of key is value (not IDMAP_NONE) from now on.  0 or -ENOMEM, after which nothing
 * has changed.  The caller bounds how many keys there are. */
int idmap_set(struct idmap *map, uint64_t key, uint32_t value);

/* idmap_free - none has a number, and the memory is given back. */
void idmap_free(struct idmap *map);

#endif
