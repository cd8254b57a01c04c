/* The table of sources: names, detection, and what cannot be opened. */
#include "source_help.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "exitcode.h"

static void test_table(void **state)
{
    (void)state;
    size_t cnt = 0;
    for (; source_list(cnt) != NULL; cnt++) {
        const struct source_ops *ops = source_list(cnt);
        assert_ptr_equal(source_find(ops->name, ops->generates), ops);
        assert_null(source_find(ops->name, !ops->generates));
        assert_true(ops->generates || ops->detect != NULL);
        assert_true(strlen(ops->help) > 0);
    }
    assert_true(cnt >= 3);
    assert_null(source_list(cnt + 100));
    assert_null(source_find("xlsx", false));
}

static void expect_format(const char *text, const char *want)
{
    char why[SOURCE_ERROR_MAX];
    const struct source_ops *ops = source_detect(text, strlen(text), why);
    if (ops == NULL)
        print_error("%s: %s\n", text, why);
    assert_non_null(ops);
    assert_string_equal(ops->name, want);
}

static void expect_unknown(const char *bytes, size_t len, const char *part)
{
    char why[SOURCE_ERROR_MAX] = "";
    assert_null(source_detect(bytes, len, why));
    if (strstr(why, part) == NULL)
        print_error("%s\n", why);
    assert_non_null(strstr(why, part));
}

static void test_detect(void **state)
{
    (void)state;
    expect_format("exchange,symbol,timestamp\nx", "csv");
    expect_format(",timestamp,id\n", "csv");
    expect_format("\"ts\";\"price\"\n", "csv");
    expect_format("\r\n\nts\tprice\r\n", "csv");
    expect_format("ts,price", "csv");
    expect_format("1672531437,91.540000,1.20448421\n1", "utpv");
    expect_format("1672531436.5,90.540000,1\r\n", "utpv");
    expect_format("1672531436,90,1", "utpv");
    expect_format("DBN\x01,\n", "dbn");
    expect_format("DBN\x04,\n", "dbn"); /* which then says what is wrong with it */
    expect_format("DBN,a\n", "csv");
    expect_format("{\"e\":\"trade\",\"p\":\"1\"}\n", "json");
    expect_format("\n1672531436.5: [1,{},\"trade\",\"X\"]\n", "json");
    expect_format("wss://x,y,z <-> 1672531436\n", "json");
#define UNKNOWN(bytes, part) expect_unknown(bytes, sizeof(bytes) - 1, part)
    UNKNOWN("BZh91AY", "bzcat");
    UNKNOWN("\xFF\xFEt\0s\0", "UTF-16");
    UNKNOWN("DBM\x01\0\0,\n", "utpv csv");
    UNKNOWN("1,2,3,4\n", "--format");
    UNKNOWN("34200000,1,2\n", "--format"); /* a time of day */
    UNKNOWN("hello\n", "--format");
    UNKNOWN("", "--format");
    UNKNOWN("\n\n", "--format");
}

static void expect_no_file(const char *path, int exit_code)
{
    struct source src = {.path = path};
    assert_int_equal(source_open(&src, NULL), SOURCE_FATAL);
    assert_int_equal(src.exit_code, exit_code);
    assert_memory_equal(src.error, path, strlen(path));
    source_close(&src);
    source_close(&src);
}

static void test_cannot_open(void **state)
{
    struct opened o = {0};
    (void)state;
    expect_no_file("/tmp/tickring-no-such-file", EXIT_CODE_NOINPUT);
    expect_no_file("/dev/null/x", EXIT_CODE_NOINPUT);
    expect_no_file("/tmp", EXIT_CODE_NOINPUT);
    expect_no_file("/dev/zero", EXIT_CODE_DATA);
    help_file(o.path, "ts,price\n", 9);
    assert_int_equal(chmod(o.path, 0), 0);
    if (geteuid() != 0)
        expect_no_file(o.path, EXIT_CODE_NOPERM);
    unlink(o.path);
}

