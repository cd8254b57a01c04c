/* The command for a change of level: what it is told, one at a time, and that nobody waits for it. */
#include "snapshot_help.h"

#include <sched.h>
#include <signal.h>
#include <sys/stat.h>

#include "log.h"
#include "monitor/alert.h"

#define BOUND_NS (20 * TR_NS_PER_S) /* against hanging */

static struct snapshot snap;
static struct alert alert;
static char dir[] = "/tmp/tickring-alert-XXXXXX";
static char command[512];
static char path[128];

static int make_dir(void **state)
{
    (void)state;
    log_init("shmmon", LOG_NORMAL);
    return mkdtemp(dir) == NULL;
}

static int remove_dir(void **state)
{
    (void)state;
    return rmdir(dir);
}

static const char *file(const char *name)
{
    snprintf(path, sizeof path, "%s/%s", dir, name);
    return path;
}

static void begin(const char *format)
{
    memset(&snap, 0, sizeof snap);
    strcpy(snap.view.ring, "ticks");
    snprintf(command, sizeof command, format, dir, dir);
    alert = (struct alert){.command = command};
}

static void set_level(enum level level, const char *why)
{
    snap.level = level;
    snap.warning_cnt = level != LEVEL_OK;
    snap.warning[0] = (struct warning){.level = level};
    strcpy(snap.warning[0].text, why);
}

/* Looks until no command runs. */
static void settle(void)
{
    int64_t begin_ns = tr_now_ns();
    do {
        alert_look(&alert, &snap);
        sched_yield();
        assert_true(tr_now_ns() - begin_ns < BOUND_NS);
    } while (alert.pid != 0);
}

/* All that is in a file of dir, which is removed. */
static void expect_file(const char *name, const char *want)
{
    char text[4096];
    int fd = open(file(name), O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    ssize_t len = read(fd, text, sizeof text - 1);
    close(fd);
    assert_true(len >= 0);
    text[len] = '\0';
    assert_string_equal(text, want);
    unlink(file(name));
}

static const char tell[] = "echo \"$TICKRING_RING $TICKRING_BEFORE $TICKRING_LEVEL $TICKRING_WHY\" >>%s/told";

static void each_change_is_told(void **state)
{
    (void)state;
    begin(tell);
    setenv("TICKRING_LEVEL", "of whoever started us", 1);
    settle();
    assert_int_equal(access(file("told"), F_OK), -1); /* it was OK before anybody looked */
    set_level(LEVEL_WARN, "consumer slow is behind");
    settle();
    settle(); /* no change */
    set_level(LEVEL_CRIT, "consumer slow is far behind");
    settle();
    set_level(LEVEL_OK, "");
    settle();
    expect_file("told", "ticks OK WARN consumer slow is behind\n"
                        "ticks WARN CRIT consumer slow is far behind\n"
                        "ticks CRIT OK \n");
    alert_end(&alert);
}

/* A name in a warning comes from whoever writes to the ring. */
static void hostile_words(void **state)
{
    (void)state;
    begin(tell);
    set_level(LEVEL_WARN, "consumer $(touch x)`x`\x1b[2J\n is behind");
    settle();
    expect_file("told", "ticks OK WARN consumer $(touch x)`x`\\x1b[2J\\x0a is behind\n");
}

/* While a command runs, looking does not wait for it, and starts no other. */
static void one_at_a_time(void **state)
{
    char gate[128];
    (void)state;
    begin("echo $TICKRING_LEVEL >>%s/told; read line <%s/gate");
    strcpy(gate, file("gate"));
    assert_int_equal(mkfifo(gate, 0600), 0);
    set_level(LEVEL_WARN, "w");
    alert_look(&alert, &snap);
    pid_t pid = alert.pid;
    assert_true(pid > 0);
    set_level(LEVEL_CRIT, "c");
    for (int i = 0; i < 100; i++)
        alert_look(&alert, &snap);
    assert_true(alert.pid == pid);
    int fd = open(gate, O_WRONLY | O_CLOEXEC); /* once the command reads */
    assert_true(fd >= 0);
    struct capture c = capture_begin(STDERR_FILENO);
    alert_end(&alert);
    expect_part(capture_end(&c), "shmmon: --alert: the change to CRIT was not told");
    assert_int_equal(write(fd, "go\n", 3), 3);
    close(fd);
    int64_t begin_ns = tr_now_ns();
    while (alert.pid == pid) { /* the change meanwhile is told then */
        alert_look(&alert, &snap);
        assert_true(tr_now_ns() - begin_ns < BOUND_NS);
    }
    fd = open(gate, O_WRONLY | O_CLOEXEC);
    assert_int_equal(write(fd, "go\n", 3), 3);
    close(fd);
    settle();
    expect_file("told", "WARN\nCRIT\n");
    unlink(gate);
}

static void failing_is_told_once(void **state)
{
    (void)state;
    begin("[ $TICKRING_LEVEL = WARN ] || exit 3");
    struct capture c = capture_begin(STDERR_FILENO);
    set_level(LEVEL_CRIT, "c");
    settle();
    set_level(LEVEL_OK, "");
    settle();
    assert_string_equal(
        capture_end(&c),
        "shmmon: --alert: the command failed with exit code 3: it is run again at the next change\n");
    c = capture_begin(STDERR_FILENO);
    set_level(LEVEL_WARN, "w");
    settle(); /* this one works */
    set_level(LEVEL_OK, "");
    settle();
    expect_part(capture_end(&c), "failed with exit code 3"); /* it began to fail again */
    begin("kill -KILL $$");
    c = capture_begin(STDERR_FILENO);
    set_level(LEVEL_WARN, "w");
    settle();
    expect_part(capture_end(&c), "was killed by signal 9");
}

/* It writes where we talk, has no input, and is ended by SIGPIPE as programs are. */
static void its_surroundings(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    begin("cat; echo output; kill -PIPE $$; echo not here");
    struct capture c = capture_begin(STDERR_FILENO);
    set_level(LEVEL_WARN, "w");
    settle();
    const char *said = capture_end(&c);
    expect_part(said, "output\n");
    expect_no_part(said, "not here");
    expect_part(said, "was killed by signal 13");
}

/* Full screen: what it writes goes nowhere, that it fails is said all the same. */
static void silent(void **state)
{
    (void)state;
    begin("echo output; echo error >&2; exit 3");
    alert.silent = true;
    struct capture c = capture_begin(STDERR_FILENO);
    set_level(LEVEL_WARN, "w");
    settle();
    const char *said = capture_end(&c);
    expect_no_part(said, "output");
    expect_no_part(said, "error >");
    expect_part(said, "failed with exit code 3");
    assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
}

static void no_command(void **state)
{
    (void)state;
    begin("");
    alert.command = NULL;
    set_level(LEVEL_CRIT, "c");
    alert_look(&alert, &snap);
    assert_int_equal(alert.pid, 0);
    alert_end(&alert);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_change_is_told),
        cmocka_unit_test(hostile_words),
        cmocka_unit_test(one_at_a_time),
        cmocka_unit_test(failing_is_told_once),
        cmocka_unit_test(its_surroundings),
        cmocka_unit_test(no_command),
        cmocka_unit_test(silent),
    };
    alarm(120);
    return cmocka_run_group_tests_name("alert", tests, make_dir, remove_dir);
}
