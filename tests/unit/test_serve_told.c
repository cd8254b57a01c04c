/* What the page is told beside the snapshot. */
#include "capture_help.h"
#include "monitor/past.h"
#include "monitor/serve/told.h"
#include "snapshot_help.h"

static struct snapshot *snap;
static struct past *past;

static int setup(void **state)
{
    (void)state;
    snap = calloc(1, sizeof *snap);
    past = past_new();
    return snap != NULL && past != NULL ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    free(snap);
    free(past);
    return 0;
}

static void begin(void)
{
    snapshot_fill(snap);
    past_forget(past);
    snap->past = past;
    snap->limits = level_defaults();
}

/* The text of a finished object, which is emptied. */
static const char *told(struct json *j)
{
    static char text[CAPTURE_MAX];
    assert_false(j->failed);
    assert_true(j->len < sizeof text);
    memcpy(text, j->buf, j->len);
    text[j->len] = '\0';
    json_free(j);
    return text;
}

static void has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("no %s in %s", part, text);
}

static void test_histogram(void **state)
{
    struct json j = {0};
    (void)state;
    begin();
    assert_true(told_histogram(&j, snap, "signals"));
    const char *text = told(&j);
    has(text, "{\"id\":\"signals\",\"buckets\":[[40,48,99],[48,56,0]"); /* empty ones between are told */
    has(text, ",1]]}");
    assert_false(told_histogram(&j, snap, "nobody"));
    assert_false(told_histogram(&j, snap, "")); /* places that nobody has have an empty name */
    assert_int_equal(j.len, 0);
    assert_true(told_histogram(&j, snap, "slow-one"));
    has(told(&j), "{\"id\":\"slow-one\",\"buckets\":[]}");
}

static void test_histogram_overflow(void **state)
{
    struct json j = {0};
    (void)state;
    begin();
    memset(snap->view.member[SNAP_SIGNALS].latency.bucket, 0xff,
           sizeof snap->view.member[SNAP_SIGNALS].latency.bucket);
    assert_true(told_histogram(&j, snap, "signals"));
    has(told(&j), "[[0,8,18446744073709551615],");
}

static void add(struct past_track *track, int64_t at_s, uint64_t passed, int64_t p99_ns)
{
    const struct tr_sample sample = {.at_ns = at_s * TR_NS_PER_S,
                                     .kind = passed == 0 ? TR_SAMPLE_JOIN : TR_SAMPLE_SECOND,
                                     .passed_cnt = passed,
                                     .p99_ns = p99_ns};
    past_add(track, &sample);
}

/* Taken at 60 s: parts of two seconds from -540 s on, the last from 58 to 60. */
static void test_history(void **state)
{
    struct json j = {0};
    (void)state;
    begin();
    add(&past->lane[SNAP_FEED], 54, 0, 0);
    add(&past->lane[SNAP_FEED], 56, 200, 0);
    add(&past->lane[SNAP_FEED], 60, 1000, 0);
    add(&past->lane[SNAP_SPARE], 58, 0, 0);
    add(&past->lane[SNAP_SPARE], 60, 20, 0);
    add(&past->member[SNAP_SIGNALS], 55, 0, 7000);
    add(&past->member[SNAP_SLOW], 55, 0, 9000);
    add(&past->member[SNAP_SLOW], 57, 100, 5);
    assert_true(told_history(&j, snap, NULL));
    const char *text = told(&j);
    has(text, "{\"id\":null,\"from_ns\":1723160715000000000,\"step_ns\":2000000000,\"depth\":[");
    has(text, "null,100.0,200.0,210.0],\"p99_ns\"");
    has(text, "null,9000,5,null]}");
    assert_true(told_history(&j, snap, "signals"));
    text = told(&j);
    has(text, "{\"id\":\"signals\",");
    has(text, "null,7000,null,null]}");
    assert_false(told_history(&j, snap, "nobody"));
    assert_int_equal(j.len, 0);
}

