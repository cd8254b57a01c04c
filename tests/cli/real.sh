#!/bin/sh
# real.sh - the main job on recorded files: what the consumers sum up is what is known of the files
# (lib/facts.txt), whatever the size of the ring, the number of consumers, the pace and the way in.
. "${0%/*}/lib/help.sh"

data=${TICKRING_DATA:-$root/../shared/data}
facts=$root/tests/cli/lib/facts.txt
[ -d "$data" ] || skip "no recorded files in $data: TICKRING_DATA names their folder"

# fact FILE COLUMN
fact() {
    awk -F'|' -v file="$1" -v column="$2" '$1 == file { print $column }' "$facts"
}

# known WHAT KEY FILE COLUMN OUT: the value of the key in the summary is the known one.
known() {
    expected=$(fact "$3" "$4")
    [ "$expected" = - ] || same "$1: $2" "$expected" "$(json "$2" "$5")"
}

# check_signals WHAT FILE OUT: the summary of signals with --sma=5,20.
check_signals() {
    column=3
    for key in trades quotes first last high low volume notional vwap 5 20 last_bid last_ask; do
        known "$1" "$key" "$2" "$column" "$3"
        column=$((column + 1))
    done
    same "$1: lost" 0 "$(json lost "$3")"
    matches "$1: symbol" "\"symbols\":\{\"$(fact "$2" 2)\":\{" "$3"
}

# check_report WHAT FILE OUT: the feed's.
check_report() {
    total=$(($(fact "$2" 3) + $(fact "$2" 4)))
    same "$1: published" $total "$(json published "$3")"
    for key in dropped bad skipped rounded; do
        same "$1: $key" 0 "$(json $key "$3")"
    done
    known "$1" first_ts "$2" 16 "$3"
    known "$1" last_ts "$2" 17 "$3"
}

# play RING FILE WAIT OPTION...: a feed in the background; the symbol is given where the file does not say it.
play() {
    ring=$1 file=$2 wait=$3
    shift 3
    symbol=--symbol=$(fact "$file" 2)
    start feed feed -j -q --digest -n "$ring" --wait-consumers="$wait" "$symbol" "$@"
    feed=$pid
}

# one WHAT FILE OPTION...: a consumer first, then the feed with these options.
one() {
    what=$1 file=$2
    shift 2
    ring=$prefix.one
    start signals consumer -j --digest --sma=5,20 -n "$ring" signals
    signals=$pid
    until_true has_line 'waiting for a feed' "$tmp/signals.err"
    play "$ring" "$file" 1 "$@"
    ends 0 feed "$feed"
    ends 0 signals "$signals"
    check_report "$what" "$file" "$tmp/feed.out"
    check_signals "$what" "$file" "$tmp/signals.out"
    same "$what: digest" "$(json digest "$tmp/feed.out")" "$(json digest "$tmp/signals.out")"
    left_nothing "$ring" "$what"
}

# four WHAT FILE OPTION...: the feed first, then four consumers that must all see everything.
four() {
    what=$1 file=$2
    shift 2
    ring=$prefix.four
    play "$ring" "$file" 4 "$@"
    until_true look "$ring"
    start signals consumer -q -j --digest --sma=5,20 -n "$ring"
    signals=$pid
    start volume consumer -q -j --digest -n "$ring" volume
    volume=$pid
    start print consumer -q -j --digest -n "$ring" print
    print=$pid
    start csv consumer -q -C -n "$ring" --id=csv print
    csv=$pid
    ends 0 feed "$feed"
    for name in signals volume print csv; do
        eval "ends 0 $name \$$name"
    done
    total=$(($(fact "$file" 3) + $(fact "$file" 4)))
    check_report "$what" "$file" "$tmp/feed.out"
    check_signals "$what" "$file" "$tmp/signals.out"
    for name in signals volume print; do
        same "$what: $name: digest" "$(json digest "$tmp/feed.out")" "$(json digest "$tmp/$name.out")"
        same "$what: $name: delivered" "$total" "$(json delivered "$tmp/$name.out")"
    done
    known "$what: volume" volume "$file" 9 "$tmp/volume.out"
    same "$what: lines of print" $((total + 1)) "$(grep -c '"event":' "$tmp/print.out")"
    same "$what: lines of print --csv" $((total + 1)) "$(grep -c . "$tmp/csv.out")"
    same "$what: the lane's sequence" "0 to $((total - 1)), in order" "$(awk '
        /"event":"tick"/ {
            at = index($0, "\"seq\":")
            seq = substr($0, at + 6) + 0
            if (seq != next_seq++) bad = "broken at " seq
        }
        END { print bad == "" ? "0 to " next_seq - 1 ", in order" : bad }' "$tmp/print.out")"
    left_nothing "$ring" "$what"
}

