/* Positions at average cost: known sequences, and a million random steps against a slow model that adds
 * everything up anew with long arithmetic. */
#include "bigint_help.h"

#include "consumer/trade/portfolio.h"
#include "tick.h"

#define ONE TR_PX_SCALE
#define START (1000 * MONEY_ONE)

static struct portfolio book;

static void fill(uint32_t symbol, int64_t qty, int64_t price_px)
{
    assert_int_equal(portfolio_fill(&book, symbol, qty, price_px, 0), 0);
}

static void expect_money(money expected, money value)
{
    char a[EXACT_TEXT_MAX];
    char b[EXACT_TEXT_MAX];
    exact_text(a, expected, MONEY_DECIMALS);
    exact_text(b, value, MONEY_DECIMALS);
    assert_string_equal(b, a);
}

/* --- Known sequences ---------------------------------------------------------------------------- */

static void average_cost_of_a_long_position(void **state)
{
    (void)state;
    portfolio_init(&book, START);
    fill(0, ONE, 100 * ONE);
    fill(0, ONE, 110 * ONE);
    expect_money(210 * MONEY_ONE, book.cost);
    fill(0, -ONE, 120 * ONE); /* bought at 105 on average */
    expect_money(15 * MONEY_ONE, book.realized);
    expect_money(105 * MONEY_ONE, book.cost);
    expect_money(-5 * MONEY_ONE, portfolio_unrealized(&book)); /* its mark is still 100 */
    assert_int_equal(portfolio_mark(&book, 0, 90 * ONE), 0);
    expect_money(-15 * MONEY_ONE, portfolio_unrealized(&book));
    expect_money(START, portfolio_equity(&book));
    assert_int_equal(portfolio_qty(&book, 0), ONE);
    assert_int_equal(book.win_cnt, 1);
    expect_money(15 * MONEY_ONE, book.win_sum);
    portfolio_free(&book);
}

static void a_short_position_is_the_mirror(void **state)
{
    (void)state;
    portfolio_init(&book, START);
    fill(0, -ONE, 100 * ONE);
    fill(0, -ONE, 110 * ONE);
    expect_money(-210 * MONEY_ONE, book.cost);
    expect_money(START + 210 * MONEY_ONE, book.cash);
    fill(0, ONE, 120 * ONE);
    expect_money(-15 * MONEY_ONE, book.realized);
    assert_int_equal(book.loss_cnt, 1);
    expect_money(15 * MONEY_ONE, book.loss_sum);
    assert_int_equal(portfolio_mark(&book, 0, 100 * ONE), 0);
    expect_money(5 * MONEY_ONE, portfolio_unrealized(&book));
    expect_money(100 * MONEY_ONE, book.gross);
    expect_money(-100 * MONEY_ONE, book.value);
    portfolio_free(&book);
}

static void a_fill_through_zero_closes_and_opens(void **state)
{
    (void)state;
    portfolio_init(&book, START);
    fill(0, 2 * ONE, 100 * ONE);
    fill(0, -5 * ONE, 110 * ONE);
    expect_money(20 * MONEY_ONE, book.realized);
    assert_int_equal(portfolio_qty(&book, 0), -3 * ONE);
    expect_money(-330 * MONEY_ONE, book.cost);
    assert_int_equal(book.win_cnt + book.loss_cnt, 1);
    fill(0, 3 * ONE, 110 * ONE); /* nothing gained: neither won nor lost */
    assert_int_equal(book.win_cnt + book.loss_cnt, 1);
    expect_money(0, book.cost);
    expect_money(0, book.gross);
    portfolio_free(&book);
}

static void what_cannot_be_divided_stays_in_the_cost(void **state)
{
    (void)state;
    portfolio_init(&book, START);
    fill(0, 1, 1); /* 1e-18 */
    fill(0, 2, 2); /* 5e-18 for 3 */
    fill(0, -1, 2); /* a third is 1.67: 2 */
    expect_money(3, book.cost);
    expect_money(0, book.realized);
    fill(0, -1, 2); /* a half of 3: 2, the even one */
    expect_money(1, book.cost);
    fill(0, -1, 2);
    expect_money(0, book.cost);
    expect_money(1, book.realized);
    expect_money(START + 1, book.cash);
    portfolio_free(&book);
}

