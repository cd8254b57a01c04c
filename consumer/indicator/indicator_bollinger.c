/* bollinger: the bands of bollinger.h. */
#include <stdlib.h>

#include "consumer/indicator/bollinger.h"
#include "consumer/indicator/sma_keep.h"
#include "consumer/wide.h"

#define K_SCALE 1000000000 /* units in 1 of k */

/* --- Exact parts -------------------------------------------------------------------------------- */

/* (k * n * sigma)^2 in halves^2 * 1e-18: below 2^249. */
static struct wide band_square(const struct bollinger_plan *plan, const struct bollinger *b, unsigned w)
{
    uint64_t k = (uint64_t)plan->factor_e9[w];
    exact_uint sum = exact_size(sma_sum(&b->value, w));
    struct wide d = exact_wide_size(moving_sum(&b->square, w));
    wide_times(&d, sma_cnt(&b->value, w));
    wide_subtract(&d, wide_product(sum, sum));
    wide_times(&d, k);
    wide_times(&d, k);
    return d;
}

/* |value - mean| * n in halves * 1e-9: below 2^118. */
static exact_uint distance(const struct bollinger *b, unsigned w, exact_int half)
{
    return exact_size(half * (exact_int)sma_cnt(&b->value, w) - sma_sum(&b->value, w)) * K_SCALE;
}

int bollinger_side(const struct bollinger_plan *plan, const struct bollinger *b, unsigned w, exact_int half)
{
    exact_uint away = distance(b, w, half);
    if (wide_compare(wide_product(away, away), band_square(plan, b, w)) <= 0)
        return 0;
    return sma_cmp(&b->value, w, half);
}

/* distance / root - 1, with the root in as many bits as there is room for: that is 2^-120 from the true value. */
int64_t bollinger_beyond_e12(const struct bollinger_plan *plan, const struct bollinger *b, unsigned w,
                             exact_int half)
{
    bool exact;
    exact_uint away = distance(b, w, half);
    struct wide square = band_square(plan, b, w);
    struct wide four = wide_shift(square, 2);
    if (wide_compare(wide_product(away, away), four) >= 0)
        return EXACT_E12;
    unsigned shift = (252 - wide_bits(square)) / 2;
    exact_uint root = wide_root(wide_shift(square, 2 * shift), &exact);
    exact_uint scaled = away << shift; /* below twice the root */
    return exact_share_e12(exact_wide_of((exact_int)(scaled - root)), (exact_int)root);
}

/* --- Text --------------------------------------------------------------------------------------- */

/* (2e9 * S +- 2 * root) / (4e6 * n) in units of 1e-12, rounded half-even.  Half of the divisor is an integer, so
 * the floor of twice the root, and whether it is exact, say on which side of a half the true value is. */
static size_t band_text(char *out, const struct bollinger_plan *plan, const struct bollinger *b, unsigned w,
                        bool upper)
{
    bool exact;
    exact_int root = (exact_int)wide_root(wide_shift(band_square(plan, b, w), 2), &exact);
    exact_int den = (exact_int)sma_cnt(&b->value, w) * 4000000;
    exact_int num = sma_sum(&b->value, w) * (2 * K_SCALE);
    num = upper ? num + root : num - root - !exact; /* and a fraction above that, unless exact */
    exact_int rest = num % den < 0 ? num % den + den : num % den;
    exact_int quotient = (num - rest) / den;
    bool odd = (quotient & 1) != 0;
    quotient += 2 * rest > den || (2 * rest == den && (odd || !exact));
    return exact_text(out, quotient, EXACT_DECIMALS);
}

static size_t bollinger_text(const void *plan, const void *state, unsigned w, unsigned output, char *text)
{
    const struct bollinger *b = state;
    text[0] = '\0';
    if (sma_cnt(&b->value, w) == 0)
        return 0;
    return output == 1 ? sma_text(text, &b->value, w) : band_text(text, plan, b, w, output == 2);
}

/* --- The rest ----------------------------------------------------------------------------------- */

static void *bollinger_open(const struct indicator_window *window, unsigned window_cnt)
{
    struct bollinger_plan *plan = malloc(sizeof *plan);
    if (plan == NULL)
        return NULL;
    moving_init(&plan->sma, window, window_cnt);
    for (unsigned w = 0; w < window_cnt; w++)
        plan->factor_e9[w] = window[w].factor_e9;
    return plan;
}

static size_t bollinger_state_size(const void *plan)
{
    (void)plan;
    return sizeof(struct bollinger);
}

static int bollinger_push(const void *plan, void *state, const struct indicator_value *value)
{
    const struct sma_plan *sma = &((const struct bollinger_plan *)plan)->sma;
    struct bollinger *b = state;
    int rc = sma_push(&b->value, sma, value->half, value->ts_event_ns);
    return rc != 0 ? rc : moving_push(&b->square, sma, value->half, value->half, value->ts_event_ns);
}

static void bollinger_reset(const void *plan, void *state)
{
    struct bollinger *b = state;
    (void)plan;
    sma_reset(&b->value);
    moving_reset(&b->square);
}

static bool bollinger_ready(const void *plan, const void *state, unsigned w)
{
    const struct bollinger *b = state;
    return sma_ready(&b->value, &((const struct bollinger_plan *)plan)->sma, w);
}

static void bollinger_keep(const void *plan, void *state, struct state *s)
{
    const struct sma_plan *sma = &((const struct bollinger_plan *)plan)->sma;
    struct bollinger *b = state;
    sma_keep(&b->value, sma, s);
    moving_keep(&b->square, sma, s);
}

static void bollinger_free(const void *plan, void *state)
{
    struct bollinger *b = state;
    (void)plan;
    sma_free(&b->value);
    moving_free(&b->square);
}

static uint64_t bollinger_capped_cnt(const void *state)
{
    return ((const struct bollinger *)state)->value.capped_cnt;
}

static const char *const bollinger_output[] = {"lower", "middle", "upper", NULL};

const struct indicator_ops indicator_bollinger = {
    .name = "bollinger",
    .title = "Bollinger",
    .arg_name = "N,K",
    .help = "Bollinger bands: the average of N ticks, and K standard deviations below and above it",
    .parts = "nk",
    .output = bollinger_output,
    .open = bollinger_open,
    .state_size = bollinger_state_size,
    .push = bollinger_push,
    .reset = bollinger_reset,
    .ready = bollinger_ready,
    .text = bollinger_text,
    .keep = bollinger_keep,
    .free = bollinger_free,
    .capped_cnt = bollinger_capped_cnt,
};
