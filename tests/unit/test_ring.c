/* Writer and readers in threads that share one mapping, so that the thread sanitizer sees every access:
 * readers come, go, are killed, lapped and evicted while ticks flow, and each keeps a history that must
 * add up.  A thread never uses cmocka's assertions: expect() notes what was wrong, the main thread tells. */
#include "ring_help.h"

#include <pthread.h>
#include <sched.h>

#include "clock.h"
#include "wait.h"

#define READER_MAX 3
#define BOUND_NS (60 * TR_NS_PER_S) /* against hanging */
#define BATCH 64

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define SLOWER 20U /* fewer ticks where each costs more */
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define SLOWER 20U
#endif
#endif
#ifndef SLOWER
#define SLOWER 1U
#endif

static struct ring_memory mem;
static _Atomic(const char *) wrong; /* the first thing that was */
static int64_t begun_ns;

static bool expect(bool holds, const char *what)
{
    const char *none = NULL;
    if (!holds)
        atomic_compare_exchange_strong(&wrong, &none, what);
    return holds;
}

/* Whether to go on: nothing was wrong so far, and the time is not over. */
static bool going(void)
{
    return atomic_load_explicit(&wrong, memory_order_relaxed) == NULL
           && expect(tr_now_ns() - begun_ns < BOUND_NS, "it hangs");
}

/* What happens in one run. */
struct plan {
    uint64_t slot_cnt;
    unsigned reader_cnt;
    unsigned lossy_mask; /* bit c: reader c is lossy */
    bool churn; /* readers leave, come back and are killed; the writer is killed and evicts */
    uint64_t tick_cnt;
    uint64_t begin;
};

struct reader_thread {
    pthread_t thread;
    const struct plan *plan;
    struct tr_reader r;
    unsigned idx;
    uint64_t random;
    uint64_t next; /* what must come next */
    uint64_t start;
    uint64_t lost;
    uint64_t delivered;
    uint64_t life_cnt; /* how often it left, was killed or began anew */
    uint64_t gap_cnt;
    bool steady; /* the first reader of a churning run: stays to the end */
};

struct writer_thread {
    pthread_t thread;
    const struct plan *plan;
    uint64_t random;
    uint64_t evict_cnt;
    uint64_t restart_cnt;
};

static bool is_lossy(const struct reader_thread *t)
{
    return (t->plan->lossy_mask >> t->idx & 1) != 0;
}

/* --- The writer ------------------------------------------------------------------------------------- */

static void writer_churn(struct writer_thread *t, struct tr_writer *w)
{
    if (help_random(&t->random) % 1024 != 0)
        return;
    ring_writer(w, &mem); /* a successor: nothing in the process survives */
    t->restart_cnt++;
}

/* The gate is shut: waits, and now and then loses patience with whoever is in the way. */
static void writer_wait(struct writer_thread *t, struct tr_writer *w)
{
    unsigned c = w->blocker;
    if (t->plan->churn && c != TR_NOBODY && c != 0 && help_random(&t->random) % 32 == 0) {
        uint64_t reg = tr_writer_registration(w, c);
        if (reg != 0)
            tr_writer_evict(w, c, reg);
        t->evict_cnt++;
    }
    sched_yield();
}

static void *writer_main(void *arg)
{
    struct writer_thread *t = arg;
    struct tr_writer w;
    ring_writer(&w, &mem);
    const uint64_t end = t->plan->begin + t->plan->tick_cnt;
    while (w.next < end && going()) {
        uint64_t cnt = 1 + help_random(&t->random) % BATCH;
        if (!tr_writer_has_room(&w)) {
            writer_wait(t, &w);
            continue;
        }
        cnt = tr_min_u64(tr_min_u64(cnt, tr_writer_room(&w)), end - w.next);
        for (uint64_t i = 0; i < cnt; i++) {
            const struct tr_tick tick = ring_tick(w.next);
            tr_writer_put(&w, &tick);
        }
        if (t->plan->churn)
            writer_churn(t, &w); /* before the hint is told */
        tr_writer_tell(&w);
        if (help_random(&t->random) % 32 == 0)
            sched_yield(); /* so that a lossy reader meets it now here, now there */
    }
    tr_store_rel(&mem.lane.state, tr_state_make(1, TR_LANE_CLOSED));
    return NULL;
}

/* --- A reader --------------------------------------------------------------------------------------- */

