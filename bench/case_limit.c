/* What the memory allows: plain records of 64 bytes, an index told every 256 of them, nothing else; and
 * for the round trip two lines, one each way. */
#include "bench/bench.h"

#define TELL 256
#define SLOT_CNT 65536

struct plain {
    alignas(TR_APART) tr_word written;
    alignas(TR_APART) tr_word read;
    alignas(TR_APART) struct bench_line {
        struct bench_record record;
        uint64_t idx;
    } line[];
};

static void limit_near(struct bench_run *run)
{
    struct plain *p = run->shared;
    const uint64_t mask = run->slot_cnt - 1;
    const uint64_t total = run->warm + run->cnt;
    bench_meet(run);
    for (uint64_t n = 0; n < total; n += TELL) {
        if (n == run->warm)
            bench_begin(run);
        while (n + TELL - tr_load_acq(&p->read) > run->slot_cnt)
            continue; /* pairs with limit_far's release: the lines were read */
        struct bench_line *at = &p->line[n & mask];
        for (uint64_t i = 0; i < TELL; i++) {
            bench_make(&at[i].record, n + i);
            at[i].idx = n + i;
        }
        tr_store_rel(&p->written, n + TELL);
    }
}

static void limit_far(struct bench_run *run)
{
    struct plain *p = run->shared;
    const uint64_t mask = run->slot_cnt - 1;
    const uint64_t total = run->warm + run->cnt;
    uint64_t wrong = 0;
    bench_meet(run);
    for (uint64_t n = 0; n < total; n += TELL) {
        while (tr_load_acq(&p->written) < n + TELL)
            continue; /* pairs with limit_near's release: the lines were written */
        const struct bench_line *at = &p->line[n & mask];
        for (uint64_t i = 0; i < TELL; i++)
            wrong |= bench_differ(&at[i].record, n + i) | (at[i].idx ^ (n + i));
        tr_store_rel(&p->read, n + TELL);
    }
    bench_end(run, wrong != 0);
}

struct two_lines {
    alignas(TR_APART) tr_word there;
    alignas(TR_APART) tr_word back;
};

static void raw_near(struct bench_run *run)
{
    struct two_lines *l = run->shared;
    bench_meet(run);
    for (uint64_t n = 1; n <= run->warm + run->cnt; n++) {
        int64_t sent_ns = tr_now_ns();
        tr_store_rel(&l->there, n);
        while (tr_load_acq(&l->back) != n)
            continue;
        if (n > run->warm)
            run->rtt_ns[n - run->warm - 1] = (uint32_t)(tr_now_ns() - sent_ns);
    }
}

static void raw_far(struct bench_run *run)
{
    struct two_lines *l = run->shared;
    bench_meet(run);
    for (uint64_t n = 1; n <= run->warm + run->cnt; n++) {
        while (tr_load_acq(&l->there) != n)
            continue;
        tr_store_rel(&l->back, n);
    }
}

const struct bench_case case_limit[] = {
    {.key = "limit",
     .label = "physical limit: plain 64 B records, 65536 slots",
     .cnt = 16 << 20,
     .slot_cnt = SLOT_CNT,
     .shared_len = sizeof(struct plain) + SLOT_CNT * BENCH_LINE,
     .near = limit_near,
     .far = limit_far},
    {.key = "raw_rtt",
     .label = "raw ping-pong of two lines",
     .is_rtt = true,
     .cnt = 200000,
     .shared_len = sizeof(struct two_lines),
     .near = raw_near,
     .far = raw_far},
    {.key = NULL},
};
