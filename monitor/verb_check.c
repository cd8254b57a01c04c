/* check: one line and an exit code as monitoring plug-ins have them (Monitoring Plugins guidelines:
 * "SERVICE STATUS - text | 'label'=value;warn;crit;min;max"). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/collect.h"
#include "monitor/verbs.h"
#include "ringerror.h"

/* The live consumer with the deepest queue; NULL: there is none. */
static const struct tr_member_view *deepest(const struct tr_view *view)
{
    const struct tr_member_view *found = NULL;
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
        const struct tr_member_view *m = &view->member[c];
        if (m->alive && (found == NULL || m->lag > found->lag))
            found = m;
    }
    return found;
}

/* Text before the data: a bar would end it. */
static void write_words(struct out *out, const char *text)
{
    for (size_t len; *text != '\0'; text += len) {
        len = strcspn(text, "|");
        out_visible(out, text, len);
        if (text[len] == '|') {
            out_text(out, "\\x7c");
            len++;
        }
    }
}

static int unknown(struct out *out, const char *ring, const char *why)
{
    out_text(out, "TICKRING UNKNOWN - ring ");
    write_words(out, ring);
    out_text(out, ": ");
    write_words(out, why);
    out_text(out, "\n");
    return CHECK_UNKNOWN;
}

/* The worst warning, and how many there are beside it. */
static void write_warning(struct out *out, const struct snapshot *snap)
{
    write_words(out, snapshot_worst(snap)->text);
    if (snap->warning_cnt == 1)
        return;
    char more[40];
    snprintf(more, sizeof more, " (and %u more)", snap->warning_cnt - 1);
    out_text(out, more);
}

static unsigned used_lane_cnt(const struct tr_view *view)
{
    unsigned cnt = 0;
    for (unsigned p = 0; p < TR_LANE_MAX; p++)
        cnt += view->lane[p].used;
    return cnt;
}

/* What all queues of a consumer can hold. */
static uint64_t slot_sum(const struct tr_view *view)
{
    unsigned cnt = used_lane_cnt(view);
    return view->slot_cnt * (cnt > 1 ? cnt : 1);
}

static void write_text(struct out *out, const struct snapshot *snap)
{
    static const char *const status[] = {"OK", "WARNING", "CRITICAL"};
    char line[200];
    const struct tr_member_view *m = deepest(&snap->view);
    snprintf(line, sizeof line, "TICKRING %s - ring %s %s, ", status[snap->level], snap->view.ring,
             ring_state_name(snap->state));
    write_words(out, line);
    if (snap->warning_cnt > 0) {
        write_warning(out, snap);
        return;
    }
    if (m == NULL) {
        out_text(out, "no consumer");
        return;
    }
    snprintf(line, sizeof line, "deepest queue %llu of %llu (%s)", (unsigned long long)m->lag,
             (unsigned long long)slot_sum(&snap->view), m->name);
    write_words(out, line);
}

/* A limit as data has it: empty where it is of another kind, or of one lane of several. */
static void queue_limit(char text[32], const struct limit *limit, const struct tr_view *view)
{
    text[0] = '\0';
    if (limit->kind == LIMIT_TICKS || (limit->kind == LIMIT_PERCENT && used_lane_cnt(view) <= 1))
        snprintf(text, 32, "%llu", (unsigned long long)limit_ticks(limit, view->slot_cnt));
}

static void age_limit(char text[32], const struct limit *limit)
{
    text[0] = '\0';
    if (limit->kind == LIMIT_AGE)
        snprintf(text, 32, "%.6f", (double)limit->value / 1e9);
}

static int64_t oldest_ns(const struct tr_view *view, uint64_t *lost)
{
    int64_t age_ns = 0;
    *lost = 0;
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
        const struct tr_member_view *m = &view->member[c];
        *lost += m->lost;
        if (m->alive && m->lag_ns > age_ns)
            age_ns = m->lag_ns;
    }
    return age_ns;
}

/* The mean and the 99th percentile of the service time, of the live consumer with the largest mean; 0: none was
 * measured. */
static void slowest(const struct tr_view *view, int64_t *mean_ns, int64_t *p99_ns)
{
    *mean_ns = *p99_ns = 0;
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
        const struct tr_member_view *m = &view->member[c];
        if (!m->alive || tr_hist_mean(&m->service) < *mean_ns)
            continue;
        *mean_ns = tr_hist_mean(&m->service);
        *p99_ns = tr_hist_percentile(&m->service, 99, 100);
    }
}

static void write_data(struct out *out, const struct level_limits *limits, const struct snapshot *snap)
{
    const struct tr_view *view = &snap->view;
    const struct tr_member_view *m = deepest(view);
    char line[400];
    char warn[32];
    char crit[32];
    char age_warn[32];
    char age_crit[32];
    uint64_t lost;
    int64_t mean_ns;
    int64_t p99_ns;
    int64_t age_ns = oldest_ns(view, &lost);
    slowest(view, &mean_ns, &p99_ns);
    queue_limit(warn, &limits->warn, view);
    queue_limit(crit, &limits->crit, view);
    age_limit(age_warn, &limits->warn);
    age_limit(age_crit, &limits->crit);
    snprintf(line, sizeof line,
             " | 'queue'=%llu;%s;%s;0;%llu 'age'=%.6fs;%s;%s;0 'lost'=%lluc 'published'=%lluc"
             " 'service'=%.9fs;;;0 'service_p99'=%.9fs;;;0\n",
             (unsigned long long)(m != NULL ? m->lag : 0), warn, crit, (unsigned long long)slot_sum(view),
             (double)age_ns / 1e9, age_warn, age_crit, (unsigned long long)lost,
             (unsigned long long)snap->published, (double)mean_ns / 1e9, (double)p99_ns / 1e9);
    out_text(out, line);
}

int verb_check(const struct monitor_options *opt, struct out *out)
{
    const char *ring = opt->ring != NULL ? opt->ring : "ticks";
    struct tr_segment seg;
    int rc = tr_observe_open(&seg, ring);
    if (rc != 0)
        return unknown(out, ring, ringerror_text(rc));
    struct snapshot *snap = malloc(sizeof *snap);
    struct past *past = past_new(); /* the warnings say why, too */
    rc = snap == NULL || past == NULL ? -ENOMEM : collect(&seg, &opt->limits, past, snap);
    tr_observe_close(&seg);
    int code = CHECK_UNKNOWN;
    if (rc == 0) {
        write_text(out, snap);
        write_data(out, &opt->limits, snap);
        code = (int)snap->level;
    } else {
        unknown(out, ring, ringerror_text(rc));
    }
    free(past);
    free(snap);
    return code;
}
