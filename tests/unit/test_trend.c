/* How things go: rates, shares, forecasts, and how deep the queues were, of a past that was filled by hand. */
#include "past_help.h"

#include "monitor/analysis/trend.h"

static struct snapshot snap;
static struct past past;
static struct trend_lane lane;
static struct trend_member member;
static uint64_t depth[700];

static int setup(void **state)
{
    (void)state;
    past_fill(&snap, &past);
    return 0;
}

static void look_lane(unsigned p, int window_s)
{
    trend_of_lane(&snap, p, PAST_S(window_s), &lane);
}

static void look_member(unsigned c, int window_s)
{
    trend_of_member(&snap, c, PAST_S(window_s), &member);
}

static void expect_near(double value, double want)
{
    if (value < want - 1 || value > want + 1)
        print_error("%f, not %f\n", value, want);
    assert_true(value >= want - 1 && value <= want + 1);
}

/* As it was at that second: what came later is taken away. */
static void go_back(int s)
{
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        while (past.lane[p].cnt > 0 && past_sample(&past.lane[p], past.lane[p].cnt - 1)->at_ns > PAST_S(s))
            past.lane[p].cnt--;
    }
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
        while (past.member[c].cnt > 0
               && past_sample(&past.member[c], past.member[c].cnt - 1)->at_ns > PAST_S(s))
            past.member[c].cnt--;
    }
    snap.view.taken_ns = PAST_S(s);
    const struct tr_sample *feed = past_sample(&past.lane[PAST_BINANCE], past.lane[PAST_BINANCE].cnt - 1);
    snap.view.lane[PAST_BINANCE].published = feed->passed_cnt;
    snap.view.lane[PAST_BINANCE].blocked_ns = feed->blocked_ns;
    struct tr_member_view *m = &snap.view.member[PAST_SLOW];
    const struct tr_sample *slow = past_sample(&past.member[PAST_SLOW], past.member[PAST_SLOW].cnt - 1);
    m->lag = m->lane[PAST_BINANCE].lag = slow->lag;
    m->delivered = slow->passed_cnt;
    m->busy_ns = slow->busy_ns;
    m->idle_ns = slow->idle_ns;
    m->beat_ns = PAST_S(s);
}

/* --- Feeds -------------------------------------------------------------------------------------- */

static void test_lane(void **state)
{
    (void)state;
    look_lane(PAST_BINANCE, 10);
    assert_true(lane.span_ns == PAST_S(10));
    expect_near(lane.rate, 1000);
    assert_int_equal(lane.blocked_permille, 0);
    assert_int_equal(lane.holder, -1);
    look_lane(PAST_BINANCE, 1000); /* more than there is */
    assert_true(lane.span_ns == PAST_S(600));
    look_lane(PAST_BINANCE, 350);
    assert_int_equal(lane.blocked_permille, 4000 / 350);
    assert_int_equal(lane.holder, PAST_SLOW);
    go_back(655);
    look_lane(PAST_BINANCE, 10);
    assert_int_equal(lane.blocked_permille, 400);
    assert_int_equal(lane.holder, PAST_SLOW);
}

/* Never from before the process that is there now. */
static void test_lane_came_back(void **state)
{
    (void)state;
    look_lane(PAST_KRAKEN, 300);
    assert_true(lane.span_ns == PAST_S(235));
    expect_near(lane.rate, 100);
}

/* No sample tells of it yet: by the sums. */
static void test_lane_holder_by_sums(void **state)
{
    (void)state;
    snap.view.lane[PAST_BINANCE].blocked_ns += 500000000;
    snap.view.lane[PAST_BINANCE].blocked_by_ns[PAST_SIGNALS] = 9000000000;
    look_lane(PAST_BINANCE, 2);
    assert_int_equal(lane.blocked_permille, 250);
    assert_int_equal(lane.holder, PAST_SIGNALS);
    snap.view.member[PAST_SIGNALS].used = false;
    look_lane(PAST_BINANCE, 2);
    assert_int_equal(lane.holder, PAST_SLOW);
}

static void test_unknown(void **state)
{
    unsigned c = 0;
    (void)state;
    look_lane(7, 10);
    assert_true(lane.span_ns == 0 && lane.holder == -1);
    look_member(7, 10);
    assert_true(member.span_ns == 0 && member.full_ns == -1);
    past.lane[PAST_BINANCE].cnt = past.member[PAST_SLOW].cnt = 0;
    look_lane(PAST_BINANCE, 10);
    assert_true(lane.span_ns == 0 && lane.holder == -1);
    look_member(PAST_SLOW, 10);
    assert_true(member.span_ns == 0 && member.full_ns == -1);
    snap.past = NULL;
    look_lane(PAST_BINANCE, 10);
    assert_true(lane.span_ns == 0 && lane.holder == -1);
    look_member(PAST_SIGNALS, 10);
    assert_true(member.span_ns == 0 && member.full_ns == -1);
    assert_true(trend_full_ns(&snap, &c) == -1);
    trend_depth(&snap, -1, PAST_S(400), PAST_S(1000), depth, 2);
    assert_true(depth[0] == TREND_UNKNOWN && depth[1] == TREND_UNKNOWN);
}

