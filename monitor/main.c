/* shmmon: shows a ring to people and programs, and writes nothing to it.  See man shmmon. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "descriptors.h"
#include "exitcode.h"
#include "log.h"
#include "monitor/screen/screen.h"
#include "monitor/serve/serve.h"
#include "monitor/verbs.h"
#include "monitor/watch.h"
#include "outerror.h"
#include "sig.h"
#include "tickring.h"

static const struct view_ops *view_of(const struct monitor_options *opt)
{
    if (opt->json)
        return &view_json;
    if (opt->csv)
        return &view_csv;
    return opt->prometheus ? &view_prometheus : &view_plain;
}

/* Full screen is for who sits before it, and asked for nothing that goes into a file. */
static bool wants_screen(const struct monitor_options *opt)
{
    bool other = opt->json || opt->csv || opt->prometheus || opt->once;
    return !other && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

static int watch_somehow(const struct monitor_options *opt, struct out *out)
{
    if (wants_screen(opt)) {
        int code = screen_watch(opt);
        if (code >= 0)
            return code;
        log_detail("terminal", "%s, blocks of lines instead",
                   code == -ENOSYS ? "built without ncurses" : "it cannot place a cursor");
    }
    return watch(opt, view_of(opt), out);
}

static int run(struct monitor_options *opt, struct out *out)
{
    switch (opt->verb) {
    case VERB_LIST:
        return verb_list(opt, out);
    case VERB_CHECK:
        return verb_check(opt, out);
    case VERB_CLEAN:
        return verb_clean(opt, out);
    case VERB_WATCH:
        break;
    }
    if (opt->history_ns > 0)
        return verb_history(opt, out);
    monitor_options_settle(opt, isatty(STDOUT_FILENO));
    return opt->listen != NULL ? serve(opt) : watch_somehow(opt, out);
}

/* What was not written is no success; a reader that has gone had enough. */
static int finish(const struct monitor_options *opt, struct out *out, int code)
{
    int rc = out_flush(out);
    int failed = code == 0 ? outerror_tell(rc) : 0;
    if (failed != 0)
        return opt->verb == VERB_CHECK ? CHECK_UNKNOWN : failed;
    return code;
}

int main(int argc, char **argv)
{
    static struct out out;
    struct monitor_options opt;
    descriptors_fill();
    log_init("shmmon", LOG_NORMAL);
    int code = monitor_options_read(&opt, argc, argv);
    if (code != 0)
        return code;
    if (opt.help)
        monitor_options_print_help();
    if (opt.version)
        printf("shmmon (tickring) %s\n", TICKRING_VERSION);
    if (opt.help || opt.version)
        return 0;
    log_init("shmmon", opt.quiet ? LOG_QUIET : opt.verbose ? LOG_VERBOSE : LOG_NORMAL);
    sig_install("shmmon");
    out_init(&out, STDOUT_FILENO);
    return finish(&opt, &out, run(&opt, &out));
}
