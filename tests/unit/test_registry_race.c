/* One who comes too late, and many processes that make, take, leave and remove one ring at once, and are
 * stopped and killed meanwhile: a name has one owner, never two rings live side by side, and at the end
 * nothing is left. */
#include "shm_help.h"

#include <sched.h>

#include "lock.h"
#include "registry.h"

#define CROWD 20
#define LIFE_MAX 4096 /* processes of one test */

static char ring[TR_RING_NAME_MAX + 1];

static int make_name(void **state)
{
    (void)state;
    help_ring_name(ring, "race");
    return 0;
}

struct person {
    struct tr_segment seg;
    struct tr_place place;
};

static int try_enter(struct person *who, enum tr_place_kind kind, const char *name)
{
    const struct tr_segment_options opt = {.slot_cnt = 4, .mode = 0600, .gid = (gid_t)-1};
    int rc = tr_segment_open(&who->seg, ring, true);
    if (rc == -ENOENT)
        rc = tr_segment_create(&who->seg, ring, &opt);
    if (rc != 0)
        return rc == -EEXIST ? -EAGAIN : rc;
    rc = tr_segment_map(&who->seg);
    if (rc == 0)
        rc = tr_registry_take(&who->seg, kind, name, &who->place);
    if (rc != 0)
        tr_segment_close(&who->seg);
    return rc;
}

/* As a program starts: 0, -EBUSY, -EUSERS. */
static int enter(struct person *who, enum tr_place_kind kind, const char *name)
{
    for (;;) {
        int rc = try_enter(who, kind, name);
        if (rc != -EAGAIN && rc != -ESTALE)
            return rc;
        sched_yield();
    }
}

static bool leave(struct person *who)
{
    bool removed = tr_registry_leave(&who->seg, &who->place, false);
    tr_segment_close(&who->seg);
    return removed;
}

static void check_nothing_left(void)
{
    assert_int_equal(help_leftovers(false), 0);
}

/* --- Removed meanwhile -------------------------------------------------------------------------- */

static void taken_too_late(void **state)
{
    struct tr_segment seg;
    struct tr_segment late;
    struct tr_segment probe;
    struct tr_place place;
    (void)state;
    help_make_ring(&seg, ring, 4);
    help_open_ring(&late, ring);
    help_open_ring(&probe, ring);
    assert_true(tr_registry_leave(&seg, NULL, false));
    assert_int_equal(tr_registry_take(&late, TR_PLACE_LANE, "a", &place), -ESTALE);
    assert_int_equal(tr_lock_take_all(probe.fd), 0); /* it holds nothing of the old ring */
    tr_segment_close(&late);
    tr_segment_close(&seg);
    tr_segment_close(&probe);
}

/* The name leads to a new ring: one who is late neither joins nor removes it. */
static void taken_after_another_was_made(void **state)
{
    struct tr_segment seg;
    struct tr_segment late;
    struct tr_segment next;
    struct tr_place place;
    struct tr_place owner;
    (void)state;
    help_make_ring(&seg, ring, 4);
    help_open_ring(&late, ring);
    assert_true(tr_registry_leave(&seg, NULL, false));
    help_make_ring(&next, ring, 4);
    assert_int_equal(tr_registry_take(&next, TR_PLACE_LANE, "a", &owner), 0);
    sem_close(tr_registry_semaphore(&next, &owner));
    assert_int_equal(tr_registry_take(&late, TR_PLACE_LANE, "a", &place), -ESTALE);
    assert_false(tr_registry_leave(&late, NULL, false));
    assert_int_equal(tr_registry_remove_idle(&late), -ESTALE);
    assert_true(tr_segment_is_named(&next));
    assert_int_equal(help_leftovers(false), 2); /* with its semaphore */
    assert_true(tr_registry_leave(&next, &owner, false));
    tr_segment_close(&late);
    tr_segment_close(&seg);
    tr_segment_close(&next);
}

/* --- One name ----------------------------------------------------------------------------------- */

struct race {
    struct help_gate begin;
    struct help_gate end;
    _Atomic unsigned won;
    _Atomic unsigned removed;
};

static void start_at_once(struct race *race, enum tr_place_kind kind)
{
    struct person me;
    help_gate_wait(&race->begin, CROWD);
    int rc = enter(&me, kind, "one");
    help_check(rc == 0 || rc == -EBUSY);
    help_gate_wait(&race->end, CROWD);
    if (rc != 0)
        return;
    atomic_fetch_add(&race->won, 1);
    if (leave(&me))
        atomic_fetch_add(&race->removed, 1);
}

