/* The feed's loop: what of the input reaches the ring, in which order, and how it ends. */
#include "fake_source.h"
#include "shm_help.h"
#include "talk_help.h"

#include <pthread.h>

#include "exitcode.h"
#include "feed/replay.h"
#include "log.h"

#define BOUND_NS (10 * TR_NS_PER_S) /* against hanging */

static struct publisher pub; /* large */
static struct replay replay;
static struct fake_source fake;
static struct tr_consumer reader;
static struct talk talk;
static _Atomic uint64_t stop_after; /* so many questions whether to stop; 0: never */
static uint64_t asked_cnt;

static bool is_stopped(void)
{
    return stop_after != 0 && ++asked_cnt > stop_after;
}

static void open_ring(uint64_t slot_cnt)
{
    char ring[TR_RING_NAME_MAX + 1];
    const struct tr_producer_options opt = {
        .ring = help_ring_name(ring, "rep"), .name = "feed", .slot_cnt = slot_cnt};
    const struct tr_consumer_options join = {.ring = ring, .id = "r", .from = TR_FROM_OLDEST};
    log_init("feed", LOG_NORMAL);
    memset(&pub, 0, sizeof pub);
    assert_int_equal(tr_producer_open(&pub.ring, &opt), 0);
    assert_int_equal(tr_consumer_open(&reader, &join), 0);
    pub.stopped = is_stopped;
    pub.patience_ns = BOUND_NS;
    pub.wants_digest = true;
    publisher_init(&pub);
    stop_after = asked_cnt = 0;
    replay = (struct replay){.pub = &pub, .pub_cnt = 1, .pass_cnt = 1, .stopped = is_stopped};
}

static void open_replay(const struct fake_step *step, size_t cnt)
{
    open_ring(1024);
    fake_init(&fake, "in.csv", step, cnt);
    merge_add(&replay.merge, &fake.src);
}

#define OPEN(steps) open_replay(steps, sizeof(steps) / sizeof((steps)[0]))

static void close_ring(void)
{
    tr_consumer_close(&reader);
    tr_producer_close(&pub.ring, false);
}

/* Runs it and returns its exit code; talk.text is what it said. */
static int run(void)
{
    talk_begin(&talk);
    int code = replay_run(&replay);
    talk_end(&talk);
    return code;
}

static size_t read_ring(struct tr_tick *tick, size_t max)
{
    struct tr_batch b;
    size_t cnt = 0;
    while (cnt < max && tr_read(&reader, &tick[cnt], (uint32_t)(max - cnt), &b) == TR_OK) {
        cnt += b.cnt;
        tr_advance(&reader, &b);
    }
    return cnt;
}

/* In the ring are ticks of these event times, "1 2 3", and no more. */
static void expect_published(const char *want)
{
    static struct tr_tick tick[512];
    char have[4096] = "";
    size_t len = 0;
    size_t cnt = read_ring(tick, 512);
    for (size_t i = 0; i < cnt; i++)
        len += (size_t)snprintf(have + len, sizeof have - len, "%s%d", i > 0 ? " " : "",
                                (int)tick[i].ts_event_ns);
    assert_string_equal(have, want);
    assert_int_equal(pub.published, cnt);
}

static const struct fake_step five[] = {{0, 1, "A", 0, 0},
                                        {0, 2, "B", 0, 0},
                                        {0, 3, "A", TR_TICK_QUOTE, 0},
                                        {0, 4, "B", 0, 0},
                                        {0, 5, "A", 0, 0}};

static void the_whole_input(void **state)
{
    (void)state;
    OPEN(five);
    fake.src.counts.rounded_cnt = 3;
    fake.src.counts.skipped_cnt = 2;
    assert_int_equal(run(), 0);
    assert_string_equal(talk.text, "");
    expect_published("1 2 3 4 5");
    assert_int_equal(replay.tick_cnt, 5);
    assert_int_equal(replay.counts.bad, 0);
    assert_int_equal(replay.counts.skipped, 2);
    assert_int_equal(replay.counts.rounded, 3);
    close_ring();
}

static void an_empty_input_is_told(void **state)
{
    (void)state;
    open_replay(NULL, 0);
    assert_int_equal(run(), 0);
    assert_string_equal(talk.text, "feed: input: no records\n");
    close_ring();
    open_ring(1024); /* not even a source: all files were empty */
    replay.pass_cnt = 0;
    assert_int_equal(run(), 0);
    expect_part(talk.text, "no records");
    close_ring();
}

