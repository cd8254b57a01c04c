/* The consumer's loop on real rings: every tick once, gaps told, and every way it ends. */
#include "shm_help.h"
#include "stage_help.h"

#include <fcntl.h>

#include "consumer/run.h"
#include "exitcode.h"
#include "log.h"

#define BOUND_NS (10 * TR_NS_PER_S) /* against hanging */

static struct tr_producer feed;
static struct tr_producer other;
static struct tr_consumer ring;
static struct run run;
static struct stage stage;
static struct indicators indicators;
static struct out out;
static struct talk talk;
static char name[TR_RING_NAME_MAX + 1];
static char text[65536]; /* what the loop wrote */
static uint64_t stop_after; /* so many questions whether to stop; 0: never */
static uint64_t asked_cnt;

static bool is_stopped(void)
{
    return stop_after != 0 && ++asked_cnt > stop_after;
}

static void open_feed(struct tr_producer *p, const char *lane, uint64_t slot_cnt)
{
    const struct tr_producer_options opt = {
        .ring = help_ring_name(name, "run"), .name = lane, .slot_cnt = slot_cnt};
    log_init("consumer", LOG_NORMAL);
    assert_int_equal(tr_producer_open(p, &opt), 0);
}

static void publish(struct tr_producer *p, const char *symbol, uint64_t cnt)
{
    struct tr_tick tick = a_trade(ONE, ONE);
    tick.venue = TR_VENUE_NONE;
    assert_int_equal(tr_producer_symbol(p, symbol, strlen(symbol), &tick.symbol), 0);
    for (uint64_t i = 0; i < cnt; i++) {
        tick.ts_event_ns = (int64_t)i + 1;
        assert_int_equal(tr_publish(p, &tick), TR_OK);
    }
}

static void join(const char *id, bool lossy)
{
    const struct tr_consumer_options opt = {.ring = name, .id = id, .lossy = lossy, .hold_ns = TR_NS_PER_S};
    assert_int_equal(tr_consumer_open(&ring, &opt), 0);
}

static void make_run(const struct stage_ops *ops, enum format format)
{
    char why[128];
    stage = (struct stage){.ops = ops, .out = &out, .opt.format = format};
    indicators = (struct indicators){0};
    assert_int_equal(indicators_ask(&indicators, &indicator_sma, "5", why, sizeof why), 0);
    assert_int_equal(indicators_open(&indicators), 0);
    stage.opt.indicators = &indicators;
    stage.opt.strategy = strategy_of(&strategy_momentum, &indicators, EXACT_PCT_SCALE / 10);
    run = (struct run){
        .ring = &ring, .stage = &stage, .wants_digest = true, .patience_ns = BOUND_NS, .stopped = is_stopped};
    stop_after = asked_cnt = 0;
}

static const struct sma_set *averages_of(const struct symbol *symbol)
{
    return indicator_state(&indicators.all[0], symbol->state);
}

/* Runs it; talk.text is what it said, text what it wrote. */
static int loop(void)
{
    int fd = memfd_create("out", MFD_CLOEXEC);
    assert_true(fd >= 0);
    out_init(&out, fd);
    talk_begin(&talk);
    run_init(&run);
    int code = run_loop(&run);
    talk_end(&talk);
    ssize_t len = pread(fd, text, sizeof text - 1, 0);
    close(fd);
    assert_true(len >= 0);
    text[len] = '\0';
    return code;
}

static void end_run(void)
{
    run_free(&run);
    indicators_close(&indicators);
    json_free(&stage.json);
    tr_consumer_close(&ring);
}

static size_t count_lines(void)
{
    size_t cnt = 0;
    for (const char *p = text; (p = strchr(p, '\n')) != NULL; p++)
        cnt++;
    return cnt;
}

