/* A view taken while a reader is overrun, or its place changes hands: the reader's stores come one by one, in their
 * order, between any two loads of the observer.  Whatever moments it sees, the ledger balances. */
#include "shm_help.h"

#include "observe.h"
#include "seq.h"

/* What the code below stores is done, and written down; before each load of the observer some of what was written down is done
 * in the ring that it looks at. */
static void step(void);
static void note_store(const tr_word *w, uint64_t v);

static uint64_t step_load_rlx(const tr_word *w)
{
    step();
    return tr_load_rlx(w);
}

static uint64_t step_load_acq(const tr_word *w)
{
    step();
    return tr_load_acq(w);
}

static void step_store(tr_word *w, uint64_t v)
{
    tr_store_rlx(w, v);
    note_store(w, v);
}

#define tr_load_rlx step_load_rlx
#define tr_load_acq step_load_acq
#define tr_store_rlx step_store
#define tr_store_rel step_store
#include "shm/observe.c"
#include "shm/reader.c"
#include "shm/trail.c"
#undef tr_load_rlx
#undef tr_load_acq
#undef tr_store_rlx
#undef tr_store_rel

#include "monitor/ledger.h"

#define SLOT_CNT 16
#define STORE_MAX (1 << 20)
#define MOVE_CNT 20000
#define ANEW_CNT 1000

/* What the reader works on: a lane, a consumer's page, its gaps. */
static struct pages {
    struct tr_lane lane;
    struct tr_member member;
    struct tr_gap_trail gaps;
    struct tr_slot slot[SLOT_CNT];
} own;

static struct tr_segment seg;
static struct tr_segment eye;
static struct tr_lane *lane; /* the same in the ring */
static struct tr_member *member;
static struct tr_member_stats *stats;
static struct tr_view *view;
static struct tr_reader reader;
static uint64_t random_state;

static struct {
    tr_word *to;
    uint64_t value;
} store[STORE_MAX];
static unsigned store_cnt;
static unsigned done_cnt;
static bool looking;
static unsigned pace; /* of so many loads, one finds that stores have come */

/* What was lost before a cursor: of each move, where it went and what was lost then. */
static struct {
    uint64_t cursor;
    uint64_t lost;
} truth[MOVE_CNT];
static unsigned truth_cnt;

static bool is_in(const tr_word *w, const void *part, size_t len)
{
    return (const char *)w >= (const char *)part && (const char *)w < (const char *)part + len;
}

/* Where a word of the reader's is in the ring. */
static tr_word *in_ring(const tr_word *w)
{
    if (is_in(w, &own.member, sizeof own.member))
        return (tr_word *)(void *)((char *)member + ((const char *)w - (const char *)&own.member));
    if (is_in(w, &own.gaps, sizeof own.gaps))
        return (tr_word *)(void *)((char *)&stats->gaps + ((const char *)w - (const char *)&own.gaps));
    if (is_in(w, &own.lane, sizeof own.lane))
        return (tr_word *)(void *)((char *)lane + ((const char *)w - (const char *)&own.lane));
    return NULL;
}

static void note_store(const tr_word *w, uint64_t v)
{
    tr_word *to = in_ring(w);
    assert_false(looking);
    if (to == NULL)
        return;
    assert_true(store_cnt < STORE_MAX);
    store[store_cnt].to = to;
    store[store_cnt++].value = v;
}

static void do_stores(unsigned cnt)
{
    for (; cnt > 0 && done_cnt < store_cnt; cnt--, done_cnt++)
        tr_store_rel(store[done_cnt].to, store[done_cnt].value);
}

/* Mostly a few; sometimes more than all records of a trail. */
static void step(void)
{
    if (!looking || help_random(&random_state) % pace != 0)
        return;
    uint64_t kind = help_random(&random_state) % 512;
    do_stores((unsigned)(help_random(&random_state) % (kind == 0 ? 2000 : kind < 64 ? 40 : 6)));
}

static int make_ring(void **state)
{
    char ring[TR_RING_NAME_MAX + 1];
    (void)state;
    view = malloc(sizeof *view);
    help_make_ring(&seg, help_ring_name(ring, "steps"), SLOT_CNT);
    lane = help_own_lane(&seg, 0);
    member = help_own_member(&seg, 0);
    stats = tr_segment_map_own(&seg, tr_segment_stats_off(&seg, 0), seg.map.stats_len);
    assert_true(stats != NULL && view != NULL);
    memset(&own, 0, sizeof own);
    store_cnt = done_cnt = truth_cnt = 0;
    random_state = help_seed();
    return tr_observe_open(&eye, ring);
}

static int remove_ring(void **state)
{
    free(view);
    munmap(stats, seg.map.stats_len);
    help_unmap(&seg, lane);
    help_unmap(&seg, member);
    tr_observe_close(&eye);
    help_remove_ring(&seg);
    return help_teardown(state);
}

/* --- The reader ----------------------------------------------------------------------------------- */

