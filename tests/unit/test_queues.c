/* Queues that grow: told once, until they are short again. */
#include "shm_help.h"
#include "talk_help.h"

#include "feed/queues.h"
#include "log.h"

static struct tr_producer ring;
static struct tr_consumer slow;
static struct tr_consumer quick;
static struct queues queues;
static struct talk talk;
static int64_t now_ns; /* of this test's own clock */

static void join(struct tr_consumer *c, const char *id, bool lossy)
{
    char name[TR_RING_NAME_MAX + 1];
    const struct tr_consumer_options opt = {
        .ring = help_ring_name(name, "queues"), .id = id, .from = TR_FROM_OLDEST, .lossy = lossy};
    assert_int_equal(tr_consumer_open(c, &opt), 0);
}

static void open_ring(uint64_t limit_cnt)
{
    char name[TR_RING_NAME_MAX + 1];
    const struct tr_producer_options opt = {
        .ring = help_ring_name(name, "queues"), .name = "feed", .slot_cnt = 16};
    log_init("feed", LOG_NORMAL);
    queues = (struct queues){.limit_cnt = limit_cnt};
    now_ns = TR_NS_PER_S;
    assert_int_equal(tr_producer_open(&ring, &opt), 0);
    join(&slow, "slow", false);
    talk_begin(&talk);
}

/* Ends it; all that was said, without the names of program and ring, was this. */
static void expect_said(const char *want)
{
    char prefix[64];
    char got[1024] = "";
    size_t len = (size_t)snprintf(prefix, sizeof prefix, "feed: %s: the queue of ", ring.seg.name);
    talk_end(&talk);
    for (char *line = strtok(talk.text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        assert_memory_equal(line, prefix, len);
        strcat(strcat(got, line + len), "\n");
    }
    assert_string_equal(got, want);
    tr_producer_close(&ring, false);
}

static void publish(unsigned cnt)
{
    const struct tr_tick tick = {.kind = TR_TICK_TRADE};
    while (cnt-- > 0 && tr_publish(&ring, &tick) == TR_OK)
        continue;
}

static void take(struct tr_consumer *c, uint32_t cnt)
{
    struct tr_tick tick[16];
    struct tr_batch b;
    if (tr_read(c, tick, cnt, &b) == TR_OK)
        tr_advance(c, &b);
    tr_consumer_flush(c);
}

static void look(void)
{
    now_ns += 10 * TR_NS_PER_MS;
    queues_look(&queues, &ring, now_ns, false);
}

static void grown_and_over(void **state)
{
    (void)state;
    open_ring(8);
    publish(7);
    look(); /* 7 */
    publish(3);
    look(); /* 10: told */
    publish(2);
    look(); /* 12 */
    take(&slow, 6);
    look(); /* 6: below the limit, but not over */
    publish(2);
    look(); /* 8: not told again */
    take(&slow, 4);
    look(); /* 4 is half */
    take(&slow, 1);
    look(); /* 3: over */
    publish(5);
    look(); /* 8: told again */
    tr_consumer_close(&slow);
    expect_said("consumer 'slow' has grown to 10 (limit 8): see with shmmon what it does\n"
                "consumer 'slow' is down to 3, it was 12 at most\n"
                "consumer 'slow' has grown to 8 (limit 8): see with shmmon what it does\n");
}

static void each_by_its_name(void **state)
{
    (void)state;
    open_ring(1);
    join(&quick, "quick", false);
    publish(2);
    take(&quick, 2);
    look();
    publish(1);
    take(&slow, 3);
    look();
    tr_consumer_close(&slow);
    tr_consumer_close(&quick);
    expect_said("consumer 'slow' has grown to 2 (limit 1): see with shmmon what it does\n"
                "consumer 'slow' is down to 0, it was 2 at most\n"
                "consumer 'quick' has grown to 1 (limit 1): see with shmmon what it does\n");
}

/* Who does not hold the feed may be behind as it likes; who has left is not behind. */
static void only_who_holds_the_feed(void **state)
{
    (void)state;
    open_ring(4);
    join(&quick, "lossy", true);
    publish(3);
    take(&slow, 3);
    publish(3);
    look();
    assert_int_equal(queues.deepest_cnt[0], 0);
    publish(3);
    look();
    tr_consumer_close(&slow);
    publish(3);
    look();
    assert_int_equal(queues.deepest_cnt[0], 0); /* the next one in its place begins anew */
    tr_consumer_close(&quick);
    expect_said("consumer 'slow' has grown to 6 (limit 4): see with shmmon what it does\n");
}

static void not_too_often(void **state)
{
    (void)state;
    open_ring(16);
    look();
    publish(16);
    queues_look(&queues, &ring, now_ns + 9 * TR_NS_PER_MS, false); /* too early */
    assert_int_equal(queues.deepest_cnt[0], 0);
    queues_look(&queues, &ring, now_ns + 9 * TR_NS_PER_MS, true); /* no room: the queue is long */
    assert_int_equal(queues.deepest_cnt[0], 16);
    tr_consumer_close(&slow);
    expect_said("consumer 'slow' has grown to 16 (limit 16): see with shmmon what it does\n");
}

static void nobody_asked(void **state)
{
    (void)state;
    open_ring(0);
    publish(16);
    queues_look(&queues, &ring, now_ns, true);
    tr_consumer_close(&slow);
    expect_said("");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(grown_and_over, help_teardown),
        cmocka_unit_test_teardown(each_by_its_name, help_teardown),
        cmocka_unit_test_teardown(only_who_holds_the_feed, help_teardown),
        cmocka_unit_test_teardown(not_too_often, help_teardown),
        cmocka_unit_test_teardown(nobody_asked, help_teardown),
    };
    return cmocka_run_group_tests_name("queues", tests, NULL, NULL);
}