static void one_of_many_gets_the_name(void **state)
{
    enum { ROUND_CNT = 10 };
    struct race *race = help_shared(ROUND_CNT * sizeof *race);
    (void)state;
    for (int round = 0; round < ROUND_CNT; round++) {
        pid_t pid[CROWD];
        for (int i = 0; i < CROWD; i++) {
            pid[i] = help_fork();
            if (pid[i] == 0) {
                start_at_once(&race[round], round % 2 == 0 ? TR_PLACE_LANE : TR_PLACE_MEMBER);
                _exit(0);
            }
        }
        for (int i = 0; i < CROWD; i++)
            assert_int_equal(help_wait(pid[i]), 0);
        assert_int_equal(race[round].won, 1);
        assert_int_equal(race[round].removed, 1);
        check_nothing_left();
    }
    munmap(race, ROUND_CNT * sizeof *race);
}

/* --- Two leave at once -------------------------------------------------------------------------- */

#define LEAVE_ROUND_CNT 200

/* Enters, waits for the other, leaves, waits for the other: again and again. */
static void leave_at_once(struct race *race, const char *name)
{
    for (int i = 0; i < LEAVE_ROUND_CNT; i++) {
        struct person me;
        help_check(enter(&me, TR_PLACE_MEMBER, name) == 0);
        sem_t *sem = tr_registry_semaphore(&me.seg, &me.place);
        help_check(sem != NULL);
        sem_close(sem);
        atomic_fetch_add(&race[i].begin.arrived, 1);
        for (int k = 1; atomic_load(&race[i].begin.arrived) < 2;
             k++) { /* both leave in one microsecond ... */
            if (k % 10000 == 0)
                sched_yield(); /* ... where there are two cores for them */
        }
        if (leave(&me))
            atomic_fetch_add(&race[i].removed, 1);
        help_gate_wait(&race[i].end, 2);
        help_check(atomic_load(&race[i].removed) == 1);
    }
}

static void two_leave_one_removes(void **state)
{
    struct race *race = help_shared(LEAVE_ROUND_CNT * sizeof *race);
    (void)state;
    pid_t pid = help_fork();
    if (pid == 0) {
        leave_at_once(race, "a");
        _exit(0);
    }
    pid_t other = help_fork();
    if (other == 0) {
        leave_at_once(race, "b");
        _exit(0);
    }
    assert_int_equal(help_wait(pid), 0);
    assert_int_equal(help_wait(other), 0);
    check_nothing_left();
    munmap(race, LEAVE_ROUND_CNT * sizeof *race);
}

/* --- Coming and going --------------------------------------------------------------------------- */

#define NAME_CNT 3
#define FOR_EVER UINT32_MAX /* until it is killed */

struct town {
    _Atomic unsigned owner[NAME_CNT]; /* the life that has the name; 0: none */
    _Atomic bool killed[LIFE_MAX];
    _Atomic unsigned entered_cnt;
    _Atomic unsigned removed_cnt;
};

/* A name is ours alone: its owner before us has given it up, or was killed. */
static void own(struct town *town, unsigned n, unsigned life)
{
    unsigned before = atomic_exchange(&town->owner[n], life);
    help_check(before == 0 || atomic_load(&town->killed[before]));
    atomic_fetch_add(&town->entered_cnt, 1);
}

static void disown(struct town *town, unsigned n, unsigned life)
{
    unsigned before = atomic_exchange(&town->owner[n], 0);
    help_check(before == life);
}

static void come_and_go(struct town *town, unsigned life, unsigned round_cnt)
{
    uint64_t random = life * 2 + 1;
    for (unsigned i = 0; i < round_cnt; i++) {
        unsigned n = (unsigned)(help_random(&random) % NAME_CNT);
        const char name[] = {(char)('a' + n), '\0'};
        struct person me;
        int rc = enter(&me, TR_PLACE_MEMBER, name);
        help_check(rc == 0 || rc == -EBUSY);
        if (rc != 0)
            continue;
        own(town, n, life);
        if (i % 4 == 0 && round_cnt != FOR_EVER) /* killed in sem_open, glibc leaves a file of its own */
            sem_close(tr_registry_semaphore(&me.seg, &me.place));
        if (help_random(&random) % 2 == 0)
            sched_yield();
        help_check(tr_segment_is_named(&me.seg)); /* nobody removes a ring that somebody is in */
        disown(town, n, life);
        if (leave(&me))
            atomic_fetch_add(&town->removed_cnt, 1);
    }
}

static pid_t fork_life(struct town *town, unsigned life, unsigned round_cnt)
{
    pid_t pid = help_fork();
    if (pid == 0) {
        come_and_go(town, life, round_cnt);
        _exit(0);
    }
    return pid;
}

