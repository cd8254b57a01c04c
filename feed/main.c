/* feed: writes market ticks into a ring in shared memory.  See man feed. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "cpu.h"
#include "descriptors.h"
#include "exitcode.h"
#include "feed/options.h"
#include "feed/progress.h"
#include "feed/report.h"
#include "feed/rings.h"
#include "log.h"
#include "outerror.h"
#include "sig.h"

#define SPIN_NS INT64_C(80000) /* a sleeper wakes up to so late */

struct feed {
    struct feed_options opt;
    struct source source[MERGE_MAX];
    unsigned source_cnt; /* open ones */
    struct rings rings;
    struct replay replay;
    struct progress progress;
    struct report report;
};

/* --- Input -------------------------------------------------------------------------------------- */

static int open_sources(struct feed *f)
{
    for (unsigned i = 0; i < f->opt.file_cnt && !sig_stopped(); i++) {
        const struct feed_file *file = &f->opt.file[i];
        const char *name = f->opt.generate != NULL ? f->opt.generate : file->format;
        const struct source_ops *ops = name != NULL ? source_find(name, f->opt.generate != NULL) : NULL;
        struct source *src = &f->source[i];
        src->path = file->path;
        src->opt = file->opt;
        f->source_cnt = i + 1;
        enum source_result result;
        while ((result = source_open(src, ops)) == SOURCE_AGAIN && !sig_stopped())
            continue;
        if (result == SOURCE_FATAL) {
            log_error(src->error, "nothing was published");
            return src->exit_code;
        }
        if (result == SOURCE_OK)
            merge_add(&f->replay.merge, src);
    }
    return 0;
}

static void close_sources(struct feed *f)
{
    for (unsigned i = 0; i < f->source_cnt; i++)
        source_close(&f->source[i]);
}

/* --- The whole ---------------------------------------------------------------------------------- */

static void prepare(struct feed *f)
{
    const struct feed_options *opt = &f->opt;
    f->replay.select = opt->select;
    f->replay.pace = opt->pace;
    f->replay.merge.by_receive = opt->merge_by == 1;
    f->replay.count_max = opt->count_max;
    f->replay.pass_cnt = opt->pass_cnt;
    f->replay.skip_bad = opt->validate || opt->on_bad == 1;
    f->replay.stopped = sig_stopped;
    f->replay.wants_digest = opt->digest;
    tr_digest_init(&f->replay.digest);
    f->report.merge = &f->replay.merge;
    f->report.has_digest = opt->digest;
    f->progress.replay = &f->replay;
    if (!opt->quiet && out_is_terminal(STDERR_FILENO)) {
        f->replay.progress = progress_show;
        f->replay.progress_arg = &f->progress;
        log_clear_with(progress_clear, &f->progress);
    }
}

/* A sleeper that is to wake at a moment must not be woken later to save power; how close depends on --wait. */
static int prepare_pace(struct feed *f)
{
    static const int64_t spin_ns[] = {[TR_WAIT_AUTO] = SPIN_NS,
                                      [TR_WAIT_BLOCK] = 0,
                                      [TR_WAIT_YIELD] = SPIN_NS,
                                      [TR_WAIT_SPIN] = INT64_MAX / 2};
    if (f->replay.pace.kind == PACE_MAX)
        return 0;
    if (ahead_open(&f->replay.ahead, &f->replay.merge) != 0) {
        log_error("memory", "there is not enough of it to read ahead");
        return EXIT_CODE_FAILED;
    }
    prctl(PR_SET_TIMERSLACK, 1);
    f->replay.pace.spin_ns = spin_ns[f->opt.wait];
    f->report.late = &f->replay.late;
    return 0;
}

/* Returns code, or the exit code of a report that could not be written. */
static int write_report(struct feed *f, int code)
{
    static struct out out;
    struct report *rep = &f->report;
    rep->counts = f->replay.counts;
    out_init(&out, STDOUT_FILENO);
    if (f->opt.json)
        report_json(&out, rep);
    else if (!f->opt.quiet)
        report_text(&out, rep);
    int rc = out_flush(&out);
    return code != 0 ? code : outerror_tell(rc);
}

static int replay(struct feed *f)
{
    int64_t begin_ns = tr_now_ns();
    int code = replay_run(&f->replay);
    f->report.elapsed_ns = tr_now_ns() - begin_ns;
    progress_clear(&f->progress);
    log_clear_with(NULL, NULL);
    return code;
}

static int feed_rings(struct feed *f)
{
    int code = rings_open(&f->rings, &f->opt, sig_stopped);
    if (code != 0) {
        rings_give_up(&f->rings);
        return code;
    }
    f->replay.pub = f->rings.pub;
    f->replay.pub_cnt = f->rings.cnt;
    code = rings_wait(&f->rings, sig_stopped);
    if (code == 0 && !sig_stopped()) {
        code = prepare_pace(f);
        if (code == 0)
            code = replay(f);
        ahead_close(&f->replay.ahead);
    }
    rings_report(&f->rings);
    f->report.ring = f->rings.report;
    f->report.ring_cnt = f->rings.cnt;
    report_sum(&f->report);
    code = write_report(f, code);
    int rc = rings_close(&f->rings);
    return code != 0 ? code : rc;
}

/* What would have been published, and what is wrong or odd. */
static int validate(struct feed *f)
{
    const struct audit *audit = &f->replay.audit;
    if (audit_init(&f->replay.audit) != 0) {
        log_error("memory", "there is not enough of it to validate");
        return EXIT_CODE_FAILED;
    }
    int code = replay(f);
    if (code == 0 && f->replay.counts.bad > 0 && f->opt.on_bad == 0)
        code = EXIT_CODE_DATA;
    f->report.audit = audit;
    f->report.all.published = f->replay.tick_cnt;
    f->report.all.first_ts_ns = audit->first_ts_ns;
    f->report.all.last_ts_ns = audit->last_ts_ns;
    f->report.all.digest = tr_digest_value(&f->replay.digest);
    code = write_report(f, code);
    audit_free(&f->replay.audit);
    return code;
}

int main(int argc, char **argv)
{
    static struct feed f; /* large */
    descriptors_fill();
    log_init("feed", LOG_NORMAL);
    int code = feed_options_read(&f.opt, argc, argv);
    if (code != 0)
        return code;
    if (f.opt.help)
        feed_options_print_help();
    if (f.opt.version)
        printf("feed (tickring) %s\n", TICKRING_VERSION);
    if (f.opt.help || f.opt.version)
        return 0;
    log_init("feed", f.opt.quiet ? LOG_QUIET : f.opt.verbose ? LOG_VERBOSE : LOG_NORMAL);
    sig_install("feed");
    if (f.opt.cpu != UINT64_MAX && cpu_pin((unsigned)f.opt.cpu) != 0) {
        log_error("--cpu", "there is no processor %llu for us", (unsigned long long)f.opt.cpu);
        return EXIT_CODE_USAGE;
    }
    prepare(&f);
    code = open_sources(&f);
    if (code == 0)
        code = f.opt.validate ? validate(&f) : feed_rings(&f);
    close_sources(&f);
    return code;
}
