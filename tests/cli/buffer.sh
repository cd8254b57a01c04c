#!/bin/sh
# buffer.sh - a bounded buffer: a ring of four slots and a consumer that takes half a second for each tick.  The feed
# waits for it and loses nothing, or drops and says how many; who was waited for and how long is the same
# wherever it is told.
. "${0%/*}/lib/help.sh"
cd "$tmp" || exit 1

n=$prefix
cat >six.csv <<'END'
timestamp,symbol,price,amount,side
1700000000,BTC,42000,1,buy
1700000001,BTC,42050,1,buy
1700000002,BTC,42100,1,buy
1700000003,BTC,42080,1,sell
1700000004,BTC,42150,1,buy
1700000005,BTC,42200,1,buy
END

# slow [OPTION]...: the consumer "slow", which prints.
slow() {
    start slow consumer -q -j -n $n --id=slow --digest "$@" print
    slow=$pid
}

# prices FILE: of the ticks in it.
prices() {
    sed -n 's/.*"event":"tick".*"price":"\([0-9]*\)".*/\1/p' "$1" | tr '\n' ' '
}

# between LOW HIGH NS: the time is that; a busy machine may make it shorter (it was late to wait) or longer.
between() {
    checks=$((checks + 1))
    [ "$3" -ge "$1" ] && [ "$3" -le "$2" ] || fail "expected $1 to $2 ns, got $3"
}

# text_of NS FORMAT: as C writes so many nanoseconds in seconds.
text_of() {
    awk -v ns="$1" -v format="$2" 'BEGIN { printf format, ns / 1e9 }'
}

# table_text NS: as the monitor's table writes it, with three digits.
table_text() {
    awk -v ns="$1" 'BEGIN { if (ns < 999.5e6) printf "%.0fms", ns / 1e6; else printf "%.2fs", ns / 1e9 }'
}

# --- The feed waits -----------------------------------------------------------------------------------

slow --work=500ms
expect 0 'waited' feed -j --digest -n $n --slots=4 --keep six.csv
cp out feed.out
cp err feed.err
ends 0 slow "$slow"
same "published" 6 "$(json published feed.out)"
same "dropped" 0 "$(json dropped feed.out)"
same "delivered" 6 "$(json delivered slow.out)"
same "in order" "42000 42050 42100 42080 42150 42200 " "$(prices slow.out)"
same "digest" "$(json digest feed.out)" "$(json digest slow.out)"
waited_ns=$(json slow feed.out)
between 500000000 10000000000 "$waited_ns" # four slots take four; the fifth and the sixth wait for one each
same "all of the wait is that consumer's" "$(json blocked_ns feed.out)" "$waited_ns"
matches "told when it is over" "^feed: $n: waited $(text_of "$waited_ns" '%.1f') s for consumer 'slow' \\(buffer full\\)$" feed.err
expect 0 '' shmmon -1 -j -n $n
same "shmmon: blocked_ns" "$waited_ns" "$(grep -o '"blocked_ns":[0-9]*' out | head -n 1 | sed 's/.*://')"
same "shmmon: blocked_by" "{\"slow\":$waited_ns}" "$(sed 's/.*"blocked_by":\({[^}]*}\).*/\1/' out)"
expect 0 '' shmmon -1 -n $n
matches "shmmon: held by" "^feed .* slow $(table_text "$waited_ns")$" out
expect 0 '' shmmon clean $n

# For people the report says the same, to the digits that it has.
slow --work=500ms
expect 0 'waited' feed -n $n --slots=4 --keep six.csv
cp out feed.out
ends 0 slow "$slow"
look $n
waited_ns=$(grep -o '"blocked_by":{"slow":[0-9]*' look | sed 's/.*://')
waited=$(text_of "$waited_ns" '%.3f')
matches "report: blocked" "^blocked +$waited s in 2 stalls$" feed.out
matches "report: for whom" "^  waited $waited s for consumer 'slow' \\(buffer full\\)$" feed.out
matches "said" "waited $(text_of "$waited_ns" '%.1f') s for consumer 'slow'" err
expect 0 '' shmmon clean $n

# A long wait is told while it lasts.
slow --work=1200ms -c 2
expect 0 "waiting for consumer 'slow' \\(alive\\) 1\\.[0-9] s: buffer full" feed -n $n --slots=4 six.csv
matches "waiting is told again after twice the time" "waiting for consumer 'slow' \\(alive\\) 2\\.[0-9] s: buffer full" err
same "both once" 2 "$(grep -c waiting.for.consumer.\'slow err)"
matches "and when it is over" "waited [0-9.]* s for consumer 'slow' \\(buffer full\\)" err
ends 0 slow "$slow"
left_nothing $n "a long wait"

# --- The feed drops -----------------------------------------------------------------------------------

slow --work=500ms
expect 0 '' feed -q -j --digest -n $n --slots=4 --policy=drop-new --keep six.csv
cp out feed.out
ends 0 slow "$slow"
same "drop-new: published" 4 "$(json published feed.out)"
same "drop-new: dropped" 2 "$(json dropped feed.out)"
same "drop-new: delivered" 4 "$(json delivered slow.out)"
same "drop-new: which" "42000 42050 42100 42080 " "$(prices slow.out)"
same "drop-new: digest" "$(json digest feed.out)" "$(json digest slow.out)"
same "drop-new: waited" 0 "$(json blocked_ns feed.out)"
look $n
same "drop-new: shmmon" 2 "$(grep -o '"dropped":[0-9]*' look | sed 's/.*://')"
expect 0 '' shmmon clean $n

# The same at a pace, where some come through: every tick is published or dropped.
slow --work=5ms
expect 0 '' feed -q -j -n $n --slots=4 --policy=drop-new --generate=walk --rate=1k -c 500
ends 0 slow "$slow"
same "drop-new at a pace: published + dropped" 500 $(($(json published out) + $(json dropped out)))
same "drop-new at a pace: delivered" "$(json published out)" "$(json delivered slow.out)"
checks=$((checks + 1))
[ "$(json dropped out)" -gt 0 ] || fail "drop-new at a pace: nothing was dropped"
left_nothing $n "drop-new"
finish
