#include "bench/sources.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/make.h"
#include "bench/program.h"
#include "bench/report.h"
#include "clock.h"
#include "cpu.h"
#include "exitcode.h"
#include "feed/source/source.h"
#include "log.h"

#define FILE_LEN (UINT64_C(128) << 20)
#define QUICK_FILE_LEN (UINT64_C(2) << 20)

/* What is measured of each file: reading it, the same through the ring, and two old tools for scale. */
enum measure { PARSE, RING, WC, CAT, MEASURE_CNT };

static const char *const measure_name[MEASURE_CNT] = {"parse", "ring", "wc", "cat"};

struct file_case {
    const char *key;
    const char *label;
    const char *format;
    make_fn *make;
    bool only_trades;
    const char *symbol;
};

static const struct file_case file_cases[] = {
    {"csv", "CSV with a header, trades", "csv", make_csv, false, NULL},
    {"binance", "Binance CSV, trades", "binance", make_binance, false, "BTCUSDT"},
#ifdef HAVE_YAJL
    {"json", "recorded JSON lines", "json", make_json, false, NULL},
#endif
    {"dbn_trades", "DBN trades", "dbn", make_dbn_trades, false, NULL},
    {"dbn_mbp1", "DBN mbp-1", "dbn", make_dbn_mbp1, false, NULL},
    {"itch", "ITCH 5.0, trades alone", "itch", make_itch, true, NULL},
    {"itch_book", "ITCH 5.0 with the book", "itch", make_itch, false, NULL},
};

#define CASE_CNT (sizeof file_cases / sizeof file_cases[0])

struct file_result {
    char path[64];
    uint64_t len;
    uint64_t tick_cnt;
    double mbps[MEASURE_CNT][BENCH_ROUND_MAX]; /* bytes of the file in 1e6 a second */
};

/* --- The files ------------------------------------------------------------------------------------ */

/* In a file without a name, which is gone when the bench is; its children read it by the descriptor. */
static int make_file(const struct file_case *c, struct file_result *result, uint64_t len)
{
    struct make make = {.cap = len + MAKE_ROW_MAX, .random = 1};
    make.buf = malloc(make.cap);
    if (make.buf == NULL)
        return -ENOMEM;
    for (; make.len < len; make.step++)
        c->make(&make);
    int fd = open("/tmp", O_TMPFILE | O_RDWR, 0600);
    snprintf(result->path, sizeof result->path, "/proc/self/fd/%d", fd);
    int rc = fd < 0 ? -errno : 0;
    for (size_t done = 0; rc == 0 && done < make.len;) {
        ssize_t n = write(fd, make.buf + done, make.len - done);
        rc = n < 0 && errno != EINTR ? -errno : 0;
        done += n > 0 ? (size_t)n : 0;
    }
    result->len = make.len;
    free(make.buf);
    return rc;
}

/* --- Measuring ------------------------------------------------------------------------------------ */

/* Reads the file once; the sum of all words keeps the compiler from leaving out what nobody looks at. */
static int read_file(const struct file_case *c, const char *path, uint64_t *tick_cnt)
{
    struct source src = {.path = path, .opt = {.symbol = c->symbol, .only_trades = c->only_trades}};
    struct source_record rec;
    uint64_t sum = 0;
    enum source_result result = source_open(&src, source_find(c->format, false));
    *tick_cnt = 0;
    while (result == SOURCE_OK || *tick_cnt == 0) {
        if (result != SOURCE_OK)
            break;
        result = source_next(&src, &rec);
        sum += rec.tick.word[0] + rec.tick.word[1] + rec.symbol_len;
        *tick_cnt += result == SOURCE_OK;
    }
    if (result != SOURCE_END)
        log_error(c->label, "%s", src.error);
    source_close(&src);
    return result == SOURCE_END && sum != 0 ? 0 : -EBADMSG;
}

static int run_tool(const char *tool, const char *option, const char *path)
{
    pid_t pid;
    char *argv[] = {(char *)tool, (char *)(option != NULL ? option : path),
                    (char *)(option != NULL ? path : NULL), NULL};
    int rc = program_start(argv, -1, &pid);
    return rc == 0 ? program_await(pid, NULL) : rc;
}

/* The time that feed itself tells in its report. */
static int read_elapsed(int fd, int64_t *elapsed_ns)
{
    char text[65536];
    size_t len = 0;
    for (ssize_t n; (n = read(fd, text + len, sizeof text - 1 - len)) != 0; len += n > 0 ? (size_t)n : 0)
        if (n < 0 && errno != EINTR)
            return -errno;
    text[len] = '\0';
    const char *found = strstr(text, "\"elapsed_ns\":");
    return found != NULL && sscanf(found + 13, "%" SCNd64, elapsed_ns) == 1 ? 0 : -EBADMSG;
}

/* feed and consumer as a user starts them, each on its processor. */
static int through_ring(const struct file_case *c, const char *path, const unsigned cpu[2],
                        int64_t *elapsed_ns)
{
    char feed[PATH_MAX];
    char consumer[PATH_MAX];
    char ring[40];
    char pin[2][24];
    char format[32];
    char symbol[48];
    pid_t pid[2] = {-1, -1};
    int report[2];
    program_path(feed, "feed");
    program_path(consumer, "consumer");
    snprintf(ring, sizeof ring, "--name=bench-%d", (int)getpid());
    for (unsigned i = 0; i < 2; i++)
        snprintf(pin[i], sizeof pin[i], "--cpu=%u", cpu[i]);
    snprintf(format, sizeof format, "--format=%s", c->format);
    snprintf(symbol, sizeof symbol, "--symbol=%s", c->symbol != NULL ? c->symbol : "X");
    char *const consumer_argv[] = {consumer, ring, pin[1], "-q", "volume", NULL};
    char *feed_argv[] = {feed, ring, pin[0], "-q", "-j", format, symbol, (char *)path, NULL, NULL};
    if (c->only_trades)
        feed_argv[8] = "--trades";
    if (pipe2(report, O_CLOEXEC) != 0)
        return -errno;
    int rc = program_start(consumer_argv, -1, &pid[1]);
    if (rc == 0)
        rc = program_start(feed_argv, report[1], &pid[0]);
    close(report[1]);
    if (rc == 0)
        rc = read_elapsed(report[0], elapsed_ns);
    close(report[0]);
    for (unsigned i = 0; i < 2; i++) {
        int ended = pid[i] > 0 ? program_await(pid[i], NULL) : 0;
        rc = rc == 0 ? ended : rc;
    }
    return rc;
}