/* --- Consumers ---------------------------------------------------------------------------------- */

static void test_member(void **state)
{
    (void)state;
    look_member(PAST_SIGNALS, 10);
    assert_true(member.span_ns == PAST_S(10));
    expect_near(member.rate, 1100);
    expect_near(member.growth, 0);
    assert_true(member.full_ns == -1);
    assert_int_equal(member.lost_cnt, 0);
    look_member(PAST_SCREEN, 45); /* came back 40 s ago */
    assert_true(member.span_ns == PAST_S(40));
    look_member(PAST_STOPPED, 300);
    assert_int_equal(member.lost_cnt, 6904);
}

/* busy has blocked in it; what is on no account is where the queue says; the three are 1000. */
static void test_shares(void **state)
{
    struct tr_member_view *m = &snap.view.member[PAST_SIGNALS];
    const struct tr_sample *s = past_sample(&past.member[PAST_SIGNALS],
                                            (unsigned)past_index(&past.member[PAST_SIGNALS], PAST_S(990)));
    (void)state;
    m->busy_ns = s->busy_ns + 5000000000;
    m->idle_ns = s->idle_ns + 4000000000;
    m->blocked_ns = s->blocked_ns + 2000000000;
    m->lag = 0;
    look_member(PAST_SIGNALS, 10);
    assert_int_equal(member.busy_permille, 300);
    assert_int_equal(member.blocked_permille, 200);
    assert_int_equal(member.idle_permille, 500);
    assert_true(member.service_ns == 3000000000 / 11000);
    m->lag = 5;
    look_member(PAST_SIGNALS, 10);
    assert_int_equal(member.busy_permille, 400);
    m->beat_ns = PAST_S(990); /* stopped: does neither */
    look_member(PAST_SIGNALS, 10);
    assert_int_equal(member.busy_permille, 333);
    assert_int_equal(member.blocked_permille, 222);
    assert_int_equal(member.idle_permille, 445);
    m->busy_ns = s->busy_ns;
    m->idle_ns = s->idle_ns;
    m->blocked_ns = s->blocked_ns;
    look_member(PAST_SIGNALS, 10);
    assert_int_equal(member.busy_permille + member.blocked_permille + member.idle_permille, 0);
    m->busy_ns = m->idle_ns = m->blocked_ns = UINT64_MAX;
    look_member(PAST_SIGNALS, 10);
    assert_int_equal(member.busy_permille + member.blocked_permille + member.idle_permille, 1000);
    m->busy_ns = m->idle_ns = m->blocked_ns = 0; /* fell: no time was spent */
    look_member(PAST_SIGNALS, 10);
    assert_int_equal(member.busy_permille + member.blocked_permille + member.idle_permille, 0);
}

/* The queue grows by 100 a second until the lane is full. */
static void test_forecast(void **state)
{
    unsigned c = 99;
    (void)state;
    assert_true(trend_full_ns(&snap, &c) == -1);
    assert_int_equal(c, 99);
    go_back(620);
    look_member(PAST_SLOW, 10);
    expect_near(member.growth, 100);
    expect_near((double)member.full_ns / 1e9, (4096.0 - 2010) / 100);
    assert_true(trend_full_ns(&snap, &c) == member.full_ns);
    assert_int_equal(c, PAST_SLOW);
    struct tr_member_view *m = &snap.view.member[PAST_SLOW];
    m->lane[PAST_BINANCE].lag = 1005; /* half in each lane */
    m->lane[PAST_KRAKEN].lag = 1005;
    look_member(PAST_SLOW, 10);
    expect_near((double)member.full_ns / 1e9, (4096.0 - 1005) / 50);
    m->lane[PAST_BINANCE].lag = 40; /* less than a hundredth of a lane */
    m->lane[PAST_KRAKEN].lag = 0;
    look_member(PAST_SLOW, 10);
    assert_true(member.full_ns == -1);
    m->lane[PAST_BINANCE].lag = 5000; /* it was passed over */
    look_member(PAST_SLOW, 10);
    assert_true(member.full_ns == -1);
    m->lane[PAST_BINANCE].lag = m->lag = 2010;
    m->lossy = true;
    look_member(PAST_SLOW, 10);
    assert_true(member.full_ns == -1);
    m->lossy = false;
    m->alive = false;
    look_member(PAST_SLOW, 10);
    assert_true(member.full_ns == -1);
}

