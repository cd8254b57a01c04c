#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/bench.h"
#include "cpu.h"

void bench_meet(struct bench_run *run)
{
    atomic_fetch_add(&run->ready_cnt, 1);
    while (atomic_load(&run->ready_cnt) < 2)
        continue;
}

void bench_begin(struct bench_run *run)
{
    run->begin_ns = tr_now_ns();
}

void bench_end(struct bench_run *run, uint64_t bad_cnt)
{
    run->end_ns = tr_now_ns();
    run->bad_cnt = bad_cnt;
}

static void *map_shared(size_t len)
{
    void *at = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    return at == MAP_FAILED ? NULL : at;
}

void bench_name(char name[BENCH_NAME_LEN], int i)
{
    snprintf(name, BENCH_NAME_LEN, "bench-%d-%c", (int)getpid(), 'a' + i);
}

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static double median_rtt(uint32_t *rtt_ns, uint64_t cnt)
{
    qsort(rtt_ns, cnt, sizeof *rtt_ns, by_value);
    return rtt_ns[cnt / 2];
}

/* The other process: touches what it inherited by running on it, ends by itself. */
static void be_far(const struct bench_case *c, struct bench_run *run, unsigned cpu)
{
    if (cpu_pin(cpu) != 0)
        _exit(1);
    c->far(run);
    _exit(run->bad_cnt == 0 ? 0 : 1);
}

static int run_both(const struct bench_case *c, struct bench_run *run, const unsigned cpu[2])
{
    pid_t child = fork();
    if (child < 0)
        return -errno;
    if (child == 0)
        be_far(c, run, cpu[1]);
    int rc = cpu_pin(cpu[0]);
    if (rc == 0)
        c->near(run);
    int status = -1;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    if (rc != 0)
        return rc;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EBADMSG;
}

static int run_case(const struct bench_case *c, struct bench_run *run, const unsigned cpu[2])
{
    int rc = c->open != NULL ? c->open(run) : 0;
    if (rc == 0)
        rc = run_both(c, run, cpu);
    if (c->close != NULL)
        c->close(run);
    return rc;
}

int bench_pair(const struct bench_case *c, const unsigned cpu[2], double *value)
{
    struct bench_run *run = map_shared(sizeof *run);
    void *shared = c->shared_len > 0 ? map_shared(c->shared_len) : NULL;
    uint32_t *rtt_ns = calloc(c->is_rtt ? c->cnt : 1, sizeof *rtt_ns);
    int rc = -ENOMEM;
    if (run != NULL && rtt_ns != NULL && (shared != NULL || c->shared_len == 0)) {
        run->warm = c->is_rtt ? c->cnt / 10 : 2 * c->slot_cnt;
        run->cnt = c->cnt;
        run->slot_cnt = c->slot_cnt;
        run->batch = c->batch;
        run->channel = c->channel;
        run->shared = shared;
        run->rtt_ns = rtt_ns;
        for (int i = 0; i < 2; i++)
            bench_name(run->name[i], i);
        rc = run_case(c, run, cpu);
    }
    if (rc == 0)
        *value = c->is_rtt ? median_rtt(rtt_ns, c->cnt)
                           : (double)c->cnt * 1e3 / (double)(run->end_ns - run->begin_ns);
    free(rtt_ns);
    if (shared != NULL)
        munmap(shared, c->shared_len);
    if (run != NULL)
        munmap(run, sizeof *run);
    return rc;
}