static int measure_file(const struct file_case *c, struct file_result *result, enum measure what,
                        const unsigned cpu[2], double *mbps)
{
    int64_t begin_ns = tr_now_ns();
    int64_t elapsed_ns = 0;
    int rc = 0;
    if (what == PARSE)
        rc = read_file(c, result->path, &result->tick_cnt);
    else if (what == RING)
        rc = through_ring(c, result->path, cpu, &elapsed_ns);
    else if (what == WC)
        rc = run_tool("wc", "-l", result->path);
    else
        rc = run_tool("cat", NULL, result->path);
    if (elapsed_ns == 0)
        elapsed_ns = tr_now_ns() - begin_ns;
    *mbps = (double)result->len * 1e3 / (double)elapsed_ns;
    return rc;
}

static int run_rounds(struct file_result *result, unsigned round_cnt, const unsigned cpu[2])
{
    for (unsigned round = 0; round < round_cnt; round++) {
        for (unsigned i = 0; i < CASE_CNT * MEASURE_CNT; i++) {
            unsigned k = (i + round) % (CASE_CNT * MEASURE_CNT); /* none is always the first after a pause */
            const struct file_case *c = &file_cases[k / MEASURE_CNT];
            struct file_result *r = &result[k / MEASURE_CNT];
            enum measure what = (enum measure)(k % MEASURE_CNT);
            int rc = measure_file(c, r, what, cpu, &r->mbps[what][round]);
            if (rc != 0) {
                log_error(c->label, "%s: %s", measure_name[what],
                          rc == -EBADMSG || rc == -ECHILD ? "it was not read to its end" : strerror(-rc));
                return EXIT_CODE_FAILED;
            }
        }
    }
    return 0;
}

/* --- Telling -------------------------------------------------------------------------------------- */

static double median(double *value, unsigned cnt)
{
    qsort(value, cnt, sizeof value[0], bench_by_value);
    return value[cnt / 2];
}

/* Of what was measured right after each other: what the machine did meanwhile hits both. */
static double ring_ratio(const struct file_result *r, unsigned round_cnt)
{
    double ratio[BENCH_ROUND_MAX];
    for (unsigned i = 0; i < round_cnt; i++)
        ratio[i] = r->mbps[RING][i] / r->mbps[PARSE][i];
    return median(ratio, round_cnt);
}

static void print_table(struct file_result *result, unsigned round_cnt)
{
    printf("%-30s %8s %8s %11s %8s %8s %10s   (%u rounds)\n", "MB a second, median", "parse", "ring",
           "ring/parse", "wc -l", "cat", "Mticks/s", round_cnt);
    for (unsigned i = 0; i < CASE_CNT; i++) {
        struct file_result *r = &result[i];
        double ratio = ring_ratio(r, round_cnt);
        double mbps[MEASURE_CNT];
        for (unsigned m = 0; m < MEASURE_CNT; m++)
            mbps[m] = median(r->mbps[m], round_cnt);
        printf("%-30s %8.0f %8.0f %11.2f %8.0f %8.0f %10.1f\n", file_cases[i].label, mbps[PARSE], mbps[RING],
               ratio, mbps[WC], mbps[CAT], mbps[PARSE] * (double)r->tick_cnt / (double)r->len);
    }
}

static void print_json(struct file_result *result, unsigned round_cnt)
{
    printf("{\"rounds\":%u,\"sources\":{", round_cnt);
    for (unsigned i = 0; i < CASE_CNT; i++) {
        struct file_result *r = &result[i];
        double ratio = ring_ratio(r, round_cnt);
        printf("%s\"%s\":{\"bytes\":%" PRIu64 ",\"ticks\":%" PRIu64, i == 0 ? "" : ",", file_cases[i].key,
               r->len, r->tick_cnt);
        for (unsigned m = 0; m < MEASURE_CNT; m++)
            printf(",\"%s_mbps\":%.0f", measure_name[m], median(r->mbps[m], round_cnt));
        printf(",\"ring/parse\":%.3f}", ratio);
    }
    printf("}}\n");
}

int bench_sources(const unsigned cpu[2], unsigned round_cnt, bool quick, bool json)
{
    static struct file_result result[CASE_CNT];
    int code = 0;
    for (unsigned i = 0; i < CASE_CNT && code == 0; i++) {
        int rc = make_file(&file_cases[i], &result[i], quick ? QUICK_FILE_LEN : FILE_LEN);
        if (rc != 0) {
            log_error("/tmp", "cannot make a file of %u MB: %s", (unsigned)(FILE_LEN >> 20), strerror(-rc));
            code = EXIT_CODE_IO;
        }
    }
    cpu_pin(cpu[0]);
    if (code == 0)
        code = run_rounds(result, round_cnt, cpu);
    if (code == 0 && json)
        print_json(result, round_cnt);
    else if (code == 0)
        print_table(result, round_cnt);
    return code;
}
