/* The text format of Prometheus: families, labels that are hostile, histograms that count right at every edge. */
#include "snapshot_help.h"

#include <math.h>

#include "monitor/metric.h"
#include "monitor/view/view.h"

#define TEXT_MAX 4000000

static struct snapshot snap;
static char text[TEXT_MAX]; /* a full ring has some thousand series */

static const char *shown(void)
{
    struct out *out = capture_out();
    view_prometheus.show(out, &snap);
    assert_int_equal(out_flush(out), 0);
    ssize_t n = pread(out->fd, text, sizeof text - 1, 0);
    assert_true(n > 0 && n < TEXT_MAX - 1);
    text[n] = '\0';
    close(out->fd);
    return text;
}

/* The number of the series, which is there once. */
static double number(const char *series)
{
    char line[400];
    snprintf(line, sizeof line, "\n%s ", series);
    const char *at = strstr(text, line);
    if (at == NULL)
        print_error("no '%s'\n", series);
    assert_non_null(at);
    assert_null(strstr(at + 1, line));
    return strtod(at + strlen(line), NULL);
}

static double latency(const char *consumer, const char *part, const char *le)
{
    char series[200];
    snprintf(series, sizeof series,
             "tickring_consumer_latency_seconds%s{ring=\"ticks\",consumer=\"%s\"%s%s%s}", part, consumer,
             le[0] != '\0' ? ",le=\"" : "", le, le[0] != '\0' ? "\"" : "");
    return number(series);
}

static void test_numbers(void **state)
{
    (void)state;
    snapshot_fill(&snap);
    snap.view.member[SNAP_SLOW].lag = UINT64_MAX;
    snap.view.member[SNAP_SLOW].lag_ns = INT64_MIN;
    snap.view.lane[SNAP_FEED].blocked_ns = UINT64_MAX;
    snap.view.lane[SNAP_FEED].rate_mhz = UINT64_MAX;
    snap.view.created_wall_ns = -1;
    shown();
    expect_part(text,
                "\ntickring_consumer_lag_ticks{ring=\"ticks\",consumer=\"slow-one\"} 18446744073709551615\n");
    expect_part(
        text,
        "\ntickring_consumer_lag_seconds{ring=\"ticks\",consumer=\"slow-one\"} -9223372036.854775808\n");
    expect_part(text, "\ntickring_producer_blocked_seconds_total{ring=\"ticks\",producer=\"binance\"} "
                      "18446744073.709551615\n");
    expect_part(text, "\ntickring_producer_ticks_per_second{ring=\"ticks\",producer=\"binance\"} "
                      "18446744073709551.615\n");
    expect_part(text, "\ntickring_created_timestamp_seconds{ring=\"ticks\"} -0.000000001\n");
    expect_part(text, "\ntickring_producer_blocked_by_seconds_total{ring=\"ticks\",producer=\"binance\","
                      "consumer=\"signals\"} 0.1\n");
}

/* A value at an edge is above it, one below is not; what is above the last edge is in the whole. */
static void test_edges(void **state)
{
    (void)state;
    snapshot_fill(&snap);
    struct tr_hist_snap *hist = &snap.view.member[SNAP_SIGNALS].latency;
    *hist = (struct tr_hist_snap){.cnt = 7, .sum_ns = 1, .max_ns = 100000000000};
    const uint64_t ns[] = {0, 63, 64, 1023, 1024, (UINT64_C(1) << 36) - 1, 100000000000};
    for (size_t i = 0; i < sizeof ns / sizeof ns[0]; i++)
        hist->bucket[tr_hist_index(ns[i])]++;
    shown();
    assert_int_equal(latency("signals", "_bucket", "6.4e-08"), 2);
    assert_int_equal(latency("signals", "_bucket", "1.28e-07"), 3);
    assert_int_equal(latency("signals", "_bucket", "1.024e-06"), 4);
    assert_int_equal(latency("signals", "_bucket", "2.048e-06"), 5);
    assert_int_equal(latency("signals", "_bucket", "34.359738368"), 5);
    assert_int_equal(latency("signals", "_bucket", "68.719476736"), 6);
    assert_int_equal(latency("signals", "_bucket", "+Inf"), 7);
    assert_int_equal(latency("signals", "_count", ""), 7);
    assert_true(fabs(latency("signals", "_sum", "") - 1e-9) < 1e-15);
}

