#!/bin/sh
# prometheus.sh - shmmon --prometheus is what promtool takes without a word, whatever is in the ring, and its numbers are
# those of the JSON; --csv has a header, once, and a row for each producer and consumer at each look.
. "${0%/*}/lib/help.sh"
cd "$tmp" || exit 1

n=$prefix
if command -v promtool >/dev/null 2>&1; then
    promtool=promtool
else
    promtool= # the rest needs none
fi

# lint WHAT FILE: promtool has nothing to say.
lint() {
    [ -n "$promtool" ] || return
    checks=$((checks + 1))
    timeout -k 5 60 promtool check metrics <"$2" >lint.out 2>&1 || fail "$1: promtool: $(head -n 5 lint.out)"
    same "$1: promtool" '' "$(head -n 5 lint.out)"
}

# sample SERIES FILE: its value.
sample() {
    awk -v series="$1 " 'index($0, series) == 1 { print $NF }' "$2"
}

# --- No ring: it is said in both ways --------------------------------------------------------------------

expect 75 "^shmmon: $n: no such ring" shmmon --prometheus -t 0 $n
same "no ring: up" 0 "$(sample "tickring_up{ring=\"$n\"}" out)"
same "no ring: what is told" 2 "$(grep -vc '^#' out)"
lint "no ring" out
echo 'no ring at all' >/dev/shm/$n
expect 76 "^shmmon: $n: " shmmon --prometheus $n
same "no ring, but a file: up" 0 "$(sample "tickring_up{ring=\"$n\"}" out)"
rm /dev/shm/$n

# --- A quiet ring: all numbers are those of the JSON --------------------------------------------------------

open_tap $n --slots=64 --producer=tapped
start one consumer -q -n $n --id=one volume
one=$pid
start two consumer -q -n $n --id=two --policy=lossy volume
two=$pid
until_true joined $n one
until_true joined $n two
tap 1 40
until_true consumed $n one 40
until_true consumed $n two 40
freeze "$one"
tap 41 50
until_true published $n 50
until_true consumed $n two 50
freeze "$two"
freeze "$tap_pid"
expect 0 '' shmmon -1 -j $n
cp out whole
expect 0 '' shmmon --prometheus --delay=0.01 --count=3 $n
cp out metrics
same "it prints once" 1 "$(grep -c '^tickring_up' metrics)"
lint "a quiet ring" metrics
same "up" 1 "$(sample "tickring_up{ring=\"$n\"}" metrics)"
same "published" 50 "$(sample "tickring_producer_published_total{ring=\"$n\",producer=\"tapped\"}" metrics)"
same "lag" 10 "$(sample "tickring_consumer_lag_ticks{ring=\"$n\",consumer=\"one\"}" metrics)"
for key in pid delivered lost evicted high_water; do
    case $key in
    pid) name=tickring_consumer_pid ;;
    high_water) name=tickring_consumer_high_water_ticks ;;
    *) name=tickring_consumer_${key}_total ;;
    esac
    for id in one two; do
        same "$key of $id" "$(member $id $key whole)" "$(sample "$name{ring=\"$n\",consumer=\"$id\"}" metrics)"
    done
done
same "policy" 1 "$(sample "tickring_consumer_info{ring=\"$n\",consumer=\"two\",policy=\"lossy\"}" metrics)"
same "ledger" 1 "$(sample "tickring_ledger_balanced{ring=\"$n\"}" metrics)"
for stage in event latency service; do
    name=tickring_consumer_${stage}_seconds
    same "$stage: count" 40 "$(sample "${name}_count{ring=\"$n\",consumer=\"one\"}" metrics)"
    same "$stage: the last bucket" 40 "$(sample "${name}_bucket{ring=\"$n\",consumer=\"one\",le=\"+Inf\"}" metrics)"
done

# --- CSV ----------------------------------------------------------------------------------------------------

expect 0 '' shmmon -C -d 0.02 -c 3 --sort=delivered $n
same "CSV: rows" 10 "$(wc -l <out | tr -d ' ')"
matches "CSV: header" '^time_ns,kind,ring,name,pid,' out
same "CSV: header, once" 1 "$(grep -c '^time_ns' out)"
same "CSV: cells in a row" 1 "$(awk -F, '{ print NF }' out | sort -u | wc -l | tr -d ' ')"
same "CSV: who, in the order of ticks read" "producer tapped consumer two consumer one" \
    "$(sed -n '2,4s/^[0-9]*,\([a-z]*\),[^,]*,\([a-z]*\),.*/\1 \2/p' out | tr '\n' ' ' | sed 's/ $//')"
expect 0 '' shmmon -1 -C -s id $n
same "CSV: lag and delivered" "one 10 40;two 0 50;" "$(awk -F, '
    NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    $2 == "consumer" { printf "%s %s %s;", $at["name"], $at["lag"], $at["delivered"] }' out)"

# --- Names that only a faulty process would write -------------------------------------------------------------

# rename FROM BYTES: in the memory of the ring; as long as the name was.
rename_in_ring() {
    checks=$((checks + 1))
    offsets=$(LC_ALL=C grep -abo "$1" "/dev/shm/$n" | cut -d : -f 1)
    [ -n "$offsets" ] || fail "$1 is not found in the ring"
    for offset in $offsets; do
        printf "$2" | dd of="/dev/shm/$n" bs=1 seek="$offset" conv=notrunc 2>/dev/null
    done
}
rename_in_ring tapped '"\\\n} 1'
rename_in_ring two '\033\377"'
expect 0 '' shmmon --prometheus $n
lint "hostile names" out
matches "hostile names: a feed" 'producer="\\"\\\\\\\\x0a} 1"' out
matches "hostile names: a consumer" 'consumer="\\\\x1b\\\\xff\\""' out
same "hostile names: no other control character" '' "$(tr -d '\n -~' <out)"
expect 0 '' shmmon -1 -C $n
same "hostile names, CSV: rows" 4 "$(wc -l <out | tr -d ' ')"
matches "hostile names, CSV" ',consumer,.*,"\\x1b\\xff""",' out

# --- Many, and dead --------------------------------------------------------------------------------------------

kill_hard "$one" "$two" "$tap_pid"
close_tap
expect 0 '' shmmon clean $n
started=
for i in 1 2 3 4; do
    start feed$i feed -q -n $n --slots=64 --rate=500 --generate=walk --producer=lane-$i --stall-timeout=5s
    started="$started $pid"
done
for i in 1 2 3 4 5 6 7 8; do
    start many$i consumer -q -n $n --id=many-$i volume
    started="$started $pid"
done
for i in 1 2 3 4 5 6 7 8; do
    until_true consumed $n many-$i 20
done
expect 0 '' shmmon --prometheus $n
lint "many" out
same "many: consumers" 8 "$(grep -c '^tickring_consumer_lag_ticks{' out)"
same "many: producers held by consumers" 32 "$(grep -c '^tickring_producer_blocked_by_seconds_total{' out)"
kill_hard $started
expect 0 '' shmmon --prometheus $n
lint "all dead" out
same "all dead: state" 1 "$(sample "tickring_ring_info{ring=\"$n\",state=\"stale\"}" out)"
same "all dead: alive" 0 "$(awk '/^tickring_(producer|consumer)_alive/ { n += $NF } END { print n }' out)"
expect 0 '' shmmon clean $n
[ -n "$promtool" ] || echo "without promtool, which is not here (Debian: prometheus)"
finish