static void fees_are_taken_from_the_cash(void **state)
{
    (void)state;
    portfolio_init(&book, START);
    assert_int_equal(portfolio_fill(&book, 0, ONE, 100 * ONE, 3), 0);
    assert_int_equal(portfolio_fill(&book, 0, -ONE, 100 * ONE, 4), 0);
    expect_money(7 * (money)MONEY_E9, book.fees);
    expect_money(START - 7 * (money)MONEY_E9, book.cash);
    expect_money(0, book.realized);
    portfolio_free(&book);
}

static void drawdown_from_the_highest_equity(void **state)
{
    char text[EXACT_TEXT_MAX];
    (void)state;
    portfolio_init(&book, 100 * MONEY_ONE);
    fill(0, ONE, 50 * ONE);
    assert_int_equal(portfolio_mark(&book, 0, 40 * ONE), 0); /* 90: 10 of 100 */
    expect_money(10 * MONEY_ONE, book.drawdown_max);
    assert_int_equal(portfolio_mark(&book, 0, 150 * ONE), 0); /* 200 */
    assert_int_equal(portfolio_mark(&book, 0, 138 * ONE), 0); /* 12, but 6 % only */
    expect_money(12 * MONEY_ONE, book.drawdown_max);
    exact_ratio_text(text, exact_wide_of(book.fall), book.fall_peak, 0);
    assert_string_equal(text, "0.1");
    expect_money(200 * MONEY_ONE, book.peak);
    portfolio_free(&book);
}

static void positions_are_in_the_order_of_their_coming(void **state)
{
    (void)state;
    portfolio_init(&book, START);
    assert_int_equal(portfolio_mark(&book, 900, ONE), 0);
    fill(3, ONE, ONE);
    fill(900, ONE, ONE);
    assert_int_equal(book.cnt, 2);
    assert_int_equal(book.position[0].symbol, 900);
    assert_int_equal(book.position[1].symbol, 3);
    assert_int_equal(portfolio_qty(&book, 4), 0);
    assert_int_equal(portfolio_qty(&book, 100000), 0);
    portfolio_free(&book);
}

/* --- Beyond the bound --------------------------------------------------------------------------- */

static void what_leaves_the_bound_is_found(void **state)
{
    (void)state;
    portfolio_init(&book, START);
    assert_int_equal(portfolio_fill(&book, 0, INT64_MAX, INT64_MAX, 0), -EOVERFLOW);
    portfolio_free(&book);
    portfolio_init(&book, START);
    fill(0, INT64_MAX, 1);
    assert_int_equal(portfolio_fill(&book, 0, 1, 1, 0), -EOVERFLOW);
    portfolio_free(&book);
    portfolio_init(&book, START);
    fill(0, -INT64_MAX, 1);
    assert_int_equal(portfolio_mark(&book, 0, INT64_MAX), -EOVERFLOW);
    assert_int_equal(portfolio_mark(&book, 0, 1), -EOVERFLOW); /* for good */
    portfolio_free(&book);
    portfolio_init(&book, START);
    int rc = 0;
    unsigned cnt = 0; /* each fits, their sum does not */
    while (rc == 0 && cnt < 10)
        rc = portfolio_fill(&book, cnt++, INT64_C(1) << 58, INT64_MAX / 4 * 3, 0);
    assert_int_equal(cnt, 6);
    assert_int_equal(rc, -EOVERFLOW);
    portfolio_free(&book);
}

/* --- Against the model -------------------------------------------------------------------------- */

#define SYMBOL_CNT 5
#define RUN_CNT 200 /* a fifth of them where all is slow: TICKRING_VALUES is set */
#define STEP_CNT 5000 /* of a run: a million in all */

struct model {
    struct big start;
    struct big cash;
    struct big realized;
    struct big fees;
    struct big qty[SYMBOL_CNT];
    struct big cost[SYMBOL_CNT];
    struct big mark[SYMBOL_CNT];
    bool seen[SYMBOL_CNT];
    struct big peak;
    struct big drawdown_max;
    struct big fall;
    struct big fall_peak;
    struct big win_sum;
    struct big loss_sum;
    uint64_t win_cnt;
    uint64_t loss_cnt;
};

static struct model model;

static void model_init(money start)
{
    memset(&model, 0, sizeof model);
    model.start = model.cash = model.peak = model.fall_peak = big_of(start);
}

