/* Ticks into the lane: batches, names, what to do when a consumer is in the way, what is counted. */
#include "shm_help.h"
#include "talk_help.h"

#include <pthread.h>

#include "exitcode.h"
#include "feed/publish.h"
#include "log.h"

#define ONE TR_PX_SCALE
#define BOUND_NS (10 * TR_NS_PER_S) /* against hanging */

static struct publisher pub; /* large */
static struct tr_consumer reader;
static bool stop;

static bool is_stopped(void)
{
    return stop;
}

static void open_ring(uint64_t slot_cnt)
{
    char ring[TR_RING_NAME_MAX + 1];
    const struct tr_producer_options opt = {
        .ring = help_ring_name(ring, "pub"), .name = "feed", .slot_cnt = slot_cnt};
    log_init("feed", LOG_NORMAL);
    memset(&pub, 0, sizeof pub);
    assert_int_equal(tr_producer_open(&pub.ring, &opt), 0);
    pub.stopped = is_stopped;
    pub.patience_ns = BOUND_NS;
    pub.wants_digest = true;
    publisher_init(&pub);
    stop = false;
}

static void open_reader(const char *id)
{
    char ring[TR_RING_NAME_MAX + 1];
    const struct tr_consumer_options opt = {
        .ring = help_ring_name(ring, "pub"), .id = id, .from = TR_FROM_OLDEST, .hold_ns = TR_HOLD_DEFAULT_NS};
    assert_int_equal(tr_consumer_open(&reader, &opt), 0);
}

static struct source_record record(uint64_t i, const char *symbol, const char *venue)
{
    struct source_record rec = {.symbol = symbol,
                                .symbol_len = (uint8_t)strlen(symbol),
                                .venue = venue,
                                .venue_len = (uint8_t)strlen(venue)};
    rec.tick = (struct tr_tick){.ts_event_ns = (int64_t)i + 1,
                                .kind = TR_TICK_TRADE,
                                .price_px = (int64_t)i * ONE,
                                .size_qty = ONE,
                                .id = i};
    return rec;
}

static int add(uint64_t i)
{
    struct source_record rec = record(i, "BTC", "sim");
    return publisher_add(&pub, &rec);
}

static void add_all(uint64_t cnt)
{
    for (uint64_t i = 0; i < cnt; i++)
        assert_int_equal(add(i), 0);
}

/* What the reader has now; cnt at most max. */
static uint64_t read_now(struct tr_tick *tick, uint64_t max)
{
    struct tr_batch b;
    uint64_t cnt = 0;
    while (cnt < max && tr_read(&reader, &tick[cnt], (uint32_t)(max - cnt), &b) == TR_OK) {
        cnt += b.cnt;
        tr_advance(&reader, &b);
    }
    tr_consumer_flush(&reader);
    return cnt;
}

static void in_batches(void **state)
{
    struct tr_tick tick[3 * PUBLISH_BATCH];
    (void)state;
    open_ring(1024);
    open_reader("r");
    add_all(PUBLISH_BATCH - 1);
    assert_int_equal(read_now(tick, 200), 0);
    assert_int_equal(pub.published, 0);
    assert_int_equal(add(PUBLISH_BATCH - 1), 0); /* the batch is full */
    assert_int_equal(read_now(tick, 200), PUBLISH_BATCH);
    assert_int_equal(add(PUBLISH_BATCH), 0);
    assert_int_equal(publisher_flush(&pub), 0);
    assert_int_equal(publisher_flush(&pub), 0); /* nothing more */
    assert_int_equal(read_now(tick + PUBLISH_BATCH, 100), 1);
    for (uint64_t i = 0; i <= PUBLISH_BATCH; i++) {
        assert_int_equal(tick[i].id, i);
        assert_int_equal(tick[i].price_px, (int64_t)i * ONE);
        assert_true(tick[i].ts_pub_ns > 0 && tick[i].ts_pub_ns <= tr_now_ns());
    }
    assert_int_equal(pub.published, PUBLISH_BATCH + 1);
    assert_int_equal(pub.first_ts_ns, 1);
    assert_int_equal(pub.last_ts_ns, PUBLISH_BATCH + 1);
    tr_consumer_close(&reader);
    tr_producer_close(&pub.ring, false);
}

static void expect_name(const struct tr_name *name, const char *want)
{
    assert_non_null(name);
    assert_int_equal(name->len, strlen(want));
    assert_memory_equal(name->text, want, name->len);
}

