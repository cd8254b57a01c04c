/* Order books by level: what ends a message, what a snapshot replaces, sizes of both units, many books. */
#include "feed_help.h"

#include "feed/csv/l2.h"
#include "feed/source/levels.h"

#define ONE TR_PX_SCALE

struct books {
    struct l2 l2;
    struct source_record quote;
    bool has_quote;
    uint64_t rounded_cnt;
};

static struct l2_level bid(int64_t px, int64_t qty)
{
    return (struct l2_level){.px = px, .qty = qty, .is_bid = true, .is_gone = qty == 0};
}

static struct l2_level ask(int64_t px, int64_t qty)
{
    return (struct l2_level){.px = px, .qty = qty, .is_gone = qty == 0};
}

/* A row; what it ended is in b->quote if b->has_quote. */
static void put(struct books *b, const char *symbol, int64_t ts_ns, int64_t recv_ns, bool is_snapshot,
                struct l2_level level)
{
    const struct source_record rec = {.tick.ts_event_ns = ts_ns,
                                      .ts_recv_ns = recv_ns,
                                      .symbol = symbol,
                                      .symbol_len = (uint8_t)strlen(symbol),
                                      .venue = "v",
                                      .venue_len = 1};
    assert_int_equal(l2_row(&b->l2, &rec, is_snapshot, &b->quote, &b->has_quote, &b->rounded_cnt), 0);
    assert_int_equal(l2_set(&b->l2, &level, &b->rounded_cnt), 0);
}

static void end(struct books *b)
{
    b->has_quote = l2_end(&b->l2, &b->quote, &b->rounded_cnt);
}

static void expect_none(const struct books *b)
{
    assert_false(b->has_quote);
}

static void expect(const struct books *b, const char *symbol, int64_t bid_px, int64_t bid_qty, int64_t ask_px,
                   int64_t ask_qty)
{
    const struct tr_tick *tick = &b->quote.tick;
    assert_true(b->has_quote);
    assert_int_equal(b->quote.symbol_len, strlen(symbol));
    assert_memory_equal(b->quote.symbol, symbol, strlen(symbol));
    assert_int_equal(tick->bid_px, bid_px);
    assert_int_equal(tick->bid_qty, bid_qty);
    assert_int_equal(tick->ask_px, ask_px);
    assert_int_equal(tick->ask_qty, ask_qty);
    assert_int_equal(tick->flags & TR_TICK_NO_BID, bid_px == 0 ? TR_TICK_NO_BID : 0);
    assert_int_equal(tick->flags & TR_TICK_NO_ASK, ask_px == 0 ? TR_TICK_NO_ASK : 0);
}

/* --- Messages ----------------------------------------------------------------------------------- */

static void a_message_is_told_at_its_end(void **state)
{
    struct books b = {0};
    (void)state;
    end(&b);
    expect_none(&b); /* nothing came */
    put(&b, "A", 1, 5, false, bid(10, 1));
    expect_none(&b);
    put(&b, "A", 1, 5, false, ask(12, 1));
    expect_none(&b);
    put(&b, "A", 1, 6, false, bid(11, 1)); /* another receive time: another message */
    expect(&b, "A", 10, 1, 12, 1);
    assert_int_equal(b.quote.tick.ts_event_ns, 1);
    assert_int_equal(b.quote.ts_recv_ns, 5);
    assert_int_equal(b.quote.tick.kind, TR_TICK_QUOTE);
    put(&b, "A", 2, 6, false, bid(11, 2)); /* another event time */
    expect(&b, "A", 11, 1, 12, 1);
    put(&b, "B", 2, 6, false, bid(1, 1)); /* another symbol */
    expect(&b, "A", 11, 2, 12, 1);
    end(&b);
    expect(&b, "B", 1, 1, 0, 0);
    end(&b);
    expect_none(&b); /* told once */
    l2_free(&b.l2);
}

static void only_the_best_is_told(void **state)
{
    struct books b = {0};
    (void)state;
    put(&b, "A", 1, 0, false, bid(10, 1));
    put(&b, "A", 2, 0, false, bid(9, 7)); /* deeper */
    expect(&b, "A", 10, 1, 0, 0);
    put(&b, "A", 3, 0, false, bid(10, 1)); /* as it is */
    expect_none(&b);
    put(&b, "A", 4, 0, false, bid(11, 0)); /* not there anyway */
    expect_none(&b);
    put(&b, "A", 5, 0, false, bid(10, 0));
    expect_none(&b);
    put(&b, "A", 5, 0, false, bid(10, 1)); /* taken and put back in one message */
    put(&b, "A", 6, 0, false, bid(10, 0));
    expect_none(&b);
    put(&b, "A", 7, 0, false, bid(9, 0));
    expect(&b, "A", 9, 7, 0, 0);
    end(&b);
    expect(&b, "A", 0, 0, 0, 0); /* empty */
    l2_free(&b.l2);
}

/* --- Snapshots ---------------------------------------------------------------------------------- */

