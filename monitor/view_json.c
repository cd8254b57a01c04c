/* One JSON object a snapshot; the keys are a contract (man shmmon). */
#include <string.h>

#include "json.h"
#include "monitor/view.h"

static void name_text(struct json *j, const char *key, const char *text)
{
    json_text(j, key, text, strlen(text));
}

static void blocked_by(struct json *j, const struct snapshot *snap, const struct tr_lane_view *lane)
{
    json_open_object(j, "blocked_by");
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
        if (snap->view.member[c].used)
            json_u64(j, snap->view.member[c].name, lane->blocked_by_ns[c]);
    }
    json_close_object(j);
}

static void producer(struct json *j, const struct snapshot *snap, const struct tr_lane_view *lane)
{
    json_open_object(j, NULL);
    name_text(j, "name", lane->name);
    json_u64(j, "pid", lane->pid);
    json_bool(j, "alive", lane->alive);
    json_bool(j, "closed", lane->closed);
    json_u64(j, "epoch", lane->epoch);
    json_u64(j, "published", lane->published);
    json_fixed1(j, "rate", (double)lane->rate_mhz / 1000);
    json_u64(j, "dropped", lane->dropped_cnt);
    json_u64(j, "blocked_ns", lane->blocked_ns);
    json_u64(j, "stalls", lane->stall_cnt);
    blocked_by(j, snap, lane);
    json_close_object(j);
}

static void per_lane(struct json *j, const struct snapshot *snap, const struct tr_member_view *m,
                     const char *key, bool start)
{
    json_open_object(j, key);
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        if (m->lane[p].joined)
            json_u64(j, snap->view.lane[p].name, start ? m->lane[p].start : m->lane[p].cursor);
    }
    json_close_object(j);
}

static void latency(struct json *j, const struct tr_hist_snap *hist)
{
    json_open_object(j, "latency_ns");
    json_u64(j, "count", hist->cnt);
    json_i64(j, "p50", tr_hist_percentile(hist, 50, 100));
    json_i64(j, "p90", tr_hist_percentile(hist, 90, 100));
    json_i64(j, "p99", tr_hist_percentile(hist, 99, 100));
    json_i64(j, "p999", tr_hist_percentile(hist, 999, 1000));
    json_i64(j, "p9999", tr_hist_percentile(hist, 9999, 10000));
    json_u64(j, "max", hist->max_ns);
    json_close_object(j);
}

static void service(struct json *j, const struct tr_hist_snap *hist)
{
    json_open_object(j, "service_ns");
    json_u64(j, "count", hist->cnt);
    json_i64(j, "mean", tr_hist_mean(hist));
    json_i64(j, "p50", tr_hist_percentile(hist, 50, 100));
    json_i64(j, "p99", tr_hist_percentile(hist, 99, 100));
    json_u64(j, "max", hist->max_ns);
    json_close_object(j);
}

static void consumer(struct json *j, const struct snapshot *snap, const struct tr_member_view *m)
{
    int64_t high_wall_ns = m->high_water_ns == 0 ? 0 : m->high_water_ns + snap->wall_minus_mono_ns;
    json_open_object(j, NULL);
    name_text(j, "id", m->name);
    json_u64(j, "pid", m->pid);
    json_bool(j, "alive", m->alive);
    json_bool(j, "done", m->done);
    name_text(j, "policy", m->lossy ? "lossy" : "reliable");
    per_lane(j, snap, m, "start", true);
    per_lane(j, snap, m, "cursor", false);
    json_u64(j, "lag", m->lag);
    json_i64(j, "lag_ns", m->lag_ns);
    json_u64(j, "high_water", m->high_water);
    json_i64(j, "high_water_ns", high_wall_ns);
    json_fixed1(j, "rate", (double)m->rate_mhz / 1000);
    json_u64(j, "delivered", m->delivered);
    json_u64(j, "lost", m->lost);
    json_u64(j, "evicted", m->evicted_cnt);
    latency(j, &m->latency);
    service(j, &m->service);
    json_u64(j, "busy_ns", m->busy_ns);
    json_u64(j, "idle_ns", m->idle_ns);
    json_u64(j, "blocked_ns", m->blocked_ns);
    json_close_object(j);
}

static void warnings(struct json *j, const struct snapshot *snap)
{
    json_open_array(j, "warnings");
    for (unsigned i = 0; i < snap->warning_cnt; i++)
        name_text(j, NULL, snap->warning[i].text);
    json_close_array(j);
}

static void json_show(struct out *out, const struct snapshot *snap)
{
    struct json json = {0};
    struct json *j = &json;
    const struct tr_view *view = &snap->view;
    json_open_object(j, NULL);
    name_text(j, "ring", view->ring);
    json_u64(j, "slots", view->slot_cnt);
    json_u64(j, "record_size", view->record_len);
    name_text(j, "state", ring_state_name(snap->state));
    json_i64(j, "created_ns", view->created_wall_ns);
    json_open_array(j, "producers");
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        if (view->lane[p].used)
            producer(j, snap, &view->lane[p]);
    }
    json_close_array(j);
    json_open_array(j, "consumers");
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
        if (view->member[c].used)
            consumer(j, snap, &view->member[c]);
    }
    json_close_array(j);
    json_open_object(j, "ledger");
    json_u64(j, "published", snap->published);
    json_bool(j, "balanced", snap->balanced);
    json_close_object(j);
    name_text(j, "level", level_name(snap->level));
    warnings(j, snap);
    json_close_object(j);
    out_json_line(out, j);
    json_free(j);
}

const struct view_ops view_json = {.name = "json", .show = json_show};
