#include "feed/rings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exitcode.h"
#include "feed/identity.h"
#include "feed/replay.h"
#include "log.h"
#include "ringerror.h"

#define NAP_NS (50 * TR_NS_PER_MS)

static int tell_open_error(const struct feed_options *opt, const struct tr_producer *ring, const char *name,
                           int rc)
{
    bool was_made = ring->created; /* tried to, that is: the ring was not there */
    if (was_made && rc == -ENOENT) {
        log_error(TR_SHM_DIR, "is not there, mount a tmpfs on it");
        return EXIT_CODE_CANTCREATE;
    }
    if (was_made && rc == -EPERM && opt->gid != (gid_t)-1) {
        log_error("--group", "the ring cannot be given to this group, use one that you are in");
        return EXIT_CODE_NOPERM;
    }
    return ringerror_tell(name, options_producer(opt), rc);
}

/* Where an earlier run of the same command was killed, this one goes on. */
static void find_place(const struct feed_options *opt, struct publisher *pub, unsigned idx)
{
    const struct tr_input_id id = identity_of(opt, idx);
    const char *name = pub->ring.seg.name;
    bool took_over = pub->ring.took_over;
    if (tr_producer_input(&pub->ring, &id, &pub->done_cnt))
        log_info(name, "going on after %llu ticks that an earlier run published",
                 (unsigned long long)pub->done_cnt);
    else if (took_over)
        log_warn(name, "the feed before this one was killed, and its input is %s: this one begins anew",
                 opt->resume == 1 ? "not to be resumed" : "another, or cannot be read again");
}

/* The limit of --warn in ticks; 0: none. */
static uint64_t queue_limit(const struct feed_options *opt, const struct tr_producer *ring)
{
    uint64_t slot_cnt = ring->seg.header.slot_cnt;
    uint64_t limit_cnt = limit_ticks(&opt->warn, slot_cnt);
    if (limit_cnt > slot_cnt)
        log_warn("--warn", "no queue grows to %llu ticks, ring %s has %llu slots",
                 (unsigned long long)limit_cnt, ring->seg.name, (unsigned long long)slot_cnt);
    return limit_cnt == 0 && opt->warn.value > 0 ? 1 : limit_cnt; /* a small share of a small ring */
}

static int open_one(struct rings *rings, unsigned idx)
{
    const struct feed_options *opt = rings->opt;
    struct publisher *pub = &rings->pub[idx];
    char name[OPTIONS_RING_MAX + 1];
    options_ring(opt, idx, name);
    const struct tr_producer_options open = {
        .ring = name,
        .name = options_producer(opt),
        .slot_cnt = opt->slot_cnt,
        .mode = opt->mode,
        .gid = opt->gid != (gid_t)-1 ? &opt->gid : NULL,
        .wait = (enum tr_wait_kind)opt->wait,
        .stall_timeout_ns = opt->stall_timeout_ns > 0 ? opt->stall_timeout_ns : 0,
    };
    int rc = tr_producer_open(&pub->ring, &open);
    if (rc != 0)
        return tell_open_error(opt, &pub->ring, name, rc);
    rings->open_cnt++;
    report_baseline(&rings->report[idx], &pub->ring);
    pub->queues.limit_cnt = queue_limit(opt, &pub->ring);
    find_place(opt, pub, idx);
    return 0;
}

int rings_open(struct rings *rings, const struct feed_options *opt, bool (*stopped)(void))
{
    unsigned cnt = opt->split_cnt == 0 ? 1 : (unsigned)opt->split_cnt;
    *rings = (struct rings){.opt = opt, .cnt = cnt};
    rings->pub = calloc(cnt, sizeof *rings->pub);
    rings->report = calloc(cnt, sizeof *rings->report);
    if (rings->pub == NULL || rings->report == NULL) {
        log_error("memory", "there is not enough of it, use fewer rings");
        return EXIT_CODE_FAILED;
    }
    for (unsigned i = 0; i < cnt; i++) {
        struct publisher *pub = &rings->pub[i];
        pub->policy = (enum publish_policy)opt->policy;
        pub->wants_digest = opt->digest;
        pub->patience_ns = opt->timeout_ns;
        pub->stopped = stopped;
        publisher_init(pub);
        int code = open_one(rings, i);
        if (code != 0)
            return code;
    }
    return 0;
}

