#include "audience.h"

#include "log.h"

static void tell_gone(struct audience *a, const struct tr_producer *ring)
{
    char name[TR_NAME_MAX + 1];
    if (ring->evicted_cnt == a->evicted_told && ring->dropped_dead_cnt == a->dropped_told)
        return;
    tr_registry_name(&ring->seg, TR_PLACE_MEMBER, ring->gone_idx, name);
    if (ring->evicted_cnt != a->evicted_told)
        log_warn(ring->seg.name, "evicted consumer '%s': it held the feed longer than --stall-timeout", name);
    else
        log_warn(ring->seg.name, "consumer '%s' died and its hold is over: going on without it", name);
    a->evicted_told = ring->evicted_cnt;
    a->dropped_told = ring->dropped_dead_cnt;
}

/* Whether the place of one that died is held still: it may come back. */
static bool is_awaited(const struct tr_producer *ring)
{
    for (uint32_t c = 0; c < TR_CONSUMER_MAX; c++) {
        if (tr_writer_counts(&ring->w, c, NULL))
            return true;
    }
    return false;
}

void audience_look(struct audience *a, const struct tr_producer *ring)
{
    tell_gone(a, ring);
    if (ring->consumer_cnt > 0)
        a->seen_ns = ring->kept_ns;
    bool gone = a->seen_ns != 0 && ring->kept_ns > a->seen_ns && ring->consumer_cnt == 0;
    if (!gone || a->told_alone || is_awaited(ring))
        return;
    a->told_alone = true;
    log_info(ring->seg.name, "all consumers have gone, going on alone");
}
