/* What is kept of a symbol: series, volume, average price, sides of the quote. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "consumer/symbol_stats.h"

#define ONE TR_PX_SCALE

static struct tr_tick trade_of(int64_t price_px, int64_t size_qty, uint16_t flags)
{
    return (struct tr_tick){
        .kind = TR_TICK_TRADE, .price_px = price_px, .size_qty = size_qty, .flags = flags};
}

static struct tr_tick quote_of(int64_t bid_px, int64_t ask_px, uint16_t flags)
{
    return (struct tr_tick){.kind = TR_TICK_QUOTE, .bid_px = bid_px, .ask_px = ask_px, .flags = flags};
}

static enum symbol_value add_trade(struct symbol_stats *stats, int64_t price_px, int64_t size_qty)
{
    struct tr_tick tick = trade_of(price_px, size_qty, 0);
    return symbol_stats_tick(stats, &tick);
}

static enum symbol_value add_quote(struct symbol_stats *stats, int64_t bid_px, int64_t ask_px, uint16_t flags)
{
    struct tr_tick tick = quote_of(bid_px, ask_px, flags);
    return symbol_stats_tick(stats, &tick);
}

typedef size_t text_fn(char *out, const struct symbol_stats *stats);

static void check_text(text_fn *text_of, const struct symbol_stats *stats, const char *expected)
{
    char text[EXACT_TEXT_MAX] = "unwritten";
    size_t len = text_of(text, stats);
    assert_string_equal(text, expected);
    assert_int_equal(len, strlen(expected));
}

static void check_volume(const struct symbol_stats *stats, const char *volume, const char *notional)
{
    char text[EXACT_TEXT_MAX];
    exact_text(text, stats->volume, 9);
    assert_string_equal(text, volume);
    exact_wide_text(text, stats->notional, 18);
    assert_string_equal(text, notional);
}

static void nothing_yet(void **state)
{
    struct symbol_stats stats = {0};
    (void)state;
    check_text(symbol_stats_vwap_text, &stats, "");
    check_text(symbol_stats_change_text, &stats, "");
    check_text(symbol_stats_bid_text, &stats, "");
    check_text(symbol_stats_ask_text, &stats, "");
    assert_false(symbol_stats_has_change(&stats));
}

static void trades_make_a_series(void **state)
{
    struct symbol_stats stats = {0};
    (void)state;
    assert_int_equal(add_trade(&stats, 42050 * ONE, ONE), SYMBOL_VALUE_NEXT);
    assert_false(symbol_stats_has_change(&stats));
    check_text(symbol_stats_change_text, &stats, "");
    assert_int_equal(add_trade(&stats, 42100 * ONE, 2 * ONE), SYMBOL_VALUE_NEXT);
    check_text(symbol_stats_change_text, &stats, "0.118906064209");
    assert_int_equal(add_trade(&stats, 42000 * ONE, ONE / 2), SYMBOL_VALUE_NEXT);
    assert_int_equal(stats.trade_cnt, 3);
    assert_int_equal(stats.value_cnt, 3);
    assert_true(stats.first == exact_half_of_px(42050 * ONE));
    assert_true(stats.before == exact_half_of_px(42100 * ONE));
    assert_true(stats.last == exact_half_of_px(42000 * ONE));
    assert_true(stats.high == exact_half_of_px(42100 * ONE));
    assert_true(stats.low == exact_half_of_px(42000 * ONE));
    check_volume(&stats, "3.5", "147250");
    check_text(symbol_stats_vwap_text, &stats, "42071.428571428571"); /* 42071.4285714285714... */
}

static void prices_may_be_below_zero(void **state)
{
    struct symbol_stats stats = {0};
    (void)state;
    add_trade(&stats, -5 * ONE, ONE);
    assert_true(stats.high == exact_half_of_px(-5 * ONE));
    add_trade(&stats, -4 * ONE, 2 * ONE);
    check_text(symbol_stats_change_text, &stats, "-20");
    check_volume(&stats, "3", "-13");
    check_text(symbol_stats_vwap_text, &stats, "-4.333333333333");
    add_trade(&stats, 0, ONE);
    assert_true(symbol_stats_has_change(&stats));
    add_trade(&stats, ONE, ONE);
    assert_false(symbol_stats_has_change(&stats)); /* from 0 there is no per cent */
    check_text(symbol_stats_change_text, &stats, "");
}

