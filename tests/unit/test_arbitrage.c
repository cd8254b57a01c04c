/* The edge after fees, in exact numbers, and episodes from appearing to vanishing. */
#include "quote_help.h"

#define EDGE_ONE ((exact_int)ONE * ARBITRAGE_FEE_SCALE)
#define BPS INT64_C(1000000000)

static struct venue east = {.name = "east"};
static struct venue west = {.name = "west"};

static struct cross edge_of(int64_t edge)
{
    return (struct cross){&east, &west, 100 * ONE, (100 + edge) * ONE, edge * EDGE_ONE};
}

static void expect_edge(int64_t bid_px, int64_t ask_px, int64_t fee_bps_e9, const char *want)
{
    char text[EXACT_TEXT_MAX];
    exact_text(text, arbitrage_edge(bid_px, ask_px, fee_bps_e9), ARBITRAGE_EDGE_DECIMALS);
    assert_string_equal(text, want);
}

static void edges_are_exact(void **state)
{
    (void)state;
    expect_edge(42022 * ONE, 42021 * ONE, 0, "1");
    expect_edge(42021 * ONE, 42022 * ONE, 0, "-1");
    expect_edge(101 * ONE, 100 * ONE, 10 * BPS, "0.799"); /* 101 * 0.999 - 100 * 1.001 */
    expect_edge(100 * ONE, 100 * ONE, 0, "0");
    expect_edge(100 * ONE, 100 * ONE, 1, "-0.00000000002");
    expect_edge(1, 0, 1, "0.0000000009999999999999");
    expect_edge(-100 * ONE, -101 * ONE, 10 * BPS, "0.799"); /* a fee is never negative */
    expect_edge(INT64_MAX, INT64_MIN, 0, "18446744073.709551615");
    expect_edge(INT64_MAX, INT64_MIN, 10000 * BPS, "0");
    expect_edge(INT64_MIN, INT64_MAX, 10000 * BPS, "-36893488147.41910323");
}

/* A fee at which buying and selling is worth just nothing is no arbitrage, one unit less is. */
static void the_limit_is_exact(void **state)
{
    (void)state;
    assert_true(arbitrage_edge(3 * ONE, 1 * ONE, 5000 * BPS) == 0);
    assert_true(arbitrage_edge(3 * ONE, 1 * ONE, 5000 * BPS - 1) > 0);
    assert_true(arbitrage_edge(3 * ONE, 1 * ONE, 5000 * BPS + 1) < 0);
}

static void an_episode(void **state)
{
    struct arbitrage a = {0};
    struct cross none = {0};
    struct cross now;
    (void)state;
    assert_int_equal(arbitrage_update(&a, &none, 1), ARBITRAGE_SAME);
    now = edge_of(0);
    assert_int_equal(arbitrage_update(&a, &now, 2), ARBITRAGE_SAME);
    now = edge_of(-3);
    assert_int_equal(arbitrage_update(&a, &now, 3), ARBITRAGE_SAME);
    assert_int_equal(a.episode_cnt, 0);
    assert_null(a.largest.buy);
    now = edge_of(2);
    assert_int_equal(arbitrage_update(&a, &now, 4), ARBITRAGE_OPENED);
    now = edge_of(5);
    assert_int_equal(arbitrage_update(&a, &now, 6), ARBITRAGE_SAME);
    now = edge_of(1);
    assert_int_equal(arbitrage_update(&a, &now, 7), ARBITRAGE_SAME);
    assert_true(a.open);
    assert_int_equal(a.end_ns, 7);
    now = edge_of(0);
    assert_int_equal(arbitrage_update(&a, &now, 9), ARBITRAGE_CLOSED);
    assert_int_equal(arbitrage_update(&a, &now, 10), ARBITRAGE_SAME);
    assert_int_equal(a.begin_ns, 4);
    assert_int_equal(a.end_ns, 9);
    assert_int_equal(a.episode_update_cnt, 3);
    assert_int_equal(a.update_cnt, 3);
    assert_int_equal(a.episode_cnt, 1);
    assert_true(a.episode_largest.edge == 5 * EDGE_ONE);
    assert_int_equal(a.episode_largest.sell_px, 105 * ONE);
}

/* Each has a largest of its own, the first that was so large; the largest of all stays. */
static void the_next_episode(void **state)
{
    struct arbitrage a = {0};
    struct cross none = {0};
    struct cross now = edge_of(5);
    (void)state;
    arbitrage_update(&a, &now, 1);
    assert_int_equal(arbitrage_update(&a, &none, 2), ARBITRAGE_CLOSED); /* a venue has gone */
    now = edge_of(3);
    assert_int_equal(arbitrage_update(&a, &now, 3), ARBITRAGE_OPENED);
    now = (struct cross){&west, &east, 7 * ONE, 10 * ONE, 3 * EDGE_ONE};
    arbitrage_update(&a, &now, 4);
    assert_int_equal(a.episode_cnt, 2);
    assert_int_equal(a.begin_ns, 3);
    assert_int_equal(a.update_cnt, 3);
    assert_int_equal(a.episode_update_cnt, 2);
    assert_ptr_equal(a.episode_largest.buy, &east);
    assert_true(a.episode_largest.edge == 3 * EDGE_ONE);
    assert_true(a.largest.edge == 5 * EDGE_ONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edges_are_exact),
        cmocka_unit_test(the_limit_is_exact),
        cmocka_unit_test(an_episode),
        cmocka_unit_test(the_next_episode),
    };
    return cmocka_run_group_tests_name("arbitrage", tests, NULL, NULL);
}
