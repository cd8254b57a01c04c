/* Concurrency Kit's ring for one producer and one consumer, typed, where libck-dev is installed. */
#include "bench/bench.h"

#ifdef HAVE_CK
#include <ck_ring.h>

#define SLOT_CNT 65536
#define RTT_SLOT_CNT 1024

struct ck_line {
    struct bench_record record;
    uint64_t idx;
};

CK_RING_PROTOTYPE(line, ck_line)

struct pair {
    alignas(TR_APART) ck_ring_t ring[2];
    alignas(TR_APART) struct ck_line line[2][SLOT_CNT];
};

static int init_rings(struct bench_run *run)
{
    struct pair *p = run->shared;
    for (int way = 0; way < 2; way++)
        ck_ring_init(&p->ring[way], (unsigned)run->slot_cnt);
    return 0;
}

static inline void put(struct pair *p, unsigned way, uint64_t idx)
{
    struct ck_line line = {.idx = idx};
    bench_make(&line.record, idx);
    while (!ck_ring_enqueue_spsc_line(&p->ring[way], p->line[way], &line))
        ck_pr_stall();
}

static inline uint64_t take(struct pair *p, unsigned way, uint64_t idx)
{
    struct ck_line line;
    while (!ck_ring_dequeue_spsc_line(&p->ring[way], p->line[way], &line))
        continue;
    return bench_differ(&line.record, idx) | (line.idx ^ idx);
}

static void ck_near(struct bench_run *run)
{
    bench_meet(run);
    for (uint64_t n = 0; n < run->warm + run->cnt; n++) {
        if (tr_unlikely(n == run->warm))
            bench_begin(run);
        put(run->shared, 0, n);
    }
}

static void ck_far(struct bench_run *run)
{
    uint64_t wrong = 0;
    bench_meet(run);
    for (uint64_t n = 0; n < run->warm + run->cnt; n++)
        wrong |= take(run->shared, 0, n);
    bench_end(run, wrong != 0);
}

static void ck_rtt_near(struct bench_run *run)
{
    uint64_t wrong = 0;
    bench_meet(run);
    for (uint64_t n = 0; n < run->warm + run->cnt; n++) {
        int64_t sent_ns = tr_now_ns();
        put(run->shared, 0, n);
        wrong |= take(run->shared, 1, n + wrong);
        if (n >= run->warm)
            run->rtt_ns[n - run->warm] = (uint32_t)(tr_now_ns() - sent_ns);
    }
}

static void ck_rtt_far(struct bench_run *run)
{
    uint64_t wrong = 0;
    bench_meet(run);
    for (uint64_t n = 0; n < run->warm + run->cnt; n++) {
        wrong |= take(run->shared, 0, n);
        put(run->shared, 1, n);
    }
    run->bad_cnt = wrong != 0;
}

const struct bench_case case_ck[] = {
    {.key = "ck",
     .label = "Concurrency Kit ring, typed, 65536 slots",
     .is_peer = true,
     .cnt = 8 << 20,
     .slot_cnt = SLOT_CNT,
     .shared_len = sizeof(struct pair),
     .open = init_rings,
     .near = ck_near,
     .far = ck_far},
    {.key = "ck",
     .label = "two Concurrency Kit rings",
     .is_peer = true,
     .is_rtt = true,
     .cnt = 200000,
     .slot_cnt = RTT_SLOT_CNT,
     .shared_len = sizeof(struct pair),
     .open = init_rings,
     .near = ck_rtt_near,
     .far = ck_rtt_far},
    {.key = NULL},
};
#else
const struct bench_case case_ck[] = {{.key = NULL}};
#endif