static void vwap_rounds_half_to_even(void **state)
{
    struct symbol_stats stats = {0};
    (void)state;
    add_trade(&stats, 1, 4000);
    add_trade(&stats, 3, 4); /* 1.001998e-9: up */
    check_text(symbol_stats_vwap_text, &stats, "0.000000001002");
    stats = (struct symbol_stats){0};
    add_trade(&stats, 1, 1999);
    add_trade(&stats, 2, 1); /* 1.0005e-9: to the even 1.000 */
    check_text(symbol_stats_vwap_text, &stats, "0.000000001");
    add_trade(&stats, 3, 1);
    add_trade(&stats, 1, 1999); /* 1.00075e-9: up */
    check_text(symbol_stats_vwap_text, &stats, "0.000000001001");
    stats = (struct symbol_stats){0};
    add_trade(&stats, -1, 1997);
    add_trade(&stats, -2, 3); /* -1.0015e-9: to the even 1.002 */
    check_text(symbol_stats_vwap_text, &stats, "-0.000000001002");
    stats = (struct symbol_stats){0};
    add_trade(&stats, -1, 1995);
    add_trade(&stats, -2, 5); /* -1.0025e-9: to the even 1.002 */
    check_text(symbol_stats_vwap_text, &stats, "-0.000000001002");
}

static void sizes_in_milli_count_as_much(void **state)
{
    struct symbol_stats stats = {0};
    struct tr_tick milli = trade_of(10 * ONE, 1500, TR_TICK_SIZE_MILLI);
    (void)state;
    symbol_stats_trade(&stats, &milli);
    check_volume(&stats, "1.5", "15");
    add_trade(&stats, 20 * ONE, ONE / 2);
    check_volume(&stats, "2", "25");
    check_text(symbol_stats_vwap_text, &stats, "12.5");
}

static void extremes_do_not_overflow(void **state)
{
    struct symbol_stats stats = {0};
    struct tr_tick most = trade_of(INT64_MAX, INT64_MAX, TR_TICK_SIZE_MILLI);
    struct tr_tick least = trade_of(INT64_MIN, INT64_MAX, TR_TICK_SIZE_MILLI);
    (void)state;
    for (int i = 0; i < 1000; i++)
        symbol_stats_trade(&stats, &most);
    /* 1000 * (2^63 - 1) * 1e-3, and that times (2^63 - 1) * 1e-9 */
    check_volume(&stats, "9223372036854775807", "85070591730234615847396907784.232501249");
    check_text(symbol_stats_vwap_text, &stats, "9223372036.854775807");
    for (int i = 0; i < 1000; i++)
        symbol_stats_trade(&stats, &least);
    check_volume(&stats, "18446744073709551614", "-9223372036.854775807");
    check_text(symbol_stats_vwap_text, &stats, "-0.0000000005");
    assert_true(stats.high == exact_half_of_px(INT64_MAX));
    assert_true(stats.low == exact_half_of_px(INT64_MIN));
}

static void no_volume_no_vwap(void **state)
{
    struct symbol_stats stats = {0};
    (void)state;
    add_trade(&stats, 5 * ONE, 0);
    check_text(symbol_stats_vwap_text, &stats, "");
    assert_int_equal(stats.value_cnt, 1);
}

static void quotes_make_a_series_of_mids(void **state)
{
    struct symbol_stats stats = {0};
    (void)state;
    assert_int_equal(add_quote(&stats, 1, 2, 0), SYMBOL_VALUE_NEXT);
    assert_true(stats.last == 3);
    assert_int_equal(add_quote(&stats, 5, 0, TR_TICK_NO_ASK), SYMBOL_VALUE_NONE);
    assert_int_equal(add_quote(&stats, 0, 6, TR_TICK_NO_BID), SYMBOL_VALUE_NONE);
    assert_true(stats.last == 3);
    assert_int_equal(add_quote(&stats, INT64_MIN, INT64_MIN, 0), SYMBOL_VALUE_NEXT);
    assert_true(stats.low == (exact_int)INT64_MIN * 2);
    assert_int_equal(add_quote(&stats, INT64_MAX, INT64_MAX, 0), SYMBOL_VALUE_NEXT);
    assert_true(stats.high == (exact_int)INT64_MAX * 2);
    assert_int_equal(stats.quote_cnt, 5);
    assert_int_equal(stats.value_cnt, 3);
    assert_int_equal(stats.trade_cnt, 0);
    check_text(symbol_stats_vwap_text, &stats, "");
}

static void sides_of_the_latest_quote(void **state)
{
    struct symbol_stats stats = {0};
    (void)state;
    add_quote(&stats, -ONE / 2, 0, 0); /* 0 is a price */
    check_text(symbol_stats_bid_text, &stats, "-0.5");
    check_text(symbol_stats_ask_text, &stats, "0");
    add_quote(&stats, 3 * ONE, 0, TR_TICK_NO_ASK);
    check_text(symbol_stats_bid_text, &stats, "3");
    check_text(symbol_stats_ask_text, &stats, "");
    add_trade(&stats, ONE, ONE);
    add_quote(&stats, 0, 4 * ONE, TR_TICK_NO_BID);
    check_text(symbol_stats_bid_text, &stats, "");
    check_text(symbol_stats_ask_text, &stats, "4");
}

