/* The command line of the feed: defaults, each option, and what is refused with which words. */
#include "feed_help.h"
#include "talk_help.h"

#include <grp.h>

#include "exitcode.h"
#include "feed/options.h"
#include "log.h"
#include "wait.h"

#define ARG_MAX_CNT (MERGE_MAX + 8)

static struct feed_options opt; /* large */
static struct talk talk;

/* Reads "feed" with these arguments, separated by '|'; talk.text is what it said. */
static int read_options(const char *arguments)
{
    static char text[4096];
    char *argv[ARG_MAX_CNT] = {"feed"};
    int argc = 1;
    log_init("feed", LOG_NORMAL);
    snprintf(text, sizeof text, "%s", arguments);
    for (char *rest = text, *word; (word = strsep(&rest, "|")) != NULL && argc < ARG_MAX_CNT;)
        argv[argc++] = word;
    talk_begin(&talk);
    int code = feed_options_read(&opt, argc, argv);
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
    assert_memory_equal(talk.text, "feed: ", 6);
    expect_part(talk.text, part);
    assert_ptr_equal(strchr(talk.text, '\n'), talk.text + strlen(talk.text) - 1); /* one line */
}

static void defaults(void **state)
{
    (void)state;
    accept("a.csv");
    assert_string_equal(opt.ring, "ticks");
    assert_int_equal(opt.timeout_ns, -1);
    assert_int_equal(opt.file_cnt, 1);
    assert_string_equal(opt.file[0].path, "a.csv");
    assert_null(opt.file[0].format);
    assert_null(opt.file[0].opt.symbol);
    assert_int_equal(opt.file[0].opt.seed, 1);
    assert_int_equal(opt.pace.kind, PACE_MAX);
    assert_int_equal(opt.count_max, 0);
    assert_int_equal(opt.pass_cnt, 1);
    assert_int_equal(opt.slot_cnt, 0);
    assert_int_equal(opt.mode, 0);
    assert_true(opt.gid == (gid_t)-1);
    assert_int_equal(opt.resume, 0);
    assert_int_equal(opt.policy, PUBLISH_BLOCK);
    assert_int_equal(opt.consumer_cnt, 1);
    assert_int_equal(opt.stall_timeout_ns, -1);
    assert_int_equal(opt.on_bad, 0);
    assert_true(opt.cpu == UINT64_MAX);
    assert_false(opt.json || opt.quiet || opt.verbose || opt.validate || opt.digest || opt.keep);
    assert_string_equal(options_producer(&opt), "feed");
}

static void what_is_said_of_a_file(void **state)
{
    (void)state;
    accept("--symbol=S|--venue=binance|a.csv|--venue=kraken|--format=utpv|--date=2024-08-08|b.csv|-");
    assert_int_equal(opt.file_cnt, 3);
    assert_string_equal(opt.file[0].opt.venue, "binance");
    assert_string_equal(opt.file[0].opt.symbol, "S");
    assert_null(opt.file[0].format);
    assert_null(opt.file[0].opt.date);
    assert_string_equal(opt.file[1].opt.venue, "kraken");
    assert_string_equal(opt.file[1].opt.symbol, "S");
    assert_string_equal(opt.file[1].format, "utpv");
    assert_string_equal(opt.file[1].opt.date, "2024-08-08");
    assert_string_equal(opt.file[2].path, "-");
    accept("--time-unit=us|--map=ts=1,price=2|--|-odd-name.csv");
    assert_string_equal(opt.file[0].path, "-odd-name.csv");
    assert_int_equal(opt.file[0].opt.time_unit_ns, 1000);
    assert_string_equal(opt.file[0].opt.map, "ts=1,price=2");
}

static void a_made_market(void **state)
{
    (void)state;
    accept("--generate=walk|--seed=7|--symbols=3|--venue=A,B|-c|10k");
    assert_string_equal(opt.generate, "walk");
    assert_int_equal(opt.file_cnt, 1);
    assert_string_equal(opt.file[0].opt.symbols, "3");
    assert_int_equal(opt.file[0].opt.seed, 7);
    assert_null(opt.select.symbols); /* they are made, not chosen */
    assert_int_equal(opt.count_max, 10000);
    assert_string_equal(options_producer(&opt), "feed"); /* A,B is no name of a lane */
    accept("--generate=walk|--venue=SIM");
    assert_string_equal(options_producer(&opt), "SIM");
    accept("--generate=quotes|--quotes");
    assert_string_equal(opt.generate, "quotes");
    accept("--generate=orders");
    assert_string_equal(opt.generate, "orders");
}

