/* The newest records of somebody's past: numbered, bounded, whole or not there. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "trail.h"

static struct tr_sample_trail *past;
static struct tr_gap_trail *gaps;

static int setup(void **state)
{
    (void)state;
    past = aligned_alloc(64, sizeof *past + 64 - sizeof *past % 64);
    gaps = calloc(1, sizeof *gaps);
    assert_true(past != NULL && gaps != NULL);
    memset(past, 0, sizeof *past);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    free(past);
    free(gaps);
    return 0;
}

/* Every word of a sample tells its number. */
static struct tr_sample sample_of(uint64_t nr)
{
    struct tr_sample s;
    uint64_t word[TR_SAMPLE_WORDS];
    for (unsigned i = 0; i < TR_SAMPLE_WORDS; i++)
        word[i] = nr * 1000 + i;
    memcpy(&s, word, sizeof s);
    return s;
}

static void add(uint64_t from, uint64_t to)
{
    for (uint64_t nr = from; nr < to; nr++) {
        struct tr_sample s = sample_of(nr);
        tr_samples_add(past, &s);
    }
}

static void expect_sample(const struct tr_sample *s, uint64_t nr)
{
    struct tr_sample expected = sample_of(nr);
    assert_memory_equal(s, &expected, sizeof expected);
}

static void test_in_order(void **state)
{
    struct tr_sample s[8];
    uint64_t nr = 0;
    (void)state;
    assert_int_equal(tr_samples_read(past, &nr, s, 8), 0);
    add(0, 5);
    assert_int_equal(tr_samples_read(past, &nr, s, 3), 3);
    assert_int_equal(nr, 3);
    expect_sample(&s[0], 0);
    expect_sample(&s[2], 2);
    assert_int_equal(tr_samples_read(past, &nr, s, 8), 2);
    expect_sample(&s[1], 4);
    assert_int_equal(tr_samples_read(past, &nr, s, 8), 0);
}

static void test_the_oldest_make_room(void **state)
{
    struct tr_sample s[2];
    uint64_t nr = 0;
    (void)state;
    add(0, TR_SAMPLE_CNT + 7);
    assert_int_equal(tr_samples_read(past, &nr, s, 2), 2);
    expect_sample(&s[0], 7);
    nr = 3; /* has been overwritten meanwhile */
    assert_int_equal(tr_samples_read(past, &nr, s, 1), 1);
    expect_sample(&s[0], 7);
}

static void test_another_owner(void **state)
{
    struct tr_sample s[2];
    uint64_t nr = 0;
    (void)state;
    add(0, 3);
    tr_trail_begin(&past->head);
    assert_int_equal(tr_samples_read(past, &nr, s, 2), 0);
    add(3, 4);
    assert_int_equal(tr_samples_read(past, &nr, s, 2), 1);
    expect_sample(&s[0], 3);
    nr = 99; /* of somebody who came further */
    assert_int_equal(tr_samples_read(past, &nr, s, 2), 1);
    expect_sample(&s[0], 3);
}

/* A record that a kill left half written is not told, and its number is used again. */
static void test_killed_while_writing(void **state)
{
    struct tr_sample s[4];
    uint64_t nr = 0;
    (void)state;
    add(0, 2);
    past->slot[2][0] = 0;
    past->slot[2][1] = 77;
    assert_int_equal(tr_samples_read(past, &nr, s, 4), 2);
    add(2, 3);
    assert_int_equal(tr_samples_read(past, &nr, s, 4), 1);
    expect_sample(&s[0], 2);
}

/* Any numbers, as a faulty process would leave them. */
static void test_hostile_numbers(void **state)
{
    static const uint64_t number[] = {1, TR_SAMPLE_CNT, UINT64_MAX, UINT64_MAX - 3, UINT64_C(1) << 63};
    struct tr_sample s[4];
    struct tr_gap_record gap[TR_GAP_CNT];
    bool whole;
    (void)state;
    for (unsigned i = 0; i < 25; i++) {
        uint64_t nr = number[i % 5];
        past->head.cnt = gaps->head.cnt = number[i / 5];
        past->head.first = gaps->head.first = number[(i + 3) % 5];
        assert_true(tr_samples_read(past, &nr, s, 4) <= 4);
        assert_true(tr_gaps_read(gaps, gap, &whole) <= TR_GAP_CNT);
    }
}

