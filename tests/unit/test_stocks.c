/* Stocks by locate: symbols that come and change, books that are cleared, texts that stay. */
#include "feed_help.h"

#include "feed/itch/stocks.h"

static const unsigned char *bytes(const char *symbol)
{
    return (const unsigned char *)symbol;
}

static void symbols(void **state)
{
    (void)state;
    assert_int_equal(stock_symbol_len(bytes("A       ")), 1);
    assert_int_equal(stock_symbol_len(bytes("ABCDEFGH")), 8);
    assert_int_equal(stock_symbol_len(bytes("BRK A   ")), 5);
    assert_int_equal(stock_symbol_len(bytes(" A      ")), 2);
    assert_int_equal(stock_symbol_len(bytes("        ")), 0);
    assert_int_equal(stock_symbol_len(bytes("A\0\0\0\0\0\0\0")), 0);
    assert_int_equal(stock_symbol_len(bytes("A\tB     ")), 0);
    assert_int_equal(stock_symbol_len(bytes("A\x7F      ")), 0);
    assert_int_equal(stock_symbol_len(bytes("\xC3\x84      ")), 0);
}

static void expect_name(const struct stock *stock, const char *symbol)
{
    assert_int_equal(stock->name->len, strlen(symbol));
    assert_memory_equal(stock->name->text, symbol, strlen(symbol));
}

static void locates(void **state)
{
    static const uint16_t locate[] = {0, 1, 255, 256, 65535};
    struct stocks stocks = {{NULL}};
    (void)state;
    for (size_t i = 0; i < 5; i++) {
        struct stock *stock = stocks_get(&stocks, locate[i]);
        assert_non_null(stock);
        assert_true(stock->name == NULL && stock->key == 0 && !stock->is_listed);
        assert_false(stock_is_called(stock, bytes("\0\0\0\0\0\0\0\0")));
        assert_true(stock->side[STOCK_BID].is_bid && !stock->side[STOCK_ASK].is_bid);
        assert_int_equal(stock_name_by_locate(stock, locate[i]), 0);
        assert_true(stock->key == 0);
    }
    expect_name(stocks_get(&stocks, 0), "#0");
    expect_name(stocks_get(&stocks, 65535), "#65535");
    assert_int_equal(stock_rename(stocks_get(&stocks, 256), bytes("ABC     ")), 0);
    expect_name(stocks_get(&stocks, 256), "ABC");
    assert_true(stock_is_called(stocks_get(&stocks, 256), bytes("ABC     ")));
    assert_false(stock_is_called(stocks_get(&stocks, 256), bytes("ABC    D")));
    expect_name(stocks_get(&stocks, 255), "#255");
    stocks_free(&stocks);
    stocks_free(&stocks);
}

/* Records point to the text of a symbol: it outlives the name. */
static void changes(void **state)
{
    struct stocks stocks = {{NULL}};
    struct stock *stock = stocks_get(&stocks, 7);
    char symbol[STOCK_SYMBOL_LEN + 1];
    (void)state;
    assert_int_equal(stock_rename(stock, bytes("FIRST   ")), 0);
    const struct stock_name *first = stock->name;
    for (int i = 1; i < STOCK_NAME_MAX; i++) {
        snprintf(symbol, sizeof(symbol), "%-8d", i);
        assert_int_equal(stock_rename(stock, bytes(symbol)), 0);
    }
    assert_int_equal(stock_rename(stock, bytes("OTHER   ")), -ENOSPC);
    expect_name(stock, "63");
    assert_memory_equal(first->text, "FIRST   ", STOCK_SYMBOL_LEN);
    assert_int_equal(stock_rename(stock, bytes("FIRST   ")), 0); /* one it had is no new one */
    assert_ptr_equal(stock->name, first);
    stocks_free(&stocks);
}

static void clearing(void **state)
{
    struct stocks stocks = {{NULL}};
    struct stock *stock = stocks_get(&stocks, 7);
    (void)state;
    assert_int_equal(levels_set(&stock->side[STOCK_BID], 1, 2), 0);
    assert_int_equal(levels_set(&stock->side[STOCK_ASK], 3, 4), 0);
    stock->best[STOCK_ASK] = (struct level){3, 4};
    stocks_clear_books(&stocks);
    assert_null(levels_best(&stock->side[STOCK_BID]));
    assert_null(levels_best(&stock->side[STOCK_ASK]));
    assert_true(stock->best[STOCK_ASK].px == 0 && stock->best[STOCK_ASK].qty == 0);
    stocks_free(&stocks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(symbols),
        cmocka_unit_test(locates),
        cmocka_unit_test(changes),
        cmocka_unit_test(clearing),
    };
    return cmocka_run_group_tests_name("stocks", tests, NULL, NULL);
}
