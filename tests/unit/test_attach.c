/* A ring by its name: not there yet, there, removed, another one under its name, truncated, no ring at all. */
#include "monitor_help.h"

#include "monitor/attach.h"

static struct tr_producer feed;
static struct tr_producer next;
static struct snapshot snap;

static int look(struct attach *attach)
{
    const struct level_limits limits = level_defaults();
    return attach_look(attach, &limits, &snap);
}

static void test_comes_and_goes(void **state)
{
    struct attach attach = {.ring = ring_name("comes")};
    (void)state;
    assert_int_equal(look(&attach), -ENOENT);
    assert_int_equal(look(&attach), -ENOENT);
    feed_open(&feed, attach.ring, "feed", 64);
    feed_ticks(&feed, 3);
    assert_int_equal(look(&attach), 0);
    assert_int_equal(snap.published, 3);
    assert_false(attach.gone);
    feed_ticks(&feed, 2);
    tr_producer_close(&feed, false); /* nobody else is in it: it is removed */
    assert_int_equal(look(&attach), 0);
    assert_true(attach.gone);
    assert_int_equal(snap.published, 5); /* the last state */
    assert_int_equal(look(&attach), 0);
    assert_true(attach.gone);
    assert_int_equal(snap.published, 5);
    attach_end(&attach);
    assert_false(attach.open);
    assert_null(attach.past);
}

static void test_replaced(void **state)
{
    struct attach attach = {.ring = ring_name("again")};
    (void)state;
    feed_open(&feed, attach.ring, "feed", 64);
    feed_ticks(&feed, 3);
    assert_int_equal(look(&attach), 0);
    shm_remove(attach.ring);
    int64_t begin_ns = tr_now_ns();
    feed_open(&next, attach.ring, "feed", 128);
    feed_ticks(&next, 1);
    look(&attach); /* sees that it was removed */
    assert_int_equal(look(&attach), 0);
    assert_false(attach.gone);
    assert_int_equal(snap.view.slot_cnt, 128);
    assert_int_equal(attach.past->lane[0].cnt, 1);
    assert_true(past_sample(&attach.past->lane[0], 0)->at_ns >= begin_ns); /* nothing of the old one's past */
    attach_end(&attach);
    tr_producer_close(&next, false);
    tr_producer_close(&feed, true);
}

static void test_truncated(void **state)
{
    struct attach attach = {.ring = ring_name("cut")};
    char path[SHM_PATH_LEN];
    (void)state;
    feed_open(&feed, attach.ring, "feed", 64);
    feed_ticks(&feed, 3);
    tr_producer_close(&feed, true);
    assert_int_equal(look(&attach), 0);
    uint64_t published = snap.published;
    shm_path(path, attach.ring);
    assert_int_equal(truncate(path, 4096), 0);
    assert_int_equal(look(&attach), -EIO);
    assert_int_equal(snap.published, published); /* as it was */
    assert_true(look(&attach) < 0);
    shm_remove(attach.ring);
    assert_int_equal(look(&attach), -ENOENT);
    feed_open(&feed, attach.ring, "feed", 64);
    assert_int_equal(look(&attach), 0);
    attach_end(&attach);
    tr_producer_close(&feed, false);
}

static void test_not_a_ring(void **state)
{
    struct attach attach = {.ring = ring_name("text")};
    (void)state;
    shm_write(attach.ring, "text", 4);
    int rc = look(&attach);
    assert_true(rc < 0 && rc != -ENOENT);
    shm_remove(attach.ring);
    attach_end(&attach);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_comes_and_goes),
        cmocka_unit_test(test_replaced),
        cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_not_a_ring),
    };
    alarm(60);
    return cmocka_run_group_tests_name("attach", tests, own_shm_setup, own_shm_teardown);
}
