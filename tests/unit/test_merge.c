/* Several sources as one stream. */
#include "fake_source.h"

#include "feed/merge.h"

static struct merge merge;

static void expect_tick(int64_t ts_ns, const char *symbol)
{
    const struct source_record *rec = NULL;
    struct source *culprit;
    assert_int_equal(merge_next(&merge, &rec, &culprit), SOURCE_OK);
    assert_non_null(rec);
    assert_int_equal(rec->tick.ts_event_ns, ts_ns);
    assert_int_equal(rec->symbol_len, strlen(symbol));
    assert_memory_equal(rec->symbol, symbol, rec->symbol_len);
}

static void expect_result(enum source_result want, const struct source *want_culprit)
{
    const struct source_record *rec = (const void *)&merge;
    struct source *culprit = NULL;
    assert_int_equal(merge_next(&merge, &rec, &culprit), want);
    assert_null(rec);
    if (want_culprit != NULL)
        assert_ptr_equal(culprit, want_culprit);
}

static int empty(void **state)
{
    (void)state;
    merge = (struct merge){0};
    return 0;
}

static void nothing_to_merge(void **state)
{
    struct fake_source none;
    (void)state;
    expect_result(SOURCE_END, NULL);
    fake_init(&none, "none", NULL, 0);
    merge_add(&merge, &none.src);
    expect_result(SOURCE_END, NULL);
    expect_result(SOURCE_END, NULL); /* and again */
}

static void by_event_time(void **state)
{
    static const struct fake_step a[] = {{0, 10, "A", 0, 0}, {0, 30, "A", 0, 0}, {0, 50, "A", 0, 0}};
    static const struct fake_step b[] = {{0, 5, "B", 0, 0}, {0, 40, "B", 0, 0}};
    static const struct fake_step c[] = {{0, 35, "C", 0, 0}};
    struct fake_source source[3];
    (void)state;
    FAKE(&source[0], "a", a);
    FAKE(&source[1], "b", b);
    FAKE(&source[2], "c", c);
    for (int i = 0; i < 3; i++)
        merge_add(&merge, &source[i].src);
    expect_tick(5, "B");
    expect_tick(10, "A");
    expect_tick(30, "A");
    expect_tick(35, "C");
    expect_tick(40, "B");
    expect_tick(50, "A");
    expect_result(SOURCE_END, NULL);
}

static void equal_times_in_the_order_of_the_sources(void **state)
{
    static const struct fake_step a[] = {{0, 10, "A1", 0, 0}, {0, 10, "A2", 0, 0}};
    static const struct fake_step b[] = {{0, 10, "B1", 0, 0}, {0, 10, "B2", 0, 0}};
    struct fake_source source[2];
    (void)state;
    FAKE(&source[0], "a", a);
    FAKE(&source[1], "b", b);
    merge_add(&merge, &source[1].src);
    merge_add(&merge, &source[0].src);
    expect_tick(10, "B1");
    expect_tick(10, "B2");
    expect_tick(10, "A1");
    expect_tick(10, "A2");
}

static void a_source_keeps_its_own_order(void **state)
{
    static const struct fake_step a[] = {{0, 30, "A1", 0, 0}, {0, 10, "A2", 0, 0}, {0, 60, "A3", 0, 0}};
    static const struct fake_step b[] = {{0, 20, "B1", 0, 0}, {0, 40, "B2", 0, 0}};
    struct fake_source source[2];
    (void)state;
    FAKE(&source[0], "a", a);
    FAKE(&source[1], "b", b);
    merge_add(&merge, &source[0].src);
    merge_add(&merge, &source[1].src);
    expect_tick(20, "B1");
    expect_tick(30, "A1");
    expect_tick(10, "A2");
    expect_tick(40, "B2");
    expect_tick(60, "A3");
}

/* A malformed record, a signal: the others' records wait, and none is lost. */
static void interruptions_lose_nothing(void **state)
{
    static const struct fake_step a[] = {{0, 10, "A1", 0, 0}, {0, 30, "A2", 0, 0}};
    static const struct fake_step b[] = {{SOURCE_AGAIN, 0, NULL, 0, 0},
                                         {SOURCE_BAD, 0, NULL, 0, 0},
                                         {0, 20, "B1", 0, 0},
                                         {SOURCE_BAD, 0, NULL, 0, 0}};
    struct fake_source source[2];
    (void)state;
    FAKE(&source[0], "a", a);
    FAKE(&source[1], "b", b);
    merge_add(&merge, &source[0].src);
    merge_add(&merge, &source[1].src);
    expect_result(SOURCE_AGAIN, &source[1].src);
    expect_result(SOURCE_BAD, &source[1].src);
    expect_tick(10, "A1");
    expect_tick(20, "B1");
    expect_result(SOURCE_BAD, &source[1].src);
    expect_tick(30, "A2");
    expect_result(SOURCE_END, NULL);
}

