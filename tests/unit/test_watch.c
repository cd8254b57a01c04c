/* A ring looked at again and again: waiting for it, its end, signals, and that nothing of it is touched. */
#include "monitor_help.h"

#include <grp.h>
#include <sys/prctl.h>

#include "exitcode.h"
#include "monitor/watch.h"
#include "sig.h"

static struct tr_producer feed;
static struct tr_consumer reader;

static struct monitor_options options(const char *ring, uint64_t count)
{
    return (struct monitor_options){.ring = ring,
                                    .count = count,
                                    .delay_ns = 10 * TR_NS_PER_MS,
                                    .timeout_ns = -1,
                                    .limits = level_defaults()};
}

/* Runs watch in this process; what it says is in `said`, what it shows in capture_text. */
static char said[1024];

static int run(const struct monitor_options *opt, const struct view_ops *view)
{
    log_init("shmmon", LOG_NORMAL);
    struct capture c = capture_begin(STDERR_FILENO);
    struct out *out = capture_out();
    int code = watch(opt, view, out);
    capture_end(&c);
    capture_keep(said, sizeof said);
    capture_out_end(out);
    return code;
}

/* A child that watches and writes to `fd`. */
static pid_t start(const struct monitor_options *opt, const struct view_ops *view, int fd)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid > 0)
        return pid;
    static struct out out;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    alarm(20);
    dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
    sig_install("shmmon");
    out_init(&out, fd);
    _exit(watch(opt, view, &out));
}

/* Reads from fd until the text holds `part` so often. */
static void read_until(int fd, const char *part, unsigned cnt)
{
    static char text[CAPTURE_MAX];
    size_t len = 0;
    for (;;) {
        unsigned seen = 0;
        text[len] = '\0';
        for (const char *at = text; (at = strstr(at, part)) != NULL; at++)
            seen++;
        if (seen >= cnt)
            return;
        assert_true(len + 1 < sizeof text);
        ssize_t n = read(fd, text + len, sizeof text - 1 - len);
        assert_true(n > 0);
        len += (size_t)n;
    }
}

static unsigned count_parts(const char *part)
{
    unsigned cnt = 0;
    for (const char *at = capture_text; (at = strstr(at, part)) != NULL; at++)
        cnt++;
    return cnt;
}

static void test_once(void **state)
{
    const char *ring = ring_name("once");
    struct monitor_options opt = options(ring, 1);
    (void)state;
    feed_open(&feed, ring, "feed", 64);
    feed_ticks(&feed, 3);
    assert_int_equal(run(&opt, &view_json), 0);
    assert_int_equal(count_parts("\n"), 1);
    expect_part(capture_text,
                "\"ledger\":{\"published\":3,\"balanced\":true},\"level\":\"OK\",\"warnings\":[]}\n");
    assert_int_equal(run(&opt, &view_plain), 0);
    assert_int_equal(count_parts("ring ut"), 1);
    assert_memory_equal(capture_text, "ring ut", 7);
    expect_no_part(capture_text, "\x1b");
    assert_true(capture_text[strlen(capture_text) - 2] != '\n');
    assert_string_equal(said, "");
    tr_producer_close(&feed, false);
}

/* So many blocks, so far apart; an empty line between those of the table. */
static void test_count(void **state)
{
    const char *ring = ring_name("count");
    struct monitor_options opt = options(ring, 4);
    (void)state;
    feed_open(&feed, ring, "feed", 64);
    int64_t begin_ns = tr_now_ns();
    assert_int_equal(run(&opt, &view_json), 0);
    assert_true(tr_now_ns() - begin_ns >= 3 * opt.delay_ns);
    assert_int_equal(count_parts("{\"ring\":"), 4);
    assert_int_equal(count_parts("\n"), 4);
    assert_int_equal(run(&opt, &view_plain), 0);
    assert_int_equal(count_parts("ring ut"), 4);
    assert_int_equal(count_parts("\n\nring ut"), 3);
    tr_producer_close(&feed, false);
}

static void test_no_ring(void **state)
{
    const char *ring = ring_name("none");
    struct monitor_options opt = options(ring, 1);
    (void)state;
    opt.timeout_ns = 20 * TR_NS_PER_MS;
    int64_t begin_ns = tr_now_ns();
    assert_int_equal(run(&opt, &view_plain), EXIT_CODE_TEMPFAIL);
    assert_true(tr_now_ns() - begin_ns >= opt.timeout_ns);
    expect_part(said, "no such ring, start a feed; shmmon list shows what there is\n");
    assert_string_equal(capture_text, "");
    opt.timeout_ns = 0;
    assert_int_equal(run(&opt, &view_plain), EXIT_CODE_TEMPFAIL);
}

