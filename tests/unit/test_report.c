/* What a feed says last: the numbers of this run, as text and as one JSON object. */
#include "shm_help.h"
#include "talk_help.h"

#include "feed/report.h"

static struct out out; /* large; never flushed: its buffer is looked at */

typedef void write_fn(struct out *out, const struct report *rep);

static const char *text_of(write_fn *write_report, const struct report *rep)
{
    out_init(&out, -1);
    write_report(&out, rep);
    assert_true(out.len < OUT_CAP);
    out.buf[out.len] = '\0';
    return out.buf;
}

static struct report report_of_a_run(void)
{
    return (struct report){
        .counts = {.bad = 1, .skipped = 2, .rounded = 3},
        .all = {.published = 7,
                .resumed = 4,
                .dropped = 5,
                .blocked_ns = 1500000000,
                .stall_cnt = 6,
                .blocked_by = {{"slow", 1400000000}, {"signals", 100000000}},
                .blocked_by_cnt = 2,
                .first_ts_ns = INT64_C(1723161255342000000),
                .last_ts_ns = INT64_C(1723161256000000000),
                .digest = UINT64_C(0x0123456789abcdef)},
        .elapsed_ns = 2000000000,
        .has_digest = true,
    };
}

static void as_json(void **state)
{
    struct report rep = report_of_a_run();
    (void)state;
    assert_string_equal(text_of(report_json, &rep),
                        "{\"published\":7,\"resumed\":4,\"dropped\":5,\"bad\":1,\"skipped\":2,\"rounded\":3,"
                        "\"blocked_ns\":1500000000,\"stalls\":6,\"blocked_by\":{\"slow\":1400000000,"
                        "\"signals\":100000000},\"elapsed_ns\":2000000000,\"first_ts\":1723161255342000000,"
                        "\"last_ts\":1723161256000000000,\"digest\":\"0123456789abcdef\",\"late_ns\":null,"
                        "\"bad_kinds\":[],\"notes\":[]}\n");
}

static void json_of_nothing(void **state)
{
    struct report rep = {0};
    (void)state;
    assert_string_equal(text_of(report_json, &rep),
                        "{\"published\":0,\"resumed\":0,\"dropped\":0,\"bad\":0,\"skipped\":0,\"rounded\":0,"
                        "\"blocked_ns\":0,\"stalls\":0,\"blocked_by\":{},\"elapsed_ns\":0,\"first_ts\":null,"
                        "\"last_ts\":null,\"digest\":null,\"late_ns\":null,\"bad_kinds\":[],\"notes\":[]}\n");
}

static void as_text(void **state)
{
    struct report rep = report_of_a_run();
    (void)state;
    const char *text = text_of(report_text, &rep);
    expect_part(text, "published 7 ticks in 2.000 s (4 ticks/s)\n");
    expect_part(text, "resumed   4 ticks were published before\n");
    expect_part(text, "events    2024-08-08T23:54:15.342Z to 2024-08-08T23:54:16Z\n");
    expect_part(text, "dropped   5, bad 1, skipped 2, rounded 3\n");
    expect_part(text, "blocked   1.500 s in 6 stalls\n");
    expect_part(text, "  waited 1.400 s for consumer 'slow' (buffer full)\n");
    expect_part(text, "  waited 0.100 s for consumer 'signals' (buffer full)\n");
    expect_part(text, "digest    0123456789abcdef\n");
}

static void text_of_nothing(void **state)
{
    struct report rep = {0};
    (void)state;
    assert_string_equal(text_of(report_text, &rep), "published 0 ticks in 0.000 s (0 ticks/s)\n"
                                                    "dropped   0, bad 0, skipped 0, rounded 0\n"
                                                    "blocked   0.000 s in 0 stalls\n");
}

/* The name was written by another process: it must not steer the terminal, nor break the object. */
static void a_hostile_name_is_only_shown(void **state)
{
    struct report rep = {.all = {.blocked_by = {{"a\x1B[2J\"\n", 1}}, .blocked_by_cnt = 1}};
    (void)state;
    expect_part(text_of(report_text, &rep),
                "  waited 0.000 s for consumer 'a\\x1b[2J\"\\x0a' (buffer full)\n");
    expect_part(text_of(report_json, &rep), "\"blocked_by\":{\"a\\u001b[2J\\\"\\u000a\":1}");
}

/* Counters of a lane go on from run to run; the report is of this one. */
static void only_what_this_run_added(void **state)
{
    static struct tr_producer feed;
    static struct tr_consumer slow;
    char ring[TR_RING_NAME_MAX + 1];
    const struct tr_producer_options opt = {
        .ring = help_ring_name(ring, "rpt"), .name = "feed", .slot_cnt = 64};
    const struct tr_consumer_options join = {.ring = ring, .id = "slow", .from = TR_FROM_OLDEST};
    static struct report_ring rep;
    (void)state;
    assert_int_equal(tr_producer_open(&feed, &opt), 0);
    assert_int_equal(tr_consumer_open(&slow, &join), 0);
    unsigned c = slow.place.idx;
    tr_store_rlx(&feed.lane->blocked_by_name[c], tr_registry_name_id("slow"));
    tr_store_rlx(&feed.lane->blocked_by_name[c + 1], tr_registry_name_id("who had that place before"));
    tr_own_add(&feed.lane->blocked_by_ns[c + 1], 7);
    tr_own_add(&feed.lane->blocked_ns, 1000);
    tr_own_add(&feed.lane->stall_cnt, 10);
    tr_own_add(&feed.lane->blocked_by_ns[c], 900);
    tr_own_add(&feed.lane->blocked_by_ns[TR_CONSUMER_MAX - 1], 100);
    report_baseline(&rep, &feed);
    tr_own_add(&feed.lane->blocked_ns, 50);
    tr_own_add(&feed.lane->stall_cnt, 2);
    tr_own_add(&feed.lane->blocked_by_ns[c], 40);
    report_ring(&rep, &feed);
    assert_int_equal(rep.blocked_ns, 50);
    assert_int_equal(rep.stall_cnt, 2);
    assert_int_equal(rep.blocked_by_cnt, 1); /* not the other: it did not hold this run */
    assert_string_equal(rep.blocked_by[0].name, "slow");
    assert_int_equal(rep.blocked_by[0].ns, 40);
    tr_consumer_close(&slow);
    tr_producer_close(&feed, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_json),
        cmocka_unit_test(json_of_nothing),
        cmocka_unit_test(as_text),
        cmocka_unit_test(text_of_nothing),
        cmocka_unit_test(a_hostile_name_is_only_shown),
        cmocka_unit_test_teardown(only_what_this_run_added, help_teardown),
    };
    return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
