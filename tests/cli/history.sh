#!/bin/sh
# history.sh - who attaches to a ring after an incident sees what it was like: a consumer that fell behind, held the
# feed and was killed, and in the end the death of all.
. "${0%/*}/lib/help.sh"
cd "$tmp" || exit 1

n=$prefix

# history PATTERN [OPTION...]: what shmmon prints of the past has such a line.
history() {
    history_pattern=$1
    shift
    "$bin/shmmon" --history=10m "$@" "$n" >past 2>past.err && grep -Eq -e "$history_pattern" past
}

# A row of the table: TIME PUBLISH/s SLOWEST/s LOST "LAT p99" QUEUE DEEPEST BLOCKED BY.
row='^20[0-9-]*T[0-9:]*Z +[0-9.kM]+ +([0-9.kM]+|-) +[0-9.kM]+ +[0-9a-z.-]+ +'

# --- A consumer that falls behind -----------------------------------------------------------------------

expect 75 "^shmmon: $n: no such ring" shmmon --history=1m $n
start feed feed -q -n $n --slots=1024 --rate=400 --generate=walk --symbols=3 --wait-consumers=2
feed=$pid
start quick consumer -q -n $n --id=quick volume
quick=$pid
start slow consumer -q -n $n --id=slow --hold=0 --work=5ms volume # 200 a second at most
slow=$pid
until_true history "$row +[6-9][0-9][0-9] slow "
kill_hard "$slow"
until_true history '! WARN consumer slow did not come back, the feed goes on without it$'
matches "who came" '^20[^ ]* ! feed joined \(pid [0-9]*\)$' past
matches "who came" "^20[^ ]* ! consumer slow joined \(pid $slow\)\$" past
matches "who died" "^20[^ ]* ! WARN consumer slow died \(pid $slow\)\$" past
same "the head" "ring $n  1024 slots  open" "$(head -n 1 past)"
checks=$((checks + 1))
awk '/^ring|^TIME|!/ { next } # in the rows of the slow one, until its end
    $7 != "slow" { if (cnt > 1) exit; last = 0; next }
    { cnt++; depth = $6 ~ /k$/ ? 1000 * $6 : $6 + 0; if (depth < last) exit; last = depth; grew++ }
    END { exit !(grew >= 2) }' past || fail "the queue of the slow one does not grow: $(cat past)"
checks=$((checks + 1))
awk '/!/ { if (last > $1) exit 1; last = $1 } /^20/ { if (last > $1) exit 1; last = $1 }' past \
    || fail "not in the order of time: $(cat past)"

# --- As data ----------------------------------------------------------------------------------------------

expect 0 '' shmmon --history=1m -j $n
same "JSON: lines" 1 "$(wc -l <out | tr -d ' ')"
matches "JSON: ring" "^\{\"ring\":\"$n\",\"slots\":1024,\"from_ns\":1[0-9]{18},\"to_ns\":1[0-9]{18},\"producers\":\[" out
matches "JSON: producer" '"producers":\[\{"name":"feed","samples":\[\{"at_ns":1[0-9]*,"sample":"join","pid":[0-9]*,' out
matches "JSON: consumer" "\{\"id\":\"slow\",\"samples\":\[\{\"at_ns\":1[0-9]*,\"sample\":\"join\",\"pid\":$slow," out
matches "JSON: event" "\"kind\":\"died\",\"level\":\"WARN\",\"name\":\"slow\",\"text\":\"consumer slow died \(pid $slow\)\"" out
if command -v python3 >/dev/null; then
    checks=$((checks + 1))
    python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
c = {c["id"]: c["samples"] for c in d["consumers"]}
for s in c["slow"] + c["quick"]:
    assert d["from_ns"] <= s["at_ns"] <= d["to_ns"]
    assert s["lag_max"] >= s["lag"] and s["max_ns"] >= s["p99_ns"]
lags = [s["lag"] for s in c["slow"]]
assert lags == sorted(lags) and lags[-1] > 300, lags
passed = [s["delivered"] for s in c["quick"]]
assert passed == sorted(passed) and passed[-1] > 300, passed
' out || fail "JSON: the samples do not hold together: $(head -c 2000 out)"
fi
expect 0 '' shmmon --history=1m -C $n
same "CSV: head" "time_ns,kind,ring,name,sample,pid,held_by," "$(head -n 1 out | cut -c 1-42)"
matches "CSV: consumer" "^1[0-9]{18},consumer,$n,slow,join,$slow,," out
same "CSV: fields of each line" "$(head -n 1 out | awk -F, '{ print NF }')" \
    "$(awk -F, '{ print NF }' out | sort -u | tr '\n' ' ' | sed 's/ $//')"

# --- All are dead -----------------------------------------------------------------------------------------

kill_hard "$quick" "$feed"
expect 0 '' shmmon --history=5s $n
matches "after a crash of all" "^ring $n  1024 slots  stale$" out
matches "after a crash of all: feed" "^20[^ ]* ! CRIT feed died \(pid $feed\)\$" out
matches "after a crash of all: consumer" "^20[^ ]* ! WARN consumer quick died \(pid $quick\)\$" out
matches "after a crash of all: rows" "$row" out
expect 0 '' shmmon clean $n
finish
