/* Places: taken by name, found again, given back; and the last to leave takes the ring away.
 * (Many processes at once: test_registry_race.c) */
#include "shm_help.h"

#include <sys/stat.h>

#include "clock.h"
#include "lock.h"
#include "registry.h"
#include "wait.h"

#define HOUR_NS (3600 * TR_NS_PER_S)

static char ring[TR_RING_NAME_MAX + 1];
static struct tr_segment seg; /* the maker's handle; he is in no place */

static int make_ring(void **state)
{
    const struct tr_segment_options opt = {.slot_cnt = 4, .mode = 0600, .gid = (gid_t)-1};
    (void)state;
    int rc = tr_segment_create(&seg, help_ring_name(ring, "reg"), &opt);
    return rc == 0 ? tr_segment_map(&seg) : rc;
}

static int remove_ring(void **state)
{
    tr_segment_close(&seg);
    return help_teardown(state);
}

/* One who is in: a handle and a place, as a process has them.  Closing the handle is its death. */
struct person {
    struct tr_segment seg;
    struct tr_place place;
};

static int try_enter(struct person *who, enum tr_place_kind kind, const char *name)
{
    help_open_ring(&who->seg, ring);
    int rc = tr_registry_take(&who->seg, kind, name, &who->place);
    if (rc != 0)
        tr_segment_close(&who->seg);
    return rc;
}

static void enter(struct person *who, enum tr_place_kind kind, const char *name)
{
    assert_int_equal(try_enter(who, kind, name), 0);
    assert_int_equal(who->place.kind, kind);
    assert_string_equal(who->place.name, name);
}

static bool leave(struct person *who)
{
    bool removed = tr_registry_leave(&who->seg, &who->place, false);
    tr_segment_close(&who->seg);
    return removed;
}

static void die(struct person *who)
{
    tr_segment_close(&who->seg);
}

static void number_name(char name[TR_NAME_MAX + 1], unsigned i)
{
    snprintf(name, TR_NAME_MAX + 1, "n%u", i);
}

/* What a producer writes into its page. */
static void write_lane(unsigned p, const char *name, unsigned lane_state, uint64_t hint)
{
    struct tr_lane *lane = help_own_lane(&seg, p);
    strcpy(lane->who.name, name);
    tr_store_rlx(&lane->hint, hint);
    tr_store_rel(&lane->state, tr_state_make(1, lane_state));
    help_unmap(&seg, lane);
}

/* What a consumer writes into its page; cur: how far it has read lane 0. */
static void write_member(unsigned c, const char *name, unsigned member_state, uint64_t cur, int64_t hold_ns)
{
    struct tr_member *m = help_own_member(&seg, c);
    strcpy(m->who.name, name);
    tr_store_rlx(&m->beat_ns, (uint64_t)tr_now_ns());
    tr_store_rlx(&m->hold_ns, (uint64_t)hold_ns);
    tr_store_rlx(&m->lane[0].reg, 1);
    tr_store_rlx(&m->lane[0].cur, cur);
    tr_store_rel(&m->state, tr_state_make(1, member_state));
    help_unmap(&seg, m);
}

/* --- Taking ------------------------------------------------------------------------------------- */

static void places_in_order(void **state)
{
    struct person a;
    struct person b;
    struct person c;
    (void)state;
    enter(&a, TR_PLACE_LANE, "a");
    enter(&b, TR_PLACE_LANE, "b");
    enter(&c, TR_PLACE_MEMBER, "a"); /* a producer's name is not a consumer's */
    assert_true(a.place.idx == 0 && b.place.idx == 1 && c.place.idx == 0);
    assert_true(!a.place.known && !b.place.known && !c.place.known);
    assert_int_equal(tr_registry_is_held(&seg, TR_PLACE_LANE, 0), 1);
    assert_int_equal(tr_registry_is_held(&seg, TR_PLACE_LANE, 1), 1);
    assert_int_equal(tr_registry_is_held(&seg, TR_PLACE_LANE, 2), 0);
    assert_int_equal(tr_registry_is_held(&seg, TR_PLACE_MEMBER, 0), 1);
    assert_int_equal(tr_registry_is_held(&seg, TR_PLACE_MEMBER, 1), 0);
    assert_false(leave(&a));
    assert_int_equal(tr_registry_is_held(&seg, TR_PLACE_LANE, 0), 0);
    assert_false(leave(&b));
    assert_true(leave(&c));
}

