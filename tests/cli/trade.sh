#!/bin/sh
# trade.sh - from ticks to paper fills: the known example in one process and in three that are joined by rings,
# to the same bytes; what risk and execute say of a ring that is not theirs.
. "${0%/*}/lib/help.sh"

cat >"$tmp/example.csv" <<'CSV'
timestamp,symbol,price,amount
1700000000,BTC,42000,1.5
1700000001,BTC,42050,0.8
1700000002,BTC,42100,2
1700000003,BTC,42080,1
1700000004,BTC,42150,1
1700000005,BTC,42200,1
1700000006,BTC,42180,1
CSV

# The stages' options, and what the feed is to publish, as words.
options=
input=$tmp/example.csv

# play RING: a feed that waits for the consumer of its ring.
play() {
    # shellcheck disable=SC2086  # words
    start feed feed -q -n "$1" $input
    feed=$pid
}

# join NAME RING WORD...: a stage in the background; then $pid.
join() {
    name=$1 ring=$2
    shift 2
    # shellcheck disable=SC2086
    start "$name" consumer "$format" -n "$ring" $options "$@"
}

# in_one FORMAT: writes one.out.
in_one() {
    format=$1
    join one "$prefix.one" pipeline
    one=$pid
    play "$prefix.one"
    ends 0 one "$one"
    ends 0 feed "$feed"
}

# in_three FORMAT: writes signals.out, risk.out and execute.out.
in_three() {
    format=$1
    join execute "$prefix.ord" execute
    execute=$pid
    join risk "$prefix.sig" --out="$prefix.ord" risk
    risk=$pid
    join signals "$prefix.ticks" --out="$prefix.sig" signals
    signals=$pid
    play "$prefix.ticks"
    ends 0 signals "$signals"
    ends 0 risk "$risk"
    ends 0 execute "$execute"
    ends 0 feed "$feed"
}

# same_lines WHAT: of one process and of three, all but the summaries.
same_lines() {
    for output in one execute; do
        grep -v '"event":"summary"' "$tmp/$output.out" >"$tmp/$output.lines"
    done
    checks=$((checks + 1))
    cmp -s "$tmp/one.lines" "$tmp/execute.lines" || fail "$1: one process and three write different lines"
}

# same_ends WHAT: the summaries, from the key "orders" on.
same_ends() {
    for output in one execute; do
        tail -n 1 "$tmp/$output.out" | sed 's/.*"orders":/"orders":/' >"$tmp/$output.end"
    done
    same "$1: the end of the summary" "$(cat "$tmp/one.end")" "$(cat "$tmp/execute.end")"
}

# --- The known example ---------------------------------------------------------------------------------------

in_one -j
for pair in BUY=4 SELL=0 orders=4 executed=1 low_confidence=3 fills=1 5=42142 equity=100001.1862396; do
    same "the example: ${pair%%=*}" "${pair#*=}" "$(json "${pair%%=*}" "$tmp/one.out")"
done
same "the example: skipped" 3 "$(grep -c '"event":"skip".*"reason":"low_confidence"' "$tmp/one.out")"
matches "the example: its fill" '"event":"fill".*"side":"buy","price":"42150"' "$tmp/one.out"

in_three -j
same_lines "the example"
same_ends "the example"
same "risk: orders" 4 "$(json orders "$tmp/risk.out")"
same "risk: its lines" 4 "$(grep -c '"event":"order","producer":"risk"' "$tmp/risk.out")"
lacks "risk: no series of values" '"symbols":' "$tmp/risk.out"
lacks "execute: no series of values" '"symbols":' "$tmp/execute.out"

# --- No ring yet -------------------------------------------------------------------------------------------------

for stage in signals risk execute pipeline; do
    case $stage in
    risk | execute) maker='the stage before' ;;
    *) maker='a feed' ;;
    esac
    expect 75 "^consumer: $prefix.none: waiting for $maker to start" consumer -n "$prefix.none" -t 10ms $stage
    matches "$stage without a ring" "^consumer: $prefix.none: no such ring in time, start $maker or " "$tmp/err"
done

# --- A ring of something else ---------------------------------------------------------------------------------

for stage in risk execute; do
    [ $stage = risk ] && reads=signals || reads=orders
    format=-j
    join other "$prefix.no.$stage" $stage
    other=$pid
    play "$prefix.no.$stage"
    ends 65 other "$other"
    ends 0 feed "$feed"
    matches "$stage on a ring of trades" "^consumer: $stage: reads $reads, this ring has trades: .*-n" "$tmp/other.err"
    same "$stage on a ring of trades: said once" 1 "$(grep -c 'this ring has' "$tmp/other.err")"
done

# Signals are no ticks, though print shows them.
for stage in volume print; do
    [ $stage = print ] && code=0 || code=65
    ring=$prefix.of.$stage
    start $stage consumer -q -C -n "$ring.sig" $stage
    reader=$pid
    format=-j
    join signals "$ring" --out="$ring.sig" signals
    signals=$pid
    play "$ring"
    ends $code $stage "$reader"
    ends 0 signals "$signals"
    ends 0 feed "$feed"
done
matches "volume on a ring of signals" "^consumer: volume: reads ticks, this ring has signals: .*-n" "$tmp/volume.err"
same "volume on a ring of signals: said once" 1 "$(grep -c 'this ring has' "$tmp/volume.err")"
same "print on a ring of signals: lines" 4 "$(grep -c ',signal,' "$tmp/print.out")"

# --- A made market, which opens and closes positions -----------------------------------------------------------

options='--threshold=0.02 --min-confidence=0.02 --fee=1 --slippage=0.5 --win-rate=0.6 --payoff=1 --max-drawdown=90'
input='--generate=walk --symbols=5 --count=20k'
for format in -j -C -q; do # JSON, CSV, text
    in_one $format
    in_three $format
    if [ $format = -q ]; then # the last line is the summary
        sed -i '/^[a-z]*: delivered/d; /^symbol /,$d; /^position /,$d' "$tmp/one.out" "$tmp/execute.out"
    fi
    same_lines "a made market $format"
    [ $format != -j ] || same_ends "a made market"
    checks=$((checks + 1))
    [ "$(grep -c fill "$tmp/one.lines")" -gt 100 ] || fail "a made market $format: hardly a fill"
done

# --- Other strategies -------------------------------------------------------------------------------------------

market=$options
for strategy in 'cross --sma=3,9' 'meanrev --bollinger=20ms,1.5'; do
    options="$market --min-confidence=0 --strategy=$strategy"
    in_one -j
    in_three -j
    same_lines "$strategy"
    same_ends "$strategy"
    checks=$((checks + 1))
    [ "$(grep -c '"event":"fill"' "$tmp/one.lines")" -gt 10 ] || fail "$strategy: hardly a fill"
done

# What a pipeline makes goes into a ring as well.
options=
input=$tmp/example.csv
start fills consumer -q -j -n "$prefix.fills" print
fills=$pid
format=-j
join one "$prefix.one" --out="$prefix.fills" pipeline
one=$pid
play "$prefix.one"
ends 0 one "$one"
ends 0 fills "$fills"
ends 0 feed "$feed"
same "pipeline --out: fills" 1 "$(grep -c '"event":"fill".*"price":"42150"' "$tmp/fills.out")"
same "pipeline --out: delivered" 1 "$(json delivered "$tmp/fills.out")"

finish
