/* Segments of IEX-TP: trades and quotes of TOPS, levels of DEEP, and what does not fit. */
#include "packet_help.h"

#include "feed/capture/iex.h"

#define TS INT64_C(1499697226594103034)
#define RECV INT64_C(1499697226594200000)
#define OFFSET 1000

static struct opened o;
static struct iex *iex;
static struct bytes messages;
static struct bytes segment;
static unsigned char *payload; /* of its own size, so that a read behind it is seen */

static void begin(void)
{
    struct source_identity id = {.venue = "iex", .venue_len = 3};
    o.path[0] = 'x';
    o.src.input.name = "x";
    o.src.path = "x";
    iex = iex_new(&o.src, &id);
    assert_non_null(iex);
    messages.len = 0;
}

static void end(void)
{
    iex_free(iex);
    free(payload);
    payload = NULL;
    o = (struct opened){0};
}

static enum source_result send_bytes(size_t len)
{
    free(payload);
    payload = malloc(len);
    memcpy(payload, segment.at, len);
    assert_int_equal(iex_kind(payload, len), IEX_READ);
    return iex_begin(iex, payload, len, OFFSET, RECV);
}

/* Sends the messages, which are then forgotten. */
static void send_segment(uint16_t protocol, uint32_t session, uint64_t sequence, unsigned cnt)
{
    segment.len = 0;
    add_iex_segment(&segment, protocol, session, sequence, &messages, cnt);
    assert_int_equal(send_bytes(segment.len), SOURCE_OK);
    messages.len = 0;
}

static void expect_tick(uint8_t kind, const char *symbol)
{
    assert_int_equal(iex_next(iex, &o.rec), SOURCE_OK);
    assert_int_equal(o.rec.tick.kind, kind);
    assert_int_equal(o.rec.tick.side, TR_SIDE_NONE);
    assert_int_equal(o.rec.ts_recv_ns, RECV);
    expect_names(&o, symbol, "iex");
}

static void expect_end(void)
{
    assert_int_equal(iex_next(iex, &o.rec), SOURCE_END);
    assert_int_equal(iex_next(iex, &o.rec), SOURCE_END);
}

static void expect_bad_message(const char *place, const char *part)
{
    assert_int_equal(iex_next(iex, &o.rec), SOURCE_BAD);
    expect_error(&o, place, part);
}

static void test_trades(void **state)
{
    const struct tr_tick *tick = &o.rec.tick;
    (void)state;
    begin();
    add_iex_trade(&messages, TS, "ELLO", 100, 100300, 123456789012);
    add_iex_trade(&messages, TS - 5, "ABCDEFGH", UINT32_MAX, -1, UINT64_MAX);
    add_iex_trade(&messages, 0, "A B+", 1, INT64_MAX / 100000, 0);
    send_segment(TOPS, 1, 1, 3);
    expect_tick(TR_TICK_TRADE, "ELLO");
    assert_true(tick->price_px == 10030000000 && tick->size_qty == 100000000000);
    assert_true(tick->ts_event_ns == TS && tick->id == 123456789012);
    assert_true(tick->ts_recv_ns == RECV && tick->flags == TR_TICK_HAS_RECV && tick->ts_pub_ns == 0);
    expect_tick(TR_TICK_TRADE, "ABCDEFGH");
    assert_true(tick->price_px == -100000 && tick->size_qty == UINT32_MAX * INT64_C(1000000000));
    assert_true(tick->ts_event_ns == TS - 5 && tick->id == UINT64_MAX);
    expect_tick(TR_TICK_TRADE, "A B+");
    assert_true(tick->price_px == INT64_MAX / 100000 * 100000 && tick->ts_event_ns == 0);
    expect_end();
    end();
}

static void test_no_receive_time(void **state)
{
    (void)state;
    begin();
    add_iex_trade(&messages, TS, "S", 1, 1, 1);
    segment.len = 0;
    add_iex_segment(&segment, TOPS_1_5, 1, 1, &messages, 1);
    assert_int_equal(iex_begin(iex, segment.at, segment.len, 0, 0), SOURCE_OK);
    assert_int_equal(iex_next(iex, &o.rec), SOURCE_OK);
    assert_true(o.rec.tick.flags == 0 && o.rec.ts_recv_ns == 0);
    end();
}

