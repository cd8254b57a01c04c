#!/bin/sh
# replay.sh - how an input is replayed: spread over several rings, merged, paced, and what --validate says of
# it.
. "${0%/*}/lib/help.sh"
cd "$tmp" || exit 1

# --- Several rings --------------------------------------------------------------------------------

# start_shards RING N: a printing consumer on each ring of a split feed.
start_shards() {
    i=0
    shard_pids=
    rm -f shard*.out
    while [ $i -lt "$2" ]; do
        start "shard$i" consumer -q -j --digest -n "$1.$i" print
        shard_pids="$shard_pids $pid"
        i=$((i + 1))
    done
}

# end_shards N
end_shards() {
    i=0
    for shard in $shard_pids; do
        ends 0 "shard$i" "$shard"
        i=$((i + 1))
    done
}

# shard_facts: of all shard*.out: ticks, symbols, symbols that are in more than one.
shard_facts() {
    awk '
        /"event":"tick"/ {
            cnt++
            at = index($0, "\"symbol\":\"")
            name = substr($0, at + 10)
            sub(/".*/, "", name)
            if (!(name in home)) { home[name] = FILENAME; symbols++ }
            else if (home[name] != FILENAME) torn[name] = 1
        }
        END { n = 0; for (name in torn) n++; print cnt + 0, symbols + 0, n }' shard*.out
}

ring=$prefix.split
start_shards "$ring" 3
run feed -j --digest -n "$ring" --split=3 --generate=walk --symbols=30 --count=20000
same "--split: exit code" 0 "$status"
end_shards 3
same "--split: every tick once, every symbol in one ring" "20000 30 0" "$(shard_facts)"
same "--split: published" 20000 "$(json published out)"
i=0
while [ $i -lt 3 ]; do
    part=$(sed "s/.*{\"ring\":\"$ring.$i\"//;s/{\"ring\".*//" out)
    same "ring $i: digest" "$(json digest "shard$i.out")" "$(echo "$part" | sed 's/.*"digest":"\([0-9a-f]*\)".*/\1/')"
    checks=$((checks + 1))
    [ "$(json delivered "shard$i.out")" -gt 1000 ] || fail "ring $i got only $(json delivered "shard$i.out") of 20000 ticks"
    left_nothing "$ring.$i" "--split"
    i=$((i + 1))
done

# Killed in the middle and started again: every ring goes on where it was.
ring=$prefix.again
split_and_kill() {
    start_shards "$ring" 3
    start feed feed -q -j -n "$ring" --split=3 --rate=20k --generate=walk --symbols=30 --count=20000
    feed=$pid
    meets "$feed" published "$ring.1" 1000
    kill_hard "$feed"
    [ "$status" -eq 137 ] && [ -e "/dev/shm/$ring.0" ] && return
    end_shards 3
    false
}
in_time split_and_kill
run feed -j --digest -n "$ring" --split=3 --generate=walk --symbols=30 --count=20000
same "--split after a kill: exit code" 0 "$status"
end_shards 3
same "--split after a kill: every tick once" "20000 30 0" "$(shard_facts)"
same "--split after a kill: published by both runs" 20000 $(($(json published out) + $(json resumed out)))
checks=$((checks + 1))
[ "$(json resumed out)" -ge 1000 ] || fail "--split after a kill: only $(json resumed out) resumed"

# A consumer that stands still holds up its ring; what was read for the others is theirs all the same.
ring=$prefix.slow
start_shards "$ring" 2
start feed feed -q -j -n "$ring" --split=2 --slots=16 --generate=walk --symbols=30 --count=5000
feed=$pid
freeze "${shard_pids##* }"
moved() {
    look "$ring.0" && has_line '"blocked_ns":0,' "$tmp/look"
}
until_true moved
kill -CONT "${shard_pids##* }"
ends 0 feed "$feed"
end_shards 2
same "--split with one consumer stopped for a while: every tick once" "5000 30 0" "$(shard_facts)"

# Where the feed need not wait, not even a full ring holds the others up: they end while one consumer stands still.
# others_end JOB...: these, and the consumers of the rings 0 and 2; then the second goes on, and ends with $1.
others_end() {
    code=$1
    shift
    for job; do
        eval "ends 0 $job \"\$pid_$job\""
    done
    # shellcheck disable=SC2086  # words
    set -- $shard_pids
    ends 0 shard0 "$1"
    ends 0 shard2 "$3"
    checks=$((checks + 1))
    is_stopped "$2" || fail "the stopped consumer goes on by itself"
    kill -CONT "$2"
    ends "$code" shard1 "$2"
}

sum_of() { # sum_of KEY: in the summaries of the three consumers
    echo $(($(json "$1" shard0.out) + $(json "$1" shard1.out) + $(json "$1" shard2.out)))
}

# split_and_freeze OPTION: the second of three consumers stands still before the end.
split_and_freeze() {
    start_shards "$ring" 3
    start feed feed -q -j -n "$ring" --split=3 --slots=16 --rate=20k "$1" --generate=walk --symbols=30 --count=20000
    pid_feed=$pid
    stopped=$(echo $shard_pids | cut -d ' ' -f 2)
    meets "$pid_feed" published "$ring.1" 100 && freeze "$stopped"
    published "$ring.1" 0 && ! is_over "$pid_feed" && return
    kill -CONT "$stopped"
    ended "$pid_feed"
    end_shards 3
    false
}

for how in --policy=drop-new --stall-timeout=500ms; do
    ring=$prefix.free
    in_time split_and_freeze "$how"
    case $how in
    *drop*) others_end 0 feed ;;
    *) others_end 3 feed ;;
    esac
    same "$how: published and dropped" 20000 $(($(json published feed.out) + $(json dropped feed.out)))
    same "$how: delivered and lost" "$(json published feed.out)" $(($(sum_of delivered) + $(sum_of lost)))
    checks=$((checks + 1))
    [ $(($(json dropped feed.out) + $(sum_of lost))) -gt 1000 ] || fail "$how: nothing was left out"
