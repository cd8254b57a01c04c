/* A monitor beside readers that are overrun all the time, and places that change hands: whatever moment it looks at,
 * every ledger balances, and its ranges fit what is lost. */
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "monitor/ledger.h"
#include "tests/multi/proc.h"
#include "tickring.h"

#define SLOT_CNT 16
#define LOOK_NS TR_NS_PER_S
#define CHILD_MAX 8

static char ring[32];
static pid_t child[CHILD_MAX];
static unsigned child_cnt;

static void start_child(void (*run)(unsigned nr))
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        alarm(100);
        run(child_cnt);
        _exit(1);
    }
    child[child_cnt++] = pid;
}

static int end_all(void **state)
{
    (void)state;
    for (unsigned i = 0; i < child_cnt; i++) {
        kill(child[i], SIGKILL);
        waitpid(child[i], NULL, 0);
    }
    child_cnt = 0;
    struct tr_segment seg;
    if (tr_segment_open(&seg, ring, true) == 0) {
        if (tr_segment_map(&seg) == 0)
            tr_registry_remove_idle(&seg);
        tr_segment_close(&seg);
    }
    return 0;
}

/* --- Those who are watched ------------------------------------------------------------------------ */

static void run_feed(unsigned nr)
{
    static struct tr_producer p;
    char name[16];
    struct tr_tick tick = {.kind = TR_TICK_TRADE};
    snprintf(name, sizeof name, "feed-%u", nr);
    const struct tr_producer_options opt = {.ring = ring, .name = name, .slot_cnt = SLOT_CNT};
    if (tr_producer_open(&p, &opt) != 0)
        return;
    for (;;) {
        while (tr_publish(&p, &tick) != TR_OK)
            tr_producer_wait(&p, TR_NS_PER_MS);
    }
}

/* Reads so many ticks, or gaps. */
static void read_some(struct tr_consumer *c, unsigned cnt)
{
    struct tr_tick tick[8];
    struct tr_batch b;
    for (unsigned i = 0; i < cnt; i++) {
        enum tr_status status = tr_read(c, tick, 8, &b);
        if (status == TR_OK)
            tr_advance(c, &b);
        else if (status == TR_EMPTY)
            tr_consumer_wait(c, TR_NS_PER_MS);
    }
}

static void read_as(const char *id, enum tr_from from, unsigned cnt)
{
    static struct tr_consumer c;
    const struct tr_consumer_options opt = {.ring = ring, .id = id, .lossy = true, .from = from};
    if (tr_consumer_open(&c, &opt) != 0)
        _exit(1);
    read_some(&c, cnt);
    tr_consumer_close(&c);
}

static void run_overrun(unsigned nr)
{
    char id[16];
    snprintf(id, sizeof id, "slow-%u", nr);
    for (;;)
        read_as(id, TR_FROM_RESUME, 1000000);
}

/* One who begins anew by the same name. */
static void run_anew(unsigned nr)
{
    (void)nr;
    for (;;)
        read_as("anew", TR_FROM_OLDEST, 300);
}

/* One of many names, more than there are places. */
static void run_others(unsigned nr)
{
    (void)nr;
    for (unsigned i = 0;; i++) {
        char id[16];
        snprintf(id, sizeof id, "other-%u", i % (TR_CONSUMER_MAX + 30));
        read_as(id, TR_FROM_RESUME, 30);
    }
}

/* --- The one who looks ---------------------------------------------------------------------------- */

static void tell(const struct tr_view *view, unsigned c, unsigned p)
{
    const struct tr_member_view *m = &view->member[c];
    struct ledger_line line;
    ledger_of(view, c, p, &line);
    print_message("%s: start %" PRIu64 " cursor %" PRIu64 " delivered %" PRIu64 " lost %" PRIu64
                  ", in %u ranges %" PRIu64 "%s\n",
                  m->name, m->lane[p].start, m->lane[p].cursor, line.delivered, line.lost, line.range_cnt,
                  line.lost_in_ranges, m->gaps_whole ? "" : " at least");
    for (unsigned i = 0; i < m->gap_cnt; i++)
        print_message("  %" PRIu64 " .. %" PRIu64 " after %" PRIu64 "\n", m->gap[i].from, m->gap[i].to,
                      m->gap[i].lost_before);
}

static bool has_ring(void *arg)
{
    struct tr_segment seg;
    (void)arg;
    if (tr_observe_open(&seg, ring) != 0)
        return false;
    tr_observe_close(&seg);
    return true;
}

static bool has_lost(void *arg)
{
    struct tr_view *view = arg;
    struct tr_segment seg;
    uint64_t lost = 0;
    if (tr_observe_open(&seg, ring) != 0)
        return false;
    if (tr_observe(&seg, view) == 0) {
        for (unsigned c = 0; c < TR_CONSUMER_MAX; c++)
            lost += view->member[c].used ? view->member[c].lost : 0;
    }
    tr_observe_close(&seg);
    return lost > 0;
}

static void look_on(struct tr_view *view)
{
    struct tr_segment seg;
    unsigned c;
    unsigned p;
    unsigned look_cnt = 0;
    unsigned wrong_cnt = 0;
    proc_until(has_lost, view, "somebody to be overrun");
    assert_int_equal(tr_observe_open(&seg, ring), 0);
    int64_t begin_ns = tr_now_ns();
    for (; tr_now_ns() - begin_ns < LOOK_NS; look_cnt++) {
        assert_int_equal(tr_observe(&seg, view), 0);
        if (!ledger_is_balanced(view, &c, &p) && wrong_cnt++ == 0)
            tell(view, c, p);
    }
    tr_observe_close(&seg);
    if (wrong_cnt > 0)
        fail_msg("%u of %u looks do not balance", wrong_cnt, look_cnt);
}

static void watch(void (*reader)(unsigned nr))
{
    struct tr_view *view = malloc(sizeof *view);
    assert_non_null(view);
    snprintf(ring, sizeof ring, "watched-%d", (int)getpid());
    start_child(run_feed);
    proc_until(has_ring, NULL, "a ring");
    start_child(reader);
    look_on(view);
    free(view);
}

static void test_overrun(void **state)
{
    (void)state;
    watch(run_overrun);
}

static void test_begins_anew(void **state)
{
    (void)state;
    watch(run_anew);
}

static void test_places_change_hands(void **state)
{
    (void)state;
    watch(run_others);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_overrun, end_all),
        cmocka_unit_test_teardown(test_begins_anew, end_all),
        cmocka_unit_test_teardown(test_places_change_hands, end_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
