/* CSV: every row has the cells of the header, and texts cannot break out of theirs. */
#include "snapshot_help.h"

#include "monitor/view/sort.h"
#include "monitor/view/view.h"

#define CELL_CNT_MAX 100

static struct snapshot snap;

static const char *shown(void)
{
    struct out *out = capture_out();
    view_csv.begin(out);
    view_csv.show(out, &snap);
    return capture_out_end(out);
}

/* Takes the next row apart, as RFC 4180 says; each cell unquoted and NUL terminated.  Returns how many. */
static unsigned row(const char **at, char cell[CELL_CNT_MAX][4096])
{
    unsigned cnt = 0;
    for (bool more = true; more; cnt++) {
        bool quoted = **at == '"';
        size_t len = 0;
        *at += quoted;
        while (quoted ? (**at != '"' || (*at)[1] == '"') : strchr(",\n", **at) == NULL) {
            assert_true(**at != '\0' && (quoted || **at != '"'));
            *at += quoted && **at == '"';
            cell[cnt][len++] = *(*at)++;
        }
        cell[cnt][len] = '\0';
        *at += quoted;
        more = **at == ',';
        assert_true(more || **at == '\n');
        ++*at;
    }
    return cnt;
}

static char head[CELL_CNT_MAX][4096];
static char cell[CELL_CNT_MAX][4096];

static const char *of(const char *column)
{
    unsigned i = 0;
    while (strcmp(head[i], column) != 0)
        assert_true(++i < CELL_CNT_MAX);
    return cell[i];
}

static void test_cells(void **state)
{
    (void)state;
    snapshot_fill(&snap);
    const char *at = shown();
    unsigned cnt = row(&at, head);
    assert_int_equal(row(&at, cell), cnt);
    assert_string_equal(of("kind"), "producer");
    assert_string_equal(of("name"), "binance");
    assert_string_equal(of("blocked_by"), "signals=100000000 slow-one=2400000000 screen=0");
    assert_string_equal(of("rate"), "20000.4");
    assert_string_equal(of("lag"), "");
    assert_int_equal(row(&at, cell), cnt);
    assert_int_equal(row(&at, cell), cnt);
    assert_string_equal(of("kind"), "consumer");
    assert_string_equal(of("ring"), "ticks");
    assert_string_equal(of("published"), "");
    assert_string_equal(of("start"), "binance=4 kraken=2");
    assert_string_equal(of("latency_ns_p999"), "462848");
    assert_string_equal(of("service_ns_mean"), "60");
    assert_string_equal(of("alive"), "1");
    for (unsigned i = 1; i < cnt; i++) {
        for (unsigned k = 0; k < i; k++)
            assert_string_not_equal(head[i], head[k]);
    }
}

static void test_sorted(void **state)
{
    (void)state;
    snapshot_fill(&snap);
    snap.sort = sort_find("lag");
    const char *text = shown();
    assert_true(strstr(text, ",screen,") < strstr(text, ",slow-one,"));
    assert_true(strstr(text, ",slow-one,") < strstr(text, ",signals,5001"));
}

static void test_hostile(void **state)
{
    (void)state;
    snapshot_fill(&snap);
    strcpy(snap.view.ring, "\"\"");
    strcpy(snap.view.lane[SNAP_FEED].name, "a,b\"\r\n\x1b[2J");
    strcpy(snap.view.member[SNAP_SLOW].name, "=1+1\xff");
    memset(snap.view.member[SNAP_GONE].name, '"', TR_NAME_MAX);
    memset(snap.view.lane[SNAP_FEED].blocked_by_ns, 0xff, sizeof snap.view.lane[SNAP_FEED].blocked_by_ns);
    snap.view.member[SNAP_SLOW].lag_ns = INT64_MIN;
    const char *text = shown();
    for (const char *c = text; *c != '\0'; c++)
        assert_true(*c == '\n' || (*c >= ' ' && *c <= '~'));
    unsigned cnt = row(&text, head);
    for (unsigned i = 0; i < 5; i++) {
        assert_int_equal(row(&text, cell), cnt);
        assert_string_equal(of("ring"), "\"\"");
        if (i == 0)
            assert_string_equal(of("name"), "a,b\"\\x0d\\x0a\\x1b[2J");
        if (i == 3)
            assert_string_equal(of("lag_ns"), "-9223372036854775808");
    }
    assert_string_equal(text, "");
}

/* The largest there can be: 64 names of 31 bytes, with the largest numbers. */
static void test_all_places(void **state)
{
    (void)state;
    snapshot_fill(&snap);
    struct tr_lane_view *lane = &snap.view.lane[SNAP_FEED];
    memset(lane->blocked_by_ns, 0xff, sizeof lane->blocked_by_ns);
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
        snap.view.member[c] = snap.view.member[SNAP_SLOW];
        memset(snap.view.member[c].name, 'x', TR_NAME_MAX);
    }
    const char *at = shown();
    unsigned cnt = row(&at, head);
    assert_int_equal(row(&at, cell), cnt);
    assert_int_equal(strlen(of("blocked_by")), 64 * (TR_NAME_MAX + 1 + 20) + 63);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_sorted),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_all_places),
    };
    return cmocka_run_group_tests_name("view_csv", tests, NULL, NULL);
}
