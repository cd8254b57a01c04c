#include "monitor/view/cell.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static_assert(CELL_MAX >= UNITS_MAX, "units write into a cell");

char *cell_count(char text[CELL_MAX], uint64_t cnt, bool exact)
{
    if (!exact)
        return units_count(text, cnt);
    snprintf(text, CELL_MAX, "%" PRIu64, cnt);
    return text;
}

char *cell_time(char text[CELL_MAX], uint64_t ns, bool exact)
{
    if (!exact)
        return units_duration(text, ns > INT64_MAX ? INT64_MAX : (int64_t)ns);
    snprintf(text, CELL_MAX, "%" PRIu64, ns);
    return text;
}

static char *nothing(char text[CELL_MAX])
{
    return strcpy(text, "-");
}

static char *number(char text[CELL_MAX], const struct metric *metric, uint64_t value, bool exact)
{
    bool is_pid = strcmp(metric->key, "pid") == 0;
    if (is_pid
        && value > INT32_MAX) /* no program was given that (somebody else's memory): no number to kill */
        return strcpy(text, "?");
    if (metric_is_signed(metric)
        && (int64_t)value <= 0) /* an age: nothing waits, or it was read while we looked */
        return nothing(text);
    if (metric->unit == METRIC_NS)
        return cell_time(text, value, exact);
    return cell_count(text, metric->unit == METRIC_MHZ ? value / 1000 : value, exact || is_pid);
}

char *cell_of(char text[CELL_MAX], const struct metric *metric, const struct metric_at *at, const char *stat,
              bool exact)
{
    if (metric->type == METRIC_TEXT)
        snprintf(text, CELL_MAX, "%s", metric->text(at));
    else if (metric->type != METRIC_HISTOGRAM)
        number(text, metric, metric->value(at), exact);
    else if (metric->hist(at)->cnt == 0) /* nothing measured is no time, rather than a good one */
        nothing(text);
    else
        cell_time(text, metric_stat(metric->hist(at), stat), exact);
    return text;
}

char *cell_full(char text[CELL_MAX], const struct tr_view *view, const struct tr_member_view *m)
{
    struct queue queue = snapshot_queue(view, m);
    if (m->done)
        return nothing(text);
    if (queue.lane_lag > queue.slot_cnt)
        return strcpy(text, ">100%");
    snprintf(text, CELL_MAX, "%" PRIu64 "%%", queue_percent(&queue));
    return text;
}
