/* The command line of the consumer: defaults, each option, and what is refused with which words. */
#include "feed_help.h"
#include "talk_help.h"

#include "consumer/options.h"
#include "exitcode.h"
#include "log.h"

static struct consumer_options opt;
static struct talk talk;

/* Reads "consumer" with these arguments, separated by '|'; talk.text is what it said. */
static int read_options(const char *arguments)
{
    static char text[4096];
    char *argv[32] = {"consumer"};
    int argc = 1;
    log_init("consumer", LOG_NORMAL);
    snprintf(text, sizeof text, "%s", arguments);
    for (char *rest = text, *word; *arguments != '\0' && (word = strsep(&rest, "|")) != NULL && argc < 32;)
        argv[argc++] = word;
    talk_begin(&talk);
    int code = consumer_options_read(&opt, argc, argv);
    talk_end(&talk);
    return code;
}

static void accept(const char *arguments)
{
    int code = read_options(arguments);
    if (code != 0)
        print_error("%s: %s", arguments, talk.text);
    assert_int_equal(code, 0);
    assert_string_equal(talk.text, "");
}

static void expect_refused(const char *arguments, const char *part)
{
    int code = read_options(arguments);
    if (code != EXIT_CODE_USAGE || strstr(talk.text, part) == NULL)
        print_error("%s: %d %s (wanted %s)\n", arguments, code, talk.text, part);
    assert_int_equal(code, EXIT_CODE_USAGE);
    assert_memory_equal(talk.text, "consumer: ", 10);
    expect_part(talk.text, part);
    assert_ptr_equal(strchr(talk.text, '\n'), talk.text + strlen(talk.text) - 1); /* one line */
}

/* The names of the windows of the i-th indicator, with blanks between. */
static void expect_windows(unsigned i, const char *want)
{
    char text[INDICATOR_WINDOW_MAX * INDICATOR_NAME_MAX] = "";
    const struct indicator *indicator = &opt.indicators.all[i];
    assert_true(i < opt.indicators.cnt);
    for (unsigned w = 0; w < indicator->window_cnt; w++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", w > 0 ? " " : "",
                 indicator->window[w].name);
    assert_string_equal(text, want);
}

static void defaults(void **state)
{
    (void)state;
    accept("");
    assert_string_equal(opt.ring, "ticks");
    assert_ptr_equal(opt.stage, &stage_signals);
    assert_int_equal(opt.timeout_ns, -1);
    assert_null(opt.id);
    assert_int_equal(opt.from, TR_FROM_RESUME);
    assert_int_equal(opt.lane_cnt, 1);
    assert_int_equal(opt.policy, 0);
    assert_int_equal(opt.hold_ns, TR_NS_PER_S);
    assert_int_equal(opt.order, TR_ORDER_LANE);
    assert_null(opt.filter.symbols);
    assert_int_equal(opt.filter.shard_cnt, 0);
    assert_int_equal(opt.indicators.cnt, 1);
    assert_ptr_equal(opt.indicators.all[0].ops, &indicator_sma);
    expect_windows(0, "5");
    assert_int_equal(opt.threshold_pct, 100000000); /* 0.1 */
    assert_int_equal(opt.count_max, 0);
    assert_int_equal(opt.work_ns, 0);
    assert_int_equal(opt.wait, TR_WAIT_AUTO);
    assert_true(opt.cpu == UINT64_MAX);
    assert_false(opt.json || opt.csv || opt.quiet || opt.verbose || opt.all || opt.exit_at_end || opt.digest);
}

