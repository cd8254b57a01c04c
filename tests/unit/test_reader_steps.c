/* The consumer's end of a lane on static memory: a kill, or the producer, at every access to shared memory.
 */
#define RING_HELP_STEPS
#include "ring_help.h"

#include "shm/reader.c"
#include "shm/trail.c"

#define ID 3 /* our place */

static struct ring_memory mem;
static struct tr_writer writer;
static struct tr_reader reader;
static struct tr_gap gap;
static struct tr_gap_trail trail;

static uint64_t word(const tr_word *w)
{
    return atomic_load(w);
}

/* The place taken by a new process. */
static void take_again(void)
{
    ring_reader(&reader, &mem, ID);
    reader.gaps = &trail;
}

static void begin(uint64_t slot_cnt, uint64_t seq, uint64_t put_cnt)
{
    ring_clear(&mem, slot_cnt, seq);
    memset(&trail, 0, sizeof trail);
    ring_writer(&writer, &mem);
    ring_put(&writer, put_cnt);
    take_again();
}

static bool join(enum tr_from from, uint64_t seq)
{
    return tr_reader_join(&reader, from, seq, false, &gap);
}

static bool join_lossy(enum tr_from from, uint64_t seq)
{
    return tr_reader_join(&reader, from, seq, true, &gap);
}

static uint64_t delivered(void)
{
    return word(&reader.own->cur) - word(&reader.own->start) - word(&reader.own->lost_cnt);
}

static void expect_words(uint64_t start, uint64_t cur, uint64_t lost)
{
    assert_int_equal(word(&reader.own->start), start);
    assert_int_equal(word(&reader.own->cur), cur);
    assert_int_equal(word(&reader.own->lost_cnt), lost);
    assert_int_equal(reader.pos, cur);
    assert_int_equal(reader.told, cur);
}

/* --- Killed between any two accesses ---------------------------------------------------------------- */

static bool scene_lossy;
static enum tr_from scene_from;

static void op_join(void)
{
    tr_reader_join(&reader, scene_from, 0, scene_lossy, &gap);
}

static void op_rejoin(void)
{
    tr_reader_rejoin(&reader, &gap);
}

static void op_overrun(void)
{
    tr_reader_overrun(&reader, &gap);
}

static void op_reset_and_join(void)
{
    tr_reader_reset(reader.own);
    op_join();
}

/* A lane where the reader read 5 of 8 and then was evicted and lapped. */
static void begin_evicted(uint64_t seq)
{
    begin(8, seq, 0);
    join(TR_FROM_OLDEST, 0);
    ring_put(&writer, writer.limit - writer.next);
    ring_put(&writer, 100);
    ring_read(&reader, 5);
    tr_writer_evict(&writer, ID, reader.reg);
    ring_put(&writer, 21);
}

/* What the words were before, and what one undisturbed run makes of them. */
struct outcome {
    uint64_t pos;
    uint64_t start;
    uint64_t lost;
};

static struct outcome outcome(void)
{
    return (struct outcome){reader.pos, word(&reader.own->start), word(&reader.own->lost_cnt)};
}

/* The gaps that count are all that is lost, each once; whoever was killed while one was noted, or on the way over it. */
static void expect_gaps(void)
{
    struct tr_gap_record noted[TR_GAP_CNT];
    bool whole;
    uint64_t lost = 0;
    unsigned cnt = tr_gaps_read(&trail, noted, &whole);
    assert_true(whole);
    for (unsigned i = 0; i < cnt && noted[i].lost_before < word(&reader.own->lost_cnt); i++) {
        assert_int_equal(noted[i].lost_before, lost);
        assert_true(noted[i].from < noted[i].to && noted[i].to <= reader.pos);
        assert_true(i == 0 || noted[i].from >= noted[i - 1].to);
        lost += noted[i].to - noted[i].from;
    }
    assert_int_equal(lost, word(&reader.own->lost_cnt));
}

static void expect_outcome(const struct outcome *wanted)
{
    expect_words(wanted->start, wanted->pos, wanted->lost);
    expect_gaps();
}

/* A successor joins by name, and finds out about an eviction if there was one. */
static void succeed(bool lossy)
{
    take_again();
    tr_reader_join(&reader, TR_FROM_RESUME, 0, lossy, &gap);
    if (tr_reader_is_evicted(&reader))
        tr_reader_rejoin(&reader, &gap);
}

/* Killed at every access of op, then at every access of the successor's join, and then joined in peace. */
static void expect_same_after_kills(void (*set_up)(uint64_t seq), void (*op)(void), bool lossy)
{
    for (size_t i = 0; i < RING_BEGIN_CNT; i++) {
        set_up(ring_begin[i]);
        op();
        struct outcome wanted = outcome();
        bool more = true;
        for (long k = 0; more; k += STEPS_STRIDE) {
            bool more_again = true;
            for (long again = 0; more_again; again += STEPS_STRIDE) {
                set_up(ring_begin[i]);
                more = steps_run(op, k, NULL);
                take_again();
                scene_from = TR_FROM_RESUME;
                scene_lossy = lossy;
                more_again = steps_run(op_join, again, NULL);
                succeed(lossy);
                if (lossy && tr_reader_look(&reader, 1) == 0)
                    tr_reader_overrun(&reader, &gap);
                expect_outcome(&wanted);
            }
        }
    }
}

