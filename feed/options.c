#include "feed/options.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exitcode.h"
#include "globs.h"
#include "log.h"
#include "num.h"
#include "opt.h"
#include "timetext.h"

static const char *const resume_name[] = {"auto", "no", NULL};
static const char *const policy_name[] = {"block", "drop-new", NULL}; /* as enum publish_policy */
static const char *const merge_name[] = {"event", "receive", NULL};
static const char *const bad_name[] = {"stop", "skip", NULL};
static const char *const wait_name[] = {"auto", "block", "yield", "spin", NULL}; /* as enum tr_wait_kind */

/* The names of the sources that generate, or of those that read. */
static void source_names(char *text, size_t size, bool generates)
{
    size_t len = 0;
    text[0] = '\0';
    for (size_t i = 0; source_list(i) != NULL && len < size; i++) {
        if (source_list(i)->generates != generates)
            continue;
        int n = snprintf(text + len, size - len, "%s%s", len > 0 ? ", " : "", source_list(i)->name);
        len += n > 0 ? (size_t)n : 0;
    }
}

static int set_source(const char **name, bool generates, const char *arg, char *why, size_t why_len)
{
    char names[256];
    if (source_find(arg, generates) != NULL) {
        *name = arg;
        return 0;
    }
    source_names(names, sizeof names, generates);
    snprintf(why, why_len, "there are %s", names);
    return -EINVAL;
}

static int set_format(void *values, const char *arg, char *why, size_t why_len)
{
    struct feed_options *opt = values;
    return set_source(&opt->now.format, false, arg, why, why_len);
}

static int set_generate(void *values, const char *arg, char *why, size_t why_len)
{
    struct feed_options *opt = values;
    return set_source(&opt->generate, true, arg, why, why_len);
}

static int set_name(const char **name, const char *arg, char *why, size_t why_len)
{
    if (source_name_ok(arg, strlen(arg))) {
        *name = arg;
        return 0;
    }
    snprintf(why, why_len, "use 1 to %d bytes without control characters", SOURCE_SYMBOL_MAX);
    return -EINVAL;
}

static int set_symbol(void *values, const char *arg, char *why, size_t why_len)
{
    struct feed_options *opt = values;
    return set_name(&opt->now.opt.symbol, arg, why, why_len);
}

static int set_venue(void *values, const char *arg, char *why, size_t why_len)
{
    struct feed_options *opt = values;
    return set_name(&opt->now.opt.venue, arg, why, why_len);
}

static int set_date(void *values, const char *arg, char *why, size_t why_len)
{
    struct feed_options *opt = values;
    int64_t day_ns;
    if (time_parse_date(arg, strlen(arg), &day_ns) != 0) {
        snprintf(why, why_len, "use YYYY-MM-DD");
        return -EINVAL;
    }
    opt->now.opt.date = arg;
    return 0;
}

static int set_time_unit(void *values, const char *arg, char *why, size_t why_len)
{
    static const struct {
        const char *name;
        int64_t ns;
    } unit[] = {{"s", TR_NS_PER_S}, {"ms", TR_NS_PER_MS}, {"us", 1000}, {"ns", 1}};
    struct feed_options *opt = values;
    for (size_t i = 0; i < sizeof unit / sizeof unit[0]; i++) {
        if (strcmp(unit[i].name, arg) == 0) {
            opt->now.opt.time_unit_ns = unit[i].ns;
            return 0;
        }
    }
    snprintf(why, why_len, "use s, ms, us, ns");
    return -EINVAL;
}

static int set_speed(void *values, const char *arg, char *why, size_t why_len)
{
    struct feed_options *opt = values;
    if (strcmp(arg, "max") == 0) {
        opt->pace.kind = PACE_MAX;
        return 0;
    }
    int rc = num_factor(arg, &opt->pace.speed);
    if (rc != 0)
        snprintf(why, why_len, "use max, 1 (as recorded), 10 (ten times faster) ...");
    opt->pace.kind = PACE_RECORDED;
    return rc;
}

static int set_rate(void *values, const char *arg, char *why, size_t why_len)
{
    struct feed_options *opt = values;
    int rc = num_u64(arg, 1, UINT64_C(1000000000), &opt->pace.rate_hz);
    if (rc != 0)
        snprintf(why, why_len, "use ticks a second, from 1 to 1G");
    opt->pace.kind = PACE_RATE;
    return rc;
}

static int set_time(int64_t *ns, const char *arg, char *why, size_t why_len)
{
    int rc = time_parse(arg, strlen(arg), 0, ns);
    if (rc != 0)
        snprintf(why, why_len, "use 2024-08-08T23:54:15Z, or seconds, ms, us or ns since 1970");
    return rc;
}

