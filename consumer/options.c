#include "consumer/options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "consumer/options_trade.h"
#include "consumer/quotes/alias.h"
#include "exitcode.h"
#include "globs.h"
#include "log.h"
#include "num.h"
#include "opt.h"

static const char *const policy_name[] = {"reliable", "lossy", NULL};
static const char *const order_name[] = {"lane", "event", NULL}; /* as enum tr_order */
static const char *const wait_name[] = {"auto", "block", "yield", "spin", NULL}; /* as enum tr_wait_kind */

static int set_from(void *values, const char *arg, char *why, size_t why_len)
{
    struct consumer_options *opt = values;
    static const struct {
        const char *name;
        enum tr_from from;
    } known[] = {{"oldest", TR_FROM_OLDEST}, {"newest", TR_FROM_NEWEST}, {"resume", TR_FROM_RESUME}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(known[i].name, arg) == 0) {
            opt->from = known[i].from;
            return 0;
        }
    }
    if (num_u64(arg, 0, INT64_MAX, &opt->from_seq) == 0) {
        opt->from = TR_FROM_SEQ;
        return 0;
    }
    snprintf(why, why_len, "use oldest, newest, resume or a sequence");
    return -EINVAL;
}

static int set_threshold(void *values, const char *arg, char *why, size_t why_len)
{
    struct consumer_options *opt = values;
    int rc = num_percent_e9(arg, &opt->threshold_pct);
    if (rc != 0)
        snprintf(why, why_len, "per cent, such as 0.1");
    return rc;
}

static int set_alias(void *values, const char *arg, char *why, size_t why_len)
{
    struct consumer_options *opt = values;
    const char *at;
    size_t len;
    int rc = alias_check(arg, &at, &len);
    const char *wrong = rc == -EEXIST         ? "is an alias given before"
                        : rc == -ELOOP        ? "leads to a name that is an alias itself"
                        : rc == -ENAMETOOLONG ? "has a name longer than 71 bytes"
                                              : "is not FROM=TO";
    opt->aliases = arg;
    if (rc != 0)
        snprintf(why, why_len, "'%.*s' %s, use such as XBTUSD=BTC/USD,BTC-USD=BTC/USD",
                 len < 99 ? (int)len : 99, at, wrong);
    return rc;
}

static int set_shard(void *values, const char *arg, char *why, size_t why_len)
{
    struct consumer_options *opt = values;
    int rc = filter_parse_shard(&opt->filter, arg);
    if (rc != 0)
        snprintf(why, why_len, "I/N with I from 1 to N, such as 1/4");
    return rc;
}

static int set_symbols(void *values, const char *arg, char *why, size_t why_len)
{
    struct consumer_options *opt = values;
    int rc = globs_check(arg);
    if (rc != 0)
        snprintf(why, why_len, "names or globs, separated by commas, at most %d bytes", GLOBS_TEXT_MAX - 1);
    opt->filter.symbols = arg;
    return rc;
}

static void stage_names(char *text, size_t size)
{
    size_t len = 0;
    for (unsigned i = 0; stage_list(i) != NULL && len < size; i++) {
        int n = snprintf(text + len, size - len, "%s%s", i > 0 ? ", " : "", stage_list(i)->name);
        len += n > 0 ? (size_t)n : 0;
    }
}

static int set_stage(void *values, const char *arg, char *why, size_t why_len)
{
    struct consumer_options *opt = values;
    char names[128];
    if (opt->stage != NULL) {
        snprintf(why, why_len, "one stage only");
        return -EINVAL;
    }
    opt->stage = stage_find(arg);
    if (opt->stage != NULL)
        return 0;
    stage_names(names, sizeof names);
    snprintf(why, why_len, "no such stage, there are %s", names);
    return -EINVAL;
}

static int set_strategy(void *values, const char *arg, char *why, size_t why_len)
{
    struct consumer_options *opt = values;
    const struct strategy_ops *ops = strategy_find(arg);
    if (ops != NULL) {
        opt->strategy = ops;
        return 0;
    }
    size_t len = 0;
    for (unsigned i = 0; strategy_list(i) != NULL && len < why_len; i++)
        len +=
            (size_t)snprintf(why + len, why_len - len, "%s %s", i > 0 ? "," : "use", strategy_list(i)->name);
    return -EINVAL;
}

#define AT(field) offsetof(struct consumer_options, field)