static void set_up_fresh(uint64_t seq)
{
    begin(8, seq, 30);
    scene_from = TR_FROM_OLDEST;
    scene_lossy = false;
}

static void kill_in_a_fresh_join(void **state)
{
    (void)state;
    expect_same_after_kills(set_up_fresh, op_join, false);
}

/* Nothing was ever told, or everything: never a gap of what lies below the start. */
static void kill_in_a_fresh_join_tells_no_gap(void **state)
{
    static const enum tr_from from[] = {TR_FROM_OLDEST, TR_FROM_NEWEST};
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        bool more = true;
        for (long k = 0; more; k += STEPS_STRIDE) {
            begin(8, 0, 30);
            scene_from = from[i % 2];
            scene_lossy = i / 2;
            more = steps_run(op_join, k, NULL);
            take_again();
            assert_false(tr_reader_join(&reader, TR_FROM_RESUME, 0, scene_lossy, &gap));
            assert_int_equal(word(&reader.own->lost_cnt), 0);
            assert_int_equal(word(&reader.own->start), reader.pos);
        }
    }
}

static void set_up_left(uint64_t seq)
{
    begin(8, seq, 30);
    join(TR_FROM_OLDEST, 0);
    ring_read(&reader, 3);
    tr_reader_leave(&reader);
    ring_put(&writer, 30);
    take_again();
    scene_from = TR_FROM_RESUME;
    scene_lossy = false;
}

static void kill_in_coming_back(void **state)
{
    (void)state;
    expect_same_after_kills(set_up_left, op_join, false);
}

/* What was read, but not told, before the kill is lost as well (and was delivered: at least once). */
static void set_up_evicted(uint64_t seq)
{
    begin_evicted(seq);
    tr_reader_tell(&reader);
}

static void kill_in_a_rejoin(void **state)
{
    (void)state;
    expect_same_after_kills(set_up_evicted, op_rejoin, false);
}

static void set_up_lapped(uint64_t seq)
{
    begin(8, seq, 30);
    join_lossy(TR_FROM_OLDEST, 0);
    ring_read(&reader, 3);
    tr_reader_tell(&reader);
    ring_put(&writer, 30);
}

static void kill_in_an_overrun(void **state)
{
    (void)state;
    expect_same_after_kills(set_up_lapped, op_overrun, true);
}

static uint64_t slot_first(void)
{
    return word(&mem.lane.limit) - 8;
}

/* A lossy reader killed in an overrun comes back reliable: each tick is delivered or lost, none both. */
static void kill_in_an_overrun_then_reliable(void **state)
{
    (void)state;
    bool more = true;
    for (long k = 0; more; k += STEPS_STRIDE) {
        set_up_lapped(0);
        uint64_t start = word(&reader.own->start);
        more = steps_run(op_overrun, k, NULL);
        succeed(false);
        assert_true(reader.pos >= slot_first());
        uint64_t rest = ring_read(&reader, 100);
        tr_reader_tell(&reader);
        assert_int_equal(word(&reader.own->start), start);
        assert_int_equal(reader.pos, writer.next);
        assert_int_equal(delivered(), 3 + rest);
        expect_gaps();
    }
}

/* The place had another history; a kill within the reset must not let any of it count for the next. */
static void kill_in_a_reset(void **state)
{
    (void)state;
    bool more = true;
    for (long k = 0; more; k += STEPS_STRIDE) {
        begin_evicted(0);
        op_rejoin();
        uint64_t lost = word(&reader.own->lost_cnt);
        uint64_t read = 5 + ring_read(&reader, 2);
        tr_reader_tell(&reader);
        scene_from = TR_FROM_RESUME;
        scene_lossy = false;
        more = steps_run(op_reset_and_join, k, NULL);
        bool reset = word(&reader.own->start) != 0;
        succeed(false);
        bool fresh = word(&reader.own->start) != 0;
        assert_true(!reset || fresh);
        ring_put(&writer, 100);
        assert_int_equal(writer.next, reader.pos + 8); /* it gates, from where it says */
        uint64_t rest = ring_read(&reader, 100);
        tr_reader_tell(&reader);
        assert_int_equal(word(&reader.own->lost_cnt), fresh ? 0 : lost);
        assert_int_equal(delivered(), fresh ? rest : read + rest);
    }
}

/* --- The producer between any two accesses ---------------------------------------------------------- */

static void writer_runs(void)
{
    ring_put(&writer, 100);
}

