/* dbn.h - Databento Binary Encoding, versions 1 to 3: what its bytes mean.
 *
 * Source: https://databento.com/docs/standards-and-conventions/databento-binary-encoding and the pages of
 * the schemas beside it.  All integers are little-endian; a file is metadata and then records, each of
 * which begins with its length.  Prices are in units of 1e-9. */
#ifndef FEED_DBN_H
#define FEED_DBN_H

#include <stdint.h>

#define DBN_UNDEF_PX INT64_MAX
#define DBN_UNDEF_SIZE UINT32_MAX
#define DBN_UNDEF_TS UINT64_MAX

#define DBN_SCHEMA_TBBO 3

#define DBN_STYPE_INSTRUMENT_ID 0

enum dbn_rtype {
    DBN_TRADE = 0x00,
    DBN_MBP_1 = 0x01, /* tbbo too */
    DBN_MBP_10 = 0x0A,
    DBN_OHLCV_OLD = 0x11,
    DBN_STATUS = 0x12,
    DBN_DEFINITION = 0x13,
    DBN_IMBALANCE = 0x14,
    DBN_ERROR = 0x15,
    DBN_SYMBOL_MAPPING = 0x16,
    DBN_SYSTEM = 0x17,
    DBN_STATISTICS = 0x18,
    DBN_OHLCV_1S = 0x20,
    DBN_OHLCV_EOD = 0x24, /* minutes, hours and days lie between */
    DBN_MBO = 0xA0,
    DBN_CMBP_1 = 0xB1, /* consolidated, of many venues */
    DBN_CBBO_1S = 0xC0,
    DBN_CBBO_1M = 0xC1,
    DBN_TCBBO = 0xC2,
    DBN_BBO_1S = 0xC3,
    DBN_BBO_1M = 0xC4,
};

/* The head of every record. */
#define DBN_LENGTH_UNIT 4 /* bytes, of the length in the first byte */
#define DBN_HEAD_LEN 16
enum { DBN_AT_RTYPE = 1, DBN_AT_PUBLISHER = 2, DBN_AT_INSTRUMENT = 4, DBN_AT_TS_EVENT = 8 };

/* Trades, and all that begins as they do: mbp-1, mbp-10, bbo and the consolidated ones, whose first level
 * of bid and ask follows. */
#define DBN_TRADE_LEN 48
#define DBN_MBP_1_LEN 80
#define DBN_MBP_10_LEN 368
enum {
    DBN_AT_PX = 16,
    DBN_AT_SIZE = 24,
    DBN_AT_ACTION = 28,
    DBN_AT_SIDE = 29,
    DBN_AT_DEPTH = 31,
    DBN_AT_TS_RECV = 32,
    DBN_AT_BID_PX = 48,
    DBN_AT_ASK_PX = 56,
    DBN_AT_BID_SIZE = 64,
    DBN_AT_ASK_SIZE = 68,
};

/* Market by order. */
#define DBN_MBO_LEN 56
enum {
    DBN_MBO_AT_ORDER = 16,
    DBN_MBO_AT_PX = 24,
    DBN_MBO_AT_SIZE = 32,
    DBN_MBO_AT_FLAGS = 36,
    DBN_MBO_AT_ACTION = 38,
    DBN_MBO_AT_SIDE = 39,
    DBN_MBO_AT_TS_RECV = 40,
};

enum dbn_flag {
    DBN_F_LAST = 0x80, /* of what one event of the venue did to an instrument */
    DBN_F_TOB = 0x40, /* the best price of a side, not an order */
    DBN_F_SNAPSHOT = 0x20,
    DBN_F_MBP = 0x10, /* a price level, not an order */
};

/* Symbol mappings in live captures: the instrument in the head has the "out" symbol from now on. */
#define DBN_MAPPING_V1_LEN 80
#define DBN_MAPPING_LEN 176
#define DBN_SYMBOL_V1_LEN 22
#define DBN_SYMBOL_LEN 71
enum { DBN_MAPPING_V1_AT_OUT = 38, DBN_MAPPING_AT_OUT = 89 };

#endif
