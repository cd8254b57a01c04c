/* Windows as people write them, and their names. */
#include "feed_help.h"

#include "consumer/indicator/window.h"

#include "tick.h"

#define ONE TR_PX_SCALE

static void expect_name(struct sma_window window, const char *want)
{
    char text[WINDOW_TEXT_MAX];
    assert_int_equal(window_name(text, &window), strlen(want));
    assert_string_equal(text, want);
}

static void names(void **state)
{
    (void)state;
    expect_name((struct sma_window){5, 0}, "5");
    expect_name((struct sma_window){SMA_HISTORY_MAX, 0}, "4194304");
    expect_name((struct sma_window){0, 30 * ONE}, "30s");
    expect_name((struct sma_window){0, 1}, "0.000000001s");
    expect_name((struct sma_window){0, 250000000}, "0.25s");
    expect_name((struct sma_window){0, INT64_MAX}, "9223372036.854775807s");
}

static void expect_window(const char *text, uint64_t tick_cnt, int64_t span_ns)
{
    struct sma_window window;
    assert_int_equal(window_parse(text, strlen(text), &window), 0);
    assert_int_equal(window.tick_cnt, tick_cnt);
    assert_int_equal(window.span_ns, span_ns);
}

static void ticks_and_times(void **state)
{
    struct sma_window window;
    (void)state;
    expect_window("1", 1, 0);
    expect_window("10k", 10000, 0);
    expect_window("4194304", SMA_HISTORY_MAX, 0);
    expect_window("30s", 0, 30 * ONE);
    expect_window("1.5m", 0, 90 * ONE);
    expect_window("1ns", 0, 1);
    assert_int_equal(window_parse("12,26", 2, &window), 0); /* as far as it was told */
    assert_int_equal(window.tick_cnt, 12);
}

static void what_is_none(void **state)
{
    static const char *const none[] = {
        "", "0", "0s", "-5", "5h", "x", "4194305", "5 ", "1111111111111111111111111111111111111111",
    };
    struct sma_window window = {7, 0};
    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        if (window_parse(none[i], strlen(none[i]), &window) != -EINVAL)
            fail_msg("%s", none[i]);
    }
    assert_int_equal(window.tick_cnt, 7); /* unchanged */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
        cmocka_unit_test(ticks_and_times),
        cmocka_unit_test(what_is_none),
    };
    return cmocka_run_group_tests_name("window", tests, NULL, NULL);
}
