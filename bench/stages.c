#include "bench/stages.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench/report.h"
#include "bench/stream.h"
#include "consumer/options.h"
#include "consumer/run.h"
#include "cpu.h"
#include "exitcode.h"
#include "log.h"

#define RESULT_MAX 32
#define KIND_MAX (TR_TICK_FILL + 1)
#define WARM_CNT 64 /* ticks a symbol before the clock starts: windows are full, histories have their size */

struct stage_result {
    const struct stage_ops *ops;
    enum tr_tick_kind input;
    uint64_t line_cnt; /* written while the clock ran, the same in each round */
    double ns[BENCH_ROUND_MAX]; /* a tick */
};

struct stages_bench {
    const struct stages_options *opt;
    struct stage_result result[RESULT_MAX];
    unsigned result_cnt;
    struct stream stream[KIND_MAX]; /* those that a stage reads */
    int null_fd; /* where the output goes */
};

/* --- What is measured ----------------------------------------------------------------------------- */

static const char *const input_name[KIND_MAX] = {
    [TR_TICK_TRADE] = "trades",   [TR_TICK_QUOTE] = "quotes", [TR_TICK_UPDATE] = "updates",
    [TR_TICK_SIGNAL] = "signals", [TR_TICK_ORDER] = "orders", [TR_TICK_FILL] = "fills",
};

static void list_stage(struct stages_bench *b, const struct stage_ops *ops, enum tr_tick_kind input)
{
    char name[64];
    const char *only = b->opt->only != NULL ? b->opt->only : "";
    snprintf(name, sizeof name, "%s/%s", ops->name, input_name[input]);
    if (b->result_cnt < RESULT_MAX && strncmp(name, only, strlen(only)) == 0)
        b->result[b->result_cnt++] = (struct stage_result){.ops = ops, .input = input};
}

/* A stage that reads ticks is measured with trades and with quotes. */
static int list_stages(struct stages_bench *b)
{
    const struct stage_ops *ops;
    for (unsigned i = 0; (ops = stage_list(i)) != NULL; i++) {
        list_stage(b, ops, ops->reads != 0 ? ops->reads : TR_TICK_TRADE);
        if (ops->reads == 0)
            list_stage(b, ops, TR_TICK_QUOTE);
    }
    if (b->result_cnt > 0)
        return 0;
    log_error(b->opt->only, "no such stage, see consumer --help");
    return EXIT_CODE_USAGE;
}

static int make_streams(struct stages_bench *b)
{
    uint64_t cnt = b->opt->tick_cnt + WARM_CNT * b->opt->symbol_cnt;
    for (unsigned i = 0; i < b->result_cnt; i++) {
        struct stream *s = &b->stream[b->result[i].input];
        int rc = s->tick == NULL ? stream_make(s, b->result[i].input, cnt, b->opt->symbol_cnt) : 0;
        if (rc != 0) {
            log_error("stream", "%s, use fewer ticks", strerror(-rc));
            return EXIT_CODE_FAILED;
        }
    }
    return 0;
}

/* --- One round of one stage ------------------------------------------------------------------------ */

/* As `consumer -j --sma=5,20 STAGE`. */
static int make_stage(struct stage *stage, const struct stage_ops *ops, struct consumer_options *opt,
                      struct out *out)
{
    char *argv[] = {"consumer", "-j", "--sma=5,20", (char *)ops->name, NULL};
    int code = consumer_options_read(opt, 4, argv);
    if (code == 0 && indicators_open(&opt->indicators) != 0)
        code = EXIT_CODE_FAILED;
    *stage = (struct stage){.ops = ops, .opt = consumer_options_stage(opt), .out = out};
    if (code == 0 && ops->open != NULL)
        code = ops->open(stage);
    return code;
}

static void free_stage(struct stage *stage, struct consumer_options *opt)
{
    if (stage->ops->close != NULL)
        stage->ops->close(stage);
    json_free(&stage->json);
    indicators_close(&opt->indicators);
}

/* The names that a ring would tell. */
static bool name_all(struct run *run, const struct stream *s)
{
    for (uint32_t id = 0; id < tr_load_rlx(&s->symbol->cnt); id++)
        if (run_name_symbol(run, 0, id, &s->symbol->entry[id]) == NULL)
            return false;
    for (uint32_t id = 0; id < tr_load_rlx(&s->venue->cnt); id++)
        run_name_venue(run, 0, id, &s->venue->entry[id]);
    return true;
}