static void held_is_seen_without_permission_to_write(void **state)
{
    struct tr_segment reader;
    struct person a;
    (void)state;
    assert_int_equal(tr_segment_open(&reader, ring, false), 0);
    assert_int_equal(tr_segment_map(&reader), 0);
    enter(&a, TR_PLACE_MEMBER, "a");
    assert_int_equal(tr_registry_is_held(&reader, TR_PLACE_MEMBER, 0), 1);
    die(&a);
    assert_int_equal(tr_registry_is_held(&reader, TR_PLACE_MEMBER, 0), 0);
    tr_segment_close(&reader);
    assert_int_equal(tr_registry_is_held(&reader, TR_PLACE_MEMBER, 0), -EBADF);
}

static void enter_in_vain(void *arg)
{
    struct tr_segment other;
    struct tr_place place;
    (void)arg;
    help_check(tr_segment_open(&other, ring, true) == 0 && tr_segment_map(&other) == 0);
    help_check(tr_registry_take(&other, TR_PLACE_LANE, "a", &place) == -EBUSY);
    help_check(tr_registry_take(&other, TR_PLACE_MEMBER, "m", &place) == -EBUSY);
    help_check(tr_registry_take(&other, TR_PLACE_LANE, "b", &place) == 0);
}

static void name_in_use(void **state)
{
    struct person a;
    struct person m;
    struct person again;
    (void)state;
    enter(&a, TR_PLACE_LANE, "a");
    enter(&m, TR_PLACE_MEMBER, "m");
    assert_int_equal(try_enter(&again, TR_PLACE_LANE, "a"), -EBUSY); /* before it has written its name */
    write_lane(0, "a", TR_LANE_OPEN, 0);
    write_member(0, "m", TR_MEMBER_ACTIVE, 0, 0);
    assert_int_equal(try_enter(&again, TR_PLACE_LANE, "a"), -EBUSY);
    assert_int_equal(try_enter(&again, TR_PLACE_MEMBER, "m"), -EBUSY);
    assert_int_equal(help_in_child(enter_in_vain, NULL), 0);
    assert_int_equal(tr_registry_is_held(&seg, TR_PLACE_LANE, 1), 0); /* nothing is kept by who failed */
    die(&a);
    die(&m);
}

/* By its name a place is found again, wherever it is and whatever else is free. */
static void resumed_by_name(void **state)
{
    struct person who[3];
    struct person back;
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        char name[TR_NAME_MAX + 1];
        number_name(name, i);
        enter(&who[i], TR_PLACE_MEMBER, name);
        write_member(i, name, TR_MEMBER_ACTIVE, 0, HOUR_NS);
    }
    for (unsigned i = 0; i < 3; i++)
        die(&who[i]);
    enter(&back, TR_PLACE_MEMBER, "n2");
    assert_true(back.place.known && back.place.idx == 2);
    die(&back);
    write_member(1, "n1", TR_MEMBER_DONE, 0, 0); /* one who left in good order as well */
    enter(&back, TR_PLACE_MEMBER, "n1");
    assert_true(back.place.known && back.place.idx == 1);
    die(&back);
    enter(&back, TR_PLACE_MEMBER, "n"); /* the beginning of a name is another name */
    assert_true(!back.place.known && back.place.idx == 3);
    die(&back);
}

static void lane_resumed_by_name(void **state)
{
    struct person a;
    (void)state;
    write_lane(0, "x", TR_LANE_CLOSED, 5);
    write_lane(1, "a", TR_LANE_OPEN, 5);
    write_lane(2, "abcdefghijklmnopqrstuvwxyz01234", TR_LANE_CLOSED, 5);
    enter(&a, TR_PLACE_LANE, "a");
    assert_true(a.place.known && a.place.idx == 1);
    die(&a);
    enter(&a, TR_PLACE_LANE, "abcdefghijklmnopqrstuvwxyz01234");
    assert_true(a.place.known && a.place.idx == 2);
    die(&a);
}

