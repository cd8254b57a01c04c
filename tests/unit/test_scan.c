/* What lies under /dev/shm: names that may be rings, semaphores of ours, temporary files; nothing else. */
#include "monitor_help.h"

#include "monitor/scan.h"

static void expect_names(const struct scan_names *names, const char *const *want)
{
    size_t cnt = 0;
    for (; want[cnt] != NULL; cnt++) {
        assert_true(cnt < names->cnt);
        assert_string_equal(names->name[cnt], want[cnt]);
    }
    assert_int_equal(names->cnt, cnt);
}

static void test_empty(void **state)
{
    struct scan_names names;
    (void)state;
    need_own_shm();
    assert_int_equal(scan_rings(&names), 0);
    assert_int_equal(names.cnt, 0);
    scan_free(&names);
}

/* Sorted; names that no ring can have are not there, whatever they hold. */
static void test_rings(void **state)
{
    static const char *const file[] = {"ticks", "a", "ticks.0", "-x", "B", "a23456789012345678901234567"};
    static const char *const other[] = {
        ".hidden",   "sem.ticks", "a b",         "esc\x1b[2J",
        "new\nline", "\xc2\x9b",  "caf\xc3\xa9", "a234567890123456789012345678"};
    static const char *const want[] = {"-x",    "B",       "a", "a23456789012345678901234567",
                                       "ticks", "ticks.0", NULL};
    struct scan_names names;
    (void)state;
    need_own_shm();
    for (size_t i = 0; i < sizeof file / sizeof file[0]; i++)
        shm_write(file[i], "", 0);
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++)
        shm_write(other[i], "", 0);
    assert_int_equal(scan_rings(&names), 0);
    expect_names(&names, want);
    scan_free(&names);
    assert_null(names.name);
    for (size_t i = 0; i < sizeof file / sizeof file[0]; i++)
        shm_remove(file[i]);
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++)
        shm_remove(other[i]);
}

static char seen[4096];

static void note_semaphore(void *arg, const char *ring, uint64_t instance, const char *sem)
{
    size_t len = strlen(seen);
    assert_ptr_equal(arg, seen);
    snprintf(seen + len, sizeof seen - len, "%s %llx %s\n", ring, (unsigned long long)instance, sem);
}

static void test_semaphores(void **state)
{
    static const char *const other[] = {
        "sem.worker",
        "sem.",
        "sem.ticks",
        "ticks.0123456789abcdef.p00",
        "sem.ticks.0123456789abcdeg.p00",
        "sem.ticks.0123456789abcdef.x00",
        "sem.ticks.0123456789abcdef.p0",
        "sem.ticks.0123456789abcdef.p0a",
        "sem.ticks.0123456789abcdef-p00",
        "sem.ticks-0123456789abcdef.p00",
        "sem.ticks.0123456789abcdef.p000",
        "sem.ticks.0123456789ABCDEF.p00",
        "sem..0123456789abcdef.p00",
        "sem.0123456789abcdef.p00",
        "sem.a234567890123456789012345678.0123456789abcdef.p00",
    };
    static const char *const ours[] = {"ticks.00000000000000ff.c63", "a.b.c.fedcba9876543210.p15"};
    char path[64];
    (void)state;
    need_own_shm();
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++)
        shm_write(other[i], "", 0);
    seen[0] = '\0';
    assert_int_equal(scan_semaphores(note_semaphore, seen), 0);
    assert_string_equal(seen, "");
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "sem.%s", ours[i]);
        shm_write(path, "", 0);
    }
    assert_int_equal(scan_semaphores(note_semaphore, seen), 0);
    expect_part(seen, "ticks ff ticks.00000000000000ff.c63\n");
    expect_part(seen, "a.b.c fedcba9876543210 a.b.c.fedcba9876543210.p15\n");
    assert_int_equal(strlen(seen), strlen("ticks ff ") + 27 + strlen("a.b.c fedcba9876543210 ") + 27);
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "sem.%s", ours[i]);
        shm_remove(path);
    }
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++)
        shm_remove(other[i]);
}

/* As the library names them. */
static void test_semaphores_of_a_ring(void **state)
{
    static struct tr_producer feed;
    char want[128];
    (void)state;
    need_own_shm();
    feed_open(&feed, "ticks", "feed", 64);
    seen[0] = '\0';
    assert_int_equal(scan_semaphores(note_semaphore, seen), 0);
    snprintf(want, sizeof want, "ticks %llx %s\n", (unsigned long long)feed.seg.header.instance,
             tr_sem_name_lane("ticks", feed.seg.header.instance, 0).text + 1);
    assert_string_equal(seen, want);
    tr_producer_close(&feed, false);
}

static void note_path(void *arg, const char *path)
{
    size_t len = strlen(seen);
    assert_ptr_equal(arg, seen);
    snprintf(seen + len, sizeof seen - len, "%s\n", path);
}

/* Of the form that a ring being made has, a file, and old: younger ones may become a ring yet. */
static void test_temporaries(void **state)
{
    static const char *const file[] = {".tickring.aB3xYz", ".tickring.",       ".tickring.aB3xYz0",
                                       ".tickring.aB3xY",  ".tickring.aB3x~z", ".tickrings.aB3xYz",
                                       "tickring.aB3xYz"};
    const size_t cnt = sizeof file / sizeof file[0];
    (void)state;
    need_own_shm();
    for (size_t i = 0; i < cnt; i++) {
        shm_write(file[i], "", 0);
        shm_age(file[i], i == 0 ? SCAN_TEMP_AGE_S - 30 : 2 * SCAN_TEMP_AGE_S);
    }
    assert_int_equal(symlink("/dev/null", TR_SHM_DIR "/.tickring.symlnk"), 0);
    shm_age(".tickring.symlnk", 2 * SCAN_TEMP_AGE_S);
    seen[0] = '\0';
    assert_int_equal(scan_temporaries(note_path, seen), 0);
    assert_string_equal(seen, "");
    shm_age(file[0], SCAN_TEMP_AGE_S);
    assert_int_equal(scan_temporaries(note_path, seen), 0);
    assert_string_equal(seen, TR_SHM_DIR "/.tickring.aB3xYz\n");
    for (size_t i = 0; i < cnt; i++)
        shm_remove(file[i]);
    shm_remove(".tickring.symlnk");
}

static void test_no_directory(void **state)
{
    struct scan_names names;
    (void)state;
    need_own_shm();
    pid_t pid = fork();
    if (pid == 0) { /* nothing at all in this child's /dev */
        if (unshare(CLONE_NEWNS) != 0 || mount("none", "/dev", "tmpfs", 0, NULL) != 0)
            _exit(2);
        bool ok = scan_rings(&names) == -ENOENT && names.cnt == 0
                  && scan_semaphores(note_semaphore, seen) == -ENOENT
                  && scan_temporaries(note_path, seen) == -ENOENT;
        _exit(ok ? 0 : 1);
    }
    assert_int_equal(capture_wait(pid), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),       cmocka_unit_test(test_rings),
        cmocka_unit_test(test_semaphores),  cmocka_unit_test(test_semaphores_of_a_ring),
        cmocka_unit_test(test_temporaries), cmocka_unit_test(test_no_directory),
    };
    alarm(60);
    return cmocka_run_group_tests_name("scan", tests, own_shm_setup, own_shm_teardown);
}
