#include "bench/monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/program.h"
#include "bench/report.h"
#include "clock.h"
#include "exitcode.h"
#include "log.h"

#define ROUND_NS (2 * TR_NS_PER_S)
#define QUICK_ROUND_NS (300 * TR_NS_PER_MS)
#define USUAL_NS (10 * TR_NS_PER_S) /* at one look a second */
#define PROBE_CNT (UINT64_C(4) << 20)

enum run { WATCHED, ALONE, AGAIN, RUN_CNT };

struct watcher {
    const char *delay; /* seconds between two looks */
    int out_fd;
    pid_t pid;
    int64_t begin_ns;
    int64_t cpu_ns;
    int64_t wall_ns;
    uint64_t look_cnt;
};

struct monitor_bench {
    const unsigned *cpu;
    cpu_set_t all; /* where we might run before we were pinned */
    unsigned round_cnt;
    double mps[RUN_CNT][BENCH_ROUND_MAX];
    struct watcher often;
    struct watcher usual;
};

/* --- shmmon beside it ----------------------------------------------------------------------------- */

/* As a user starts it; it waits for the ring, and ends when that is removed. */
static int begin_watch(const struct monitor_bench *b, struct watcher *w)
{
    char path[PATH_MAX];
    char ring[BENCH_NAME_LEN];
    program_path(path, "shmmon");
    bench_name(ring, 0);
    char *const argv[] = {path, "-q", "-j", "-d", (char *)w->delay, ring, NULL};
    w->out_fd = memfd_create("looks", MFD_CLOEXEC);
    if (w->out_fd < 0)
        return -errno;
    sched_setaffinity(0, sizeof b->all, &b->all); /* which it inherits */
    w->begin_ns = tr_now_ns();
    return program_start(argv, w->out_fd, &w->pid);
}

static uint64_t count_lines(int fd)
{
    char text[65536];
    uint64_t cnt = 0;
    off_t at = 0;
    for (ssize_t n; (n = pread(fd, text, sizeof text, at)) > 0; at += n) {
        for (ssize_t i = 0; i < n; i++)
            cnt += text[i] == '\n';
    }
    return cnt;
}

static int end_watch(struct watcher *w)
{
    int64_t cpu_ns = 0;
    if (w->pid <= 0)
        return -ECHILD;
    int rc = program_await(w->pid, &cpu_ns);
    w->wall_ns += tr_now_ns() - w->begin_ns;
    w->cpu_ns += cpu_ns;
    w->look_cnt += count_lines(w->out_fd);
    close(w->out_fd);
    return rc;
}

/* --- Measuring ------------------------------------------------------------------------------------ */

/* One run of the ring, cnt ticks; w (NULL: nobody) watches. */
static int run_ring(struct monitor_bench *b, uint64_t cnt, struct watcher *w, double *mps)
{
    struct bench_case c = case_ring[0];
    c.cnt = cnt;
    int rc = w != NULL ? begin_watch(b, w) : 0;
    if (rc != 0)
        return rc;
    rc = bench_pair(&c, b->cpu, mps);
    if (w == NULL)
        return rc;
    if (rc != 0)
        kill(w->pid, SIGTERM);
    int ended = end_watch(w);
    return rc != 0 ? rc : ended;
}

static int run_rounds(struct monitor_bench *b, uint64_t cnt)
{
    for (unsigned round = 0; round < b->round_cnt; round++) {
        for (unsigned i = 0; i < RUN_CNT; i++) {
            unsigned k = (i + round) % RUN_CNT; /* none is always the first */
            int rc = run_ring(b, cnt, k == WATCHED ? &b->often : NULL, &b->mps[k][round]);
            if (rc != 0)
                return rc;
        }
    }
    return 0;
}

static uint64_t ticks_in(int64_t ns, double mps)
{
    return (uint64_t)((double)ns * mps / 1e3);
}

