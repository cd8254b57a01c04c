/* A consumer whose cursor is that of its checkpoint: told on demand only, and missed at the end. */
#include "bus_help.h"

static char ring[TR_RING_NAME_MAX + 1];
static struct tr_producer producer;
static struct tr_consumer consumer;
static struct tr_consumer other;

static void begin(const char *what, uint64_t slot_cnt)
{
    help_ring_name(ring, what);
    struct tr_producer_options opt = bus_producer_options(ring, "a");
    opt.slot_cnt = slot_cnt;
    assert_int_equal(tr_producer_open(&producer, &opt), 0);
}

static void join(void)
{
    struct tr_consumer_options opt = bus_consumer_options(ring, "c");
    opt.keeps_all = true;
    opt.hold_ns = 60 * TR_NS_PER_S;
    assert_int_equal(tr_consumer_open(&consumer, &opt), 0);
}

static void all_since_the_checkpoint_comes_again(void **state)
{
    struct tr_batch b;
    (void)state;
    begin("again", 256);
    join();
    bus_publish(&producer, 200);
    assert_int_equal(bus_read(&consumer, 16, &b), TR_OK);
    tr_consumer_flush(&consumer); /* a checkpoint */
    assert_int_equal(tr_consumer_unflushed(&consumer), 0);
    assert_int_equal(bus_drain(&consumer, TR_EMPTY), 184); /* looking in vain does not tell either */
    assert_int_equal(tr_consumer_unflushed(&consumer), 184);
    bus_kill_consumer(&consumer);
    join();
    assert_int_equal(consumer.lane[0].pos, 16);
    /* The checkpoint was further on than the cursor: killed in between. */
    assert_true(tr_consumer_skip_to(&consumer, 0, 100));
    assert_false(tr_consumer_skip_to(&consumer, 0, 99)); /* not back */
    assert_false(tr_consumer_skip_to(&consumer, 0, 201)); /* not beyond what there is */
    assert_int_equal(bus_drain(&consumer, TR_EMPTY), 100);
    tr_consumer_close(&consumer);
    tr_producer_close(&producer, false);
    assert_int_equal(help_leftovers(false), 0);
}

/* The feed stops where the checkpoint is a ring behind, and says that it waits. */
static void a_feed_waits_for_the_checkpoint(void **state)
{
    (void)state;
    begin("waits", 64);
    join();
    assert_int_equal(bus_publish(&producer, 100), 64);
    assert_int_equal(bus_drain(&consumer, TR_EMPTY), 64);
    assert_int_equal(bus_publish(&producer, 1), 0);
    assert_false(tr_consumer_is_awaited(&consumer)); /* it has not gone to sleep */
    tr_store_rlx(&producer.lane->wait, tr_load_rlx(&producer.lane->wait) | 1);
    assert_true(tr_consumer_is_awaited(&consumer));
    tr_consumer_flush(&consumer);
    assert_false(tr_consumer_is_awaited(&consumer)); /* nothing to give */
    tr_store_rlx(&producer.lane->wait, tr_load_rlx(&producer.lane->wait) + 1);
    assert_int_equal(bus_publish(&producer, 10), 10);
    tr_consumer_close(&consumer);
    tr_producer_close(&producer, false);
}

/* It has read and told everything, but was killed before it saw the end: the ring waits for it. */
static void the_ring_stays_for_who_has_not_seen_the_end(void **state)
{
    struct tr_segment seg;
    (void)state;
    for (int keeps_all = 0; keeps_all < 2; keeps_all++) {
        begin("end", 64);
        if (keeps_all)
            join();
        else
            bus_consume(&consumer, ring, "c");
        bus_publish(&producer, 10);
        assert_int_equal(bus_drain(&consumer, TR_EMPTY), 10);
        tr_consumer_flush(&consumer);
        bus_consume(&other, ring, "other");
        assert_int_equal(bus_drain(&other, TR_EMPTY), 10);
        bus_kill_consumer(&consumer);
        tr_producer_close(&producer, false);
        tr_consumer_close(&other); /* the last to leave */
        int rc = tr_segment_open(&seg, ring, false);
        assert_int_equal(rc, keeps_all ? 0 : -ENOENT);
        if (rc != 0)
            continue;
        tr_segment_close(&seg);
        join();
        assert_int_equal(bus_drain(&consumer, TR_CLOSED), 0);
        tr_consumer_close(&consumer);
        assert_int_equal(tr_segment_open(&seg, ring, false), -ENOENT);
    }
}

/* Who ends with an error is waited for like who was killed. */
static void an_abandoned_place_is_held(void **state)
{
    (void)state;
    begin("abandon", 64);
    join();
    bus_publish(&producer, 10);
    assert_int_equal(bus_drain(&consumer, TR_EMPTY), 10);
    tr_consumer_abandon(&consumer);
    assert_int_equal(bus_publish(&producer, 64), 54); /* up to where its cursor is */
    tr_producer_close(&producer, false);
    join();
    assert_int_equal(bus_drain(&consumer, TR_CLOSED), 64);
    tr_consumer_close(&consumer);
    assert_int_equal(help_leftovers(false), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(all_since_the_checkpoint_comes_again, help_teardown),
        cmocka_unit_test_teardown(a_feed_waits_for_the_checkpoint, help_teardown),
        cmocka_unit_test_teardown(an_abandoned_place_is_held, help_teardown),
        cmocka_unit_test_teardown(the_ring_stays_for_who_has_not_seen_the_end, help_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
