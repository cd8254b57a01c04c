/* MoldUDP64 packets: what is one, sessions with their days and books, numbers, and damaged ones. */
#include "packet_help.h"

#include "feed/capture/mold.h"

#define OFFSET 1000
#define PORT 26477
#define SESSION "000010059B"
#define HOUR_NS (INT64_C(3600) * 1000000000)
#define NOON_NS UINT64_C(43200000000000)
#define DAY_20230822_NS (INT64_C(19591) * 24 * HOUR_NS)
#define RECV (DAY_20230822_NS + 16 * HOUR_NS)

static struct opened o;
static struct mold *mold;
static struct bytes messages;
static struct bytes packet;
static unsigned char *payload; /* of its own size, so that a read behind it is seen */

static void begin_with(const struct source_identity *id)
{
    o.path[0] = 'x';
    o.src.input.name = "x";
    o.src.path = "x";
    mold = mold_new(&o.src, id);
    assert_non_null(mold);
    messages.len = 0;
}

static void begin(void)
{
    begin_with(&(struct source_identity){.venue = "nasdaq", .venue_len = 6});
}

static void end(void)
{
    mold_free(mold);
    free(payload);
    payload = NULL;
    o = (struct opened){0};
}

static enum mold_kind kind_of(size_t len, uint16_t port)
{
    free(payload);
    payload = malloc(len > 0 ? len : 1);
    memcpy(payload, packet.at, len);
    return mold_kind(mold, payload, len, port);
}

static enum source_result send_packet(int64_t ts_recv_ns)
{
    assert_int_equal(kind_of(packet.len, PORT), MOLD_PACKET);
    return mold_begin(mold, payload, packet.len, PORT, OFFSET, ts_recv_ns);
}

/* Sends the messages, which are then forgotten. */
static void send_messages(const char *session, uint64_t sequence, unsigned cnt, int64_t ts_recv_ns)
{
    packet.len = 0;
    add_mold(&packet, session, sequence, cnt, &messages);
    assert_int_equal(send_packet(ts_recv_ns), SOURCE_OK);
    messages.len = 0;
}

static void expect_trade(uint64_t id, int64_t ts_ns)
{
    enum source_result result = mold_next(mold, &o.rec);
    if (result == SOURCE_BAD || result == SOURCE_FATAL)
        print_error("%s\n", o.src.error);
    assert_int_equal(result, SOURCE_OK);
    assert_int_equal(o.rec.tick.kind, TR_TICK_TRADE);
    assert_int_equal(o.rec.tick.id, id);
    assert_true(o.rec.tick.price_px == 1234500000);
    assert_true(o.rec.tick.ts_event_ns == ts_ns);
    expect_names(&o, "ABC", "nasdaq");
}

static void expect_end(void)
{
    assert_int_equal(mold_next(mold, &o.rec), SOURCE_END);
    assert_int_equal(mold_next(mold, &o.rec), SOURCE_END);
}

static void test_messages(void **state)
{
    (void)state;
    begin();
    add_itch_trade(&messages, NOON_NS, 100, 11);
    add_be(&messages, 0, 2);
    add_itch_trade(&messages, NOON_NS + 1, 100, 12);
    send_messages(SESSION, 1, 3, RECV + 5);
    expect_trade(11, RECV);
    assert_true(o.rec.ts_recv_ns == RECV + 5 && o.rec.tick.ts_recv_ns == RECV + 5);
    assert_int_equal(o.rec.tick.flags, TR_TICK_HAS_RECV);
    expect_trade(12, RECV + 1);
    expect_end();
    assert_int_equal(note_cnt(&o.src, "empty message of MoldUDP64"), 1);
    end();
}

/* A bad message makes none of the others bad. */
static void test_bad_message(void **state)
{
    (void)state;
    begin();
    add_itch_trade(&messages, NOON_NS, 100, 11);
    add_be(&messages, 3, 2);
    add_text(&messages, "Pxx");
    add_itch_trade(&messages, NOON_NS, 100, 12);
    send_messages(SESSION, 1, 3, RECV);
    expect_trade(11, RECV);
    assert_int_equal(mold_next(mold, &o.rec), SOURCE_BAD);
    expect_error(&o, "@1068: ", "3 bytes");
    expect_trade(12, RECV);
    expect_end();
    end();
}

