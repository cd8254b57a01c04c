/* Waiting for a ring that is not there yet. */
#include "shm_help.h"

#include <sys/time.h>

#include "consumer.h"

#define LONG_NS (10 * TR_NS_PER_S) /* far more than any of these takes */

static char ring[TR_RING_NAME_MAX + 1];

static int make_name(void **state)
{
    (void)state;
    help_ring_name(ring, "await");
    return 0;
}

static void there_already(void **state)
{
    struct tr_segment seg;
    (void)state;
    help_make_ring(&seg, ring, 4);
    assert_int_equal(tr_ring_await(ring, LONG_NS), 0);
    assert_int_equal(tr_ring_await(ring, 0), 0); /* looked at before the time is */
    assert_int_equal(tr_ring_await(ring, -1), 0);
    help_remove_ring(&seg);
}

static void never_comes(void **state)
{
    (void)state;
    int64_t begin_ns = tr_now_ns();
    assert_int_equal(tr_ring_await(ring, 20 * TR_NS_PER_MS), -ETIMEDOUT);
    int64_t took_ns = tr_now_ns() - begin_ns;
    assert_in_range(took_ns, 20 * TR_NS_PER_MS, LONG_NS);
    assert_int_equal(tr_ring_await(ring, 0), -ETIMEDOUT);
    assert_int_equal(tr_ring_await(ring, -TR_NS_PER_S), -ETIMEDOUT);
}

static void names_that_cannot_be(void **state)
{
    (void)state;
    assert_int_equal(tr_ring_await("", LONG_NS), -EINVAL);
    assert_int_equal(tr_ring_await("a/b", LONG_NS), -EINVAL);
    assert_int_equal(tr_ring_await("sem.x", LONG_NS), -EINVAL);
    assert_int_equal(tr_ring_await("abcdefghijklmnopqrstuvwxyz01", LONG_NS), -EINVAL);
}

struct late {
    struct help_gate gate;
    struct tr_segment seg;
};

static void make_it_later(struct late *late)
{
    const struct tr_segment_options opt = {.slot_cnt = 4, .mode = 0600, .gid = (gid_t)-1};
    struct tr_segment other;
    char name[TR_RING_NAME_MAX + 1];
    help_gate_wait(&late->gate, 2);
    snprintf(name, sizeof name, "%.20s.2", ring);
    usleep(3000);
    help_check(tr_segment_create(&other, name, &opt) == 0); /* not this one */
    usleep(3000);
    help_check(tr_segment_create(&late->seg, ring, &opt) == 0);
}

/* Woken by the name that appears, and by no other. */
static void comes_later(void **state)
{
    struct late *late = help_shared(sizeof *late);
    struct tr_segment seg;
    (void)state;
    for (int round = 0; round < 5; round++) {
        pid_t pid = help_fork();
        if (pid == 0) {
            make_it_later(late);
            _exit(0);
        }
        help_gate_wait(&late->gate, 2);
        assert_int_equal(tr_ring_await(ring, LONG_NS), 0);
        assert_int_equal(tr_segment_open(&seg, ring, true), 0); /* whole as soon as it is seen */
        assert_int_equal(help_wait(pid), 0);
        tr_segment_close(&seg);
        help_leftovers(true);
        atomic_store(&late->gate.arrived, 0);
    }
    munmap(late, sizeof *late);
}

static void ignore(int number)
{
    (void)number;
}

static void signal_ends_the_wait(void **state)
{
    const struct sigaction action = {.sa_handler = ignore};
    const struct itimerval soon = {.it_value.tv_usec = 5000, .it_interval.tv_usec = 5000};
    struct sigaction before;
    (void)state;
    assert_int_equal(sigaction(SIGALRM, &action, &before), 0);
    assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
    assert_int_equal(tr_ring_await(ring, LONG_NS), -EINTR);
    setitimer(ITIMER_REAL, &(struct itimerval){.it_value.tv_sec = 0}, NULL);
    sigaction(SIGALRM, &before, NULL);
}

/* No descriptor left (nor one for the kernel's notices): it looks now and then. */
static void wait_without_descriptors(void *arg)
{
    struct late *late = arg;
    const struct tr_segment_options opt = {.slot_cnt = 4, .mode = 0600, .gid = (gid_t)-1};
    pid_t pid = fork();
    help_check(pid >= 0);
    if (pid == 0) {
        usleep(10000);
        help_check(tr_segment_create(&late->seg, ring, &opt) == 0);
        _exit(0);
    }
    while (dup(0) >= 0)
        continue;
    help_check(tr_ring_await(ring, LONG_NS) == 0);
    help_check(tr_ring_await("test-not-there", TR_NS_PER_MS) == -ETIMEDOUT);
    int status;
    help_check(waitpid(pid, &status, 0) == pid && status == 0);
}

static void no_descriptor_left(void **state)
{
    struct late *late = help_shared(sizeof *late);
    (void)state;
    assert_int_equal(help_in_child(wait_without_descriptors, late), 0);
    munmap(late, sizeof *late);
}

static void nothing_stays_open(void **state)
{
    (void)state;
    int next = dup(0);
    close(next);
    for (int i = 0; i < 5; i++)
        assert_int_equal(tr_ring_await(ring, TR_NS_PER_MS), -ETIMEDOUT);
    int after = dup(0);
    close(after);
    assert_int_equal(after, next);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, make_name, help_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(there_already),        TEST(never_comes),        TEST(names_that_cannot_be), TEST(comes_later),
        TEST(signal_ends_the_wait), TEST(no_descriptor_left), TEST(nothing_stays_open),
    };
    return cmocka_run_group_tests_name("await", tests, NULL, NULL);
}
