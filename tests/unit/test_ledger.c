/* What became of every tick: sums, and ranges that must fit them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "monitor/ledger.h"

static struct tr_view *view;

/* Consumer 3 in lane 2: 1000 published, told 100 first, at 900, 30 lost in two ranges. */
static int setup(void **state)
{
    (void)state;
    view = calloc(1, sizeof *view);
    assert_non_null(view);
    view->lane[2] = (struct tr_lane_view){.used = true, .published = 1000};
    struct tr_member_view *m = &view->member[3];
    m->used = true;
    m->lane[2] = (struct tr_cursor_view){.joined = true, .start = 100, .cursor = 900, .lost = 30, .lag = 100};
    m->gap[0] = (struct tr_gap_record){.lane_idx = 2, .from = 200, .to = 210};
    m->gap[1] = (struct tr_gap_record){.lane_idx = 2, .from = 300, .to = 320, .lost_before = 10};
    m->gap_cnt = 2;
    m->gaps_whole = true;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    free(view);
    return 0;
}

static void expect(bool balanced)
{
    struct ledger_line line;
    unsigned c = 0;
    unsigned p = 0;
    assert_true(ledger_of(view, 3, 2, &line));
    assert_int_equal(line.balanced, balanced);
    assert_int_equal(ledger_is_balanced(view, &c, &p), balanced);
    if (!balanced)
        assert_true(c == 3 && p == 2);
}

static void test_a_line(void **state)
{
    struct ledger_line line;
    (void)state;
    assert_true(ledger_of(view, 3, 2, &line));
    assert_true(line.published == 900 && line.delivered == 770 && line.lost == 30 && line.in_flight == 100);
    assert_true(line.lost_in_ranges == 30 && line.range_cnt == 2 && line.balanced);
    assert_false(ledger_of(view, 3, 1, &line)); /* not joined */
    assert_false(ledger_of(view, 2, 2, &line)); /* nobody there */
    expect(true);
}

static void test_wrong_sums(void **state)
{
    struct tr_cursor_view *cur = &view->member[3].lane[2];
    (void)state;
    cur->lag = 99;
    expect(false);
    cur->lag = 100;
    cur->start = 901;
    expect(false);
    cur->start = 100;
    view->lane[2].published = 899;
    expect(false);
    view->lane[2].published = 1000;
    cur->lost = 801; /* more than were passed */
    expect(false);
    cur->lost = 30;
    expect(true);
}

static void test_ranges_that_do_not_fit(void **state)
{
    struct tr_member_view *m = &view->member[3];
    (void)state;
    m->lane[2].lost = 31;
    expect(false);
    m->lane[2].lost = 29;
    expect(false);
    m->lane[2].lost = 30;
    m->gap[1].from = 205; /* overlaps, and is longer */
    expect(false);
    m->gap[1].from = 300;
    m->gap[1].lost_before = 11; /* one is missing between */
    expect(false);
    m->gap[1].lost_before = 10;
    m->gap[0].from = 99; /* before its start */
    expect(false);
    m->gap[0].from = 210; /* empty */
    expect(false);
    m->gap[0].from = 200;
    m->gap_cnt = 1; /* the last is missing */
    expect(false);
    m->gap_cnt = 0;
    expect(false);
    m->gap_cnt = 2;
    expect(true);
}

/* Older ones have made room: the first that is kept may begin anywhere, but must lead up to what is lost. */
static void test_ranges_that_are_not_all(void **state)
{
    struct tr_member_view *m = &view->member[3];
    (void)state;
    m->gaps_whole = false;
    m->gap[0] = m->gap[1];
    m->gap_cnt = 1;
    expect(true);
    m->gap_cnt = 0;
    expect(true);
    m->gap_cnt = 1;
    m->gap[0].lost_before = 9;
    expect(false);
}

/* Those of other lanes do not count here. */
static void test_lanes_are_apart(void **state)
{
    struct tr_member_view *m = &view->member[3];
    (void)state;
    view->lane[0] = (struct tr_lane_view){.used = true, .published = 50};
    m->lane[0] = (struct tr_cursor_view){.joined = true, .cursor = 50, .lost = 5};
    m->gap[2] = m->gap[1];
    m->gap[1] = (struct tr_gap_record){.lane_idx = 0, .from = 1, .to = 6};
    m->gap_cnt = 3;
    expect(true);
    m->gap[1].lane_idx = 2;
    struct ledger_line line;
    assert_true(ledger_of(view, 3, 0, &line));
    assert_false(line.balanced);
    assert_true(ledger_of(view, 3, 2, &line));
    assert_false(line.balanced);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_line, setup, teardown),
        cmocka_unit_test_setup_teardown(test_wrong_sums, setup, teardown),
        cmocka_unit_test_setup_teardown(test_ranges_that_do_not_fit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_ranges_that_are_not_all, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lanes_are_apart, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
