/* Real captures against what is known of them. */
#include "packet_help.h"

#include "feed/capture/capture.h"
#include "feed/capture/datagram.h"

static void open_real(struct opened *o, const char *name)
{
    help_real(o->path, name);
    o->src.path = o->path;
    assert_int_equal(source_open(&o->src, NULL), SOURCE_OK);
    assert_string_equal(o->src.ops->name, "pcap");
}

#define UNKNOWN SIZE_MAX

struct symbol_facts {
    const char *name;
    size_t trades;
    size_t quotes;
    int64_t volume;
    __int128 notional; /* at 1e-9 */
    size_t lacking; /* quotes without a side, or both */
};

static void sum_up(struct symbol_facts *sum, const struct source_record *rec)
{
    const struct tr_tick *tick = &rec->tick;
    if (sum->name != NULL
        && (rec->symbol_len != strlen(sum->name) || memcmp(rec->symbol, sum->name, rec->symbol_len) != 0))
        return;
    if (tick->kind == TR_TICK_TRADE) {
        sum->trades++;
        sum->volume += tick->size_qty / TR_PX_SCALE;
        sum->notional += (__int128)tick->price_px * (tick->size_qty / TR_PX_SCALE);
    } else {
        sum->quotes++;
        sum->lacking += (tick->flags & (TR_TICK_NO_BID | TR_TICK_NO_ASK)) != 0;
    }
}

static void test_real_tops(void **state)
{
    static const struct symbol_facts facts[] = {
        {NULL, 6390, 27217, 1427907, (__int128)69394276820 * 1000000, UNKNOWN},
        {"ELLO", 349, 0, 76160, (__int128)767175945 * 1000000, UNKNOWN},
        {"TWO", 338, 201, 76687, (__int128)702303505 * 1000000, 71},
        {"IRS", 328, 201, 71864, (__int128)813840410 * 1000000, 47},
        {"PPP", 313, 203, 70454, (__int128)380963760 * 1000000, 86},
    };
    struct symbol_facts sum[5] = {{0}};
    struct tr_tick first = {0};
    struct tr_tick last = {0};
    struct opened o = {0};
    enum source_result result;
    (void)state;
#ifndef HAVE_ZLIB
    print_message("skipped: this build does not read gzip\n");
    skip();
#endif
    for (size_t i = 0; i < 5; i++)
        sum[i].name = facts[i].name;
    open_real(&o, "iex/TOPS16.pcapng.gz");
    while ((result = next(&o)) == SOURCE_OK) {
        for (size_t i = 0; i < 5; i++)
            sum_up(&sum[i], &o.rec);
        if (o.rec.tick.kind != TR_TICK_TRADE)
            continue;
        first = first.ts_event_ns == 0 ? o.rec.tick : first;
        last = o.rec.tick;
        assert_true(o.rec.ts_recv_ns > 1499697155000000000 && o.rec.ts_recv_ns < 1499697522000000000);
    }
    assert_int_equal(result, SOURCE_END);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(sum[i].trades, facts[i].trades);
        if (facts[i].lacking != UNKNOWN) {
            assert_int_equal(sum[i].quotes, facts[i].quotes);
            assert_int_equal(sum[i].lacking, facts[i].lacking);
        }
        assert_int_equal(sum[i].volume, facts[i].volume);
        assert_true(sum[i].notional == facts[i].notional);
    }
    assert_int_equal(sum[0].quotes, facts[0].quotes);
    assert_true(first.price_px == 148910000000 && first.ts_event_ns == 1499697226594103034);
    assert_true(last.price_px == 364950000000 && last.ts_event_ns == 1499697513221278698);
    /* S 6, P 7802, O 7801, H 7803, D 10, A 642, B 3 */
    assert_int_equal(o.src.counts.skipped_cnt, 6 + 7802 + 7801 + 7803 + 10 + 642 + 3);
    assert_int_equal(note_cnt(&o.src, "IEX trade break"), 3);
    assert_null(o.src.note[1].kind); /* no gaps, nothing unknown */
    source_close(&o.src);
}

/* The types of the messages of each packet, as they lie in it. */
static void list_types(struct opened *o, char *types)
{
    static struct capture capture;
    struct capture_packet packet;
    enum source_result result;
    capture = (struct capture){.is_ng = false};
    assert_int_equal(input_rewind(&o->src.input), 0);
    assert_int_equal(capture_open(&capture, &o->src), 0);
    while ((result = capture_next(&capture, &o->src, &packet)) == SOURCE_OK) {
        struct datagram datagram;
        assert_int_equal(datagram_find(packet.link, packet.bytes, packet.len, &datagram), DATAGRAM_OK);
        for (size_t at = 20; at < datagram.len; at += 2u + datagram.payload[at + 1])
            *types++ = (char)datagram.payload[at + 2];
        *types++ = ' ';
    }
    *types = '\0';
    assert_int_equal(result, SOURCE_END);
}

static void test_real_itch(void **state)
{
    static const struct {
        const char *name;
        const char *types;
        size_t trades;
    } facts[] = {
        {"AddOrderNoMPID", "A A A A A ", 0},
        {"AddOrderWithMPID", "F F F F F ", 0},
        {"CrossTrade", "Q Q Q Q Q ", 2},
        {"Multiple.Packets", "D AAAAAAAAFAAAAFAAAAAAAAAAAAAAAAAAAAAAAA ", 0},
        {"NonCrossTrade", "P P P P P ", 5},
        {"OrderCancel", "X X X X X ", 0},
        {"OrderDelete", "D D D D D ", 0},
        {"OrderExecuted", "E E E E E ", 0},
        {"OrderExecutedWithPrice", "C C C C C ", 3},
        {"OrderReplace", "U U U U U ", 0},
        {"SystemEvent", "S ", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
        struct opened o = {0};
        char name[64];
        char types[1000];
        size_t trades = 0;
        enum source_result result;
        snprintf(name, sizeof(name), "itch_pcap/%s.pcap", facts[i].name);
        open_real(&o, name);
        while ((result = next(&o)) == SOURCE_OK) {
            trades += o.rec.tick.kind == TR_TICK_TRADE;
            assert_memory_equal(o.rec.venue, "nasdaq", 6);
            /* The packets were captured within a second of their messages. */
            int64_t late_ns = o.rec.ts_recv_ns - o.rec.tick.ts_event_ns;
            assert_true(late_ns > -1000000000 && late_ns < 1000000000);
        }
        assert_int_equal(result, SOURCE_END);
        assert_int_equal(trades, facts[i].trades);
        list_types(&o, types);
        assert_string_equal(types, facts[i].types);
        source_close(&o.src);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_real_tops),
        cmocka_unit_test(test_real_itch),
    };
    return cmocka_run_group_tests_name("pcap_facts", tests, NULL, NULL);
}