/* A name in a place that is free is what somebody left in the middle of taking it. */
static void name_in_a_free_place(void **state)
{
    struct person a;
    (void)state;
    write_lane(0, "a", TR_LANE_FREE, 0);
    enter(&a, TR_PLACE_LANE, "a");
    assert_true(!a.place.known && a.place.idx == 0);
    die(&a);
}

/* --- Full --------------------------------------------------------------------------------------- */

static void seventeenth_lane(void **state)
{
    struct person who[TR_LANE_MAX];
    struct person more;
    char name[TR_NAME_MAX + 1];
    (void)state;
    for (unsigned i = 0; i < TR_LANE_MAX; i++) {
        number_name(name, i);
        enter(&who[i], TR_PLACE_LANE, name);
    }
    assert_int_equal(try_enter(&more, TR_PLACE_LANE, "more"), -EUSERS);
    for (unsigned i = 0; i < TR_LANE_MAX; i++) {
        number_name(name, i);
        write_lane(i, name, i % 2 == 0 ? TR_LANE_OPEN : TR_LANE_CLOSED, 0);
        die(&who[i]);
    }
    assert_int_equal(try_enter(&more, TR_PLACE_LANE, "more"), -EUSERS); /* never reused for other ticks */
    enter(&more, TR_PLACE_LANE, "n7");
    assert_true(more.place.known && more.place.idx == 7);
    die(&more);
}

static struct person crowd[TR_CONSUMER_MAX];

/* All places taken by consumers "n0" ... that are behind by cur of one tick, and hold their places. */
static void fill_members(uint64_t cur)
{
    char name[TR_NAME_MAX + 1];
    write_lane(0, "feed", TR_LANE_CLOSED, 1);
    for (unsigned i = 0; i < TR_CONSUMER_MAX; i++) {
        number_name(name, i);
        enter(&crowd[i], TR_PLACE_MEMBER, name);
        assert_int_equal(crowd[i].place.idx, i);
        write_member(i, name, TR_MEMBER_ACTIVE, cur, HOUR_NS);
    }
}

static void sixty_fifth_consumer(void **state)
{
    struct person more;
    (void)state;
    fill_members(0);
    assert_int_equal(try_enter(&more, TR_PLACE_MEMBER, "more"), -EUSERS);
    die(&crowd[40]); /* dead, but its hold runs and it has not read all */
    assert_int_equal(try_enter(&more, TR_PLACE_MEMBER, "more"), -EUSERS);
    enter(&more, TR_PLACE_MEMBER, "n40");
    assert_true(more.place.known && more.place.idx == 40);
    die(&more);
    for (unsigned i = 0; i < TR_CONSUMER_MAX; i++)
        die(&crowd[i]);
}

/* Who waits in vain keeps nothing: his name is free, and the place of the dead is. */
static void refused_keeps_nothing(void **state)
{
    struct person more;
    (void)state;
    fill_members(0);
    help_open_ring(&more.seg, ring);
    assert_int_equal(tr_registry_take(&more.seg, TR_PLACE_MEMBER, "more", &more.place), -EUSERS);
    assert_int_equal(tr_lock_is_held(seg.fd, tr_lock_consumer_name("more")), 0);
    for (unsigned i = 0; i < TR_CONSUMER_MAX; i++)
        die(&crowd[i]);
    for (unsigned i = 0; i < TR_CONSUMER_MAX; i++)
        assert_int_equal(tr_registry_is_held(&seg, TR_PLACE_MEMBER, i), 0);
    die(&more);
}

static void check_reclaimed(unsigned idx)
{
    struct person more;
    enter(&more, TR_PLACE_MEMBER, "more");
    assert_false(more.place.known); /* its words are somebody else's */
    assert_int_equal(more.place.idx, idx);
    die(&more);
}

static void places_of_the_dead_are_reused(void **state)
{
    char name[TR_NAME_MAX + 1];
    (void)state;
    fill_members(0);
    for (unsigned i = 10; i < 14; i++)
        die(&crowd[i]);
    number_name(name, 13);
    write_member(13, name, TR_MEMBER_DONE, 0, HOUR_NS); /* left in good order */
    check_reclaimed(13);
    number_name(name, 12);
    write_member(12, name, TR_MEMBER_ACTIVE, 1, HOUR_NS); /* has read all */
    check_reclaimed(12);
    number_name(name, 11);
    write_member(11, name, TR_MEMBER_ACTIVE, 0, -HOUR_NS); /* its hold is over */
    check_reclaimed(11);
    struct tr_lane *lane = help_own_lane(&seg, 0);
    tr_store_rlx(&lane->evicted[10], 1); /* does not gate any more */
    check_reclaimed(10);
    help_unmap(&seg, lane);
    for (unsigned i = 0; i < TR_CONSUMER_MAX; i++)
        die(&crowd[i]);
}