static const struct opt option_table[] = {
    {'n', "name", OPT_TEXT, AT(ring), "NAME", .help = "the ring (default ticks)"},
    {'t', "timeout", OPT_DURATION, AT(timeout_ns), "DUR|off",
     .help = "how long to wait for the ring, the next tick or a dead feed's return (default off)",
     .may_be_off = true},
    {'j', "json", OPT_FLAG, AT(json), NULL, .help = "one JSON object a line"},
    {'C', "csv", OPT_FLAG, AT(csv), NULL, .help = "CSV with a header"},
    {0, "id", OPT_TEXT, AT(id), "NAME", .help = "name of the cursor (default the stage's name)"},
    {'O', "out", OPT_TEXT, AT(out), "NAME",
     .help = "the ring of the next stage: what this one makes goes there"},
    {0, "from", OPT_CALL, 0, "oldest|newest|resume|SEQ",
     .help = "where to begin (default resume, else oldest)", .call = set_from},
    {0, "producers", OPT_U64, AT(lane_cnt), "N", .help = "end when N feeds have closed (default 1)", .min = 1,
     .max = TR_LANE_MAX},
    {0, "policy", OPT_CHOICE, AT(policy), "reliable|lossy",
     .help = "hold the feed, or be overrun and count it (default reliable)", .choice = policy_name},
    {0, "hold", OPT_DURATION, AT(hold_ns), "DUR", .help = "keep my place so long after a crash (default 1s)"},
    {0, "order", OPT_CHOICE, AT(order), "lane|event",
     .help = "feeds in turn, or merged by event time (default lane)", .choice = order_name},
    {0, "symbols", OPT_CALL, 0, "LIST", .help = "only these symbols (globs, separated by commas)",
     .call = set_symbols},
    {0, "shard", OPT_CALL, 0, "I/N", .help = "only the I-th of N shares of the symbols", .call = set_shard},
    {0, "strategy", OPT_CALL, 0, "NAME", .help = "how signals are made (default momentum)",
     .call = set_strategy},
    {0, "threshold", OPT_CALL, 0, "PCT", .help = "least change for a signal (default 0.1)",
     .call = set_threshold},
    {0, "alias", OPT_CALL, 0, "FROM=TO[,...]", .help = "quotes: FROM is another name of the symbol TO",
     .call = set_alias},
    {0, "stale", OPT_DURATION, AT(stale_ns), "DUR|off",
     .help = "quotes: older ones do not count (default off)", .may_be_off = true},
    {0, "all", OPT_FLAG, AT(all), NULL, .help = "signals: a line for each tick, not only for signals"},
    {0, "min-confidence", OPT_CALL, 0, "X", .help = "least confidence to execute (default 0.15)",
     .call = set_min_confidence},
    {0, "equity", OPT_CALL, 0, "MONEY", .help = "what risk and execute begin with (default 100k)",
     .call = set_equity},
    {0, "max-position", OPT_CALL, 0, "ONE[,ALL]",
     .help = "largest position, and of all, in money or PCT% of the equity (default 25%,100%)",
     .call = set_max_position},
    {0, "max-drawdown", OPT_CALL, 0, "PCT|off", .help = "halt when the equity fell so far (default off)",
     .call = set_max_drawdown},
    {0, "kelly", OPT_CALL, 0, "FRACTION", .help = "this part of the Kelly criterion's size (default 0.5)",
     .call = set_kelly},
    {0, "kelly-cap", OPT_CALL, 0, "FRACTION", .help = "at most this part of the equity (default 0.1)",
     .call = set_kelly_cap},
    {0, "kelly-min", OPT_U64, AT(trade.kelly.trade_cnt_min), "N",
     .help = "closed trades for an estimate (default 20)", .min = 1, .max = INT64_MAX},
    {0, "win-rate", OPT_CALL, 0, "P", .help = "part of trades that win (default estimated)",
     .call = set_win_rate},
    {0, "payoff", OPT_CALL, 0, "B", .help = "average win / average loss (default estimated)",
     .call = set_payoff},
    {0, "fee", OPT_CALL, 0, "BPS", .help = "of a fill or arbitrage, per ten thousand (default 0)",
     .call = set_fee},
    {0, "slippage", OPT_CALL, 0, "BPS", .help = "how much worse a fill is, per ten thousand (default 0)",
     .call = set_slippage},
    {'c', "count", OPT_U64, AT(count_max), "N", .help = "end after N ticks", .min = 1, .max = INT64_MAX},
    {'e', "exit-at-end", OPT_FLAG, AT(exit_at_end), NULL, .help = "end at the last tick that is there now"},
    {0, "work", OPT_DURATION, AT(work_ns), "DUR", .help = "simulate processing: spend DUR on each tick"},
    {0, "digest", OPT_FLAG, AT(digest), NULL, .help = "digest of what was read, or with --out made"},
    {0, "wait", OPT_CHOICE, AT(wait), "block|auto|yield|spin",
     .help = "what to do when nothing is there (default auto)", .choice = wait_name},
    {0, "cpu", OPT_U64, AT(cpu), "N", .help = "run on this processor", .max = 4095},
    {'q', "quiet", OPT_FLAG, AT(quiet), NULL, .help = "no talk but errors"},
    {'v', "verbose", OPT_FLAG, AT(verbose), NULL, .help = "more talk"},
    {'h', "help", OPT_FLAG, AT(help), NULL, .help = "this text"},
    {'V', "version", OPT_FLAG, AT(version), NULL, .help = "the version"},
};

#define OPTION_CNT (sizeof option_table / sizeof option_table[0])
#define TABLE_MAX (OPTION_CNT + INDICATOR_MAX)