static void take_place(unsigned member_state)
{
    uint64_t epoch = tr_state_epoch(own.member.state);
    step_store(&own.member.state, tr_state_make(epoch + (member_state == TR_MEMBER_ACTIVE), member_state));
}

static void publish_to(uint64_t seq)
{
    step_store(&own.lane.hint, seq);
    own.slot[reader.pos % SLOT_CNT].seq =
        seq > reader.pos ? reader.pos + 1 + (seq - reader.pos - 1) / SLOT_CNT * SLOT_CNT : 0;
}

static void join(void)
{
    struct tr_gap gap;
    reader = (struct tr_reader){.slot = own.slot,
                                .mask = SLOT_CNT - 1,
                                .slot_cnt = SLOT_CNT,
                                .lane = &own.lane,
                                .own = &own.member.lane[0],
                                .member = &own.member,
                                .evicted = &own.lane.evicted[0],
                                .gaps = &own.gaps};
    take_place(TR_MEMBER_ACTIVE);
    tr_reader_join(&reader, TR_FROM_RESUME, 0, true, &gap);
}

/* Reads on a little, then is lapped. */
static void move(void)
{
    struct tr_gap gap;
    publish_to(reader.pos + help_random(&random_state) % 10);
    tr_reader_advance(&reader, (uint32_t)(own.lane.hint - reader.pos));
    publish_to(reader.pos + SLOT_CNT + 1 + help_random(&random_state) % 50);
    assert_true(tr_reader_overrun(&reader, &gap));
    truth[truth_cnt].cursor = reader.pos;
    truth[truth_cnt++].lost = own.member.lane[0].lost_cnt;
}

/* The place is another's, or the same begins elsewhere: as a consumer does it. */
static void begin_anew(void)
{
    tr_word *word = (tr_word *)&own.gaps;
    take_place(TR_MEMBER_FREE);
    for (unsigned p = 0; p < TR_LANE_MAX; p++)
        tr_reader_reset(&own.member.lane[p]);
    for (size_t i = 0; i < sizeof own.gaps / 8; i++)
        step_store(&word[i], 0);
    join();
}

/* --- The looks ------------------------------------------------------------------------------------ */

static void expect_balanced(void)
{
    unsigned c;
    unsigned p;
    looking = true;
    int rc = tr_observe(&eye, view);
    looking = false;
    assert_int_equal(rc, 0);
    if (ledger_is_balanced(view, &c, &p))
        return;
    const struct tr_member_view *m = &view->member[c];
    for (unsigned i = 0; i < m->gap_cnt; i++)
        print_message("%llu .. %llu after %llu\n", (unsigned long long)m->gap[i].from,
                      (unsigned long long)m->gap[i].to, (unsigned long long)m->gap[i].lost_before);
    fail_msg("start %llu cursor %llu lost %llu published %llu", (unsigned long long)m->lane[p].start,
             (unsigned long long)m->lane[p].cursor, (unsigned long long)m->lane[p].lost,
             (unsigned long long)view->lane[p].published);
}

static void begin(void)
{
    step_store(&own.lane.state, tr_state_make(1, TR_LANE_OPEN));
    publish_to(30);
    begin_anew();
    do_stores(STORE_MAX);
}

static void expect_true(const struct tr_cursor_view *v)
{
    unsigned n = 0;
    while (n < truth_cnt && truth[n].cursor <= v->cursor)
        n++;
    assert_int_equal(v->lost, n == 0 ? 0 : truth[n - 1].lost);
}

/* Looks until all stores have come; check (NULL: nothing): what else is expected of what is seen meanwhile. */
static void look_on(void (*check)(const struct tr_cursor_view *v))
{
    while (done_cnt < store_cnt) {
        pace = 1 + (unsigned)(help_random(&random_state) % 30);
        expect_balanced();
        if (check != NULL)
            check(&view->member[0].lane[0]);
    }
    expect_balanced();
}

static void test_overrun(void **state)
{
    (void)state;
    begin();
    for (unsigned i = 0; i < MOVE_CNT; i++)
        move();
    look_on(expect_true);
    assert_int_equal(view->member[0].gap_cnt, TR_GAP_CNT);
}

/* As it stands after each store: whoever is killed there leaves a ledger that balances. */
static void test_killed_after_each_store(void **state)
{
    (void)state;
    begin();
    for (unsigned i = 0; i < 2 * TR_GAP_CNT; i++)
        move();
    pace = UINT32_MAX;
    for (; done_cnt < store_cnt; do_stores(1))
        expect_balanced();
}

static void test_begins_anew(void **state)
{
    (void)state;
    begin();
    for (unsigned i = 0; i < ANEW_CNT; i++) {
        move();
        move();
        truth_cnt = 0;
        begin_anew();
    }
    look_on(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_overrun, make_ring, remove_ring),
        cmocka_unit_test_setup_teardown(test_killed_after_each_store, make_ring, remove_ring),
        cmocka_unit_test_setup_teardown(test_begins_anew, make_ring, remove_ring),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