/* Alive: whatever its words say. */
static void places_of_the_living_are_not(void **state)
{
    struct person more;
    char name[TR_NAME_MAX + 1];
    (void)state;
    fill_members(1);
    for (unsigned i = 0; i < TR_CONSUMER_MAX; i++) {
        number_name(name, i);
        write_member(i, name, i % 2 == 0 ? TR_MEMBER_DONE : TR_MEMBER_ACTIVE, 1, -HOUR_NS);
    }
    assert_int_equal(try_enter(&more, TR_PLACE_MEMBER, "more"), -EUSERS);
    for (unsigned i = 0; i < TR_CONSUMER_MAX; i++)
        die(&crowd[i]);
}

/* --- Leaving and removal ------------------------------------------------------------------------ */

static void last_to_leave_removes(void **state)
{
    struct person a;
    struct person b;
    (void)state;
    enter(&a, TR_PLACE_LANE, "a");
    enter(&b, TR_PLACE_MEMBER, "b");
    sem_t *sem_a = tr_registry_semaphore(&a.seg, &a.place);
    sem_t *sem_b = tr_registry_semaphore(&b.seg, &b.place);
    assert_true(sem_a != NULL && sem_b != NULL);
    assert_int_equal(help_leftovers(false), 1 + 2); /* the ring and two semaphores */
    write_lane(0, "a", TR_LANE_CLOSED, 3);
    write_member(0, "b", TR_MEMBER_DONE, 2, HOUR_NS);
    assert_false(leave(&a));
    assert_true(tr_segment_is_named(&seg));
    assert_int_equal(help_leftovers(false), 1 + 2);
    assert_true(leave(&b));
    assert_int_equal(help_leftovers(false), 0);
    sem_close(sem_a);
    sem_close(sem_b);
}

static void never_used_is_removed(void **state)
{
    (void)state;
    assert_true(tr_registry_is_spent(&seg));
    assert_true(tr_registry_leave(&seg, NULL, false));
    assert_false(tr_registry_leave(&seg, NULL, false)); /* once */
    assert_int_equal(help_leftovers(false), 0);
}

static void kept_if_asked(void **state)
{
    struct person a;
    (void)state;
    enter(&a, TR_PLACE_LANE, "a");
    assert_false(tr_registry_leave(&a.seg, &a.place, true));
    assert_true(tr_segment_is_named(&seg));
    assert_int_equal(tr_registry_is_held(&seg, TR_PLACE_LANE, 0), 0); /* but it has left */
    assert_int_equal(tr_lock_is_held(seg.fd, tr_lock_producer_name("a")), 0);
    die(&a);
}

static void check_spent(bool spent)
{
    struct person last;
    assert_int_equal(tr_registry_is_spent(&seg), spent);
    enter(&last, TR_PLACE_MEMBER, "last");
    assert_int_equal(leave(&last), spent);
    assert_int_equal(tr_segment_is_named(&seg), !spent);
}

/* Its feed was killed, and goes on when it is started again. */
static void open_lane_keeps_the_ring(void **state)
{
    (void)state;
    write_lane(15, "feed", TR_LANE_OPEN, 0);
    check_spent(false);
    write_lane(15, "feed", TR_LANE_CLOSED, 0);
    check_spent(true);
}

static void unread_ticks_keep_the_ring_within_the_hold(void **state)
{
    (void)state;
    write_lane(0, "feed", TR_LANE_CLOSED, 10);
    write_member(63, "slow", TR_MEMBER_ACTIVE, 9, HOUR_NS);
    check_spent(false);
    write_member(63, "slow", TR_MEMBER_ACTIVE, 9, 1); /* its beat says nothing about the time of its death */
    check_spent(false);
    write_member(63, "slow", TR_MEMBER_ACTIVE, 9, -HOUR_NS); /* its hold is over */
    check_spent(true);
}

