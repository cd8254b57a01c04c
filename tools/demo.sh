#!/bin/sh
# demo.sh - the main job from end to end, in separate processes: first a small tick file, then a made
# market at a steady pace with the monitor looking on.  Takes about ten seconds.
set -eu
cd "$(dirname "$0")/.."
bin=${BUILD:-build}
ring=demo.$$
dir=$(mktemp -d)
pids=

finish() {
    # shellcheck disable=SC2086  # a list of our own processes
    [ -z "$pids" ] || kill $pids 2>/dev/null || true
    wait
    rm -rf "$dir"
}
trap finish EXIT
trap 'exit 130' INT TERM

title() {
    printf '\n== %s\n' "$*"
}

title "A tick file through shared memory: feed -> ring -> consumer"
echo "\$ consumer --threshold=0.3 signals &  feed examples/small.csv"
"$bin/consumer" -q -n "$ring" --threshold=0.3 signals &
consumer=$!
pids=$consumer
"$bin/feed" -q -n "$ring" examples/small.csv
wait "$consumer"

title "A made market at 20000 ticks a second: two consumers, one of them slow, and the monitor"
echo "\$ feed --generate=walk --symbols=4 --rate=20k --count=100k --wait-consumers=2"
echo "\$ consumer signals    and    consumer --work=30us volume"
"$bin/consumer" -q -n "$ring" --sma=5,20 --threshold=0.02 -j signals >"$dir/signals" &
signals=$!
"$bin/consumer" -q -n "$ring" --work=30us volume >"$dir/volume" &
volume=$!
"$bin/feed" -q -n "$ring" --generate=walk --symbols=4 --rate=20k --count=100k --wait-consumers=2 >"$dir/feed" &
feed=$!
pids="$signals $volume $feed"

echo "\$ shmmon --count=3 --delay=1.5"
"$bin/shmmon" -q -n "$ring" --count=3 --delay=1.5
wait "$feed" "$signals" "$volume"
pids=

title "The last signals"
grep '"event":"signal"' "$dir/signals" | tail -n 3
title "The summaries"
tail -n 1 "$dir/signals"
cat "$dir/volume"
title "Nothing is left in /dev/shm"
"$bin/shmmon" list