trades=tardis/binance-futures_trades_BTCUSDT.csv
for file in $(grep -v '^#' "$facts" | cut -d'|' -f1); do
    [ -e "$data/$file" ] || {
        fail "$data/$file: not there"
        continue
    }
    for slots in 16 65536; do
        one "$file, $slots slots" "$file" --slots=$slots "$data/$file"
    done
done
for file in $trades tardis/binance-futures_quotes_BTCUSDT.csv kraken_csv/BCHEUR.csv; do
    for slots in 16 65536; do
        four "$file, $slots slots, four consumers" "$file" --slots=$slots --speed=max "$data/$file"
    done
done

one "at a rate" $trades --rate=50k "$data/$trades"
checks=$((checks + 1))
[ "$(json elapsed_ns "$tmp/feed.out")" -ge 180000000 ] \
    || fail "--rate=50k: 9999 ticks took only $(json elapsed_ns "$tmp/feed.out") ns"
one "200000 times faster than recorded" kraken_csv/BCHEUR.csv --speed=200000 "$data/kraken_csv/BCHEUR.csv"
checks=$((checks + 1))
[ "$(json elapsed_ns "$tmp/feed.out")" -ge 410000000 ] \
    || fail "--speed=200000: 83751 s took only $(json elapsed_ns "$tmp/feed.out") ns"
four "at a rate, four consumers" $trades --rate=50k --slots=16 "$data/$trades"

one "standard input" $trades - <"$data/$trades"
mkfifo "$tmp/pipe"
cat "$data/$trades" >"$tmp/pipe" &
one "a pipe" $trades "$tmp/pipe"
awk '{ print; fflush() }' "$data/kraken_csv/BCHEUR.csv" >"$tmp/pipe" &
one "a pipe, line by line" kraken_csv/BCHEUR.csv - <"$tmp/pipe"

# For people: the same numbers in a table.
start text consumer -q --digest --sma=5,20 -n "$prefix.text"
text=$pid
run feed -n "$prefix.text" --digest "$data/$trades"
same "text report: exit code" 0 "$status"
matches "text report" '^published 9999 ticks' "$tmp/out"
ends 0 text "$text"
matches "text summary" \
    '^BTCUSDT +9999 +0 +9682 +9666.84 +9710.7 +9653.07 +4024.301 +9683.355188498574 +SMA\(5\) 9666.962 +SMA\(20\) 9667.5255$' \
    "$tmp/text.out"
matches "text summary" "delivered 9999, lost 0.*digest $(sed -n 's/^digest *//p' "$tmp/out")" "$tmp/text.out"

# The signals themselves: one line for each that crosses the threshold, counted in the summary.
start some consumer -q -j -n "$prefix.some" --threshold=0.1
some=$pid
run feed -q -n "$prefix.some" "$data/kraken_csv/BCHEUR.csv"
ends 0 some "$some"
for action in BUY SELL; do
    same "$action signals" "$(json $action "$tmp/some.out")" \
        "$(grep -c "\"event\":\"signal\".*\"action\":\"$action\"" "$tmp/some.out")"
done
finish
