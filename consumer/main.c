/* consumer: reads every tick of a ring and runs a stage on it.  See man consumer. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "consumer/join.h"
#include "consumer/keeper.h"
#include "consumer/options.h"
#include "consumer/outring.h"
#include "consumer/run.h"
#include "cpu.h"
#include "descriptors.h"
#include "exitcode.h"
#include "log.h"
#include "outerror.h"
#include "ringerror.h"
#include "sig.h"

/* --- The end ------------------------------------------------------------------------------------ */

static void write_summary(struct run *run, const struct consumer_options *opt)
{
    char digest[TR_DIGEST_TEXT_LEN + 1];
    uint64_t value = run->outring != NULL ? tr_digest_value(&run->outring->digest) : run_digest(run);
    tr_digest_text(value, digest);
    run->totals.digest = opt->digest ? digest : NULL;
    if (run->stage->ops->end != NULL)
        run->stage->ops->end(run->stage);
    if (run->stage->opt.format == FORMAT_JSON) {
        summary_json(&run->stage->json, run->stage, &run->symbols, &run->totals);
        out_json_line(run->stage->out, &run->stage->json);
    } else if (run->stage->opt.format == FORMAT_TEXT) {
        summary_text(run->stage->out, run->stage, &run->symbols, &run->totals);
    } else {
        if (run->stage->ops->header == NULL)
            summary_csv(run->stage->out, &run->symbols);
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
        if (run->symbols.indicators != NULL
            && indicators_capped_cnt(run->symbols.indicators, symbol->state) > 0)
            log_warn(symbol->name,
                     "more ticks in a window of time than fit (%llu), its averages are of the latest",
                     (unsigned long long)SMA_HISTORY_MAX);
    }
}

/* Whether the next one of this command goes on where this one ends with an error: not if the ring was taken away. */
static bool is_gone_on_from(const struct run *run)
{
    return run->keeper != NULL && tr_segment_is_named(&run->ring->seg);
}

/* Who is to go on where he was writes no summary: it would stand in the middle. */
static int finish(struct run *run, const struct consumer_options *opt, int code)
{
    if (code == 0 || !is_gone_on_from(run))
        write_summary(run, opt);
    else
        log_info(opt->ring, "%llu ticks are done, start it again with the same command to go on",
                 (unsigned long long)run->totals.delivered);
    tell_speed(run);
    tell_capped(run);
    int rc = out_flush(run->stage->out);
    if (code == 0)
        code = outerror_tell(rc);
    if (run->totals.lost > 0) {
        log_warn(opt->ring,
                 "this consumer lost %llu ticks in %llu gaps: it was too slow, stopped, or away too long",
                 (unsigned long long)run->totals.lost, (unsigned long long)run->totals.gap_cnt);
        code = code == 0 ? EXIT_CODE_LOST : code;
    }
    return code;
}

/* --- Main --------------------------------------------------------------------------------------- */

static int make_stage(struct stage *stage, const struct consumer_options *opt)
{
    stage->opt = consumer_options_stage(opt);
    return stage->ops->open != NULL ? stage->ops->open(stage) : 0;
}

static void free_stage(struct stage *stage)
{
    if (stage->ops->close != NULL)
        stage->ops->close(stage);
    json_free(&stage->json);
}

/* A stage that is to go on exactly where it was killed needs one order of its input, and output of which it can
 * be told how much is there. */
static bool keeps_checkpoint(const struct consumer_options *opt)
{
    bool ordered = opt->lane_cnt == 1 || opt->order == TR_ORDER_EVENT;
    return ordered && opt->policy == 0 && opt->from == TR_FROM_RESUME
           && (opt->out != NULL || keeper_can_append(STDOUT_FILENO));
}

/* "The same command": its words, and the build that they are given to. */
static uint64_t tag_of(char **argv)
{
    uint64_t tag = tr_digest_name(TICKRING_VERSION, strlen(TICKRING_VERSION));
    for (int i = 1; argv[i] != NULL; i++)
        tag = tag * 31 + tr_digest_name(argv[i], strlen(argv[i]));
    return tag;
}

