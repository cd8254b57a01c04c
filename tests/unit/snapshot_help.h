/* snapshot_help.h - a snapshot filled by hand, for the tests of views: two feeds, three consumers. */
#ifndef TESTS_SNAPSHOT_HELP_H
#define TESTS_SNAPSHOT_HELP_H

#include "capture_help.h"
#include "monitor/snapshot.h"

#define SNAP_TAKEN_NS (60 * TR_NS_PER_S) /* when it was taken */

/* Where the places are: not all in a row, as after a restart. */
enum { SNAP_FEED = 0, SNAP_SPARE = 2, SNAP_SIGNALS = 0, SNAP_SLOW = 1, SNAP_GONE = 5 };

static inline void snapshot_feeds(struct tr_view *view)
{
    struct tr_lane_view *lane = &view->lane[SNAP_FEED];
    *lane = (struct tr_lane_view){
        .used = true,
        .alive = true,
        .name = "binance",
        .epoch = 1,
        .pid = 4001,
        .beat_ns = SNAP_TAKEN_NS,
        .published = 1234567,
        .rate_mhz = 20000400,
        .dropped_cnt = 3,
        .stall_cnt = 17,
        .blocked_ns = 2500000000,
    };
    lane->blocked_by_ns[SNAP_SLOW] = 2400000000;
    lane->blocked_by_ns[SNAP_SIGNALS] = 100000000;
    lane->blocked_by_ns[9] = 5; /* nobody there any more */
    view->lane[SNAP_SPARE] = (struct tr_lane_view){
        .used = true,
        .closed = true,
        .name = "kraken",
        .epoch = 2,
        .pid = 4002,
        .published = 10,
    };
}

static inline void snapshot_signals(struct tr_view *view)
{
    struct tr_member_view *m = &view->member[SNAP_SIGNALS];
    *m = (struct tr_member_view){
        .used = true,
        .alive = true,
        .name = "signals",
        .pid = 5001,
        .beat_ns = SNAP_TAKEN_NS,
        .delivered = 1234571,
        .high_water = 92,
        .high_water_ns = 1000,
        .rate_mhz = 20000400,
        .busy_ns = 11,
        .idle_ns = 12,
        .blocked_ns = 13,
    };
    m->lane[SNAP_FEED] = (struct tr_cursor_view){.joined = true, .start = 4, .cursor = 1234567};
    m->lane[SNAP_SPARE] = (struct tr_cursor_view){.joined = true, .start = 2, .cursor = 10};
    m->latency = (struct tr_hist_snap){.cnt = 100, .sum_ns = 10000, .max_ns = 464000};
    m->latency.bucket[tr_hist_index(40)] = 99;
    m->latency.bucket[tr_hist_index(464000)] = 1;
    m->event = (struct tr_hist_snap){.cnt = 100, .sum_ns = 243000000, .max_ns = 45000000};
    m->event.bucket[tr_hist_index(2000000)] = 99;
    m->event.bucket[tr_hist_index(45000000)] = 1;
    m->service = (struct tr_hist_snap){.cnt = 4, .sum_ns = 240, .max_ns = 61};
    m->service.bucket[tr_hist_index(60)] = 3;
    m->service.bucket[tr_hist_index(61)] = 1;
}

static inline void snapshot_slow(struct tr_view *view)
{
    struct tr_member_view *m = &view->member[SNAP_SLOW];
    *m = (struct tr_member_view){
        .used = true,
        .alive = true,
        .name = "slow-one",
        .pid = 5002,
        .beat_ns = SNAP_TAKEN_NS,
        .lag = 1015,
        .lag_ns = 1350000000,
        .lag_event_ns = 1400000000,
        .delivered = 1233552,
        .high_water = 1020,
        .rate_mhz = 6650000,
    };
    m->lane[SNAP_FEED] = (struct tr_cursor_view){
        .joined = true,
        .start = 0,
        .cursor = 1233552,
        .lag = 1015,
        .lag_ns = 1350000000,
        .lag_event_ns = 1400000000,
    };
}

static inline void snapshot_gone(struct tr_view *view)
{
    struct tr_member_view *m = &view->member[SNAP_GONE];
    *m = (struct tr_member_view){
        .used = true,
        .done = true,
        .lossy = true,
        .name = "screen",
        .pid = 5003,
        .delivered = 90,
        .lost = 10,
        .evicted_cnt = 2,
        .lag = 1234467,
    };
    m->lane[SNAP_FEED] =
        (struct tr_cursor_view){.joined = true, .start = 0, .cursor = 100, .lost = 10, .lag = 1234467};
    m->gap_cnt = 2;
    m->gaps_whole = true;
    m->gap[0] = (struct tr_gap_record){
        .at_ns = 30000000000, .lane_idx = SNAP_FEED, .from = 40, .to = 47, .lost_before = 0};
    m->gap[1] = (struct tr_gap_record){
        .at_ns = 31000000000, .lane_idx = SNAP_FEED, .from = 60, .to = 63, .lost_before = 7};
}

static inline void snapshot_fill(struct snapshot *snap)
{
    memset(snap, 0, sizeof *snap);
    strcpy(snap->view.ring, "ticks");
    snap->view.slot_cnt = 1024;
    snap->view.record_len = 64;
    snap->view.created_wall_ns = INT64_C(1723161255342000000);
    snap->view.taken_ns = SNAP_TAKEN_NS;
    snap->view.named = true;
    snap->state = RING_OPEN;
    snap->wall_minus_mono_ns = INT64_C(1723161255000000000);
    snap->published = 1234577;
    snap->balanced = true;
    snap->level = LEVEL_CRIT;
    snapshot_feeds(&snap->view);
    snapshot_signals(&snap->view);
    snapshot_slow(&snap->view);
    snapshot_gone(&snap->view);
    snap->warning[0] = (struct warning){LEVEL_CRIT, 1015, "consumer slow-one is behind"};
    snap->warning[1] = (struct warning){LEVEL_WARN, 0, "a second one"};
    snap->warning_cnt = 2;
}

#endif
