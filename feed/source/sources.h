/* sources.h - the sources there are, for the table in source.c. */
#ifndef FEED_SOURCES_H
#define FEED_SOURCES_H

#include "source.h"

extern const struct source_ops source_pcap; /* captured packets of IEX and NASDAQ */
extern const struct source_ops source_csv; /* CSV with a header */
extern const struct source_ops source_binance; /* data.binance.vision, without a header */
extern const struct source_ops source_lobster; /* LOBSTER's messages */
extern const struct source_ops source_lobster_book; /* and its books */
extern const struct source_ops source_lean_trade; /* LEAN: equities */
extern const struct source_ops source_lean_quote;
extern const struct source_ops source_lean_futures;
extern const struct source_ops source_lean_forex; /* and CFDs */
extern const struct source_ops source_truefx; /* quotes of currencies */
extern const struct source_ops source_histdata;
extern const struct source_ops source_marketstore;
extern const struct source_ops source_dukascopy; /* the same, binary */
extern const struct source_ops source_json; /* recorded WebSocket messages */
extern const struct source_ops source_dbn; /* Databento */
extern const struct source_ops source_itch; /* NASDAQ TotalView-ITCH 5.0 */
extern const struct source_ops source_utpv; /* unix time, price, volume, without a header */
extern const struct source_ops source_walk; /* made markets: trades and quotes */
extern const struct source_ops source_quotes;
extern const struct source_ops source_orders; /* updates of orders */

#endif