static void which_ticks(void **state)
{
    (void)state;
    accept("--symbols=BTC*,ETH|--trades|--from=2024-08-08T23:54:15.342Z|--to=1723161256|--skip=3|-c5|--"
           "repeat=0|a");
    assert_string_equal(opt.select.symbols, "BTC*,ETH");
    assert_true(opt.select.only_trades);
    assert_false(opt.select.only_quotes);
    assert_int_equal(opt.select.from_ns, INT64_C(1723161255342000000));
    assert_int_equal(opt.select.to_ns, INT64_C(1723161256000000000));
    assert_int_equal(opt.select.skip_cnt, 3);
    assert_int_equal(opt.count_max, 5);
    assert_int_equal(opt.pass_cnt, 0);
    accept("--quotes|a");
    assert_true(opt.select.only_quotes);
}

static void how_fast(void **state)
{
    (void)state;
    accept("-S|1|a");
    assert_int_equal(opt.pace.kind, PACE_RECORDED);
    assert_true(opt.pace.speed == 1);
    accept("--speed=0.5|--max-gap=2s|a");
    assert_true(opt.pace.speed == 0.5);
    assert_int_equal(opt.pace.max_gap_ns, 2 * TR_NS_PER_S);
    accept("-r|20k|a");
    assert_int_equal(opt.pace.kind, PACE_RATE);
    assert_int_equal(opt.pace.rate_hz, 20000);
    accept("-S10|-Smax|a"); /* the last counts */
    assert_int_equal(opt.pace.kind, PACE_MAX);
}

static void the_ring(void **state)
{
    (void)state;
    accept(
        "-n|md|--slots=1k|--mode=0640|--producer=p1|--policy=drop-new|--wait-consumers=2|--stall-timeout=5s|"
        "--resume=no|--on-bad=skip|--validate|--digest|--keep|-t|1500ms|-jqv|--cpu=3|--wait=spin|a");
    assert_string_equal(opt.ring, "md");
    assert_int_equal(opt.slot_cnt, 1024);
    assert_int_equal(opt.mode, 0640);
    assert_string_equal(options_producer(&opt), "p1");
    assert_int_equal(opt.policy, PUBLISH_DROP_NEW);
    assert_int_equal(opt.consumer_cnt, 2);
    assert_int_equal(opt.stall_timeout_ns, 5 * TR_NS_PER_S);
    assert_int_equal(opt.resume, 1);
    assert_int_equal(opt.on_bad, 1);
    assert_int_equal(opt.timeout_ns, 1500 * TR_NS_PER_MS);
    assert_int_equal(opt.cpu, 3);
    assert_int_equal(opt.wait, TR_WAIT_SPIN);
    assert_true(opt.validate && opt.digest && opt.keep && opt.json && opt.quiet && opt.verbose);
    accept("--stall-timeout=off|--timeout=off|--wait=block|a");
    assert_int_equal(opt.stall_timeout_ns, -1);
    assert_int_equal(opt.timeout_ns, -1);
    assert_int_equal(opt.wait, TR_WAIT_BLOCK);
    accept("--wait=yield|a");
    assert_int_equal(opt.wait, TR_WAIT_YIELD);
    accept("--wait=auto|a");
    assert_int_equal(opt.wait, TR_WAIT_AUTO);
    const struct group *group = getgrgid(getgid());
    if (group != NULL) {
        char arguments[256];
        snprintf(arguments, sizeof arguments, "--group=%s|a", group->gr_name);
        accept(arguments);
        assert_true(opt.gid == getgid());
    }
}

static void help_and_version_need_no_file(void **state)
{
    static struct talk help;
    (void)state;
    accept("--help");
    assert_true(opt.help);
    accept("-V");
    assert_true(opt.version);
    talk_begin_on(&help, STDOUT_FILENO);
    feed_options_print_help();
    const char *text = talk_end(&help);
    expect_part(text, "usage: feed ");
    for (size_t i = 0; source_list(i) != NULL; i++)
        expect_part(text, source_list(i)->name);
    expect_part(text, "--stall-timeout=DUR|off");
    for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") <= 80);
}

