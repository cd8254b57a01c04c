/* Why a consumer is slow: each sentence, and which of two comes first. */
#include "past_help.h"

#include "monitor/analysis/reason.h"

static struct snapshot snap;
static struct past past;
static struct tr_member_view *slow;

static int setup(void **state)
{
    (void)state;
    past_fill(&snap, &past);
    slow = &snap.view.member[PAST_SLOW];
    return 0;
}

static const char *reason(unsigned c)
{
    static char text[REASON_LEN];
    memset(text, 'x', sizeof text);
    assert_ptr_equal(reason_of_member(&snap, c, text), text);
    assert_true(strnlen(text, sizeof text) < sizeof text);
    assert_true(text[0] != '\0');
    return text;
}

static void expect_reason(const char *want)
{
    assert_string_equal(reason(PAST_SLOW), want);
}

/* The window of ten seconds: what was spent and read in it, and the queue before and after. */
static void set_window(uint64_t busy_ms, uint64_t idle_ms, uint64_t blocked_ms, uint64_t read_cnt,
                       uint64_t lag_before, uint64_t lag)
{
    struct past_track *track = &past.member[PAST_SLOW];
    track->cnt -= 9; /* 990 is its last */
    struct tr_sample s = *past_sample(track, track->cnt - 1);
    s.lag = lag_before;
    track->cnt--;
    past_add(track, &s);
    slow->busy_ns = s.busy_ns + busy_ms * 1000000;
    slow->idle_ns = s.idle_ns + idle_ms * 1000000;
    slow->blocked_ns = s.blocked_ns + blocked_ms * 1000000;
    slow->delivered = s.passed_cnt + read_cnt;
    slow->lag = slow->lane[PAST_BINANCE].lag = lag;
}

static void hold_feed(uint64_t blocked_ms)
{
    struct past_track *track = &past.lane[PAST_BINANCE];
    struct tr_sample s = *past_sample(track, track->cnt - 1);
    s.holder = 1 + PAST_SLOW;
    s.holder_ns = blocked_ms * 1000000;
    track->cnt--;
    past_add(track, &s);
    snap.view.lane[PAST_BINANCE].blocked_ns += blocked_ms * 1000000;
}

static void test_keeps_up(void **state)
{
    (void)state;
    assert_string_equal(reason(PAST_SIGNALS), "keeps up: idle 67 % of the time");
    set_window(9500, 500, 0, 11000, 10, 10);
    expect_reason("keeps up, but is busy 95 % of the time: little to spare");
    slow->delivered -= 11000;
    slow->lag = slow->lane[PAST_BINANCE].lag = 0;
    expect_reason("has nothing to read");
    snap.past = NULL;
    expect_reason("keeps up");
}

static void test_gone(void **state)
{
    (void)state;
    assert_string_equal(reason(PAST_RISK),
                        "was killed, and the feed goes on without it: what it misses is lost to it");
    slow->alive = false;
    expect_reason("was killed, and the feed waits for it up to 30.0s: start it again and it goes on");
    snap.view.lane[PAST_BINANCE].alive = snap.view.lane[PAST_KRAKEN].alive = false;
    expect_reason("was killed: start it again and it goes on");
    slow->lossy = true;
    expect_reason("was killed: it is lossy, nobody waits for it");
    slow->done = true;
    expect_reason("left in good order");
}

static void test_stopped(void **state)
{
    (void)state;
    slow->beat_ns = PAST_S(995);
    expect_reason("stopped or stuck (pid 5002 keeps no house for 5.00s)");
    hold_feed(900);
    expect_reason("stopped or stuck (pid 5002 keeps no house for 5.00s), and holds the feed");
    slow->lane[PAST_BINANCE].evicted = true;
    expect_reason("stopped or stuck (pid 5002 keeps no house for 5.00s): the feed goes on without it");
    slow->beat_ns = INT64_MIN;
    expect_reason("stopped or stuck (pid 5002 keeps no house for long): the feed goes on without it");
    slow->beat_ns = PAST_S(1000);
    expect_reason("the feed has gone on without it: what it missed is lost to it");
}

