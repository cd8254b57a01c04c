/* Lines of files: endings, places, limits, errors of the system, pipes. */
#include "feed_help.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "feed/input/input.h"

struct fixture {
    char path[HELP_PATH_MAX];
    struct input in;
};

static void open_text(struct fixture *f, const char *text, size_t len)
{
    help_file(f->path, text, len);
    assert_int_equal(input_open(&f->in, f->path), 0);
}

static void close_text(struct fixture *f)
{
    input_close(&f->in);
    unlink(f->path);
}

static void expect_line(struct input *in, const char *want, uint64_t number)
{
    char *text;
    size_t len;
    assert_int_equal(input_line(in, &text, &len), INPUT_OK);
    assert_int_equal(len, strlen(want));
    assert_memory_equal(text, want, len);
    assert_int_equal(in->line, number);
}

static void expect_result(struct input *in, enum input_result want)
{
    char *text;
    size_t len;
    assert_int_equal(input_line(in, &text, &len), want);
}

#define OPEN(f, literal) open_text(f, literal, sizeof(literal) - 1)

static void test_line_ends(void **state)
{
    struct fixture f;
    (void)state;
    OPEN(&f, "a\nbb\r\n\n\r\nc\rd\nlast");
    assert_int_equal(f.in.size, 17);
    expect_line(&f.in, "a", 1);
    assert_int_equal(input_offset(&f.in), 2);
    expect_line(&f.in, "bb", 2);
    expect_line(&f.in, "", 3);
    expect_line(&f.in, "", 4);
    expect_line(&f.in, "c\rd", 5);
    expect_line(&f.in, "last", 6);
    expect_result(&f.in, INPUT_END);
    expect_result(&f.in, INPUT_END);
    assert_int_equal(input_offset(&f.in), 17);
    close_text(&f);
}

static void test_empty_and_mark(void **state)
{
    struct fixture f;
    (void)state;
    OPEN(&f, "");
    expect_result(&f.in, INPUT_END);
    close_text(&f);
    OPEN(&f, "\xEF\xBB\xBF");
    expect_result(&f.in, INPUT_END);
    close_text(&f);
    OPEN(&f, "\xEF\xBB\xBFx\n\xEF\xBB\xBFy");
    const char *bytes;
    size_t len;
    assert_int_equal(input_peek(&f.in, &bytes, &len), INPUT_OK);
    assert_int_equal(len, 6);
    assert_memory_equal(bytes, "x\n", 2);
    expect_line(&f.in, "x", 1);
    expect_line(&f.in, "\xEF\xBB\xBFy", 2);
    assert_int_equal(input_rewind(&f.in), 0);
    expect_line(&f.in, "x", 1);
    close_text(&f);
}

static void test_nul(void **state)
{
    struct fixture f;
    (void)state;
    OPEN(&f, "ab\0c\nd\n");
    expect_result(&f.in, INPUT_NUL);
    expect_line(&f.in, "d", 2);
    close_text(&f);
}

/* A line of exactly the limit, end included, and one of a byte more, between short ones. */
static void test_long_lines(void **state)
{
    struct fixture f;
    size_t len = 2 + INPUT_LINE_MAX + (INPUT_LINE_MAX + 1) + 2;
    char *text = malloc(len);
    (void)state;
    assert_non_null(text);
    memset(text, 'x', len);
    text[0] = 'a';
    text[1] = '\n';
    text[2 + INPUT_LINE_MAX - 1] = '\n';
    text[len - 3] = '\n';
    text[len - 2] = 'b';
    text[len - 1] = '\n';
    open_text(&f, text, len);
    expect_line(&f.in, "a", 1);
    char *line;
    size_t line_len;
    assert_int_equal(input_line(&f.in, &line, &line_len), INPUT_OK);
    assert_int_equal(line_len, INPUT_LINE_MAX - 1);
    expect_result(&f.in, INPUT_LONG);
    assert_int_equal(f.in.line, 3);
    expect_line(&f.in, "b", 4);
    expect_result(&f.in, INPUT_END);
    assert_true(f.in.buf_size <= INPUT_LINE_MAX);
    close_text(&f);
    free(text);
}

