/* Lanes merged by event time on real rings: against a plain merge of what was published, what holds the others
 * up, gaps, the end, sleep. */
#include "bus_help.h"

#define LANE_CNT 5
#define TICK_MAX 400 /* a lane */

static char ring[TR_RING_NAME_MAX + 1];
static struct tr_producer producer[TR_LANE_MAX];
static struct tr_consumer consumer;

/* --- What was published, and its order ---------------------------------------------------------------- */

/* Not in the order in which the lanes are opened. */
static const char *const lane_name[LANE_CNT] = {"kraken", "bitstamp", "okx", "binance", "okx.2"};

struct model {
    int64_t time[LANE_CNT][TICK_MAX];
    uint64_t cnt[LANE_CNT];
    uint64_t next[LANE_CNT]; /* to be delivered */
};

static struct model model;

/* The lane whose next tick is the earliest; LANE_CNT: there is none. */
static unsigned model_first(void)
{
    unsigned first = LANE_CNT;
    for (unsigned p = 0; p < LANE_CNT; p++) {
        if (model.next[p] == model.cnt[p])
            continue;
        int64_t ns = model.time[p][model.next[p]];
        int64_t first_ns = first < LANE_CNT ? model.time[first][model.next[first]] : INT64_MAX;
        if (first == LANE_CNT || ns < first_ns
            || (ns == first_ns && strcmp(lane_name[p], lane_name[first]) < 0))
            first = p;
    }
    return first;
}

/* --- Lanes -------------------------------------------------------------------------------------------- */

static void open_lane(unsigned p)
{
    bus_produce(&producer[p], ring, lane_name[p]);
}

static void begin(const char *what, unsigned lane_cnt)
{
    help_ring_name(ring, what);
    for (unsigned p = 0; p < lane_cnt; p++)
        open_lane(p);
    memset(&model, 0, sizeof model);
}

static void join_for(unsigned lane_cnt_min, bool lossy)
{
    struct tr_consumer_options opt = bus_consumer_options(ring, "c");
    opt.order = TR_ORDER_EVENT;
    opt.lane_cnt_min = lane_cnt_min;
    opt.lossy = lossy;
    assert_int_equal(tr_consumer_open(&consumer, &opt), 0);
}

static void join(void)
{
    join_for(1, false);
}

static void end(unsigned lane_cnt)
{
    tr_consumer_close(&consumer);
    for (unsigned p = 0; p < lane_cnt; p++)
        tr_producer_close(&producer[p], false);
    assert_int_equal(help_leftovers(false), 0);
}

/* Publishes a tick of that time; false: there is no room. */
static bool put(unsigned p, int64_t event_ns)
{
    struct tr_tick tick = bus_tick(producer[p].w.next);
    tick.ts_event_ns = event_ns;
    tick.ts_pub_ns = 1;
    return tr_publish(&producer[p], &tick) == TR_OK;
}

/* Reads one tick: of lane p, with that time. */
static void expect_tick(unsigned p, int64_t event_ns)
{
    struct tr_tick tick;
    struct tr_batch b;
    assert_int_equal(tr_read(&consumer, &tick, 1, &b), TR_OK);
    assert_int_equal(b.lane_idx, p);
    assert_int_equal(b.cnt, 1);
    assert_true(tick.ts_event_ns == event_ns);
    tr_advance(&consumer, &b);
}

static enum tr_status poll_once(void)
{
    struct tr_batch b;
    return tr_poll(&consumer, &b, 16);
}

/* --- Against a plain merge ---------------------------------------------------------------------------- */

/* Takes a batch; each tick of it must be the next of the model. */
static enum tr_status read_merged(uint32_t max)
{
    struct tr_tick tick[64];
    struct tr_batch b;
    enum tr_status status = tr_read(&consumer, tick, max, &b);
    if (status != TR_OK)
        return status;
    for (uint32_t i = 0; i < b.cnt; i++) {
        unsigned p = model_first();
        assert_int_equal(b.lane_idx, p);
        assert_int_equal(b.seq + i, model.next[p]);
        assert_true(tick[i].ts_event_ns == model.time[p][model.next[p]]);
        model.next[p]++;
    }
    tr_advance(&consumer, &b);
    return TR_OK;
}

