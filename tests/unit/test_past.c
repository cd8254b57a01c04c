/* The past as it is kept: bounded, oldest first, looked up by time; and read from a ring. */
#include "monitor/collect.h"
#include "past_help.h"

#include "monitor_help.h"

static struct past_track track;

static int setup(void **state)
{
    (void)state;
    memset(&track, 0, sizeof track);
    return 0;
}

static void add(int s, uint64_t passed_cnt)
{
    const struct tr_sample sample = {.at_ns = PAST_S(s), .kind = TR_SAMPLE_SECOND, .passed_cnt = passed_cnt};
    past_add(&track, &sample);
}

static void test_bounded(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2 * TR_SAMPLE_CNT + 7; i++) {
        add((int)i, i);
        assert_int_equal(track.cnt, i < TR_SAMPLE_CNT ? i + 1 : TR_SAMPLE_CNT);
        unsigned oldest = i + 1 - track.cnt;
        assert_int_equal(past_sample(&track, 0)->passed_cnt, oldest);
        assert_int_equal(past_sample(&track, track.cnt - 1)->passed_cnt, i);
    }
}

static const struct tr_sample *before(int64_t at_ns)
{
    int i = past_index(&track, at_ns);
    assert_true(i >= 0);
    return past_sample(&track, (unsigned)i);
}

static void test_before(void **state)
{
    (void)state;
    assert_int_equal(past_index(&track, INT64_MAX), -1);
    for (int i = 0; i < TR_SAMPLE_CNT + 10; i++)
        add(2 * i, (uint64_t)i);
    assert_int_equal(past_index(&track, PAST_S(20) - 1), -1);
    assert_int_equal(before(PAST_S(20))->passed_cnt, 10);
    assert_int_equal(before(PAST_S(22) - 1)->passed_cnt, 10);
    assert_int_equal(before(PAST_S(22))->passed_cnt, 11);
    assert_int_equal(before(INT64_MAX)->passed_cnt, TR_SAMPLE_CNT + 9);
    for (int i = 0; i < TR_SAMPLE_CNT; i++)
        assert_int_equal(past_index(&track, PAST_S(2 * i + 21)), i);
}

/* Of some at the same time, the last. */
static void test_same_time(void **state)
{
    (void)state;
    add(1, 1);
    add(1, 2);
    add(1, 3);
    assert_int_equal(before(PAST_S(1))->passed_cnt, 3);
    assert_int_equal(past_index(&track, PAST_S(1) - 1), -1);
}

static uint64_t passed_at(int64_t at_ns)
{
    return past_sum(&track, offsetof(struct tr_sample, passed_cnt), 1000, PAST_S(100), at_ns);
}

static void test_sum(void **state)
{
    (void)state;
    assert_int_equal(passed_at(PAST_S(5)), 1000); /* nothing but the number of now is known */
    add(10, 100);
    add(20, 300);
    assert_int_equal(passed_at(0), 100);
    assert_int_equal(passed_at(PAST_S(10)), 100);
    assert_int_equal(passed_at(PAST_S(15)), 200);
    assert_int_equal(passed_at(PAST_S(20)), 300);
    assert_int_equal(passed_at(PAST_S(60)), 650);
    assert_int_equal(passed_at(PAST_S(100)), 1000);
    assert_int_equal(passed_at(PAST_S(200)), 1000);
    add(30, 250); /* it began anew */
    assert_int_equal(passed_at(PAST_S(25)), 300);
    assert_int_equal(passed_at(PAST_S(30)), 250);
}

static void test_sum_hostile(void **state)
{
    static const uint64_t value[] = {0, UINT64_MAX, UINT64_C(1) << 63, INT64_MAX, 1};
    (void)state;
    for (unsigned i = 0; i < 25; i++) {
        const struct tr_sample sample = {.at_ns = (int64_t)value[i / 5], .passed_cnt = value[i % 5]};
        past_add(&track, &sample);
        for (unsigned at = 0; at < 5; at++) {
            (void)past_index(&track, (int64_t)value[at]);
            (void)passed_at((int64_t)value[at]);
        }
    }
    setup(NULL);
    const struct tr_sample early = {.at_ns = INT64_MIN};
    const struct tr_sample late = {.at_ns = INT64_MAX, .passed_cnt = UINT64_MAX};
    past_add(&track, &early);
    past_add(&track, &late);
    assert_in_range(passed_at(0) >> 60, 7, 8); /* half of it */
    assert_true(passed_at(INT64_MAX - 1) <= UINT64_MAX);
}

/* --- Of a ring ------------------------------------------------------------------------------------ */

static struct tr_producer feed;
static struct tr_consumer reader;
static struct past past;
static struct snapshot snap;

static void look(const struct tr_segment *seg)
{
    struct level_limits limits = level_defaults();
    assert_int_equal(collect(seg, &limits, &past, &snap), 0);
    assert_ptr_equal(snap.past, &past);
}

/* Each sample once, whatever comes and goes; that of another owner of the place is not his. */
static void test_read(void **state)
{
    struct tr_segment seg;
    const char *ring = ring_name("read");
    (void)state;
    feed_open(&feed, ring, "feed", 64);
    reader_open(&reader, ring, "one");
    assert_int_equal(tr_observe_open(&seg, ring), 0);
    look(&seg);
    assert_int_equal(past.lane[0].cnt, 1);
    assert_string_equal(past.lane[0].name, "feed");
    assert_int_equal(past.member[0].cnt, 1);
    assert_int_equal(past_sample(&past.member[0], 0)->kind, TR_SAMPLE_JOIN);
    look(&seg);
    assert_int_equal(past.member[0].cnt, 1);
    for (int i = 1; i <= 200; i++) /* more than are read at a time */
        tr_consumer_note(&reader, TR_SAMPLE_SECOND, tr_now_ns());
    look(&seg);
    assert_int_equal(past.member[0].cnt, 201);
    tr_consumer_close(&reader);
    look(&seg);
    assert_int_equal(past.member[0].cnt, 202);
    assert_int_equal(past_sample(&past.member[0], 201)->kind, TR_SAMPLE_LEAVE);
    reader_open(&reader, ring, "one"); /* the same name: the same past */
    look(&seg);
    assert_int_equal(past.member[0].cnt, 203);
    past_forget(&past);
    assert_int_equal(past.member[0].cnt, 0);
    look(&seg);
    assert_in_range(past.member[0].cnt, 1, 203);
    strcpy(past.member[0].name, "two"); /* as if another had had the place */
    look(&seg);
    assert_string_equal(past.member[0].name, "one");
    assert_in_range(past.member[0].cnt, 1, 203);
    tr_observe_close(&seg);
    tr_producer_close(&feed, false);
    tr_consumer_close(&reader);
}

static void test_new(void **state)
{
    (void)state;
    struct past *made = past_new();
    assert_non_null(made);
    assert_int_equal(made->lane[0].cnt + made->member[TR_CONSUMER_MAX - 1].cnt, 0);
    free(made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_bounded, setup),
        cmocka_unit_test_setup(test_before, setup),
        cmocka_unit_test_setup(test_same_time, setup),
        cmocka_unit_test_setup(test_sum, setup),
        cmocka_unit_test_setup(test_sum_hostile, setup),
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_new),
    };
    alarm(60);
    return cmocka_run_group_tests_name("past", tests, own_shm_setup, own_shm_teardown);
}
