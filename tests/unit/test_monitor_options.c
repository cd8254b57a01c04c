/* The command line of shmmon: verbs, rings, limits, and what is settled by where the output goes. */
#include "capture_help.h"

#include "exitcode.h"
#include "log.h"
#include "monitor/options.h"
#include "tickring.h"

#define ARGS_MAX 8

static int read_args(struct monitor_options *opt, const char *const *args)
{
    char *argv[ARGS_MAX + 2] = {(char *)(uintptr_t) "shmmon"};
    int argc = 1;
    for (; args[argc - 1] != NULL; argc++)
        argv[argc] = (char *)(uintptr_t)args[argc - 1];
    log_init("shmmon", LOG_NORMAL);
    struct capture c = capture_begin(STDERR_FILENO);
    int code = monitor_options_read(opt, argc, argv);
    capture_end(&c);
    return code;
}

#define READ(opt, ...) read_args(opt, (const char *const[ARGS_MAX + 1]){__VA_ARGS__})

static void expect_refused(int code, const char *part)
{
    assert_int_equal(code, EXIT_CODE_USAGE);
    expect_part(capture_text, part);
    assert_ptr_equal(strchr(capture_text, '\n'), capture_text + strlen(capture_text) - 1);
}

static void test_defaults(void **state)
{
    struct monitor_options opt;
    (void)state;
    assert_int_equal(READ(&opt, NULL), 0);
    assert_int_equal(opt.verb, VERB_WATCH);
    assert_null(opt.ring);
    assert_int_equal(opt.limits.warn.kind, LIMIT_PERCENT);
    assert_int_equal(opt.limits.warn.value, 75);
    assert_int_equal(opt.limits.crit.value, 90);
    assert_false(opt.once || opt.json || opt.quiet || opt.verbose);
    assert_int_equal(opt.count, 0);
    assert_string_equal(capture_text, "");
}

static void expect_ring(const struct monitor_options *opt, enum verb verb, const char *ring)
{
    assert_int_equal(opt->verb, verb);
    assert_string_equal(opt->ring, ring);
}

static void test_verbs_and_rings(void **state)
{
    struct monitor_options opt;
    (void)state;
    assert_int_equal(READ(&opt, "ticks"), 0);
    expect_ring(&opt, VERB_WATCH, "ticks");
    assert_int_equal(READ(&opt, "check", "ticks"), 0);
    expect_ring(&opt, VERB_CHECK, "ticks");
    assert_int_equal(READ(&opt, "clean", "-j", "ticks"), 0);
    expect_ring(&opt, VERB_CLEAN, "ticks");
    assert_int_equal(READ(&opt, "-n", "ticks", "check"), 0);
    expect_ring(&opt, VERB_CHECK, "ticks");
    assert_int_equal(READ(&opt, "clean", "--name=ticks"), 0);
    expect_ring(&opt, VERB_CLEAN, "ticks");
    assert_int_equal(READ(&opt, "list"), 0);
    assert_int_equal(opt.verb, VERB_LIST);
    assert_int_equal(READ(&opt, "check"), 0);
    assert_int_equal(opt.verb, VERB_CHECK);
    assert_null(opt.ring);
}

/* A ring called like a verb is named with -n, or behind one. */
static void test_ring_called_like_a_verb(void **state)
{
    struct monitor_options opt;
    (void)state;
    assert_int_equal(READ(&opt, "-n", "list"), 0);
    expect_ring(&opt, VERB_WATCH, "list");
    assert_int_equal(READ(&opt, "check", "list"), 0);
    expect_ring(&opt, VERB_CHECK, "list");
    assert_int_equal(READ(&opt, "-ncheck", "check"), 0);
    expect_ring(&opt, VERB_CHECK, "check");
    assert_int_equal(READ(&opt, "--", "-x"), 0); /* names may begin so */
    expect_ring(&opt, VERB_WATCH, "-x");
}

static void test_too_many_rings(void **state)
{
    struct monitor_options opt;
    (void)state;
    expect_refused(READ(&opt, "a", "b"), "shmmon: b: one ring only");
    expect_refused(READ(&opt, "-n", "a", "b"), "shmmon: b: one ring only, leave out -n");
    expect_refused(READ(&opt, "b", "-n", "a"), "shmmon: b: one ring only, leave out -n");
    expect_refused(READ(&opt, "check", "a", "b"), "shmmon: b: one ring only");
    expect_refused(READ(&opt, "list", "a"), "shmmon: a: list takes no name");
    expect_refused(READ(&opt, "-n", "a", "list"), "shmmon: a: list takes no name");
}

