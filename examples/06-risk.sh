#!/bin/sh
# From signals to orders: how large, and whether at all.  The Kelly criterion f = p - (1 - p) / b says which part of
# the equity to bet, here with p = 0.6 and b = 2: f = 0.4.  Half of it (--kelly, default 0.5) is 20 % of the equity, so
# the first order is for 20000 / 101 = 198.02.  Then look at the reasons why signals are refused:
#
#   position_limit   another 20 % of AAA would be more than 25 % of the equity in one symbol
#   total_limit      CCC would be more than 50 % in all
#   reducing         AAA has fallen to 90: the drawdown is more than half of the 4 % that are allowed, so the order only
#                    closes, and nothing new is opened until BBB has risen
#   halted           BBB has fallen to 40: more than 4 %, and nothing is done any more
. "$(dirname "$0")/lib.sh"

# decide [OPTION...]: signals of the small market, and what risk makes of them.
decide() {
    start signals consumer -q -C -n "$ring" --out="$ring.sig" signals
    start risk consumer -n "$ring.sig" "$@" risk
    run feed -q -n "$ring" data/risk.csv
    over signals
    ended risk
}

title "Sizes, limits and drawdown"
decide --win-rate=0.6 --payoff=2 --kelly-cap=0.25 --max-position=25%,50% --max-drawdown=4
says risk 'order +buy +198\.01980198 @ 101 '
says risk 'order +sell .*closes only: reducing, REDUCING'
says risk 'risk HALTED, sent 4, refused 6 \(2 position_limit, 1 total_limit, 1 reducing, 2 halted\)'

title "No edge: what wins three times in ten, and no more than it loses, is not worth a bet"
decide --win-rate=0.3 --payoff=1
says risk 'sent 0, refused 10 \(10 no_edge\)'

title "Win rate and payoff found out from its own trades: on a random walk there is no edge"
start pipeline consumer -q -j -n "$ring" --threshold=0.01 --min-confidence=0 --kelly-min=20 pipeline
run feed -q -n "$ring" --generate=walk --count=50k
over pipeline
tail -n 1 "$dir/pipeline" | sed 's/.*\("refused":.*\),"positions".*/\1/' | tr , '\n'
says pipeline '"refused":\{"no_edge":[1-9]'
