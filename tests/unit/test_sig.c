/* Stopping: asked for once, twice; a reader that has gone; a segment that shrank.  Each in a child. */
#include "capture_help.h"

#include <signal.h>
#include <time.h>

#include "exitcode.h"
#include "sig.h"

/* The child's end, and what it wrote to standard error in capture_text. */
static int run(int (*child)(void))
{
    struct capture c = capture_begin(STDERR_FILENO);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        alarm(10);
        _exit(child());
    }
    int code = capture_wait(pid);
    capture_end(&c);
    return code;
}

static int stop_once(int signal)
{
    sig_install("feed");
    if (sig_stopped())
        return 1;
    raise(signal);
    return sig_stopped() ? 0 : 2;
}

static int once_int(void)
{
    return stop_once(SIGINT);
}

static int once_term(void)
{
    return stop_once(SIGTERM);
}

static int once_hup(void)
{
    signal(SIGHUP, SIG_DFL); /* whatever started the tests */
    return stop_once(SIGHUP);
}

static void test_first_asks(void **state)
{
    (void)state;
    assert_int_equal(run(once_int), 0);
    assert_int_equal(run(once_term), 0);
    assert_int_equal(run(once_hup), 0);
    assert_string_equal(capture_text, "");
}

static int twice_int(void)
{
    sig_install("feed");
    raise(SIGTERM);
    raise(SIGINT);
    return 0;
}

static int twice_term(void)
{
    sig_install("feed");
    raise(SIGTERM);
    raise(SIGTERM);
    return 0;
}

static void test_second_ends(void **state)
{
    (void)state;
    assert_int_equal(run(twice_int), 128 + SIGINT);
    assert_int_equal(run(twice_term), 128 + SIGTERM);
}

static int interrupted(void)
{
    int pair[2];
    char byte;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGTERM};
    struct itimerspec soon = {.it_value = {.tv_nsec = 20000000}};
    timer_t timer;
    sig_install("feed");
    if (pipe(pair) != 0 || timer_create(CLOCK_MONOTONIC, &event, &timer) != 0)
        return 1;
    timer_settime(timer, 0, &soon, NULL);
    return read(pair[0], &byte, 1) == -1 && errno == EINTR && sig_stopped() ? 0 : 2;
}

static void test_calls_are_interrupted(void **state)
{
    (void)state;
    assert_int_equal(run(interrupted), 0);
}

static int nohup(void)
{
    signal(SIGHUP, SIG_IGN);
    sig_install("feed");
    raise(SIGHUP);
    raise(SIGHUP);
    return sig_stopped() ? 1 : 0;
}

static void test_nohup(void **state)
{
    (void)state;
    assert_int_equal(run(nohup), 0);
}

static int broken_pipe(void)
{
    int pair[2];
    sig_install("feed");
    if (pipe(pair) != 0)
        return 1;
    close(pair[0]);
    return write(pair[1], "x", 1) == -1 && errno == EPIPE && !sig_stopped() ? 0 : 2;
}

static void test_broken_pipe(void **state)
{
    (void)state;
    assert_int_equal(run(broken_pipe), 0);
}

/* A mapping longer than its file, as when a segment is truncated. */
static int beyond_the_end(void)
{
    sig_install("shmmon");
    int fd = memfd_create("short", 0);
    if (fd < 0 || ftruncate(fd, 1) != 0)
        return 1;
    const volatile char *p = mmap(NULL, 65536 * 2, PROT_READ, MAP_SHARED, fd, 0);
    return p == MAP_FAILED ? 2 : p[65536];
}

static void test_bus_error(void **state)
{
    (void)state;
    assert_int_equal(run(beyond_the_end), EXIT_CODE_IO);
    assert_memory_equal(capture_text, "shmmon: ", 8);
    expect_part(capture_text, "truncated");
    assert_ptr_equal(strchr(capture_text, '\n'), capture_text + strlen(capture_text) - 1);
}

static void restore(void)
{
    static const char text[] = "restored\n";
    if (write(STDERR_FILENO, text, sizeof text - 1) < 0)
        _exit(99);
}

static int twice_restored(void)
{
    sig_before_exit(restore);
    return twice_int();
}

static int bus_restored(void)
{
    sig_before_exit(restore);
    return beyond_the_end();
}

static int once_not_restored(void)
{
    sig_before_exit(restore);
    return once_int();
}

static int no_more_restored(void)
{
    sig_before_exit(restore);
    sig_before_exit(NULL);
    return twice_int();
}

/* A terminal is put right before the end, once, and before anything is said on it. */
static void test_before_exit(void **state)
{
    (void)state;
    assert_int_equal(run(twice_restored), 128 + SIGINT);
    assert_string_equal(capture_text, "restored\n");
    assert_int_equal(run(bus_restored), EXIT_CODE_IO);
    assert_memory_equal(capture_text, "restored\nshmmon: ", 17);
    assert_int_equal(run(once_not_restored), 0);
    assert_string_equal(capture_text, ""); /* it ends in good order, by itself */
    assert_int_equal(run(no_more_restored), 128 + SIGINT);
    assert_string_equal(capture_text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_asks),
        cmocka_unit_test(test_second_ends),
        cmocka_unit_test(test_calls_are_interrupted),
        cmocka_unit_test(test_nohup),
        cmocka_unit_test(test_broken_pipe),
        cmocka_unit_test(test_bus_error),
        cmocka_unit_test(test_before_exit),
    };
    return cmocka_run_group_tests_name("sig", tests, NULL, NULL);
}
