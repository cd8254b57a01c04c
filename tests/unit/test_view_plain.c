/* The table, byte for byte: whole, at the widths of terminals, and with names that want to steer them. */
#include "snapshot_help.h"
#include "terminal_help.h"

#include "monitor/view/sort.h"
#include "monitor/view/view.h"

static struct snapshot snap;

static const char *shown(unsigned width)
{
    struct out *out = capture_out();
    view_plain_show(out, &snap, width);
    return capture_out_end(out);
}

static void expect_shown(unsigned width, const char *want)
{
    const char *text = shown(width);
    if (strcmp(text, want) != 0)
        print_error("%s", text);
    assert_string_equal(text, want);
}

static const char head[] = "ring ticks  1024 slots  open  since 2024-08-08T23:54:15Z\n";

static const char tail[] = "published 1234577, ledger balanced, level CRIT\n"
                           "  ! consumer slow-one is behind\n"
                           "  ! a second one\n";

static const char *joined(const char *middle)
{
    static char text[4096];
    snprintf(text, sizeof text, "%s%s%s", head, middle, tail);
    return text;
}

static const char whole[] =
    "PRODUCER         PID STATE   PUBLISHED RATE/s DROPPED BLOCKED STALLS HELD BY\n"
    "binance         4001 open        1.23M  20.0k       3   2.50s     17 slow-one 2.40s, signals 100ms\n"
    "kraken          4002 closed         10      0       0     0ns      0\n"
    "CONSUMER         PID STATE   POLICY    QUEUE FULL OLDEST MARKET HIGHEST RATE/s DELIVERED   LOST LAT p50 "
    "LAT "
    "p99 LAT max SERVICE SVC p50 SVC p99\n"
    "signals         5001 reading reliable      0   0%      -      -      92  20.0k     1.23M      0    40ns "
    "   "
    "40ns   464us    60ns    60ns    61ns\n"
    "slow-one        5002 reading reliable   1015  99%  1.35s  1.40s    1020   6650     1.23M      0       - "
    "      "
    "-       -       -       -       -\n"
    "screen          5003 left    lossy     1.23M    -      -      -       0      0        90     10       - "
    "      "
    "-       -       -       -       -\n";

static void test_whole(void **state)
{
    (void)state;
    snapshot_fill(&snap);
    expect_shown(0, joined(whole));
    expect_shown(143, joined(whole));
}

/* Nothing is wrapped: what matters least is left out. */
static void test_80_columns(void **state)
{
    (void)state;
    snapshot_fill(&snap);
    expect_shown(80,
                 joined("PRODUCER     STATE   PUBLISHED RATE/s BLOCKED HELD BY\n"
                        "binance      open        1.23M  20.0k   2.50s slow-one 2.40s, signals 100ms\n"
                        "kraken       closed         10      0     0ns\n"
                        "CONSUMER     STATE    QUEUE FULL OLDEST RATE/s   LOST LAT p50 LAT p99 SERVICE\n"
                        "signals      reading      0   0%      -  20.0k      0    40ns    40ns    60ns\n"
                        "slow-one     reading   1015  99%  1.35s   6650      0       -       -       -\n"
                        "screen       left     1.23M    -      -      0     10       -       -       -\n"));
}

/* At any width, lines of tables stay within it. */
static void test_all_widths(void **state)
{
    (void)state;
    snapshot_fill(&snap);
    strcpy(snap.view.member[SNAP_SLOW].name, "the-longest-name-of-a-consumer-");
    for (unsigned width = 1; width <= 200; width++) {
        const char *at = strchr(shown(width), '\n') + 1;
        while (strncmp(at, "published", 9) != 0) {
            size_t len = strcspn(at, "\n");
            assert_true(len <= width);
            at += len + 1;
        }
    }
}

static void test_nobody(void **state)
{
    (void)state;
    memset(&snap, 0, sizeof snap);
    strcpy(snap.view.ring, "ticks");
    snap.view.slot_cnt = 4;
    expect_shown(80, "ring ticks  4 slots  open  since 1970-01-01T00:00:00Z\n"
                     "no producer yet\n"
                     "no consumer yet\n"
                     "published 0, ledger NOT BALANCED, level OK\n");
}

static void test_dead(void **state)
{
    (void)state;
    snapshot_fill(&snap);
    snap.view.lane[SNAP_FEED].alive = false;
    snap.view.member[SNAP_SLOW].alive = false;
    const char *text = shown(0);
    expect_part(text, "binance         4001 DEAD ");
    expect_part(text, "slow-one        5002 DEAD ");
}

