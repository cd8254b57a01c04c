/* tick.h - the record of the ring: one market event in 56 bytes, which with its sequence fill a cache line.
 * What a stage writes into the ring of the next (signals, orders, fills) is a record of another kind in the
 * same 56 bytes.
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

enum tr_tick_kind {
    TR_TICK_TRADE = 1,
    TR_TICK_QUOTE = 2,
    TR_TICK_UPDATE =
        3, /* what a venue says of one of our orders: PARTIAL if filled_qty < order_qty, FILLED if equal */
    TR_TICK_SIGNAL = 4, /* to buy or sell (side) */
    TR_TICK_ORDER = 5, /* to buy or sell size_qty, at price_px or near it */
    TR_TICK_FILL = 6, /* of an order: size_qty at price_px */
};

enum tr_tick_side { TR_SIDE_NONE = 0, TR_SIDE_BUY = 1, TR_SIDE_SELL = 2 }; /* a trade: the taker's */

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
            union {
                int64_t size_qty;
                int64_t filled_qty; /* update: of the order, so far */
            };
            union {
                int64_t ts_recv_ns; /* trade: the recorder's clock, since 1970 UTC; may be before the event */
                int64_t order_qty; /* update: all that was ordered */
                int64_t confidence_e12; /* signal, order: units of 1e-12, 0 to 1 */
                int64_t fee_e9; /* fill: units of 1e-9 */
            };
            union {
                uint64_t id; /* trade: the venue's number, 0: none; update: the order's */
                uint64_t
                    source_seq; /* signal, order, fill: sequence of what it was made from, in the ring before */
            };
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

/* tr_tick_size_unit - what a unit of the tick's sizes is in units of 1e-9: 1, or with TR_TICK_SIZE_MILLI more. */
static inline int64_t tr_tick_size_unit(const struct tr_tick *tick)
{
    return (tick->flags & TR_TICK_SIZE_MILLI) != 0 ? TR_PX_SCALE / TR_QTY_MILLI_SCALE : 1;
}

static_assert(sizeof(struct tr_tick) == TR_TICK_WORDS * 8, "tick and sequence fill one 64-byte line");

#endif
