#!/bin/sh
# quotes.sh - the best of several venues and arbitrage, across processes: the known example of three feeds, what is
# known of recorded quotes, the same bytes after a kill, and what is written where nobody looks.
. "${0%/*}/lib/help.sh"

data=${TICKRING_DATA:-$root/../shared/data}
aliases=--alias=BTC/USDT=BTC/USD,XBTUSD=BTC/USD

# venue FILE SYMBOL BID STEP ASK US: three quotes a second apart, and that many microseconds behind the others.
venue() {
    awk -v name="$1" -v symbol="$2" -v bid="$3" -v step="$4" -v ask="$5" -v us="$6" 'BEGIN {
        print "exchange,symbol,timestamp,local_timestamp,ask_amount,ask_price,bid_price,bid_amount"
        for (i = 0; i < 3; i++) {
            ts = sprintf("%d%06d", 1700000000 + i, us)
            printf "%s,%s,%s,%s,1,%d,%d,2\n", name, symbol, ts, ts, ask + i * step, bid + i * step
        }
    }' >"$tmp/$1.csv"
}
venue binance BTC/USDT 42000 10 42001 0
venue coinbase BTC/USD 42005 8 42008 100000
venue kraken XBTUSD 41998 12 42002 200000

# three RING FILE OPTION...: three feeds at once into one consumer, whose output is the file.
three() {
    ring=$1 file=$2
    shift 2
    start consumer consumer -q -n "$ring" --producers=3 $aliases "$@" quotes
    consumer=$pid
    feeds=
    for venue in kraken binance coinbase; do
        start $venue feed -q -n "$ring" --producer=$venue "$tmp/$venue.csv"
        feeds="$feeds $venue:$pid"
    done
    for feed in $feeds; do
        ends 0 "${feed%:*}" "${feed#*:}"
    done
    ends 0 consumer "$consumer"
    mv "$tmp/consumer.out" "$file"
    left_nothing "$ring" "$*"
}

# --- The known example ------------------------------------------------------------------------------------

# Whichever feed is read first, in the end the latest quotes are the same.
three "$prefix.known" "$tmp/known" -j
for pair in best_bid=42022 best_bid_venue=kraken best_ask=42021 best_ask_venue=binance edge=1 buy_venue=binance \
    sell_venue=kraken updates=9 stale_excluded=0; do
    case $pair in
    updates=*) same "known: updates of the symbol" "${pair#*=}" "$(sed -n 's/.*}},"updates":\([0-9]*\).*/\1/p' "$tmp/known")" ;;
    *) same "known: ${pair%=*}" "${pair#*=}" "$(json "${pair%=*}" "$tmp/known")" ;;
    esac
done
same "known: lost" 0 "$(json lost "$tmp/known")"
matches "known: an arbitrage in the end" \
    '"event":"arbitrage","ts":[0-9]*,"symbol":"BTC/USD","state":"closed",.*"vanished":false,' "$tmp/known"
lacks "known: only the name that aliases lead to" 'XBTUSD|BTC/USDT' "$tmp/known"

# Merged by event time every byte is the same, however the feeds come.
three "$prefix.event" "$tmp/event" -j --order=event
same "merged: the first arbitrage" '"begin":1700000000100000000,"updates":1,"largest":"4","buy_venue":"binance","buy_price":"42001","sell_venue":"coinbase","sell_price":"42005"}' \
    "$(grep '"state":"open"' "$tmp/event" | head -n 1 | grep -o '"begin".*')"
for round in 1 2 3; do
    three "$prefix.event$round" "$tmp/again" -j --order=event
    same "merged, round $round" "$(cat "$tmp/event")" "$(cat "$tmp/again")"
done

three "$prefix.csv" "$tmp/csv" -C --order=event
same "CSV: lines with another number of columns" '' "$(awk -F, 'NF != 22' "$tmp/csv")"
same "CSV: events" "$(grep -c '"event":"[qa]' "$tmp/event")" "$(grep -cE '^(quote|arbitrage),' "$tmp/csv")"

three "$prefix.text" "$tmp/text" --order=event
lacks "text: no terminal, no command to it" '[[:cntrl:]]' "$tmp/text"
matches "text: summary" '^BTC/USD +42022 kraken +42021 binance +9 ' "$tmp/text"
same "text: lines of events" "$(grep -c '"event":"[qa]' "$tmp/event")" "$(grep -c '^20' "$tmp/text")"

# --- Fees and old quotes ----------------------------------------------------------------------------------------

