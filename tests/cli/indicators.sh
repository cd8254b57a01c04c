#!/bin/sh
# indicators.sh - what signals says of indicators, and by which strategy, in each format; the same each time.
. "${0%/*}/lib/help.sh"

cat >"$tmp/example.csv" <<'CSV'
timestamp,symbol,price,amount
1700000000,BTC,42000,1
1700000010,BTC,42050,1
1700000020,BTC,42100,1
1700000030,BTC,42080,1
1700000040,BTC,42150,1
1700000050,BTC,42200,1
1700000060,BTC,42180,1
CSV

# signals NAME OPTION...: of what the feed is to publish; writes NAME.out.
input=$tmp/example.csv
signals() {
    name=$1
    shift
    start "$name" consumer -n "$prefix" "$@" signals
    signals=$pid
    # shellcheck disable=SC2086  # words
    start feed feed -q -n "$prefix" $input
    feed=$pid
    ends 0 "$name" "$signals"
    ends 0 feed "$feed"
}

# --- All of them, in the order of --help ----------------------------------------------------------------------

all='--ema=3,40s --vwap=2,30s --rsi=2,1m --macd=2,3,2 --bollinger=3,1 --atr=2,20s'

# shellcheck disable=SC2086
signals json -j $all
for pair in 'sma:{"5":"42142"}' 'ema:{"3":"42167.65625"' 'window_vwap:{"2":"42190","30s":"42176.666666666667"}' \
    'rsi:{"2":"68.421052631579"' 'atr:{"2":"35.625","20s":"37.852258676707"}' \
    'macd:{"2,3,2":{"line":"10.834833676269","signal":"13.219735939643","histogram":"-2.384902263374"}}' \
    'bollinger:{"3,1":{"lower":"42156.118619990103","middle":"42176.666666666667","upper":"42197.21471334323"}}'; do
    checks=$((checks + 1))
    tail -n 1 "$tmp/json.out" | grep -qF "\"${pair%%:*}\":${pair#*:}" || fail "summary: no $pair"
done
matches 'none yet' '"seq":1,.*"vwap":\{"2":"42025","30s":"42025"\},"rsi":\{"2":null,"60s":"100"\}' "$tmp/json.out"

# shellcheck disable=SC2086
signals csv -C --all $all
same "columns" "sma_5,ema_3,ema_40s,vwap_2,vwap_30s,rsi_2,rsi_60s,macd_2_3_2_line,macd_2_3_2_signal,\
macd_2_3_2_histogram,bollinger_3_1_lower,bollinger_3_1_middle,bollinger_3_1_upper,atr_2,atr_20s,ready" \
    "$(head -n 1 "$tmp/csv.out" | grep -o 'sma_5.*,ready')"
same "lines of as many columns as the header" 8 \
    "$(sed 's/"[^"]*"//g' "$tmp/csv.out" | awk -F, 'NR == 1 { cnt = NF } NF == cnt' | wc -l)"
same "ready when all are: after a minute" "false true" \
    "$(tail -n 2 "$tmp/csv.out" | grep -oE ',(true|false),' | tr -d ',' | xargs)"

# shellcheck disable=SC2086
signals text --all $all
matches "text" '  SMA\(5\) 42025  EMA\(3\) 42025 .*  RSI\(2\) -  .*  MACD\(2,3,2\) line 8.333333333333 signal ' "$tmp/text.out"

# --- Strategies -------------------------------------------------------------------------------------------------

signals momentum -j
same "momentum: BUY" 4 "$(json BUY "$tmp/momentum.out")"
signals cross -j --strategy=cross --sma=1,2
same "cross: SELL" '"action":"SELL","confidence":"0.023758612497","reason":"SMA(1) below SMA(2)"}' \
    "$(grep -o '"action":"SELL".*' "$tmp/cross.out" | head -n 1)"
signals meanrev -j --strategy=meanrev --bollinger=4,1
same "meanrev: its signals" "4 SELL" \
    "$(sed -n 's/.*"event":"signal".*"seq":\([0-9]*\),.*"action":"\([A-Z]*\)".*/\1 \2/p' "$tmp/meanrev.out")"

# The same bytes each time, whatever the batches were.
input='--generate=walk --symbols=5 --count=5k'
for strategy in momentum cross meanrev; do
    # shellcheck disable=SC2086
    for time in 1 2; do
        signals $strategy.$time -j --strategy=$strategy --threshold=0.02 $all
    done
    checks=$((checks + 1))
    cmp -s "$tmp/$strategy.1.out" "$tmp/$strategy.2.out" || fail "$strategy: not the same twice"
    checks=$((checks + 1))
    [ "$(grep -c '"event":"signal"' "$tmp/$strategy.1.out")" -gt 20 ] || fail "$strategy: hardly a signal"
done
left_nothing "$prefix" "all"
finish