/* Times in order but for `back` of 100, many of them equal within a lane and between lanes. */
static void make_times(uint64_t *random, unsigned lane_cnt, unsigned back)
{
    for (unsigned p = 0; p < lane_cnt; p++) {
        int64_t ns = 0;
        model.cnt[p] = help_random(random) % TICK_MAX;
        uint64_t stride = 1 + help_random(random) % 6;
        for (uint64_t i = 0; i < model.cnt[p]; i++) {
            bool goes_back = help_random(random) % 100 < back;
            int64_t step = (int64_t)(help_random(random) % stride);
            ns += goes_back ? -4 * step : step;
            model.time[p][i] = ns;
        }
    }
}

/* Publishes a few ticks of a lane, and closes it after its last. */
static void publish_some(uint64_t *random, unsigned p, uint64_t *put_cnt, bool *closed)
{
    for (uint64_t n = help_random(random) % 8; n > 0 && *put_cnt < model.cnt[p]; n--) {
        if (!put(p, model.time[p][*put_cnt]))
            return;
        ++*put_cnt;
    }
    if (*put_cnt == model.cnt[p] && help_random(random) % 4 == 0) {
        tr_producer_close(&producer[p], false);
        *closed = true;
    }
}

static void merge_at_random(uint64_t *random, unsigned lane_cnt, unsigned back)
{
    uint64_t put_cnt[LANE_CNT] = {0};
    bool closed[LANE_CNT] = {false};
    enum tr_status status = TR_EMPTY;
    begin("random", lane_cnt);
    make_times(random, lane_cnt, back);
    join();
    for (uint64_t turn = 0; status != TR_CLOSED; turn++) {
        assert_true(turn < UINT64_C(1000) * TICK_MAX); /* it hangs */
        unsigned p = (unsigned)(help_random(random) % lane_cnt);
        if (!closed[p])
            publish_some(random, p, &put_cnt[p], &closed[p]);
        for (uint64_t n = help_random(random) % 3; n > 0 && status != TR_CLOSED; n--) {
            status = read_merged(1 + (uint32_t)(help_random(random) % 64));
            assert_int_not_equal(status, TR_OVERRUN);
        }
    }
    assert_int_equal(model_first(), LANE_CNT);
    end(0);
}

static void any_lanes_at_any_pace(void **state)
{
    (void)state;
    uint64_t random = help_seed();
    for (unsigned i = 0; i < 60; i++)
        merge_at_random(&random, 1 + i % LANE_CNT, 0);
}

/* A lane keeps its own order; the others are merged with it as with one that stands still. */
static void times_that_go_back(void **state)
{
    (void)state;
    uint64_t random = help_seed();
    for (unsigned i = 0; i < 40; i++)
        merge_at_random(&random, 1 + i % LANE_CNT, 20);
}

/* --- What holds the others up ------------------------------------------------------------------------- */

static void a_silent_lane_holds_the_others(void **state)
{
    (void)state;
    begin("silent", 3);
    join();
    put(0, 10);
    put(0, 20);
    put(1, 5);
    assert_int_equal(poll_once(), TR_EMPTY);
    assert_int_equal(tr_consumer_awaited_lanes(&consumer), 1U << 2);
    assert_int_equal(tr_consumer_missing_lanes(&consumer), 0);
    put(2, 12); /* it publishes */
    expect_tick(1, 5);
    assert_int_equal(poll_once(), TR_EMPTY);
    assert_int_equal(tr_consumer_awaited_lanes(&consumer), 1U << 1);
    tr_producer_close(&producer[1], false); /* it is closed */
    expect_tick(0, 10);
    expect_tick(2, 12);
    assert_int_equal(poll_once(), TR_EMPTY);
    tr_producer_close(&producer[2], false);
    expect_tick(0, 20);
    assert_int_equal(poll_once(), TR_EMPTY); /* nobody is held up by the last one */
    assert_int_equal(tr_consumer_awaited_lanes(&consumer), 0);
    end(1);
}

