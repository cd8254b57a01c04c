/* Captures from the file to ticks: whose datagrams are read, what is passed over, damaged and cut captures. */
#include "packet_help.h"

#define TS INT64_C(1499697226594103034)
#define RECV (RECORD_S * INT64_C(1000000000) + 1000)
#define NOON_NS UINT64_C(43200000000000)
#define SESSION "000010059B"

static struct bytes b;
static struct bytes messages;
static struct bytes payload;

static void begin(void)
{
    b.len = 0;
    add_pcap(&b, false, MAGIC_US, 1);
}

/* Datagrams are made of the messages there are, which are then forgotten. */
static void make_iex(uint16_t protocol, uint64_t sequence, unsigned cnt)
{
    payload.len = 0;
    add_iex_segment(&payload, protocol, 1, sequence, &messages, cnt);
    messages.len = 0;
}

static void make_mold(uint64_t sequence, unsigned cnt)
{
    payload.len = 0;
    add_mold(&payload, SESSION, sequence, cnt, &messages);
    messages.len = 0;
}

/* A capture of three datagrams with five ticks. */
static void add_sample(void)
{
    add_iex_trade(&messages, TS, "AAPL", 100, 1480000, 7);
    add_iex_quote(&messages, TS + 1, "ZIEXT", 100, 250000, 251000, 100);
    make_iex(TOPS, 1, 2);
    add_record(&b, 10378, &payload);
    add_itch_trade(&messages, NOON_NS, 100, 8);
    add_itch_trade(&messages, NOON_NS + 1, 100, 9);
    make_mold(1, 2);
    add_record(&b, 26477, &payload);
    add_iex_level(&messages, '8', true, TS + 2, "AAPL", 100, 1479900);
    make_iex(DEEP, 1, 1);
    add_record(&b, 10378, &payload);
}

static void expect_tick(struct opened *o, uint8_t kind, const char *symbol, const char *venue, uint64_t id)
{
    expect_next(o, SOURCE_OK);
    expect_names(o, symbol, venue);
    assert_int_equal(o->rec.tick.kind, kind);
    assert_int_equal(o->rec.ts_recv_ns, RECV);
    if (kind == TR_TICK_TRADE)
        assert_true(o->rec.tick.id == id && o->rec.tick.ts_recv_ns == RECV);
}

static void test_sample(void **state)
{
    struct opened o = {0};
    (void)state;
    begin();
    add_sample();
    open_capture(&o, &b);
    expect_tick(&o, TR_TICK_TRADE, "AAPL", "iex", 7);
    assert_int_equal(o.rec.tick.ts_event_ns, TS);
    expect_tick(&o, TR_TICK_QUOTE, "ZIEXT", "iex", 0);
    expect_tick(&o, TR_TICK_TRADE, "ABC", "nasdaq", 8);
    assert_true(o.rec.tick.ts_event_ns == INT64_C(1499702400000000000)); /* noon of 2017-07-10 in New York */
    expect_tick(&o, TR_TICK_TRADE, "ABC", "nasdaq", 9);
    expect_tick(&o, TR_TICK_QUOTE, "AAPL", "iex", 0);
    expect_next(&o, SOURCE_END);
    expect_next(&o, SOURCE_END);
    assert_int_equal(o.src.counts.bytes_read, b.len);
    assert_int_equal(o.src.counts.skipped_cnt, 0);
    source_close(&o.src);
}

static void test_options(void **state)
{
    struct opened o = {.src.opt = {.venue = "dark", .date = "2017-01-02"}};
    (void)state;
    begin();
    add_sample();
    open_capture(&o, &b);
    expect_tick(&o, TR_TICK_TRADE, "AAPL", "dark", 7);
    expect_tick(&o, TR_TICK_QUOTE, "ZIEXT", "dark", 0);
    expect_tick(&o, TR_TICK_TRADE, "ABC", "dark", 8);
    assert_true(o.rec.tick.ts_event_ns == INT64_C(1483376400000000000)); /* noon, in winter */
    source_close(&o.src);
    o = (struct opened){.src.opt.date = "yesterday"};
    assert_int_equal(open_bytes(&o, &b), SOURCE_FATAL);
    assert_int_equal(o.src.exit_code, EXIT_CODE_USAGE);
    source_close(&o.src);
}

