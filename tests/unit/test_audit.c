/* What --validate finds out, on ticks made by hand. */
#include "feed_help.h"

#include "feed/audit.h"

static struct audit audit;

static struct source_record trade(const char *symbol, int64_t ts_ns, uint64_t id)
{
    struct source_record rec = {.symbol = symbol, .symbol_len = (uint8_t)strlen(symbol), .venue = ""};
    rec.tick = (struct tr_tick){.kind = TR_TICK_TRADE, .ts_event_ns = ts_ns, .price_px = 1, .size_qty = 1};
    rec.tick.id = id;
    return rec;
}

static void add_trade(const char *symbol, int64_t ts_ns, uint64_t id)
{
    struct source_record rec = trade(symbol, ts_ns, id);
    audit_add(&audit, &rec);
}

static void add_quote(int64_t bid_px, int64_t ask_px, uint16_t flags)
{
    struct source_record rec = {.symbol = "Q", .symbol_len = 1, .venue = ""};
    rec.tick = (struct tr_tick){
        .kind = TR_TICK_QUOTE, .ts_event_ns = 1, .bid_px = bid_px, .ask_px = ask_px, .flags = flags};
    audit_add(&audit, &rec);
}

static int begin(void **state)
{
    (void)state;
    return audit_init(&audit);
}

static int end(void **state)
{
    (void)state;
    audit_free(&audit);
    return 0;
}

static void times(void **state)
{
    static const int64_t ts_ns[] = {100, 100, 90, 95, 50, 1050, 1050};
    (void)state;
    for (size_t i = 0; i < sizeof(ts_ns) / sizeof(ts_ns[0]); i++)
        add_trade("A", ts_ns[i], 0);
    assert_int_equal(audit.first_ts_ns, 100);
    assert_int_equal(audit.last_ts_ns, 1050);
    assert_int_equal(audit.equal_cnt, 2);
    assert_int_equal(audit.back_cnt, 2);
    assert_int_equal(audit.back_max_ns, 45);
    assert_int_equal(audit.silence_ns, 1000);
    assert_int_equal(audit.silence_ts_ns, 50);
}

static void quotes(void **state)
{
    (void)state;
    add_quote(1, 2, 0);
    add_quote(2, 2, 0);
    add_quote(3, 2, 0);
    add_quote(-1, -2, 0); /* spreads can be negative, and crossed */
    add_quote(0, 2, TR_TICK_NO_BID);
    add_quote(2, 0, TR_TICK_NO_ASK); /* no ask is no ask at 0 */
    add_quote(0, 0, TR_TICK_NO_BID | TR_TICK_NO_ASK);
    assert_int_equal(audit.quote_cnt, 7);
    assert_int_equal(audit.locked_cnt, 1);
    assert_int_equal(audit.crossed_cnt, 2);
    assert_int_equal(audit.one_sided_cnt, 2);
    assert_int_equal(audit.empty_cnt, 1);
}

/* They have no sides that could cross, and their numbers are those of orders: one comes again with each part. */
static void updates_of_orders(void **state)
{
    struct source_record rec = trade("A", 1, 7);
    const struct audit_symbol *busiest;
    (void)state;
    rec.tick.kind = TR_TICK_UPDATE;
    rec.tick.order_qty = 5;
    audit_add(&audit, &rec);
    audit_add(&audit, &rec);
    assert_int_equal(audit.update_cnt, 2);
    assert_int_equal(audit.trade_cnt + audit.quote_cnt, 0);
    assert_int_equal(audit.crossed_cnt + audit.duplicate_cnt, 0);
    assert_int_equal(audit.equal_cnt, 1);
    assert_int_equal(audit_busiest(&audit, &busiest, 1), 1);
    assert_int_equal(busiest->update_cnt, 2);
}

static void ids(void **state)
{
    static const uint64_t id[] = {10, 11, 11, 0, 12, 20, 15, 16, 10, 0};
    (void)state;
    for (size_t i = 0; i < sizeof(id) / sizeof(id[0]); i++) {
        add_trade("A", 1, id[i]);
        add_trade("B", 1, 1000 + i); /* numbers of another symbol do not mix with them */
    }
    assert_int_equal(audit.duplicate_cnt, 2); /* 11 and 10 */
    assert_int_equal(audit.id_back_cnt, 1); /* 15 */
    assert_int_equal(audit.id_gap_cnt, 1); /* 12 to 20 */
    assert_int_equal(audit.id_missing_cnt, 7);
}

/* The same number on two venues is no duplicate. */
static void venues(void **state)
{
    struct source_record rec = trade("A", 1, 7);
    (void)state;
    audit_add(&audit, &rec);
    rec.venue = "other";
    rec.venue_len = 5;
    audit_add(&audit, &rec);
    assert_int_equal(audit.duplicate_cnt, 0);
    assert_int_equal(audit.symbol_cnt, 2);
}

/* A duplicate is found as long as fewer numbers lie between than are remembered, by and large: one in four of
 * those half that far back may have been overwritten, and none is ever invented. */
static void duplicates_far_apart(void **state)
{
    enum { CNT = AUDIT_RECENT_CNT / 8 };
    (void)state;
    for (uint64_t id = 1; id <= CNT; id++)
        add_trade("A", 1, id);
    assert_int_equal(audit.duplicate_cnt, 0);
    for (uint64_t id = 1; id <= CNT; id++)
        add_trade("A", 1, id);
    assert_in_range(audit.duplicate_cnt, CNT * 3 / 4, CNT);
}

static void busiest(void **state)
{
    const struct audit_symbol *symbol[3];
    char name[16];
    (void)state;
    for (int s = 0; s < 100; s++) {
        snprintf(name, sizeof(name), "S%d", s);
        for (int i = 0; i <= (s * 37) % 100; i++) /* S27 (99 + 1 ticks), S54, S81 have most */
            add_trade(name, 1, 0);
    }
    assert_int_equal(audit_busiest(&audit, symbol, 3), 3);
    assert_memory_equal(symbol[0]->name, "S27", 3);
    assert_memory_equal(symbol[1]->name, "S54", 3);
    assert_memory_equal(symbol[2]->name, "S81", 3);
    assert_int_equal(symbol[0]->trade_cnt, 100);
    assert_int_equal(audit.symbol_cnt, 100);
}

static void more_symbols_than_told_apart(void **state)
{
    char name[16];
    (void)state;
    for (int s = 0; s < AUDIT_SYMBOL_MAX + 5; s++) {
        snprintf(name, sizeof(name), "S%d", s);
        add_trade(name, 1, 0);
    }
    add_trade("S0", 1, 0);
    assert_int_equal(audit.symbol_cnt, AUDIT_SYMBOL_MAX);
    assert_int_equal(audit.unlisted_cnt, 5);
    assert_int_equal(audit.trade_cnt, AUDIT_SYMBOL_MAX + 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(times, begin, end),
        cmocka_unit_test_setup_teardown(quotes, begin, end),
        cmocka_unit_test_setup_teardown(updates_of_orders, begin, end),
        cmocka_unit_test_setup_teardown(ids, begin, end),
        cmocka_unit_test_setup_teardown(venues, begin, end),
        cmocka_unit_test_setup_teardown(duplicates_far_apart, begin, end),
        cmocka_unit_test_setup_teardown(busiest, begin, end),
        cmocka_unit_test_setup_teardown(more_symbols_than_told_apart, begin, end),
    };
    return cmocka_run_group_tests_name("audit", tests, NULL, NULL);
}
