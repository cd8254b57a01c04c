/* What no process uses goes; what anybody is in, and what is not ours, stays. */
#include "monitor_help.h"

#include <sys/prctl.h>

#include "exitcode.h"
#include "monitor/verbs.h"

static struct tr_producer feed;
static struct tr_consumer reader;
static char said[4096]; /* on standard error */

static int clean_code(const char *ring)
{
    const struct monitor_options opt = {.verb = VERB_CLEAN, .ring = ring};
    log_init("shmmon", LOG_NORMAL);
    struct capture c = capture_begin(STDERR_FILENO);
    struct out *out = capture_out();
    int code = verb_clean(&opt, out);
    capture_end(&c);
    capture_keep(said, sizeof said);
    capture_out_end(out); /* in capture_text */
    return code;
}

static const char *clean(const char *ring)
{
    assert_int_equal(clean_code(ring), 0);
    return capture_text;
}

static void expect_removed(const char *ring)
{
    char want[64];
    snprintf(want, sizeof want, "removed ring %s\n", ring);
    assert_string_equal(capture_text, want);
    assert_false(shm_exists(ring));
}

static void sem_file(char name[64], const char *ring, uint64_t instance)
{
    snprintf(name, 64, "sem.%s.%016llx.p00", ring, (unsigned long long)instance);
}

static void test_nothing(void **state)
{
    const char *ring = ring_name("nothing");
    (void)state;
    char expected[80];
    snprintf(expected, sizeof expected, "shmmon: %s: nothing to remove\n", ring);
    assert_string_equal(clean(ring), "");
    assert_string_equal(said, expected);
}

static void test_kept_ring(void **state)
{
    const char *ring = ring_name("kept");
    (void)state;
    feed_open(&feed, ring, "feed", 64);
    tr_producer_close(&feed, true);
    clean(ring);
    expect_removed(ring);
    assert_string_equal(said, "");
}

/* With its semaphores, in which a killed process cannot have taken them along. */
static void test_dead_feed(void **state)
{
    const char *ring = ring_name("dead");
    struct tr_segment seg;
    char sem[64];
    (void)state;
    feed_dies(ring, "feed", 64, 5);
    assert_int_equal(tr_segment_open(&seg, ring, false), 0);
    sem_file(sem, ring, seg.header.instance);
    tr_segment_close(&seg);
    assert_true(shm_exists(sem));
    clean(ring);
    expect_removed(ring);
    assert_false(shm_exists(sem));
}

static void expect_in_use(const char *ring)
{
    assert_string_equal(clean(ring), "");
    expect_part(said, "in use, left alone");
    assert_true(shm_exists(ring));
}

/* Whoever is in: a feed, a consumer that waits for one, one that reads what is left. */
static void test_in_use(void **state)
{
    const char *ring = ring_name("used");
    char sem[64];
    (void)state;
    feed_open(&feed, ring, "feed", 64);
    sem_file(sem, ring, feed.seg.header.instance);
    expect_in_use(ring);
    assert_true(shm_exists(sem));
    reader_open(&reader, ring, "signals");
    feed_ticks(&feed, 5);
    tr_producer_close(&feed, false);
    expect_in_use(ring);
    reader_ticks(&reader, 5); /* and nothing was hurt */
    tr_consumer_close(&reader);
    assert_false(shm_exists(ring));
    feed_dies(ring, "feed", 64, 5);
    reader_open(&reader, ring, "signals");
    expect_in_use(ring);
    reader_ticks(&reader, 5);
    tr_consumer_close(&reader);
    clean(ring);
    expect_removed(ring);
}

static void test_stopped_process(void **state)
{
    const char *ring = ring_name("stopped");
    (void)state;
    feed_open(&feed, ring, "feed", 64);
    tr_producer_close(&feed, true);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* a stopped process hears no alarm */
        const struct tr_consumer_options opt = {.ring = ring, .id = "signals"};
        if (tr_consumer_open(&reader, &opt) != 0)
            _exit(1);
        raise(SIGSTOP);
        _exit(0);
    }
    int status;
    assert_true(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status));
    expect_in_use(ring);
    kill(pid, SIGKILL);
    assert_int_equal(capture_wait(pid), -SIGKILL);
    clean(ring);
    expect_removed(ring);
}

