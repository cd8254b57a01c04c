#include "feed/queues.h"

#include "log.h"

#define LOOK_NS (10 * TR_NS_PER_MS) /* it costs a cache miss for each consumer */

static void tell_grown(const struct queues *q, const struct tr_producer *ring, unsigned c, uint64_t lag)
{
    char name[TR_NAME_MAX + 1];
    tr_registry_name(&ring->seg, TR_PLACE_MEMBER, c, name);
    log_warn(ring->seg.name,
             "the queue of consumer '%s' has grown to %llu (limit %llu): see with shmmon what it does", name,
             (unsigned long long)lag, (unsigned long long)q->limit_cnt);
}

static void tell_over(const struct queues *q, const struct tr_producer *ring, unsigned c, uint64_t lag)
{
    char name[TR_NAME_MAX + 1];
    tr_registry_name(&ring->seg, TR_PLACE_MEMBER, c, name);
    log_info(ring->seg.name, "the queue of consumer '%s' is down to %llu, it was %llu at most", name,
             (unsigned long long)lag, (unsigned long long)q->deepest_cnt[c]);
}

static void look_at(struct queues *q, const struct tr_producer *ring, unsigned c, uint64_t lag)
{
    uint64_t *deepest = &q->deepest_cnt[c];
    if (*deepest == 0 && lag < q->limit_cnt)
        return;
    if (*deepest == 0)
        tell_grown(q, ring, c, lag);
    *deepest = lag > *deepest ? lag : *deepest;
    if (lag < (q->limit_cnt + 1) / 2) {
        tell_over(q, ring, c, lag);
        *deepest = 0;
    }
}

void queues_look(struct queues *q, const struct tr_producer *ring, int64_t now_ns, bool is_full)
{
    uint64_t lag;
    if (q->limit_cnt == 0 || (!is_full && now_ns - q->looked_ns < LOOK_NS))
        return;
    q->looked_ns = now_ns;
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
        if (tr_producer_lag(ring, c, &lag))
            look_at(q, ring, c, lag);
        else
            q->deepest_cnt[c] = 0;
    }
}