static struct tr_gap_record gap_of(uint64_t lane_idx, uint64_t from, uint64_t to, uint64_t lost_before)
{
    return (struct tr_gap_record){
        .at_ns = 5, .lane_idx = lane_idx, .from = from, .to = to, .lost_before = lost_before};
}

static unsigned read_gaps(struct tr_gap_record gap[TR_GAP_CNT], bool whole)
{
    bool is_whole;
    unsigned cnt = tr_gaps_read(gaps, gap, &is_whole);
    assert_int_equal(is_whole, whole);
    return cnt;
}

static void add_gap(uint64_t lane_idx, uint64_t from, uint64_t to, uint64_t lost_before)
{
    struct tr_gap_record gap = gap_of(lane_idx, from, to, lost_before);
    tr_gaps_add(gaps, &gap);
}

static void test_gaps(void **state)
{
    struct tr_gap_record gap[TR_GAP_CNT];
    (void)state;
    assert_int_equal(read_gaps(gap, true), 0);
    add_gap(0, 10, 15, 0);
    add_gap(3, 1, 2, 0);
    add_gap(0, 30, 31, 5);
    assert_int_equal(read_gaps(gap, true), 3);
    assert_true(gap[0].from == 10 && gap[1].lane_idx == 3 && gap[2].lost_before == 5);
}

/* The same step made again after a kill: it reaches further now. */
static void test_a_gap_that_did_not_count_is_replaced(void **state)
{
    struct tr_gap_record gap[TR_GAP_CNT];
    (void)state;
    add_gap(0, 10, 15, 0);
    add_gap(3, 1, 2, 0);
    add_gap(0, 10, 19, 0);
    assert_int_equal(read_gaps(gap, true), 2);
    assert_true(gap[0].to == 19 && gap[1].lane_idx == 3);
    gaps->slot[1][0] = 0; /* killed while it was replaced */
    add_gap(0, 40, 41, 9);
    assert_int_equal(read_gaps(gap, true), 2);
    assert_true(gap[1].from == 40);
}

static void test_the_oldest_gaps_make_room(void **state)
{
    struct tr_gap_record gap[TR_GAP_CNT];
    (void)state;
    for (uint64_t i = 0; i < TR_GAP_CNT; i++)
        add_gap(0, 10 * i, 10 * i + 1, i);
    assert_int_equal(read_gaps(gap, true), TR_GAP_CNT);
    add_gap(0, 1000, 1001, TR_GAP_CNT);
    assert_int_equal(read_gaps(gap, false), TR_GAP_CNT);
    assert_true(gap[0].from == 10 && gap[TR_GAP_CNT - 1].from == 1000);
}

/* --- A reader beside the writer ------------------------------------------------------------------- */

#define WRITTEN_CNT 200000

static void *write_all(void *arg)
{
    (void)arg;
    add(0, WRITTEN_CNT);
    return NULL;
}

static void test_read_while_it_is_written(void **state)
{
    struct tr_sample s[64];
    pthread_t writer;
    uint64_t nr = 0;
    uint64_t last = 0;
    (void)state;
    assert_int_equal(pthread_create(&writer, NULL, write_all, NULL), 0);
    while (nr < WRITTEN_CNT) {
        unsigned cnt = tr_samples_read(past, &nr, s, 64);
        for (unsigned i = 0; i < cnt; i++) {
            uint64_t word;
            memcpy(&word, &s[i], sizeof word);
            assert_true(word / 1000 >= last);
            last = word / 1000;
            expect_sample(&s[i], last);
        }
    }
    pthread_join(writer, NULL);
    assert_int_equal(last, WRITTEN_CNT - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_in_order, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_oldest_make_room, setup, teardown),
        cmocka_unit_test_setup_teardown(test_another_owner, setup, teardown),
        cmocka_unit_test_setup_teardown(test_killed_while_writing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hostile_numbers, setup, teardown),
        cmocka_unit_test_setup_teardown(test_gaps, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_gap_that_did_not_count_is_replaced, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_oldest_gaps_make_room, setup, teardown),
        cmocka_unit_test_setup_teardown(test_read_while_it_is_written, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
