#!/bin/sh
# queue.sh - a queue that grows is seen: its depth and the processing time on the screen, a warning by the monitor,
# by its check and by the feed itself, and a command that is run when the level changes.
. "${0%/*}/lib/help.sh"
cd "$tmp" || exit 1

n=$prefix
tap_quiet= # what the feed says is looked at

# A feed of 16 slots that is fed by hand, and a consumer "slow" that can be stopped.
begin() {
    open_tap $n --slots=16 --wait-consumers=0 "$@"
    until_true look $n
    start slow consumer -q -j -n $n --id=slow print
    slow=$pid
    until_true joined $n slow
}

end() {
    close_tap
    ends 0 tap "$tap_pid"
    ends 0 slow "$slow"
    left_nothing $n "$1"
}

# queue_is N: the queue of "slow" is so deep.
queue_is() {
    look $n && [ "$(member slow lag look)" = "$1" ]
}

# --- Depth and processing time ------------------------------------------------------------------------

start feed feed -q -n $n --slots=16 --keep --generate=walk -c 20
feed=$pid
expect 0 '' consumer -q -n $n --id=slow --work=20ms volume
ends 0 feed "$feed"
expect 0 '' shmmon -1 -n $n
matches "screen: heads" '^CONSUMER .* QUEUE .* SERVICE SVC p50 SVC p99$' out
matches "screen: queue, mean, percentiles" '^slow .* left .* 0 +- .*( +[1-9][0-9.]*m?s){3}$' out
expect 0 '' shmmon -1 -j -n $n
sed 's/.*"service_ns"://' out >service
same "service times: one a tick" 20 "$(json count service)"
for key in mean p50 p99; do
    checks=$((checks + 1))
    [ "$(json $key service)" -ge 19000000 ] || fail "service time of 20 ms: $key is $(json $key service)"
done
expect 0 '' shmmon clean $n

# --- The feed's own warning -----------------------------------------------------------------------------

begin --warn=50%
freeze "$slow"
tap 1 7
until_true queue_is 7
tap 8 12
until_true queue_is 12
until_true has_line "^feed: $n: the queue of consumer 'slow' has grown to ([89]|1[0-2]) \\(limit 8\\): " tap.err
tap 13 15
until_true queue_is 15
kill -CONT "$slow"
until_true has_line "^feed: $n: the queue of consumer 'slow' is down to [0-3], it was ([89]|1[0-5]) at most" tap.err # as deep as the feed saw it
same "the feed: said once" 1 "$(grep -c 'has grown' tap.err)"
freeze "$slow"
tap 16 27
grown_twice() { [ "$(grep -c "'slow' has grown" tap.err)" = 2 ]; }
until_true grown_twice
kill -CONT "$slow"
end "a feed that warns"

begin --warn=16
freeze "$slow"
tap 1 40
until_true has_line "the queue of consumer 'slow' has grown to 16 \\(limit 16\\)" tap.err # a full ring is seen
kill -CONT "$slow"
end "a feed that warns of a full ring"

expect 0 "^feed: --warn: no queue grows to 17 ticks, ring $n has 16 slots" \
    feed -n $n --slots=16 --warn=17 --generate=walk -c 10 --wait-consumers=0

# Nobody asked: nothing is said.
begin
freeze "$slow"
tap 1 14
until_true queue_is 14
kill -CONT "$slow"
end "a feed that says nothing"
lacks "without --warn" 'the queue of' tap.err

# --- check and --alert ------------------------------------------------------------------------------------

# told PATTERN: some line that the command wrote.
told() {
    has_line "$1" told
}

begin
: >told
start watch shmmon -j -d 0.02 -c 1000000 -w 8 -W 14 \
    --alert='echo "$TICKRING_RING: $TICKRING_BEFORE to $TICKRING_LEVEL: $TICKRING_WHY" >>told' $n
watch=$pid
until_true has_line '"level":"OK"' watch.out
expect 0 '' shmmon check -w 8 -W 14 $n
same "nothing to tell" '' "$(cat told)"
freeze "$slow"
tap 1 9
until_true queue_is 9
expect 1 '' shmmon check -w 8 -W 14 $n
matches "check: warning" "^TICKRING WARNING - .*consumer slow is behind: 9 ticks" out
matches "check: data" "'queue'=9;8;14;0;16 .* 'service'=[0-9.]*s;;;0 'service_p99'=[0-9.]*s;;;0$" out
until_true told "^$n: OK to WARN: consumer slow "
tap 10 15
until_true queue_is 15
expect 2 '' shmmon check -w 8 -W 14 $n
until_true told "^$n: WARN to CRIT: consumer slow is behind: 1[45] ticks \\([89][0-9] % of the ring\\)"
kill -CONT "$slow"
until_true told "^$n: (CRIT|WARN) to OK: $"
kill -TERM "$watch"
ends 0 watch "$watch"
same "each change is told from the one before" '' "$(awk '
    { split($0, part, /: | to /); if (NR > 1 && part[2] != last) print; last = part[3] }' told)"
end "alerts"

# A command that fails is told once, and the monitor goes on.
begin
start watch shmmon -j -d 0.02 -c 1000000 -w 1 -W 16 --alert='echo "$TICKRING_LEVEL" >>tried; exit 3' $n
watch=$pid
until_true has_line '"level":"OK"' watch.out
freeze "$slow"
tap 1 2
until_true has_line WARN tried
kill -CONT "$slow"
until_true has_line OK tried
looks=$(wc -l <watch.out)
went_on() { [ "$(wc -l <watch.out)" -gt $((looks + 5)) ]; }
until_true went_on
same "a command that fails" "shmmon: --alert: the command failed with exit code 3: it is run again at the next change" \
    "$(cat watch.err)"
kill -TERM "$watch"
ends 0 watch "$watch"

# One that hangs is not waited for, also not at the end.
start watch shmmon -j -d 0.02 -c 1000000 -w 1 -W 16 --alert='echo $$ >hangs; exec sleep 600' $n
watch=$pid
until_true has_line '"level":"OK"' watch.out
freeze "$slow"
tap 3 4
until_true has_line . hangs
kill -CONT "$slow"
until_true queue_is 0
looks=$(wc -l <watch.out)
until_true went_on
kill -TERM "$watch"
ends 0 watch "$watch"
matches "a command that hangs" '^shmmon: --alert: the change to OK was not told: the command for the one before still runs$' watch.err
checks=$((checks + 1))
kill -KILL "$(cat hangs)" || fail "the command was ended with the monitor"
end "commands that fail and hang"

# One look tells what it found, too.
begin
freeze "$slow"
tap 1 16
until_true queue_is 16
rm told
expect 0 '' shmmon -1 -j --alert='echo "$TICKRING_BEFORE $TICKRING_LEVEL" >>told' $n
until_true told "^OK CRIT$"
same "standard output is the monitor's" 1 "$(wc -l <out | tr -d ' ')"
kill -CONT "$slow"
end "one look"
finish
