/* The producer's end of a lane on static memory: one thread, every state by hand, a kill and a joiner at
 * every access to shared memory. */
#define RING_HELP_STEPS
#include "ring_help.h"

#include "shm/writer.c"

static struct ring_memory mem;
static struct tr_writer writer;
static struct tr_reader reader;
static struct tr_gap gap;

static void begin(uint64_t slot_cnt, uint64_t seq)
{
    ring_clear(&mem, slot_cnt, seq);
    ring_writer(&writer, &mem);
    ring_reader(&reader, &mem, 3);
}

static void join_oldest(void)
{
    tr_reader_join(&reader, TR_FROM_OLDEST, 0, false, &gap);
}

/* Registers consumer c by hand, at a cursor. */
static void set_member(unsigned c, uint64_t reg, uint64_t cur)
{
    atomic_store(&mem.member[c].lane[0].cur, cur);
    atomic_store(&mem.member[c].lane[0].reg, reg);
}

static void fresh_lane_begins_at_nought(void **state)
{
    (void)state;
    begin(8, 0);
    assert_int_equal(writer.next, 0);
    assert_int_equal(writer.limit, 0);
    assert_int_equal(tr_writer_room(&writer), 0);
    assert_true(tr_writer_has_room(&writer));
    assert_int_equal(atomic_load(&mem.lane.hint), 0);
}

static void put_shows_a_whole_tick(void **state)
{
    (void)state;
    for (size_t i = 0; i < RING_BEGIN_CNT; i++) {
        begin(8, ring_begin[i]);
        const uint64_t n = writer.next;
        const struct tr_tick tick = ring_tick(n);
        assert_int_equal(n, ring_begin[i]);
        assert_true(tr_writer_has_room(&writer));
        tr_writer_put(&writer, &tick);
        assert_int_equal(writer.next, n + 1);
        ring_expect_whole(&mem, n, n + 1);
        assert_int_equal(atomic_load(&mem.lane.hint), n); /* after the tick itself */
        tr_writer_tell(&writer);
        assert_int_equal(atomic_load(&mem.lane.hint), n + 1);
    }
}

/* With nobody in, in steps of an eighth: who asks for the oldest gets nearly a lap. */
static void free_run_goes_in_steps(void **state)
{
    (void)state;
    for (uint64_t slot_cnt = TR_SLOT_CNT_MIN; slot_cnt <= RING_SLOT_MAX; slot_cnt *= 4) {
        begin(slot_cnt, 0);
        uint64_t run = slot_cnt / 8 > 0 ? slot_cnt / 8 : 1;
        for (uint64_t n = 0; n < 5 * slot_cnt; n++) {
            assert_int_equal(ring_put(&writer, 1), 1);
            assert_true(writer.limit >= writer.next && writer.limit - writer.next < run);
            assert_int_equal(atomic_load(&mem.lane.limit), writer.limit);
        }
        assert_int_equal(writer.blocker, TR_NOBODY);
    }
}

static void reader_holds_exactly_a_lap(void **state)
{
    (void)state;
    for (size_t i = 0; i < RING_BEGIN_CNT; i++) {
        begin(16, ring_begin[i]);
        tr_reader_join(&reader, TR_FROM_NEWEST, 0, false, &gap);
        uint64_t from = reader.pos;
        assert_int_equal(from, ring_begin[i]);
        assert_int_equal(ring_put(&writer, 100), 16);
        assert_int_equal(writer.blocker, 3);
        assert_false(tr_writer_has_room(&writer));
        ring_expect_whole(&mem, from, from + 16);
        assert_int_equal(ring_read(&reader, 5), 5);
        tr_reader_tell(&reader);
        assert_int_equal(ring_put(&writer, 100), 5);
        ring_expect_whole(&mem, from + 5, from + 21);
    }
}

static void slowest_counted_one_blocks(void **state)
{
    (void)state;
    begin(8, 100);
    set_member(0, 7, 100);
    set_member(5, 8, 97);
    set_member(63, 9, 99);
    set_member(9, 0, 3); /* not registered */
    set_member(10, 4, 2); /* evicted */
    atomic_store(&mem.lane.evicted[10], 4);
    assert_int_equal(ring_put(&writer, 100), 5);
    assert_int_equal(writer.blocker, 5);
    set_member(5, 0, 97);
    assert_int_equal(ring_put(&writer, 100), 2);
    assert_int_equal(writer.blocker, 63);
    set_member(10, 5, 90); /* it came again: that registration counts */
    assert_false(tr_writer_gate(&writer));
    assert_int_equal(writer.blocker, 10);
}