/* Semaphores of a ring that is gone, or was followed by another of its name. */
static void test_orphans(void **state)
{
    const char *ring = ring_name("orphan");
    char sem[3][64];
    char want[512];
    (void)state;
    sem_file(sem[0], ring, 1);
    shm_write(sem[0], "", 0);
    snprintf(want, sizeof want, "removed semaphore %s\n", sem[0] + 4);
    assert_string_equal(clean(ring), want);
    assert_false(shm_exists(sem[0]));
    feed_open(&feed, ring, "feed", 64);
    sem_file(sem[1], ring, feed.seg.header.instance + 1);
    sem_file(sem[2], ring, feed.seg.header.instance);
    shm_write(sem[1], "", 0);
    snprintf(want, sizeof want, "removed semaphore %s\n", sem[1] + 4);
    assert_string_equal(clean(ring), want);
    assert_false(shm_exists(sem[1]));
    assert_true(shm_exists(sem[2]));
    tr_producer_close(&feed, false);
    assert_false(shm_exists(sem[2]));
}

/* Semaphores of rings that we cannot make out are left alone. */
static void test_semaphores_of_the_unknown(void **state)
{
    const char *ring = ring_name("corrupt");
    char sem[64];
    (void)state;
    shm_write(ring, "no ring", 7);
    sem_file(sem, ring, 1);
    shm_write(sem, "", 0);
    assert_int_equal(clean_code(ring), EXIT_CODE_PROTOCOL);
    assert_true(shm_exists(sem));
    assert_true(shm_exists(ring));
    expect_part(said, "no ring, or corrupt: remove it by hand if it is yours");
    shm_remove(sem);
    shm_remove(ring);
}

static void test_other_version(void **state)
{
    const char *ring = ring_name("newer");
    (void)state;
    feed_open(&feed, ring, "feed", 64);
    tr_producer_close(&feed, true);
    header_write(ring, offsetof(struct tr_header, version_major), 99, true);
    assert_int_equal(clean_code(ring), EXIT_CODE_PROTOCOL);
    expect_part(said, "a ring of another version");
    assert_true(shm_exists(ring));
    shm_remove(ring);
    expect_part(clean(ring), "removed semaphore "); /* of a ring that was removed by hand */
}

static void test_squatted_name(void **state)
{
    const char *ring = ring_name("squat");
    char path[SHM_PATH_LEN];
    (void)state;
    shm_path(path, ring);
    assert_int_equal(symlink("/dev/null", path), 0);
    assert_int_equal(clean_code(ring), EXIT_CODE_NOPERM);
    assert_true(shm_exists(ring));
    shm_remove(ring);
}

/* Everything at once: what is stale goes, the rest is not touched. */
static void test_all(void **state)
{
    static const char *const foreign[] = {"text",    "sem.worker",  ".tickring.young1",
                                          "\x1b[2J", "sem.x.0.p00", "sem.text.0000000000000007.p00"};
    const size_t foreign_cnt = sizeof foreign / sizeof foreign[0];
    char sem[64];
    (void)state;
    need_own_shm();
    feed_open(&feed, "stale", "feed", 64);
    tr_producer_close(&feed, true);
    feed_dies("dead", "feed", 64, 5);
    feed_open(&feed, "live", "feed", 64);
    for (size_t i = 0; i < foreign_cnt; i++)
        shm_write(foreign[i], "x", 1);
    sem_file(sem, "gone", 7);
    shm_write(sem, "", 0);
    shm_write(".tickring.aB3xYz", "", 0);
    shm_age(".tickring.aB3xYz", 3600);
    clean(NULL);
    assert_string_equal(capture_text, "removed ring dead\nremoved ring stale\n"
                                      "removed semaphore gone.0000000000000007.p00\n"
                                      "removed temporary file /dev/shm/.tickring.aB3xYz\n");
    assert_string_equal(said, "shmmon: live: in use, left alone\n");
    for (size_t i = 0; i < foreign_cnt; i++)
        shm_remove(foreign[i]); /* all still there */
    assert_false(shm_exists("stale") || shm_exists("dead") || shm_exists(sem)
                 || shm_exists(".tickring.aB3xYz"));
    assert_true(shm_exists("live"));
    feed_ticks(&feed, 1);
    tr_producer_close(&feed, false);
    assert_false(shm_exists("live"));
    clean(NULL);
    assert_string_equal(capture_text, "");
    assert_string_equal(said, "shmmon: /dev/shm: nothing to remove\n");
}

