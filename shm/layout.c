#include "layout.h"

#include <errno.h>

static bool power_of_two(uint64_t v)
{
    return v != 0 && (v & (v - 1)) == 0;
}

static uint64_t round_up(uint64_t v, uint64_t page_len)
{
    return (v + page_len - 1) & ~(page_len - 1);
}

int tr_map_compute(struct tr_map *map, uint64_t page_len, uint64_t slot_cnt)
{
    if (!power_of_two(page_len) || page_len < 4096 || page_len > (UINT64_C(1) << 20))
        return -EINVAL;
    if (!power_of_two(slot_cnt) || slot_cnt < TR_SLOT_CNT_MIN || slot_cnt > TR_SLOT_CNT_MAX)
        return -EINVAL;
    uint64_t symbol_len = sizeof(struct tr_name_table) + TR_SYMBOL_CNT_MAX * sizeof(struct tr_name);
    uint64_t venue_len = sizeof(struct tr_name_table) + TR_VENUE_CNT_MAX * sizeof(struct tr_name);

    map->page_len = page_len;
    map->slot_cnt = slot_cnt;
    map->bell_off = round_up(sizeof(struct tr_header), page_len);
    map->lane_off = map->bell_off + page_len;
    map->member_off = map->lane_off + TR_LANE_MAX * page_len;
    map->control_end = map->member_off + TR_CONSUMER_MAX * page_len;
    map->venue_rel = round_up(symbol_len, page_len);
    map->past_rel = map->venue_rel + round_up(venue_len, page_len);
    map->slot_rel = map->past_rel + round_up(sizeof(struct tr_sample_trail), page_len);
    map->data_len = map->slot_rel + round_up(slot_cnt * sizeof(struct tr_slot), page_len);
    map->data_off = map->control_end;
    map->stats_len = round_up(sizeof(struct tr_member_stats), page_len);
    map->stats_off = map->data_off + TR_LANE_MAX * map->data_len;
    map->total_len = map->stats_off + TR_CONSUMER_MAX * map->stats_len;
    return 0;
}
