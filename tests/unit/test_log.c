/* One line, one write, no control characters, and who is heard at which level. */
#include "capture_help.h"

#include "log.h"

static const char *said(void (*say)(const char *, const char *, ...), const char *what, const char *why)
{
    struct capture c = capture_begin(STDERR_FILENO);
    say(what, "%s", why);
    return capture_end(&c);
}

static void test_form(void **state)
{
    (void)state;
    log_init("feed", LOG_NORMAL);
    assert_string_equal(log_prog(), "feed");
    assert_string_equal(said(log_error, "a.csv", "no such file, try b"),
                        "feed: a.csv: no such file, try b\n");
    assert_string_equal(said(log_error, "", "why"), "feed: why\n");
    struct capture c = capture_begin(STDERR_FILENO);
    log_warn("ring", "%d of %s", 3, "4");
    assert_string_equal(capture_end(&c), "feed: ring: 3 of 4\n");
}

static void test_levels(void **state)
{
    static const struct {
        enum log_level level;
        bool said[4]; /* error, warning, information, detail */
    } want[] = {
        {LOG_QUIET, {true, false, false, false}},
        {LOG_NORMAL, {true, true, true, false}},
        {LOG_VERBOSE, {true, true, true, true}},
    };
    void (*const say[])(const char *, const char *, ...) = {log_error, log_warn, log_info, log_detail};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        log_init("p", want[i].level);
        for (size_t k = 0; k < 4; k++)
            assert_string_equal(said(say[k], "a", "b"), want[i].said[k] ? "p: a: b\n" : "");
    }
}

static void test_controls_are_shown(void **state)
{
    (void)state;
    log_init("p", LOG_NORMAL);
    assert_string_equal(said(log_error, "\x1b[2J", "a\nb\r\x7f"), "p: \\x1b[2J: a\\x0ab\\x0d\\x7f\n");
    assert_string_equal(said(log_error,
                             "\xc2\x9b"
                             "31m",
                             "\x9b\xff"),
                        "p: \\xc2\\x9b31m: \\x9b\\xff\n");
    assert_string_equal(said(log_error, "caf\xc3\xa9", "\xe2\x82\xac"), "p: caf\xc3\xa9: \xe2\x82\xac\n");
}

/* Cut, and still one line; every byte of it may need four. */
static void test_long_line(void **state)
{
    char why[5000];
    (void)state;
    log_init("p", LOG_NORMAL);
    for (int c = 'x'; c != 0; c = c == 'x' ? '\n' : 0) {
        memset(why, c, sizeof why - 1);
        why[sizeof why - 1] = '\0';
        const char *text = said(log_error, "a", why);
        size_t len = strlen(text);
        assert_in_range(len, 1000, 1024);
        assert_memory_equal(text, "p: a: ", 6);
        assert_ptr_equal(strchr(text, '\n'), text + len - 1);
    }
}

/* A line is one write: two processes that share standard error do not mix theirs. */
static void test_one_write(void **state)
{
    int pair[2];
    char text[64];
    (void)state;
    log_init("p", LOG_NORMAL);
    assert_int_equal(pipe2(pair, O_CLOEXEC | O_DIRECT), 0); /* a packet a write */
    int saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    dup2(pair[1], STDERR_FILENO);
    log_error("a", "b");
    dup2(saved, STDERR_FILENO);
    assert_int_equal(read(pair[0], text, sizeof text), 8);
    assert_memory_equal(text, "p: a: b\n", 8);
    close(saved);
    close(pair[0]);
    close(pair[1]);
}

static void test_closed_stderr(void **state)
{
    (void)state;
    int saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    close(STDERR_FILENO);
    log_error("a", "b"); /* returns */
    assert_int_equal(dup2(saved, STDERR_FILENO), STDERR_FILENO);
    close(saved);
}

static void expect_visible(size_t out_size, const char *text, size_t len, const char *want)
{
    char out[64];
    memset(out, '#', sizeof out);
    assert_int_equal(log_visible(out, out_size, text, len), strlen(want));
    assert_string_equal(out, want);
    for (size_t i = out_size; i < sizeof out; i++)
        assert_int_equal(out[i], '#');
}

static void test_visible(void **state)
{
    (void)state;
    expect_visible(32, "a\0b", 3, "a\\x00b");
    expect_visible(32, "", 0, "");
    expect_visible(32, "\xe2\x82\xac\xe2\x82", 5, "\xe2\x82\xac\\xe2\\x82");
    /* Each character needs four bytes and the NUL to be begun: nothing is cut within one. */
    expect_visible(7, "abcdefgh", 8, "abc");
    expect_visible(8, "\n\n\n", 3, "\\x0a");
    expect_visible(8, "abc\xe2\x82\xac", 6, "abc\xe2\x82\xac");
    expect_visible(7, "abc\xe2\x82\xac", 6, "abc");
    expect_visible(4, "abc", 3, "");
}

static void hear(void *arg, const char *line)
{
    snprintf(arg, 2048, "%s", line);
}

/* Lines go to who shows them instead, whole and without their newline, and then to standard error again. */
static void test_tell(void **state)
{
    char heard[2048] = "";
    char text[1500];
    (void)state;
    log_init("shmmon", LOG_NORMAL);
    log_tell(hear, heard);
    struct capture c = capture_begin(STDERR_FILENO);
    log_error("ring", "it is \033 %d", 5);
    assert_string_equal(heard, "shmmon: ring: it is \\x1b 5");
    log_detail("ring", "not asked for");
    assert_string_equal(heard, "shmmon: ring: it is \\x1b 5");
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    log_warn("ring", "%s", text);
    assert_in_range(strlen(heard), 1000, 1024);
    assert_int_equal(heard[strlen(heard) - 1], 'x');
    assert_string_equal(capture_end(&c), "");
    log_tell(NULL, NULL);
    heard[0] = '\0';
    c = capture_begin(STDERR_FILENO);
    log_error("ring", "again");
    assert_string_equal(capture_end(&c), "shmmon: ring: again\n");
    assert_string_equal(heard, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_form),
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_controls_are_shown),
        cmocka_unit_test(test_long_line),
        cmocka_unit_test(test_one_write),
        cmocka_unit_test(test_closed_stderr),
        cmocka_unit_test(test_visible),
        cmocka_unit_test(test_tell),
    };
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
