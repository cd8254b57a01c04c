/* Where the parts are: refused geometry, and no overlap in any that is accepted. */
#include "feed_help.h"

#include "layout.h"

static void odd_page_lengths_are_refused(void **state)
{
    static const uint64_t bad[] = {
        0,         1, 64, 2048, 4095, 4097, 12288, UINT64_C(1) << 21, UINT64_C(1) << 32, UINT64_C(1) << 63,
        UINT64_MAX};
    struct tr_map map;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(tr_map_compute(&map, bad[i], 64), -EINVAL);
}

static void odd_slot_counts_are_refused(void **state)
{
    static const uint64_t bad[] = {0,
                                   1,
                                   2,
                                   3,
                                   5,
                                   6,
                                   100,
                                   65535,
                                   65537,
                                   TR_SLOT_CNT_MAX - 1,
                                   TR_SLOT_CNT_MAX + 1,
                                   TR_SLOT_CNT_MAX * 2,
                                   UINT64_C(1) << 58,
                                   UINT64_C(1) << 63,
                                   UINT64_MAX};
    struct tr_map map;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(tr_map_compute(&map, 4096, bad[i]), -EINVAL);
}

/* A part begins where the one before it ends, on a page, and is large enough. */
static void check_part(unsigned __int128 *end, uint64_t off, uint64_t len, uint64_t needed, uint64_t page_len)
{
    assert_true(off == *end);
    assert_int_equal(off % page_len, 0);
    assert_int_equal(len % page_len, 0);
    assert_true(len >= needed && len - needed < page_len);
    *end = (unsigned __int128)off + len;
}

static void check_data(const struct tr_map *map)
{
    unsigned __int128 end = 0;
    uint64_t symbol_len = sizeof(struct tr_name_table) + TR_SYMBOL_CNT_MAX * sizeof(struct tr_name);
    uint64_t venue_len = sizeof(struct tr_name_table) + TR_VENUE_CNT_MAX * sizeof(struct tr_name);
    check_part(&end, 0, map->venue_rel, symbol_len, map->page_len);
    check_part(&end, map->venue_rel, map->past_rel - map->venue_rel, venue_len, map->page_len);
    check_part(&end, map->past_rel, map->slot_rel - map->past_rel, sizeof(struct tr_sample_trail),
               map->page_len);
    check_part(&end, map->slot_rel, map->data_len - map->slot_rel, map->slot_cnt * sizeof(struct tr_slot),
               map->page_len);
}

/* All sums once more, in numbers that cannot overflow. */
static void check_map(const struct tr_map *map)
{
    unsigned __int128 end = 0;
    uint64_t page_len = map->page_len;
    check_part(&end, 0, map->bell_off, sizeof(struct tr_header), page_len);
    check_part(&end, map->bell_off, map->lane_off - map->bell_off, sizeof(struct tr_bell), page_len);
    for (unsigned p = 0; p < TR_LANE_MAX; p++)
        check_part(&end, map->lane_off + p * page_len, page_len, sizeof(struct tr_lane), page_len);
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++)
        check_part(&end, map->member_off + c * page_len, page_len, sizeof(struct tr_member), page_len);
    assert_true(end == map->control_end);
    assert_true(end == map->data_off);
    check_data(map);
    end += (unsigned __int128)TR_LANE_MAX * map->data_len;
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++)
        check_part(&end, map->stats_off + c * map->stats_len, map->stats_len, sizeof(struct tr_member_stats),
                   page_len);
    assert_true(end == map->total_len);
    assert_true(end < (unsigned __int128)INT64_MAX); /* a file can be so long */
}

static void parts_follow_each_other(void **state)
{
    (void)state;
    for (uint64_t page_len = 4096; page_len <= UINT64_C(1) << 20; page_len *= 2) {
        for (uint64_t slot_cnt = TR_SLOT_CNT_MIN; slot_cnt <= TR_SLOT_CNT_MAX; slot_cnt *= 2) {
            struct tr_map map;
            assert_int_equal(tr_map_compute(&map, page_len, slot_cnt), 0);
            assert_true(map.page_len == page_len && map.slot_cnt == slot_cnt);
            check_map(&map);
        }
    }
}

/* Version 2 as programs out there have it: who changes this changes TR_VERSION_MAJOR. */
static void header_is_version_2(void **state)
{
    static const uint64_t magic = TR_MAGIC;
    (void)state;
    assert_int_equal(TR_VERSION_MAJOR, 2);
    if (*(const uint8_t *)&magic == 'T')
        assert_memory_equal(&magic, "TICKRNG1", 8);
    assert_int_equal(sizeof(struct tr_header), 80);
    assert_int_equal(offsetof(struct tr_header, version_major), 8);
    assert_int_equal(offsetof(struct tr_header, page_len), 20);
    assert_int_equal(offsetof(struct tr_header, record_len), 24);
    assert_int_equal(offsetof(struct tr_header, slot_cnt), 40);
    assert_int_equal(offsetof(struct tr_header, total_len), 48);
    assert_int_equal(offsetof(struct tr_header, instance), 64);
    assert_int_equal(offsetof(struct tr_header, crc), 76);
}

#define LANE_LINE(word) (offsetof(struct tr_lane, word) / TR_APART)
#define MEMBER_LINE(word) (offsetof(struct tr_member, word) / TR_APART)

/* What is stored at every tick shares no line with what others read in their loops. */
static void hot_words_stand_apart(void **state)
{
    (void)state;
    assert_int_not_equal(LANE_LINE(limit), LANE_LINE(hint));
    assert_int_not_equal(LANE_LINE(hint), LANE_LINE(state));
    assert_int_not_equal(LANE_LINE(state), LANE_LINE(wait));
    assert_int_not_equal(LANE_LINE(wait), LANE_LINE(evicted));
    assert_int_not_equal(LANE_LINE(evicted[TR_CONSUMER_MAX - 1]), LANE_LINE(dropped_cnt));
    assert_int_not_equal(MEMBER_LINE(lane[TR_LANE_MAX - 1].lost_next_cnt), MEMBER_LINE(wait));
    for (unsigned p = 1; p < TR_LANE_MAX; p++)
        assert_int_equal(MEMBER_LINE(lane[p].cur) - MEMBER_LINE(lane[p - 1].cur), 1);
    assert_int_equal(sizeof(struct tr_bell) % TR_APART, 0);
}

static void state_and_epoch_of_a_word(void **state)
{
    (void)state;
    assert_int_equal(tr_state_of(0), TR_LANE_FREE);
    assert_int_equal(tr_state_of(0), TR_MEMBER_FREE);
    for (unsigned s = 0; s < 3; s++) {
        for (uint64_t epoch = 0; epoch < UINT64_C(1) << 62; epoch = epoch * 3 + 1) {
            uint64_t word = tr_state_make(epoch, s);
            assert_int_equal(tr_state_of(word), s);
            assert_true(tr_state_epoch(word) == epoch);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(odd_page_lengths_are_refused), cmocka_unit_test(odd_slot_counts_are_refused),
        cmocka_unit_test(parts_follow_each_other),      cmocka_unit_test(header_is_version_2),
        cmocka_unit_test(hot_words_stand_apart),        cmocka_unit_test(state_and_epoch_of_a_word),
    };
    return cmocka_run_group_tests_name("layout", tests, NULL, NULL);
}
