/* Locks on single bytes: who has one, whom it keeps out, what ends it. */
#include "shm_help.h"

#include <fcntl.h>

#include "lock.h"

#define RACER_CNT 30

static char path[HELP_PATH_MAX];

static int make_file(void **state)
{
    char name[TR_RING_NAME_MAX + 1];
    (void)state;
    help_shm_path(path, help_ring_name(name, "lock"));
    int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    close(fd);
    return fd < 0;
}

/* A descriptor of its own, as each process has one. */
static int open_file(int flags)
{
    int fd = open(path, flags | O_CLOEXEC);
    assert_true(fd >= 0);
    return fd;
}

static int by_offset(const void *a, const void *b)
{
    off_t x = *(const off_t *)a;
    off_t y = *(const off_t *)b;
    return (x > y) - (x < y);
}

static void no_two_share_a_byte(void **state)
{
    enum { NAME_CNT = 5000 };
    static off_t byte[TR_LANE_MAX + TR_CONSUMER_MAX + 2 * NAME_CNT];
    size_t cnt = 0;
    (void)state;
    for (unsigned i = 0; i < TR_LANE_MAX; i++)
        byte[cnt++] = tr_lock_lane(i);
    for (unsigned i = 0; i < TR_CONSUMER_MAX; i++)
        byte[cnt++] = tr_lock_member(i);
    for (int i = 0; i < NAME_CNT; i++) {
        char name[TR_NAME_MAX + 1];
        snprintf(name, sizeof name, "%s%d", i % 2 == 0 ? "feed." : "", i);
        byte[cnt++] = tr_lock_producer_name(name);
        byte[cnt++] = tr_lock_consumer_name(name);
    }
    qsort(byte, cnt, sizeof *byte, by_offset);
    assert_true(byte[0] > INT32_MAX);
    for (size_t i = 1; i < cnt; i++)
        assert_true(byte[i] != byte[i - 1]);
}

static void one_has_it(void **state)
{
    int a = open_file(O_RDWR);
    int b = open_file(O_RDWR);
    off_t byte = tr_lock_member(5);
    (void)state;
    assert_int_equal(tr_lock_is_held(b, byte), 0);
    assert_int_equal(tr_lock_take(a, byte), 0);
    assert_int_equal(tr_lock_take(a, byte), 0); /* ours already */
    assert_int_equal(tr_lock_take(b, byte), -EBUSY);
    assert_int_equal(tr_lock_is_held(b, byte), 1);
    assert_int_equal(tr_lock_is_held(a, byte), 0); /* by another */
    assert_int_equal(tr_lock_take(b, tr_lock_member(6)), 0); /* its neighbours are free */
    assert_int_equal(tr_lock_take(b, tr_lock_member(4)), 0);
    tr_lock_drop(a, byte);
    assert_int_equal(tr_lock_is_held(b, byte), 0);
    assert_int_equal(tr_lock_take(b, byte), 0);
    close(a);
    close(b);
}

static void dropping_what_is_not_ours_does_nothing(void **state)
{
    int a = open_file(O_RDWR);
    int b = open_file(O_RDWR);
    (void)state;
    assert_int_equal(tr_lock_take(a, tr_lock_lane(0)), 0);
    tr_lock_drop(b, tr_lock_lane(0));
    tr_lock_drop_all(b);
    assert_int_equal(tr_lock_is_held(b, tr_lock_lane(0)), 1);
    close(a);
    close(b);
}

static void probed_without_permission_to_write(void **state)
{
    int a = open_file(O_RDWR);
    int r = open_file(O_RDONLY);
    (void)state;
    assert_int_equal(tr_lock_is_held(r, tr_lock_lane(3)), 0);
    assert_int_equal(tr_lock_take(a, tr_lock_lane(3)), 0);
    assert_int_equal(tr_lock_is_held(r, tr_lock_lane(3)), 1);
    assert_int_equal(tr_lock_take(r, tr_lock_lane(4)), -EBADF); /* taken only by who may write */
    assert_int_equal(tr_lock_take_all(r), -EBADF);
    close(a);
    close(r);
}

static void errors_are_told(void **state)
{
    (void)state;
    assert_int_equal(tr_lock_take(-1, tr_lock_lane(0)), -EBADF);
    assert_int_equal(tr_lock_take_all(-1), -EBADF);
    assert_int_equal(tr_lock_is_held(-1, tr_lock_lane(0)), -EBADF);
    tr_lock_drop(-1, tr_lock_lane(0));
    tr_lock_drop_all(-1);
}

static void all_only_if_none_is_held(void **state)
{
    const off_t byte[] = {tr_lock_lane(0),
                          tr_lock_lane(15),
                          tr_lock_member(0),
                          tr_lock_member(63),
                          tr_lock_producer_name("feed"),
                          tr_lock_consumer_name("signals")};
    int a = open_file(O_RDWR);
    int b = open_file(O_RDWR);
    (void)state;
    for (size_t i = 0; i < sizeof byte / sizeof *byte; i++) {
        assert_int_equal(tr_lock_take(a, byte[i]), 0);
        assert_int_equal(tr_lock_take_all(b), -EBUSY);
        tr_lock_drop(a, byte[i]);
    }
    assert_int_equal(tr_lock_take_all(b), 0);
    for (size_t i = 0; i < sizeof byte / sizeof *byte; i++) {
        assert_int_equal(tr_lock_take(a, byte[i]), -EAGAIN); /* being removed: nobody has the place */
        assert_int_equal(tr_lock_is_held(a, byte[i]), 1);
    }
    assert_int_equal(tr_lock_take_all(a), -EAGAIN);
    tr_lock_drop_all(b);
    assert_int_equal(tr_lock_take_all(a), 0);
    close(a);
    close(b);
}

