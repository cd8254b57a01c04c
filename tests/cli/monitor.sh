#!/bin/sh
# monitor.sh - what shmmon shows: its keys are a contract, its levels and exit codes drive other programs,
# and it never writes to what it watches.
. "${0%/*}/lib/help.sh"
cd "$tmp" || exit 1

n=$prefix
shm=/dev/shm
walk='--generate=walk --symbols=3'

# level CODE PATTERN OPTION...: check says so.
level() {
    level_code=$1 level_pattern=$2 # expect has a code and a pattern of its own
    shift 2
    expect "$level_code" '' shmmon check "$@" $n
    matches "check $*" "^TICKRING $level_pattern" out
    same "check $*: lines" 1 "$(wc -l <out | tr -d ' ')"
}

# --- A ring that appears later, and ends -------------------------------------------------------------

start later shmmon -j -d 0.05 -c 2 -n $n
later=$pid
until_true has_line "^shmmon: $n: waiting" later.err
start ending shmmon -j -d 0.05 -c 1000000 -n $n
ending=$pid
until_true has_line "^shmmon: $n: waiting" ending.err
start once shmmon -1 -j -t 10s -n $n
once=$pid
start feed feed -q -j -n $n --slots=64 --rate=1k $walk
feed=$pid
ends 0 later "$later"
same "a ring that appears later: looks" 2 "$(grep -c '"ring"' later.out)"
ends 0 once "$once"
same "-1 with -t: looks" 1 "$(grep -c '"ring"' once.out)"

# --- The keys and their values -------------------------------------------------------------------------

start quick consumer -q -j -n $n --id=quick volume
quick=$pid
start lossy consumer -q -j -n $n --id=lossy --policy=lossy volume
lossy=$pid
until_true joined $n lossy
until_true consumed $n quick 50
until_true consumed $n lossy 20
expect 0 '' shmmon -1 -j -n $n

# keys: those in the output, once each.
keys() {
    grep -Eo '"[a-z_0-9]+":' out | tr -d '":' | sort -u | tr '\n' ' '
}
for key in ring slots record_size state created_ns producers consumers ledger level warnings \
    name pid alive closed published rate dropped blocked_ns stalls blocked_by \
    id policy start cursor lag lag_ns high_water high_water_ns delivered lost evicted latency_ns service_ns \
    busy_ns idle_ns count p50 p90 p99 p999 p9999 max mean balanced; do
    checks=$((checks + 1))
    grep -q "\"$key\":" out || fail "-1 -j: no key $key in: $(keys)"
done
same "lines" 1 "$(wc -l <out | tr -d ' ')"
matches "ring" "^\{\"ring\":\"$n\",\"slots\":64,\"record_size\":64,\"state\":\"open\"" out
matches "producer" "\"producers\":\[\{\"name\":\"feed\",\"pid\":$feed,\"alive\":true,\"closed\":false" out
matches "reliable consumer" "\"id\":\"quick\",\"pid\":$quick,\"alive\":true,.*\"policy\":\"reliable\",\"start\":\{\"feed\":[0-9]*\}" out
matches "lossy consumer" "\"id\":\"lossy\",\"pid\":$lossy,\"alive\":true,.*\"policy\":\"lossy\"" out
matches "ledger" '"ledger":\{"published":[1-9][0-9]*,"balanced":true\},"level":"OK","warnings":\[\]' out
same "ledger: delivered + lost + lag = published - start, for each consumer" "balanced balanced" "$(awk '
    function number(text, key) { sub(".*\"" key "\":", "", text); return text + 0 }
    function lane(text, key) { sub(".*\"" key "\":[{]\"feed\":", "", text); return text + 0 }
    {
        at = index($0, "\"ledger\"")
        published = number(substr($0, at), "published")
        cnt = split(substr($0, 1, at), member, /"id":/)
        for (i = 2; i <= cnt; i++)
        {
            passed = number(member[i], "delivered") + number(member[i], "lost") + number(member[i], "lag")
            text = text (i > 2 ? " " : "") (passed == published - lane(member[i], "start") ? "balanced" : "wrong")
        }
        print text
    }' out)"
