/* The ring of the next stage: names, waiting, and where an earlier run has got to. */
#include "shm_help.h"
#include "stage_help.h"

#include "consumer/outring.h"
#include "exitcode.h"
#include "log.h"

static char in_name[TR_RING_NAME_MAX + 1];
static char out_name[TR_RING_NAME_MAX + 1];
static struct tr_producer feed;
static struct tr_consumer source;
static struct tr_consumer next; /* who reads what is put */
static struct outring outring;
static struct symbols symbols;
static struct talk talk;
static bool stop;

static bool is_stopped(void)
{
    return stop;
}

static int begin(void **state)
{
    (void)state;
    const struct tr_producer_options lane = {
        .ring = help_ring_name(in_name, "in"), .name = "feed", .slot_cnt = 64};
    help_ring_name(out_name, "out");
    log_init("consumer", LOG_NORMAL);
    stop = false;
    int rc = tr_producer_open(&feed, &lane);
    const struct tr_consumer_options reader = {.ring = in_name, .id = "stage"};
    return rc != 0 ? rc : tr_consumer_open(&source, &reader);
}

static int end(void **state)
{
    tr_consumer_close(&source);
    tr_producer_close(&feed, false);
    symbols_free(&symbols);
    return help_teardown(state);
}

static struct outring_options options(uint64_t input)
{
    return (struct outring_options){.ring = out_name,
                                    .lane = "stage",
                                    .patience_ns = 10 * TR_NS_PER_S,
                                    .wants_digest = true,
                                    .input = {.word = {input}},
                                    .source = &source,
                                    .stopped = is_stopped};
}

static void open_ring(const struct outring_options *opt)
{
    talk_begin(&talk);
    int code = outring_open(&outring, opt);
    talk_end(&talk);
    assert_int_equal(code, 0);
}

static void join(const char *id)
{
    const struct tr_consumer_options opt = {.ring = out_name, .id = id, .hold_ns = TR_NS_PER_S};
    assert_int_equal(tr_consumer_open(&next, &opt), 0);
}

static int put(const char *symbol, const char *venue, uint64_t source_seq)
{
    const struct tr_tick rec = {
        .kind = TR_TICK_SIGNAL, .ts_event_ns = TS, .source_seq = source_seq, .price_px = ONE, .symbol = 999};
    static const struct filter all;
    struct stage_tick t = {.tick = &rec, .venue = venue, .venue_len = strlen(venue)};
    t.symbol = symbols_get(&symbols, symbol, strlen(symbol), &all);
    return outring.sink.put(&outring.sink, &rec, &t);
}

/* The next record that is read, by its source and names. */
static void expect_record(uint64_t seq, const char *symbol, const char *venue, uint64_t source_seq)
{
    struct tr_tick tick;
    struct tr_batch b;
    assert_int_equal(tr_read(&next, &tick, 1, &b), TR_OK);
    const struct tr_name *name = tr_consumer_symbol(&next, b.lane_idx, tick.symbol);
    assert_int_equal(b.seq, seq);
    assert_int_equal(tick.kind, TR_TICK_SIGNAL);
    assert_int_equal(tick.source_seq, source_seq);
    assert_true(tick.ts_pub_ns > 0);
    assert_int_equal(name->len, strlen(symbol));
    assert_memory_equal(name->text, symbol, name->len);
    if (venue[0] == '\0') {
        assert_int_equal(tick.venue, TR_VENUE_NONE);
    } else {
        const struct tr_name *there = tr_consumer_venue(&next, b.lane_idx, tick.venue);
        assert_int_equal(there->len, strlen(venue));
        assert_memory_equal(there->text, venue, there->len);
    }
    tr_advance(&next, &b);
}

static void expect_nothing(enum tr_status status)
{
    struct tr_tick tick;
    struct tr_batch b;
    assert_int_equal(tr_read(&next, &tick, 1, &b), status);
}