static void values_that_are_none(void **state)
{
    (void)state;
    expect_refused("--format=xlsx|a", "csv");
    expect_refused("--generate=zigzag", "walk");
    expect_refused("--generate=csv", "walk");
    expect_refused("--format=walk|a", "csv");
    expect_refused("--symbol=|a", "1 to 71 bytes");
    expect_refused("--venue=a\x1B"
                   "b|a",
                   "1 to 71 bytes");
    expect_refused("--date=08/08/2024|a", "YYYY-MM-DD");
    expect_refused("--date=2024-02-30|a", "YYYY-MM-DD");
    expect_refused("--time-unit=h|a", "s, ms, us, ns");
    expect_refused("--speed=0|a", "max, 1");
    expect_refused("--speed=-1|a", "max, 1");
    expect_refused("--speed=fast|a", "max, 1");
    expect_refused("--rate=0|a", "from 1 to 1G");
    expect_refused("--rate=2G|a", "from 1 to 1G");
    expect_refused("--from=yesterday|a", "2024-08-08T23:54:15Z");
    expect_refused("--to=2024-13-01|a", "2024-08-08T23:54:15Z");
    expect_refused("--max-gap=5|a", "500ms");
    expect_refused("--timeout=never|a", "or off");
    expect_refused("--count=0|a", "--count");
    expect_refused("--skip=-1|a", "--skip");
    expect_refused("--slots=1000|a", "power of two");
    expect_refused("--slots=2|a", "power of two");
    expect_refused("--mode=0777|a", "octal mode");
    expect_refused("--mode=044|a", "octal mode");
    expect_refused("--mode=rw|a", "octal mode");
    expect_refused("--mode=|a", "octal mode");
    expect_refused("--group=no-such-group-here|a", "no such group");
    expect_refused("--policy=drop-old|a", "block, drop-new");
    expect_refused("--resume=yes|a", "auto, no");
    expect_refused("--on-bad=ignore|a", "stop, skip");
    expect_refused("--warn=0|a", "per cent of the ring");
    expect_refused("--warn=10ms|a", "per cent of the ring");
    expect_refused("--wait=sleep|a", "block");
    expect_refused("--wait-consumers=65|a", "64");
}

static void commands_that_are_none(void **state)
{
    (void)state;
    expect_refused("-v", "FILE: none given");
    expect_refused("--generate=walk|a.csv", "a.csv: files and --generate exclude each other");
    expect_refused("--generate=walk|--validate", "add --count");
    expect_refused("--generate=quotes|--trades", "--trades: this made market has none");
    expect_refused("--generate=orders|--quotes", "--quotes: this made market has none");
    expect_refused("--trades|--quotes|a", "exclude each other");
    expect_refused("--symbols=|a", "--symbols");
    expect_refused("--symbols=A,,B|a", "--symbols");
    expect_refused("-n|sem.x|a", "no name for a ring");
    expect_refused("-n|a/b|a", "no name for a ring");
    expect_refused("--producer=a b|a", "no name for a producer");
    expect_refused("--colour|a", "--colour");
    expect_refused("-|a|-", "name it once");
    expect_refused("--split=0|a", "--split");
    expect_refused("--split=65|a", "--split");
    expect_refused("--split=2|--validate|a", "exclude each other");
    expect_refused("--split=11|-n|abcdefghijklmnopqrstuvwxy|a", "too long for a ring of --split");
    expect_refused("--merge-by=order|a", "--merge-by");
}

static void so_many_files(void **state)
{
    char arguments[4096] = "f";
    (void)state;
    for (int i = 1; i < MERGE_MAX; i++)
        strcat(arguments, "|f");
    accept(arguments);
    assert_int_equal(opt.file_cnt, MERGE_MAX);
    strcat(arguments, "|one-more");
    expect_refused(arguments, "at most 64 files");
}

/* The lane is named like the venue, where that can name one. */
static void the_name_of_the_lane(void **state)
{
    (void)state;
    accept("--venue=kraken|a");
    assert_string_equal(options_producer(&opt), "kraken");
    accept("--venue=a b|a");
    assert_string_equal(options_producer(&opt), "feed");
    accept("--venue=kraken|--producer=mine|a");
    assert_string_equal(options_producer(&opt), "mine");
    accept("a|--venue=kraken|b"); /* the first file's */
    assert_string_equal(options_producer(&opt), "feed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults),
        cmocka_unit_test(what_is_said_of_a_file),
        cmocka_unit_test(a_made_market),
        cmocka_unit_test(which_ticks),
        cmocka_unit_test(how_fast),
        cmocka_unit_test(the_ring),
        cmocka_unit_test(help_and_version_need_no_file),
        cmocka_unit_test(values_that_are_none),
        cmocka_unit_test(commands_that_are_none),
        cmocka_unit_test(so_many_files),
        cmocka_unit_test(the_name_of_the_lane),
    };
    return cmocka_run_group_tests_name("feed_options", tests, NULL, NULL);
}