/* Without an end in sight the caller is asked again and again, and memory stays as it is. */
static void test_endless_line(void **state)
{
    struct input in;
    (void)state;
    assert_int_equal(input_open(&in, "/dev/zero"), 0);
    expect_result(&in, INPUT_LONG);
    for (int i = 0; i < 4; i++)
        expect_result(&in, INPUT_AGAIN);
    assert_true(in.buf_size <= INPUT_LINE_MAX);
    assert_int_equal(in.size, 0);
    input_close(&in);
}

static void test_cannot_open(void **state)
{
    struct input in;
    struct fixture f;
    (void)state;
    assert_int_equal(input_open(&in, "/tmp/tickring-no-such-file"), -ENOENT);
    input_close(&in);
    assert_int_equal(input_open(&in, "/tmp"), -EISDIR);
    input_close(&in);
    help_file(f.path, "x", 1);
    assert_int_equal(chmod(f.path, 0), 0);
    if (geteuid() != 0)
        assert_int_equal(input_open(&in, f.path), -EACCES);
    unlink(f.path);
}

/* A reader that hands out one byte a call, with a signal before each and an error at the end. */
static const char *scripted_text;
static size_t scripted_at;
static bool scripted_signal;

static ssize_t read_scripted(struct input *in, void *buf, size_t len)
{
    (void)in;
    assert_true(len > 0);
    scripted_signal = !scripted_signal;
    if (scripted_signal) {
        errno = EINTR;
        return -1;
    }
    if (scripted_text[scripted_at] == '\0') {
        errno = EIO;
        return -1;
    }
    *(char *)buf = scripted_text[scripted_at++];
    return 1;
}

static void expect_after_signals(struct input *in, const char *want)
{
    char *text;
    size_t len;
    enum input_result result;
    int again_cnt = 0;
    while ((result = input_line(in, &text, &len)) == INPUT_AGAIN)
        again_cnt++;
    assert_int_equal(result, INPUT_OK);
    assert_int_equal(len, strlen(want));
    assert_memory_equal(text, want, len);
    assert_int_equal(again_cnt, strlen(want) + 1);
}

static void test_signals_and_short_reads(void **state)
{
    struct fixture f;
    (void)state;
    OPEN(&f, "");
    f.in.read = read_scripted;
    scripted_text = "one\ntwo\nthr";
    scripted_at = 0;
    scripted_signal = false;
    expect_after_signals(&f.in, "one");
    expect_after_signals(&f.in, "two");
    char *text;
    size_t len;
    enum input_result result;
    while ((result = input_line(&f.in, &text, &len)) == INPUT_AGAIN)
        ;
    assert_int_equal(result, INPUT_FAILED);
    assert_int_equal(f.in.os_error, EIO);
    close_text(&f);
}

static void test_pipe(void **state)
{
    int fd[2];
    struct input in;
    const char *bytes;
    size_t len;
    (void)state;
    assert_int_equal(pipe(fd), 0);
    int saved = dup(STDIN_FILENO);
    assert_int_equal(dup2(fd[0], STDIN_FILENO), STDIN_FILENO);
    assert_int_equal(write(fd[1], "a,b\n1", 5), 5);
    assert_int_equal(input_open(&in, "-"), 0);
    assert_int_equal(input_peek(&in, &bytes, &len), INPUT_OK); /* does not wait for more than a line */
    assert_int_equal(len, 5);
    assert_string_equal(in.name, "stdin");
    assert_int_equal(in.size, 0);
    expect_line(&in, "a,b", 1);
    close(fd[1]);
    expect_line(&in, "1", 2);
    expect_result(&in, INPUT_END);
    assert_int_equal(input_rewind(&in), -ESPIPE);
    input_close(&in);
    assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0); /* not ours to close */
    dup2(saved, STDIN_FILENO);
    close(saved);
    close(fd[0]);
}

/* Standard input that is a file, and was read before: its rest is the input, also the second time. */
static void test_redirected(void **state)
{
    struct input in;
    char path[HELP_PATH_MAX];
    (void)state;
    help_file(path, "skip\nx\ny\n", 9);
    int fd = open(path, O_RDONLY);
    assert_int_equal(lseek(fd, 5, SEEK_SET), 5);
    int saved = dup(STDIN_FILENO);
    dup2(fd, STDIN_FILENO);
    assert_int_equal(input_open(&in, "-"), 0);
    assert_int_equal(in.size, 4);
    for (int i = 0; i < 2; i++) {
        expect_line(&in, "x", 1);
        expect_line(&in, "y", 2);
        expect_result(&in, INPUT_END);
        assert_int_equal(input_rewind(&in), 0);
    }
    input_close(&in);
    dup2(saved, STDIN_FILENO);
    close(saved);
    close(fd);
    unlink(path);
}

