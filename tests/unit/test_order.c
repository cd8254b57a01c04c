/* Which lane is next, on static memory, one thread: the earliest head, how much of it, and a producer that
 * laps us at every access. */
#define RING_HELP_STEPS
#include "ring_help.h"

#include "shm/order.c"

#define LANE_CNT 4
#define ID 3 /* our place */

static struct ring_memory mem[LANE_CNT];
static struct tr_writer writer[LANE_CNT];
static struct tr_reader reader[LANE_CNT];
static struct tr_heads heads;

static void begin_lane(unsigned p, const char *name, bool lossy)
{
    struct tr_gap gap;
    ring_clear(&mem[p], 64, 0);
    snprintf(mem[p].lane.who.name, sizeof mem[p].lane.who.name, "%s", name);
    ring_writer(&writer[p], &mem[p]);
    ring_reader(&reader[p], &mem[p], ID);
    tr_reader_join(&reader[p], TR_FROM_OLDEST, 0, lossy, &gap);
}

static void put(unsigned p, int64_t event_ns)
{
    const struct tr_tick tick = {.ts_event_ns = event_ns, .kind = TR_TICK_TRADE};
    assert_true(tr_writer_has_room(&writer[p]));
    tr_writer_put(&writer[p], &tick);
    tr_writer_tell(&writer[p]);
}

static bool add(unsigned p)
{
    return tr_heads_add(&heads, &reader[p]);
}

/* Adds the lanes as the digits of `order` say. */
static void add_all(const char *order)
{
    memset(&heads, 0, sizeof heads);
    for (; *order != '\0'; order++)
        assert_true(add((unsigned)(*order - '0')));
}

static void expect_first(unsigned first, unsigned second)
{
    assert_ptr_equal(heads.first, &reader[first]);
    assert_ptr_equal(heads.second, &reader[second]);
}

static const char *const permutation[] = {"012", "021", "102", "120", "201", "210"};

static void the_earliest_is_first(void **state)
{
    (void)state;
    static const int64_t earliest[] = {0, 1700000000000000000, INT64_MIN, INT64_MAX - 2};
    for (unsigned e = 0; e < 4; e++) {
        begin_lane(0, "a", false);
        begin_lane(1, "b", false);
        begin_lane(2, "c", false);
        put(0, earliest[e] + 2);
        put(1, earliest[e]);
        put(2, earliest[e] + 1);
        for (unsigned i = 0; i < 6; i++) {
            add_all(permutation[i]);
            expect_first(1, 2);
            assert_true(heads.first_ns == earliest[e]);
            assert_true(heads.second_ns == earliest[e] + 1);
        }
    }
}

/* Not the place of a lane, which depends on who came first. */
static void of_equal_ones_the_name_decides(void **state)
{
    (void)state;
    static const char *const name[][3] = {
        {"b", "c", "a"},
        {"feed.2", "feed2", "feed"},
        {"a234567890123456789012345678901", "b", "a234567890123456789012345678900"}};
    for (unsigned n = 0; n < 3; n++) {
        for (unsigned p = 0; p < 3; p++) {
            begin_lane(p, name[n][p], false);
            put(p, 77);
        }
        for (unsigned i = 0; i < 6; i++) {
            add_all(permutation[i]);
            expect_first(2, 0);
        }
    }
}

static void a_lane_without_anything(void **state)
{
    (void)state;
    begin_lane(0, "a", false);
    begin_lane(1, "b", false);
    put(1, 5);
    memset(&heads, 0, sizeof heads);
    assert_false(add(0));
    assert_null(heads.first);
    assert_true(add(1));
    assert_ptr_equal(heads.first, &reader[1]);
    assert_null(heads.second);
}

static void alone_it_may_go_on(void **state)
{
    (void)state;
    begin_lane(0, "a", false);
    for (int64_t i = 0; i < 40; i++)
        put(0, 1000 - i);
    add_all("0");
    assert_int_equal(tr_heads_count(&heads, 64), 32); /* as a look counts */
    assert_int_equal(tr_heads_count(&heads, 5), 5);
    assert_int_equal(tr_heads_count(&heads, 1), 1);
}

/* A lane goes on up to the head of the next, whichever way its times go meanwhile. */
static void it_goes_on_to_the_head_of_another(void **state)
{
    (void)state;
    static const int64_t time[] = {10, 20, 15, 20, 30, 31, 12};
    static const struct {
        int64_t other_ns;
        const char *other;
        uint32_t cnt;
    } table[] = {{10, "z", 1}, {11, "z", 1}, {20, "z", 4}, {30, "z", 5}, {31, "z", 7}, {40, "z", 7},
                 {11, "a", 1}, {20, "a", 1}, {21, "a", 4}, {30, "a", 4}, {31, "a", 5}, {INT64_MAX, "a", 7}};
    for (unsigned i = 0; i < sizeof table / sizeof table[0]; i++) {
        begin_lane(0, "m", false);
        begin_lane(1, table[i].other, false);
        for (unsigned k = 0; k < 7; k++)
            put(0, time[k]);
        put(1, table[i].other_ns);
        add_all("10");
        expect_first(0, 1);
        for (uint32_t max = 0; max < 9; max++)
            assert_int_equal(tr_heads_count(&heads, max), tr_min_u64(max, table[i].cnt));
    }
}

static void an_evicted_reader_sees_no_head(void **state)
{
    (void)state;
    begin_lane(0, "a", false);
    put(0, 1);
    memset(&heads, 0, sizeof heads);
    tr_writer_evict(&writer[0], ID, reader[0].reg); /* though the tick is there still */
    assert_false(add(0));
    assert_null(heads.first);
}

/* --- A lap at every access -------------------------------------------------------------------------- */

static bool scene_found;

static void scene_add(void)
{
    memset(&heads, 0, sizeof heads);
    scene_found = add(0);
}

static void scene_lap(void)
{
    if (reader[0].reg != 0)
        tr_writer_evict(&writer[0], ID, reader[0].reg);
    for (int64_t i = 0; i < 65; i++)
        put(0, -1 - i);
}

/* Either it is the time of the tick at our position, or nothing is seen. */
static void a_lap_is_never_taken_for_a_head(void **state)
{
    (void)state;
    for (unsigned lossy = 0; lossy < 2; lossy++) {
        unsigned found_cnt = 0, refused_cnt = 0;
        for (long k = 0;; k++) {
            begin_lane(0, "a", lossy != 0);
            put(0, 1);
            put(0, 2);
            if (!steps_run(scene_add, k, scene_lap))
                break;
            assert_true(!scene_found || (heads.first == &reader[0] && heads.first_ns == 1));
            assert_true(scene_found || heads.first == NULL);
            found_cnt += scene_found;
            refused_cnt += !scene_found;
        }
        assert_int_equal(found_cnt, 0); /* the check is the last access, and sees it */
        assert_true(refused_cnt >= 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_earliest_is_first),
        cmocka_unit_test(of_equal_ones_the_name_decides),
        cmocka_unit_test(a_lane_without_anything),
        cmocka_unit_test(alone_it_may_go_on),
        cmocka_unit_test(it_goes_on_to_the_head_of_another),
        cmocka_unit_test(an_evicted_reader_sees_no_head),
        cmocka_unit_test(a_lap_is_never_taken_for_a_head),
    };
    return cmocka_run_group_tests_name("order", tests, NULL, NULL);
}
