/* Sleeping and waking: semaphores that are there, gone, cut short or forbidden; one post a sleep. */
#include "shm_help.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/time.h>

#include "clock.h"
#include "wait.h"

#define BOUND_NS (5 * TR_NS_PER_S) /* "soon", on a machine that is busy */

static struct tr_sem_name sem_name;
static char sem_path[HELP_PATH_MAX];

static int make_name(void **state)
{
    char ring[TR_RING_NAME_MAX + 1];
    (void)state;
    sem_name = tr_sem_name_member(help_ring_name(ring, "w"), UINT64_C(0xabc), 7);
    snprintf(sem_path, sizeof sem_path, "%s/sem.%s", TR_SHM_DIR, sem_name.text + 1);
    return 0;
}

static int value_of(sem_t *sem)
{
    int value = -1;
    assert_int_equal(sem_getvalue(sem, &value), 0);
    return value;
}

static sem_t *open_own(void)
{
    sem_t *sem = tr_sem_open_own(&sem_name, 0600, (gid_t)-1);
    assert_non_null(sem);
    return sem;
}

/* --- Names -------------------------------------------------------------------------------------- */

static void names_are_distinct(void **state)
{
    (void)state;
    assert_string_equal(tr_sem_name_lane("ticks", 0x1f, 3).text, "/ticks.000000000000001f.p03");
    assert_string_equal(tr_sem_name_member("ticks", 0x1f, 63).text, "/ticks.000000000000001f.c63");
    assert_string_not_equal(tr_sem_name_member("ticks", 1, 0).text, tr_sem_name_member("ticks", 2, 0).text);
}

static void longest_name_fits(void **state)
{
    static const char longest[] = "abcdefghijklmnopqrstuvwxyz0";
    (void)state;
    assert_int_equal(strlen(longest), TR_RING_NAME_MAX);
    assert_string_equal(tr_sem_name_member(longest, UINT64_MAX, TR_CONSUMER_MAX - 1).text,
                        "/abcdefghijklmnopqrstuvwxyz0.ffffffffffffffff.c63");
}

/* --- Having a semaphore ------------------------------------------------------------------------- */

static void own_is_made_and_found_again(void **state)
{
    (void)state;
    assert_null(tr_sem_open_peer(&sem_name));
    sem_t *own = open_own();
    sem_t *peer = tr_sem_open_peer(&sem_name);
    assert_non_null(peer);
    assert_int_equal(sem_post(peer), 0);
    assert_int_equal(value_of(own), 1);
    sem_t *again = open_own(); /* after a crash: with the posts that came meanwhile */
    assert_int_equal(value_of(again), 1);
    sem_close(own);
    sem_close(again);
    sem_close(peer);
}