static void test_detect(void **state)
{
    char why[SOURCE_ERROR_MAX];
    (void)state;
    for (int kind = 0; kind < 6; kind++) {
        b.len = 0;
        if (kind < 2)
            add_section(&b, kind);
        else
            add_pcap(&b, kind % 2, kind / 2 == 1 ? MAGIC_US : MAGIC_NS, 1);
        for (size_t len = 4; len <= b.len; len++) {
            const struct source_ops *ops = source_detect((char *)b.at, len, why);
            assert_non_null(ops);
            assert_string_equal(ops->name, "pcap");
        }
    }
    assert_null(source_detect("\n\r\r\nts,symbol", 3, why));
    assert_string_equal(source_detect("\n\r\n\nts,symbol\n", 14, why)->name, "csv");
}

/* Packets that are none of ours. */
static void test_passed_over(void **state)
{
    struct opened o = {0};
    (void)state;
    begin();
    add_record_head(&b, false, 1, 0, 14 + 20, 14 + 20);
    add_ethernet(&b, 0x0800);
    add_ipv4(&b, 6, 0);
    payload.len = 0;
    add_text(&payload, "who are you?");
    add_record(&b, 53, &payload);
    add_record(&b, 53, &payload);
    b.at[b.len - 12 - 28 + 6] = 0x20; /* more fragments */
    add_iex_trade(&messages, TS, "AAPL", 100, 1480000, 7);
    make_iex(0x8005, 1, 1);
    add_record(&b, 10378, &payload);
    payload.at[2] = 3;
    add_record(&b, 10378, &payload);
    b.at[b.len - payload.len - PACKET_HEADERS_LEN - 4]++; /* one byte more on the wire */
    add_record(&b, 10378, &payload);
    open_capture(&o, &b);
    expect_tick(&o, TR_TICK_TRADE, "AAPL", "iex", 7);
    expect_next(&o, SOURCE_END);
    assert_int_equal(o.src.counts.skipped_cnt, 5);
    assert_int_equal(note_cnt(&o.src, "datagram of no known protocol"), 1);
    assert_int_equal(note_cnt(&o.src, "fragment of a datagram"), 1);
    assert_int_equal(note_cnt(&o.src, "IEX-TP datagram with messages that are not read"), 1);
    assert_int_equal(note_cnt(&o.src, "packet cut short by the capture"), 1);
    source_close(&o.src);
}

/* A malformed packet or datagram is told with its place, and the next is read. */
static void test_bad_packets(void **state)
{
    struct opened o = {0};
    char place[32];
    (void)state;
    begin();
    add_iex_trade(&messages, TS, "AAPL", 100, 1480000, 7);
    make_iex(TOPS, 1, 1);
    add_record(&b, 10378, &payload);
    b.at[24 + 16 + 14]--; /* IP version and header length */
    add_record(&b, 10378, &payload);
    size_t segment_at = b.len - payload.len;
    b.at[segment_at + 14] = 2;
    add_itch_trade(&messages, NOON_NS, 100, 8);
    make_mold(1, 1);
    add_record(&b, 26477, &payload);
    payload.at[21]--;
    add_record(&b, 26477, &payload);
    size_t mold_at = b.len - payload.len;
    add_record(&b, 26478, &payload);
    open_capture(&o, &b);
    expect_bad(&o, "@54: ", "packet: not an IPv4 header");
    snprintf(place, sizeof(place), "@%zu: ", segment_at + 80);
    expect_bad(&o, place, "message 2 of 2 goes beyond");
    expect_tick(&o, TR_TICK_TRADE, "ABC", "nasdaq", 8);
    snprintf(place, sizeof(place), "@%zu: ", mold_at);
    expect_bad(&o, place, "MoldUDP64 packet do not fill it");
    expect_next(&o, SOURCE_END);
    assert_int_equal(o.src.bad[0].cnt, 3);
    assert_int_equal(note_cnt(&o.src, "datagram of no known protocol"), 1);
    source_close(&o.src);
}

