/* market.h - what made markets share: symbols and venues from the command line, event times, prices that walk,
 * and random numbers that a seed repeats on every machine.  Integers only. */
#ifndef FEED_MARKET_H
#define FEED_MARKET_H

#include "source.h"

#define MARKET_VENUE_MAX 16
#define MARKET_GAP_NS 65536 /* mean distance of two event times */
#define MARKET_SIZE_STEP (TR_PX_SCALE / 1000) /* sizes have three decimals */

struct market_name {
    uint8_t len;
    char text[SOURCE_SYMBOL_MAX];
};

struct market {
    uint64_t random;
    int64_t ts_ns; /* of the latest event */
    size_t symbol_cnt;
    size_t venue_cnt;
    struct market_name *symbol; /* owned */
    struct market_name venue[MARKET_VENUE_MAX];
};

/* market_open - makes src->state, size bytes with a struct market first and symbol_size more for each symbol; names
 * from src->opt.symbols (or how many) and src->opt.venue, else those of venues.  All but the market is zero.
 * 0, or -1 with the error of src set and nothing to be given back. */
int market_open(struct source *src, const char *venues, size_t size, size_t symbol_size);

/* market_start - begins the stream of that seed: nothing else is in it. */
void market_start(struct market *m, uint64_t seed);

/* market_close - gives it back; harmless where there is none. */
void market_close(struct source *src);

/* market_random - 64 random bits (xorshift64*, Vigna 2016: the high ones are the good ones). */
static inline uint64_t market_random(struct market *m)
{
    uint64_t x = m->random;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    m->random = x;
    return x * UINT64_C(2685821657736338717);
}

/* market_below - a number below n, at most 2^32, from the low 32 bits. */
static inline size_t market_below(uint64_t bits, size_t n)
{
    return (size_t)(((bits & UINT32_MAX) * n) >> 32);
}

/* market_record - the record of the next event, with its time and names, and without a tick.  Of bits the low 17
 * say how far after the one before; those of choice how long it took to the recorder. */
static inline void market_record(struct market *m, struct source_record *rec, size_t symbol, size_t venue,
                                 uint64_t bits, uint64_t choice)
{
    m->ts_ns += 1 + (int64_t)(bits & (2 * MARKET_GAP_NS - 1));
    *rec = (struct source_record){
        .tick.ts_event_ns = m->ts_ns,
        .symbol = m->symbol[symbol].text,
        .symbol_len = m->symbol[symbol].len,
        .venue = m->venue[venue].text,
        .venue_len = m->venue[venue].len,
        .ts_recv_ns = m->ts_ns + 20000 + (int64_t)(choice & 0x7FFF),
    };
}

/* A price that walks. */
struct market_price {
    int64_t mid; /* in steps */
    int64_t step_px; /* the least change */
};

/* market_price_start - somewhere between 10000 and 100000 steps of 0.001, 0.01 or 0.1. */
struct market_price market_price_start(uint64_t bits);

/* market_price_move - by so many steps; within limits, which leave room for quotes above zero. */
void market_price_move(struct market_price *price, int64_t steps);

/* market_price_walk - a step up, down or none, by the low two bits. */
static inline void market_price_walk(struct market_price *price, uint64_t bits)
{
    market_price_move(price, (int64_t)(bits & 1) - (int64_t)((bits >> 1) & 1));
}

/* market_size_qty - a size up to 4.096, by the low twelve bits. */
static inline int64_t market_size_qty(uint64_t bits)
{
    return (int64_t)((bits & 4095) + 1) * MARKET_SIZE_STEP;
}

#endif
