#!/bin/sh
# ring.sh - the ring as it is found, taken away and fought over: every way ends with its exit code and a
# reason, loses nothing that it does not count, and leaves nothing behind.
. "${0%/*}/lib/help.sh"
cd "$tmp" || exit 1
ulimit -c unlimited 2>/dev/null # a core file would be seen

n=$prefix
walk='--generate=walk --symbols=3'
shm=/dev/shm

# keep_ring RING OPTION...: a closed ring with 100 ticks that stays.
keep_ring() {
    kept=$1
    shift
    expect 0 '' feed -q -n "$kept" --keep --wait-consumers=0 -c 100 $walk "$@"
}

# all_three CODE PATTERN RING: feed, consumer and monitor end alike.
all_three() {
    expect "$1" "$2" feed -t 1s -c 10 --wait-consumers=0 $walk -n "$3"
    expect "$1" "$2" consumer -t 1s -e -n "$3"
    expect "$1" "$2" shmmon -1 -n "$3"
}

# reader NAME OPTION...: a consumer in the background, in the ring before this returns.
reader() {
    reader=$1
    shift
    start "$reader" consumer -j -n "$n" --id="$reader" "$@"
    until_true joined "$n" "$reader"
}

# sum_gaps FILE: ticks lost by its gap events; they must say from - to = lost.
sum_gaps() {
    awk '/"event":"gap"/ {
        split($0, part, /"from":|,"to":|,"lost":|}/)
        if (part[3] - part[2] + 1 != part[4]) wrong = 1
        sum += part[4]
    } END { print wrong ? "wrong" : sum + 0 }' "$1"
}

# --- Waiting ------------------------------------------------------------------------------------------

expect 75 'no such ring' consumer -t 200ms -n $n
expect 75 'no such ring' consumer -t 0 -n $n
expect 75 'no such ring' shmmon -1 -t 0 -n $n
expect 75 'no consumers' feed -q -t 200ms -c 5 $walk -n $n
left_nothing $n "a feed that found no consumers"

open_tap $n --slots=16 --wait-consumers=0
tap 0 9
until_true published $n 10
expect 75 'no tick in time' consumer -t 200ms -j -n $n print
same "quiet feed: delivered" 10 "$(json delivered out)"
freeze "$tap_pid"
expect 75 'no tick in time' consumer -t 200ms -n $n # stopped is not dead
kill -CONT "$tap_pid"

# --- Where to begin, where to end ---------------------------------------------------------------------

# from DELIVERED FIRST OPTION...
from() {
    delivered=$1 first=$2
    shift 2
    expect 0 '' consumer -q -j -n $n "$@" print
    same "$*: delivered" "$delivered" "$(json delivered out)"
    same "$*: lost" 0 "$(json lost out)"
    same "$*: first" "$first" "$(sed -n '1s/.*"event":"tick".*"seq":\([0-9]*\),.*/\1/p' out)"
}
from 10 0 -e --from=oldest
from 10 0 -e --id=fresh
from 0 '' -e --id=fresh # it has been here
from 0 '' -e --from=newest
from 6 4 -e --from=4
from 0 '' -e --from=10
from 3 0 -c 3 --id=again
from 3 3 -c 3 --id=again
from 2 6 -c 2 --id=again --from=resume
from 10 0 -e --id=again --from=oldest
expect 0 'going on behind the 10 ticks that this name has read; totals begin anew' consumer -j -e --id=again -n $n print
expect 0 '' consumer -j -e --id=again --from=oldest -n $n print
lacks "from the beginning: nothing is gone on with" 'going on' err
from 10 0 -c 10 --id=counted --timeout=5s
start newest consumer -q -j -n $n --id=newest --from=newest -c 2 print
newest=$pid
until_true joined $n newest
tap 10 30
ends 0 newest "$newest"
matches "newest" '"seq":10,.*"price":"110.5"' newest.out
until_true published $n 31
run consumer -q -j -e --from=oldest -n $n print
same "oldest of a ring that was lapped: exit code" 0 "$status"
checks=$((checks + 1))
[ "$(json delivered out)" -ge 8 ] && [ "$(json delivered out)" -le 16 ] \
    || fail "oldest of 16 slots: expected 8 to 16 ticks, got $(json delivered out)"
run consumer -q -j -e --from=0 -n $n print
same "--from=SEQ that is gone: exit code" 3 "$status"
same "--from=SEQ that is gone: delivered + lost" 31 $(($(json delivered out) + $(json lost out)))
same "--from=SEQ that is gone: gaps" "$(json lost out)" "$(sum_gaps out)"

# --- Names in use, places ---------------------------------------------------------------------------