static void test_quotes(void **state)
{
    const struct tr_tick *tick = &o.rec.tick;
    (void)state;
    begin();
    add_iex_quote(&messages, TS, "S", 100, 100300, 100400, UINT32_MAX);
    add_iex_quote(&messages, TS, "S", 0, 100300, 100400, 1);
    add_iex_quote(&messages, TS, "S", 7, 100300, 0, 1);
    add_iex_quote(&messages, TS, "S", 0, 0, 0, 0);
    add_iex_quote(&messages, TS, "S", 1, -1, -2, 1);
    send_segment(TOPS, 1, 1, 5);
    expect_tick(TR_TICK_QUOTE, "S");
    assert_true(tick->bid_px == 10030000000 && tick->bid_qty == 100000000000 && tick->flags == 0);
    assert_true(tick->ask_px == 10040000000 && tick->ask_qty == UINT32_MAX * INT64_C(1000000000));
    expect_tick(TR_TICK_QUOTE, "S");
    assert_true(tick->bid_px == 0 && tick->bid_qty == 0 && tick->flags == TR_TICK_NO_BID);
    assert_true(tick->ask_px == 10040000000);
    expect_tick(TR_TICK_QUOTE, "S");
    assert_true(tick->ask_px == 0 && tick->ask_qty == 0 && tick->flags == TR_TICK_NO_ASK);
    assert_true(tick->bid_qty == 7000000000);
    expect_tick(TR_TICK_QUOTE, "S");
    assert_true(tick->bid_px == 0 && tick->ask_px == 0 && tick->flags == (TR_TICK_NO_BID | TR_TICK_NO_ASK));
    expect_tick(TR_TICK_QUOTE, "S");
    assert_true(tick->bid_px == -100000 && tick->ask_px == -200000 && tick->flags == 0);
    expect_end();
    assert_int_equal(o.src.counts.skipped_cnt, 0);
    end();
}

static void test_no_ticks(void **state)
{
    static const char other[] = "SDHOPEAXI";
    (void)state;
    begin();
    for (size_t i = 0; i < sizeof(other) - 1; i++)
        add_iex_head(&messages, 18, other[i], 0, -1, "");
    add_iex_trade(&messages, TS, "S", 0, 1, 1);
    add_iex_trade(&messages, TS, "S", 1, 0, 1);
    add_iex_head(&messages, 18, 'B', 0, TS, "S");
    add_iex_head(&messages, 18, 'z', 0, TS, "S");
    send_segment(TOPS, 1, 1, 13);
    expect_end();
    assert_int_equal(o.src.counts.skipped_cnt, 13);
    assert_int_equal(o.src.counts.zero_cnt, 2);
    assert_int_equal(note_cnt(&o.src, "IEX trade break"), 1);
    assert_int_equal(note_cnt(&o.src, "IEX message of an unknown type"), 1);
    end();
}

static void test_bad_messages(void **state)
{
    (void)state;
    begin();
    add_iex_trade(&messages, TS, "S", 1, INT64_MAX / 100000 + 1, 1);
    add_iex_trade(&messages, -1, "S", 1, 1, 1);
    add_iex_trade(&messages, TS, "", 1, 1, 1);
    add_iex_trade(&messages, TS, "A\x7F", 1, 1, 1);
    add_iex_trade(&messages, TS, "A\x80", 1, 1, 1);
    add_iex_trade(&messages, TS, "\tA", 1, 1, 1);
    add_iex_quote(&messages, TS, "S", 1, INT64_MIN, 1, 1);
    add_iex_quote(&messages, TS, "S", 1, 1, INT64_MAX, 1);
    add_le(&messages, 0, 2);
    add_iex_head(&messages, 37, 'T', 0, TS, "S");
    add(&messages, segment.at, 19);
    add_iex_trade(&messages, TS, "S", 1, 1, 1);
    send_segment(TOPS, 1, 1, 11);
    expect_bad_message("@1064: ", "IEX message 'T': a price that is out of range");
    expect_bad_message("@1084: ", "IEX message 'T': a time");
    expect_bad_message("@1132: ", "IEX message 'T': a symbol");
    expect_bad_message("@1172: ", "symbol");
    expect_bad_message("@1212: ", "symbol");
    expect_bad_message("@1252: ", "symbol");
    expect_bad_message("@1304: ", "IEX message 'Q': a bid price");
    expect_bad_message("@1356: ", "IEX message 'Q': an ask price");
    expect_bad_message("@1368: ", "an empty IEX message");
    expect_bad_message("@1372: ", "IEX message 'T': shorter");
    expect_tick(TR_TICK_TRADE, "S"); /* what comes behind is whole */
    expect_end();
    assert_int_equal(o.src.counts.skipped_cnt, 0);
    end();
}

/* IEX may add fields. */
static void test_longer_message(void **state)
{
    (void)state;
    begin();
    add_iex_trade(&messages, TS, "S", 5, 10000, 1);
    add_text(&messages, "more");
    put(messages.at, false, 42, 2);
    send_segment(TOPS, 1, 1, 1);
    expect_tick(TR_TICK_TRADE, "S");
    assert_true(o.rec.tick.size_qty == 5000000000);
    expect_end();
    assert_int_equal(note_cnt(&o.src, "IEX message longer than known"), 1);
    end();
}

