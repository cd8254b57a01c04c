/* Instrument ids as symbols: over time, with intervals that overlap, beside a plain search. */
#include "feed_help.h"

#include "feed/dbn/dbn_symbols.h"

static void expect(struct dbn_symbols *symbols, uint32_t id, int64_t ts_ns, const char *want)
{
    const struct dbn_interval *interval = dbn_symbols_find(symbols, id, ts_ns);
    if (want == NULL) {
        assert_null(interval);
        return;
    }
    assert_non_null(interval);
    assert_int_equal(interval->len, strlen(want));
    assert_memory_equal(interval->symbol, want, interval->len);
}

static void add(struct dbn_symbols *symbols, uint32_t id, int64_t start_ns, int64_t end_ns,
                const char *symbol)
{
    assert_int_equal(dbn_symbols_add(symbols, id, start_ns, end_ns, symbol, strlen(symbol)), 0);
}

static void test_intervals(void **state)
{
    struct dbn_symbols symbols = {.cnt = 0};
    (void)state;
    expect(&symbols, 7, 0, NULL);
    add(&symbols, 7, 10, 20, "A");
    add(&symbols, 7, 20, 30, "B");
    add(&symbols, 8, 10, 30, "C");
    for (int round = 0; round < 2; round++) {
        expect(&symbols, 7, 9, NULL);
        expect(&symbols, 7, 10, "A");
        expect(&symbols, 8, 19, "C");
        expect(&symbols, 7, 19, "A");
        expect(&symbols, 7, 20, "B");
        expect(&symbols, 7, 29, "B");
        expect(&symbols, 7, 30, NULL);
        expect(&symbols, 9, 15, NULL);
    }
    dbn_symbols_free(&symbols);
    expect(&symbols, 7, 10, NULL);
}

/* What was added last counts, also after what it overlaps was found beside it. */
static void test_overlap(void **state)
{
    struct dbn_symbols symbols = {.cnt = 0};
    (void)state;
    add(&symbols, 7, 0, 100, "LONG");
    add(&symbols, 7, 40, 60, "SHORT");
    add(&symbols, 7, 55, 55, "EMPTY");
    for (int round = 0; round < 2; round++) {
        expect(&symbols, 7, 39, "LONG");
        expect(&symbols, 7, 40, "SHORT");
        expect(&symbols, 7, 55, "SHORT");
        expect(&symbols, 7, 59, "SHORT");
        expect(&symbols, 7, 60, "LONG");
        expect(&symbols, 7, 20, "LONG");
    }
    add(&symbols, 7, 20, 21, "NEW");
    expect(&symbols, 7, 20, "NEW");
    dbn_symbols_free(&symbols);
}

static void test_set(void **state)
{
    struct dbn_symbols symbols = {.cnt = 0};
    (void)state;
    add(&symbols, 7, 10, 20, "A");
    expect(&symbols, 7, 15, "A");
    for (int i = 0; i < 1000; i++)
        assert_int_equal(dbn_symbols_set(&symbols, 7, i % 2 ? "LIVE" : "B", i % 2 ? 4 : 1), 0);
    assert_int_equal(symbols.cnt, 2); /* a capture that repeats itself needs no more memory */
    expect(&symbols, 7, 15, "LIVE");
    expect(&symbols, 7, 0, "LIVE");
    expect(&symbols, 7, INT64_MAX - 1, "LIVE");
    dbn_symbols_free(&symbols);
}

static void test_full(void **state)
{
    struct dbn_symbols symbols = {.cnt = 0};
    (void)state;
    for (uint32_t i = 0; i < DBN_SYMBOLS_MAX; i++)
        if (dbn_symbols_add(&symbols, i % 1000, i, i + 1, "S", 1) != 0)
            fail();
    assert_int_equal(dbn_symbols_add(&symbols, 7, 0, 1, "S", 1), -ENOSPC);
    expect(&symbols, 7, 7, "S");
    dbn_symbols_free(&symbols);
}

/* The same as a search from the last added to the first. */
static void test_random(void **state)
{
    enum { INTERVAL_CNT = 40, ID_CNT = 3, TIME_MAX = 100 };
    int64_t start[INTERVAL_CNT];
    int64_t end[INTERVAL_CNT];
    struct dbn_symbols symbols = {.cnt = 0};
    uint64_t random = help_seed();
    (void)state;
    for (int i = 0; i < INTERVAL_CNT; i++) {
        char name[16];
        snprintf(name, sizeof(name), "S%d", i);
        start[i] = (int64_t)(help_random(&random) % TIME_MAX);
        end[i] = start[i] + (int64_t)(help_random(&random) % 30);
        add(&symbols, (uint32_t)i % ID_CNT, start[i], end[i], name);
    }
    for (int n = 0; n < 100000; n++) {
        int id = (int)(help_random(&random) % ID_CNT);
        int64_t ts_ns = (int64_t)(help_random(&random) % (TIME_MAX + 30));
        char name[16];
        int i = INTERVAL_CNT - 1;
        while (i >= 0 && (i % ID_CNT != id || ts_ns < start[i] || ts_ns >= end[i]))
            i--;
        snprintf(name, sizeof(name), "S%d", i);
        expect(&symbols, (uint32_t)id, ts_ns, i < 0 ? NULL : name);
    }
    dbn_symbols_free(&symbols);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_intervals), cmocka_unit_test(test_overlap), cmocka_unit_test(test_set),
        cmocka_unit_test(test_full),      cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests_name("dbn_symbols", tests, NULL, NULL);
}