static void to_the_end_of_the_stream(void **state)
{
    struct tr_digest want;
    (void)state;
    open_feed(&feed, "feed", 1024);
    publish(&feed, "BTC", 200);
    join("print", false);
    make_run(&stage_print, FORMAT_JSON);
    tr_producer_close(&feed, false);
    assert_int_equal(loop(), 0);
    assert_string_equal(talk.text, "");
    assert_int_equal(run.totals.delivered, 200);
    assert_int_equal(run.totals.lost, 0);
    assert_int_equal(count_lines(), 200);
    expect_part(text, "{\"event\":\"tick\",\"producer\":\"feed\",\"seq\":0,\"ts\":1,");
    expect_part(text, "\"seq\":199,\"ts\":200,");
    assert_int_equal(run.symbols.all[0]->stats.trade_cnt, 200);
    assert_true(run.totals.elapsed_ns > 0);
    tr_digest_init(&want);
    for (int64_t i = 1; i <= 200; i++) {
        struct tr_tick tick = a_trade(ONE, ONE);
        tick.ts_event_ns = i;
        tr_digest_tick(&want, &tick, tr_digest_name("BTC", 3), tr_digest_name("", 0));
    }
    assert_true(run_digest(&run) == tr_digest_value(&want));
    end_run();
    assert_int_equal(help_leftovers(false), 0); /* the last to leave has put out the light */
}

static void a_stream_without_a_tick(void **state)
{
    (void)state;
    open_feed(&feed, "feed", 64);
    join("print", false);
    make_run(&stage_print, FORMAT_JSON);
    tr_producer_close(&feed, false);
    assert_int_equal(loop(), 0);
    assert_string_equal(text, "");
    assert_int_equal(run.totals.elapsed_ns, 0);
    struct tr_digest none;
    tr_digest_init(&none);
    assert_true(run_digest(&run) == tr_digest_value(&none)); /* as a feed without a tick says */
    end_run();
}

/* Not one more, also in the middle of a batch; who comes next goes on there. */
static void so_many_ticks(void **state)
{
    (void)state;
    open_feed(&feed, "feed", 1024);
    publish(&feed, "BTC", 200);
    join("print", false);
    make_run(&stage_print, FORMAT_JSON);
    run.count_max = 70;
    assert_int_equal(loop(), 0);
    assert_int_equal(run.totals.delivered, 70);
    assert_int_equal(count_lines(), 70);
    end_run();
    join("print", false);
    make_run(&stage_print, FORMAT_JSON);
    run.count_max = 1;
    assert_int_equal(loop(), 0);
    expect_part(text, "\"seq\":70,");
    end_run();
    tr_producer_close(&feed, false);
}

static void what_is_there_now(void **state)
{
    (void)state;
    open_feed(&feed, "feed", 1024);
    publish(&feed, "BTC", 100);
    join("print", false);
    make_run(&stage_print, FORMAT_JSON);
    run.exit_at_end = true;
    assert_int_equal(loop(), 0); /* the feed has not closed */
    assert_int_equal(run.totals.delivered, 100);
    assert_int_equal(loop(), 0); /* nothing more */
    assert_int_equal(run.totals.delivered, 100);
    end_run();
    tr_producer_close(&feed, false);
}

static void a_stop_is_orderly(void **state)
{
    (void)state;
    open_feed(&feed, "feed", 1024);
    publish(&feed, "BTC", 100);
    join("print", false);
    make_run(&stage_print, FORMAT_JSON);
    stop_after = 1;
    assert_int_equal(loop(), 0);
    assert_in_range(run.totals.delivered, 1, RUN_BATCH);
    assert_int_equal(count_lines(), run.totals.delivered);
    end_run();
    tr_producer_close(&feed, false);
}

static void no_tick_in_time(void **state)
{
    (void)state;
    open_feed(&feed, "feed", 64);
    publish(&feed, "BTC", 3);
    join("print", false);
    make_run(&stage_print, FORMAT_JSON);
    run.patience_ns = 20 * TR_NS_PER_MS;
    assert_int_equal(loop(), EXIT_CODE_TEMPFAIL);
    assert_int_equal(run.totals.delivered, 3);
    expect_part(talk.text, "no tick in time");
    end_run();
    tr_producer_close(&feed, false);
}