# 42022 * 0.9999 - 42021 * 1.0001 < 0
three "$prefix.fee" "$tmp/fee" -j --order=event --fee=1
same "fee: edge" -7.4043 "$(json edge "$tmp/fee")"
same "fee: no venue to buy at" null "$(json buy_venue "$tmp/fee")"
same "fee: largest" 2.5985 "$(json largest "$tmp/fee")" # 42013 at coinbase, 42002 at kraken, a second old
three "$prefix.stale" "$tmp/stale" -j --order=event --stale=150ms
same "stale: best ask" 42024 "$(json best_ask "$tmp/stale")" # coinbase's: binance was 200 ms old
same "stale: left out" 7 "$(json stale_excluded "$tmp/stale")" # binance each second, the others from second to second

# --- After a kill -------------------------------------------------------------------------------------------------

awk 'BEGIN {
    print "exchange,symbol,timestamp,local_timestamp,ask_amount,ask_price,bid_price,bid_amount"
    for (i = 0; i < 20000; i++) {
        venue = substr("abc", 1 + (i * 7 + int(i / 5)) % 3, 1)
        bid = 100 + (i * 13 + int(i / 7)) % 11
        printf "%s,S%d,%d,0,1,%d,%d,2\n", venue, (i * 5 + int(i / 3)) % 4, 1700000000000000 + i * 1000, bid + 1, bid
    }
}' >"$tmp/many.csv"

# begin_many RING FILE: the consumer that appends to the file.
begin_many() {
    "$bin/consumer" -q -j -n "$1" --hold=20s --stale=20ms --fee=0.5 quotes >>"$2" 2>"$tmp/many.err" 3>&- &
    consumer=$!
    pids="$pids $consumer"
}
has_lines() {
    [ "$(wc -l <"$1")" -ge "$2" ]
}
begin_many "$prefix.whole" "$tmp/whole"
expect 0 '' feed -q -n "$prefix.whole" "$tmp/many.csv"
ends 0 many "$consumer"
: >"$tmp/pieces"
begin_many "$prefix.pieces" "$tmp/pieces"
start feed feed -q -n "$prefix.pieces" -r 20k --slots=1k "$tmp/many.csv"
feed=$pid
for lines in 2000 6000 9000; do
    until_true has_lines "$tmp/pieces" $lines
    kill_hard "$consumer"
    begin_many "$prefix.pieces" "$tmp/pieces"
done
ends 0 feed "$feed"
ends 0 many "$consumer"
checks=$((checks + 1))
cmp -s "$tmp/whole" "$tmp/pieces" || fail "after kills: $(cmp "$tmp/whole" "$tmp/pieces" 2>&1)"
matches "many: episodes" '"episodes":[1-9]' "$tmp/whole"
left_nothing "$prefix.pieces" "kills"

# --- What is known of recorded quotes -------------------------------------------------------------------------------

# recorded OPTION VENUE FILE VENUE FILE KEY=VALUE...: one feed merges them by the time of receiving.
recorded() {
    ring=$prefix.real
    start consumer consumer -q -j -n "$ring" "$1" quotes
    consumer=$pid
    expect 0 '' feed -q -n "$ring" --quotes --merge-by=receive --venue="$2" "$data/$3" --venue="$4" "$data/$5"
    ends 0 consumer "$consumer"
    what="$2 and $4"
    shift 5
    tail -n 1 "$tmp/consumer.out" | sed 's/.*}},"updates"/{"updates"/; s/^/"x":/' >"$tmp/counts"
    for pair; do
        same "$what: ${pair%=*}" "${pair#*=}" "$(json "${pair%=*}" "$tmp/counts")"
    done
    same "$what: begun" "$(json episodes "$tmp/counts")" "$(grep -c '"state":"open"' "$tmp/consumer.out")"
    same "$what: ended" "$(json episodes "$tmp/counts")" "$(grep -c '"state":"closed"' "$tmp/consumer.out")"
}

recorded_dir=binance_ws
if [ ! -d "$data/$recorded_dir" ]; then
    echo "part skipped: no recorded files in $data: TICKRING_DATA names their folder"
elif "$bin/feed" --validate -q --count=1 "$data/$recorded_dir/spot_btcusdt_20240808.gz" >/dev/null 2>"$tmp/err"; then
    spot=$recorded_dir/spot_btcusdt_20240808.gz
    recorded --stale=off spot $spot usdm $recorded_dir/usdm_btcusdt_20240808.gz \
        updates=94129 known=93851 arbitrage=93804 episodes=7 largest=68.07 stale_excluded=0
    recorded --alias=BTCUSD_PERP=BTCUSDT spot $spot cm $recorded_dir/cm_btcusd_perp_20240808.gz \
        updates=47176 known=46822 arbitrage=46634 episodes=25 largest=35.2 stale_excluded=0
else
    echo "part skipped: this build cannot read them: $(head -n 1 "$tmp/err")"
fi

finish
