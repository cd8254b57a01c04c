/* The histogram: how far a percentile may be off, the ends of its range, sums of histograms, one writer
 * beside readers. */
#include "feed_help.h"

#include <pthread.h>

#include "hist.h"

#define VALUE_MAX ((uint64_t)TR_HIST_VALUE_MAX)

static struct tr_hist hist;
static struct tr_hist_snap snap;

static void *fresh(struct tr_hist *h)
{
    memset(h, 0, sizeof *h);
    return h;
}

static void buckets_follow_each_other(void **state)
{
    (void)state;
    assert_int_equal(tr_hist_low_ns(0), 0);
    for (unsigned i = 0; i < TR_HIST_BUCKET_CNT; i++) {
        uint64_t low_ns = tr_hist_low_ns(i);
        uint64_t end_ns = tr_hist_low_ns(i + 1);
        assert_true(end_ns > low_ns);
        assert_true((end_ns - low_ns) * 32 <= low_ns || end_ns - low_ns == 1);
        assert_int_equal(tr_hist_index(low_ns), i);
        assert_int_equal(tr_hist_index(end_ns - 1), i);
    }
    assert_true(tr_hist_low_ns(TR_HIST_BUCKET_CNT) > VALUE_MAX);
    assert_in_range(tr_hist_index(VALUE_MAX), 0, TR_HIST_BUCKET_CNT - 1);
}

static void nothing_counted(void **state)
{
    (void)state;
    tr_hist_snapshot(fresh(&hist), &snap);
    assert_int_equal(snap.cnt, 0);
    assert_int_equal(tr_hist_percentile(&snap, 1, 2), 0);
    assert_int_equal(tr_hist_percentile(&snap, 1, 1), 0);
    assert_int_equal(tr_hist_mean(&snap), 0);
}

