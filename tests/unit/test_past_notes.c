/* What producers and consumers note of themselves: when they come, once a second, when they go; and what is told of the
 * past after a death, a return, and another owner of the place. */
#include "bus_help.h"

static char ring[TR_RING_NAME_MAX + 1];
static struct tr_producer producer;
static struct tr_consumer consumer;
static struct tr_segment eye;
static struct tr_sample sample[64];

static void begin(const char *what)
{
    bus_produce(&producer, help_ring_name(ring, what), "feed");
    bus_consume(&consumer, ring, "one");
    assert_int_equal(tr_observe_open(&eye, ring), 0);
}

static void end(void)
{
    tr_observe_close(&eye);
    tr_producer_close(&producer, false);
    assert_int_equal(help_leftovers(false), 0);
}

static unsigned past_of(enum tr_place_kind kind, uint64_t from)
{
    return tr_observe_past(&eye, kind, 0, &from, sample, 64);
}

static void expect_kinds(unsigned cnt, const enum tr_sample_kind kind[])
{
    for (unsigned i = 0; i < cnt; i++)
        assert_int_equal(sample[i].kind, kind[i]);
}

static void come_and_go(void **state)
{
    static const enum tr_sample_kind kind[] = {TR_SAMPLE_JOIN, TR_SAMPLE_LEAVE, TR_SAMPLE_JOIN};
    (void)state;
    int64_t begin_ns = tr_now_ns();
    begin("go");
    assert_int_equal(past_of(TR_PLACE_LANE, 0), 1);
    assert_int_equal(sample[0].pid, getpid());
    assert_in_range(sample[0].at_ns, begin_ns, tr_now_ns());
    tr_hist_add(&consumer.stats->latency, 50, 1);
    tr_consumer_close(&consumer);
    bus_consume(&consumer, ring, "one");
    assert_int_equal(past_of(TR_PLACE_MEMBER, 0), 3);
    expect_kinds(3, kind);
    assert_true(sample[1].p50_ns == 0 && sample[2].p50_ns == 0); /* of who was there before */
    tr_consumer_close(&consumer);
    end();
}

/* Two joins and nothing between: the first did not leave. */
static void died(void **state)
{
    static const enum tr_sample_kind kind[] = {TR_SAMPLE_JOIN, TR_SAMPLE_JOIN};
    (void)state;
    begin("died");
    bus_kill_consumer(&consumer);
    assert_int_equal(past_of(TR_PLACE_MEMBER, 0), 1);
    bus_consume(&consumer, ring, "one");
    assert_int_equal(past_of(TR_PLACE_MEMBER, 0), 2);
    expect_kinds(2, kind);
    tr_consumer_close(&consumer);
    end();
}

/* Whether it goes on or begins anew, it is the same one's past. */
static void begins_anew(void **state)
{
    struct tr_batch b;
    (void)state;
    begin("anew");
    assert_int_equal(bus_publish(&producer, 6), 6);
    assert_int_equal(bus_read(&consumer, 6, &b), TR_OK);
    tr_consumer_close(&consumer);
    struct tr_consumer_options opt = bus_consumer_options(ring, "one");
    opt.from = TR_FROM_OLDEST;
    assert_int_equal(tr_consumer_open(&consumer, &opt), 0);
    assert_int_equal(past_of(TR_PLACE_MEMBER, 0), 3);
    assert_true(sample[1].passed_cnt == 6 && sample[2].passed_cnt == 0);
    assert_true(sample[2].p50_ns == 0 && sample[2].max_ns == 0);
    tr_consumer_close(&consumer);
    end();
}

static void fill_places(void)
{
    for (unsigned i = 1; i < TR_CONSUMER_MAX; i++) {
        struct tr_consumer c;
        char id[16];
        snprintf(id, sizeof id, "n%u", i);
        bus_consume(&c, ring, id);
        tr_consumer_close(&c);
    }
}

/* Another one has the place: what was is not of this name. */
static void another_owner(void **state)
{
    (void)state;
    begin("owner");
    tr_consumer_close(&consumer);
    fill_places();
    bus_consume(&consumer, ring, "two");
    assert_int_equal(consumer.place.idx, 0);
    assert_int_equal(past_of(TR_PLACE_MEMBER, 0), 1);
    assert_int_equal(sample[0].kind, TR_SAMPLE_JOIN);
    assert_int_equal(past_of(TR_PLACE_MEMBER, 1), 1); /* numbers of before */
    tr_consumer_close(&consumer);
    end();
}