static void a_feed_that_died(void **state)
{
    (void)state;
    open_feed(&feed, "feed", 64);
    publish(&feed, "BTC", 3);
    join("print", false);
    tr_producer_abandon(&feed);
    make_run(&stage_print, FORMAT_JSON);
    run.patience_ns = 120 * TR_NS_PER_MS; /* it looks several times */
    assert_int_equal(loop(), EXIT_CODE_UNAVAILABLE);
    assert_int_equal(run.totals.delivered, 3); /* what it had published counts */
    const char *told = "consumer: feed: this feed died before its end";
    expect_part(talk.text, told);
    assert_null(strstr(strstr(talk.text, told) + 1, told)); /* once */
    expect_part(talk.text, "nobody took over in time");
    end_run();
}

/* Delivered and lost are all there was, and the gap says which. */
static void an_overrun_is_told(void **state)
{
    (void)state;
    open_feed(&feed, "feed", 16);
    publish(&feed, "BTC", 4);
    join("lossy", true);
    publish(&feed, "BTC", 96);
    tr_producer_close(&feed, false);
    make_run(&stage_print, FORMAT_JSON);
    assert_int_equal(loop(), 0);
    assert_true(run.totals.lost >= 84);
    assert_int_equal(run.totals.delivered + run.totals.lost, 100);
    assert_int_equal(run.totals.gap_cnt, 1);
    char gap[128];
    snprintf(gap, sizeof gap, "{\"event\":\"gap\",\"producer\":\"feed\",\"from\":0,\"to\":%d,\"lost\":%d}\n",
             (int)run.totals.lost - 1, (int)run.totals.lost);
    assert_memory_equal(text, gap, strlen(gap));
    assert_int_equal(count_lines(), run.totals.delivered + 1);
    assert_string_equal(talk.text, "");
    end_run();
}

static void an_overrun_in_words(void **state)
{
    (void)state;
    open_feed(&feed, "feed", 16);
    publish(&feed, "BTC", 4);
    join("lossy", true);
    publish(&feed, "BTC", 96);
    tr_producer_close(&feed, false);
    make_run(&stage_print, FORMAT_CSV);
    assert_int_equal(loop(), 0);
    assert_int_equal(count_lines(), run.totals.delivered); /* data stays data */
    expect_part(talk.text, "consumer: feed: ticks 0 to ");
    expect_part(talk.text, " are lost (");
    end_run();
}

static void only_what_is_wanted(void **state)
{
    (void)state;
    open_feed(&feed, "feed", 1024);
    publish(&feed, "BTC", 30);
    publish(&feed, "ETH", 20);
    join("print", false);
    make_run(&stage_print, FORMAT_JSON);
    run.filter.symbols = "E*";
    tr_producer_close(&feed, false);
    assert_int_equal(loop(), 0);
    assert_int_equal(run.totals.delivered, 50);
    assert_int_equal(run.totals.filtered, 30);
    assert_int_equal(count_lines(), 20);
    assert_null(strstr(text, "BTC"));
    assert_int_equal(run.digest[0].tick_cnt, 20);
    assert_int_equal(run.symbols.all[0]->stats.trade_cnt, 0);
    end_run();
}