/* More names than the cache has entries, some venues, some ticks without. */
static void ticks_keep_their_names(void **state)
{
    enum { SYMBOLS = 3 * PUBLISH_NAME_CACHE, TICKS = 2 * SYMBOLS };
    static struct tr_tick tick[TICKS];
    char name[32];
    (void)state;
    open_ring(8192);
    open_reader("r");
    for (uint64_t i = 0; i < TICKS; i++) {
        snprintf(name, sizeof name, "SYM%d", (int)(i * 7 % SYMBOLS));
        struct source_record rec = record(i, name, i % 3 == 0 ? "" : i % 3 == 1 ? "x" : "yy");
        assert_int_equal(publisher_add(&pub, &rec), 0);
    }
    assert_int_equal(publisher_flush(&pub), 0);
    assert_int_equal(read_now(tick, TICKS), TICKS);
    for (uint64_t i = 0; i < TICKS; i++) {
        snprintf(name, sizeof name, "SYM%d", (int)(i * 7 % SYMBOLS));
        expect_name(tr_consumer_symbol(&reader, 0, tick[i].symbol), name);
        if (i % 3 == 0)
            assert_int_equal(tick[i].venue, TR_VENUE_NONE);
        else
            expect_name(tr_consumer_venue(&reader, 0, tick[i].venue), i % 3 == 1 ? "x" : "yy");
    }
    tr_consumer_close(&reader);
    tr_producer_close(&pub.ring, false);
}

static void expect_digest(uint64_t from, uint64_t cnt)
{
    struct tr_digest want;
    tr_digest_init(&want);
    for (uint64_t i = from; i < from + cnt; i++) {
        struct source_record rec = record(i, "BTC", "sim");
        tr_digest_tick(&want, &rec.tick, tr_digest_name("BTC", 3), tr_digest_name("sim", 3));
    }
    assert_true(tr_digest_value(&pub.digest) == tr_digest_value(&want));
}

static void the_digest_is_of_what_was_published(void **state)
{
    struct tr_digest none;
    (void)state;
    open_ring(1024);
    add_all(100);
    assert_int_equal(publisher_flush(&pub), 0);
    expect_digest(0, 100);
    publisher_init(&pub);
    tr_digest_init(&none);
    pub.wants_digest = false;
    add_all(70);
    assert_int_equal(publisher_flush(&pub), 0);
    assert_true(tr_digest_value(&pub.digest) == tr_digest_value(&none));
    tr_producer_close(&pub.ring, false);
}

static void what_an_earlier_run_published_is_only_for_the_digest(void **state)
{
    struct tr_tick tick[64];
    (void)state;
    open_ring(1024);
    open_reader("r");
    pub.done_cnt = 10;
    for (uint64_t i = 0; i < 15; i++) {
        assert_int_equal(publisher_is_seen(&pub), i < 10);
        assert_int_equal(add(i), 0);
    }
    assert_int_equal(pub.taken_cnt, 15);
    assert_int_equal(publisher_flush(&pub), 0);
    assert_int_equal(read_now(tick, 64), 5);
    assert_int_equal(tick[0].id, 10);
    assert_int_equal(pub.published, 5);
    assert_int_equal(pub.first_ts_ns, 11);
    expect_digest(0, 15);
    tr_consumer_close(&reader);
    tr_producer_close(&pub.ring, false);
}

static void drop_new_counts_what_it_drops(void **state)
{
    struct tr_tick tick[256];
    (void)state;
    open_ring(8);
    open_reader("slow");
    pub.policy = PUBLISH_DROP_NEW;
    add_all(PUBLISH_BATCH);
    assert_int_equal(pub.published, 8);
    assert_int_equal(pub.dropped, PUBLISH_BATCH - 8);
    assert_int_equal(tr_load_rlx(&pub.ring.lane->dropped_cnt), PUBLISH_BATCH - 8);
    assert_int_equal(pub.last_ts_ns, 8);
    expect_digest(0, 8);
    assert_int_equal(read_now(tick, 256), 8);
    assert_int_equal(add(500), 0); /* there is room again */
    assert_int_equal(publisher_flush(&pub), 0);
    assert_int_equal(read_now(tick, 256), 1);
    assert_int_equal(tick[0].id, 500);
    assert_int_equal(pub.published + pub.dropped, PUBLISH_BATCH + 1);
    tr_consumer_close(&reader);
    tr_producer_close(&pub.ring, false);
}

