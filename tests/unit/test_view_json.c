/* The JSON of a snapshot, byte for byte: its keys are a contract. */
#include "snapshot_help.h"

#include "monitor/view/sort.h"
#include "monitor/view/view.h"

static struct snapshot snap;

static const char *shown(void)
{
    struct out *out = capture_out();
    view_json.show(out, &snap);
    return capture_out_end(out);
}

static const char whole[] =
    "{\"ring\":\"ticks\",\"slots\":1024,\"record_size\":64,\"state\":\"open\",\"created_ns\":"
    "1723161255342000000,"
    "\"producers\":["
    "{\"name\":\"binance\",\"pid\":4001,\"alive\":true,\"closed\":false,\"state\":\"open\",\"epoch\":1,"
    "\"published\":1234567,"
    "\"rate\":20000.4,\"dropped\":3,\"blocked_ns\":2500000000,\"stalls\":17,"
    "\"blocked_by\":{\"signals\":100000000,\"slow-one\":2400000000,\"screen\":0}},"
    "{\"name\":\"kraken\",\"pid\":4002,\"alive\":false,\"closed\":true,\"state\":\"closed\",\"epoch\":2,"
    "\"published\":10,"
    "\"rate\":0.0,\"dropped\":0,\"blocked_ns\":0,\"stalls\":0,"
    "\"blocked_by\":{\"signals\":0,\"slow-one\":0,\"screen\":0}}],"
    "\"consumers\":["
    "{\"id\":\"signals\",\"pid\":5001,\"alive\":true,\"done\":false,\"state\":\"reading\",\"policy\":"
    "\"reliable\","
    "\"start\":{\"binance\":4,\"kraken\":2},\"cursor\":{\"binance\":1234567,\"kraken\":10},"
    "\"lag\":0,\"lag_ns\":0,\"lag_market_ns\":0,\"high_water\":92,\"high_water_ns\":1723161255000001000,"
    "\"rate\":20000.4,"
    "\"delivered\":1234571,\"lost\":0,\"evicted\":0,"
    "\"event_ns\":{\"count\":100,\"p50\":2015232,\"p90\":2015232,\"p99\":2015232,\"p999\":44564480,"
    "\"p9999\":44564480,\"max\":45000000},"
    "\"latency_ns\":{\"count\":100,\"p50\":40,\"p90\":40,\"p99\":40,\"p999\":462848,\"p9999\":462848,\"max\":"
    "464000},"
    "\"service_ns\":{\"count\":4,\"mean\":60,\"p50\":60,\"p99\":61,\"max\":61},"
    "\"busy_ns\":11,\"idle_ns\":12,\"blocked_ns\":13,\"lanes\":["
    "{\"producer\":\"binance\",\"published\":1234563,\"delivered\":1234563,\"lost\":0,\"in_flight\":0,"
    "\"balanced\":true,\"gaps\":[]},"
    "{\"producer\":\"kraken\",\"published\":8,\"delivered\":8,\"lost\":0,\"in_flight\":0,"
    "\"balanced\":true,\"gaps\":[]}]},"
    "{\"id\":\"slow-one\",\"pid\":5002,\"alive\":true,\"done\":false,\"state\":\"reading\",\"policy\":"
    "\"reliable\","
    "\"start\":{\"binance\":0},\"cursor\":{\"binance\":1233552},"
    "\"lag\":1015,\"lag_ns\":1350000000,\"lag_market_ns\":1400000000,\"high_water\":1020,\"high_water_ns\":0,"
    "\"rate\":6650.0,"
    "\"delivered\":1233552,\"lost\":0,\"evicted\":0,"
    "\"event_ns\":{\"count\":0,\"p50\":0,\"p90\":0,\"p99\":0,\"p999\":0,\"p9999\":0,\"max\":0},"
    "\"latency_ns\":{\"count\":0,\"p50\":0,\"p90\":0,\"p99\":0,\"p999\":0,\"p9999\":0,\"max\":0},"
    "\"service_ns\":{\"count\":0,\"mean\":0,\"p50\":0,\"p99\":0,\"max\":0},"
    "\"busy_ns\":0,\"idle_ns\":0,\"blocked_ns\":0,\"lanes\":["
    "{\"producer\":\"binance\",\"published\":1234567,\"delivered\":1233552,\"lost\":0,\"in_flight\":1015,"
    "\"balanced\":true,\"gaps\":[]}]},"
    "{\"id\":\"screen\",\"pid\":5003,\"alive\":false,\"done\":true,\"state\":\"left\",\"policy\":\"lossy\","
    "\"start\":{\"binance\":0},\"cursor\":{\"binance\":100},"
    "\"lag\":1234467,\"lag_ns\":0,\"lag_market_ns\":0,\"high_water\":0,\"high_water_ns\":0,\"rate\":0.0,"
    "\"delivered\":90,\"lost\":10,\"evicted\":2,"
    "\"event_ns\":{\"count\":0,\"p50\":0,\"p90\":0,\"p99\":0,\"p999\":0,\"p9999\":0,\"max\":0},"
    "\"latency_ns\":{\"count\":0,\"p50\":0,\"p90\":0,\"p99\":0,\"p999\":0,\"p9999\":0,\"max\":0},"
    "\"service_ns\":{\"count\":0,\"mean\":0,\"p50\":0,\"p99\":0,\"max\":0},"
    "\"busy_ns\":0,\"idle_ns\":0,\"blocked_ns\":0,\"lanes\":["
    "{\"producer\":\"binance\",\"published\":1234567,\"delivered\":90,\"lost\":10,\"in_flight\":1234467,"
    "\"balanced\":true,\"gaps\":[{\"from\":40,\"to\":46,\"at_ns\":1723161285000000000},"
    "{\"from\":60,\"to\":62,\"at_ns\":1723161286000000000}]}]}],"
    "\"ledger\":{\"published\":1234577,\"balanced\":true},\"level\":\"CRIT\","
    "\"warnings\":[\"consumer slow-one is behind\",\"a second one\"]}\n";