/* Two feeds number their symbols differently; a symbol is one all the same. */
static void lanes_meet_by_name(void **state)
{
    (void)state;
    open_feed(&feed, "one", 1024);
    open_feed(&other, "two", 1024);
    publish(&feed, "BTC", 10);
    publish(&feed, "ETH", 5);
    publish(&other, "ETH", 20);
    publish(&other, "BTC", 7);
    const struct tr_consumer_options opt = {.ring = name, .id = "signals", .lane_cnt_min = 2};
    assert_int_equal(tr_consumer_open(&ring, &opt), 0);
    make_run(&stage_signals, FORMAT_JSON);
    stage.opt.all = true;
    tr_producer_close(&feed, false);
    tr_producer_close(&other, true);
    assert_int_equal(loop(), 0);
    assert_int_equal(run.totals.delivered, 42);
    assert_int_equal(run.symbols.cnt, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct symbol *symbol = run.symbols.all[i];
        assert_int_equal(symbol->stats.trade_cnt, strcmp(symbol->name, "BTC") == 0 ? 17 : 25);
        assert_int_equal(averages_of(symbol)->head, symbol->stats.trade_cnt);
    }
    expect_part(text, "\"producer\":\"one\",\"seq\":0,");
    expect_part(text, "\"producer\":\"two\",\"seq\":0,");
    assert_true(run_digest(&run) == tr_digest_value(&run.digest[0]) + tr_digest_value(&run.digest[1]));
    end_run();
}

/* Quotes come before trades: averages begin anew with the first trade. */
static void averages_of_mids_are_forgotten(void **state)
{
    struct tr_tick quote = a_quote(100 * ONE, 102 * ONE);
    (void)state;
    open_feed(&feed, "feed", 64);
    quote.venue = TR_VENUE_NONE;
    assert_int_equal(tr_producer_symbol(&feed, "BTC", 3, &quote.symbol), 0);
    assert_int_equal(tr_publish(&feed, &quote), TR_OK);
    assert_int_equal(tr_publish(&feed, &quote), TR_OK);
    publish(&feed, "BTC", 2);
    join("signals", false);
    make_run(&stage_signals, FORMAT_JSON);
    tr_producer_close(&feed, false);
    assert_int_equal(loop(), 0);
    assert_int_equal(averages_of(run.symbols.all[0])->head, 2);
    assert_true(sma_sum(averages_of(run.symbols.all[0]), 0) == exact_half_of_px(2 * ONE));
    end_run();
}

/* Also where they change from tick to tick, and where a tick has none. */
static void venues_have_their_names(void **state)
{
    static const char *const venue[] = {"kraken", "kraken", "binance", "", "kraken", "", "", "binance"};
    struct tr_tick tick = a_trade(ONE, ONE);
    struct tr_digest want;
    (void)state;
    tr_digest_init(&want);
    open_feed(&feed, "feed", 64);
    assert_int_equal(tr_producer_symbol(&feed, "BTC", 3, &tick.symbol), 0);
    for (size_t i = 0; i < sizeof venue / sizeof venue[0]; i++) {
        size_t len = strlen(venue[i]);
        tick.venue = TR_VENUE_NONE;
        if (len > 0)
            assert_int_equal(tr_producer_venue(&feed, venue[i], len, &tick.venue), 0);
        assert_int_equal(tr_publish(&feed, &tick), TR_OK);
        tr_digest_tick(&want, &tick, tr_digest_name("BTC", 3), tr_digest_name(venue[i], len));
    }
    join("print", false);
    make_run(&stage_print, FORMAT_CSV);
    tr_producer_close(&feed, false);
    assert_int_equal(loop(), 0);
    for (size_t i = 0; i < sizeof venue / sizeof venue[0]; i++) {
        char part[64];
        snprintf(part, sizeof part, "feed,%zu,%lld,%s,BTC,", i, (long long)TS, venue[i]);
        expect_part(text, part);
    }
    assert_true(run_digest(&run) == tr_digest_value(&want));
    end_run();
}

static void a_symbol_without_a_name(void **state)
{
    struct tr_tick tick = a_trade(ONE, ONE);
    (void)state;
    open_feed(&feed, "feed", 64);
    tick.symbol = 1234; /* nobody gave it that number */
    assert_int_equal(tr_publish(&feed, &tick), TR_OK);
    join("print", false);
    make_run(&stage_print, FORMAT_JSON);
    assert_int_equal(loop(), EXIT_CODE_PROTOCOL);
    expect_part(talk.text, "tick 0 has a symbol without a name");
    assert_int_equal(run.totals.delivered, 0);
    end_run();
    tr_producer_close(&feed, false);
}

