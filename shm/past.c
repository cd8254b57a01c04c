/* past.c - what a process notes once a second of what it was like, in its own part of the ring.
 * (Declared in producer.h and consumer.h.) */
#include "consumer.h"
#include "producer.h"

/* --- Consumers ---------------------------------------------------------------------------------- */

/* Sums over the lanes that it was told a start of; the cursors as stored. */
static void add_up(const struct tr_consumer *c, struct tr_sample *s)
{
    for (unsigned p = 0; p < TR_LANE_MAX; p++) {
        const struct tr_member_lane *own = &c->member->lane[p];
        uint64_t start = tr_load_rlx(&own->start);
        uint64_t lost = tr_load_rlx(&own->lost_cnt);
        if (start == TR_NOT_TOLD)
            continue;
        s->passed_cnt += tr_load_rlx(&own->cur) - start - lost;
        s->lost_cnt += lost;
    }
}

static void add_latencies(struct tr_consumer *c, struct tr_sample *s)
{
    struct tr_hist_snap added;
    tr_hist_since(&c->stats->latency, c->noted_bucket, &added);
    s->p50_ns = tr_hist_percentile(&added, 50, 100);
    s->p99_ns = tr_hist_percentile(&added, 99, 100);
    s->p999_ns = tr_hist_percentile(&added, 999, 1000);
    s->max_ns = (int64_t)added.max_ns;
}

void tr_consumer_note(struct tr_consumer *c, enum tr_sample_kind kind, int64_t now_ns)
{
    const struct tr_member_stats *stats = c->stats;
    uint64_t lag = tr_consumer_lag(c);
    struct tr_sample s = {
        .at_ns = now_ns,
        .kind = kind,
        .pid = (uint32_t)tr_load_rlx(&c->member->who.pid),
        .lag = lag,
        .lag_max = tr_max_u64(lag, c->meter.lag_max),
        .busy_ns = tr_load_rlx(&stats->busy_ns),
        .idle_ns = tr_load_rlx(&stats->idle_ns),
        .blocked_ns = tr_load_rlx(&stats->blocked_ns),
        .event_cnt = tr_load_rlx(&stats->evicted_cnt),
    };
    add_up(c, &s);
    if (kind == TR_SAMPLE_JOIN) /* what was read before is not of this process */
        tr_hist_mark(&c->stats->latency, c->noted_bucket);
    else if (kind == TR_SAMPLE_SECOND)
        add_latencies(c, &s);
    tr_samples_add(&c->stats->past, &s);
    c->meter.lag_max = 0;
    c->noted_ns = now_ns;
}

/* --- Producers ---------------------------------------------------------------------------------- */

/* Who held it longest since the last sample. */
static void find_holder(struct tr_producer *p, struct tr_sample *s)
{
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
        uint64_t ns = tr_load_rlx(&p->lane->blocked_by_ns[c]);
        uint64_t before_ns = p->noted_blocked_by_ns[c];
        uint64_t spent_ns = ns >= before_ns ? ns - before_ns : ns; /* the place has another name now */
        p->noted_blocked_by_ns[c] = ns;
        if (spent_ns <= s->holder_ns)
            continue;
        s->holder = 1 + c;
        s->holder_ns = spent_ns;
    }
}

void tr_producer_note(struct tr_producer *p, enum tr_sample_kind kind, int64_t now_ns)
{
    struct tr_sample s = {
        .at_ns = now_ns,
        .kind = kind,
        .pid = (uint32_t)tr_load_rlx(&p->lane->who.pid),
        .passed_cnt = p->w.next,
        .lost_cnt = tr_load_rlx(&p->lane->dropped_cnt),
        .blocked_ns = tr_load_rlx(&p->lane->blocked_ns),
        .event_cnt = tr_load_rlx(&p->lane->stall_cnt),
    };
    find_holder(p, &s);
    if (kind == TR_SAMPLE_JOIN)
        s.holder = s.holder_ns = 0;
    tr_samples_add(p->past, &s);
    p->noted_ns = now_ns;
}