static void first_trade_begins_anew(void **state)
{
    struct symbol_stats stats = {0};
    (void)state;
    add_quote(&stats, 10, 20, 0);
    add_quote(&stats, 1, 2, 0);
    assert_int_equal(add_trade(&stats, 7, 1), SYMBOL_VALUE_RESTART);
    assert_int_equal(stats.value_cnt, 1);
    assert_false(symbol_stats_has_change(&stats));
    assert_true(stats.first == 14 && stats.high == 14 && stats.low == 14 && stats.last == 14);
    assert_int_equal(add_quote(&stats, 100, 200, 0), SYMBOL_VALUE_NONE);
    assert_true(stats.last == 14);
    assert_int_equal(add_trade(&stats, 14, 1), SYMBOL_VALUE_NEXT);
    check_text(symbol_stats_change_text, &stats, "100");
    assert_int_equal(stats.quote_cnt, 3);
}

static void trade_after_half_quotes_is_no_restart(void **state)
{
    struct symbol_stats stats = {0};
    (void)state;
    add_quote(&stats, 10, 0, TR_TICK_NO_ASK);
    assert_int_equal(add_trade(&stats, 7, 1), SYMBOL_VALUE_NEXT);
}

static void other_kinds_do_nothing(void **state)
{
    struct symbol_stats stats;
    struct symbol_stats zero;
    struct tr_tick tick = {.kind = 3, .word = {1, 2, 3, 4}};
    (void)state;
    memset(&stats, 0, sizeof stats); /* padding too: it is compared */
    memset(&zero, 0, sizeof zero);
    assert_int_equal(symbol_stats_tick(&stats, &tick), SYMBOL_VALUE_NONE);
    assert_memory_equal(&stats, &zero, sizeof stats);
}

static uint64_t next_random(uint64_t *random)
{
    *random = *random * UINT64_C(6364136223846793005) + 1442695040888963407;
    return *random >> 16 ^ *random << 40;
}

/* Most are usual; the rest are of all kinds: quotes, zero, below zero, huge, sizes in milli. */
static struct tr_tick random_tick(uint64_t *random)
{
    int64_t px = (int64_t)(next_random(random) % 1000) * ONE;
    uint64_t kind = next_random(random) % 64;
    struct tr_tick tick = trade_of(px, (int64_t)(next_random(random) % 5) * ONE, 0);
    if (kind < 4)
        tick = quote_of(px, px + 1, (uint16_t)kind);
    if (kind == 5)
        tick.flags = TR_TICK_SIZE_MILLI;
    if (kind == 6)
        tick.price_px = (int64_t)next_random(random);
    if (kind == 7)
        tick.size_qty = (int64_t)next_random(random);
    if (kind == 8)
        tick.price_px = INT64_MAX;
    return tick;
}

/* The short way for usual trades does what the long one does. */
static void usual_trades_are_trades(void **state)
{
    uint64_t random = 20240809;
    struct symbol_stats whole;
    struct symbol_stats quick;
    int usual_cnt = 0;
    (void)state;
    memset(&whole, 0, sizeof whole);
    memset(&quick, 0, sizeof quick);
    for (int i = 0; i < 100000; i++) {
        struct tr_tick tick = random_tick(&random);
        enum symbol_value value = symbol_stats_tick(&whole, &tick);
        if (symbol_stats_is_usual(&quick, &tick)) {
            symbol_stats_usual(&quick, &tick);
            assert_int_equal(value, SYMBOL_VALUE_NEXT);
            usual_cnt++;
        } else {
            assert_int_equal(symbol_stats_tick(&quick, &tick), value);
        }
        assert_memory_equal(&whole, &quick, sizeof whole);
    }
    assert_in_range(usual_cnt, 80000, 99000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_yet),
        cmocka_unit_test(trades_make_a_series),
        cmocka_unit_test(prices_may_be_below_zero),
        cmocka_unit_test(vwap_rounds_half_to_even),
        cmocka_unit_test(sizes_in_milli_count_as_much),
        cmocka_unit_test(extremes_do_not_overflow),
        cmocka_unit_test(no_volume_no_vwap),
        cmocka_unit_test(quotes_make_a_series_of_mids),
        cmocka_unit_test(sides_of_the_latest_quote),
        cmocka_unit_test(first_trade_begins_anew),
        cmocka_unit_test(trade_after_half_quotes_is_no_restart),
        cmocka_unit_test(other_kinds_do_nothing),
        cmocka_unit_test(usual_trades_are_trades),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
