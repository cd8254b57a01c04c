/* consumer: reads every tick of a ring and runs a stage on it.  See man consumer. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "consumer/options.h"
#include "consumer/run.h"
#include "cpu.h"
#include "exitcode.h"
#include "log.h"
#include "ringerror.h"
#include "sig.h"

#define ID_TRIES 64

/* --- Joining ------------------------------------------------------------------------------------ */

/* The name of the stage, with its shard if any; .2, .3 ... if a live process has it. */
static void default_id(char id[TR_NAME_MAX + 1], const struct consumer_options *opt, unsigned attempt)
{
    char shard[24] = "";
    char number[12] = "";
    if (opt->filter.shard_cnt != 0)
        snprintf(shard, sizeof shard, ".%uof%u", opt->filter.shard, opt->filter.shard_cnt);
    if (attempt > 1)
        snprintf(number, sizeof number, ".%u", attempt);
    snprintf(id, TR_NAME_MAX + 1, "%.8s%s%s", opt->stage->name, shard, number);
}

static int join_as(struct tr_consumer *ring, const struct consumer_options *opt, const char *id)
{
    const struct tr_consumer_options join = {
        .ring = opt->ring,
        .id = id,
        .from = opt->from,
        .seq = opt->from_seq,
        .lossy = opt->policy == 1,
        .hold_ns = opt->hold_ns,
        .filter = filter_hash(&opt->filter),
        .wait = (enum tr_wait_kind)opt->wait,
        .lane_cnt_min = (unsigned)opt->lane_cnt,
        .order = (enum tr_order)opt->order,
    };
    return tr_consumer_open(ring, &join);
}

static int join_now(struct tr_consumer *ring, const struct consumer_options *opt, char id[TR_NAME_MAX + 1])
{
    int rc = -EBUSY;
    if (opt->id != NULL) {
        snprintf(id, TR_NAME_MAX + 1, "%s", opt->id);
        return join_as(ring, opt, id);
    }
    for (unsigned attempt = 1; rc == -EBUSY && attempt <= ID_TRIES; attempt++) {
        default_id(id, opt, attempt);
        rc = join_as(ring, opt, id);
    }
    return rc;
}

static int64_t left_ns(const struct consumer_options *opt, int64_t begin_ns)
{
    if (opt->timeout_ns < 0)
        return TR_NS_PER_S;
    int64_t left = begin_ns + opt->timeout_ns - tr_now_ns();
    return left > TR_NS_PER_S ? TR_NS_PER_S : left;
}

/* Waits for the ring to be there.  Returns an exit code; *joined only if it is. */
static int join(struct tr_consumer *ring, const struct consumer_options *opt, bool *joined)
{
    int64_t begin_ns = tr_now_ns();
    bool told = false;
    char id[TR_NAME_MAX + 1];
    while (!sig_stopped()) {
        int rc = join_now(ring, opt, id);
        if (rc == 0) {
            *joined = true;
            log_detail(opt->ring, "joined as %s", id);
            return 0;
        }
        if (rc != -ENOENT)
            return ringerror_tell(opt->ring, id, rc);
        if (left_ns(opt, begin_ns) <= 0) {
            log_error(opt->ring, "no such ring in time, start a feed or give it longer (-t)");
            return EXIT_CODE_TEMPFAIL;
        }
        if (!told)
            log_info(opt->ring, "waiting for a feed to start");
        told = true;
        tr_ring_await(opt->ring, left_ns(opt, begin_ns));
    }
    return 0;
}

/* --- The end ------------------------------------------------------------------------------------ */

static void write_summary(struct run *run, const struct consumer_options *opt)
{
    char digest[TR_DIGEST_TEXT_LEN + 1];
    tr_digest_text(run_digest(run), digest);
    run->totals.digest = opt->digest ? digest : NULL;
    if (run->stage->opt.format == FORMAT_JSON) {
        summary_json(&run->stage->json, run->stage, &run->symbols, &run->totals);
        out_json_line(run->stage->out, &run->stage->json);
    } else if (run->stage->opt.format == FORMAT_TEXT) {
        summary_text(run->stage->out, run->stage, &run->symbols, &run->totals);
    } else {
        log_info(run->stage->ops->name, "delivered %llu, lost %llu",
                 (unsigned long long)run->totals.delivered, (unsigned long long)run->totals.lost);
    }
}

