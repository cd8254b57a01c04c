/* Asking for indicators by text, and what all of them have in common. */
#include "feed_help.h"
#include "talk_help.h"

#include "consumer/indicator/indicator.h"

static char why[128];

/* The names of the windows, with blanks between; or what was said against the text. */
static const char *asked(const struct indicator_ops *ops, const char *text)
{
    static char names[INDICATOR_WINDOW_MAX * INDICATOR_NAME_MAX];
    struct indicators all = {0};
    if (indicators_ask(&all, ops, text, why, sizeof why) != 0)
        return why;
    names[0] = '\0';
    for (unsigned w = 0; w < all.all[0].window_cnt; w++)
        snprintf(names + strlen(names), sizeof names - strlen(names), "%s%s", w > 0 ? " " : "",
                 all.all[0].window[w].name);
    return names;
}

static void windows_have_names(void **state)
{
    (void)state;
    assert_string_equal(asked(&indicator_ema, "20"), "20");
    assert_string_equal(asked(&indicator_ema, "1k,1.5m,250ms"), "1000 90s 0.25s");
    assert_string_equal(asked(&indicator_macd, "12,26,9"), "12,26,9");
    assert_string_equal(asked(&indicator_macd, "12,26,9,10s,1m,5s"), "12,26,9 10s,60s,5s");
    assert_string_equal(asked(&indicator_bollinger, "20,2"), "20,2");
    assert_string_equal(asked(&indicator_bollinger, "20,2.50,30s,0.1"), "20,2.5 30s,0.1");
}

static void what_is_refused(void **state)
{
    (void)state;
    expect_part(asked(&indicator_ema, ""), "a window is a number of ticks up to 4194304");
    expect_part(asked(&indicator_ema, "5,"), "a window is");
    expect_part(asked(&indicator_ema, ",5"), "a window is");
    expect_part(asked(&indicator_ema, "5,5"), "5 is the same window twice");
    expect_part(asked(&indicator_ema, "60s,1m"), "1m is the same window twice");
    expect_part(asked(&indicator_ema, "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17"), "at most 16 windows");
    expect_part(asked(&indicator_macd, "12,26"), "3 numbers belong together, FAST,SLOW,SIGNAL");
    expect_part(asked(&indicator_macd, "12,26,9,12"), "3 numbers belong together");
    expect_part(asked(&indicator_macd, "12,26,"), "a window is");
    expect_part(asked(&indicator_macd, "26,12,9"), "the first average must be shorter");
    expect_part(asked(&indicator_macd, "12,12,9"), "the first average must be shorter");
    expect_part(asked(&indicator_macd, "12,26,9s"), "three numbers of ticks, or three times");
    expect_part(asked(&indicator_macd, "12,26,9,12,26,9"), "12,26,9 is the same window twice");
    expect_part(asked(&indicator_bollinger, "20"), "2 numbers belong together, N,K");
    expect_part(asked(&indicator_bollinger, "20,0"), "a factor is a number above 0, at most 100");
    expect_part(asked(&indicator_bollinger, "20,-1"), "a factor is");
    expect_part(asked(&indicator_bollinger, "20,2s"), "a factor is");
    expect_part(asked(&indicator_bollinger, "20,100.1"), "a factor is");
    expect_part(asked(&indicator_bollinger, "20,0.0000000001"), "a factor is");
    expect_part(asked(&indicator_bollinger, "2.5,2"), "a window is");
}

static void in_the_order_of_the_table(void **state)
{
    struct indicators all = {0};
    (void)state;
    assert_null(indicators_find(&all, &indicator_sma));
    assert_int_equal(indicators_ask(&all, &indicator_atr, "14", why, sizeof why), 0);
    assert_int_equal(indicators_ask(&all, &indicator_sma, "5", why, sizeof why), 0);
    assert_int_equal(indicators_ask(&all, &indicator_macd, "12,26,9", why, sizeof why), 0);
    assert_int_equal(indicators_ask(&all, &indicator_sma, "7,8", why, sizeof why), 0); /* the last counts */
    assert_int_equal(all.cnt, 3);
    assert_ptr_equal(all.all[0].ops, &indicator_sma);
    assert_int_equal(all.all[0].window_cnt, 2);
    assert_ptr_equal(all.all[1].ops, &indicator_macd);
    assert_ptr_equal(all.all[2].ops, &indicator_atr);
    assert_ptr_equal(indicators_find(&all, &indicator_atr), &all.all[2]);
    assert_null(indicators_find(&all, &indicator_rsi));
    assert_int_not_equal(indicators_ask(&all, &indicator_sma, "x", why, sizeof why), 0); /* changes nothing */
    assert_int_equal(all.all[0].window_cnt, 2);
}

/* Each of the table: names that nobody else has, a state that can be forgotten, saved and given back. */
static void all_of_the_table(void **state)
{
    static const char *const text[] = {['1'] = "20", ['2'] = "20,2", ['3'] = "12,26,9"};
    struct indicators all = {0};
    (void)state;
    for (unsigned i = 0; indicator_list(i) != NULL; i++) {
        const struct indicator_ops *ops = indicator_list(i);
        const char *windows = text['0' + strlen(ops->parts)];
        assert_int_equal(indicators_ask(&all, ops, windows, why, sizeof why), 0);
        for (unsigned j = 0; j < i; j++)
            assert_string_not_equal(indicator_list(j)->name, ops->name);
    }
    assert_ptr_equal(indicator_list(0), &indicator_sma);
    assert_int_equal(indicators_open(&all), 0);
    void *states = calloc(1, all.state_size);
    assert_non_null(states);
    for (unsigned i = 0; i < all.cnt; i++)
        assert_int_equal((uintptr_t)indicator_state(&all.all[i], states) % 16, 0);
    for (int i = 0; i < 100; i++) {
        const struct indicator_value value = {1000 + i * i % 7, 1, i};
        assert_int_equal(indicators_push(&all, states, &value), 0);
    }
    assert_true(indicators_ready(&all, states));
    assert_int_equal(indicators_capped_cnt(&all, states), 0);
    indicators_reset(&all, states);
    assert_false(indicators_ready(&all, states));
    indicators_free(&all, states);
    free(states);
    indicators_close(&all);
    indicators_close(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_have_names),
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(in_the_order_of_the_table),
        cmocka_unit_test(all_of_the_table),
    };
    return cmocka_run_group_tests_name("indicator", tests, NULL, NULL);
}