static void counts_tells_cursor(void **state)
{
    (void)state;
    uint64_t cur = 5;
    begin(8, 0);
    assert_false(tr_writer_counts(&writer, 2, &cur));
    assert_int_equal(cur, 5);
    set_member(2, 1, 77);
    assert_true(tr_writer_counts(&writer, 2, &cur));
    assert_int_equal(cur, 77);
    assert_true(tr_writer_counts(&writer, 2, NULL));
    atomic_store(&mem.lane.evicted[2], 1);
    assert_false(tr_writer_counts(&writer, 2, NULL));
}

/* Cursors ahead of the lane (a corrupt page) do not open the gate further than a lap. */
static void cursor_ahead_gives_a_lap_at_most(void **state)
{
    (void)state;
    begin(8, 0);
    set_member(0, 1, 1000000);
    assert_true(tr_writer_gate(&writer));
    assert_in_range(writer.limit, 1, 8);
}

static void evict_names_the_registration(void **state)
{
    (void)state;
    begin(8, 0);
    set_member(4, 6, 0);
    assert_int_equal(ring_put(&writer, 100), 8);
    tr_writer_evict(&writer, 4, 6);
    assert_int_equal(atomic_load(&mem.lane.evicted[4]), 6);
    assert_int_equal(ring_put(&writer, 20), 20);
}

/* Whoever took the place between the decision and the eviction is not hit. */
static void evict_spares_a_later_registration(void **state)
{
    (void)state;
    begin(8, 0);
    set_member(4, 6, 0);
    uint64_t reg = tr_writer_registration(&writer, 4);
    assert_int_equal(reg, 6);
    set_member(4, 7, 0);
    tr_writer_evict(&writer, 4, reg);
    assert_true(tr_writer_counts(&writer, 4, NULL));
}

static void bell_is_heard(void **state)
{
    (void)state;
    begin(8, 0);
    for (int fenced = 0; fenced < 2; fenced++) {
        writer.fenced = fenced;
        assert_false(tr_writer_anyone_asleep(&writer));
        atomic_store(&mem.bell.asleep, UINT64_C(1) << 63);
        assert_true(tr_writer_anyone_asleep(&writer));
        atomic_store(&mem.bell.asleep, 0);
    }
}

/* --- Taking over ------------------------------------------------------------------------------------ */

static void restart_finds_next_behind_the_hint(void **state)
{
    (void)state;
    for (uint64_t behind = 0; behind < 8; behind++) {
        for (size_t i = 0; i < RING_BEGIN_CNT; i++) {
            begin(8, ring_begin[i]);
            ring_put(&writer, 21);
            uint64_t n = writer.next;
            atomic_store(&mem.lane.hint, n - behind); /* killed within a batch */
            ring_writer(&writer, &mem);
            assert_int_equal(writer.next, n);
            assert_int_equal(atomic_load(&mem.lane.hint), n);
        }
    }
}

static void restart_writes_a_begun_tick_again(void **state)
{
    (void)state;
    begin(8, 0);
    ring_put(&writer, 10);
    atomic_store(&mem.slot[10 & 7].seq, 11 | TR_SEQ_BUSY);
    ring_writer(&writer, &mem);
    assert_int_equal(writer.next, 10);
    ring_put(&writer, 1);
    ring_expect_whole(&mem, 10, 11);
}

/* The page's limit may promise more than the cursors allow (killed between the passes): as a floor for
 * itself it stays, as permission to write it is worth nothing. */
static void restart_keeps_no_limit_but_never_lowers_it(void **state)
{
    (void)state;
    begin(8, 0);
    join_oldest();
    ring_put(&writer, 5);
    atomic_store(&mem.lane.limit, 13);
    ring_writer(&writer, &mem);
    assert_int_equal(writer.limit, 5);
    assert_int_equal(writer.told_limit, 13);
    assert_int_equal(ring_put(&writer, 100), 3);
    assert_int_equal(atomic_load(&mem.lane.limit), 13);
}

static void restart_wakes_its_own_word(void **state)
{
    (void)state;
    begin(8, 0);
    atomic_store(&mem.lane.wait, 41);
    ring_writer(&writer, &mem);
    assert_int_equal(atomic_load(&mem.lane.wait), 42);
    ring_writer(&writer, &mem);
    assert_int_equal(atomic_load(&mem.lane.wait), 42);
}

