/* Death at every instruction of what a producer and a consumer do, and around every system call of coming
 * and going.  Each round: a child does one thing on a real ring and is killed at a chosen point of it; its
 * successor takes over; every tick must then have been delivered once, and the accounts must balance. */
#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "monitor/ledger.h"
#include "tests/multi/proc.h"
#include "tests/multi/step.h"
#include "tickring.h"

#define HOLD_NS (60 * TR_NS_PER_S)
#define SLOT_CNT 8
#define TICK_CNT 20 /* in all, more than two laps */

/* What the child has delivered, kept where it survives: the file that a real consumer writes. */
struct log {
    _Atomic uint64_t cnt;
    uint64_t seq[64];
};

struct round {
    char ring[32];
    struct log *log;
    struct tr_producer producer;
    struct tr_consumer consumer;
    uint64_t lost; /* as the ring counts it, at the end of a round */
    uint64_t random;
};

static struct round the_round;

static struct tr_tick make_tick(uint64_t i)
{
    struct tr_tick t = {
        .kind = TR_TICK_TRADE, .ts_event_ns = (int64_t)(i * 1001), .symbol = (uint16_t)(i % 7)};
    t.price_px = (int64_t)(i * 31 + 5);
    t.size_qty = (int64_t)(i * i + 1);
    t.id = ~i;
    return t;
}

static void expect_tick(const struct tr_tick *tick, uint64_t i)
{
    struct tr_tick expected = make_tick(i);
    if (memcmp(tick, &expected, sizeof expected) != 0)
        fail_msg("tick %" PRIu64 " is torn or wrong", i);
}

/* --- The two ends ------------------------------------------------------------------------------- */

static void open_producer(struct round *r)
{
    const struct tr_producer_options opt = {
        .ring = r->ring, .name = "maker", .slot_cnt = SLOT_CNT, .wait = TR_WAIT_BLOCK};
    int rc = tr_producer_open(&r->producer, &opt);
    if (rc != 0)
        fail_msg("the producer cannot open: %s", strerror(-rc));
}

static void open_consumer(struct round *r, enum tr_from from, uint64_t seq)
{
    const struct tr_consumer_options opt = {
        .ring = r->ring, .id = "taker", .from = from, .seq = seq, .hold_ns = HOLD_NS, .wait = TR_WAIT_BLOCK};
    int rc = tr_consumer_open(&r->consumer, &opt);
    if (rc != 0)
        fail_msg("the consumer cannot open: %s", strerror(-rc));
}

/* Publishes until `end` have been published since the lane began, or the gate is shut. */
static void publish_to(struct round *r, uint64_t end)
{
    while (r->producer.w.next < end) {
        struct tr_tick tick = make_tick(r->producer.w.next);
        if (tr_publish(&r->producer, &tick) != TR_OK)
            return;
    }
}

static void publish_batch(struct round *r, uint32_t cnt)
{
    struct tr_tick tick[TICK_CNT];
    for (uint32_t i = 0; i < cnt; i++)
        tick[i] = make_tick(r->producer.w.next + i);
    tr_publish_batch(&r->producer, tick, cnt);
}

static void write_log(struct round *r, uint64_t seq)
{
    uint64_t cnt = atomic_load(&r->log->cnt);
    r->log->seq[cnt] = seq;
    atomic_store(&r->log->cnt, cnt + 1);
}

/* Reads what is there, at most max ticks: output first, then the cursor.  Returns the last state. */
static enum tr_status read_some(struct round *r, uint32_t max)
{
    struct tr_tick tick[4];
    struct tr_batch b;
    enum tr_status status;
    while (max > 0 && (status = tr_read(&r->consumer, tick, max < 4 ? max : 4, &b)) == TR_OK) {
        for (uint32_t i = 0; i < b.cnt; i++) {
            expect_tick(&tick[i], b.seq + i);
            write_log(r, b.seq + i);
        }
        tr_advance(&r->consumer, &b);
        max -= b.cnt;
    }
    return max == 0 ? TR_OK : status;
}

/* --- Around a round ----------------------------------------------------------------------------- */

static void begin_round(struct round *r)
{
    memset(r->log, 0, sizeof *r->log);
}

/* The log is one run of sequences from `first`, but for the ranges from..to-1 that were lost. */
static void expect_log(const struct round *r, uint64_t first, uint64_t gap_from, uint64_t gap_to)
{
    uint64_t next = first;
    for (uint64_t i = 0; i < r->log->cnt; i++) {
        if (next == gap_from)
            next = gap_to;
        if (r->log->seq[i] != next)
            fail_msg("line %" PRIu64 " of the output is tick %" PRIu64 ", not %" PRIu64, i, r->log->seq[i],
                     next);
        next++;
    }
    if (next != TICK_CNT)
        fail_msg("the output ends with tick %" PRIu64, next);
    assert_int_equal(r->lost, gap_to > gap_from ? gap_to - gap_from : 0);
}

