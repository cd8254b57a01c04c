/* The consumer's end of a lane on static memory, one thread: every way to a position, and what is read
 * there.  (Kills and the other side at every access: test_reader_steps.c.) */
#include "ring_help.h"

#include "clock.h"

#define ID 3 /* our place */

static struct ring_memory mem;
static struct tr_writer writer;
static struct tr_reader reader;
static struct tr_gap gap;

static uint64_t word(const tr_word *w)
{
    return atomic_load(w);
}

static void begin(uint64_t slot_cnt, uint64_t seq, uint64_t put_cnt)
{
    ring_clear(&mem, slot_cnt, seq);
    ring_writer(&writer, &mem);
    ring_put(&writer, put_cnt);
    ring_reader(&reader, &mem, ID);
}

static bool join(enum tr_from from, uint64_t seq)
{
    return tr_reader_join(&reader, from, seq, false, &gap);
}

static bool join_lossy(enum tr_from from, uint64_t seq)
{
    return tr_reader_join(&reader, from, seq, true, &gap);
}

/* The same place taken by a new process. */
static void take_again(void)
{
    ring_reader(&reader, &mem, ID);
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

/* --- Coming to a position --------------------------------------------------------------------------- */

static void reset_leaves_nothing(void **state)
{
    (void)state;
    begin(8, 0, 20);
    join(TR_FROM_OLDEST, 0);
    uint64_t epoch = word(&reader.member->reg_epoch);
    tr_reader_reset(reader.own);
    assert_int_equal(word(&reader.own->reg), 0);
    assert_int_equal(word(&reader.own->act), 0);
    assert_int_equal(word(&reader.own->cur), 0);
    assert_int_equal(word(&reader.own->lost_cnt), 0);
    assert_int_equal(word(&reader.own->start), TR_NOT_TOLD);
    assert_int_equal(word(&reader.member->reg_epoch), epoch); /* never goes back */
}

static void join_empty_lane(void **state)
{
    (void)state;
    static const enum tr_from all[] = {TR_FROM_RESUME, TR_FROM_OLDEST, TR_FROM_NEWEST, TR_FROM_SEQ};
    for (unsigned i = 0; i < 4; i++) {
        begin(8, 0, 0);
        assert_false(join(all[i], 0));
        expect_words(0, 0, 0);
        assert_int_equal(reader.reg, 1);
        assert_int_equal(word(&reader.own->act), 1);
        assert_int_equal(ring_put(&writer, 100), 8); /* it holds the gate */
    }
}

/* Slots below limit - N may be written at any time: the oldest that can be promised is that. */
static void join_oldest_after_laps(void **state)
{
    (void)state;
    for (size_t i = 0; i < RING_BEGIN_CNT; i++) {
        begin(64, ring_begin[i], 300);
        uint64_t oldest = word(&mem.lane.limit) - 64;
        assert_false(join(TR_FROM_OLDEST, 0));
        expect_words(oldest, oldest, 0);
        assert_true(writer.next - reader.pos > 64 - 64 / 8); /* nearly a lap */
        ring_put(&writer, 100);
        assert_int_equal(ring_read(&reader, 1000), 64);
        take_again();
        tr_reader_reset(reader.own);
        assert_false(join(TR_FROM_RESUME, 0)); /* nothing to resume: the oldest */
        assert_int_equal(reader.pos, word(&mem.lane.limit) - 64);
    }
}

static void join_newest(void **state)
{
    (void)state;
    for (size_t i = 0; i < RING_BEGIN_CNT; i++) {
        begin(8, ring_begin[i], 77);
        assert_false(join(TR_FROM_NEWEST, 0));
        expect_words(ring_begin[i] + 77, ring_begin[i] + 77, 0);
        assert_int_equal(tr_reader_look(&reader, 16), 0);
    }
}

static void join_at_a_sequence(void **state)
{
    (void)state;
    static const uint64_t asked[] = {0, 10, 260, 299, 300};
    for (unsigned i = 0; i < 5; i++) {
        begin(64, 0, 300);
        uint64_t oldest = word(&mem.lane.limit) - 64;
        uint64_t lost = asked[i] < oldest ? oldest - asked[i] : 0;
        assert_int_equal(join(TR_FROM_SEQ, asked[i]), lost > 0); /* what is gone is told */
        expect_words(asked[i], asked[i] + lost, lost);
        assert_true(lost == 0 || (gap.from == asked[i] && gap.to == oldest));
    }
}

static void join_lossy_does_not_gate(void **state)
{
    (void)state;
    begin(8, 0, 20);
    assert_false(join_lossy(TR_FROM_OLDEST, 0));
    expect_words(12, 12, 0);
    assert_int_equal(reader.reg, 0);
    assert_int_equal(ring_put(&writer, 100), 100);
    begin(8, 0, 20);
    join_lossy(TR_FROM_NEWEST, 0);
    expect_words(20, 20, 0);
    begin(8, 0, 20);
    join_lossy(TR_FROM_SEQ, 15);
    expect_words(15, 15, 0);
}

static void registrations_are_never_used_twice(void **state)
{
    (void)state;
    begin(8, 0, 0);
    for (uint64_t reg = 1; reg < 20; reg++) {
        take_again();
        if (reg % 3 == 0)
            tr_reader_reset(reader.own);
        join(TR_FROM_RESUME, 0);
        assert_int_equal(reader.reg, reg);
        tr_reader_leave(&reader);
    }
}

/* --- Reading ---------------------------------------------------------------------------------------- */

static void look_counts_what_is_there(void **state)
{
    (void)state;
    for (uint64_t slot_cnt = TR_SLOT_CNT_MIN; slot_cnt <= 64; slot_cnt *= 2) {
        for (uint64_t there = 0; there <= slot_cnt; there++) {
            begin(slot_cnt, 0, 0);
            join(TR_FROM_OLDEST, 0);
            assert_int_equal(ring_put(&writer, there), there);
            uint64_t wanted = there >= TR_LOOK_AHEAD ? there - there % TR_LOOK_AHEAD : there;
            assert_int_equal(tr_reader_look(&reader, UINT32_MAX), wanted);
            assert_int_equal(tr_reader_look(&reader, 3), there < 3 ? there : 3);
            assert_int_equal(tr_reader_look(&reader, 0), 0);
            assert_int_equal(ring_read(&reader, 1000), there);
        }
    }
}

static void look_ends_at_the_last_slot(void **state)
{
    (void)state;
    begin(32, (UINT64_C(1) << 62) - 7, 0);
    join(TR_FROM_NEWEST, 0);
    ring_put(&writer, 32);
    assert_int_equal(tr_reader_look(&reader, 1000), 7); /* as many as lie side by side */
    assert_int_equal(ring_read(&reader, 1000), 32);
}

static void look_sees_no_busy_slot(void **state)
{
    (void)state;
    begin(8, 0, 0);
    join(TR_FROM_OLDEST, 0);
    ring_put(&writer, 3);
    atomic_store(&mem.slot[3].seq, 4 | TR_SEQ_BUSY); /* killed there */
    assert_int_equal(tr_reader_look(&reader, 16), 3);
    ring_read(&reader, 3);
    assert_int_equal(tr_reader_look(&reader, 16), 0);
}

static void cursor_is_stored_in_steps(void **state)
{
    (void)state;
    for (uint64_t slot_cnt = TR_SLOT_CNT_MIN; slot_cnt <= RING_SLOT_MAX; slot_cnt *= 2) {
        begin(slot_cnt, 0, 0);
        join(TR_FROM_OLDEST, 0);
        uint64_t step_cnt = slot_cnt / 4 < 64 ? slot_cnt / 4 : 64;
        assert_int_equal(reader.step, step_cnt);
        for (uint64_t n = 1; n <= slot_cnt; n++) {
            ring_put(&writer, 1);
            assert_int_equal(tr_reader_advance(&reader, 1), n % step_cnt == 0);
            assert_int_equal(word(&reader.own->cur), n - n % step_cnt);
        }
    }
}

static void lossy_check_finds_a_lap(void **state)
{
    (void)state;
    begin(8, 0, 0);
    join_lossy(TR_FROM_OLDEST, 0);
    ring_put(&writer, 8);
    assert_int_equal(tr_reader_look(&reader, 16), 8);
    assert_true(tr_reader_check(&reader));
    atomic_store(&mem.slot[0].seq, 9 | TR_SEQ_BUSY); /* its payload is being overwritten */
    assert_false(tr_reader_check(&reader));
    atomic_store(&mem.slot[0].seq, 9);
    assert_false(tr_reader_check(&reader));
}

static void reliable_check_finds_an_eviction(void **state)
{
    (void)state;
    begin(8, 0, 0);
    join(TR_FROM_OLDEST, 0);
    ring_put(&writer, 8);
    assert_true(tr_reader_check(&reader));
    assert_false(tr_reader_is_evicted(&reader));
    tr_writer_evict(&writer, ID, reader.reg);
    assert_false(tr_reader_check(&reader));
    assert_true(tr_reader_is_evicted(&reader));
    tr_reader_rejoin(&reader, &gap);
    assert_true(tr_reader_check(&reader));
    assert_false(tr_reader_is_evicted(&reader));
}

static void lossy_one_is_never_evicted(void **state)
{
    (void)state;
    begin(8, 0, 0);
    join_lossy(TR_FROM_OLDEST, 0);
    assert_false(tr_reader_is_evicted(&reader)); /* word 0, registration 0 */
}

/* --- Losing ----------------------------------------------------------------------------------------- */

static void rejoin_without_a_lap_loses_nothing(void **state)
{
    (void)state;
    begin(8, 0, 0);
    join(TR_FROM_OLDEST, 0);
    ring_put(&writer, 6);
    ring_read(&reader, 2);
    tr_writer_evict(&writer, ID, reader.reg);
    assert_false(tr_reader_rejoin(&reader, &gap));
    expect_words(0, 2, 0);
    ring_put(&writer, 100);
    assert_int_equal(ring_read(&reader, 100), 8);
}

static void rejoin_tells_the_exact_gap(void **state)
{
    (void)state;
    for (size_t i = 0; i < RING_BEGIN_CNT; i++) {
        for (uint64_t more = 9; more < 60; more++) {
            begin(16, ring_begin[i], 0);
            join(TR_FROM_OLDEST, 0);
            uint64_t start = reader.pos;
            ring_put(&writer, 16);
            ring_read(&reader, 4);
            ring_read(&reader, 1); /* the cursor says 4 */
            uint64_t old = reader.pos;
            tr_writer_evict(&writer, ID, reader.reg);
            assert_int_equal(ring_put(&writer, more), more);
            uint64_t oldest = word(&mem.lane.limit) - 16;
            assert_true(tr_reader_rejoin(&reader, &gap));
            assert_int_equal(gap.from, old);
            assert_int_equal(gap.to, oldest);
            expect_words(start, oldest, oldest - old);
            uint64_t rest = ring_read(&reader, 1000);
            tr_reader_tell(&reader);
            assert_int_equal(delivered(), 5 + rest);
        }
    }
}

static void overrun_is_not_told_without_one(void **state)
{
    (void)state;
    begin(8, 0, 3);
    join_lossy(TR_FROM_OLDEST, 0);
    assert_false(tr_reader_overrun(&reader, &gap)); /* ticks are there */
    ring_read(&reader, 3);
    assert_false(tr_reader_overrun(&reader, &gap)); /* nothing is */
    atomic_store(&mem.slot[3].seq, 4 | TR_SEQ_BUSY);
    assert_false(tr_reader_overrun(&reader, &gap)); /* the next one is being written */
    expect_words(0, 3, 0);
}

/* A lossy reader whose slot was overwritten: any position that is still there is right, the count exact. */
static void overrun_goes_to_what_is_there(void **state)
{
    (void)state;
    for (size_t i = 0; i < RING_BEGIN_CNT; i++) {
        for (uint64_t slot_cnt = TR_SLOT_CNT_MIN; slot_cnt <= 16; slot_cnt *= 2) {
            for (uint64_t more = slot_cnt + 1; more < 5 * slot_cnt; more++) {
                begin(slot_cnt, ring_begin[i], 0);
                join_lossy(TR_FROM_NEWEST, 0);
                uint64_t old = reader.pos;
                ring_put(&writer, more);
                assert_true(tr_reader_look(&reader, 16) == 0 || !tr_reader_check(&reader));
                assert_true(tr_reader_overrun(&reader, &gap));
                assert_int_equal(gap.from, old);
                assert_int_equal(gap.to, reader.pos);
                expect_words(old, reader.pos, reader.pos - old);
                assert_in_range(reader.pos, writer.next - slot_cnt, writer.next - 1);
                assert_int_equal(ring_read(&reader, 1000), writer.next - gap.to);
            }
        }
    }
}

static void overrun_understands_busy_slots(void **state)
{
    (void)state;
    begin(8, 0, 0);
    join_lossy(TR_FROM_OLDEST, 0);
    ring_put(&writer, 8);
    atomic_store(&mem.slot[0].seq, 9 | TR_SEQ_BUSY); /* tick 8 is being written over ours: 1..7 are there */
    assert_true(tr_reader_overrun(&reader, &gap));
    assert_in_range(gap.to, 1, 7);
    expect_words(0, gap.to, gap.to);
    assert_int_equal(ring_read(&reader, 100), 8 - gap.to);
}

/* Killed while it wrote the very tick the reader waits for, over laps that the reader missed: only the
 * hint tells. */
static void overrun_asks_the_hint_at_a_dead_busy_slot(void **state)
{
    (void)state;
    begin(8, 0, 0);
    join_lossy(TR_FROM_OLDEST, 0);
    ring_put(&writer, 40);
    atomic_store(&mem.slot[0].seq, 1 | TR_SEQ_BUSY); /* tells nothing beyond tick 0 */
    assert_true(tr_reader_overrun(&reader, &gap));
    assert_int_equal(gap.to, 40 - 4);
    expect_words(0, 36, 36);
}

static void lossy_accounts_add_up(void **state)
{
    (void)state;
    uint64_t random = help_seed();
    for (size_t i = 0; i < RING_BEGIN_CNT; i++) {
        begin(16, ring_begin[i], 50);
        join_lossy(TR_FROM_OLDEST, 0);
        uint64_t read = 0;
        for (int n = 0; n < 2000; n++) {
            ring_put(&writer, help_random(&random) % 40);
            read += ring_read(&reader, help_random(&random) % 20);
            if (tr_reader_look(&reader, 1) == 0 || !tr_reader_check(&reader))
                tr_reader_overrun(&reader, &gap);
            if (help_random(&random) % 16 != 0)
                continue;
            tr_reader_tell(&reader); /* a new process */
            take_again();
            join_lossy(TR_FROM_RESUME, 0);
        }
        tr_reader_tell(&reader);
        assert_int_equal(delivered(), read);
        assert_true(word(&reader.own->lost_cnt) > 0);
    }
}

/* --- Leaving and coming back ------------------------------------------------------------------------ */

static void leave_opens_the_gate(void **state)
{
    (void)state;
    begin(64, 0, 0);
    join(TR_FROM_OLDEST, 0);
    assert_int_equal(ring_put(&writer, 100), 64);
    ring_read(&reader, 5);
    assert_int_equal(word(&reader.own->cur), 0);
    tr_reader_leave(&reader);
    assert_int_equal(word(&reader.own->cur), 5);
    assert_int_equal(word(&reader.own->reg), 0);
    assert_int_equal(ring_put(&writer, 500), 500);
}

static void come_back_without_a_lap(void **state)
{
    (void)state;
    begin(8, 0, 0);
    join(TR_FROM_OLDEST, 0);
    ring_put(&writer, 6);
    ring_read(&reader, 4);
    tr_reader_leave(&reader);
    take_again();
    assert_false(join(TR_FROM_RESUME, 0));
    expect_words(0, 4, 0);
    assert_int_equal(reader.reg, 2);
}

static void come_back_after_laps(void **state)
{
    (void)state;
    begin(8, 0, 0);
    join(TR_FROM_OLDEST, 0);
    ring_put(&writer, 6);
    ring_read(&reader, 4);
    tr_reader_leave(&reader);
    ring_put(&writer, 50);
    take_again();
    assert_true(join(TR_FROM_RESUME, 0));
    uint64_t oldest = word(&mem.lane.limit) - 8;
    assert_int_equal(gap.from, 4);
    assert_int_equal(gap.to, oldest);
    expect_words(0, oldest, oldest - 4);
}

static void killed_one_resumes_where_it_stands(void **state)
{
    (void)state;
    begin(8, 0, 0);
    join(TR_FROM_OLDEST, 0);
    ring_put(&writer, 8);
    ring_read(&reader, 5);
    ring_read(&reader, 1); /* less than a step: the cursor says 5 */
    atomic_store(&mem.lane.limit, 100); /* a producer killed between its passes promised too much */
    take_again();
    assert_false(join(TR_FROM_RESUME, 0));
    expect_words(0, 5, 0);
    assert_int_equal(reader.reg, 1); /* the registration stood: no handshake */
    assert_int_equal(ring_read(&reader, 100), 3);
}

static void evicted_while_dead_finds_out(void **state)
{
    (void)state;
    begin(8, 0, 0);
    join(TR_FROM_OLDEST, 0);
    ring_put(&writer, 8);
    tr_writer_evict(&writer, ID, reader.reg);
    ring_put(&writer, 30);
    take_again();
    assert_false(join(TR_FROM_RESUME, 0));
    assert_true(tr_reader_is_evicted(&reader));
    assert_true(tr_reader_rejoin(&reader, &gap));
    assert_int_equal(gap.from, 0);
    assert_int_equal(gap.to, reader.pos);
}

static void skip_delivers_elsewhere(void **state)
{
    (void)state;
    begin(8, 0, 0);
    join(TR_FROM_OLDEST, 0);
    ring_put(&writer, 6);
    tr_reader_skip_to(&reader, 4);
    expect_words(0, 4, 0);
    tr_reader_skip_to(&reader, 2); /* never back */
    expect_words(0, 4, 0);
}

/* --- Gaps are noted ------------------------------------------------------------------------------- */

static struct tr_gap_trail trail;
static struct tr_gap_record noted[TR_GAP_CNT];

static void begin_noted(uint64_t seq)
{
    begin(8, seq, 0);
    memset(&trail, 0, sizeof trail);
    reader.gaps = &trail;
    reader.lane_idx = 2;
}

static void expect_noted(unsigned cnt, uint64_t from, uint64_t to, uint64_t lost_before)
{
    bool whole;
    assert_int_equal(tr_gaps_read(&trail, noted, &whole), cnt);
    assert_true(whole);
    if (cnt == 0)
        return;
    const struct tr_gap_record *newest = &noted[cnt - 1];
    assert_true(newest->from == from && newest->to == to && newest->lost_before == lost_before);
    assert_int_equal(newest->lane_idx, 2);
    assert_true(newest->at_ns > 0 && newest->at_ns <= tr_now_ns());
}

static void gaps_of_a_lossy_reader(void **state)
{
    (void)state;
    begin_noted(100);
    join_lossy(TR_FROM_NEWEST, 0);
    expect_noted(0, 0, 0, 0); /* what was before it came is no gap */
    ring_put(&writer, 30);
    assert_true(tr_reader_overrun(&reader, &gap));
    expect_noted(1, 100, 126, 0);
    assert_int_equal(ring_read(&reader, 2), 2);
    ring_put(&writer, 20);
    assert_true(tr_reader_overrun(&reader, &gap));
    expect_noted(2, 128, 146, 26);
    assert_int_equal(gap.to, 146);
}

static void gaps_of_an_evicted_reader(void **state)
{
    (void)state;
    begin_noted(0);
    join(TR_FROM_OLDEST, 0);
    ring_put(&writer, 8);
    assert_int_equal(ring_read(&reader, 3), 3);
    tr_writer_evict(&writer, ID, reader.reg);
    tr_reader_rejoin(&reader, &gap);
    expect_noted(0, 0, 0, 0); /* nothing was overwritten yet */
    tr_writer_evict(&writer, ID, reader.reg);
    ring_put(&writer, 30);
    assert_true(tr_reader_rejoin(&reader, &gap));
    expect_noted(1, 3, reader.pos, 0);
    assert_int_equal(word(&reader.own->lost_cnt), reader.pos - 3);
}

/* Told to begin at a sequence that is gone. */
static void gap_at_the_beginning(void **state)
{
    (void)state;
    begin_noted(50);
    assert_true(join(TR_FROM_SEQ, 7));
    expect_noted(1, 7, reader.pos, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reset_leaves_nothing),
        cmocka_unit_test(join_empty_lane),
        cmocka_unit_test(join_oldest_after_laps),
        cmocka_unit_test(join_newest),
        cmocka_unit_test(join_at_a_sequence),
        cmocka_unit_test(join_lossy_does_not_gate),
        cmocka_unit_test(registrations_are_never_used_twice),
        cmocka_unit_test(look_counts_what_is_there),
        cmocka_unit_test(look_ends_at_the_last_slot),
        cmocka_unit_test(look_sees_no_busy_slot),
        cmocka_unit_test(cursor_is_stored_in_steps),
        cmocka_unit_test(lossy_check_finds_a_lap),
        cmocka_unit_test(reliable_check_finds_an_eviction),
        cmocka_unit_test(lossy_one_is_never_evicted),
        cmocka_unit_test(rejoin_without_a_lap_loses_nothing),
        cmocka_unit_test(rejoin_tells_the_exact_gap),
        cmocka_unit_test(overrun_is_not_told_without_one),
        cmocka_unit_test(overrun_goes_to_what_is_there),
        cmocka_unit_test(overrun_understands_busy_slots),
        cmocka_unit_test(overrun_asks_the_hint_at_a_dead_busy_slot),
        cmocka_unit_test(lossy_accounts_add_up),
        cmocka_unit_test(leave_opens_the_gate),
        cmocka_unit_test(come_back_without_a_lap),
        cmocka_unit_test(come_back_after_laps),
        cmocka_unit_test(killed_one_resumes_where_it_stands),
        cmocka_unit_test(evicted_while_dead_finds_out),
        cmocka_unit_test(skip_delivers_elsewhere),
        cmocka_unit_test(gaps_of_a_lossy_reader),
        cmocka_unit_test(gaps_of_an_evicted_reader),
        cmocka_unit_test(gap_at_the_beginning),
    };
    return cmocka_run_group_tests_name("reader", tests, NULL, NULL);
}
