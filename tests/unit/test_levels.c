/* Price levels: the same as a plain list of prices, whatever comes in which order. */
#include "feed_help.h"

#include <errno.h>

#include "feed/source/levels.h"

#define PX_CNT 64
#define STEP_CNT 200000

static const struct level *plain_best(const int64_t qty[PX_CNT], bool is_bid, struct level *best)
{
    best->qty = 0;
    for (int px = 0; px < PX_CNT; px++)
        if (qty[px] > 0 && (best->qty == 0 || is_bid))
            *best = (struct level){px, qty[px]};
    return best->qty == 0 ? NULL : best;
}

static void expect_same(const struct levels *side, const int64_t qty[PX_CNT])
{
    struct level best;
    const struct level *want = plain_best(qty, side->is_bid, &best);
    const struct level *got = levels_best(side);
    assert_int_equal(want == NULL, got == NULL);
    if (want != NULL) {
        assert_int_equal(got->px, want->px);
        assert_int_equal(got->qty, want->qty);
    }
}

static void random_steps(bool is_bid)
{
    uint64_t random = help_seed();
    struct levels side = {.is_bid = is_bid};
    int64_t qty[PX_CNT] = {0};
    for (int i = 0; i < STEP_CNT; i++) {
        uint64_t r = help_random(&random);
        int64_t px = (int64_t)(r % PX_CNT);
        int64_t amount = (int64_t)(r >> 32) % 8 - 4;
        if ((r >> 20 & 1) != 0) {
            assert_int_equal(levels_set(&side, px, amount), 0);
            qty[px] = amount > 0 ? amount : 0;
        } else {
            assert_int_equal(levels_add(&side, px, amount), 0);
            qty[px] = qty[px] + amount > 0 ? qty[px] + amount : 0;
        }
        expect_same(&side, qty);
    }
    uint32_t cnt = 0;
    for (int px = 0; px < PX_CNT; px++)
        cnt += qty[px] > 0;
    assert_int_equal(side.cnt, cnt);
    levels_clear(&side);
    assert_null(levels_best(&side));
    levels_free(&side);
}

static void bids_and_asks(void **state)
{
    (void)state;
    random_steps(true);
    random_steps(false);
}

static void bounds(void **state)
{
    struct levels side = {.is_bid = false};
    (void)state;
    assert_int_equal(levels_set(&side, INT64_MIN, INT64_MAX), 0);
    assert_int_equal(levels_add(&side, INT64_MIN, 1), -ERANGE);
    assert_true(levels_best(&side)->qty == INT64_MAX);
    for (int64_t px = 1; px < LEVELS_MAX; px++)
        assert_int_equal(levels_set(&side, -px, 1), 0);
    assert_int_equal(levels_set(&side, 1, 1), -ENOSPC);
    assert_int_equal(side.cnt, LEVELS_MAX);
    assert_int_equal(levels_set(&side, INT64_MIN, 0), 0);
    assert_true(levels_best(&side)->px == 1 - LEVELS_MAX);
    levels_free(&side);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(bids_and_asks), cmocka_unit_test(bounds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