static void each_option(void **state)
{
    (void)state;
    accept("-n|md|-t|5s|-j|--id=me|--producers=2|--policy=lossy|--hold=250ms|--symbols=BTC*,ETH|--shard=2/4|"
           "--threshold=0.25|--all|-c10k|-e|--work=3us|--digest|--wait=yield|--cpu=1|-qv|print");
    assert_string_equal(opt.ring, "md");
    assert_int_equal(opt.timeout_ns, 5 * TR_NS_PER_S);
    assert_true(opt.json && opt.all && opt.exit_at_end && opt.digest && opt.quiet && opt.verbose);
    assert_string_equal(opt.id, "me");
    assert_int_equal(opt.lane_cnt, 2);
    assert_int_equal(opt.policy, 1);
    assert_int_equal(opt.hold_ns, 250 * TR_NS_PER_MS);
    assert_string_equal(opt.filter.symbols, "BTC*,ETH");
    assert_int_equal(opt.filter.shard, 2);
    assert_int_equal(opt.filter.shard_cnt, 4);
    assert_int_equal(opt.threshold_pct, 250000000);
    assert_int_equal(opt.count_max, 10000);
    assert_int_equal(opt.work_ns, 3000);
    assert_int_equal(opt.wait, TR_WAIT_YIELD);
    assert_int_equal(opt.cpu, 1);
    assert_ptr_equal(opt.stage, &stage_print);
    accept("volume|--csv|--hold=0|--timeout=off|--order=event");
    assert_true(opt.csv);
    assert_int_equal(opt.hold_ns, 0);
    assert_int_equal(opt.timeout_ns, -1);
    assert_int_equal(opt.order, TR_ORDER_EVENT);
    assert_ptr_equal(opt.stage, &stage_volume);
    accept("--order=event|--order=lane");
    assert_int_equal(opt.order, TR_ORDER_LANE);
}

static void where_to_begin(void **state)
{
    (void)state;
    accept("--from=oldest");
    assert_int_equal(opt.from, TR_FROM_OLDEST);
    accept("--from=newest");
    assert_int_equal(opt.from, TR_FROM_NEWEST);
    accept("--from=resume");
    assert_int_equal(opt.from, TR_FROM_RESUME);
    accept("--from=1234");
    assert_int_equal(opt.from, TR_FROM_SEQ);
    assert_int_equal(opt.from_seq, 1234);
    accept("--from=0");
    assert_int_equal(opt.from, TR_FROM_SEQ);
    expect_refused("--from=yesterday", "oldest, newest, resume or a sequence");
    expect_refused("--from=-1", "oldest, newest, resume or a sequence");
}

static void windows(void **state)
{
    (void)state;
    accept("--sma=5,20,30s,100ms,1k");
    expect_windows(0, "5 20 30s 0.1s 1000");
    assert_int_equal(opt.indicators.all[0].window[2].part[0].span_ns, 30 * TR_NS_PER_S);
    accept("--sma=7|--sma=8"); /* the last counts */
    expect_windows(0, "8");
    accept("--sma=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16");
    assert_int_equal(opt.indicators.all[0].window_cnt, INDICATOR_WINDOW_MAX);
    assert_int_equal(indicators_open(&opt.indicators), 0);
    indicators_close(&opt.indicators);
    expect_refused("--sma=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17", "at most 16 windows");
    expect_refused("--sma=", "a window is");
    expect_refused("--sma=5,", "a window is");
    expect_refused("--sma=0", "a window is");
    expect_refused("--sma=0s", "a window is");
    expect_refused("--sma=-5", "a window is");
    expect_refused("--sma=5h", "a window is");
    expect_refused("--sma=4194305", "a window is");
    expect_refused("--sma=11111111111111111111111111111111111111", "a window is");
    expect_refused("--sma=5,20,5", "5 is the same window twice"); /* the object "sma" has each key once */
    expect_refused("--sma=60s,1m", "1m is the same window twice");
}

static void other_indicators(void **state)
{
    (void)state;
    accept("--atr=14|--macd=12,26,9|--ema=20,30s");
    assert_int_equal(opt.indicators.cnt, 4);
    expect_windows(0, "5"); /* averages are there even if not asked for */
    expect_windows(1, "20 30s");
    expect_windows(2, "12,26,9");
    expect_windows(3, "14");
    accept("--sma=7|--ema=8");
    expect_windows(0, "7");
    expect_refused("--ema=0", "--ema: '0' is no value for it, a window is");
    expect_refused("--macd=12", "FAST,SLOW,SIGNAL");
    expect_refused("--bollinger=20", "N,K");
    expect_refused("--rsi", "needs a value, N[,N...]");
}