/* --- At every access -------------------------------------------------------------------------------- */

static uint64_t seen_limit; /* the highest that was published */

static void expect_limit_not_lowered(void)
{
    uint64_t limit = atomic_load(&mem.lane.limit);
    assert_true(limit >= seen_limit);
    seen_limit = limit;
}

static void put_five(void)
{
    ring_put(&writer, 5);
}

static void put_all(void)
{
    ring_put(&writer, 100);
}

/* A lane of 8 after 30 ticks, consumer 3 in it, `unread` ticks behind. */
static void begin_used(uint64_t seq, uint64_t unread)
{
    begin(8, seq);
    ring_put(&writer, 30);
    tr_reader_join(&reader, TR_FROM_NEWEST, 0, false, &gap);
    ring_put(&writer, unread);
    seen_limit = atomic_load(&mem.lane.limit);
}

/* What a restart must bring: no tick twice, none left out, and what the reader was promised is there. */
static void expect_good_restart(uint64_t before)
{
    expect_limit_not_lowered();
    ring_read(&reader, 100);
    tr_reader_tell(&reader);
    uint64_t seen = reader.pos; /* whatever a reader can see is published */
    ring_writer(&writer, &mem);
    assert_true(writer.next == seen && seen >= before);
    struct tr_reader fresh;
    ring_reader(&fresh, &mem, 9);
    tr_reader_join(&fresh, TR_FROM_OLDEST, 0, false, &gap);
    ring_expect_whole(&mem, fresh.pos, writer.next > fresh.pos ? writer.next : fresh.pos);
    ring_put(&writer, 100);
    expect_limit_not_lowered();
    assert_int_equal(writer.next, tr_min_u64(fresh.pos, seen) + 8); /* both gate, and can go on */
    ring_read(&reader, 100);
    ring_read(&fresh, 100);
    assert_int_equal(reader.pos, writer.next);
    assert_int_equal(fresh.pos, writer.next);
}

static void kill_at_every_access_loses_nothing(void **state)
{
    (void)state;
    long steps = 0;
    for (size_t i = 0; i < RING_BEGIN_CNT; i++) {
        for (uint64_t unread = 0; unread < 8; unread++) {
            bool more = true;
            for (long k = 0; more; k += STEPS_STRIDE, steps++) {
                begin_used(ring_begin[i], unread);
                uint64_t before = writer.next;
                more = steps_run(put_five, k, NULL);
                expect_good_restart(before);
            }
        }
    }
    print_message("killed at %ld accesses\n", steps);
    assert_true(steps > 1000 / STEPS_STRIDE);
}

/* A second kill while the successor is at it. */
static void restart_and_put(void)
{
    ring_writer(&writer, &mem);
    ring_put(&writer, 5);
}

static void kill_of_the_successor_loses_nothing(void **state)
{
    (void)state;
    for (long first = 0, more_first = 1; more_first; first += 7 * STEPS_STRIDE) {
        for (long k = 0, more = 1; more; k += STEPS_STRIDE) {
            begin_used(0, 3);
            uint64_t before = writer.next;
            more_first = steps_run(put_five, first, NULL);
            more = steps_run(restart_and_put, k, NULL);
            expect_good_restart(before);
        }
    }
}

static enum tr_from join_from;
static struct tr_reader joiner;

static void join_now(void)
{
    ring_reader(&joiner, &mem, 9);
    tr_reader_join(&joiner, join_from, 0, false, &gap);
}

/* The joiner comes between any two accesses of a running producer: what it was told is there, and stays
 * until it has read it. */
static void join_at_every_access_keeps_its_promise(void **state)
{
    (void)state;
    static const enum tr_from from[] = {TR_FROM_OLDEST, TR_FROM_NEWEST};
    long steps = 0;
    for (unsigned f = 0; f < 2; f++) {
        join_from = from[f];
        for (uint64_t unread = 0; unread < 8; unread++) {
            bool more = true;
            for (long k = 0; more; k += STEPS_STRIDE, steps++) {
                begin_used(ring_begin[k % 3], unread);
                more = steps_run(put_all, k, join_now);
                if (!more)
                    join_now();
                expect_limit_not_lowered();
                tr_reader_leave(&reader); /* nobody holds the producer but the joiner */
                ring_put(&writer, 100);
                assert_int_equal(writer.next, joiner.pos + 8);
                ring_expect_whole(&mem, joiner.pos, writer.next);
                assert_int_equal(ring_read(&joiner, 100), 8);
            }
        }
    }
    print_message("joined at %ld accesses\n", steps);
    assert_true(steps > 500 / STEPS_STRIDE);
}

