/* past_help.h - a snapshot with ten minutes of past, filled by hand: two feeds and four consumers, of which one was slow for
 * a while, one was passed over and lost ticks, one was killed, and one is lossy.  Times are CLOCK_MONOTONIC, in
 * seconds: 400 (all begin) to 1000 (now). */
#ifndef TESTS_PAST_HELP_H
#define TESTS_PAST_HELP_H

#include "capture_help.h"
#include "monitor/snapshot.h"

/* Places.  binance publishes 1000 a second from 400 on; kraken 100, but it is dead from 760 to 765. */
enum { PAST_BINANCE = 0, PAST_KRAKEN = 2 };
enum {
    PAST_SIGNALS = 0, /* keeps up */
    PAST_SLOW = 1, /* its queue grows from 600 on, is full at 640, holds binance until 660, is gone at 680 */
    PAST_STOPPED = 2, /* was stopped at 700, passed over, woke up at 710 and lost ticks */
    PAST_RISK = 5, /* was killed at 850; its hold of 30 s is over */
    PAST_SCREEN = 6, /* lossy; was overrun at 900; left at 950 and came back at 960 */
};

#define PAST_SLOTS 4096
#define PAST_S(s) ((int64_t)(s)*TR_NS_PER_S)
#define PAST_WALL_NS PAST_S(1723160000) /* of 0 */

static inline uint64_t past_published(unsigned lane_idx, int s)
{
    uint64_t passed_s = (uint64_t)(s - 400);
    if (lane_idx == PAST_BINANCE)
        return 1000 * passed_s;
    return 100 * (s < 760 ? passed_s : s < 765 ? 360 : passed_s - 5);
}

/* What all feeds have published, but for cnt ticks and the lost. */
static inline uint64_t past_delivered(int s, uint64_t cnt)
{
    uint64_t published = past_published(PAST_BINANCE, s) + past_published(PAST_KRAKEN, s);
    return published > cnt ? published - cnt : 0;
}

static inline enum tr_sample_kind past_kind(int s, int join_s, int leave_s)
{
    if (s == join_s)
        return TR_SAMPLE_JOIN;
    return s == leave_s ? TR_SAMPLE_LEAVE : TR_SAMPLE_SECOND;
}

static inline void past_fill_lane(struct past_track *track, unsigned p, int s)
{
    bool held = p == PAST_BINANCE && s > 640 && s <= 660;
    struct tr_sample sample = {
        .at_ns = PAST_S(s),
        .kind = past_kind(s, p == PAST_KRAKEN && s > 760 ? 765 : 400, -1),
        .pid = p == PAST_BINANCE ? 4001
               : s <= 760        ? 4002
                                 : 4003,
        .passed_cnt = past_published(p, s),
        .holder = held ? 1 + PAST_SLOW : 0,
        .holder_ns = held ? 400000000 : 0,
    };
    if (p == PAST_BINANCE && s > 640) {
        sample.blocked_ns = 400000000 * (uint64_t)(s < 660 ? s - 640 : 20);
        sample.event_cnt = s < 660 ? (uint64_t)(s - 640) * 10 : 200;
    }
    if (p == PAST_BINANCE || s <= 760 || s >= 765)
        past_add(track, &sample);
}

/* The queue of the slow one. */
static inline uint64_t past_slow_lag(int s)
{
    if (s < 600 || s >= 680)
        return 10;
    if (s < 640)
        return 10 + 100 * (uint64_t)(s - 600);
    return s <= 660 ? PAST_SLOTS : PAST_SLOTS - 204 * (uint64_t)(s - 660);
}

static inline struct tr_sample past_consumer(int s, uint32_t pid, uint64_t lag, uint64_t lost)
{
    uint64_t passed_s = (uint64_t)(s - 400);
    return (struct tr_sample){
        .at_ns = PAST_S(s),
        .kind = past_kind(s, 400, -1),
        .pid = pid,
        .passed_cnt = past_delivered(s, lag + lost),
        .lost_cnt = lost,
        .lag = lag,
        .lag_max = lag + 20,
        .busy_ns = passed_s * 250000000,
        .idle_ns = passed_s * 750000000,
        .p50_ns = 2000,
        .p99_ns = 90000,
        .p999_ns = 400000,
        .max_ns = 800000,
    };
}