/* What a monitor sees of the dead: the sums are right, and the gaps are all that is lost. */
static void expect_balanced(const struct round *r)
{
    struct tr_segment seg;
    unsigned c;
    unsigned p;
    if (tr_observe_open(&seg, r->ring) != 0) /* killed before there was one, or after it was removed */
        return;
    struct tr_view *view = malloc(sizeof *view);
    assert_non_null(view);
    assert_int_equal(tr_observe(&seg, view), 0);
    if (!ledger_is_balanced(view, &c, &p))
        fail_msg("consumer %u does not balance: at %" PRIu64 ", lost %" PRIu64 " in %u gaps", c,
                 view->member[c].lane[p].cursor, view->member[c].lane[p].lost, view->member[c].gap_cnt);
    free(view);
    tr_observe_close(&seg);
}

/* Goes on with both ends until all ticks are through, then closes, and expects that nothing is left. */
static void finish(struct round *r)
{
    enum tr_status status;
    for (unsigned turn = 0; r->producer.w.next < TICK_CNT; turn++) {
        if (turn > 2 * TICK_CNT)
            fail_msg("no tick gets through: producer at %" PRIu64 ", consumer at %" PRIu64,
                     r->producer.w.next, r->consumer.lane[0].pos);
        publish_to(r, TICK_CNT);
        status = read_some(r, UINT32_MAX);
        assert_true(status == TR_EMPTY || status == TR_OVERRUN);
    }
    tr_producer_close(&r->producer, false);
    do
        status = read_some(r, UINT32_MAX);
    while (status == TR_OVERRUN);
    assert_int_equal(status, TR_CLOSED);
    const struct tr_member_lane *own = &r->consumer.member->lane[0];
    assert_int_equal(tr_load_rlx(&own->cur), TICK_CNT);
    r->lost = tr_load_rlx(&own->lost_cnt);
    expect_balanced(r);
    tr_consumer_close(&r->consumer);
    struct tr_segment seg;
    assert_int_equal(tr_observe_open(&seg, r->ring), -ENOENT);
}

static bool kill_child(step_body *body, void (*meanwhile)(void *arg), struct round *r,
                       const struct step_point *at)
{
    bool inside = step_kill(body, meanwhile, r, at);
    expect_balanced(r);
    return inside;
}

/* --- A producer dies ---------------------------------------------------------------------------- */

static void child_publishes(void *arg)
{
    struct round *r = arg;
    open_producer(r);
    publish_to(r, 5);
    step_pause(); /* a consumer joins and reads */
    step_window_begin();
    publish_to(r, 9); /* one more than a lap: the gate is looked at */
    publish_batch(r, 3);
    step_window_end();
}

static void consumer_joins(void *arg)
{
    struct round *r = arg;
    open_consumer(r, TR_FROM_OLDEST, 0);
    read_some(r, 4);
}

static bool round_publish(void *arg, const struct step_point *at)
{
    struct round *r = arg;
    begin_round(r);
    bool inside = kill_child(child_publishes, consumer_joins, r, at);
    open_producer(r);
    assert_true(r->producer.took_over);
    assert_true(r->producer.w.next >= 5 && r->producer.w.next <= 12);
    for (unsigned i = 0; i < SLOT_CNT; i++) /* nothing published will be written again */
        assert_true(tr_seq_published(tr_load_rlx(&r->producer.w.slot[i].seq)) <= r->producer.w.next);
    finish(r);
    expect_log(r, 0, UINT64_MAX, 0);
    return inside;
}

static void child_opens_producer(void *arg)
{
    struct round *r = arg;
    step_window_begin();
    open_producer(r);
    step_window_end();
}

/* Killed while it makes the ring, takes the lane, opens it. */
static bool round_open_producer(void *arg, const struct step_point *at)
{
    struct round *r = arg;
    begin_round(r);
    bool inside = kill_child(child_opens_producer, NULL, r, at);
    open_producer(r);
    assert_int_equal(r->producer.w.next, 0);
    open_consumer(r, TR_FROM_OLDEST, 0);
    finish(r);
    expect_log(r, 0, UINT64_MAX, 0);
    return inside;
}

static void child_closes_producer(void *arg)
{
    struct round *r = arg;
    open_producer(r);
    step_pause();
    publish_to(r, 6);
    step_window_begin();
    tr_producer_close(&r->producer, false);
    step_window_end();
}

static bool round_close_producer(void *arg, const struct step_point *at)
{
    struct round *r = arg;
    begin_round(r);
    bool inside = kill_child(child_closes_producer, consumer_joins, r, at);
    open_producer(r); /* on with the lane, whether it was closed already or not */
    assert_int_equal(r->producer.w.next, 6);
    finish(r);
    expect_log(r, 0, UINT64_MAX, 0);
    return inside;
}

