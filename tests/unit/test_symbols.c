/* Symbols by name: the same for every lane, where they are until the end. */
#include "feed_help.h"

#include "consumer/symbols.h"
#include "digest.h"

static const struct filter everything = {0};

static struct symbol *get(struct symbols *s, const char *name)
{
    return symbols_get(s, name, strlen(name), &everything);
}

static void made_once(void **state)
{
    struct symbols s = {0};
    (void)state;
    struct symbol *btc = get(&s, "BTC");
    assert_non_null(btc);
    assert_string_equal(btc->name, "BTC");
    assert_int_equal(btc->name_len, 3);
    assert_true(btc->hash == tr_digest_name("BTC", 3));
    assert_true(btc->wanted);
    assert_int_equal(btc->stats.trade_cnt, 0);
    assert_ptr_not_equal(get(&s, "ETH"), btc);
    assert_ptr_equal(get(&s, "BTC"), btc);
    assert_int_equal(s.cnt, 2);
    assert_ptr_equal(s.all[0], btc);
    symbols_free(&s);
    assert_int_equal(s.cnt, 0);
    assert_non_null(get(&s, "BTC")); /* empty, and usable again */
    assert_int_equal(s.cnt, 1);
    symbols_free(&s);
    symbols_free(&s);
}

/* As many as a lane has, longer names before those that begin them: nothing moves, the order is that of
 * appearance. */
static void many(void **state)
{
    enum { CNT = 65536 };
    static struct symbol *made[CNT];
    struct symbols s = {0};
    char name[16];
    (void)state;
    for (int i = 0; i < CNT; i++) {
        snprintf(name, sizeof name, "S%d", CNT - i);
        made[i] = get(&s, name);
        made[i]->stats.trade_cnt = (uint64_t)i;
    }
    assert_int_equal(s.cnt, CNT);
    for (int i = 0; i < CNT; i++) {
        snprintf(name, sizeof name, "S%d", CNT - i);
        if (get(&s, name) != made[i] || s.all[i] != made[i] || made[i]->stats.trade_cnt != (uint64_t)i)
            fail_msg("%s", name);
    }
    assert_int_equal(s.cnt, CNT);
    symbols_free(&s);
}

static void names_are_told_apart_by_all_their_bytes(void **state)
{
    struct symbols s = {0};
    char longest[SYMBOL_NAME_MAX + 2];
    (void)state;
    struct symbol *a = symbols_get(&s, "ABC", 2, &everything); /* no NUL behind it */
    assert_string_equal(a->name, "AB");
    assert_ptr_not_equal(get(&s, "ABC"), a);
    assert_ptr_equal(get(&s, "AB"), a);
    memset(longest, 'X', sizeof longest);
    struct symbol *x = symbols_get(&s, longest, SYMBOL_NAME_MAX, &everything);
    assert_int_equal(strlen(x->name), SYMBOL_NAME_MAX);
    assert_ptr_equal(symbols_get(&s, longest, SYMBOL_NAME_MAX + 1, &everything),
                     x); /* what is longer is cut */
    symbols_free(&s);
}

static void what_the_filter_wants(void **state)
{
    const struct filter filter = {.symbols = "B*", .shard = 1, .shard_cnt = 1};
    struct symbols s = {0};
    (void)state;
    assert_true(symbols_get(&s, "BTC", 3, &filter)->wanted);
    assert_false(symbols_get(&s, "ETH", 3, &filter)->wanted);
    symbols_free(&s);
}

static void averages_are_given_back(void **state)
{
    struct indicators indicators = {0};
    struct symbols s = {.indicators = &indicators};
    const struct tr_tick tick = {.kind = TR_TICK_TRADE, .price_px = 1, .size_qty = 1};
    enum symbol_value made;
    char why[128];
    (void)state;
    assert_int_equal(indicators_ask(&indicators, &indicator_sma, "100", why, sizeof why), 0);
    assert_int_equal(indicators_open(&indicators), 0);
    assert_int_equal(symbols_update(&s, get(&s, "BTC"), &tick, &made), 0);
    assert_int_equal(made, SYMBOL_VALUE_NEXT);
    symbols_free(&s); /* the leak checker sees whether it does */
    indicators_close(&indicators);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(made_once),
        cmocka_unit_test(many),
        cmocka_unit_test(names_are_told_apart_by_all_their_bytes),
        cmocka_unit_test(what_the_filter_wants),
        cmocka_unit_test(averages_are_given_back),
    };
    return cmocka_run_group_tests_name("symbols", tests, NULL, NULL);
}
