/* Output: whole and in order through full buffers, short writes and full pipes; the first error is kept. */
#include "terminal_help.h"

#include <signal.h>

#include "json.h"
#include "log.h"

static void test_pieces(void **state)
{
    struct out *out = capture_out();
    (void)state;
    out_text(out, "a ");
    out_write(out, "b\0c", 3);
    out_u64(out, 0);
    out_text(out, " ");
    out_u64(out, UINT64_MAX);
    out_text(out, "");
    assert_int_equal(out_flush(out), 0);
    assert_memory_equal(capture_read(out->fd), "a b\0c0 18446744073709551615", 27);
}

static void test_visible(void **state)
{
    struct out *out = capture_out();
    (void)state;
    out_visible(out, "a\x1b[31m\n", 7);
    out_visible(out, "\xc2\x9b!", 3);
    assert_string_equal(capture_out_end(out), "a\\x1b[31m\\x0a\\xc2\\x9b!");
}

/* In quotes where a comma or a quote is in it, which is doubled; control characters stay visible. */
static void test_csv(void **state)
{
    (void)state;
    struct out *out = capture_out();
    const char *const text[] = {"plain", "", "a,b", "say \"hi\"", "\"", "a\r\nb\x1b", "\xff,"};
    for (size_t i = 0; i < sizeof text / sizeof text[0]; i++) {
        out_csv(out, text[i], strlen(text[i]));
        out_text(out, "|");
    }
    assert_string_equal(capture_out_end(out),
                        "plain||\"a,b\"|\"say \"\"hi\"\"\"|\"\"\"\"|a\\x0d\\x0ab\\x1b|\"\\xff,\"|");
}

/* Longer than one piece: characters at every offset stay whole. */
static void test_visible_long(void **state)
{
    char text[400];
    (void)state;
    for (size_t shift = 0; shift < 4; shift++) {
        struct out *out = capture_out();
        memset(text, '.', shift);
        size_t len = shift;
        for (; len + 3 < sizeof text; len += 3)
            memcpy(text + len, "\xe2\x82\xac", 3);
        text[len] = '\0';
        out_visible(out, text, len);
        assert_string_equal(capture_out_end(out), text);
    }
    memset(text, 0x80, sizeof text); /* nothing but the ends of characters */
    struct out *out = capture_out();
    out_visible(out, text, sizeof text);
    assert_int_equal(strlen(capture_out_end(out)), 4 * sizeof text);
}

static void test_json_line(void **state)
{
    struct json j = {0};
    struct out *out = capture_out();
    (void)state;
    for (uint64_t i = 1; i <= 2; i++) {
        json_open_object(&j, NULL);
        json_u64(&j, "n", i);
        json_close_object(&j);
        out_json_line(out, &j);
        assert_int_equal(j.len, 0);
    }
    assert_string_equal(capture_out_end(out), "{\"n\":1}\n{\"n\":2}\n");
    json_free(&j);
}

static void test_json_without_memory(void **state)
{
    struct json j = {.failed = true};
    struct out *out = capture_out();
    (void)state;
    out_text(out, "whole\n");
    out_json_line(out, &j);
    out_text(out, "later\n");
    assert_int_equal(out_flush(out), -ENOMEM);
    assert_string_equal(capture_read(out->fd), "whole\n");
}

/* Writes numbered lines until they are `len` bytes long in sum; returns how many. */
static uint64_t write_lines(struct out *out, size_t len)
{
    uint64_t cnt = 0;
    for (size_t sum = 0; sum < len; sum += 16) {
        char line[32];
        snprintf(line, sizeof line, "%015llu\n", (unsigned long long)cnt++);
        out_write(out, line, 16);
    }
    return cnt;
}

/* Reads lines from fd to its end, slowly and in odd pieces: 0 if cnt came, in order. */
static int read_lines(int fd, uint64_t cnt)
{
    char buf[16 * 1000];
    size_t have = 0;
    uint64_t seen = 0;
    ssize_t n;
    while ((n = read(fd, buf + have, have < 9000 ? 777 : sizeof buf - have)) > 0) {
        have += (size_t)n;
        size_t used = 0;
        for (; used + 16 <= have; used += 16) {
            if (strtoull(buf + used, NULL, 10) != seen++)
                return 1;
        }
        memmove(buf, buf + used, have - used);
        have -= used;
    }
    return seen == cnt && have == 0 ? 0 : 2;
}

