/* ticklist.h - ticks as `consumer -C print` has written them, and what they come to, exactly. */
#ifndef TESTS_TICKLIST_H
#define TESTS_TICKLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/multi/fixed.h"

enum tick_side { SIDE_NONE, SIDE_BUY, SIDE_SELL };

struct quote_side {
    bool is_there;
    fixed price;
    fixed size; /* 0: not told */
};

struct tick {
    int64_t ts_ns;
    const char *venue; /* into the list's text */
    const char *symbol;
    bool is_trade;
    enum tick_side side; /* of a trade, as the next two */
    fixed price;
    fixed size;
    struct quote_side bid; /* of a quote */
    struct quote_side ask;
};

struct ticklist {
    char *text;
    struct tick *tick; /* in the order of the lane */
    const struct tick **by_symbol; /* the same, in order of symbols; of each, in the order of the lane */
    size_t cnt;
    size_t cap;
};

/* ticklist_read - the ticks of a file; fails the test at the first line that is not as it must be, the
 * sequence among it, which goes from 0 on by one. */
void ticklist_read(struct ticklist *list, const char *path);

void ticklist_free(struct ticklist *list);

#define TALLY_LAST_MAX 20

struct span {
    fixed first;
    fixed last;
    fixed high;
    fixed low;
};

/* A series of values: prices of trades or mids of quotes. */
struct series {
    size_t cnt;
    struct span value;
    fixed latest[TALLY_LAST_MAX]; /* the value number i is in latest[i % TALLY_LAST_MAX] */
};

struct tally {
    size_t trade_cnt;
    size_t quote_cnt;
    size_t side_cnt[3]; /* trades by enum tick_side */
    fixed volume;
    fixed notional;
    struct series price;
    struct series mid; /* of quotes with both sides, as the next four */
    fixed spread_min;
    fixed spread_max;
    size_t crossed_cnt;
    size_t locked_cnt;
    size_t one_sided_cnt; /* also without both sides */
    fixed bid_volume; /* of all quotes */
    fixed ask_volume;
    const struct tick *last_quote; /* NULL: there is none */
    const struct tick *first; /* NULL: there is none */
    const struct tick *last;
    size_t backward_cnt; /* times that are before the one before */
};

/* tally_tick - one tick more. */
void tally_tick(struct tally *tally, const struct tick *tick);

/* series_mean - the plain mean of the last n (at most TALLY_LAST_MAX) values, or of all if there are fewer,
 * half-even to that many decimals.  There must be a value. */
fixed series_mean(const struct series *series, size_t n, unsigned decimals);

/* tally_vwap - volume-weighted mean price with 12 decimals; there must be a volume. */
fixed tally_vwap(const struct tally *tally);

#endif
