/* tick.h - the record of the ring: one market event in 56 bytes, which with its sequence fill a cache line.
 *
 * Prices and sizes are integers, so that sums are exact: a price is in units of 1e-9 (`_px`), up to
 * +-9.22e9; a size is in units of 1e-9 (`_qty`) too, or of 1e-3 in a tick with TR_TICK_SIZE_MILLI, for
 * sizes that 1e-9 cannot hold.  Zero and negative prices are values (spreads have them); an absent side
 * of a quote is told by a flag, never by a number. */
#ifndef TR_TICK_H
#define TR_TICK_H

#include "base.h"

#define TR_PX_SCALE INT64_C(1000000000) /* units in 1.0 of a price or size */
#define TR_QTY_MILLI_SCALE INT64_C(1000) /* units in 1.0 of a size with TR_TICK_SIZE_MILLI */

#define TR_VENUE_NONE UINT16_MAX /* the input does not say where the tick comes from */

enum tr_tick_kind { TR_TICK_TRADE = 1, TR_TICK_QUOTE = 2 };

enum tr_tick_side { TR_SIDE_NONE = 0, TR_SIDE_BUY = 1, TR_SIDE_SELL = 2 }; /* the taker's */

enum tr_tick_flag {
    TR_TICK_NO_BID = 1 << 0, /* quote: there is no bid; bid_px and bid_qty are 0 */
    TR_TICK_NO_ASK = 1 << 1,
    TR_TICK_SIZE_MILLI = 1 << 2, /* sizes of this tick are in units of 1e-3 */
    TR_TICK_HAS_RECV = 1 << 3, /* trade: ts_recv_ns holds the recorder's time */
};

struct tr_tick {
    int64_t ts_event_ns; /* the venue's clock, since 1970 UTC */
    int64_t ts_pub_ns; /* CLOCK_MONOTONIC when the producer published it; 0: it did not look */
    union {
        struct {
            int64_t price_px;
            int64_t size_qty;
            int64_t ts_recv_ns; /* the recorder's clock, since 1970 UTC; may be before the event */
            uint64_t id; /* the venue's trade number, 0: none */
        };
        struct {
            int64_t bid_px;
            int64_t bid_qty;
            int64_t ask_px;
            int64_t ask_qty;
        };
        uint64_t word[4]; /* records of other kinds */
    };
    uint16_t symbol; /* index into the lane's symbol table */
    uint16_t venue; /* index into the lane's venue table, or TR_VENUE_NONE */
    uint8_t kind; /* enum tr_tick_kind */
    uint8_t side; /* enum tr_tick_side */
    uint16_t flags; /* enum tr_tick_flag */
};

#define TR_TICK_WORDS 7

static_assert(sizeof(struct tr_tick) == TR_TICK_WORDS * 8, "tick and sequence fill one 64-byte line");

#endif
