#include "consumer/indicator/decay.h"

#include "consumer/wide.h"

exact_uint decay_scale(exact_uint size, exact_uint weight)
{
    struct wide product = wide_product(size, weight);
    exact_uint whole = product.high << (128 - DECAY_BITS) | product.low >> DECAY_BITS;
    return whole + (product.low >> (DECAY_BITS - 1) & 1);
}

/* exp(-x) = 1 - x + x^2 / 2! - x^3 / 3! ..., x <= 1, both in units of 2^-127: some 35 terms. */
static exact_uint exp_of_minus(exact_uint x)
{
    exact_uint sum = DECAY_ONE;
    exact_uint term = x;
    for (unsigned k = 1; term != 0; k++, term = (decay_scale(term, x) + k / 2) / k)
        sum = k % 2 != 0 ? sum - term : sum + term;
    return sum;
}

void decay_init(struct decay *decay, int64_t span_ns)
{
    uint64_t span = (uint64_t)span_ns;
    exact_uint x = DECAY_ONE / span; /* 2^i / span, and the rest of that division */
    exact_uint rest = DECAY_ONE % span;
    for (unsigned i = 0; i < 64; i++) {
        if (UINT64_C(1) << i > span) {
            decay->weight[i] = decay_scale(decay->weight[i - 1], decay->weight[i - 1]);
            continue;
        }
        decay->weight[i] = exp_of_minus(x + (2 * rest >= span));
        rest *= 2;
        x = 2 * x + (rest >= span);
        rest -= rest >= span ? span : 0;
    }
}

exact_uint decay_weight(const struct decay *decay, uint64_t age_ns)
{
    exact_uint weight = DECAY_ONE;
    for (unsigned i = 0; age_ns != 0 && weight != 0; i++, age_ns >>= 1) {
        if (age_ns & 1)
            weight = decay_scale(weight, decay->weight[i]);
    }
    return weight;
}