static void no_room_for_too_long(void **state)
{
    static struct talk talk;
    (void)state;
    open_ring(8);
    open_reader("slow");
    pub.patience_ns = 20 * TR_NS_PER_MS;
    for (uint64_t i = 0; i + 1 < PUBLISH_BATCH; i++)
        assert_int_equal(add(i), 0);
    talk_begin(&talk);
    int rc = add(PUBLISH_BATCH - 1);
    talk_end(&talk);
    assert_int_equal(rc, -ETIMEDOUT);
    assert_int_equal(pub.published, 8);
    assert_int_equal(pub.batch_cnt, 0);
    expect_digest(0, 8);
    assert_true(tr_load_rlx(&pub.ring.lane->stall_cnt) > 0);
    tr_consumer_close(&reader);
    tr_producer_close(&pub.ring, false);
}

/* The feed says whom it goes on without, once each time. */
static void those_gone_on_without_are_told(void **state)
{
    static struct talk talk;
    (void)state;
    open_ring(16);
    open_reader("slow");
    pub.ring.gone_idx = reader.place.idx;
    pub.ring.evicted_cnt++;
    talk_begin(&talk);
    assert_int_equal(publisher_housekeep(&pub, tr_now_ns()), 0);
    assert_int_equal(publisher_housekeep(&pub, tr_now_ns()), 0);
    pub.ring.dropped_dead_cnt++;
    assert_int_equal(publisher_housekeep(&pub, tr_now_ns()), 0);
    talk_end(&talk);
    assert_non_null(
        strstr(talk.text, "evicted consumer 'slow': it held the feed longer than --stall-timeout\n"));
    assert_non_null(strstr(talk.text, "consumer 'slow' died and its hold is over: going on without it\n"));
    assert_null(strstr(strstr(talk.text, "evicted") + 1, "evicted")); /* once */
    tr_consumer_close(&reader);
    tr_producer_close(&pub.ring, false);
}

static void stopped_while_waiting(void **state)
{
    (void)state;
    open_ring(16);
    open_reader("slow");
    for (uint64_t i = 0; i < 20; i++)
        assert_int_equal(add(i), 0);
    stop = true;
    assert_int_equal(publisher_flush(&pub), -ECANCELED);
    assert_int_equal(pub.published, 16);
    tr_consumer_close(&reader);
    tr_producer_close(&pub.ring, false);
}

/* A reader that takes its time, on a ring smaller than a batch: all of it, in order. */
static void *read_all(void *arg)
{
    uint64_t *next = arg;
    struct tr_tick tick[8];
    struct tr_batch b;
    int64_t end_ns = tr_now_ns() + BOUND_NS;
    for (enum tr_status status;
         (status = tr_read(&reader, tick, 8, &b)) != TR_CLOSED && tr_now_ns() < end_ns;) {
        if (status != TR_OK) {
            tr_consumer_wait(&reader, TR_NS_PER_MS);
            continue;
        }
        for (uint32_t i = 0; i < b.cnt; i++)
            *next += tick[i].id == *next;
        tr_advance(&reader, &b);
    }
    return NULL;
}

static void blocked_until_there_is_room(void **state)
{
    static struct talk talk;
    enum { TICKS = 5000 };
    uint64_t next = 0;
    pthread_t thread;
    int failed = 0;
    (void)state;
    open_ring(16);
    open_reader("r");
    assert_int_equal(pthread_create(&thread, NULL, read_all, &next), 0);
    talk_begin(&talk);
    for (uint64_t i = 0; i < TICKS; i++)
        failed |= add(i);
    failed |= publisher_flush(&pub);
    tr_producer_close(&pub.ring, true);
    talk_end(&talk);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(failed, 0);
    assert_int_equal(next, TICKS);
    assert_int_equal(pub.published, TICKS);
    assert_int_equal(pub.dropped, 0);
    tr_consumer_close(&reader);
}

