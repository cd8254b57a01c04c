/* Feeds and consumers in all numbers and orders: every consumer's history is held against the input. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/multi/history.h"
#include "tests/multi/proc.h"

#define ROW_CNT 10000
#define CROWD_ROW_CNT 200
#define FEED_MAX 16
#define CONSUMER_MAX 64

struct combination {
    unsigned feed_cnt;
    unsigned consumer_cnt;
    uint64_t lossy_mask; /* bit k: consumer k is lossy */
    unsigned row_cnt; /* of each feed */
    bool consumers_first;
    const char *slots;
    const char *wait;
};

struct place {
    char dir[64];
    char ring[32];
    char input[FEED_MAX][96];
    char report[FEED_MAX][96];
    char output[CONSUMER_MAX][96];
};

static struct place place;

static int make_place(void **state)
{
    (void)state;
    snprintf(place.dir, sizeof place.dir, "/tmp/tickring-matrix-XXXXXX");
    if (mkdtemp(place.dir) == NULL)
        return -1;
    snprintf(place.ring, sizeof place.ring, "matrix.%d", (int)getpid());
    for (unsigned f = 0; f < FEED_MAX; f++) {
        snprintf(place.input[f], sizeof place.input[f], "%s/in%u", place.dir, f);
        snprintf(place.report[f], sizeof place.report[f], "%s/report%u", place.dir, f);
        history_write_input(place.input[f], f, ROW_CNT);
    }
    for (unsigned k = 0; k < CONSUMER_MAX; k++)
        snprintf(place.output[k], sizeof place.output[k], "%s/out%u", place.dir, k);
    return 0;
}

static int remove_place(void **state)
{
    (void)state;
    char command[96];
    proc_end_all();
    snprintf(command, sizeof command, "rm -rf %s", place.dir);
    return system(command);
}

static pid_t start_feed(const struct combination *c, unsigned f)
{
    char wait_cnt[32];
    char slots[32];
    char wait[32];
    char count[32];
    snprintf(count, sizeof count, "--count=%u", c->row_cnt);
    snprintf(wait_cnt, sizeof wait_cnt, "--wait-consumers=%u", c->consumer_cnt);
    snprintf(slots, sizeof slots, "--slots=%s", c->slots);
    snprintf(wait, sizeof wait, "--wait=%s", c->wait);
    const char *argv[] = {proc_program("feed"),
                          "-q",
                          "-j",
                          "-n",
                          place.ring,
                          "--producer",
                          history_producer(f),
                          slots,
                          wait,
                          wait_cnt,
                          count,
                          place.input[f],
                          NULL};
    unlink(place.report[f]);
    return proc_start(argv, place.report[f], NULL);
}

static pid_t start_consumer(const struct combination *c, unsigned k)
{
    char producers[32];
    char id[16];
    char wait[32];
    bool lossy = c->lossy_mask >> k & 1;
    snprintf(producers, sizeof producers, "--producers=%u", c->feed_cnt);
    snprintf(id, sizeof id, "--id=c%u", k);
    snprintf(wait, sizeof wait, "--wait=%s", c->wait);
    const char *argv[] = {proc_program("consumer"),
                          "-q",
                          "-j",
                          "-n",
                          place.ring,
                          id,
                          producers,
                          wait,
                          lossy ? "--policy=lossy" : "--policy=reliable",
                          "print",
                          NULL};
    unlink(place.output[k]);
    return proc_start(argv, place.output[k], NULL);
}