static void writer_is_killed_and_runs(void)
{
    ring_writer(&writer, &mem);
    ring_put(&writer, 11);
}

static void expect_promise_kept(void)
{
    uint64_t from = reader.pos;
    ring_put(&writer, 100);
    assert_int_equal(writer.next, from + 8);
    ring_expect_whole(&mem, from, writer.next);
    assert_int_equal(ring_read(&reader, 100), 8);
}

static void writer_at_every_access_of_a_join(void **state)
{
    (void)state;
    static void (*const others[])(void) = {writer_runs, writer_is_killed_and_runs};
    static const enum tr_from from[] = {TR_FROM_OLDEST, TR_FROM_NEWEST};
    for (unsigned i = 0; i < 4; i++) {
        bool more = true;
        for (long k = 0; more; k += STEPS_STRIDE) {
            set_up_fresh(ring_begin[k % 3]);
            scene_from = from[i / 2];
            more = steps_run(op_join, k, others[i % 2]);
            expect_promise_kept();
        }
        more = true;
        for (long k = 0; more; k += STEPS_STRIDE) {
            set_up_left(ring_begin[k % 3]);
            more = steps_run(op_join, k, others[i % 2]);
            expect_promise_kept();
        }
    }
}

static void writer_at_every_access_of_a_rejoin(void **state)
{
    (void)state;
    bool more = true;
    for (long k = 0; more; k += STEPS_STRIDE) {
        begin_evicted(ring_begin[k % 3]);
        uint64_t old = reader.pos;
        more = steps_run(op_rejoin, k, k % 2 ? writer_runs : writer_is_killed_and_runs);
        assert_int_equal(gap.from, old);
        assert_int_equal(gap.to, reader.pos);
        assert_int_equal(word(&reader.own->lost_cnt), reader.pos - old);
        expect_promise_kept();
    }
}

static struct tr_tick copied;
static bool stands;

static void op_copy(void)
{
    stands = tr_reader_look(&reader, 1) == 1;
    if (!stands)
        return;
    tr_reader_copy(&reader, 0, &copied);
    stands = tr_reader_check(&reader);
}

static void writer_laps(void)
{
    if (reader.reg != 0)
        tr_writer_evict(&writer, ID, reader.reg);
    ring_put(&writer, 9);
}

/* Lapped between any two accesses of a copy: it is whole, or the check says so. */
static void lapped_at_every_access_of_a_copy(void **state)
{
    (void)state;
    for (unsigned lossy = 0; lossy < 2; lossy++) {
        bool more = true;
        unsigned torn = 0;
        for (long k = 0; more; k += STEPS_STRIDE) {
            begin(8, ring_begin[k % 3], 0);
            tr_reader_join(&reader, TR_FROM_NEWEST, 0, lossy, &gap);
            ring_put(&writer, 8);
            more = steps_run(op_copy, k, writer_laps);
            assert_true(!stands || ring_tick_is(&copied, reader.pos));
            torn += !stands;
        }
        assert_true(torn * STEPS_STRIDE + STEPS_STRIDE > TR_TICK_WORDS);
    }
}

/* A lap of look-ahead and copy of a whole batch. */
static void op_copy_batch(void)
{
    uint32_t n = tr_reader_look(&reader, 16);
    struct tr_tick tick[16];
    bool whole = true;
    for (uint32_t i = 0; i < n; i++) {
        tr_reader_copy(&reader, i, &tick[i]);
        whole = whole && ring_tick_is(&tick[i], reader.pos + i);
    }
    stands = n == 16 && tr_reader_check(&reader);
    assert_true(!stands || whole);
}

static void writer_puts_three(void)
{
    ring_put(&writer, 3);
}

static void batch_stands_only_if_its_first_does(void **state)
{
    (void)state;
    bool more = true;
    for (long k = 0; more; k += STEPS_STRIDE) {
        begin(16, (UINT64_C(1) << 32), 0);
        join_lossy(TR_FROM_NEWEST, 0);
        ring_put(&writer, 16);
        more = steps_run(op_copy_batch, k, writer_puts_three);
        assert_int_equal(stands, !more);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kill_in_a_fresh_join),
        cmocka_unit_test(kill_in_a_fresh_join_tells_no_gap),
        cmocka_unit_test(kill_in_coming_back),
        cmocka_unit_test(kill_in_a_rejoin),
        cmocka_unit_test(kill_in_an_overrun),
        cmocka_unit_test(kill_in_an_overrun_then_reliable),
        cmocka_unit_test(kill_in_a_reset),
        cmocka_unit_test(writer_at_every_access_of_a_join),
        cmocka_unit_test(writer_at_every_access_of_a_rejoin),
        cmocka_unit_test(lapped_at_every_access_of_a_copy),
        cmocka_unit_test(batch_stands_only_if_its_first_does),
    };
    return cmocka_run_group_tests_name("reader at every step", tests, NULL, NULL);
}
