/* options_trade.h - the options of risk and execution: each an opt_call (opt.h) on struct consumer_options. */
#ifndef CONSUMER_OPTIONS_TRADE_H
#define CONSUMER_OPTIONS_TRADE_H

#include "opt.h"

opt_call set_min_confidence;
opt_call set_equity;
opt_call set_max_position;
opt_call set_max_drawdown;
opt_call set_kelly;
opt_call set_kelly_cap;
opt_call set_win_rate;
opt_call set_payoff;
opt_call set_fee;
opt_call set_slippage;

#endif
