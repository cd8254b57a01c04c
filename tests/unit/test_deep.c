/* Books of price levels: when their best prices are told, per symbol, and how many there may be. */
#include "feed_help.h"

#include "feed/capture/deep.h"

static struct deep deep;
static struct tr_tick quote;

static int bid(uint64_t name, int64_t px, int64_t qty, bool is_end)
{
    return deep_update(&deep, name, true, px, qty, is_end, &quote);
}

static int ask(uint64_t name, int64_t px, int64_t qty, bool is_end)
{
    return deep_update(&deep, name, false, px, qty, is_end, &quote);
}

static void expect_quote(int64_t bid_px, int64_t bid_qty, int64_t ask_px, int64_t ask_qty, unsigned flags)
{
    assert_true(quote.bid_px == bid_px && quote.bid_qty == bid_qty);
    assert_true(quote.ask_px == ask_px && quote.ask_qty == ask_qty);
    assert_int_equal(quote.flags, flags);
}

static void test_best(void **state)
{
    (void)state;
    assert_int_equal(bid(1, 100, 5, true), 1);
    expect_quote(100, 5, 0, 0, TR_TICK_NO_ASK);
    assert_int_equal(bid(1, 99, 7, true), 0); /* deeper */
    assert_int_equal(bid(1, 100, 5, true), 0); /* the same again */
    assert_int_equal(ask(1, 102, 1, true), 1);
    expect_quote(100, 5, 102, 1, 0);
    assert_int_equal(ask(1, 102, 2, true), 1); /* only its size */
    expect_quote(100, 5, 102, 2, 0);
    assert_int_equal(bid(1, 100, 0, true), 1);
    expect_quote(99, 7, 102, 2, 0);
    assert_int_equal(bid(1, 98, 0, true), 0); /* was not there */
    assert_int_equal(ask(1, 102, 0, true), 1);
    expect_quote(99, 7, 0, 0, TR_TICK_NO_ASK);
    assert_int_equal(bid(1, 99, 0, true), 1);
    expect_quote(0, 0, 0, 0, TR_TICK_NO_BID | TR_TICK_NO_ASK);
    assert_int_equal(deep.level_cnt, 0);
    assert_int_equal(bid(1, 99, 0, true), 0);
    deep_free(&deep);
}

/* The example of the specification: two asks are taken in one event. */
static void test_events(void **state)
{
    (void)state;
    ask(1, 2530, 100, true);
    ask(1, 2520, 100, true);
    ask(1, 2510, 100, true);
    bid(1, 2490, 100, true);
    bid(1, 2500, 100, true);
    expect_quote(2500, 100, 2510, 100, 0);
    assert_int_equal(ask(1, 2510, 0, false), 0);
    assert_int_equal(bid(2, 7, 1, true), 1); /* another symbol is in no event */
    expect_quote(7, 1, 0, 0, TR_TICK_NO_ASK);
    assert_int_equal(ask(1, 2520, 0, true), 1);
    expect_quote(2500, 100, 2530, 100, 0);
    assert_int_equal(ask(1, 2530, 50, false), 0);
    assert_int_equal(ask(1, 2530, 100, true), 0); /* as it was before the event */
    deep_free(&deep);
}

static void test_price_zero(void **state)
{
    (void)state;
    assert_int_equal(ask(1, 0, 5, true), 0); /* no price is no offer */
    assert_int_equal(bid(1, -3, 5, true), 1);
    expect_quote(-3, 5, 0, 0, TR_TICK_NO_ASK);
    deep_free(&deep);
}

static void test_clear(void **state)
{
    (void)state;
    deep_clear(&deep);
    bid(1, 100, 5, true);
    ask(1, 200, 5, false);
    deep_clear(&deep);
    assert_int_equal(deep.level_cnt, 0);
    assert_int_equal(ask(1, 300, 5, true), 1);
    expect_quote(0, 0, 300, 5, TR_TICK_NO_BID);
    deep_free(&deep);
    deep_free(&deep);
}

static void test_many_symbols(void **state)
{
    (void)state;
    for (uint64_t name = 1; name <= DEEP_BOOK_MAX; name++)
        assert_int_equal(bid(name << 40, (int64_t)name, 1, true), 1);
    for (uint64_t name = 1; name <= DEEP_BOOK_MAX; name++) {
        assert_int_equal(bid(name << 40, 1, 0, true), name == 1);
        assert_int_equal(bid(name << 40, (int64_t)name, 2, true), 1);
    }
    assert_int_equal(bid(1, 1, 1, true), -ENOSPC);
    assert_int_equal(deep.cnt, DEEP_BOOK_MAX);
    deep_free(&deep);
}

static void test_many_levels(void **state)
{
    (void)state;
    int64_t px = 1;
    uint64_t name = 1;
    for (uint32_t i = 0; i < DEEP_LEVEL_MAX; i++, px++) {
        if (i % LEVELS_MAX == 0)
            name++;
        assert_int_equal(bid(name, px, 1, false), 0);
    }
    assert_int_equal(bid(1, 1, 1, false), -ENOSPC);
    assert_int_equal(bid(name, px - 1, 0, false), 0);
    assert_int_equal(bid(1, 1, 1, false), 0);
    deep_free(&deep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_best),  cmocka_unit_test(test_events),       cmocka_unit_test(test_price_zero),
        cmocka_unit_test(test_clear), cmocka_unit_test(test_many_symbols), cmocka_unit_test(test_many_levels),
    };
    return cmocka_run_group_tests_name("deep", tests, NULL, NULL);
}