static void test_ring_names(void **state)
{
    static const char *const refused[] = {"",     ".ticks", "sem.ticks",    "a/b",
                                          "../x", "a b",    "ticks\x1b[2J", "a234567890123456789012345678"};
    struct monitor_options opt;
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        expect_refused(READ(&opt, "-n", refused[i]), "no name for a ring");
        expect_no_part(capture_text, "\x1b");
        expect_refused(READ(&opt, "clean", refused[i]), "no name for a ring");
    }
    expect_refused(READ(&opt, "-n", ""), "shmmon: '': no name for a ring");
    assert_int_equal(READ(&opt, "a23456789012345678901234567"), 0);
}

static void test_alert(void **state)
{
    struct monitor_options opt;
    (void)state;
    assert_int_equal(READ(&opt, "ticks"), 0);
    assert_null(opt.alert);
    assert_int_equal(READ(&opt, "--alert=mail -s \"$TICKRING_WHY\" me", "ticks"), 0);
    assert_string_equal(opt.alert, "mail -s \"$TICKRING_WHY\" me");
    expect_refused(READ(&opt, "--alert="), "--alert: must be a command");
    expect_refused(READ(&opt, "--alert=true", "check"), "--alert: goes with watching a ring only");
    expect_refused(READ(&opt, "list", "--alert=true"), "--alert: goes with watching a ring only");
}

static void test_limits(void **state)
{
    struct monitor_options opt;
    (void)state;
    assert_int_equal(READ(&opt, "-w", "1000", "-W", "10ms"), 0);
    assert_int_equal(opt.limits.warn.kind, LIMIT_TICKS);
    assert_int_equal(opt.limits.warn.value, 1000);
    assert_int_equal(opt.limits.crit.kind, LIMIT_AGE);
    assert_int_equal(opt.limits.crit.value, 10000000);
    assert_int_equal(READ(&opt, "--warn=50%", "--crit=60%"), 0);
    assert_int_equal(opt.limits.warn.kind, LIMIT_PERCENT);
    assert_int_equal(opt.limits.warn.value, 50);
    assert_int_equal(opt.limits.crit.value, 60);
    expect_refused(READ(&opt, "-w", "101%"), "use ticks (1000), per cent of the ring (75%) or an age (10ms)");
    expect_refused(READ(&opt, "--crit=much"), "use ticks (1000)");
}

static void expect_delay(const char *text, int64_t want_ns)
{
    struct monitor_options opt;
    assert_int_equal(READ(&opt, "-d", text), 0);
    assert_int_equal(opt.delay_ns, want_ns);
}

static void test_delay(void **state)
{
    static const char *const refused[] = {"0", "0.009", "9ms", "86401", "-1", "fast", "", "inf", "nan"};
    struct monitor_options opt;
    (void)state;
    expect_delay("1", TR_NS_PER_S);
    expect_delay("0.5", TR_NS_PER_S / 2);
    expect_delay("0.01", 10 * TR_NS_PER_MS);
    expect_delay("10ms", 10 * TR_NS_PER_MS);
    expect_delay("2s", 2 * TR_NS_PER_S);
    expect_delay("86400", 86400 * TR_NS_PER_S);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        expect_refused(READ(&opt, "-d", refused[i]), "use seconds, from 0.01 to 86400");
}

static void test_others(void **state)
{
    struct monitor_options opt;
    (void)state;
    assert_int_equal(READ(&opt, "-1jqvt2s", "-c", "3"), 0);
    assert_true(opt.once && opt.json && opt.quiet && opt.verbose);
    assert_int_equal(opt.timeout_ns, 2 * TR_NS_PER_S);
    assert_int_equal(opt.count, 3);
    assert_int_equal(READ(&opt, "-t", "off"), 0);
    assert_int_equal(opt.timeout_ns, -1);
    expect_refused(READ(&opt, "-c", "0"), "use a number from 1");
    expect_refused(READ(&opt, "--nonsense"), "no such option"); /* refused, not ignored */
    assert_int_equal(READ(&opt, "-h", "a", "-nb"), 0); /* help before everything else */
    assert_true(opt.help);
    assert_int_equal(READ(&opt, "-V"), 0);
    assert_true(opt.version);
}