expect 73 '^feed: feed: a live process has this name' feed -c 5 --wait-consumers=0 $walk -n $n
expect 0 '' feed -q -c 5 --wait-consumers=0 --producer=other $walk -n $n
expect 64 'one lane' consumer -t 1s --from=3 -n $n
start first consumer -q -j -n $n --id=mine volume
first=$pid
until_true joined $n mine
expect 73 '^consumer: mine: a live process has this name' consumer -n $n --id=mine volume
start second consumer -q -j -n $n volume
second=$pid
until_true joined $n volume
start third consumer -q -j -n $n volume
third=$pid
until_true joined $n 'volume\.2'
expect 73 'number of slots' feed --slots=32 --producer=another -c 5 --wait-consumers=0 $walk -n $n
expect 0 '' feed -q --slots=16 --producer=another -c 5 --wait-consumers=0 $walk -n $n
close_tap
ends 0 tap "$tap_pid"
for name in first second third; do
    eval "ends 0 $name \$$name"
done
left_nothing $n "several feeds and consumers"

# --- What is found under the name ----------------------------------------------------------------------

# put OFFSET BYTE / byte_at OFFSET, in the ring's file
put() {
    printf "\\$(printf %03o "$2")" | dd of=$shm/$n.h bs=1 seek="$1" conv=notrunc 2>/dev/null
}
byte_at() {
    od -An -tu1 -j "$1" -N 1 $shm/$n.h | tr -d ' '
}
keep_ring $n.h --slots=16
size=$(wc -c <$shm/$n.h | tr -d ' ')
version=$(byte_at 8)
put 8 $((version + 1))
all_three 76 'another version' $n.h
put 8 "$version"
offset=0
while [ $offset -lt 80 ]; do # every byte of the header counts
    byte=$(byte_at $offset)
    put $offset $((byte ^ 1 << offset % 8))
    expect 76 'corrupt|another version' consumer -t 0 -e -n $n.h
    [ $((offset % 10)) -ne 4 ] || all_three 76 'corrupt|another version' $n.h
    put $offset "$byte"
    offset=$((offset + 1))
done
expect 0 '' shmmon -1 -n $n.h # and none was left wrong
cp --sparse=always $shm/$n.h whole
for length in 0 1 63 64 79 80 4096 $((size - 1)) $((size + 1)); do
    truncate -s "$length" $shm/$n.h
    all_three 76 'corrupt' $n.h
    cp --sparse=always whole $shm/$n.h
done
rm -f $shm/$n.h $shm/sem.$n.h.* whole

mkfifo $shm/$n.squat
all_three 77 'no ring of ours' $n.squat
rm $shm/$n.squat
mkdir $shm/$n.squat
all_three 77 'no ring of ours' $n.squat
rmdir $shm/$n.squat
ln -s /etc/passwd $shm/$n.squat
all_three 77 'no ring of ours' $n.squat
rm $shm/$n.squat
keep_ring $n.real
ln -s $shm/$n.real $shm/$n.squat
all_three 77 'no ring of ours' $n.squat
rm $shm/$n.squat $shm/$n.real $shm/sem.$n.real.*
echo 'no ring at all, but long enough to hold the header of one, as it were: eighty bytes' >$shm/$n.squat
all_three 76 'no ring, or corrupt' $n.squat
rm $shm/$n.squat

# --- Permission ------------------------------------------------------------------------------------------

# as_other CODE PATTERN PROGRAM ARGUMENT...: run by a user who owns nothing.
as_other() {
    code=$1 pattern=$2 program=$3
    shift 3
    as_nobody "$program" "$@" >out 2>err
    same "$program $*, as another user: exit code (it said: $(cat err))" "$code" $?
    [ -z "$pattern" ] || matches "$program $*, as another user" "$pattern" err
}
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
    keep_ring $n
    as_other 77 'no permission' feed -c 5 --wait-consumers=0 $walk -n $n
    as_other 77 'no permission' consumer -e -n $n
    as_other 77 'no permission' shmmon -1 -n $n
    rm $shm/$n $shm/sem.$n.*
    keep_ring $n --mode=644
    as_other 77 'no permission' consumer -e -n $n
    as_other 0 '' shmmon -1 -n $n
    rm $shm/$n $shm/sem.$n.*
    keep_ring $n --mode=666
    as_other 0 '' consumer -q -e -n $n --id=guest
    rm -f $shm/$n $shm/sem.$n.*
    keep_ring $n --mode=666
    chown 65534 $shm/$n
    all_three 77 'no ring of ours' $n # anybody could have made it
    rm $shm/$n $shm/sem.$n.*
