/* bench - the ring beside the physical limit of the machine and beside its neighbours, in one run. */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/monitor.h"
#include "bench/report.h"
#include "bench/sources.h"
#include "bench/stages.h"
#include "exitcode.h"
#include "log.h"
#include "opt.h"

#define QUICK_SHARE 16 /* --quick does one record in so many */
#define TICK_CNT_MAX 100000000

struct bench_options {
    bool json;
    bool quick;
    bool sources;
    bool stages;
    bool monitor;
    bool help;
    uint64_t rounds;
    uint64_t symbol_cnt;
    uint64_t tick_cnt;
    const char *only;
};

static const struct opt option_table[] = {
    {'j', "json", OPT_FLAG, offsetof(struct bench_options, json), NULL, .help = "one line of JSON"},
    {'r', "rounds", OPT_U64, offsetof(struct bench_options, rounds), "N",
     .help = "rounds in which all cases take turns (default 7)", .min = 1, .max = BENCH_ROUND_MAX},
    {0, "sources", OPT_FLAG, offsetof(struct bench_options, sources), NULL,
     .help = "measure reading tick files instead"},
    {0, "stages", OPT_FLAG, offsetof(struct bench_options, stages), NULL,
     .help = "measure the consumer's stages instead"},
    {0, "monitor", OPT_FLAG, offsetof(struct bench_options, monitor), NULL,
     .help = "measure what shmmon costs those it watches instead"},
    {0, "only", OPT_TEXT, offsetof(struct bench_options, only), "NAME",
     .help = "stages: this one, as signals or signals/trades"},
    {0, "symbols", OPT_U64, offsetof(struct bench_options, symbol_cnt), "N",
     .help = "stages: over N symbols (default 1000)", .min = 1, .max = TR_SYMBOL_CNT_MAX},
    {0, "ticks", OPT_U64, offsetof(struct bench_options, tick_cnt), "N",
     .help = "stages: ticks a round (default 1M)", .min = 1, .max = TICK_CNT_MAX},
    {0, "quick", OPT_FLAG, offsetof(struct bench_options, quick), NULL,
     .help = "few records: whether it runs, not how fast"},
    {'h', "help", OPT_FLAG, offsetof(struct bench_options, help), NULL, .help = "this text"},
};

#define OPTION_CNT (sizeof option_table / sizeof option_table[0])

static const struct bench_case *const case_lists[] = {case_limit,    case_ring, case_ck,
                                                      case_textbook, case_pipe, case_mq};

static int no_operand(void *values, const char *arg, char *why, size_t why_len)
{
    (void)values;
    (void)arg;
    snprintf(why, why_len, "bench takes options only");
    return -1;
}

/* The first two processors we may run on; taskset chooses others.  Returns how many there are, 2 at most. */
static unsigned find_processors(unsigned cpu[2])
{
    cpu_set_t allowed;
    unsigned cnt = 0;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0)
        return 0;
    for (unsigned i = 0; i < CPU_SETSIZE && cnt < 2; i++)
        if (CPU_ISSET(i, &allowed))
            cpu[cnt++] = i;
    return cnt;
}

static void list_cases(struct bench_report *rep)
{
    for (size_t i = 0; i < sizeof case_lists / sizeof case_lists[0]; i++)
        for (const struct bench_case *c = case_lists[i]; c->key != NULL; c++)
            rep->result[rep->case_cnt++].c = c;
}

/* Every round begins with another case, so that none is always the first after a pause. */
static int run_rounds(struct bench_report *rep, const struct bench_options *opt, const unsigned cpu[2])
{
    for (unsigned round = 0; round < opt->rounds; round++) {
        for (unsigned k = 0; k < rep->case_cnt; k++) {
            struct bench_result *r = &rep->result[(k + round) % rep->case_cnt];
            struct bench_case c = *r->c;
            if (opt->quick)
                c.cnt = c.cnt / QUICK_SHARE & ~UINT64_C(255);
            int rc = bench_pair(&c, cpu, &r->value[round]);
            if (rc != 0) {
                log_error(c.label, "%s", rc == -EBADMSG ? "a record was lost or wrong" : strerror(-rc));
                return EXIT_CODE_FAILED;
            }
        }
        rep->round_cnt = round + 1;
        if (isatty(STDERR_FILENO))
            fprintf(stderr, "\rround %u of %u", rep->round_cnt, (unsigned)opt->rounds);
    }
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r\033[K");
    return 0;
}

static int stages(const struct bench_options *opt, unsigned cpu)
{
    const struct stages_options stages = {
        .cpu = cpu,
        .round_cnt = (unsigned)opt->rounds,
        .symbol_cnt = opt->symbol_cnt,
        .tick_cnt = opt->quick ? (opt->tick_cnt + QUICK_SHARE - 1) / QUICK_SHARE : opt->tick_cnt,
        .only = opt->only,
        .json = opt->json,
    };
    return bench_stages(&stages);
}

int main(int argc, char **argv)
{
    static struct bench_report rep;
    struct bench_options opt = {.rounds = 7, .symbol_cnt = 1000, .tick_cnt = 1000000};
    unsigned cpu[2];
    log_init("bench", LOG_NORMAL);
    int code = opt_parse(option_table, OPTION_CNT, argc, argv, &opt, no_operand);
    if (code != 0)
        return code;
    if (opt.help) {
        printf("usage: bench [OPTION]...   measure the ring beside its limits and neighbours\n\nOptions:\n");
        opt_print_help(stdout, option_table, OPTION_CNT);
        return 0;
    }
    unsigned cpu_cnt = find_processors(cpu);
    if (opt.stages && cpu_cnt > 0)
        return stages(&opt, cpu[0]);
    if (cpu_cnt < 2) {
        log_error("processors", "two are needed, and this process may use fewer");
        return EXIT_CODE_UNAVAILABLE;
    }
    if (opt.sources)
        return bench_sources(cpu, (unsigned)opt.rounds, opt.quick, opt.json);
    if (opt.monitor)
        return bench_monitor(cpu, (unsigned)opt.rounds, opt.quick, opt.json);
    list_cases(&rep);
    code = run_rounds(&rep, &opt, cpu);
    if (code != 0)
        return code;
    bench_report_sort(&rep);
    if (opt.json)
        bench_report_json(&rep);
    else
        bench_report_table(&rep);
    return 0;
}