static void strategies(void **state)
{
    (void)state;
    accept("");
    assert_ptr_equal(opt.strategy, &strategy_momentum);
    accept("--strategy=cross");
    assert_ptr_equal(opt.strategy, &strategy_cross);
    expect_windows(0, "5 20"); /* what it needs is there even if not asked for */
    accept("--sma=3,9,27|--strategy=cross");
    expect_windows(0, "3 9 27");
    accept("--strategy=meanrev");
    expect_windows(0, "5");
    expect_windows(1, "20,2");
    accept("--strategy=meanrev|--bollinger=30s,1.5");
    expect_windows(1, "30s,1.5");
    const struct stage_options stage = consumer_options_stage(&opt);
    assert_ptr_equal(stage.strategy.ops, &strategy_meanrev);
    assert_ptr_equal(stage.strategy.bollinger, &opt.indicators.all[1]);
    expect_refused("--strategy=cross|--sma=5", "--strategy: cross looks at 2 averages");
    expect_refused("--strategy=martingale", "momentum, cross, meanrev");
}

static void of_quotes(void **state)
{
    (void)state;
    accept("quotes");
    assert_ptr_equal(opt.stage, &stage_quotes);
    assert_null(opt.aliases);
    assert_int_equal(opt.stale_ns, -1);
    accept("--alias=XBTUSD=BTC/USD,BTC-USD=BTC/USD|--stale=1.5s|quotes");
    assert_string_equal(opt.aliases, "XBTUSD=BTC/USD,BTC-USD=BTC/USD");
    assert_int_equal(opt.stale_ns, 1500 * TR_NS_PER_MS);
    accept("--stale=off");
    assert_int_equal(opt.stale_ns, -1);
    accept("--stale=0");
    assert_int_equal(opt.stale_ns, 0);
    expect_refused("--alias=", "'' is not FROM=TO, use such as XBTUSD=BTC/USD");
    expect_refused("--alias=A=B,C", "'C' is not FROM=TO");
    expect_refused("--alias=A=B,A=C", "'A=C' is an alias given before");
    expect_refused("--alias=A=B,B=C", "'A=B' leads to a name that is an alias itself");
    expect_refused("--alias=A=123456789012345678901234567890123456789012345678901234567890123456789012",
                   "has a name longer than 71 bytes");
    expect_refused("--stale=5", "or off");
}

static void values_that_are_none(void **state)
{
    (void)state;
    expect_refused("--shard=0/4", "I/N");
    expect_refused("--shard=5/4", "I/N");
    expect_refused("--symbols=", "names or globs");
    expect_refused("--symbols=A,,B", "names or globs");
    expect_refused("--threshold=-1", "per cent");
    expect_refused("--threshold=0.1%", "per cent");
    expect_refused("--policy=fast", "reliable, lossy");
    expect_refused("--order=time", "lane, event");
    expect_refused("--producers=0", "from 1 to 16");
    expect_refused("--producers=17", "from 1 to 16");
    expect_refused("--count=0", "--count");
    expect_refused("--hold=1", "500ms");
    expect_refused("--work=fast", "500ms");
    expect_refused("--timeout=never", "or off");
    expect_refused("--wait=sleep", "block");
    expect_refused("--cpu=x", "--cpu");
}

static void commands_that_are_none(void **state)
{
    (void)state;
    expect_refused("-jC", "exclude each other");
    expect_refused("-n|a/b", "no name for a ring");
    expect_refused("-n|sem.a", "no name for a ring");
    expect_refused("--id=a b", "no name for a consumer");
    expect_refused("--id=", "no name for a consumer");
    expect_refused("print|volume", "one stage only");
    expect_refused("arbitrage", "signals, print, volume");
    expect_refused("quote", "no such stage");
    expect_refused("--out=a/b", "no name for a ring");
    expect_refused("--out=ticks", "the ring that is read");
    expect_refused("--colour", "--colour");
}

static void help_and_version(void **state)
{
    static struct talk help;
    (void)state;
    accept("--help");
    assert_true(opt.help);
    accept("-V");
    assert_true(opt.version);
    talk_begin_on(&help, STDOUT_FILENO);
    consumer_options_print_help();
    const char *text = talk_end(&help);
    expect_part(text, "usage: consumer ");
    for (unsigned i = 0; stage_list(i) != NULL; i++)
        expect_part(text, stage_list(i)->help);
    for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") <= 80);
}

/* --- Risk and execution ------------------------------------------------------------------------- */

