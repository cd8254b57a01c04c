#include "monitor/options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "decimal.h"
#include "exitcode.h"
#include "log.h"
#include "monitor/view/sort.h"
#include "num.h"
#include "opt.h"
#include "tickring.h"

#define TIMEOUT_NOT_SAID (-2)
#define DELAY_MIN_NS (10 * TR_NS_PER_MS)
#define HISTORY_MIN_NS TR_NS_PER_S
#define HISTORY_MAX_NS (600 * TR_NS_PER_S)
#define DELAY_MAX_NS (86400 * TR_NS_PER_S)

/* Seconds without a unit, as in watch and top; a unit is understood as well. */
static int set_delay(void *values, const char *arg, char *why, size_t why_len)
{
    struct monitor_options *opt = values;
    bool rounded = false;
    int64_t ns;
    int rc = decimal_parse(arg, strlen(arg), 9, &ns, &rounded);
    if (rc != 0)
        rc = num_duration_ns(arg, &ns);
    if (rc == 0 && ns >= DELAY_MIN_NS && ns <= DELAY_MAX_NS) {
        opt->delay_ns = ns;
        return 0;
    }
    snprintf(why, why_len, "use seconds, from 0.01 to 86400");
    return -EINVAL;
}

static int set_history(void *values, const char *arg, char *why, size_t why_len)
{
    struct monitor_options *opt = values;
    int64_t ns;
    if (num_duration_ns(arg, &ns) == 0 && ns >= HISTORY_MIN_NS && ns <= HISTORY_MAX_NS) {
        opt->history_ns = ns;
        return 0;
    }
    snprintf(why, why_len, "use 1s to 10m: a ring keeps no more");
    return -EINVAL;
}

static int set_limit(struct limit *limit, const char *arg, char *why, size_t why_len)
{
    int rc = limit_parse(arg, limit);
    if (rc != 0)
        snprintf(why, why_len, "use ticks (1000), per cent of the ring (75%%) or an age (10ms)");
    return rc;
}

static int set_warn(void *values, const char *arg, char *why, size_t why_len)
{
    struct monitor_options *opt = values;
    return set_limit(&opt->limits.warn, arg, why, why_len);
}

static int set_crit(void *values, const char *arg, char *why, size_t why_len)
{
    struct monitor_options *opt = values;
    return set_limit(&opt->limits.crit, arg, why, why_len);
}

static bool set_verb(struct monitor_options *opt, const char *arg)
{
    static const struct {
        const char *name;
        enum verb verb;
    } known[] = {{"list", VERB_LIST}, {"check", VERB_CHECK}, {"clean", VERB_CLEAN}};
    if (opt->has_verb || opt->operand != NULL)
        return false;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(known[i].name, arg) == 0) {
            opt->verb = known[i].verb;
            opt->has_verb = true;
            return true;
        }
    }
    return false;
}

static int set_operand(void *values, const char *arg, char *why, size_t why_len)
{
    struct monitor_options *opt = values;
    if (set_verb(opt, arg))
        return 0;
    if (opt->operand != NULL) {
        snprintf(why, why_len, "one ring only");
        return -EINVAL;
    }
    opt->operand = arg;
    return 0;
}

#define AT(field) offsetof(struct monitor_options, field)

static const struct opt option_table[] = {
    {'n', "name", OPT_TEXT, AT(ring), "NAME", .help = "the ring (default ticks)"},
    {'1', "once", OPT_FLAG, AT(once), NULL,
     .help = "print once (the default when output is not a terminal and neither -d nor -c is given)"},
    {'d', "delay", OPT_CALL, 0, "SEC", .help = "seconds between two looks (default 1)", .call = set_delay},
    {'c', "count", OPT_U64, AT(count), "N", .help = "stop after N", .min = 1, .max = INT64_MAX},
    {'j', "json", OPT_FLAG, AT(json), NULL, .help = "one JSON object a line"},
    {'C', "csv", OPT_FLAG, AT(csv), NULL, .help = "a line of CSV for each producer and consumer"},
    {0, "prometheus", OPT_FLAG, AT(prometheus), NULL, .help = "the metrics as Prometheus reads them, once"},
    {0, "listen", OPT_TEXT, AT(listen), "ADDR:PORT",
     .help = "serve /metrics, /healthz and a page to look at"},
    {0, "history", OPT_CALL, 0, "DUR", .help = "print the past, up to 10m of it", .call = set_history},
    {'s', "sort", OPT_TEXT, AT(sort), "KEY", .help = "sort consumers by this key of the JSON, largest first"},
    {'U', "ascii", OPT_FLAG, AT(ascii), NULL, .help = "no characters beyond ASCII"},
    {0, "no-color", OPT_FLAG, AT(no_color), NULL, .help = "no colour"},
    {'w', "warn", OPT_CALL, 0, "N|PCT|DUR", .help = "warn of a queue deeper or older than this (default 75%)",
     .call = set_warn},
    {'W', "crit", OPT_CALL, 0, "N|PCT|DUR", .help = "critical beyond this (default 90%)", .call = set_crit},
    {0, "alert", OPT_TEXT, AT(alert), "CMD", .help = "have sh run this when the level changes"},
    {'t', "timeout", OPT_DURATION, AT(timeout_ns), "DUR|off",
     .help = "how long to wait for the ring (default off; with -1: 1s)", .may_be_off = true},
    {'q', "quiet", OPT_FLAG, AT(quiet), NULL, .help = "no talk but errors"},
    {'v', "verbose", OPT_FLAG, AT(verbose), NULL, .help = "more talk"},
    {'h', "help", OPT_FLAG, AT(help), NULL, .help = "this text"},
    {'V', "version", OPT_FLAG, AT(version), NULL, .help = "the version"},
};