static void test_links(void **state)
{
    struct opened o = {0};
    (void)state;
    b.len = 0;
    add_pcap(&b, false, MAGIC_US, 105);
    assert_int_equal(open_bytes(&o, &b), SOURCE_FATAL);
    expect_error(&o, ": ", "link type 105, which is not read");
    assert_int_equal(o.src.exit_code, EXIT_CODE_DATA);
    o = (struct opened){0};
    b.len = 0;
    add_section(&b, false);
    add_interface(&b, false, 105, 0, NULL);
    add_interface(&b, false, 228, 0, NULL);
    add_iex_trade(&messages, TS, "AAPL", 100, 1480000, 7);
    make_iex(TOPS, 1, 1);
    static struct bytes packet;
    packet.len = 0;
    add_packet(&packet, 10378, &payload);
    uint64_t t = RECV / 1000;
    add_enhanced(&b, false, 0, t, packet.len, packet.at, packet.len);
    add_enhanced(&b, false, 1, t, packet.len - 14, packet.at + 14, packet.len - 14);
    open_capture(&o, &b);
    expect_tick(&o, TR_TICK_TRADE, "AAPL", "iex", 7);
    expect_next(&o, SOURCE_END);
    assert_int_equal(o.src.counts.skipped_cnt, 1);
    assert_int_equal(note_cnt(&o.src, "packet of a link type that is not read"), 1);
    source_close(&o.src);
}

/* Everything whole before the cut comes. */
static void test_cut(void **state)
{
    static struct bytes all;
    size_t end[4];
    static const size_t tick_cnt[4] = {0, 2, 4, 5};
    (void)state;
    begin();
    add_sample();
    all = b;
    for (size_t at = end[0] = 24, i = 1; i < 4; i++)
        end[i] = at += 16 + all.at[at + 8] + (size_t)all.at[at + 9] * 256;
    assert_int_equal(end[3], all.len);
    for (b.len = 24; b.len <= all.len; b.len++) {
        struct opened o = {0};
        size_t record = 0;
        while (record < 3 && end[record + 1] <= b.len)
            record++;
        open_capture(&o, &b);
        for (size_t i = 0; i < tick_cnt[record]; i++)
            expect_next(&o, SOURCE_OK);
        char place[32];
        snprintf(place, sizeof(place), "@%zu: ", end[record]);
        if (b.len == end[record])
            expect_next(&o, SOURCE_END);
        else
            expect_fatal(&o, EXIT_CODE_DATA, place, "the last packet is cut");
        source_close(&o.src);
    }
}

/* Reads to the end, past all that is bad; a sum over all that was handed out. */
static uint64_t sum_of_ticks(struct opened *o, size_t *tick_cnt)
{
    uint64_t sum = 0;
    enum source_result result;
    *tick_cnt = 0;
    while ((result = next(o)) != SOURCE_END && result != SOURCE_FATAL) {
        if (result != SOURCE_OK)
            continue;
        assert_true(++*tick_cnt <= b.len);
        assert_true(source_name_ok(o->rec.symbol, o->rec.symbol_len));
        assert_true(o->rec.tick.ts_event_ns >= 0);
        assert_true(o->rec.tick.kind == TR_TICK_TRADE || o->rec.tick.kind == TR_TICK_QUOTE);
        uint64_t word[7];
        memcpy(word, &o->rec.tick, sizeof(word));
        for (size_t i = 0; i < 7; i++)
            sum = (sum ^ word[i]) * UINT64_C(0x100000001B3);
        for (size_t i = 0; i < o->rec.symbol_len; i++)
            sum = (sum ^ (unsigned char)o->rec.symbol[i]) * UINT64_C(0x100000001B3);
    }
    return result == SOURCE_END ? sum : sum + 1;
}

/* A reader that hands out one byte at a time, and is interrupted before each. */
static ssize_t read_interrupted(struct input *in, void *buf, size_t len)
{
    static bool interrupt;
    interrupt = !interrupt;
    if (interrupt) {
        errno = EINTR;
        return -1;
    }
    size_t n = in->bytes_len > 0 && len > 0;
    memcpy(buf, in->bytes, n);
    in->bytes += n;
    in->bytes_len -= n;
    return (ssize_t)n;
}