static void names_are_those_of_the_next_ring(void **state)
{
    (void)state;
    struct outring_options opt = options(1);
    open_ring(&opt);
    join("next");
    static const char *const venue[] = {"binance", "kraken", "", "kraken"};
    for (uint64_t i = 0; i < 200; i++) {
        char symbol[16];
        snprintf(symbol, sizeof symbol, "S%u", (unsigned)(i % 150));
        assert_int_equal(put(symbol, venue[i % 4], i), 0);
    }
    assert_int_equal(outring_flush(&outring), 0);
    for (uint64_t i = 0; i < 200; i++) {
        char symbol[16];
        snprintf(symbol, sizeof symbol, "S%u", (unsigned)(i % 150));
        expect_record(i, symbol, venue[i % 4], i);
    }
    expect_nothing(TR_EMPTY);
    assert_int_equal(outring.digest.tick_cnt, 200);
    outring_close(&outring);
    expect_nothing(TR_CLOSED);
    tr_consumer_close(&next);
}

/* As after a kill: the lane is open and nobody has it. */
static void goes_on_where_it_was_killed(void **state)
{
    (void)state;
    struct outring_options opt = options(1);
    struct tr_digest digest;
    open_ring(&opt);
    join("next");
    for (uint64_t i = 0; i < 20; i++)
        assert_int_equal(put("A", "", i), 0);
    digest = outring.digest; /* the checkpoint is here */
    for (uint64_t i = 20; i < 30; i++)
        assert_int_equal(put("A", "", i), 0);
    assert_int_equal(outring_flush(&outring), 0);
    outring_abandon(&outring);

    open_ring(&opt);
    expect_part(talk.text, "going on after 30 records");
    assert_int_equal(outring_await(&outring), 0); /* who was there is not waited for again */
    outring_restart(&outring, 20, &digest);
    for (uint64_t i = 20; i < 40; i++)
        assert_int_equal(put("A", "", i), 0);
    assert_int_equal(outring_flush(&outring), 0);
    for (uint64_t i = 0; i < 40; i++)
        expect_record(i, "A", "", i);
    expect_nothing(TR_EMPTY);
    assert_int_equal(outring.digest.tick_cnt, 40);
    outring_abandon(&outring);

    /* Another input, and the same begun anew, do not go on. */
    for (unsigned i = 0; i < 2; i++) {
        opt = options(i == 0 ? 2 : 1);
        opt.anew = i == 1;
        open_ring(&opt);
        assert_int_equal(outring.done_cnt, 0);
        assert_int_equal(put("A", "", 0), 0);
        assert_int_equal(outring_flush(&outring), 0);
        expect_record(40 + i, "A", "", 0);
        outring_abandon(&outring);
    }
    opt.anew = true;
    open_ring(&opt); /* the one put above is not of this beginning */
    assert_int_equal(outring.done_cnt, 0);
    outring_close(&outring);
    tr_consumer_close(&next);
}

static void only_what_is_there(void **state)
{
    (void)state;
    struct outring_options opt = options(1);
    struct tr_segment seg;
    opt.only_there = true;
    open_ring(&opt);
    assert_false(outring.is_open);
    outring_close(&outring);
    assert_int_equal(tr_segment_open(&seg, out_name, false), -ENOENT);
}

static void nobody_reads(void **state)
{
    (void)state;
    struct outring_options opt = options(1);
    opt.patience_ns = 20 * TR_NS_PER_MS;
    open_ring(&opt);
    talk_begin(&talk);
    int code = outring_await(&outring);
    talk_end(&talk);
    assert_int_equal(code, EXIT_CODE_TEMPFAIL);
    expect_part(talk.text, "no consumer in time");
    stop = true;
    assert_int_equal(outring_await(&outring), 0); /* told to stop */
    outring_close(&outring);
}

static int fill(void)
{
    int code = 0;
    for (uint64_t i = 0; i <= TR_SLOT_CNT_DEFAULT + OUTRING_BATCH && code == 0; i++)
        code = put("A", "", i);
    return code;
}

