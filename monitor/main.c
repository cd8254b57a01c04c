/* shmmon: shows a ring to people and programs, and writes nothing to it.  See man shmmon. */
#include <stdio.h>
#include <unistd.h>

#include "log.h"
#include "monitor/verbs.h"
#include "monitor/watch.h"
#include "sig.h"
#include "tickring.h"

/* What the output decides: a terminal is watched, a pipe or file gets one look. */
static void settle(struct monitor_options *opt)
{
    if (opt->count == 0 && (opt->once || !isatty(STDOUT_FILENO)))
        opt->count = 1;
    if (opt->timeout_ns == -2)
        opt->timeout_ns = opt->count == 1 ? TR_NS_PER_S : -1;
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
    settle(opt);
    return watch(opt, opt->json ? &view_json : &view_plain, out);
}

int main(int argc, char **argv)
{
    static struct out out;
    struct monitor_options opt;
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
    code = run(&opt, &out);
    out_flush(&out);
    return code;
}
