/* Averages that are kept by adding and subtracting, against sums from scratch. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "consumer/indicator/sma.h"

#define SERIES_LEN 3000
#define SERIES_CNT 12

/* What was pushed, with the moments as they count: not going back. */
struct series {
    exact_int value[SERIES_LEN];
    int64_t time_ns[SERIES_LEN];
    uint64_t len;
};

static uint64_t random_state;

/* One test asks for memory that no machine has. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

static int seed_random(void **state)
{
    const char *text = getenv("TICKRING_SEED");
    uint64_t seed = text ? strtoull(text, NULL, 0) : 20240809;
    (void)state;
    print_message("TICKRING_SEED=%llu\n", (unsigned long long)seed);
    random_state = seed * 2 + 1;
    return 0;
}

static uint64_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state * UINT64_C(0x2545f4914f6cdd1d);
}

static struct sma_plan plan_of(const struct sma_window *window, unsigned window_cnt)
{
    struct sma_plan plan;
    assert_int_equal(sma_plan_init(&plan, window, window_cnt), 0);
    return plan;
}

static struct sma_plan plan_of_ticks(uint64_t tick_cnt)
{
    return plan_of(&(struct sma_window){tick_cnt, 0}, 1);
}

static struct sma_plan plan_of_span(int64_t span_ns)
{
    return plan_of(&(struct sma_window){0, span_ns}, 1);
}

static void push(struct sma_set *set, const struct sma_plan *plan, exact_int value, int64_t ts)
{
    assert_int_equal(sma_push(set, plan, value, ts), 0);
}

static exact_int random_value(void)
{
    exact_int extreme = (exact_int)1 << 64;
    uint64_t kind = next_random() % 8;
    if (kind == 0)
        return -extreme;
    if (kind == 1)
        return extreme;
    return (exact_int)(int64_t)next_random();
}

/* Mostly small steps, with silences, equal moments and steps back. */
static int64_t random_step_ns(void)
{
    uint64_t kind = next_random() % 16;
    if (kind == 0)
        return (int64_t)(next_random() % 5000);
    if (kind == 1)
        return -(int64_t)(next_random() % 300);
    if (kind < 5)
        return 0;
    return (int64_t)(next_random() % 20);
}

static void series_add(struct series *series, exact_int value, int64_t ts)
{
    uint64_t i = series->len++;
    bool older = i > 0 && ts < series->time_ns[i - 1];
    series->value[i] = value;
    series->time_ns[i] = older ? series->time_ns[i - 1] : ts;
}

/* Whether value i is in the window after the last push; cap is what the history may hold. */
static bool in_window(const struct series *series, const struct sma_window *window, uint64_t i, uint64_t cap)
{
    uint64_t behind = series->len - i; /* 1: the newest */
    if (window->span_ns == 0)
        return behind <= window->tick_cnt;
    return behind <= cap && series->time_ns[i] > series->time_ns[series->len - 1] - window->span_ns;
}

static bool full_by_definition(const struct series *series, const struct sma_window *window)
{
    if (window->span_ns == 0)
        return series->len >= window->tick_cnt;
    return series->time_ns[series->len - 1] - series->time_ns[0] >= window->span_ns;
}

static void check_window(const struct sma_set *set, const struct sma_plan *plan, unsigned w,
                         const struct series *series)
{
    exact_int sum = 0;
    uint64_t cnt = 0;
    for (uint64_t i = 0; i < series->len; i++) {
        if (in_window(series, &plan->window[w], i, plan->cap_max)) {
            sum += series->value[i];
            cnt++;
        }
    }
    assert_int_equal(sma_cnt(set, w), cnt);
    assert_true(sma_sum(set, w) == sum);
    assert_int_equal(sma_ready(set, plan, w), full_by_definition(series, &plan->window[w]));
}

static void check_random_series(struct sma_set *set, const struct sma_plan *plan)
{
    struct series *series = calloc(1, sizeof *series);
    int64_t ts = (int64_t)(next_random() % 1000) - 500;
    assert_non_null(series);
    for (unsigned i = 0; i < SERIES_LEN; i++) {
        exact_int value = random_value();
        ts += random_step_ns();
        series_add(series, value, ts);
        push(set, plan, value, ts);
        /* Each early, then now and then: a check costs as much as the whole series. */
        for (unsigned w = 0; w < plan->window_cnt && (i < 100 || i % 7 == 0); w++)
            check_window(set, plan, w, series);
    }
    free(series);
}

