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
#include "monitor/verbs.h"
#include "table.h"
#include "timetext.h"
#include "units.h"

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

enum column { L_RING, L_STATE, L_SLOTS, L_PRODUCERS, L_CONSUMERS, L_PUBLISHED, L_QUEUE, L_CREATED, L_CNT };

static const struct table_column list_column[L_CNT] = {
    [L_RING] = {"RING", 12, 0, true},           [L_STATE] = {"STATE", 6, 0, true},
    [L_SLOTS] = {"SLOTS", 7, 3, false},         [L_PRODUCERS] = {"PRODUCERS", 9, 0, false},
    [L_CONSUMERS] = {"CONSUMERS", 9, 0, false}, [L_PUBLISHED] = {"PUBLISHED", 9, 1, false},
    [L_QUEUE] = {"QUEUE", 6, 0, false},         [L_CREATED] = {"CREATED", 20, 2, true},
};

static void set_number(struct table *t, unsigned column, uint64_t value)
{
    char text[UNITS_MAX];
    snprintf(text, sizeof text, "%llu", (unsigned long long)value);
    table_set(t, column, text);
}

static int add_row(struct table *t, const struct snapshot *snap)
{
    char text[UNITS_MAX];
    char created[TIME_TEXT_MAX];
    struct members m = count(snap);
    int rc = table_row(t);
    if (rc != 0)
        return rc;
    time_text(created, snap->view.created_wall_ns / TIME_NS_PER_S * TIME_NS_PER_S);
    table_set(t, L_RING, snap->view.ring);
    table_set(t, L_STATE, ring_state_name(snap->state));
    set_number(t, L_SLOTS, snap->view.slot_cnt);
    set_number(t, L_PRODUCERS, m.producer_cnt);
    set_number(t, L_CONSUMERS, m.consumer_cnt);
    table_set(t, L_PUBLISHED, units_count(text, snap->published));
    table_set(t, L_QUEUE, units_count(text, m.lag));
    table_set(t, L_CREATED, created);
    return 0;
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
static void tell(const struct tr_segment *seg, int rc)
{
    bool has_magic = tr_load_rlx(&seg->header.magic) == TR_MAGIC;
    if (rc == -EPROTONOSUPPORT)
        log_warn(seg->name, "a ring of another version");
    else if (rc == -EIO || (rc == -EBADMSG && has_magic))
        log_warn(seg->name, "a corrupt ring, remove it by hand if it is yours");
    else if (rc == -EACCES)
        log_detail(seg->name, "no permission to look at it");
    else
        log_detail(seg->name, "not a ring");
}

static int take(const char *name, const struct level_limits *limits, struct snapshot *snap)
{
    struct tr_segment seg;
    int rc = tr_observe_open(&seg, name);
    if (rc == 0) {
        rc = collect(&seg, limits, NULL, snap);
        tr_observe_close(&seg);
    }
    if (rc != -ENOENT && scan_is_told(rc))
        tell(&seg, rc);
    return rc;
}

/* Returns how many rings were shown, or -errno: there may be more. */
static int show_all(const struct monitor_options *opt, struct out *out, const struct scan_names *names,
                    struct snapshot *snap)
{
    struct table t;
    int shown_cnt = 0;
    int rc = 0;
    table_init(&t, list_column, L_CNT);
    for (size_t i = 0; rc == 0 && i < names->cnt; i++) {
        int why = take(names->name[i], &opt->limits, snap);
        if (why != 0) {
            rc = scan_is_told(why) ? 0 : why;
            continue;
        }
        shown_cnt++;
        if (opt->json)
            show_json(out, snap);
        else
            rc = add_row(&t, snap);
    }
    if (t.row_cnt > 0)
        table_print(out, &t, out_columns(out->fd));
    table_free(&t);
    return rc != 0 ? rc : shown_cnt;
}

int verb_list(const struct monitor_options *opt, struct out *out)
{
    struct scan_names names = {0};
    struct snapshot *snap = malloc(sizeof *snap);
    int rc = snap == NULL ? -ENOMEM : scan_rings(&names);
    if (rc == 0)
        rc = show_all(opt, out, &names, snap);
    scan_free(&names);
    free(snap);
    if (rc < 0) {
        log_error(TR_SHM_DIR, "%s", strerror(-rc));
        return EXIT_CODE_FAILED;
    }
    if (rc == 0)
        log_info(TR_SHM_DIR, "no ring here, start a feed");
    return 0;
}