static void note_gap(struct reader_thread *t, const struct tr_gap *gap)
{
    expect(gap->from == t->next, "a gap begins where the reader was");
    expect(gap->to == t->r.pos && gap->to > gap->from, "a gap ends where the reader is");
    t->lost += gap->to - gap->from;
    t->next = gap->to;
    t->gap_cnt++;
}

static void begin_life(struct reader_thread *t, enum tr_from from)
{
    struct tr_gap gap;
    ring_reader(&t->r, &mem, t->idx);
    tr_reader_reset(t->r.own);
    expect(!tr_reader_join(&t->r, from, 0, is_lossy(t), &gap), "no gap at a first join");
    t->start = t->next = t->r.pos;
    t->lost = t->delivered = 0;
}

static void come_back(struct reader_thread *t)
{
    struct tr_gap gap;
    ring_reader(&t->r, &mem, t->idx);
    if (tr_reader_join(&t->r, TR_FROM_RESUME, 0, is_lossy(t), &gap))
        note_gap(t, &gap);
    expect(t->r.pos == t->next, "it goes on where it was");
}

/* Killed: all that was not told is forgotten, and will be delivered again. */
static void be_killed(struct reader_thread *t)
{
    t->delivered -= t->next - t->r.told;
    t->next = t->r.told;
    come_back(t);
}

static void reader_churn(struct reader_thread *t)
{
    uint64_t dice = help_random(&t->random) % 2048;
    if (dice > 2)
        return;
    t->life_cnt++;
    if (dice == 0) {
        be_killed(t);
        return;
    }
    tr_reader_leave(&t->r);
    sched_yield();
    if (dice == 1)
        come_back(t);
    else
        begin_life(t, help_random(&t->random) % 2 ? TR_FROM_OLDEST : TR_FROM_NEWEST);
}

/* Looks for a lap or an eviction; whether there was one. */
static bool reader_is_lost(struct reader_thread *t)
{
    struct tr_gap gap;
    if (is_lossy(t)) {
        if (!tr_reader_overrun(&t->r, &gap))
            return false;
        note_gap(t, &gap);
        return true;
    }
    if (!tr_reader_is_evicted(&t->r))
        return false;
    if (tr_reader_rejoin(&t->r, &gap))
        note_gap(t, &gap);
    expect(t->r.pos == t->next, "a new registration at the old position");
    return true;
}

static void reader_take(struct reader_thread *t, uint32_t cnt)
{
    bool whole = true;
    for (uint32_t i = 0; i < cnt; i++) {
        struct tr_tick tick;
        tr_reader_copy(&t->r, i, &tick);
        whole = whole && ring_tick_is(&tick, t->next + i);
    }
    if (!tr_reader_check(&t->r)) {
        reader_is_lost(t);
        return;
    }
    expect(whole, "a tick that stands is whole and the next one");
    t->delivered += cnt;
    t->next += cnt;
    tr_reader_advance(&t->r, cnt);
}

static void *reader_main(void *arg)
{
    struct reader_thread *t = arg;
    while (going()) {
        uint32_t max = 1 + (uint32_t)(help_random(&t->random) % BATCH);
        uint64_t state = tr_load_acq(&mem.lane.state); /* before the slots: the end is looked at after it */
        uint32_t cnt = tr_reader_look(&t->r, max);
        if (cnt > 0)
            reader_take(t, cnt);
        else if (!reader_is_lost(t) && tr_state_of(state) == TR_LANE_CLOSED)
            break;
        else
            tr_reader_tell(&t->r), sched_yield();
        if (t->plan->churn && !t->steady)
            reader_churn(t);
    }
    tr_reader_leave(&t->r);
    return NULL;
}

/* --- A run ------------------------------------------------------------------------------------------ */

static void expect_accounts(const struct plan *plan, const struct reader_thread *t)
{
    const struct tr_member_lane *own = &mem.member[t->idx].lane[0];
    uint64_t end = plan->begin + plan->tick_cnt;
    assert_int_equal(t->next, end);
    assert_int_equal(t->delivered + t->lost, end - t->start);
    assert_int_equal(atomic_load(&own->start), t->start);
    assert_int_equal(atomic_load(&own->cur), end);
    assert_int_equal(atomic_load(&own->lost_cnt), t->lost);
    if (!is_lossy(t) && (!plan->churn || t->steady)) {
        assert_int_equal(t->start, plan->begin);
        assert_int_equal(t->delivered, plan->tick_cnt);
    }
}