checks=$((checks + 1))
awk '{
    sub(/.*"latency_ns":/, ""); split($0, part, /[:,}]/)
    exit !(part[2] > 0 && part[4] <= part[6] && part[6] <= part[8] && part[8] <= part[10])
}' out || fail "latency: no count, or percentiles do not rise: $(grep -o '"latency_ns":{[^}]*}' out)"

# For people and logs: a block each time, no colour, no movement of the cursor.
expect 0 '' shmmon -c 3 -d 0.05 -n $n
same "plain: blocks" 3 "$(grep -c "^ring $n " out)"
matches "plain: producer" "^feed +$feed open" out
matches "plain: consumer" "^quick +$quick reading reliable" out
matches "plain: ledger" 'ledger balanced, level OK' out
lacks "plain" "$(printf '\033')" out
expect 0 '' shmmon $n
same "not on a terminal: one look" 1 "$(grep -c "^ring $n " out)"

# It maps read-only and holds the ring open read-only.
start mapped shmmon -j -d 10 -c 100 -n $n
mapped=$pid
until_true has_line '"ring"' mapped.out
same "maps for writing" "" "$(grep "/dev/shm/$n" "/proc/$mapped/maps" | grep -v ' r--s ')"
checks=$((checks + 1))
grep -q "/dev/shm/$n" "/proc/$mapped/maps" || fail "the ring is not among what it maps"
kill -INT "$mapped"
ends 0 mapped "$mapped"

# --- list -----------------------------------------------------------------------------------------------

# listed OPTION...: what list writes; other tests may have rings too, of which it has something to say.
listed() {
    run shmmon list "$@"
    same "list $*: exit code" 0 "$status"
    lacks "list $*: standard error" "$n" "$tmp/err"
}
listed
matches "list" "^$n +open +64 +1 +2 " out
listed -j
matches "list -j" "^\{\"ring\":\"$n\",\"state\":\"open\",\"slots\":64," out

# --- A stopped consumer is named --------------------------------------------------------------------------

far="-w 1000 -W 1001" # a busy machine lets a queue of 64 be full for a moment
level 0 "OK - ring $n open" $far
freeze "$quick"
held_by() { # and its queue is the whole ring
    "$bin/shmmon" -1 -j -n $n >held && grep -Eq "\"blocked_by\":\{[^}]*\"$1\":[1-9]" held \
        && [ "$(member "$1" lag held)" = 64 ]
}
until_true held_by quick
matches "a full ring" '"level":"CRIT","warnings":\["consumer quick is behind' held
level 2 "CRITICAL - ring $n open, .*quick is behind"
level 2 "CRITICAL - .*\| 'queue'=64;10;20;0;64" --warn=10 --crit=20
level 2 "CRITICAL" --warn=1ms --crit=2ms
level 1 "WARNING - .*quick is behind" -w 64 -W 65
level 1 "WARNING - .*quick is behind" -w 100% -W 65
level 1 "WARNING - .*quick is behind" -w 1ms -W 10m
stopped_is_told() {
    "$bin/shmmon" -1 -j -w 1000 -W 1001 -n $n >held && grep -q "consumer quick (pid $quick) does not move" held
}
until_true stopped_is_told
lacks "far limits" 'is behind' held
matches "a stopped consumer" '"level":"WARN"' held
expect 0 '' shmmon -1 -n $n
matches "plain: who holds the feed" "^feed .*quick" out
matches "plain: a stopped consumer" 'quick.*does not move' out
kill -CONT "$quick"
moves_again() {
    "$bin/shmmon" -1 -j -n $n >held && grep -q '"level":"OK"' held
}
until_true moves_again

# --- Death ------------------------------------------------------------------------------------------------

kill_hard "$lossy"
level 1 "WARNING - .*consumer lossy died" $far
kill_hard "$feed"
level 2 "CRITICAL - .*feed died" $far
expect 0 'in use' shmmon clean $n # the consumer still lives
checks=$((checks + 1))
[ -e $shm/$n ] || fail "clean took a ring away that is in use"
kill_hard "$quick"
listed -j
matches "list: what is stale" "^\{\"ring\":\"$n\",\"state\":\"stale\"" out
expect 0 '' shmmon -1 -j -n $n
matches "stale" '"state":"stale"' out
expect 0 '' shmmon clean $n
matches "clean" "^removed ring $n$" out
left_nothing $n "clean"
ended "$ending" # it watched all of it
matches "end of the ring that is watched" 'removed' ending.err
expect 0 'nothing to remove' shmmon clean $n

