/* list: every ring on this machine. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exitcode.h"
#include "json.h"
#include "log.h"
#include "monitor/collect.h"
#include "monitor/scan.h"
#include "monitor/units.h"
#include "monitor/verbs.h"
#include "timetext.h"

struct members {
    unsigned producer_cnt; /* alive */
    unsigned consumer_cnt;
    uint64_t lag; /* of the slowest live consumer */
};

static struct members count(const struct snapshot *snap)
{
    struct members m = {0};
    for (unsigned p = 0; p < TR_LANE_MAX; p++)
        m.producer_cnt += snap->view.lane[p].alive;
    for (unsigned c = 0; c < TR_CONSUMER_MAX; c++) {
        const struct tr_member_view *v = &snap->view.member[c];
        m.consumer_cnt += v->alive;
        m.lag = v->alive && v->lag > m.lag ? v->lag : m.lag;
    }
    return m;
}

static void show_text(struct out *out, const struct snapshot *snap)
{
    char line[200];
    char cell[2][UNITS_MAX];
    char created[TIME_TEXT_MAX];
    struct members m = count(snap);
    time_text(created, snap->view.created_wall_ns / TIME_NS_PER_S * TIME_NS_PER_S);
    snprintf(line, sizeof line, "%-28s %-7s %10llu %9u %9u %10s %8s  %s\n", snap->view.ring,
             ring_state_name(snap->state), (unsigned long long)snap->view.slot_cnt, m.producer_cnt, m.consumer_cnt,
             units_count(cell[0], snap->published), units_count(cell[1], m.lag), created);
    out_text(out, line);
}

static void show_json(struct out *out, const struct snapshot *snap)
{
    struct json j = {0};
    struct members m = count(snap);
    json_open_object(&j, NULL);
    json_text(&j, "ring", snap->view.ring, strlen(snap->view.ring));
    json_text(&j, "state", ring_state_name(snap->state), strlen(ring_state_name(snap->state)));
    json_u64(&j, "slots", snap->view.slot_cnt);
    json_u64(&j, "producers", m.producer_cnt);
    json_u64(&j, "consumers", m.consumer_cnt);
    json_u64(&j, "published", snap->published);
    json_u64(&j, "lag", m.lag);
    json_i64(&j, "created_ns", snap->view.created_wall_ns);
    json_close_object(&j);
    out_json_line(out, &j);
    json_free(&j);
}

/* One that cannot be shown: said only where it seems to be a ring. */
static void tell(const char *name, int rc)
{
    if (rc == -EPROTONOSUPPORT)
        log_warn(name, "a ring of another version");
    else if (rc == -EACCES)
        log_detail(name, "no permission to look at it");
    else
        log_detail(name, "not a ring");
}

static void show(const struct monitor_options *opt, struct out *out, const char *name, struct snapshot *snap,
                 unsigned *shown_cnt)
{
    struct tr_segment seg;
    int rc = tr_observe_open(&seg, name);
    if (rc == 0) {
        rc = collect(&seg, &opt->limits, snap);
        tr_observe_close(&seg);
    }
    if (rc != 0) {
        tell(name, rc);
        return;
    }
    if (!opt->json && *shown_cnt == 0) {
        char head[200];
        snprintf(head, sizeof head, "%-28s %-7s %10s %9s %9s %10s %8s  %s\n", "RING", "STATE", "SLOTS", "PRODUCERS",
                 "CONSUMERS", "PUBLISHED", "QUEUE", "CREATED");
        out_text(out, head);
    }
    ++*shown_cnt;
    if (opt->json)
        show_json(out, snap);
    else
        show_text(out, snap);
}

int verb_list(const struct monitor_options *opt, struct out *out)
{
    struct scan_names names;
    struct snapshot *snap = malloc(sizeof *snap);
    unsigned shown_cnt = 0;
    int rc = snap == NULL ? -ENOMEM : scan_rings(&names);
    if (rc != 0) {
        free(snap);
        log_error(TR_SHM_DIR, "%s", strerror(-rc));
        return EXIT_CODE_FAILED;
    }
    for (size_t i = 0; i < names.cnt; i++)
        show(opt, out, names.name[i], snap, &shown_cnt);
    if (shown_cnt == 0)
        log_info(TR_SHM_DIR, "no ring here, start a feed");
    scan_free(&names);
    free(snap);
    return 0;
}