static void names_have_one_owner(void **state)
{
    struct town *town = help_shared(sizeof *town);
    pid_t pid[CROWD];
    (void)state;
    for (unsigned i = 0; i < CROWD; i++)
        pid[i] = fork_life(town, i + 1, 150);
    for (unsigned i = 0; i < CROWD; i++)
        assert_int_equal(help_wait(pid[i]), 0);
    check_nothing_left();
    assert_true(town->removed_cnt > 0 && town->entered_cnt >= town->removed_cnt);
    munmap(town, sizeof *town);
}

/* At any instruction.  (One that found two owners has ended by itself, with 1.) */
static void kill_life(struct town *town, pid_t pid, unsigned life)
{
    atomic_store(&town->killed[life], true);
    kill(pid, SIGKILL);
    assert_int_equal(help_wait(pid), 128 + SIGKILL);
}

/* ... with kills: the places of the dead are free at once, and the next start puts things right. */
static void names_have_one_owner_when_owners_are_killed(void **state)
{
    enum { FEW = 3, KILL_CNT = 80 };
    struct town *town = help_shared(sizeof *town);
    uint64_t random = help_seed();
    pid_t pid[FEW];
    unsigned life[FEW];
    unsigned next = 1;
    (void)state;
    for (int i = 0; i < FEW; i++) {
        life[i] = next++;
        pid[i] = fork_life(town, life[i], FOR_EVER);
    }
    for (int i = 0; i < KILL_CNT; i++) {
        uint64_t k = help_random(&random) % FEW;
        usleep((useconds_t)(help_random(&random) % 1000));
        kill_life(town, pid[k], life[k]);
        life[k] = next++;
        pid[k] = fork_life(town, life[k], FOR_EVER);
    }
    for (int i = 0; i < FEW; i++)
        kill_life(town, pid[i], life[i]);
    assert_true(town->entered_cnt > 0);
    struct person last;
    assert_int_equal(enter(&last, TR_PLACE_LANE, "last"), 0);
    assert_true(leave(&last));
    munmap(town, sizeof *town);
}

/* More feeds than lanes: some are refused, and whoever is the last to fail or leave removes. */
static void more_feeds_than_lanes(void **state)
{
    pid_t pid[CROWD];
    (void)state;
    for (unsigned i = 0; i < CROWD; i++) {
        pid[i] = help_fork();
        if (pid[i] != 0)
            continue;
        char name[8];
        snprintf(name, sizeof name, "n%u", i);
        for (int round = 0; round < 100; round++) {
            struct person me;
            int rc = enter(&me, TR_PLACE_LANE, name);
            help_check(rc == 0 || rc == -EUSERS);
            if (rc == 0)
                leave(&me);
        }
        _exit(0);
    }
    for (unsigned i = 0; i < CROWD; i++)
        assert_int_equal(help_wait(pid[i]), 0);
    check_nothing_left();
}

/* --- Stopped and killed ------------------------------------------------------------------------- */

static void stopped_keeps_its_place_killed_does_not(void **state)
{
    struct race *race = help_shared(sizeof *race);
    struct person me;
    int status;
    (void)state;
    pid_t pid = help_fork();
    if (pid == 0) {
        help_check(enter(&me, TR_PLACE_MEMBER, "one") == 0);
        help_gate_wait(&race->begin, 2);
        pause();
    }
    help_gate_wait(&race->begin, 2);
    kill(pid, SIGSTOP);
    assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
    assert_int_equal(enter(&me, TR_PLACE_MEMBER, "one"), -EBUSY);
    assert_int_equal(enter(&me, TR_PLACE_MEMBER, "two"), 0);
    assert_int_equal(tr_registry_is_held(&me.seg, TR_PLACE_MEMBER, 0), 1);
    assert_int_equal(me.place.idx, 1);
    kill(pid, SIGKILL);
    assert_int_equal(help_wait(pid), 128 + SIGKILL);
    assert_int_equal(tr_registry_is_held(&me.seg, TR_PLACE_MEMBER, 0), 0);
    assert_true(leave(&me));
    check_nothing_left();
    munmap(race, sizeof *race);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, make_name, help_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(taken_too_late),
        TEST(taken_after_another_was_made),
        TEST(one_of_many_gets_the_name),
        TEST(two_leave_one_removes),
        TEST(names_have_one_owner),
        TEST(names_have_one_owner_when_owners_are_killed),
        TEST(more_feeds_than_lanes),
        TEST(stopped_keeps_its_place_killed_does_not),
    };
    return cmocka_run_group_tests_name("registry_race", tests, NULL, NULL);
}
