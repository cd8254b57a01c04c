/* What a feed says of waiting: the accounts of a lane are written here as tr_producer_wait writes them. */
#include "shm_help.h"
#include "talk_help.h"

#include "waits.h"
#include "log.h"

#define S_NS TR_NS_PER_S
#define MS_NS TR_NS_PER_MS

static struct tr_producer ring;
static struct tr_consumer slow;
static struct waits waits;
static struct talk talk;
static int64_t now_ns; /* of this test's own clock */

static void open_ring(void)
{
    char name[TR_RING_NAME_MAX + 1];
    const struct tr_producer_options opt = {
        .ring = help_ring_name(name, "waits"), .name = "feed", .slot_cnt = 4};
    const struct tr_consumer_options reader = {
        .ring = name, .id = "slow", .from = TR_FROM_OLDEST, .hold_ns = TR_HOLD_DEFAULT_NS};
    log_init("feed", LOG_NORMAL);
    memset(&waits, 0, sizeof waits);
    now_ns = S_NS;
    assert_int_equal(tr_producer_open(&ring, &opt), 0);
    assert_int_equal(tr_consumer_open(&slow, &reader), 0);
    ring.stalled_by = 0;
}

static void close_ring(void)
{
    tr_consumer_close(&slow);
    tr_producer_close(&ring, false);
}

/* Place c held the lane for so long. */
static void hold(unsigned c, int64_t ns)
{
    char name[TR_NAME_MAX + 1];
    tr_registry_name(&ring.seg, TR_PLACE_MEMBER, c, name);
    tr_store_rlx(&ring.lane->blocked_by_name[c], tr_registry_name_id(name));
    tr_own_add(&ring.lane->blocked_by_ns[c], (uint64_t)ns);
    now_ns += ns;
}

static void wait_ns(int64_t ns)
{
    waits_begin(&waits, &ring, now_ns);
    hold(0, ns);
    waits_end(&waits, now_ns);
}

/* All that was said, without the names of program and ring. */
static void expect_said(const char *want)
{
    char prefix[64];
    char got[1024] = "";
    size_t len = (size_t)snprintf(prefix, sizeof prefix, "feed: %s: ", ring.seg.name);
    for (char *line = strtok(talk.text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        assert_memory_equal(line, prefix, len);
        strcat(strcat(got, line + len), "\n");
    }
    assert_string_equal(got, want);
}

static void short_waits_that_follow_closely_are_one(void **state)
{
    (void)state;
    open_ring();
    hold(0, 700 * MS_NS); /* an earlier feed of this lane */
    talk_begin(&talk);
    for (int i = 0; i < 3; i++) {
        wait_ns(500 * MS_NS);
        now_ns += 10 * MS_NS;
        waits_tell(&waits, &ring, now_ns, false); /* not yet */
    }
    waits_tell(&waits, &ring, now_ns, true);
    waits_tell(&waits, &ring, now_ns, true); /* told already */
    talk_end(&talk);
    expect_said("waiting for consumer 'slow' (alive) 1.0 s: buffer full\n"
                "waited 1.5 s for consumer 'slow' (buffer full)\n");
    close_ring();
}

static void a_long_wait_is_told_at_longer_and_longer_intervals(void **state)
{
    (void)state;
    open_ring();
    talk_begin(&talk);
    waits_begin(&waits, &ring, now_ns);
    for (int i = 0; i < 90; i++) {
        hold(0, 100 * MS_NS);
        waits_look(&waits, &ring);
    }
    waits_end(&waits, now_ns);
    waits_tell(&waits, &ring, now_ns + 999 * MS_NS, false);
    waits_tell(&waits, &ring, now_ns + S_NS, false); /* there was room for a second */
    talk_end(&talk);
    expect_said("waiting for consumer 'slow' (alive) 1.0 s: buffer full\n"
                "waiting for consumer 'slow' (alive) 2.0 s: buffer full\n"
                "waiting for consumer 'slow' (alive) 4.0 s: buffer full\n"
                "waiting for consumer 'slow' (alive) 8.0 s: buffer full\n"
                "waited 9.0 s for consumer 'slow' (buffer full)\n");
    close_ring();
}

static void waits_far_apart_are_two(void **state)
{
    (void)state;
    open_ring();
    talk_begin(&talk);
    wait_ns(600 * MS_NS);
    now_ns += S_NS;
    wait_ns(800 * MS_NS); /* the first one is told when this one begins */
    now_ns += S_NS;
    wait_ns(400 * MS_NS);
    waits_tell(&waits, &ring, now_ns, true); /* too short to be told */
    talk_end(&talk);
    expect_said("waited 0.6 s for consumer 'slow' (buffer full)\n"
                "waited 0.8 s for consumer 'slow' (buffer full)\n");
    close_ring();
}

static void nothing_to_tell(void **state)
{
    (void)state;
    open_ring();
    talk_begin(&talk);
    waits_tell(&waits, &ring, now_ns, true);
    ring.stalled_by = TR_NOBODY;
    wait_ns(0);
    waits_tell(&waits, &ring, now_ns, true);
    talk_end(&talk);
    expect_said("");
    close_ring();
}

/* The account belongs to a name, not to a place. */
static void a_place_that_changes_hands(void **state)
{
    struct wait_account before;
    (void)state;
    open_ring();
    hold(0, 3 * S_NS);
    before = wait_account_of(&ring, 0);
    assert_string_equal(before.name, "slow");
    assert_int_equal(before.ns, 3 * S_NS);
    hold(0, S_NS);
    assert_int_equal(wait_account_since(&ring, 0, &before).ns, S_NS);
    strcpy(before.name, "another");
    assert_int_equal(wait_account_since(&ring, 0, &before).ns, 4 * S_NS);
    assert_string_equal(wait_account_since(&ring, 0, &before).name, "slow");
    close_ring();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(short_waits_that_follow_closely_are_one, help_teardown),
        cmocka_unit_test_teardown(a_long_wait_is_told_at_longer_and_longer_intervals, help_teardown),
        cmocka_unit_test_teardown(waits_far_apart_are_two, help_teardown),
        cmocka_unit_test_teardown(nothing_to_tell, help_teardown),
        cmocka_unit_test_teardown(a_place_that_changes_hands, help_teardown),
    };
    return cmocka_run_group_tests_name("waits", tests, NULL, NULL);
}