static int set_from(void *values, const char *arg, char *why, size_t why_len)
{
    struct feed_options *opt = values;
    return set_time(&opt->select.from_ns, arg, why, why_len);
}

static int set_to(void *values, const char *arg, char *why, size_t why_len)
{
    struct feed_options *opt = values;
    return set_time(&opt->select.to_ns, arg, why, why_len);
}

static int set_mode(void *values, const char *arg, char *why, size_t why_len)
{
    struct feed_options *opt = values;
    char *end;
    unsigned long mode = strtoul(arg, &end, 8);
    bool digits = strspn(arg, "01234567") == strlen(arg) && arg[0] != '\0';
    if (digits && mode <= 0666 && (mode & 0111) == 0 && (mode & 0600) == 0600) {
        opt->mode = (mode_t)mode;
        return 0;
    }
    snprintf(why, why_len, "use an octal mode that lets the owner read and write: 600, 640, 660, 666");
    return -EINVAL;
}

static int set_group(void *values, const char *arg, char *why, size_t why_len)
{
    struct feed_options *opt = values;
    const struct group *group = getgrnam(arg);
    if (group == NULL) {
        snprintf(why, why_len, "there is no such group");
        return -EINVAL;
    }
    opt->gid = group->gr_gid;
    return 0;
}

static int set_warn(void *values, const char *arg, char *why, size_t why_len)
{
    struct feed_options *opt = values;
    struct limit limit;
    if (limit_parse(arg, &limit) == 0 && limit.kind != LIMIT_AGE && limit.value > 0) {
        opt->warn = limit;
        return 0;
    }
    snprintf(why, why_len, "use ticks (1000) or per cent of the ring (75%%)");
    return -EINVAL;
}

static int add_file(void *values, const char *arg, char *why, size_t why_len)
{
    struct feed_options *opt = values;
    if (opt->file_cnt == MERGE_MAX) {
        snprintf(why, why_len, "at most %d files", MERGE_MAX);
        return -E2BIG;
    }
    opt->file[opt->file_cnt] = opt->now;
    opt->file[opt->file_cnt++].path = arg;
    return 0;
}

#define AT(field) offsetof(struct feed_options, field)