static void tell_speed(const struct run *run)
{
    double seconds = (double)run->totals.elapsed_ns / 1e9;
    if (seconds > 0)
        log_detail(run->stage->ops->name, "%.3f s, %.0f ticks/s", seconds,
                   (double)run->totals.delivered / seconds);
}

/* An average over time that was cut short is not what was asked for. */
static void tell_capped(const struct run *run)
{
    for (size_t i = 0; i < run->symbols.cnt; i++) {
        const struct symbol *symbol = run->symbols.all[i];
        if (symbol->sma.capped_cnt > 0)
            log_warn(symbol->name,
                     "more ticks in a window of time than fit (%llu), its averages are of the latest",
                     (unsigned long long)SMA_HISTORY_MAX);
    }
}

static int finish(struct run *run, const struct consumer_options *opt, int code)
{
    write_summary(run, opt);
    tell_speed(run);
    tell_capped(run);
    int rc = out_flush(run->stage->out);
    if (rc != 0 && rc != -EPIPE && code == 0) {
        log_error("output", "%s, free space or write elsewhere", strerror(-rc));
        code = EXIT_CODE_IO;
    }
    if (run->totals.lost > 0) {
        log_warn(opt->ring,
                 "this consumer lost %llu ticks in %llu gaps: it was too slow, stopped, or away too long",
                 (unsigned long long)run->totals.lost, (unsigned long long)run->totals.gap_cnt);
        code = code == 0 ? EXIT_CODE_LOST : code;
    }
    return code;
}

/* --- Main --------------------------------------------------------------------------------------- */

static void make_stage(struct stage *stage, const struct consumer_options *opt, struct out *out)
{
    *stage = (struct stage){.ops = opt->stage, .out = out};
    stage->opt.format = opt->json ? FORMAT_JSON : opt->csv ? FORMAT_CSV : FORMAT_TEXT;
    stage->opt.all = opt->all;
    stage->opt.threshold_pct = opt->threshold_pct;
    sma_plan_init(&stage->opt.plan, opt->window, opt->window_cnt); /* checked when they were read */
    if (stage->opt.format == FORMAT_CSV && stage->ops->header != NULL)
        stage->ops->header(stage);
}

static int run_joined(struct tr_consumer *ring, const struct consumer_options *opt)
{
    static struct out out;
    static struct run run;
    struct stage stage;
    out_init(&out, STDOUT_FILENO);
    make_stage(&stage, opt, &out);
    run = (struct run){
        .ring = ring,
        .stage = &stage,
        .filter = opt->filter,
        .wants_digest = opt->digest,
        .exit_at_end = opt->exit_at_end,
        .count_max = opt->count_max,
        .work_ns = opt->work_ns,
        .patience_ns = opt->timeout_ns,
        .stopped = sig_stopped,
    };
    run_init(&run);
    int code = run_loop(&run);
    code = finish(&run, opt, code);
    run_free(&run);
    json_free(&stage.json);
    return code;
}

int main(int argc, char **argv)
{
    static struct tr_consumer ring;
    struct consumer_options opt;
    bool joined = false;
    log_init("consumer", LOG_NORMAL);
    int code = consumer_options_read(&opt, argc, argv);
    if (code != 0)
        return code;
    if (opt.help)
        consumer_options_print_help();
    if (opt.version)
        printf("consumer (tickring) %s\n", TICKRING_VERSION);
    if (opt.help || opt.version)
        return 0;
    log_init("consumer", opt.quiet ? LOG_QUIET : opt.verbose ? LOG_VERBOSE : LOG_NORMAL);
    sig_install("consumer");
    if (opt.cpu != UINT64_MAX && cpu_pin((unsigned)opt.cpu) != 0) {
        log_error("--cpu", "there is no processor %llu for us", (unsigned long long)opt.cpu);
        return EXIT_CODE_USAGE;
    }
    code = join(&ring, &opt, &joined);
    if (!joined)
        return code;
    code = run_joined(&ring, &opt);
    tr_consumer_close(&ring);
    return code;
}
