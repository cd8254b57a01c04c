/* A table for a terminal or a log: who is behind, by how much, and who holds the feed. */
#include <stdio.h>
#include <string.h>

#include "monitor/units.h"
#include "monitor/view.h"
#include "timetext.h"

#define LINE_LEN 320

static void line(struct out *out, const char *text)
{
    out_visible(out, text, strlen(text));
    out_text(out, "\n");
}

static const char *lane_state(const struct tr_lane_view *lane)
{
    if (lane->closed)
        return "closed";
    return lane->alive ? "open" : "DEAD";
}

static const char *member_state(const struct tr_member_view *m)
{
    if (m->done)
        return "left";
    return m->alive ? "reading" : "DEAD";
}

/* "signals 1.2s, slow 3ms": who held the feed, and for how long. */
static void blocked_by_text(char *text, size_t size, const struct snapshot *snap, const struct tr_lane_view *lane)
{
    size_t len = 0;
    text[0] = '\0';
    for (unsigned c = 0; c < TR_CONSUMER_MAX && len < size; c++) {
        char time[UNITS_MAX];
        if (lane->blocked_by_ns[c] == 0 || !snap->view.member[c].used)
            continue;
        units_duration(time, (int64_t)lane->blocked_by_ns[c]);
        int n = snprintf(text + len, size - len, "%s%s %s", len > 0 ? ", " : "", snap->view.member[c].name, time);
        len += n > 0 ? (size_t)n : 0;
    }
}

static void show_head(struct out *out, const struct snapshot *snap)
{
    char text[LINE_LEN];
    char created[TIME_TEXT_MAX];
    int64_t created_s = snap->view.created_wall_ns / TIME_NS_PER_S;
    time_text(created, created_s * TIME_NS_PER_S);
    snprintf(text, sizeof text, "ring %s  %llu slots  %s  since %s", snap->view.ring,
             (unsigned long long)snap->view.slot_cnt, ring_state_name(snap->state), created);
    line(out, text);
}

static void show_producers(struct out *out, const struct snapshot *snap)
{
    char text[LINE_LEN];
    snprintf(text, sizeof text, "%-16s %8s %-7s %10s %8s %8s %8s %7s  %s", "PRODUCER", "PID", "STATE", "PUBLISHED",
             "RATE/s", "DROPPED", "BLOCKED", "STALLS", "HELD BY");
    line(out, text);
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        const struct tr_lane_view *lane = &snap->view.lane[p];
        char cell[5][UNITS_MAX];
        char held_by[128];
        if (!lane->used)
            continue;
        blocked_by_text(held_by, sizeof held_by, snap, lane);
        snprintf(text, sizeof text, "%-16s %8llu %-7s %10s %8s %8s %8s %7s  %s", lane->name,
                 (unsigned long long)lane->pid, lane_state(lane), units_count(cell[0], lane->published),
                 units_count(cell[1], lane->rate_mhz / 1000), units_count(cell[2], lane->dropped_cnt),
                 units_duration(cell[3], (int64_t)lane->blocked_ns), units_count(cell[4], lane->stall_cnt), held_by);
        line(out, text);
    }
}

static void show_member(struct out *out, const struct tr_member_view *m)
{
    char text[LINE_LEN];
    char cell[10][UNITS_MAX];
    snprintf(text, sizeof text, "%-16s %8llu %-7s %-8s %8s %8s %8s %8s %10s %6s %8s %8s %8s %8s", m->name,
             (unsigned long long)m->pid, member_state(m), m->lossy ? "lossy" : "reliable", units_count(cell[0], m->lag),
             units_duration(cell[1], m->lag_ns), units_count(cell[2], m->high_water),
             units_count(cell[3], m->rate_mhz / 1000), units_count(cell[4], m->delivered),
             units_count(cell[5], m->lost), units_duration(cell[6], tr_hist_percentile(&m->latency, 50, 100)),
             units_duration(cell[7], tr_hist_percentile(&m->latency, 99, 100)),
             units_duration(cell[8], (int64_t)m->latency.max_ns), units_duration(cell[9], tr_hist_mean(&m->service)));
    line(out, text);
}

static void show_consumers(struct out *out, const struct snapshot *snap)
{
    char text[LINE_LEN];
    snprintf(text, sizeof text, "%-16s %8s %-7s %-8s %8s %8s %8s %8s %10s %6s %8s %8s %8s %8s", "CONSUMER", "PID",
             "STATE", "POLICY", "QUEUE", "OLDEST", "HIGHEST", "RATE/s", "DELIVERED", "LOST", "LAT p50", "LAT p99",
             "LAT max", "SERVICE");
    line(out, text);
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
        if (snap->view.member[c].used)
            show_member(out, &snap->view.member[c]);
    }
}

static void plain_show(struct out *out, const struct snapshot *snap)
{
    char text[LINE_LEN];
    show_head(out, snap);
    show_producers(out, snap);
    show_consumers(out, snap);
    snprintf(text, sizeof text, "published %llu, ledger %s, level %s", (unsigned long long)snap->published,
             snap->balanced ? "balanced" : "NOT BALANCED", level_name(snap->level));
    line(out, text);
    for (unsigned i = 0; i < snap->warning_cnt; i++) {
        snprintf(text, sizeof text, "  ! %s", snap->warning[i]);
        line(out, text);
    }
}

const struct view_ops view_plain = {.name = "plain", .show = plain_show};