static const struct opt option_table[] = {
    {'f', "format", OPT_CALL, 0, "FMT", .help = "of the files after it (default: detected)",
     .call = set_format},
    {0, "generate", OPT_CALL, 0, "KIND", .help = "make a market instead: walk, quotes, orders",
     .call = set_generate},
    {0, "symbol", OPT_CALL, 0, "S", .help = "for files that do not say", .call = set_symbol},
    {0, "venue", OPT_CALL, 0, "V", .help = "for files that do not say", .call = set_venue},
    {0, "date", OPT_CALL, 0, "YYYY-MM-DD", .help = "for files whose times have none", .call = set_date},
    {0, "time-unit", OPT_CALL, 0, "s|ms|us|ns", .help = "of integer times (default: by magnitude)",
     .call = set_time_unit},
    {0, "map", OPT_TEXT, AT(now.opt.map), "FIELD=COL,...",
     .help = "columns of an unusual CSV, by name or number: ts, recv, symbol, venue, price, size, side, "
             "buyer_maker, is_snapshot, id, bid, bid_size, ask, ask_size"},
    {0, "symbols", OPT_TEXT, AT(symbols), "LIST",
     .help = "keep only these (globs); --generate: names or a count"},
    {0, "seed", OPT_U64, AT(now.opt.seed), "N", .help = "--generate: repeatable (default 1)",
     .max = UINT64_MAX},
    {0, "trades", OPT_FLAG, AT(select.only_trades), NULL, .help = "keep only trades"},
    {0, "quotes", OPT_FLAG, AT(select.only_quotes), NULL, .help = "keep only quotes"},
    {'S', "speed", OPT_CALL, 0, "X", .help = "1 as recorded, 10 ten times faster, max (default)",
     .call = set_speed},
    {0, "max-gap", OPT_DURATION, AT(pace.max_gap_ns), "DUR", .help = "with --speed: shorten longer silences"},
    {'r', "rate", OPT_CALL, 0, "N", .help = "ticks a second instead", .call = set_rate},
    {0, "from", OPT_CALL, 0, "TIME", .help = "leave out what is before", .call = set_from},
    {0, "to", OPT_CALL, 0, "TIME", .help = "leave out what is at it or after", .call = set_to},
    {0, "skip", OPT_U64, AT(select.skip_cnt), "N", .help = "leave out the first N ticks", .max = INT64_MAX},
    {'c', "count", OPT_U64, AT(count_max), "N", .help = "end after N ticks", .min = 1, .max = INT64_MAX},
    {0, "repeat", OPT_U64, AT(pass_cnt), "N", .help = "read the input N times (0: for ever)",
     .max = INT64_MAX},
    {'n', "name", OPT_TEXT, AT(ring), "NAME", .help = "the ring (default ticks)"},
    {0, "slots", OPT_SLOTS, AT(slot_cnt), "N", .help = "ring size at creation, a power of two (default 64k)",
     .min = TR_SLOT_CNT_MIN, .max = TR_SLOT_CNT_MAX},
    {0, "mode", OPT_CALL, 0, "OCTAL", .help = "permissions of a new ring (default 600)", .call = set_mode},
    {0, "group", OPT_CALL, 0, "NAME", .help = "group of a new ring", .call = set_group},
    {0, "producer", OPT_TEXT, AT(producer), "NAME", .help = "its lane (default: the venue, else feed)"},
    {0, "resume", OPT_CHOICE, AT(resume), "auto|no",
     .help = "after a crash, go on where the lane ends (default auto)", .choice = resume_name},
    {'p', "policy", OPT_CHOICE, AT(policy), "block|drop-new",
     .help = "when a reliable consumer is full (default block)", .choice = policy_name},
    {0, "split", OPT_U64, AT(split_cnt), "N",
     .help = "N rings NAME.0, NAME.1 ..., a symbol always in the same", .min = 1, .max = OPTIONS_SPLIT_MAX},
    {0, "merge-by", OPT_CHOICE, AT(merge_by), "event|receive",
     .help = "several files in order of event time (default) or of the recorder's time",
     .choice = merge_name},
    {0, "wait-consumers", OPT_U64, AT(consumer_cnt), "N",
     .help = "do not begin before N are attached (default 1, 0: do not wait)", .max = TR_CONSUMER_MAX},
    {0, "stall-timeout", OPT_DURATION, AT(stall_timeout_ns), "DUR|off",
     .help = "evict a living consumer that holds the feed so long (default off)", .may_be_off = true},
    {'w', "warn", OPT_CALL, 0, "N|PCT",
     .help = "tell which consumer's queue has grown to this (default: none)", .call = set_warn},
    {0, "on-bad", OPT_CHOICE, AT(on_bad), "stop|skip", .help = "malformed records (default stop)",
     .choice = bad_name},
    {0, "validate", OPT_FLAG, AT(validate), NULL, .help = "read and check only, touch no ring"},
    {0, "digest", OPT_FLAG, AT(digest), NULL, .help = "print the digest of what was published"},
    {0, "wait", OPT_CHOICE, AT(wait), "block|auto|yield|spin",
     .help = "what to do at a full ring (default auto)", .choice = wait_name},
    {0, "cpu", OPT_U64, AT(cpu), "N", .help = "run on this processor", .max = 4095},
    {0, "keep", OPT_FLAG, AT(keep), NULL, .help = "leave the ring in place after the end"},
    {'t', "timeout", OPT_DURATION, AT(timeout_ns), "DUR|off",
     .help = "how long to wait for consumers or for room (default off)", .may_be_off = true},
    {'j', "json", OPT_FLAG, AT(json), NULL, .help = "the report as one JSON object"},
    {'q', "quiet", OPT_FLAG, AT(quiet), NULL, .help = "no talk but errors"},
    {'v', "verbose", OPT_FLAG, AT(verbose), NULL, .help = "more talk"},
    {'h', "help", OPT_FLAG, AT(help), NULL, .help = "this text"},
    {'V', "version", OPT_FLAG, AT(version), NULL, .help = "the version"},
};

#define OPTION_CNT (sizeof option_table / sizeof option_table[0])

void feed_options_print_help(void)
{
    printf("usage: feed [OPTION]... FILE...          replay tick files (-: standard input)\n"
           "       feed [OPTION]... --generate=KIND  make a market\n"
           "Writes market ticks into a ring in shared memory.\n\nFormats and markets:\n");
    for (size_t i = 0; source_list(i) != NULL; i++)
        printf("  %-12s %s\n", source_list(i)->name, source_list(i)->help);
    printf("\nOptions:\n");
    opt_print_help(stdout, option_table, OPTION_CNT);
}