static void several_sources_are_merged(void **state)
{
    static const struct fake_step other[] = {{0, 0, "C", 0, 0}, {0, 3, "C", 0, 0}, {0, 9, "C", 0, 0}};
    struct fake_source second;
    (void)state;
    OPEN(five);
    FAKE(&second, "other.csv", other);
    second.src.counts.skipped_cnt = 1;
    merge_add(&replay.merge, &second.src);
    assert_int_equal(run(), 0);
    expect_published("0 1 2 3 3 4 5 9");
    assert_int_equal(replay.counts.skipped, 1);
    close_ring();
}

static void expect_selected(struct select select, uint64_t count_max, const char *want, uint64_t skipped)
{
    OPEN(five);
    replay.select = select;
    replay.count_max = count_max;
    assert_int_equal(run(), 0);
    expect_published(want);
    assert_int_equal(replay.counts.skipped, skipped);
    close_ring();
}

static void a_part_of_the_input(void **state)
{
    (void)state;
    expect_selected((struct select){.symbols = "A"}, 0, "1 3 5", 2);
    expect_selected((struct select){.only_trades = true}, 0, "1 2 4 5", 1);
    expect_selected((struct select){.from_ns = 2, .to_ns = 5}, 0, "2 3 4", 2);
    expect_selected((struct select){.skip_cnt = 2}, 0, "3 4 5", 2);
    expect_selected((struct select){.skip_cnt = 1, .symbols = "A"}, 1, "3", 2);
    expect_selected((struct select){0}, 2, "1 2", 0);
    expect_selected((struct select){0}, 100, "1 2 3 4 5", 0);
    expect_selected((struct select){.symbols = "none"}, 0, "", 5);
    expect_part(talk.text, "no tick: 5 records");
}

static void expect_repeated(uint64_t pass_cnt, uint64_t skip_cnt, uint64_t count_max, const char *want)
{
    OPEN(five);
    replay.pass_cnt = pass_cnt;
    replay.select.skip_cnt = skip_cnt;
    replay.count_max = count_max;
    assert_int_equal(run(), 0);
    expect_published(want);
    close_ring();
}

static void the_input_again(void **state)
{
    (void)state;
    expect_repeated(2, 0, 0, "1 2 3 4 5 1 2 3 4 5");
    expect_repeated(2, 3, 0, "4 5 1 2 3 4 5"); /* of all passes, the first so many */
    expect_repeated(3, 0, 7, "1 2 3 4 5 1 2");
    expect_repeated(0, 0, 11, "1 2 3 4 5 1 2 3 4 5 1"); /* for ever */
    expect_repeated(5, 0, 5, "1 2 3 4 5");
}

/* For ever of nothing would be an endless loop. */
static void nothing_is_not_repeated_for_ever(void **state)
{
    (void)state;
    OPEN(five);
    replay.pass_cnt = 0;
    replay.select.symbols = "none";
    assert_int_equal(run(), 0);
    expect_published("");
    close_ring();
}

static void a_pipe_cannot_be_repeated(void **state)
{
    (void)state;
    OPEN(five);
    replay.pass_cnt = 2;
    fake.cannot_rewind = true;
    assert_int_equal(run(), EXIT_CODE_USAGE);
    expect_part(talk.text, "feed: in.csv: cannot be read again");
    expect_published("1 2 3 4 5");
    close_ring();
}

static const struct fake_step broken[] = {{0, 1, NULL, 0, 0},          {0, 2, NULL, 0, 0},
                                          {SOURCE_BAD, 0, NULL, 0, 0}, {0, 4, NULL, 0, 0},
                                          {SOURCE_BAD, 0, NULL, 0, 0}, {0, 6, NULL, 0, 0}};

static void a_malformed_record_ends_it(void **state)
{
    (void)state;
    OPEN(broken);
    assert_int_equal(run(), EXIT_CODE_DATA);
    expect_part(talk.text, "feed: in.csv:3:1: price 'x' is not a number: malformed");
    expect_part(talk.text, "--on-bad=skip");
    expect_published("1 2"); /* what was whole before it */
    assert_int_equal(replay.counts.bad, 1);
    close_ring();
}

