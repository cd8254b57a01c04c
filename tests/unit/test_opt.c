/* Options from a table: every spelling, every type, every refusal, and the help that is printed of it. */
#include "capture_help.h"

#include "exitcode.h"
#include "log.h"
#include "opt.h"

struct values {
    bool json;
    bool quiet;
    const char *name;
    uint64_t count;
    uint64_t slots;
    int64_t timeout_ns;
    int64_t hold_ns;
    int policy;
    int called;
    char order[64]; /* what was handled, in order */
};

static int refuse_big(void *values, const char *arg, char *why, size_t why_len)
{
    struct values *v = values;
    if (strcmp(arg, "big") == 0) {
        snprintf(why, why_len, "use small");
        return -EINVAL;
    }
    v->called++;
    strcat(v->order, "call ");
    return 0;
}

static int operand(void *values, const char *arg, char *why, size_t why_len)
{
    struct values *v = values;
    if (strcmp(arg, "refused") == 0) {
        snprintf(why, why_len, "one only");
        return -EINVAL;
    }
    strcat(v->order, arg);
    strcat(v->order, " ");
    return 0;
}

static const char *const policy[] = {"block", "drop-new", NULL};

#define AT(field) offsetof(struct values, field)

static const struct opt table[] = {
    {0, "name-of-a-rather-long-kind", OPT_FLAG, AT(quiet), NULL,
     .help =
         "long names begin on a line of their own, and a help that is longer than the line is wrapped between"
         " words so that no line is wider than eighty columns"},
    {0, "id", OPT_TEXT, AT(name), "ID", .help = "a short name, near to everything"},
    {'n', "name", OPT_TEXT, AT(name), "NAME", .help = "the ring"},
    {'j', "json", OPT_FLAG, AT(json), NULL, .help = "JSON"},
    {'q', "quiet", OPT_FLAG, AT(quiet), NULL, .help = "no talk"},
    {'c', "count", OPT_U64, AT(count), "N", .help = "stop after N", .min = 1, .max = 1000},
    {0, "slots", OPT_SLOTS, AT(slots), "N", .help = "size", .min = 4, .max = 1 << 20},
    {'t', "timeout", OPT_DURATION, AT(timeout_ns), "DUR|off", .help = "wait", .may_be_off = true},
    {0, "hold", OPT_DURATION, AT(hold_ns), "DUR", .help = "hold"},
    {'p', "policy", OPT_CHOICE, AT(policy), "block|drop-new", .help = "policy", .choice = policy},
    {'x', "call", OPT_CALL, 0, "WHAT", .help = "a call", .call = refuse_big},
};

#define TABLE_CNT (sizeof table / sizeof table[0])
#define ARGS_MAX 8

/* Parses the arguments; what was said is in capture_text. */
static int parse(struct values *v, const char *const *args)
{
    char *argv[ARGS_MAX + 2] = {(char *)(uintptr_t) "prog"};
    int argc = 1;
    for (; args[argc - 1] != NULL; argc++)
        argv[argc] = (char *)(uintptr_t)args[argc - 1];
    *v = (struct values){.policy = -1, .timeout_ns = 7, .hold_ns = 7};
    log_init("prog", LOG_QUIET);
    struct capture c = capture_begin(STDERR_FILENO);
    int code = opt_parse(table, TABLE_CNT, argc, argv, v, operand);
    capture_end(&c);
    return code;
}

#define PARSE(v, ...) parse(v, (const char *const[ARGS_MAX + 1]){__VA_ARGS__})

/* Refused with exit code 64 and one line: `prog: what: why`. */
static void expect_refused(int code, const char *want)
{
    assert_int_equal(code, EXIT_CODE_USAGE);
    assert_string_equal(capture_text, want);
}

static void test_spellings(void **state)
{
    struct values v;
    (void)state;
    assert_int_equal(PARSE(&v, "--name=a"), 0);
    assert_string_equal(v.name, "a");
    assert_int_equal(PARSE(&v, "--name", "b"), 0);
    assert_string_equal(v.name, "b");
    assert_int_equal(PARSE(&v, "-nc"), 0);
    assert_string_equal(v.name, "c");
    assert_int_equal(PARSE(&v, "-n", "d"), 0);
    assert_string_equal(v.name, "d");
    assert_int_equal(PARSE(&v, "-jqne"), 0);
    assert_string_equal(v.name, "e");
    assert_true(v.json && v.quiet);
    assert_int_equal(PARSE(&v, "--name="), 0);
    assert_string_equal(v.name, "");
    assert_int_equal(PARSE(&v, "--name", "--json"), 0); /* the next argument, whatever it is */
    assert_string_equal(v.name, "--json");
    assert_false(v.json);
    assert_int_equal(PARSE(&v, "--name=a", "--name=b"), 0); /* the last counts */
    assert_string_equal(v.name, "b");
    assert_string_equal(capture_text, "");
}

static void test_cut_names(void **state)
{
    struct values v;
    (void)state;
    assert_int_equal(PARSE(&v, "--js", "--cou=5"), 0);
    assert_true(v.json);
    assert_int_equal(v.count, 5);
    assert_int_equal(PARSE(&v, "--name=a"), 0); /* whole, though another begins so */
    expect_refused(PARSE(&v, "--nam=a"),
                   "prog: --nam: could be several options, write it out: --help shows all\n");
    expect_refused(PARSE(&v, "--c"), "prog: --c: could be several options, write it out: --help shows all\n");
}

