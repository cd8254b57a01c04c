#!/bin/sh
# shutdown.sh - whoever is stopped finishes what it has taken and says what it did; the others see the end, or go on
# with the rest; and a consumer tells a feed that is quiet from one that has ended and from one that died.
. "${0%/*}/lib/help.sh"
cd "$tmp" || exit 1

n=$prefix
walk='--generate=walk --symbols=3'
late_ms=5000 # it takes a millisecond or a few: this is for a busy machine, and less than any timeout here

now_ms() {
    echo $(($(date +%s%N) / 1000000))
}

# reader NAME OPTION...: a consumer that is in the ring before this returns.
reader() {
    reader=$1
    shift
    start "$reader" consumer -j --digest -n $n --id="$reader" "$@"
    until_true joined $n "$reader"
}

# stop PID: orderly; from now on others are to end.
stop() {
    stopped_ms=$(now_ms)
    kill -TERM "$1"
}

# soon CODE NAME PID: it ends with that code, soon after stop.
soon() {
    ends "$1" "$2" "$3"
    checks=$((checks + 1))
    took_ms=$(($(now_ms) - stopped_ms))
    [ "$took_ms" -le $late_ms ] || fail "$2: ended $took_ms ms after the stop"
}

# got_all NAME: the consumer has what the feed says that it published.
got_all() {
    same "$1: delivered" "$(json published feed.out)" "$(json delivered "$1.out")"
    same "$1: lost" 0 "$(json lost "$1.out")"
    same "$1: digest" "$(json digest feed.out)" "$(json digest "$1.out")"
}

# --- The feed is stopped ------------------------------------------------------------------------------

# At full speed, anywhere: in the middle of a batch, of a wait for room, of a wake.
for round in 1 2 3 4 5 6; do
    start feed feed -q -j --digest -n $n --slots=16 --wait-consumers=2 --seed=$round $walk
    feed=$pid
    reader one print
    one=$pid
    reader two --work=$((round * 3))us volume
    two=$pid
    until_true published $n $((round * 1999))
    stop "$feed"
    soon 0 feed "$feed"
    soon 0 one "$one"
    soon 0 two "$two"
    got_all one
    got_all two
    matches "one: what it did" '"event":"summary"' one.out
    matches "one: how it ended" "^consumer: $n: the feed has ended, everything was read$" one.err
    left_nothing $n "a stop of the feed at full speed"
done

# While it waits for a slow consumer: what is in the ring is still delivered.
start feed feed -q -j --digest -n $n --slots=4 $walk
feed=$pid
reader one --work=100ms print
one=$pid
is_held() {
    look $n && has_line '"blocked_by":{"one":[1-9]' look
}
until_true is_held
stop "$feed"
soon 0 feed "$feed"
soon 0 one "$one"
got_all one
left_nothing $n "a stop of a feed that waits"

# While nothing is due, and while its input is silent.
start feed feed -q -j --digest -n $n --rate=1 $walk
feed=$pid
reader one print
one=$pid
until_true consumed $n one 1
stop "$feed"
soon 0 feed "$feed"
soon 0 one "$one"
got_all one
left_nothing $n "a stop of a paced feed"

open_tap $n --digest
reader one print
one=$pid
tap 1 5
until_true consumed $n one 5
stop "$tap_pid"
soon 0 tap "$tap_pid"
soon 0 one "$one"
close_tap
cp tap.out feed.out
same "a silent input: published" 5 "$(json published feed.out)"
got_all one
left_nothing $n "a stop of a feed whose input is silent"

# --- A consumer is stopped ----------------------------------------------------------------------------

# One of two: it says what it did; the feed and the other go on.
start feed feed -j --digest -n $n --slots=16 --wait-consumers=2 --rate=2k $walk
feed=$pid
reader one print
one=$pid
reader two volume
two=$pid
until_true consumed $n one 100
stop "$one"
soon 0 one "$one"
same "one of two: lost" 0 "$(json lost one.out)"
same "one of two: lines" "$(json delivered one.out)" "$(grep -c '"event":"tick"' one.out)"
look $n
more=$(($(member two delivered look) + 200))
until_true consumed $n two "$more"
stop "$feed"
soon 0 feed "$feed"
soon 0 two "$two"
got_all two
lacks "one of two: the feed is not alone" 'alone' feed.err
left_nothing $n "a stop of one of two"

