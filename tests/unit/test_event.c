/* What happened, found in a past that was filled by hand: each kind of event, in order, and with any numbers. */
#include "past_help.h"

#include "monitor/analysis/event.h"

#define MAX 64

static struct snapshot snap;
static struct past past;
static struct event event[MAX];
static unsigned cnt;

static int setup(void **state)
{
    (void)state;
    past_fill(&snap, &past);
    return 0;
}

static void look(void)
{
    cnt = event_list(&snap, event, MAX);
    assert_in_range(cnt, 0, MAX);
}

/* The events as lines, "time kind level text". */
static const char *lines(void)
{
    struct out *out = capture_out();
    for (unsigned i = 0; i < cnt; i++)
        out_format(out, "%lld.%lld %s %s %s\n", (long long)(event[i].at_ns / TR_NS_PER_S),
                   (long long)(event[i].at_ns % TR_NS_PER_S / 100000000), event_kind_name(event[i].kind),
                   level_name(event[i].level), event[i].text);
    return capture_out_end(out);
}

static void expect_line(const char *part)
{
    look();
    expect_part(lines(), part);
}

static const char whole[] =
    "960.0 joined OK consumer screen came back (pid 5006) after 10.0s\n"
    "950.0 left OK consumer screen left (pid 5005)\n"
    "900.0 over limit CRIT consumer screen was over the limit for 1.00s, 4520 ticks at most\n"
    "900.0 lost OK consumer screen lost 500 ticks of binance, 495500 to 495999\n"
    "880.7 evicted WARN consumer risk did not come back, the feed goes on without it\n"
    "850.7 died WARN consumer risk died (pid 5004)\n"
    "765.0 joined OK feed kraken came back (pid 4003) after 5.00s\n"
    "760.0 died CRIT feed kraken died (pid 4002)\n"
    "710.0 lost CRIT consumer stopped lost 6904 ticks of binance, 299997 to 306900\n"
    "710.0 evicted WARN consumer stopped found that the feed had gone on without it\n"
    "704.0 over limit CRIT consumer stopped was over the limit for 6.00s, 4999 ticks at most\n"
    "640.0 stalled OK feed binance stood at the full ring for 8.00s of 20.0s, held by slow\n"
    "634.0 over limit CRIT consumer slow was over the limit for 30.0s, 4096 ticks at most\n"
    "400.0 joined OK feed binance joined (pid 4001)\n"
    "400.0 joined OK feed kraken joined (pid 4002)\n"
    "400.0 joined OK consumer risk joined (pid 5004)\n"
    "400.0 joined OK consumer screen joined (pid 5005)\n"
    "400.0 joined OK consumer signals joined (pid 5001)\n"
    "400.0 joined OK consumer slow joined (pid 5002)\n"
    "400.0 joined OK consumer stopped joined (pid 5003)\n";

static void test_all(void **state)
{
    (void)state;
    look();
    assert_string_equal(lines(), whole);
    assert_string_equal(event[0].name, "screen");
    assert_string_equal(event[cnt - 1].name, "stopped");
}

/* However few are asked for: those that are the newest. */
static void test_newest(void **state)
{
    static char all[sizeof whole];
    (void)state;
    for (unsigned max = 0; max < 20; max++) {
        cnt = event_list(&snap, event, max);
        assert_int_equal(cnt, max);
        snprintf(all, sizeof all, "%s", lines());
        assert_memory_equal(all, whole, strlen(all));
    }
}

/* Without a past there is still what the view knows. */
static void test_no_past(void **state)
{
    (void)state;
    snap.past = NULL;
    look();
    assert_string_equal(lines(),
                        "900.0 lost OK consumer screen lost 500 ticks of binance, 495500 to 495999\n"
                        "880.7 evicted WARN consumer risk did not come back, the feed goes on without it\n"
                        "850.7 died WARN consumer risk died (pid 5004)\n"
                        "710.0 lost CRIT consumer stopped lost 6904 ticks of binance, 299997 to 306900\n");
    memset(&snap.view, 0, sizeof snap.view);
    look();
    assert_int_equal(cnt, 0);
}