static void test_empty_input(void **state)
{
    struct source src = {.path = "/dev/null"};
    (void)state;
    assert_int_equal(source_open(&src, NULL), SOURCE_END);
    source_close(&src);
}

static ssize_t read_broken(struct input *in, void *buf, size_t len)
{
    (void)in;
    (void)buf;
    (void)len;
    errno = EIO;
    return -1;
}

static void test_read_error(void **state)
{
    struct opened o = {0};
    const char *text = "ts,symbol,price,size\n1600000000,S,1,2\n";
    (void)state;
    assert_int_equal(open_text_as(&o, NULL, text, strlen(text)), SOURCE_OK);
    o.src.input.read = read_broken;
    assert_int_equal(next(&o), SOURCE_OK); /* what was whole comes first */
    assert_int_equal(next(&o), SOURCE_FATAL);
    assert_int_equal(o.src.exit_code, EXIT_CODE_IO);
    expect_error(&o, ": ", "cannot read");
    close_text(&o);
}

static void on_signal(int number)
{
    (void)number;
}

/* A pipe with nothing in it: opening gives up with the signal, and goes on when there is something. */
static void test_signal_while_opening(void **state)
{
    int fd[2];
    struct source src = {.path = "-"};
    struct source_record rec;
    const struct sigaction action = {.sa_handler = on_signal};
    const struct itimerval timer = {.it_value.tv_usec = 20000, .it_interval.tv_usec = 20000};
    (void)state;
    assert_int_equal(pipe(fd), 0);
    int saved = dup(STDIN_FILENO);
    dup2(fd[0], STDIN_FILENO);
    assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
    assert_int_equal(setitimer(ITIMER_REAL, &timer, NULL), 0);
    assert_int_equal(source_open(&src, NULL), SOURCE_AGAIN);
    assert_int_equal(write(fd[1], "ts,symbol,price,size\n", 21), 21);
    assert_int_equal(source_open(&src, NULL), SOURCE_OK);
    assert_int_equal(src.ops->next(&src, &rec), SOURCE_AGAIN);
    setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
    assert_int_equal(write(fd[1], "1600000000,S,1,2\n", 17), 17);
    assert_int_equal(src.ops->next(&src, &rec), SOURCE_OK);
    assert_int_equal(source_rewind(&src), -1);
    close(fd[1]);
    assert_int_equal(src.ops->next(&src, &rec), SOURCE_END);
    source_close(&src);
    dup2(saved, STDIN_FILENO);
    close(saved);
    close(fd[0]);
}

/* Messages are one line of bounded length, whatever the path and the field hold. */
static void test_messages(void **state)
{
    char path[700];
    char quoted[SOURCE_QUOTE_MAX];
    (void)state;
    memset(path, 'p', sizeof(path));
    memcpy(path, "new\nline", 8);
    path[sizeof(path) - 1] = '\0';
    struct source src = {.path = path, .input.name = path};
    assert_int_equal(source_bad(&src, BAD_LINE, 7, "%s", "the reason"), SOURCE_BAD);
    assert_non_null(strstr(src.error, ":0:7: the reason"));
    src.path = src.input.name = "new\nline\x1B";
    assert_int_equal(source_fail(&src, EXIT_CODE_DATA, "%s", path), -1);
    assert_memory_equal(src.error, "new?line?: new?line", 19);
    assert_int_equal(strlen(src.error), SOURCE_ERROR_MAX - 1);
    assert_string_equal(source_quote(quoted, "a\0b\x80", 4), "'a?b?'");
    assert_int_equal(strlen(source_quote(quoted, path, 600)), SOURCE_QUOTE_MAX - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),       cmocka_unit_test(test_detect),
        cmocka_unit_test(test_cannot_open), cmocka_unit_test(test_empty_input),
        cmocka_unit_test(test_read_error),  cmocka_unit_test(test_signal_while_opening),
        cmocka_unit_test(test_messages),
    };
    return cmocka_run_group_tests_name("source", tests, NULL, NULL);
}