static void run(const struct plan *plan, uint64_t seed)
{
    static struct reader_thread reader[READER_MAX];
    struct writer_thread writer = {.plan = plan, .random = seed};
    uint64_t lives = 0, gaps = 0;
    ring_clear(&mem, plan->slot_cnt, plan->begin);
    begun_ns = tr_now_ns();
    for (unsigned c = 0; c < plan->reader_cnt; c++) {
        reader[c] = (struct reader_thread){.plan = plan, .idx = c, .random = seed * 7 + c, .steady = c == 0};
        begin_life(&reader[c], TR_FROM_NEWEST);
    }
    assert_int_equal(pthread_create(&writer.thread, NULL, writer_main, &writer), 0);
    for (unsigned c = 0; c < plan->reader_cnt; c++)
        assert_int_equal(pthread_create(&reader[c].thread, NULL, reader_main, &reader[c]), 0);
    pthread_join(writer.thread, NULL);
    for (unsigned c = 0; c < plan->reader_cnt; c++)
        pthread_join(reader[c].thread, NULL);
    if (atomic_load(&wrong) != NULL)
        fail_msg("expected: %s", atomic_load(&wrong));
    for (unsigned c = 0; c < plan->reader_cnt; c++) {
        expect_accounts(plan, &reader[c]);
        lives += reader[c].life_cnt;
        gaps += reader[c].gap_cnt;
    }
    print_message("%llu slots, %u readers (lossy %x): %llu ticks, %llu lives, %llu gaps, %llu evictions, "
                  "%llu restarts, %.2f s\n",
                  (unsigned long long)plan->slot_cnt, plan->reader_cnt, plan->lossy_mask,
                  (unsigned long long)plan->tick_cnt, (unsigned long long)lives, (unsigned long long)gaps,
                  (unsigned long long)writer.evict_cnt, (unsigned long long)writer.restart_cnt,
                  (double)(tr_now_ns() - begun_ns) / 1e9);
}

/* Ticks of a run: a small ring costs a change of threads every few ticks. */
static uint64_t tick_cnt(uint64_t slot_cnt)
{
    return (slot_cnt == 4 ? 30000U : slot_cnt == 16 ? 120000U : 1000000U) / SLOWER;
}

static void run_all(unsigned lossy_mask, bool churn)
{
    static const uint64_t slots[] = {4, 16, RING_SLOT_MAX};
    uint64_t random = help_seed();
    for (unsigned i = 0; i < 3; i++) {
        for (unsigned cnt = 1; cnt <= READER_MAX; cnt++) {
            if (lossy_mask >> cnt != 0 && lossy_mask != UINT32_MAX)
                continue; /* its lossy readers are not in */
            const struct plan plan = {
                .slot_cnt = slots[i],
                .reader_cnt = cnt,
                .lossy_mask = lossy_mask,
                .churn = churn,
                .tick_cnt = tick_cnt(slots[i]),
                .begin = ring_begin[(i + cnt) % RING_BEGIN_CNT],
            };
            run(&plan, help_random(&random));
        }
    }
}

static void reliable_readers_get_everything(void **state)
{
    (void)state;
    run_all(0, false);
}

static void lossy_readers_count_what_they_lose(void **state)
{
    (void)state;
    run_all(UINT32_MAX, false);
}

static void reliable_beside_lossy(void **state)
{
    (void)state;
    run_all(2, false);
}

static void readers_come_and_go(void **state)
{
    (void)state;
    run_all(0, true);
}

static void lossy_readers_come_and_go(void **state)
{
    (void)state;
    run_all(4, true);
}

/* --- Sleep and wake --------------------------------------------------------------------------------- */

#define ROUND_CNT (2000U / SLOWER)

static sem_t writer_sem;
static sem_t reader_sem;
static struct tr_peer reader_peer; /* the reader as its waker sees it */
static struct tr_peer writer_peer;
static bool asymmetric;
static const struct tr_sem_name no_name;

struct sleeps {
    uint64_t cnt;
    uint64_t timed_out_with_work; /* nobody woke it though there was something: a lost wake-up */
};

static void sleep_once(sem_t *sem, struct sleeps *s, bool (*work)(void *arg), void *arg)
{
    int64_t from_ns = tr_now_ns();
    tr_sleep(sem, TR_WAIT_MAX_NS);
    s->cnt++;
    s->timed_out_with_work += tr_now_ns() - from_ns >= TR_WAIT_MAX_NS && work(arg);
}

static bool has_room(void *w)
{
    return tr_writer_has_room(w);
}

static bool has_tick(void *r)
{
    return tr_reader_look(r, 1) > 0;
}

