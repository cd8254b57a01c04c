/* Which records of the input are published. */
#include "feed_help.h"

#include "globs.h"
#include "feed/select.h"

static struct source_record record(const char *symbol, uint8_t kind, int64_t ts_ns)
{
    struct source_record rec = {.symbol = symbol, .symbol_len = (uint8_t)strlen(symbol), .venue = ""};
    rec.tick.kind = kind;
    rec.tick.ts_event_ns = ts_ns;
    return rec;
}

static bool wants(struct select *sel, const char *symbol, uint8_t kind, int64_t ts_ns)
{
    struct source_record rec = record(symbol, kind, ts_ns);
    return select_wants(sel, &rec);
}

static bool wants_symbol(const char *list, const char *symbol)
{
    struct select sel = {.symbols = list};
    return wants(&sel, symbol, TR_TICK_TRADE, 1);
}

static void all_unless_told(void **state)
{
    struct select sel = {0};
    (void)state;
    assert_true(wants(&sel, "BTC", TR_TICK_TRADE, 0));
    assert_true(wants(&sel, "ETH", TR_TICK_QUOTE, INT64_MAX));
}

static void by_kind(void **state)
{
    struct select trades = {.only_trades = true};
    struct select quotes = {.only_quotes = true};
    (void)state;
    assert_true(wants(&trades, "S", TR_TICK_TRADE, 1));
    assert_false(wants(&trades, "S", TR_TICK_QUOTE, 1));
    assert_false(wants(&quotes, "S", TR_TICK_TRADE, 1));
    assert_true(wants(&quotes, "S", TR_TICK_QUOTE, 1));
}

static void by_time(void **state)
{
    struct select sel = {.from_ns = 100, .to_ns = 200};
    struct select from = {.from_ns = 100};
    struct select to = {.to_ns = 200};
    (void)state;
    assert_false(wants(&sel, "S", TR_TICK_TRADE, 99));
    assert_true(wants(&sel, "S", TR_TICK_TRADE, 100));
    assert_true(wants(&sel, "S", TR_TICK_TRADE, 199));
    assert_false(wants(&sel, "S", TR_TICK_TRADE, 200));
    assert_true(wants(&from, "S", TR_TICK_TRADE, INT64_MAX));
    assert_true(wants(&to, "S", TR_TICK_TRADE, 0));
}

static void by_symbol(void **state)
{
    (void)state;
    assert_true(wants_symbol("BTC", "BTC"));
    assert_false(wants_symbol("BTC", "BTCUSDT"));
    assert_false(wants_symbol("BTC", "btc"));
    assert_true(wants_symbol("BTC*", "BTCUSDT"));
    assert_true(wants_symbol("ETH,BTC", "BTC"));
    assert_true(wants_symbol("ETH,BTC", "ETH"));
    assert_false(wants_symbol("ETH,BTC", "ETH,BTC"));
    assert_true(wants_symbol("B[A-T]C", "BTC"));
    assert_true(wants_symbol("?OL-USD", "SOL-USD"));
    assert_true(wants_symbol("*/USD", "BTC/USD"));
    assert_true(wants_symbol("*", ".A"));
    assert_false(wants_symbol("X*,*Y", "ABC"));
}

/* The record's name has no NUL behind it, and the answer for the last name must not stick. */
static void names_are_told_apart(void **state)
{
    struct select sel = {.symbols = "AB"};
    struct source_record rec = record("ABC", TR_TICK_TRADE, 1);
    (void)state;
    rec.symbol_len = 2;
    assert_true(select_wants(&sel, &rec));
    rec.symbol_len = 3;
    assert_false(select_wants(&sel, &rec));
    rec.symbol_len = 2;
    assert_true(select_wants(&sel, &rec));
    assert_false(wants(&sel, "AX", TR_TICK_TRADE, 1));
    assert_true(wants(&sel, "AB", TR_TICK_TRADE, 1));
}

static void a_long_glob_matches_too(void **state)
{
    char list[GLOBS_TEXT_MAX];
    size_t len = 0;
    (void)state;
    for (int i = 0; i < 60; i++)
        len += (size_t)snprintf(list + len, sizeof list - len, "[A-Z]");
    assert_true(len > 256);
    assert_false(wants_symbol(list, "ABC"));
    list[15] = '\0'; /* three of them */
    assert_true(wants_symbol(list, "ABC"));
    memset(list, '*', sizeof list - 1);
    list[sizeof list - 1] = '\0';
    assert_int_equal(globs_check(list), 0);
    assert_true(wants_symbol(list, "ABC"));
}

/* The first so many of those that are wanted, not of all. */
static void skipped_are_those_wanted(void **state)
{
    struct select sel = {.symbols = "A", .skip_cnt = 2, .only_trades = true, .from_ns = 10};
    (void)state;
    assert_false(wants(&sel, "A", TR_TICK_TRADE, 11)); /* the first */
    assert_false(wants(&sel, "B", TR_TICK_TRADE, 12));
    assert_false(wants(&sel, "A", TR_TICK_QUOTE, 13));
    assert_false(wants(&sel, "A", TR_TICK_TRADE, 9));
    assert_false(wants(&sel, "A", TR_TICK_TRADE, 14)); /* the second */
    assert_true(wants(&sel, "A", TR_TICK_TRADE, 15));
    assert_int_equal(sel.skip_cnt, 0);
    assert_true(wants(&sel, "A", TR_TICK_TRADE, 16));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_unless_told),
        cmocka_unit_test(by_kind),
        cmocka_unit_test(by_time),
        cmocka_unit_test(by_symbol),
        cmocka_unit_test(names_are_told_apart),
        cmocka_unit_test(a_long_glob_matches_too),
        cmocka_unit_test(skipped_are_those_wanted),
    };
    return cmocka_run_group_tests_name("select", tests, NULL, NULL);
}