static void read_to_the_end_or_left_keeps_nothing(void **state)
{
    (void)state;
    write_lane(0, "feed", TR_LANE_CLOSED, 10);
    write_member(1, "left in good order", TR_MEMBER_DONE, 0, HOUR_NS);
    assert_true(tr_registry_is_spent(&seg));
    write_member(63, "slow", TR_MEMBER_ACTIVE, 9, HOUR_NS);
    check_spent(false);
    write_member(63, "slow", TR_MEMBER_ACTIVE, 10, HOUR_NS);
    check_spent(true);
}

/* One that does not gate (lossy, or evicted) holds nothing. */
static void lossy_and_evicted_keep_nothing(void **state)
{
    (void)state;
    write_lane(0, "feed", TR_LANE_CLOSED, 10);
    write_member(1, "m", TR_MEMBER_ACTIVE, 0, HOUR_NS);
    assert_false(tr_registry_is_spent(&seg));
    struct tr_member *m = help_own_member(&seg, 1);
    tr_store_rlx(&m->lane[0].reg, 0);
    assert_true(tr_registry_is_spent(&seg));
    tr_store_rlx(&m->lane[0].reg, 8);
    assert_false(tr_registry_is_spent(&seg));
    struct tr_lane *lane = help_own_lane(&seg, 0);
    tr_store_rlx(&lane->evicted[1], 7); /* an older registration */
    assert_false(tr_registry_is_spent(&seg));
    tr_store_rlx(&lane->evicted[1], 8);
    assert_true(tr_registry_is_spent(&seg));
    help_unmap(&seg, m);
    help_unmap(&seg, lane);
}

static void idle_ring_is_removed_whatever_is_left(void **state)
{
    struct tr_segment probe;
    struct person a;
    (void)state;
    write_lane(0, "feed", TR_LANE_OPEN, 10);
    write_member(0, "m", TR_MEMBER_ACTIVE, 0, HOUR_NS);
    help_open_ring(&probe, ring);
    enter(&a, TR_PLACE_MEMBER, "x");
    sem_close(tr_registry_semaphore(&a.seg, &a.place));
    assert_int_equal(tr_registry_remove_idle(&seg), -EBUSY);
    assert_true(tr_segment_is_named(&seg));
    die(&a);
    assert_int_equal(tr_registry_remove_idle(&seg), 0);
    assert_int_equal(help_leftovers(false), 0);
    assert_int_equal(tr_registry_remove_idle(&seg), -ESTALE);
    assert_int_equal(tr_lock_take_all(probe.fd), 0); /* its locks are not kept */
    tr_segment_close(&probe);
}

/* --- Removed meanwhile -------------------------------------------------------------------------- */

static void taken_while_it_is_removed(void **state)
{
    struct person a;
    (void)state;
    assert_int_equal(tr_lock_take_all(seg.fd), 0);
    assert_int_equal(try_enter(&a, TR_PLACE_LANE, "a"), -EAGAIN);
    assert_int_equal(try_enter(&a, TR_PLACE_MEMBER, "a"), -EAGAIN);
    tr_lock_drop_all(seg.fd);
    enter(&a, TR_PLACE_LANE, "a");
    assert_true(leave(&a));
}

/* All places taken, all of them leave while one looks for a place: he who is refused removes. */
static void refused_removes_what_was_left_to_him(void **state)
{
    struct person more;
    (void)state;
    for (unsigned i = 0; i < TR_LANE_MAX; i++)
        write_lane(i, "gone", TR_LANE_CLOSED, 0);
    assert_int_equal(try_enter(&more, TR_PLACE_LANE, "more"), -ESTALE);
    assert_false(tr_segment_is_named(&seg));
    assert_int_equal(help_leftovers(false), 0);
}

/* --- Hostile contents --------------------------------------------------------------------------- */

