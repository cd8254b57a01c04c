/* The memory of a ring: who may write where, and what is noticed when its name or its length goes. */
#include "shm_help.h"

static char ring[TR_RING_NAME_MAX + 1];

static int make_name(void **state)
{
    (void)state;
    help_ring_name(ring, "map");
    return 0;
}

/* --- Mapping ------------------------------------------------------------------------------------ */

static void scribble(void *arg)
{
    signal(SIGSEGV, SIG_DFL);
    *(volatile uint8_t *)arg = 1;
}

static void check_read_only(const void *at)
{
    assert_int_equal(help_in_child(scribble, (void *)(uintptr_t)at), 128 + SIGSEGV);
}

static void mapping_is_read_only(void **state)
{
    struct tr_segment seg;
    (void)state;
    help_make_ring(&seg, ring, 4);
    struct tr_lane *own = help_own_lane(&seg, 1);
    check_read_only(seg.base);
    check_read_only(tr_segment_bell(&seg));
    check_read_only(tr_segment_lane(&seg, 0));
    check_read_only(tr_segment_lane(&seg, 1)); /* through this mapping not even what is ours */
    check_read_only(tr_segment_member(&seg, TR_CONSUMER_MAX - 1));
    check_read_only(tr_segment_slots(&seg, 0));
    assert_int_equal(help_in_child(scribble, own), 0);
    assert_int_equal(*(const uint8_t *)tr_segment_lane(&seg, 1), 1);
    help_unmap(&seg, own);
    help_remove_ring(&seg);
}

static void own_part_is_the_same_memory(void **state)
{
    struct tr_segment seg;
    struct tr_segment other;
    (void)state;
    help_make_ring(&seg, ring, 4);
    help_open_ring(&other, ring);
    struct tr_member *own = help_own_member(&seg, 63);
    tr_store_rel(&own->hold_ns, 4711);
    assert_int_equal(tr_load_acq(&tr_segment_member(&seg, 63)->hold_ns), 4711);
    assert_int_equal(tr_load_acq(&tr_segment_member(&other, 63)->hold_ns), 4711);
    assert_int_equal(tr_load_acq(&tr_segment_member(&other, 62)->hold_ns), 0);
    help_unmap(&seg, own);
    tr_segment_close(&other);
    help_remove_ring(&seg);
}

static void parts_that_cannot_be_had(void **state)
{
    struct tr_segment seg;
    struct tr_segment reader;
    (void)state;
    help_make_ring(&seg, ring, 4);
    assert_null(tr_segment_map_own(&seg, 1, seg.map.page_len));
    assert_int_equal(errno, EINVAL);
    assert_null(tr_segment_map_own(&seg, 0, 0));
    assert_int_equal(errno, EINVAL);
    assert_int_equal(tr_segment_open(&reader, ring, false), 0);
    assert_null(tr_segment_map_own(&reader, seg.map.lane_off, seg.map.page_len));
    assert_int_equal(errno, EACCES);
    assert_int_not_equal(tr_segment_allocate(&reader, seg.map.data_off, seg.map.page_len), 0);
    assert_int_equal(tr_segment_map(&reader), 0);
    check_read_only(reader.base);
    tr_segment_close(&reader);
    help_remove_ring(&seg);
}

static void closed_twice_is_closed_once(void **state)
{
    struct tr_segment seg;
    (void)state;
    int next = dup(0);
    close(next);
    help_make_ring(&seg, ring, 4);
    tr_segment_unlink(&seg);
    assert_int_equal(tr_segment_unlink(&seg), -ENOENT);
    tr_segment_close(&seg);
    tr_segment_close(&seg);
    int after = dup(0);
    close(after);
    assert_int_equal(after, next);
}

/* --- Name and length, later --------------------------------------------------------------------- */

static void name_gone_or_elsewhere(void **state)
{
    struct tr_segment seg;
    struct tr_segment next;
    (void)state;
    help_make_ring(&seg, ring, 4);
    assert_true(tr_segment_is_named(&seg));
    assert_int_equal(tr_segment_unlink(&seg), 0);
    assert_false(tr_segment_is_named(&seg));
    assert_int_equal(seg.base[0], TR_MAGIC & 0xff); /* the memory is still there */
    help_make_ring(&next, ring, 4);
    assert_false(tr_segment_is_named(&seg));
    assert_true(tr_segment_is_named(&next));
    tr_segment_close(&seg);
    help_remove_ring(&next);
}

/* Not removed but moved away: it still has a name, which is not its own. */
static void name_taken_from_it(void **state)
{
    char path[2][HELP_PATH_MAX];
    struct tr_segment seg;
    struct tr_segment next;
    (void)state;
    help_make_ring(&seg, ring, 4);
    help_shm_path(path[0], ring);
    snprintf(path[1], sizeof path[1], "%.100s.2", path[0]);
    assert_int_equal(rename(path[0], path[1]), 0);
    assert_false(tr_segment_is_named(&seg));
    help_make_ring(&next, ring, 4);
    assert_false(tr_segment_is_named(&seg));
    tr_segment_close(&seg);
    help_remove_ring(&next);
}

static void shorter_and_longer(void **state)
{
    struct tr_segment seg;
    (void)state;
    help_make_ring(&seg, ring, 4);
    off_t total = (off_t)seg.map.total_len;
    assert_true(tr_segment_is_whole(&seg));
    assert_int_equal(ftruncate(seg.fd, total + 1), 0); /* what was mapped is there */
    assert_true(tr_segment_is_whole(&seg));
    assert_int_equal(ftruncate(seg.fd, total - 1), 0);
    assert_false(tr_segment_is_whole(&seg));
    assert_int_equal(ftruncate(seg.fd, 0), 0);
    assert_false(tr_segment_is_whole(&seg));
    help_remove_ring(&seg);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, make_name, help_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(mapping_is_read_only),        TEST(own_part_is_the_same_memory), TEST(parts_that_cannot_be_had),
        TEST(closed_twice_is_closed_once), TEST(name_gone_or_elsewhere),      TEST(name_taken_from_it),
        TEST(shorter_and_longer),
    };
    return cmocka_run_group_tests_name("segment_map", tests, NULL, NULL);
}
