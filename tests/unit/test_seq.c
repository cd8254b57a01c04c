/* What the word of a slot says. */
#include "feed_help.h"

#include "seq.h"

static void published_by_a_word(void **state)
{
    (void)state;
    assert_int_equal(tr_seq_published(0), 0); /* a fresh slot holds nothing */
    assert_int_equal(tr_seq_published(1), 1); /* tick 0 is there */
    assert_int_equal(tr_seq_published(1 | TR_SEQ_BUSY), 0); /* tick 0 is being written: none before it */
    assert_int_equal(tr_seq_published(5), 5);
    assert_int_equal(tr_seq_published(5 | TR_SEQ_BUSY), 4);
    assert_true(tr_seq_published(TR_SEQ_BUSY - 1) == TR_SEQ_BUSY - 1); /* the last sequence there is */
    assert_true(tr_seq_published(UINT64_MAX) == TR_SEQ_BUSY - 2);
}

static void busy_is_no_sequence(void **state)
{
    (void)state;
    assert_false(tr_seq_is_busy(0));
    assert_false(tr_seq_is_busy(TR_SEQ_BUSY - 1));
    assert_true(tr_seq_is_busy(TR_SEQ_BUSY));
    assert_true(tr_seq_is_busy(1 | TR_SEQ_BUSY));
    for (uint64_t n = 1; n != TR_SEQ_BUSY; n <<= 1) {
        assert_true(tr_seq_published(n | TR_SEQ_BUSY) + 1 == tr_seq_published(n));
        assert_false(tr_seq_is_busy(n));
    }
}

static void least_and_most(void **state)
{
    (void)state;
    assert_true(tr_min_u64(0, UINT64_MAX) == 0 && tr_min_u64(UINT64_MAX, 0) == 0);
    assert_true(tr_max_u64(0, UINT64_MAX) == UINT64_MAX && tr_max_u64(UINT64_MAX, 0) == UINT64_MAX);
    assert_true(tr_min_u64(7, 7) == 7 && tr_max_u64(7, 7) == 7);
    assert_true(tr_min_u64(TR_SEQ_BUSY, 1) == 1); /* not as signed numbers */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_by_a_word),
        cmocka_unit_test(busy_is_no_sequence),
        cmocka_unit_test(least_and_most),
    };
    return cmocka_run_group_tests_name("seq", tests, NULL, NULL);
}
