#include "monitor/screen/since.h"

#include <string.h>

/* A count that is less than before has begun anew. */
static uint64_t added(uint64_t now, uint64_t before)
{
    return now >= before ? now - before : now;
}

static void subtract_hist(struct tr_hist_snap *hist, const struct tr_hist_snap *before)
{
    unsigned top = 0;
    if (hist->cnt < before->cnt)
        return;
    hist->cnt = 0;
    for (unsigned i = 0; i < TR_HIST_BUCKET_CNT; i++) {
        hist->bucket[i] = added(hist->bucket[i], before->bucket[i]);
        hist->cnt += hist->bucket[i];
        top = hist->bucket[i] > 0 ? i : top;
    }
    hist->sum_ns -= before->sum_ns;
    hist->clamped_cnt = added(hist->clamped_cnt, before->clamped_cnt);
    uint64_t top_ns = tr_hist_low_ns(top + 1); /* the largest is known to its bucket only */
    hist->max_ns = hist->cnt == 0 ? 0 : tr_min_u64(hist->max_ns, top_ns);
}

static void subtract_lane(struct tr_lane_view *lane, const struct tr_lane_view *before)
{
    if (!before->used || strcmp(lane->name, before->name) != 0)
        return;
    lane->dropped_cnt = added(lane->dropped_cnt, before->dropped_cnt);
    lane->stall_cnt = added(lane->stall_cnt, before->stall_cnt);
    lane->blocked_ns = added(lane->blocked_ns, before->blocked_ns);
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++)
        lane->blocked_by_ns[c] = added(lane->blocked_by_ns[c], before->blocked_by_ns[c]);
}

static void subtract_member(struct tr_member_view *m, const struct tr_member_view *before)
{
    if (!before->used || strcmp(m->name, before->name) != 0 || m->delivered < before->delivered)
        return;
    m->delivered -= before->delivered;
    m->lost = added(m->lost, before->lost);
    m->evicted_cnt = added(m->evicted_cnt, before->evicted_cnt);
    m->busy_ns = added(m->busy_ns, before->busy_ns);
    m->idle_ns = added(m->idle_ns, before->idle_ns);
    m->blocked_ns = added(m->blocked_ns, before->blocked_ns);
    subtract_hist(&m->event, &before->event);
    subtract_hist(&m->latency, &before->latency);
    subtract_hist(&m->service, &before->service);
}

void since_make(struct snapshot *shown, const struct snapshot *snap, const struct snapshot *before)
{
    memcpy(shown, snap, sizeof *shown);
    if (snap->view.created_wall_ns != before->view.created_wall_ns) /* another ring */
        return;
    for (unsigned p = 0; p < TR_LANE_MAX; p++)
        subtract_lane(&shown->view.lane[p], &before->view.lane[p]);
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++)
        subtract_member(&shown->view.member[c], &before->view.member[c]);
}