static void *sleeping_writer(void *arg)
{
    struct sleeps *s = arg;
    struct tr_writer w;
    ring_writer(&w, &mem);
    w.fenced = !asymmetric;
    while (w.next < ROUND_CNT && going()) {
        if (!has_room(&w)) {
            tr_sleep_begin(&mem.lane.wait, false);
            if (!tr_writer_gate(&w))
                sleep_once(&writer_sem, s, has_room, &w);
            tr_sleep_end(&mem.lane.wait, &writer_sem);
            continue;
        }
        const struct tr_tick tick = ring_tick(w.next);
        tr_writer_put(&w, &tick);
        tr_writer_tell(&w);
        if (tr_writer_anyone_asleep(&w))
            tr_peer_wake(&reader_peer, 0, tr_load_acq(&mem.member[0].wait), &no_name);
    }
    return NULL;
}

/* Gives one slot back a time, so that the writer, too, must sleep for each. */
static void *sleeping_reader(void *arg)
{
    struct sleeps *s = arg;
    struct tr_reader r;
    struct tr_gap gap;
    ring_reader(&r, &mem, 0);
    tr_reader_join(&r, TR_FROM_OLDEST, 0, false, &gap);
    r.step = 1;
    while (r.pos < ROUND_CNT && going()) {
        if (!has_tick(&r)) {
            tr_store_rlx(&mem.member[0].wait, tr_load_rlx(&mem.member[0].wait) | 1);
            atomic_fetch_or(&mem.bell.asleep, 1);
            tr_sleep_begin(&mem.member[0].wait, asymmetric);
            if (!has_tick(&r))
                sleep_once(&reader_sem, s, has_tick, &r);
            tr_sleep_end(&mem.member[0].wait, &reader_sem);
            atomic_fetch_and(&mem.bell.asleep, ~UINT64_C(1));
            continue;
        }
        tr_reader_advance(&r, 1);
        atomic_thread_fence(memory_order_seq_cst);
        tr_peer_wake(&writer_peer, 0, tr_load_acq(&mem.lane.wait), &no_name);
    }
    tr_reader_leave(&r);
    return NULL;
}

static void sleep_and_wake(bool with_membarrier)
{
    struct sleeps writer = {0}, reader = {0};
    pthread_t thread[2];
    asymmetric = with_membarrier;
    ring_clear(&mem, 4, 0);
    begun_ns = tr_now_ns();
    assert_int_equal(sem_init(&writer_sem, 0, 0) + sem_init(&reader_sem, 0, 0), 0);
    writer_peer = (struct tr_peer){.sem = &writer_sem};
    reader_peer = (struct tr_peer){.sem = &reader_sem};
    /* The reader first: the writer must not run free. */
    assert_int_equal(pthread_create(&thread[0], NULL, sleeping_reader, &reader), 0);
    while (atomic_load(&mem.member[0].lane[0].act) == 0)
        sched_yield();
    assert_int_equal(pthread_create(&thread[1], NULL, sleeping_writer, &writer), 0);
    pthread_join(thread[0], NULL);
    pthread_join(thread[1], NULL);
    print_message("sleeps %llu and %llu, timed out with work %llu and %llu\n", (unsigned long long)writer.cnt,
                  (unsigned long long)reader.cnt, (unsigned long long)writer.timed_out_with_work,
                  (unsigned long long)reader.timed_out_with_work);
    if (atomic_load(&wrong) != NULL)
        fail_msg("expected: %s", atomic_load(&wrong));
    /* A machine that stands still for 50 ms makes one or two; lost wake-ups come by the dozen. */
    assert_true(writer.timed_out_with_work + reader.timed_out_with_work <= 5);
}

static void no_wake_up_is_lost_with_fences(void **state)
{
    (void)state;
    sleep_and_wake(false);
}

static void no_wake_up_is_lost_with_membarrier(void **state)
{
    (void)state;
    if (!tr_wait_register()) {
        print_message("skipped: no membarrier here\n");
        skip();
    }
    sleep_and_wake(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reliable_readers_get_everything),
        cmocka_unit_test(lossy_readers_count_what_they_lose),
        cmocka_unit_test(reliable_beside_lossy),
        cmocka_unit_test(readers_come_and_go),
        cmocka_unit_test(lossy_readers_come_and_go),
        cmocka_unit_test(no_wake_up_is_lost_with_fences),
        cmocka_unit_test(no_wake_up_is_lost_with_membarrier),
    };
    return cmocka_run_group_tests_name("ring", tests, NULL, NULL);
}
