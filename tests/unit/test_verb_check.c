/* One line and an exit code, as monitoring plug-ins have them. */
#include "monitor_help.h"

#include "monitor/verbs.h"

static struct tr_producer feed;
static struct tr_consumer reader;

/* Runs check; its line is in capture_text, and is one. */
static int check_with(const char *ring, struct level_limits limits)
{
    const struct monitor_options opt = {.verb = VERB_CHECK, .ring = ring, .limits = limits};
    struct capture c = capture_begin(STDERR_FILENO);
    struct out *out = capture_out();
    int code = verb_check(&opt, out);
    const char *said = capture_end(&c);
    assert_string_equal(said, "");
    const char *text = capture_out_end(out);
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
    return code;
}

static int check(const char *ring)
{
    return check_with(ring, level_defaults());
}

static void expect_line(const char *ring, const char *status, const char *rest)
{
    char want[400];
    snprintf(want, sizeof want, "TICKRING %s - ring %s%s", status, ring, rest);
    if (strcmp(capture_text, want) != 0)
        print_error("%s", capture_text);
    assert_string_equal(capture_text, want);
}

static void expect_begin(const char *ring, const char *status, const char *rest)
{
    char want[400];
    snprintf(want, sizeof want, "TICKRING %s - ring %s%s", status, ring, rest);
    if (strncmp(capture_text, want, strlen(want)) != 0)
        print_error("%s", capture_text);
    assert_memory_equal(capture_text, want, strlen(want));
}

static void test_ok(void **state)
{
    const char *ring = ring_name("ok");
    (void)state;
    feed_open(&feed, ring, "feed", 64);
    assert_int_equal(check(ring), 0);
    expect_line(ring, "OK",
                " open, no consumer | 'queue'=0;48;57;0;64 'age'=0.000000s;;;0 'lost'=0c 'published'=0c"
                " 'service'=0.000000000s;;;0 'service_p99'=0.000000000s;;;0\n");
    reader_open(&reader, ring, "signals");
    feed_ticks(&feed, 10);
    assert_int_equal(check(ring), 0);
    expect_begin(ring, "OK", " open, deepest queue 10 of 64 (signals) | 'queue'=10;48;57;0;64 'age'=0.");
    expect_part(capture_text, " 'lost'=0c 'published'=10c 'service'=");
    tr_producer_close(&feed, false);
    reader_ticks(&reader, 10);
    assert_int_equal(check(ring), 0);
    expect_begin(ring, "OK",
                 " closed, deepest queue 0 of 64 (signals) | 'queue'=0;48;57;0;64 'age'=0.000000s;;;0"
                 " 'lost'=0c 'published'=10c 'service'=");
    tr_consumer_close(&reader);
}

static void test_levels(void **state)
{
    const char *ring = ring_name("levels");
    (void)state;
    feed_open(&feed, ring, "feed", 64);
    reader_open(&reader, ring, "slow");
    feed_ticks(&feed, 48);
    assert_int_equal(check(ring), 1);
    expect_begin(ring, "WARNING",
                 " open, consumer slow is behind: 48 ticks (75 % of the ring), the oldest waits ");
    expect_part(capture_text, " | 'queue'=48;48;57;0;64 'age'=0.");
    feed_ticks(&feed, 16);
    assert_int_equal(check(ring), 2);
    expect_begin(ring, "CRITICAL", " open, consumer slow is behind: 64 ticks (100 % of the ring)");
    tr_producer_close(&feed, false);
    tr_consumer_close(&reader);
}

/* Data has the limits of its own kind only. */
static void test_limits_of_other_kinds(void **state)
{
    const char *ring = ring_name("kinds");
    (void)state;
    feed_open(&feed, ring, "feed", 64);
    reader_open(&reader, ring, "slow");
    feed_ticks(&feed, 10);
    struct level_limits limits = {.warn = {LIMIT_AGE, 1000000}, .crit = {LIMIT_AGE, INT64_C(3600000000000)}};
    while (check_with(ring, limits) == 0)
        continue; /* until the tick is a millisecond old */
    expect_begin(ring, "WARNING",
                 " open, consumer slow is behind: 10 ticks (15 % of the ring), the oldest waits ");
    expect_part(capture_text, " 'queue'=10;;;0;64 'age'=0.");
    expect_part(capture_text, "s;0.001000;3600.000000;0 ");
    limits = (struct level_limits){.warn = {LIMIT_TICKS, 5}, .crit = {LIMIT_TICKS, 11}};
    assert_int_equal(check_with(ring, limits), 1);
    expect_part(capture_text, " 'queue'=10;5;11;0;64 'age'=0.");
    expect_part(capture_text, "s;;;0 ");
    tr_producer_close(&feed, false);
    tr_consumer_close(&reader);
}

/* The worst is told, not the first, and how many there are beside it. */
static void test_worst_first(void **state)
{
    static struct tr_consumer second;
    struct scribble s;
    const char *ring = ring_name("worst");
    (void)state;
    feed_open(&feed, ring, "feed", 64);
    reader_open(&reader, ring, "warned");
    feed_ticks(&feed, 14);
    reader_open(&second, ring, "bad");
    reader_ticks(&reader, 14);
    feed_ticks(&feed, 50);
    scribble_open(&s, ring);
    tr_store_rlx(&scribble_lane(&s, 0)->beat_ns, (uint64_t)(tr_now_ns() - 3 * TR_NS_PER_S));
    assert_int_equal(check(ring), 2);
    expect_begin(ring, "CRITICAL",
                 " open, consumer bad is behind: 64 ticks (100 % of the ring), the oldest waits ");
    expect_part(capture_text, " (and 2 more) | 'queue'=64;");
    scribble_close(&s);
    assert_int_equal(check_with(ring, (struct level_limits){{LIMIT_TICKS, 1}, {LIMIT_TICKS, 1}}), 2);
    expect_begin(ring, "CRITICAL", " open, consumer bad is behind: 64 ticks"); /* the deepest of two */
    tr_producer_close(&feed, false);
    tr_consumer_close(&reader);
    tr_consumer_close(&second);
}