/* Whatever the pages hold: an answer, no crash, and what is alive is left alone. */
static void garbage_in_the_pages(void **state)
{
    static const int pattern[] = {0xff, 0x7f, 0x80, 0x01, 0x41, 0x02};
    struct person alive;
    (void)state;
    enter(&alive, TR_PLACE_MEMBER, "alive");
    for (size_t i = 0; i < sizeof pattern / sizeof *pattern; i++) {
        struct person other;
        uint64_t len = seg.map.control_end - seg.map.lane_off;
        void *pages = tr_segment_map_own(&seg, seg.map.lane_off, len);
        assert_non_null(pages);
        memset(pages, pattern[i], len);
        munmap(pages, len);
        tr_registry_is_spent(&seg);
        int rc = try_enter(&other, TR_PLACE_MEMBER, "other");
        assert_true(rc == 0 || rc == -EUSERS);
        if (rc == 0) {
            assert_int_not_equal(other.place.idx, alive.place.idx);
            die(&other);
        }
        assert_int_equal(try_enter(&other, TR_PLACE_MEMBER, "alive"), -EBUSY);
        assert_true(tr_segment_is_named(&seg));
    }
    die(&alive);
}

static void times_beyond_all_bounds(void **state)
{
    static const uint64_t extreme[] = {0, 1, INT64_MAX, UINT64_C(1) << 63, UINT64_MAX};
    (void)state;
    write_lane(0, "feed", TR_LANE_CLOSED, 10);
    write_member(0, "m", TR_MEMBER_ACTIVE, 0, 0);
    struct tr_member *m = help_own_member(&seg, 0);
    for (int i = 0; i < 25; i++) {
        tr_store_rlx(&m->beat_ns, extreme[i / 5]);
        tr_store_rlx(&m->hold_ns, extreme[i % 5]);
        tr_registry_is_spent(&seg);
    }
    help_unmap(&seg, m);
}

/* --- Semaphores --------------------------------------------------------------------------------- */

static void semaphore_has_the_ring_s_permissions(void **state)
{
    struct person a;
    struct stat st;
    char path[HELP_PATH_MAX];
    (void)state;
    assert_int_equal(fchmod(seg.fd, 0660), 0);
    enter(&a, TR_PLACE_MEMBER, "a");
    mode_t before = umask(077);
    sem_t *sem = tr_registry_semaphore(&a.seg, &a.place);
    umask(before);
    assert_non_null(sem);
    const struct tr_sem_name name = tr_sem_name_member(ring, seg.header.instance, 0);
    snprintf(path, sizeof path, "%s/sem.%s", TR_SHM_DIR, name.text + 1);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0660);
    sem_close(sem);
    assert_true(leave(&a));
    assert_int_equal(help_leftovers(false), 0);
}

static void no_semaphore_is_no_error(void **state)
{
    struct person a;
    char path[HELP_PATH_MAX];
    (void)state;
    enter(&a, TR_PLACE_LANE, "a");
    const struct tr_sem_name name = tr_sem_name_lane(ring, seg.header.instance, 0);
    snprintf(path, sizeof path, "%s/sem.%s", TR_SHM_DIR, name.text + 1);
    help_write(path, "", 0);
    assert_null(tr_registry_semaphore(&a.seg, &a.place));
    assert_true(leave(&a));
    assert_int_equal(help_leftovers(false), 0); /* what had its name as well */
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, make_ring, remove_ring)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(places_in_order),
        TEST(held_is_seen_without_permission_to_write),
        TEST(name_in_use),
        TEST(resumed_by_name),
        TEST(lane_resumed_by_name),
        TEST(name_in_a_free_place),
        TEST(seventeenth_lane),
        TEST(sixty_fifth_consumer),
        TEST(refused_keeps_nothing),
        TEST(places_of_the_dead_are_reused),
        TEST(places_of_the_living_are_not),
        TEST(last_to_leave_removes),
        TEST(never_used_is_removed),
        TEST(kept_if_asked),
        TEST(open_lane_keeps_the_ring),
        TEST(unread_ticks_keep_the_ring_within_the_hold),
        TEST(read_to_the_end_or_left_keeps_nothing),
        TEST(lossy_and_evicted_keep_nothing),
        TEST(idle_ring_is_removed_whatever_is_left),
        TEST(taken_while_it_is_removed),
        TEST(refused_removes_what_was_left_to_him),
        TEST(garbage_in_the_pages),
        TEST(times_beyond_all_bounds),
        TEST(semaphore_has_the_ring_s_permissions),
        TEST(no_semaphore_is_no_error),
    };
    return cmocka_run_group_tests_name("registry", tests, NULL, NULL);
}