static void a_full_table_of_symbols(void **state)
{
    char name[16];
    int rc = 0;
    uint64_t i = 0;
    (void)state;
    open_ring(1024);
    for (; rc == 0 && i <= TR_SYMBOL_CNT_MAX; i++) {
        snprintf(name, sizeof name, "S%d", (int)i);
        struct source_record rec = record(i, name, "");
        rc = publisher_add(&pub, &rec);
    }
    assert_int_equal(rc, -ENOSPC);
    assert_int_equal(i, TR_SYMBOL_CNT_MAX + 1);
    assert_int_equal(publisher_flush(&pub), 0);
    assert_int_equal(pub.published, TR_SYMBOL_CNT_MAX);
    struct source_record rec = record(i, "S65536", "");
    pub.done_cnt = UINT64_MAX;
    assert_int_equal(publisher_add(&pub, &rec), -ENOSPC);
    tr_producer_close(&pub.ring, false);
}

static void a_full_table_of_venues(void **state)
{
    char name[16];
    int rc = 0;
    uint64_t i = 0;
    (void)state;
    open_ring(1024);
    for (; rc == 0 && i <= TR_VENUE_CNT_MAX; i++) {
        snprintf(name, sizeof name, "V%d", (int)i);
        struct source_record rec = record(i, "S", name);
        rc = publisher_add(&pub, &rec);
    }
    assert_int_equal(rc, -ENOSPC);
    assert_int_equal(i, TR_VENUE_CNT_MAX + 1);
    assert_int_equal(publisher_flush(&pub), 0);
    assert_int_equal(pub.published, TR_VENUE_CNT_MAX);
    tr_producer_close(&pub.ring, false);
}

static void the_ring_was_removed(void **state)
{
    char ring[TR_RING_NAME_MAX + 1];
    char path[HELP_PATH_MAX];
    (void)state;
    open_ring(64);
    help_shm_path(path, help_ring_name(ring, "pub"));
    assert_int_equal(unlink(path), 0);
    pub.ring.kept_ns = pub.ring.looked_ns = 0; /* it is time to look */
    assert_int_equal(add(0), 0);
    assert_int_equal(publisher_flush(&pub), -ESTALE);
    tr_producer_close(&pub.ring, false);
}

/* Exit code and words of an error; the second time the code alone. */
static void expect_told(int rc, int want_code, const char *want)
{
    static struct talk talk;
    strcpy(pub.ring.seg.name, "ticks");
    for (unsigned time = 0; time < 2; time++) {
        talk_begin(&talk);
        int code = publisher_tell(&pub, rc);
        talk_end(&talk);
        assert_int_equal(code, want_code);
        if (time == 0)
            assert_int_equal(strncmp(talk.text, want, strlen(want)), 0);
        if (time > 0 || want[0] == '\0')
            assert_string_equal(talk.text, "");
    }
}

static void errors_are_told_once(void **state)
{
    (void)state;
    log_init("feed", LOG_NORMAL);
    memset(&pub, 0, sizeof pub);
    expect_told(-ECANCELED, 0, "");
    expect_told(-ENOSPC, EXIT_CODE_TEMPFAIL, "feed: ticks: more symbols");
    expect_told(-ETIMEDOUT, EXIT_CODE_TEMPFAIL, "feed: ticks: buffer full for too long");
    expect_told(-ESTALE, EXIT_CODE_UNAVAILABLE, "feed: ticks: the ring was removed");
    expect_told(-EIO, EXIT_CODE_IO, "feed: ticks: the segment was truncated");
    expect_told(-EBADF, EXIT_CODE_FAILED, "feed: ticks: publishing failed with error");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(in_batches, help_teardown),
        cmocka_unit_test_teardown(ticks_keep_their_names, help_teardown),
        cmocka_unit_test_teardown(the_digest_is_of_what_was_published, help_teardown),
        cmocka_unit_test_teardown(what_an_earlier_run_published_is_only_for_the_digest, help_teardown),
        cmocka_unit_test_teardown(drop_new_counts_what_it_drops, help_teardown),
        cmocka_unit_test_teardown(no_room_for_too_long, help_teardown),
        cmocka_unit_test_teardown(those_gone_on_without_are_told, help_teardown),
        cmocka_unit_test_teardown(stopped_while_waiting, help_teardown),
        cmocka_unit_test_teardown(blocked_until_there_is_room, help_teardown),
        cmocka_unit_test_teardown(a_full_table_of_symbols, help_teardown),
        cmocka_unit_test_teardown(a_full_table_of_venues, help_teardown),
        cmocka_unit_test_teardown(the_ring_was_removed, help_teardown),
        cmocka_unit_test(errors_are_told_once),
    };
    return cmocka_run_group_tests_name("publish", tests, NULL, NULL);
}
