#!/bin/sh
# Totals per symbol.  A feed writes five trades into a ring in shared memory, a consumer in another process adds
# them up.  Look at the column "volume": BTC 1.5 + 0.8 + 2 = 4.3, ETH 10 + 5 = 15.  Sums are exact, whatever
# the number of trades: prices and sizes are integers inside.
. "$(dirname "$0")/lib.sh"

title "The consumer is there first and waits; the feed ends, and with it the consumer"
start totals consumer -n "$ring" volume
run feed -n "$ring" data/totals.csv
ended totals
says totals '^BTC .* 4\.3 '
says totals '^ETH .* 15 '

title "The other way round: the feed waits for a consumer; the summary as JSON"
start feed feed -q -n "$ring" data/totals.csv
run consumer -j -n "$ring" volume
ended feed
says consumer '"BTC":.*"volume":"4\.3".*"ETH":.*"volume":"15"'