#define OPTION_CNT (sizeof option_table / sizeof option_table[0])

void monitor_options_print_help(void)
{
    printf("usage: shmmon [OPTION]... [NAME]   watch a ring\n"
           "       shmmon list                 every ring on this machine, and what is stale\n"
           "       shmmon check [NAME]         one line, and the exit code of a plug-in\n"
           "       shmmon clean [NAME]         remove what no live process uses\n\nOptions:\n");
    opt_print_help(stdout, option_table, OPTION_CNT);
}

static int refuse(const char *what, const char *why)
{
    log_error(what, "%s", why);
    return EXIT_CODE_USAGE;
}

/* How it is shown: one way only. */
static int check_form(const struct monitor_options *opt)
{
    const struct {
        const char *name;
        bool on;
    } form[] = {{"--json", opt->json},
                {"--csv", opt->csv},
                {"--prometheus", opt->prometheus},
                {"--listen", opt->listen != NULL}};
    const char *found = NULL;
    for (size_t i = 0; i < sizeof form / sizeof form[0]; i++) {
        if (found != NULL && form[i].on) {
            log_error(form[i].name, "and %s exclude each other, use one", found);
            return EXIT_CODE_USAGE;
        }
        if (form[i].on && i > 0 && opt->verb != VERB_WATCH)
            return refuse(form[i].name, "goes with watching a ring only, leave out the verb");
        found = form[i].on ? form[i].name : found;
    }
    return 0;
}

static int check_sort(const struct monitor_options *opt)
{
    char keys[512];
    if (opt->sort == NULL)
        return 0;
    if (opt->verb != VERB_WATCH)
        return refuse("--sort", "goes with watching a ring only, leave out the verb");
    if (sort_find(opt->sort) != NULL)
        return 0;
    log_error("--sort", "'%s' is no key of a consumer, use one of %s", opt->sort,
              sort_keys(keys, sizeof keys));
    return EXIT_CODE_USAGE;
}

static int check_history(const struct monitor_options *opt)
{
    if (opt->history_ns == 0)
        return 0;
    if (opt->verb != VERB_WATCH)
        return refuse("--history", "goes with watching a ring only, leave out the verb");
    if (opt->prometheus || opt->listen != NULL)
        return refuse("--history", "is told as text, JSON or CSV only, leave out --prometheus and --listen");
    return 0;
}

/* A server has no end of its own, and waits for no ring. */
static int check_listen(const struct monitor_options *opt)
{
    if (opt->listen == NULL)
        return 0;
    if (opt->once || opt->count > 0)
        return refuse("--listen", "serves until a signal, leave out --once and --count");
    if (opt->timeout_ns != TIMEOUT_NOT_SAID)
        return refuse("--listen", "serves without a ring as well, leave out --timeout");
    return 0;
}

/* What goes together; the ring, said with -n or as an operand. */
static int check(struct monitor_options *opt)
{
    const char *why = NULL;
    int code = check_form(opt);
    if (code == 0)
        code = check_listen(opt);
    if (code == 0)
        code = check_sort(opt);
    if (code == 0)
        code = check_history(opt);
    if (code != 0)
        return code;
    if (opt->alert != NULL && (opt->verb != VERB_WATCH || opt->alert[0] == '\0')) {
        log_error("--alert", opt->verb != VERB_WATCH ? "goes with watching a ring only, leave out the verb"
                                                     : "must be a command, this one is empty");
        return EXIT_CODE_USAGE;
    }
    if (opt->ring != NULL && opt->operand != NULL)
        why = "one ring only, leave out -n or this";
    else if (opt->verb == VERB_LIST && (opt->ring != NULL || opt->operand != NULL))
        why = "list takes no name, it shows every ring";
    if (opt->operand != NULL && opt->ring == NULL)
        opt->ring = opt->operand;
    if (why != NULL) {
        log_error(opt->operand != NULL ? opt->operand : opt->ring, "%s", why);
        return EXIT_CODE_USAGE;
    }
    if (opt->ring == NULL || tr_ring_name_check(opt->ring) == 0)
        return 0;
    log_error(opt->ring[0] != '\0' ? opt->ring : "''",
              "no name for a ring, use up to %d of A-Z a-z 0-9 _ - . (not first), not sem.*",
              TR_RING_NAME_MAX);
    return EXIT_CODE_USAGE;
}

int monitor_options_read(struct monitor_options *opt, int argc, char **argv)
{
    *opt = (struct monitor_options){.timeout_ns = TIMEOUT_NOT_SAID, .limits = level_defaults()};
    int code = opt_parse(option_table, OPTION_CNT, argc, argv, opt, set_operand);
    return code != 0 || opt->help || opt->version ? code : check(opt);
}

void monitor_options_settle(struct monitor_options *opt, bool is_terminal)
{
    if (opt->once || opt->prometheus || (opt->count == 0 && opt->delay_ns == 0 && !is_terminal))
        opt->count = 1;
    if (opt->delay_ns == 0)
        opt->delay_ns = TR_NS_PER_S;
    if (opt->timeout_ns == TIMEOUT_NOT_SAID)
        opt->timeout_ns = opt->count == 1 ? TR_NS_PER_S : -1;
}