/* One way to show it, and only where there is one ring to show. */
static void test_forms(void **state)
{
    static const char *const form[] = {"--json", "--csv", "--prometheus", "--listen=localhost:0"};
    struct monitor_options opt;
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(READ(&opt, form[i]), 0);
        for (size_t k = i + 1; k < 4; k++) {
            char why[64];
            snprintf(why, sizeof why, "%.*s: and %.*s exclude each other", (int)strcspn(form[k], "="),
                     form[k], (int)strcspn(form[i], "="), form[i]);
            expect_refused(READ(&opt, form[i], form[k]), why);
            expect_refused(READ(&opt, form[k], form[i]), why);
        }
        for (size_t v = 0; i > 0 && v < 3; v++)
            expect_refused(READ(&opt, form[i], (const char *const[]){"list", "check", "clean"}[v]),
                           "goes with watching a ring only");
    }
    assert_int_equal(READ(&opt, "-j", "list"), 0);
}

static void test_sort(void **state)
{
    struct monitor_options opt;
    (void)state;
    assert_int_equal(READ(&opt, "-s", "lag", "-j"), 0);
    assert_string_equal(opt.sort, "lag");
    assert_int_equal(READ(&opt, "--sort=latency_ns"), 0);
    expect_refused(READ(&opt, "--sort=published"),
                   "--sort: 'published' is no key of a consumer, use one of id, pid, ");
    expect_part(capture_text, " lag, lag_ns, ");
    expect_refused(READ(&opt, "--sort="), "use one of ");
    expect_refused(READ(&opt, "--sort=lag", "list"), "goes with watching a ring only");
}

static struct monitor_options settled(bool is_terminal, const char *first, const char *second)
{
    struct monitor_options opt;
    assert_int_equal(READ(&opt, first, second), 0);
    monitor_options_settle(&opt, is_terminal);
    return opt;
}

static void expect_settled(bool is_terminal, const char *first, const char *second, uint64_t count,
                           int64_t timeout_ns)
{
    struct monitor_options opt = settled(is_terminal, first, second);
    assert_int_equal(opt.count, count);
    assert_int_equal(opt.timeout_ns, timeout_ns);
}

/* A terminal is watched, a pipe gets one look; who looks once does not wait for ever. */
static void test_settle(void **state)
{
    (void)state;
    expect_settled(true, NULL, NULL, 0, -1);
    expect_settled(false, NULL, NULL, 1, TR_NS_PER_S);
    expect_settled(true, "-1", NULL, 1, TR_NS_PER_S);
    expect_settled(true, "--prometheus", "-c5", 1, TR_NS_PER_S);
    expect_settled(false, "-1", "-d5", 1, TR_NS_PER_S);
    expect_settled(true, "-1", "-c5", 1, TR_NS_PER_S);
    expect_settled(false, "-d2", NULL, 0, -1); /* a block every two seconds */
    expect_settled(false, "-c3", NULL, 3, -1);
    expect_settled(true, "-c1", NULL, 1, TR_NS_PER_S);
    expect_settled(true, "-1", "-t5s", 1, 5 * TR_NS_PER_S);
    expect_settled(true, "-1", "-toff", 1, -1);
    expect_settled(true, "-t0", NULL, 0, 0);
    assert_int_equal(settled(true, NULL, NULL).delay_ns, TR_NS_PER_S);
    assert_int_equal(settled(true, "-d3", NULL).delay_ns, 3 * TR_NS_PER_S);
}

static void test_help(void **state)
{
    (void)state;
    fflush(stdout);
    struct capture c = capture_begin(STDOUT_FILENO);
    monitor_options_print_help();
    fflush(stdout);
    capture_end(&c);
    static const char *const part[] = {"shmmon list ",    "shmmon check [NAME]",  "shmmon clean [NAME]",
                                       "-1, --once",      "-d, --delay=SEC",      "-c, --count=N",
                                       "-j, --json",      "-w, --warn=N|PCT|DUR", "-W, --crit=N|PCT|DUR",
                                       "-n, --name=NAME", "-t, --timeout=DUR|off"};
    for (size_t i = 0; i < sizeof part / sizeof part[0]; i++)
        expect_part(capture_text, part[i]);
    for (const char *at = capture_text; *at != '\0'; at += strcspn(at, "\n") + 1)
        assert_true(strcspn(at, "\n") <= 80);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_verbs_and_rings),
        cmocka_unit_test(test_ring_called_like_a_verb),
        cmocka_unit_test(test_too_many_rings),
        cmocka_unit_test(test_ring_names),
        cmocka_unit_test(test_alert),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_delay),
        cmocka_unit_test(test_others),
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_sort),
        cmocka_unit_test(test_settle),
        cmocka_unit_test(test_help),
    };
    return cmocka_run_group_tests_name("monitor_options", tests, NULL, NULL);
}