done

# each_and_freeze: a feed for each; the second consumer stands still before the end of its feed.
each_and_freeze() {
    start_shards "$ring" 3
    for i in 0 1 2; do
        start "feed$i" feed -q -n "$ring.$i" --slots=16 --rate=10k --generate=walk --symbols="A$i,B$i" --count=5000
        eval "pid_feed$i=$pid"
    done
    stopped=$(echo $shard_pids | cut -d ' ' -f 2)
    meets "$pid_feed1" published "$ring.1" 100 && freeze "$stopped"
    is_over "$pid_feed1" || return 0
    kill -CONT "$stopped"
    for job in $pid_feed0 $pid_feed1 $pid_feed2; do
        ended "$job"
    done
    end_shards 3
    false
}

ring=$prefix.each
in_time each_and_freeze
others_end 0 feed0 feed2
ends 0 feed1 "$pid_feed1"
same "a feed for each: every tick once" "15000 6 0" "$(shard_facts)"

# One of the rings cannot be had: the others are not left behind.
ring=$prefix.held
start holder feed -q -n "$ring.1" --generate=walk --rate=1
holder=$pid
until_true look "$ring.1"
expect 73 "$ring.1" feed -n "$ring" --split=2 --generate=walk --count=1
left_nothing "$ring.0" "--split that was refused"
kill -TERM "$holder"
ends 0 holder "$holder"

# Under another name the same bytes are other ticks: not resumed.
awk 'BEGIN { for (i = 0; i < 1000; i++) print 1700000000 + i ",1.5,1" }' >XXX.csv
ring=$prefix.name
start names consumer -q -C -n "$ring" print
names=$pid
start feed feed -q -n "$ring" --rate=500 XXX.csv
feed=$pid
until_true published "$ring" 100
kill_hard "$feed"
mv XXX.csv YYY.csv
run feed -q -j -n "$ring" YYY.csv
ends 0 names "$names"
same "another name: published anew" 1000 "$(json published out)"
same "another name: its symbol" 1000 "$(grep -c ',YYY,' names.out)"

expect 64 'too long' feed -n abcdefghijklmnopqrstuvwxyz --split=2 --generate=walk --count=1

# --- Several files --------------------------------------------------------------------------------

cat >a.csv <<'EOF'
ts,recv,symbol,price,size
1700000001,1700000009,X,1,1
1700000005,1700000010,X,2,1
EOF
cat >b.csv <<'EOF'
ts,recv,symbol,price,size
1700000002,1700000003,X,3,1
1700000003,1700000020,X,4,1
EOF
# order OPTION...: prices and venues in the order in which they were published.
order() {
    start order consumer -q -C -n "$prefix.order" print
    order=$pid
    run feed -q -n "$prefix.order" "$@" --venue=a a.csv --venue=b b.csv
    ends 0 order "$order"
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
             { printf "%s%s%s", sep, $column["price"], $column["venue"]; sep = " " }' order.out
}
same "merged by event time" "1a 3b 4b 2a" "$(order)"
same "merged by receive time" "3b 1a 2a 4b" "$(order --merge-by=receive)"

# --- Pace -----------------------------------------------------------------------------------------

