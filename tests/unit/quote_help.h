/* quote_help.h - quotes as the tests of books write them: whole prices, sizes of one. */
#ifndef TESTS_QUOTE_HELP_H
#define TESTS_QUOTE_HELP_H

#include "feed_help.h"

#include "clock.h"
#include "consumer/quotes/book.h"

#define ONE TR_PX_SCALE
#define NONE INT64_MIN /* of a price: that side is absent */

/* A quote at a time in seconds. */
static inline struct tr_tick quote_at(int64_t ts_s, int64_t bid, int64_t ask)
{
    struct tr_tick tick = {.kind = TR_TICK_QUOTE, .ts_event_ns = ts_s * TR_NS_PER_S};
    if (bid == NONE)
        tick.flags |= TR_TICK_NO_BID;
    else
        tick.bid_px = bid * ONE, tick.bid_qty = ONE;
    if (ask == NONE)
        tick.flags |= TR_TICK_NO_ASK;
    else
        tick.ask_px = ask * ONE, tick.ask_qty = ONE;
    return tick;
}

#endif
