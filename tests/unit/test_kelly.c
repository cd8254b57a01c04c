/* The Kelly criterion: known values, estimates from trades, the share of an order. */
#include "feed_help.h"

#include "consumer/trade/kelly.h"

static const struct kelly_plan half = {.fraction_e12 = EXACT_E12 / 2,
                                       .cap_e12 = EXACT_E12 / 10,
                                       .trade_cnt_min = 20,
                                       .win_rate_e12 = -1,
                                       .payoff_e12 = -1};

static struct portfolio traded(uint64_t win_cnt, money win_sum, uint64_t loss_cnt, money loss_sum)
{
    return (struct portfolio){
        .win_cnt = win_cnt, .win_sum = win_sum, .loss_cnt = loss_cnt, .loss_sum = loss_sum};
}

static struct kelly given(int64_t win_rate_e12, int64_t payoff_e12)
{
    const struct portfolio none = {0};
    struct kelly_plan plan = half;
    plan.win_rate_e12 = win_rate_e12;
    plan.payoff_e12 = payoff_e12;
    return kelly_now(&plan, &none);
}

static int64_t share(const struct kelly_plan *plan, struct kelly kelly)
{
    return kelly_share_e12(plan, &kelly);
}

static void given_numbers(void **state)
{
    (void)state;
    /* Kelly's own case, even money: f = p - q. */
    assert_int_equal(given(EXACT_E12 * 6 / 10, EXACT_E12).f_e12, EXACT_E12 * 2 / 10);
    assert_int_equal(given(EXACT_E12 / 2, 2 * EXACT_E12).f_e12, EXACT_E12 / 4);
    assert_int_equal(given(EXACT_E12 / 2, EXACT_E12).f_e12, 0);
    assert_int_equal(given(EXACT_E12 * 4 / 10, EXACT_E12).f_e12, -EXACT_E12 * 2 / 10);
    assert_int_equal(given(EXACT_E12, EXACT_E12).f_e12, EXACT_E12);
    /* 0.6 - 0.4 / 3, rounded down. */
    assert_int_equal(given(EXACT_E12 * 6 / 10, 3 * EXACT_E12).f_e12, 466666666666);
    assert_int_equal(given(0, 1).f_e12, -EXACT_E12);
}

static void nothing_is_known_until_there_are_enough_trades(void **state)
{
    struct portfolio few = traded(10, 100, 9, 50);
    struct portfolio enough = traded(10, 100, 10, 50);
    struct kelly_plan plan = half;
    (void)state;
    assert_false(kelly_now(&plan, &few).known);
    assert_int_equal(share(&plan, kelly_now(&plan, &few)), EXACT_E12 / 100);
    assert_true(kelly_now(&plan, &enough).known);
    plan.win_rate_e12 = EXACT_E12 / 2; /* one of the two is not enough */
    assert_false(kelly_now(&plan, &few).known);
    plan.payoff_e12 = EXACT_E12;
    assert_true(kelly_now(&plan, &few).known);
    plan = half;
    plan.cap_e12 = EXACT_E12 / 1000;
    assert_int_equal(share(&plan, kelly_now(&plan, &few)), EXACT_E12 / 1000);
}

static void estimates(void **state)
{
    struct portfolio p = traded(12, 240 * MONEY_ONE, 8, 80 * MONEY_ONE);
    struct kelly_plan plan = half;
    (void)state;
    struct kelly kelly = kelly_now(&plan, &p); /* 20 against 10 on average, 60 % */
    assert_int_equal(kelly.win_rate_e12, EXACT_E12 * 6 / 10);
    assert_int_equal(kelly.payoff_e12, 2 * EXACT_E12);
    assert_int_equal(kelly.f_e12, EXACT_E12 * 4 / 10);
    plan.win_rate_e12 = EXACT_E12 / 2; /* what is given goes before */
    kelly = kelly_now(&plan, &p);
    assert_int_equal(kelly.f_e12, EXACT_E12 / 4);
    p = traded(20, 7, 10, 7); /* averages of 0.35, down, and 0.7, up: against us */
    kelly = kelly_now(&half, &p);
    assert_int_equal(kelly.win_rate_e12, 666666666666);
    assert_int_equal(kelly.payoff_e12, 0);
    assert_true(kelly.f_e12 < 0);
}

static void one_sided_estimates(void **state)
{
    struct portfolio won = traded(20, MONEY_ONE, 0, 0);
    struct portfolio lost = traded(0, 0, 20, MONEY_ONE);
    (void)state;
    struct kelly kelly = kelly_now(&half, &won);
    assert_int_equal(kelly.payoff_e12, KELLY_PAYOFF_MAX_E12);
    assert_int_equal(kelly.f_e12, EXACT_E12);
    assert_int_equal(share(&half, kelly), EXACT_E12 / 10); /* the cap */
    kelly = kelly_now(&half, &lost);
    assert_int_equal(kelly.win_rate_e12, 0);
    assert_true(kelly.f_e12 < 0);
    assert_int_equal(share(&half, kelly), 0);
    won.win_sum = MONEY_MAX;
    won.loss_cnt = 1;
    won.loss_sum = 1;
    assert_int_equal(kelly_now(&half, &won).payoff_e12, KELLY_PAYOFF_MAX_E12);
}

static void the_share_is_a_fraction_up_to_the_cap(void **state)
{
    (void)state;
    assert_int_equal(share(&half, given(EXACT_E12 * 55 / 100, EXACT_E12)), EXACT_E12 * 5 / 100);
    assert_int_equal(share(&half, given(EXACT_E12 * 6 / 10, EXACT_E12)), EXACT_E12 / 10);
    assert_int_equal(share(&half, given(EXACT_E12 * 9 / 10, EXACT_E12)), EXACT_E12 / 10);
    assert_int_equal(share(&half, given(EXACT_E12 / 2, EXACT_E12)), 0);
    assert_int_equal(share(&half, given(EXACT_E12 / 2, EXACT_E12 + 8)), 1); /* f is 3e-12 */
    assert_int_equal(share(&half, given(EXACT_E12 / 2 + 1, EXACT_E12)), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_numbers),
        cmocka_unit_test(nothing_is_known_until_there_are_enough_trades),
        cmocka_unit_test(estimates),
        cmocka_unit_test(one_sided_estimates),
        cmocka_unit_test(the_share_is_a_fraction_up_to_the_cap),
    };
    return cmocka_run_group_tests_name("kelly", tests, NULL, NULL);
}
