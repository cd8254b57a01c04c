#!/bin/sh
# order.sh - several feeds on one ring merged by event time: the same bytes as the sorted files, whoever comes
# first, late, or again after a kill; and what is said while one of them keeps the others waiting.
. "${0%/*}/lib/help.sh"
cd "$tmp" || exit 1

n=$prefix.o
rounds=50

# make_file SEED FILE: 400 trades, in order of time; many share theirs with the one before, or with another file's.
make_file() {
    awk -v seed="$1" 'BEGIN {
        srand(seed)
        print "timestamp,symbol,price,amount"
        for (t = 1700000000; i < 400; i++) {
            t += int(3 * rand() * rand() * rand() * 2)
            printf "%d,ABC,%d.%d,1\n", t, 100 + i, seed
        }
    }' >"$2"
}

# rows NAME FILE: "time name seq price" of each trade.
rows() {
    awk -F , -v name="$1" 'NR > 1 { print $1, name, NR - 2, $3 }' "$2"
}

# seen FILE: the same of what print wrote as CSV.
seen() {
    awk -F , 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        { print substr($at["ts"], 1, length($at["ts"]) - 9), $at["producer"], $at["seq"], $at["price"] }' "$1"
}

# expect_merged WHAT: the consumer "merged" has written the two files in order.
expect_merged() {
    seen merged.out >got
    checks=$((checks + 1))
    cmp -s want got || fail "$1: $(diff want got | head -n 5)"
}

merge() {
    start merged consumer -q -C -n $n --order=event --producers=2 "$@" print
    merging=$pid
}

# feed_file NAME OPTION...: the file NAME.csv, into the lane of that name.
feed_file() {
    file=$1
    shift
    start "$file" feed -q -n $n --producer="$file" --slots=16 "$@" "$file.csv"
}

make_file 1 west.csv
make_file 2 east.csv
{ rows west west.csv && rows east east.csv; } | LC_ALL=C sort -k1,1n -k2,2 -k3,3n >want
same "times that two feeds share" yes "$(awk '{ print $1 }' want | sort | uniq -c | awk '$1 > 3 { print "yes"; exit }')"

# --- In any order of starting ---------------------------------------------------------------------------

round=0
while [ $round -lt "$rounds" ]; do
    case $((round % 3)) in
    0) merge && feed_file west && west=$pid && feed_file east && east=$pid ;;
    1) feed_file east && east=$pid && merge && feed_file west && west=$pid ;;
    2) feed_file west && west=$pid && feed_file east && east=$pid && merge ;;
    esac
    ends 0 west "$west"
    ends 0 east "$east"
    ends 0 merged "$merging"
    expect_merged "round $round"
    round=$((round + 1))
done
left_nothing $n "merging"

# --- Late, killed ---------------------------------------------------------------------------------------

merge
feed_file west
west=$pid
until_true published $n 16 # its ring is full: it waits, as the consumer does
feed_file east
ends 0 east "$pid"
ends 0 west "$west"
ends 0 merged "$merging"
expect_merged "a feed that comes late"

merge
feed_file west
west=$pid
feed_file east --rate=1k
until_true published $n 200
kill_hard "$pid"
feed_file east --rate=1k
ends 0 east "$pid"
ends 0 west "$west"
ends 0 merged "$merging"
expect_merged "a feed that was killed and came again"
left_nothing $n "a kill"

# --- What the others wait for ---------------------------------------------------------------------------

start told consumer -j -n $n --order=event --producers=2 print
merging=$pid
feed_file west
west=$pid
until_true has_line "^consumer: $n: waiting for 1 more feed to merge with" told.err
open_tap $n --producer=quiet
until_true has_line "^consumer: $n: waiting for feed 'quiet', which has published nothing newer" told.err
close_tap
ends 0 tap "$tap_pid"
ends 0 west "$west"
ends 0 told "$merging"
same "what is waited for is said once" 2 "$(grep -c 'waiting for .*--order=event' told.err)"
same "after the quiet feed has ended" 400 "$(json delivered told.out)"

open_tap $n --producer=quiet --slots=16 --wait-consumers=0
until_true look $n
feed_file west --wait-consumers=0
ends 0 west "$pid"
start told consumer -j -t 200ms -n $n --order=event --producers=2 print
ends 75 told "$pid"
matches "a quiet feed, and no more patience" "waiting for feed 'quiet'" told.err
same "a quiet feed: delivered" 0 "$(json delivered told.out)"

# What is there now is merged, and nobody is waited for.
tap 5 6
tapped() {
    look $n && has_line '"name":"quiet",[^}]*"published":2' look
}
until_true tapped
run consumer -q -C -e -n $n --order=event --producers=3 --id=now print
same "--exit-at-end: exit code" 0 "$status"
seen out >got
same "--exit-at-end: in order" "" "$(LC_ALL=C sort -c -k1,1n -k2,2 -k3,3n got 2>&1)"
same "--exit-at-end: of all lanes" "quiet west" "$(awk '{ print $2 }' got | sort -u | tr '\n' ' ' | sed 's/ $//')"
close_tap
ends 0 tap "$tap_pid"
left_nothing $n "--exit-at-end"

# One that waits is stopped like any other.
merge
feed_file west
west=$pid
until_true published $n 16
kill -TERM "$merging"
ends 0 merged "$merging"
ends 0 west "$west"
left_nothing $n "a stop while it waits"

finish
