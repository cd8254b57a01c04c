/* One number for a stream: known values, and what it depends on. */
#include "feed_help.h"

#include "digest.h"

#define ONE TR_PX_SCALE

struct named_tick {
    struct tr_tick tick;
    const char *symbol;
    const char *venue;
};

static void add(struct tr_digest *d, const struct named_tick *n)
{
    tr_digest_tick(d, &n->tick, tr_digest_name(n->symbol, strlen(n->symbol)),
                   tr_digest_name(n->venue, strlen(n->venue)));
}

static uint64_t digest_of(const struct named_tick *n, size_t cnt)
{
    struct tr_digest d;
    tr_digest_init(&d);
    for (size_t i = 0; i < cnt; i++)
        add(&d, &n[i]);
    assert_int_equal(d.tick_cnt, cnt);
    return tr_digest_value(&d);
}

static struct named_tick a_trade(void)
{
    return (struct named_tick){
        .tick = {.kind = TR_TICK_TRADE, .ts_event_ns = 1000, .price_px = 5 * ONE, .size_qty = ONE, .id = 9},
        .symbol = "BTC",
        .venue = "binance",
    };
}

static struct named_tick a_quote(void)
{
    return (struct named_tick){
        .tick =
            {.kind = TR_TICK_QUOTE, .ts_event_ns = 1, .bid_px = 1, .bid_qty = 2, .ask_px = 3, .ask_qty = 4},
        .symbol = "ETH",
        .venue = "kraken",
    };
}

/* Computed once, by another program in another language, from the description in digest.h. */
static void known_values(void **state)
{
    char x71[72] = "";
    memset(x71, 'X', 71);
    const struct named_tick stream[] = {
        {.tick = {.ts_event_ns = 1723161255342000000,
                  .kind = TR_TICK_TRADE,
                  .side = TR_SIDE_BUY,
                  .price_px = 42100 * ONE,
                  .size_qty = 2 * ONE,
                  .ts_recv_ns = 5,
                  .id = 77},
         .symbol = "BTCUSDT",
         .venue = "binance"},
        {.tick = {.ts_event_ns = 1723161255343000000,
                  .kind = TR_TICK_TRADE,
                  .side = TR_SIDE_SELL,
                  .flags = TR_TICK_HAS_RECV,
                  .price_px = -ONE / 2,
                  .ts_recv_ns = 1723161255344000000},
         .symbol = x71,
         .venue = ""},
        {.tick =
             {.ts_event_ns = -1, .kind = TR_TICK_QUOTE, .flags = TR_TICK_NO_ASK, .bid_px = 1, .bid_qty = 2},
         .symbol = "ETH-USD",
         .venue = "kraken"},
    };
    (void)state;
    assert_true(digest_of(stream, 0) == UINT64_C(0xd57633fbc4d3098c));
    assert_true(digest_of(stream, 1) == UINT64_C(0x3b3d1ef8f0fcd3b6));
    assert_true(digest_of(stream, 2) == UINT64_C(0x59227db8ed5bb156));
    assert_true(digest_of(stream, 3) == UINT64_C(0x46ff82bd6a7cb293));
}

static void known_names(void **state)
{
    (void)state;
    assert_true(tr_digest_name("", 0) == UINT64_C(0xd0fa814d6dfccbf7));
    assert_true(tr_digest_name("a", 1) == UINT64_C(0x098482886de61191));
    assert_true(tr_digest_name("BTCUSDT", 7) == UINT64_C(0x4eb1d743f2236f15));
    assert_true(tr_digest_name("12345678", 8) == UINT64_C(0x25f73b202a573927));
    assert_true(tr_digest_name("123456789", 9) == UINT64_C(0x23c4a5f6866a9e30));
}

static void order_counts(void **state)
{
    struct named_tick ab[2] = {a_trade(), a_quote()};
    struct named_tick ba[2] = {a_quote(), a_trade()};
    (void)state;
    assert_true(digest_of(ab, 2) != digest_of(ba, 2));
}

static void number_of_ticks_counts(void **state)
{
    struct named_tick zeros[4] = {{.symbol = "", .venue = ""},
                                  {.symbol = "", .venue = ""},
                                  {.symbol = "", .venue = ""},
                                  {.symbol = "", .venue = ""}};
    (void)state;
    for (size_t i = 0; i <= 4; i++) {
        for (size_t k = 0; k < i; k++)
            assert_true(digest_of(zeros, i) != digest_of(zeros, k));
    }
}