/* The options above, then one for each indicator.  Returns how many. */
static size_t make_table(struct opt table[TABLE_MAX])
{
    const struct indicator_ops *ops;
    size_t cnt = OPTION_CNT;
    memcpy(table, option_table, sizeof option_table);
    for (unsigned i = 0; (ops = indicator_list(i)) != NULL; i++) {
        table[cnt++] = (struct opt){
            .long_name = ops->name,
            .type = OPT_TEXT,
            .offset = AT(indicator_arg) + i * sizeof(const char *),
            .arg_name = ops->arg_name,
            .help = ops->help,
        };
    }
    return cnt;
}

void consumer_options_print_help(void)
{
    printf("usage: consumer [OPTION]... [STAGE]\n"
           "Reads every tick of a ring and runs a stage on it.\n\nStages:\n");
    for (unsigned i = 0; stage_list(i) != NULL; i++)
        printf("  %-10s %s\n", stage_list(i)->name, stage_list(i)->help);
    printf("\nStrategies of signals:\n");
    for (unsigned i = 0; strategy_list(i) != NULL; i++)
        printf("  %-10s %s\n", strategy_list(i)->name, strategy_list(i)->help);
    struct opt table[TABLE_MAX];
    size_t cnt = make_table(table);
    printf("\nOptions:\n");
    opt_print_help(stdout, table, OPTION_CNT);
    printf("\nIndicators (a window of N ticks, or with a unit of a time):\n");
    opt_print_help(stdout, table + OPTION_CNT, cnt - OPTION_CNT);
}

static int refuse(const char *what, const char *why)
{
    log_error(what[0] != '\0' ? what : "''", "%s", why);
    return EXIT_CODE_USAGE;
}

static int ask_for(struct consumer_options *opt, const struct indicator_ops *ops, const char *arg)
{
    char option[32];
    char why[128];
    if (indicators_ask(&opt->indicators, ops, arg, why, sizeof why) == 0)
        return 0;
    snprintf(option, sizeof option, "--%s", ops->name);
    log_error(option, "'%s' is no value for it, %s", arg, why);
    return EXIT_CODE_USAGE;
}

/* Those that were named, then what the strategy needs beside them. */
static int ask_for_indicators(struct consumer_options *opt)
{
    char why[128];
    for (unsigned i = 0; indicator_list(i) != NULL; i++) {
        if (opt->indicator_arg[i] != NULL && ask_for(opt, indicator_list(i), opt->indicator_arg[i]) != 0)
            return EXIT_CODE_USAGE;
    }
    if (strategy_complete(opt->strategy, &opt->indicators, why, sizeof why) == 0)
        return 0;
    log_error("--strategy", "%s", why);
    return EXIT_CODE_USAGE;
}

static int check(const struct consumer_options *opt)
{
    const char *const ring[] = {opt->ring, opt->out};
    if (opt->json && opt->csv)
        return refuse("--csv", "and --json exclude each other, use one");
    for (int i = 0; i < 2; i++) {
        if (ring[i] != NULL && tr_ring_name_check(ring[i]) != 0)
            return refuse(ring[i],
                          "no name for a ring, use up to 27 of A-Z a-z 0-9 _ - . (not first), not sem.*");
    }
    if (opt->out != NULL && strcmp(opt->out, opt->ring) == 0)
        return refuse(opt->out, "is the ring that is read, name another for --out");
    if (opt->out != NULL && opt->stage->writes == 0)
        return refuse("--out", "this stage makes no records, leave it out");
    if (opt->id != NULL && tr_place_name_check(opt->id) != 0)
        return refuse(opt->id, "no name for a consumer, use up to 31 of A-Z a-z 0-9 _ - .");
    return 0;
}

int consumer_options_read(struct consumer_options *opt, int argc, char **argv)
{
    *opt = (struct consumer_options){
        .ring = "ticks",
        .timeout_ns = -1,
        .from = TR_FROM_RESUME,
        .lane_cnt = 1,
        .hold_ns = TR_HOLD_DEFAULT_NS,
        .strategy = strategy_list(0),
        .threshold_pct = EXACT_PCT_SCALE / 10,
        .trade = trade_plan_default(),
        .stale_ns = -1,
        .cpu = UINT64_MAX,
    };
    struct opt table[TABLE_MAX];
    int code = opt_parse(table, make_table(table), argc, argv, opt, set_stage);
    if (code == 0)
        code = ask_for_indicators(opt);
    if (code != 0 || opt->help || opt->version)
        return code;
    if (opt->stage == NULL)
        opt->stage = &stage_signals;
    return check(opt);
}

struct stage_options consumer_options_stage(const struct consumer_options *opt)
{
    struct stage_options stage = {
        .format = FORMAT_TEXT,
        .all = opt->all,
        .indicators = &opt->indicators,
        .strategy = strategy_of(opt->strategy, &opt->indicators, opt->threshold_pct),
        .trade = opt->trade,
        .aliases = opt->aliases,
        .stale_ns = opt->stale_ns,
    };
    if (opt->json)
        stage.format = FORMAT_JSON;
    else if (opt->csv)
        stage.format = FORMAT_CSV;
    return stage;
}
