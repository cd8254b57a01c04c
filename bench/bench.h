/* bench.h - a case: two processes on two processors that hand records over, timed.
 *
 * A rate case has `near` send warm + cnt records and `far` receive and check every one; the rate counts
 * from the moment near has sent the warm-up to the moment far has checked the last.  A round-trip case
 * has near send one record, wait for the answer, and time each.  Cases of one run take turns, so that
 * what the machine does meanwhile hits all alike: only ratios within one run mean something. */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tickring.h"

#define BENCH_LINE 64 /* a record in every case: 56 bytes of payload and 8 of whatever the case needs */
#define BENCH_CASE_MAX 24

struct bench_record {
    uint64_t word[TR_TICK_WORDS];
};

struct bench_channel;

#define BENCH_NAME_LEN 32

/* What the two processes share, and what memory the case has for itself. */
struct bench_run {
    _Atomic uint32_t ready_cnt;
    int64_t begin_ns; /* near: the warm-up has been sent */
    int64_t end_ns; /* far: the last record was checked */
    uint64_t bad_cnt; /* far: records that were not what was sent */
    uint64_t warm; /* records before the clock starts */
    uint64_t cnt;
    uint64_t slot_cnt;
    uint32_t batch; /* records a call, where the case has batches */
    uint32_t *rtt_ns; /* near: cnt round trips, in private memory */
    void *shared; /* the case's own: shared, zeroed, touched */
    int fd[4]; /* the case's own */
    const struct bench_channel *channel;
    char name[2][BENCH_NAME_LEN]; /* for what the case makes in the system (bench_name) */
};

struct bench_case {
    const char *key; /* in JSON and in ratios */
    const char *label; /* for people */
    bool is_rtt;
    bool is_peer;
    uint64_t cnt; /* records or round trips a round */
    uint64_t slot_cnt;
    uint32_t batch;
    size_t shared_len; /* bytes of run->shared */
    const struct bench_channel *channel; /* of the loops in channel.h; NULL: not used */
    int (*open)(struct bench_run *run); /* before the fork; 0 or -errno; NULL: nothing to do */
    void (*near)(struct bench_run *run);
    void (*far)(struct bench_run *run);
    void (*close)(struct bench_run *run); /* after both have ended; NULL: nothing to do */
};

/* bench_name - how what a case of this process makes in the system is called; i: 0 (its ring, if it has one), 1. */
void bench_name(char name[BENCH_NAME_LEN], int i);

/* bench_pair - runs a case once on processors cpu[0] (near) and cpu[1] (far).
 * value: millions of records a second, or the median round trip in ns.
 * Returns 0; -errno; -EBADMSG: a record was lost, doubled or wrong. */
int bench_pair(const struct bench_case *c, const unsigned cpu[2], double *value);

/* bench_meet - both processes call it when they have all they need; returns when both have. */
void bench_meet(struct bench_run *run);

/* bench_begin, bench_end - near and far tell their moments. */
void bench_begin(struct bench_run *run);
void bench_end(struct bench_run *run, uint64_t bad_cnt);

/* The lists of cases, each ended by a key of NULL, one a file. */
extern const struct bench_case case_limit[], case_ring[], case_textbook[], case_pipe[], case_mq[], case_ck[];

/* Every word of a record follows from its index, so that a mix of two records cannot pass. */
static inline void bench_make(struct bench_record *r, uint64_t idx)
{
#pragma GCC unroll 8
    for (unsigned k = 0; k < TR_TICK_WORDS; k++)
        r->word[k] = idx + k;
}

/* Bits that are wrong: 0 if this is record idx. */
static inline uint64_t bench_differ(const struct bench_record *r, uint64_t idx)
{
    uint64_t wrong = 0;
#pragma GCC unroll 8
    for (unsigned k = 0; k < TR_TICK_WORDS; k++)
        wrong |= r->word[k] ^ (idx + k);
    return wrong;
}

#endif
