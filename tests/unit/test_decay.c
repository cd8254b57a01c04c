/* exp(-age / span) in integers, against slow numbers. */
#include "big_help.h"
#include "feed_help.h"

#include "consumer/indicator/decay.h"

/* weight as a slow number. */
static struct big big_of_weight(exact_uint weight)
{
    struct big value = big_of((exact_int)(weight >> 1));
    value = big_times(value, 2);
    value = big_add(value, big_of((exact_int)(weight & 1)));
    for (int i = 0; i < DECAY_BITS; i++)
        value = big_div(value, 2);
    return value;
}

/* Within 2^-115 of the true weight. */
static void expect_weight(const struct decay *decay, uint64_t age_ns, uint64_t span_ns)
{
    struct big off = big_sub(big_of_weight(decay_weight(decay, age_ns)), big_exp_negative(age_ns, span_ns));
    struct big most = big_div(big_div(big_of(1), UINT64_C(1) << 60), UINT64_C(1) << 55);
    if (big_less(most, big_abs(off)))
        fail_msg("exp(-%llu / %llu)", (unsigned long long)age_ns, (unsigned long long)span_ns);
}

static void against_slow_numbers(void **state)
{
    static const uint64_t span[] = {1, 2, 3, 1000, 30000000000, 86400000000000, INT64_MAX};
    struct decay decay;
    uint64_t random = 20240809;
    (void)state;
    for (size_t s = 0; s < sizeof span / sizeof span[0]; s++) {
        decay_init(&decay, (int64_t)span[s]);
        for (unsigned i = 0; i < 64; i++)
            expect_weight(&decay, UINT64_C(1) << i, span[s]);
        for (int i = 0; i < 300; i++) {
            random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
            expect_weight(&decay, random >> random % 64, span[s]);
        }
        expect_weight(&decay, span[s], span[s]);
        expect_weight(&decay, UINT64_MAX, span[s]);
    }
}

static void ends(void **state)
{
    struct decay decay;
    (void)state;
    decay_init(&decay, 1000);
    assert_true(decay_weight(&decay, 0) == DECAY_ONE);
    assert_true(decay_weight(&decay, UINT64_MAX) == 0);
    assert_true(decay_weight(&decay, 1) < DECAY_ONE);
    assert_true(decay_weight(&decay, 2) < decay_weight(&decay, 1));
    assert_true(decay_scale(12345, DECAY_ONE) == 12345);
    assert_true(decay_scale(DECAY_ONE - 1, DECAY_ONE) == DECAY_ONE - 1);
    assert_true(decay_scale(3, DECAY_ONE / 2) == 2); /* to the nearest */
    assert_true(decay_scale(12345, 0) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(against_slow_numbers),
        cmocka_unit_test(ends),
    };
    return cmocka_run_group_tests_name("decay", tests, NULL, NULL);
}
