/* Checkpoints: the newest whole copy comes back, of this run alone, whatever is cut or torn. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "checkpoint.h"

static struct tr_checkpoint cp;
static char ring[28];

static int begin(void **state)
{
    (void)state;
    snprintf(ring, sizeof ring, "cp.%d", (int)getpid());
    return tr_checkpoint_open(&cp, ring, "stage", 7, 11);
}

static int end(void **state)
{
    struct stat st;
    (void)state;
    tr_checkpoint_remove(&cp);
    return stat(cp.path[0], &st) == 0 || stat(cp.path[1], &st) == 0;
}

static void store(const char *text)
{
    assert_int_equal(tr_checkpoint_store(&cp, text, strlen(text)), 0);
}

/* As a process that was started again sees it.  NULL: there is none. */
static void expect(const char *text)
{
    uint8_t *bytes;
    size_t len;
    tr_checkpoint_close(&cp);
    assert_int_equal(tr_checkpoint_open(&cp, ring, "stage", 7, 11), 0);
    int rc = tr_checkpoint_load(&cp, &bytes, &len);
    if (text == NULL) {
        assert_int_equal(rc, -ENOENT);
        return;
    }
    assert_int_equal(rc, 0);
    assert_int_equal(len, strlen(text));
    assert_memory_equal(bytes, text, len);
    free(bytes);
}

static void the_newest_comes_back(void **state)
{
    (void)state;
    expect(NULL);
    store("one");
    expect("one");
    store("a longer two");
    expect("a longer two");
    store("3");
    expect("3");
    store("");
    expect("");
}

static void a_torn_copy_leaves_the_other(void **state)
{
    struct stat st;
    (void)state;
    store("first");
    store("second");
    /* The second is in copy 0: every byte of it, flipped; and every length. */
    assert_int_equal(fstat(cp.fd[0], &st), 0);
    for (off_t at = 0; at < st.st_size; at++) {
        uint8_t byte;
        assert_int_equal(pread(cp.fd[0], &byte, 1, at), 1);
        byte ^= 0x10;
        assert_int_equal(pwrite(cp.fd[0], &byte, 1, at), 1);
        expect("first");
        byte ^= 0x10;
        assert_int_equal(pwrite(cp.fd[0], &byte, 1, at), 1);
    }
    expect("second");
    assert_int_equal(ftruncate(cp.fd[0], st.st_size - 1), 0);
    expect("first");
    /* What is stored then goes over the torn one, not over the whole one. */
    store("third");
    expect("third");
    assert_int_equal(ftruncate(cp.fd[0], 3), 0);
    expect("first");
    assert_int_equal(ftruncate(cp.fd[1], 0), 0);
    expect(NULL);
}

static void another_run_or_command_finds_nothing(void **state)
{
    struct tr_checkpoint other;
    uint8_t *bytes;
    size_t len;
    (void)state;
    store("mine");
    for (int i = 0; i < 2; i++) {
        assert_int_equal(tr_checkpoint_open(&other, ring, "stage", i == 0 ? 8 : 7, i == 0 ? 11 : 12), 0);
        assert_int_equal(tr_checkpoint_load(&other, &bytes, &len), i == 0 ? -ENOENT : -ENOTUNIQ);
        tr_checkpoint_close(&other);
    }
    expect("mine");
    /* Nor one who makes his own: then mine is gone when both copies are his. */
    assert_int_equal(tr_checkpoint_open(&other, ring, "stage", 8, 11), 0);
    assert_int_equal(tr_checkpoint_store(&other, "his", 3), 0);
    assert_int_equal(tr_checkpoint_store(&other, "his", 3), 0);
    tr_checkpoint_close(&other);
    expect(NULL);
}

static void names_and_squatters(void **state)
{
    struct tr_checkpoint other;
    char path[128];
    (void)state;
    assert_int_equal(tr_checkpoint_open(&other, "../x", "stage", 1, 1), -EINVAL);
    assert_int_equal(tr_checkpoint_open(&other, ring, "a/b", 1, 1), -EINVAL);
    snprintf(path, sizeof path, "/dev/shm/.tickring.%s.squat.0", ring);
    assert_int_equal(symlink("/dev/null", path), 0);
    assert_int_equal(tr_checkpoint_open(&other, ring, "squat", 1, 1), -ELOOP);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(tr_checkpoint_open(&other, ring, "squat", 1, 1), -EPERM);
    assert_int_equal(unlink(path), 0);
    snprintf(path, sizeof path, "/dev/shm/.tickring.%s.squat.1", ring);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_newest_comes_back, begin, end),
        cmocka_unit_test_setup_teardown(a_torn_copy_leaves_the_other, begin, end),
        cmocka_unit_test_setup_teardown(another_run_or_command_finds_nothing, begin, end),
        cmocka_unit_test_setup_teardown(names_and_squatters, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