static void or_is_passed_over_and_counted(void **state)
{
    (void)state;
    OPEN(broken);
    replay.skip_bad = true;
    assert_int_equal(run(), 0);
    expect_part(talk.text, "in.csv:3:1: price 'x' is not a number: passed over");
    expect_part(talk.text, "in.csv:5:1:");
    expect_published("1 2 4 6");
    assert_int_equal(replay.counts.bad, 2);
    close_ring();
}

static void input_that_cannot_go_on(void **state)
{
    static const struct fake_step steps[] = {{0, 1, NULL, 0, 0}, {SOURCE_FATAL, 0, NULL, 0, 0}};
    (void)state;
    OPEN(steps);
    replay.skip_bad = true; /* is for records only */
    assert_int_equal(run(), EXIT_CODE_IO);
    expect_part(talk.text, "feed: in.csv: cannot read: Input/output error: cannot go on");
    expect_published("1");
    assert_int_equal(replay.counts.bad, 0);
    close_ring();
}

static void a_signal_while_reading(void **state)
{
    static const struct fake_step steps[] = {
        {0, 1, NULL, 0, 0}, {SOURCE_AGAIN, 0, NULL, 0, 0}, {0, 2, NULL, 0, 0}};
    (void)state;
    OPEN(steps);
    assert_int_equal(run(), 0); /* none to stop */
    expect_published("1 2");
    close_ring();
}

static void a_stop_is_orderly(void **state)
{
    (void)state;
    OPEN(five);
    stop_after = 3;
    assert_int_equal(run(), 0);
    assert_string_equal(talk.text, "");
    assert_true(pub.published > 0 && pub.published < 5);
    assert_int_equal(pub.published, replay.tick_cnt);
    close_ring();
    OPEN(five);
    replay.pass_cnt = 0; /* ends also what has no end */
    stop_after = 50;
    assert_int_equal(run(), 0);
    assert_true(pub.published > 5);
    close_ring();
}

static void a_run_goes_on_where_the_last_was_killed(void **state)
{
    uint64_t whole;
    (void)state;
    OPEN(five);
    assert_int_equal(run(), 0);
    whole = tr_digest_value(&pub.digest);
    close_ring();
    OPEN(five);
    pub.done_cnt = 3;
    assert_int_equal(run(), 0);
    expect_published("4 5");
    assert_int_equal(replay.tick_cnt, 5);
    assert_true(tr_digest_value(&pub.digest) == whole);
    close_ring();
    OPEN(five); /* --skip counts before, --count over both runs */
    pub.done_cnt = 2;
    replay.select.skip_cnt = 1;
    replay.count_max = 3;
    assert_int_equal(run(), 0);
    expect_published("4");
    close_ring();
}

/* Symbols go to the rings by their name, and a ring that is full does not keep what was read from the other. */
static void over_two_rings(void **state)
{
    enum { CNT = 200 };
    static struct fake_step steps[CNT];
    static struct publisher both[2];
    static struct tr_consumer second;
    char ring[TR_RING_NAME_MAX + 1];
    const struct tr_producer_options opt = {
        .ring = help_ring_name(ring, "two"), .name = "feed", .slot_cnt = 1024};
    const struct tr_consumer_options join = {.ring = ring, .id = "r", .from = TR_FROM_OLDEST};
    const char *here = NULL;
    const char *there = NULL;
    static const char *const name[] = {"A", "B", "C", "D", "E", "F", "G", "H"};
    (void)state;
    for (size_t i = 0; i < sizeof name / sizeof name[0]; i++)
        *(tr_digest_name(name[i], 1) % 2 == 0 ? &here : &there) = name[i];
    assert_true(here != NULL && there != NULL);
    for (int i = 0; i < CNT; i++)
        steps[i] = (struct fake_step){0, i, i < 10 ? there : here, 0, 0};
    open_ring(16); /* full before the input is over */
    FAKE(&fake, "in.csv", steps);
    merge_add(&replay.merge, &fake.src);
    memset(both, 0, sizeof both);
    both[0] = both[1] = pub;
    both[0].patience_ns = 200 * TR_NS_PER_MS;
    assert_int_equal(tr_producer_open(&both[1].ring, &opt), 0);
    assert_int_equal(tr_consumer_open(&second, &join), 0);
    replay.pub = both;
    replay.pub_cnt = 2;
    assert_int_equal(run(), EXIT_CODE_TEMPFAIL);
    assert_int_equal(both[0].published, 16);
    assert_int_equal(both[1].published, 10);
    struct tr_tick tick[64];
    struct tr_batch b;
    assert_int_equal(tr_read(&second, tick, 64, &b), TR_OK);
    assert_int_equal(b.cnt, 10);
    assert_int_equal(tick[9].ts_event_ns, 9);
    tr_consumer_close(&second);
    tr_producer_close(&both[1].ring, false);
    pub = both[0];
    close_ring();
}