static void test_kinds(void **state)
{
    (void)state;
    begin();
    add_itch_trade(&messages, NOON_NS, 100, 11);
    add_itch_trade(&messages, NOON_NS, 100, 12);
    packet.len = 0;
    add_mold(&packet, SESSION, 1, 2, &messages);
    assert_int_equal(kind_of(packet.len, PORT), MOLD_PACKET);
    for (size_t len = 0; len < packet.len; len++)
        assert_int_equal(kind_of(len, PORT), MOLD_NONE);
    packet.at[packet.len] = 0;
    assert_int_equal(kind_of(packet.len + 1, PORT), MOLD_NONE);
    packet.at[19] = 1;
    assert_int_equal(kind_of(packet.len, PORT), MOLD_NONE);
    packet.at[19] = 0;
    assert_int_equal(kind_of(packet.len, PORT), MOLD_NONE);
    assert_int_equal(kind_of(20, PORT), MOLD_PACKET);
    packet.at[19] = 3;
    assert_int_equal(kind_of(packet.len, PORT), MOLD_NONE);
    put(packet.at + 18, true, 0xFFFF, 2);
    assert_int_equal(kind_of(20, PORT), MOLD_PACKET);
    assert_int_equal(kind_of(21, PORT), MOLD_NONE);
    end();
}

/* Of a session that is known, on its port, what does not fit is damaged rather than something else. */
static void test_damaged(void **state)
{
    (void)state;
    begin();
    add_itch_trade(&messages, NOON_NS, 100, 11);
    send_messages(SESSION, 1, 1, RECV);
    packet.at[21]--;
    assert_int_equal(kind_of(packet.len, PORT), MOLD_DAMAGED);
    assert_int_equal(kind_of(packet.len, PORT + 1), MOLD_NONE);
    assert_int_equal(kind_of(20, PORT), MOLD_DAMAGED);
    assert_int_equal(kind_of(19, PORT), MOLD_NONE);
    packet.at[0] = 'x';
    assert_int_equal(kind_of(packet.len, PORT), MOLD_NONE);
    end();
}

static void test_sequence(void **state)
{
    static const uint64_t first[] = {5, 6, 8, 7, 9, 9};
    (void)state;
    begin();
    send_messages(SESSION, 5, 0, RECV); /* a heartbeat */
    expect_end();
    for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++) {
        add_itch_trade(&messages, NOON_NS, 100, i);
        send_messages(SESSION, first[i], 1, RECV);
        expect_trade(i, RECV);
        expect_end();
    }
    send_messages(SESSION, 10, 0xFFFF, RECV);
    send_messages(SESSION, 10, 0, RECV);
    assert_int_equal(note_cnt(&o.src, "MoldUDP64 sequence gap: messages are missing"), 1);
    assert_int_equal(note_cnt(&o.src, "MoldUDP64 sequence going back: messages come again or late"), 2);
    end();
}

static void expect_day(int64_t ts_recv_ns, int64_t day, int64_t behind_utc_hours)
{
    begin();
    add_itch_trade(&messages, NOON_NS, 100, 1);
    send_messages(SESSION, 1, 1, ts_recv_ns);
    expect_trade(1, day * 24 * HOUR_NS + (12 + behind_utc_hours) * HOUR_NS);
    expect_end();
    end();
}

/* The day is that of New York's clocks when the packet was captured. */
static void test_day_of_capture(void **state)
{
    const int64_t august = DAY_20230822_NS;
    const int64_t january = INT64_C(19737) * 24 * HOUR_NS; /* 2024-01-15 */
    (void)state;
    expect_day(august + 16 * HOUR_NS, 19591, 4);
    expect_day(august + 4 * HOUR_NS, 19591, 4);
    expect_day(august + 4 * HOUR_NS - 1, 19590, 4);
    expect_day(august + 28 * HOUR_NS - 1, 19591, 4);
    expect_day(january + 5 * HOUR_NS, 19737, 5);
    expect_day(january + 5 * HOUR_NS - 1, 19736, 5);
    expect_day(january + 4 * HOUR_NS, 19736, 5);
    expect_day(january, 19736, 5);
}

static void test_day_given(void **state)
{
    (void)state;
    begin_with(&(struct source_identity){
        .venue = "nasdaq", .venue_len = 6, .has_day = true, .day_ns = INT64_C(19737) * 24 * HOUR_NS});
    add_itch_trade(&messages, NOON_NS, 100, 1);
    send_messages(SESSION, 1, 1, RECV);
    expect_trade(1, INT64_C(19737) * 24 * HOUR_NS + 17 * HOUR_NS);
    end();
    begin(); /* nothing tells the day */
    add_itch_trade(&messages, NOON_NS, 100, 1);
    send_messages(SESSION, 1, 1, 0);
    assert_int_equal(mold_next(mold, &o.rec), SOURCE_OK);
    assert_true(o.rec.tick.ts_event_ns < 24 * HOUR_NS);
    assert_int_equal(o.rec.tick.flags, 0);
    assert_int_equal(note_cnt(&o.src, "no date: times count from 1970-01-01, give --date"), 1);
    end();
}

/* An order of 100 shares at 1.2345, reference 1. */
static void add_order(void)
{
    add_be(&messages, 36, 2);
    add_text(&messages, "A");
    add_be(&messages, 7, 2);
    add_be(&messages, 0, 2);
    add_be(&messages, NOON_NS, 6);
    add_be(&messages, 1, 8);
    add_text(&messages, "B");
    add_be(&messages, 100, 4);
    add_text(&messages, "ABC     ");
    add_be(&messages, 12345, 4);
}