static void windows_of_ticks_equal_sums_from_scratch(void **state)
{
    static const struct sma_window window[] = {{1, 0}, {2, 0}, {5, 0}, {16, 0}, {17, 0}, {100, 0}, {999, 0}};
    struct sma_plan plan = plan_of(window, sizeof window / sizeof window[0]);
    (void)state;
    for (unsigned i = 0; i < SERIES_CNT; i++) {
        struct sma_set set = {0};
        check_random_series(&set, &plan);
        assert_null(set.time_ns);
        assert_int_equal(set.cap, 1024);
        sma_free(&set);
    }
}

static void windows_of_time_equal_sums_from_scratch(void **state)
{
    static const struct sma_window window[] = {{0, 1}, {0, 20}, {5, 0}, {0, 1000}, {64, 0}, {0, 7777}};
    struct sma_plan plan = plan_of(window, sizeof window / sizeof window[0]);
    (void)state;
    for (unsigned i = 0; i < SERIES_CNT; i++) {
        struct sma_set set = {0};
        check_random_series(&set, &plan);
        assert_int_equal(set.capped_cnt, 0);
        sma_free(&set);
    }
}

static void windows_reset_equal_new_ones(void **state)
{
    static const struct sma_window window[] = {{3, 0}, {0, 500}, {40, 0}};
    struct sma_plan plan = plan_of(window, sizeof window / sizeof window[0]);
    struct sma_set set = {0};
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        exact_uint *memory;
        check_random_series(&set, &plan);
        memory = set.sum_before;
        sma_reset(&set);
        assert_ptr_equal(set.sum_before, memory);
        assert_int_equal(sma_cnt(&set, 1), 0);
        assert_false(sma_ready(&set, &plan, 0));
    }
    sma_free(&set);
    assert_null(set.sum_before);
    check_random_series(&set, &plan);
    sma_free(&set);
}

static void full_history_drops_and_counts(void **state)
{
    static const struct sma_window window[] = {{0, 1000000}, {0, 30}, {32, 0}, {0, 2000}};
    struct sma_plan plan = plan_of(window, sizeof window / sizeof window[0]);
    (void)state;
    plan.cap_max = 32;
    for (unsigned i = 0; i < SERIES_CNT; i++) {
        struct sma_set set = {0};
        check_random_series(&set, &plan);
        /* The longest span holds the whole series: each value beyond the history leaves early. */
        assert_int_equal(set.capped_cnt, SERIES_LEN - 32);
        assert_int_equal(set.cap, 32);
        sma_reset(&set);
        assert_int_equal(set.capped_cnt, SERIES_LEN - 32);
        sma_free(&set);
    }
}

static void first_values_of_the_interface(void **state)
{
    struct sma_plan plan = plan_of_ticks(5);
    struct sma_set set = {0};
    char text[EXACT_TEXT_MAX];
    (void)state;
    assert_int_equal(sma_text(text, &set, 0), 0);
    assert_string_equal(text, "");
    for (int64_t i = 0; i < 3; i++)
        push(&set, &plan, exact_half_of_px((42000 + 50 * i) * INT64_C(1000000000)), i);
    assert_int_equal(sma_text(text, &set, 0), 5);
    assert_string_equal(text, "42050");
    assert_false(sma_ready(&set, &plan, 0));
    push(&set, &plan, 0, 4);
    push(&set, &plan, 0, 5);
    assert_true(sma_ready(&set, &plan, 0));
    sma_free(&set);
}

static void span_leaves_its_beginning_out(void **state)
{
    struct sma_plan plan = plan_of_span(30);
    struct sma_set set = {0};
    (void)state;
    push(&set, &plan, 1, 100);
    push(&set, &plan, 2, 129);
    assert_int_equal(sma_cnt(&set, 0), 2);
    assert_false(sma_ready(&set, &plan, 0));
    push(&set, &plan, 4, 130); /* the value at 100 is 30 old: out */
    assert_int_equal(sma_cnt(&set, 0), 2);
    assert_true(sma_sum(&set, 0) == 6);
    assert_true(sma_ready(&set, &plan, 0));
    push(&set, &plan, 8, 50); /* older: counts as of 130 */
    assert_true(sma_sum(&set, 0) == 14);
    push(&set, &plan, 16, 159);
    assert_true(sma_sum(&set, 0) == 28);
    push(&set, &plan, 32, 160);
    assert_true(sma_sum(&set, 0) == 48);
    sma_free(&set);
}

