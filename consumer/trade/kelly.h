/* kelly.h - how much of the equity to bet: the Kelly criterion, a fraction of it, and a cap.
 *
 *   f = p - (1 - p) / b        p: the part of trades that win        b: average win / average loss
 *
 * J. L. Kelly, "A New Interpretation of Information Rate", Bell System Technical Journal 35 (1956);
 * E. O. Thorp, "The Kelly Criterion in Blackjack, Sports Betting, and the Stock Market" (2006), on b other
 * than 1 and on betting a fraction of f.
 *
 * p and b are given, or estimated from the closed trades once there are enough:
 *
 *   p = wins / (wins + losses)        b = (sum of wins / wins) / (sum of losses / losses)
 *
 * A trade that realized nothing is neither.  All in units of 1e-12, each quotient rounded so that f is not too
 * large: p, b and the share down, the averages of wins down and of losses up, (1 - p) / b up. */
#ifndef CONSUMER_KELLY_H
#define CONSUMER_KELLY_H

#include "consumer/trade/portfolio.h"

#define KELLY_PAYOFF_MAX_E12 (1000000 * EXACT_E12) /* b of trades that have not lost yet, too */
#define KELLY_SHARE_UNKNOWN_E12 (EXACT_E12 / 100) /* of an order while p and b are not known */

struct kelly_plan {
    int64_t fraction_e12; /* of f that is bet, above 0, at most 1 */
    int64_t cap_e12; /* of the equity, for one order; above 0, at most 1 */
    uint64_t trade_cnt_min; /* closed trades for an estimate, at least 1 */
    int64_t win_rate_e12; /* p from 0 to 1, or -1: to be estimated */
    int64_t payoff_e12; /* b above 0, at most KELLY_PAYOFF_MAX_E12, or -1: to be estimated */
};

struct kelly {
    bool known; /* p and b are; else the others are 0 */
    int64_t win_rate_e12;
    int64_t payoff_e12;
    int64_t f_e12; /* from -1 (what is below is told as -1) to 1; 0 or less: no edge */
};

/* kelly_now - p, b and f after the portfolio's trades so far. */
struct kelly kelly_now(const struct kelly_plan *plan, const struct portfolio *portfolio);

/* kelly_share_e12 - the part of the equity that an order is for: fraction * f, at most the cap; while nothing
 * is known KELLY_SHARE_UNKNOWN_E12, at most the cap.  0: there is no edge, or less than 1e-12 of one. */
int64_t kelly_share_e12(const struct kelly_plan *plan, const struct kelly *kelly);

#endif