/* Ticks were lost while it was away: the records that the lane has stay, and those to come are others. */
static void what_is_not_made_again(void **state)
{
    (void)state;
    struct outring_options opt = options(1);
    struct tr_digest digest;
    open_ring(&opt);
    join("next");
    digest = outring.digest;
    for (uint64_t i = 0; i < 30; i++)
        assert_int_equal(put("A", "", i), 0);
    assert_int_equal(outring_flush(&outring), 0);
    outring_abandon(&outring);
    open_ring(&opt);
    outring_restart(&outring, 20, &digest);
    assert_int_equal(put("A", "", 20), 0);
    outring_diverge(&outring);
    assert_int_equal(put("A", "", 100), 0);
    assert_int_equal(outring_flush(&outring), 0);
    for (uint64_t i = 0; i < 30; i++)
        expect_record(i, "A", "", i);
    expect_record(30, "A", "", 100);
    expect_nothing(TR_EMPTY);
    uint64_t put_cnt = outring.put_cnt;
    outring_abandon(&outring);
    open_ring(&opt);
    assert_int_equal(outring.done_cnt, put_cnt); /* the next checkpoint fits the lane */
    outring_close(&outring);
    tr_consumer_close(&next);
}

/* Killed before anybody was there: whoever comes back still waits, or what he publishes is overwritten. */
static void nobody_was_there_yet(void **state)
{
    (void)state;
    struct outring_options opt = options(1);
    open_ring(&opt);
    outring_abandon(&outring);
    opt.patience_ns = 20 * TR_NS_PER_MS;
    open_ring(&opt);
    talk_begin(&talk);
    int code = outring_await(&outring);
    talk_end(&talk);
    assert_int_equal(code, EXIT_CODE_TEMPFAIL);
    outring_close(&outring);
}

/* Full: it waits as long as it may, and after an order to stop for a second. */
static void the_next_does_not_read(void **state)
{
    (void)state;
    struct outring_options opt = options(1);
    for (unsigned i = 0; i < 2; i++) {
        opt.patience_ns = i == 0 ? 30 * TR_NS_PER_MS : -1;
        stop = i == 1;
        open_ring(&opt);
        join("next");
        talk_begin(&talk);
        int code = fill();
        talk_end(&talk);
        assert_int_equal(code, EXIT_CODE_TEMPFAIL);
        expect_part(talk.text, "buffer full for too long");
        assert_true(tr_load_rlx(&source.stats->blocked_ns) >= 30 * TR_NS_PER_MS);
        talk_begin(&talk);
        if (i == 0)
            outring_close(&outring);
        else
            outring_abandon(&outring);
        talk_end(&talk);
        if (i == 0)
            assert_string_equal(talk.text, "");
        else /* a second is worth telling */
            expect_part(talk.text, " s for consumer 'next' (buffer full)\n");
        tr_consumer_close(&next);
    }
}

static void taken_away(void **state)
{
    (void)state;
    struct outring_options opt = options(1);
    char path[HELP_PATH_MAX];
    open_ring(&opt);
    help_shm_path(path, out_name);
    assert_int_equal(unlink(path), 0);
    outring.ring.kept_ns = outring.ring.looked_ns = 0; /* housekeeping is due */
    talk_begin(&talk);
    int put_code = put("A", "", 0);
    int flush_code = outring_flush(&outring); /* there is room, and nobody waits: it does not look */
    int code = outring_housekeep(&outring, tr_now_ns());
    talk_end(&talk);
    assert_int_equal(put_code, 0);
    assert_int_equal(flush_code, 0);
    assert_int_equal(code, EXIT_CODE_UNAVAILABLE);
    expect_part(talk.text, "removed while in use");
    outring_abandon(&outring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(names_are_those_of_the_next_ring, begin, end),
        cmocka_unit_test_setup_teardown(goes_on_where_it_was_killed, begin, end),
        cmocka_unit_test_setup_teardown(what_is_not_made_again, begin, end),
        cmocka_unit_test_setup_teardown(only_what_is_there, begin, end),
        cmocka_unit_test_setup_teardown(nobody_reads, begin, end),
        cmocka_unit_test_setup_teardown(nobody_was_there_yet, begin, end),
        cmocka_unit_test_setup_teardown(the_next_does_not_read, begin, end),
        cmocka_unit_test_setup_teardown(taken_away, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
