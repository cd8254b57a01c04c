/* itch_core.h - the inside of the ITCH decoder, for its own two files: itch.c decodes and keeps the book,
 * itch_record.c knows the names of stocks and makes records. */
#ifndef FEED_ITCH_CORE_H
#define FEED_ITCH_CORE_H

#include "itch.h"
#include "newyork.h"
#include "feed/source/orders.h"
#include "stocks.h"
#include "feed/source/wire.h"

struct itch {
    struct source *src;
    struct orders orders; /* px and qty as in the messages; side: enum stock_side; instrument: stock locate */
    struct stocks stocks; /* the same units */
    bool wants_trades;
    bool wants_quotes;
    bool is_closed;
    struct newyork_day day; /* not known: the first of 1970, as if New York had UTC */
    struct source_identity id;
    /* Of the message that is decoded: */
    uint64_t since_ns; /* midnight */
    uint64_t offset;
    struct outbox *box;
};

static inline uint16_t itch_locate(const unsigned char *msg)
{
    return wire_be16(msg + 1);
}

/* itch_note, itch_fail - about the message that is decoded. */
void itch_note(struct itch *itch, const char *kind);
enum source_result itch_fail(struct itch *itch, int exit_code, const char *what);
enum source_result itch_fail_memory(struct itch *itch);

/* itch_new_symbol - a symbol that is not the one known for its locate.  That of the directory counts, else that
 * of the latest message. */
enum source_result itch_new_symbol(struct itch *itch, struct stock *stock, const unsigned char *symbol,
                                   bool is_directory);

/* itch_find_stock - the stock of a message that carries a symbol. */
static inline enum source_result itch_find_stock(struct itch *itch, const unsigned char *msg,
                                                 const unsigned char *symbol, struct stock **stock)
{
    *stock = stocks_get(&itch->stocks, itch_locate(msg));
    if (tr_unlikely(*stock == NULL))
        return itch_fail_memory(itch);
    if (tr_likely(stock_is_called(*stock, symbol)))
        return SOURCE_OK;
    return itch_new_symbol(itch, *stock, symbol, false);
}

/* itch_find_nameless - the stock of a message that carries none: "#LOCATE" if nothing has told it. */
enum source_result itch_find_nameless(struct itch *itch, uint16_t locate, struct stock **stock);

/* itch_add_trade - a record of a trade, if they are wanted; of no shares or at no price it is none. */
enum source_result itch_add_trade(struct itch *itch, const struct stock *stock, uint32_t px, uint64_t shares,
                                  uint64_t id, enum tr_tick_side side);

/* itch_quote_best - a record of a quote, if the best of that side is not what the last quote told. */
enum source_result itch_quote_best(struct itch *itch, struct stock *stock, enum stock_side side);

#endif