static void test_feed_dies(void **state)
{
    (void)state;
    snap.view.lane[PAST_BINANCE].alive = false;
    expect_line("999.9 died CRIT feed binance died (pid 4001)\n");
    snap.view.lane[PAST_BINANCE].closed = true;
    look();
    expect_no_part(lines(), "feed binance died");
}

/* Passed over, and it does not know yet. */
static void test_evicted(void **state)
{
    struct tr_member_view *m = &snap.view.member[PAST_RISK];
    (void)state;
    m->alive = true;
    expect_line("850.7 evicted WARN consumer risk has not moved since, and the feed goes on without it\n");
    m->alive = false;
    m->hold_ns = INT64_MAX;
    expect_line("1000.0 evicted WARN consumer risk did not come back, the feed goes on without it\n");
    m->done = true;
    look();
    expect_no_part(lines(), "evicted WARN consumer risk");
}

/* One called by what it is. */
static void test_doubled_name(void **state)
{
    (void)state;
    strcpy(snap.view.lane[PAST_BINANCE].name, "feed");
    strcpy(snap.view.member[PAST_RISK].name, "consumer");
    expect_line("OK feed joined (pid 4001)\n");
    expect_line("WARN consumer died (pid 5004)\n");
}

/* A tick is singular. */
static void test_one_tick(void **state)
{
    (void)state;
    snap.view.member[PAST_SCREEN].gap[0].to = snap.view.member[PAST_SCREEN].gap[0].from + 1;
    expect_line("lost 1 tick of binance, 495500 to 495500\n");
}

/* A lossy one that is overrun all the time: what follows closely is one event; of a reliable one each gap is. */
static void test_gaps(void **state)
{
    struct tr_member_view *m = &snap.view.member[PAST_SCREEN];
    (void)state;
    past_gap_now(m, 902, 497000, 497010);
    past_gap_now(m, 903, 498000, 498001);
    m->gap[3] = (struct tr_gap_record){PAST_S(903), PAST_KRAKEN, 5, 6, 0};
    m->gap_cnt++;
    past_gap_now(m, 906, 499000, 499002);
    look();
    expect_part(lines(),
                "900.0 lost OK consumer screen lost 511 ticks of binance in 3 gaps, 495500 to 498000\n");
    expect_part(lines(), "903.0 lost OK consumer screen lost 1 tick of kraken, 5 to 5\n");
    expect_part(lines(), "906.0 lost OK consumer screen lost 2 ticks of binance, 499000 to 499001\n");
    m->lossy = false;
    expect_line("902.0 lost CRIT consumer screen lost 10 ticks of binance, 497000 to 497009\n");
    m->lossy = true;
    m->gap[1].from = 495999; /* no gap can: they are not in order */
    expect_line("902.0 lost OK consumer screen lost 1012 ticks of binance in 2 gaps, 495999 to 498000\n");
}

static void add_lane(int s, uint64_t dropped, uint64_t blocked_ns, uint64_t holder)
{
    const struct tr_sample sample = {.at_ns = PAST_S(s),
                                     .kind = TR_SAMPLE_SECOND,
                                     .pid = 4001,
                                     .lost_cnt = dropped,
                                     .blocked_ns = blocked_ns,
                                     .holder = holder};
    past_add(&past.lane[PAST_BINANCE], &sample);
}

/* What is dropped for seconds on end is one event, and another after a pause. */
static void test_drops(void **state)
{
    (void)state;
    past.lane[PAST_BINANCE].cnt = 0;
    add_lane(980, 0, 0, 0);
    add_lane(981, 10, 0, 0);
    add_lane(982, 30, 0, 0);
    add_lane(983, 30, 0, 0);
    add_lane(984, 31, 0, 0);
    snap.view.lane[PAST_BINANCE].dropped_cnt = 32;
    snap.view.lane[PAST_BINANCE].blocked_ns = 0;
    look();
    expect_part(lines(), "983.0 lost CRIT feed binance dropped 2 ticks: the ring was full\n");
    expect_part(lines(), "980.0 lost CRIT feed binance dropped 30 ticks: the ring was full\n");
}