/* Edges and counts rise, whatever is in the buckets, and the last is the count. */
static void test_buckets_rise(void **state)
{
    (void)state;
    snapshot_fill(&snap);
    struct tr_hist_snap *hist = &snap.view.member[SNAP_SIGNALS].latency;
    memset(hist, 0xfe, sizeof *hist);
    const char *at = shown();
    const char *const part =
        "\ntickring_consumer_latency_seconds_bucket{ring=\"ticks\",consumer=\"signals\",le=\"";
    double edge = 0;
    unsigned long long cnt = 0;
    unsigned edge_cnt = 0;
    while ((at = strstr(at, part)) != NULL) {
        char *end;
        at += strlen(part);
        double next_edge = strtod(at, &end);
        assert_memory_equal(end, "\"} ", 3);
        unsigned long long next_cnt = strtoull(end + 3, NULL, 10);
        assert_true(next_edge > edge && next_cnt >= cnt);
        edge = next_edge;
        cnt = next_cnt;
        edge_cnt++;
    }
    assert_true(isinf(edge));
    assert_int_equal(edge_cnt, 32);
    assert_true(cnt == UINT64_MAX); /* and not what is left of it modulo 2^64 */
    expect_part(text, "_latency_seconds_count{ring=\"ticks\",consumer=\"signals\"} 18446744073709551615\n");
}

static void test_hostile_names(void **state)
{
    (void)state;
    snapshot_fill(&snap);
    strcpy(snap.view.lane[SNAP_FEED].name, "a\\b\"c\n} 1\x1b[2J");
    strcpy(snap.view.lane[SNAP_SPARE].name, "");
    strcpy(snap.view.member[SNAP_SLOW].name, "\xc3\xa9\xff");
    memset(snap.view.member[SNAP_GONE].name, 0xff, TR_NAME_MAX);
    memset(snap.view.ring, '\\', TR_RING_NAME_MAX);
    shown();
    expect_part(text, ",producer=\"a\\\\b\\\"c\\\\x0a} 1\\\\x1b[2J\"} ");
    expect_part(text, ",producer=\"\"} ");
    expect_part(text, ",consumer=\"\xc3\xa9\\\\xff\"} ");
    expect_part(text, "\\\\xff\\\\xff\\\\xff\"} ");
    for (const char *c = text; *c != '\0'; c++)
        assert_true(*c == '\n' || (*c & 0x80) != 0 || (*c >= ' ' && *c <= '~'));
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* No series is there twice: told are the name and labels, before the last blank. */
static void expect_unique(void)
{
    static char *line[60000];
    size_t cnt = 0;
    for (char *at = strtok(text, "\n"); at != NULL; at = strtok(NULL, "\n")) {
        if (at[0] == '#')
            continue;
        *strrchr(at, ' ') = '\0';
        assert_true(cnt < sizeof line / sizeof line[0]);
        line[cnt++] = at;
    }
    qsort(line, cnt, sizeof line[0], compare_lines);
    for (size_t i = 1; i < cnt; i++)
        assert_string_not_equal(line[i - 1], line[i]);
}

static void fill_all(void)
{
    snapshot_fill(&snap);
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        snap.view.lane[p] = snap.view.lane[SNAP_FEED];
        snprintf(snap.view.lane[p].name, TR_NAME_MAX + 1, "the-longest-name-of-a-lane--%03u", p);
    }
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
        snap.view.member[c] = snap.view.member[SNAP_SIGNALS];
        snprintf(snap.view.member[c].name, TR_NAME_MAX + 1, "the-longest-name-of-consumer%03u", c);
        for (unsigned p = 0; p < TR_LANE_MAX; p++)
            snap.view.member[c].lane[p].joined = true;
    }
}