static void test_not_a_ring(void **state)
{
    const char *ring = ring_name("text");
    struct monitor_options opt = options(ring, 1);
    (void)state;
    shm_write(ring, "text", 4);
    assert_int_equal(run(&opt, &view_plain), EXIT_CODE_PROTOCOL);
    expect_part(said, "corrupt");
    shm_remove(ring);
    feed_open(&feed, ring, "feed", 64);
    tr_producer_close(&feed, true);
    header_write(ring, offsetof(struct tr_header, version_major), 99, true);
    assert_int_equal(run(&opt, &view_plain), EXIT_CODE_PROTOCOL);
    expect_part(said, "another version");
    shm_remove(ring);
}

/* Started first, it waits for the feed; the longest time that can be said is no problem. */
static void test_waits_for_the_ring(void **state)
{
    const char *ring = ring_name("later");
    struct monitor_options opt = options(ring, 1);
    int pair[2];
    (void)state;
    for (int i = 0; i < 2; i++) {
        opt.timeout_ns = i == 0 ? -1 : INT64_MAX;
        assert_int_equal(pipe(pair), 0);
        pid_t pid = start(&opt, &view_json, pair[1]);
        assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
        feed_open(&feed, ring, "feed", 64);
        read_until(pair[0], "}\n", 1);
        assert_int_equal(capture_wait(pid), 0);
        tr_producer_close(&feed, false);
        close(pair[0]);
        close(pair[1]);
    }
}

static int watch_while(void (*meanwhile)(const char *ring, pid_t pid), const char *ring)
{
    struct monitor_options opt = options(ring, 0);
    int pair[2];
    assert_int_equal(pipe2(pair, O_CLOEXEC), 0);
    pid_t pid = start(&opt, &view_json, pair[1]);
    close(pair[1]);
    read_until(pair[0], "}\n", 2);
    meanwhile(ring, pid);
    char rest[4096];
    while (read(pair[0], rest, sizeof rest) > 0)
        continue;
    close(pair[0]);
    return capture_wait(pid);
}

static void end_well(const char *ring, pid_t pid)
{
    (void)ring;
    (void)pid;
    tr_producer_close(&feed, false);
}

static void remove_name(const char *ring, pid_t pid)
{
    (void)pid;
    shm_remove(ring);
}

static void cut(const char *ring, pid_t pid)
{
    char path[SHM_PATH_LEN];
    (void)pid;
    shm_path(path, ring);
    assert_int_equal(truncate(path, 4096), 0);
}

static void stop(const char *ring, pid_t pid)
{
    (void)ring;
    kill(pid, SIGTERM);
}

static void interrupt(const char *ring, pid_t pid)
{
    (void)ring;
    kill(pid, SIGINT);
}

/* How it ends when the ring does, or is taken away, or spoiled, or when it is told to. */
static void test_ends(void **state)
{
    const char *ring = ring_name("end");
    (void)state;
    feed_open(&feed, ring, "feed", 64);
    assert_int_equal(watch_while(stop, ring), 0);
    assert_int_equal(watch_while(interrupt, ring), 0);
    assert_int_equal(watch_while(end_well, ring), 0);
    feed_open(&feed, ring, "feed", 64);
    assert_int_equal(watch_while(remove_name, ring), EXIT_CODE_UNAVAILABLE);
    tr_producer_close(&feed, true);
    feed_open(&feed, ring, "feed", 64);
    tr_producer_close(&feed, true);
    assert_int_equal(watch_while(cut, ring), EXIT_CODE_IO);
    shm_remove(ring);
}

/* Told to stop while there is no ring yet, or in a long pause. */
static void test_stop_while_waiting(void **state)
{
    const char *ring = ring_name("wait");
    struct monitor_options opt = options(ring, 0);
    int pair[2];
    (void)state;
    assert_int_equal(pipe2(pair, O_CLOEXEC), 0);
    pid_t pid = start(&opt, &view_json, pair[1]);
    while (waitpid(pid, NULL, WNOHANG) == 0) { /* until its handlers stand, a signal may still kill it */
        char status[64];
        char text[4096] = "";
        snprintf(status, sizeof status, "/proc/%d/status", pid);
        int fd = open(status, O_RDONLY | O_CLOEXEC);
        assert_true(fd >= 0 && read(fd, text, sizeof text - 1) > 0);
        close(fd);
        const char *caught = strstr(text, "SigCgt:");
        if (caught != NULL && (strtoull(caught + 7, NULL, 16) & (1U << (SIGTERM - 1))) != 0)
            break;
        usleep(1000);
    }
    kill(pid, SIGTERM);
    assert_int_equal(capture_wait(pid), 0);
    feed_open(&feed, ring, "feed", 64);
    opt.delay_ns = 3600 * TR_NS_PER_S;
    pid = start(&opt, &view_json, pair[1]);
    read_until(pair[0], "}\n", 1);
    kill(pid, SIGTERM);
    assert_int_equal(capture_wait(pid), 0);
    tr_producer_close(&feed, false);
    close(pair[0]);
    close(pair[1]);
}

