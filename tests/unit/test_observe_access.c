/* What an observer may and may not do: read permission is enough, and whoever writes dies of it. */
#include "observe_help.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "lock.h"

/* Every page of an observer's map, one after the other. */
static void write_to(void *arg)
{
    signal(SIGSEGV, SIG_DFL);
    *(volatile uint8_t *)arg = 1;
}

static void who_writes_dies(void **state)
{
    const uint64_t off[] = {0,
                            eye.map.bell_off,
                            eye.map.lane_off,
                            eye.map.member_off,
                            tr_segment_data_off(&eye, 0) + eye.map.slot_rel,
                            tr_segment_stats_off(&eye, 0)};
    (void)state;
    for (unsigned i = 0; i < sizeof off / sizeof off[0]; i++)
        assert_int_equal(help_in_child(write_to, (void *)(uintptr_t)(eye.base + off[i])), 128 + SIGSEGV);
    assert_int_not_equal(mprotect((void *)(uintptr_t)eye.base, eye.map.page_len, PROT_READ | PROT_WRITE), 0);
    assert_int_equal(errno, EACCES); /* nor can it change its mind: the file was opened for reading */
}

static void look_as_nobody(void *arg)
{
    struct tr_segment other;
    (void)arg;
    help_become_nobody();
    help_check(tr_observe_open(&other, ring) == 0);
    help_check(tr_observe(&other, view) == 0 && view->lane[3].used && view->lane[3].alive);
    help_check(fcntl(other.fd, F_GETFL) % 4 == O_RDONLY);
    tr_observe_close(&other);
}

/* Who may read may look, and sees who is alive. */
static void permission_to_read_is_enough(void **state)
{
    struct tr_lane *lane = help_own_lane(&seg, 3);
    struct tr_segment other;
    (void)state;
    if (geteuid() != 0)
        help_skip("only root can become somebody else");
    help_open_ring(&other, ring);
    assert_int_equal(tr_lock_take(other.fd, tr_lock_lane(3)), 0);
    tr_store_rel(&lane->state, tr_state_make(1, TR_LANE_OPEN));
    assert_int_equal(fchmod(seg.fd, 0644), 0);
    assert_int_equal(help_in_child(look_as_nobody, NULL), 0);
    tr_segment_close(&other);
    help_unmap(&seg, lane);
}

/* Of somebody who may read, but not write, not even as its owner. */
static void read_only_for_all(void **state)
{
    (void)state;
    if (geteuid() != 0)
        help_skip("only root can become somebody else");
    assert_int_equal(fchown(seg.fd, 65534, 65534), 0);
    assert_int_equal(fchmod(seg.fd, 0440), 0);
    struct tr_lane *lane = help_own_lane(&seg, 3);
    struct tr_segment other;
    help_open_ring(&other, ring);
    assert_int_equal(tr_lock_take(other.fd, tr_lock_lane(3)), 0);
    tr_store_rel(&lane->state, tr_state_make(1, TR_LANE_OPEN));
    assert_int_equal(help_in_child(look_as_nobody, NULL), 0);
    tr_segment_close(&other);
    help_unmap(&seg, lane);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_writes_dies, make_ring, remove_ring),
        cmocka_unit_test_setup_teardown(permission_to_read_is_enough, make_ring, remove_ring),
        cmocka_unit_test_setup_teardown(read_only_for_all, make_ring, remove_ring),
    };
    return cmocka_run_group_tests_name("observe_access", tests, NULL, NULL);
}