/* Stalls: one after the other, by whom; less than a hundredth of the time is none; one that goes on. */
static void test_stalls(void **state)
{
    (void)state;
    past.lane[PAST_BINANCE].cnt = 0;
    add_lane(980, 0, 0, 0);
    add_lane(981, 0, 500000000, 1 + PAST_SLOW);
    add_lane(982, 0, 1000000000, 1 + PAST_SIGNALS);
    add_lane(983, 0, 1009000000, 1 + PAST_SIGNALS);
    add_lane(998, 0, 1009000000, 0);
    add_lane(999, 0, 2009000000, 9);
    snap.view.lane[PAST_BINANCE].blocked_ns = 2909000000;
    look();
    const char *text = lines();
    expect_part(text,
                "980.0 stalled OK feed binance stood at the full ring for 500ms of 1.00s, held by slow\n");
    expect_part(text,
                "981.0 stalled OK feed binance stood at the full ring for 500ms of 1.00s, held by signals\n");
    expect_part(text,
                "998.0 stalled OK feed binance stood at the full ring for 1.90s of 2.00s, held by somebody "
                "who has left\n");
    expect_no_part(text, "982.0");
}

/* A limit that is an age: how old the oldest was when it was read, or is since nothing is read. */
static void test_age_limit(void **state)
{
    (void)state;
    snap.limits.warn = (struct limit){LIMIT_AGE, 5 * TR_NS_PER_S};
    snap.limits.crit = (struct limit){LIMIT_AGE, 100 * TR_NS_PER_S};
    expect_line("705.0 over limit WARN consumer stopped was over the limit for 5.00s, ");
    expect_no_part(lines(), "consumer slow was over");
    snap.limits.warn.value = 800000;
    expect_line("400.0 over limit WARN consumer slow has been over the limit for 600s, 4096 ticks at most\n");
}

/* Who is stopped right now: since its queue reached the limit. */
static void test_stopped_now(void **state)
{
    struct tr_member_view *m = &snap.view.member[PAST_SIGNALS];
    (void)state;
    past.member[PAST_SIGNALS].cnt -= 9; /* silent since 990 */
    m->beat_ns = PAST_S(990);
    m->lag = m->lane[PAST_BINANCE].lag = 4096;
    past.lane[PAST_BINANCE].cnt -= 7;
    look();
    expect_part(lines(), " over limit CRIT consumer signals has been over the limit for ");
    assert_in_range(event[0].at_ns, PAST_S(992), PAST_S(1000));
    assert_string_equal(event[0].name, "signals");
    m->lag = m->lane[PAST_BINANCE].lag = 3080; /* has just reached 75 % */
    look();
    expect_part(lines(), " over limit WARN consumer signals is over the limit, 3080 ticks at most\n");
}

static void test_hostile(void **state)
{
    static const uint64_t value[] = {0, UINT64_MAX, UINT64_C(1) << 63, INT64_MAX, 1};
    (void)state;
    for (unsigned v = 0; v < 5; v++) {
        setup(NULL);
        past_fill_hostile(&snap, &past, value[v], value[(v + 1) % 5]);
        look();
        assert_int_equal(cnt, MAX);
        for (unsigned e = 1; e < cnt; e++)
            assert_true(event[e].at_ns <= event[e - 1].at_ns);
        for (unsigned e = 0; e < cnt; e++)
            assert_true(strnlen(event[e].text, EVENT_LEN) < EVENT_LEN && event[e].text[0] != '\0');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_all, setup),          cmocka_unit_test_setup(test_newest, setup),
        cmocka_unit_test_setup(test_no_past, setup),      cmocka_unit_test_setup(test_feed_dies, setup),
        cmocka_unit_test_setup(test_doubled_name, setup), cmocka_unit_test_setup(test_one_tick, setup),
        cmocka_unit_test_setup(test_evicted, setup),      cmocka_unit_test_setup(test_gaps, setup),
        cmocka_unit_test_setup(test_drops, setup),        cmocka_unit_test_setup(test_stalls, setup),
        cmocka_unit_test_setup(test_age_limit, setup),    cmocka_unit_test_setup(test_stopped_now, setup),
        cmocka_unit_test_setup(test_hostile, setup),
    };
    alarm(60);
    return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
