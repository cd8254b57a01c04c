/* feed: writes market ticks into a ring in shared memory.  See man feed. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpu.h"
#include "exitcode.h"
#include "feed/identity.h"
#include "feed/options.h"
#include "feed/progress.h"
#include "feed/report.h"
#include "log.h"
#include "ringerror.h"
#include "sig.h"

#define NAP_NS (50 * TR_NS_PER_MS)

struct feed {
    struct feed_options opt;
    struct source source[MERGE_MAX];
    unsigned source_cnt; /* open ones */
    struct publisher pub;
    struct replay replay;
    struct progress progress;
    struct report report;
};

/* --- Input -------------------------------------------------------------------------------------- */

static int open_sources(struct feed *f)
{
    for (unsigned i = 0; i < f->opt.file_cnt; i++) {
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

/* --- Ring --------------------------------------------------------------------------------------- */

static int tell_open_error(const struct feed *f, const char *producer, int rc)
{
    bool was_made = f->pub.ring.created; /* tried to, that is: the ring was not there */
    if (was_made && rc == -ENOENT) {
        log_error(TR_SHM_DIR, "is not there, mount a tmpfs on it");
        return EXIT_CODE_CANTCREATE;
    }
    if (was_made && rc == -EPERM && f->opt.gid != (gid_t)-1) {
        log_error("--group", "the ring cannot be given to this group, use one that you are in");
        return EXIT_CODE_NOPERM;
    }
    return ringerror_tell(f->opt.ring, producer, rc);
}

static int open_ring(struct feed *f)
{
    const struct feed_options *opt = &f->opt;
    const struct tr_producer_options open = {
        .ring = opt->ring,
        .name = options_producer(opt),
        .slot_cnt = opt->slot_cnt,
        .mode = opt->mode,
        .gid = opt->gid != (gid_t)-1 ? &opt->gid : NULL,
        .wait = (enum tr_wait_kind)opt->wait,
        .stall_timeout_ns = opt->stall_timeout_ns > 0 ? opt->stall_timeout_ns : 0,
    };
    int rc = tr_producer_open(&f->pub.ring, &open);
    if (rc != 0)
        return tell_open_error(f, open.name, rc);
    f->replay.pub = &f->pub;
    report_baseline(&f->report, &f->pub.ring);
    return 0;
}

/* Where an earlier run of the same command was killed, this one goes on. */
static void find_place(struct feed *f)
{
    const struct tr_input_id id = identity_of(&f->opt);
    bool took_over = f->pub.ring.took_over;
    if (tr_producer_input(&f->pub.ring, &id, &f->replay.done_cnt))
        log_info(f->opt.ring, "going on after %llu ticks that an earlier run published",
                 (unsigned long long)f->replay.done_cnt);
    else if (took_over)
        log_warn(f->opt.ring,
                 "the feed before this one was killed, and its input is %s: this one begins anew",
                 f->opt.resume == 1 ? "not to be resumed" : "another, or cannot be read again");
    f->report.resumed = f->replay.done_cnt;
}

/* Returns an exit code; 0 also if a signal came. */
static int wait_for_consumers(struct feed *f)
{
    const struct feed_options *opt = &f->opt;
    int64_t begin_ns = tr_now_ns();
    bool told = false;
    unsigned cnt;
    while (!sig_stopped() && (cnt = tr_producer_consumer_cnt(&f->pub.ring)) < opt->consumer_cnt) {
        int64_t now_ns = tr_now_ns();
        if (opt->timeout_ns >= 0 && now_ns - begin_ns >= opt->timeout_ns) {
            log_error(opt->ring, "no consumers in time, start them, or --wait-consumers=0 to go on without");
            return EXIT_CODE_TEMPFAIL;
        }
        if (!told)
            log_info(opt->ring, "waiting for %llu consumer%s", (unsigned long long)opt->consumer_cnt,
                     opt->consumer_cnt == 1 ? "" : "s");
        told = true;
        int rc = publisher_housekeep(&f->pub, now_ns);
        if (rc != 0)
            return replay_tell_ring_error(opt->ring, rc);
        tr_producer_nap(&f->pub.ring, cnt, NAP_NS);
    }
    return 0;
}

/* --- The whole ---------------------------------------------------------------------------------- */

static void prepare(struct feed *f)
{
    const struct feed_options *opt = &f->opt;
    f->replay.select = opt->select;
    f->replay.pace = opt->pace;
    f->replay.count_max = opt->count_max;
    f->replay.pass_cnt = opt->pass_cnt;
    f->replay.skip_bad = opt->on_bad == 1;
    f->replay.stopped = sig_stopped;
    f->pub.policy = (enum publish_policy)opt->policy;
    f->pub.wants_digest = opt->digest;
    f->pub.patience_ns = opt->timeout_ns;
    f->pub.stopped = sig_stopped;
    publisher_init(&f->pub);
    f->replay.wants_digest = opt->digest;
    tr_digest_init(&f->replay.digest);
    f->progress.replay = &f->replay;
    if (!opt->quiet && out_is_terminal(STDERR_FILENO)) {
        f->replay.progress = progress_show;
        f->replay.progress_arg = &f->progress;
    }
}

/* What was published, or with --validate would have been. */
static void fill_report(struct report *rep, const struct feed *f)
{
    bool read_only = f->opt.validate;
    rep->counts = f->replay.counts;
    rep->published = read_only ? f->replay.tick_cnt : f->pub.published;
    rep->dropped = f->pub.dropped;
    rep->first_ts_ns = read_only ? f->replay.first_ts_ns : f->pub.first_ts_ns;
    rep->last_ts_ns = read_only ? f->replay.last_ts_ns : f->pub.last_ts_ns;
}

/* Returns code, or the exit code of a report that could not be written. */
static int write_report(struct feed *f, int code)
{
    static struct out out;
    char digest[TR_DIGEST_TEXT_LEN + 1];
    struct report *rep = &f->report;
    fill_report(rep, f);
    tr_digest_text(tr_digest_value(f->opt.validate ? &f->replay.digest : &f->pub.digest), digest);
    rep->digest = f->opt.digest ? digest : NULL;
    out_init(&out, STDOUT_FILENO);
    if (f->opt.json)
        report_json(&out, rep);
    else if (!f->opt.quiet)
        report_text(&out, rep);
    int rc = out_flush(&out);
    if (rc == 0 || rc == -EPIPE || code != 0)
        return code;
    log_error("output", "%s, free space or write elsewhere", strerror(-rc));
    return EXIT_CODE_IO;
}

static int replay(struct feed *f)
{
    int64_t begin_ns = tr_now_ns();
    int code = replay_run(&f->replay);
    f->report.elapsed_ns = tr_now_ns() - begin_ns;
    progress_clear(&f->progress);
    return code;
}

static int feed_ring(struct feed *f)
{
    int code = open_ring(f);
    if (code != 0)
        return code;
    find_place(f);
    code = wait_for_consumers(f);
    if (code == 0 && !sig_stopped())
        code = replay(f);
    report_ring(&f->report, &f->pub.ring);
    code = write_report(f, code);
    int rc = tr_producer_housekeep(&f->pub.ring, tr_now_ns());
    if (rc == 0) {
        tr_producer_close(&f->pub.ring, f->opt.keep);
        return code;
    }
    tr_producer_abandon(&f->pub.ring); /* taken away from us: that is no end for those who read */
    return code != 0 ? code : replay_tell_ring_error(f->opt.ring, rc);
}

static int validate(struct feed *f)
{
    int code = replay(f);
    code = write_report(f, code);
    return code;
}

int main(int argc, char **argv)
{
    static struct feed f; /* large */
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
        code = f.opt.validate ? validate(&f) : feed_ring(&f);
    close_sources(&f);
    return code;
}
