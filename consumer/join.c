#include "consumer/join.h"

#include <errno.h>
#include <stdio.h>

#include "exitcode.h"
#include "log.h"
#include "ringerror.h"
#include "sig.h"

#define ID_TRIES 64

/* The name of the stage, with its shard if any; .2, .3 ... if a live process has it. */
static void default_id(char id[TR_NAME_MAX + 1], const struct consumer_options *opt, unsigned attempt)
{
    char shard[24] = "";
    char number[12] = "";
    if (opt->filter.shard_cnt != 0)
        snprintf(shard, sizeof shard, ".%uof%u", opt->filter.shard, opt->filter.shard_cnt);
    if (attempt > 1)
        snprintf(number, sizeof number, ".%u", attempt);
    snprintf(id, TR_NAME_MAX + 1, "%.8s%s%s", opt->stage->name, shard, number);
}

static int join_as(struct tr_consumer *ring, const struct consumer_options *opt, bool keeps_all,
                   const char *id)
{
    const struct tr_consumer_options join = {
        .ring = opt->ring,
        .id = id,
        .from = opt->from,
        .seq = opt->from_seq,
        .lossy = opt->policy == 1,
        .hold_ns = opt->hold_ns,
        .filter = filter_hash(&opt->filter),
        .wait = (enum tr_wait_kind)opt->wait,
        .lane_cnt_min = (unsigned)opt->lane_cnt,
        .keeps_all = keeps_all,
        .order = (enum tr_order)opt->order,
    };
    return tr_consumer_open(ring, &join);
}

static int join_now(struct tr_consumer *ring, const struct consumer_options *opt, bool keeps_all,
                    char id[TR_NAME_MAX + 1])
{
    int rc = -EBUSY;
    if (opt->id != NULL) {
        snprintf(id, TR_NAME_MAX + 1, "%s", opt->id);
        return join_as(ring, opt, keeps_all, id);
    }
    for (unsigned attempt = 1; rc == -EBUSY && attempt <= ID_TRIES; attempt++) {
        default_id(id, opt, attempt);
        rc = join_as(ring, opt, keeps_all, id);
    }
    return rc;
}

static int64_t left_ns(const struct consumer_options *opt, int64_t begin_ns)
{
    if (opt->timeout_ns < 0)
        return TR_NS_PER_S;
    int64_t left = begin_ns + opt->timeout_ns - tr_now_ns();
    return left > TR_NS_PER_S ? TR_NS_PER_S : left;
}

/* Who keeps no checkpoint goes on with the ticks, but knows nothing of those before. */
static void tell_resumed(const struct tr_consumer *ring)
{
    uint64_t read_cnt = 0;
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        uint64_t start = tr_load_rlx(&ring->lane[p].own->start);
        read_cnt += ring->lane[p].pos > start ? ring->lane[p].pos - start : 0;
    }
    if (ring->place.known && read_cnt > 0)
        log_info(ring->seg.name, "going on behind the %llu ticks that this name has read; totals begin anew",
                 (unsigned long long)read_cnt);
}

int join_ring(struct tr_consumer *ring, const struct consumer_options *opt, bool keeps_all,
              char id[TR_NAME_MAX + 1], bool *joined)
{
    const char *maker = opt->stage->reads == 0 ? "a feed" : "the stage before"; /* of the ring */
    int64_t begin_ns = tr_now_ns();
    bool told = false;
    *joined = false;
    while (!sig_stopped()) {
        int rc = join_now(ring, opt, keeps_all, id);
        if (rc == 0) {
            *joined = true;
            log_detail(opt->ring, "joined as %s", id);
            if (!keeps_all)
                tell_resumed(ring);
            return 0;
        }
        if (rc != -ENOENT)
            return ringerror_tell(opt->ring, id, rc);
        if (left_ns(opt, begin_ns) <= 0) {
            log_error(opt->ring, "no such ring in time, start %s or give it longer (-t)", maker);
            return EXIT_CODE_TEMPFAIL;
        }
        if (!told)
            log_info(opt->ring, "waiting for %s to start", maker);
        told = true;
        tr_ring_await(opt->ring, left_ns(opt, begin_ns));
    }
    return 0;
}