/* One ring asked for: others, and temporary files, are not touched. */
static void test_only_one(void **state)
{
    (void)state;
    need_own_shm();
    feed_dies("one", "feed", 64, 5);
    feed_dies("two", "feed", 64, 5);
    shm_write(".tickring.aB3xYz", "", 0);
    shm_age(".tickring.aB3xYz", 3600);
    clean("one");
    expect_removed("one");
    assert_true(shm_exists("two") && shm_exists(".tickring.aB3xYz"));
    shm_remove(".tickring.aB3xYz");
    clean("two");
    expect_removed("two");
}

/* Another user's ring: asked for by name it is an error, else it is left alone. */
static void test_no_permission(void **state)
{
    (void)state;
    need_own_shm();
    feed_open(&feed, "theirs", "feed", 64);
    tr_producer_close(&feed, true);
    pid_t pid = fork();
    if (pid == 0) {
        if (setgid(65534) != 0 || setuid(65534) != 0)
            _exit(88);
        bool named = clean_code("theirs") == EXIT_CODE_NOPERM && strstr(said, "no permission") != NULL;
        bool all = clean_code(NULL) == 0 && strcmp(capture_text, "") == 0;
        _exit(named && all ? 0 : 1);
    }
    int code = capture_wait(pid);
    assert_true(shm_exists("theirs"));
    shm_remove("theirs");
    if (code == 88) {
        print_message("skipped: needs root to be another user\n");
        skip();
    }
    assert_int_equal(code, 0);
}

static void make_file(const char *file)
{
    char path[160];
    snprintf(path, sizeof path, "/dev/shm/%s", file);
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0600);
    assert_true(fd >= 0);
    close(fd);
}

static void test_checkpoints(void **state)
{
    const char *ring = ring_name("cp");
    char file[2][128];
    char other[128];
    char want[400];
    (void)state;
    for (int i = 0; i < 2; i++) {
        snprintf(file[i], sizeof file[i], ".tickring.%s.a.stage.%d", ring, i);
        make_file(file[i]);
    }
    snprintf(other, sizeof other, ".tickring.%sx.stage.0", ring);
    make_file(other);
    feed_open(&feed, ring, "feed", 64);
    clean(ring); /* the ring is there: who was killed comes back to it */
    assert_string_equal(capture_text, "");
    tr_producer_close(&feed, false);
    clean(ring);
    expect_part(capture_text, file[0]);
    expect_part(capture_text, file[1]);
    snprintf(want, sizeof want, "%sx", ring);
    clean(want);
    snprintf(want, sizeof want, "removed checkpoint %s\n", other);
    assert_string_equal(capture_text, want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing),       cmocka_unit_test(test_checkpoints),
        cmocka_unit_test(test_kept_ring),     cmocka_unit_test(test_dead_feed),
        cmocka_unit_test(test_in_use),        cmocka_unit_test(test_stopped_process),
        cmocka_unit_test(test_orphans),       cmocka_unit_test(test_semaphores_of_the_unknown),
        cmocka_unit_test(test_other_version), cmocka_unit_test(test_squatted_name),
        cmocka_unit_test(test_all),           cmocka_unit_test(test_only_one),
        cmocka_unit_test(test_no_permission),
    };
    alarm(60);
    return cmocka_run_group_tests_name("verb_clean", tests, own_shm_setup, own_shm_teardown);
}
