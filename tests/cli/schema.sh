#!/bin/sh
# schema.sh - docs/shmmon.schema.json is what shmmon writes as JSON, of rings in every state, and allows nothing else.
. "${0%/*}/lib/help.sh"
python3 -c 'import jsonschema' 2>/dev/null || skip "no python3 with jsonschema here (Debian: python3-jsonschema)"
cd "$tmp" || exit 1

n=$prefix

# fits WHAT FILE [break]: its lines are as the schema says; with break, and no longer when anything in them is changed.
fits() {
    checks=$((checks + 1))
    python3 "$root/tests/cli/lib/schema.py" "$root/docs/shmmon.schema.json" "${3:-check}" "$2" >said 2>&1 \
        || fail "$1: $(head -n 5 said)"
}

# look_and_fit WHAT [break]: one look at the ring, its past, and one at the list (in which other tests may have rings too).
look_and_fit() {
    expect 0 '' shmmon -1 -j $n
    cp out "look-$1"
    fits "$1" "look-$1" ${2:-}
    expect 0 '' shmmon --history=10m -j $n
    cp out "past-$1"
    fits "past, $1" "past-$1" ${2:-}
    run shmmon list -j
    grep "\"ring\":\"$n\"" out >"list-$1"
    fits "list, $1" "list-$1" ${2:-}
}

# --- A saved snapshot, in which nothing is missing -------------------------------------------------------

fits "the saved snapshot" "$root/tests/unit/golden/snapshot.json" break

# --- Rings in every state ---------------------------------------------------------------------------------

open_tap $n --slots=64 --wait-consumers=0
until_true look $n
look_and_fit empty
close_tap
ends 0 tap "$tap_pid"

start feed feed -q -n $n --slots=64 --rate=2k --generate=walk --symbols=3 --producer=one
feed=$pid
start second feed -q -n $n --slots=64 --rate=1k --generate=walk --symbols=3 --producer=two
second=$pid
start reader consumer -q -n $n --id=reader volume
reader=$pid
start lossy consumer -q -n $n --id=lossy --policy=lossy volume
lossy=$pid
until_true consumed $n reader 200
until_true consumed $n lossy 20
look_and_fit busy break
start sorted shmmon -j -d 0.05 -c 3 -s lag $n
ends 0 sorted "$pid"
fits "several looks, sorted" sorted.out
freeze "$reader"
overrun() { # the feed stands, the list of warnings is not empty
    look $n && grep -q 'is behind' look
}
until_true overrun
look_and_fit behind

kill_hard "$feed" "$second" "$reader" "$lossy"
look_and_fit crashed break
matches "the past of a crashed ring" '"kind":"died"' past-crashed
same "a crashed ring: state" stale "$(json state look-crashed)"
expect 0 '' shmmon clean $n
finish