static void a_fatal_error_names_its_source(void **state)
{
    static const struct fake_step a[] = {{0, 10, "A1", 0, 0}};
    static const struct fake_step b[] = {{SOURCE_FATAL, 0, NULL, 0, 0}};
    struct fake_source source[2];
    (void)state;
    FAKE(&source[0], "a", a);
    FAKE(&source[1], "b", b);
    merge_add(&merge, &source[0].src);
    merge_add(&merge, &source[1].src);
    expect_result(SOURCE_FATAL, &source[1].src);
    assert_int_equal(source[1].src.exit_code, EXIT_CODE_IO);
}

/* The recorder's clock need not agree with the venues'; a source without it goes by event time. */
static void by_receive_time(void **state)
{
    static const struct fake_step a[] = {{0, 50, "A", 0, 1}, {0, 10, "A", 0, 4}};
    static const struct fake_step b[] = {{0, 3, "B", 0, 0}, {0, 60, "B", 0, 4}};
    struct fake_source source[2];
    (void)state;
    merge.by_receive = true;
    FAKE(&source[0], "a", a);
    FAKE(&source[1], "b", b);
    for (int i = 0; i < 2; i++)
        merge_add(&merge, &source[i].src);
    expect_tick(50, "A");
    expect_tick(3, "B");
    expect_tick(10, "A"); /* equal times: the source named first */
    expect_tick(60, "B");
    expect_result(SOURCE_END, NULL);
}

static void from_the_beginning_again(void **state)
{
    static const struct fake_step a[] = {{0, 10, "A1", 0, 0}, {0, 30, "A2", 0, 0}};
    static const struct fake_step b[] = {{0, 20, "B1", 0, 0}};
    struct fake_source source[2];
    struct source *culprit = NULL;
    (void)state;
    FAKE(&source[0], "a", a);
    FAKE(&source[1], "b", b);
    merge_add(&merge, &source[0].src);
    merge_add(&merge, &source[1].src);
    expect_tick(10, "A1");
    expect_tick(20, "B1"); /* A2 is waiting: it must not come twice */
    assert_int_equal(merge_rewind(&merge, &culprit), 0);
    expect_tick(10, "A1");
    expect_tick(20, "B1");
    expect_tick(30, "A2");
    expect_result(SOURCE_END, NULL);
    assert_int_equal(merge_rewind(&merge, &culprit), 0); /* also from the end */
    expect_tick(10, "A1");
    source[1].cannot_rewind = true;
    assert_int_equal(merge_rewind(&merge, &culprit), -1);
    assert_ptr_equal(culprit, &source[1].src);
}

/* Random streams, as many as there is room for: all of it, sorted, each stream in order. */
static void many_sources(void **state)
{
    enum { STEPS = 40 };
    static struct fake_step step[MERGE_MAX][STEPS];
    static struct fake_source source[MERGE_MAX];
    uint64_t random = help_seed();
    (void)state;
    for (size_t i = 0; i < MERGE_MAX; i++) {
        int64_t ts_ns = 0;
        for (size_t k = 0; k < STEPS; k++)
            step[i][k].ts_ns = ts_ns += (int64_t)(help_random(&random) % 5);
        FAKE(&source[i], "x", step[i]);
        merge_add(&merge, &source[i].src);
    }
    int64_t last_ns = 0;
    size_t cnt = 0;
    const struct source_record *rec;
    struct source *culprit;
    while (merge_next(&merge, &rec, &culprit) == SOURCE_OK) {
        assert_true(rec->tick.ts_event_ns >= last_ns);
        last_ns = rec->tick.ts_event_ns;
        cnt++;
    }
    assert_int_equal(cnt, MERGE_MAX * STEPS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(by_receive_time, empty),
        cmocka_unit_test_setup(nothing_to_merge, empty),
        cmocka_unit_test_setup(by_event_time, empty),
        cmocka_unit_test_setup(equal_times_in_the_order_of_the_sources, empty),
        cmocka_unit_test_setup(a_source_keeps_its_own_order, empty),
        cmocka_unit_test_setup(interruptions_lose_nothing, empty),
        cmocka_unit_test_setup(a_fatal_error_names_its_source, empty),
        cmocka_unit_test_setup(from_the_beginning_again, empty),
        cmocka_unit_test_setup(many_sources, empty),
    };
    return cmocka_run_group_tests_name("merge", tests, NULL, NULL);
}