static void through_pipe(int flags)
{
    static struct out out;
    int pair[2];
    assert_int_equal(pipe(pair), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        alarm(20);
        close(pair[1]);
        _exit(read_lines(pair[0], 60000));
    }
    close(pair[0]);
    fcntl(pair[1], F_SETFL, flags);
    out_init(&out, pair[1]);
    assert_int_equal(write_lines(&out, 60000 * 16), 60000);
    assert_int_equal(out_flush(&out), 0);
    close(pair[1]);
    assert_int_equal(capture_wait(pid), 0);
}

static void test_pipe(void **state)
{
    (void)state;
    through_pipe(0);
}

static void test_nonblocking_pipe(void **state)
{
    (void)state;
    through_pipe(O_NONBLOCK);
}

/* More at once than the buffer holds, with something before it. */
static void test_large_write(void **state)
{
    struct out *out = capture_out();
    size_t len = OUT_CAP + 1;
    char *text = malloc(len);
    (void)state;
    assert_non_null(text);
    memset(text, 'x', len);
    out_text(out, "begin");
    out_write(out, text, len);
    out_text(out, "end");
    assert_int_equal(out_flush(out), 0);
    assert_int_equal(lseek(out->fd, 0, SEEK_END), 5 + len + 3);
    char edge[7];
    assert_int_equal(pread(out->fd, edge, 7, 0), 7);
    assert_memory_equal(edge, "beginxx", 7);
    assert_int_equal(pread(out->fd, edge, 5, (off_t)len + 3), 5);
    assert_memory_equal(edge, "xxend", 5);
    close(out->fd);
    free(text);
}

static void test_reader_gone(void **state)
{
    static struct out out;
    int pair[2];
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(pipe(pair), 0);
    close(pair[0]);
    out_init(&out, pair[1]);
    out_text(&out, "x");
    assert_int_equal(out_flush(&out), -EPIPE);
    write_lines(&out, 3 * OUT_CAP); /* dropped */
    assert_int_equal(out_flush(&out), -EPIPE);
    close(pair[1]);
}

static void test_full_disk(void **state)
{
    static struct out out;
    int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
    (void)state;
    if (fd < 0) {
        print_message("skipped: no /dev/full\n");
        skip();
    }
    out_init(&out, fd);
    assert_int_equal(out_flush(&out), 0);
    out_text(&out, "x");
    assert_int_equal(out_flush(&out), -ENOSPC);
    close(fd);
    assert_int_equal(out_flush(&out), -ENOSPC); /* the first, not that of the closed descriptor */
    out_text(&out, "y");
    assert_int_equal(out_flush(&out), -ENOSPC);
}

static void test_terminal(void **state)
{
    int master;
    int slave;
    (void)state;
    terminal_open(&master, &slave, 80);
    setenv("TERM", "xterm", 1);
    unsetenv("NO_COLOR");
    assert_true(out_is_terminal(slave));
    assert_int_equal(out_columns(slave), 80);
    assert_int_equal(out_rows(slave), 24);
    setenv("NO_COLOR", "", 1); /* empty counts as not set */
    assert_true(out_is_terminal(slave));
    setenv("NO_COLOR", "1", 1);
    assert_false(out_is_terminal(slave));
    unsetenv("NO_COLOR");
    setenv("TERM", "dumb", 1);
    assert_false(out_is_terminal(slave));
    unsetenv("TERM");
    assert_false(out_is_terminal(slave));
    setenv("TERM", "xterm", 1);
    close(slave);
    close(master);
}

static void test_no_terminal(void **state)
{
    int pair[2];
    (void)state;
    setenv("TERM", "xterm", 1);
    setenv("COLUMNS", "80", 1);
    assert_int_equal(pipe(pair), 0);
    assert_false(out_is_terminal(pair[1]));
    assert_int_equal(out_columns(pair[1]), 0);
    assert_int_equal(out_rows(pair[1]), 0);
    close(pair[0]);
    close(pair[1]);
    assert_false(out_is_terminal(-1));
    assert_int_equal(out_columns(-1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces),      cmocka_unit_test(test_visible),
        cmocka_unit_test(test_csv),         cmocka_unit_test(test_visible_long),
        cmocka_unit_test(test_json_line),   cmocka_unit_test(test_json_without_memory),
        cmocka_unit_test(test_pipe),        cmocka_unit_test(test_nonblocking_pipe),
        cmocka_unit_test(test_large_write), cmocka_unit_test(test_reader_gone),
        cmocka_unit_test(test_full_disk),   cmocka_unit_test(test_terminal),
        cmocka_unit_test(test_no_terminal),
    };
    alarm(60);
    return cmocka_run_group_tests_name("out", tests, NULL, NULL);
}