/* A place and a name are one descriptor's; the others see two single bytes, not a range. */
static void drop_all_drops_each(void **state)
{
    int a = open_file(O_RDWR);
    int b = open_file(O_RDWR);
    (void)state;
    assert_int_equal(tr_lock_take(a, tr_lock_lane(2)), 0);
    assert_int_equal(tr_lock_take(a, tr_lock_producer_name("x")), 0);
    assert_int_equal(tr_lock_take(b, tr_lock_lane(2)), -EBUSY);
    assert_int_equal(tr_lock_take(b, tr_lock_producer_name("x")), -EBUSY);
    tr_lock_drop_all(a);
    assert_int_equal(tr_lock_take_all(b), 0);
    close(a);
    close(b);
}

/* POSIX locks would be gone here. */
static void stands_when_another_descriptor_is_closed(void **state)
{
    int a = open_file(O_RDWR);
    int b = open_file(O_RDWR);
    (void)state;
    assert_int_equal(tr_lock_take(a, tr_lock_lane(1)), 0);
    close(open_file(O_RDWR));
    close(open_file(O_RDONLY));
    assert_int_equal(tr_lock_is_held(b, tr_lock_lane(1)), 1);
    close(a);
    assert_int_equal(tr_lock_is_held(b, tr_lock_lane(1)), 0);
    close(b);
}

/* --- Other processes ---------------------------------------------------------------------------- */

static void hold_for_ever(int told_fd)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    help_check(fd >= 0 && tr_lock_take(fd, tr_lock_member(9)) == 0);
    help_check(write(told_fd, "x", 1) == 1);
    for (;;)
        pause();
}

static pid_t fork_holder(void)
{
    int fd[2];
    char byte;
    assert_int_equal(pipe(fd), 0);
    pid_t pid = help_fork();
    if (pid == 0)
        hold_for_ever(fd[1]);
    close(fd[1]);
    assert_int_equal(read(fd[0], &byte, 1), 1);
    close(fd[0]);
    return pid;
}

static void stands_while_stopped_ends_with_the_process(void **state)
{
    int fd = open_file(O_RDWR);
    int status;
    (void)state;
    pid_t pid = fork_holder();
    assert_int_equal(tr_lock_take(fd, tr_lock_member(9)), -EBUSY);
    kill(pid, SIGSTOP);
    assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
    assert_true(WIFSTOPPED(status));
    assert_int_equal(tr_lock_is_held(fd, tr_lock_member(9)), 1);
    kill(pid, SIGKILL);
    assert_int_equal(help_wait(pid), 128 + SIGKILL);
    assert_int_equal(tr_lock_is_held(fd, tr_lock_member(9)), 0);
    assert_int_equal(tr_lock_take(fd, tr_lock_member(9)), 0);
    close(fd);
}

/* Why a descriptor must not be inherited. */
static void lives_on_in_a_child(void **state)
{
    int a = open_file(O_RDWR);
    int b = open_file(O_RDWR);
    (void)state;
    assert_int_equal(tr_lock_take(a, tr_lock_lane(0)), 0);
    pid_t pid = help_fork();
    if (pid == 0)
        pause();
    close(a);
    assert_int_equal(tr_lock_is_held(b, tr_lock_lane(0)), 1);
    kill(pid, SIGKILL);
    help_wait(pid);
    assert_int_equal(tr_lock_is_held(b, tr_lock_lane(0)), 0);
    close(b);
}

struct race {
    struct help_gate begin;
    struct help_gate end;
    _Atomic unsigned won;
};

static void race_once(struct race *race)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    help_gate_wait(&race->begin, RACER_CNT);
    int rc = tr_lock_take(fd, tr_lock_lane(7));
    help_check(rc == 0 || rc == -EBUSY);
    if (rc == 0)
        atomic_fetch_add(&race->won, 1);
    help_gate_wait(&race->end, RACER_CNT); /* the winner keeps it until all have tried */
}

static void one_of_many_wins(void **state)
{
    enum { ROUND_CNT = 5 };
    struct race *race = help_shared(ROUND_CNT * sizeof *race);
    (void)state;
    for (int round = 0; round < ROUND_CNT; round++) {
        pid_t pid[RACER_CNT];
        for (int i = 0; i < RACER_CNT; i++) {
            pid[i] = help_fork();
            if (pid[i] == 0) {
                race_once(&race[round]);
                _exit(0);
            }
        }
        for (int i = 0; i < RACER_CNT; i++)
            assert_int_equal(help_wait(pid[i]), 0);
        assert_int_equal(race[round].won, 1);
    }
    munmap(race, ROUND_CNT * sizeof *race);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_two_share_a_byte),
        cmocka_unit_test_setup_teardown(one_has_it, make_file, help_teardown),
        cmocka_unit_test_setup_teardown(dropping_what_is_not_ours_does_nothing, make_file, help_teardown),
        cmocka_unit_test_setup_teardown(probed_without_permission_to_write, make_file, help_teardown),
        cmocka_unit_test(errors_are_told),
        cmocka_unit_test_setup_teardown(all_only_if_none_is_held, make_file, help_teardown),
        cmocka_unit_test_setup_teardown(drop_all_drops_each, make_file, help_teardown),
        cmocka_unit_test_setup_teardown(stands_when_another_descriptor_is_closed, make_file, help_teardown),
        cmocka_unit_test_setup_teardown(stands_while_stopped_ends_with_the_process, make_file, help_teardown),
        cmocka_unit_test_setup_teardown(lives_on_in_a_child, make_file, help_teardown),
        cmocka_unit_test_setup_teardown(one_of_many_wins, make_file, help_teardown),
    };
    return cmocka_run_group_tests_name("lock", tests, NULL, NULL);
}