/* --- A consumer dies ---------------------------------------------------------------------------- */

static void child_reads(void *arg)
{
    struct round *r = arg;
    open_consumer(r, TR_FROM_OLDEST, 0);
    step_pause(); /* ticks come */
    step_window_begin();
    read_some(r, 3);
    read_some(r, UINT32_MAX); /* to the end of what is there: the cursor is flushed */
    step_window_end();
}

static void ticks_come(void *arg)
{
    struct round *r = arg;
    publish_to(r, 6);
}

/* The successor goes on by its own output: every tick once. */
static bool round_read(void *arg, const struct step_point *at)
{
    struct round *r = arg;
    begin_round(r);
    open_producer(r);
    bool inside = kill_child(child_reads, ticks_come, r, at);
    open_consumer(r, TR_FROM_SEQ, r->log->cnt);
    finish(r);
    expect_log(r, 0, UINT64_MAX, 0);
    return inside;
}

/* The successor goes on by the cursor: none is missing, and only the last ones can come again. */
static bool round_read_by_cursor(void *arg, const struct step_point *at)
{
    struct round *r = arg;
    begin_round(r);
    open_producer(r);
    bool inside = kill_child(child_reads, ticks_come, r, at);
    uint64_t logged = r->log->cnt;
    open_consumer(r, TR_FROM_RESUME, 0);
    uint64_t pos = r->consumer.lane[0].pos;
    assert_true(pos <= logged && logged - pos <= 6);
    atomic_store(&r->log->cnt, pos); /* the repeated ones over the first ones */
    finish(r);
    expect_log(r, 0, UINT64_MAX, 0);
    return inside;
}

static void child_joins(void *arg)
{
    struct round *r = arg;
    step_window_begin();
    open_consumer(r, TR_FROM_OLDEST, 0);
    step_window_end();
}

/* Into a lane that is two laps on.  The successor's stream is of one piece from the start it was told. */
static bool round_join(void *arg, const struct step_point *at)
{
    struct round *r = arg;
    begin_round(r);
    open_producer(r);
    publish_to(r, 2 * SLOT_CNT);
    bool inside = kill_child(child_joins, NULL, r, at);
    publish_to(r, 2 * SLOT_CNT + 2);
    open_consumer(r, TR_FROM_RESUME, 0);
    uint64_t start = tr_load_rlx(&r->consumer.member->lane[0].start);
    assert_true(start >= SLOT_CNT && start <= 2 * SLOT_CNT + 2);
    assert_int_equal(tr_load_rlx(&r->consumer.member->lane[0].lost_cnt), 0);
    finish(r);
    expect_log(r, start, UINT64_MAX, 0);
    return inside;
}

static void evict_and_lap(void *arg)
{
    struct round *r = arg;
    const struct tr_member_lane *ml = &tr_segment_member(&r->producer.seg, 0)->lane[0];
    publish_to(r, SLOT_CNT + 2); /* it has read two */
    tr_writer_evict(&r->producer.w, 0, tr_load_rlx(&ml->reg));
    publish_to(r, SLOT_CNT + 5);
}

static void child_is_evicted(void *arg)
{
    struct round *r = arg;
    open_consumer(r, TR_FROM_OLDEST, 0);
    publish_to(r, 0);
    read_some(r, 2);
    tr_consumer_flush(&r->consumer);
    step_pause(); /* evicted, and lapped */
    step_window_begin();
    read_some(r, UINT32_MAX); /* finds out: a gap is told ... */
    read_some(r, 2); /* ... and goes on behind it */
    step_window_end();
}

/* The gap is counted once, whoever was killed where. */
static bool round_evicted(void *arg, const struct step_point *at)
{
    struct round *r = arg;
    begin_round(r);
    open_producer(r);
    publish_to(r, 2);
    bool inside = kill_child(child_is_evicted, evict_and_lap, r, at);
    uint64_t logged = r->log->cnt;
    open_consumer(r, TR_FROM_RESUME, 0);
    uint64_t pos = r->consumer.lane[0].pos;
    for (uint64_t i = 0; i < logged; i++) { /* the repeated ones over the first ones */
        if (r->log->seq[i] == pos)
            atomic_store(&r->log->cnt, i);
    }
    finish(r);
    uint64_t to = r->log->seq[2];
    assert_true(to >= 5 && to <= SLOT_CNT + 5);
    expect_log(r, 0, 2, to);
    return inside;
}

static void child_closes_consumer(void *arg)
{
    struct round *r = arg;
    open_consumer(r, TR_FROM_OLDEST, 0);
    step_pause();
    read_some(r, 3);
    step_window_begin();
    tr_consumer_close(&r->consumer);
    step_window_end();
}