static void test_sorted(void **state)
{
    (void)state;
    snapshot_fill(&snap);
    snap.sort = sort_find("lag");
    const char *text = shown(0);
    assert_true(strstr(text, "\nscreen ") < strstr(text, "\nslow-one "));
    assert_true(strstr(text, "\nslow-one ") < strstr(text, "\nsignals "));
}

/* Behind by more than the ring holds: what it has not read is lost already. */
static void test_lapped(void **state)
{
    (void)state;
    snapshot_fill(&snap);
    snap.view.member[SNAP_SLOW].lane[SNAP_FEED].lag = 1025;
    expect_part(shown(0), " >100% ");
}

/* Names of somebody else's memory: no control character gets out, not even cut ones. */
static void test_hostile_names(void **state)
{
    (void)state;
    snapshot_fill(&snap);
    strcpy(snap.view.ring, "\x1b]0;x\x07");
    strcpy(snap.view.lane[SNAP_FEED].name, "a\nb\x1b[2J");
    strcpy(snap.view.member[SNAP_SLOW].name, "\xc2\x9b"
                                             "31m\r\x9b");
    memset(snap.view.member[SNAP_SIGNALS].name, '\x1b', TR_NAME_MAX);
    strcpy(snap.warning[0].text, "x\x1b[1m\ny");
    const unsigned width[] = {0, 40, 80, 130};
    for (size_t i = 0; i < sizeof width / sizeof width[0]; i++) {
        const char *text = shown(width[i]);
        unsigned line_cnt = 0;
        for (const char *c = text; *c != '\0'; c++) {
            assert_true(*c == '\n' || (*c >= ' ' && *c <= '~'));
            line_cnt += *c == '\n';
        }
        assert_int_equal(line_cnt, 11);
    }
    expect_part(shown(0), "a\\x0ab\\x1b[2J ");
    expect_part(shown(0), "\\xc2\\x9b31m\\x0d\\x9b ");
    expect_part(shown(0), "  ! x\\x1b[1m\\x0ay\n");
}

static void test_hostile_numbers(void **state)
{
    (void)state;
    snapshot_fill(&snap);
    struct tr_lane_view *lane = &snap.view.lane[SNAP_FEED];
    struct tr_member_view *m = &snap.view.member[SNAP_SLOW];
    lane->pid = m->pid = lane->blocked_ns = lane->published = lane->rate_mhz = m->lag = UINT64_MAX;
    memset(lane->blocked_by_ns, 0xff, sizeof lane->blocked_by_ns);
    m->lane[0].lag = UINT64_MAX;
    m->lag_ns = INT64_MIN;
    snap.view.created_wall_ns = INT64_MIN;
    const char *text = shown(0);
    expect_part(text, "since 1677-09-21T");
    expect_part(text, "binance            ? open ");
    expect_part(text, "signals 9223372037s, slow-one 9223372037s, screen 9223372037s\n");
    expect_part(text, "slow-one           ? reading reliable  18.4E >100%      - ");
}

/* The view takes the width of the terminal it writes to, and writes nothing but text there. */
static void test_terminal(void **state)
{
    static struct out out;
    static char text[8192];
    int master;
    int slave;
    (void)state;
    terminal_open(&master, &slave, 80);
    snapshot_fill(&snap);
    out_init(&out, slave);
    view_plain.show(&out, &snap);
    out_text(&out, ".");
    assert_int_equal(out_flush(&out), 0);
    size_t len = 0;
    while (len == 0 || text[len - 1] != '.' || text[len - 2] != '\n') {
        ssize_t n = read(master, text + len, sizeof text - 1 - len);
        assert_true(n > 0);
        len += (size_t)n;
    }
    expect_part(text, "\r\nPRODUCER     STATE   PUBLISHED RATE/s BLOCKED HELD BY\r\n");
    expect_no_part(text, "\x1b");
    close(slave);
    close(master);
    struct out *file = capture_out();
    view_plain.show(file, &snap);
    assert_string_equal(capture_out_end(file), joined(whole));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_80_columns),
        cmocka_unit_test(test_all_widths),
        cmocka_unit_test(test_nobody),
        cmocka_unit_test(test_dead),
        cmocka_unit_test(test_lapped),
        cmocka_unit_test(test_sorted),
        cmocka_unit_test(test_hostile_names),
        cmocka_unit_test(test_hostile_numbers),
        cmocka_unit_test(test_terminal),
    };
    alarm(60);
    return cmocka_run_group_tests_name("view_plain", tests, NULL, NULL);
}