else
    echo "part skipped: permissions: needs root and setpriv (package util-linux)"
fi

# --- No space --------------------------------------------------------------------------------------------

# on_small SIZE COMMAND: with a /dev/shm of that size.
on_small() {
    bin=$bin walk=$walk limit_s=$limit_s unshare -m sh -c "mount -t tmpfs -o size=$1 none /dev/shm && $2" 2>&1
}
if [ "$(id -u)" -eq 0 ] && on_small 1m true >/dev/null; then
    for size in 64k 1m 5m 8m; do
        said=$(on_small $size 'timeout $limit_s $bin/feed -q -c 5 --wait-consumers=0 $walk 2>&1; echo "code $? left $(ls /dev/shm)"')
        same "feed on a /dev/shm of $size" "code 73 left " "$(echo "$said" | tail -n 1)"
        echo "$said" >err
        matches "feed on a /dev/shm of $size" '/dev/shm is full' err
    done
    # Room for a small ring, none for the consumer's part: the feed is not disturbed.
    said=$(on_small 5200k '$bin/feed -q --slots=16 --wait-consumers=0 --rate=100 $walk & feed=$!
        until $bin/shmmon -q -1 >/dev/null; do sleep 0.02; done
        head -c 2000000 /dev/zero >/dev/shm/filler 2>/dev/null
        timeout $limit_s $bin/consumer -q -e; echo "code $?"; rm /dev/shm/filler
        timeout $limit_s $bin/consumer -q -c 1 >/dev/null; echo "then $?"
        kill $feed; wait $feed; echo "feed $?"; ls /dev/shm')
    echo "$said" >err
    matches "consumer on a full /dev/shm" '^consumer: ticks: .*full' err
    matches "consumer on a full /dev/shm" '^code 73' err
    matches "consumer, when there is room" '^then 0' err
    same "feed beside it" "feed 0" "$(tail -n 1 err)"
else
    echo "part skipped: full /dev/shm: needs root and a mount namespace"
fi

# --- Taken away ---------------------------------------------------------------------------------------

# Starts feed, consumer and monitor on ring $n, all running.
run_three() {
    start feed feed -n $n --rate=1k --slots=64 $walk
    feed=$pid
    reader reading signals
    reading=$pid
    until_true published $n 20
    start watch shmmon -j -d 0.05 -c 100000 -n $n
    watch=$pid
    until_true has_line '"ring"' watch.out
}
run_three
rm $shm/$n
ends 69 feed "$feed"
ends 69 reading "$reading"
ends 69 watch "$watch"
for name in feed reading watch; do
    matches "removed under $name" "^[a-z]*: $n: the ring was removed" $name.err
    same "removed under $name: said once" 1 "$(grep -c 'the ring was removed' $name.err)"
done
matches "removed: the report is still written" '^published' feed.out
matches "removed: the summary is still written" '"event":"summary"' reading.out
rm -f $shm/sem.$n.*

# Without a standard output nothing is written over the ring.
start feed feed -q -n $n --slots=64 -c 50 $walk
timeout $limit_s "$bin/consumer" -q -j -n $n print >&- 2>"$tmp/closed.err"
same "closed output: exit code" 74 $?
matches "closed output" "output: Bad file descriptor" "$tmp/closed.err"
ends 0 feed "$pid"
left_nothing $n "closed output"

# Nobody goes on from a checkpoint of a ring that is gone.
start feed feed -n $n --rate=1k --slots=64 $walk
feed=$pid
{ "$bin/consumer" -j -n $n signals >>"$tmp/appended" 2>"$tmp/appending.err" & }
appending=$!
pids="$pids $appending"
until_true published $n 20
rm $shm/$n
ends 69 feed "$feed"
ends 69 appending "$appending"
matches "removed under a checkpoint: the summary is written" '"event":"summary"' "$tmp/appended"
lacks "removed under a checkpoint" "ticks are done, start it again" "$tmp/appending.err"
rm -f $shm/sem.$n.*
run shmmon clean $n
same "clean: the checkpoint of a ring that was removed" "" "$(ls -A $shm | grep "^.tickring.$n\.")"

run_three
rm $shm/$n
keep_ring $n # another one under the same name
ends 69 feed "$feed"
ends 69 reading "$reading"
ends 69 watch "$watch"
expect 0 '' consumer -q -j -e -n $n print
same "another ring under the name is not touched" 100 "$(json delivered out)"
rm -f $shm/$n $shm/sem.$n.*

run_three
: >$shm/$n
ends 74 feed "$feed"
ends 74 reading "$reading"
ends 74 watch "$watch"
for name in feed reading watch; do
    matches "truncated under $name" '^[a-z]*: .*truncated' $name.err
done
same "core files" "" "$(ls | grep '^core')"
rm -f $shm/$n $shm/sem.$n.*

# Semaphores are hints: without them nothing is lost.
start feed feed -q -j -n $n --rate=5k -c 15000 --slots=16 $walk
feed=$pid
reader counting volume
counting=$pid
until_true published $n 100
rm -f $shm/sem.$n.*
ends 0 feed "$feed"
ends 0 counting "$counting"
same "without semaphores: delivered" 15000 "$(json delivered counting.out)"
left_nothing $n "a run without semaphores"

# --- Feeds that die, stop, go on alone -----------------------------------------------------------------

start feed feed -q -n $n --rate=1k $walk
feed=$pid
reader waiting -t 300ms volume
waiting=$pid
until_true published $n 20
kill_hard "$feed"
ends 69 waiting "$waiting"
matches "a feed that died" 'feed died and nobody took over' waiting.err
matches "a feed that died" 'died before its end' waiting.err
expect 0 '' feed -q -n $n -c 30 $walk --wait-consumers=0
left_nothing $n "a feed that died and came again"

start feed feed -n $n --rate=1k $walk
feed=$pid
expect 0 '' consumer -q -c 1200 -n $n volume
until_true has_line 'alone' feed.err
gone_on() {
    published $n 1800
}
until_true gone_on
kill -TERM "$feed"
ends 0 feed "$feed"
same "going on alone: said once" 1 "$(grep -c 'alone' feed.err)"

# A stopped consumer holds the feed; after its patience it gives up, or drops, or evicts.

# held OPTION...: a feed that is held by the stopped consumer "stopped"; both run.
held() {
    open_tap $n --slots=16 --wait-consumers=0 "$@"
    until_true look $n
    reader stopped print
    stopped=$pid
    tap 0 4
    until_true consumed $n stopped 5
    freeze "$stopped"
}
held -t 400ms
tap 5 104
ends 75 tap "$tap_pid"
close_tap
matches "held feed" "full for too long" tap.err
same "held feed: published" 21 "$(json published tap.out)"
matches "held feed: blocked_by" '"blocked_by":\{"stopped":[1-9]' tap.out
kill -CONT "$stopped"
ends 0 stopped "$stopped"
same "held feed: delivered" 21 "$(json delivered stopped.out)"
left_nothing $n "a held feed"

held --stall-timeout=300ms
tap 5 504
until_true published $n 505
kill -CONT "$stopped"
close_tap
ends 0 tap "$tap_pid"
ends 3 stopped "$stopped"
same "evicted: delivered + lost" 505 $(($(json delivered stopped.out) + $(json lost stopped.out)))
same "evicted: gaps" "$(json lost stopped.out)" "$(sum_gaps stopped.out)"
matches "evicted: how many is told" "lost $(json lost stopped.out) ticks" stopped.err
left_nothing $n "an eviction"

held --policy=drop-new
tap 5 504
dropped_some() {
    look $n && has_line '"dropped":484' look
}
until_true dropped_some
kill -CONT "$stopped"
close_tap
ends 0 tap "$tap_pid"
ends 0 stopped "$stopped"
same "drop-new: published + dropped" 505 $(($(json published tap.out) + $(json dropped tap.out)))
same "drop-new: delivered" "$(json published tap.out)" "$(json delivered stopped.out)"

# Who holds the feed is told while it is held.
start tap2 feed -n $n --slots=16 -t 10s --rate=1k $walk
feed=$pid
reader holder volume
holder=$pid
until_true published $n 20
freeze "$holder"
until_true has_line "^feed: .*holder" tap2.err
kill -CONT "$holder"
kill -TERM "$feed"
ends 0 tap2 "$feed"
ends 0 holder "$holder"

# --- Overrun -----------------------------------------------------------------------------------------

open_tap $n --slots=16 --wait-consumers=0
until_true look $n
reader lossy --policy=lossy print
lossy=$pid
tap 0 4
until_true consumed $n lossy 5
freeze "$lossy"
tap 5 204
until_true published $n 205
kill -CONT "$lossy"
close_tap
ends 0 tap "$tap_pid"
ends 3 lossy "$lossy"
same "overrun: delivered + lost" 205 $(($(json delivered lossy.out) + $(json lost lossy.out)))
same "overrun: gaps" "$(json lost lossy.out)" "$(sum_gaps lossy.out)"
same "overrun: every tick stands where its number says" "" "$(awk '
    /"event":"tick"/ {
        split($0, part, /"seq":|,"ts":|"price":"|","size"/)
        if (part[4] != 100 + part[2] ".5") print part[2] " has " part[4]
    }' lossy.out)"
left_nothing $n "an overrun"

start racing consumer -j -q -n $n --policy=lossy --work=20us volume
racing=$pid
expect 0 '' feed -q -j -n $n --slots=16 -c 20000 $walk
ends 3 racing "$racing"
same "overrun at full speed: delivered + lost" 20000 $(($(json delivered racing.out) + $(json lost racing.out)))
same "overrun at full speed: gaps" "$(json lost racing.out)" "$(sum_gaps racing.out)"

# --- Signals ---------------------------------------------------------------------------------------------

for signal in INT TERM HUP; do
    start feed feed -j -q --digest -n $n --rate=2k $walk
    feed=$pid
    reader staying --digest volume
    staying=$pid
    reader leaving volume
    leaving=$pid
    until_true published $n 50
    kill -$signal "$leaving"
    ends 0 leaving "$leaving"
    same "$signal to a consumer: lost" 0 "$(json lost leaving.out)"
    kill -$signal "$feed"
    ends 0 feed "$feed"
    ends 0 staying "$staying"
    same "$signal to the feed: delivered" "$(json published feed.out)" "$(json delivered staying.out)"
    same "$signal to the feed: digest" "$(json digest feed.out)" "$(json digest staying.out)"
    left_nothing $n "$signal"
done

# idle PID: it has taken the signals sent to it.
took_signals() {
    grep -Eq '^ShdPnd:\s*0+$' "/proc/$1/status" && grep -Eq '^SigPnd:\s*0+$' "/proc/$1/status"
}
# is_asleep PID: in a system call; what it waits for does not come.
is_asleep() {
    [ "$(sed 's/.*) //;s/ .*//' "/proc/$1/stat" 2>/dev/null)" = S ]
}
mkfifo stuck
exec 5<>stuck # nobody reads what is written to it
for signal in INT:130 TERM:143; do
    dd if=/dev/zero of=stuck bs=4096 oflag=nonblock 2>/dev/null # it is full
    start feed feed -q -n $n --wait-consumers=1 --rate=100 $walk
    feed=$pid
    "$bin/consumer" -j -n $n --id=busy --hold=0 print >&5 2>busy.err 3>&- 5>&- &
    busy=$!
    pids="$pids $busy"
    until_true published $n 1
    until_true is_asleep "$busy"
    kill -${signal%:*} "$busy"
    until_true took_signals "$busy"
    checks=$((checks + 1))
    is_over "$busy" && fail "a consumer that is busy ends at the first ${signal%:*}"
    kill -${signal%:*} "$busy"
    ends ${signal#*:} busy "$busy"
    kill -TERM "$feed"
    ends 0 feed "$feed"
    left_nothing $n "a second ${signal%:*}"
done
exec 5>&-

# Stopped while they wait for each other.
start waits consumer -n $n
until_true has_line waiting waits.err
kill -TERM "$pid"
ends 0 waits "$pid"
start waits feed -n $n $walk
until_true has_line waiting waits.err
kill -INT "$pid"
ends 0 waits "$pid"
left_nothing $n "ends while waiting"

# --- Full of members -----------------------------------------------------------------------------------

open_tap $n --slots=16 --wait-consumers=0
until_true look $n
i=0
while [ $i -lt 64 ]; do
    start many consumer -q -n $n --id=many$i volume
    i=$((i + 1))
done
many_there() {
    look $n && [ "$(grep -Eo '"id":"many[0-9]*","pid":[0-9]*,"alive":true' look | wc -l)" -eq 64 ]
}
until_true many_there
expect 75 'no free place' consumer -n $n --id=one-more
close_tap
ends 0 tap "$tap_pid"
for p in $pids; do
    ended "$p"
    same "one of many: exit code" 0 "$status"
done
left_nothing $n "64 consumers"

open_tap $n --slots=4 --wait-consumers=0
until_true look $n
i=1
while [ $i -lt 16 ]; do
    start lane$i feed -q -n $n --producer=lane$i --rate=1 --wait-consumers=0 $walk
    i=$((i + 1))
done
lanes_there() {
    look $n && [ "$(grep -Eo '"name":"lane[0-9]*","pid":[0-9]*,"alive":true' look | wc -l)" -eq 15 ]
}
until_true lanes_there
expect 75 'no free place' feed -n $n --producer=lane16 -c 5 --wait-consumers=0 $walk
close_tap
ends 0 tap "$tap_pid"
for p in $pids; do
    kill -TERM "$p"
    ended "$p"
    same "one of 16 feeds: exit code" 0 "$status"
done
left_nothing $n "16 feeds"
finish