/* Random bytes cut at random reads: the lines joined again are the bytes. */
static const char *chopped;
static size_t chopped_len;
static uint64_t chop_random;

static ssize_t read_chopped(struct input *in, void *buf, size_t len)
{
    size_t n = help_random(&chop_random) % 5000;
    (void)in;
    n = n < chopped_len ? n : chopped_len;
    n = n < len ? n : len;
    if (n == 0 && chopped_len > 0)
        n = 1;
    memcpy(buf, chopped, n);
    chopped += n;
    chopped_len -= n;
    return (ssize_t)n;
}

static void test_chopped(void **state)
{
    static char text[400000];
    struct fixture f;
    uint64_t random = help_seed();
    (void)state;
    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = help_random(&random) % 50 == 0 ? '\n' : (char)('a' + help_random(&random) % 26);
    memset(text + 1000, 'z', 300000); /* longer than the buffer is at first */
    OPEN(&f, "");
    f.in.read = read_chopped;
    chopped = text;
    chopped_len = sizeof(text);
    chop_random = random;
    size_t at = 0;
    char *line;
    size_t len;
    while (input_line(&f.in, &line, &len) == INPUT_OK) {
        assert_memory_equal(line, text + at, len);
        at += len;
        assert_true(at == sizeof(text) || text[at] == '\n');
        at += at < sizeof(text);
    }
    assert_int_equal(at, sizeof(text));
    close_text(&f);
}

static ssize_t read_one(struct input *in, void *buf, size_t len)
{
    size_t n = chopped_len > 0 && len > 0;
    (void)in;
    memcpy(buf, chopped, n);
    chopped += n;
    chopped_len -= n;
    return (ssize_t)n;
}

static void expect_peeked(const char *bytes, size_t len, const char *peeked, const char *line)
{
    struct fixture f;
    const char *first;
    size_t first_len;
    OPEN(&f, "");
    f.in.read = read_one;
    chopped = bytes;
    chopped_len = len;
    assert_int_equal(input_peek(&f.in, &first, &first_len), INPUT_OK);
    assert_int_equal(first_len, strlen(peeked));
    assert_memory_equal(first, peeked, first_len);
    char *text;
    do
        assert_int_equal(input_line(&f.in, &text, &len), INPUT_OK);
    while (len != strlen(line) || memcmp(text, line, len) != 0);
    while (input_line(&f.in, &text, &len) == INPUT_OK)
        ; /* what comes after a mark may make room */
    close_text(&f);
}

/* Blank lines and the mark are passed over before a format is looked for, also where they come alone. */
static void test_peek_in_pieces(void **state)
{
    static char marked[] = "\xEF\xBB\xBF"
                           "a,b\n12345678";
    (void)state;
    expect_peeked("a,b\n1", 5, "a,b\n", "a,b");
    expect_peeked("\n\r\n\na,b\n1", 9, "\n\r\n\na,b\n", "a,b");
    expect_peeked("\n\nx", 3, "\n\nx", "x");
    expect_peeked("\r\r\nx", 4, "\r\r\nx", "x");
    expect_peeked("\r\rx\n1", 5, "\r\rx\n", "\r\rx");
    expect_peeked(marked, sizeof(marked) - 1, "a,b\n", "a,b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line_ends),
        cmocka_unit_test(test_empty_and_mark),
        cmocka_unit_test(test_nul),
        cmocka_unit_test(test_long_lines),
        cmocka_unit_test(test_endless_line),
        cmocka_unit_test(test_cannot_open),
        cmocka_unit_test(test_pipe),
        cmocka_unit_test(test_signals_and_short_reads),
        cmocka_unit_test(test_redirected),
        cmocka_unit_test(test_chopped),
        cmocka_unit_test(test_peek_in_pieces),
    };
    return cmocka_run_group_tests_name("input", tests, NULL, NULL);
}
