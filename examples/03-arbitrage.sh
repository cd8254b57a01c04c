#!/bin/sh
# Several producers, one consumer.  Three feeds write the quotes of three venues, which have three names for the same
# thing (--alias); the consumer takes the latest quote of each venue and finds the best bid and ask of all.  It merges
# them by event time, so it is of no account which feed is quicker.
#
# Look at the end: the best bid is Kraken's 42022, the best ask Binance's 42021.  Buying at Binance and selling at
# Kraken earns 1; with a fee of one basis point (0.01 %) on each side it loses.
#
# On a terminal there is a board that is refreshed in place, instead of lines.  To see it, in two terminals:
#
#     consumer quotes          feed --generate=quotes --rate=50
. "$(dirname "$0")/lib.sh"

# compare [OPTION...]: three feeds, and the consumer of all.
compare() {
    start quotes consumer -n "$ring" --producers=3 --order=event --alias=BTC/USDT=BTC/USD,XBTUSD=BTC/USD "$@" quotes
    for venue in binance coinbase kraken; do
        start $venue feed -q -n "$ring" --venue=$venue data/$venue.csv
    done
    for job in binance coinbase kraken quotes; do
        over $job
    done
}

title "Each change of the best, and the arbitrage"
compare
cat "$dir/quotes"
says quotes 'BTC/USD +42022 kraken +42021 binance'

title "The summary as JSON"
compare -q -j
tail -n 1 "$dir/quotes"
says quotes '"best_bid":"42022",.*"best_bid_venue":"kraken","best_ask":"42021",.*"best_ask_venue":"binance",'
says quotes '"edge":"1","buy_venue":"binance","sell_venue":"kraken"'

title "With fees"
compare -q -j --fee=1
tail -n 1 "$dir/quotes"
says quotes '"edge":"-7\.4043"'
