/* reason.h - why an order was not made, or not executed: one list, so that a reason has one spelling. */
#ifndef CONSUMER_REASON_H
#define CONSUMER_REASON_H

enum trade_reason {
    TRADE_OK,
    TRADE_NO_SIDE, /* neither to buy nor to sell */
    TRADE_BAD_PRICE, /* zero or below, also once slippage is taken off; or more than a record holds */
    TRADE_ZERO_SIZE, /* zero or below, also once it is rounded down */
    TRADE_TOO_LARGE, /* size, money or fee are more than a record holds */
    TRADE_LOW_CONFIDENCE,
    TRADE_NO_EQUITY, /* nothing left to trade with */
    TRADE_NO_EDGE, /* the Kelly criterion says not to bet */
    TRADE_POSITION_LIMIT, /* one symbol's position would be too large */
    TRADE_TOTAL_LIMIT, /* all positions together would be */
    TRADE_REDUCING, /* only what makes a position smaller */
    TRADE_HALTED, /* nothing any more */
    TRADE_REASON_CNT,
};

/* trade_reason_name - "low_confidence" and so on; "" for TRADE_OK. */
const char *trade_reason_name(enum trade_reason reason);

#endif