static void test_options(void **state)
{
    (void)state;
    for (int only = 0; only < 2; only++) {
        begin();
        o.src.opt.only_trades = only == 0;
        o.src.opt.only_quotes = only == 1;
        add_iex_trade(&messages, TS, "T", 1, 1, 1);
        add_iex_quote(&messages, TS, "Q", 1, 1, 2, 1);
        add_iex_level(&messages, '8', true, TS, "L", 1, 1);
        send_segment(DEEP, 1, 1, 3);
        if (only == 0)
            expect_tick(TR_TICK_TRADE, "T");
        else
            expect_tick(TR_TICK_QUOTE, "Q");
        if (only == 1)
            expect_tick(TR_TICK_QUOTE, "L");
        expect_end();
        assert_int_equal(o.src.counts.skipped_cnt, only == 0 ? 2 : 1);
        end();
    }
}

static void test_levels(void **state)
{
    const struct tr_tick *tick = &o.rec.tick;
    (void)state;
    begin();
    add_iex_level(&messages, '8', true, TS, "S", 100, 250000);
    add_iex_level(&messages, '5', true, TS + 1, "S", 100, 251000);
    add_iex_level(&messages, '5', true, TS + 2, "S", 50, 252000); /* deeper */
    add_iex_level(&messages, '5', false, TS + 3, "S", 0, 251000); /* an event of two steps */
    add_iex_level(&messages, '8', false, TS + 3, "S", 70, 250000);
    add_iex_level(&messages, '8', true, TS + 4, "OTHER", 1, 10000);
    add_iex_level(&messages, '8', true, TS + 5, "S", 60, 250000);
    send_segment(DEEP, 1, 1, 7);
    expect_tick(TR_TICK_QUOTE, "S");
    assert_true(tick->bid_px == 25000000000 && tick->bid_qty == 100000000000);
    assert_true(tick->flags == TR_TICK_NO_ASK && tick->ts_event_ns == TS);
    expect_tick(TR_TICK_QUOTE, "S");
    assert_true(tick->ask_px == 25100000000 && tick->flags == 0 && tick->ts_event_ns == TS + 1);
    expect_tick(TR_TICK_QUOTE, "OTHER");
    expect_tick(TR_TICK_QUOTE, "S");
    assert_true(tick->bid_px == 25000000000 && tick->bid_qty == 60000000000);
    assert_true(tick->ask_px == 25200000000 && tick->ask_qty == 50000000000 && tick->ts_event_ns == TS + 5);
    expect_end();
    assert_int_equal(o.src.counts.skipped_cnt, 0); /* all were needed */
    add_iex_level(&messages, '5', true, TS, "S", 1, INT64_MAX);
    add_iex_head(&messages, 29, '5', 1, TS, "S");
    add(&messages, segment.at, 11);
    send_segment(DEEP, 1, 8, 2);
    expect_bad_message("@1064: ", "IEX message '5': a price that is out of range");
    expect_bad_message("@1074: ", "IEX message '5': shorter");
    expect_end();
    end();
}

static void test_sessions(void **state)
{
    (void)state;
    begin();
    add_iex_level(&messages, '8', true, TS, "S", 100, 250000);
    send_segment(DEEP, 1, 1, 1);
    expect_tick(TR_TICK_QUOTE, "S");
    add_iex_level(&messages, '8', true, TS, "S", 100, 250000);
    send_segment(TOPS, 9, 1, 1); /* another stream changes no session */
    expect_end();
    add_iex_level(&messages, '8', true, TS, "S", 100, 250000);
    send_segment(DEEP, 1, 2, 1);
    expect_end();
    add_iex_level(&messages, '5', true, TS, "S", 100, 250000);
    send_segment(DEEP, 2, 1, 1); /* a new day: the bid is gone */
    expect_tick(TR_TICK_QUOTE, "S");
    assert_int_equal(o.rec.tick.flags, TR_TICK_NO_BID);
    assert_int_equal(o.src.note[0].cnt, 0);
    end();
}

static void test_sequence(void **state)
{
    (void)state;
    begin();
    send_segment(TOPS, 1, 10, 0); /* a heartbeat */
    expect_end();
    for (uint64_t i = 0; i < 5; i++) {
        static const uint64_t first[] = {10, 11, 15, 12, 16};
        add_iex_trade(&messages, TS, "S", 1, 1, 1);
        send_segment(TOPS, 1, first[i], 1);
        expect_tick(TR_TICK_TRADE, "S"); /* whatever its number is */
        expect_end();
    }
    assert_int_equal(note_cnt(&o.src, "IEX-TP sequence gap: messages are missing"), 1);
    assert_int_equal(note_cnt(&o.src, "IEX-TP sequence going back: messages come again or late"), 1);
    assert_int_equal(o.src.note[0].first, OFFSET);
    end();
}