static void missing_lanes_hold_the_others(void **state)
{
    (void)state;
    begin("missing", 1);
    join_for(3, false);
    assert_int_equal(poll_once(), TR_EMPTY);
    assert_int_equal(tr_consumer_missing_lanes(&consumer), 0); /* nothing is there that would wait */
    put(0, 10);
    assert_int_equal(poll_once(), TR_EMPTY);
    assert_int_equal(tr_consumer_missing_lanes(&consumer), 2);
    assert_int_equal(tr_consumer_awaited_lanes(&consumer), 0);
    open_lane(1);
    put(1, 8);
    assert_int_equal(poll_once(), TR_EMPTY);
    assert_int_equal(tr_consumer_missing_lanes(&consumer), 1);
    open_lane(2);
    tr_producer_close(&producer[2], false); /* it came, and had nothing */
    expect_tick(1, 8);
    assert_int_equal(poll_once(), TR_EMPTY);
    tr_producer_close(&producer[1], false);
    expect_tick(0, 10);
    end(1);
}

static void a_late_lane_is_merged_from_then_on(void **state)
{
    (void)state;
    begin("late", 1);
    join();
    put(0, 10);
    put(0, 20);
    put(0, 30);
    expect_tick(0, 10);
    open_lane(1);
    put(1, 2);
    put(1, 3);
    put(1, 25);
    assert_int_equal(tr_consumer_housekeep(&consumer, tr_now_ns() + TR_NS_PER_S), 0); /* finds it */
    expect_tick(1, 2); /* what is older comes at once */
    expect_tick(1, 3);
    expect_tick(0, 20);
    expect_tick(1, 25);
    assert_int_equal(poll_once(), TR_EMPTY);
    end(2);
}

static void a_lane_that_is_opened_again_is_waited_for(void **state)
{
    (void)state;
    begin("reopen", 2);
    join();
    put(0, 10);
    put(1, 5);
    tr_producer_close(&producer[1], false);
    expect_tick(1, 5);
    open_lane(1);
    put(0, 11);
    assert_int_equal(poll_once(), TR_EMPTY);
    assert_int_equal(tr_consumer_awaited_lanes(&consumer), 1U << 1);
    put(1, 6);
    expect_tick(1, 6);
    end(2);
}

/* A batch that was not moved over is looked at again, however much more has come. */
static void a_poll_never_passes_another_head(void **state)
{
    (void)state;
    struct tr_batch b;
    begin("again", 2);
    join();
    put(0, 1);
    put(0, 2);
    put(0, 9);
    put(1, 5);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(tr_poll(&consumer, &b, 16), TR_OK);
        assert_int_equal(b.lane_idx, 0);
        assert_int_equal(b.cnt, 2);
        assert_true(tr_batch_check(&b));
        put(0, 10 + i);
    }
    tr_advance(&consumer, &b);
    assert_int_equal(tr_poll(&consumer, &b, 16), TR_OK);
    assert_int_equal(b.lane_idx, 1);
    end(2);
}

/* --- Gaps --------------------------------------------------------------------------------------------- */

static void expect_gap(unsigned p, uint64_t from)
{
    struct tr_batch b;
    assert_int_equal(tr_poll(&consumer, &b, 16), TR_OVERRUN);
    assert_int_equal(b.lane_idx, p);
    assert_int_equal(b.gap.from, from);
    assert_int_equal(b.gap.to, consumer.lane[p].pos);
}

/* Held up by lane 1, the reader of lane 0 is lapped, or evicted and lapped: the gap is told before anything
 * is merged, and what is left comes in order. */
static void a_lane_is_lapped_while_it_is_held(void **state)
{
    (void)state;
    for (unsigned lossy = 0; lossy < 2; lossy++) {
        begin("lapped", 2);
        join_for(1, lossy != 0);
        put(0, 0);
        assert_int_equal(poll_once(), TR_EMPTY);
        if (!lossy)
            tr_writer_evict(&producer[0].w, consumer.place.idx, consumer.lane[0].reg);
        for (int64_t i = 1; i < 100; i++)
            assert_true(put(0, i));
        put(1, 98);
        expect_gap(0, 0);
        for (int64_t i = (int64_t)consumer.lane[0].pos; i < 98; i++)
            expect_tick(0, i);
        expect_tick(1, 98);
        assert_int_equal(poll_once(), TR_EMPTY);
        end(2);
    }
}