# The one that holds the feed: the feed goes on at once.
start feed feed -q -j --digest -n $n --slots=4 --wait-consumers=2 $walk -c 20000
feed=$pid
reader one --work=600s print
one=$pid
reader two volume
two=$pid
until_true is_held
stop "$one"
soon 0 one "$one" # in the middle of its work
same "the holder: delivered" 1 "$(json delivered one.out)"
ends 0 feed "$feed"
ends 0 two "$two"
same "the rest: published" 20000 "$(json published feed.out)"
got_all two
left_nothing $n "a stop of the consumer that held the feed"

# The only one: the feed goes on alone, and says so.
start feed feed -j -n $n --slots=16 --rate=2k $walk
feed=$pid
reader one signals
one=$pid
until_true consumed $n one 50
stop "$one"
soon 0 one "$one"
matches "the only one: what it did" '"event":"summary","stage":"signals"' one.out
until_true has_line "^feed: $n: all consumers have gone, going on alone" feed.err
look $n
until_true published $n $(($(sed 's/.*"ledger":{"published":\([0-9]*\).*/\1/' look) + 100))
stop "$feed"
soon 0 feed "$feed"
left_nothing $n "a stop of the only consumer"

# --- A pipeline of processes ----------------------------------------------------------------------------

# begin_pipeline: a feed, and three stages joined by rings; each has read something.
begin_pipeline() {
    start execute consumer -q -j -n $n.o execute
    execute=$pid
    start risk consumer -q -j -n $n.s --out=$n.o risk
    risk=$pid
    start signals consumer -q -j -n $n --out=$n.s --threshold=0.001 signals
    signals=$pid
    start feed feed -q -j --digest -n $n --rate=5k $walk
    feed=$pid
    until_true consumed $n.o execute 20
}

end_pipeline() {
    for ring in $n $n.s $n.o; do
        left_nothing $ring "$1"
    done
}

# Each stage has read all that the one before has written.
begin_pipeline
stop "$feed"
soon 0 feed "$feed"
soon 0 signals "$signals"
soon 0 risk "$risk"
soon 0 execute "$execute"
same "pipeline: ticks" "$(json published feed.out)" "$(json delivered signals.out)"
same "pipeline: signals" $(($(json BUY signals.out) + $(json SELL signals.out))) "$(json delivered risk.out)"
same "pipeline: orders" "$(grep -c '"event":"order"' risk.out)" "$(json delivered execute.out)"
end_pipeline "a stop of the feed of a pipeline"

# One in the middle: those behind it come to the end, those before it go on.
begin_pipeline
stop "$risk"
soon 0 risk "$risk"
soon 0 execute "$execute"
same "pipeline: orders, when risk is stopped" "$(grep -c '"event":"order"' risk.out)" "$(json delivered execute.out)"
look $n
until_true consumed $n signals $(($(member signals delivered look) + 1000))
stop "$feed"
soon 0 feed "$feed"
soon 0 signals "$signals"
same "pipeline: ticks, when risk is stopped" "$(json published feed.out)" "$(json delivered signals.out)"
end_pipeline "a stop in the middle of a pipeline"

# --- Quiet, ended, dead: three codes, three messages ---------------------------------------------------

# only MESSAGE FILE: of the three, this one alone.
only() {
    for message in 'no tick in time' 'has ended, everything was read' 'died and nobody took over'; do
        if [ "$message" = "$1" ]; then
            matches "$1" "^consumer: $n: .*$message" "$2"
        else
            lacks "$1" "$message" "$2"
        fi
    done
}

open_tap $n
reader quiet -t 300ms print
quiet=$pid
tap 1 3
ends 75 quiet "$quiet"
only 'no tick in time' quiet.err
same "a quiet feed: delivered" 3 "$(json delivered quiet.out)"
reader quiet -t 300ms print # a feed that is stopped is quiet, not dead
quiet=$pid
freeze "$tap_pid"
ends 75 quiet "$quiet"
only 'no tick in time' quiet.err
kill -CONT "$tap_pid"

reader ended -t 20s print
ended=$pid
close_tap # the end of its input is the end of the feed
ends 0 tap "$tap_pid"
ends 0 ended "$ended"
only 'has ended, everything was read' ended.err
left_nothing $n "quiet and ended"

start feed feed -q -n $n --rate=1k $walk
feed=$pid
reader dead -t 300ms print
dead=$pid
until_true consumed $n dead 10
kill_hard "$feed"
ends 69 dead "$dead"
only 'died and nobody took over' dead.err
matches "a dead feed: told when it died" 'this feed died before its end' dead.err
matches "a dead feed: what it did" '"event":"summary"' dead.out
expect 0 '' shmmon clean $n
left_nothing $n "a feed that died"
finish