static inline void past_fill_members(struct past *past, int s)
{
    struct tr_sample sample = past_consumer(s, 5001, 2, 0);
    past_add(&past->member[PAST_SIGNALS], &sample);
    sample = past_consumer(s, 5002, past_slow_lag(s), 0);
    sample.lag_max = tr_min_u64(sample.lag_max, PAST_SLOTS);
    past_add(&past->member[PAST_SLOW], &sample);
    sample = past_consumer(s, 5003, 3, s < 710 ? 0 : 6904);
    sample.event_cnt = s >= 710;
    if (s <= 700 || s >= 710)
        past_add(&past->member[PAST_STOPPED], &sample);
    sample = past_consumer(s, 5004, 5, 0);
    if (s <= 850)
        past_add(&past->member[PAST_RISK], &sample);
    sample = past_consumer(s, s < 960 ? 5005 : 5006, s == 900 ? 4500 : 8, s < 901 ? 0 : 500);
    sample.kind = past_kind(s, s > 950 ? 960 : 400, 950);
    if (s <= 950 || s >= 960)
        past_add(&past->member[PAST_SCREEN], &sample);
}

/* A consumer as it is now, lag ticks of binance before it. */
static inline void past_member_now(struct snapshot *snap, unsigned c, const char *name, uint64_t lag,
                                   uint64_t lost)
{
    struct tr_member_view *m = &snap->view.member[c];
    const struct past_track *track = &snap->past->member[c];
    const struct tr_sample *last = past_sample(track, track->cnt - 1);
    *m = (struct tr_member_view){
        .used = true,
        .alive = true,
        .pid = last->pid,
        .beat_ns = snap->view.taken_ns - 50000000,
        .hold_ns = 30 * TR_NS_PER_S,
        .lag = lag,
        .lag_ns = (int64_t)lag * 1000000,
        .lag_event_ns = (int64_t)lag * 1000000,
        .delivered = past_delivered(1000, lag + lost),
        .lost = lost,
        .high_water = lag + 20,
        .high_water_ns = PAST_S(990),
        .rate_mhz = 1100000,
        .busy_ns = last->busy_ns,
        .idle_ns = last->idle_ns,
    };
    snprintf(m->name, sizeof m->name, "%s", name);
    m->lane[PAST_BINANCE] = (struct tr_cursor_view){
        .joined = true,
        .cursor = past_published(PAST_BINANCE, 1000) - lag,
        .lost = lost,
        .lag = lag,
        .lag_ns = m->lag_ns,
        .lag_event_ns = m->lag_event_ns,
    };
    m->lane[PAST_KRAKEN] =
        (struct tr_cursor_view){.joined = true, .cursor = past_published(PAST_KRAKEN, 1000)};
    m->latency = (struct tr_hist_snap){.cnt = m->delivered, .sum_ns = m->delivered * 2000, .max_ns = 800000};
    m->latency.bucket[tr_hist_index(2000)] = m->delivered - m->delivered / 50;
    m->latency.bucket[tr_hist_index(90000)] = m->delivered / 50;
    m->service = (struct tr_hist_snap){.cnt = m->delivered, .sum_ns = m->delivered * 250, .max_ns = 400};
    m->service.bucket[tr_hist_index(250)] = m->delivered;
    m->event = (struct tr_hist_snap){.cnt = m->delivered, .sum_ns = m->delivered * 50000, .max_ns = 70000};
    m->event.bucket[tr_hist_index(50000)] = m->delivered;
}

static inline void past_gap_now(struct tr_member_view *m, int s, uint64_t from, uint64_t to)
{
    m->gap[m->gap_cnt++] =
        (struct tr_gap_record){.at_ns = PAST_S(s), .lane_idx = PAST_BINANCE, .from = from, .to = to};
}

static inline void past_lane_now(struct snapshot *snap, unsigned p, const char *name)
{
    struct tr_lane_view *lane = &snap->view.lane[p];
    const struct past_track *track = &snap->past->lane[p];
    const struct tr_sample *last = past_sample(track, track->cnt - 1);
    *lane = (struct tr_lane_view){
        .used = true,
        .alive = true,
        .epoch = p == PAST_KRAKEN ? 2 : 1,
        .pid = last->pid,
        .beat_ns = snap->view.taken_ns - 50000000,
        .published = past_published(p, 1000),
        .rate_mhz = p == PAST_BINANCE ? 1000000 : 100000,
        .stall_cnt = last->event_cnt,
        .blocked_ns = last->blocked_ns,
    };
    snprintf(lane->name, sizeof lane->name, "%s", name);
    lane->blocked_by_ns[PAST_SLOW] = last->blocked_ns;
    snap->published += lane->published;
}