static void only_checked(void **state)
{
    (void)state;
    OPEN(broken);
    replay.pub_cnt = 0;
    replay.skip_bad = true;
    assert_int_equal(audit_init(&replay.audit), 0);
    assert_int_equal(run(), 0);
    assert_int_equal(replay.audit.trade_cnt, 4);
    assert_int_equal(replay.audit.last_ts_ns, 6);
    audit_free(&replay.audit);
    assert_int_equal(replay.tick_cnt, 4);
    assert_int_equal(replay.counts.bad, 2);
    expect_published("");
    close_ring();
}

static void no_room_ends_with_its_reason(void **state)
{
    enum { CNT = 200 };
    static struct fake_step steps[CNT];
    (void)state;
    open_ring(16);
    FAKE(&fake, "in.csv", steps);
    merge_add(&replay.merge, &fake.src);
    pub.patience_ns = 10 * TR_NS_PER_MS;
    assert_int_equal(run(), EXIT_CODE_TEMPFAIL);
    expect_part(talk.text, "buffer full for too long");
    assert_int_equal(pub.published, 16);
    close_ring();
}

/* --- Time --------------------------------------------------------------------------------------- */

static uint64_t shown_cnt;
static int64_t shown_event_ns;

static void show(void *arg, int64_t now_ns, int64_t ts_event_ns)
{
    assert_ptr_equal(arg, &replay);
    assert_true(now_ns > 0);
    shown_cnt++;
    shown_event_ns = ts_event_ns;
}

static void at_a_rate_and_seen(void **state)
{
    (void)state;
    OPEN(five);
    replay.pace = (struct pace){.kind = PACE_RATE, .rate_hz = 100};
    replay.progress = show;
    replay.progress_arg = &replay;
    shown_cnt = 0;
    int64_t begin_ns = tr_now_ns();
    assert_int_equal(run(), 0);
    assert_true(tr_now_ns() - begin_ns >= 40 * TR_NS_PER_MS); /* the fifth is due then */
    assert_true(shown_cnt > 0);
    assert_true(shown_event_ns >= 1 && shown_event_ns <= 5);
    expect_published("1 2 3 4 5");
    close_ring();
}

/* Ticks that are too close to one another for housekeeping in between show how far they are all the same. */
static void close_ticks_show_progress(void **state)
{
    (void)state;
    OPEN(five);
    replay.pace = (struct pace){.kind = PACE_RATE, .rate_hz = 2000};
    replay.progress = show;
    replay.progress_arg = &replay;
    shown_cnt = 0;
    assert_int_equal(run(), 0);
    assert_true(shown_cnt > 0);
    close_ring();
}

/* The second pass is as long as the first. */
static void passes_keep_the_pace(void **state)
{
    static const struct fake_step steps[] = {{0, 0, NULL, 0, 0}, {0, 30 * TR_NS_PER_MS, NULL, 0, 0}};
    (void)state;
    OPEN(steps);
    replay.pace = (struct pace){.kind = PACE_RECORDED, .speed = 1};
    replay.pass_cnt = 2;
    int64_t begin_ns = tr_now_ns();
    assert_int_equal(run(), 0);
    assert_true(tr_now_ns() - begin_ns >= 60 * TR_NS_PER_MS);
    assert_int_equal(pub.published, 4);
    close_ring();
}

static void *run_thread(void *arg)
{
    int *code = arg;
    *code = replay_run(&replay);
    return NULL;
}

/* Waits for the next tick in the ring, and returns its time; -1: none came. */
static int64_t await_tick(void)
{
    struct tr_tick tick;
    int64_t begin_ns = tr_now_ns();
    while (read_ring(&tick, 1) == 0) {
        if (tr_now_ns() - begin_ns > BOUND_NS)
            return -1;
        tr_consumer_wait(&reader, TR_NS_PER_MS);
    }
    return tick.ts_event_ns;
}

