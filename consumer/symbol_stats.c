#include "consumer/symbol_stats.h"

#define PX_DECIMALS 9

static void add_value(struct symbol_stats *stats, exact_int value)
{
    if (stats->value_cnt == 0) {
        stats->first = value;
        stats->high = value;
        stats->low = value;
        stats->last = 0; /* so that there is none before */
    }
    if (value > stats->high)
        stats->high = value;
    if (value < stats->low)
        stats->low = value;
    stats->before = stats->last;
    stats->last = value;
    stats->value_cnt++;
}

enum symbol_value symbol_stats_trade(struct symbol_stats *stats, const struct tr_tick *tick)
{
    uint64_t factor = (uint64_t)tr_tick_size_unit(tick);
    bool restart = stats->trade_cnt == 0 && stats->value_cnt != 0;
    if (restart)
        stats->value_cnt = 0;
    stats->trade_cnt++;
    stats->volume += (exact_int)tick->size_qty * (exact_int)factor;
    exact_wide_add_scaled(&stats->notional, (exact_int)tick->price_px * tick->size_qty, factor);
    add_value(stats, exact_half_of_px(tick->price_px));
    return restart ? SYMBOL_VALUE_RESTART : SYMBOL_VALUE_NEXT;
}

enum symbol_value symbol_stats_quote(struct symbol_stats *stats, const struct tr_tick *tick)
{
    stats->quote_cnt++;
    stats->has_bid = !(tick->flags & TR_TICK_NO_BID);
    stats->has_ask = !(tick->flags & TR_TICK_NO_ASK);
    stats->last_bid_px = tick->bid_px;
    stats->last_ask_px = tick->ask_px;
    if (stats->trade_cnt != 0 || !stats->has_bid || !stats->has_ask)
        return SYMBOL_VALUE_NONE;
    add_value(stats, exact_half_of_mid(tick->bid_px, tick->ask_px));
    return SYMBOL_VALUE_NEXT;
}

enum symbol_value symbol_stats_tick(struct symbol_stats *stats, const struct tr_tick *tick)
{
    if (tick->kind == TR_TICK_TRADE)
        return symbol_stats_trade(stats, tick);
    if (tick->kind == TR_TICK_QUOTE)
        return symbol_stats_quote(stats, tick);
    return SYMBOL_VALUE_NONE;
}

static size_t px_text(char *out, bool has, int64_t px)
{
    out[0] = '\0';
    return has ? exact_text(out, px, PX_DECIMALS) : 0;
}

size_t symbol_stats_vwap_text(char *out, const struct symbol_stats *stats)
{
    return exact_ratio_text(out, stats->notional, stats->volume, PX_DECIMALS);
}

size_t symbol_stats_change_text(char *out, const struct symbol_stats *stats)
{
    out[0] = '\0';
    return symbol_stats_has_change(stats) ? exact_change_text(out, stats->last, stats->before) : 0;
}

size_t symbol_stats_bid_text(char *out, const struct symbol_stats *stats)
{
    return px_text(out, stats->has_bid, stats->last_bid_px);
}

size_t symbol_stats_ask_text(char *out, const struct symbol_stats *stats)
{
    return px_text(out, stats->has_ask, stats->last_ask_px);
}
