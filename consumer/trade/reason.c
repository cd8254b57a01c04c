#include "consumer/trade/reason.h"

const char *trade_reason_name(enum trade_reason reason)
{
    static const char *const name[TRADE_REASON_CNT] = {
        [TRADE_OK] = "",
        [TRADE_NO_SIDE] = "no_side",
        [TRADE_BAD_PRICE] = "bad_price",
        [TRADE_ZERO_SIZE] = "zero_size",
        [TRADE_TOO_LARGE] = "too_large",
        [TRADE_LOW_CONFIDENCE] = "low_confidence",
        [TRADE_NO_EQUITY] = "no_equity",
        [TRADE_NO_EDGE] = "no_edge",
        [TRADE_POSITION_LIMIT] = "position_limit",
        [TRADE_TOTAL_LIMIT] = "total_limit",
        [TRADE_REDUCING] = "reducing",
        [TRADE_HALTED] = "halted",
    };
    return name[reason];
}
