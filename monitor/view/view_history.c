/* The past of a ring as a table of seconds, with what happened in between. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exitcode.h"
#include "log.h"
#include "monitor/analysis/trend.h"
#include "monitor/collect.h"
#include "monitor/verbs.h"
#include "monitor/view/history.h"
#include "ringerror.h"
#include "timetext.h"
#include "units.h"

#define NAME_LEN (4 * TR_NAME_MAX + 1) /* as it is shown */

/* --- The table ---------------------------------------------------------------------------------- */

static const char *shown_name(char text[NAME_LEN], const struct snapshot *snap, int member_idx)
{
    if (member_idx < 0)
        return "-";
    const char *name = snap->view.member[member_idx].name;
    log_visible(text, NAME_LEN, name, strnlen(name, TR_NAME_MAX));
    return text;
}

/* How wide a column of consumers' names is. */
static int name_width(const struct snapshot *snap, const char *head)
{
    size_t width = strlen(head);
    char text[NAME_LEN];
    for (int c = 0; c < TR_CONSUMER_MAX; c++) {
        size_t len = snap->view.member[c].used ? strlen(shown_name(text, snap, c)) : 0;
        width = len > width ? len : width;
    }
    return (int)width;
}

/* To the second: rows are that far apart. */
static const char *shown_time(char text[TIME_TEXT_MAX], const struct snapshot *snap, int64_t at_ns)
{
    int64_t wall_ns = snapshot_wall_ns(snap, at_ns);
    if (wall_ns == 0)
        return "?";
    time_text(text, wall_ns / TIME_NS_PER_S * TIME_NS_PER_S);
    return text;
}

static const char *shown_rate(char text[UNITS_MAX], double rate)
{
    return rate < 0 ? "-" : units_count(text, rate < 1e18 ? (uint64_t)(rate + 0.5) : UINT64_MAX);
}

static void write_row(struct out *out, const struct snapshot *snap, const struct history_row *row, int width)
{
    char time[TIME_TEXT_MAX];
    char text[5][UNITS_MAX];
    char name[2][NAME_LEN];
    char blocked[UNITS_MAX];
    snprintf(blocked, sizeof blocked, "%u%%", row->blocked_permille / 10);
    out_format(out, "%-20s %9s %9s %7s %7s %6s %-*s %7s %s\n", shown_time(time, snap, row->at_ns),
               shown_rate(text[0], row->published), shown_rate(text[1], row->delivered),
               units_count(text[2], row->lost), row->p99_ns > 0 ? units_duration(text[3], row->p99_ns) : "-",
               row->depth == TREND_UNKNOWN ? "-" : units_count(text[4], row->depth), width,
               shown_name(name[0], snap, row->deepest), blocked, shown_name(name[1], snap, row->holder));
}

static void write_head(struct out *out, const struct snapshot *snap, int width)
{
    static const char *const head[] = {"TIME",  "PUBLISH/s", "SLOWEST/s", "LOST", "LAT p99",
                                       "QUEUE", "DEEPEST",   "BLOCKED",   "BY"};
    out_text(out, "ring ");
    out_visible(out, snap->view.ring, strlen(snap->view.ring));
    out_format(out, "  %llu slots  %s\n", (unsigned long long)snap->view.slot_cnt,
               ring_state_name(snap->state));
    out_format(out, "%-20s %9s %9s %7s %7s %6s %-*s %7s %s\n", head[0], head[1], head[2], head[3], head[4],
               head[5], width, head[6], head[7], head[8]);
}

static void write_event(struct out *out, const struct snapshot *snap, const struct event *event)
{
    char time[TIME_TEXT_MAX];
    out_format(out, "%-20s ! ", shown_time(time, snap, event->at_ns));
    if (event->level != LEVEL_OK)
        out_format(out, "%s ", level_name(event->level));
    out_visible(out, event->text, strlen(event->text));
    out_text(out, "\n");
}

/* Writes the events up to at_ns that are left: the last of the list is the oldest. */
static void write_events(struct out *out, const struct snapshot *snap, const struct event *event,
                         unsigned *left, int64_t at_ns)
{
    for (; *left > 0 && event[*left - 1].at_ns <= at_ns; --*left)
        write_event(out, snap, &event[*left - 1]);
}

void history_plain(struct out *out, const struct snapshot *snap, int64_t back_ns)
{
    const struct event *event;
    int64_t from_ns;
    int64_t to_ns;
    int width = name_width(snap, "DEEPEST");
    write_head(out, snap, width);
    if (!history_span(snap, back_ns, &from_ns, &to_ns))
        return;
    unsigned left = history_events(snap, from_ns, &event);
    for (int64_t at_ns = from_ns; at_ns < to_ns;) {
        struct history_row row;
        int64_t next_ns = to_ns - at_ns < 2 * TR_NS_PER_S ? to_ns : at_ns + TR_NS_PER_S;
        history_row(snap, at_ns, next_ns, &row);
        write_events(out, snap, event, &left, next_ns);
        write_row(out, snap, &row, width);
        at_ns = next_ns;
    }
    write_events(out, snap, event, &left, INT64_MAX);
}

/* --- The ring ----------------------------------------------------------------------------------- */

static void show(const struct monitor_options *opt, struct out *out, const struct snapshot *snap)
{
    if (opt->json)
        history_json(out, snap, opt->history_ns);
    else if (opt->csv)
        history_csv(out, snap, opt->history_ns);
    else
        history_plain(out, snap, opt->history_ns);
}

int verb_history(const struct monitor_options *opt, struct out *out)
{
    const char *ring = opt->ring != NULL ? opt->ring : "ticks";
    struct tr_segment seg;
    int rc = tr_observe_open(&seg, ring);
    if (rc == -ENOENT) {
        log_error(ring, "no such ring, start a feed; shmmon list shows what there is");
        return EXIT_CODE_TEMPFAIL;
    }
    if (rc != 0)
        return ringerror_tell(ring, "", rc);
    struct snapshot *snap = malloc(sizeof *snap);
    struct past *past = past_new();
    rc = snap == NULL || past == NULL ? -ENOMEM : collect(&seg, &opt->limits, past, snap);
    tr_observe_close(&seg);
    if (rc == 0)
        show(opt, out, snap);
    free(past);
    free(snap);
    return rc == 0 ? 0 : ringerror_tell(ring, "", rc);
}
