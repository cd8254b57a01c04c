#include "consumer/quotes/arbitrage.h"

static void take_larger(struct cross *largest, const struct cross *now)
{
    if (largest->buy == NULL || now->edge > largest->edge)
        *largest = *now;
}

static void begin(struct arbitrage *a, int64_t now_ns)
{
    a->open = true;
    a->episode_cnt++;
    a->begin_ns = now_ns;
    a->episode_update_cnt = 0;
    a->episode_largest = (struct cross){0};
}

enum arbitrage_step arbitrage_update(struct arbitrage *a, const struct cross *now, int64_t now_ns)
{
    bool was_open = a->open;
    if (now->buy == NULL || now->edge <= 0) {
        if (!was_open)
            return ARBITRAGE_SAME;
        a->open = false;
        a->end_ns = now_ns;
        return ARBITRAGE_CLOSED;
    }
    if (!was_open)
        begin(a, now_ns);
    a->end_ns = now_ns;
    a->update_cnt++;
    a->episode_update_cnt++;
    take_larger(&a->largest, now);
    take_larger(&a->episode_largest, now);
    return was_open ? ARBITRAGE_SAME : ARBITRAGE_OPENED;
}

static void keep_cross(struct cross *cross, const struct venues *venues, struct state *state)
{
    venues_keep_one(venues, &cross->buy, state);
    venues_keep_one(venues, &cross->sell, state);
    state_bytes(state, &cross->buy_px, sizeof cross->buy_px);
    state_bytes(state, &cross->sell_px, sizeof cross->sell_px);
    state_bytes(state, &cross->edge, sizeof cross->edge);
}

void arbitrage_keep(struct arbitrage *a, const struct venues *venues, struct state *state)
{
    state_bytes(state, &a->open, sizeof a->open);
    state_bytes(state, &a->update_cnt, sizeof a->update_cnt);
    state_bytes(state, &a->episode_cnt, sizeof a->episode_cnt);
    keep_cross(&a->largest, venues, state);
    state_bytes(state, &a->begin_ns, sizeof a->begin_ns);
    state_bytes(state, &a->end_ns, sizeof a->end_ns);
    state_bytes(state, &a->episode_update_cnt, sizeof a->episode_update_cnt);
    keep_cross(&a->episode_largest, venues, state);
}
