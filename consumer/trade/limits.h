/* limits.h - how large positions may get, and what a drawdown forbids.
 *
 *   ACTIVE     all is allowed within the limits
 *   REDUCING   drawdown of at least half of what is allowed: only what makes a position smaller, to flat at most;
 *              ACTIVE again when the drawdown is below the half
 *   HALTED     at least all of it: nothing any more, for good
 *
 * The drawdown is equity below its peak so far, in per cent of the peak.  A limit itself may be reached, not
 * exceeded; what makes a position smaller is never held against it. */
#ifndef CONSUMER_LIMITS_H
#define CONSUMER_LIMITS_H

#include "consumer/trade/portfolio.h"
#include "consumer/trade/reason.h"

#define LIMITS_PCT_MAX (1000000 * EXACT_PCT_SCALE)

struct limit { /* of price * size, without its sign */
    bool is_pct; /* of the equity at the start */
    money amount; /* >= 0 */
    int64_t pct_e9; /* 0 to LIMITS_PCT_MAX */
};

struct limits_plan {
    struct limit one; /* one symbol's position */
    struct limit all; /* all of them together */
    int64_t drawdown_pct_e9; /* above 0, at most 100 per cent; -1: off */
};

enum limits_state { LIMITS_ACTIVE, LIMITS_REDUCING, LIMITS_HALTED };

struct limits {
    money one;
    money all;
    int64_t drawdown_pct_e9;
    enum limits_state state;
};

/* limits_init - what the plan says for this equity.  A limit beyond MONEY_MAX is MONEY_MAX. */
void limits_init(struct limits *limits, const struct limits_plan *plan, money equity);

/* limits_watch - the state, after the portfolio was marked or had a fill. */
void limits_watch(struct limits *limits, const struct portfolio *portfolio);

/* limits_check - whether the position in a symbol whose mark is price_px > 0 may become `after` (without its
 * sign) by opening it or making it larger: TRADE_OK, or which limit forbids it.  Not for what only makes it
 * smaller; not the state's business. */
enum trade_reason limits_check(const struct limits *limits, const struct portfolio *portfolio,
                               uint32_t symbol, int64_t price_px, int64_t after_qty);

/* limits_state_name - "ACTIVE", "REDUCING", "HALTED". */
const char *limits_state_name(enum limits_state state);

/* limits_keep - the state, saved or loaded. */
void limits_keep(struct limits *limits, struct state *state);

#endif