static void test_interrupted(void **state)
{
    (void)state;
    for (int is_ng = 0; is_ng < 2; is_ng++) {
        struct opened whole = {0};
        struct opened pieces = {0};
        size_t whole_cnt;
        size_t pieces_cnt;
        begin();
        if (is_ng) {
            b.len = 0;
            add_section(&b, true);
            add_interface(&b, true, 1, 0, NULL);
            size_t at = block_begin(&b, true, 99); /* passed over in pieces */
            add_text(&b, "0123456789");
            block_end(&b, true, at);
            static struct bytes packet;
            packet.len = 0;
            add_iex_trade(&messages, TS, "AAPL", 100, 1480000, 7);
            make_iex(TOPS, 1, 1);
            add_packet(&packet, 10378, &payload);
            add_enhanced(&b, true, 0, 1, packet.len, packet.at, packet.len);
        } else {
            add_sample();
        }
        open_capture(&whole, &b);
        give_bytes(&pieces, &b);
        pieces.src.input.read = read_interrupted;
        enum source_result result;
        do
            result = source_open(&pieces.src, NULL);
        while (result == SOURCE_AGAIN);
        assert_int_equal(result, SOURCE_OK);
        assert_string_equal(pieces.src.ops->name, "pcap");
        assert_true(sum_of_ticks(&whole, &whole_cnt) == sum_of_ticks(&pieces, &pieces_cnt));
        assert_int_equal(whole_cnt, is_ng ? 1 : 5);
        assert_int_equal(pieces_cnt, whole_cnt);
        source_close(&whole.src);
        source_close(&pieces.src);
    }
}

static void test_rewind(void **state)
{
    struct opened o = {0};
    size_t cnt;
    (void)state;
    begin();
    add_sample();
    assert_int_equal(open_text_as(&o, NULL, (char *)b.at, b.len), SOURCE_OK);
    uint64_t sum = sum_of_ticks(&o, &cnt);
    assert_int_equal(source_rewind(&o.src), 0);
    expect_next(&o, SOURCE_OK); /* in the middle of a datagram */
    assert_int_equal(source_rewind(&o.src), 0);
    assert_true(sum_of_ticks(&o, &cnt) == sum);
    assert_int_equal(cnt, 5);
    close_text(&o);
}

static void read_changed(const struct bytes *changed)
{
    struct opened o = {0};
    size_t cnt;
    enum source_result result = open_bytes(&o, changed);
    if (result == SOURCE_OK)
        sum_of_ticks(&o, &cnt);
    else
        assert_int_equal(result, changed->len == 0 ? SOURCE_END : SOURCE_FATAL);
    source_close(&o.src);
}

static void test_flipped(void **state)
{
    static struct bytes flipped;
    (void)state;
    begin();
    add_sample();
    for (size_t bit = 0; bit < b.len * 8; bit++) {
        flipped.len = b.len;
        memcpy(flipped.at, b.at, b.len);
        flipped.at[bit / 8] ^= (unsigned char)(1 << bit % 8);
        read_changed(&flipped);
    }
}

static void test_mutated(void **state)
{
    static struct bytes changed;
    uint64_t random = help_seed();
    (void)state;
    begin();
    add_sample();
    for (int i = 0; i < HELP_FUZZ_CNT; i++) {
        memcpy(changed.at, b.at, b.len);
        changed.len = help_mutate(&random, (char *)changed.at, b.len, b.len + 16);
        read_changed(&changed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sample),      cmocka_unit_test(test_options),     cmocka_unit_test(test_detect),
        cmocka_unit_test(test_passed_over), cmocka_unit_test(test_bad_packets), cmocka_unit_test(test_links),
        cmocka_unit_test(test_cut),         cmocka_unit_test(test_interrupted), cmocka_unit_test(test_rewind),
        cmocka_unit_test(test_flipped),     cmocka_unit_test(test_mutated),
    };
    return cmocka_run_group_tests_name("source_pcap", tests, NULL, NULL);
}