/* A feed is held lately: the ring is full, whatever the queue is at this moment. */
static void test_forecast_held(void **state)
{
    unsigned c = 99;
    (void)state;
    go_back(655); /* held for 400 ms of each second */
    snap.view.member[PAST_SLOW].lag = snap.view.member[PAST_SLOW].lane[PAST_BINANCE].lag = 3000;
    assert_true(trend_full_ns(&snap, &c) == 0);
    assert_int_equal(c, PAST_SLOW);
    snap.view.lane[PAST_BINANCE].alive = false; /* nobody is held any more */
    assert_true(trend_full_ns(&snap, &c) != 0);
}

/* Grows so slowly that nobody need know. */
static void test_far_forecast(void **state)
{
    (void)state;
    struct tr_member_view *m = &snap.view.member[PAST_SLOW];
    m->lag = m->lane[PAST_BINANCE].lag = 50;
    look_member(PAST_SLOW, 100);
    assert_true(member.growth > 0.3);
    assert_true(member.full_ns == -1);
}

/* --- Depth -------------------------------------------------------------------------------------- */

static void look_depth(int c, int from_s, int to_s, unsigned cnt)
{
    trend_depth(&snap, c, PAST_S(from_s), PAST_S(to_s), depth, cnt);
}

static void test_depth(void **state)
{
    (void)state;
    look_depth(PAST_SLOW, 400, 1000, 60);
    assert_int_equal(depth[10], 30);
    assert_int_equal(depth[20], 1030); /* to 610 */
    assert_int_equal(depth[21], 2030);
    assert_int_equal(depth[23], 4096); /* to 640 */
    assert_int_equal(depth[25], 4096);
    assert_int_equal(depth[26], 3912); /* from 660 on, not in it */
    assert_int_equal(depth[59], 30);
}

/* Parts shorter than a second: between two samples it is what the later one saw, as far as it can have come to that. */
static void test_short_parts(void **state)
{
    (void)state;
    look_depth(PAST_SLOW, 610, 612, 20);
    for (unsigned i = 1; i < 20; i++)
        assert_true(depth[i] >= depth[i - 1]);
    assert_in_range(depth[0], 1010, 1230);
    assert_in_range(depth[19], 1210, 1230);
    look_depth(PAST_SIGNALS, 610, 612, 20);
    for (unsigned i = 0; i < 20; i++)
        assert_in_range(depth[i], 2, 22);
}

/* Stopped and passed over: it grew by what was published, to what the lanes hold. */
static void test_depth_stopped(void **state)
{
    (void)state;
    look_depth(PAST_STOPPED, 700, 710, 10);
    assert_int_equal(depth[0], 1103);
    assert_int_equal(depth[1], 2203);
    assert_int_equal(depth[3], 4403);
    assert_int_equal(depth[4], 4599); /* binance's lane is full */
    assert_int_equal(depth[8], 4999);
}

/* Killed: it grows on in its account; to all together it counts as long as it is waited for. */
static void test_depth_dead(void **state)
{
    (void)state;
    struct tr_member_view *m = &snap.view.member[PAST_RISK];
    m->lossy = true; /* not bounded by the lanes */
    m->lag = 165005;
    look_depth(PAST_RISK, 840, 1000, 16);
    assert_int_equal(depth[0], 25);
    assert_true(depth[1] > 10000 && depth[1] < 12000);
    assert_true(depth[15] == m->lag);
    m->lossy = false;
    look_depth(-1, 840, 1000, 16);
    assert_int_equal(depth[0], 30);
    assert_in_range(depth[3], 4096, 8192);
    assert_int_equal(depth[5], 30); /* more than 30 s later */
    m->lane[PAST_BINANCE].evicted = false;
    look_depth(-1, 840, 1000, 16);
    assert_in_range(depth[5], 4096, 8192); /* still held */
}

/* Until its hold ran out its queue grew: the deepest is the same, whatever the parts. */
static void test_depth_of_a_hold(void **state)
{
    static const unsigned cnt[] = {7, 16, 72, 160, 192};
    uint64_t first = 0;
    (void)state;
    for (unsigned i = 0; i < sizeof cnt / sizeof cnt[0]; i++) {
        uint64_t most = 0;
        look_depth(-1, 840, 1000, cnt[i]);
        for (unsigned k = 0; k < cnt[i]; k++)
            most = depth[k] != TREND_UNKNOWN ? tr_max_u64(most, depth[k]) : most;
        first = i == 0 ? most : first;
        assert_true(most == first && most > 4096);
    }
}

