/* Every ring there is; what is none is passed over, what is corrupt or of another version is told. */
#include "monitor_help.h"

#include "monitor/verbs.h"

static struct tr_producer feed;
static struct tr_consumer reader;
static char said[4096]; /* on standard error */

/* Runs list; what it shows is returned. */
static const char *list_as(bool json, bool verbose)
{
    const struct monitor_options opt = {.verb = VERB_LIST, .json = json, .limits = level_defaults()};
    log_init("shmmon", verbose ? LOG_VERBOSE : LOG_NORMAL);
    struct capture c = capture_begin(STDERR_FILENO);
    struct out *out = capture_out();
    int code = verb_list(&opt, out);
    capture_end(&c);
    capture_keep(said, sizeof said);
    assert_int_equal(code, 0);
    return capture_out_end(out);
}

static const char *list(void)
{
    return list_as(false, false);
}

static void test_empty(void **state)
{
    (void)state;
    need_own_shm();
    assert_string_equal(list(), "");
    assert_string_equal(said, "shmmon: /dev/shm: no ring here, start a feed\n");
    assert_string_equal(list_as(true, false), "");
}

/* The first `len` bytes of each line, as the date is another each time. */
static void expect_lines(const char *text, const char *const *want)
{
    for (; *want != NULL; want++) {
        if (strncmp(text, *want, strlen(*want)) != 0)
            print_error("%s, not %s\n", text, *want);
        assert_memory_equal(text, *want, strlen(*want));
        text = strchr(text, '\n') + 1;
    }
    assert_string_equal(text, "");
}

static void test_rings(void **state)
{
    static struct tr_producer kept;
    static const char *const want[] = {
        "RING         STATE    SLOTS PRODUCERS CONSUMERS PUBLISHED  QUEUE CREATED\n",
        "a-stale-one  stale      128         0         0         3      0 20",
        "ticks        open        64         1         1        20      5 20",
        NULL,
    };
    (void)state;
    need_own_shm();
    feed_open(&feed, "ticks", "feed", 64);
    feed_open(&kept, "a-stale-one", "feed", 128);
    feed_ticks(&kept, 3);
    tr_producer_close(&kept, true);
    reader_open(&reader, "ticks", "signals");
    reader_dies("ticks", "dead");
    feed_ticks(&feed, 20);
    reader_ticks(&reader, 15);
    expect_lines(list(), want);
    assert_string_equal(said, "");
    const char *text = list_as(true, false);
    expect_part(text,
                "{\"ring\":\"a-stale-one\",\"state\":\"stale\",\"slots\":128,\"producers\":0,\"consumers\":0,"
                "\"published\":3,\"lag\":0,\"created_ns\":");
    expect_part(text,
                "}\n{\"ring\":\"ticks\",\"state\":\"open\",\"slots\":64,\"producers\":1,\"consumers\":1,"
                "\"published\":20,\"lag\":5,\"created_ns\":");
    tr_producer_close(&feed, false);
    tr_consumer_close(&reader);
    shm_remove("a-stale-one");
    if (shm_exists("ticks"))
        shm_remove("ticks"); /* held for the one that died */
}

/* Files of all kinds under names that a ring could have, and names that none can: nothing is said of them. */
static void test_foreign_files(void **state)
{
    char path[SHM_PATH_LEN];
    (void)state;
    need_own_shm();
    shm_write("empty", "", 0);
    shm_write("short", "TICKRNG0", 8);
    shm_write("text", said, sizeof said);
    shm_write("sem.worker", said, 32);
    shm_write("\x1b]0;title\x07", "x", 1);
    shm_path(path, "fifo");
    assert_int_equal(mkfifo(path, 0600), 0);
    shm_path(path, "folder");
    assert_int_equal(mkdir(path, 0700), 0);
    shm_path(path, "link");
    assert_int_equal(symlink("/dev/zero", path), 0);
    assert_string_equal(list(), "");
    assert_string_equal(said, "shmmon: /dev/shm: no ring here, start a feed\n");
    assert_string_equal(list_as(false, true), "");
    expect_part(said, "shmmon: text: not a ring\n");
    expect_part(said, "shmmon: fifo: not a ring\n");
    expect_part(said, "shmmon: folder: not a ring\n");
    expect_part(said, "shmmon: link: not a ring\n");
    expect_no_part(said, "\x1b");
    expect_no_part(said, "title");
    static const char *const file[] = {"empty", "short", "text", "sem.worker", "\x1b]0;title\x07",
                                       "fifo",  "link"};
    for (size_t i = 0; i < sizeof file / sizeof file[0]; i++)
        shm_remove(file[i]);
    assert_int_equal(rmdir(TR_SHM_DIR "/folder"), 0);
}

static void make_ring(const char *ring)
{
    feed_open(&feed, ring, "feed", 64);
    tr_producer_close(&feed, true);
}

static void test_corrupt_and_other_version(void **state)
{
    (void)state;
    need_own_shm();
    make_ring("good");
    make_ring("newer");
    header_write("newer", offsetof(struct tr_header, version_major), 99, true);
    make_ring("crc");
    header_write("crc", offsetof(struct tr_header, slot_cnt), 128, false);
    make_ring("cut");
    assert_int_equal(truncate(TR_SHM_DIR "/cut", 8192), 0);
    const char *text = list();
    expect_part(text, "\ngood  ");
    assert_ptr_equal(strrchr(text, '\n'), text + strlen(text) - 1);
    expect_no_part(text, "newer");
    expect_no_part(text, "crc");
    expect_no_part(text, "cut");
    assert_string_equal(said, "shmmon: crc: a corrupt ring, remove it by hand if it is yours\n"
                              "shmmon: cut: a corrupt ring, remove it by hand if it is yours\n"
                              "shmmon: newer: a ring of another version\n");
    shm_remove("good");
    shm_remove("newer");
    shm_remove("crc");
    shm_remove("cut");
}

/* A ring that we may not read is passed over; one that all may write and that is another user's is not ours.
 */
static void test_no_permission(void **state)
{
    (void)state;
    need_own_shm();
    make_ring("secret");
    pid_t pid = fork();
    if (pid == 0) {
        if (setgid(65534) != 0 || setuid(65534) != 0)
            _exit(88);
        const char *text = list_as(false, true);
        _exit(strcmp(text, "") == 0 && strstr(said, "shmmon: secret: no permission") != NULL ? 0 : 1);
    }
    int code = capture_wait(pid);
    shm_remove("secret");
    if (code == 88) {
        print_message("skipped: needs root to be another user\n");
        skip();
    }
    assert_int_equal(code, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),         cmocka_unit_test(test_rings),
        cmocka_unit_test(test_foreign_files), cmocka_unit_test(test_corrupt_and_other_version),
        cmocka_unit_test(test_no_permission),
    };
    alarm(60);
    return cmocka_run_group_tests_name("verb_list", tests, own_shm_setup, own_shm_teardown);
}