static int loop_into(int fd)
{
    out_init(&out, fd);
    talk_begin(&talk);
    run_init(&run);
    int code = run_loop(&run);
    talk_end(&talk);
    return code;
}

static void output_that_cannot_be_written(void **state)
{
    int fd[2];
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    open_feed(&feed, "feed", 64);
    publish(&feed, "BTC", 3);
    join("print", false);
    make_run(&stage_print, FORMAT_JSON);
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    assert_true(full >= 0);
    assert_int_equal(loop_into(full), EXIT_CODE_IO);
    close(full);
    expect_part(talk.text, "consumer: output: No space left on device");
    assert_int_equal(run.totals.delivered, 0); /* the cursor has not moved over what nobody saw */
    end_run();
    join("print", false);
    make_run(&stage_print, FORMAT_JSON);
    assert_int_equal(pipe(fd), 0);
    close(fd[0]);
    assert_int_equal(loop_into(fd[1]), 0); /* its reader has enough */
    close(fd[1]);
    assert_string_equal(talk.text, "");
    end_run();
    tr_producer_close(&feed, false);
}

static void the_ring_was_removed(void **state)
{
    char path[HELP_PATH_MAX];
    (void)state;
    open_feed(&feed, "feed", 64);
    join("print", false);
    make_run(&stage_print, FORMAT_JSON);
    help_shm_path(path, name);
    assert_int_equal(unlink(path), 0);
    ring.kept_ns = ring.looked_ns = 0; /* it is time to look */
    assert_int_equal(loop(), EXIT_CODE_UNAVAILABLE);
    expect_part(talk.text, "the ring was removed while in use");
    end_run();
    tr_producer_close(&feed, false);
}

/* The cursor goes with each tick: a producer that waits for room gets it as soon as there is some. */
static void slow_processing(void **state)
{
    (void)state;
    open_feed(&feed, "feed", 64);
    publish(&feed, "BTC", 5);
    join("print", false);
    make_run(&stage_print, FORMAT_JSON);
    run.work_ns = 2 * TR_NS_PER_MS;
    run.count_max = 3;
    int64_t begin_ns = tr_now_ns();
    assert_int_equal(loop(), 0);
    assert_true(tr_now_ns() - begin_ns >= 3 * run.work_ns);
    assert_int_equal(tr_load_rlx(&ring.lane[0].own->cur), 3);
    end_run();
    tr_producer_close(&feed, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(to_the_end_of_the_stream, help_teardown),
        cmocka_unit_test_teardown(a_stream_without_a_tick, help_teardown),
        cmocka_unit_test_teardown(so_many_ticks, help_teardown),
        cmocka_unit_test_teardown(what_is_there_now, help_teardown),
        cmocka_unit_test_teardown(a_stop_is_orderly, help_teardown),
        cmocka_unit_test_teardown(no_tick_in_time, help_teardown),
        cmocka_unit_test_teardown(a_feed_that_died, help_teardown),
        cmocka_unit_test_teardown(an_overrun_is_told, help_teardown),
        cmocka_unit_test_teardown(an_overrun_in_words, help_teardown),
        cmocka_unit_test_teardown(only_what_is_wanted, help_teardown),
        cmocka_unit_test_teardown(lanes_meet_by_name, help_teardown),
        cmocka_unit_test_teardown(averages_of_mids_are_forgotten, help_teardown),
        cmocka_unit_test_teardown(venues_have_their_names, help_teardown),
        cmocka_unit_test_teardown(a_symbol_without_a_name, help_teardown),
        cmocka_unit_test_teardown(output_that_cannot_be_written, help_teardown),
        cmocka_unit_test_teardown(the_ring_was_removed, help_teardown),
        cmocka_unit_test_teardown(slow_processing, help_teardown),
    };
    return cmocka_run_group_tests_name("run", tests, NULL, NULL);
}