/* Every bit of the tick but those of `ignored_from` .. `ignored_to` changes the digest. */
static void check_bits(struct named_tick n, size_t from, size_t to, bool counts)
{
    uint64_t whole = digest_of(&n, 1);
    for (size_t bit = 8 * from; bit < 8 * to; bit++) {
        ((uint8_t *)&n.tick)[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_true((digest_of(&n, 1) != whole) == counts);
        ((uint8_t *)&n.tick)[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
}

#define FIELD(n, field, counts)                                                                              \
    check_bits(n, offsetof(struct tr_tick, field), offsetof(struct tr_tick, field) + sizeof(n).tick.field,   \
               counts)

static void every_field_of_a_trade(void **state)
{
    struct named_tick n = a_trade();
    (void)state;
    FIELD(n, ts_event_ns, true);
    FIELD(n, price_px, true);
    FIELD(n, size_qty, true);
    FIELD(n, id, true);
    FIELD(n, kind, true);
    FIELD(n, side, true);
    FIELD(n, flags, true);
    FIELD(n, ts_recv_ns, false); /* nobody said that it holds anything */
    n.tick.flags |= TR_TICK_HAS_RECV;
    FIELD(n, ts_recv_ns, true);
}

static void every_field_of_a_quote(void **state)
{
    struct named_tick n = a_quote();
    (void)state;
    FIELD(n, ts_event_ns, true);
    FIELD(n, bid_px, true);
    FIELD(n, bid_qty, true);
    FIELD(n, ask_px, true); /* where a trade has its receive time */
    FIELD(n, ask_qty, true);
    FIELD(n, kind, true);
    FIELD(n, flags, true);
}

/* What differs from ring to ring: numbers of names, time of publishing. */
static void ids_and_publish_time_do_not_count(void **state)
{
    struct named_tick n = a_trade();
    (void)state;
    FIELD(n, ts_pub_ns, false);
    FIELD(n, symbol, false);
    FIELD(n, venue, false);
}

static void names_count(void **state)
{
    struct named_tick n = a_trade();
    uint64_t whole = digest_of(&n, 1);
    (void)state;
    n.symbol = "BTD";
    assert_true(digest_of(&n, 1) != whole);
    n.symbol = "binance";
    n.venue = "BTC";
    assert_true(digest_of(&n, 1) != whole);
    n.venue = "binance";
    n.symbol = "BTC";
    assert_true(digest_of(&n, 1) == whole);
    n.symbol = "BTCb"; /* the same letters, cut elsewhere */
    n.venue = "inance";
    assert_true(digest_of(&n, 1) != whole);
}

static void length_of_a_name_counts(void **state)
{
    static const char zeros[72] = "";
    (void)state;
    for (size_t i = 0; i <= 71; i++) {
        for (size_t k = 0; k < i; k++)
            assert_true(tr_digest_name(zeros, i) != tr_digest_name(zeros, k));
    }
}

static void every_byte_of_a_name_counts(void **state)
{
    char text[71];
    memset(text, 'A', sizeof text);
    uint64_t whole = tr_digest_name(text, sizeof text);
    (void)state;
    for (unsigned bit = 0; bit < 8 * sizeof text; bit++) {
        text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
        assert_true(tr_digest_name(text, sizeof text) != whole);
        text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
    }
}

static void value_changes_nothing(void **state)
{
    struct named_tick n[3] = {a_trade(), a_quote(), a_trade()};
    struct tr_digest d;
    (void)state;
    tr_digest_init(&d);
    for (size_t i = 0; i < 3; i++) {
        assert_true(tr_digest_value(&d) == digest_of(n, i));
        add(&d, &n[i]);
    }
    assert_true(tr_digest_value(&d) == digest_of(n, 3));
}

static void lanes_are_added_up(void **state)
{
    struct named_tick trade = a_trade();
    struct named_tick quote = a_quote();
    struct tr_digest ab[2];
    struct tr_digest ba[2];
    (void)state;
    tr_digest_init(&ab[0]);
    tr_digest_init(&ab[1]);
    add(&ab[0], &trade);
    add(&ab[1], &quote);
    ba[0] = ab[1];
    ba[1] = ab[0];
    assert_true(tr_digest_combine(ab, 0) == 0);
    assert_true(tr_digest_combine(ab, 1) == tr_digest_value(&ab[0]));
    assert_true(tr_digest_combine(ab, 2) == tr_digest_combine(ba, 2));
    assert_true(tr_digest_combine(ab, 2) == tr_digest_value(&ab[0]) + tr_digest_value(&ab[1]));
}

static void text_of_a_value(void **state)
{
    char text[TR_DIGEST_TEXT_LEN + 1];
    (void)state;
    tr_digest_text(0, text);
    assert_string_equal(text, "0000000000000000");
    tr_digest_text(UINT64_C(0x0123456789abcdef), text);
    assert_string_equal(text, "0123456789abcdef");
    tr_digest_text(UINT64_MAX, text);
    assert_string_equal(text, "ffffffffffffffff");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_values),
        cmocka_unit_test(known_names),
        cmocka_unit_test(order_counts),
        cmocka_unit_test(number_of_ticks_counts),
        cmocka_unit_test(every_field_of_a_trade),
        cmocka_unit_test(every_field_of_a_quote),
        cmocka_unit_test(ids_and_publish_time_do_not_count),
        cmocka_unit_test(names_count),
        cmocka_unit_test(length_of_a_name_counts),
        cmocka_unit_test(every_byte_of_a_name_counts),
        cmocka_unit_test(value_changes_nothing),
        cmocka_unit_test(lanes_are_added_up),
        cmocka_unit_test(text_of_a_value),
    };
    return cmocka_run_group_tests_name("digest", tests, NULL, NULL);
}
