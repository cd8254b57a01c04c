#!/bin/sh
# Indicators and strategies.  A made market of 2000 trades, and all indicators after the last of them.  Look at the
# averages: awk computes them again from the same trades, in floating point.  "ready" was false for 99 trades, until the
# longest window, the 100 trades of --vwap, was full.
#
# Then three strategies at once on another market: each brings the indicators that it needs.
. "$(dirname "$0")/lib.sh"

title "All indicators"
start signals consumer -q -j -n "$ring" --all --sma=5,20 --ema=20 --vwap=100 --rsi=14 --macd=12,26,9 \
    --bollinger=20,2 --atr=14 signals
start trades consumer -q -C -n "$ring" print
run feed -q -n "$ring" --wait-consumers=2 --generate=walk --symbols=1 --trades --count=2k
over signals
over trades
same "trades before all windows are full" 99 "$(grep -c '"ready":false' "$dir/signals")"
grep '"seq":1999,' "$dir/signals" | awk '{ sub(/.*"sma":/, "\"sma\":"); gsub(/},"/, "}\n\""); print }'

# The columns of print: producer, seq, ts, venue, symbol, kind, price, size ...
awk -F, 'NR > 1 { price[NR - 1] = $7; ema += NR == 2 ? $7 : ($7 - ema) * 2 / 21 }
    END {
        for (i = NR - 20; i < NR; i++)
            sum += price[i]
        printf "by awk: SMA(20) %.6f, EMA(20) %.6f\n", sum / 20, ema
    }' "$dir/trades"

title "Three strategies"
start momentum consumer -q -n "$ring" --id=momentum --strategy=momentum --threshold=0.02 signals
start cross consumer -q -n "$ring" --id=cross --strategy=cross signals
start meanrev consumer -q -n "$ring" --id=meanrev --strategy=meanrev signals
run feed -q -n "$ring" --wait-consumers=3 --generate=walk --trades --count=20k
for strategy in momentum cross meanrev; do
    over $strategy
    echo
    grep 'confidence' "$dir/$strategy" | tail -n 1
    tail -n 1 "$dir/$strategy"
    says $strategy 'delivered 20000, lost 0, BUY [1-9][0-9]*, SELL [1-9]'
done