static void a_snapshot_replaces_the_book(void **state)
{
    struct books b = {0};
    (void)state;
    put(&b, "A", 1, 1, false, bid(10, 1));
    put(&b, "B", 1, 1, false, bid(20, 1));
    put(&b, "A", 2, 2, true, ask(12, 1));
    expect(&b, "B", 20, 1, 0, 0);
    put(&b, "A", 2, 2, true, bid(5, 3));
    expect_none(&b);
    put(&b, "A", 2, 2, false, bid(6, 1)); /* the first change ends it, at the same time too */
    expect(&b, "A", 5, 3, 12, 1);
    put(&b, "B", 3, 3, false, bid(19, 1)); /* B's book was not touched */
    expect(&b, "A", 6, 1, 12, 1);
    end(&b);
    expect_none(&b);
    l2_free(&b.l2);
}

static void a_snapshot_may_have_several_times(void **state)
{
    struct books b = {0};
    (void)state;
    put(&b, "A", 1, 9, true, bid(10, 1));
    put(&b, "A", 2, 9, true, ask(12, 1)); /* received as one */
    put(&b, "A", 2, 8, true, ask(11, 1)); /* of one moment */
    expect_none(&b);
    end(&b);
    expect(&b, "A", 10, 1, 11, 1);
    assert_int_equal(b.quote.tick.ts_event_ns, 2);
    put(&b, "A", 3, 7, true, bid(9, 1)); /* neither: the next one */
    end(&b);
    expect(&b, "A", 9, 1, 0, 0);
    put(&b, "A", 4, 0, true, bid(8, 1)); /* no receive times */
    put(&b, "A", 5, 0, true, bid(7, 1));
    expect(&b, "A", 8, 1, 0, 0);
    end(&b);
    expect(&b, "A", 7, 1, 0, 0);
    l2_free(&b.l2);
}

static void snapshots_of_two_symbols_may_interleave(void **state)
{
    struct books b = {0};
    (void)state;
    put(&b, "A", 1, 1, true, bid(10, 1));
    put(&b, "B", 1, 1, true, bid(20, 1));
    put(&b, "A", 1, 1, true, ask(12, 1));
    end(&b);
    expect(&b, "A", 10, 1, 12, 1);
    l2_free(&b.l2);
}

/* --- Sizes -------------------------------------------------------------------------------------- */

static void sizes_of_both_units(void **state)
{
    const struct l2_level billions = {.px = 12, .qty = INT64_C(20000000000000), .is_milli = true};
    struct books b = {0};
    (void)state;
    put(&b, "A", 1, 0, false, bid(10, 2 * ONE + 1500000));
    put(&b, "A", 1, 0, false, billions);
    end(&b); /* both in the larger unit, half to the even */
    expect(&b, "A", 10, 2002, 12, INT64_C(20000000000000));
    assert_int_equal(b.quote.tick.flags, TR_TICK_SIZE_MILLI);
    assert_int_equal(b.rounded_cnt, 1);
    put(&b, "A", 2, 0, false, ask(11, INT64_MAX / 2));
    end(&b); /* exact again */
    expect(&b, "A", 10, 2 * ONE + 1500000, 11, INT64_MAX / 2);
    assert_int_equal(b.quote.tick.flags, 0);
    put(&b, "A", 3, 0, false, ask(11, INT64_MAX / 2 + 1));
    end(&b);
    expect(&b, "A", 10, 2002, 11, INT64_MAX / 2 / 1000000);
    assert_int_equal(b.quote.tick.flags, TR_TICK_SIZE_MILLI);
    const struct l2_level largest = {.px = 11, .qty = L2_MILLI_MAX, .is_milli = true};
    put(&b, "A", 4, 0, false, largest);
    end(&b);
    expect(&b, "A", 10, 2002, 11, L2_MILLI_MAX);
    l2_free(&b.l2);
}

static void a_size_too_small_to_be_told_is_there(void **state)
{
    const struct l2_level tiny = {.px = 12};
    struct books b = {0};
    (void)state;
    put(&b, "A", 1, 0, false, bid(10, 1));
    put(&b, "A", 1, 0, false, tiny);
    end(&b);
    expect(&b, "A", 10, 1, 12, 0);
    assert_int_equal(b.quote.tick.flags, 0);
    l2_free(&b.l2);
}

/* --- Limits ------------------------------------------------------------------------------------- */

static void books_are_bounded(void **state)
{
    struct books b = {0};
    char name[16];
    struct source_record rec = {.symbol = name, .venue = ""};
    (void)state;
    for (int i = 0; i < L2_BOOK_MAX; i++) {
        snprintf(name, sizeof(name), "S%d", i);
        put(&b, name, i, 0, false, bid(10, i + 1));
        if (i > 0)
            assert_int_equal(b.quote.tick.bid_qty, i);
    }
    put(&b, "S7", 1, 0, false, bid(11, 5)); /* those there are are found again */
    rec.symbol_len = (uint8_t)snprintf(name, sizeof(name), "S%d", L2_BOOK_MAX);
    assert_int_equal(l2_row(&b.l2, &rec, false, &b.quote, &b.has_quote, &b.rounded_cnt), -ENOSPC);
    expect(&b, "S7", 11, 5, 0, 0); /* what came before is told all the same */
    l2_free(&b.l2);
    assert_int_equal(b.l2.bucket_cnt, 0);
}

