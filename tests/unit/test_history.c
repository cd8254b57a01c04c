/* The past, second by second: what a row says, and how far back it goes. */
#include "past_help.h"

#include "monitor/view/history.h"
#include "monitor/analysis/trend.h"

static struct snapshot snap;
static struct past past;
static struct history_row row;

static int setup(void **state)
{
    (void)state;
    past_fill(&snap, &past);
    return 0;
}

static void look(int from_s, int to_s)
{
    history_row(&snap, PAST_S(from_s), PAST_S(to_s), &row);
    assert_true(row.at_ns == PAST_S(to_s));
}

static void expect_rate(double rate, double want)
{
    if (rate < want - 1 || rate > want + 1)
        print_error("%f, not %f\n", rate, want);
    assert_true(rate >= want - 1 && rate <= want + 1);
}

static void test_quiet(void **state)
{
    (void)state;
    look(500, 501);
    expect_rate(row.published, 1100);
    expect_rate(row.delivered, 1100);
    assert_int_equal(row.lost, 0);
    assert_int_equal(row.p99_ns, 90000);
    assert_int_equal(row.depth, 30);
    assert_int_equal(row.deepest, PAST_SLOW);
    assert_int_equal(row.blocked_permille, 0);
    assert_int_equal(row.holder, -1);
}

/* Seconds that are not those of the samples. */
static void test_between_samples(void **state)
{
    (void)state;
    history_row(&snap, PAST_S(610) + 500000000, PAST_S(611) + 500000000, &row);
    expect_rate(row.published, 1100);
    expect_rate(row.delivered, 1000);
    assert_int_equal(row.depth, 1160);
    assert_int_equal(row.deepest, PAST_SLOW);
}

static void test_held(void **state)
{
    (void)state;
    look(650, 651);
    assert_int_equal(row.blocked_permille, 400);
    assert_int_equal(row.holder, PAST_SLOW);
    assert_int_equal(row.depth, PAST_SLOTS);
    for (unsigned i = 0; i < past.lane[PAST_KRAKEN].cnt;
         i++) { /* another feed was held for longer, by nobody knows whom */
        struct tr_sample *s = &past.lane[PAST_KRAKEN].sample[i];
        s->blocked_ns = 500000000 * (uint64_t)i;
    }
    look(650, 651);
    assert_int_equal(row.blocked_permille, 500);
    assert_int_equal(row.holder, -1);
    setup(NULL);
    snap.view.member[PAST_SLOW].used = false; /* the place is nobody's now */
    look(650, 651);
    assert_int_equal(row.holder, -1);
}

/* Who is stopped reads nothing; what it lost is told when it was noted. */
static void test_stopped(void **state)
{
    (void)state;
    look(704, 705);
    expect_rate(row.delivered, 0);
    assert_int_equal(row.deepest, PAST_STOPPED);
    assert_int_equal(row.lost, 0);
    look(709, 710);
    assert_int_equal(row.lost, 6904);
    look(710, 711);
    assert_int_equal(row.lost, 0);
    look(711, 712);
    expect_rate(row.delivered, 1100);
}

/* The queue of one that was killed counts as long as it is held; then it is nobody's any more. */
static void test_dead(void **state)
{
    (void)state;
    look(855, 856);
    expect_rate(row.delivered, 1100); /* of those that live */
    assert_int_equal(row.deepest, PAST_RISK);
    assert_int_equal(row.depth, 4701); /* 5 before, a full lane, 600 of the other */
    look(890, 891);
    assert_int_equal(row.deepest, PAST_SLOW);
}

/* A feed that was dead published nothing. */
static void test_dead_feed(void **state)
{
    (void)state;
    look(761, 762);
    expect_rate(row.published, 1000);
}

static void test_now(void **state)
{
    (void)state;
    look(999, 1000);
    expect_rate(row.published, 1100);
    assert_int_equal(row.depth, 10);
    assert_int_equal(row.p99_ns, 0);
}

static void test_nobody(void **state)
{
    (void)state;
    look(100, 101);
    expect_rate(row.published, 0);
    expect_rate(row.delivered, -1);
    assert_true(row.depth == TREND_UNKNOWN);
    assert_int_equal(row.deepest, -1);
}

static void expect_span(int64_t back_s, int64_t want_from_ns, int64_t want_to_ns)
{
    int64_t from_ns;
    int64_t to_ns;
    assert_true(history_span(&snap, PAST_S(back_s), &from_ns, &to_ns));
    assert_true(from_ns == want_from_ns);
    assert_true(to_ns == want_to_ns);
}

static void test_span(void **state)
{
    int64_t from_ns;
    int64_t to_ns;
    (void)state;
    expect_span(10, PAST_S(990), PAST_S(1000));
    expect_span(600, PAST_S(400), PAST_S(1000));
    snap.view.taken_ns = PAST_S(1100);
    expect_span(10, PAST_S(1090), PAST_S(1100));
    expect_span(1000, PAST_S(400), PAST_S(1100)); /* nothing is older */
    for (unsigned p = 0; p < TR_LANE_MAX; p++)
        snap.view.lane[p].alive = false;
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++)
        snap.view.member[c].alive = false;
    expect_span(10, PAST_S(989) + 950000000, PAST_S(999) + 950000000); /* the last beat of all */
    snap.view.member[PAST_SLOW].beat_ns = INT64_MAX;
    expect_span(10, PAST_S(1090), PAST_S(1100)); /* nobody was seen in times to come */
    past_forget(&past);
    assert_false(history_span(&snap, PAST_S(10), &from_ns, &to_ns));
    snap.past = NULL;
    assert_false(history_span(&snap, PAST_S(10), &from_ns, &to_ns));
}

static void test_events(void **state)
{
    const struct event *event;
    (void)state;
    assert_int_equal(history_events(&snap, PAST_S(900), &event), 4);
    assert_int_equal(event[0].kind, EVENT_JOINED);
    assert_true(event[3].at_ns == PAST_S(900));
    assert_int_equal(history_events(&snap, PAST_S(1000), &event), 0);
}

static void test_hostile(void **state)
{
    static const uint64_t value[] = {0, UINT64_MAX, UINT64_C(1) << 63, INT64_MAX, 1};
    int64_t from_ns;
    int64_t to_ns;
    (void)state;
    for (unsigned v = 0; v < 5; v++) {
        setup(NULL);
        past_fill_hostile(&snap, &past, value[v], value[(v + 1) % 5]);
        (void)history_span(&snap, PAST_S(600), &from_ns, &to_ns);
        for (int s = 395; s < 1005; s += 3)
            look(s, s + 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_quiet, setup),   cmocka_unit_test_setup(test_between_samples, setup),
        cmocka_unit_test_setup(test_held, setup),    cmocka_unit_test_setup(test_stopped, setup),
        cmocka_unit_test_setup(test_dead, setup),    cmocka_unit_test_setup(test_dead_feed, setup),
        cmocka_unit_test_setup(test_now, setup),     cmocka_unit_test_setup(test_nobody, setup),
        cmocka_unit_test_setup(test_span, setup),    cmocka_unit_test_setup(test_events, setup),
        cmocka_unit_test_setup(test_hostile, setup),
    };
    alarm(60);
    return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}