static void trading_defaults(void **state)
{
    (void)state;
    accept("");
    assert_true(opt.trade.equity == 100000 * MONEY_ONE);
    assert_int_equal(opt.trade.paper.fee_bps_e9, 0);
    assert_int_equal(opt.trade.paper.slippage_bps_e9, 0);
    assert_int_equal(opt.trade.paper.confidence_min_e12, 150000000000);
    assert_int_equal(opt.trade.kelly.fraction_e12, 500000000000);
    assert_int_equal(opt.trade.kelly.cap_e12, 100000000000);
    assert_int_equal(opt.trade.kelly.trade_cnt_min, 20);
    assert_int_equal(opt.trade.kelly.win_rate_e12, -1);
    assert_int_equal(opt.trade.kelly.payoff_e12, -1);
    assert_true(opt.trade.limits.one.is_pct && opt.trade.limits.all.is_pct);
    assert_int_equal(opt.trade.limits.one.pct_e9, 25000000000);
    assert_int_equal(opt.trade.limits.all.pct_e9, 100000000000);
    assert_int_equal(opt.trade.limits.drawdown_pct_e9, -1);
}

static void each_trading_option(void **state)
{
    (void)state;
    accept("--equity=2.5k|--fee=2.5|--slippage=0.000000001|--min-confidence=0.000000000001|--kelly=1|"
           "--kelly-cap=0.25|--kelly-min=5|--win-rate=0.55|--payoff=1.5|--max-drawdown=12.5|"
           "--max-position=10%,2M|risk");
    assert_true(opt.trade.equity == 2500 * MONEY_ONE);
    assert_int_equal(opt.trade.paper.fee_bps_e9, 2500000000);
    assert_int_equal(opt.trade.paper.slippage_bps_e9, 1);
    assert_int_equal(opt.trade.paper.confidence_min_e12, 1);
    assert_int_equal(opt.trade.kelly.fraction_e12, EXACT_E12);
    assert_int_equal(opt.trade.kelly.cap_e12, EXACT_E12 / 4);
    assert_int_equal(opt.trade.kelly.trade_cnt_min, 5);
    assert_int_equal(opt.trade.kelly.win_rate_e12, 550000000000);
    assert_int_equal(opt.trade.kelly.payoff_e12, 1500000000000);
    assert_int_equal(opt.trade.limits.drawdown_pct_e9, 12500000000);
    assert_true(opt.trade.limits.one.is_pct && opt.trade.limits.one.pct_e9 == 10000000000);
    assert_false(opt.trade.limits.all.is_pct);
    assert_true(opt.trade.limits.all.amount == 2000000 * MONEY_ONE);
    assert_ptr_equal(opt.stage, &stage_risk);
}

static void amounts_of_money(void **state)
{
    (void)state;
    accept("--equity=0.000001");
    assert_true(opt.trade.equity == MONEY_ONE / 1000000);
    accept("--equity=1000G");
    assert_true(opt.trade.equity == TRADE_MONEY_MAX);
    accept("--equity=1000000000000");
    assert_true(opt.trade.equity == TRADE_MONEY_MAX);
    expect_refused("--equity=1000.000001G", "at most 1e12");
    expect_refused("--equity=1000000000000.01", "at most 1e12");
    expect_refused("--equity=0.0000001", "an amount of money");
    expect_refused("--equity=0", "above 0");
    accept("--max-position=0");
    assert_true(opt.trade.limits.one.amount == 0 && !opt.trade.limits.one.is_pct);
    assert_true(opt.trade.limits.all.is_pct); /* as it was */
    accept("--max-position=1k,300%|--max-drawdown=off|--max-drawdown=100|--max-drawdown=off");
    assert_true(opt.trade.limits.one.amount == 1000 * MONEY_ONE);
    assert_int_equal(opt.trade.limits.all.pct_e9, 300000000000);
    assert_int_equal(opt.trade.limits.drawdown_pct_e9, -1);
    expect_refused("--max-position=1k,", "after a comma");
    expect_refused("--max-position=1,2,3", "after a comma");
    expect_refused("--max-position=%", "after a comma");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults),
        cmocka_unit_test(each_option),
        cmocka_unit_test(where_to_begin),
        cmocka_unit_test(windows),
        cmocka_unit_test(other_indicators),
        cmocka_unit_test(strategies),
        cmocka_unit_test(of_quotes),
        cmocka_unit_test(values_that_are_none),
        cmocka_unit_test(commands_that_are_none),
        cmocka_unit_test(help_and_version),
        cmocka_unit_test(trading_defaults),
        cmocka_unit_test(each_trading_option),
        cmocka_unit_test(amounts_of_money),
    };
    return cmocka_run_group_tests_name("consumer_options", tests, NULL, NULL);
}