static void small_values_are_exact(void **state)
{
    (void)state;
    for (int64_t v = 0; v < 64; v++) {
        tr_hist_add(fresh(&hist), v, 1);
        tr_hist_add(&hist, 1000, 3);
        tr_hist_snapshot(&hist, &snap);
        assert_int_equal(tr_hist_percentile(&snap, 1, 4), v);
    }
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The value of rank ceil(cnt * num / den), at least 1, of sorted values. */
static uint64_t exact_percentile(const uint64_t *value, uint64_t cnt, uint64_t num, uint64_t den)
{
    uint64_t rank = (cnt * num + den - 1) / den;
    return value[rank > 0 ? rank - 1 : 0];
}

static void check_percentiles(uint64_t *value, uint64_t cnt)
{
    static const uint64_t share[][2] = {{0, 1},      {1, 1000},     {1, 10},         {1, 4},
                                        {1, 2},      {3, 4},        {9, 10},         {99, 100},
                                        {999, 1000}, {9999, 10000}, {99999, 100000}, {1, 1}};
    qsort(value, cnt, sizeof *value, by_value);
    for (size_t i = 0; i < sizeof share / sizeof *share; i++) {
        uint64_t exact = exact_percentile(value, cnt, share[i][0], share[i][1]);
        uint64_t told = (uint64_t)tr_hist_percentile(&snap, share[i][0], share[i][1]);
        uint64_t off = told > exact ? told - exact : exact - told;
        if (off * 64 > exact)
            print_error("share %llu/%llu: %llu, should be %llu\n", (unsigned long long)share[i][0],
                        (unsigned long long)share[i][1], (unsigned long long)told, (unsigned long long)exact);
        assert_true(off * 64 <= exact);
    }
    assert_true((uint64_t)tr_hist_percentile(&snap, 1, 1) <= value[cnt - 1]);
}

/* Random values of every magnitude, in turn and all mixed: off by at most 1/64. */
static void percentiles_of_random_values(void **state)
{
    static uint64_t value[2000];
    uint64_t random = help_seed();
    (void)state;
    for (uint64_t most = 1; most < 40; most++) {
        uint64_t sum_ns = 0;
        fresh(&hist);
        for (int i = 0; i < 2000; i++) {
            uint64_t bits = most < 38 ? most : 1 + help_random(&random) % 37;
            uint64_t v = (help_random(&random) << 20 ^ help_random(&random)) & ((UINT64_C(1) << bits) - 1);
            value[i] = v <= VALUE_MAX ? v : VALUE_MAX;
            sum_ns += value[i];
            tr_hist_add(&hist, (int64_t)value[i], 1);
        }
        tr_hist_snapshot(&hist, &snap);
        assert_int_equal(snap.cnt, 2000);
        assert_int_equal(snap.clamped_cnt, 0);
        assert_true(snap.sum_ns == sum_ns);
        assert_true(tr_hist_mean(&snap) == (int64_t)(sum_ns / 2000));
        check_percentiles(value, 2000);
        assert_true(snap.max_ns == value[1999]);
    }
}

/* The ends of every bucket are the worst cases. */
static void percentiles_at_the_ends_of_buckets(void **state)
{
    (void)state;
    for (unsigned i = 1; i <= tr_hist_index(VALUE_MAX); i++) {
        uint64_t value[3] = {tr_hist_low_ns(i) - 1, tr_hist_low_ns(i), VALUE_MAX};
        fresh(&hist);
        for (int k = 0; k < 3; k++)
            tr_hist_add(&hist, (int64_t)value[k], 1);
        tr_hist_snapshot(&hist, &snap);
        check_percentiles(value, 3);
    }
}

static void values_out_of_range_are_clamped(void **state)
{
    (void)state;
    tr_hist_add(fresh(&hist), -1, 1);
    tr_hist_add(&hist, INT64_MIN, 2);
    tr_hist_add(&hist, TR_HIST_VALUE_MAX, 1);
    tr_hist_snapshot(&hist, &snap);
    assert_int_equal(snap.clamped_cnt, 3);
    assert_int_equal(snap.bucket[0], 3);
    assert_true(snap.max_ns == VALUE_MAX);
    tr_hist_add(&hist, TR_HIST_VALUE_MAX + 1, 1);
    tr_hist_add(&hist, INT64_MAX, 2);
    tr_hist_snapshot(&hist, &snap);
    assert_int_equal(snap.clamped_cnt, 6);
    assert_int_equal(snap.cnt, 7);
    assert_int_equal(snap.bucket[tr_hist_index(VALUE_MAX)], 4);
    assert_true(snap.max_ns == INT64_MAX); /* what it was, not what it counts as */
    assert_true(snap.sum_ns == 4 * VALUE_MAX);
    assert_int_equal(tr_hist_percentile(&snap, 3, 7), 0);
}

static void a_batch_counts_as_often(void **state)
{
    static struct tr_hist once;
    (void)state;
    fresh(&once);
    tr_hist_add(fresh(&hist), 12345, 100);
    tr_hist_add(&hist, 7, 0);
    for (int i = 0; i < 100; i++)
        tr_hist_add(&once, 12345, 1);
    assert_memory_equal(&hist.bucket, &once.bucket, sizeof hist.bucket);
    assert_true(hist.sum_ns == once.sum_ns && hist.max_ns == 12345);
}

/* Ranks of counts that fill 64 bits. */
static void ranks_do_not_overflow(void **state)
{
    (void)state;
    memset(&snap, 0, sizeof snap);
    snap.bucket[10] = UINT64_MAX - 1;
    snap.bucket[20] = 1;
    snap.cnt = UINT64_MAX;
    snap.max_ns = 20;
    assert_int_equal(tr_hist_percentile(&snap, 9999, 10000), 10);
    assert_int_equal(tr_hist_percentile(&snap, UINT64_MAX - 1, UINT64_MAX), 10);
    assert_int_equal(tr_hist_percentile(&snap, UINT64_MAX, UINT64_MAX), 20);
}

/* What came between two looks. */
static void since_the_last_look(void **state)
{
    static uint64_t before[TR_HIST_BUCKET_CNT];
    struct tr_hist_snap added;
    (void)state;
    fresh(&hist);
    memset(before, 0, sizeof before);
    tr_hist_add(&hist, 5000000, 7);
    tr_hist_since(&hist, before, &added);
    assert_true(added.cnt == 7 && added.max_ns <= 5000000 && added.max_ns >= 4900000);
    tr_hist_add(&hist, 20, 3);
    tr_hist_since(&hist, before, &added);
    assert_true(added.cnt == 3 && added.bucket[20] == 3 && added.max_ns == 20);
    tr_hist_since(&hist, before, &added);
    assert_true(added.cnt == 0 && added.max_ns == 0);
}

/* --- One writer, one reader --------------------------------------------------------------------- */

#define ADD_CNT 20000

static atomic_bool done;

static void *add_many(void *arg)
{
    (void)arg;
    for (int64_t i = 0; i < ADD_CNT; i++)
        tr_hist_add(&hist, i * i % 1000003, 1);
    atomic_store(&done, true);
    return NULL;
}

/* Snapshots beside the writer: never a value that was not added, never fewer than before. */
static void snapshots_beside_the_writer(void **state)
{
    static struct tr_hist_snap before;
    pthread_t writer;
    (void)state;
    fresh(&hist);
    tr_hist_snapshot(&hist, &before);
    assert_int_equal(pthread_create(&writer, NULL, add_many, NULL), 0);
    for (bool last = false; !last;) {
        last = atomic_load(&done);
        tr_hist_snapshot(&hist, &snap);
        for (unsigned i = 0; i < TR_HIST_BUCKET_CNT; i++)
            assert_true(snap.bucket[i] >= before.bucket[i]);
        assert_true(snap.cnt <= ADD_CNT && snap.max_ns >= before.max_ns);
        before = snap;
    }
    assert_int_equal(pthread_join(writer, NULL), 0);
    assert_int_equal(snap.cnt, ADD_CNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buckets_follow_each_other),
        cmocka_unit_test(nothing_counted),
        cmocka_unit_test(small_values_are_exact),
        cmocka_unit_test(percentiles_of_random_values),
        cmocka_unit_test(percentiles_at_the_ends_of_buckets),
        cmocka_unit_test(values_out_of_range_are_clamped),
        cmocka_unit_test(a_batch_counts_as_often),
        cmocka_unit_test(ranks_do_not_overflow),
        cmocka_unit_test(since_the_last_look),
        cmocka_unit_test(snapshots_beside_the_writer),
    };
    return cmocka_run_group_tests_name("hist", tests, NULL, NULL);
}