static void test_reader_of_the_output_gone(void **state)
{
    const char *ring = ring_name("gone");
    struct monitor_options opt = options(ring, 0);
    int pair[2];
    (void)state;
    feed_open(&feed, ring, "feed", 64);
    assert_int_equal(pipe2(pair, O_CLOEXEC), 0);
    close(pair[0]);
    pid_t pid = start(&opt, &view_json, pair[1]);
    close(pair[1]);
    assert_int_equal(capture_wait(pid), 0);
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    if (full >= 0) {
        assert_int_equal(capture_wait(start(&opt, &view_json, full)), EXIT_CODE_IO);
        close(full);
    }
    tr_producer_close(&feed, false);
}

/* All bytes of the segment that exist, and how many blocks it takes. */
static uint32_t footprint(const char *ring, blkcnt_t *blocks)
{
    static uint8_t page[65536];
    char path[SHM_PATH_LEN];
    struct stat st;
    uint32_t crc = 0;
    shm_path(path, ring);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0 && fstat(fd, &st) == 0);
    *blocks = st.st_blocks;
    for (off_t at = 0; (at = lseek(fd, at, SEEK_DATA)) >= 0;) {
        off_t end = lseek(fd, at, SEEK_HOLE);
        while (at < end) {
            size_t len = end - at < (off_t)sizeof page ? (size_t)(end - at) : sizeof page;
            assert_int_equal(pread(fd, page, len, at), len);
            crc = tr_crc32c(crc, page, len);
            at += (off_t)len;
        }
    }
    close(fd);
    return crc;
}

/* Reading permission is enough, for another user of the group, and leaves no trace: not a byte, not a block.
 */
static void test_read_only(void **state)
{
    const gid_t nobodys = 65534;
    const char *ring = ring_name("readonly");
    const struct tr_producer_options popt = {
        .ring = ring, .name = "feed", .slot_cnt = 64, .mode = 0440, .gid = &nobodys};
    blkcnt_t blocks[2];
    (void)state;
    if (geteuid() != 0 || tr_producer_open(&feed, &popt) != 0) {
        print_message("skipped: needs root to be another user\n");
        skip();
    }
    reader_open(&reader, ring, "signals");
    feed_ticks(&feed, 60);
    uint32_t before = footprint(ring, &blocks[0]);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct monitor_options opt = options(ring, 3);
        struct tr_segment seg;
        if (setgroups(0, NULL) != 0 || setgid(65534) != 0 || setuid(65534) != 0)
            _exit(88);
        if (tr_segment_open(&seg, ring, true) != -EACCES)
            _exit(1);
        _exit(run(&opt, &view_json) == 0 && count_parts("\"lag\":60,") == 3
                      && count_parts("\"level\":\"CRIT\"") == 3
                  ? 0
                  : 2);
    }
    int code = capture_wait(pid);
    assert_int_equal(footprint(ring, &blocks[1]), before);
    assert_int_equal(blocks[1], blocks[0]);
    tr_producer_close(&feed, false);
    tr_consumer_close(&reader);
    if (code == 88) {
        print_message("skipped: needs another user\n");
        skip();
    }
    assert_int_equal(code, 0);
}

static void test_no_permission(void **state)
{
    const char *ring = ring_name("secret");
    (void)state;
    if (geteuid() != 0) {
        print_message("skipped: needs root to be another user\n");
        skip();
    }
    feed_open(&feed, ring, "feed", 64);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct monitor_options opt = options(ring, 1);
        if (setgroups(0, NULL) != 0 || setgid(65534) != 0 || setuid(65534) != 0)
            _exit(88);
        _exit(run(&opt, &view_json));
    }
    int code = capture_wait(pid);
    tr_producer_close(&feed, false);
    if (code == 88) {
        print_message("skipped: needs another user\n");
        skip();
    }
    assert_int_equal(code, EXIT_CODE_NOPERM);
}

static void test_default_ring(void **state)
{
    struct monitor_options opt = options(NULL, 1);
    (void)state;
    need_own_shm();
    feed_open(&feed, "ticks", "feed", 64);
    assert_int_equal(run(&opt, &view_json), 0);
    expect_part(capture_text, "{\"ring\":\"ticks\",\"slots\":64,");
    tr_producer_close(&feed, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_once),
        cmocka_unit_test(test_count),
        cmocka_unit_test(test_no_ring),
        cmocka_unit_test(test_not_a_ring),
        cmocka_unit_test(test_waits_for_the_ring),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_stop_while_waiting),
        cmocka_unit_test(test_reader_of_the_output_gone),
        cmocka_unit_test(test_read_only),
        cmocka_unit_test(test_no_permission),
        cmocka_unit_test(test_default_ring),
    };
    alarm(60);
    return cmocka_run_group_tests_name("watch", tests, own_shm_setup, own_shm_teardown);
}
