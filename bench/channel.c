#include "bench/channel.h"

/* Whether the loops can begin; they meet in any case, so that nobody waits for ever. */
static bool begin(struct bench_run *run)
{
    bool attached = run->channel->attach == NULL || run->channel->attach(run) == 0;
    bench_meet(run);
    return attached;
}

void bench_channel_near(struct bench_run *run)
{
    struct bench_record r;
    bool good = begin(run);
    for (uint64_t n = 0; n < run->warm + run->cnt && good; n++) {
        if (n == run->warm)
            bench_begin(run);
        bench_make(&r, n);
        good = run->channel->put(run, 0, &r);
    }
}

void bench_channel_far(struct bench_run *run)
{
    struct bench_record r;
    bool good = begin(run);
    for (uint64_t n = 0; n < run->warm + run->cnt && good; n++)
        good = run->channel->take(run, 0, &r) && bench_differ(&r, n) == 0;
    bench_end(run, !good);
}

void bench_channel_rtt_near(struct bench_run *run)
{
    struct bench_record r;
    bool good = begin(run);
    for (uint64_t n = 0; n < run->warm + run->cnt && good; n++) {
        bench_make(&r, n);
        int64_t sent_ns = tr_now_ns();
        good = run->channel->put(run, 0, &r) && run->channel->take(run, 1, &r) && bench_differ(&r, n) == 0;
        if (n >= run->warm)
            run->rtt_ns[n - run->warm] = (uint32_t)(tr_now_ns() - sent_ns);
    }
}

void bench_channel_rtt_far(struct bench_run *run)
{
    struct bench_record r;
    bool good = begin(run);
    for (uint64_t n = 0; n < run->warm + run->cnt && good; n++)
        good = run->channel->take(run, 0, &r) && bench_differ(&r, n) == 0 && run->channel->put(run, 1, &r);
    run->bad_cnt = !good;
}