static void add_execution(uint64_t match)
{
    add_be(&messages, 31, 2);
    add_text(&messages, "E");
    add_be(&messages, 7, 2);
    add_be(&messages, 0, 2);
    add_be(&messages, NOON_NS, 6);
    add_be(&messages, 1, 8);
    add_be(&messages, 10, 4);
    add_be(&messages, match, 8);
}

static size_t read_all(size_t *trade_cnt)
{
    size_t cnt = 0;
    *trade_cnt = 0;
    while (mold_next(mold, &o.rec) == SOURCE_OK) {
        cnt++;
        *trade_cnt += o.rec.tick.kind == TR_TICK_TRADE;
    }
    expect_end();
    return cnt;
}

/* Orders are of their session, and gone with its end. */
static void test_sessions(void **state)
{
    size_t trade_cnt;
    (void)state;
    begin();
    add_order();
    send_messages(SESSION, 1, 1, RECV);
    assert_int_equal(read_all(&trade_cnt), 1);
    assert_int_equal(o.rec.tick.kind, TR_TICK_QUOTE);
    assert_true(o.rec.ts_recv_ns == RECV && o.rec.tick.flags == TR_TICK_NO_ASK);
    assert_true(o.rec.tick.bid_qty == 100000000000 && o.rec.tick.ask_px == 0 && o.rec.tick.ask_qty == 0);
    add_execution(5);
    send_messages("session  2", 1, 1, RECV);
    assert_int_equal(read_all(&trade_cnt), 0);
    add_execution(5);
    send_messages(SESSION, 2, 1, RECV);
    assert_int_equal(read_all(&trade_cnt), 2);
    assert_int_equal(trade_cnt, 1);
    send_messages(SESSION, 3, 0xFFFF, RECV);
    send_messages(SESSION, 3, 0xFFFF, RECV);
    add_execution(6);
    send_messages(SESSION, 3, 1, RECV);
    assert_int_equal(read_all(&trade_cnt), 0);
    end();
}

static void test_many_sessions(void **state)
{
    char session[11] = "session ..";
    (void)state;
    begin();
    for (int i = 0; i < 3 * MOLD_SESSION_MAX; i++) { /* those that end leave their places */
        session[8] = (char)('A' + i);
        add_order();
        send_messages(session, 1, 1, RECV);
        assert_int_equal(mold_next(mold, &o.rec), SOURCE_OK);
        send_messages(session, 2, 0xFFFF, RECV);
    }
    session[8] = '.';
    for (int i = 0; i <= MOLD_SESSION_MAX; i++) {
        session[9] = (char)('A' + i);
        packet.len = messages.len = 0;
        add_order();
        add_mold(&packet, session, 1, 1, &messages);
        assert_int_equal(send_packet(RECV), i < MOLD_SESSION_MAX ? SOURCE_OK : SOURCE_FATAL);
    }
    expect_error(&o, ": ", "more than 16 sessions");
    assert_int_equal(o.src.exit_code, EXIT_CODE_TEMPFAIL);
    expect_end();
    end();
    mold_free(NULL);
}

static void test_mutated(void **state)
{
    uint64_t random = help_seed();
    (void)state;
    begin();
    for (int i = 0; i < HELP_FUZZ_CNT; i++) {
        messages.len = packet.len = 0;
        add_order();
        add_itch_trade(&messages, NOON_NS, 100, 1);
        add_execution(1);
        add_mold(&packet, SESSION, 1, 3, &messages);
        size_t len = help_mutate(&random, (char *)packet.at, packet.len, packet.len + 8);
        memcpy(packet.at, SESSION, 10); /* sessions are bounded */
        if (kind_of(len, PORT) != MOLD_PACKET)
            continue;
        assert_int_equal(mold_begin(mold, payload, len, PORT, OFFSET, RECV), SOURCE_OK);
        enum source_result result;
        int cnt = 0;
        while ((result = mold_next(mold, &o.rec)) != SOURCE_END) {
            assert_true(++cnt <= 20);
            if (result != SOURCE_FATAL)
                continue;
            assert_int_equal(o.src.exit_code, EXIT_CODE_TEMPFAIL); /* a table of ITCH is full */
            end();
            begin();
            break;
        }
    }
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_messages),      cmocka_unit_test(test_bad_message),
        cmocka_unit_test(test_kinds),         cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_sequence),      cmocka_unit_test(test_day_of_capture),
        cmocka_unit_test(test_day_given),     cmocka_unit_test(test_sessions),
        cmocka_unit_test(test_many_sessions), cmocka_unit_test(test_mutated),
    };
    return cmocka_run_group_tests_name("mold", tests, NULL, NULL);
}