static void test_all_places(void **state)
{
    (void)state;
    fill_all();
    shown();
    number("tickring_producer_blocked_by_seconds_total{ring=\"ticks\",producer=\"the-longest-name-of-a-lane--"
           "015\","
           "consumer=\"the-longest-name-of-consumer063\"}");
    expect_unique();
}

/* Two of one name, which only a faulty process can make, are one series. */
static void test_same_names(void **state)
{
    (void)state;
    fill_all();
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++)
        strcpy(snap.view.member[c].name, c % 2 == 0 ? "a\x1b" : "b");
    strcpy(snap.view.member[5].name, "a\\x1b"); /* looks the same */
    snap.view.member[0].used = false;
    snap.view.member[2].pid = 17;
    strcpy(snap.view.lane[3].name, snap.view.lane[4].name);
    shown();
    assert_int_equal(number("tickring_consumer_pid{ring=\"ticks\",consumer=\"a\\\\x1b\"}"), 17);
    expect_unique();
}

/* HELP and TYPE come once, before all series of the name, which follow one another. */
static void test_families(void **state)
{
    (void)state;
    char family[100] = "";
    unsigned cnt = 0;
    fill_all();
    shown();
    for (char *at = strtok(text, "\n"); at != NULL; at = strtok(NULL, "\n")) {
        char name[100];
        if (sscanf(at, "# HELP %99s", name) == 1) {
            snprintf(family, sizeof family, "%s", name);
            cnt++;
        } else if (sscanf(at, "# TYPE %99s", name) == 1) {
            assert_string_equal(name, family);
        } else {
            assert_memory_equal(at, family, strlen(family));
            assert_non_null(strchr("{_", at[strlen(family)]));
        }
    }
    unsigned told_cnt = 2; /* up, build_info */
    for (unsigned i = 0; i < metric_cnt; i++)
        told_cnt += metric_table[i].name[0] != '\0';
    assert_int_equal(cnt, told_cnt);
}

/* All places used, hostile names among them: promtool has nothing to say. */
static void test_promtool(void **state)
{
    (void)state;
    if (system("command -v promtool >/dev/null 2>&1") != 0) {
        print_message("skipped: promtool is not here (Debian: prometheus)\n");
        skip();
    }
    fill_all();
    strcpy(snap.view.member[3].name, "a\\b\"c\n} 1\x1b[2J");
    memset(snap.view.member[4].name, 0xff, TR_NAME_MAX);
    strcpy(snap.view.lane[7].name, "");
    memset(&snap.view.member[5].latency, 0xfe, sizeof snap.view.member[5].latency);
    FILE *to = popen("timeout 60 promtool check metrics", "w");
    assert_non_null(to);
    assert_true(fputs(shown(), to) >= 0);
    assert_int_equal(pclose(to), 0);
}

static void test_down(void **state)
{
    (void)state;
    struct out *out = capture_out();
    view_prometheus.down(out, "a\"b");
    const char *down = capture_out_end(out);
    expect_part(down, "\ntickring_up{ring=\"a\\\"b\"} 0\n");
    expect_part(down, "tickring_build_info{version=\"" TICKRING_VERSION "\"} 1\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),      cmocka_unit_test(test_edges),
        cmocka_unit_test(test_buckets_rise), cmocka_unit_test(test_hostile_names),
        cmocka_unit_test(test_all_places),   cmocka_unit_test(test_same_names),
        cmocka_unit_test(test_families),     cmocka_unit_test(test_promtool),
        cmocka_unit_test(test_down),
    };
    return cmocka_run_group_tests_name("view_prometheus", tests, NULL, NULL);
}
