/* arbitrage.h - what buying on one venue and selling on another at the same time would earn, and the episodes
 * of it: from appearing to vanishing. */
#ifndef CONSUMER_QUOTES_ARBITRAGE_H
#define CONSUMER_QUOTES_ARBITRAGE_H

#include "consumer/quotes/venues.h"

#define ARBITRAGE_FEE_SCALE INT64_C(10000000000000) /* units of a fee in the whole price */
#define ARBITRAGE_EDGE_DECIMALS 22

/* A purchase at one venue's ask and a sale at another's bid; all zero (no venue) is none. */
struct cross {
    const struct venue *buy;
    const struct venue *sell;
    int64_t buy_px;
    int64_t sell_px;
    exact_int edge; /* units of 1e-22 */
};

/* All zero: none was seen yet. */
struct arbitrage {
    bool open; /* there is one now */
    uint64_t update_cnt; /* updates after which there was one */
    uint64_t episode_cnt; /* episodes begun */
    struct cross largest; /* of all; none before the first episode */
    /* The present episode, or the last: */
    int64_t begin_ns;
    int64_t end_ns; /* of the update that found it gone; while it is open, of the last update */
    uint64_t episode_update_cnt; /* updates after which it was there */
    struct cross episode_largest; /* the first of the largest */
};

enum arbitrage_step { ARBITRAGE_SAME, ARBITRAGE_OPENED, ARBITRAGE_CLOSED };

/* arbitrage_edge - what is left of a unit after fees on both sides:
 *
 *     bid - ask - fee * (|bid| + |ask|)        for prices above 0: bid * (1 - fee) - ask * (1 + fee)
 *
 * The fee in units of 1e-9 basis points (1e-13 of the price), 0 to ARBITRAGE_FEE_SCALE.  Exact, in units of
 * 1e-22. */
static inline exact_int arbitrage_edge(int64_t bid_px, int64_t ask_px, int64_t fee_bps_e9)
{
    exact_int bid = bid_px;
    exact_int ask = ask_px;
    exact_int turnover = (bid < 0 ? -bid : bid) + (ask < 0 ? -ask : ask);
    return (bid - ask) * ARBITRAGE_FEE_SCALE - turnover * fee_bps_e9;
}

/* arbitrage_update - after an update at now_ns, which never goes back: now is the best there is between two
 * venues, or none.  An arbitrage is one with an edge above 0. */
enum arbitrage_step arbitrage_update(struct arbitrage *a, const struct cross *now, int64_t now_ns);

/* arbitrage_keep - saves or loads it (state.h); the venues were loaded before. */
void arbitrage_keep(struct arbitrage *a, const struct venues *venues, struct state *state);

#endif