static void test_operands_and_order(void **state)
{
    struct values v;
    (void)state;
    assert_int_equal(PARSE(&v, "a", "-x1", "-", "--call=2", "--", "-j", "--"), 0);
    assert_string_equal(v.order, "a call - call -j -- ");
    assert_false(v.json);
    expect_refused(PARSE(&v, "a", "refused"), "prog: refused: one only\n");
    log_init("prog", LOG_QUIET);
    char *argv[] = {(char *)(uintptr_t) "prog", (char *)(uintptr_t) "a", NULL};
    struct capture c = capture_begin(STDERR_FILENO);
    int code = opt_parse(table, TABLE_CNT, 2, argv, &v, NULL);
    capture_end(&c);
    expect_refused(code, "prog: a: is not expected, see --help\n");
}

static void test_numbers(void **state)
{
    struct values v;
    (void)state;
    assert_int_equal(PARSE(&v, "-c1k", "--slots=64k"), 0);
    assert_int_equal(v.count, 1000);
    assert_int_equal(v.slots, 65536);
    expect_refused(PARSE(&v, "-c0"), "prog: -c: '0' is no value for it, use a number from 1 to 1000\n");
    expect_refused(PARSE(&v, "--count=x"),
                   "prog: --count: 'x' is no value for it, use a number from 1 to 1000\n");
    expect_refused(PARSE(&v, "--slots", "1000"),
                   "prog: --slots: '1000' is no value for it, use a power of two from 4 to 1048576\n");
}

static void test_durations(void **state)
{
    struct values v;
    (void)state;
    assert_int_equal(PARSE(&v, "-t", "2s", "--hold=0"), 0);
    assert_int_equal(v.timeout_ns, 2 * INT64_C(1000000000));
    assert_int_equal(v.hold_ns, 0);
    assert_int_equal(PARSE(&v, "-toff"), 0);
    assert_int_equal(v.timeout_ns, -1);
    expect_refused(PARSE(&v, "--hold=off"),
                   "prog: --hold: 'off' is no value for it, use a time with its unit, such as 500ms, 2s\n");
    expect_refused(PARSE(&v, "-t5"),
                   "prog: -t: '5' is no value for it, use a time with its unit, such as 500ms, 2s, or off\n");
    assert_int_equal(v.timeout_ns, 7);
}

static void test_choices(void **state)
{
    struct values v;
    (void)state;
    assert_int_equal(PARSE(&v, "-pdrop-new"), 0);
    assert_int_equal(v.policy, 1);
    expect_refused(PARSE(&v, "--policy=drop"),
                   "prog: --policy: 'drop' is no value for it, use block, drop-new\n");
    assert_int_equal(v.policy, -1);
}

static void test_calls(void **state)
{
    struct values v;
    (void)state;
    assert_int_equal(PARSE(&v, "-x", "small"), 0);
    assert_int_equal(v.called, 1);
    expect_refused(PARSE(&v, "-xbig"), "prog: -x: 'big' is no value for it, use small\n");
}

static void test_missing_and_needless_values(void **state)
{
    struct values v;
    (void)state;
    expect_refused(PARSE(&v, "-n"), "prog: -n: needs a value, NAME\n");
    expect_refused(PARSE(&v, "--timeout"), "prog: --timeout: needs a value, DUR|off\n");
    expect_refused(PARSE(&v, "--json=yes"), "prog: --json: takes no value, leave out =yes\n");
    assert_false(v.json);
}

static void test_unknown(void **state)
{
    struct values v;
    char longest[300];
    (void)state;
    expect_refused(PARSE(&v, "--jsno"),
                   "prog: --jsno: no such option, did you mean --json? --help shows all\n");
    expect_refused(PARSE(&v, "--colour"), "prog: --colour: no such option, --help shows all\n");
    expect_refused(PARSE(&v, "-z"), "prog: -z: no such option, --help shows all\n");
    expect_refused(PARSE(&v, "-jz"), "prog: -z: no such option, --help shows all\n");
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    memcpy(longest, "--\x1b[", 4);
    assert_int_equal(PARSE(&v, longest), EXIT_CODE_USAGE);
    expect_part(capture_text, "prog: --\\x1b[xxx");
    expect_no_part(capture_text, "\x1b");
}

/* The first refusal ends it. */
static void test_one_line(void **state)
{
    struct values v;
    (void)state;
    expect_refused(PARSE(&v, "-z", "-y", "-n"), "prog: -z: no such option, --help shows all\n");
}

static void test_help(void **state)
{
    char *text = NULL;
    size_t len;
    FILE *file = open_memstream(&text, &len);
    (void)state;
    assert_non_null(file);
    opt_print_help(file, table, TABLE_CNT);
    assert_int_equal(fclose(file), 0);
    expect_part(text, "  -n, --name=NAME           the ring\n");
    expect_part(text, "      --slots=N             size\n");
    expect_part(text, "  -p, --policy=block|drop-new\n                            policy\n");
    expect_part(text, "                            words so that no line is wider than eighty columns\n");
    for (const char *at = text; *at != '\0';) {
        size_t line_len = strcspn(at, "\n");
        assert_in_range(line_len, 1, 80);
        assert_true(at[line_len] == '\n' && at[line_len - 1] != ' ');
        at += line_len + 1;
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spellings),
        cmocka_unit_test(test_cut_names),
        cmocka_unit_test(test_operands_and_order),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_durations),
        cmocka_unit_test(test_choices),
        cmocka_unit_test(test_calls),
        cmocka_unit_test(test_missing_and_needless_values),
        cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_one_line),
        cmocka_unit_test(test_help),
    };
    return cmocka_run_group_tests_name("opt", tests, NULL, NULL);
}