static void model_realize(struct big amount)
{
    model.realized = big_add(model.realized, amount);
    if (amount.negative) {
        model.loss_sum = big_sub(model.loss_sum, amount);
        model.loss_cnt++;
    } else if (!big_is_zero(&amount)) {
        model.win_sum = big_add(model.win_sum, amount);
        model.win_cnt++;
    }
}

/* What is left of a fill after it has closed what it can. */
static struct big model_close(unsigned symbol, struct big qty, struct big price)
{
    struct big *held = &model.qty[symbol];
    if (big_is_zero(held) || held->negative == qty.negative)
        return qty;
    struct big closed = big_cmp_size(&qty, held) < 0 ? qty : big_neg(*held);
    struct big part = big_div_half_even(big_mul(model.cost[symbol], big_abs(closed)), big_abs(*held));
    /* What was got for it, less what it had cost. */
    model_realize(big_sub(big_neg(big_mul(closed, price)), part));
    model.cost[symbol] = big_sub(model.cost[symbol], part);
    *held = big_add(*held, closed);
    return big_sub(qty, closed);
}

static void model_fill(unsigned symbol, int64_t qty, int64_t price_px, int64_t fee_e9)
{
    struct big price = big_of(price_px);
    struct big fee = big_mul(big_of(fee_e9), big_of(MONEY_E9));
    if (!model.seen[symbol])
        model.mark[symbol] = price;
    model.seen[symbol] = true;
    struct big opened = model_close(symbol, big_of(qty), price);
    model.qty[symbol] = big_add(model.qty[symbol], opened);
    model.cost[symbol] = big_add(model.cost[symbol], big_mul(opened, price));
    model.cash = big_sub(model.cash, big_add(big_mul(big_of(qty), price), fee));
    model.fees = big_add(model.fees, fee);
}

static void model_mark(unsigned symbol, int64_t price_px)
{
    model.seen[symbol] = true;
    model.mark[symbol] = big_of(price_px);
}

static struct big model_value(bool gross)
{
    struct big sum = {0};
    for (unsigned i = 0; i < SYMBOL_CNT; i++)
        sum = big_add(sum, big_mul(gross ? big_abs(model.qty[i]) : model.qty[i], model.mark[i]));
    return sum;
}

static struct big model_cost(void)
{
    struct big sum = {0};
    for (unsigned i = 0; i < SYMBOL_CNT; i++)
        sum = big_add(sum, model.cost[i]);
    return sum;
}

static void model_note_equity(struct big equity)
{
    if (big_cmp(equity, model.peak) > 0)
        model.peak = equity;
    struct big drawdown = big_sub(model.peak, equity);
    if (big_cmp(drawdown, model.drawdown_max) > 0)
        model.drawdown_max = drawdown;
    if (big_cmp(big_mul(drawdown, model.fall_peak), big_mul(model.fall, model.peak)) > 0) {
        model.fall = drawdown;
        model.fall_peak = model.peak;
    }
}

static void expect_model(void)
{
    struct big value = model_value(false);
    struct big equity = big_add(model.cash, value);
    struct big unrealized = big_sub(value, model_cost());
    model_note_equity(equity);
    big_expect(model.cash, book.cash, "cash");
    big_expect(model.realized, book.realized, "realized");
    big_expect(model.fees, book.fees, "fees");
    big_expect(unrealized, portfolio_unrealized(&book), "unrealized");
    big_expect(equity, portfolio_equity(&book), "equity");
    big_expect(model_value(true), book.gross, "gross");
    big_expect(model.peak, book.peak, "peak");
    big_expect(model.drawdown_max, book.drawdown_max, "drawdown_max");
    big_expect(model.win_sum, book.win_sum, "win_sum");
    big_expect(model.loss_sum, book.loss_sum, "loss_sum");
    assert_true(book.win_cnt == model.win_cnt && book.loss_cnt == model.loss_cnt);
    if (big_cmp(big_mul(model.fall, big_of(book.fall_peak)), big_mul(big_of(book.fall), model.fall_peak))
        != 0)
        fail_msg("the largest fall is not what it should be");
    /* The equation. */
    assert_true(book.cash + book.value
                == book.start + book.realized + portfolio_unrealized(&book) - book.fees);
}

/* The sizes of the numbers in a run. */
struct scale {
    unsigned price_bits;
    unsigned qty_bits;
};