/* A tick that is not due for an hour must not keep back those before it. */
static void ticks_do_not_wait_for_the_next(void **state)
{
    static const struct fake_step steps[] = {{0, 1, NULL, 0, 0}, {0, 3600 * TR_NS_PER_S, NULL, 0, 0}};
    pthread_t thread;
    int code = -1;
    (void)state;
    OPEN(steps);
    replay.pace = (struct pace){.kind = PACE_RECORDED, .speed = 1};
    assert_int_equal(pthread_create(&thread, NULL, run_thread, &code), 0);
    int64_t ts_ns = await_tick();
    stop_after = 1;
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(ts_ns, 1);
    assert_int_equal(code, 0);
    assert_int_equal(pub.published, 1); /* the one that was not due is not published by the stop */
    close_ring();
}

/* Input that trickles in through a pipe: each tick is in the ring before the next is written. */
static void live_input_is_published_as_it_comes(void **state)
{
    static const char *const line[] = {"ts,symbol,price,size\n1600000001,S,1,1\n",
                                       "1600000002,S,1,1\n1600000003,S", ",1,1\n"};
    static const int64_t want[] = {1600000001, 1600000002, 1600000003};
    struct source src = {.path = "-"};
    pthread_t thread;
    int fd[2];
    int code = -1;
    bool in_time = true;
    (void)state;
    open_ring(64);
    assert_int_equal(pipe(fd), 0);
    int saved = dup(STDIN_FILENO);
    dup2(fd[0], STDIN_FILENO);
    assert_int_equal(write(fd[1], line[0], strlen(line[0])), strlen(line[0]));
    assert_int_equal(source_open(&src, NULL), SOURCE_OK);
    merge_add(&replay.merge, &src);
    assert_int_equal(pthread_create(&thread, NULL, run_thread, &code), 0);
    for (int i = 0; i < 3; i++) {
        if (i > 0 && write(fd[1], line[i], strlen(line[i])) < 0)
            in_time = false;
        in_time = await_tick() == want[i] * TR_NS_PER_S && in_time;
    }
    close(fd[1]);
    assert_int_equal(pthread_join(thread, NULL), 0);
    source_close(&src);
    dup2(saved, STDIN_FILENO);
    close(saved);
    close(fd[0]);
    assert_true(in_time);
    assert_int_equal(code, 0);
    assert_int_equal(pub.published, 3);
    close_ring();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(the_whole_input, help_teardown),
        cmocka_unit_test_teardown(an_empty_input_is_told, help_teardown),
        cmocka_unit_test_teardown(several_sources_are_merged, help_teardown),
        cmocka_unit_test_teardown(a_part_of_the_input, help_teardown),
        cmocka_unit_test_teardown(the_input_again, help_teardown),
        cmocka_unit_test_teardown(nothing_is_not_repeated_for_ever, help_teardown),
        cmocka_unit_test_teardown(a_pipe_cannot_be_repeated, help_teardown),
        cmocka_unit_test_teardown(a_malformed_record_ends_it, help_teardown),
        cmocka_unit_test_teardown(or_is_passed_over_and_counted, help_teardown),
        cmocka_unit_test_teardown(input_that_cannot_go_on, help_teardown),
        cmocka_unit_test_teardown(a_signal_while_reading, help_teardown),
        cmocka_unit_test_teardown(a_stop_is_orderly, help_teardown),
        cmocka_unit_test_teardown(a_run_goes_on_where_the_last_was_killed, help_teardown),
        cmocka_unit_test_teardown(over_two_rings, help_teardown),
        cmocka_unit_test_teardown(only_checked, help_teardown),
        cmocka_unit_test_teardown(no_room_ends_with_its_reason, help_teardown),
        cmocka_unit_test_teardown(at_a_rate_and_seen, help_teardown),
        cmocka_unit_test_teardown(close_ticks_show_progress, help_teardown),
        cmocka_unit_test_teardown(passes_keep_the_pace, help_teardown),
        cmocka_unit_test_teardown(ticks_do_not_wait_for_the_next, help_teardown),
        cmocka_unit_test_teardown(live_input_is_published_as_it_comes, help_teardown),
    };
    return cmocka_run_group_tests_name("replay", tests, NULL, NULL);
}