static int open_outring(struct outring *outring, struct run *run, const struct consumer_options *opt,
                        const char *id, uint64_t tag)
{
    const struct keeper *keeper = run->keeper;
    struct outring_options open = {
        .ring = opt->out,
        .lane = id,
        .wait = (enum tr_wait_kind)opt->wait,
        .patience_ns = opt->timeout_ns,
        .wants_digest = opt->digest,
        .source = run->ring,
        .stopped = sig_stopped,
    };
    if (keeper != NULL) {
        open.input = (struct tr_input_id){.word = {run->ring->seg.header.instance, tag, 1}};
        open.anew = !keeper->found;
        open.only_there = keeper->ended;
    }
    int code = outring_open(outring, &open);
    if (code != 0)
        return code;
    run->outring = outring;
    run->stage->sink = &outring->sink;
    if (keeper != NULL && keeper->found)
        outring_restart(outring, keeper->put_cnt, &keeper->digest);
    if (keeper != NULL && keeper->found && !keeper->same)
        outring_diverge(outring);
    return 0;
}

static int run_loop_of(struct run *run, const struct consumer_options *opt, const char *id, uint64_t tag)
{
    static struct outring outring;
    static struct keeper keeper;
    int code = 0;
    if (run->ring->keeps_all) {
        run->keeper = &keeper;
        code = keeper_open(&keeper, run, id, (unsigned)opt->lane_cnt, tag);
    }
    if (code == 0 && opt->out != NULL)
        code = open_outring(&outring, run, opt, id, tag);
    if (run->keeper != NULL)
        keeper.outring = run->outring;
    if (code != 0 || (run->keeper != NULL && keeper.ended))
        return code;
    if (run->stage->opt.format == FORMAT_CSV && run->stage->ops->header != NULL && run->totals.delivered == 0)
        run->stage->ops->header(run->stage);
    if (run->outring != NULL)
        code = outring_await(&outring);
    return code != 0 ? code : run_loop(run);
}

/* The ring of the next stage ends before ours is left: whoever is killed in between comes back to it. */
static int end_output(struct run *run, const struct consumer_options *opt, int code)
{
    out_flush(run->stage->out); /* its error is told by finish */
    if (code == 0 && run->keeper != NULL && !run->keeper->ended)
        code = keeper_store(run->keeper, true);
    if (run->outring != NULL && code == 0)
        outring_close(run->outring);
    else if (run->outring != NULL)
        outring_abandon(run->outring);
    return finish(run, opt, code);
}

static int run_stage(struct run *run, struct consumer_options *opt, const char *id, uint64_t tag)
{
    if (indicators_open(&opt->indicators) != 0) {
        log_error("memory", "none left for the averages, use fewer windows");
        return EXIT_CODE_FAILED;
    }
    int code = make_stage(run->stage, opt);
    if (code != 0)
        return code;
    run_init(run);
    return end_output(run, opt, run_loop_of(run, opt, id, tag));
}

static int run_joined(struct tr_consumer *ring, struct consumer_options *opt, const char *id, uint64_t tag)
{
    static struct out out;
    static struct run run;
    struct stage stage = {.ops = opt->stage, .out = &out};
    out_init(&out, STDOUT_FILENO);
    run = (struct run){
        .ring = ring,
        .stage = &stage,
        .filter = opt->filter,
        .wants_digest = opt->digest && opt->out == NULL,
        .exit_at_end = opt->exit_at_end,
        .count_max = opt->count_max,
        .work_ns = opt->work_ns,
        .patience_ns = opt->timeout_ns,
        .stopped = sig_stopped,
    };
    int code = run_stage(&run, opt, id, tag);
    bool done = code == 0 || code == EXIT_CODE_LOST;
    if (run.keeper != NULL && !done)
        keeper_leave(run.keeper);
    else
        tr_consumer_close(ring);
    if (run.keeper != NULL)
        keeper_close(run.keeper, done);
    run_free(&run);
    free_stage(&stage);
    indicators_close(&opt->indicators);
    return code;
}

static int pin(const struct consumer_options *opt)
{
    if (opt->cpu == UINT64_MAX || cpu_pin((unsigned)opt->cpu) == 0)
        return 0;
    log_error("--cpu", "there is no processor %llu for us", (unsigned long long)opt->cpu);
    return EXIT_CODE_USAGE;
}

int main(int argc, char **argv)
{
    static struct tr_consumer ring;
    static struct consumer_options opt;
    char id[TR_NAME_MAX + 1];
    bool joined = false;
    descriptors_fill();
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
    code = pin(&opt);
    if (code == 0)
        code = join_ring(&ring, &opt, keeps_checkpoint(&opt), id, &joined);
    return joined ? run_joined(&ring, &opt, id, tag_of(argv)) : code;
}
