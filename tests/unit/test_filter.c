/* Which symbols a consumer wants. */
#include "feed_help.h"

#include "globs.h"
#include "consumer/filter.h"
#include "digest.h"

static bool wants(const struct filter *filter, const char *symbol)
{
    return filter_wants(filter, symbol, tr_digest_name(symbol, strlen(symbol)));
}

static bool matches(const char *list, const char *symbol)
{
    return wants(&(struct filter){.symbols = list}, symbol);
}

static void globs(void **state)
{
    (void)state;
    assert_true(wants(&(struct filter){0}, "BTC"));
    assert_true(matches("BTC", "BTC"));
    assert_false(matches("BTC", "BTCUSDT"));
    assert_false(matches("BTC", "btc"));
    assert_true(matches("BTC*", "BTCUSDT"));
    assert_true(matches("ETH,BTC*", "BTCUSDT"));
    assert_true(matches("ETH,BTC*", "ETH"));
    assert_false(matches("ETH,BTC*", "ETHUSDT"));
    assert_true(matches("?[A-T]C", "BTC"));
    assert_true(matches("*", "BTC/USD"));
    assert_true(matches("BTC*", "BTC/USD"));
}

/* The longest list there may be, as one pattern and as many. */
static void the_longest_list(void **state)
{
    char list[GLOBS_TEXT_MAX];
    (void)state;
    memset(list, '*', sizeof list);
    list[sizeof list - 1] = '\0';
    assert_int_equal(globs_check(list), 0);
    assert_true(matches(list, "BTC"));
    for (size_t i = 0; i + 1 < sizeof list; i++)
        list[i] = i % 2 != 0 ? ',' : 'X';
    list[sizeof list - 2] = 'B';
    assert_int_equal(globs_check(list), 0);
    assert_true(matches(list, "B"));
    assert_false(matches(list, "C"));
}

/* Every symbol is in exactly one of N shares, and each share has about its part. */
static void shares_are_a_partition(void **state)
{
    static const uint32_t cnt[] = {1, 2, 3, 4, 7, 16, 100};
    enum { SYMBOLS = 5000 };
    (void)state;
    for (size_t k = 0; k < sizeof cnt / sizeof cnt[0]; k++) {
        uint32_t in[100] = {0};
        for (int i = 0; i < SYMBOLS; i++) {
            char symbol[16];
            unsigned shares = 0;
            snprintf(symbol, sizeof symbol, "SYM%d", i);
            for (uint32_t s = 1; s <= cnt[k]; s++) {
                bool wanted = wants(&(struct filter){.shard = s, .shard_cnt = cnt[k]}, symbol);
                shares += wanted;
                in[s - 1] += wanted;
            }
            assert_int_equal(shares, 1);
        }
        for (uint32_t s = 0; s < cnt[k]; s++)
            assert_in_range(in[s], SYMBOLS / cnt[k] / 2, SYMBOLS / cnt[k] * 2);
    }
}

/* The share of a symbol is the same on any machine and in any version: consumers are restarted by name. */
static void shares_are_stable(void **state)
{
    static const struct {
        const char *symbol;
        uint32_t of_2;
        uint32_t of_4;
        uint32_t of_7;
    } known[] = {{"BTC", 2, 2, 3}, {"BTCUSDT", 2, 2, 5}, {"ETH-USD", 2, 4, 6}};
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        const char *symbol = known[i].symbol;
        assert_true(wants(&(struct filter){.shard = known[i].of_2, .shard_cnt = 2}, symbol));
        assert_true(wants(&(struct filter){.shard = known[i].of_4, .shard_cnt = 4}, symbol));
        assert_true(wants(&(struct filter){.shard = known[i].of_7, .shard_cnt = 7}, symbol));
    }
}

static void share_and_list_together(void **state)
{
    struct filter filter = {.symbols = "SYM1*", .shard = 1, .shard_cnt = 2};
    unsigned cnt = 0;
    (void)state;
    for (int i = 0; i < 200; i++) {
        char symbol[16];
        snprintf(symbol, sizeof symbol, "SYM%d", i);
        if (!wants(&filter, symbol))
            continue;
        cnt++;
        assert_true(matches("SYM1*", symbol));
        assert_false(wants(&(struct filter){.shard = 2, .shard_cnt = 2}, symbol));
    }
    assert_in_range(cnt, 30, 80); /* of 111 */
}

static void filters_are_told_apart(void **state)
{
    const struct filter filter[] = {{0},
                                    {.symbols = "*"},
                                    {.symbols = "A"},
                                    {.symbols = "A,B"},
                                    {.shard = 1, .shard_cnt = 2},
                                    {.shard = 2, .shard_cnt = 2},
                                    {.shard = 1, .shard_cnt = 3},
                                    {.symbols = "A", .shard = 1, .shard_cnt = 2}};
    size_t cnt = sizeof filter / sizeof filter[0];
    (void)state;
    for (size_t i = 0; i < cnt; i++) {
        assert_true(filter_hash(&filter[i]) == filter_hash(&filter[i]));
        for (size_t k = 0; k < i; k++)
            assert_true(filter_hash(&filter[i]) != filter_hash(&filter[k]));
    }
    assert_int_equal(filter_hash(&filter[0]), 0);
    char text[] = "A,B"; /* the text counts, not where it stands */
    assert_true(filter_hash(&(struct filter){.symbols = text}) == filter_hash(&filter[3]));
}

static void shards_as_text(void **state)
{
    static const char *const bad[] = {
        "",     "1",    "1/",   "/2",   "0/2",     "3/2", "1/0",
        "1/2x", "1//2", "-1/2", " 1/2", "1/65537", "a/b", "99999999999/99999999999"};
    struct filter filter = {.shard = 77};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(filter_parse_shard(&filter, bad[i]), -EINVAL);
        assert_int_equal(filter.shard, 77);
        assert_int_equal(filter.shard_cnt, 0);
    }
    assert_int_equal(filter_parse_shard(&filter, "2/4"), 0);
    assert_int_equal(filter.shard, 2);
    assert_int_equal(filter.shard_cnt, 4);
    assert_int_equal(filter_parse_shard(&filter, "65536/65536"), 0);
    assert_int_equal(filter.shard, 65536);
    assert_int_equal(filter_parse_shard(&filter, "1/1"), 0);
    assert_true(wants(&filter, "BTC"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(globs),
        cmocka_unit_test(the_longest_list),
        cmocka_unit_test(shares_are_a_partition),
        cmocka_unit_test(shares_are_stable),
        cmocka_unit_test(share_and_list_together),
        cmocka_unit_test(filters_are_told_apart),
        cmocka_unit_test(shards_as_text),
    };
    return cmocka_run_group_tests_name("filter", tests, NULL, NULL);
}