/* The producer is not held by one who has left, and not stuck with one who died leaving. */
static bool round_close_consumer(void *arg, const struct step_point *at)
{
    struct round *r = arg;
    begin_round(r);
    open_producer(r);
    bool inside = kill_child(child_closes_consumer, ticks_come, r, at);
    open_consumer(r, TR_FROM_RESUME, 0);
    assert_int_equal(r->consumer.lane[0].pos, 3);
    finish(r);
    expect_log(r, 0, UINT64_MAX, 0);
    return inside;
}

static void child_sleeps(void *arg)
{
    struct round *r = arg;
    open_consumer(r, TR_FROM_OLDEST, 0);
    read_some(r, 1); /* nothing: it knows the lane now, and would sleep */
    step_window_begin();
    tr_consumer_wait(&r->consumer, TR_NS_PER_MS);
    step_window_end();
}

/* A sleeper's bell goes on ringing after its death; nobody minds, and the successor is woken. */
static bool round_sleep(void *arg, const struct step_point *at)
{
    struct round *r = arg;
    begin_round(r);
    open_producer(r);
    bool inside = kill_child(child_sleeps, NULL, r, at);
    publish_to(r, 2);
    open_consumer(r, TR_FROM_RESUME, 0);
    assert_int_equal(tr_consumer_wait(&r->consumer, TR_NS_PER_S), TR_OK);
    finish(r);
    expect_log(r, 0, UINT64_MAX, 0);
    return inside;
}

/* --- Table -------------------------------------------------------------------------------------- */

/* Every instruction from the function's entry on, or from the beginning of the window. */
static void at_each_instruction(void **state, step_round *round, void (*from)(void), uint64_t dense)
{
    struct round *r = *state;
    if (from != NULL && !step_can_enter()) {
        printf("skipped: no breakpoints on this processor\n");
        return;
    }
    uint64_t tried = step_each_instruction(round, r, from, dense, &r->random);
    printf("killed at %" PRIu64 " instructions\n", tried);
    assert_true(tried > 30);
}

static void at_each_call(void **state, step_round *round, unsigned tries)
{
    struct round *r = *state;
    uint64_t tried = step_each_call(round, r, tries, &r->random);
    printf("killed at %" PRIu64 " points around system calls\n", tried);
    assert_true(tried > 10);
}

#define FROM(function) ((void (*)(void))(function))

static void test_publish(void **state)
{
    at_each_instruction(state, round_publish, NULL, 250);
}

static void test_gate(void **state)
{
    at_each_instruction(state, round_publish, FROM(tr_writer_gate), 100);
}

static void test_read(void **state)
{
    at_each_instruction(state, round_read, NULL, 200);
}

static void test_read_by_cursor(void **state)
{
    at_each_instruction(state, round_read_by_cursor, FROM(tr_meter_batch), 250);
}

static void test_rejoin(void **state)
{
    at_each_instruction(state, round_evicted, FROM(tr_reader_rejoin), 250);
}

static void test_open_producer(void **state)
{
    at_each_call(state, round_open_producer, 2);
    at_each_instruction(state, round_open_producer, FROM(tr_writer_init), 100);
}

static void test_close_producer(void **state)
{
    at_each_instruction(state, round_close_producer, NULL, 150);
    at_each_call(state, round_close_producer, 2);
}

static void test_join(void **state)
{
    at_each_call(state, round_join, 2);
    at_each_instruction(state, round_join, FROM(tr_reader_join), 150);
}

static void test_close_consumer(void **state)
{
    at_each_instruction(state, round_close_consumer, FROM(tr_reader_leave), 100);
    at_each_call(state, round_close_consumer, 1);
}

static void test_sleep(void **state)
{
    at_each_call(state, round_sleep, 5);
    at_each_instruction(state, round_sleep, FROM(tr_sleep_begin), 50);
}

static int make_round(void **state)
{
    struct round *r = &the_round;
    *state = r;
    snprintf(r->ring, sizeof r->ring, "step.%d", (int)getpid());
    r->log = mmap(NULL, sizeof *r->log, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    r->random = proc_seed();
    return r->log == MAP_FAILED ? -1 : 0;
}

static int remove_round(void **state)
{
    const struct round *r = *state;
    char path[64];
    snprintf(path, sizeof path, "/dev/shm/%s", r->ring);
    unlink(path);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_publish),        cmocka_unit_test(test_gate),
        cmocka_unit_test(test_read),           cmocka_unit_test(test_read_by_cursor),
        cmocka_unit_test(test_rejoin),         cmocka_unit_test(test_open_producer),
        cmocka_unit_test(test_close_producer), cmocka_unit_test(test_join),
        cmocka_unit_test(test_close_consumer), cmocka_unit_test(test_sleep),
    };
    return cmocka_run_group_tests(tests, make_round, remove_round);
}
