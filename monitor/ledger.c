#include "monitor/ledger.h"

/* Whether the ranges that are kept fit each other and what is lost.  Older ones may have been overwritten: the first may
 * begin anywhere. */
static bool add_ranges(const struct tr_member_view *m, unsigned lane_idx, struct ledger_line *line)
{
    const struct tr_cursor_view *cur = &m->lane[lane_idx];
    const struct tr_gap_record *before = NULL;
    for (unsigned i = 0; i < m->gap_cnt; i++) {
        const struct tr_gap_record *gap = &m->gap[i];
        if (gap->lane_idx != lane_idx)
            continue;
        if (gap->from >= gap->to || gap->from < cur->start || gap->to > cur->cursor)
            return false;
        if (before != NULL
            && (gap->from < before->to
                || gap->lost_before != before->lost_before + (before->to - before->from)))
            return false;
        line->lost_in_ranges += gap->to - gap->from;
        line->range_cnt++;
        before = gap;
    }
    if (m->gaps_whole && line->lost_in_ranges != cur->lost)
        return false;
    if (before == NULL)
        return true;
    return before->lost_before + (before->to - before->from) == cur->lost
           && line->lost_in_ranges <= cur->lost;
}

bool ledger_of(const struct tr_view *view, unsigned member_idx, unsigned lane_idx, struct ledger_line *line)
{
    const struct tr_member_view *m = &view->member[member_idx];
    const struct tr_cursor_view *cur = &m->lane[lane_idx];
    const struct tr_lane_view *lane = &view->lane[lane_idx];
    if (!m->used || !cur->joined)
        return false;
    uint64_t passed = cur->cursor - cur->start;
    *line = (struct ledger_line){
        .published = lane->published - cur->start,
        .delivered = passed - cur->lost,
        .lost = cur->lost,
        .in_flight = cur->lag,
    };
    line->balanced = cur->cursor >= cur->start && cur->lost <= passed && cur->cursor <= lane->published
                     && cur->lag == lane->published - cur->cursor && add_ranges(m, lane_idx, line);
    return true;
}

bool ledger_is_balanced(const struct tr_view *view, unsigned *member_idx, unsigned *lane_idx)
{
    struct ledger_line line;
    for (*member_idx = 0; *member_idx < TR_CONSUMER_MAX; ++*member_idx) {
        for (*lane_idx = 0; *lane_idx < TR_LANE_MAX; ++*lane_idx) {
            if (ledger_of(view, *member_idx, *lane_idx, &line) && !line.balanced)
                return false;
        }
    }
    return true;
}
