#include "stats.h"

static void close_account(struct tr_meter *m, int64_t now_ns)
{
    int64_t spent_ns = now_ns - m->mark_ns;
    if (m->batch_cnt > 0) {
        tr_own_add(&m->stats->busy_ns, (uint64_t)spent_ns);
        tr_hist_add(&m->stats->service, spent_ns / m->batch_cnt, m->batch_cnt);
    } else if (m->mark_ns != 0) {
        tr_own_add(&m->stats->idle_ns, (uint64_t)spent_ns);
    }
    m->mark_ns = now_ns;
}

/* a - b of times that may be any numbers (somebody else's memory). */
static int64_t time_between(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a - (uint64_t)b);
}

/* Ticks of one publish call share one time: one addition a run.  How old they were then is told of the first: none
 * is said to have been quicker than it was. */
static void add_latencies(struct tr_meter *m, const struct tr_tick *tick, uint32_t cnt, int64_t now_ns)
{
    for (uint32_t i = 0; i < cnt;) {
        uint32_t end = i + 1;
        while (end < cnt && tick[end].ts_pub_ns == tick[i].ts_pub_ns)
            end++;
        if (tick[i].ts_pub_ns != 0) {
            int64_t event_mono_ns = time_between(tick[i].ts_event_ns, m->wall_minus_mono_ns);
            tr_hist_add(&m->stats->latency, time_between(now_ns, tick[i].ts_pub_ns), end - i);
            tr_hist_add(&m->stats->event, time_between(tick[i].ts_pub_ns, event_mono_ns), end - i);
        }
        i = end;
    }
}

void tr_meter_batch(struct tr_meter *m, const struct tr_tick *tick, uint32_t cnt, int64_t now_ns)
{
    close_account(m, now_ns);
    m->batch_cnt = cnt;
    add_latencies(m, tick, cnt, now_ns);
}

void tr_meter_empty(struct tr_meter *m)
{
    if (m->batch_cnt == 0 && m->mark_ns != 0)
        return;
    close_account(m, tr_now_ns());
    m->batch_cnt = 0;
}

void tr_meter_lag(struct tr_meter *m, uint64_t lag, int64_t now_ns)
{
    m->lag_ns = now_ns;
    m->lag_max = tr_max_u64(m->lag_max, lag);
    if (lag <= tr_load_rlx(&m->stats->high_water))
        return;
    tr_store_rlx(&m->stats->high_water, lag);
    tr_store_rlx(&m->stats->high_water_ns, (uint64_t)now_ns);
}
