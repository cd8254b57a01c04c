/* check: one line and an exit code as monitoring plug-ins have them (Monitoring Plugins guidelines:
 * "SERVICE STATUS - text | 'label'=value;warn;crit;min;max"). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/collect.h"
#include "monitor/verbs.h"

enum { CHECK_OK, CHECK_WARNING, CHECK_CRITICAL, CHECK_UNKNOWN };

static uint64_t deepest(const struct snapshot *snap, const char **who)
{
    uint64_t lag = 0;
    *who = NULL;
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
        const struct tr_member_view *m = &snap->view.member[c];
        if (!m->alive || (*who != NULL && m->lag <= lag))
            continue;
        lag = m->lag;
        *who = m->name;
    }
    return lag;
}

static int unknown(struct out *out, const char *ring, const char *why)
{
    char line[200];
    snprintf(line, sizeof line, "TICKRING UNKNOWN - ring %s: %s\n", ring, why);
    out_text(out, line);
    return CHECK_UNKNOWN;
}

static void write_text(struct out *out, const struct snapshot *snap)
{
    static const char *const status[] = {"OK", "WARNING", "CRITICAL"};
    char line[400];
    const char *who;
    uint64_t lag = deepest(snap, &who);
    int n = snprintf(line, sizeof line, "TICKRING %s - ring %s %s, ", status[snap->level], snap->view.ring,
                     ring_state_name(snap->state));
    out_write(out, line, (size_t)n);
    if (snap->warning_cnt > 0)
        out_visible(out, snap->warning[0], strlen(snap->warning[0]));
    else if (who != NULL)
        out_visible(out, line, (size_t)snprintf(line, sizeof line, "deepest queue %llu of %llu (%s)",
                                                (unsigned long long)lag, (unsigned long long)snap->view.slot_cnt,
                                                who));
    else
        out_text(out, "no consumer");
}

static void write_data(struct out *out, const struct level_limits *limits, const struct snapshot *snap)
{
    char line[300];
    const char *who;
    uint64_t lag = deepest(snap, &who);
    snprintf(line, sizeof line, " | 'queue'=%llu;%llu;%llu;0;%llu 'published'=%lluc\n", (unsigned long long)lag,
             (unsigned long long)limit_ticks(&limits->warn, snap->view.slot_cnt),
             (unsigned long long)limit_ticks(&limits->crit, snap->view.slot_cnt),
             (unsigned long long)snap->view.slot_cnt, (unsigned long long)snap->published);
    out_text(out, line);
}

int verb_check(const struct monitor_options *opt, struct out *out)
{
    const char *ring = opt->ring != NULL ? opt->ring : "ticks";
    struct tr_segment seg;
    int rc = tr_observe_open(&seg, ring);
    if (rc != 0)
        return unknown(out, ring, strerror(-rc));
    struct snapshot *snap = malloc(sizeof *snap);
    rc = snap == NULL ? -1 : collect(&seg, &opt->limits, snap);
    tr_observe_close(&seg);
    int code = CHECK_UNKNOWN;
    if (rc == 0) {
        write_text(out, snap);
        write_data(out, &opt->limits, snap);
        code = (int)snap->level;
    } else {
        unknown(out, ring, "cannot be read");
    }
    free(snap);
    return code;
}