static int housekeep_all(struct rings *rings, int64_t now_ns)
{
    for (unsigned i = 0; i < rings->cnt; i++) {
        int rc = publisher_housekeep(&rings->pub[i], now_ns);
        if (rc != 0)
            return publisher_tell(&rings->pub[i], rc);
    }
    return 0;
}

static int wait_for_consumers(struct rings *rings, struct tr_producer *ring, int64_t begin_ns,
                              bool (*stopped)(void))
{
    const struct feed_options *opt = rings->opt;
    bool told = false;
    unsigned cnt;
    while (!stopped() && (cnt = tr_producer_consumer_cnt(ring)) < opt->consumer_cnt) {
        int64_t now_ns = tr_now_ns();
        if (opt->timeout_ns >= 0 && now_ns - begin_ns >= opt->timeout_ns) {
            log_error(ring->seg.name,
                      "no consumers in time, start them, or --wait-consumers=0 to go on without");
            return EXIT_CODE_TEMPFAIL;
        }
        if (!told)
            log_info(ring->seg.name, "waiting for %llu consumer%s (--wait-consumers=0: go on without)",
                     (unsigned long long)opt->consumer_cnt, opt->consumer_cnt == 1 ? "" : "s");
        told = true;
        int code = housekeep_all(rings, now_ns);
        if (code != 0)
            return code;
        tr_producer_nap(ring, cnt, NAP_NS);
    }
    return 0;
}

int rings_wait(struct rings *rings, bool (*stopped)(void))
{
    int64_t begin_ns = tr_now_ns();
    int code = 0;
    for (unsigned i = 0; i < rings->cnt && code == 0; i++) {
        code = wait_for_consumers(rings, &rings->pub[i].ring, begin_ns, stopped);
        if (rings->opt->consumer_cnt > 0) /* they may be gone before one looks again */
            rings->pub[i].audience.seen_ns = tr_now_ns();
    }
    return code;
}

void rings_report(struct rings *rings)
{
    for (unsigned i = 0; i < rings->open_cnt; i++) {
        struct publisher *pub = &rings->pub[i];
        struct report_ring *report = &rings->report[i];
        waits_tell(&pub->waits, &pub->ring, tr_now_ns(), true);
        report_ring(report, &pub->ring);
        report->published = pub->published;
        report->resumed = pub->done_cnt;
        report->dropped = pub->dropped;
        report->first_ts_ns = pub->first_ts_ns;
        report->last_ts_ns = pub->last_ts_ns;
        report->digest = tr_digest_value(&pub->digest);
    }
}

static void release(struct rings *rings)
{
    free(rings->pub);
    free(rings->report);
    *rings = (struct rings){.cnt = 0};
}

void rings_give_up(struct rings *rings)
{
    for (unsigned i = 0; i < rings->open_cnt; i++) {
        struct tr_producer *ring = &rings->pub[i].ring;
        if (ring->took_over)
            tr_producer_abandon(ring);
        else
            tr_producer_close(ring, false);
    }
    release(rings);
}

int rings_close(struct rings *rings)
{
    int code = 0;
    for (unsigned i = 0; i < rings->open_cnt; i++) {
        struct tr_producer *ring = &rings->pub[i].ring;
        int rc = tr_producer_housekeep(ring, tr_now_ns());
        if (rc == 0) {
            tr_producer_close(ring, rings->opt->keep);
            continue;
        }
        if (code == 0)
            code = publisher_tell(&rings->pub[i], rc);
        tr_producer_abandon(ring); /* taken away from us: that is no end for those who read */
    }
    release(rings);
    return code;
}
