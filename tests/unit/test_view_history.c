/* The past as text, JSON and CSV: of a past that was filled by hand, and of a ring that there is. */
#include "past_help.h"

#include "exitcode.h"
#include "monitor/view/history.h"
#include "monitor/verbs.h"
#include "monitor_help.h"

static struct snapshot snap;
static struct past past;

static int setup(void **state)
{
    (void)state;
    past_fill(&snap, &past);
    return 0;
}

/* The last seconds before the time now_s, as they would have been shown then. */
static const char *shown(void (*show)(struct out *, const struct snapshot *, int64_t), int back_s)
{
    struct out *out = capture_out();
    show(out, &snap, PAST_S(back_s));
    return capture_out_end(out);
}

static void expect_shown(void (*show)(struct out *, const struct snapshot *, int64_t), int back_s,
                         const char *want)
{
    const char *text = shown(show, back_s);
    if (strcmp(text, want) != 0)
        print_error("%s", text);
    assert_string_equal(text, want);
}

static void test_plain(void **state)
{
    (void)state;
    past_member_now(&snap, PAST_SCREEN, "screen", 8, 509); /* it has just lost some */
    snap.view.member[PAST_SCREEN].lossy = true;
    past_gap_now(&snap.view.member[PAST_SCREEN], 999, 598000, 598009);
    expect_shown(history_plain, 3,
                 "ring ticks  4096 slots  open\n"
                 "TIME                 PUBLISH/s SLOWEST/s    LOST LAT p99  QUEUE DEEPEST BLOCKED BY\n"
                 "2024-08-08T23:49:58Z      1100      1100       0  90.0us     30 slow         0% -\n"
                 "2024-08-08T23:49:59Z ! consumer screen lost 9 ticks of binance, 598000 to 598008\n"
                 "2024-08-08T23:49:59Z      1100      1100       0  90.0us     30 slow         0% -\n"
                 "2024-08-08T23:50:00Z      1100      1100       9       -     10 slow         0% -\n");
}

/* Whom a feed waits for, and what happened when. */
static void test_plain_incident(void **state)
{
    (void)state;
    const char *text = shown(history_plain, 400);
    expect_part(text,
                "2024-08-08T23:44:15Z      1100      1100       0  90.0us   4096 slow        40% slow\n");
    expect_part(
        text, "2024-08-08T23:44:00Z ! feed binance stood at the full ring for 8.00s of 20.0s, held by slow\n"
              "2024-08-08T23:44:00Z      1100");
    expect_part(text, "2024-08-08T23:47:30Z ! WARN consumer risk died (pid 5004)\n");
    expect_no_part(text, "joined");
}

/* After a crash of all the last seconds are told, not those since. */
static void test_plain_dead(void **state)
{
    (void)state;
    snap.view.taken_ns = PAST_S(5000);
    snap.state = RING_STALE;
    for (unsigned p = 0; p < TR_LANE_MAX; p++)
        snap.view.lane[p].alive = false;
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++)
        snap.view.member[c].alive = false;
    const char *text = shown(history_plain, 2);
    expect_part(text, "ring ticks  4096 slots  stale\n");
    expect_part(text, "2024-08-08T23:49:58Z      1100      1100 ");
    expect_part(text, "2024-08-08T23:49:59Z ! CRIT feed kraken died (pid 4003)\n");
    expect_part(text, "2024-08-08T23:49:59Z ! WARN consumer slow died (pid 5002)\n");
}

static void test_nothing(void **state)
{
    (void)state;
    past_forget(&past);
    expect_shown(history_plain, 10,
                 "ring ticks  4096 slots  open\n"
                 "TIME                 PUBLISH/s SLOWEST/s    LOST LAT p99  QUEUE DEEPEST BLOCKED BY\n");
    snap.view.lane[PAST_BINANCE].used = snap.view.lane[PAST_KRAKEN].used = false;
    memset(snap.view.member, 0, sizeof snap.view.member);
    expect_shown(history_json, 10,
                 "{\"ring\":\"ticks\",\"slots\":4096,\"from_ns\":1723161000000000000,"
                 "\"to_ns\":1723161000000000000,\"producers\":[],\"consumers\":[],\"events\":[]}\n");
}

static void test_json(void **state)
{
    (void)state;
    const char *text = shown(history_json, 2);
    expect_part(
        text,
        "{\"ring\":\"ticks\",\"slots\":4096,\"from_ns\":1723160998000000000,\"to_ns\":1723161000000000000,"
        "\"producers\":[{\"name\":\"binance\",\"samples\":["
        "{\"at_ns\":1723160998000000000,\"sample\":\"second\",\"pid\":4001,\"published\":598000,"
        "\"dropped\":0,\"stalls\":200,\"held_by_ns\":0,\"blocked_ns\":8000000000,\"held_by\":\"\"},"
        "{\"at_ns\":1723160999000000000,");
    expect_part(text,
                "\"consumers\":[{\"id\":\"signals\",\"samples\":[{\"at_ns\":1723160998000000000,"
                "\"sample\":\"second\",\"pid\":5001,\"delivered\":657298,\"lost\":0,\"evicted\":0,"
                "\"blocked_ns\":0,\"lag\":2,\"lag_max\":22,\"busy_ns\":149500000000,\"idle_ns\":448500000000,"
                "\"p50_ns\":2000,\"p99_ns\":90000,\"p999_ns\":400000,\"max_ns\":800000},");
    expect_part(text, "{\"id\":\"risk\",\"samples\":[]}");
    expect_part(text, "],\"events\":[]}\n");
}