/* Who has left has no queue, nor has one who was not there yet. */
static void test_depth_unknown(void **state)
{
    (void)state;
    look_depth(PAST_SCREEN, 380, 400, 2);
    assert_true(depth[0] == TREND_UNKNOWN);
    look_depth(PAST_SCREEN, 945, 965, 20);
    assert_int_equal(depth[0], 28);
    assert_true(depth[6] == TREND_UNKNOWN);
    assert_true(depth[13] == TREND_UNKNOWN);
    assert_int_equal(depth[15], 28);
    look_depth(PAST_SLOW, 995, 1005, 10);
    assert_int_equal(depth[4], 10);
    assert_true(depth[5] == TREND_UNKNOWN);
    look_depth(9, 400, 1000, 1);
    assert_true(depth[0] == TREND_UNKNOWN);
}

/* The deepest of all is that of a reliable one. */
static void test_deepest(void **state)
{
    int whose;
    (void)state;
    assert_int_equal(trend_deepest(&snap, PAST_S(895), PAST_S(900), &whose), 30);
    assert_int_equal(whose, PAST_SLOW);
    look_depth(PAST_SCREEN, 895, 900, 1);
    assert_int_equal(depth[0], 4520);
    assert_int_equal(trend_deepest(&snap, PAST_S(650), PAST_S(651), &whose), PAST_SLOTS);
    assert_true(trend_deepest(&snap, PAST_S(100), PAST_S(101), &whose) == TREND_UNKNOWN);
    assert_int_equal(whose, -1);
}

/* One that is stopped now: from its last sample to what the view says. */
static void test_stopped_now(void **state)
{
    struct tr_member_view *m = &snap.view.member[PAST_SIGNALS];
    (void)state;
    past.member[PAST_SIGNALS].cnt -= 2; /* 997 is its last */
    m->beat_ns = PAST_S(997) + 500000000;
    m->lag = 2302; /* it read 1000 before it was stopped */
    look_depth(PAST_SIGNALS, 997, 1000, 3);
    assert_int_equal(depth[0], 102);
    assert_int_equal(depth[1], 1202);
    assert_int_equal(depth[2], 2302);
}

static void test_published(void **state)
{
    (void)state;
    assert_int_equal(trend_published(&snap, PAST_BINANCE, PAST_S(500)), 100000);
    assert_int_equal(trend_published(&snap, PAST_BINANCE, PAST_S(500) + 500000000), 100500);
    assert_int_equal(trend_published(&snap, PAST_BINANCE, PAST_S(1000)), 600000);
    snap.view.lane[PAST_BINANCE].alive = false; /* dead at 999.95: has published no more since */
    assert_int_equal(trend_published(&snap, PAST_BINANCE, PAST_S(999) + 950000000), 600000);
}

static void test_hostile(void **state)
{
    static const uint64_t value[] = {0, UINT64_MAX, UINT64_C(1) << 63, INT64_MAX, 1};
    unsigned who;
    (void)state;
    for (unsigned v = 0; v < 5; v++) {
        setup(NULL);
        past_fill_hostile(&snap, &past, value[v], value[(v + 1) % 5]);
        for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
            look_member(c, 10);
            unsigned all = member.busy_permille + member.idle_permille + member.blocked_permille;
            assert_true(all == 0 || all == 1000);
            look_depth((int)c, 990, 1000, 7);
        }
        for (unsigned p = 0; p < TR_LANE_MAX; p++) {
            look_lane(p, 10);
            assert_in_range(lane.blocked_permille, 0, 1000);
            assert_true(lane.holder >= -1 && lane.holder < TR_CONSUMER_MAX);
        }
        (void)trend_full_ns(&snap, &who);
        look_depth(-1, 400, 1000, 50);
        trend_depth(&snap, -1, INT64_MIN, INT64_MAX, depth, 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_lane, setup),
        cmocka_unit_test_setup(test_lane_came_back, setup),
        cmocka_unit_test_setup(test_lane_holder_by_sums, setup),
        cmocka_unit_test_setup(test_unknown, setup),
        cmocka_unit_test_setup(test_member, setup),
        cmocka_unit_test_setup(test_shares, setup),
        cmocka_unit_test_setup(test_forecast, setup),
        cmocka_unit_test_setup(test_forecast_held, setup),
        cmocka_unit_test_setup(test_far_forecast, setup),
        cmocka_unit_test_setup(test_depth, setup),
        cmocka_unit_test_setup(test_short_parts, setup),
        cmocka_unit_test_setup(test_depth_stopped, setup),
        cmocka_unit_test_setup(test_depth_dead, setup),
        cmocka_unit_test_setup(test_depth_of_a_hold, setup),
        cmocka_unit_test_setup(test_depth_unknown, setup),
        cmocka_unit_test_setup(test_deepest, setup),
        cmocka_unit_test_setup(test_stopped_now, setup),
        cmocka_unit_test_setup(test_published, setup),
        cmocka_unit_test_setup(test_hostile, setup),
    };
    alarm(60);
    return cmocka_run_group_tests_name("trend", tests, NULL, NULL);
}