static void extreme_moments(void **state)
{
    struct sma_plan plan = plan_of_span(INT64_MAX);
    struct sma_set set = {0};
    (void)state;
    push(&set, &plan, 1, INT64_MIN);
    push(&set, &plan, 2, -2);
    assert_true(sma_sum(&set, 0) == 3);
    assert_false(sma_ready(&set, &plan, 0));
    push(&set, &plan, 4, -1); /* INT64_MAX after the first */
    assert_true(sma_sum(&set, 0) == 6);
    assert_true(sma_ready(&set, &plan, 0));
    push(&set, &plan, 8, INT64_MAX);
    assert_true(sma_sum(&set, 0) == 8);
    push(&set, &plan, 16, INT64_MIN);
    assert_true(sma_sum(&set, 0) == 24);
    sma_free(&set);
}

static void extreme_values_compare_exactly(void **state)
{
    exact_int extreme = exact_half_of_px(INT64_MAX);
    struct sma_plan plan = plan_of_ticks(3);
    struct sma_set set = {0};
    (void)state;
    for (int i = 0; i < 2; i++)
        push(&set, &plan, extreme, 0);
    push(&set, &plan, extreme - 1, 0); /* the average is a third below */
    assert_int_equal(sma_cmp(&set, 0, extreme), 1);
    assert_int_equal(sma_cmp(&set, 0, extreme - 1), -1);
    push(&set, &plan, extreme, 0);
    push(&set, &plan, extreme, 0);
    assert_int_equal(sma_cmp(&set, 0, extreme), 1);
    push(&set, &plan, extreme, 0);
    assert_int_equal(sma_cmp(&set, 0, extreme), 0);
    sma_free(&set);
}

static void plans_that_are_refused(void **state)
{
    struct sma_window many[SMA_WINDOW_MAX + 1];
    static const struct sma_window wrong[] = {{0, 0}, {5, 5}, {0, -1}, {5, -1}, {SMA_HISTORY_MAX + 1, 0}};
    struct sma_plan plan = {.window_cnt = 77};
    (void)state;
    for (unsigned w = 0; w <= SMA_WINDOW_MAX; w++)
        many[w] = (struct sma_window){w + 1, 0};
    assert_int_equal(sma_plan_init(&plan, many, 0), -EINVAL);
    assert_int_equal(sma_plan_init(&plan, many, SMA_WINDOW_MAX + 1), -EINVAL);
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        many[2] = wrong[i];
        assert_int_equal(sma_plan_init(&plan, many, 3), -EINVAL);
    }
    assert_int_equal(plan.window_cnt, 77);
}

static void plans_know_how_much_history(void **state)
{
    struct sma_window both[] = {{5, 0}, {0, 1}};
    (void)state;
    assert_int_equal(plan_of_ticks(1).cap_max, 1);
    assert_int_equal(plan_of_ticks(5).cap_max, 8);
    assert_int_equal(plan_of_ticks(8).cap_max, 8);
    assert_int_equal(plan_of_ticks(SMA_HISTORY_MAX).cap_max, SMA_HISTORY_MAX);
    assert_false(plan_of_ticks(5).timed);
    assert_true(plan_of(both, 2).timed);
    assert_int_equal(plan_of(both, 2).cap_max, SMA_HISTORY_MAX);
}

static void no_memory_adds_nothing(void **state)
{
    struct sma_plan plan = plan_of_span(1000);
    struct sma_set set = {0};
    struct sma_set before;
    uint64_t cap;
    (void)state;
    for (int i = 0; i < 16; i++)
        push(&set, &plan, i, i);
    before = set;
    cap = set.cap;
    set.cap = UINT64_C(1) << 54; /* to double it takes more than an address space */
    set.head = set.room_end = set.cap;
    plan.cap_max = set.cap * 2;
    assert_int_equal(sma_push(&set, &plan, 99, 16), -ENOMEM);
    assert_ptr_equal(set.sum_before, before.sum_before);
    assert_int_equal(set.head, UINT64_C(1) << 54);
    assert_int_equal(set.now_ns, 15);
    assert_true(sma_sum(&set, 0) == 120);
    set = before;
    plan.cap_max = cap * 2;
    push(&set, &plan, 99, 16);
    assert_true(sma_sum(&set, 0) == 219);
    sma_free(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(windows_of_ticks_equal_sums_from_scratch, seed_random),
        cmocka_unit_test_setup(windows_of_time_equal_sums_from_scratch, seed_random),
        cmocka_unit_test_setup(windows_reset_equal_new_ones, seed_random),
        cmocka_unit_test_setup(full_history_drops_and_counts, seed_random),
        cmocka_unit_test(first_values_of_the_interface),
        cmocka_unit_test(span_leaves_its_beginning_out),
        cmocka_unit_test(extreme_moments),
        cmocka_unit_test(extreme_values_compare_exactly),
        cmocka_unit_test(plans_that_are_refused),
        cmocka_unit_test(plans_know_how_much_history),
        cmocka_unit_test(no_memory_adds_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