static uint64_t count_lines(const struct out *out)
{
    uint64_t cnt = 0;
    const char *end = out->buf + out->len;
    for (const char *p = out->buf; p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
        cnt++;
    return cnt;
}

/* Ticks from..to in batches, as the loop takes them from a ring. */
static int feed(struct run *run, const struct stream *s, uint64_t from, uint64_t to, uint64_t *line_cnt)
{
    *line_cnt = 0;
    for (uint64_t i = from; i < to; i += RUN_BATCH) {
        uint64_t cnt = tr_min_u64(RUN_BATCH, to - i);
        int code = run_ticks(run, 0, "feed", i, &s->tick[i], (uint32_t)cnt);
        if (code != 0)
            return code;
        *line_cnt += count_lines(run->stage->out);
        if (out_flush(run->stage->out) != 0)
            return EXIT_CODE_IO;
    }
    return 0;
}

/* Of the processor, not of the wall: whoever else runs meanwhile is not counted. */
static int64_t used_ns(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
    return (int64_t)ts.tv_sec * TR_NS_PER_S + ts.tv_nsec;
}

static int measure(const struct stages_bench *b, struct stage_result *r, double *ns)
{
    static struct run run;
    static struct out out;
    static struct consumer_options opt;
    struct stage stage;
    const struct stream *s = &b->stream[r->input];
    uint64_t warm_cnt = s->cnt - b->opt->tick_cnt;
    out_init(&out, b->null_fd);
    int code = make_stage(&stage, r->ops, &opt, &out);
    if (code != 0)
        return code;
    run = (struct run){.stage = &stage};
    run_init(&run);
    if (!name_all(&run, s))
        code = EXIT_CODE_FAILED;
    if (code == 0)
        code = feed(&run, s, 0, warm_cnt, &r->line_cnt);
    int64_t begin_ns = used_ns();
    if (code == 0)
        code = feed(&run, s, warm_cnt, s->cnt, &r->line_cnt);
    *ns = (double)(used_ns() - begin_ns) / (double)b->opt->tick_cnt;
    run_free(&run);
    free_stage(&stage, &opt);
    return code;
}

/* Every round begins with another stage, so that none is always the first after a pause. */
static int run_rounds(struct stages_bench *b)
{
    for (unsigned round = 0; round < b->opt->round_cnt; round++) {
        for (unsigned k = 0; k < b->result_cnt; k++) {
            struct stage_result *r = &b->result[(k + round) % b->result_cnt];
            int code = measure(b, r, &r->ns[round]);
            if (code != 0) {
                log_error(r->ops->name, "the stage ended early, with exit code %d", code);
                return EXIT_CODE_FAILED;
            }
        }
    }
    return 0;
}

/* --- Telling --------------------------------------------------------------------------------------- */

static void print_json(const struct stages_bench *b, const struct stage_result *r)
{
    unsigned cnt = b->opt->round_cnt;
    printf("{\"stage\":\"%s\",\"input\":\"%s\",\"symbols\":%" PRIu64 ",\"ticks\":%" PRIu64
           ",\"lines\":%" PRIu64
           ",\"rounds\":%u,\"ns_per_tick\":%.2f,\"ns_least\":%.2f,\"ns_most\":%.2f,\"ticks_per_s\":%.0f}\n",
           r->ops->name, input_name[r->input], b->opt->symbol_cnt, b->opt->tick_cnt, r->line_cnt, cnt,
           r->ns[cnt / 2], r->ns[0], r->ns[cnt - 1], 1e9 / r->ns[cnt / 2]);
}

static void print_row(const struct stages_bench *b, const struct stage_result *r)
{
    unsigned cnt = b->opt->round_cnt;
    printf("%-12s %-8s %10.1f %10.1f %10.1f %10.2f %12" PRIu64 "\n", r->ops->name, input_name[r->input],
           r->ns[cnt / 2], r->ns[0], r->ns[cnt - 1], 1e3 / r->ns[cnt / 2], r->line_cnt);
}

static void print_all(struct stages_bench *b)
{
    if (!b->opt->json)
        printf("%-12s %-8s %10s %10s %10s %10s %12s   (%" PRIu64 " ticks of %" PRIu64
               " symbols, %u rounds)\n",
               "ns a tick", "input", "median", "least", "most", "Mticks/s", "lines", b->opt->tick_cnt,
               b->opt->symbol_cnt, b->opt->round_cnt);
    for (unsigned i = 0; i < b->result_cnt; i++) {
        struct stage_result *r = &b->result[i];
        qsort(r->ns, b->opt->round_cnt, sizeof r->ns[0], bench_by_value);
        if (b->opt->json)
            print_json(b, r);
        else
            print_row(b, r);
    }
}

int bench_stages(const struct stages_options *opt)
{
    static struct stages_bench b;
    b.opt = opt;
    b.null_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (b.null_fd < 0) {
        log_error("/dev/null", "%s", strerror(errno));
        return EXIT_CODE_IO;
    }
    cpu_pin(opt->cpu);
    int code = list_stages(&b);
    if (code == 0)
        code = make_streams(&b);
    if (code == 0)
        code = run_rounds(&b);
    if (code == 0)
        print_all(&b);
    for (unsigned kind = 0; kind < KIND_MAX; kind++)
        stream_free(&b.stream[kind]);
    close(b.null_fd);
    return code;
}