# A ring that ends in good order is no fault of the monitor's.
start ending shmmon -q -j -d 0.02 -c 1000000 -n $n
ending=$pid
start reader consumer -q -j -n $n volume
reader=$pid
expect 0 '' feed -q -n $n --rate=2k -c 200 $walk
ends 0 reader "$reader"
ends 0 ending "$ending"
left_nothing $n "a watched run"

# --- A stage that writes nothing ----------------------------------------------------------------------------

# It keeps house in both rings, though it reads one and has nothing for the other.
start feed feed -q -n $n --rate=1k $walk
feed=$pid
start mute consumer -q -n $n --out=$n.s --threshold=1 signals
mute=$pid
start next consumer -q -j -n $n.s print
next=$pid
until_true published $n 2500 # who has kept no house for 2 s is called silent
expect 0 '' shmmon -1 -j -n $n.s
matches "a stage that writes nothing" "\"name\":\"signals\",\"pid\":$mute,.*\"state\":\"open\".*\"published\":0,.*\"level\":\"OK\"" out
rm $shm/$n.s
ends 69 mute "$mute"
same "its output is removed: said once" 1 "$(grep -c "^consumer: $n.s: the ring was removed" mute.err)"
ends 69 next "$next"
kill -TERM "$feed"
ends 0 feed "$feed"
rm -f $shm/sem.$n.*
run shmmon clean $n
left_nothing $n "a stage whose output was removed"

# --- No ring, no good ring --------------------------------------------------------------------------------

level 3 "UNKNOWN - ring $n: "
expect 75 "^shmmon: $n: no such ring" shmmon -1 -t 100ms -n $n
echo 'this is no ring' >$shm/$n
level 3 "UNKNOWN - ring $n: "
expect 76 "^shmmon: $n: no ring, or corrupt" shmmon -1 -n $n
run shmmon clean $n
same "clean of what is no ring: exit code" 76 "$status"
same "clean of what is no ring" 'this is no ring' "$(cat $shm/$n)"
listed
lacks "list: what is no ring" "^$n " out
rm $shm/$n

# Semaphores without their ring go as well; --keep's ring does, once nobody uses it.
expect 0 '' feed -q -n $n --keep --wait-consumers=0 -c 5 $walk
rm $shm/$n
expect 0 '' shmmon clean $n
matches "orphaned semaphore" '^removed semaphore' out
left_nothing $n "cleaning of semaphores"
expect 0 '' feed -q -n $n --keep --wait-consumers=0 -c 5 $walk
expect 0 '' shmmon clean $n
left_nothing $n "cleaning of a kept ring"

# All rings of the machine: in a /dev/shm of our own, so that nobody else's are touched.
if [ "$(id -u)" -eq 0 ] && unshare -m mount -t tmpfs none /dev/shm 2>/dev/null; then
    bin=$bin unshare -m sh -c 'mount -t tmpfs none /dev/shm
        $bin/shmmon list; echo "empty $?"
        for ring in one two; do
            $bin/feed -q -n $ring --keep --wait-consumers=0 -c 5 --generate=walk
        done
        $bin/feed -q -n live --wait-consumers=0 --rate=100 --generate=walk &
        until $bin/shmmon -q -1 -j -n live | grep -q published.:[1-9]; do sleep 0.02; done
        echo mine >/dev/shm/foreign
        $bin/shmmon list
        $bin/shmmon clean; echo "clean $?"
        kill $!; wait $!
        ls /dev/shm' >all 2>&1
    matches "list of none" 'no ring here' all
    matches "list of none" '^empty 0' all
    for ring in one two; do
        matches "list of all" "^$ring +stale" all
        matches "clean of all" "^removed ring $ring" all
    done
    matches "list of all" '^live +open' all
    lacks "clean of all" '^removed ring live' all
    same "clean of all: what is left" "clean 0 foreign" "$(sed -n '/^clean/,$p' all | grep -v : | tr '\n' ' ' | sed 's/ $//')"
else
    echo "part skipped: all rings of the machine: needs root and a mount namespace"
fi
finish