start paced consumer -q -n "$prefix.pace" volume
paced=$pid
run feed -j -n "$prefix.pace" --speed=10 a.csv b.csv
ends 0 paced "$paced"
same "--speed: exit code" 0 "$status"
checks=$((checks + 1))
[ "$(json elapsed_ns out)" -ge 400000000 ] || fail "--speed=10: 4 s took $(json elapsed_ns out) ns"
matches "--speed: how late" '"late_ns":\{"count":4,"p50":[0-9]+,"p99":[0-9]+,"p999":[0-9]+,"max":[0-9]+\}' out
start paced consumer -q -n "$prefix.pace" volume
paced=$pid
run feed -n "$prefix.pace" --speed=1 --max-gap=50ms a.csv b.csv
ends 0 paced "$paced"
matches "--max-gap: how late, for people" '^late +p50 [0-9.]+ us, p99 [0-9.]+ us, max [0-9.]+ us$' out
checks=$((checks + 1))
took=$(sed -n 's/^published 4 ticks in \([0-9]*\)\.\([0-9]*\) s.*/\1\2/p' out)
[ "${took#0}" -ge 150 ] && [ "${took#0}" -lt 2000 ] || fail "--max-gap=50ms: three gaps took $took ms"

# What is read before it is due comes as it is in the file: names, order, all of it.
awk 'BEGIN { print "ts,venue,symbol,price,size"
    for (i = 0; i < 5000; i++) printf "%d.%03d,V%d,SYM%d,%d.5,1\n", 1700000000 + i / 100, i % 100 + 6 - i % 7, i % 3, i % 97, i + 1 }' >many.csv
run feed --validate -j --digest many.csv
whole=$(json digest out)
start paced consumer -q -j --digest -n "$prefix.ahead" print
paced=$pid
run feed -j --digest -n "$prefix.ahead" --speed=50 many.csv
same "paced: exit code" 0 "$status"
ends 0 paced "$paced"
same "paced: published" 5000 "$(json published out)"
same "paced: digest of the feed" "$whole" "$(json digest out)"
same "paced: digest of the consumer" "$whole" "$(json digest paced.out)"

# --- Validate -------------------------------------------------------------------------------------

cat >odd.csv <<'EOF'
ts,symbol,price,size,id
1700000001,A,1,1,10
1700000001,A,1,1,11
1700000003,A,x,1,12
1700000003,A,1,0,13
1700000002,B,0,1,1
1700000009,B,2,1,2
1700000008,A,1,1,11
1700000008,A,1,1
1700000008,A,1,1,20
1700000009,A,-,1,21
EOF
run feed --validate -j odd.csv
same "--validate: exit code" 65 "$status"
same "--validate: ticks" 5 "$(json published out)"
for fact in rows=10 trades=5 symbols=2 time_reversals=1 largest_reversal_ns=1000000000 equal_times=2 \
    longest_silence_ns=8000000000 longest_silence_ts=1700000001000000000 duplicate_ids=1 id_gaps=1 missing_ids=8 \
    zero=2 bad=3 skipped=2; do
    same "--validate: ${fact%=*}" "${fact#*=}" "$(json "${fact%=*}" out)"
done
matches "--validate: kinds" \
    '"bad_kinds":\[\{"file":"odd.csv","kind":"number","count":2,"line":4\},\{"file":"odd.csv","kind":"number of fields","count":1,"line":9\}\]' out
for line in 4:14: 9:17: 11:14:; do
    matches "--validate: malformed record" "odd.csv:$line" err
done
run feed --validate odd.csv
matches "--validate for people" '^rows +10: 5 trades, 0 quotes, 2 without a tick, 3 malformed$' out
matches "--validate for people" '^symbols +2: A 4, B 1$' out
matches "--validate for people" '^malformed odd.csv: number: 2, first at line 4$' out
run feed --validate --on-bad=skip odd.csv
same "--validate --on-bad=skip: exit code" 0 "$status"
cat >quotes.csv <<'EOF'
ts,symbol,bid,ask
1700000001,A,1,2
1700000001,A,2,2
1700000001,A,3,2
1700000001,A,,2
EOF
run feed --validate -j quotes.csv
same "--validate of a good file: exit code" 0 "$status"
for fact in quotes=4 crossed=1 locked=1 one_sided=1 empty=0; do
    same "--validate: ${fact%=*}" "${fact#*=}" "$(json "${fact%=*}" out)"
done
printf '{"e":"trade","E":1,"s":"X","t":1,"p":"1","q":"0","T":1700000000000,"m":true}\n' >zero.json
run feed --validate -j zero.json
grep -q libyajl-dev err || same "--validate: a recorded trade of nothing" 1 "$(json zero out)"
# A thousand malformed records: twenty are told, all are counted.
{
    echo ts,symbol,price,size
    awk 'BEGIN { for (i = 0; i < 1000; i++) print "1700000001,A,x,1" }'
} >worse.csv
run feed --validate -j worse.csv
same "a thousand malformed records" 1000 "$(json bad out)"
same "lines about them, with those that say the rest is counted and that nothing is left" 22 "$(grep -c . err)"
finish