static void mode_is_not_cut_by_the_umask(void **state)
{
    struct stat st;
    (void)state;
    mode_t before = umask(077);
    sem_t *sem = tr_sem_open_own(&sem_name, 0660, (gid_t)-1);
    umask(before);
    assert_non_null(sem);
    assert_int_equal(stat(sem_path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0660);
    sem_close(sem);
}

static void group_is_the_ring_s(void **state)
{
    struct stat st;
    (void)state;
    if (geteuid() != 0)
        help_skip("only root gives files to any group");
    sem_t *sem = tr_sem_open_own(&sem_name, 0660, 1);
    assert_non_null(sem);
    assert_int_equal(stat(sem_path, &st), 0);
    assert_int_equal(st.st_gid, 1);
    assert_int_equal(st.st_mode & 07777, 0660);
    sem_close(sem);
}

/* Touching a semaphore in a file that is too short raises SIGBUS: such a one is not had. */
static void too_short_a_file_is_none(void **state)
{
    (void)state;
    for (off_t len = 0; len <= (off_t)sizeof(sem_t); len++) {
        int fd = open(sem_path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
        assert_true(fd >= 0);
        assert_int_equal(ftruncate(fd, len), 0);
        close(fd);
        sem_t *own = tr_sem_open_own(&sem_name, 0600, (gid_t)-1);
        sem_t *peer = tr_sem_open_peer(&sem_name);
        assert_int_equal(own != NULL, len == sizeof(sem_t));
        assert_int_equal(peer != NULL, len == sizeof(sem_t));
    }
}

static void check_none(void)
{
    assert_null(tr_sem_open_own(&sem_name, 0600, (gid_t)-1));
    assert_null(tr_sem_open_peer(&sem_name));
}

static void other_things_of_that_name(void **state)
{
    (void)state;
    assert_int_equal(mkdir(sem_path, 0700), 0);
    check_none();
    assert_int_equal(rmdir(sem_path), 0);
    assert_int_equal(mkfifo(sem_path, 0600), 0);
    check_none();
    assert_int_equal(unlink(sem_path), 0);
    assert_int_equal(symlink("/dev/zero", sem_path), 0);
    check_none();
    assert_int_equal(unlink(sem_path), 0);
    assert_int_equal(symlink("/nowhere/at-all", sem_path), 0);
    check_none();
}

static void open_forbidden(void *arg)
{
    (void)arg;
    help_become_nobody();
    help_check(tr_sem_open_own(&sem_name, 0600, (gid_t)-1) == NULL);
    help_check(tr_sem_open_peer(&sem_name) == NULL);
    struct tr_peer peer = {0};
    tr_peer_wake(&peer, 1, 1, &sem_name);
    help_check(peer.sem == NULL && peer.posted == 1);
}

static void forbidden_is_none(void **state)
{
    (void)state;
    if (geteuid() != 0)
        help_skip("only root can become somebody else");
    sem_close(open_own());
    assert_int_equal(help_in_child(open_forbidden, NULL), 0);
}

/* --- Sleeping ----------------------------------------------------------------------------------- */

static void word_is_odd_while_asleep(void **state)
{
    tr_word word = 0;
    (void)state;
    for (uint64_t n = 0; n < 6; n += 2) { /* never the same odd word twice */
        assert_true(tr_sleep_begin(&word, false));
        assert_int_equal(word, n + 1);
        assert_true(tr_sleep_begin(&word, false)); /* twice is once */
        assert_int_equal(word, n + 1);
        tr_sleep_end(&word, NULL);
        assert_int_equal(word, n + 2);
        tr_sleep_end(&word, NULL);
        assert_int_equal(word, n + 2);
    }
}

static int64_t slept_ns(sem_t *sem, int64_t max_ns)
{
    int64_t begin_ns = tr_now_ns();
    tr_sleep(sem, max_ns);
    return tr_now_ns() - begin_ns;
}

static void sleep_is_bounded(void **state)
{
    sem_t *sem = open_own();
    (void)state;
    assert_in_range(slept_ns(sem, 5 * TR_NS_PER_MS), 5 * TR_NS_PER_MS, BOUND_NS);
    assert_in_range(slept_ns(sem, INT64_MAX), TR_WAIT_MAX_NS, BOUND_NS);
    assert_in_range(slept_ns(sem, 0), 0, BOUND_NS);
    assert_in_range(slept_ns(sem, INT64_MIN), 0, BOUND_NS);
    sem_close(sem);
}

static void blind_sleep_is_short(void **state)
{
    int64_t least_ns = INT64_MAX;
    (void)state;
    for (int i = 0; i < 20; i++) {
        int64_t ns = slept_ns(NULL, INT64_MAX);
        assert_in_range(ns, TR_WAIT_BLIND_NS, BOUND_NS);
        least_ns = ns < least_ns ? ns : least_ns;
    }
    assert_true(least_ns < TR_WAIT_MAX_NS); /* not the sleep of one who can be woken */
    assert_in_range(slept_ns(NULL, 1000), 1000, BOUND_NS);
}

static void posted_before_means_no_sleep(void **state)
{
    sem_t *sem = open_own();
    (void)state;
    sem_post(sem);
    tr_sleep(sem, TR_WAIT_MAX_NS);
    assert_int_equal(value_of(sem), 0); /* it was this post that ended it */
    sem_close(sem);
}

static void late_posts_are_taken_back(void **state)
{
    sem_t *sem = open_own();
    tr_word word = 1;
    (void)state;
    for (int i = 0; i < 10; i++)
        sem_post(sem);
    tr_sleep_end(&word, sem);
    assert_int_equal(value_of(sem), 0);
    for (int i = 0; i < 1000; i++) /* somebody who posts for ever must not hold us */
        sem_post(sem);
    tr_sleep_end(&word, sem);
    assert_in_range(value_of(sem), 1, 999);
    sem_close(sem);
}

/* The name is gone, the semaphore is not: whoever has it still wakes. */
static void removed_while_open(void **state)
{
    sem_t *own = open_own();
    sem_t *peer = tr_sem_open_peer(&sem_name);
    (void)state;
    assert_int_equal(sem_unlink(sem_name.text), 0);
    sem_post(peer);
    tr_sleep(own, TR_WAIT_MAX_NS);
    assert_int_equal(value_of(own), 0);
    assert_null(tr_sem_open_peer(&sem_name));
    sem_close(own);
    sem_close(peer);
}

static void ignore(int number)
{
    (void)number;
}

static void signal_ends_the_sleep(void **state)
{
    const struct sigaction action = {.sa_handler = ignore};
    const struct itimerval soon = {.it_value.tv_usec = 1000, .it_interval.tv_usec = 1000};
    struct sigaction before;
    int64_t least_ns = INT64_MAX;
    sem_t *sem = open_own();
    (void)state;
    assert_int_equal(sigaction(SIGALRM, &action, &before), 0);
    assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
    for (int i = 0; i < 20; i++) {
        int64_t ns = slept_ns(sem, TR_WAIT_MAX_NS);
        least_ns = ns < least_ns ? ns : least_ns;
    }
    setitimer(ITIMER_REAL, &(struct itimerval){.it_value.tv_sec = 0}, NULL);
    sigaction(SIGALRM, &before, NULL);
    assert_true(least_ns < TR_WAIT_MAX_NS);
    sem_close(sem);
}

/* --- Waking ------------------------------------------------------------------------------------- */

static void one_post_a_sleep(void **state)
{
    struct tr_peer peer = {0};
    sem_t *sem = open_own();
    (void)state;
    tr_peer_wake(&peer, 1, 0, &sem_name);
    tr_peer_wake(&peer, 1, 2, &sem_name); /* awake: not even opened */
    assert_false(peer.tried);
    tr_peer_wake(&peer, 1, 3, &sem_name);
    tr_peer_wake(&peer, 1, 3, &sem_name);
    tr_peer_wake(&peer, 1, 4, &sem_name);
    assert_int_equal(value_of(sem), 1);
    tr_peer_wake(&peer, 1, 5, &sem_name);
    assert_int_equal(value_of(sem), 2);
    tr_peer_forget(&peer);
    assert_null(peer.sem);
    tr_peer_wake(&peer, 1, 5, &sem_name); /* after a restart: one too many, never one too few */
    assert_int_equal(value_of(sem), 3);
    tr_peer_forget(&peer);
    sem_close(sem);
}

static void nothing_to_post_to(void **state)
{
    struct tr_peer peer = {0};
    (void)state;
    tr_peer_wake(&peer, 1, 1, &sem_name);
    assert_null(peer.sem);
    sem_t *sem = open_own();
    tr_peer_wake(&peer, 1, 3, &sem_name); /* not looked for again at every publish ... */
    assert_null(peer.sem);
    tr_peer_forget(&peer);
    tr_peer_wake(&peer, 1, 3, &sem_name); /* ... but for a new owner of the place */
    assert_int_equal(value_of(sem), 1);
    tr_peer_forget(&peer);
    tr_peer_forget(&peer);
    sem_close(sem);
}

static void overflow_is_awake_enough(void **state)
{
    struct tr_peer peer = {0};
    (void)state;
    sem_t *full = sem_open(sem_name.text, O_CREAT, 0600, SEM_VALUE_MAX);
    assert_true(full != SEM_FAILED);
    tr_peer_wake(&peer, 1, 1, &sem_name);
    assert_true(peer.posted == 1);
    assert_int_equal(value_of(full), SEM_VALUE_MAX);
    tr_peer_forget(&peer);
    sem_close(full);
}

static void wake_where_recording_kills(void *arg)
{
    struct tr_peer *peer = arg;
    peer->sem = tr_sem_open_peer(&sem_name);
    peer->tried = true;
    help_check(mprotect(peer, 4096, PROT_READ) == 0);
    signal(SIGSEGV, SIG_DFL);
    tr_peer_wake(peer, 0, 1, &sem_name);
}

/* Killed in the middle: the post was done, its record was not.  The other way round nobody would post
 * any more. */
static void posted_first_recorded_after(void **state)
{
    struct tr_peer *peer = help_shared(4096);
    sem_t *sem = open_own();
    (void)state;
    assert_int_equal(help_in_child(wake_where_recording_kills, peer), 128 + SIGSEGV);
    assert_int_equal(value_of(sem), 1);
    assert_true(peer->posted == 0);
    munmap(peer, 4096);
    sem_close(sem);
}

/* --- Waiting across processes ------------------------------------------------------------------- */

struct meeting {
    tr_word word;
    tr_word published;
    tr_word seen;
};

#define ROUND_CNT 200

/* As a producer does: publish, fence, look at the sleeper's word. */
static void wake_each_round(void *arg)
{
    struct meeting *m = arg;
    struct tr_peer peer = {0};
    bool registered = tr_wait_register();
    for (uint64_t n = 1; n <= ROUND_CNT; n++) {
        tr_store_rel(&m->published, n);
        if (registered)
            atomic_signal_fence(memory_order_seq_cst);
        else
            atomic_thread_fence(memory_order_seq_cst);
        do {
            tr_peer_wake(&peer, 1, tr_load_acq(&m->word), &sem_name);
        } while (tr_load_acq(&m->seen) != n && sched_yield() == 0);
    }
}

/* Every round is seen; a waker that looks once more while it waits cannot fail to wake. */
static void sleeper_and_waker_meet(void **state)
{
    struct meeting *m = help_shared(sizeof *m);
    sem_t *sem = open_own();
    (void)state;
    pid_t pid = help_fork();
    if (pid == 0) {
        wake_each_round(m);
        _exit(0);
    }
    int64_t begin_ns = tr_now_ns();
    for (uint64_t n = 1; n <= ROUND_CNT; n++) {
        while (tr_load_acq(&m->published) != n) {
            bool heard = tr_sleep_begin(&m->word, true);
            if (tr_load_acq(&m->published) != n)
                tr_sleep(heard ? sem : NULL, TR_WAIT_MAX_NS);
            tr_sleep_end(&m->word, sem);
        }
        tr_store_rel(&m->seen, n);
    }
    assert_int_equal(help_wait(pid), 0);
    assert_true(tr_now_ns() - begin_ns < ROUND_CNT * TR_WAIT_MAX_NS);
    munmap(m, sizeof *m);
    sem_close(sem);
}

static void registering_twice_is_fine(void **state)
{
    tr_word word = 0;
    (void)state;
    if (!tr_wait_register())
        help_skip("this kernel has no expedited membarrier");
    assert_true(tr_wait_register());
    assert_true(tr_sleep_begin(&word, true));
}

static void pauses_of_each_kind(void **state)
{
    (void)state;
    for (uint32_t attempt = 0; attempt < 10000; attempt++) {
        assert_true(tr_wait_pause(TR_WAIT_SPIN, attempt));
        assert_false(tr_wait_pause(TR_WAIT_BLOCK, attempt));
    }
    assert_true(tr_wait_pause(TR_WAIT_YIELD, UINT32_MAX));
    assert_true(tr_wait_pause(TR_WAIT_SPIN, UINT32_MAX));
    assert_true(tr_wait_pause(TR_WAIT_AUTO, 0));
    assert_false(tr_wait_pause(TR_WAIT_AUTO, UINT32_MAX)); /* spins a little, then blocks */
    bool spins = true;
    for (uint32_t attempt = 0; attempt < 100000; attempt++) {
        bool again = tr_wait_pause(TR_WAIT_AUTO, attempt);
        assert_true(spins || !again);
        spins = again;
    }
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, make_name, help_teardown)

/* The owner's successor made another: the waker follows it. */
static void another_owner_s_semaphore_is_another(void **state)
{
    struct tr_peer peer = {0};
    (void)state;
    sem_t *old = open_own();
    tr_peer_wake(&peer, 1, 1, &sem_name);
    assert_int_equal(value_of(old), 1);
    assert_int_equal(sem_unlink(sem_name.text), 0);
    sem_t *new = open_own();
    tr_peer_wake(&peer, 1, 3, &sem_name);
    assert_int_equal(value_of(new), 0); /* the same owner: not looked for at every wake */
    tr_peer_wake(&peer, 2, 5, &sem_name);
    assert_int_equal(value_of(new), 1);
    assert_int_equal(value_of(old), 2);
    tr_peer_forget(&peer);
    sem_close(old);
    sem_close(new);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(names_are_distinct),
        TEST(longest_name_fits),
        TEST(own_is_made_and_found_again),
        TEST(mode_is_not_cut_by_the_umask),
        TEST(group_is_the_ring_s),
        TEST(too_short_a_file_is_none),
        TEST(other_things_of_that_name),
        TEST(forbidden_is_none),
        TEST(word_is_odd_while_asleep),
        TEST(sleep_is_bounded),
        TEST(blind_sleep_is_short),
        TEST(posted_before_means_no_sleep),
        TEST(late_posts_are_taken_back),
        TEST(removed_while_open),
        TEST(signal_ends_the_sleep),
        TEST(one_post_a_sleep),
        TEST(nothing_to_post_to),
        TEST(overflow_is_awake_enough),
        TEST(posted_first_recorded_after),
        TEST(sleeper_and_waker_meet),
        TEST(another_owner_s_semaphore_is_another),
        TEST(sleeper_and_waker_meet),
        TEST(registering_twice_is_fine),
        TEST(pauses_of_each_kind),
    };
    return cmocka_run_group_tests_name("wait", tests, NULL, NULL);
}