static unsigned read_cnt;

/* Reads each of the last lap, and the tick being overwritten, as a lossy reader would; what stands is whole.
 */
static void read_now(void)
{
    for (uint64_t back = 0; back <= 9; back++) {
        struct tr_reader r;
        struct tr_tick tick;
        ring_reader(&r, &mem, 9);
        r.pos = writer.next - back;
        if (tr_reader_look(&r, 1) == 0)
            continue;
        tr_reader_copy(&r, 0, &tick);
        if (!tr_reader_check(&r))
            continue;
        assert_true(ring_tick_is(&tick, r.pos));
        read_cnt++;
    }
}

static void read_at_every_access_is_whole(void **state)
{
    (void)state;
    bool more = true;
    read_cnt = 0;
    for (long k = 0; more; k += STEPS_STRIDE) {
        begin(8, ring_begin[k % 3]);
        ring_put(&writer, 30);
        more = steps_run(put_five, k, read_now);
    }
    assert_true(read_cnt > 100 / STEPS_STRIDE);
}

static void rejoin_now(void)
{
    tr_reader_rejoin(&reader, &gap);
}

/* Evicted, lapped, and back between any two accesses: the gap is exact, what follows is there. */
static void rejoin_at_every_access_gives_the_exact_gap(void **state)
{
    (void)state;
    bool more = true;
    for (long k = 0; more; k += STEPS_STRIDE) {
        begin_used(ring_begin[k % 3], 4);
        uint64_t old = reader.pos;
        tr_writer_evict(&writer, 3, reader.reg);
        ring_put(&writer, 17);
        more = steps_run(put_five, k, rejoin_now);
        if (!more)
            rejoin_now();
        ring_put(&writer, 100);
        assert_int_equal(gap.from, old);
        assert_int_equal(gap.to, reader.pos);
        assert_int_equal(atomic_load(&reader.own->lost_cnt), reader.pos - old);
        assert_int_equal(writer.next, reader.pos + 8);
        assert_int_equal(ring_read(&reader, 100), 8);
    }
}

/* Killed at any access, and a consumer joins before, then the successor comes. */
static void join_after_a_kill_keeps_its_promise(void **state)
{
    (void)state;
    bool more = true;
    for (long k = 0; more; k += STEPS_STRIDE) {
        begin_used(ring_begin[k % 3], 2);
        tr_reader_leave(&reader);
        more = steps_run(put_all, k, NULL);
        join_from = TR_FROM_OLDEST;
        join_now();
        ring_writer(&writer, &mem);
        ring_put(&writer, 100);
        assert_int_equal(writer.next, joiner.pos + 8);
        ring_expect_whole(&mem, joiner.pos, writer.next);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fresh_lane_begins_at_nought),
        cmocka_unit_test(put_shows_a_whole_tick),
        cmocka_unit_test(free_run_goes_in_steps),
        cmocka_unit_test(reader_holds_exactly_a_lap),
        cmocka_unit_test(slowest_counted_one_blocks),
        cmocka_unit_test(counts_tells_cursor),
        cmocka_unit_test(cursor_ahead_gives_a_lap_at_most),
        cmocka_unit_test(evict_names_the_registration),
        cmocka_unit_test(evict_spares_a_later_registration),
        cmocka_unit_test(bell_is_heard),
        cmocka_unit_test(restart_finds_next_behind_the_hint),
        cmocka_unit_test(restart_writes_a_begun_tick_again),
        cmocka_unit_test(restart_keeps_no_limit_but_never_lowers_it),
        cmocka_unit_test(restart_wakes_its_own_word),
        cmocka_unit_test(kill_at_every_access_loses_nothing),
        cmocka_unit_test(kill_of_the_successor_loses_nothing),
        cmocka_unit_test(join_at_every_access_keeps_its_promise),
        cmocka_unit_test(read_at_every_access_is_whole),
        cmocka_unit_test(rejoin_at_every_access_gives_the_exact_gap),
        cmocka_unit_test(join_after_a_kill_keeps_its_promise),
    };
    return cmocka_run_group_tests_name("writer", tests, NULL, NULL);
}