/* Somebody else's memory: times and sums of any value, backwards too. */
static void test_history_rubbish(void **state)
{
    static const int64_t any[] = {INT64_MIN, INT64_MAX, -1, 0, 59 * TR_NS_PER_S, 1, INT64_MIN + 1};
    struct json j = {0};
    (void)state;
    begin();
    for (size_t i = 0; i < sizeof any / sizeof any[0]; i++) {
        for (size_t k = 0; k < sizeof any / sizeof any[0]; k++) {
            const struct tr_sample sample = {.at_ns = any[i],
                                             .kind = (uint32_t)i,
                                             .passed_cnt = (uint64_t)any[k],
                                             .lag = UINT64_MAX,
                                             .p99_ns = any[k]};
            past_add(&past->lane[SNAP_FEED], &sample);
            past_add(&past->member[SNAP_SLOW], &sample);
        }
    }
    for (size_t i = 0; i < sizeof any / sizeof any[0]; i++) {
        struct told_state up = {.ring = "ticks", .up = true};
        snap->view.taken_ns = any[i] > 0 ? any[i] : SNAP_TAKEN_NS; /* our own clock */
        snap->wall_minus_mono_ns = INT64_C(1700000000000000000);
        assert_true(told_history(&j, snap, NULL));
        json_reset(&j);
        assert_true(told_history(&j, snap, "slow-one"));
        json_reset(&j);
        told_more(&j, &up, snap);
        json_free(&j);
    }
}

static void test_more(void **state)
{
    struct json j = {0};
    struct told_state told_up = {.ring = "ticks", .up = true};
    (void)state;
    begin();
    told_more(&j, &told_up, snap);
    const char *text = told(&j);
    has(text, "{\"ring\":\"ticks\",\"up\":true,\"gone\":false,\"time_ns\":1723161315000000000,\"warn\":768,"
              "\"crit\":921,");
    has(text, "{\"id\":\"slow-one\",\"reason\":\"");
    has(text, "\"level\":\"CRIT\",\"full_percent\":99,\"full\":\"99%\",");
    assert_null(strstr(text, "\"replayed\":true"));
    has(text, "{\"name\":\"binance\",\"blocked_permille\":null,\"held_by\":null}"); /* no past */
    has(text, "{\"name\":\"kraken\",\"blocked_permille\":null,\"held_by\":null}");
    has(text, "\"warnings\":[{\"level\":\"CRIT\",\"text\":\"consumer slow-one is behind\"},"
              "{\"level\":\"WARN\",\"text\":\"a second one\"}],");
    add(&past->lane[SNAP_FEED], 50, 1, 0);
    snap->limits.warn = (struct limit){LIMIT_AGE, 1000};
    snap->view.member[SNAP_SIGNALS].event.clamped_cnt = 100;
    told_more(&j, &told_up, snap);
    text = told(&j);
    has(text, "\"warn\":null,\"crit\":921,");
    has(text, "{\"name\":\"binance\",\"blocked_permille\":250,\"held_by\":\"slow-one\"}");
    has(text, "\"replayed\":true");
}

static void test_more_down(void **state)
{
    struct json j = {0};
    struct told_state down = {.ring = "ticks", .why = "not \"there\""};
    (void)state;
    told_more(&j, &down, snap);
    assert_string_equal(told(&j),
                        "{\"ring\":\"ticks\",\"up\":false,\"gone\":false,\"why\":\"not \\\"there\\\"\"}");
}

static void test_about(void **state)
{
    struct json j = {0};
    (void)state;
    told_about(&j, "ticks", 1000);
    const char *text = told(&j);
    has(text, "\"ring\":\"ticks\",\"delay_ns\":1000,\"ring_keys\":{");
    has(text, "\"lag\":{\"head\":\"QUEUE\",\"unit\":\"\",\"help\":\"");
    has(text, "\"blocked_by\":{\"head\":\"HELD BY\",\"unit\":\"ns\"");
    has(text, "\"state\":{\"head\":\"STATE\",\"unit\":\"text\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_histogram), cmocka_unit_test(test_histogram_overflow),
        cmocka_unit_test(test_history),   cmocka_unit_test(test_history_rubbish),
        cmocka_unit_test(test_more),      cmocka_unit_test(test_more_down),
        cmocka_unit_test(test_about),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