static void names_of_the_venue_count(void **state)
{
    struct books b = {0};
    struct source_record rec = {.symbol = "AB", .symbol_len = 1, .venue = "BC", .venue_len = 2};
    struct l2_level level = bid(10, 1);
    (void)state;
    assert_int_equal(l2_row(&b.l2, &rec, false, &b.quote, &b.has_quote, &b.rounded_cnt), 0);
    assert_int_equal(l2_set(&b.l2, &level, &b.rounded_cnt), 0);
    rec.symbol_len = 2; /* AB of C, not A of BC */
    rec.venue = "C";
    rec.venue_len = 1;
    assert_int_equal(l2_row(&b.l2, &rec, false, &b.quote, &b.has_quote, &b.rounded_cnt), 0);
    expect(&b, "A", 10, 1, 0, 0);
    assert_int_equal(b.quote.venue_len, 2);
    assert_memory_equal(b.quote.venue, "BC", 2);
    assert_int_equal(b.l2.book_cnt, 2);
    l2_free(&b.l2);
}

static void levels_are_bounded(void **state)
{
    struct books b = {0};
    int rc = 0;
    (void)state;
    put(&b, "A", 1, 0, false, bid(1, 1));
    for (int64_t px = 2; px <= LEVELS_MAX && rc == 0; px++) {
        struct l2_level level = bid(px, 1);
        rc = l2_set(&b.l2, &level, &b.rounded_cnt);
    }
    assert_int_equal(rc, 0);
    struct l2_level more = bid(LEVELS_MAX + 1, 1);
    assert_int_equal(l2_set(&b.l2, &more, &b.rounded_cnt), -ENOSPC);
    b.l2.level_cap +=
        L2_LEVEL_MAX - LEVELS_MAX - 16; /* as if others held the rest, but for one first piece */
    put(&b, "B", 1, 0, false, bid(1, 1));
    struct l2_level first_ask = ask(2, 1);
    assert_int_equal(l2_set(&b.l2, &first_ask, &b.rounded_cnt), -ENOSPC);
    l2_free(&b.l2);
}

/* --- Against a plain model ---------------------------------------------------------------------- */

#define MODEL_PX_CNT 16

/* Random messages for one symbol: each quote is what a table of all prices says. */
static void random_messages(void **state)
{
    uint64_t random = help_seed();
    int64_t table[2][MODEL_PX_CNT] = {{0}};
    struct books b = {0};
    (void)state;
    for (int64_t ts = 1; ts <= 20000; ts++) {
        bool snapshot = help_random(&random) % 50 == 0;
        if (snapshot)
            memset(table, 0, sizeof(table));
        for (uint64_t n = 1 + help_random(&random) % 4; n > 0; n--) {
            int64_t px = 1 + (int64_t)(help_random(&random) % (MODEL_PX_CNT - 1));
            int64_t qty = (int64_t)(help_random(&random) % 3);
            bool is_bid = help_random(&random) % 2 == 0;
            put(&b, "A", ts, ts, snapshot, is_bid ? bid(px, qty) : ask(px, qty));
            expect_none(&b); /* each message is ended below */
            table[is_bid][px] = qty;
        }
        struct tr_tick last = b.quote.tick;
        end(&b);
        int64_t bid_px = MODEL_PX_CNT - 1;
        int64_t ask_px = 1;
        while (bid_px > 0 && table[1][bid_px] == 0)
            bid_px--;
        while (ask_px < MODEL_PX_CNT && table[0][ask_px] == 0)
            ask_px++;
        ask_px %= MODEL_PX_CNT;
        int64_t bid_qty = table[1][bid_px];
        int64_t ask_qty = table[0][ask_px];
        if (b.has_quote)
            expect(&b, "A", bid_px, bid_qty, ask_px, ask_qty);
        else
            assert_true(last.bid_px == bid_px && last.bid_qty == bid_qty && last.ask_px == ask_px
                        && last.ask_qty == ask_qty);
    }
    l2_free(&b.l2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_told_at_its_end),
        cmocka_unit_test(only_the_best_is_told),
        cmocka_unit_test(a_snapshot_replaces_the_book),
        cmocka_unit_test(a_snapshot_may_have_several_times),
        cmocka_unit_test(snapshots_of_two_symbols_may_interleave),
        cmocka_unit_test(sizes_of_both_units),
        cmocka_unit_test(a_size_too_small_to_be_told_is_there),
        cmocka_unit_test(books_are_bounded),
        cmocka_unit_test(names_of_the_venue_count),
        cmocka_unit_test(levels_are_bounded),
        cmocka_unit_test(random_messages),
    };
    return cmocka_run_group_tests_name("l2", tests, NULL, NULL);
}
