/* Removing a ring that may be in use, and opening one that is being removed. */
#include "bus_help.h"

#include "lock.h"

#define HELD_MS 60 /* longer than a few looks take */

static char ring[TR_RING_NAME_MAX + 1];
static struct tr_producer producer;
static struct tr_consumer consumer;

/* A closed lane, and a consumer that was killed with ticks unread. */
static void leave_unread(struct tr_segment *seg)
{
    bus_produce(&producer, ring, "a");
    bus_consume(&consumer, ring, "c");
    assert_int_equal(bus_publish(&producer, 5), 5);
    tr_producer_close(&producer, false);
    bus_kill_consumer(&consumer);
    help_open_ring(seg, ring);
}

static void unread_ticks_are_not_removed(void **state)
{
    struct tr_segment seg;
    (void)state;
    help_ring_name(ring, "spent");
    leave_unread(&seg);
    assert_int_equal(tr_registry_remove_spent(&seg), -EBUSY);
    assert_true(tr_segment_is_named(&seg));
    bus_consume(&consumer, ring, "c");
    assert_int_equal(tr_registry_remove_spent(&seg), -EBUSY); /* somebody is in */
    assert_int_equal(tr_registry_remove_idle(&seg), -EBUSY);
    assert_int_equal(bus_drain(&consumer, TR_CLOSED), 5);
    bus_kill_consumer(&consumer);
    assert_int_equal(tr_registry_remove_spent(&seg), 0);
    assert_int_equal(tr_registry_remove_spent(&seg), -ESTALE);
    tr_segment_close(&seg);
    assert_int_equal(help_leftovers(false), 0);
}

static void only_a_removal_is_waited_for(void **state)
{
    unsigned attempt = 0;
    (void)state;
    assert_true(tr_registry_begin_again(-EAGAIN, tr_now_ns(), &attempt));
    assert_true(tr_registry_begin_again(-ESTALE, tr_now_ns(), &attempt));
    assert_int_equal(attempt, 2);
    assert_false(tr_registry_begin_again(-EBUSY, tr_now_ns(), &attempt));
    assert_false(tr_registry_begin_again(0, tr_now_ns(), &attempt));
    assert_false(
        tr_registry_begin_again(-EAGAIN, tr_now_ns() - 60 * TR_NS_PER_S, &attempt)); /* not for ever */
}

static void release_later(struct tr_segment *seg)
{
    usleep(HELD_MS * 1000); /* the time a slow remover takes: the others have to wait that out */
    tr_lock_drop_all(seg->fd);
    _exit(0);
}

/* Whoever comes while another process removes the ring, or only tries to, waits for that. */
static void a_removal_is_waited_out(void **state)
{
    struct tr_segment seg;
    (void)state;
    help_ring_name(ring, "again");
    bus_produce(&producer, ring, "a");
    tr_producer_close(&producer, true);
    help_open_ring(&seg, ring);
    assert_int_equal(tr_lock_take_all(seg.fd), 0);
    pid_t pid = help_fork();
    if (pid == 0)
        release_later(&seg);
    bus_consume(&consumer, ring, "c");
    assert_int_equal(help_wait(pid), 0);
    tr_consumer_close(&consumer);
    tr_segment_close(&seg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(unread_ticks_are_not_removed, help_teardown),
        cmocka_unit_test_teardown(only_a_removal_is_waited_for, help_teardown),
        cmocka_unit_test_teardown(a_removal_is_waited_out, help_teardown),
    };
    return cmocka_run_group_tests_name("registry_remove", tests, NULL, NULL);
}
