/* symbol_stats.h - what is known of one symbol so far, exactly and in O(1) a tick.
 *
 * A symbol has one series of values: its trades' prices, or while it has had no trade, the mids of those
 * quotes that have both sides.  The first trade begins the series anew, so that in the end it is over
 * trades, or over mids for a symbol that has quotes only.  Values are in halves (exact.h). */
#ifndef CONSUMER_SYMBOL_STATS_H
#define CONSUMER_SYMBOL_STATS_H

#include <stdbool.h>
#include <stddef.h>

#include "consumer/exact.h"
#include "tick.h"

/* All zero is a symbol without ticks.  What a trade changes comes first: two cache lines. */
struct symbol_stats {
    uint64_t trade_cnt;
    uint64_t value_cnt; /* values of the series; the next four and first hold only if it is not 0 */
    exact_int last;
    exact_int before; /* the value before last; 0: there is none, or it is that */
    exact_int high;
    exact_int low;
    exact_int volume; /* in units of 1e-9, whatever unit the ticks had */
    struct exact_wide notional; /* sum of price * size, in units of 1e-18 */
    exact_int first;
    uint64_t quote_cnt;
    int64_t last_bid_px; /* of the latest quote, if has_bid */
    int64_t last_ask_px;
    bool has_bid;
    bool has_ask;
};

static_assert(offsetof(struct symbol_stats, first) == 128, "what a trade changes fills two lines");

/* What a tick did to the series; its value is `last` then. */
enum symbol_value {
    SYMBOL_VALUE_NONE, /* nothing: a quote of a symbol that has trades, or without one of the sides */
    SYMBOL_VALUE_NEXT, /* one value more */
    SYMBOL_VALUE_RESTART, /* the first trade after mids: averages of mids are to be forgotten first */
};

/* Updates for one tick of the kind in the name. */
enum symbol_value symbol_stats_trade(struct symbol_stats *stats, const struct tr_tick *tick);
enum symbol_value symbol_stats_quote(struct symbol_stats *stats, const struct tr_tick *tick);

/* symbol_stats_tick - the one of the two that fits the tick's kind; other kinds do nothing. */
enum symbol_value symbol_stats_tick(struct symbol_stats *stats, const struct tr_tick *tick);

/* symbol_stats_is_usual - whether the tick is what most are: a trade that is not the symbol's first, price and
 * size not below zero, the size in the usual unit. */
static inline bool symbol_stats_is_usual(const struct symbol_stats *stats, const struct tr_tick *tick)
{
    return tick->kind == TR_TICK_TRADE && stats->trade_cnt != 0 && !(tick->flags & TR_TICK_SIZE_MILLI)
           && (tick->price_px | tick->size_qty) >= 0;
}

/* symbol_stats_usual - symbol_stats_trade for such a one, inline and short.  It is SYMBOL_VALUE_NEXT. */
static inline void symbol_stats_usual(struct symbol_stats *stats, const struct tr_tick *tick)
{
    uint64_t size_qty = (uint64_t)tick->size_qty;
    uint64_t price_px = (uint64_t)tick->price_px;
    exact_int value = (exact_int)(price_px * 2);
    stats->value_cnt = ++stats->trade_cnt; /* a series of trades has no other values */
    stats->volume += size_qty;
    exact_wide_add(&stats->notional, (exact_int)((exact_uint)price_px * size_qty));
    if (value > stats->high)
        stats->high = value;
    if (value < stats->low)
        stats->low = value;
    stats->before = stats->last;
    stats->last = value;
}

/* symbol_stats_has_change - whether the last value has a change in per cent: there is one before it, and
 * that is not 0. */
static inline bool symbol_stats_has_change(const struct symbol_stats *stats)
{
    return stats->before != 0;
}

/* Text of EXACT_TEXT_MAX bytes, as in exact.h; they return its length, or write "" and return 0 where
 * there is none: no volume, no change, no bid, no ask. */
size_t symbol_stats_vwap_text(char *out, const struct symbol_stats *stats);
size_t symbol_stats_change_text(char *out, const struct symbol_stats *stats);
size_t symbol_stats_bid_text(char *out, const struct symbol_stats *stats);
size_t symbol_stats_ask_text(char *out, const struct symbol_stats *stats);

#endif