static inline void past_fill(struct snapshot *snap, struct past *past)
{
    memset(snap, 0, sizeof *snap);
    past_forget(past);
    for (int s = 400; s <= 999; s++) {
        past_fill_lane(&past->lane[PAST_BINANCE], PAST_BINANCE, s);
        past_fill_lane(&past->lane[PAST_KRAKEN], PAST_KRAKEN, s);
        past_fill_members(past, s);
    }
    snap->past = past;
    snap->limits = level_defaults();
    snap->state = RING_OPEN;
    snap->wall_minus_mono_ns = PAST_WALL_NS;
    snap->balanced = true;
    strcpy(snap->view.ring, "ticks");
    snap->view.slot_cnt = PAST_SLOTS;
    snap->view.record_len = 64;
    snap->view.created_wall_ns = PAST_WALL_NS + PAST_S(399);
    snap->view.named = true;
    snap->view.taken_ns = PAST_S(1000);
    past_lane_now(snap, PAST_BINANCE, "binance");
    past_lane_now(snap, PAST_KRAKEN, "kraken");
    past_member_now(snap, PAST_SIGNALS, "signals", 2, 0);
    past_member_now(snap, PAST_SLOW, "slow", 10, 0);
    snap->view.member[PAST_SLOW].high_water = PAST_SLOTS;
    snap->view.member[PAST_SLOW].high_water_ns = PAST_S(640);
    past_member_now(snap, PAST_STOPPED, "stopped", 3, 6904);
    snap->view.member[PAST_STOPPED].evicted_cnt = 1;
    past_gap_now(&snap->view.member[PAST_STOPPED], 710, 299997, 306901);
    past_member_now(snap, PAST_RISK, "risk", 150005, 0);
    snap->view.member[PAST_RISK].alive = false;
    snap->view.member[PAST_RISK].beat_ns = PAST_S(850) + 700000000;
    snap->view.member[PAST_RISK].lane[PAST_BINANCE].evicted = true;
    past_member_now(snap, PAST_SCREEN, "screen", 8, 500);
    snap->view.member[PAST_SCREEN].lossy = true;
    past_gap_now(&snap->view.member[PAST_SCREEN], 900, 495500, 496000);
    snap->level = LEVEL_WARN;
    snap->warning[0] = (struct warning){LEVEL_WARN, 0, "consumer risk died"};
    snap->warning_cnt = 1;
}

/* --- Somebody else's memory --------------------------------------------------------------------- */

static inline void past_track_hostile(struct past_track *track, uint64_t value)
{
    struct tr_sample sample;
    uint64_t word[TR_SAMPLE_WORDS];
    for (unsigned i = 0; i < TR_SAMPLE_WORDS; i++)
        word[i] = value;
    memcpy(&sample, word, sizeof sample);
    past_add(track, &sample);
    sample.kind = TR_SAMPLE_JOIN;
    past_add(track, &sample);
    sample.kind = TR_SAMPLE_SECOND;
    past_add(track, &sample);
    sample.at_ns = INT64_MAX;
    past_add(track, &sample);
}

/* All places used, all names control characters, all numbers one of the two. */
static inline void past_fill_hostile(struct snapshot *snap, struct past *past, uint64_t value, uint64_t other)
{
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        struct tr_lane_view *lane = &snap->view.lane[p];
        past_track_hostile(&past->lane[p], value);
        past_track_hostile(&past->lane[p], other);
        lane->used = true;
        memset(lane->name, '\x1b', TR_NAME_MAX);
        lane->published = lane->blocked_ns = lane->dropped_cnt = value;
        lane->beat_ns = (int64_t)other;
    }
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
        struct tr_member_view *m = &snap->view.member[c];
        past_track_hostile(&past->member[c], value);
        past_track_hostile(&past->member[c], other);
        m->used = true;
        m->alive = c % 3 == 0;
        m->lossy = c % 4 == 0;
        memset(m->name, '\xff', TR_NAME_MAX);
        m->beat_ns = m->hold_ns = (int64_t)value;
        m->pid = m->delivered = m->lost = m->lag = m->busy_ns = m->idle_ns = m->blocked_ns = value;
        m->gap_cnt = c % 2 == 0 ? TR_GAP_CNT : 1;
        memset(m->gap, 0xff, sizeof m->gap);
        m->gap[0] = (struct tr_gap_record){(int64_t)value, value % 17, 0, value, 0};
        for (unsigned p = 0; p < TR_LANE_MAX; p++)
            m->lane[p] = (struct tr_cursor_view){
                .joined = p % 2 == 0, .evicted = c % 5 == 0, .lag = value, .lost = other, .cursor = value};
    }
}

#endif
