#include "order.h"

#include <string.h>

/* Of tick i of those that a look has counted: the first word of its slot. */
static int64_t event_ns(const struct tr_reader *r, uint32_t i)
{
    static_assert(offsetof(struct tr_tick, ts_event_ns) == 0, "the first word of a tick is its event time");
    return (int64_t)tr_load_rlx(&r->slot[(r->pos + i) & r->mask].word[0]);
}

/* The names are written before a lane is opened, and stay. */
static bool wins_ties(const struct tr_reader *a, const struct tr_reader *b)
{
    return strncmp(a->lane->who.name, b->lane->who.name, TR_NAME_MAX) < 0;
}

static bool is_before(const struct tr_reader *a, int64_t a_ns, const struct tr_reader *b, int64_t b_ns)
{
    return b == NULL || a_ns < b_ns || (a_ns == b_ns && wins_ties(a, b));
}

bool tr_heads_add(struct tr_heads *heads, struct tr_reader *r)
{
    if (tr_reader_look(r, 1) == 0)
        return false;
    int64_t ns = event_ns(r, 0);
    if (!tr_reader_check(r))
        return false;
    if (is_before(r, ns, heads->first, heads->first_ns)) {
        heads->second = heads->first;
        heads->second_ns = heads->first_ns;
        heads->first = r;
        heads->first_ns = ns;
    } else if (is_before(r, ns, heads->second, heads->second_ns)) {
        heads->second = r;
        heads->second_ns = ns;
    }
    return true;
}

uint32_t tr_heads_count(const struct tr_heads *heads, uint32_t max)
{
    const struct tr_reader *r = heads->first;
    uint32_t there_cnt = tr_reader_look(r, max);
    if (heads->second == NULL)
        return there_cnt;
    /* Up to its last tick that wins: which of two equal times does is the same for all of the lane. */
    int64_t end_ns = heads->second_ns;
    bool wins = wins_ties(r, heads->second);
    uint32_t cnt = 0;
    while (cnt < there_cnt && (event_ns(r, cnt) < end_ns || (wins && event_ns(r, cnt) == end_ns)))
        cnt++;
    return cnt;
}
