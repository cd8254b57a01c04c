/* The ring as its users have it: the library's calls, a reliable consumer, gate and counters on. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"

#define READ_MAX 256
#define FOREVER_NS (60 * TR_NS_PER_S)

static_assert(sizeof(struct bench_record) == sizeof(struct tr_tick), "a record is a tick");

static void give_up(const char *call, int rc)
{
    fprintf(stderr, "bench: %s: %s\n", call, strerror(-rc));
    exit(1);
}

static void open_producer(struct tr_producer *p, const char *ring, uint64_t slot_cnt)
{
    const struct tr_producer_options opt = {
        .ring = ring, .name = "bench", .slot_cnt = slot_cnt, .wait = TR_WAIT_SPIN};
    int rc = tr_producer_open(p, &opt);
    if (rc != 0)
        give_up(ring, rc);
}

static void open_consumer(struct tr_consumer *c, const char *ring)
{
    const struct tr_consumer_options opt = {.ring = ring,
                                            .id = "bench",
                                            .from = TR_FROM_OLDEST,
                                            .hold_ns = TR_HOLD_DEFAULT_NS,
                                            .wait = TR_WAIT_SPIN};
    int rc;
    while ((rc = tr_consumer_open(c, &opt)) == -ENOENT)
        tr_ring_await(ring, FOREVER_NS);
    if (rc != 0)
        give_up(ring, rc);
}

static inline struct tr_tick make_tick(uint64_t idx)
{
    struct bench_record r;
    struct tr_tick tick;
    bench_make(&r, idx);
    memcpy(&tick, &r, sizeof tick);
    return tick;
}

static inline uint64_t differ(const struct tr_tick *tick, uint64_t idx)
{
    struct bench_record r;
    memcpy(&r, tick, sizeof r);
    return bench_differ(&r, idx);
}

static inline void publish_until_in(struct tr_producer *p, const struct tr_tick *tick)
{
    while (tr_publish(p, tick) != TR_OK)
        tr_producer_wait(p, FOREVER_NS);
}

static void each_near(struct bench_run *run)
{
    struct tr_producer p;
    open_producer(&p, run->name[0], run->slot_cnt);
    bench_meet(run);
    for (uint64_t n = 0; n < run->warm + run->cnt; n++) {
        if (tr_unlikely(n == run->warm))
            bench_begin(run);
        struct tr_tick tick = make_tick(n);
        publish_until_in(&p, &tick);
    }
    tr_producer_close(&p, false);
}

static void batch_near(struct bench_run *run)
{
    struct tr_producer p;
    struct tr_tick tick[READ_MAX];
    open_producer(&p, run->name[0], run->slot_cnt);
    bench_meet(run);
    for (uint64_t n = 0; n < run->warm + run->cnt; n += run->batch) {
        if (n == run->warm)
            bench_begin(run);
        for (uint32_t i = 0; i < run->batch; i++)
            tick[i] = make_tick(n + i);
        uint32_t done = 0;
        while ((done += tr_publish_batch(&p, tick + done, run->batch - done)) < run->batch)
            tr_producer_wait(&p, FOREVER_NS);
    }
    tr_producer_close(&p, false);
}

/* Reads max a call, in place, until the end of the stream; every tick is checked before it is believed. */
static inline void read_all(struct bench_run *run, uint32_t max)
{
    struct tr_consumer c;
    struct tr_batch b;
    uint64_t wrong = 0;
    uint64_t n = 0;
    enum tr_status got;
    open_consumer(&c, run->name[0]);
    bench_meet(run);
    while ((got = tr_poll(&c, &b, max)) == TR_OK || got == TR_EMPTY) {
        if (got == TR_EMPTY) {
            tr_consumer_wait(&c, FOREVER_NS);
            continue;
        }
        for (uint32_t i = 0; i < b.cnt; i++) {
            struct tr_tick tick;
            tr_batch_copy(&b, i, &tick);
            wrong |= differ(&tick, n + i);
        }
        wrong |= !tr_batch_check(&b);
        n += b.cnt;
        tr_advance(&c, &b);
        if (n == run->warm + run->cnt)
            bench_end(run, wrong != 0);
    }
    tr_consumer_close(&c);
    if (n != run->warm + run->cnt || got != TR_CLOSED)
        run->bad_cnt = 1;
}

static void batch_far(struct bench_run *run)
{
    read_all(run, READ_MAX);
}

static void one_far(struct bench_run *run)
{
    read_all(run, 1);
}

/* The next tick, copied and checked, looking without a pause. */
static inline bool read_one(struct tr_consumer *c, struct tr_tick *tick)
{
    struct tr_batch b;
    enum tr_status got;
    while ((got = tr_poll(c, &b, 1)) == TR_EMPTY)
        continue;
    if (got != TR_OK)
        return false;
    tr_batch_copy(&b, 0, tick);
    bool stands = tr_batch_check(&b);
    tr_advance(c, &b);
    return stands;
}

static void rtt_near(struct bench_run *run)
{
    struct tr_producer p;
    struct tr_consumer c;
    open_producer(&p, run->name[0], run->slot_cnt);
    open_consumer(&c, run->name[1]);
    bench_meet(run);
    for (uint64_t n = 0; n < run->warm + run->cnt; n++) {
        struct tr_tick tick = make_tick(n);
        int64_t sent_ns = tr_now_ns();
        publish_until_in(&p, &tick);
        if (!read_one(&c, &tick) || differ(&tick, n) != 0)
            give_up(run->name[1], -EBADMSG);
        if (n >= run->warm)
            run->rtt_ns[n - run->warm] = (uint32_t)(tr_now_ns() - sent_ns);
    }
    tr_producer_close(&p, false);
    tr_consumer_close(&c);
}

static void rtt_far(struct bench_run *run)
{
    struct tr_producer p;
    struct tr_consumer c;
    struct tr_tick tick;
    open_producer(&p, run->name[1], run->slot_cnt);
    open_consumer(&c, run->name[0]);
    bench_meet(run);
    while (read_one(&c, &tick))
        publish_until_in(&p, &tick);
    tr_producer_close(&p, false);
    tr_consumer_close(&c);
}

const struct bench_case case_ring[] = {
    {.key = "publish1_poll",
     .label = "publish one, poll a batch, 65536 slots",
     .cnt = 16 << 20,
     .slot_cnt = 65536,
     .near = each_near,
     .far = batch_far},
    {.key = "publish1_read1",
     .label = "publish one, read one, 16384 slots",
     .cnt = 16 << 20,
     .slot_cnt = 16384,
     .near = each_near,
     .far = one_far},
    {.key = "batch32",
     .label = "batches of 32, 65536 slots",
     .cnt = 16 << 20,
     .slot_cnt = 65536,
     .batch = 32,
     .near = batch_near,
     .far = batch_far},
    {.key = "batch256",
     .label = "batches of 256, 65536 slots",
     .cnt = 16 << 20,
     .slot_cnt = 65536,
     .batch = 256,
     .near = batch_near,
     .far = batch_far},
    {.key = "rtt",
     .label = "there and back through two rings",
     .is_rtt = true,
     .cnt = 200000,
     .slot_cnt = 1024,
     .near = rtt_near,
     .far = rtt_far},
    {.key = NULL},
};