static void make_segment(void)
{
    messages.len = segment.len = 0;
    add_iex_trade(&messages, TS, "S", 1, 1, 1);
    add_iex_quote(&messages, TS, "S", 1, 1, 1, 1);
    add_iex_segment(&segment, TOPS, 1, 1, &messages, 2);
}

static void expect_bad_segment(const char *place, const char *part)
{
    assert_int_equal(send_bytes(segment.len), SOURCE_BAD);
    expect_error(&o, place, part);
    expect_end();
    make_segment();
}

static void test_lengths(void **state)
{
    (void)state;
    begin();
    make_segment();
    segment.at[12]++;
    expect_bad_segment("@1012: ", "payload length 85, but the datagram has 84");
    segment.at[12]--;
    expect_bad_segment("@1012: ", "payload length 83, but the datagram has 84");
    segment.at[14] = 3;
    expect_bad_segment("@1124: ", "message 3 of 3 goes beyond its segment");
    segment.at[14] = 1;
    expect_bad_segment("@1080: ", "44 bytes behind the 1 messages");
    segment.at[40]++;
    expect_bad_segment("@1081: ", "message 2 of 2 goes beyond");
    segment.at[80]--;
    expect_bad_segment("@1123: ", "1 bytes behind the 2 messages");
    segment.at[81] = 0xFF;
    expect_bad_segment("@1080: ", "message 2 of 2 goes beyond");
    for (size_t len = 40; len < segment.len; len++)
        assert_int_equal(send_bytes(len), SOURCE_BAD);
    end();
}

static void test_kinds(void **state)
{
    (void)state;
    make_segment();
    assert_int_equal(iex_kind(segment.at, segment.len), IEX_READ);
    for (size_t len = 0; len < 40; len++)
        assert_int_equal(iex_kind(segment.at, len), IEX_NONE);
    segment.at[2] = 2;
    assert_int_equal(iex_kind(segment.at, segment.len), IEX_READ);
    segment.at[2] = 4;
    assert_int_equal(iex_kind(segment.at, segment.len), IEX_READ);
    segment.at[2] = 5;
    assert_int_equal(iex_kind(segment.at, segment.len), IEX_FOREIGN);
    segment.at[2] = 1;
    assert_int_equal(iex_kind(segment.at, segment.len), IEX_FOREIGN);
    segment.at[12]++;
    assert_int_equal(iex_kind(segment.at, segment.len), IEX_NONE);
    segment.at[2] = 0;
    segment.at[12]--;
    assert_int_equal(iex_kind(segment.at, segment.len), IEX_NONE);
    segment.at[2] = 3;
    segment.at[3] = 0;
    assert_int_equal(iex_kind(segment.at, segment.len), IEX_NONE);
    segment.at[3] = 0x80;
    segment.at[0] = 2;
    assert_int_equal(iex_kind(segment.at, segment.len), IEX_NONE);
}

/* Changed anywhere, a segment makes sane ticks or errors, and nothing behind it is read. */
static void test_mutated(void **state)
{
    uint64_t random = help_seed();
    (void)state;
    begin();
    for (int i = 0; i < HELP_FUZZ_CNT * 10; i++) {
        make_segment();
        messages.len = segment.len = 0;
        add_iex_trade(&messages, TS, "ABC", 1, 1, 1);
        add_iex_level(&messages, '8', true, TS, "ABC", 1, 1);
        add_iex_quote(&messages, TS, "ABC", 1, 1, 1, 1);
        add_iex_segment(&segment, DEEP, 1, 1, &messages, 3);
        /* Lengths stay: else few would be read. */
        segment.at[40 + help_random(&random) % 116] = (unsigned char)help_random(&random);
        segment.at[40 + help_random(&random) % 116] = (unsigned char)help_random(&random);
        if (send_bytes(segment.len) != SOURCE_OK)
            continue;
        int cnt = 0;
        enum source_result result;
        while ((result = iex_next(iex, &o.rec)) != SOURCE_END) {
            assert_true(++cnt <= 58);
            assert_true(result == SOURCE_BAD || result == SOURCE_OK);
            if (result == SOURCE_BAD)
                continue;
            assert_true(source_name_ok(o.rec.symbol, o.rec.symbol_len));
            assert_true(o.rec.tick.ts_event_ns >= 0);
        }
    }
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trades),       cmocka_unit_test(test_no_receive_time),
        cmocka_unit_test(test_quotes),       cmocka_unit_test(test_no_ticks),
        cmocka_unit_test(test_bad_messages), cmocka_unit_test(test_longer_message),
        cmocka_unit_test(test_options),      cmocka_unit_test(test_levels),
        cmocka_unit_test(test_sessions),     cmocka_unit_test(test_sequence),
        cmocka_unit_test(test_lengths),      cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_mutated),
    };
    return cmocka_run_group_tests_name("iex", tests, NULL, NULL);
}