const char *options_producer(const struct feed_options *opt)
{
    if (opt->producer != NULL)
        return opt->producer;
    const char *venue = opt->file_cnt > 0 ? opt->file[0].opt.venue : NULL;
    return venue != NULL && tr_place_name_check(venue) == 0 ? venue : "feed";
}

void options_ring(const struct feed_options *opt, unsigned idx, char name[OPTIONS_RING_MAX + 1])
{
    if (opt->split_cnt == 0)
        snprintf(name, OPTIONS_RING_MAX + 1, "%s", opt->ring);
    else
        snprintf(name, OPTIONS_RING_MAX + 1, "%.*s.%u", TR_RING_NAME_MAX, opt->ring, idx);
}

static int refuse(const char *what, const char *why)
{
    log_error(what[0] != '\0' ? what : "''", "%s", why);
    return EXIT_CODE_USAGE;
}

static unsigned stdin_cnt(const struct feed_options *opt)
{
    unsigned cnt = 0;
    for (unsigned i = 0; i < opt->file_cnt; i++)
        cnt += strcmp(opt->file[i].path, "-") == 0;
    return cnt;
}

/* Only ticks of this kind are wanted, and there will be none for ever. */
static bool makes_none(const struct feed_options *opt, bool only, enum tr_tick_kind kind)
{
    if (!only || opt->generate == NULL)
        return false;
    enum tr_tick_kind made = source_find(opt->generate, true)->only_kind;
    return made != 0 && made != kind;
}

static int check(const struct feed_options *opt)
{
    if (tr_ring_name_check(opt->ring) != 0)
        return refuse(opt->ring,
                      "no name for a ring, use up to 27 of A-Z a-z 0-9 _ - . (not first), not sem.*");
    char last[OPTIONS_RING_MAX + 1];
    options_ring(opt, (unsigned)(opt->split_cnt == 0 ? 0 : opt->split_cnt - 1), last);
    if (tr_ring_name_check(last) != 0)
        return refuse(last, "is too long for a ring of --split, use a shorter --name");
    if (opt->split_cnt != 0 && opt->validate)
        return refuse("--split", "and --validate exclude each other, leave out one");
    if (tr_place_name_check(options_producer(opt)) != 0)
        return refuse(opt->producer, "no name for a producer, use up to 31 of A-Z a-z 0-9 _ - .");
    if (opt->generate == NULL && opt->file_cnt == 0)
        return refuse("FILE", "none given, name tick files, - for standard input, or --generate=KIND");
    if (opt->generate != NULL && opt->file_cnt > 0)
        return refuse(opt->file[0].path, "files and --generate exclude each other, use one");
    if (stdin_cnt(opt) > 1)
        return refuse("-", "standard input can be read once, name it once");
    if (opt->generate != NULL && opt->validate && opt->count_max == 0)
        return refuse("--validate", "a made market has no end, add --count");
    if (opt->generate == NULL && opt->symbols != NULL && globs_check(opt->symbols) != 0)
        return refuse("--symbols", "must be names or globs, separated by commas, at most 1023 bytes");
    if (opt->select.only_trades && opt->select.only_quotes)
        return refuse("--quotes", "and --trades exclude each other, leave out both for all");
    if (makes_none(opt, opt->select.only_trades, TR_TICK_TRADE))
        return refuse("--trades", "this made market has none, leave it out");
    if (makes_none(opt, opt->select.only_quotes, TR_TICK_QUOTE))
        return refuse("--quotes", "this made market has none, leave it out");
    return 0;
}

/* What was said of the input goes to where it counts. */
static void settle(struct feed_options *opt)
{
    for (unsigned i = 0; i < opt->file_cnt; i++) {
        opt->file[i].opt.only_trades = opt->select.only_trades;
        opt->file[i].opt.only_quotes = opt->select.only_quotes;
    }
    if (opt->generate == NULL) {
        opt->select.symbols = opt->symbols;
        return;
    }
    opt->now.opt.symbols = opt->symbols;
    opt->now.path = "";
    opt->file[opt->file_cnt++] = opt->now;
}

int feed_options_read(struct feed_options *opt, int argc, char **argv)
{
    *opt = (struct feed_options){
        .ring = "ticks",
        .timeout_ns = -1,
        .now = {.opt = {.seed = 1}},
        .pass_cnt = 1,
        .gid = (gid_t)-1,
        .consumer_cnt = 1,
        .stall_timeout_ns = -1,
        .cpu = UINT64_MAX,
    };
    int code = opt_parse(option_table, OPTION_CNT, argc, argv, opt, add_file);
    if (code != 0 || opt->help || opt->version)
        return code;
    code = check(opt);
    if (code == 0)
        settle(opt);
    return code;
}
