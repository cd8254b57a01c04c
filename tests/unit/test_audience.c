/* What is said of consumers that have gone: each thing once, and not before it is so. */
#include "bus_help.h"
#include "talk_help.h"

#include "audience.h"
#include "log.h"

static char name[TR_RING_NAME_MAX + 1];
static struct tr_producer feed;
static struct tr_consumer reader;
static struct audience audience;
static struct talk talk;
static int64_t now_ns; /* runs ahead: a housekeeping each */

static int begin(void **state)
{
    (void)state;
    log_init("feed", LOG_NORMAL);
    audience = (struct audience){0};
    bus_produce(&feed, help_ring_name(name, "audience"), "feed");
    now_ns = tr_now_ns();
    return 0;
}

static int end(void **state)
{
    tr_producer_close(&feed, false);
    return help_teardown(state);
}

static void join(int64_t hold_ns)
{
    struct tr_consumer_options opt = bus_consumer_options(name, "reader");
    opt.hold_ns = hold_ns;
    assert_int_equal(tr_consumer_open(&reader, &opt), 0);
}

/* What is said when some time has passed. */
static const char *look(void)
{
    now_ns += TR_NS_PER_S;
    talk_begin(&talk);
    int rc = tr_producer_housekeep(&feed, now_ns);
    audience_look(&audience, &feed);
    talk_end(&talk);
    assert_int_equal(rc, 0);
    return talk.text;
}

static void nobody_has_come_yet(void **state)
{
    (void)state;
    assert_string_equal(look(), "");
    assert_string_equal(look(), "");
}

static void the_last_has_left(void **state)
{
    (void)state;
    join(TR_NS_PER_S);
    assert_string_equal(look(), "");
    tr_consumer_close(&reader);
    expect_part(look(), "all consumers have gone, going on alone\n");
    assert_string_equal(look(), "");
}

/* Who died is not gone as long as its place is held: the feed waits for it. */
static void one_that_died_is_held(void **state)
{
    (void)state;
    join(30 * TR_NS_PER_S);
    assert_string_equal(look(), "");
    bus_kill_consumer(&reader);
    for (int i = 0; i < 20; i++)
        assert_string_equal(look(), "");
    now_ns += 60 * TR_NS_PER_S;
    expect_part(look(), "consumer 'reader' died and its hold is over: going on without it\n");
    expect_part(talk.text, "all consumers have gone, going on alone\n");
    assert_string_equal(look(), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nobody_has_come_yet, begin, end),
        cmocka_unit_test_setup_teardown(the_last_has_left, begin, end),
        cmocka_unit_test_setup_teardown(one_that_died_is_held, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