static void sums_of_a_consumer(void **state)
{
    struct tr_batch b;
    const struct tr_sample *s = &sample[1];
    (void)state;
    begin("sums");
    assert_int_equal(bus_publish(&producer, 16), 16);
    assert_int_equal(bus_read(&consumer, 6, &b), TR_OK);
    tr_consumer_flush(&consumer);
    consumer.meter.lag_max = 14;
    tr_consumer_note(&consumer, TR_SAMPLE_SECOND, 77);
    tr_consumer_note(&consumer, TR_SAMPLE_SECOND, 78);
    assert_int_equal(past_of(TR_PLACE_MEMBER, 0), 3);
    assert_int_equal(s->at_ns, 77);
    assert_true(s->passed_cnt == 6 && s->lost_cnt == 0 && s->lag == 10 && s->lag_max == 14);
    assert_int_equal(sample[2].lag_max, 10); /* since the sample before */
    tr_consumer_close(&consumer);
    end();
}

/* Percentiles are of the second, not of all that was. */
static void latencies_of_the_second(void **state)
{
    (void)state;
    begin("second");
    tr_hist_add(&consumer.stats->latency, 1000000, 1000);
    tr_consumer_note(&consumer, TR_SAMPLE_SECOND, 1);
    tr_hist_add(&consumer.stats->latency, 50, 98);
    tr_hist_add(&consumer.stats->latency, 60, 2);
    tr_consumer_note(&consumer, TR_SAMPLE_SECOND, 2);
    tr_consumer_note(&consumer, TR_SAMPLE_SECOND, 3);
    assert_int_equal(past_of(TR_PLACE_MEMBER, 0), 4);
    assert_in_range(sample[1].p50_ns, 980000, 1020000);
    assert_true(sample[2].p50_ns == 50 && sample[2].p99_ns == 60 && sample[2].max_ns == 60);
    assert_true(sample[3].p50_ns == 0 && sample[3].p999_ns == 0 && sample[3].max_ns == 0);
    tr_consumer_close(&consumer);
    end();
}

static void lost_and_evicted(void **state)
{
    struct tr_consumer lossy;
    struct tr_batch b;
    (void)state;
    begin("lost");
    tr_consumer_close(&consumer); /* nobody gates */
    struct tr_consumer_options opt = bus_consumer_options(ring, "one");
    opt.lossy = true;
    assert_int_equal(tr_consumer_open(&lossy, &opt), 0);
    assert_int_equal(bus_publish(&producer, 100), 100);
    assert_int_equal(bus_read(&lossy, 16, &b), TR_OVERRUN);
    uint64_t lost = tr_consumer_lost(&lossy);
    tr_consumer_note(&lossy, TR_SAMPLE_SECOND, 1);
    unsigned cnt = past_of(TR_PLACE_MEMBER, 0);
    assert_true(lost > 0);
    assert_int_equal(sample[cnt - 1].lost_cnt, lost);
    assert_int_equal(sample[cnt - 1].passed_cnt, 0);
    tr_consumer_close(&lossy);
    end();
}

static void once_a_second(void **state)
{
    (void)state;
    begin("often");
    int64_t now_ns = producer.noted_ns;
    for (unsigned i = 1; i <= 35; i++)
        tr_producer_housekeep(&producer, now_ns + i * 100 * TR_NS_PER_MS);
    assert_int_equal(past_of(TR_PLACE_LANE, 0), 1 + 3);
    now_ns = consumer.noted_ns;
    for (unsigned i = 1; i <= 35; i++)
        tr_consumer_housekeep(&consumer, now_ns + i * 100 * TR_NS_PER_MS);
    assert_int_equal(past_of(TR_PLACE_MEMBER, 0), 1 + 3);
    tr_consumer_close(&consumer);
    end();
}

/* Who held the feed up longest since the sample before; it is forgotten in the next. */
static void holder(void **state)
{
    (void)state;
    begin("held");
    assert_int_equal(bus_publish(&producer, 100), 16);
    assert_int_equal(tr_producer_wait(&producer, 2 * TR_NS_PER_MS), TR_FULL);
    tr_producer_note(&producer, TR_SAMPLE_SECOND, 1);
    tr_producer_note(&producer, TR_SAMPLE_SECOND, 2);
    assert_int_equal(past_of(TR_PLACE_LANE, 0), 3);
    assert_true(sample[1].passed_cnt == 16 && sample[1].event_cnt == 1);
    assert_int_equal(sample[1].holder, 1 + consumer.place.idx);
    assert_true(sample[1].holder_ns >= 2 * TR_NS_PER_MS && sample[1].holder_ns <= sample[1].blocked_ns);
    assert_true(sample[2].holder == 0 && sample[2].holder_ns == 0);
    bus_kill_producer(&producer);
    bus_produce(&producer, ring, "feed");
    assert_int_equal(past_of(TR_PLACE_LANE, 0), 4);
    assert_true(sample[3].kind == TR_SAMPLE_JOIN && sample[3].passed_cnt == 16);
    assert_true(sample[3].holder == 0 && sample[3].holder_ns == 0);
    tr_consumer_close(&consumer);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        bus_test(come_and_go),
        bus_test(died),
        bus_test(begins_anew),
        bus_test(another_owner),
        bus_test(sums_of_a_consumer),
        bus_test(latencies_of_the_second),
        bus_test(lost_and_evicted),
        bus_test(once_a_second),
        bus_test(holder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