static void test_whole(void **state)
{
    (void)state;
    snapshot_fill(&snap);
    const char *text = shown();
    if (strcmp(text, whole) != 0)
        print_error("%s", text);
    assert_string_equal(text, whole);
}

static void test_nobody(void **state)
{
    (void)state;
    memset(&snap, 0, sizeof snap);
    strcpy(snap.view.ring, "ticks");
    snap.view.slot_cnt = 4;
    snap.view.record_len = 64;
    snap.state = RING_STALE;
    snap.balanced = true;
    assert_string_equal(shown(),
                        "{\"ring\":\"ticks\",\"slots\":4,\"record_size\":64,\"state\":\"stale\","
                        "\"created_ns\":0,\"producers\":[],\"consumers\":[],"
                        "\"ledger\":{\"published\":0,\"balanced\":true},\"level\":\"OK\",\"warnings\":[]}\n");
}

/* A consumer that has not yet been told a start is there without one. */
static void test_not_joined(void **state)
{
    (void)state;
    snapshot_fill(&snap);
    memset(snap.view.member[SNAP_SLOW].lane, 0, sizeof snap.view.member[SNAP_SLOW].lane);
    expect_part(shown(), "\"start\":{},\"cursor\":{},");
}

static void test_sorted(void **state)
{
    (void)state;
    snapshot_fill(&snap);
    snap.sort = sort_find("lag");
    const char *text = shown();
    assert_true(strstr(text, "{\"id\":\"screen\"") < strstr(text, "{\"id\":\"slow-one\""));
    assert_true(strstr(text, "{\"id\":\"slow-one\"") < strstr(text, "{\"id\":\"signals\""));
}

static void test_hostile(void **state)
{
    (void)state;
    snapshot_fill(&snap);
    strcpy(snap.view.lane[SNAP_FEED].name, "a\"\n\x1b[2J");
    strcpy(snap.view.member[SNAP_SLOW].name, "\xc2\x9b\x9b\\");
    strcpy(snap.warning[0].text, "\x1b\"");
    snap.view.lane[SNAP_FEED].rate_mhz = UINT64_MAX;
    snap.view.member[SNAP_SLOW].lag = UINT64_MAX;
    snap.view.member[SNAP_SLOW].high_water_ns = -1;
    const char *text = shown();
    expect_part(text, "{\"name\":\"a\\\"\\u000a\\u001b[2J\",");
    expect_part(text, "{\"id\":\"\\u009b\\ufffd\\\\\",");
    expect_part(text, "\"warnings\":[\"\\u001b\\\"\",");
    expect_part(text, "\"lag\":18446744073709551615,");
    size_t len = strlen(text);
    for (size_t i = 0; i + 1 < len; i++)
        assert_true(text[i] >= ' ' && text[i] <= '~');
    assert_int_equal(text[len - 1], '\n');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),  cmocka_unit_test(test_nobody),  cmocka_unit_test(test_not_joined),
        cmocka_unit_test(test_sorted), cmocka_unit_test(test_hostile),
    };
    return cmocka_run_group_tests_name("view_json", tests, NULL, NULL);
}
