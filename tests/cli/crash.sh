#!/bin/sh
# crash.sh - everybody is killed at once: shmmon says what was, who died, what was in flight, and what led to it.
. "${0%/*}/lib/help.sh"
cd "$tmp" || exit 1

n=$prefix
far='-w 100000 -W 100001' # queues are no subject here

# reads NAME OPTION...: a consumer that writes all it is given.
reads() {
    reader=$1
    shift
    start "$reader" consumer -q -j -n $n --id="$reader" "$@" print
    eval "${reader}_pid=$pid"
    until_true joined $n "$reader"
}

# told NAME: ticks that a consumer was given, by its own output.
told() {
    grep -c '"event":"tick"' "$1.out"
}

# ledger NAME: what the look tells of this consumer in its lanes, without the times of gaps.
ledger() {
    sed 's/{"id":/\n&/g' look | grep "^{\"id\":\"$1\"" \
        | sed 's/.*"lanes":\[//; s/\]}\].*/]}/; s/"at_ns":[0-9]*/"at_ns":0/g'
}

# expect_ledger NAME DELIVERED LOST IN_FLIGHT GAPS
expect_ledger() {
    same "ledger of $1" "{\"producer\":\"feed\",\"published\":450,\"delivered\":$2,\"lost\":$3,\"in_flight\":$4,\"balanced\":true,\"gaps\":[$5]}" "$(ledger "$1")"
}

has_gap() {
    grep -q '"event":"gap"' "$1.out"
}

# --- Before ------------------------------------------------------------------------------------------------

open_tap $n --slots=128 --wait-consumers=0
until_true look $n
reads fast
reads slow
reads lossy --policy=lossy
tap 1 50
for id in fast slow lossy; do
    until_true consumed $n $id 50
done
freeze "$lossy_pid"
tap 51 400 # the lossy one is overrun
until_true consumed $n fast 400
until_true consumed $n slow 400
kill -CONT "$lossy_pid"
until_true has_gap lossy
has_read_all() { # and has written it
    consumed $n lossy "$(told lossy)" && [ "$(member lossy lag look)" -eq 0 ]
}
until_true has_read_all
freeze "$slow_pid"
tap 401 430
until_true consumed $n fast 430
until_true has_read_all
freeze "$lossy_pid"
seen=$(told lossy)
lost=$((430 - seen))
tap 431 450
until_true consumed $n fast 450

# --- All are killed ------------------------------------------------------------------------------------------

feed_pid=$tap_pid
kill_hard "$feed_pid" "$fast_pid" "$slow_pid" "$lossy_pid"
close_tap

expect 0 '' shmmon -1 -j $far $n
cp out look
matches "state" "^\{\"ring\":\"$n\",\"slots\":128,\"record_size\":64,\"state\":\"stale\"" look
matches "published" '"ledger":\{"published":450,"balanced":true' look
matches "the feed" "\"name\":\"feed\",\"pid\":$feed_pid,\"alive\":false,\"closed\":false" look
for id in fast slow lossy; do
    eval "died=\$${id}_pid"
    matches "$id" "\"id\":\"$id\",\"pid\":$died,\"alive\":false" look
    matches "$id died" "consumer $id died" look
done
matches "the feed died" 'feed died before its end' look

# What was in flight, against what each had written itself.
same "ticks of fast" 450 "$(told fast)"
same "ticks of slow" 400 "$(told slow)"
same "in flight, fast" 0 "$(member fast lag look)"
same "in flight, slow" 50 "$(member slow lag look)"
same "in flight, lossy" 20 "$(member lossy lag look)"
same "delivered to lossy" "$seen" "$(member lossy delivered look)"
same "lost to lossy" "$lost" "$(member lossy lost look)"
checks=$((checks + 1))
[ "$lost" -gt 200 ] || fail "lossy was not overrun: it lost $lost"

# The ranges that the monitor tells are those that the consumer was told.
ranges=$(grep '"event":"gap"' lossy.out \
    | sed 's/.*"from":\([0-9]*\),"to":\([0-9]*\).*/{"from":\1,"to":\2,"at_ns":0}/' | paste -sd,)
expect_ledger fast 450 0 0 ''
expect_ledger slow 400 0 50 ''
expect_ledger lossy "$seen" "$lost" 20 "$ranges"

# check, and what people read.
expect 2 '' shmmon check $far $n
matches "check" "^TICKRING CRITICAL - ring $n stale, .*feed died before its end" out
expect 0 '' shmmon -1 $far $n
matches "plain: state" "^ring $n .*stale" out
matches "plain: the feed" "^feed +$feed_pid DEAD" out
matches "plain: a consumer" "^slow +$slow_pid DEAD +reliable" out
matches "plain: ledger" 'ledger balanced, level CRIT' out

# What led to it is still there.
expect 0 '' shmmon --history=10m $n
for id in feed fast slow lossy; do
    matches "the past of $id" "$id" out
done

# --- Afterwards ----------------------------------------------------------------------------------------------

expect 0 '' shmmon clean $n
left_nothing $n "clean"
finish