/* The service time is that of the consumer with the largest mean. */
static void test_service_time(void **state)
{
    static struct tr_consumer quick;
    const char *ring = ring_name("service");
    (void)state;
    feed_open(&feed, ring, "feed", 64);
    reader_open(&quick, ring, "quick");
    reader_open(&reader, ring, "slow");
    tr_hist_add(&quick.stats->service, 40, 1000);
    tr_hist_add(&reader.stats->service, 50, 98);
    tr_hist_add(&reader.stats->service, 5000050, 2);
    assert_int_equal(check(ring), 0);
    expect_part(capture_text, " 'service'=0.000100050s;;;0 'service_p99'=0.005");
    tr_producer_close(&feed, false);
    tr_consumer_close(&reader);
    tr_consumer_close(&quick);
}

static void test_dead_feed(void **state)
{
    const char *ring = ring_name("dead");
    (void)state;
    feed_dies(ring, "feed", 64, 3);
    assert_int_equal(check(ring), 2);
    expect_line(ring, "CRITICAL",
                " stale, feed died before its end: start it again | 'queue'=0;48;57;0;64"
                " 'age'=0.000000s;;;0 'lost'=0c 'published'=3c"
                " 'service'=0.000000000s;;;0 'service_p99'=0.000000000s;;;0\n");
    shm_remove(ring);
}

/* A limit in per cent is one of a lane; a sum over several has none. */
static void test_several_lanes(void **state)
{
    static struct tr_producer second;
    const char *ring = ring_name("lanes");
    (void)state;
    feed_open(&feed, ring, "a", 64);
    feed_open(&second, ring, "b", 64);
    reader_open(&reader, ring, "both");
    feed_ticks(&feed, 30);
    feed_ticks(&second, 30);
    assert_int_equal(check(ring), 0);
    expect_begin(ring, "OK", " open, deepest queue 60 of 128 (both) | 'queue'=60;;;0;128 ");
    tr_producer_close(&feed, false);
    tr_producer_close(&second, false);
    tr_consumer_close(&reader);
}

static void test_unknown(void **state)
{
    const char *ring = ring_name("none");
    char path[SHM_PATH_LEN];
    (void)state;
    assert_int_equal(check(ring), 3);
    expect_line(ring, "UNKNOWN", ": no such ring, start a feed; shmmon list shows what there is\n");
    shm_write(ring, "not a ring", 10);
    assert_int_equal(check(ring), 3);
    expect_line(ring, "UNKNOWN", ": no ring, or corrupt: remove it by hand if it is yours\n");
    shm_remove(ring);
    shm_path(path, ring);
    assert_int_equal(mkfifo(path, 0600), 0); /* does not hang */
    assert_int_equal(check(ring), 3);
    expect_begin(ring, "UNKNOWN", ": the name is taken by something that is no ring of ours");
    shm_remove(ring);
    feed_open(&feed, ring, "feed", 64);
    tr_producer_close(&feed, true);
    header_write(ring, offsetof(struct tr_header, version_major), 99, true);
    assert_int_equal(check(ring), 3);
    expect_begin(ring, "UNKNOWN", ": a ring of another version");
    shm_remove(ring);
}

/* A bar would end the words, a newline the line. */
static void test_hostile_names(void **state)
{
    struct scribble s;
    const char *ring = ring_name("hostile");
    (void)state;
    feed_open(&feed, ring, "feed", 64);
    reader_open(&reader, ring, "slow");
    scribble_open(&s, ring);
    strcpy(scribble_member(&s, 0)->who.name, "a|b\n\x1b[2J");
    assert_int_equal(check(ring), 0);
    expect_begin(ring, "OK", " open, deepest queue 0 of 64 (a\\x7cb\\x0a\\x1b[2J) | 'queue'=0;");
    feed_ticks(&feed, 60);
    assert_int_equal(check(ring), 2);
    expect_begin(ring, "CRITICAL", " open, consumer a\\x7cb\\x0a\\x1b[2J is behind: 60 ticks");
    scribble_close(&s);
    tr_producer_close(&feed, false);
    tr_consumer_close(&reader);
}

static void test_default_ring(void **state)
{
    (void)state;
    need_own_shm();
    assert_int_equal(check(NULL), 3);
    expect_begin("ticks", "UNKNOWN", ": no such ring");
    feed_open(&feed, "ticks", "feed", 64);
    assert_int_equal(check(NULL), 0);
    expect_begin("ticks", "OK", " open, no consumer | ");
    tr_producer_close(&feed, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ok),
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_limits_of_other_kinds),
        cmocka_unit_test(test_worst_first),
        cmocka_unit_test(test_service_time),
        cmocka_unit_test(test_dead_feed),
        cmocka_unit_test(test_several_lanes),
        cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_hostile_names),
        cmocka_unit_test(test_default_ring),
    };
    alarm(60);
    return cmocka_run_group_tests_name("verb_check", tests, own_shm_setup, own_shm_teardown);
}