static void check_consumer(const struct combination *c, unsigned k, int status)
{
    struct history h = {0};
    history_read(&h, place.output[k], 0);
    assert_true(WIFEXITED(status));
    assert_true(h.has_summary);
    assert_int_equal(h.summary_delivered, h.delivered);
    assert_int_equal(h.summary_lost, h.lost);
    for (unsigned f = 0; f < c->feed_cnt; f++)
        assert_int_equal(h.next[f], c->row_cnt);
    if ((c->lossy_mask >> k & 1) == 0) {
        assert_int_equal(WEXITSTATUS(status), 0);
        history_expect_all(&h, c->feed_cnt, c->row_cnt);
        return;
    }
    assert_int_equal(WEXITSTATUS(status), h.lost > 0 ? 3 : 0);
    uint64_t told = 0;
    for (unsigned f = 0; f < c->feed_cnt; f++)
        told += c->row_cnt - h.first[f];
    assert_int_equal(h.delivered + h.lost, told);
}

static void run_combination(const struct combination *c)
{
    pid_t feed[FEED_MAX];
    pid_t consumer[CONSUMER_MAX];
    for (unsigned k = 0; c->consumers_first && k < c->consumer_cnt; k++)
        consumer[k] = start_consumer(c, k);
    for (unsigned f = 0; f < c->feed_cnt; f++)
        feed[f] = start_feed(c, f);
    for (unsigned k = 0; !c->consumers_first && k < c->consumer_cnt; k++)
        consumer[k] = start_consumer(c, k);
    for (unsigned f = 0; f < c->feed_cnt; f++) {
        proc_expect(feed[f], 0);
        assert_int_equal(history_number(place.report[f], "published"), c->row_cnt);
    }
    for (unsigned k = 0; k < c->consumer_cnt; k++)
        check_consumer(c, k, proc_wait(consumer[k]));
    char path[64];
    struct stat st;
    snprintf(path, sizeof path, "/dev/shm/%s", place.ring);
    assert_int_not_equal(stat(path, &st), 0); /* nothing is left */
}

/* All numbers of feeds and consumers, with the given policies, sizes and ways to wait in turn. */
static void run_all(bool consumers_first, const unsigned *mask)
{
    static const char *const slots[] = {"4", "16", "1024"};
    static const char *const wait[] = {"auto", "block", "yield"};
    unsigned turn = 0;
    for (unsigned f = 1; f <= 3; f++) {
        for (unsigned k = 1; k <= 4; k++, turn++) {
            const struct combination c = {
                .feed_cnt = f,
                .consumer_cnt = k,
                .lossy_mask = mask[turn % 4],
                .row_cnt = ROW_CNT,
                .consumers_first = consumers_first,
                .slots = slots[turn % 3],
                .wait = wait[(turn + f) % 3],
            };
            run_combination(&c);
        }
    }
}

/* Every place of the ring taken: sixteen feeds and sixty-four consumers, some of them lossy. */
static void test_full_house(void **state)
{
    (void)state;
    const struct combination c = {
        .feed_cnt = FEED_MAX,
        .consumer_cnt = CONSUMER_MAX,
        .lossy_mask = UINT64_C(0x8000000000001000),
        .row_cnt = CROWD_ROW_CNT,
        .consumers_first = true,
        .slots = "64",
        .wait = "block",
    };
    run_combination(&c);
}

static const unsigned all_reliable[4] = {0, 0, 0, 0};
static const unsigned mixed[4] = {0x1, 0x2, 0x5, 0xa}; /* also lossy ones alone */

static void test_reliable_consumers_first(void **state)
{
    (void)state;
    run_all(true, all_reliable);
}

static void test_reliable_feeds_first(void **state)
{
    (void)state;
    run_all(false, all_reliable);
}

static void test_mixed_consumers_first(void **state)
{
    (void)state;
    run_all(true, mixed);
}

static void test_mixed_feeds_first(void **state)
{
    (void)state;
    run_all(false, mixed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reliable_consumers_first),
        cmocka_unit_test(test_reliable_feeds_first),
        cmocka_unit_test(test_mixed_consumers_first),
        cmocka_unit_test(test_mixed_feeds_first),
        cmocka_unit_test(test_full_house),
    };
    return cmocka_run_group_tests(tests, make_place, remove_place);
}
