/* The gaps of a consumer whose trail is full: what a kill leaves there is not taken for all that there ever were. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "trail.h"

static struct tr_gap_trail gaps;

static void add(uint64_t lane_idx, uint64_t from)
{
    const struct tr_gap_record gap = {
        .lane_idx = lane_idx, .from = from, .to = from + 1, .lost_before = from};
    tr_gaps_add(&gaps, &gap);
}

/* Killed while the newest was put where the oldest is. */
static void test_killed_over_the_oldest(void **state)
{
    struct tr_gap_record gap[TR_GAP_CNT];
    bool whole;
    (void)state;
    memset(&gaps, 0, sizeof gaps);
    for (uint64_t i = 0; i < TR_GAP_CNT; i++)
        add(0, i);
    gaps.slot[0][0] = 0;
    assert_int_equal(tr_gaps_read(&gaps, gap, &whole), TR_GAP_CNT - 1);
    assert_false(whole);
    add(5, 0); /* a lane that has none yet */
    assert_int_equal(tr_gaps_read(&gaps, gap, &whole), TR_GAP_CNT);
    assert_false(whole);
    assert_true(gap[0].from == 1 && gap[TR_GAP_CNT - 1].lane_idx == 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_killed_over_the_oldest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
