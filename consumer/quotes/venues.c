#include "consumer/quotes/venues.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int compare(const struct venue *venue, const char *name, size_t len)
{
    size_t common = venue->name_len < len ? venue->name_len : len;
    int order = memcmp(venue->name, name, common);
    return order != 0 ? order : (venue->name_len > len) - (venue->name_len < len);
}

/* The first venue whose name is not less. */
static unsigned find(const struct venues *v, const char *name, size_t len)
{
    unsigned low = 0;
    unsigned high = v->cnt;
    while (low < high) {
        unsigned mid = low + (high - low) / 2;
        if (compare(v->all[mid], name, len) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static bool make_room(struct venues *v)
{
    if (v->cnt < v->cap)
        return true;
    unsigned cap = v->cap == 0 ? 4 : 2 * v->cap;
    struct venue **all = realloc(v->all, cap * sizeof(*all));
    if (all == NULL)
        return false;
    v->all = all;
    v->cap = cap;
    return true;
}

/* A new one as the i-th. */
static struct venue *insert(struct venues *v, unsigned i)
{
    struct venue *venue = make_room(v) ? calloc(1, sizeof *venue) : NULL;
    if (venue == NULL)
        return NULL;
    memmove(v->all + i + 1, v->all + i, (v->cnt - i) * sizeof(*v->all));
    v->all[i] = venue;
    v->cnt++;
    return venue;
}

int venues_get(struct venues *v, const char *name, size_t len, struct venue **out)
{
    len = len > VENUE_NAME_MAX ? VENUE_NAME_MAX : len;
    unsigned i = find(v, name, len);
    if (i == v->cnt || compare(v->all[i], name, len) != 0) {
        if (v->cnt == VENUES_MAX)
            return -ENOSPC;
        struct venue *venue = insert(v, i);
        if (venue == NULL)
            return -ENOMEM;
        memcpy(venue->name, name, len);
        venue->name_len = len;
    }
    *out = v->all[i];
    return 0;
}

static struct venue_side side_of(const struct tr_tick *tick, enum tr_tick_flag absent, int64_t px,
                                 int64_t qty)
{
    if ((tick->flags & absent) != 0)
        return (struct venue_side){.there = false};
    return (struct venue_side){.there = true, .px = px, .qty = (exact_int)qty * tr_tick_size_unit(tick)};
}

void venue_quote(struct venue *venue, const struct tr_tick *tick)
{
    venue->bid = side_of(tick, TR_TICK_NO_BID, tick->bid_px, tick->bid_qty);
    venue->ask = side_of(tick, TR_TICK_NO_ASK, tick->ask_px, tick->ask_qty);
    venue->ts_event_ns = tick->ts_event_ns;
    venue->quote_cnt++;
    venue->stale = false;
}

static void keep_side(struct venue_side *side, struct state *state)
{
    state_bytes(state, &side->there, sizeof side->there);
    state_bytes(state, &side->px, sizeof side->px);
    state_bytes(state, &side->qty, sizeof side->qty);
}

static void keep_venue(struct venue *venue, struct state *state)
{
    venue->name_len = state_cnt(state, venue->name_len, VENUE_NAME_MAX);
    state_bytes(state, venue->name, venue->name_len);
    keep_side(&venue->bid, state);
    keep_side(&venue->ask, state);
    state_bytes(state, &venue->ts_event_ns, sizeof venue->ts_event_ns);
    state_bytes(state, &venue->quote_cnt, sizeof venue->quote_cnt);
    state_bytes(state, &venue->stale, sizeof venue->stale);
}

void venues_keep(struct venues *v, struct state *state)
{
    unsigned cnt = (unsigned)state_cnt(state, v->cnt, VENUES_MAX);
    for (unsigned i = 0; i < cnt && !state->failed; i++) {
        if (state->loading && insert(v, i) == NULL) /* saved in order of the names */
            state->failed = true;
        else
            keep_venue(v->all[i], state);
    }
}

void venues_keep_one(const struct venues *v, const struct venue **venue, struct state *state)
{
    uint64_t number = 0; /* 0: none */
    for (unsigned i = 0; !state->loading && i < v->cnt; i++) {
        if (v->all[i] == *venue)
            number = i + 1;
    }
    number = state_cnt(state, number, v->cnt);
    if (state->loading)
        *venue = number > 0 ? v->all[number - 1] : NULL;
}

void venues_free(struct venues *v)
{
    for (unsigned i = 0; i < v->cnt; i++)
        free(v->all[i]);
    free(v->all);
    *v = (struct venues){0};
}