static void test_json_events(void **state)
{
    (void)state;
    struct out *out = capture_out();
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++)
        past.member[c].cnt = c == PAST_SCREEN ? past.member[c].cnt : 0;
    past.lane[PAST_BINANCE].cnt = past.lane[PAST_KRAKEN].cnt = 0;
    history_json(out, &snap, PAST_S(51));
    const char *text = capture_out_end(out);
    expect_part(text, "\"events\":[{\"at_ns\":1723160950000000000,\"kind\":\"left\",\"level\":\"OK\","
                      "\"name\":\"screen\",\"text\":\"consumer screen left (pid 5005)\"},"
                      "{\"at_ns\":1723160960000000000,\"kind\":\"joined\",");
    expect_part(text, "\"sample\":\"leave\"");
    expect_part(text, "\"sample\":\"join\"");
}

static void test_csv(void **state)
{
    (void)state;
    past.lane[PAST_BINANCE].cnt = 0;
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++)
        past.member[c].cnt = c == PAST_SLOW ? past.member[c].cnt : 0;
    strcpy(snap.view.member[PAST_SLOW].name, "a,\"b\"");
    expect_shown(history_csv, 1,
                 "time_ns,kind,ring,name,sample,pid,held_by,published,delivered,dropped,lost,stalls,evicted,"
                 "held_by_ns,blocked_ns,lag,lag_max,busy_ns,idle_ns,p50_ns,p99_ns,p999_ns,max_ns\n"
                 "1723160999000000000,producer,ticks,kraken,second,4003,,59400,,0,,0,,0,0,,,,,,,,\n"
                 "1723160999000000000,consumer,ticks,\"a,\"\"b\"\"\",second,5002,,,658390,,0,,0,,0,10,30,"
                 "149750000000,449250000000,2000,90000,400000,800000\n");
}

/* Whatever is in the segment: no control character gets out, but the ends of lines. */
static void test_hostile(void **state)
{
    static const uint64_t value[] = {0, UINT64_MAX, UINT64_C(1) << 63, INT64_MAX, 1};
    (void)state;
    for (unsigned v = 0; v < 5; v++) {
        setup(NULL);
        past_fill_hostile(&snap, &past, value[v], value[(v + 1) % 5]);
        void (*const show[])(struct out *, const struct snapshot *, int64_t) = {history_plain, history_json,
                                                                                history_csv};
        for (unsigned i = 0; i < 3; i++) {
            for (const char *c = shown(show[i], 2); *c != '\0'; c++)
                assert_true(*c == '\n' || (unsigned char)*c >= ' ');
        }
    }
}

/* --- Of a ring ------------------------------------------------------------------------------------ */

static int history_of(const char *ring, bool json)
{
    const struct monitor_options opt = {
        .ring = ring, .json = json, .limits = level_defaults(), .history_ns = PAST_S(10)};
    static char said[256];
    log_init("shmmon", LOG_NORMAL);
    struct capture c = capture_begin(STDERR_FILENO);
    struct out *out = capture_out();
    int code = verb_history(&opt, out);
    capture_end(&c);
    capture_keep(said, sizeof said);
    capture_out_end(out);
    if (code != 0)
        expect_part(said, ring);
    return code;
}

static void test_ring(void **state)
{
    const char *ring = ring_name("past");
    char part[128];
    (void)state;
    assert_int_equal(history_of(ring, false), EXIT_CODE_TEMPFAIL);
    feed_dies(ring, "feed", 64, 10);
    reader_dies(ring, "signals");
    assert_int_equal(history_of(ring, false), 0);
    snprintf(part, sizeof part, "ring %s  64 slots  stale\nTIME ", ring);
    expect_part(capture_text, part);
    expect_part(capture_text, "! feed joined (pid ");
    expect_part(capture_text, "! CRIT feed died (pid ");
    expect_part(capture_text, "! WARN consumer signals died (pid ");
    assert_int_equal(history_of(ring, true), 0);
    expect_part(capture_text, "\"producers\":[{\"name\":\"feed\",\"samples\":[{\"at_ns\":1");
    expect_part(capture_text, "\"consumers\":[{\"id\":\"signals\",\"samples\":[{\"at_ns\":1");
    shm_remove(ring);
    shm_write(ring, "no ring", 7);
    assert_int_equal(history_of(ring, false), EXIT_CODE_PROTOCOL);
    shm_remove(ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_plain, setup),
        cmocka_unit_test_setup(test_plain_incident, setup),
        cmocka_unit_test_setup(test_plain_dead, setup),
        cmocka_unit_test_setup(test_nothing, setup),
        cmocka_unit_test_setup(test_json, setup),
        cmocka_unit_test_setup(test_json_events, setup),
        cmocka_unit_test_setup(test_csv, setup),
        cmocka_unit_test_setup(test_hostile, setup),
        cmocka_unit_test(test_ring),
    };
    alarm(60);
    return cmocka_run_group_tests_name("view_history", tests, own_shm_setup, own_shm_teardown);
}