static int measure(struct monitor_bench *b, bool quick)
{
    double mps;
    int rc = run_ring(b, PROBE_CNT, NULL, &mps); /* how many are enough */
    if (rc == 0)
        rc = run_rounds(b, ticks_in(quick ? QUICK_ROUND_NS : ROUND_NS, mps));
    if (rc == 0)
        rc = run_ring(b, ticks_in(quick ? QUICK_ROUND_NS : USUAL_NS, mps), &b->usual, &mps);
    return rc;
}

/* --- Telling -------------------------------------------------------------------------------------- */

struct spread {
    double median;
    double least;
    double most;
};

/* Of rounds measured right after each other: what the machine did meanwhile hits both.  by: NULL: the values themselves. */
static struct spread spread_of(const double *value, const double *by, unsigned cnt)
{
    double v[BENCH_ROUND_MAX];
    for (unsigned i = 0; i < cnt; i++)
        v[i] = by != NULL ? value[i] / by[i] : value[i];
    qsort(v, cnt, sizeof v[0], bench_by_value);
    return (struct spread){v[cnt / 2], v[0], v[cnt - 1]};
}

static double percent(const struct watcher *w)
{
    return 100 * (double)w->cpu_ns / (double)w->wall_ns;
}

static void print_spread(const char *label, struct spread s)
{
    printf("%-48s %10.3f  %10.3f %10.3f\n", label, s.median, s.least, s.most);
}

static void print_watcher(const char *label, const struct watcher *w)
{
    printf("%-48s %9.2f %%   (%llu looks in %.1f s)\n", label, percent(w), (unsigned long long)w->look_cnt,
           (double)w->wall_ns / 1e9);
}

static void print_table(const struct monitor_bench *b)
{
    unsigned n = b->round_cnt;
    printf("%-48s %10s  %10s %10s   (%u rounds)\n", "million records a second", "median", "least", "most", n);
    print_spread("with shmmon -d 0.1 -j beside it", spread_of(b->mps[WATCHED], NULL, n));
    print_spread("without", spread_of(b->mps[ALONE], NULL, n));
    print_spread("without, once more", spread_of(b->mps[AGAIN], NULL, n));
    printf("\nratio within a round\n");
    print_spread("with / without", spread_of(b->mps[WATCHED], b->mps[ALONE], n));
    print_spread("without / without", spread_of(b->mps[AGAIN], b->mps[ALONE], n));
    printf("\nshmmon's share of a core\n");
    print_watcher("ten looks a second", &b->often);
    print_watcher("one look a second, the default", &b->usual);
}

static void json_spread(const char *key, struct spread s)
{
    printf("\"%s\":{\"median\":%.4f,\"least\":%.4f,\"most\":%.4f},", key, s.median, s.least, s.most);
}

static void print_json(const struct monitor_bench *b)
{
    unsigned n = b->round_cnt;
    printf("{\"rounds\":%u,", n);
    json_spread("with_mps", spread_of(b->mps[WATCHED], NULL, n));
    json_spread("without_mps", spread_of(b->mps[ALONE], NULL, n));
    json_spread("with/without", spread_of(b->mps[WATCHED], b->mps[ALONE], n));
    json_spread("without/without", spread_of(b->mps[AGAIN], b->mps[ALONE], n));
    printf("\"looks\":%llu,\"often_percent\":%.3f,\"usual_percent\":%.3f}\n",
           (unsigned long long)b->often.look_cnt, percent(&b->often), percent(&b->usual));
}

int bench_monitor(const unsigned cpu[2], unsigned round_cnt, bool quick, bool json)
{
    static struct monitor_bench b = {.often.delay = "0.1", .usual.delay = "1"};
    b.cpu = cpu;
    b.round_cnt = round_cnt;
    if (sched_getaffinity(0, sizeof b.all, &b.all) != 0)
        return EXIT_CODE_FAILED;
    int rc = measure(&b, quick);
    if (rc != 0) {
        log_error("shmmon beside a ring", "%s",
                  rc == -EBADMSG  ? "a record was lost or wrong"
                  : rc == -ECHILD ? "shmmon failed"
                                  : strerror(-rc));
        return EXIT_CODE_FAILED;
    }
    if (json)
        print_json(&b);
    else
        print_table(&b);
    return 0;
}