static int64_t some_size(uint64_t *random, unsigned bits)
{
    uint64_t value = help_random(random) << 32 ^ help_random(random);
    return (int64_t)(value >> (64 - bits)) + 1;
}

static int64_t some_qty(uint64_t *random, unsigned symbol, struct scale scale)
{
    int64_t held = portfolio_qty(&book, symbol);
    int64_t size = some_size(random, scale.qty_bits);
    switch (help_random(random) % 4) {
    case 0: /* to flat */
        return held != 0 ? -held : size;
    case 1: /* a part */
        return held != 0 && held != -size ? -(held / 3) - (held > 0 ? 1 : -1) : -size;
    default:
        return help_random(random) % 2 != 0 ? size : -size;
    }
}

/* Returns what the portfolio said. */
static int random_step(uint64_t *random, struct scale scale)
{
    unsigned symbol = (unsigned)(help_random(random) % SYMBOL_CNT);
    int64_t price_px = some_size(random, scale.price_bits);
    if (help_random(random) % 3 == 0) {
        model_mark(symbol, price_px);
        return portfolio_mark(&book, symbol, price_px);
    }
    int64_t qty = some_qty(random, symbol, scale);
    int64_t fee_e9 = help_random(random) % 2 != 0 ? some_size(random, scale.price_bits) : 0;
    model_fill(symbol, qty, price_px, fee_e9);
    return portfolio_fill(&book, symbol, qty, price_px, fee_e9);
}

static void a_million_steps(void **state)
{
    uint64_t random = help_seed();
    uint64_t step_cnt = 0;
    unsigned run_cnt = getenv("TICKRING_VALUES") != NULL ? RUN_CNT / 5 : RUN_CNT;
    (void)state;
    for (unsigned run = 0; run < run_cnt; run++) {
        struct scale scale = {.price_bits = 1 + run * 7 % 50};
        scale.qty_bits = 1 + run * 11 % 60;
        money start = some_size(&random, 62) * (run % 2 == 0 ? (money)1 : MONEY_ONE);
        portfolio_init(&book, start);
        model_init(start);
        for (unsigned i = 0; i < STEP_CNT; i++, step_cnt++) {
            int rc = random_step(&random, scale);
            if (rc != 0)
                fail_msg("run %u step %u: %d", run, i, rc);
            expect_model();
        }
        portfolio_free(&book);
    }
    assert_int_equal(step_cnt, run_cnt * STEP_CNT);
}

/* --- Saved and loaded --------------------------------------------------------------------------- */

static void saved_at_every_step_it_goes_on_the_same(void **state)
{
    uint64_t random = help_seed();
    struct state saved = {0};
    const struct scale scale = {40, 40};
    (void)state;
    portfolio_init(&book, START);
    model_init(START);
    for (unsigned i = 0; i < 2000; i++) {
        struct state from;
        state_save(&saved);
        portfolio_keep(&book, &saved);
        assert_true(state_whole(&saved));
        portfolio_free(&book);
        portfolio_init(&book, 1);
        state_load(&from, saved.bytes, saved.len);
        portfolio_keep(&book, &from);
        assert_true(state_whole(&from));
        assert_int_equal(random_step(&random, scale), 0);
        expect_model();
    }
    for (size_t len = 0; len < saved.len; len += 7) { /* cut */
        struct portfolio part;
        struct state from;
        portfolio_init(&part, 1);
        state_load(&from, saved.bytes, len);
        portfolio_keep(&part, &from);
        assert_false(state_whole(&from));
        portfolio_free(&part);
    }
    portfolio_free(&book);
    state_free(&saved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(average_cost_of_a_long_position),
        cmocka_unit_test(a_short_position_is_the_mirror),
        cmocka_unit_test(a_fill_through_zero_closes_and_opens),
        cmocka_unit_test(what_cannot_be_divided_stays_in_the_cost),
        cmocka_unit_test(fees_are_taken_from_the_cash),
        cmocka_unit_test(drawdown_from_the_highest_equity),
        cmocka_unit_test(positions_are_in_the_order_of_their_coming),
        cmocka_unit_test(what_leaves_the_bound_is_found),
        cmocka_unit_test(a_million_steps),
        cmocka_unit_test(saved_at_every_step_it_goes_on_the_same),
    };
    return cmocka_run_group_tests_name("portfolio", tests, NULL, NULL);
}