/* Its own next ring comes before what follows from it. */
static void test_waits_for_next(void **state)
{
    (void)state;
    set_window(10000, 0, 8700, 1000, 0, 4000);
    hold_feed(900);
    expect_reason("waits for room in the next ring 87 % of the time: see the next stage");
}

static void test_sets_the_pace(void **state)
{
    (void)state;
    set_window(10000, 0, 0, 97000, 4096, 4096);
    hold_feed(900);
    expect_reason("sets the pace for all reliable readers: a tick takes it 103us, 9700/s at most");
    slow->delivered -= 97000; /* none was read: what a tick took it before */
    expect_reason("sets the pace for all reliable readers: a tick takes it 250ns, 4.00M/s at most");
    memset(&slow->service, 0, sizeof slow->service);
    expect_reason("sets the pace for all reliable readers");
    slow->lossy = true;
    expect_reason("is 4096 ticks behind");
}

static void test_comes_late(void **state)
{
    (void)state;
    set_window(2000, 8000, 0, 11000, 4096, 4096);
    hold_feed(900);
    expect_reason("holds the feed 9 % of the time, but is idle 80 %: is woken late, or gets no processor");
}

static void test_overrun(void **state)
{
    (void)state;
    set_window(10000, 0, 0, 10000, 4096, 9000);
    slow->lossy = true;
    slow->lost = past_sample(&past.member[PAST_SLOW], past.member[PAST_SLOW].cnt - 1)->lost_cnt + 12345;
    expect_reason("is overrun: lossy, it lost 12.3k ticks in 10.0s: a tick takes it 1.00ms, 1000/s at most");
}

static void test_falls_behind(void **state)
{
    (void)state;
    set_window(10000, 0, 0, 10000, 1000, 2000);
    expect_reason(
        "falls behind by 100 ticks a second, full in 21.0s: a tick takes it 1.00ms, 1000/s at most");
}

static void test_catches_up(void **state)
{
    (void)state;
    set_window(10000, 0, 0, 20000, 3000, 1000);
    expect_reason("catches up: 1000 ticks before it, 200 a second fewer, done in 5.00s");
    slow->lag = slow->lane[PAST_BINANCE].lag = 20; /* not worth a word */
    expect_reason("keeps up, but is busy 100 % of the time: little to spare");
}

static void test_stays_behind(void **state)
{
    (void)state;
    set_window(10000, 0, 0, 20000, 3000, 3000);
    expect_reason("is 3000 ticks behind: a tick takes it 500us, 2000/s at most");
    snap.past = NULL;
    expect_reason("is 3000 ticks behind: a tick takes it 250ns, 4.00M/s at most");
}

static void test_hostile(void **state)
{
    static const uint64_t value[] = {0, UINT64_MAX, UINT64_C(1) << 63, INT64_MAX, 1};
    (void)state;
    for (unsigned v = 0; v < 5; v++) {
        setup(NULL);
        past_fill_hostile(&snap, &past, value[v], value[(v + 1) % 5]);
        for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
            for (const char *at = reason(c); *at != '\0'; at++)
                assert_true(*at >= ' ' && *at <= '~');
            snap.view.member[c].beat_ns = snap.view.taken_ns;
            snap.view.member[c].alive = true;
            (void)reason(c);
        }
    }
    memset(&snap.view, 0, sizeof snap.view);
    (void)reason(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_keeps_up, setup),      cmocka_unit_test_setup(test_gone, setup),
        cmocka_unit_test_setup(test_stopped, setup),       cmocka_unit_test_setup(test_waits_for_next, setup),
        cmocka_unit_test_setup(test_sets_the_pace, setup), cmocka_unit_test_setup(test_comes_late, setup),
        cmocka_unit_test_setup(test_overrun, setup),       cmocka_unit_test_setup(test_falls_behind, setup),
        cmocka_unit_test_setup(test_catches_up, setup),    cmocka_unit_test_setup(test_stays_behind, setup),
        cmocka_unit_test_setup(test_hostile, setup),
    };
    alarm(60);
    return cmocka_run_group_tests_name("reason", tests, NULL, NULL);
}