/* Evicted, but nothing was overwritten: no gap, and it has its place in the order though its feed is gone. */
static void evict_without_a_loss(bool state_seen)
{
    begin("evicted", 2);
    join();
    assert_int_equal(poll_once(), TR_EMPTY);
    put(0, 10);
    put(1, 11);
    tr_writer_evict(&producer[0].w, consumer.place.idx, consumer.lane[0].reg);
    tr_producer_close(&producer[0], false);
    if (state_seen) /* it was closed while we were looking */
        consumer.lane_state[0] = atomic_load(&consumer.lane[0].lane->state);
    expect_tick(0, 10);
    expect_tick(1, 11);
    tr_producer_close(&producer[1], false);
    assert_int_equal(poll_once(), TR_CLOSED);
    end(0);
}

static void an_eviction_without_a_loss(void **state)
{
    (void)state;
    evict_without_a_loss(false);
    evict_without_a_loss(true);
}

static void a_gap_from_before_is_told_first(void **state)
{
    (void)state;
    begin("before", 2);
    join();
    assert_int_equal(poll_once(), TR_EMPTY);
    tr_consumer_close(&consumer);
    for (int64_t i = 0; i < 40; i++)
        put(0, i);
    join();
    expect_gap(0, 0);
    assert_int_equal(poll_once(), TR_EMPTY); /* lane 1 is silent */
    end(2);
}

/* --- The end ------------------------------------------------------------------------------------------ */

/* As far as is there now: nobody is waited for, and nothing that comes later is taken. */
static void to_a_noted_end(void **state)
{
    (void)state;
    begin("noted", 3);
    join_for(5, false);
    put(0, 10);
    put(0, 20);
    put(1, 15);
    tr_consumer_note_end(&consumer);
    put(0, 21);
    put(1, 16);
    expect_tick(0, 10);
    expect_tick(1, 15);
    put(2, 17);
    struct tr_batch b;
    assert_int_equal(tr_poll(&consumer, &b, 16), TR_OK);
    assert_int_equal(b.cnt, 1); /* not what came after the end */
    expect_tick(0, 20);
    assert_int_equal(poll_once(), TR_EMPTY);
    assert_int_equal(tr_consumer_awaited_lanes(&consumer), 0);
    end(3);
}

/* --- Waiting ------------------------------------------------------------------------------------------ */

/* What is held wakes nobody, however much there is; what was waited for does. */
static void sleeps_until_the_awaited_lane_has_something(void **state)
{
    (void)state;
    for (unsigned lossy = 0; lossy < 2; lossy++) {
        begin("sleep", 2);
        join_for(1, lossy != 0);
        put(0, 10);
        assert_int_equal(poll_once(), TR_EMPTY);
        put(0, 11);
        assert_int_equal(tr_consumer_wait(&consumer, 5 * TR_NS_PER_MS), TR_EMPTY);
        put(1, 5);
        assert_int_equal(tr_consumer_wait(&consumer, BUS_LONG_NS), TR_OK);
        expect_tick(1, 5);
        assert_int_equal(poll_once(), TR_EMPTY);
        tr_producer_close(&producer[1], false);
        assert_int_equal(tr_consumer_wait(&consumer, BUS_LONG_NS), TR_OK);
        expect_tick(0, 10);
        end(1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        bus_test(any_lanes_at_any_pace),
        bus_test(times_that_go_back),
        bus_test(a_silent_lane_holds_the_others),
        bus_test(missing_lanes_hold_the_others),
        bus_test(a_late_lane_is_merged_from_then_on),
        bus_test(a_lane_that_is_opened_again_is_waited_for),
        bus_test(a_poll_never_passes_another_head),
        bus_test(a_lane_is_lapped_while_it_is_held),
        bus_test(an_eviction_without_a_loss),
        bus_test(a_gap_from_before_is_told_first),
        bus_test(to_a_noted_end),
        bus_test(sleeps_until_the_awaited_lane_has_something),
    };
    return cmocka_run_group_tests_name("poll order", tests, NULL, NULL);
}
